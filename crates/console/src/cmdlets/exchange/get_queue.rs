//! `Get-Queue`: the queues of a server as they stand.
//!
//! The columns are those remembered of Exchange 2013 and later; no paste of them was found. Not modelled:
//! sorting and paging.

use exchange::nouns::queue::Queue;
use exchange::properties::Noun;
use exchange::value::Value;

use super::queue_viewer::{self, SERVER};
use crate::filter::{self, FILTER};
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;
use crate::language::view::{View, ViewColumn};
use crate::noun::{self, IDENTITY};
use crate::result_size::{self, RESULT_SIZE};

/// The cmdlet.
pub static GET_QUEUE: Cmdlet = Cmdlet {
    name: "Get-Queue",
    synopsis: "Views queues and what they are doing.",
    class: "",
    parameters: &[
        IDENTITY,
        Parameter::new("Exclude", Kind::Choice(CATEGORIES), "Leaves these queues out."),
        FILTER,
        Parameter::new("Include", Kind::Choice(CATEGORIES), "Shows only these queues."),
        RESULT_SIZE,
        SERVER,
    ],
    run: |invocation| Box::pin(run(invocation)),
};

const CATEGORIES: &[&str] = &["Internal", "External"];

/// How it is shown.
pub static VIEW: View = View::table(
    Queue::TYPE_NAMES[0],
    &[
        ViewColumn::new("Identity", 24),
        ViewColumn::new("DeliveryType", 12),
        ViewColumn::new("Status", 9),
        ViewColumn::new("MessageCount", 12),
        ViewColumn::new("Velocity", 8),
        ViewColumn::new("RiskLevel", 9),
        ViewColumn::new("OutboundIPPool", 14),
        ViewColumn::new("NextHopDomain", 0),
    ],
);

async fn run(mut invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let mut queues = if let Some(identity) = invocation.string("Identity") {
        queue_viewer::queues_named(&invocation, &identity)?.1
    } else {
        let server = invocation.string("Server");
        queue_viewer::transport(&invocation, server.as_deref())?.view_queues()
    };
    let is = |queue: &Queue, category: &str| {
        queue.delivery_type.next_hop_category().eq_ignore_ascii_case(category)
    };
    if let Some(wanted) = invocation.string("Include") {
        queues.retain(|queue| is(queue, &wanted));
    }
    if let Some(unwanted) = invocation.string("Exclude") {
        queues.retain(|queue| !is(queue, &unwanted));
    }
    let queues = filter::filtered(&invocation, noun::shown(&queues))?;
    result_size::cut(&mut invocation, queues)
}
