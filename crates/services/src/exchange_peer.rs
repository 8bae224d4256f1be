//! Calls between Exchange servers of one organization: `X-ANONYMOUSTLS`, then `X-EXPS EXCHANGEAUTH`.

use std::sync::Arc;
use std::time::Duration;

use exchange::directory::{Organization, Server};
use logs::information_row::Information;
use smtp::Command;

use crate::computer::{Computer, LogDirectory, SharedSessionIds};
use crate::directory::Directory;
use crate::exchange_identity;
use crate::smtp_out::{Caller, ConnectFailure, Connection, TlsPolicy};
use crate::transport_events::{self, LOGON_DENIED};

/// Longest silence a server bears from another of its organization.
const PATIENCE: Duration = Duration::from_mins(10);

/// A server that calls another of its organization.
pub(crate) fn caller(
    computer: &Arc<Computer>,
    server: &Server,
    session_ids: &SharedSessionIds,
    connector: &str,
    log: Option<Arc<LogDirectory>>,
) -> Caller {
    Caller {
        computer: computer.clone(),
        source: None,
        connector_id: connector.to_owned(),
        permissions: "None",
        hello: computer.fqdn.clone(),
        session_ids: session_ids.clone(),
        log,
        tls: TlsPolicy::ExchangeServers,
        identity: exchange_identity::internal_client_tls(computer, server),
        trust: computer.certificates.trust(),
        patience: PATIENCE,
        pipelines: true,
        after_banner: Vec::new(),
    }
}

/// Proves membership to the peer.
///
/// # Errors
/// When the peer does not believe it, or the connection breaks.
pub(crate) async fn authenticate(
    connection: &mut Connection,
    directory: &Directory<Organization>,
    fqdn: &str,
) -> Result<(), ConnectFailure> {
    let thumbprint = connection.peer().map(|peer| peer.thumbprint.clone()).unwrap_or_default();
    let token =
        directory.read(|organization| exchange_identity::token(organization, fqdn, &thumbprint));
    let command = Command::Extension {
        verb: "X-EXPS".to_owned(),
        arguments: format!("EXCHANGEAUTH {token}"),
    };
    let reply = connection.ask(command, "X-EXPS EXCHANGEAUTH SHA256 ").await?;
    if reply.is_positive() {
        return Ok(());
    }
    connection.note(&Information::OutboundAuthFailed { error: LOGON_DENIED.to_owned() });
    let caller = connection.caller();
    let target = &connection.target().name;
    let event = transport_events::outbound_authentication_failed(&caller.connector_id, target);
    caller.computer.events.report_once(event);
    Err(ConnectFailure::Authentication(reply))
}
