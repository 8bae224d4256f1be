//! What Exchange Online tells senders: returned mail.

use exchange::culture::Culture;
use exchange::ids::network_message_id;
use logs::last_error::{LastError, LastErrorForm};
use smtp::ReversePath;

use crate::exchange_online::ExchangeOnline;
use crate::exchange_online::rules::AGENT;
use crate::exchange_online::stamped_headers::{self, Written};
use crate::exchange_online::trace::TraceEvent;
use crate::message::item::{AuthAs, MailItem, MailRecipient};
use crate::message::latency::Latency;
use crate::queue::Setback;
use crate::report::{self, Edition, Kind, Reported, Reporter};

impl ExchangeOnline {
    /// Gives a message back for these recipients.
    pub(super) fn return_to_sender(&self, item: &MailItem, failed: &[(MailRecipient, Setback)]) {
        self.give_back(item, failed, None, None);
    }

    /// The same after a day of attempts, of which the last is told too.
    pub(super) fn return_to_sender_after(
        &self,
        item: &MailItem,
        failed: &[(MailRecipient, Setback)],
        last_attempt: &Setback,
    ) {
        self.give_back(item, failed, Some(last_attempt), None);
    }

    /// Gives a message back because a transport rule says so: with that code, for that reason. Real reports name the
    /// tenant's domain in `A custom mail flow rule created by an admin at … has blocked your message.`, and the reason after
    /// it.
    pub(super) fn reject(
        &self,
        item: &MailItem,
        recipients: &[MailRecipient],
        (code, reason): (&str, &str),
    ) {
        if recipients.is_empty() {
            return;
        }
        let status = exchange::status::REJECTED_BY_RULE.replacen("5.7.1", code, 1);
        let setback = Setback::status(status.as_str());
        let failed: Vec<_> =
            recipients.iter().map(|recipient| (recipient.clone(), setback.clone())).collect();
        let domain = self.tenant.read(|tenant| tenant.initial_domain.clone());
        let words = format!(
            "A custom mail flow rule created by an admin at {domain} has blocked your message. {reason}"
        );
        self.give_back(item, &failed, None, Some(&words));
    }

    /// Writes down that a recipient did not get a message; an agent's name says that it did that.
    pub(super) fn trace_failure(
        &self,
        item: &MailItem,
        recipient: &MailRecipient,
        setback: &Setback,
        agent: Option<&str>,
    ) {
        let reason = LastError {
            form: LastErrorForm::Braces,
            led: setback.status.clone(),
            fqdn: setback.remote.clone().unwrap_or_default(),
            ..LastError::default()
        };
        let mut event = TraceEvent::failed(reason.trace_reason());
        if let Some(agent) = agent {
            event = event.with("SourceContext", agent);
        }
        let now = self.computer.clock.now();
        self.trace.add(item.network_message_id, recipient.known_to_sender(), now, event);
    }

    /// `words` are for the sender, instead of those for the code.
    fn give_back(
        &self,
        item: &MailItem,
        failed: &[(MailRecipient, Setback)],
        last_attempt: Option<&Setback>,
        words: Option<&str>,
    ) {
        for (recipient, setback) in failed {
            self.trace_failure(item, recipient, setback, words.map(|_| AGENT));
        }
        let reported: Vec<Reported> = failed
            .iter()
            .map(|(recipient, setback)| Reported {
                display_name: self.tenant.read(|tenant| {
                    let found = tenant.recipient(recipient.known_to_sender())?;
                    Some(found.display_name.clone())
                }),
                recipient: recipient.clone(),
                setbacks: last_attempt.into_iter().chain([setback]).cloned().collect(),
            })
            .collect();
        if let Some(report) = self.report(item, &reported, words) {
            for recipient in &report.recipients {
                self.trace.begin(&report, &recipient.address, None);
            }
            self.submit(report);
        }
    }

    fn report(
        &self,
        item: &MailItem,
        reported: &[Reported],
        reason: Option<&str>,
    ) -> Option<MailItem> {
        let sender = item.sender.address()?;
        let (domain, is_own) = self
            .tenant
            .read(|tenant| (tenant.initial_domain.clone(), tenant.recipient(sender).is_some()));
        let name = self.server_name(self.some_server());
        let server = self.server_fqdn(&name);
        let reporter = Reporter {
            computer: &self.computer,
            server: &server,
            culture: Culture::default(),
            domain: &domain,
            to_own_user: is_own,
            edition: Edition::Online,
            reason,
        };
        let (sender, message_id, mut content) =
            report::compose(&reporter, item, reported, Kind::Failure)?;
        let now = self.computer.clock.now();
        let network_message_id = network_message_id(self.computer.random_bits(), now);
        let written = Written {
            at: now,
            id: network_message_id,
            tenant: self.tenant_id(),
            domain: &domain,
            servers: &[&name],
            auth_source: &server,
            is_from_mailbox: false,
        };
        stamped_headers::originate(&mut content, &written);
        let size = content.to_bytes().len() as u64;
        Some(MailItem {
            internal_id: self.issue_internal_id(),
            network_message_id,
            message_id,
            sender: ReversePath::Null,
            recipients: vec![MailRecipient::new(sender)],
            content,
            size,
            received: now,
            auth_as: AuthAs::Internal,
            source_name: "DSN".to_owned(),
            received_from: server,
            original_client: None,
            original_server: None,
            latency: Latency::starting(now),
            shadow: None,
        })
    }
}
