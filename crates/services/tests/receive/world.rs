//! contoso.com: a DNS server, and one Mailbox server with everything that Setup installs.
//!
//! It is 1 May 2026, 06:00 UTC, everywhere; every packet takes a millisecond.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;

use dns::{DnsServer, Resolver, Zone};
use exchange::culture::Culture;
use exchange::directory::{MailboxDatabase, Organization, Server, ServerRole};
use exchange::guid::Guid;
use exchange::nouns::accepted_domain::AcceptedDomain;
use exchange::nouns::receive_connector::ReceiveConnector;
use exchange::nouns::recipient::{Recipient, RecipientType};
use fabric::{Clock, Host, Network, Seed, SegmentId, simulation};
use services::computer::{Computer, WindowsService};
use services::directory::Directory;
use services::internet_mta::InternetMta;
use services::mailbox_store::StoredMail;
use services::world::MailboxServer;
use services::{dns_service, installation};

const SEED: Seed = Seed(1);
const FRONT_END_LOG: &str = "TransportRoles/Logs/FrontEnd/ProtocolLog/SmtpReceive";

pub(crate) const DEFAULT_FRONTEND: &str = "Default Frontend MBX01";

pub(crate) struct World {
    pub(crate) network: Network,
    segment: SegmentId,
    pub(crate) computer: Arc<Computer>,
    pub(crate) organization: Directory<Organization>,
    server: MailboxServer,
    domain_controller: Arc<Computer>,
}

/// Runs a test in a world whose services run.
pub(crate) fn in_world<T>(test: impl AsyncFnOnce(&World) -> T) -> T {
    simulation(async {
        let world = World::new();
        for computer in [&world.domain_controller, &world.computer] {
            for (name, ..) in computer.services() {
                computer.start_service(&name).expect("it is installed").expect("it starts");
            }
        }
        test(&world).await
    })
}

impl World {
    fn new() -> Self {
        let epoch = "2026-05-01T06:00:00Z".parse().expect("a time");
        let network = Network::simulated(Clock::simulated(epoch), SEED);
        let segment = network.add_segment("Internet", &["0.0.0.0/0".parse().expect("a prefix")]);
        let segment = segment.expect("a free name");
        let host = |name: &str, address: &str| {
            network
                .add_host(name, segment, &[address.parse().expect("an address")])
                .expect("a free address")
        };
        let organization = Directory::new(Organization {
            name: "First Organization".to_owned(),
            forest: "contoso.com".to_owned(),
            membership_key: 7,
            accepted_domains: vec![AcceptedDomain::new("contoso.com".parse().expect("a domain"))],
            recipients: vec![mailbox("anna")],
            ..Organization::default()
        });
        let dns = dns_server(&host("DC01", "10.0.0.11"));
        let (computer, server) = mailbox_server(&host("MBX01", "10.0.0.13"), &organization);
        Self { network, segment, computer, organization, server, domain_controller: dns }
    }

    /// One more host, for a client.
    pub(crate) fn host(&self, address: IpAddr) -> Host {
        let name = format!("client {address}");
        self.network.add_host(&name, self.segment, &[address]).expect("a free address")
    }

    /// Starts a mail server of fabrikam.com at that address, with a certificate of its own.
    pub(crate) fn start_internet_mta(&self, address: &str) {
        let address = address.parse().expect("an address");
        let host = self.network.add_host("mx", self.segment, &[address]).expect("a free address");
        let computer = computer(&host, "fabrikam.com");
        let now = self.clock().now();
        installation::install_default_certificate(&computer, now, SEED).expect("a name that fits");
        let server = InternetMta::new(computer.clone(), BTreeSet::new());
        computer.install(WindowsService::new("MTA", "Mail server", server));
        computer.start_service("MTA").expect("it is installed").expect("it starts");
    }

    pub(crate) fn clock(&self) -> &Clock {
        self.network.clock()
    }

    /// Changes the connector that clients on port 25 meet.
    pub(crate) fn configure(&self, change: impl FnOnce(&mut ReceiveConnector)) {
        self.configure_named(DEFAULT_FRONTEND, change);
    }

