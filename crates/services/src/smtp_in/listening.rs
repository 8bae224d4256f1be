//! How a service comes to listen for mail.

use std::collections::BTreeSet;
use std::sync::Arc;

use exchange::nouns::receive_connector::{ReceiveConnector, TransportRole};
use fabric::Listener;

use crate::computer::{Computer, Tasks};
use crate::smtp_in::connections::Connections;
use crate::smtp_in::driver::accept_all;
use crate::smtp_in::service::SmtpService;

/// Serves what these listeners accept; all their connections count together.
///
/// # Errors
/// That of the first that could not be opened; those before it are served.
pub(crate) fn serve_all<S: SmtpService>(
    service: &Arc<S>,
    computer: &Computer,
    listeners: impl IntoIterator<Item = Result<Listener, String>>,
    tasks: &Tasks,
) -> Result<(), String> {
    let connections = Connections::default();
    for listener in listeners {
        let (service, clock) = (service.clone(), computer.clock.clone());
        tasks.spawn(accept_all(service, clock, listener?, tasks.clone(), connections.clone()));
    }
    Ok(())
}

/// Serves mail on ports of an Exchange server.
///
/// # Errors
/// In Exchange's words, when a port is taken.
pub(crate) fn serve_ports<S: SmtpService>(
    service: &Arc<S>,
    computer: &Computer,
    ports: impl IntoIterator<Item = u16>,
    tasks: &Tasks,
) -> Result<(), String> {
    let listen = |port| {
        computer.host.listen_port(port).map_err(|error| {
            format!("Failed to start listening (Error: {error}). Binding: 0.0.0.0:{port}.")
        })
    };
    serve_all(service, computer, ports.into_iter().map(listen), tasks)
}

/// The ports that a server's Receive connectors of a role are bound to.
pub(crate) fn ports(connectors: &[ReceiveConnector], role: TransportRole) -> BTreeSet<u16> {
    let own = connectors.iter().filter(|one| one.enabled && one.transport_role == role);
    own.flat_map(|one| one.bindings.iter().map(|binding| binding.0.port())).collect()
}
