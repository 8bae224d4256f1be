//! The receiving side of SMTP: one driver for every service that listens.
//!
//! The protocol itself is `smtp::ServerSession`; here it gets a socket, TLS, timeouts, a log, and the
//! answers of the service behind it ([`SmtpService`]).

pub mod capabilities;
mod driver;
mod handshake;
pub mod permissions;
mod service;
pub mod session;
pub mod wording;

pub(crate) use driver::seconds_since;
pub use driver::{accept_all, serve};
pub use service::{Arrived, SmtpService};
