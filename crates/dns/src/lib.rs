//! DNS for a lab: zones, servers that answer from them, and the resolver that every service uses.
//!
//! In reading order:
//! - [`DomainName`], [`Record`], [`Zone`]: what is written down, with text forms.
//! - [`DnsServer`], [`Forwarders`], [`QueryEntry`]: who answers, and what was asked.
//! - [`Resolver`], [`MailExchangers`], [`DnsFailure`]: who asks, and what came of it.
//! - `answer.rs` decides what a server says, `schedule.rs` whom a resolver asks and when;
//!   `wire.rs` leads to hickory, which reads and writes messages and searches the zones.
//!
//! Everything goes over the fabric: port 53 by UDP and TCP, in lab time, ids from the seed.
//!
//! Not modelled: delegation from the root (the public resolvers of a lab hold all public zones
//! themselves), DNSSEC, dynamic update, zone transfer. What each part leaves out stands in its file.
//!
//! ```
//! use dns::{DnsServer, Resolver, Zone};
//! use fabric::{Clock, Network, Seed, simulation};
//!
//! simulation(async {
//!     let clock = Clock::simulated("2026-05-01T06:00:00Z".parse()?);
//!     let network = Network::simulated(clock, Seed(1));
//!     let segment = network.add_segment("internet", &["192.0.2.0/24".parse()?])?;
//!     let ns1 = network.add_host("ns1", segment, &["192.0.2.53".parse()?])?;
//!     let mta = network.add_host("mta", segment, &["192.0.2.25".parse()?])?;
//!
//!     let server = DnsServer::new(&ns1, "192.0.2.53".parse()?, Seed(1));
//!     let mut zone = Zone::new("contoso.example".parse()?, "ns1.contoso.example".parse()?);
//!     zone.add("mail.contoso.example. 3600 IN A 192.0.2.10".parse()?)?;
//!     server.add_zone(zone)?;
//!     server.start()?;
//!
//!     let resolver = Resolver::new(&mta, vec!["192.0.2.53".parse()?], Seed(1));
//!     let found = resolver.addresses(&"mail.contoso.example".parse()?).await?;
//!     assert_eq!(found, ["192.0.2.10".parse::<std::net::IpAddr>()?]);
//!     let failure = resolver.addresses(&"mial.contoso.example".parse()?).await.unwrap_err();
//!     assert_eq!(failure.to_string(), "DNS query failed with error InfoDomainNonexistent");
//!     Ok::<_, Box<dyn std::error::Error>>(())
//! })?;
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! ```

mod answer;
mod cache;
mod error;
mod exchange;
mod failure;
mod forwarders;
mod mail_exchangers;
mod name;
mod query_journal;
mod record;
mod resolver;
mod schedule;
mod served_zone;
mod server;
mod serving;
mod text;
mod under_way;
mod wire;
mod zone;

pub use error::DnsError;
pub use failure::{DnsFailure, DnsStatus};
pub use forwarders::Forwarders;
pub use mail_exchangers::{MailExchanger, MailExchangers};
pub use name::DomainName;
pub use query_journal::{Answered, QueryEntry, ResponseCode};
pub use record::{Record, RecordData, RecordType, Soa, TTL_MAX};
pub use resolver::{Answer, Resolver, Sections};
pub use server::DnsServer;
pub use zone::Zone;
