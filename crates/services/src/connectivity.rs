//! The connectivity log of one service: what became of every connection to a next hop, and to mailbox
//! databases.
//!
//! A queue's length is a plain number in a real row of 2013, and `TQ=…;RN=…;` in those of 2016 on. A
//! connection to a database has the source `MapiSubmission` or `MapiDelivery` (Microsoft Learn,
//! "Connectivity logging"): its first row names database and server (real row of `MapiSubmission`), and a
//! failed item is a row of its own (Microsoft support, "Mail sent or received stays in Outbox": disk full).
//!
//! Not found in public: the first row of `MapiDelivery`, taken to be as the other's; the last row of both,
//! which counts here as those of SMTP do; the row of a name that cannot be resolved.

use std::net::IpAddr;
use std::sync::Arc;

use exchange::directory::Build;
use exchange::guid::Guid;
use exchange::ids::SessionId;
use exchange::nouns::log_keeping::ServiceLogs;
use exchange::product::Product;
use exchange::winsock::SocketError;
use fabric::Clock;
use logs::connectivity_log::{CONNECTIVITY, ConnectivityDirection, ConnectivityRow, Step};

use crate::computer::{Computer, LogDirectory};
use crate::smtp_out::Target;

/// The connectivity log of one service.
pub struct ConnectivityLog {
    clock: Clock,
    directory: Arc<LogDirectory>,
    product: Product,
}

/// One connection in the log; writes nothing when an administrator has switched the log off.
pub struct ConnectivitySession {
    log: Option<Arc<LogDirectory>>,
    clock: Clock,
    session: SessionId,
    source: &'static str,
    destination: String,
}

/// Mail read from a database, in the column `source`.
pub const MAPI_SUBMISSION: &str = "MapiSubmission";
/// Mail put into a database.
pub const MAPI_DELIVERY: &str = "MapiDelivery";

impl ConnectivityLog {
    /// The log in that folder of a server of that build.
    pub fn new(computer: &Computer, build: Build, folder: &str) -> Self {
        let directory = computer.log(CONNECTIVITY.of_build(build), folder);
        Self { clock: computer.clock.clone(), directory, product: build.product() }
    }

    /// A connection to a next hop begins; the log is written and kept as an administrator has set.
    pub fn begin(
        &self,
        settings: ServiceLogs,
        session: SessionId,
        destination: &str,
        queue: (&str, Guid, usize),
    ) -> ConnectivitySession {
        let session = self.session(settings, session, "SMTP", destination);
        let (delivery_type, next_hop_connector, waiting) = queue;
        session.row(
            ConnectivityDirection::Begin,
            &Step::Queue {
                delivery_type: delivery_type.to_owned(),
                next_hop_connector,
                queue_length: match self.product {
                    Product::Exchange2010 | Product::Exchange2013 => waiting.to_string(),
                    _ => format!("TQ={waiting};RN={waiting};"),
                },
            },
        );
        session
    }

    /// A connection to a mailbox database begins, on that server.
    pub fn begin_mapi(
        &self,
        settings: ServiceLogs,
        session: SessionId,
        source: &'static str,
        (database, server): (Guid, &str),
    ) -> ConnectivitySession {
        let session = self.session(settings, session, source, &database.to_string());
        session.row(ConnectivityDirection::Begin, &Step::Other(server.to_owned()));
        session
    }

    fn session(
        &self,
        settings: ServiceLogs,
        session: SessionId,
        source: &'static str,
        destination: &str,
    ) -> ConnectivitySession {
        let log = self.directory.clone().kept(settings.connectivity);
        ConnectivitySession {
            log: settings.connectivity_enabled.then_some(log),
            clock: self.clock.clone(),
            session,
            source,
            destination: destination.to_owned(),
        }
    }
}

impl ConnectivitySession {
    /// DNS answered.
    pub fn host(&self, name: &str, addresses: &[IpAddr]) {
        let addresses: Vec<_> = addresses.iter().map(ToString::to_string).collect();
        let host = Step::Host { name: name.to_owned(), addresses, cut: false };
        self.row(ConnectivityDirection::Step, &host);
    }

    /// TCP stands.
    pub fn established(&self, address: IpAddr) {
        let step = Step::Established { address: address.to_string() };
        self.row(ConnectivityDirection::Step, &step);
    }

    /// TCP could not be established.
    pub fn failed(&self, target: &Target, error: SocketError, failures: u32) {
        let endpoint = target.endpoint;
        let health = |what: &str, name: &str| {
            format!("[{what}:{name}|MarkedUnhealthy|FailureCount:{failures}]")
        };
        let host = format!("{}:{}", target.name, endpoint.port());
        let step = Step::Failed {
            endpoint: endpoint.to_string(),
            error: error.name().to_owned(),
            winsock: u32::from(error.code()),
            health: health("TargetHost", &host) + &health("TargetIPAddress", &endpoint.to_string()),
        };
        self.row(ConnectivityDirection::Step, &step);
    }

    /// The name could not be resolved. No real row of this kind was found in public.
    pub fn dns_failed(&self, text: &str) {
        self.row(ConnectivityDirection::Step, &Step::Other(text.to_owned()));
    }

    /// An item could not be read or written; the store's diagnostics.
    pub fn item_failed(&self, text: &str) {
        self.row(ConnectivityDirection::Step, &Step::Other(format!("Failed; {text}")));
    }

    /// The connection is over.
    pub fn end(&self, messages: u64, bytes: u64, status: &str) {
        let step = Step::Closed { messages, bytes, status: status.to_owned() };
        self.row(ConnectivityDirection::End, &step);
    }

    fn row(&self, direction: ConnectivityDirection, step: &Step) {
        let Some(log) = &self.log else { return };
        let now = self.clock.now();
        let row = ConnectivityRow {
            date_time: now,
            session: self.session.to_string().into(),
            source: self.source.into(),
            destination: self.destination.as_str().into(),
            direction,
            description: step.to_string().into(),
        };
        log.append(now, &row);
    }
}
