//! From a baseline to a world that stands: networks, authorities, computers with what is installed on
//! them, Exchange Online. What its administrators then type is run by [`crate::lab`].

mod authorities;
mod computers;
mod exchange_online;
mod network;

use std::net::Ipv4Addr;
use std::rc::Rc;

use exchange::directory::Organization;
use fabric::{Clock, FIRST_LOOPBACK, Network, NetworkError, Ports, Seed};
use jiff::Timestamp;
use services::computer::Disk;
use services::directory::Directory;
use services::world::{Machine, World};
use services::written::Notes;

pub(crate) use self::authorities::trusted;
use crate::baseline::Baseline;
use crate::source::{Source, SourceError};

/// What a world is built from, beside the baseline.
#[derive(Clone, Debug)]
pub struct Ground {
    /// The network it stands on, with clock and seed.
    pub network: Network,
    /// The seed.
    pub seed: Seed,
    /// The moment that certificates and installations are dated from: the scenario's first mail.
    pub zero: Timestamp,
}

impl Ground {
    /// A simulated world that begins at `start`. To be made inside [`fabric::simulation`].
    pub fn simulated(seed: Seed, start: Timestamp, zero: Timestamp) -> Self {
        let network = Network::simulated(Clock::simulated(start), seed.child("network"));
        Self { network, seed, zero }
    }

    /// A world on loopback sockets that begins at `start`. To be made inside [`fabric::live`].
    ///
    /// # Errors
    /// When no clock runs at that speed, or the first address is not on loopback.
    pub fn live(
        seed: Seed,
        start: Timestamp,
        zero: Timestamp,
        sockets: Sockets,
    ) -> Result<Self, NetworkError> {
        let clock = Clock::live(start, sockets.speed)?;
        let child = seed.child("network");
        let network = Network::live_from(clock, child, sockets.ports, sockets.first)?;
        Ok(Self { network, seed, zero })
    }
}

/// How a world stands on loopback sockets.
#[derive(Clone, Copy, Debug)]
pub struct Sockets {
    /// How many times faster than real time the lab's clock runs.
    pub speed: u32,
    /// Which real ports stand for those of the lab.
    pub ports: Ports,
    /// The first of its loopback addresses.
    pub first: Ipv4Addr,
}

impl Default for Sockets {
    fn default() -> Self {
        Self { speed: 1, ports: Ports::Free, first: FIRST_LOOPBACK }
    }
}

/// Builds the world; its services are not started.
///
/// # Errors
/// With file and line of what cannot be built: an address that is taken or lies outside its network, a
/// name that no certificate can hold, a mailbox that is no address.
pub fn build(baseline: &Baseline, source: &Source, ground: Ground) -> Result<World, SourceError> {
    network::add_segments(&ground.network, baseline, source)?;
    let authorities = authorities::set_up(baseline, source, &ground)?;
    let membership_key = ground.seed.stream("membership key").bits_128();
    let organization = Directory::new(Organization {
        name: baseline.organization.name.clone(),
        forest: baseline.organization.forest.clone(),
        membership_key,
        ..Organization::default()
    });
    let trusted = authorities::trusted(baseline, &authorities);
    let mut machines: Vec<Machine> = Vec::new();
    for plan in &baseline.computers {
        let site = computers::Site {
            ground: &ground,
            organization: &organization,
            trusted: &trusted,
            plan: &baseline.organization,
        };
        machines.push(computers::set_up(plan, source, &site)?);
    }
    let exchange_online = exchange_online::set_up(
        &baseline.exchange_online,
        source,
        &ground,
        &authorities,
        &trusted,
    )?;
    Ok(World {
        seed: ground.seed,
        workplace: Disk::new(ground.network.clock().clone()),
        written: Notes::since(computers::installed(&ground)),
        network: ground.network,
        machines,
        organization,
        exchange_online,
        authorities,
    })
}

/// Starts everything that is installed.
///
/// # Errors
/// Which service did not start, and why.
pub fn start(world: &Rc<World>) -> Result<(), String> {
    for machine in &world.machines {
        let computer = &machine.computer;
        for (name, ..) in computer.services() {
            if let Some(Err(why)) = computer.start_service(&name) {
                return Err(format!("{name} on {} did not start: {why}", computer.name));
            }
        }
    }
    world.exchange_online.begin().map_err(|why| format!("Exchange Online did not start: {why}"))
}
