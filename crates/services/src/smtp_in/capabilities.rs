//! What a server offers in answer to EHLO.
//!
//! Order and form as in real protocol logs of Exchange 2010 to 2019 and on the wire of Exchange Online.
//! Exchange 2010 named no size, and offered XEXCH50, XRDST and XSHADOW last, where Exchange servers may
//! log on; SMTPUTF8 came with 2019.
//!
//! `XOORG` at the end is inferred: no public log shows the reply that offers it.

use exchange::nouns::receive_connector::{
    AuthMechanism, ReceiveConnector, SizeMode, TransportRole,
};
use exchange::product::Product;
use smtp::Capabilities;

/// What a capability list depends on beside the connector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stage {
    /// TLS is on.
    pub is_tls: bool,
    /// TLS was started by `X-ANONYMOUSTLS`: the peer is an Exchange server.
    pub is_anonymous_tls: bool,
    /// The connector has a certificate to show.
    pub has_certificate: bool,
    /// The server has a certificate for other Exchange servers.
    pub has_internal_certificate: bool,
    /// The client may hand over the headers of internal mail.
    pub offers_xoorg: bool,
}

/// What an Exchange server on premises offers.
pub fn exchange(connector: &ReceiveConnector, product: Product, stage: Stage) -> Capabilities {
    let auth = connector.auth_mechanism;
    let is_front_end = connector.transport_role == TransportRole::FrontendTransport;
    let servers = auth.has(AuthMechanism::ExchangeServer);
    let is_2010 = product == Product::Exchange2010;
    let size = match connector.size_enabled {
        SizeMode::Enabled if !is_2010 => format!("SIZE {}", connector.max_message_size.0),
        SizeMode::Enabled | SizeMode::EnabledWithoutValue | SizeMode::Disabled => "SIZE".to_owned(),
    };
    let logins = [
        (auth.has(AuthMechanism::Integrated), "NTLM"),
        (
            auth.has(AuthMechanism::BasicAuth)
                && (stage.is_tls || !auth.has(AuthMechanism::BasicAuthRequireTLS)),
            "LOGIN",
        ),
    ];
    let logins = words("AUTH", &logins);
    let exps = [
        (servers && stage.is_anonymous_tls, "EXCHANGEAUTH"),
        (servers && auth.has(AuthMechanism::Integrated), "GSSAPI"),
        (servers && auth.has(AuthMechanism::Integrated), "NTLM"),
    ];
    let exps = words("X-EXPS", &exps);
    let offers_anonymous_tls = servers
        && !stage.is_tls
        && stage.has_internal_certificate
        && !connector.suppress_x_anonymous_tls;
    let offers = [
        (connector.size_enabled != SizeMode::Disabled, size.as_str()),
        (connector.pipelining_enabled, "PIPELINING"),
        (connector.delivery_status_notification_enabled, "DSN"),
        (connector.enhanced_status_codes_enabled, "ENHANCEDSTATUSCODES"),
        (auth.has(AuthMechanism::Tls) && !stage.is_tls && stage.has_certificate, "STARTTLS"),
        (offers_anonymous_tls, "X-ANONYMOUSTLS"),
        (logins.is_some(), logins.as_deref().unwrap_or_default()),
        (exps.is_some(), exps.as_deref().unwrap_or_default()),
        (servers && stage.is_anonymous_tls, "X-EXCHANGEAUTH SHA256"),
        (connector.eight_bit_mime_enabled, "8BITMIME"),
        (connector.binary_mime_enabled, "BINARYMIME"),
        (connector.chunking_enabled, "CHUNKING"),
        (connector.smtp_utf8_enabled && product >= Product::Exchange2019, "SMTPUTF8"),
        (servers && (is_2010 || stage.is_anonymous_tls), "XEXCH50"),
        (servers || !is_2010, "XRDST"),
        (servers && is_2010, "XSHADOW"),
        (!is_2010 && !is_front_end && servers && stage.is_anonymous_tls, "XSHADOWREQUEST"),
        (!is_front_end && servers && stage.is_anonymous_tls, "XPROXYFROM"),
        (stage.offers_xoorg, "XOORG"),
    ];
    listed(&offers)
}

