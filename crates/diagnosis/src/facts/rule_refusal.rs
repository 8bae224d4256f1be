//! Transport rules that refused mail, as the agent wrote it down or a message trace tells.

use exchange::guid::Guid;
use jiff::Timestamp;

use super::Teller;
use crate::evidence::Place;

/// A message that a transport rule rejected or deleted, or may have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleRefusal {
    /// Where it is told.
    pub at: Place,
    /// When it happened.
    pub time: Timestamp,
    /// The message.
    pub message_id: Option<String>,
    /// The recipients of the copy that the rule was for.
    pub recipients: Vec<String>,
    /// Whether an organization's own log tells it, or what Exchange Online shows.
    pub teller: Teller,
    /// Whether it is told that the rule refused the message; a message trace names every rule that was for it.
    pub is_certain: bool,
    /// The rule.
    pub rule: Guid,
}
