//! Lines to paste into a shell beside the lab: swaks, openssl, dig and curl against its sockets, each
//! from a host that may connect there.

use std::net::{IpAddr, Ipv4Addr};

use exchange::nouns::recipient::RecipientType;
use fabric::Verdict;
use serde::Serialize;

use super::{Map, MapHost, MapPort};
use crate::baseline::Installed;
use crate::lab::Lab;

/// A line to paste.
#[derive(Clone, Debug, Serialize)]
pub struct Line {
    /// What it does.
    pub what: String,
    /// The line.
    pub line: String,
}

/// Whom a program pretends to be, and what it says.
struct Client {
    name: String,
    address: IpAddr,
    from: String,
    to: String,
}

/// A client at a door for mail.
struct Visit {
    /// Where it comes from and what it comes to, in words.
    way: [&'static str; 2],
    client: Client,
    door: MapPort,
    /// The name that the door should prove.
    name: Option<String>,
}

impl Lab {
    pub(super) fn lines(&self, map: &Map, roots: &str) -> Vec<Line> {
        let mut lines = Vec::new();
        for visit in self.cloud_visit(map).into_iter().chain(self.perimeter_visits(map)) {
            if let Some(own) = map.loopback_of(visit.client.address) {
                let now = self.world.clock().now();
                lines.extend(
                    visit.lines(own, &format!("-CAfile {roots} -attime {}", now.as_second())),
                );
            }
        }
        self.dns_lines(map, &mut lines);
        lines
    }

    /// The Internet writes to the tenant.
    fn cloud_visit(&self, map: &Map) -> Option<Visit> {
        let online = &self.story.baseline.exchange_online;
        let mut doors = online.front_doors.iter().filter_map(|door| map.host(&door.name));
        let door = doors.find_map(|door| door.port("tcp", 25))?;
        let client = self.stranger(self.tenant_mailbox()?)?;
        let domain = client.to.rsplit('@').next().unwrap_or_default().replace('.', "-");
        let name = Some(format!("{domain}.mail.protection.outlook.com"));
        Some(Visit { way: ["the Internet", "Exchange Online"], client, door, name })
    }

    /// Exchange Online writes to the organization, through each perimeter.
    fn perimeter_visits(&self, map: &Map) -> Vec<Visit> {
        let segments = self.story.baseline.segments.iter();
        let gateways = segments.filter_map(|segment| segment.gateway.as_ref());
        let doors = gateways.filter_map(|gateway| map.host(&gateway.name)?.port("tcp", 25));
        let visit = |door: MapPort| {
            let online = &self.story.baseline.exchange_online;
            let proxies = online.servers.iter().flat_map(|server| &server.outbound);
            let is_let_in = |from: &IpAddr| {
                self.world.network.verdict(*from, door.address) == Verdict::Accepted
            };
            let client = Client {
                name: "mail.protection.outlook.com".to_owned(),
                address: proxies.map(|proxy| proxy.address).find(is_let_in)?,
                from: self.tenant_mailbox()?,
                to: self.mailbox()?,
            };
            let name = self.smart_host();
            Some(Visit { way: ["Exchange Online", "the organization"], client, door, name })
        };
        doors.filter_map(visit).collect()
    }

    fn dns_lines(&self, map: &Map, lines: &mut Vec<Line>) {
        let Some(domain) = self.domain() else { return };
        let computers = self.story.baseline.computers.iter();
        for computer in computers.filter(|it| it.installed == Installed::DnsServer) {
            let Some(host) = map.host(computer.name.get_ref()) else { continue };
            let (Some(port), Some(own)) = (host.port("udp", 53), own_loopback(host)) else {
                continue;
            };
            let (ip, number) = (port.real.ip(), port.real.port());
            let name = &host.name;
            lines.push(Line {
                what: format!("what {name} answers about {domain}"),
                line: format!("dig @{ip} -p {number} -b {own} {domain} ANY +tcp"),
            });
            lines.push(Line {
                what: format!("where mail for {domain} goes, says {name}"),
                line: format!("dig @{ip} -p {number} -b {own} {domain} MX"),
            });
        }
    }

    /// A host on the Internet that strangers count as, or else any Internet MTA.
    fn stranger(&self, to: String) -> Option<Client> {
        let mut computers = self.story.baseline.computers.iter();
        let computer = computers.find(|it| it.installed == Installed::InternetMta)?;
        Some(Client {
            name: format!("{}.{}", computer.name.get_ref().to_ascii_lowercase(), computer.domain),
            address: *computer.addresses.first()?,
            from: computer.mailboxes.first()?.get_ref().clone(),
            to,
        })
    }

    /// The name by which the tenant looks for the organization.
    fn smart_host(&self) -> Option<String> {
        self.world.exchange_online.tenant.read(|tenant| {
            let hosts = tenant.outbound_connectors.iter().flat_map(|one| &one.smart_hosts);
            hosts.map(ToString::to_string).next()
        })
    }

    fn mailbox(&self) -> Option<String> {
        self.world.organization.read(|organization| {
            let mut recipients = organization.recipients.iter();
            let own = recipients.find(|one| one.recipient_type == RecipientType::UserMailbox);
            own.map(|one| one.primary_smtp_address.to_string())
        })
    }

    fn tenant_mailbox(&self) -> Option<String> {
        self.world.exchange_online.tenant.read(|tenant| {
            let mut recipients = tenant.recipients.iter();
            let own = recipients.find(|one| one.recipient_type == RecipientType::UserMailbox);
            own.map(|one| one.primary_smtp_address.to_string())
        })
    }

    /// The organization's own domain.
    fn domain(&self) -> Option<String> {
        let mailbox = self.mailbox()?;
        mailbox.rsplit_once('@').map(|(_, domain)| domain.to_owned())
    }
}

impl Visit {
    /// What the client types, from its loopback address; `trust` tells openssl whom and when.
    fn lines(&self, own: Ipv4Addr, trust: &str) -> [Line; 4] {
        let Client { name, from, to, .. } = &self.client;
        let (ip, port) = (self.door.real.ip(), self.door.real.port());
        let [here, there] = self.way;
        let swaks = format!(
            "swaks --server {ip} --port {port} --local-interface {own} --ehlo {name} --from {from} --to {to}"
        );
        let verify = self.name.as_ref().map(|name| format!(" -verify_hostname {name}"));
        let openssl = format!(
            "echo QUIT | openssl s_client -connect {ip}:{port} -bind {own}:0 -starttls smtp -name {name} {trust}{}",
            verify.unwrap_or_default()
        );
        let curl = format!(
            "echo Subject: curl | curl --silent --show-error --interface {own} --url smtp://{ip}:{port}/{name} --mail-from {from} --mail-rcpt {to} --upload-file -"
        );
        [
            Line { what: format!("mail from {here} to {there}"), line: swaks.clone() },
            Line { what: "the same, encrypted".to_owned(), line: format!("{swaks} --tls") },
            Line { what: "the same with curl".to_owned(), line: curl },
            Line { what: format!("the certificate that {there} shows"), line: openssl },
        ]
    }
}

fn own_loopback(host: &MapHost) -> Option<String> {
    host.addresses.first().map(|it| it.loopback.to_string())
}
