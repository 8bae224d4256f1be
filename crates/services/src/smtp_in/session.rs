//! What a service knows of a session while it decides.

use std::net::{IpAddr, SocketAddr};

use exchange::ids::SessionId;
use exchange::nouns::receive_connector::ReceiveConnector;
use jiff::Timestamp;
use logs::information_row::Information;

use crate::smtp_in::permissions::{Identity, Permissions};

/// A receive session.
#[derive(Clone, Debug)]
pub struct Session {
    /// Its id in the logs.
    pub id: SessionId,
    /// When it began.
    pub begun: Timestamp,
    /// The connector it belongs to.
    pub connector: ReceiveConnector,
    /// The server's end.
    pub local: SocketAddr,
    /// The client's end.
    pub remote: SocketAddr,
    /// Name the client gave in EHLO.
    pub hello: String,
    /// What is known since TLS started.
    pub tls: Option<SessionTls>,
    /// Who the client is.
    pub identity: Identity,
    /// The session of the Front End that this one carries, since XPROXYFROM.
    pub proxied: Option<ProxiedClient>,
    /// Messages so far.
    pub messages: u32,
}

/// The encrypted channel of a session.
#[derive(Clone, Debug)]
pub struct SessionTls {
    /// `TLS1_2`
    pub version: &'static str,
    /// `TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384`
    pub cipher_suite: &'static str,
    /// Names in the client's certificate, when it showed one that is valid.
    pub client_names: Vec<String>,
    /// Whether the connector lets the client hand over the headers of internal mail.
    pub accepts_cloud_services_mail: bool,
    /// What the protocol log says of the client's certificate, once the client has greeted again.
    pub information: Vec<Information>,
}

/// A client whose session a Front End carries on to a Hub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProxiedClient {
    /// Session id at the Front End.
    pub session_id: String,
    /// The client's address.
    pub address: IpAddr,
    /// The client's port.
    pub port: u16,
    /// Name the client gave in EHLO.
    pub hello: String,
}

impl ProxiedClient {
    /// Reads what follows the verb: `SID=… IP=… PORT=… DOMAIN=… SEQNUM=1 PERMS=1073 AUTHSRC=Anonymous`.
    pub fn parse(arguments: &str) -> Option<Self> {
        let value = |name: &str| {
            arguments.split_whitespace().find_map(|word| {
                let (key, value) = word.split_once('=')?;
                key.eq_ignore_ascii_case(name).then_some(value)
            })
        };
        Some(Self {
            session_id: value("SID")?.to_owned(),
            address: value("IP")?.parse().ok()?,
            port: value("PORT")?.parse().ok()?,
            hello: value("DOMAIN").unwrap_or_default().to_owned(),
        })
    }

    /// What follows the verb, for that message of the client's session.
    pub fn to_arguments(&self, message: u32) -> String {
        format!(
            "SID={} IP={} PORT={} DOMAIN={} SEQNUM={message} PERMS=1073 AUTHSRC=Anonymous",
            self.session_id, self.address, self.port, self.hello
        )
    }
}

impl Session {
    /// What the client may do.
    pub fn permissions(&self) -> Permissions {
        Permissions::of(&self.identity, &self.connector)
    }

    /// `08DEA74796A6E2C8;2026-05-01T06:06:57.291Z;1`: the triple that joins the protocol log with
    /// the message tracking log.
    pub fn message_triple(&self, message: u32) -> String {
        format!("{};{};{message}", self.id, exchange::culture::log_time(self.begun))
    }

    /// Whether the client is the other half of the organization.
    pub fn is_cross_premises(&self) -> bool {
        self.tls.as_ref().is_some_and(|tls| tls.accepts_cloud_services_mail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_proxied_client_survives_the_wire(port: u16, address: [u8; 4], hello in "[a-z.]{1,30}") {
            let client = ProxiedClient {
                session_id: "08DEA74796A6E2C8".to_owned(),
                address: IpAddr::from(address),
                port,
                hello,
            };
            prop_assert_eq!(ProxiedClient::parse(&client.to_arguments(1)), Some(client));
        }

        #[test]
        fn any_arguments_are_read_or_refused(arguments in ".{0,80}") {
            let _read = ProxiedClient::parse(&arguments);
        }
    }
}
