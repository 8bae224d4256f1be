//! `Resume-Queue`: goes on with the delivery of a queue that was stopped.
//!
//! Not modelled: stopping Submission and Unreachable.

use crate::filter::FILTER;
use crate::language::cmdlet::Cmdlet;
use crate::noun::IDENTITY;

use super::queue_viewer::SERVER;
use super::suspended;

/// The cmdlet.
pub static RESUME_QUEUE: Cmdlet = Cmdlet {
    name: "Resume-Queue",
    synopsis: "Goes on with the delivery of a queue.",
    class: "",
    parameters: &[IDENTITY, FILTER, SERVER],
    run: |invocation| Box::pin(suspended::change_queues(invocation, false)),
};
