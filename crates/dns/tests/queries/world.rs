//! The network that all tests play in. Inside, behind a gateway: `mbx` and the DNS servers `dc01`
//! and `dc02`. On the internet: the DNS servers `ns1` and `ns2`, and `mta`. One way takes 1 ms
//! inside and 20 ms between inside and internet; on the internet it takes 1 ms as well.

use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use dns::{DnsServer, DomainName, Forwarders, Record, RecordType, Resolver, Zone};
use fabric::{Clock, Gateway, Host, Network, Seed, SourceNat, simulation};
use hickory_proto::op::{Message, MessageType, OpCode, Query};
use jiff::Timestamp;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

pub(crate) const MBX: &str = "10.0.0.10";
pub(crate) const DC01: &str = "10.0.0.53";
pub(crate) const DC02: &str = "10.0.0.54";
pub(crate) const NS1: &str = "198.51.100.53";
pub(crate) const NS2: &str = "198.51.100.54";
pub(crate) const MTA: &str = "198.51.100.25";

pub(crate) struct World {
    pub(crate) network: Network,
    pub(crate) clock: Clock,
    pub(crate) gateway: Gateway,
}

/// Plays a story in SIM.
pub(crate) fn play<R, F: Future<Output = R>>(story: impl FnOnce(World) -> F) -> R {
    simulation(async {
        let clock = Clock::simulated(epoch());
        story(World::build(Network::simulated(clock, Seed(1)))).await
    })
}

pub(crate) fn epoch() -> Timestamp {
    "2026-05-01T06:00:00Z".parse().expect("a time")
}

pub(crate) fn ip(text: &str) -> IpAddr {
    text.parse().expect("an address")
}

pub(crate) fn name(text: &str) -> DomainName {
    text.parse().expect("a name")
}

pub(crate) fn record(line: &str) -> Record {
    line.parse().expect("a record")
}

/// A zone with those records, named in short; negative answers last 300 s.
pub(crate) fn zone(zone_name: &str, lines: &[&str]) -> Zone {
    let soa = "@ 3600 SOA ns1 hostmaster 1 900 600 86400 300";
    let file = format!("$ORIGIN {zone_name}.\n$TTL 3600\n{soa}\n{}", lines.join("\n"));
    file.parse().expect("a zone")
}

impl World {
    pub(crate) fn build(network: Network) -> Self {
        let clock = network.clock().clone();
        let gateway = network.add_gateway("perimeter", &[ip("203.0.113.20")]).expect("a gateway");
        let prefix = |text: &str| [text.parse().expect("a prefix")];
        let lan = gateway.add_segment("lan", &prefix("10.0.0.0/24")).expect("a segment");
        let internet =
            network.add_segment("internet", &prefix("198.51.100.0/24")).expect("a segment");
        let inside = [("mbx", MBX), ("dc01", DC01), ("dc02", DC02)];
        let outside = [("ns1", NS1), ("ns2", NS2), ("mta", MTA)];
        for (hosts, segment) in [(inside, lan), (outside, internet)] {
            for (host, address) in hosts {
                network.add_host(host, segment, &[ip(address)]).expect("a host");
            }
        }
        let [from] = prefix("10.0.0.0/8");
        gateway.set_source_nat(vec![SourceNat { from, to: ip("203.0.113.20") }]);
        Self { network, clock, gateway }
    }

    pub(crate) fn host(&self, address: &str) -> Host {
        let mut hosts = self.network.hosts().into_iter();
        hosts.find(|host| host.addresses().contains(&ip(address))).expect("the host is there")
    }

    /// Starts a server with those zones.
    pub(crate) fn server(&self, address: &str, zones: &[Zone]) -> DnsServer {
        let server = DnsServer::new(&self.host(address), ip(address), Seed(1).child(address));
        for zone in zones {
            server.add_zone(zone.clone()).expect("zones with different names");
        }
        server.start().expect("its ports are free");
        server
    }

    /// Starts a server with those zones that asks others about the rest.
    pub(crate) fn forwarder(&self, address: &str, zones: &[Zone], to: &[&str]) -> DnsServer {
        let server = self.server(address, zones);
        let servers = to.iter().copied().map(ip).collect();
        server.set_forwarders(Forwarders { servers, ..Forwarders::default() });
        server
    }

    /// A resolver of that host.
    pub(crate) fn resolver(&self, host: &str, servers: &[&str]) -> Resolver {
        let servers = servers.iter().copied().map(ip).collect();
        Resolver::new(&self.host(host), servers, Seed(1).child(host))
    }

    /// What a lookup gives, as text, and how many milliseconds it takes.
    pub(crate) async fn told(
        &self,
        resolver: &Resolver,
        asked: &str,
        record_type: &str,
    ) -> (String, u128) {
        let start = self.clock.now();
        let record_type: RecordType = record_type.parse().expect("a type");
        let text = match resolver.lookup(&name(asked), record_type).await {
            Ok(answer) => {
                let data = answer.records.iter().map(|record| record.data.to_string());
                data.collect::<Vec<_>>().join(" | ")
            }
            Err(failure) => match failure.server {
                Some(server) => format!("{} by {server}", failure.status),
                None => failure.status.to_string(),
            },
        };
        (text, self.since(start).as_millis())
    }

    pub(crate) fn since(&self, start: Timestamp) -> Duration {
        self.clock.now().duration_since(start).unsigned_abs()
    }

    /// Sends bytes to a server from `mbx` by UDP and gives what comes back within a second.
    pub(crate) async fn datagram(&self, server: &str, bytes: &[u8]) -> Option<Vec<u8>> {
        let socket = self.host(MBX).bind_udp(SocketAddr::new(ip(MBX), 0)).expect("a port");
        socket.send_to(bytes, SocketAddr::new(ip(server), 53)).await.expect("it is sent");
        let mut buffer = vec![0; 65_535];
        let received = self.clock.timeout(Duration::from_secs(1), socket.recv_from(&mut buffer));
        let (length, _) = received.await.ok()?.expect("the host is on");
        Some(buffer[..length].to_vec())
    }

    /// Sends a message to a server from `mbx` by UDP and gives what comes back.
    pub(crate) async fn exchange(&self, server: &str, message: &Message) -> Message {
        let bytes = message.to_vec().expect("it can be written");
        let reply = self.datagram(server, &bytes).await.expect("it is answered");
        Message::from_vec(&reply).expect("it can be read")
    }

    /// Sends bytes to a server from `mbx` by TCP, closes, and gives all that comes back.
    pub(crate) async fn session(&self, server: &str, bytes: &[u8]) -> Vec<u8> {
        let to = SocketAddr::new(ip(server), 53);
        let mut stream = self.host(MBX).connect(to).await.expect("it listens");
        stream.write_all(bytes).await.expect("it is sent");
        stream.shutdown().await.expect("it is closed");
        let mut received = Vec::new();
        stream.read_to_end(&mut received).await.expect("it is closed in turn");
        received
    }
}

/// A query as a message.
pub(crate) fn query(id: u16, asked: &str, record_type: &str) -> Message {
    let mut message = Message::new(id, MessageType::Query, OpCode::Query);
    message.metadata.recursion_desired = true;
    let record_type: RecordType = record_type.parse().expect("a type");
    let asked = name(asked).absolute().parse().expect("a name");
    message.add_query(Query::query(asked, u16::from(record_type).into()));
    message
}
