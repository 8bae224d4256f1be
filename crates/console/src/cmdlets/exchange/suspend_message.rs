//! `Suspend-Message`: keeps a message in its queue.

use crate::filter::FILTER;
use crate::language::cmdlet::Cmdlet;
use crate::noun::IDENTITY;

use super::queue_viewer::SERVER;
use super::suspended;

/// The cmdlet.
pub static SUSPEND_MESSAGE: Cmdlet = Cmdlet {
    name: "Suspend-Message",
    synopsis: "Keeps messages in their queue.",
    class: "",
    parameters: &[IDENTITY, FILTER, SERVER],
    run: |invocation| Box::pin(suspended::change_messages(invocation, true)),
};
