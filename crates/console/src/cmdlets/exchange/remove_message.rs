//! `Remove-Message`: takes a message out of its queue; the sender is told unless `-WithNDR` is `$false`.

use exchange::value::Value;

use super::queue_viewer::{self, SERVER};
use crate::filter::FILTER;
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;
use crate::noun::IDENTITY;

/// The cmdlet.
pub static REMOVE_MESSAGE: Cmdlet = Cmdlet {
    name: "Remove-Message",
    synopsis: "Removes messages from their queue.",
    class: "",
    parameters: &[
        IDENTITY,
        FILTER,
        SERVER,
        Parameter::new(
            "WithNDR",
            Kind::Bool,
            "Whether the sender is told; $true if nothing is said.",
        ),
    ],
    run: |invocation| Box::pin(run(invocation)),
};

async fn run(mut invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let (transport, messages) = queue_viewer::chosen_messages(&invocation)?;
    let with_ndr = invocation.bool("WithNDR").unwrap_or(true);
    for message in messages {
        if invocation.should_process(&message.identity) {
            transport.remove_message(&message.identity, with_ndr);
        }
    }
    Ok(Vec::new())
}
