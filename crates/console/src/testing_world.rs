//! A small world for the tests of cmdlets: contoso.com with a Mailbox server, an Edge server, a DNS
//! server and a firewall, its tenant, and fabrikam.com on the Internet.
//!
//! Nothing is configured but what setup leaves behind; a test types the rest. It is 1 May 2026,
//! 06:00 UTC, and the computers are two hours ahead.

use std::rc::Rc;
use std::sync::Arc;

use ca::{Authority, AuthorityLevel, AuthorityPlan, CertificateRequest, RootCaType, Validity};
use dns::{DnsServer, Resolver};
use exchange::culture::Culture;
use exchange::directory::{MailboxDatabase, Organization, Server, ServerRole, Tenant};
use exchange::guid::Guid;
use exchange::nouns::accepted_domain::AcceptedDomain;
use exchange::nouns::recipient::{Recipient, RecipientType};
use exchange::value::Value;
use fabric::{Clock, Gateway, Host, Network, Seed, SourceNat, simulation};
use jiff::Timestamp;
use services::computer::{Computer, Disk, WindowsService};
use services::directory::Directory;
use services::exchange_online::{Datacenter, ExchangeOnline, FrontDoor, MailServer, OutboundProxy};
use services::internet_mta::InternetMta;
use services::world::{Installed, Machine, World};
use services::written::Notes;
use services::{dns_service, installation};

use crate::language::session::Output;
use crate::place::Place;

/// Mail of the tenant to be traced: to one recipient that exists, and to one that does not.
pub(crate) const TRACED_MAIL: &str = "New-Mailbox ramki; New-Mailbox asha
        Send-LabMail ramki@contoso.onmicrosoft.com -To asha@contoso.onmicrosoft.com, nobody@contoso.com -Subject 'The figures' -Size 1000
        Start-Sleep -Seconds 3600";

/// What a script shows that is run on a place of a fresh world.
pub(crate) fn shown_on(place: &str, script: &str) -> String {
    shown_in_turn(&[(place, script)])
}

/// What the last of several scripts shows, run one after the other in a fresh world. Scripts of the
/// same place share a session.
pub(crate) fn shown_in_turn(scripts: &[(&str, &str)]) -> String {
    run_in_turn(NOW, |_| (), scripts).text
}

/// The same in a world of another time.
pub(crate) fn shown_when(now: &str, scripts: &[(&str, &str)]) -> String {
    run_in_turn(now, |_| (), scripts).text
}

/// The same in a world that was prepared for it.
pub(crate) fn shown_after(prepare: impl FnOnce(&World), scripts: &[(&str, &str)]) -> String {
    run_in_turn(NOW, prepare, scripts).text
}

/// The objects that the last of them puts out.
pub(crate) fn output_of(scripts: &[(&str, &str)]) -> Vec<Value> {
    run_in_turn(NOW, |_| (), scripts).values
}

fn run_in_turn(now: &str, prepare: impl FnOnce(&World), scripts: &[(&str, &str)]) -> Output {
    simulation(async {
        let world = Rc::new(world(now));
        start(&world);
        prepare(&world);
        let mut sessions = std::collections::BTreeMap::new();
        let mut output = Output::default();
        for (place, script) in scripts {
            let session = sessions.entry(*place).or_insert_with(|| {
                Place::open(&world, place).expect("the place is in the test world").session()
            });
            output = session.run(script).await;
        }
        output
    })
}

/// What an administrator sees who types these lines in a fresh world, each as `PLACE> command`: the
/// lines, each with what it shows.
pub(crate) fn transcript(typed: &str) -> String {
    simulation(async {
        let world = Rc::new(world(NOW));
        start(&world);
        let mut sessions = std::collections::BTreeMap::new();
        let mut text = String::new();
        for line in typed.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let (place, command) = line.split_once("> ").expect("a place before each line");
            let session = sessions.entry(place).or_insert_with(|| {
                Place::open(&world, place).expect("the place is in the test world").session()
            });
            text.extend([line, "\n", &session.run(command).await.text]);
        }
        text
    })
}

