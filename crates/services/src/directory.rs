//! A directory that several services of one organization read and administrators change.

use std::sync::{Arc, PoisonError, RwLock};

use exchange::directory::{Organization, Server};
use tokio::sync::watch;

/// A shared directory: Active Directory on premises, AD LDS on an Edge server, the tenant online.
#[derive(Debug)]
pub struct Directory<T> {
    state: Arc<RwLock<T>>,
    version: Arc<watch::Sender<u64>>,
}

impl<T> Clone for Directory<T> {
    fn clone(&self) -> Self {
        Self { state: self.state.clone(), version: self.version.clone() }
    }
}

impl<T> Directory<T> {
    /// A directory with this content.
    pub fn new(content: T) -> Self {
        Self { state: Arc::new(RwLock::new(content)), version: Arc::new(watch::Sender::new(0)) }
    }

    /// Looks something up.
    pub fn read<R>(&self, look: impl FnOnce(&T) -> R) -> R {
        look(&self.state.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes something; whoever watches is told.
    pub fn change<R>(&self, change: impl FnOnce(&mut T) -> R) -> R {
        let result = change(&mut self.state.write().unwrap_or_else(PoisonError::into_inner));
        self.version.send_modify(|version| *version += 1);
        result
    }

    /// Tells of changes.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.version.subscribe()
    }
}

impl Directory<Organization> {
    /// Looks something up in the record of a server whose services run.
    pub(crate) fn of_server<R>(
        &self,
        name: &str,
        look: impl FnOnce(&Organization, &Server) -> R,
    ) -> R {
        self.read(|organization| {
            let server = organization.server(name);
            look(organization, server.expect("a server's record outlives its services"))
        })
    }
}
