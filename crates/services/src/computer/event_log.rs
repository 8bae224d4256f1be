//! The Windows event logs of a computer: what its services report to an administrator.
//!
//! Not modelled: the Security log, event channels other than Application and System.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use fabric::{Clock, RandomStream, Seed};
use jiff::{SignedDuration, Timestamp};

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
    /// Strings that were put into the text.
    pub data: Vec<String>,
    /// What else the Service Control Manager tells: the service's name, and what became of it.
    pub remark: String,
    /// Number of the record in its log.
    pub record: u64,
    /// Number of the thread that reported it.
    pub thread: u32,
}

/// Windows counts in hundreds of nanoseconds, of which a millisecond has so many.
const TICKS: u64 = 10_000;

/// So many records a log may hold already: none of ours begins with the computer.
const EARLIER_RECORDS: u64 = 60_000;

/// The event logs of a computer.
#[derive(Clone)]
pub struct EventLog {
    clock: Clock,
    seed: Seed,
    written: Arc<Mutex<Written>>,
}

struct Written {
    events: Vec<Event>,
    drawn: RandomStream,
}

impl EventLog {
    pub(super) fn new(clock: Clock, seed: Seed) -> Self {
        let written = Written { events: Vec::new(), drawn: seed.stream("written") };
        Self { clock, seed, written: Arc::new(Mutex::new(written)) }
    }

    /// Adds an event; its time is now.
    pub fn report(&self, event: Event) {
        self.report_at(self.clock.now(), event);
    }

    /// Adds an event of that moment. Windows tells time finer than the lab's clock: the rest is drawn, but
    /// what is reported later in a moment is later.
    pub(super) fn report_at(&self, moment: Timestamp, event: Event) {
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        let at = written
            .events
            .partition_point(|earlier| earlier.time.as_millisecond() <= moment.as_millisecond());
        let before = at.checked_sub(1).and_then(|at| written.events.get(at));
        let base = before.map_or(moment, |before| before.time.max(moment));
        let left = TICKS - u64::try_from(base.subsec_nanosecond() % 1_000_000).unwrap_or(0) / 100;
        let ticks = i64::try_from(written.drawn.below(left)).unwrap_or_default();
        let time = base.checked_add(SignedDuration::from_nanos(100 * ticks)).unwrap_or(base);
        // Numbers of processes and threads are multiples of four.
        let thread = 4 * u32::try_from(200 + written.drawn.below(2_000)).unwrap_or_default();
        written.events.insert(at, Event { time, thread, ..event });
    }

    /// Number of the process of the Service Control Manager, in multiples of four as Windows counts.
    pub fn service_control_process(&self) -> u32 {
        let drawn = self.seed.stream("service control process").below(100);
        4 * u32::try_from(150 + drawn).unwrap_or_default()
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

    /// All events, oldest first, each with its number.
    pub fn events(&self) -> Vec<Event> {
        let mut events = self.written.lock().unwrap_or_else(PoisonError::into_inner).events.clone();
        let mut last = BTreeMap::new();
        for event in &mut events {
            let before = || self.seed.stream(event.log).below(EARLIER_RECORDS);
            let last = last.entry(event.log).or_insert_with(before);
            *last += 1;
            event.record = *last;
        }
        events
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
            data: Vec::new(),
            remark: String::new(),
            record: 0,
            thread: 0,
        }
    }

    /// The same event with the strings that were put into its text.
    #[must_use]
    pub fn saying(self, data: &[&str]) -> Self {
        Self { data: data.iter().map(|&one| one.to_owned()).collect(), ..self }
    }

    /// An event of the System log by the Service Control Manager.
    pub fn service_control(id: u32, level: Level, description: impl Into<String>) -> Self {
        Self {
            log: "System",
            ..Self::application("Service Control Manager", id, level, "None", description)
        }
    }
}
