//! SMTP: the protocol's words and its two state machines, without sockets, TLS or a clock.
//!
//! Reading order: [`Command`] and [`Reply`] are the words; [`Capabilities`] is what an EHLO reply
//! offers; [`ServerSession`] and [`ClientSession`] carry one connection each. A session is fed with
//! bytes and says what to do next; whoever drives it owns the socket, the TLS handshake, the
//! timeouts and the log.
//!
//! The server's side, as a driver sees it:
//!
//! ```
//! use smtp::{Capabilities, Reply, Request, ServerOptions, ServerSession};
//!
//! fn answer(request: &Request) -> Reply {
//!     match request {
//!         Request::Connected => Reply::plain(220, "mx.contoso.example"),
//!         Request::Hello { .. } => Capabilities::new().with("SIZE 1000").to_reply("Hello"),
//!         Request::Data => Reply::plain(354, "Start mail input"),
//!         Request::Refused(error) => error.reply(),
//!         _ => Reply::plain(250, "OK"),
//!     }
//! }
//!
//! let mut session = ServerSession::new(ServerOptions::default());
//! session.receive(b"EHLO a.example\r\nMAIL FROM:<anna@contoso.example> SIZE=5\r\nDATA\r\n");
//! while let Some(event) = session.poll() {
//!     // A log would show `event.line` here, and the reply when the output goes out.
//!     session.reply(&answer(&event.request));
//! }
//! let output = String::from_utf8(session.take_output())?;
//! assert!(output.ends_with("250 OK\r\n554 5.5.1 expected an accepted RCPT first\r\n"));
//! # Ok::<(), std::string::FromUtf8Error>(())
//! ```
//!
//! The client's side is the mirror image: do what [`ClientSession::step`] says, feed what comes to
//! [`ClientSession::receive`], and take each reply with [`ClientSession::take_reply`].
//!
//! | Specification | Here | Status |
//! |---|---|---|
//! | RFC 5321 SMTP | all modules | partial: no TURN, `<Postmaster>` needs a domain |
//! | RFC 1870 SIZE | `envelope`, `ehlo`, `data` | yes |
//! | RFC 2034, 3463 enhanced status codes | `enhanced_status`, `reply` | yes |
//! | RFC 2920 PIPELINING | `server`, `client` | yes |
//! | RFC 3030 CHUNKING, BINARYMIME | `server`, `client` | the client sends one chunk |
//! | RFC 3207 STARTTLS | `server`, `client` | the verbs; the handshake is the driver's |
//! | RFC 3461 DSN | `envelope`, `xtext` | the parameters |
//! | RFC 4954 AUTH | `server`, `client` | the dialogue; no mechanism |
//! | RFC 6152 8BITMIME | `envelope` | the parameter; content is never converted |
//! | RFC 6531 SMTPUTF8 | `address`, `sequence` | addresses; no RFC 6533 address form in ORCPT |

mod address;
mod chunk;
mod client;
mod client_options;
mod client_step;
mod command;
mod data;
mod ehlo;
mod enhanced_status;
mod envelope;
mod line;
mod parameter;
mod protocol_error;
mod reply;
mod reply_reader;
mod sequence;
mod server;
mod server_event;
mod server_options;
mod transaction;
mod xtext;

pub use address::{Address, AddressError, ReversePath};
pub use client::ClientSession;
pub use client_options::{ClientOptions, Pipelining};
pub use client_step::{ClientError, ClientFault, ClientMessage, ClientStep, MessageOutcome};
pub use command::{Command, CommandError, HelloVerb};
pub use data::{ContentFault, DataDecoder, encode_data, has_bare_line_feed};
pub use ehlo::{Capabilities, Capability};
pub use enhanced_status::{EnhancedStatus, EnhancedStatusError};
pub use envelope::{Body, Envelope, MailFrom, Notify, OriginalRecipient, RcptTo, Ret};
pub use line::{BareLineFeeds, Line, LineFault, LineReader};
pub use parameter::{Parameter, ParameterError};
pub use protocol_error::ProtocolError;
pub use reply::{Reply, Severity};
pub use reply_reader::{ReplyError, ReplyReader};
pub use server::ServerSession;
pub use server_event::{Request, ServerEvent, Transfer};
pub use server_options::{ServerOptions, ServerState};
pub use xtext::{decode_xtext, encode_xtext};
