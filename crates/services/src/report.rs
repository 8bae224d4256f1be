//! Reports to senders: non-delivery reports and delay notices, as messages of their own.
//!
//! Forms as in real reports of Exchange 2013 to 2019 and Exchange Online: what the server itself or the next hop refused is
//! one line without a time; after attempts in vain there are two, each with time and server, the newest first. On premises
//! the status part names the original recipient, Exchange Online shows a name for each. The original is attached whole,
//! without the headers that are for servers of the organization.

use std::time::Duration;

use exchange::culture::Culture;
use exchange::guid::Guid;
use exchange::product::Product;
use jiff::tz::TimeZone;
use logs::last_error::LastError;
use logs::ndr::{
    Action, DeliveryReport, Original, ReportEnvelope, ReportReason, ReportRecipient, ReportStyle,
};
use smtp::{Address, Reply};

use crate::computer::Computer;
use crate::message::content::Content;
use crate::message::item::{MailItem, MailRecipient};
use crate::message::organization_headers;
use crate::message::thread_index;
use crate::queue::Setback;

/// Who reports.
pub(crate) struct Reporter<'a> {
    /// Its computer.
    pub computer: &'a Computer,
    /// Name it gives as the generating server.
    pub server: &'a str,
    /// Culture of the times in the report.
    pub culture: Culture,
    /// Domain of its postmaster.
    pub domain: &'a str,
    /// Whether the sender is one of its own users, who get reports from "Microsoft Outlook".
    pub to_own_user: bool,
    /// Whose form the report has.
    pub edition: Edition,
    /// What an administrator wanted the sender to be told, instead of the words for the code.
    pub reason: Option<&'a str>,
}

/// Whose form a report has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Edition {
    /// Exchange Server of that version.
    OnPremises(Product),
    /// Exchange Online.
    Online,
}

/// What is reported of one recipient.
#[derive(Clone, Debug)]
pub(crate) struct Reported {
    /// The recipient.
    pub recipient: MailRecipient,
    /// The name the directory has for it.
    pub display_name: Option<String>,
    /// What went wrong; the status text last. Two when attempts were in vain: the last attempt, and its giving up.
    pub setbacks: Vec<Setback>,
}

/// Whether mail is given back, or only late.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// It is given back.
    Failure,
    /// It is late; the server goes on trying for so long.
    Delay(Duration),
}

/// The report about a message, and its message id; `None` when nobody is to be told.
pub(crate) fn compose(
    reporter: &Reporter<'_>,
    item: &MailItem,
    reported: &[Reported],
    kind: Kind,
) -> Option<(Address, String, Content)> {
    let sender = item.sender.address()?.clone();
    let recipients: Vec<ReportRecipient> = reported
        .iter()
        .filter(|one| match kind {
            Kind::Failure => one.recipient.notify_failure,
            Kind::Delay(_) => one.recipient.notify_delay,
        })
        .map(|one| reported_recipient(reporter, one, kind))
        .collect();
    let first = recipients.first()?;
    let now = reporter.computer.clock.now();
    let report = DeliveryReport {
        generating_server: reporter.server.to_owned(),
        receiving_server: first
            .reasons
            .first()
            .map(|reason| match (reason.server.as_str(), reason.ip.as_str()) {
                (server, "") => server.to_owned(),
                (server, ip) => format!("{server} ({ip})"),
            })
            .unwrap_or_default(),
        received_from_mta: item.received_from.clone(),
        arrival_date: Some(item.received),
        recipients,
        ..DeliveryReport::default()
    };
    let bits = || reporter.computer.random_bits();
    let message_id = format!("<{}@{}>", Guid::from_random(bits()), reporter.server);
    let from = if reporter.to_own_user {
        format!(
            "Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@{}>",
            reporter.domain
        )
    } else {
        format!("<postmaster@{}>", reporter.domain)
    };
    let keeps_trying = match kind {
        Kind::Failure => None,
        Kind::Delay(left) => Some(in_words(left)),
    };
    let style = match reporter.edition {
        Edition::OnPremises(product) => ReportStyle::of(product),
        Edition::Online => ReportStyle::Diagnostic,
    };
    let thread_index =
        item.content.value("Thread-Index").and_then(|index| thread_index::reply(&index));
    let mut original = item.content.clone();
    organization_headers::strip_internal(&mut original);
    let original = String::from_utf8_lossy(&original.to_bytes()).into_owned();
    let mail = logs::ndr::write(
        &report,
        &ReportEnvelope {
            from: &from,
            to: &format!("<{sender}>"),
            date: now,
            culture: reporter.culture,
            message_id: &message_id,
            boundaries: [Guid::from_random(bits()), Guid::from_random(bits())],
            keeps_trying: keeps_trying.as_deref(),
            thread_index: thread_index.as_deref(),
            explanation: reporter.reason,
        },
        style,
        Original::Message(&original),
    );
    Some((sender, message_id, Content::parse(&mail)))
}

