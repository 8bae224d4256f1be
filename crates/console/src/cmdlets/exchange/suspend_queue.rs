//! `Suspend-Queue`: stops the delivery of a queue; what comes is still queued.
//!
//! Not modelled: stopping Submission and Unreachable.

use crate::filter::FILTER;
use crate::language::cmdlet::Cmdlet;
use crate::noun::IDENTITY;

use super::queue_viewer::SERVER;
use super::suspended;

/// The cmdlet.
pub static SUSPEND_QUEUE: Cmdlet = Cmdlet {
    name: "Suspend-Queue",
    synopsis: "Stops the delivery of a queue.",
    class: "",
    parameters: &[IDENTITY, FILTER, SERVER],
    run: |invocation| Box::pin(suspended::change_queues(invocation, true)),
};
