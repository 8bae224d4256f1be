//! What runs in a lab: Exchange's transport services, Exchange Online, a mail server of the Internet.
//!
//! Every service meets the others only on the wire: by DNS, TCP, TLS and SMTP. What they share is what
//! real servers share: a directory ([`directory`]) and the computer they run on ([`computer`]).
//!
//! A message's way: [`mailbox_transport_submission`] → [`transport`] → [`queue`] → [`smtp_out`] → the
//! network → [`smtp_in`] → [`front_end_transport`] → [`transport`] → [`mailbox_transport_delivery`];
//! across premises through [`exchange_online`].

mod agent_log;
pub mod computer;
pub mod connectivity;
pub mod directory;
pub mod dns_block_list;
pub mod dns_service;
pub mod edge_sync;
mod exchange_identity;
pub mod exchange_online;
mod exchange_peer;
pub mod front_end_transport;
pub mod installation;
pub mod internet_mta;
mod lookup;
pub mod mailbox_store;
pub mod mailbox_transport_delivery;
pub mod mailbox_transport_submission;
pub mod message;
pub mod queue;
mod queued_reply;
mod report;
mod session_log;
pub mod smtp_in;
pub mod smtp_out;
mod tls_channel;
mod tracking;
pub mod transport;
mod transport_events;
pub mod world;
pub mod written;
