//! What a service that receives mail decides; the driver does the rest.

use std::net::SocketAddr;
use std::sync::Arc;

use async_trait::async_trait;
use ca::{TlsServer, TrustStore};
use exchange::nouns::receive_connector::ReceiveConnector;
use logs::information_row::Information;
use smtp::{Capabilities, Envelope, MailFrom, RcptTo, Reply};

use crate::computer::{EventLog, LogDirectory, SharedSessionIds};
use crate::smtp_in::capabilities::Stage;
use crate::smtp_in::manners::Manners;
use crate::smtp_in::session::Session;
use crate::smtp_in::wording::Wording;

/// A service that receives mail.
#[async_trait]
pub trait SmtpService: Send + Sync + 'static {
    /// The connector a connection belongs to; without one it is closed at once.
    fn connector(&self, local: SocketAddr, remote: SocketAddr) -> Option<ReceiveConnector>;

    /// Ids for its sessions.
    fn session_ids(&self) -> &SharedSessionIds;

    /// Where its sessions are logged, if that connector's are.
    fn protocol_log(&self, connector: &ReceiveConnector) -> Option<Arc<LogDirectory>>;

    /// Its fixed texts.
    fn wording(&self) -> &'static Wording;

    /// How it behaves towards every client.
    fn manners(&self) -> Manners {
        Manners::default()
    }

    /// The 220 line.
    fn banner(&self, session: &Session) -> Reply;

    /// The first line of the EHLO reply, and what follows.
    fn offers(&self, session: &Session, stage: Stage) -> (String, Capabilities);

    /// The certificate for STARTTLS on that connector.
    fn certificate(&self, connector: &ReceiveConnector) -> Option<Arc<TlsServer>>;

    /// The certificate for X-ANONYMOUSTLS: between Exchange servers.
    fn internal_certificate(&self) -> Option<Arc<TlsServer>>;

    /// Roots that client certificates may chain to.
    fn trust(&self) -> TrustStore;

    /// The FQDN of the Exchange server that this X-EXPS token proves, if it does.
    fn authenticate(&self, session: &Session, token: &str) -> Option<String>;

    /// The rule by which a client with these names in its certificate may hand over the headers of
    /// internal mail; by default the connector's `TlsDomainCapabilities`.
    fn cloud_services(&self, session: &Session, client_names: &[String]) -> Option<String> {
        let capabilities = session.connector.tls_domain_capabilities.iter();
        let mut granting = capabilities.filter(|capability| {
            capability.accepts_cloud_services_mail()
                && client_names.iter().any(|name| capability.domain.covers(name))
        });
        granting.next().map(|capability| capability.domain.to_string())
    }

    /// Decides on a sender.
    async fn mail(&self, session: &Session, mail: &MailFrom) -> Reply;

    /// Decides on a recipient.
    async fn recipient(&self, session: &Session, envelope: &Envelope, rcpt: &RcptTo) -> Reply;

    /// Takes a message, or refuses it.
    async fn message(&self, session: &Session, envelope: &Envelope, content: Vec<u8>) -> Arrived;

    /// Where it reports to the administrator, and under which name.
    fn events(&self) -> Option<(&EventLog, &'static str)> {
        None
    }

    /// Which shadow copies a server of the organization may discard; only a service that makes them knows.
    fn discards(&self, server: &str) -> Reply {
        let _ = server;
        Reply::plain(500, "5.3.3 Unrecognized command")
    }

    /// Appended to refusals, as Exchange Online does: ` [server time session]`.
    fn trailer(&self, session: &Session) -> String {
        let _ = session;
        String::new()
    }
}

/// What became of a message.
#[derive(Clone, Debug)]
pub struct Arrived {
    /// The answer to the client.
    pub reply: Reply,
    /// What the protocol log says in between.
    pub information: Vec<Information>,
}

impl From<Reply> for Arrived {
    fn from(reply: Reply) -> Self {
        Self { reply, information: Vec::new() }
    }
}
