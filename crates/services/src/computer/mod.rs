//! A computer: what every service finds where it runs.

mod certificates;
mod disk;
mod event_log;
mod log_directory;
mod service;

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use dns::Resolver;
use exchange::culture::Culture;
use exchange::ids::{SessionId, SessionIds};
use fabric::{Clock, Host, RandomStream, Seed};
use jiff::SignedDuration;
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
            events: EventLog::new(clock.clone()),
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
        self.with_service(name, |service| service.start(&self.events))
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

/// Session ids of one process, shared by all its connectors.
#[derive(Clone)]
pub struct SharedSessionIds(Arc<Mutex<SessionIds>>);

impl SharedSessionIds {
    /// The ids of a process that starts now.
    pub fn starting(clock: &Clock) -> Self {
        Self(Arc::new(Mutex::new(SessionIds::starting(clock.now()))))
    }

    /// The ids of a process that was started with its computer: each some moment of its own before now.
    pub(crate) fn of_process(computer: &Computer, name: &str) -> Self {
        let ticks = computer.seed.stream(&format!("process {name}")).below(BOOT_TICKS);
        let before = SignedDuration::from_nanos(100 * i64::try_from(ticks).unwrap_or_default());
        let now = computer.clock.now();
        let started = now.checked_sub(before).unwrap_or(now);
        Self(Arc::new(Mutex::new(SessionIds::starting(started))))
    }

    /// The next session's id.
    pub fn issue(&self) -> SessionId {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).issue()
    }
}
