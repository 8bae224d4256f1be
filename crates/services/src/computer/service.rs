//! Windows services: programs that an administrator starts and stops.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::task::AbortHandle;

use crate::computer::event_log::{Event, EventLog, Level};

/// What a service runs. Starting it may fail, as when a port is taken.
pub trait Program: Send + Sync {
    /// Starts; everything it does runs in `tasks`.
    ///
    /// # Errors
    /// Why it cannot start.
    fn start(&self, tasks: &Tasks) -> Result<(), String>;

    /// Stops; its tasks are ended right after.
    fn stop(&self) {}
}

/// Tasks of a running service; they end with it.
#[derive(Clone, Debug, Default)]
pub struct Tasks(Arc<Mutex<Vec<AbortHandle>>>);

/// So many handles are kept before those of tasks that are done are thrown away.
const HANDLES_MIN: usize = 64;

impl Tasks {
    /// Runs something until it is done or the service stops.
    pub fn spawn(&self, future: impl Future<Output = ()> + Send + 'static) {
        let handle = tokio::spawn(future).abort_handle();
        let mut handles = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Only when the list would grow: a service may run thousands of tasks at a time.
        if handles.len() >= HANDLES_MIN.max(handles.capacity()) {
            handles.retain(|handle| !handle.is_finished());
        }
        handles.push(handle);
    }

    fn abort(&self) {
        for handle in self.0.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            handle.abort();
        }
    }
}

/// Whether a service runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServiceState {
    /// It runs.
    Running,
    /// It does not.
    Stopped,
}

/// When the Service Control Manager starts a service again whose process has ended: a real event, Exchange
/// 2013. Not modelled: that the count begins anew after a while, and actions other than that.
pub(super) const RESTART_AFTER: Duration = Duration::from_secs(5);

/// `SC_ACTION_RESTART`, as event 7031 tells it.
const RESTART: &str = "1";

/// `SERVICE_STOPPED` and `SERVICE_RUNNING`, as event 7036 tells them beside the service's name.
const STOPPED: u32 = 1;
const RUNNING: u32 = 4;

/// A Windows service.
pub struct WindowsService {
    /// Name, such as `MSExchangeTransport`.
    pub name: String,
    /// Name people see, such as `Microsoft Exchange Transport`.
    pub display_name: String,
    program: Arc<dyn Program>,
    running: Option<Tasks>,
    crashes: u32,
}

impl WindowsService {
    /// A service that is not started.
    pub fn new(name: &str, display_name: &str, program: Arc<dyn Program>) -> Self {
        Self {
            name: name.to_owned(),
            display_name: display_name.to_owned(),
            program,
            running: None,
            crashes: 0,
        }
    }

    /// Whether it runs.
    pub fn state(&self) -> ServiceState {
        if self.running.is_some() { ServiceState::Running } else { ServiceState::Stopped }
    }

    /// Starts it, unless it runs; the event log says that it came up at that moment.
    pub(super) fn start(&mut self, events: &EventLog, moment: Timestamp) -> Result<(), String> {
        if self.running.is_some() {
            return Ok(());
        }
        let tasks = Tasks::default();
        self.program.start(&tasks)?;
        self.running = Some(tasks);
        events.report_at(moment, self.entered("running", RUNNING));
        Ok(())
    }

    /// Stops it, if it runs.
    pub(super) fn stop(&mut self, events: &EventLog) {
        if let Some(tasks) = self.running.take() {
            self.program.stop();
            tasks.abort();
            events.report(self.entered("stopped", STOPPED));
        }
    }

    /// Its process ends without the service being stopped, if it runs; whether it did. Event 7031 of the
    /// Service Control Manager, which counts them.
    pub(super) fn crash(&mut self, events: &EventLog) -> bool {
        let Some(tasks) = self.running.take() else { return false };
        self.program.stop();
        tasks.abort();
        self.crashes += 1;
        let text = format!(
            "The {} service terminated unexpectedly. It has done this {} time(s). The following corrective action will be taken in {} milliseconds: Restart the service.",
            self.display_name,
            self.crashes,
            RESTART_AFTER.as_millis()
        );
        let (crashes, after) = (self.crashes.to_string(), RESTART_AFTER.as_millis().to_string());
        let event = Event::service_control(7031, Level::Error, text);
        let data = [&self.display_name, &crashes, &after, RESTART, "Restart the service"];
        events.report(Event { remark: self.name.clone(), ..event.saying(&data) });
        true
    }

    /// Event 7036 of the Service Control Manager.
    fn entered(&self, state: &str, number: u32) -> Event {
        let text = format!("The {} service entered the {state} state.", self.display_name);
        let event = Event::service_control(7036, Level::Information, text);
        let remark = format!("{}/{number}", self.name);
        Event { remark, ..event.saying(&[&self.display_name, state]) }
    }
}
