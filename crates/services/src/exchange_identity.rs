//! How an Exchange server shows who it is: names, certificates, and the proof that it belongs to its
//! organization.
//!
//! In the product servers prove themselves with Kerberos, and an Edge server with the certificate its
//! subscription recorded. The lab uses one proof for both: a keyed digest over the peer's
//! certificate, with a key that the directory hands only to its members.

use std::sync::Arc;

use ca::{TlsClient, TlsServer};
use exchange::decisions::certificate_choice;
use exchange::directory::{Build, Organization, Server};
use exchange::nouns::receive_connector::ReceiveConnector;
use exchange::nouns::send_connector::SendConnector;
use exchange::status;
use ring::hmac;
use smtp::{Capabilities, Reply};

use crate::computer::Computer;
use crate::directory::Directory;
use crate::smtp_in::capabilities::{self, Stage};
use crate::smtp_in::session::Session;
use crate::smtp_in::wording;
use crate::transport_events as events;

/// `220 CMHYBD01.cloudmonkeys.xyz Microsoft ESMTP MAIL Service ready at Fri, 1 May 2026 …`
pub(crate) fn banner(computer: &Computer, connector: &ReceiveConnector) -> Reply {
    if let Some(text) = connector.banner.as_deref().and_then(|banner| banner.strip_prefix("220 ")) {
        return Reply::plain(220, text);
    }
    let name = connector_name(computer, connector);
    let date = computer.culture.mail_date(computer.clock.now());
    Reply::plain(220, format!("{name} Microsoft ESMTP MAIL Service ready at {date}"))
}

/// The name a connector gives: its FQDN, or the server's.
pub(crate) fn connector_name(computer: &Computer, connector: &ReceiveConnector) -> String {
    connector.fqdn.clone().unwrap_or_else(|| computer.fqdn.clone())
}

/// The EHLO reply of a Receive connector: its name, and what it offers at that stage.
pub(crate) fn offers(
    computer: &Computer,
    build: Build,
    session: &Session,
    stage: Stage,
) -> (String, Capabilities) {
    let name = connector_name(computer, &session.connector);
    let greeting = format!("{name} Hello [{}]", session.remote.ip());
    (greeting, capabilities::exchange(&session.connector, build.product(), stage))
}

/// The server that a client's token proves to the holder of that certificate, if it proves one.
pub(crate) fn authenticate(
    directory: &Directory<Organization>,
    own_thumbprint: &str,
    token: &str,
) -> Option<String> {
    directory.read(|organization| check_token(organization, own_thumbprint, token))
}

/// What a client that may not submit hears after MAIL.
pub(crate) fn not_authenticated(build: Build) -> Reply {
    let product = build.product();
    wording::reply(status::as_said_by(product, status::CLIENT_NOT_AUTHENTICATED))
}

/// The certificate a Receive connector shows for STARTTLS. Event 12014 says that there is none, event
/// 12016 that it has expired.
pub(crate) fn connector_certificate(
    computer: &Computer,
    connector: &ReceiveConnector,
) -> Option<Arc<TlsServer>> {
    let certificates = computer.certificates.listed();
    let fqdn = connector_name(computer, connector);
    let name = connector.tls_certificate_name.as_ref();
    let now = computer.clock.now();
    let chosen = certificate_choice::choose(&certificates, name, &fqdn, now);
    match chosen {
        None => {
            let wanted = name.map_or(fqdn.clone(), ToString::to_string);
            computer.events.report_once(events::no_certificate(connector, &wanted, &fqdn));
        }
        Some(certificate) if certificate.not_after < now => {
            computer.events.report_once(events::certificate_expired(connector, &fqdn));
        }
        Some(_) => {}
    }
    computer.certificates.server_tls(&chosen?.thumbprint)
}

/// The certificate a Send connector shows.
///
/// # Errors
/// When the connector names a certificate that is not there.
pub(crate) fn send_certificate(
    computer: &Computer,
    connector: &SendConnector,
) -> Result<Arc<TlsClient>, MissingCertificate> {
    let certificates = computer.certificates.listed();
    let fqdn = connector.fqdn.clone().unwrap_or_else(|| computer.fqdn.clone());
    let name = connector.tls_certificate_name.as_ref();
    let now = computer.clock.now();
    match certificate_choice::choose(&certificates, name, &fqdn, now) {
        Some(certificate) => {
            Ok(computer.certificates.client_tls_of_exchange(&certificate.thumbprint))
        }
        None if name.is_some() => Err(MissingCertificate),
        None => Ok(computer.certificates.client_tls(None)),
    }
}

/// The certificate that `TlsCertificateName` names is not in the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct MissingCertificate;

/// The certificate a server shows to other Exchange servers that call it.
pub(crate) fn internal_server_tls(computer: &Computer, server: &Server) -> Option<Arc<TlsServer>> {
    computer.certificates.server_tls(server.internal_transport_certificate.as_deref()?)
}

/// The certificate a server shows to other Exchange servers it calls.
pub(crate) fn internal_client_tls(computer: &Computer, server: &Server) -> Arc<TlsClient> {
    computer.certificates.client_tls(server.internal_transport_certificate.as_deref())
}

/// The token by which a server proves its membership to the holder of a certificate.
pub(crate) fn token(organization: &Organization, fqdn: &str, peer_thumbprint: &str) -> String {
    format!("SHA256 {fqdn} {}", digest(organization, fqdn, peer_thumbprint))
}

/// The server that a token proves, if it proves one.
pub(crate) fn check_token(
    organization: &Organization,
    own_thumbprint: &str,
    arguments: &str,
) -> Option<String> {
    let mut words = arguments.split_whitespace();
    let (Some("EXCHANGEAUTH"), Some("SHA256"), Some(fqdn), Some(proof), None) =
        (words.next(), words.next(), words.next(), words.next(), words.next())
    else {
        return None;
    };
    let is_member = organization.server(fqdn).is_some();
    (is_member && digest(organization, fqdn, own_thumbprint) == proof).then(|| fqdn.to_owned())
}

fn digest(organization: &Organization, fqdn: &str, thumbprint: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, &organization.membership_key.to_be_bytes());
    let text = format!("{}\n{thumbprint}", fqdn.to_ascii_lowercase());
    let tag = hmac::sign(&key, text.as_bytes());
    tag.as_ref().iter().flat_map(|byte| [byte >> 4, byte & 15]).map(hex_digit).collect()
}

fn hex_digit(value: u8) -> char {
    char::from_digit(value.into(), 16).unwrap_or_default()
}
