//! How a server behaves towards every client, whatever it says: most greet at once and answer QUIT.
//!
//! Sources: RFC 5321, 3.1 and 4.1.1.10 (a server must greet first and answer QUIT before it closes); a real protocol log of
//! Exchange 2016, where a server of spammers closes after QUIT and says nothing; KB 4051498, where a connection stands and
//! nobody greets.

use std::time::Duration;

/// How a server behaves towards every client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Manners {
    /// How long a client waits for the banner.
    pub banner_delay: Duration,
    /// Whether the server closes at QUIT without a word.
    pub hangs_up_on_quit: bool,
}
