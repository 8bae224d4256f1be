//! What a mail server of the Internet decides about mail that comes in.

use std::net::SocketAddr;
use std::sync::Arc;

use async_trait::async_trait;
use ca::{TlsServer, TrustStore};
use exchange::ip_range::IpRange;
use exchange::nouns::receive_connector::{PermissionGroup, ReceiveConnector, TransportRole};
use exchange::properties::Flags;
use exchange::quantity::{ByteSize, TimeSpan, Unlimited};
use smtp::{Capabilities, Envelope, MailFrom, RcptTo, Reply};

use crate::computer::{LogDirectory, SharedSessionIds};
use crate::dns_block_list;
use crate::exchange_online::authentication;
use crate::internet_mta::InternetMta;
use crate::message::content::Content;
use crate::smtp_in::capabilities::Stage;
use crate::smtp_in::session::Session;
use crate::smtp_in::wording::{POSTFIX, Wording, reply};
use crate::smtp_in::{Arrived, Manners, SmtpService, capabilities};

/// Postfix' `hopcount_limit`.
const HOPS_MAX: usize = 50;

#[async_trait]
impl SmtpService for InternetMta {
    fn connector(&self, _local: SocketAddr, _remote: SocketAddr) -> Option<ReceiveConnector> {
        let name = &self.computer.name;
        let mut connector = ReceiveConnector::new(name, "smtpd", TransportRole::FrontendTransport);
        connector.remote_ip_ranges = vec![IpRange::all_v4(), IpRange::all_v6()];
        connector.permission_groups = Flags::of(&[PermissionGroup::AnonymousUsers]);
        connector.max_message_size = ByteSize(52_428_800);
        connector.max_protocol_errors = Unlimited::Limited(20);
        connector.tarpit_interval = TimeSpan::seconds(0);
        // Postfix' `smtpd_client_connection_count_limit` and `smtpd_recipient_limit`.
        connector.max_inbound_connection_per_source = Unlimited::Limited(50);
        connector.max_recipients_per_message = 1000;
        Some(connector)
    }

    fn session_ids(&self) -> &SharedSessionIds {
        &self.session_ids
    }

    fn protocol_log(&self, _connector: &ReceiveConnector) -> Option<Arc<LogDirectory>> {
        None
    }

    fn wording(&self) -> &'static Wording {
        &POSTFIX
    }

    fn manners(&self) -> Manners {
        *InternetMta::manners(self)
    }

    fn banner(&self, _session: &Session) -> Reply {
        Reply::plain(220, format!("{} ESMTP Postfix", self.computer.fqdn))
    }

    fn offers(&self, _session: &Session, stage: Stage) -> (String, Capabilities) {
        (self.computer.fqdn.clone(), capabilities::postfix(stage))
    }

    fn certificate(&self, _connector: &ReceiveConnector) -> Option<Arc<TlsServer>> {
        let listed = self.computer.certificates.listed();
        self.computer.certificates.server_tls(&listed.first()?.thumbprint)
    }

    fn internal_certificate(&self) -> Option<Arc<TlsServer>> {
        None
    }

    fn trust(&self) -> TrustStore {
        self.computer.certificates.trust()
    }

    fn authenticate(&self, _session: &Session, _token: &str) -> Option<String> {
        None
    }

    async fn mail(&self, session: &Session, mail: &MailFrom) -> Reply {
        let client = session.remote.ip();
        let sender = mail.reverse_path.address();
        let blocked = self.refusals().blocked_sender(sender, client);
        if let Some(refusal) = blocked {
            return refusal;
        }
        let unproved = sender.and_then(|sender| self.refusals().spf_failure(sender, client));
        if let (Some(refusal), Some(sender)) = (unproved, sender)
            && authentication::fails_spf(&self.computer.resolver, client, sender.domain()).await
        {
            return refusal;
        }
        match dns_block_list::listing(&self.computer.resolver, client).await {
            Some(_) => reply(&format!(
                "554 5.7.1 Service unavailable; Client host [{client}] blocked using {}",
                dns_block_list::ZONE
            )),
            None => POSTFIX.sender_ok(),
        }
    }

    async fn recipient(&self, session: &Session, _envelope: &Envelope, rcpt: &RcptTo) -> Reply {
        let address = &rcpt.address;
        if self.has(address) {
            POSTFIX.recipient_ok()
        } else if self.serves(address.domain()) {
            self.refusals().unknown_recipient(address, session.remote.ip())
        } else {
            reply(&format!("554 5.7.1 <{address}>: Relay access denied"))
        }
    }

    async fn message(&self, session: &Session, envelope: &Envelope, content: Vec<u8>) -> Arrived {
        let mut content = Content::parse(&content);
        if content.values("Received").count() > HOPS_MAX {
            return reply("554 5.4.0 Error: too many hops").into();
        }
        let id = format!("{:012X}", self.computer.random_bits() >> 80);
        let tls = session.tls.as_ref().map(|tls| {
            format!(" (using {} with cipher {})", tls.version.replace('_', "."), tls.cipher_suite)
        });
        let with = if tls.is_some() { "ESMTPS" } else { "ESMTP" };
        let client = session.remote.ip();
        let date = self.computer.culture.mail_date(self.computer.clock.now());
        let hop = format!(
            "from {} ({} [{client}]){} by {} (Postfix) with {with} id {id}; {date}",
            session.hello,
            session.hello,
            tls.unwrap_or_default(),
            self.computer.fqdn
        );
        content.prepend("Received", &hop);
        let path = envelope.mail.reverse_path.to_string();
        content.prepend("Return-Path", &path);
        let to: Vec<_> = envelope.recipients.iter().map(|rcpt| rcpt.address.clone()).collect();
        let item = self.item(content, envelope.mail.reverse_path.clone(), &to);
        self.dispatch(&item);
        reply(&format!("250 2.0.0 Ok: queued as {id}")).into()
    }
}
