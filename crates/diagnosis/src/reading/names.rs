//! Names as files spell them, made comparable: computers, connectors, message ids, addresses.

use std::net::IpAddr;

use jiff::Timestamp;
use jiff::tz::Offset;
use logs::culture_time::read_culture_time;
use logs::last_error::LastError;

/// Domains of the servers of Exchange Online, whose names say nothing without them.
const ONLINE_DOMAINS: [&str; 2] = [".outlook.com", ".exchangelabs.com"];

/// The name of a computer without its domain, as most files have it.
pub(crate) fn computer(name: &str) -> &str {
    let name = name.trim();
    let lower = name.to_ascii_lowercase();
    if name.parse::<IpAddr>().is_ok() || ONLINE_DOMAINS.iter().any(|end| lower.ends_with(end)) {
        return name;
    }
    name.split('.').next().unwrap_or(name)
}

/// Server and name of `SERVER\Connector`; the server is empty for a bare name.
pub(super) fn connector(id: &str) -> (&str, &str) {
    id.split_once('\\').unwrap_or(("", id))
}

/// A message id with its angle brackets; none for an empty one.
pub(super) fn message_id(text: &str) -> Option<String> {
    let bare = text.trim().trim_start_matches('<').trim_end_matches('>').trim();
    (!bare.is_empty()).then(|| ["<", bare, ">"].concat())
}

/// Addresses in lower case, without empty ones.
pub(super) fn addresses<'t>(texts: impl IntoIterator<Item = &'t str>) -> Vec<String> {
    let trimmed = texts.into_iter().map(|text| text.trim().to_ascii_lowercase());
    trimmed.filter(|address| !address.is_empty()).collect()
}

/// The address in `Name <address>` or `address`.
pub(super) fn mailbox(header: &str) -> &str {
    let angle = header.rsplit_once('<').and_then(|(_, rest)| rest.split_once('>'));
    angle.map_or(header, |(address, _)| address).trim()
}

/// When the host was tried last. Servers since Exchange 2016 write it in UTC; so it is taken.
pub(super) fn last_retry_time(error: &LastError) -> Option<Timestamp> {
    shown_time(&error.lrt)
}

/// A time as a shell shows it. The zone is not shown; UTC is taken.
pub(super) fn shown_time(text: &str) -> Option<Timestamp> {
    Offset::UTC.to_timestamp(read_culture_time(text)?.time).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::EXCHANGE_ONLINE;

    #[test]
    fn a_computer_is_named_without_its_domain_unless_it_is_microsofts() {
        assert_eq!(computer("MBX01.corp.contoso.com"), "MBX01");
        assert_eq!(computer("192.0.2.1"), "192.0.2.1");
        assert_eq!(computer("AM0EUR02FT005.mail.protection.outlook.com").len(), 41);
        assert_eq!(computer(EXCHANGE_ONLINE), EXCHANGE_ONLINE);
    }

    #[test]
    fn ids_and_addresses_are_made_comparable() {
        assert_eq!(message_id("a@b").as_deref(), Some("<a@b>"));
        assert_eq!(message_id(" <a@b> ").as_deref(), Some("<a@b>"));
        assert_eq!(message_id("<>"), None);
        assert_eq!(mailbox("Raghu <raghu@contoso.com>"), "raghu@contoso.com");
        assert_eq!(mailbox("raghu@contoso.com"), "raghu@contoso.com");
        assert_eq!(connector("MBX01\\Default MBX01"), ("MBX01", "Default MBX01"));
    }
}
