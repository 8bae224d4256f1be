//! Back pressure of a Transport service: it watches its drive, tells the event log, and refuses mail while
//! too much of the drive is in use.
//!
//! | event | when |
//! |---|---|
//! | 15004 | the pressure rises |
//! | 15005 | it falls |
//! | 15006 | it is High, for want of disk space |
//!
//! Texts: the first lines are those of Microsoft Learn's articles on the events, how they go on is a real
//! event 15006 of Exchange 2016, with the components that one of 2010 names under High. The reply to `MAIL`
//! is that of real sessions. Not modelled: what [`exchange::decisions::back_pressure`] leaves out; a drive
//! on which logs cannot be written any more; boot scanning.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use exchange::decisions::back_pressure::{Pressure, RESOURCES};
use exchange::status;
use smtp::Reply;

use crate::computer::{Event, EventLog, Level};
use crate::smtp_in::session::Session;
use crate::smtp_in::wording::reply;
use crate::transport::Transport;

/// `ResourceMeteringInterval`.
const METERING: Duration = Duration::from_secs(2);

const AT_MEDIUM: [&str; 5] = [
    "Mail resubmission from the Message Resubmission component.",
    "Mail submission from Pickup directory",
    "Mail submission from Replay directory",
    "Mail resubmission from the Shadow Redundancy Component",
    "Inbound mail submission from the Internet",
];
const AT_HIGH: [&str; 2] =
    ["Inbound mail submission from Hub Transport servers", "Mail submission from Mailbox server"];

/// The pressure on each of the watched resources.
#[derive(Debug, Default)]
pub(super) struct Meter(Mutex<[Pressure; RESOURCES.len()]>);

impl Meter {
    /// The highest pressure on any of them.
    pub(super) fn overall(&self) -> Pressure {
        highest(*self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Looks at a drive of which so many bytes of so many are in use, and reports what changed.
    fn measure(&self, (used, size): (u64, u64), events: &EventLog) {
        let mut pressures = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let before = highest(*pressures);
        for (pressure, resource) in pressures.iter_mut().zip(&RESOURCES) {
            *pressure = resource.next(*pressure, used, size);
        }
        let now = highest(*pressures);
        let details = details(*pressures);
        drop(pressures);
        if now > before {
            let text = format!("The resource pressure increased from {before} to {now}.{details}");
            let data = [before.to_string(), now.to_string(), details.clone()];
            events.report(
                event(15004, Level::Error, text).saying(&data.each_ref().map(String::as_str)),
            );
        } else if now < before {
            let text = format!("The resource pressure decreased from {before} to {now}.{details}");
            let data = [before.to_string(), now.to_string(), details.clone()];
            events.report(
                event(15005, Level::Information, text).saying(&data.each_ref().map(String::as_str)),
            );
        }
        if now == Pressure::High && before != Pressure::High {
            let text = format!(
                "Microsoft Exchange Transport is rejecting message submissions because the available disk space has dropped below the configured threshold.{details}"
            );
            events.report(event(15006, Level::Error, text).saying(&[&details]));
        }
    }
}

impl Transport {
    /// Measures whenever something large was written or removed, until the service stops.
    pub(super) async fn meter_resources(self: std::sync::Arc<Self>) {
        let mut changes = self.computer.disk.changes();
        loop {
            self.pressure.measure(self.computer.disk.use_of_drive(), &self.computer.events);
            if changes.changed().await.is_err() {
                return;
            }
            self.computer.clock.sleep(METERING).await;
        }
    }

    /// What a client hears to `MAIL` when its mail is not taken for want of resources.
    pub(super) fn refused_under_pressure(&self, session: &Session) -> Option<Reply> {
        let from_exchange = session.permissions().organization_headers && session.proxied.is_none();
        let refuses = if from_exchange { Pressure::High } else { Pressure::Medium };
        let is_refused = self.pressure.overall() >= refuses;
        is_refused.then(|| reply(status::INSUFFICIENT_SYSTEM_RESOURCES))
    }
}

fn highest(pressures: [Pressure; RESOURCES.len()]) -> Pressure {
    pressures.into_iter().max().unwrap_or_default()
}

fn event(id: u32, level: Level, text: String) -> Event {
    Event::application("MSExchangeTransport", id, level, "ResourceManager", text)
}

/// What an event says below its first line; nothing when all is normal.
fn details(pressures: [Pressure; RESOURCES.len()]) -> String {
    let overall = highest(pressures);
    if overall == Pressure::Normal {
        return String::new();
    }
    let under = pressures.iter().zip(&RESOURCES);
    let under = under.filter(|(pressure, _)| **pressure > Pressure::Normal);
    let resources: Vec<&str> = under.map(|(_, resource)| resource.name).collect();
    let mut components = AT_MEDIUM.to_vec();
    if overall == Pressure::High {
        components.extend(AT_HIGH);
    }
    format!(
        "\n\nThe following resources are under pressure:\n{}\nOverall Resources\n\nThe following components are disabled due to back pressure:\n{}",
        resources.join("\n"),
        components.join("\n")
    )
}
