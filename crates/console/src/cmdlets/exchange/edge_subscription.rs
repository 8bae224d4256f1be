//! What the cmdlets for Edge servers share: the EdgeSync service of the server the shell is open on.
//!
//! The wording of the refusals is ours.

use std::sync::Arc;

use exchange::culture::Culture;
use exchange::value::Value;
use jiff::Timestamp;
use services::computer::ServiceState;
use services::edge_sync::EdgeSync;
use services::world::Installed;

use crate::language::cmdlet::{Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;
use crate::place::Place;
use crate::refusal::{self, Family};

/// `-Server`, the Mailbox server whose service is asked.
pub(super) const SERVER: Parameter = Parameter::new("Server", Kind::String, "The Mailbox server.");

/// The running EdgeSync service of a Mailbox server; of the one the shell is open on when no name is
/// given.
///
/// # Errors
/// When there is no such server, or the service is stopped.
pub(super) fn edge_sync(invocation: &Invocation<'_>) -> Result<Arc<EdgeSync>, ErrorRecord> {
    let place = invocation.world::<Place>()?;
    let name = invocation.string("Server").unwrap_or_else(|| place.name());
    let machine = place.world.machine(&name);
    let Some((machine, Installed::ExchangeMailbox(server))) =
        machine.map(|machine| (machine, &machine.installed))
    else {
        return Err(refusal::not_found(invocation, Family::EdgeSync, &name));
    };
    let services = machine.computer.services();
    let running = services.iter().any(|(service, _, state)| {
        service == "MSExchangeEdgeSync" && *state == ServiceState::Running
    });
    if !running {
        let why = format!("The Microsoft Exchange EdgeSync service isn't running on \"{name}\".");
        return Err(refusal::refusal(invocation, Family::EdgeSync, "LocalizedException", why));
    }
    Ok(server.edge_sync.clone())
}

/// A time that is shown in UTC wherever the server is.
pub(super) fn utc(time: Timestamp) -> Value {
    Value::opaque("System.DateTime", Culture::default().date_time(time))
}
