//! Hosts, addresses, links, NAT, firewalls, the clock and the seed: what every service of a lab
//! stands on. Two backends behind one API: SIM keeps everything in memory on paused time, LIVE uses
//! loopback sockets in real time.
//!
//! In reading order:
//! - [`simulation`], [`live`], [`Clock`], [`Seed`], [`first_of`]: time, randomness and choice.
//! - [`Network`], [`Gateway`], [`Firewall`], [`Host`], [`Link`]: what there is.
//! - [`Listener`], [`TcpStream`], [`UdpSocket`]: what programs on a host use.
//! - `route.rs` decides what becomes of a packet, `connect.rs` what a program that connects sees of
//!   it; `pipe.rs` carries a session in SIM, `loopback*.rs` in LIVE.
//!
//! Not modelled: mail, DNS, what a port means. What each part leaves out stands in its file.
//!
//! ```
//! use fabric::{Clock, Network, Seed, simulation};
//! use tokio::io::{AsyncReadExt, AsyncWriteExt};
//!
//! let greeting = simulation(async {
//!     let clock = Clock::simulated("2026-05-01T06:00:00Z".parse()?);
//!     let network = Network::simulated(clock, Seed(1));
//!     let segment = network.add_segment("internet", &["192.0.2.0/24".parse()?])?;
//!     let server = network.add_host("server", segment, &["192.0.2.1".parse()?])?;
//!     let client = network.add_host("client", segment, &["192.0.2.2".parse()?])?;
//!
//!     let listener = server.listen_port(25)?;
//!     tokio::spawn(async move {
//!         let mut stream = listener.accept().await?;
//!         stream.write_all(b"220 ready").await
//!     });
//!     let mut stream = client.connect("192.0.2.1:25".parse()?).await?;
//!     let mut greeting = String::new();
//!     stream.read_to_string(&mut greeting).await?;
//!     Ok::<_, Box<dyn std::error::Error>>(greeting)
//! })?;
//! assert_eq!(greeting, "220 ready");
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! ```

mod arrivals;
mod clock;
mod connect;
mod error;
mod firewall;
mod first_of;
mod flows;
mod fuse;
mod gateway;
mod host;
mod journal;
mod link;
mod listener;
mod loopback;
mod loopback_accept;
mod loopback_door;
mod loopback_stream;
mod network;
mod outside;
mod passing;
mod pipe;
mod ports;
mod route;
mod runtime;
mod seed;
mod sessions;
mod sleepers;
mod stream;
mod topology;
mod udp;

pub use clock::{Clock, Elapsed, SPEED_MAX};
pub use error::NetworkError;
pub use firewall::{Action, Direction, Firewall, FirewallLogEntry, FirewallRule, Packet, Protocol};
pub use first_of::{Either, OneOfThree, first_of, first_of_three};
pub use gateway::Gateway;
pub use host::Host;
pub use journal::ConnectionAttempt;
pub use link::Link;
pub use listener::Listener;
pub use loopback::{Endpoint, FIRST_LOOPBACK, Ports};
pub use network::Network;
pub use route::Verdict;
pub use runtime::{REAL_TIME_MAX, interrupted, live, simulation, simulation_within};
pub use seed::{RandomStream, Seed};
pub use stream::TcpStream;
pub use topology::{PortForward, SegmentId, SourceNat};
pub use udp::UdpSocket;
