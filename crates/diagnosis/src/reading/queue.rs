//! Queues and the messages in them: errors, and who waits where.

use exchange::nouns::queue::{DeliveryType, Queue, QueuedMessage};
use exchange::properties::Noun;
use exchange::value::Object;
use jiff::Timestamp;
use logs::last_error::LastError;

use crate::evidence::Place;
use crate::facts::{Facts, Known, Setback, Step, StepKind, Teller};

use super::Reading;
use super::hosts::Origin;
use super::names::{addresses, computer, last_retry_time, message_id};
use super::step::{About, name_recipients, step};

/// Messages that wait, of which it is not told since when.
#[derive(Debug, Default)]
pub(super) struct Waiting(Vec<(String, Step)>);

impl Waiting {
    /// Adds their steps at the last moment that any log tells of.
    pub(super) fn finish(self, facts: &mut Facts) {
        let Some(end) = facts.end() else { return };
        for (id, waiting) in self.0 {
            facts.messages.entry(&id).steps.push(Step { time: end, ..waiting });
        }
    }
}

/// Takes over a queue.
pub(super) fn queue(reading: &mut Reading, at: &Place, object: &Object) {
    let mut queue = Queue::new(String::new(), DeliveryType::Undefined, String::new());
    queue.take_over(object);
    from_server(reading, at, &queue.identity);
    if !queue.last_error.trim().is_empty() {
        let error = LastError::parse(&queue.last_error);
        let time = queue.last_retry_time.or_else(|| last_retry_time(&error));
        let setback = Setback::new(at.property("LastError"), Teller::Queue, error);
        reading.facts.setbacks.push(Setback { time, ..setback });
    }
    reading.facts.queues.push(Known { at: at.clone(), object: queue });
}

/// Takes over a message in a queue.
pub(super) fn message(reading: &mut Reading, at: &Place, object: &Object) {
    let mut queued = QueuedMessage::unknown();
    queued.take_over(object);
    if queued.queue.is_empty() {
        let queue = queued.identity.rsplit_once('\\').map(|(queue, _)| queue.to_owned());
        queued.queue = queue.unwrap_or_default();
    }
    from_server(reading, at, &queued.queue);
    let recipients = recipients(&queued);
    let error = error_text(&queued);
    let is_unreachable = is_queue(&queued.queue, "Unreachable");
    if !error.is_empty() || is_unreachable {
        let error = LastError::parse(&error);
        let place = if queued.last_error.is_empty() { "Recipients" } else { "LastError" };
        reading.facts.setbacks.push(Setback {
            time: last_retry_time(&error).or_else(|| received(&queued)),
            message_id: message_id(&queued.internet_message_id),
            recipients: recipients.clone(),
            ..Setback::new(at.property(place), Teller::QueuedMessage, error)
        });
    }
    // A shadow copy waits until the primary server has delivered; the message itself does not.
    if !is_queue(&queued.queue, "Shadow") {
        waits(reading, at, &queued, recipients, error);
    }
    reading.facts.queued.push(Known { at: at.clone(), object: queued });
}

fn waits(
    reading: &mut Reading,
    at: &Place,
    queued: &QueuedMessage,
    recipients: Vec<String>,
    detail: String,
) {
    let about = About {
        id: &queued.internet_message_id,
        subject: &queued.subject,
        sender: &queued.from_address,
    };
    let Some(message) = about.message(&mut reading.facts) else { return };
    name_recipients(message, &recipients);
    let (server, queue) = queued.queue.split_once('\\').unwrap_or(("", &queued.queue));
    let time = received(queued);
    let waiting = Step {
        host: computer(server).into(),
        recipients: recipients.into(),
        peer: queue.into(),
        detail,
        ..step(at.clone(), time.unwrap_or_default(), StepKind::Waiting)
    };
    match time {
        Some(_) => message.steps.push(waiting),
        None => reading.waiting.0.push((message.id.clone(), waiting)),
    }
}

fn from_server(reading: &mut Reading, at: &Place, queue: &str) {
    reading.hosts.is_from(at.file, Origin::Server);
    if let Some((server, _)) = queue.split_once('\\') {
        reading.hosts.told(at.file, server);
    }
}

/// Whether it is that queue, `SERVER\Unreachable`, or one of them, `SERVER\Shadow\7`.
fn is_queue(identity: &str, name: &str) -> bool {
    identity.split('\\').nth(1).is_some_and(|own| own.eq_ignore_ascii_case(name))
}

fn received(queued: &QueuedMessage) -> Option<Timestamp> {
    Some(queued.date_received).filter(|time| *time != Timestamp::UNIX_EPOCH)
}

