//! Delivery queues: messages wait for their next hop, are tried, tried again, reported late and at
//! last returned.
//!
//! One engine serves the Transport service, Exchange Online and the Internet's mail server; what
//! differs is how a next hop is reached and what is written down, and that is the owner's
//! ([`QueueOwner`]).
//!
//! A queue has one connection at a time and sends its messages in the order they came.
//!
//! Not modelled: priorities, parallel connections of one queue, locking, dehydration.
//! Source: Microsoft Learn, "Queues and messages in Exchange Server", "Message retry, resubmit, and
//! expiration intervals".

mod entry;
mod owner;
mod table;
mod worker;

pub use entry::{Entry, EntryState};
pub use owner::{Attempt, Fate, QueueOwner, RecipientResult, Sent, Setback};
pub use table::{QueueState, Queues};
