//! How a mail server of the Internet sends: by MX, with TLS when it works.

use std::net::SocketAddr;
use std::time::Duration;

use async_trait::async_trait;
use exchange::decisions::retry_ladder::RetryLadder;
use exchange::winsock::SocketError;
use smtp::{ClientMessage, MailFrom, Parameter, RcptTo, Severity};

use crate::internet_mta::InternetMta;
use crate::lookup;
use crate::message::content::Content;
use crate::message::item::MailItem;
use crate::queue::{Attempt, Fate, QueueOwner, RecipientResult, Sent, Setback};
use crate::smtp_out::{Caller, ConnectFailure, Connection, Target, TlsPolicy, connect};

#[async_trait]
impl QueueOwner for InternetMta {
    type NextHop = String;
    type Channel = Connection;

    /// Postfix' defaults: between 300 s and 4000 s, five days in all.
    fn ladder(&self, _domain: &String) -> RetryLadder {
        let minutes = Duration::from_mins;
        RetryLadder {
            glitch: (2, minutes(5)),
            transient: (4, minutes(15)),
            then: minutes(66),
            message: minutes(5),
            delay_notice: None,
            expiration: Duration::from_hours(120),
        }
    }

    fn messages_per_connection(&self, _domain: &String) -> usize {
        100
    }

    async fn open(&self, domain: &String, _attempt: Attempt) -> Result<Connection, Setback> {
        let resolver = &self.computer.resolver;
        let hosts = lookup::mail_hosts(resolver, domain).await.map_err(|failure| {
            Setback::status(format!("451 4.4.3 Host or domain name not found: {failure}"))
        })?;
        let caller = Caller {
            computer: self.computer.clone(),
            source: None,
            connector_id: String::new(),
            permissions: "None",
            hello: self.computer.fqdn.clone(),
            session_ids: self.session_ids.clone(),
            log: None,
            tls: TlsPolicy::Opportunistic,
            identity: self.computer.certificates.client_tls(None),
            trust: self.computer.certificates.trust(),
            patience: Duration::from_mins(5),
            pipelines: true,
            after_banner: Vec::new(),
        };
        let mut last = Setback::status("451 4.4.1 no mail exchanger could be reached");
        for (name, addresses) in hosts {
            for address in addresses {
                let target = Target {
                    name: name.clone(),
                    endpoint: SocketAddr::new(address, 25),
                    domain: domain.clone(),
                };
                match connect(&caller, &target, self.session_ids.issue()).await {
                    Ok(connection) => return Ok(connection),
                    Err(failure) => last = setback(&failure, &target),
                }
            }
        }
        Err(last)
    }

    async fn send(&self, connection: &mut Connection, item: &MailItem) -> Sent {
        let content = item.content.to_bytes();
        let mut mail = MailFrom::new(item.sender.clone());
        if connection.offers("SIZE") {
            mail = mail.with(Parameter::new("SIZE", content.len().to_string()));
        }
        let rcpt = item.recipients.iter().map(|one| RcptTo::new(one.address.clone())).collect();
        let target = connection.target().clone();
        let outcome = connection.send(ClientMessage { mail, rcpt, content }, &[]).await;
        let results = (0..item.recipients.len())
            .map(|index| {
                let reply = outcome.as_ref().and_then(|outcome| outcome.for_recipient(index));
                let Some(reply) = reply else {
                    return RecipientResult::Deferred(Setback::status("421 4.4.2 lost connection"));
                };
                let setback = Setback {
                    remote: Some(target.name.clone()),
                    ..Setback::status(reply.to_string())
                };
                match reply.severity() {
                    Severity::Positive | Severity::Intermediate => RecipientResult::Delivered,
                    Severity::Transient => RecipientResult::Deferred(setback),
                    Severity::Permanent => RecipientResult::Failed(setback),
                }
            })
            .collect();
        Sent { results, usable: connection.is_usable() }
    }

    async fn close(&self, connection: Connection) {
        connection.quit().await;
    }

    async fn settle(&self, _domain: &String, item: &MailItem, fate: Fate) {
        let failed = match fate {
            Fate::Failed(failed) => failed,
            Fate::Expired(recipients, why) => {
                recipients.into_iter().map(|one| (one, why.clone())).collect()
            }
            Fate::Delivered(_) | Fate::Deferred { .. } | Fate::Delayed(..) => return,
        };
        if let Some((sender, bounce)) = self.bounce(item, &failed) {
            let content = Content::parse(bounce.as_bytes());
            self.dispatch(&self.item(content, smtp::ReversePath::Null, &[sender]));
        }
    }
}

fn setback(failure: &ConnectFailure, target: &Target) -> Setback {
    let host = format!("connect to {}[{}]", target.name, target.endpoint);
    let text = match failure {
        ConnectFailure::Socket(SocketError::TimedOut) => format!("{host}: Connection timed out"),
        ConnectFailure::Socket(SocketError::ConnectionRefused) => {
            format!("{host}: Connection refused")
        }
        ConnectFailure::Socket(_) => format!("{host}: No route to host"),
        ConnectFailure::Refused(reply) | ConnectFailure::Authentication(reply) => {
            format!("host {} refused to talk to me: {reply}", target.name)
        }
        _ => format!("lost connection with {}", target.name),
    };
    Setback { remote: Some(target.name.clone()), ..Setback::status(format!("451 4.4.1 {text}")) }
}
