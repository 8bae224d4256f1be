//! `Resume-Message`: lets a message go that was kept in its queue.

use crate::filter::FILTER;
use crate::language::cmdlet::Cmdlet;
use crate::noun::IDENTITY;

use super::queue_viewer::SERVER;
use super::suspended;

/// The cmdlet.
pub static RESUME_MESSAGE: Cmdlet = Cmdlet {
    name: "Resume-Message",
    synopsis: "Lets messages go that were kept in their queue.",
    class: "",
    parameters: &[IDENTITY, FILTER, SERVER],
    run: |invocation| Box::pin(suspended::change_messages(invocation, false)),
};
