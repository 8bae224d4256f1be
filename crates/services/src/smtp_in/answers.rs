//! What a receive session answers: the limits of its connector, the dialogue of AUTH, the verbs between
//! Exchange servers; for the rest it asks the service.

use exchange::nouns::receive_connector::ReceiveConnector;
use logs::information_row::Information;
use smtp::{ContentFault, Envelope, HelloVerb, MailFrom, ProtocolError, RcptTo, Reply, Request};

use crate::computer::{Event, Level};
use crate::smtp_in::capabilities::Stage;
use crate::smtp_in::connections::Excess;
use crate::smtp_in::driver::{ANONYMOUS_TLS, Driver};
use crate::smtp_in::logon::{Logon, Step};
use crate::smtp_in::ntlm::Names;
use crate::smtp_in::permissions::Identity;
use crate::smtp_in::service::{Arrived, SmtpService};
use crate::smtp_in::session::ProxiedClient;
use crate::smtp_in::wording::{Wording, reply};
use crate::transport_events::LOGON_DENIED;

pub(super) const EXPS: &str = "X-EXPS";
pub(super) const PROXY_FROM: &str = "XPROXYFROM";
/// Asks which shadow copies may be discarded.
pub(super) const QUERY_DISCARD: &str = "XQDISCARD";

impl<S: SmtpService> Driver<S> {
    pub(super) async fn decide(&mut self, request: Request) -> Arrived {
        let wording = self.service.wording();
        match request {
            Request::Connected => {
                self.clock.sleep(self.service.manners().banner_delay).await;
                self.welcome().into()
            }
            Request::Hello { verb, domain } => self.hello(verb, domain),
            Request::StartTls { verb } => {
                self.is_anonymous_tls = verb.eq_ignore_ascii_case(ANONYMOUS_TLS);
                reply(wording.start_tls).into()
            }
            Request::Auth { mechanism, initial_response } => {
                self.begin_logon(&mechanism, initial_response.as_deref()).await.into()
            }
            Request::AuthResponse(response) => self.go_on_with_logon(&response).await.into(),
            Request::Extension { verb, arguments } => self.extension(&verb, &arguments),
            Request::Mail(mail) => self.mail(&mail).await,
            Request::Rcpt(rcpt) => self.recipient(&rcpt).await.into(),
            Request::Data => reply(wording.data).into(),
            Request::Chunk { octets } => wording.chunk(octets).into(),
            Request::Message { content, .. } => self.message(content).await,
            Request::MessageRefused { fault: ContentFault::TooLarge { .. }, .. } => {
                reply(wording.too_large).into()
            }
            Request::MessageRefused { fault: ContentFault::BareLineFeed, .. } => {
                reply(wording.bare_line_feed).into()
            }
            Request::Reset => reply(wording.reset).into(),
            Request::Noop => reply(wording.noop).into(),
            Request::Vrfy(_) => reply(wording.vrfy).into(),
            Request::Expn(_) => reply(wording.expn).into(),
            Request::Help(_) => wording.help().into(),
            Request::Quit => reply(wording.quit).into(),
            Request::Refused(error) => self.refused(&error).await.into(),
        }
    }

    fn welcome(&self) -> Reply {
        let (wording, connector) = (self.service.wording(), &self.session.connector);
        match self.excess {
            None => self.service.banner(&self.session),
            Some(Excess::Connector) => reply(wording.too_many_connections),
            Some(Excess::Source { limit, is_first }) => {
                if is_first {
                    let source = self.session.remote.ip();
                    self.report(1021, format!("Receive connector '{}' rejected an incoming connection from IP address '{source}'. The maximum number of connections per source ('{limit}') for this connector has been reached by this source IP address.", connector.name), &[&connector.name, &source.to_string(), &limit.to_string()]);
                }
                reply(wording.too_many_connections_of_source)
            }
        }
    }

    fn hello(&mut self, verb: HelloVerb, domain: String) -> Arrived {
        if let Some(refusal) = self.service.wording().invalid_hello
            && !is_hello_name(&domain)
        {
            return reply(refusal).into();
        }
        self.session.hello = domain;
        let stage = Stage {
            is_tls: self.session.tls.is_some(),
            is_anonymous_tls: self.is_anonymous_tls,
            has_certificate: self.service.certificate(&self.session.connector).is_some(),
            has_internal_certificate: self.service.internal_certificate().is_some(),
            offers_xoorg: self.session.is_cross_premises(),
        };
        let (greeting, capabilities) = self.service.offers(&self.session, stage);
        let reply = match verb {
            HelloVerb::Ehlo => capabilities.to_reply(&greeting),
            HelloVerb::Helo => Reply::plain(250, greeting),
        };
        let mut information = Vec::new();
        if let Some(tls) = &self.session.tls
            && !self.logged_client_certificate
            && !self.is_anonymous_tls
        {
            self.logged_client_certificate = true;
            information.clone_from(&tls.information);
        }
        Arrived { reply, information }
    }

