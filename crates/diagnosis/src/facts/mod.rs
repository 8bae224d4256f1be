//! What the files say, correlated: sessions, messages, errors, configuration, and which time each log
//! covers. Rules look at facts only, never at text.

mod configuration;
mod coverage;
mod message;
mod rule_refusal;
mod session;
mod setback;

use std::net::IpAddr;

use exchange::nouns::queue::{Queue, QueuedMessage};
use jiff::Timestamp;
use logs::firewall_log::{Extract, FirewallDrop};
use logs::ndr::DeliveryReport;
use logs::unread::{Repair, Unread};

use crate::evidence::{FileId, Place};

pub use configuration::{Configuration, Known};
pub use coverage::{Coverage, Span};
pub use message::{Fate, Message, Messages, Step, StepKind, Text};
pub use rule_refusal::RuleRefusal;
pub use session::{CertificateText, Session, SessionKind, SessionTls, ShownCertificate};
pub use setback::{Setback, Teller};

/// The host of everything that the tenant's tools show.
pub const EXCHANGE_ONLINE: &str = "Exchange Online";

/// Everything the files say.
#[derive(Debug, Default)]
pub struct Facts {
    /// The files, each with what was read.
    pub files: Vec<FileFact>,
    /// SMTP sessions, by their first row.
    pub sessions: Vec<Session>,
    /// Messages and what happened to them.
    pub messages: Messages,
    /// Errors that any file tells of.
    pub setbacks: Vec<Setback>,
    /// Queues as they stood.
    pub queues: Vec<Known<Queue>>,
    /// Messages that waited in queues.
    pub queued: Vec<Known<QueuedMessage>>,
    /// Non-delivery reports and delay notices.
    pub reports: Vec<ReportFact>,
    /// What firewalls did not let through.
    pub drops: Vec<DropFact>,
    /// What extracts of firewall logs cover.
    pub firewall_extracts: Vec<(Place, Extract)>,
    /// Messages that transport rules refused.
    pub rule_refusals: Vec<RuleRefusal>,
    /// Windows events.
    pub events: Vec<EventFact>,
    /// Windows services as they stood.
    pub services: Vec<ServiceFact>,
    /// How everything is configured.
    pub configuration: Configuration,
    /// Which time the logs cover.
    pub coverage: Coverage,
}

/// A file, and what was read.
#[derive(Clone, Debug, Default)]
pub struct FileFact {
    /// Its path.
    pub path: String,
    /// The computer it comes from, as far as it is known; `Exchange Online` for the cloud.
    pub host: String,
    /// What it is.
    pub kind: String,
    /// Rows, entries, objects or recipients in it.
    pub rows: usize,
    /// SMTP sessions in it, where its kind has sessions.
    pub sessions: Option<usize>,
    /// Messages it is about, where its kind is about messages.
    pub messages: Option<usize>,
    /// Lines that could not be read, with the reason.
    pub unread: Vec<Unread>,
    /// How many more could not be read.
    pub more_unread: usize,
    /// Lines that had to be mended first.
    pub repairs: Vec<Repair>,
    /// Why it could not be opened.
    pub failure: Option<String>,
}

/// A report about a message.
#[derive(Clone, Debug)]
pub struct ReportFact {
    /// Where it is.
    pub at: Place,
    /// What it says.
    pub report: DeliveryReport,
}

/// A connection that a firewall did not let through.
#[derive(Clone, Debug)]
pub struct DropFact {
    /// Where it is told.
    pub at: Place,
    /// When.
    pub time: Option<Timestamp>,
    /// Where it came from.
    pub source: IpAddr,
    /// Where it was going.
    pub destination: IpAddr,
    /// The port it was going to.
    pub port: u16,
    /// The line.
    pub drop: FirewallDrop,
}

/// A Windows event.
#[derive(Clone, Debug)]
pub struct EventFact {
    /// Where it is told.
    pub at: Place,
    /// The event.
    pub event: logs::event_log::Event,
}

/// A Windows service at the moment of collection.
#[derive(Clone, Debug)]
pub struct ServiceFact {
    /// Where it is told.
    pub at: Place,
    /// Name, such as `MSExchangeFrontEndTransport`.
    pub name: String,
    /// `Running`, `Stopped`, …
    pub status: String,
}

impl Facts {
    /// The computer that a file comes from.
    pub fn host_of(&self, file: FileId) -> &str {
        self.files.get(file.0).map_or("", |file| &file.host)
    }

    /// The last moment that any file tells of: the moment of collection, nearly.
    pub fn end(&self) -> Option<Timestamp> {
        self.coverage.end()
    }
}