/// `address;status;outbound pool;error;…`.
fn recipients(queued: &QueuedMessage) -> Vec<String> {
    addresses(queued.recipients.iter().filter_map(|text| text.split(';').next()))
        .into_iter()
        .filter(|address| address.contains('@'))
        .collect()
}

/// Its own last error, or that of its first recipient that has one.
fn error_text(queued: &QueuedMessage) -> String {
    if !queued.last_error.trim().is_empty() {
        return queued.last_error.trim().to_owned();
    }
    let errors = queued.recipients.iter().filter_map(|text| {
        let error = text.splitn(4, ';').nth(3)?;
        let end = if error.starts_with("[{") { error.find("}]").map(|at| at + 2) } else { None };
        let error = match end {
            Some(end) => error.get(..end)?,
            None => error.split(';').next()?,
        };
        let digits = error.get(..3).filter(|code| code.starts_with(['4', '5']));
        let is_status = digits.is_some_and(|code| code.parse::<u16>().is_ok());
        (is_status || error.starts_with("[{")).then(|| error.to_owned())
    });
    errors.into_iter().next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use exchange::nouns::queue::QueueStatus;
    use exchange::value::Value;
    use logs::clixml;

    use super::super::tests::facts_of_bytes;
    use super::*;
    use crate::facts::Fate;

    fn queued(queue: &str) -> QueuedMessage {
        QueuedMessage {
            identity: format!("{queue}\\42"),
            queue: queue.to_owned(),
            from_address: "raghu@cloudmonkeys.xyz".to_owned(),
            internet_message_id: "<a@cloudmonkeys.xyz>".to_owned(),
            recipients: vec!["Ramki@cloudfield.com;2;0;;0;".to_owned()],
            ..QueuedMessage::unknown()
        }
    }

    fn facts(nouns: Vec<Object>) -> Facts {
        let values: Vec<_> = nouns.into_iter().map(Value::from).collect();
        facts_of_bytes(&[("a/Get-Message.clixml", &clixml::write(&values))])
    }

    #[test]
    fn a_queue_in_retry_tells_its_error() {
        let mut queue =
            Queue::new("MBX01\\6".to_owned(), DeliveryType::SmartHostConnectorDelivery, "x".into());
        queue.status = QueueStatus::Retry;
        queue.last_error = "[{LED=441 4.4.1 Error encountered while communicating with primary target IP address: \"Failed to connect. Winsock error code: 10061, Win32 error code: 10061.\"};{MSG=};{FQDN=x};{IP=192.0.2.1};{LRT=5/1/2026 6:06:57 AM}]".to_owned();
        let facts = facts(vec![queue.to_object()]);
        let setback = &facts.setbacks[0];
        assert_eq!((setback.teller, setback.code()), (Teller::Queue, Some("4.4.1")));
        assert_eq!(setback.time.unwrap().to_string(), "2026-05-01T06:06:57Z");
        assert_eq!(setback.at.property, Some("LastError"));
        assert_eq!(facts.host_of(facts.queues[0].at.file), "MBX01");
    }

    #[test]
    fn an_unreachable_message_is_a_setback_without_an_error() {
        let message = QueuedMessage {
            date_received: "2026-05-01T06:06:57Z".parse().unwrap(),
            ..queued("MBX01\\Unreachable")
        };
        let facts = facts(vec![message.to_object()]);
        assert_eq!(facts.setbacks[0].recipients, ["ramki@cloudfield.com"]);
        let message = facts.messages.get("<a@cloudmonkeys.xyz>").unwrap();
        assert_eq!(message.fate("ramki@cloudfield.com"), Fate::Waiting);
        assert_eq!((&*message.steps[0].host, &*message.steps[0].peer), ("MBX01", "Unreachable"));
    }

    #[test]
    fn a_shadow_copy_does_not_wait() {
        let facts = facts(vec![queued("MBX01\\Shadow\\7").to_object()]);
        assert!(facts.messages.is_empty() && facts.setbacks.is_empty());
        assert_eq!(facts.queued.len(), 1);
    }

    #[test]
    fn the_error_of_a_recipient_is_found() {
        let mut message = queued("MBX01\\6");
        message.recipients = vec![
            "ramki@cloudfield.com;2;0;[{LED=451 4.7.0 Temporary};{MSG=};{FQDN=};{IP=};{LRT=}];0;"
                .to_owned(),
        ];
        assert_eq!(facts(vec![message.to_object()]).setbacks[0].code(), Some("4.7.0"));
    }
}
