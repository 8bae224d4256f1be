//! What `Suspend-` and `Resume-` do to queues and messages.

use exchange::nouns::queue::QueueKey;
use exchange::value::Value;

use super::queue_viewer;
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;

/// Suspends the chosen queues, or lets them go on.
pub(super) async fn change_queues(
    mut invocation: Invocation<'_>,
    suspend: bool,
) -> Result<Vec<Value>, ErrorRecord> {
    let (transport, queues) = queue_viewer::chosen_queues(&invocation)?;
    for queue in queues {
        if !invocation.should_process(&queue.identity) {
            continue;
        }
        let done = match queue_viewer::key(&queue) {
            QueueKey::Delivery(number) => {
                transport.suspend_queue(number, suspend).map_err(|why| why.to_string())
            }
            _ => Err(format!("The queue '{}' can't be suspended.", queue.identity)),
        };
        if let Err(why) = done {
            let error = queue_viewer::refused(&invocation, why);
            invocation.error(error)?;
        }
    }
    Ok(Vec::new())
}

/// Suspends the chosen messages, or lets them go.
pub(super) async fn change_messages(
    mut invocation: Invocation<'_>,
    suspend: bool,
) -> Result<Vec<Value>, ErrorRecord> {
    let (transport, messages) = queue_viewer::chosen_messages(&invocation)?;
    for message in messages {
        if invocation.should_process(&message.identity) {
            transport.suspend_message(&message.identity, suspend);
        }
    }
    Ok(Vec::new())
}
