//! What the cmdlets for queues and messages share: which server they ask, and which of its queues and
//! messages an identity names.
//!
//! A queue is named `server\queue`, a message `server\queue\message`; without the server it is the one
//! the shell is open on. A queue goes by its number, its well-known name or its next hop.
//!
//! The wording of the refusals is ours.

use std::sync::Arc;

use exchange::nouns::queue::{Queue, QueueKey, QueuedMessage};
use exchange::properties::Noun;
use exchange::value::Value;
use services::computer::ServiceState;
use services::transport::Transport;

use crate::language::cmdlet::{Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;
use crate::language::wildcard;
use crate::place::Place;
use crate::refusal::{self, Family};

/// `-Server` of the queue viewer.
pub(crate) const SERVER: Parameter =
    Parameter::new("Server", Kind::String, "The Exchange server.").by_property_name();

const SERVICE: &str = "MSExchangeTransport";

/// The Transport service of a server; of the one the shell is open on when no name is given.
///
/// # Errors
/// When there is no such server, or its service does not answer: it is stopped, or stands on the other
/// side of the perimeter.
pub(crate) fn transport(
    invocation: &Invocation<'_>,
    server: Option<&str>,
) -> Result<Arc<Transport>, ErrorRecord> {
    let place = invocation.world::<Place>()?;
    let name = server.map_or_else(|| place.name(), str::to_owned);
    let Some(transport) = place.transport(Some(&name)) else {
        return Err(refusal::not_found(invocation, Family::QueueViewerTasks, &name));
    };
    let running = place.world.machine(&name).is_some_and(|machine| {
        let is_own = place.computer().is_some_and(|own| own.name == machine.computer.name);
        let services = machine.computer.services();
        let runs = services
            .iter()
            .any(|(name, _, state)| name == SERVICE && *state == ServiceState::Running);
        runs && (is_own || !(place.is_edge() || machine.is_edge()))
    });
    if !running {
        let why = format!(
            "The Microsoft Exchange Transport service on computer \"{name}\" can't be contacted. Verify that the service is started and that the computer can be reached by RPC."
        );
        return Err(refused(invocation, why));
    }
    Ok(transport.clone())
}

/// A refusal of the queue viewer.
pub(crate) fn refused(invocation: &Invocation<'_>, why: impl Into<String>) -> ErrorRecord {
    refusal::refusal(invocation, Family::QueueViewerTasks, "LocalizedException", why)
}

/// The queues that an identity names, with their service.
///
/// # Errors
/// When it names none, or the service does not answer.
pub(crate) fn queues_named(
    invocation: &Invocation<'_>,
    identity: &str,
) -> Result<(Arc<Transport>, Vec<Queue>), ErrorRecord> {
    let (server, name) = match identity.split_once('\\') {
        Some((server, name)) => (Some(server), name),
        None => (None, identity),
    };
    let transport = transport(invocation, server)?;
    let mut queues = transport.view_queues();
    // A next hop such as `[10.0.0.99]` is a wildcard, too.
    queues.retain(|queue| {
        [last_part(&queue.identity), &queue.next_hop_domain]
            .iter()
            .any(|own| own.eq_ignore_ascii_case(name) || wildcard::matches(name, own))
    });
    if queues.is_empty() && !wildcard::is_pattern(name) {
        return Err(refused(invocation, format!("The queue '{identity}' doesn't exist.")));
    }
    Ok((transport, queues))
}

/// The messages that an identity names, with their service.
///
/// # Errors
/// When it names none, or the service does not answer.
pub(crate) fn messages_named(
    invocation: &Invocation<'_>,
    identity: &str,
) -> Result<(Arc<Transport>, Vec<QueuedMessage>), ErrorRecord> {
    let mut parts = identity.rsplitn(3, '\\');
    let number = parts.next().unwrap_or_default();
    let (queue, server) = (parts.next().unwrap_or("*"), parts.next());
    let transport = transport(invocation, server)?;
    let mut messages = transport.view_messages();
    messages.retain(|message| {
        wildcard::matches(number, last_part(&message.identity))
            && wildcard::matches(queue, last_part(&message.queue))
    });
    if messages.is_empty() && !wildcard::is_pattern(number) {
        return Err(refused(invocation, format!("The message '{identity}' doesn't exist.")));
    }
    Ok((transport, messages))
}

fn last_part(identity: &str) -> &str {
    identity.rsplit('\\').next().unwrap_or(identity)
}

/// Which queue of its server it is.
pub(crate) fn key(queue: &Queue) -> QueueKey {
    match last_part(&queue.identity) {
        "Submission" => QueueKey::Submission,
        "Unreachable" => QueueKey::Unreachable,
        number => number.parse().map_or(QueueKey::Poison, QueueKey::Delivery),
    }
}

/// The objects that pass `-Filter`, as what they were.
///
/// # Errors
/// When the filter cannot be used.
pub(crate) fn filtered<T: Noun>(
    invocation: &Invocation<'_>,
    objects: Vec<T>,
) -> Result<Vec<T>, ErrorRecord> {
    let mut kept = Vec::new();
    for object in objects {
        let shown = vec![Value::from(object.to_object())];
        if !crate::filter::filtered(invocation, shown)?.is_empty() {
            kept.push(object);
        }
    }
    Ok(kept)
}

/// The queues that `-Identity`, or else `-Filter` and `-Server`, choose for a change.
///
/// # Errors
/// When neither is given, or they cannot be used.
pub(crate) fn chosen_queues(
    invocation: &Invocation<'_>,
) -> Result<(Arc<Transport>, Vec<Queue>), ErrorRecord> {
    if let Some(identity) = invocation.string("Identity") {
        return queues_named(invocation, &identity);
    }
    wants_filter(invocation)?;
    let transport = transport(invocation, invocation.string("Server").as_deref())?;
    let queues = filtered(invocation, transport.view_queues())?;
    Ok((transport, queues))
}

/// The same for messages.
///
/// # Errors
/// As for queues.
pub(crate) fn chosen_messages(
    invocation: &Invocation<'_>,
) -> Result<(Arc<Transport>, Vec<QueuedMessage>), ErrorRecord> {
    if let Some(identity) = invocation.string("Identity") {
        return messages_named(invocation, &identity);
    }
    wants_filter(invocation)?;
    let transport = transport(invocation, invocation.string("Server").as_deref())?;
    let messages = filtered(invocation, transport.view_messages())?;
    Ok((transport, messages))
}

fn wants_filter(invocation: &Invocation<'_>) -> Result<(), ErrorRecord> {
    if invocation.has("Filter") {
        return Ok(());
    }
    Err(refused(invocation, "You must specify the Identity parameter or the Filter parameter."))
}
