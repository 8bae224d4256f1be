//! Loop detection by counting the hops a message has behind it.
//!
//! On premises a Receive connector counts `Received:` headers (`MaxHopCount`) and those among them
//! that name the local server (`MaxLocalHopCount`); Microsoft Learn, `Set-ReceiveConnector`; the
//! defaults 60 and 5 are those of a real server. Exchange Online publishes no limit; a real loop
//! ended after three passes through the tenant, and the service stamps a pass counter into
//! `X-EOPTenantAttributedMessage: <tenant>:<n>`. The lab counts these stamps.

/// Passes through its tenant after which Exchange Online refuses a message.
pub const TENANT_PASSES: usize = 3;

/// Whether an on-premises connector refuses a message with these `Received:` headers.
///
/// `hosts` are the `by` hosts of the headers; `server` is the local server's FQDN and NetBIOS name.
pub fn exceeds<'a>(
    hosts: impl IntoIterator<Item = &'a str>,
    server: (&str, &str),
    max_hop_count: i32,
    max_local_hop_count: i32,
) -> bool {
    let (mut hops, mut local_hops) = (0, 0);
    for host in hosts {
        hops += 1;
        if host.eq_ignore_ascii_case(server.0) || host.eq_ignore_ascii_case(server.1) {
            local_hops += 1;
        }
    }
    hops > max_hop_count || (max_local_hop_count > 0 && local_hops > max_local_hop_count)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SERVER: (&str, &str) = ("cmhybd01.cloudmonkeys.xyz", "CMHYBD01");

    #[test]
    fn five_local_hops_pass_and_six_do_not() {
        let hops = |count| std::iter::repeat_n("CMHYBD01.cloudmonkeys.xyz", count);
        assert!(!exceeds(hops(5), SERVER, 60, 5));
        assert!(exceeds(hops(6), SERVER, 60, 5));
        assert!(!exceeds(hops(6), SERVER, 60, 0));
    }

    #[test]
    fn hops_elsewhere_count_only_for_the_total() {
        let hops = |count| std::iter::repeat_n("mx.fabrikam.com", count);
        assert!(!exceeds(hops(60), SERVER, 60, 5));
        assert!(exceeds(hops(61), SERVER, 60, 5));
    }
}