const SEED: Seed = Seed(1);

/// When it is.
const NOW: &str = "2026-05-01T06:00:00Z";

fn world(now: &str) -> World {
    let zero: Timestamp = now.parse().expect("a time");
    let network = Network::simulated(Clock::simulated(zero), SEED);
    let gateway = perimeter(&network);
    let lan = gateway.add_segment("LAN", &["10.0.0.0/24".parse().expect("a prefix")]);
    let lan = lan.expect("a free name");
    let internet = network
        .add_segment("Internet", &["0.0.0.0/0".parse().expect("a prefix")])
        .expect("a free name");
    let authority = authority(zero);
    let host = |name: &str, segment, address: &str| {
        let address = address.parse().expect("an address");
        network.add_host(name, segment, &[address]).expect("a free address")
    };
    let organization = Directory::new(Organization {
        name: "First Organization".to_owned(),
        forest: "contoso.com".to_owned(),
        membership_key: 7,
        ..Organization::default()
    });
    let machines = vec![
        dns_server(&host("DC01", lan, "10.0.0.11"), &authority),
        mailbox_server(&host("MBX01", lan, "10.0.0.13"), &authority, &organization, zero),
        edge_server(&host("EDGE01", lan, "10.0.0.25"), &authority, &organization, zero),
        internet_mta(&host("MX1", internet, "203.0.113.20"), &authority),
    ];
    let online = network.add_host(
        "Exchange Online",
        internet,
        &["52.101.137.4", "40.93.131.26"].map(|text| text.parse().expect("an address")),
    );
    let exchange_online = exchange_online(&online.expect("free addresses"), &authority, zero);
    World {
        seed: SEED,
        workplace: Disk::new(network.clock().clone()),
        written: Notes::since("2025-03-27T06:00:00Z".parse().expect("a time")),
        network,
        machines,
        organization,
        exchange_online,
        authorities: vec![authority],
    }
}

fn start(world: &World) {
    for machine in &world.machines {
        for (name, ..) in machine.computer.services() {
            machine.computer.start_service(&name).expect("it is installed").expect("it starts");
        }
    }
    world.exchange_online.begin().expect("it starts");
}

fn perimeter(network: &Network) -> Gateway {
    let public = "198.51.100.10".parse().expect("an address");
    let gateway = network.add_gateway("FW01", &[public]).expect("a free name");
    let inside = "10.0.0.0/24".parse().expect("a prefix");
    gateway.set_source_nat(vec![SourceNat { from: inside, to: public }]);
    gateway
}

fn authority(zero: Timestamp) -> Authority {
    let level = |subject: &str| AuthorityLevel {
        subject: subject.parse().expect("a distinguished name"),
        validity: Validity::years(zero, 10),
    };
    let plan = AuthorityPlan {
        name: "Test CA".to_owned(),
        root_ca_type: RootCaType::ThirdParty,
        root: level("CN=Test Root, O=Test, C=US"),
        intermediate: None,
    };
    Authority::new(SEED, &plan).expect("a plan that can be kept")
}

fn computer(host: &Host, domain: &str, dns: &str, authority: &Authority) -> Arc<Computer> {
    let resolver = Resolver::new(host, vec![dns.parse().expect("an address")], SEED);
    let culture = Culture::at(jiff::tz::offset(2));
    let computer = Computer::new(&host.name(), domain, host.clone(), culture, resolver, SEED);
    computer.certificates.change_trust(|store| store.add(&authority.root.public()));
    Arc::new(computer)
}

fn dns_server(host: &Host, authority: &Authority) -> Machine {
    let computer = computer(host, "contoso.com", "10.0.0.11", authority);
    let server = DnsServer::new(host, computer.address(), SEED);
    computer.install(dns_service::service(server.clone()));
    Machine { computer, installed: Installed::DnsServer(server) }
}

