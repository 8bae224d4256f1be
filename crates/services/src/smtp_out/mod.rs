//! The sending side of SMTP: one driver for every service that calls another.
//!
//! The protocol itself is `smtp::ClientSession`; here it gets a socket, TLS, a judgement of the
//! peer's certificate, timeouts and a log. What failed comes back typed ([`ConnectFailure`]); how it
//! is worded is the caller's, since Exchange on premises and Exchange Online say it differently.

mod client_habits;
mod connection;
mod failure;
mod policy;

pub use connection::{Connection, connect, connect_telling};
pub use failure::{CertificateFailure, ConnectFailure};
pub use policy::{Caller, Target, TlsPolicy, Validation};
