//! A network: what is in it, and what is going on in it.
//!
//! One lock guards all of it. It is never held across an `await`, and never while a session's own
//! lock is taken.

use std::collections::BTreeMap;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ipnet::IpNet;
use tokio::sync::watch;

use crate::clock::Clock;
use crate::error::NetworkError;
use crate::firewall::{FirewallLogEntry, Protocol};
use crate::flows::Flows;
use crate::gateway::Gateway;
use crate::host::Host;
use crate::journal::ConnectionAttempt;
use crate::link::{Delay, Link};
use crate::listener::ListeningPort;
use crate::loopback::{Endpoint, FIRST_LOOPBACK, Loopback, Ports};
use crate::loopback_door::Door;
use crate::outside::Outside;
use crate::ports::EphemeralPorts;
use crate::route::{Mark, Route, Verdict};
use crate::seed::Seed;
use crate::sessions::{Sessions, Traffic};
use crate::topology::{SegmentId, Topology};
use crate::udp::UdpPort;

/// A network of the lab. Clones are the same network.
#[derive(Clone)]
pub struct Network(pub(crate) Arc<Shared>);

pub(crate) struct Shared {
    clock: Clock,
    seed: Seed,
    state: Mutex<State>,
    /// Told whenever something changed that could open or close a door to the outside.
    changed: watch::Sender<()>,
}

pub(crate) struct State {
    pub(crate) topology: Topology,
    pub(crate) listeners: BTreeMap<SocketAddr, ListeningPort>,
    pub(crate) sockets: BTreeMap<SocketAddr, UdpPort>,
    pub(crate) flows: Flows,
    pub(crate) ports: EphemeralPorts,
    pub(crate) attempts: Vec<ConnectionAttempt>,
    pub(crate) sessions: Sessions,
    pub(crate) outside: Outside,
    /// `None` in SIM.
    pub(crate) loopback: Option<Loopback>,
    /// LIVE: port forwards, open to programs outside the lab.
    pub(crate) doors: BTreeMap<(Protocol, SocketAddr), Door>,
}

impl Network {
    /// An empty network in memory (SIM).
    pub fn simulated(clock: Clock, seed: Seed) -> Self {
        Self::new(clock, seed, None)
    }

    /// An empty network on loopback sockets (LIVE).
    pub fn live(clock: Clock, seed: Seed, ports: Ports) -> Self {
        Self::new(clock, seed, Some(Loopback::new(ports, FIRST_LOOPBACK)))
    }

    /// As [`live`](Self::live), with loopback addresses from that one upwards: two labs on the same
    /// ports need different ones.
    ///
    /// # Errors
    /// When it is no loopback address.
    pub fn live_from(
        clock: Clock,
        seed: Seed,
        ports: Ports,
        first: Ipv4Addr,
    ) -> Result<Self, NetworkError> {
        if !first.is_loopback() {
            return Err(NetworkError::NotLoopback(first.into()));
        }
        Ok(Self::new(clock, seed, Some(Loopback::new(ports, first))))
    }

    fn new(clock: Clock, seed: Seed, loopback: Option<Loopback>) -> Self {
        let seed = seed.child("network");
        let state = State {
            topology: Topology::default(),
            listeners: BTreeMap::new(),
            sockets: BTreeMap::new(),
            flows: Flows::default(),
            ports: EphemeralPorts::new(seed.child("ports")),
            attempts: Vec::new(),
            sessions: Sessions::default(),
            outside: Outside::default(),
            loopback,
            doors: BTreeMap::new(),
        };
        let changed = watch::Sender::new(());
        Self(Arc::new(Shared { clock, seed, state: Mutex::new(state), changed }))
    }

    /// The clock it runs on.
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// Adds a segment outside of all gateways.
    ///
    /// # Errors
    /// When the name is taken.
    pub fn add_segment(&self, name: &str, prefixes: &[IpNet]) -> Result<SegmentId, NetworkError> {
        self.0.lock().topology.add_segment(name, prefixes, None)
    }

    /// Adds a gateway that has those public addresses.
    ///
    /// # Errors
    /// When the name or an address is taken.
    pub fn add_gateway(&self, name: &str, public: &[IpAddr]) -> Result<Gateway, NetworkError> {
        let mut state = self.0.lock();
        let index = state.topology.add_gateway(name, public)?;
        state.stand_in(public)?;
        drop(state);
        Ok(Gateway { network: self.clone(), index })
    }

    /// Adds a host; its first address is the one it speaks from.
    ///
    /// # Errors
    /// When the name or an address is taken, or an address lies outside the segment.
    pub fn add_host(
        &self,
        name: &str,
        segment: SegmentId,
        addresses: &[IpAddr],
    ) -> Result<Host, NetworkError> {
        let mut state = self.0.lock();
        let index = state.topology.add_machine(name, segment, addresses)?;
        state.stand_in(addresses)?;
        drop(state);
        Ok(Host { network: self.clone(), index })
    }

    /// Sets the way between two segments, or between the hosts of one. It applies to sessions
    /// opened after it.
    pub fn set_link(&self, a: SegmentId, b: SegmentId, link: Link) {
        self.0.lock().topology.set_link(a, b, link);
    }

    /// The segment of that name, whatever its case.
    pub fn segment(&self, name: &str) -> Option<SegmentId> {
        let state = self.0.lock();
        let mut segments = state.topology.segments.iter();
        segments.position(|segment| segment.name.eq_ignore_ascii_case(name)).map(SegmentId)
    }

    /// All segments, in the order in which they were added.
    pub fn segments(&self) -> Vec<SegmentId> {
        (0..self.0.lock().topology.segments.len()).map(SegmentId).collect()
    }

