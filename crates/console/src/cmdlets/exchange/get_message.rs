//! `Get-Message`: the messages in the queues of a server.
//!
//! No pasted default view was found; the columns are remembered. Not modelled: sorting and paging.

use exchange::nouns::queue::QueuedMessage;
use exchange::properties::Noun;
use exchange::value::Value;

use super::queue_viewer::{self, SERVER};
use crate::filter::{self, FILTER};
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;
use crate::language::view::{View, ViewColumn};
use crate::noun;
use crate::result_size::{self, RESULT_SIZE};

/// The cmdlet.
pub static GET_MESSAGE: Cmdlet = Cmdlet {
    name: "Get-Message",
    synopsis: "Views the messages in queues.",
    class: "",
    parameters: &[
        Parameter::new("Identity", Kind::String, "The message, `server\\queue\\number`.").at(0),
        FILTER,
        Parameter::new("IncludeRecipientInfo", Kind::Switch, "Shows the recipients, too."),
        Parameter::new("Queue", Kind::String, "The queue.").by_value().by_property_name(),
        RESULT_SIZE,
        SERVER,
    ],
    run: |invocation| Box::pin(run(invocation)),
};

/// How it is shown.
pub static VIEW: View = View::table(
    QueuedMessage::TYPE_NAMES[0],
    &[
        ViewColumn::new("Identity", 32),
        ViewColumn::new("FromAddress", 0),
        ViewColumn::new("Status", 9),
        ViewColumn::new("Queue", 18),
        ViewColumn::new("Subject", 0),
    ],
);

async fn run(mut invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let mut messages = if let Some(queue) = invocation.string("Queue") {
        let (transport, queues) = queue_viewer::queues_named(&invocation, &queue)?;
        let is_in =
            |message: &QueuedMessage| queues.iter().any(|queue| queue.identity == message.queue);
        transport.view_messages().into_iter().filter(is_in).collect()
    } else if let Some(identity) = invocation.string("Identity") {
        queue_viewer::messages_named(&invocation, &identity)?.1
    } else {
        let server = invocation.string("Server");
        queue_viewer::transport(&invocation, server.as_deref())?.view_messages()
    };
    if !invocation.switch("IncludeRecipientInfo") {
        for message in &mut messages {
            message.recipients.clear();
        }
    }
    let messages = filter::filtered(&invocation, noun::shown(&messages))?;
    result_size::cut(&mut invocation, messages)
}