    async fn mail(&mut self, mail: &MailFrom) -> Arrived {
        let wording = self.service.wording();
        if let Some(refusal) = self.refusal_of_mail(mail, wording) {
            return reply(refusal).into();
        }
        let reply = self.service.mail(&self.session, mail).await;
        if !reply.is_positive() {
            return self.tarpitted(reply).await.into();
        }
        self.session.messages += 1;
        let information = Information::ReceivingMessage {
            session_id: self.session.id.to_string(),
            begun: self.session.begun,
            message: self.session.messages,
        };
        Arrived { reply, information: vec![information] }
    }

    fn refusal_of_mail(&self, mail: &MailFrom, wording: &Wording) -> Option<&'static str> {
        let (session, connector) = (&self.session, &self.session.connector);
        let bypasses_size = session.permissions().bypass_size;
        let is_too_large = mail.size().is_some_and(|octets| octets > connector.max_message_size.0)
            && !bypasses_size;
        let (now, source) = (self.clock.now(), session.remote.ip());
        if connector.require_tls && session.tls.is_none() {
            Some(wording.tls_required)
        } else if is_too_large {
            Some(wording.too_large)
        } else if !self.connections.takes_message(connector, source, now) {
            Some(wording.too_many_messages)
        } else {
            None
        }
    }

    async fn recipient(&mut self, rcpt: &RcptTo) -> Reply {
        let wording = self.service.wording();
        let Some(envelope) = self.protocol.envelope() else {
            return wording.error(&ProtocolError::MailFirst);
        };
        if is_full(envelope, &self.session.connector) {
            return reply(wording.too_many_recipients);
        }
        let reply = self.service.recipient(&self.session, envelope, rcpt).await;
        if reply.is_positive() { reply } else { self.tarpitted(reply).await }
    }

    async fn message(&mut self, content: Vec<u8>) -> Arrived {
        let wording = self.service.wording();
        let Some(envelope) = self.protocol.envelope() else {
            return wording.error(&ProtocolError::MailFirst).into();
        };
        if header_octets(&content) > self.session.connector.max_header_size.0 {
            return reply(wording.header_too_large).into();
        }
        self.service.message(&self.session, envelope, content).await
    }

    /// A logon that is not offered is held back like one that fails; a real log shows it.
    async fn refused(&mut self, error: &ProtocolError) -> Reply {
        let reply = self.service.wording().error(error);
        match error {
            ProtocolError::MechanismNotOffered(_) => self.tarpitted(reply).await,
            ProtocolError::NotOffered(verb) if verb == "AUTH" => self.tarpitted(reply).await,
            _ => reply,
        }
    }

    async fn begin_logon(&mut self, mechanism: &str, initial: Option<&str>) -> Reply {
        let Some(logon) = Logon::begin(mechanism) else {
            let error = ProtocolError::MechanismNotOffered(mechanism.to_owned());
            return self.refused(&error).await;
        };
        let question = logon.question();
        self.logon = Some(logon);
        match (initial, question) {
            (None, Step::Ask(text)) => Reply::plain(334, text),
            (initial, _) => self.go_on_with_logon(initial.unwrap_or_default()).await,
        }
    }

    async fn go_on_with_logon(&mut self, response: &str) -> Reply {
        let wording = self.service.wording();
        let connector = &self.session.connector;
        let fqdn = connector.fqdn.as_deref().unwrap_or(&connector.server);
        let names = Names { computer: &connector.server, fqdn };
        // Nobody is let in, so the challenge need not be a secret; it must only differ.
        let nonce = self.session.id.0.rotate_left(20);
        let step = match &mut self.logon {
            Some(logon) => logon.answer(response, names, nonce),
            None => Step::Malformed,
        };
        match step {
            Step::Ask(text) => Reply::plain(334, text),
            Step::Cancelled => reply(wording.logon_cancelled),
            Step::Malformed => reply("501 5.5.4 Invalid arguments"),
            Step::Denied { user } => self.deny_logon(user).await,
        }
    }

    async fn deny_logon(&mut self, user: String) -> Reply {
        let Some(logon) = self.logon.take() else {
            return reply(self.service.wording().logon_denied);
        };
        let mechanism = logon.mechanism().to_owned();
        let error = LOGON_DENIED.to_owned();
        self.log.information(&Information::InboundAuthFailed { mechanism, error });
        self.log.information(&Information::UserName { user });
        self.report_denied(logon.mechanism_in_events());
        self.tarpit(self.session.connector.auth_tarpit_interval.0).await;
        self.failed_logons += 1;
        let max = u32::try_from(self.session.connector.max_logon_failures).unwrap_or_default();
        if max > 0 && self.failed_logons > max {
            let (name, source) = (&self.session.connector.name, self.session.remote.ip());
            self.report(1012, format!("Receive connector {name}: Authentication failures have exceeded the maximum of {max} for the connection from {source}. Disconnecting."), &[name, &max.to_string(), &source.to_string()]);
            return self.service.wording().error(&ProtocolError::TooManyErrors);
        }
        reply(self.service.wording().logon_denied)
    }

    fn extension(&mut self, verb: &str, arguments: &str) -> Arrived {
        if verb.eq_ignore_ascii_case(EXPS) && self.is_anonymous_tls {
            return self.exchange_server(arguments);
        }
        let is_server = matches!(self.session.identity, Identity::ExchangeServer(_));
        if verb.eq_ignore_ascii_case(PROXY_FROM) && is_server {
            return match ProxiedClient::parse(arguments) {
                Some(client) => {
                    self.session.proxied = Some(client);
                    Reply::plain(250, "XProxyFrom accepted").into()
                }
                None => reply("501 5.5.4 Invalid arguments").into(),
            };
        }
        if verb.eq_ignore_ascii_case(QUERY_DISCARD)
            && let Identity::ExchangeServer(server) = &self.session.identity
        {
            return self.service.discards(server).into();
        }
        let unknown = smtp::CommandError::UnknownVerb(verb.to_owned());
        self.service.wording().error(&ProtocolError::Command(unknown)).into()
    }

    fn exchange_server(&mut self, token: &str) -> Arrived {
        let Some(server) = self.service.authenticate(&self.session, token) else {
            self.report_denied("ExchangeAuth");
            return reply(self.service.wording().logon_denied).into();
        };
        let user = server.split('.').next().unwrap_or(&server).to_ascii_uppercase();
        let information = vec![Information::Authenticated { user: format!("{user}$") }];
        self.session.identity = Identity::ExchangeServer(server);
        if self.session.permissions().bypass_size {
            self.protocol.set_message_octets_max(u64::MAX);
        }
        Arrived { reply: Reply::plain(235, "<authentication response>"), information }
    }

    /// A refusal to a stranger is held back for the connector's tarpit interval.
    async fn tarpitted(&mut self, reply: Reply) -> Reply {
        if self.session.identity == Identity::Anonymous {
            self.tarpit(self.session.connector.tarpit_interval.0).await;
        }
        reply
    }

    fn report_denied(&self, how: &str) {
        let (name, source) = (&self.session.connector.name, self.session.remote.ip());
        self.report(1035, format!("Inbound authentication failed with error LogonDenied for Receive connector {name}. The authentication mechanism is {how}. The source IP address of the client who tried to authenticate to Microsoft Exchange is [{source}]."), &["LogonDenied", name, how, &source.to_string()]);
    }

    fn report(&self, id: u32, description: String, data: &[&str]) {
        if let Some((events, source)) = self.service.events() {
            let event = Event::application(source, id, Level::Warning, "SmtpReceive", description);
            events.report(event.saying(data));
        }
    }
}