    /// The name of a segment of this network.
    pub fn segment_name(&self, segment: SegmentId) -> String {
        self.0.lock().topology.segments[segment.0].name.clone()
    }

    /// All gateways, in the order in which they were added.
    pub fn gateways(&self) -> Vec<Gateway> {
        let count = self.0.lock().topology.gateways.len();
        (0..count).map(|index| Gateway { network: self.clone(), index }).collect()
    }

    /// The gateway of that name, whatever its case.
    pub fn gateway(&self, name: &str) -> Option<Gateway> {
        self.gateways().into_iter().find(|gateway| gateway.name().eq_ignore_ascii_case(name))
    }

    /// All hosts, in the order in which they were added.
    pub fn hosts(&self) -> Vec<Host> {
        let count = self.0.lock().topology.machines.len();
        (0..count).map(|index| Host { network: self.clone(), index }).collect()
    }

    /// The host of that name, whatever its case.
    pub fn host(&self, name: &str) -> Option<Host> {
        let mut hosts = self.hosts().into_iter();
        hosts.find(|host| host.name().eq_ignore_ascii_case(name))
    }

    /// Every attempt to connect so far, oldest first: the lab's own view, no evidence.
    pub fn connections(&self) -> Vec<ConnectionAttempt> {
        self.0.lock().attempts.clone()
    }

    /// What would become of a connection attempt from that address.
    pub fn verdict(&self, from: IpAddr, to: SocketAddr) -> Verdict {
        self.0.lock().verdict(SocketAddr::new(from, 0), to)
    }

    /// LIVE: the loopback address that stands for a virtual one, if it has been used.
    pub fn loopback_of(&self, address: IpAddr) -> Option<Ipv4Addr> {
        self.0.lock().loopback.as_ref()?.loopback_of(address)
    }

    /// LIVE: all virtual addresses with their loopback addresses, in order of first use.
    pub fn loopback_addresses(&self) -> Vec<(IpAddr, Ipv4Addr)> {
        let state = self.0.lock();
        state.loopback.as_ref().map(|loopback| loopback.addresses().to_vec()).unwrap_or_default()
    }

    /// LIVE: everything that is or was listened on, with its real address and port.
    pub fn endpoints(&self) -> Vec<Endpoint> {
        self.0.lock().loopback.as_ref().map(Loopback::endpoints).unwrap_or_default()
    }

    /// LIVE: the real address and port that stand for a virtual one that is or was listened on.
    pub fn real_endpoint(&self, protocol: Protocol, address: SocketAddr) -> Option<SocketAddr> {
        self.0.lock().loopback.as_ref()?.endpoint(protocol, address)
    }

    /// LIVE: what is under way, and how much was moved so far.
    pub(crate) fn traffic(&self) -> (Traffic, u64) {
        let state = self.0.lock();
        let (traffic, bytes) = state.sessions.traffic();
        let datagrams = state.loopback.as_ref().is_some_and(|loopback| loopback.datagrams > 0);
        (traffic.max(if datagrams { Traffic::Inside } else { Traffic::None }), bytes)
    }

    /// LIVE: whom programs outside the lab count as that connect from a loopback address which
    /// stands for nobody, such as 127.0.0.1. Without one they are refused.
    pub fn set_outside_address(&self, address: Option<IpAddr>) {
        if let Some(loopback) = &mut self.0.lock().loopback {
            loopback.outside = address;
        }
        self.0.tell_change();
    }
}

impl fmt::Debug for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Network").field("clock", &self.0.clock).finish_non_exhaustive()
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Shared")
    }
}

impl Shared {
    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Seeds of what is drawn while the network runs.
    pub(crate) fn seed(&self) -> Seed {
        self.seed
    }

    /// The delays towards the source and towards the destination of a new session.
    pub(crate) fn delays(&self, link: Link, from: SocketAddr, to: SocketAddr) -> [Delay; 2] {
        ["back", "forth"]
            .map(|label| Delay::new(link, || self.seed.stream(&format!("{label} {from} {to}"))))
    }

    /// Logs what a firewall did.
    pub(crate) fn record(&self, mark: Mark) {
        let Mark { gateway, action, rule, packet } = mark;
        tracing::debug!(?action, ?rule, ?packet, "the firewall steps in");
        let entry = FirewallLogEntry { time: self.clock.now(), action, rule, packet };
        self.lock().topology.gateways[gateway].firewall.record(entry);
    }

    /// Lets the doors to the outside see whether they should open or close.
    pub(crate) fn tell_change(&self) {
        self.changed.send_replace(());
    }

    pub(crate) fn changes(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }
}

impl State {
    /// What would become of a connection attempt.
    pub(crate) fn verdict(&self, from: SocketAddr, to: SocketAddr) -> Verdict {
        let route = self.topology.route(Protocol::Tcp, from, to);
        let is_listening =
            self.listeners.contains_key(&route.to) || self.real_place(route.to).is_some();
        match route.verdict {
            Verdict::Accepted if !is_listening => Verdict::NoListener,
            verdict => verdict,
        }
    }

    /// The two hosts of a session.
    pub(crate) fn machines_of(&self, from: SocketAddr, route: &Route) -> [Option<usize>; 2] {
        [from, route.to].map(|address| self.topology.machine_at(address.ip()))
    }

    /// LIVE: gives each address its loopback address.
    fn stand_in(&mut self, addresses: &[IpAddr]) -> Result<(), NetworkError> {
        if let Some(loopback) = &mut self.loopback {
            for address in addresses {
                loopback.stand_in(*address)?;
            }
        }
        Ok(())
    }
}