/// What Exchange Online offers to the world.
pub fn exchange_online(stage: Stage) -> Capabilities {
    listed(&[
        (true, "SIZE 157286400"),
        (true, "PIPELINING"),
        (true, "DSN"),
        (true, "ENHANCEDSTATUSCODES"),
        (!stage.is_tls && stage.has_certificate, "STARTTLS"),
        (true, "8BITMIME"),
        (true, "BINARYMIME"),
        (true, "CHUNKING"),
        (true, "SMTPUTF8"),
        (stage.offers_xoorg, "XOORG"),
    ])
}

/// What a mail server of the Internet offers.
pub fn postfix(stage: Stage) -> Capabilities {
    listed(&[
        (true, "PIPELINING"),
        (true, "SIZE 52428800"),
        (true, "VRFY"),
        (true, "ETRN"),
        (!stage.is_tls && stage.has_certificate, "STARTTLS"),
        (true, "ENHANCEDSTATUSCODES"),
        (true, "8BITMIME"),
        (true, "DSN"),
        (true, "SMTPUTF8"),
        (true, "CHUNKING"),
    ])
}

fn listed(offers: &[(bool, &str)]) -> Capabilities {
    offers
        .iter()
        .filter(|(offered, _)| *offered)
        .fold(Capabilities::new(), |all, (_, line)| all.with(line))
}

/// `AUTH NTLM LOGIN`, or nothing when no word holds.
fn words(keyword: &str, candidates: &[(bool, &str)]) -> Option<String> {
    let chosen: Vec<_> =
        candidates.iter().filter(|(holds, _)| *holds).map(|(_, word)| *word).collect();
    (!chosen.is_empty()).then(|| format!("{keyword} {}", chosen.join(" ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::installation::default_receive_connectors;

    const PLAIN: Stage = Stage {
        is_tls: false,
        is_anonymous_tls: false,
        has_certificate: true,
        has_internal_certificate: true,
        offers_xoorg: false,
    };

    fn offer(name: &str, stage: Stage) -> String {
        let connectors = default_receive_connectors("MBX01", "mbx01.contoso.example");
        let connector = connectors.iter().find(|one| one.name == name).unwrap();
        exchange(connector, Product::Exchange2019, stage).to_reply("MBX01 Hello").text()
    }

    #[test]
    fn the_default_frontend_offers_what_a_real_one_does() {
        assert_eq!(
            offer("Default Frontend MBX01", PLAIN),
            "MBX01 Hello SIZE 37748736 PIPELINING DSN ENHANCEDSTATUSCODES STARTTLS X-ANONYMOUSTLS AUTH NTLM X-EXPS GSSAPI NTLM 8BITMIME BINARYMIME CHUNKING SMTPUTF8 XRDST"
        );
        assert_eq!(
            offer("Default Frontend MBX01", Stage { is_tls: true, ..PLAIN }),
            "MBX01 Hello SIZE 37748736 PIPELINING DSN ENHANCEDSTATUSCODES AUTH NTLM LOGIN X-EXPS GSSAPI NTLM 8BITMIME BINARYMIME CHUNKING SMTPUTF8 XRDST"
        );
    }

    #[test]
    fn without_a_certificate_there_is_no_starttls() {
        let reply = offer("Default Frontend MBX01", Stage { has_certificate: false, ..PLAIN });
        assert!(!reply.contains("STARTTLS") && reply.contains("X-ANONYMOUSTLS"));
    }

    #[test]
    fn exchange_servers_are_offered_their_own_verbs() {
        let reply = offer("Default MBX01", Stage { is_tls: true, is_anonymous_tls: true, ..PLAIN });
        assert!(reply.contains("X-EXPS EXCHANGEAUTH GSSAPI NTLM X-EXCHANGEAUTH SHA256"), "{reply}");
        assert!(reply.contains("XPROXYFROM"));
    }
}
