//! Computers, and what is installed on them.

use std::collections::BTreeSet;
use std::sync::Arc;

use ca::Certificate;
use dns::{DnsServer, Resolver};
use exchange::culture::Culture;
use exchange::directory::{Build, MailboxDatabase, Organization, Server, ServerRole};
use exchange::guid::Guid;
use exchange::language::Language;
use fabric::{Host, Seed};
use jiff::{SignedDuration, Timestamp};
use services::computer::{Computer, WindowsService};
use services::directory::Directory;
use services::internet_mta::InternetMta;
use services::world::{Installed as Standing, Machine};
use services::{dns_service, installation};
use smtp::Address;
use toml::Spanned;

use super::Ground;
use crate::baseline::{ComputerPlan, Installed, OrganizationPlan};
use crate::source::{Source, SourceError};

/// How long before the incident Exchange was installed.
const INSTALLED: SignedDuration = SignedDuration::from_hours(24 * 400);

/// What a computer is set up in.
pub(super) struct Site<'a> {
    pub(super) ground: &'a Ground,
    pub(super) organization: &'a Directory<Organization>,
    pub(super) trusted: &'a [Certificate],
    pub(super) plan: &'a OrganizationPlan,
}

/// Sets a computer up.
pub(super) fn set_up(
    plan: &ComputerPlan,
    source: &Source,
    site: &Site<'_>,
) -> Result<Machine, SourceError> {
    let computer = computer(plan, source, site)?;
    let installed = match plan.installed {
        Installed::ExchangeMailbox => {
            let server = server(plan, source, site, &computer, ServerRole::Mailbox)?;
            let installed =
                installation::install_mailbox_server(&computer, site.organization, &server);
            Standing::ExchangeMailbox(installed)
        }
        Installed::ExchangeEdge => {
            let server = server(plan, source, site, &computer, ServerRole::Edge)?;
            let installed =
                installation::install_edge_server(&computer, site.organization, &server);
            Standing::ExchangeEdge(installed)
        }
        Installed::DnsServer => {
            let seed = site.ground.seed.child("dns servers").child(&computer.name);
            let server = DnsServer::new(&computer.host, computer.address(), seed);
            computer.install(dns_service::service(server.clone()));
            Standing::DnsServer(server)
        }
        Installed::InternetMta => {
            let server = InternetMta::new(computer.clone(), mailboxes(plan, source)?);
            computer.install(WindowsService::new("MTA", "Mail server", server.clone()));
            Standing::InternetMta(server)
        }
        Installed::Workstation => Standing::Workstation,
    };
    Ok(Machine { computer, installed })
}

fn computer(
    plan: &ComputerPlan,
    source: &Source,
    site: &Site<'_>,
) -> Result<Arc<Computer>, SourceError> {
    let network = &site.ground.network;
    let name = plan.name.get_ref();
    let segment = network.segment(plan.segment.get_ref()).ok_or_else(|| {
        source
            .error(plan.segment.span(), format!("there is no segment '{}'", plan.segment.get_ref()))
    })?;
    let host = network
        .add_host(name, segment, &plan.addresses)
        .map_err(|error| source.error(plan.name.span(), error.to_string()))?;
    let culture = culture(plan, source)?;
    let resolver = resolver(&host, plan, site.ground.seed);
    let seed = site.ground.seed.child("computers");
    let computer = Computer::new(name, &plan.domain, host, culture, resolver, seed);
    trust(&computer, site.trusted);
    Ok(Arc::new(computer))
}

fn resolver(host: &Host, plan: &ComputerPlan, seed: Seed) -> Resolver {
    let seed = seed.child("resolvers").child(plan.name.get_ref());
    Resolver::new(host, plan.dns_servers.clone(), seed)
}

/// Adds roots to what a computer trusts.
pub(super) fn trust(computer: &Computer, roots: &[Certificate]) {
    computer.certificates.change_trust(|store| roots.iter().for_each(|root| store.add(root)));
}

fn culture(plan: &ComputerPlan, source: &Source) -> Result<Culture, SourceError> {
    let language = match &plan.culture {
        Some(name) => name
            .get_ref()
            .parse::<Language>()
            .map_err(|error| source.error(name.span(), error.to_string()))?,
        None => Language::default(),
    };
    let Some(zone) = &plan.time_zone else {
        return Ok(Culture { language, ..Culture::default() });
    };
    let dated: Result<Timestamp, _> = format!("2000-01-01T00:00:00{}", zone.get_ref()).parse();
    let midnight: Timestamp = dated.map_err(|_| {
        source.error(zone.span(), format!("'{}' is no offset such as +05:30", zone.get_ref()))
    })?;
    let seconds = 946_684_800 - midnight.as_second();
    let offset = i32::try_from(seconds).ok().and_then(|s| jiff::tz::Offset::from_seconds(s).ok());
    Ok(Culture { offset: offset.unwrap_or(jiff::tz::Offset::UTC), language })
}

/// When Exchange was installed.
pub(super) fn installed(ground: &Ground) -> Timestamp {
    ground.zero.saturating_sub(INSTALLED).unwrap_or(ground.zero)
}

fn server(
    plan: &ComputerPlan,
    source: &Source,
    site: &Site<'_>,
    computer: &Computer,
    role: ServerRole,
) -> Result<Server, SourceError> {
    let refused = |error: ca::CertificateError| source.error(plan.name.span(), error.to_string());
    let installed = installed(site.ground);
    let seed = site.ground.seed.child("self-signed certificates");
    let certificate =
        installation::install_default_certificate(computer, installed, seed).map_err(refused)?;
    let blank = installation::blank_server(&computer.name, &computer.fqdn, role);
    let receive_connectors = match role {
        ServerRole::Mailbox => {
            installation::default_receive_connectors(&computer.name, &computer.fqdn)
        }
        ServerRole::Edge => installation::default_edge_connectors(&computer.name, &computer.fqdn),
    };
    let mut ids = site.ground.seed.child("databases").stream(&computer.name);
    let databases = plan.databases.iter().map(|name| MailboxDatabase {
        name: name.clone(),
        guid: Guid::from_random(ids.bits_128()),
    });
    Ok(Server {
        site: site.plan.site.clone(),
        build: build(plan, source)?.unwrap_or(blank.build),
        culture: computer.culture,
        receive_connectors,
        internal_transport_certificate: Some(certificate),
        databases: databases.collect(),
        ..blank
    })
}

fn build(plan: &ComputerPlan, source: &Source) -> Result<Option<Build>, SourceError> {
    let Some(text) = &plan.build else { return Ok(None) };
    let parts: Vec<u16> = text.get_ref().split('.').filter_map(|part| part.parse().ok()).collect();
    match parts[..] {
        [a, b, c, d] if text.get_ref().matches('.').count() == 3 => Ok(Some(Build(a, b, c, d))),
        _ => {
            let why = format!("'{}' is no build such as 15.2.1544.14", text.get_ref());
            Err(source.error(text.span(), why))
        }
    }
}

fn mailboxes(plan: &ComputerPlan, source: &Source) -> Result<BTreeSet<Address>, SourceError> {
    let parse = |text: &Spanned<String>| {
        text.get_ref().parse::<Address>().map_err(|error| {
            source.error(text.span(), format!("'{}' is no address: {error}", text.get_ref()))
        })
    };
    plan.mailboxes.iter().map(parse).collect()
}
