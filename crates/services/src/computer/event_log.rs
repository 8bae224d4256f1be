//! The Windows event logs of a computer: what its services report to an administrator.
//!
//! Not modelled: the Security log, event channels other than Application and System.

use std::sync::{Arc, Mutex, PoisonError};

use fabric::Clock;
use jiff::Timestamp;

/// How serious an event is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Level 2.
    Error,
    /// Level 3.
    Warning,
    /// Level 4.
    Information,
}

/// One event.
#[derive(Clone, Debug)]
pub struct Event {
    /// When.
    pub time: Timestamp,
    /// `Application` or `System`.
    pub log: &'static str,
    /// Provider, such as `MSExchangeFrontEndTransport`.
    pub source: &'static str,
    /// Event id.
    pub id: u32,
    /// How serious.
    pub level: Level,
    /// Task category, such as `TransportService`.
    pub category: &'static str,
    /// The text.
    pub description: String,
}

/// The event logs of a computer.
#[derive(Clone)]
pub struct EventLog {
    clock: Clock,
    events: Arc<Mutex<Vec<Event>>>,
}

impl EventLog {
    pub(super) fn new(clock: Clock) -> Self {
        Self { clock, events: Arc::default() }
    }

    /// Adds an event; its time is now.
    pub fn report(&self, event: Event) {
        let event = Event { time: self.clock.now(), ..event };
        self.events.lock().unwrap_or_else(PoisonError::into_inner).push(event);
    }

    /// Adds an event unless the last one of that id says the same: services repeat themselves far
    /// less often than the condition that makes them.
    pub fn report_once(&self, event: Event) {
        let events = self.events();
        let last = events.iter().rev().find(|one| one.id == event.id);
        if last.is_none_or(|last| last.description != event.description) {
            self.report(event);
        }
    }

    /// All events, oldest first.
    pub fn events(&self) -> Vec<Event> {
        self.events.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Event {
    /// An event of the Application log.
    pub fn application(
        source: &'static str,
        id: u32,
        level: Level,
        category: &'static str,
        description: impl Into<String>,
    ) -> Self {
        Self {
            time: Timestamp::UNIX_EPOCH,
            log: "Application",
            source,
            id,
            level,
            category,
            description: description.into(),
        }
    }

    /// An event of the System log by the Service Control Manager.
    pub fn service_control(id: u32, level: Level, description: impl Into<String>) -> Self {
        Self {
            log: "System",
            ..Self::application("Service Control Manager", id, level, "None", description)
        }
    }
}
