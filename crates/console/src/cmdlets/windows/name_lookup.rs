//! How a computer finds out what a name means: its own suffix for a name without a dot, then DNS.
//!
//! Not modelled: the hosts file, LLMNR and `NetBIOS` names, suffix search lists.

use std::net::IpAddr;

use dns::{DnsFailure, DnsStatus, DomainName, RecordType};
use services::computer::Computer;

/// The names that a typed one may mean, in the order in which they are tried.
pub(super) fn candidates(computer: &Computer, typed: &str) -> Vec<DomainName> {
    let suffix = computer.fqdn.split_once('.').map(|(_, suffix)| suffix);
    let with_suffix = suffix.filter(|_| !typed.contains('.')).map(|own| format!("{typed}.{own}"));
    let texts = with_suffix.into_iter().chain([typed.to_owned()]);
    texts.filter_map(|text| text.parse().ok()).collect()
}

/// The addresses of a host that was named by an address or by a name.
///
/// # Errors
/// Why DNS gave none.
pub(super) async fn addresses(computer: &Computer, typed: &str) -> Result<Vec<IpAddr>, DnsFailure> {
    if let Ok(address) = typed.parse() {
        return Ok(vec![address]);
    }
    if typed.eq_ignore_ascii_case("localhost") {
        return Ok(vec![computer.address()]);
    }
    let mut failure = DnsFailure {
        status: DnsStatus::InfoDomainNonexistent,
        name: DomainName::root(),
        record_type: RecordType::A,
        server: None,
    };
    for name in candidates(computer, typed) {
        match computer.resolver.addresses(&name).await {
            Ok(addresses) => return Ok(addresses),
            Err(why) => failure = why,
        }
    }
    Err(failure)
}
