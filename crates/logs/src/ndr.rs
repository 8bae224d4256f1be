//! Delivery status notifications: NDRs, bounces and delay notices, as mail or as pasted text.
//!
//! Written in the two forms of Exchange: the older one ends with *Diagnostic information for
//! administrators*, in use on premises and in Exchange Online for messages that expired; the newer one
//! of Exchange Online has *Error Details* and *Message Hops*. Read besides: Exchange 2007 (`#550 …
//! ##`), other servers and other languages as far as `message/delivery-status` and the reason lines
//! go.
//!
//! Not modelled: the paragraphs of advice in the newer form, transcripts of Postfix and sendmail (their
//! `Diagnostic-Code` says the same), images.
//!
//! Source: real mails (Exchange 2007 to 2019, Exchange Online 2015 to 2019, Postfix, sendmail), RFC 3464.

mod body;
mod explanations;
mod read;
mod style;
mod text;
mod write;

use std::fmt;

use jiff::Timestamp;

use crate::mail::Headers;

pub use read::read;
pub use style::ReportStyle;
pub use write::{Original, ReportEnvelope, write};

/// What a server reports about a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeliveryReport {
    /// Headers of the report; empty when only its text was pasted.
    pub headers: Headers,
    /// `Generating server:` of the text, else `Reporting-MTA`.
    pub generating_server: String,
    /// `Receiving server:` of the text: name, and address in brackets.
    pub receiving_server: String,
    /// `Received-From-MTA`: where the message came from.
    pub received_from_mta: String,
    /// When the message came.
    pub arrival_date: Option<Timestamp>,
    /// The recipients it is about.
    pub recipients: Vec<ReportRecipient>,
    /// Headers of the message it is about.
    pub original: Headers,
}

impl DeliveryReport {
    /// Whether it says only that messages are late.
    pub fn is_delay(&self) -> bool {
        self.recipients.iter().all(|recipient| recipient.action == Action::Delayed)
    }

    /// The id of the message it is about.
    pub fn original_message_id(&self) -> Option<&str> {
        self.original.message_id().or_else(|| self.headers.get("In-Reply-To"))
    }
}

/// What happened for one recipient.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReportRecipient {
    /// `Final-Recipient`.
    pub address: String,
    /// `Original-Recipient`.
    pub original_address: Option<String>,
    /// `X-Display-Name`.
    pub display_name: Option<String>,
    /// What was done.
    pub action: Action,
    /// Enhanced status code.
    pub status: String,
    /// SMTP status, without `smtp;`.
    pub diagnostic_code: String,
    /// `Remote-MTA`: who said so.
    pub remote_mta: Option<String>,
    /// `Will-Retry-Until` of a delay notice.
    pub will_retry_until: Option<Timestamp>,
    /// Reasons given in the text, newest first.
    pub reasons: Vec<ReportReason>,
}

/// `5/3/2026 8:05:56 PM - Server at mail.contoso.com (192.0.2.1) returned '550 …'`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReportReason {
    /// When, in the server's culture; see [`crate::culture_time`]. May be empty.
    pub time: String,
    /// Host that was tried, or next hop domain. May be empty.
    pub server: String,
    /// Its address. May be empty.
    pub ip: String,
    /// The status.
    pub text: String,
}

/// `Action:` of a recipient (RFC 3464 section 2.3.3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    /// Not delivered, and not tried again.
    #[default]
    Failed,
    /// Not delivered yet.
    Delayed,
    /// Delivered.
    Delivered,
    /// Handed to a system that gives no reports.
    Relayed,
    /// Delivered to a list and sent on.
    Expanded,
}

const ACTIONS: [(Action, &str); 5] = [
    (Action::Failed, "failed"),
    (Action::Delayed, "delayed"),
    (Action::Delivered, "delivered"),
    (Action::Relayed, "relayed"),
    (Action::Expanded, "expanded"),
];

impl Action {
    /// The action of that name, whatever its case.
    pub fn of(word: &str) -> Option<Self> {
        ACTIONS.iter().find(|(_, own)| own.eq_ignore_ascii_case(word)).map(|(action, _)| *action)
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = ACTIONS.iter().find(|(own, _)| own == self).map_or("", |(_, word)| word);
        f.write_str(word)
    }
}
