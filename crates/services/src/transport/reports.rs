//! What the Transport service tells senders: returned and delayed mail.

use std::time::Duration;

use exchange::decisions::retry_ladder::RetryLadder;
use logs::tracking_words::TrackingSource;
use smtp::ReversePath;

use crate::message::item::{AuthAs, MailItem, MailRecipient};
use crate::queue::Setback;
use crate::report::{self, Kind, Reported, Reporter};
use crate::transport::Transport;

impl Transport {
    /// Gives a message back for these recipients.
    pub(super) fn return_to_sender(
        &self,
        source: &TrackingSource,
        item: &MailItem,
        failed: &[(MailRecipient, Setback)],
    ) {
        let reported: Vec<Reported> = failed
            .iter()
            .map(|(recipient, setback)| Reported {
                recipient: recipient.clone(),
                setbacks: vec![setback.clone()],
            })
            .collect();
        let report = self.report(item, &reported, Kind::Failure);
        let reference = report.as_ref().map(|report| report.message_id.clone());
        for (recipient, setback) in failed {
            self.tracking.failed(
                source.clone(),
                item,
                std::slice::from_ref(recipient),
                setback.last_error_or_status(),
                reference.as_deref(),
            );
        }
        if let Some(report) = report {
            self.tracking.reported(&report, item);
            self.submit(report);
        }
    }

    /// Tells the sender that a message is late.
    pub(super) fn tell_delay(&self, item: &MailItem, recipients: &[MailRecipient], why: &Setback) {
        let ladder = RetryLadder::of(&self.server().transport);
        let waited = self.computer.clock.now().duration_since(item.received).unsigned_abs();
        let left: Duration = ladder.expiration.saturating_sub(waited);
        let reported: Vec<Reported> = recipients
            .iter()
            .map(|recipient| Reported { recipient: recipient.clone(), setbacks: vec![why.clone()] })
            .collect();
        if let Some(report) = self.report(item, &reported, Kind::Delay(left)) {
            self.tracking.reported(&report, item);
            self.submit(report);
        }
    }

    fn report(&self, item: &MailItem, reported: &[Reported], kind: Kind) -> Option<MailItem> {
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
        };
        let (sender, message_id, mut content) = report::compose(&reporter, item, reported, kind)?;
        let now = self.computer.clock.now();
        crate::message::organization_headers::stamp(
            &mut content,
            AuthAs::Internal,
            &self.computer.fqdn,
            "04",
        );
        let size = content.to_bytes().len() as u64;
        Some(MailItem {
            internal_id: self.issue_internal_id(),
            network_message_id: exchange::ids::network_message_id(self.computer.random_bits(), now),
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
        })
    }
}
