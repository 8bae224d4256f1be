//! Rows of transport agents: AGENTINFO for every message that passed them, FAIL and REDIRECT for what a rule did.
//!
//! AGENTINFO as in a raw row of Exchange 2013 and in one of 2016 (`S:AMA=SUM|v=0|action=|error=|atch=2;…;S:CompCost=|ETR=0`);
//! how a rule that acted is written is Microsoft Learn's ("View DLP policy detection reports": `TRA=ETR`; message trace:
//! `st=7/17/2017 12:31:25 AM`). FAIL as in `Get-MessageTrackingLog | Format-List` of Exchange 2016: no report is named. What
//! a deletion says is from such a listing of Exchange 2019 too. No REDIRECT of a rule was found; it follows that of a mailbox
//! that forwards.
//!
//! Not modelled: mail in which the Malware agent finds something; the times of slow rules (`TRA=ETRP`); other agents.

use exchange::culture::Culture;
use exchange::guid::Guid;
use exchange::nouns::transport_rule::TransportRule;
use exchange::properties::Enumeration;
use jiff::Timestamp;
use logs::tracking_words::{TrackingEventId as Event, TrackingSource as Source};

use super::{TrackingLog, text_of};
use crate::message::item::{MailItem, MailRecipient};

/// A rule that was for a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RuleHit {
    /// The rule.
    pub rule: Guid,
    /// When it was changed last.
    pub changed: Timestamp,
    /// What it does.
    pub actions: Vec<&'static str>,
    /// 1 is low, 3 is high.
    pub severity: i32,
    /// `Enforce`, `Audit` or `AuditAndNotify`.
    pub mode: &'static str,
}

impl RuleHit {
    /// A rule as it stands.
    pub(crate) fn of(rule: &TransportRule) -> Self {
        Self {
            rule: rule.guid,
            changed: rule.when_changed,
            actions: rule.actions.names(),
            severity: rule.actions.set_audit_severity.map_or(1, Enumeration::number),
            mode: rule.mode.name(),
        }
    }

    /// `ETR|ruleId=…|st=7/17/2017 12:31:25 AM|action=PrependSubject|sev=1|mode=Enforce`
    pub(crate) fn text(&self, culture: Culture) -> String {
        let changed = culture.in_utc().date_time(self.changed);
        let actions = self.actions.join("|action=");
        format!(
            "ETR|ruleId={}|st={changed}|action={actions}|sev={}|mode={}",
            self.rule, self.severity, self.mode
        )
    }
}

impl TrackingLog {
    /// A message has passed the agents of the categorizer.
    pub(crate) fn passed_agents(&self, item: &MailItem, hits: &[RuleHit]) {
        let mut row = self.row(Source::Agent, Event::AgentInfo, item, &item.recipients);
        row.client_hostname = self.computer.name.clone().into();
        row.server_hostname = "".into();
        row.original_client_ip = text_of(item.original_client).into();
        row.original_server_ip = text_of(item.original_server).into();
        let attachments = item.content.attachments();
        let scanned = format!("SUM|v=0|action=|error=|atch={attachments}");
        let acted = hits.iter().map(|hit| ("TRA", hit.text(self.computer.culture)));
        let entries = std::iter::once(("AMA", scanned)).chain(acted);
        row.custom_data = self.custom(entries.chain([("CompCost", "|ETR=0".to_owned())]));
        self.write(&row);
    }

    /// An agent dropped the message for these recipients, and nobody is told.
    pub(crate) fn deleted(&self, agent: &str, item: &MailItem, recipients: &[MailRecipient]) {
        let status = exchange::status::DELETED_BY_RULE;
        self.failed((Source::Agent, agent), item, recipients, status, None);
    }

    /// An agent put other recipients into the place of one.
    pub(crate) fn redirected_by(
        &self,
        agent: &str,
        item: &MailItem,
        before: &MailRecipient,
        after: &[MailRecipient],
    ) {
        let mut row = self.row(Source::Agent, Event::Redirect, item, after);
        row.source_context = agent.to_owned().into();
        row.related_recipient_address = before.address.to_string().into();
        row.custom_data = self.custom([]);
        self.write(&row);
    }
}
