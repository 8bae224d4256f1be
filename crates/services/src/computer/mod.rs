//! A computer: what every service finds where it runs.

mod certificates;
mod disk;
mod event_log;
mod log_directory;
mod service;

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use dns::Resolver;
use exchange::culture::Culture;
use exchange::ids::{SessionId, SessionIds};
use fabric::{Clock, Host, RandomStream, Seed};
use jiff::{SignedDuration, Timestamp};
use logs::format::LogFormat;

pub use certificates::{CertificateStore, StoredCertificate};
pub use disk::Disk;
pub use event_log::{Event, EventLog, Level};
pub use log_directory::LogDirectory;
pub use service::{Program, ServiceState, Tasks, WindowsService};

/// A computer with its host on the network, its clock and its disk.
pub struct Computer {
    /// NetBIOS name.
    pub name: String,
    /// Name in DNS.
    pub fqdn: String,
    /// Its place on the network.
    pub host: Host,
    /// Lab time.
    pub clock: Clock,
    /// Time zone and culture.
    pub culture: Culture,
    /// DNS as the network adapter is configured.
    pub resolver: Resolver,
    /// Files.
    pub disk: Disk,
    /// Personal certificates and trusted roots.
    pub certificates: CertificateStore,
    /// Application and System event logs.
    pub events: EventLog,
    logs: Mutex<BTreeMap<String, Arc<LogDirectory>>>,
    random: Mutex<RandomStream>,
    resolvers: Mutex<BTreeMap<Vec<IpAddr>, Resolver>>,
    seed: Seed,
    services: Mutex<Vec<WindowsService>>,
}

impl Computer {
    /// A computer without services.
    pub fn new(
        name: &str,
        domain: &str,
        host: Host,
        culture: Culture,
        resolver: Resolver,
        seed: Seed,
    ) -> Self {
        let clock = host.clock().clone();
        Self {
            name: name.to_owned(),
            fqdn: format!("{name}.{domain}"),
            events: EventLog::new(clock.clone(), seed.child(name).child("events")),
            certificates: CertificateStore::new(clock.clone()),
            disk: Disk::new(clock.clone()),
            host,
            clock,
            culture,
            resolver,
            logs: Mutex::new(BTreeMap::new()),
            random: Mutex::new(seed.stream(&format!("computer {name}"))),
            resolvers: Mutex::default(),
            seed: seed.child(name),
            services: Mutex::new(Vec::new()),
        }
    }

    /// The address it is known by: its first.
    pub fn address(&self) -> IpAddr {
        self.host.addresses().first().copied().unwrap_or(IpAddr::from([0, 0, 0, 0]))
    }

    /// DNS with other servers than the adapter's; the same resolver for the same servers.
    pub fn resolver_asking(&self, servers: &[IpAddr]) -> Resolver {
        let mut resolvers = self.resolvers.lock().unwrap_or_else(PoisonError::into_inner);
        let seed = self.seed.child(&format!("resolver {servers:?}"));
        let fresh = || Resolver::new(&self.host, servers.to_vec(), seed);
        resolvers.entry(servers.to_vec()).or_insert_with(fresh).clone()
    }

    /// The writer of a log directory; the same one at every call.
    pub fn log(&self, format: LogFormat, directory: &str) -> Arc<LogDirectory> {
        let key = format!("{directory}/{}", format.file_prefix);
        let mut logs = self.logs.lock().unwrap_or_else(PoisonError::into_inner);
        logs.entry(key)
            .or_insert_with(|| Arc::new(LogDirectory::new(format, directory, self.disk.clone())))
            .clone()
    }

    /// Writes to disk what logs still hold in memory.
    pub fn flush_logs(&self) {
        let logs = self.logs.lock().unwrap_or_else(PoisonError::into_inner);
        for log in logs.values() {
            log.flush(self.clock.now());
        }
    }

    /// Random bits of this computer, the same in every run.
    pub fn random_bits(&self) -> u128 {
        self.random.lock().unwrap_or_else(PoisonError::into_inner).bits_128()
    }