    /// Changes a connector.
    pub(crate) fn configure_named(&self, name: &str, change: impl FnOnce(&mut ReceiveConnector)) {
        self.organization.change(|organization| {
            let server = organization.server_mut("MBX01").expect("it is there");
            let connectors = &mut server.receive_connectors;
            change(connectors.iter_mut().find(|one| one.name == name).expect("it too"));
        });
    }

    /// The mail in Anna's mailbox.
    pub(crate) fn delivered(&self) -> Vec<StoredMail> {
        self.server.store.mailboxes().remove("anna@contoso.com").unwrap_or_default()
    }

    /// What the Front End's log says of every session, one line for each row: event, data, context.
    /// Sessions follow each other in the order of their first rows.
    pub(crate) fn log(&self) -> String {
        self.computer.flush_logs();
        let files = self.computer.disk.below(FRONT_END_LOG);
        let text: String =
            files.values().map(|bytes| String::from_utf8_lossy(bytes).into_owned()).collect();
        let mut sessions: Vec<(String, String)> = Vec::new();
        for row in text.lines().filter(|line| !line.starts_with('#')) {
            let cells: Vec<&str> = row.splitn(7, ',').collect();
            let &[_, _, id, _, _, _, said] = cells.as_slice() else { panic!("{row}") };
            let known = sessions.iter().position(|(session, _)| session == id);
            let at = known.unwrap_or_else(|| {
                sessions.push((id.to_owned(), String::new()));
                sessions.len() - 1
            });
            sessions[at].1.extend([said, "\n"]);
        }
        let texts: Vec<String> = sessions.into_iter().map(|(_, text)| text).collect();
        texts.join("\n")
    }

    /// Warnings in the Application log: source, number and text.
    pub(crate) fn warnings(&self) -> Vec<String> {
        let events = self.computer.events.events().into_iter();
        events
            .filter(|event| event.category == "SmtpReceive")
            .map(|event| format!("{} {}: {}", event.source, event.id, event.description))
            .collect()
    }
}

fn mailbox(name: &str) -> Recipient {
    let primary = format!("{name}@contoso.com").parse().expect("an address");
    Recipient {
        guid: Guid::of_name(name),
        database: Some("MDB01".to_owned()),
        ..Recipient::new(name, RecipientType::UserMailbox, primary)
    }
}

fn computer(host: &Host, domain: &str) -> Arc<Computer> {
    let resolver = Resolver::new(host, vec!["10.0.0.11".parse().expect("an address")], SEED);
    let culture = Culture::default();
    Arc::new(Computer::new(&host.name(), domain, host.clone(), culture, resolver, SEED))
}

fn dns_server(host: &Host) -> Arc<Computer> {
    let computer = computer(host, "contoso.com");
    let server = DnsServer::new(host, computer.address(), SEED);
    let name = |text: &str| text.parse().expect("a name");
    let mut zone = Zone::new(name("contoso.com"), name("dc01.contoso.com"));
    zone.add("mbx01.contoso.com. 3600 IN A 10.0.0.13".parse().expect("a record"))
        .expect("it is in the zone");
    server.add_zone(zone).expect("a new zone");
    computer.install(dns_service::service(server));
    computer
}

fn mailbox_server(
    host: &Host,
    organization: &Directory<Organization>,
) -> (Arc<Computer>, MailboxServer) {
    let computer = computer(host, "contoso.com");
    let now = host.clock().now();
    let certificate = installation::install_default_certificate(&computer, now, SEED);
    let record = Server {
        internal_transport_certificate: Some(certificate.expect("a name that fits")),
        receive_connectors: installation::default_receive_connectors("MBX01", &computer.fqdn),
        databases: vec![MailboxDatabase { name: "MDB01".to_owned(), guid: Guid::from_random(1) }],
        ..installation::blank_server("MBX01", &computer.fqdn, ServerRole::Mailbox)
    };
    let server = installation::install_mailbox_server(&computer, organization, &record);
    (computer, server)
}
