//! The receiving side of SMTP: one driver for every service that listens.
//!
//! The protocol itself is `smtp::ServerSession`; here it gets a socket, TLS, timeouts, a log, and the
//! answers of the service behind it ([`SmtpService`]).

mod answers;
pub(crate) mod base64;
pub mod capabilities;
mod connections;
mod driver;
mod handshake;
mod listening;
mod logon;
mod manners;
mod ntlm;
pub mod permissions;
mod service;
pub mod session;
pub mod wording;

pub use connections::Connections;
pub use driver::serve;
pub(crate) use listening::{ports, serve_all, serve_ports};
pub use manners::Manners;
pub use service::{Arrived, SmtpService};