fn record(computer: &Computer, role: ServerRole, zero: Timestamp) -> Server {
    let certificate = installation::install_default_certificate(computer, zero, SEED);
    Server {
        culture: computer.culture,
        internal_transport_certificate: Some(certificate.expect("a name that fits")),
        ..installation::blank_server(&computer.name, &computer.fqdn, role)
    }
}

fn mailbox_server(
    host: &Host,
    authority: &Authority,
    organization: &Directory<Organization>,
    zero: Timestamp,
) -> Machine {
    let computer = computer(host, "contoso.com", "10.0.0.11", authority);
    let record = Server {
        receive_connectors: installation::default_receive_connectors(
            &computer.name,
            &computer.fqdn,
        ),
        databases: vec![MailboxDatabase { name: "MDB01".to_owned(), guid: Guid::from_random(1) }],
        ..record(&computer, ServerRole::Mailbox, zero)
    };
    let server = installation::install_mailbox_server(&computer, organization, &record);
    Machine { computer, installed: Installed::ExchangeMailbox(server) }
}

fn edge_server(
    host: &Host,
    authority: &Authority,
    organization: &Directory<Organization>,
    zero: Timestamp,
) -> Machine {
    let computer = computer(host, "contoso.com", "10.0.0.11", authority);
    let record = Server {
        receive_connectors: installation::default_edge_connectors(&computer.name, &computer.fqdn),
        ..record(&computer, ServerRole::Edge, zero)
    };
    let server = installation::install_edge_server(&computer, organization, &record);
    Machine { computer, installed: Installed::ExchangeEdge(server) }
}

fn internet_mta(host: &Host, authority: &Authority) -> Machine {
    let computer = computer(host, "fabrikam.com", "10.0.0.11", authority);
    let mailboxes = ["anna@fabrikam.com".parse().expect("an address")].into();
    let server = InternetMta::new(computer.clone(), mailboxes);
    computer.install(WindowsService::new("MTA", "Mail server", server.clone()));
    Machine { computer, installed: Installed::InternetMta(server) }
}

/// `kim`, whom the synchronization once brought.
fn synchronized_mailbox() -> Recipient {
    let primary = "kim@contoso.com".parse().expect("an address");
    Recipient {
        guid: Guid::of_name("kim"),
        is_dir_synced: true,
        ..Recipient::new("kim", RecipientType::UserMailbox, primary)
    }
}

fn exchange_online(host: &Host, authority: &Authority, zero: Timestamp) -> Arc<ExchangeOnline> {
    let computer = computer(host, "mail.protection.outlook.com", "10.0.0.11", authority);
    let request =
        CertificateRequest::for_hosts(&["mail.protection.outlook.com"], Validity::years(zero, 1));
    let certificate = authority.issue(&request.expect("a name")).expect("a certificate");
    computer.certificates.install(certificate, "mail.protection.outlook.com");
    let domains = ["contoso.onmicrosoft.com", "contoso.mail.onmicrosoft.com", "contoso.com"];
    let tenant = Tenant {
        id: Guid::from_random(2),
        initial_domain: domains[0].to_owned(),
        accepted_domains: domains
            .iter()
            .map(|domain| AcceptedDomain::new(domain.parse().expect("a domain")))
            .collect(),
        recipients: vec![synchronized_mailbox()],
        ..Tenant::default()
    };
    let datacenter = Datacenter {
        region: "EURPRD01".to_owned(),
        front_doors: vec![FrontDoor {
            name: "AM1PEPF000026E8".to_owned(),
            address: "52.101.137.4".parse().expect("an address"),
        }],
        servers: vec![MailServer {
            name: "AM3PR01MB5432".to_owned(),
            outbound: vec![OutboundProxy {
                name: "AM0PR01CU001".to_owned(),
                address: "40.93.131.26".parse().expect("an address"),
            }],
        }],
    };
    ExchangeOnline::new(computer, Directory::new(tenant), datacenter)
}