    /// Lets the time pass that this computer would work on something: about that long, seldom the same and
    /// now and then several times as long. Source: real rows, `bytes in 0.101`, `0.102` and `0.777`; the
    /// distribution is not published.
    pub async fn work(&self, about: Duration) {
        let mut drawn = self.seed.stream(&format!("work {about:?} {}", self.clock.now()));
        let (part, is_slow) = (drawn.below(1_000), drawn.below(40) == 0);
        // Most of it lies near the lower end.
        let permille = 700 + part * part / 1_000 + if is_slow { 3 * part } else { 0 };
        let permille = u32::try_from(permille).unwrap_or(1_000);
        self.clock.work(about * permille / 1_000).await;
    }

    /// Installs a service; it is not started.
    pub fn install(&self, service: WindowsService) {
        self.services.lock().unwrap_or_else(PoisonError::into_inner).push(service);
    }

    /// Its services as they stand: name, display name, state.
    pub fn services(&self) -> Vec<(String, String, ServiceState)> {
        let services = self.services.lock().unwrap_or_else(PoisonError::into_inner);
        services
            .iter()
            .map(|service| (service.name.clone(), service.display_name.clone(), service.state()))
            .collect()
    }

    /// Starts a service; `None` when there is none of that name.
    pub fn start_service(&self, name: &str) -> Option<Result<(), String>> {
        let moment = self.started_at(name);
        self.with_service(name, |service| service.start(&self.events, moment))
    }

    /// When a process that is started now was started: one that the lab begins with, with its computer, each
    /// some moment of its own before.
    fn started_at(&self, process: &str) -> Timestamp {
        let now = self.clock.now();
        if now != self.clock.began() {
            return now;
        }
        let drawn = self.seed.stream(&format!("process {process}")).below(BOOT_TICKS);
        let ticks = if process == COMES_UP_FIRST { drawn + BOOT_TICKS } else { drawn };
        let before = SignedDuration::from_nanos(100 * i64::try_from(ticks).unwrap_or_default());
        now.checked_sub(before).unwrap_or(now)
    }

    /// Stops a service; `None` when there is none of that name.
    pub fn stop_service(&self, name: &str) -> Option<()> {
        self.with_service(name, |service| service.stop(&self.events))
    }

    /// The process of a service ends, and Windows starts the service again; whether it ran. `None` when
    /// there is none of that name.
    pub fn crash_service(self: &Arc<Self>, name: &str) -> Option<bool> {
        let was_running = self.with_service(name, |service| service.crash(&self.events))?;
        if was_running {
            let (computer, name) = (self.clone(), name.to_owned());
            tokio::spawn(async move {
                computer.clock.sleep(service::RESTART_AFTER).await;
                if computer.host.is_on() {
                    // A service that cannot start stays stopped, as in Windows after its last attempt.
                    let _started = computer.start_service(&name);
                }
            });
        }
        Some(was_running)
    }

    fn with_service<R>(
        &self,
        name: &str,
        change: impl FnOnce(&mut WindowsService) -> R,
    ) -> Option<R> {
        let mut services = self.services.lock().unwrap_or_else(PoisonError::into_inner);
        services.iter_mut().find(|service| service.name.eq_ignore_ascii_case(name)).map(change)
    }
}

/// Within so many ticks of 100 ns the services of a computer come up after a boot: a minute and a half, not published.
const BOOT_TICKS: u64 = 900_000_000;

/// The directory of an Edge server, without which its other services do not start.
const COMES_UP_FIRST: &str = "ADAM_MSExchange";

/// Session ids of one process, shared by all its connectors.
#[derive(Clone)]
pub struct SharedSessionIds(Arc<Mutex<SessionIds>>);

impl SharedSessionIds {
    /// The ids of a process that starts now.
    pub fn starting(clock: &Clock) -> Self {
        Self(Arc::new(Mutex::new(SessionIds::starting(clock.now()))))
    }

    /// The ids of a process that a computer starts now, or was started with.
    pub(crate) fn of_process(computer: &Computer, name: &str) -> Self {
        Self(Arc::new(Mutex::new(SessionIds::starting(computer.started_at(name)))))
    }

    /// The next session's id.
    pub fn issue(&self) -> SessionId {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).issue()
    }
}
