//! Hosts to connect to, from DNS: a host's addresses, and the hosts that take mail for a domain.
//!
//! Connectors, recipients and servers are named by text; a text that is no name in DNS does not exist
//! there. Not modelled: what Exchange says to a null MX (here: the domain has no records).

use std::net::IpAddr;

use dns::{DnsFailure, DnsStatus, DomainName, MailExchangers, RecordType, Resolver};

/// A host and its addresses.
pub(crate) type HostAddresses = (String, Vec<IpAddr>);

/// The addresses of a host.
///
/// # Errors
/// Why DNS gave none.
pub(crate) async fn addresses(resolver: &Resolver, host: &str) -> Result<Vec<IpAddr>, DnsFailure> {
    resolver.addresses(&name(host, RecordType::A)?).await
}

/// The hosts that take mail for a domain, best first. Hosts without an address are left out.
///
/// # Errors
/// Why DNS gave none; when none of the hosts has an address, why the last has not.
pub(crate) async fn mail_hosts(
    resolver: &Resolver,
    domain: &str,
) -> Result<Vec<HostAddresses>, DnsFailure> {
    let domain = name(domain, RecordType::Mx)?;
    let exchangers = match resolver.mail_exchangers(&domain).await? {
        MailExchangers::Domain(own) => vec![own],
        MailExchangers::Hosts(hosts) => hosts.into_iter().map(|exchanger| exchanger.host).collect(),
        MailExchangers::Null => Vec::new(),
    };
    let mut failure = failed(domain, RecordType::Mx, DnsStatus::InfoNoRecords);
    let mut hosts = Vec::new();
    for host in exchangers {
        match resolver.addresses(&host).await {
            Ok(addresses) => hosts.push((host.to_string(), addresses)),
            Err(why) => failure = why,
        }
    }
    if hosts.is_empty() { Err(failure) } else { Ok(hosts) }
}

/// The name of an address, or why there is none in Windows' words, as filtering notes it.
pub(crate) async fn pointer(resolver: &Resolver, address: IpAddr) -> String {
    match resolver.reverse(address).await {
        Ok(names) => names.first().map(ToString::to_string).unwrap_or_default(),
        Err(failure) => failure.status.to_string(),
    }
}

fn name(text: &str, record_type: RecordType) -> Result<DomainName, DnsFailure> {
    text.parse()
        .map_err(|_| failed(DomainName::root(), record_type, DnsStatus::InfoDomainNonexistent))
}

fn failed(name: DomainName, record_type: RecordType, status: DnsStatus) -> DnsFailure {
    DnsFailure { status, name, record_type, server: None }
}
