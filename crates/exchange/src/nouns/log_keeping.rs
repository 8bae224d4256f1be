//! How long a transport service keeps its logs, and how large they may grow.
//!
//! Source: Microsoft Learn, "Configure protocol logging", "Configure connectivity logging" and
//! `Set-TransportService`: logging is circular; an age of zero keeps files whatever their age.

use crate::quantity::{ByteSize, TimeSpan, Unlimited};

/// How long the files of one log are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogKeeping {
    /// Files older than this are removed; zero: none for its age.
    pub max_age: TimeSpan,
    /// The oldest files go while all together are larger.
    pub max_directory_size: Unlimited<ByteSize>,
    /// A file that would grow larger is followed by the next.
    pub max_file_size: Unlimited<ByteSize>,
}

impl LogKeeping {
    /// Thirty days, files of ten megabytes, and so many megabytes of them.
    const fn megabytes(directory: u64) -> Self {
        Self {
            max_age: TimeSpan::days(30),
            max_directory_size: Unlimited::Limited(ByteSize::megabytes(directory)),
            max_file_size: Unlimited::Limited(ByteSize::megabytes(10)),
        }
    }
}

/// Which logs one service writes, and how long it keeps each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServiceLogs {
    /// What its Receive connectors log.
    pub receive: LogKeeping,
    /// What its Send connectors log.
    pub send: LogKeeping,
    /// Whether it writes a connectivity log.
    pub connectivity_enabled: bool,
    /// Its connectivity log.
    pub connectivity: LogKeeping,
    /// What its agents did; the Mailbox Transport services of the lab have none.
    pub agent: LogKeeping,
}

impl Default for ServiceLogs {
    fn default() -> Self {
        let protocol = LogKeeping::megabytes(250);
        Self {
            receive: protocol,
            send: protocol,
            connectivity_enabled: true,
            connectivity: LogKeeping::megabytes(1000),
            agent: LogKeeping { max_age: TimeSpan::days(7), ..protocol },
        }
    }
}
