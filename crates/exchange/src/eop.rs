//! The addresses Exchange Online sends from.

use std::net::IpAddr;

use ipnet::IpNet;

/// The IPv4 ranges Microsoft publishes for Exchange Online Protection ("Microsoft 365 URLs and IP
/// address ranges", id 10; port 25).
pub const RANGES: [&str; 4] = ["40.92.0.0/15", "40.107.0.0/16", "52.100.0.0/14", "104.47.0.0/17"];

/// The published range an address lies in.
pub fn range_of(address: IpAddr) -> Option<&'static str> {
    RANGES
        .into_iter()
        .find(|text| text.parse::<IpNet>().is_ok_and(|range| range.contains(&address)))
}

/// The MX host of a domain in Exchange Online: `cloudmonkeys-xyz.mail.protection.outlook.com`.
pub fn mx_host(domain: &str) -> String {
    format!("{}.mail.protection.outlook.com", domain.to_ascii_lowercase().replace('.', "-"))
}

/// Whether a host is one of Exchange Online's.
pub fn is_exchange_online(host: &str) -> bool {
    ["protection.outlook.com", "prod.outlook.com", "mx.microsoft", "outlook.office365.com"]
        .iter()
        .any(|parent| crate::domain::is_within(host.trim_end_matches('.'), parent))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_seen_in_the_field_are_in_the_published_ranges() {
        for (address, range) in [
            ("40.93.131.26", Some("40.92.0.0/15")),
            ("52.101.194.15", Some("52.100.0.0/14")),
            ("104.47.18.112", Some("104.47.0.0/17")),
            ("104.47.128.1", None),
        ] {
            assert_eq!(range_of(address.parse().unwrap()), range, "{address}");
        }
    }

    #[test]
    fn dots_become_dashes_in_the_mx_host() {
        assert_eq!(mx_host("cloudmonkeys.xyz"), "cloudmonkeys-xyz.mail.protection.outlook.com");
        assert!(is_exchange_online(&mx_host("cloudmonkeys.xyz")));
        assert!(!is_exchange_online("protection.outlook.com.evil.example"));
    }
}
