//! Windows events.

use logs::event_log::Event;
use logs::recognise::Kind;

use crate::evidence::{FileId, Place};
use crate::facts::EventFact;

use super::Reading;
use super::hosts::Origin;

/// Takes over the events of a file.
pub(super) fn read(reading: &mut Reading, file: FileId, kind: Kind, events: Vec<(u64, Event)>) {
    reading.hosts.is_from(file, Origin::Server);
    for (line, event) in events {
        reading.hosts.told(file, &event.computer);
        if let Some(time) = event.time_created {
            reading.facts.coverage.row(file, kind, time);
        }
        reading.facts.events.push(EventFact { at: Place::line(file, line), event });
    }
}

#[cfg(test)]
mod tests {
    use logs::event_log::{self, Event};

    use super::super::tests::facts_of_bytes;

    #[test]
    fn events_name_their_computer() {
        let event = Event {
            source: "MSExchangeTransport".to_owned(),
            event_id: Some(12014),
            level: "Error".to_owned(),
            computer: "MBX01.contoso.com".to_owned(),
            time_created: "2026-05-01T06:06:57Z".parse().ok(),
            ..Event::default()
        };
        let facts = facts_of_bytes(&[("a/EventLog/Application.xml", &event_log::write(&[event]))]);
        assert_eq!(facts.events[0].event.event_id, Some(12014));
        assert_eq!(facts.files[0].host, "MBX01");
        assert!(facts.end().is_some());
    }
}
