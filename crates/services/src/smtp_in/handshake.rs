//! TLS on the receiving side, and what the protocol log says of it.
//!
//! Order of the rows as in real logs of Exchange 2016 and 2019: the server's certificate, then what was
//! negotiated; the judgement of the client's certificate follows only after the client has greeted
//! again.

use logs::information_row::Information;
use logs::tls_row::TlsDomainCapabilities;

use crate::session_log::Ending;
use crate::smtp_in::service::SmtpService;
use crate::smtp_in::session::{Session, SessionTls};
use crate::tls_channel::{self, Channel, PeerTls};

/// What a handshake gave: rows for the log, and the channel with what is known of the client.
pub(super) struct Accepted {
    pub(super) rows: Vec<Information>,
    pub(super) outcome: Result<(Channel, SessionTls), Ending>,
}

/// What the log says before the handshake.
pub(super) fn showing<S: SmtpService>(service: &S, session: &Session) -> Option<Information> {
    let identity = service.certificate(&session.connector)?;
    Some(tls_channel::showing(identity.certificate()))
}

/// Performs the handshake on the accepting side.
pub(super) async fn accept<S: SmtpService>(
    service: &S,
    session: &Session,
    channel: Channel,
    between_servers: bool,
    now: impl Fn() -> jiff::Timestamp,
) -> Accepted {
    let identity = if between_servers {
        service.internal_certificate()
    } else {
        service.certificate(&session.connector)
    };
    let (Channel::Plain(stream), Some(identity)) = (channel, identity) else {
        return Accepted { rows: Vec::new(), outcome: Err(Ending::Local) };
    };
    match tls_channel::accept(&identity, stream).await {
        Ok((channel, peer)) => {
            let tls = session_tls(service, session, &peer, between_servers, now());
            Accepted { rows: peer.rows(between_servers), outcome: Ok((channel, tls)) }
        }
        Err(error) => {
            let ending = if error == "SocketError" { Ending::RemoteReset } else { Ending::Local };
            Accepted { rows: vec![Information::TlsFailed { error }], outcome: Err(ending) }
        }
    }
}

fn session_tls<S: SmtpService>(
    service: &S,
    session: &Session,
    peer: &PeerTls,
    between_servers: bool,
    now: jiff::Timestamp,
) -> SessionTls {
    let (status, client_names) = peer.client(&service.trust(), now);
    let granting =
        if between_servers { None } else { service.cloud_services(session, &client_names) };
    let capabilities = match (&granting, peer.has_certificate()) {
        (Some(domain), _) => TlsDomainCapabilities {
            capabilities: "AcceptCloudServicesMail".to_owned(),
            status: "Success".to_owned(),
            domain: Some(domain.clone()),
        },
        (None, has_certificate) => TlsDomainCapabilities {
            capabilities: "None".to_owned(),
            status: if has_certificate { "NoMatchingDomain" } else { "NoRemoteCertificate" }
                .to_owned(),
            domain: None,
        },
    };
    SessionTls {
        version: peer.version(),
        cipher_suite: peer.cipher_suite(),
        client_names,
        accepts_cloud_services_mail: granting.is_some(),
        information: vec![
            Information::ClientCertificateStatus { status: status.to_owned() },
            Information::TlsDomainCapabilities(capabilities),
        ],
    }
}
