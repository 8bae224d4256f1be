//! Questions that a server has forwarded and not heard of yet.
//!
//! Who asks the same meanwhile waits for the same answer, so that a client that repeats its query
//! does not cause another, and servers that forward to each other come to an end.

use std::collections::BTreeMap;
use std::future::Future;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use hickory_proto::op::Message;
use tokio::sync::watch;

use crate::name::DomainName;
use crate::record::RecordType;

type Key = (DomainName, RecordType);

/// What became of a question, and which forwarders were asked.
#[derive(Clone, Debug, Default)]
pub(crate) struct Forwarded {
    pub(crate) reply: Option<Message>,
    pub(crate) asked: Vec<IpAddr>,
}

#[derive(Debug, Default)]
pub(crate) struct UnderWay(Mutex<BTreeMap<Key, watch::Receiver<Option<Forwarded>>>>);

/// Takes the question off the list, also when the server is stopped before there is an answer.
struct Entry<'a>(&'a UnderWay, Key);

impl UnderWay {
    /// Asks, or waits for whoever asked the same before.
    pub(crate) async fn ask(&self, key: Key, ask: impl Future<Output = Forwarded>) -> Forwarded {
        let other = self.lock().get(&key).cloned();
        if let Some(mut other) = other {
            let Ok(forwarded) = other.wait_for(Option::is_some).await else {
                return Forwarded::default();
            };
            return forwarded.clone().unwrap_or_default();
        }
        let (sender, receiver) = watch::channel(None);
        self.lock().insert(key.clone(), receiver);
        let entry = Entry(self, key);
        let forwarded = ask.await;
        sender.send_replace(Some(forwarded.clone()));
        drop(entry);
        forwarded
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Key, watch::Receiver<Option<Forwarded>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Entry<'_> {
    fn drop(&mut self) {
        self.0.lock().remove(&self.1);
    }
}
