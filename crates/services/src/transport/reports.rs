//! What the Transport service tells senders: returned and delayed mail.

use std::time::Duration;

use exchange::decisions::retry_ladder::RetryLadder;
use exchange::properties::Enumeration;
use logs::last_error::LastError;
use logs::tracking_words::TrackingSource;
use smtp::ReversePath;

use crate::message::item::{AuthAs, MailItem, MailRecipient};
use crate::message::latency::Latency;
use crate::queue::Setback;
use crate::report::{self, Edition, Kind, Reported, Reporter};
use crate::tracking::{Party, SentTo};
use crate::transport::Transport;
use crate::transport::delivery::INTRA_ORG;
use crate::transport::next_hop::NextHop;
use crate::transport::rules::AGENT;

impl Transport {
    /// Gives a message back for these recipients; the part of the service that does so, and its context, are for the
    /// tracking log. After attempts in vain the last one is told too.
    pub(super) fn return_to_sender(
        &self,
        (source, context): (TrackingSource, &str),
        item: &MailItem,
        failed: &[(MailRecipient, Setback)],
        last_attempt: Option<&Setback>,
    ) {
        let report = self.report(item, &self.reported(failed, last_attempt), Kind::Failure, None);
        let reference = report.as_ref().map(|report| report.message_id.clone());
        for (setback, recipients) in by_setback(failed) {
            self.tracking.failed(
                (source.clone(), context),
                item,
                &recipients,
                setback.last_error_or_status(),
                reference.as_deref(),
            );
        }
        self.send_report(item, report);
    }

    /// The same for recipients that the next hop refused.
    pub(super) fn return_refused(
        &self,
        hop: &NextHop,
        item: &MailItem,
        failed: &[(MailRecipient, Setback)],
    ) {
        let report = self.report(item, &self.reported(failed, None), Kind::Failure, None);
        let reference = report.as_ref().map(|report| report.message_id.clone());
        let connector = self.send_connector(hop);
        let level = connector.as_ref().and_then(|connector| connector.tls_auth_level);
        for (setback, recipients) in by_setback(failed) {
            let error = LastError::parse(&setback.last_error);
            let refusal = SentTo {
                recipients: &recipients,
                to: Party { address: error.ip.parse().ok(), name: error.fqdn },
                connector: connector.as_ref().map_or(INTRA_ORG, |connector| &connector.name),
                reply: setback.last_error_or_status().to_owned(),
                is_external: connector.is_some(),
                tls_auth_level: level.map_or("Opportunistic", Enumeration::name),
                seconds: 0.0,
            };
            self.tracking.refused(item, &refusal, reference.as_deref());
        }
        self.send_report(item, report);
    }

    /// A rule gives a message back for these recipients: with that code, and that reason for the sender.
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
        let reported = self.reported(&failed, None);
        let report = self.report(item, &reported, Kind::Failure, Some(reason));
        self.tracking.failed((TrackingSource::Agent, AGENT), item, recipients, &status, None);
        self.send_report(item, report);
    }

    fn reported(
        &self,
        failed: &[(MailRecipient, Setback)],
        last_attempt: Option<&Setback>,
    ) -> Vec<Reported> {
        let one = |(recipient, setback): &(MailRecipient, Setback)| Reported {
            display_name: self.directory.read(|organization| {
                let found = organization.recipient(recipient.known_to_sender())?;
                Some(found.display_name.clone())
            }),
            recipient: recipient.clone(),
            setbacks: last_attempt.into_iter().chain([setback]).cloned().collect(),
        };
        failed.iter().map(one).collect()
    }

    fn send_report(&self, item: &MailItem, report: Option<MailItem>) {
        if let Some(report) = report {
            self.tracking.reported(&report, item);
            self.submit(report);
        }
    }

    /// Tells the sender that a message is late.
    pub(super) fn tell_delay(&self, item: &MailItem, recipients: &[MailRecipient], why: &Setback) {
        let ladder = self.with_server(|server| RetryLadder::of(&server.transport));
        let waited = self.computer.clock.now().duration_since(item.received).unsigned_abs();
        let left: Duration = ladder.expiration.saturating_sub(waited);
        let delayed: Vec<_> =
            recipients.iter().map(|recipient| (recipient.clone(), why.clone())).collect();
        let reported = self.reported(&delayed, None);
        let report = self.report(item, &reported, Kind::Delay(left), None);
        self.send_report(item, report);
    }

    /// The report; `reason` is what an administrator wanted the sender to be told.
    fn report(
        &self,
        item: &MailItem,
        reported: &[Reported],
        kind: Kind,
        reason: Option<&str>,
    ) -> Option<MailItem> {
        let sender = item.sender.address()?;
        let (domain, is_own) = self.directory.read(|organization| {
            let known = organization.recipient(sender).is_some();
            (organization.default_domain().to_owned(), known)
        });
        let reporter = Reporter {
            computer: &self.computer,
            server: &self.computer.fqdn,
            culture: self.computer.culture,
            domain: &domain,
            to_own_user: is_own,
            edition: Edition::OnPremises(self.build.product()),
            reason,
        };
        let (sender, message_id, mut content) = report::compose(&reporter, item, reported, kind)?;
        let now = self.computer.clock.now();
        let network_message_id =
            exchange::ids::network_message_id(self.computer.random_bits(), now);
        let name = "X-MS-Exchange-Organization-Network-Message-Id";
        content.append(name, &network_message_id.to_string());
        crate::message::organization_headers::stamp(
            &mut content,
            AuthAs::Internal,
            &self.computer.fqdn,
            "04",
        );
        let latency = Latency::arriving(&mut content, now);
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
            received_from: self.computer.fqdn.clone(),
            original_client: None,
            original_server: None,
            latency,
            shadow: None,
        })
    }
}

/// Recipients that failed for the same reason, together.
fn by_setback(failed: &[(MailRecipient, Setback)]) -> Vec<(&Setback, Vec<MailRecipient>)> {
    let mut groups: Vec<(&Setback, Vec<MailRecipient>)> = Vec::new();
    for (recipient, setback) in failed {
        match groups.iter_mut().find(|(known, _)| *known == setback) {
            Some((_, recipients)) => recipients.push(recipient.clone()),
            None => groups.push((setback, vec![recipient.clone()])),
        }
    }
    groups
}