fn reported_recipient(reporter: &Reporter<'_>, one: &Reported, kind: Kind) -> ReportRecipient {
    let last = one.setbacks.last();
    let text = match kind {
        Kind::Failure => last.map(|setback| setback.status.clone()).unwrap_or_default(),
        Kind::Delay(_) => exchange::status::MESSAGE_DELAYED.to_owned(),
    };
    let status = text
        .parse::<Reply>()
        .ok()
        .and_then(|reply| reply.enhanced)
        .map_or_else(|| "5.0.0".to_owned(), |enhanced| enhanced.to_string());
    let address = one.recipient.known_to_sender().to_string();
    let given_up = one.setbacks.len() > 1;
    let reasons = match kind {
        Kind::Failure if given_up => {
            one.setbacks.iter().rev().map(|setback| attempt(reporter, setback, &text)).collect()
        }
        _ => vec![ReportReason { text: text.clone(), ..ReportReason::default() }],
    };
    let refused_by = last.filter(|_| kind == Kind::Failure && !given_up);
    let shown = || Some(one.display_name.clone().unwrap_or_else(|| address.clone()));
    let (display_name, original_address) = match reporter.edition {
        // Neither names an original recipient.
        Edition::OnPremises(Product::Exchange2010) | Edition::Online => (shown(), None),
        Edition::OnPremises(_) => (one.display_name.clone(), Some(address.clone())),
    };
    ReportRecipient {
        display_name,
        original_address,
        address,
        action: if kind == Kind::Failure { Action::Failed } else { Action::Delayed },
        status,
        diagnostic_code: text,
        remote_mta: refused_by.and_then(|setback| setback.remote.clone()),
        will_retry_until: match kind {
            Kind::Failure => None,
            Kind::Delay(left) => reporter.computer.clock.now().checked_add(left).ok(),
        },
        reasons,
    }
}

/// `5/3/2026 8:05:56 PM - Server at mail.contoso.com (192.0.2.1) returned '…'`: an attempt, or its giving up, which is now.
fn attempt(reporter: &Reporter<'_>, setback: &Setback, given_up: &str) -> ReportReason {
    let error = LastError::parse(&setback.last_error);
    let now = reporter.computer.clock.now();
    let tried = error.last_retry_time().filter(|_| setback.status != given_up);
    let tried = tried.and_then(|at| at.time.to_zoned(TimeZone::UTC).ok());
    let time = tried.map_or(now, |zoned| zoned.timestamp());
    ReportReason {
        time: reporter.culture.date_time(time),
        server: setback.remote.clone().unwrap_or(error.fqdn),
        ip: error.ip,
        text: setback.status.clone(),
    }
}

/// `1 days, 19 hours and 56 minutes`: as the product counts, without a singular.
fn in_words(left: Duration) -> String {
    let minutes = left.as_secs() / 60;
    format!("{} days, {} hours and {} minutes", minutes / 1440, minutes / 60 % 24, minutes % 60)
}

#[cfg(test)]
mod tests;