fn is_full(envelope: &Envelope, connector: &ReceiveConnector) -> bool {
    let max = usize::try_from(connector.max_recipients_per_message).unwrap_or_default();
    envelope.recipients.len() >= max
}

/// Whether Exchange takes it for a name: nothing, an address in brackets, or letters, digits, dots,
/// hyphens and underscores. Which characters it refuses beyond these was not found in public.
fn is_hello_name(name: &str) -> bool {
    let is_literal = name.starts_with('[') && name.ends_with(']');
    is_literal || name.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ':'))
}

/// How many octets come before the empty line that ends the header.
fn header_octets(content: &[u8]) -> u64 {
    let end = content.windows(4).position(|octets| octets == b"\r\n\r\n");
    end.map_or(content.len(), |at| at + 2) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_client_is_a_name() {
        for name in ["", "ylmf-pc", "[95.10.20.33]", "a_b.contoso.com", "::1", "bücher.example"] {
            assert!(is_hello_name(name), "{name}");
        }
        for name in ["a b", "<script>", "a@b", "a\0b", "[1.2.3.4"] {
            assert!(!is_hello_name(name), "{name}");
        }
    }

    #[test]
    fn the_header_ends_at_the_empty_line() {
        assert_eq!(header_octets(b"Subject: a\r\n\r\nbody\r\n\r\n"), 12);
        assert_eq!(header_octets(b"Subject: a\r\n"), 12);
        assert_eq!(header_octets(b""), 0);
    }
}
