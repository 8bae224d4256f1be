//! Exchange Online with its tenant: doors, servers, proxies, certificate.

use std::net::IpAddr;
use std::sync::Arc;

use ca::{Authority, Certificate, CertificateRequest, DistinguishedName, Usage, Validity};
use dns::Resolver;
use exchange::culture::Culture;
use exchange::directory::Tenant;
use exchange::guid::Guid;
use exchange::nouns::accepted_domain::AcceptedDomain;
use jiff::SignedDuration;
use services::computer::Computer;
use services::directory::Directory;
use services::exchange_online::{Datacenter, ExchangeOnline, FrontDoor, MailServer, OutboundProxy};
use toml::Spanned;

use super::{Ground, computers};
use crate::baseline::ExchangeOnlinePlan;
use crate::source::{Source, SourceError};

/// The certificate of every server that Exchange Online's mail meets. Subject as in real logs; a few
/// of its names.
const SUBJECT: &str =
    "CN=mail.protection.outlook.com, O=Microsoft Corporation, L=Redmond, S=Washington, C=US";
const NAMES: [&str; 4] = [
    "mail.protection.outlook.com",
    "*.mail.protection.outlook.com",
    "*.mail.eo.outlook.com",
    "*.outbound.protection.outlook.com",
];

/// Its age at the time of the incident; it is renewed every year.
const AGE: SignedDuration = SignedDuration::from_hours(24 * 97);

/// Sets Exchange Online up; it is not started.
pub(super) fn set_up(
    plan: &ExchangeOnlinePlan,
    source: &Source,
    ground: &Ground,
    authorities: &[Authority],
    trusted: &[Certificate],
) -> Result<Arc<ExchangeOnline>, SourceError> {
    let refused = |error: String| source.error(plan.segment.span(), error);
    let segment = ground.network.segment(plan.segment.get_ref());
    let segment = segment.ok_or_else(|| refused("there is no such segment".to_owned()))?;
    let doors = plan.front_doors.iter().map(|door| door.address);
    let proxies = plan.servers.iter().flat_map(|server| &server.outbound).map(|one| one.address);
    let addresses: Vec<IpAddr> = doors.chain(proxies).collect();
    let host = ground
        .network
        .add_host("Exchange Online", segment, &addresses)
        .map_err(|error| refused(error.to_string()))?;
    let seed = ground.seed.child("exchange online");
    let resolver = Resolver::new(&host, plan.dns_servers.clone(), seed.child("resolver"));
    let domain = "mail.protection.outlook.com";
    let computer =
        Computer::new("ExchangeOnline", domain, host, Culture::default(), resolver, seed);
    computers::trust(&computer, trusted);
    let authority = authorities.iter().find(|one| one.name == plan.certification_authority);
    let authority = authority.ok_or_else(|| {
        refused(format!("there is no certification authority '{}'", plan.certification_authority))
    })?;
    let certificate = certificate(authority, ground).map_err(refused)?;
    computer.certificates.install(certificate, domain);
    let tenant = Directory::new(tenant(plan, source, ground)?);
    Ok(ExchangeOnline::new(Arc::new(computer), tenant, datacenter(plan)))
}

fn certificate(authority: &Authority, ground: &Ground) -> Result<Certificate, String> {
    let subject: DistinguishedName =
        SUBJECT.parse().map_err(|error: ca::NameError| error.to_string())?;
    let begin = ground.zero.checked_sub(AGE).unwrap_or(ground.zero);
    let request = CertificateRequest {
        subject,
        dns_names: NAMES.map(str::to_owned).to_vec(),
        usages: Usage::BOTH.into(),
        validity: Validity::days(begin, 365),
    };
    authority.issue(&request).map_err(|error| error.to_string())
}

fn tenant(
    plan: &ExchangeOnlinePlan,
    source: &Source,
    ground: &Ground,
) -> Result<Tenant, SourceError> {
    let mut ids = ground.seed.stream("tenant");
    let mut domain = |text: &Spanned<String>| {
        let pattern = text
            .get_ref()
            .parse()
            .map_err(|_| source.error(text.span(), format!("'{}' is no domain", text.get_ref())))?;
        let is_initial = text.get_ref().eq_ignore_ascii_case(&plan.tenant);
        Ok(AcceptedDomain {
            guid: Guid::from_random(ids.bits_128()),
            initial_domain: is_initial,
            default: is_initial,
            ..AcceptedDomain::new(pattern)
        })
    };
    let accepted_domains = plan.domains.iter().map(&mut domain).collect::<Result<_, _>>()?;
    Ok(Tenant {
        id: Guid::from_random(ids.bits_128()),
        initial_domain: plan.tenant.clone(),
        accepted_domains,
        ..Tenant::default()
    })
}

fn datacenter(plan: &ExchangeOnlinePlan) -> Datacenter {
    let doors = plan.front_doors.iter();
    let servers = plan.servers.iter().map(|server| MailServer {
        name: server.name.clone(),
        outbound: server
            .outbound
            .iter()
            .map(|proxy| OutboundProxy { name: proxy.name.clone(), address: proxy.address })
            .collect(),
    });
    Datacenter {
        region: plan.region.clone(),
        front_doors: doors
            .map(|door| FrontDoor { name: door.name.clone(), address: door.address })
            .collect(),
        servers: servers.collect(),
    }
}
