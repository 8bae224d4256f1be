//! A DNS block list: a zone that answers for addresses nobody should take mail from.
//!
//! It is an ordinary DNS zone; what makes it a block list is only that receivers ask it. Spec: RFC
//! 5782.

use std::net::IpAddr;

use dns::Resolver;

use crate::lookup;

/// The list receivers ask: Spamhaus' policy and spam lists in one.
pub const ZONE: &str = "zen.spamhaus.org";

/// The list that holds the address, if one does. A list that cannot be asked holds nobody.
pub async fn listing(resolver: &Resolver, address: IpAddr) -> Option<String> {
    let name = query_name(address)?;
    let answers = lookup::addresses(resolver, &name).await.ok()?;
    answers.iter().any(IpAddr::is_loopback).then(|| "Spamhaus".to_owned())
}

/// `241.57.7.27.zen.spamhaus.org` for 27.7.57.241; only IPv4 is listed.
pub fn query_name(address: IpAddr) -> Option<String> {
    let IpAddr::V4(v4) = address else { return None };
    let [a, b, c, d] = v4.octets();
    Some(format!("{d}.{c}.{b}.{a}.{ZONE}"))
}

/// The refusal as Exchange Online words it.
pub fn refusal(list: &str, address: IpAddr) -> String {
    format!(
        "550 5.7.1 Service unavailable, Client host [{address}] blocked using {list}. To request removal from this list see https://www.spamhaus.org/query/ip/{address} (AS16012611)"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_reversed() {
        let name = query_name("27.7.57.241".parse().unwrap());
        assert_eq!(name.as_deref(), Some("241.57.7.27.zen.spamhaus.org"));
        assert_eq!(query_name("::1".parse().unwrap()), None);
    }
}
