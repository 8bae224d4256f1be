//! Transport rules that refused mail, as the agent wrote it down.

use exchange::guid::Guid;
use jiff::Timestamp;

use crate::evidence::Place;

/// A message that a transport rule rejected or deleted.
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
    /// The rule.
    pub rule: Guid,
}
