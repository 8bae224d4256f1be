//! The connectivity log of one service: what became of every connection to a next hop.
//!
//! A queue's length is a plain number in a real row of 2013, and `TQ=…;RN=…;` in those of 2016 on.
//!
//! Not modelled: rows with the source `MapiSubmission` (their last row was not found in public); the log
//! of Mailbox Transport Delivery, which holds only what that service sends itself.

use std::net::IpAddr;
use std::sync::Arc;

use exchange::directory::Build;
use exchange::guid::Guid;
use exchange::ids::SessionId;
use exchange::nouns::log_keeping::LogKeeping;
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

/// One connection in the log.
pub struct ConnectivitySession {
    log: Arc<LogDirectory>,
    clock: Clock,
    session: SessionId,
    destination: String,
}

impl ConnectivityLog {
    /// The log in that folder of a server of that build.
    pub fn new(computer: &Computer, build: Build, folder: &str) -> Self {
        let directory = computer.log(CONNECTIVITY.of_build(build), folder);
        Self { clock: computer.clock.clone(), directory, product: build.product() }
    }

    /// Keeps its files as an administrator has set.
    pub fn keep(&self, keeping: LogKeeping) {
        let _same = self.directory.clone().kept(keeping);
    }

    /// A connection begins.
    pub fn begin(
        &self,
        session: SessionId,
        destination: &str,
        queue: (&str, Guid, usize),
    ) -> ConnectivitySession {
        let session = ConnectivitySession {
            log: self.directory.clone(),
            clock: self.clock.clone(),
            session,
            destination: destination.to_owned(),
        };
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

    /// The connection is over.
    pub fn end(&self, messages: u64, bytes: u64, status: &str) {
        let step = Step::Closed { messages, bytes, status: status.to_owned() };
        self.row(ConnectivityDirection::End, &step);
    }

    fn row(&self, direction: ConnectivityDirection, step: &Step) {
        let now = self.clock.now();
        let row = ConnectivityRow {
            date_time: now,
            session: self.session.to_string().into(),
            source: "SMTP".into(),
            destination: self.destination.as_str().into(),
            direction,
            description: step.to_string().into(),
        };
        self.log.append(now, &row);
    }
}
