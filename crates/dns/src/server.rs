//! A DNS server: zones, forwarders and a journal, on port 53 of one address of a host.
//!
//! What it answers follows from what it holds:
//!
//! | it has | it answers |
//! |---|---|
//! | the records | them, and where an alias leads |
//! | the zone, not the name | NXDOMAIN with the zone's SOA record |
//! | the name, not the type | no records, with the zone's SOA record |
//! | neither zone nor forwarder | REFUSED |
//! | forwarders | what the first says that answers; SERVFAIL when none does |
//!
//! Changes count from the next query on. While it is stopped its ports are closed: queries by UDP
//! are lost, by TCP refused. Split DNS is two servers on two addresses.
//!
//! Not modelled: delegation from the root, DNSSEC, dynamic update, zone transfer, round robin and
//! netmask ordering (records come in the order in which they were added), the idle timeout of TCP
//! connections.

use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use fabric::{Host, RandomStream, Seed};
use hickory_proto::rr::LowerName;
use hickory_server::zone_handler::{Catalog, ZoneHandler};
use tokio::task::JoinHandle;

use crate::error::DnsError;
use crate::forwarders::Forwarders;
use crate::name::DomainName;
use crate::query_journal::QueryEntry;
use crate::served_zone::ServedZone;
use crate::serving;
use crate::under_way::UnderWay;
use crate::wire::PORT;
use crate::zone::Zone;

/// A DNS server. Clones are the same server; when the last one is dropped, it stops.
#[derive(Clone)]
pub struct DnsServer(Arc<Running>);

struct Running {
    shared: Arc<Shared>,
    task: Mutex<Option<JoinHandle<()>>>,
}

/// What the server shares with its tasks.
pub(crate) struct Shared {
    pub(crate) host: Host,
    pub(crate) address: IpAddr,
    pub(crate) under_way: UnderWay,
    ids: Mutex<RandomStream>,
    state: Mutex<State>,
}

#[derive(Default)]
pub(crate) struct State {
    zones: BTreeMap<DomainName, Zone>,
    /// The zones as hickory serves them; made anew after a change.
    catalog: Option<Arc<Catalog>>,
    pub(crate) forwarders: Forwarders,
    pub(crate) journal: Vec<QueryEntry>,
}

impl DnsServer {
    /// A server without zones and forwarders, not started yet. The seed is for the ids of the
    /// queries that it forwards.
    pub fn new(host: &Host, address: IpAddr, seed: Seed) -> Self {
        let ids = Mutex::new(seed.stream("ids of forwarded queries"));
        let state = Mutex::new(State::default());
        let shared = Arc::new(Shared {
            host: host.clone(),
            address,
            under_way: UnderWay::default(),
            ids,
            state,
        });
        Self(Arc::new(Running { shared, task: Mutex::new(None) }))
    }

    /// The host it runs on.
    pub fn host(&self) -> &Host {
        &self.0.shared.host
    }

    /// The address it answers on.
    pub fn address(&self) -> IpAddr {
        self.0.shared.address
    }

    /// Opens the ports. To be called inside a runtime of the fabric.
    ///
    /// # Errors
    /// `AddrInUse` when they are open already, `AddrNotAvailable` when the address is not the
    /// host's, `NetworkDown` when the host is off; in LIVE what the operating system says.
    pub fn start(&self) -> io::Result<()> {
        let shared = &self.0.shared;
        let address = SocketAddr::new(shared.address, PORT);
        let datagrams = shared.host.bind_udp(address)?;
        let listener = shared.host.listen(address)?;
        let task = tokio::spawn(serving::serve(shared.clone(), datagrams, listener));
        *lock(&self.0.task) = Some(task);
        Ok(())
    }

    /// Closes the ports. Zones, forwarders and journal stay; who waits for an answer gets none.
    pub async fn stop(&self) {
        let task = lock(&self.0.task).take();
        if let Some(task) = task {
            task.abort();
            // It was cancelled, or had ended when the host went down.
            let _ended = task.await;
        }
    }

    /// Whether its ports are open.
    pub fn is_running(&self) -> bool {
        lock(&self.0.task).as_ref().is_some_and(|task| !task.is_finished())
    }

    /// All zones, in DNS order.
    pub fn zones(&self) -> Vec<Zone> {
        self.0.shared.lock().zones.values().cloned().collect()
    }

    /// The zone of that name.
    pub fn zone(&self, name: &DomainName) -> Option<Zone> {
        self.0.shared.lock().zones.get(name).cloned()
    }

    /// Adds a zone.
    ///
    /// # Errors
    /// When it has one of that name.
    pub fn add_zone(&self, zone: Zone) -> Result<(), DnsError> {
        let mut state = self.0.shared.lock();
        if state.zones.contains_key(zone.name()) {
            return Err(DnsError::ZoneExists(zone.name().clone()));
        }
        state.zones.insert(zone.name().clone(), zone);
        state.catalog = None;
        Ok(())
    }

    /// Removes a zone and gives it back.
    ///
    /// # Errors
    /// When it has none of that name.
    pub fn remove_zone(&self, name: &DomainName) -> Result<Zone, DnsError> {
        let mut state = self.0.shared.lock();
        let removed = state.zones.remove(name);
        state.catalog = None;
        removed.ok_or_else(|| DnsError::NoSuchZone(name.clone()))
    }

    /// Changes a zone. A change that fails changes nothing.
    ///
    /// # Errors
    /// When it has no zone of that name, or what the change itself gives.
    pub fn change_zone<R>(
        &self,
        name: &DomainName,
        change: impl FnOnce(&mut Zone) -> Result<R, DnsError>,
    ) -> Result<R, DnsError> {
        let missing = || DnsError::NoSuchZone(name.clone());
        let mut zone = self.zone(name).ok_or_else(missing)?;
        let result = change(&mut zone)?;
        let mut state = self.0.shared.lock();
        state.zones.insert(name.clone(), zone);
        state.catalog = None;
        Ok(result)
    }

    /// Whom it asks about names which it has no zone for.
    pub fn forwarders(&self) -> Forwarders {
        self.0.shared.lock().forwarders.clone()
    }

    /// Sets whom it asks about names which it has no zone for.
    pub fn set_forwarders(&self, forwarders: Forwarders) {
        self.0.shared.lock().forwarders = forwarders;
    }

    /// Every query that reached it, in order of arrival.
    pub fn queries(&self) -> Vec<QueryEntry> {
        self.0.shared.lock().journal.clone()
    }
}

impl std::fmt::Debug for DnsServer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DnsServer").field("address", &self.address()).finish_non_exhaustive()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(task) = lock(&self.task).take() {
            task.abort();
        }
    }
}

impl Shared {
    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    /// The id of the next query that is forwarded.
    pub(crate) fn next_id(&self) -> u16 {
        crate::wire::draw_id(&mut lock(&self.ids))
    }
}

impl State {
    /// The zones as hickory serves them.
    pub(crate) fn catalog(&mut self) -> Arc<Catalog> {
        let zones = &self.zones;
        let catalog = self.catalog.get_or_insert_with(|| {
            let mut catalog = Catalog::new();
            for zone in zones.values() {
                let served: Arc<dyn ZoneHandler> = Arc::new(ServedZone::new(zone));
                catalog.upsert(LowerName::new(zone.name().wire()), vec![served]);
            }
            Arc::new(catalog)
        });
        catalog.clone()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
