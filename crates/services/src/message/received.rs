//! `Received:` headers as Exchange stamps them.
//!
//! Forms from real mail of Exchange 2016, 2019, SE and Exchange Online in public archives:
//! `from <name> (<ip>) by <name> (<ip>) with Microsoft SMTP Server (version=TLS1_2, cipher=…) id
//! 15.2.1544.14 via Frontend Transport; <date>`; without TLS there is no parenthesis; a Hub and an
//! Edge write no `via`; the MAPI hop has the padded build. Exchange 2010 and 2013 wrote `(TLS)` and no more.

use std::net::IpAddr;

use exchange::culture::Culture;
use exchange::directory::Build;
use exchange::product::Product;
use jiff::Timestamp;

/// One hop.
#[derive(Clone, Debug)]
pub struct Received<'a> {
    /// Name the client gave itself, and its address.
    pub from: (&'a str, IpAddr),
    /// Name of the server, and its address.
    pub by: (&'a str, IpAddr),
    /// TLS version and cipher suite, such as `TLS1_2` and `TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384`.
    pub tls: Option<(&'a str, &'a str)>,
    /// Build of the server.
    pub build: Build,
    /// The service, where it names itself: `Frontend Transport`, `Mailbox Transport`.
    pub via: Option<&'static str>,
    /// When.
    pub at: Timestamp,
    /// The server's time zone.
    pub culture: Culture,
}

impl Received<'_> {
    /// The header's value.
    pub fn value(&self) -> String {
        // Real headers have `(TLS)` up to 15.0, version and cipher from 15.1.466 on.
        let is_told_whole = self.build.product() > Product::Exchange2013;
        let tls = self.tls.map_or_else(String::new, |(version, cipher)| {
            if is_told_whole {
                format!(" (version={version}, cipher={cipher})")
            } else {
                " (TLS)".to_owned()
            }
        });
        let via = self.via.map(|service| format!(" via {service}")).unwrap_or_default();
        format!(
            "from {} ({}) by {} ({}) with Microsoft SMTP Server{tls} id {}{via}; {}",
            self.from.0,
            self.from.1,
            self.by.0,
            self.by.1,
            self.build,
            self.culture.mail_date(self.at)
        )
    }
}

/// The hop from a mailbox into transport: `from X ([ip]) by X ([ip]) with mapi id 15.02.1544.014`. The server names the
/// interface of its own address where it is one of IPv6: `by X ([fe80::1%4])`. Which number it has is ours.
pub fn mapi(server: &str, address: IpAddr, build: &str, culture: Culture, at: Timestamp) -> String {
    let zone = match address {
        IpAddr::V4(_) => String::new(),
        IpAddr::V6(address) => format!("%{}", 2 + address.octets()[15] % 12),
    };
    format!(
        "from {server} ([{address}]) by {server} ([{address}{zone}]) with mapi id {build}; {}",
        culture.mail_date(at)
    )
}

/// The host after `by` in a `Received:` header's value: who stamped it.
pub fn by_host(value: &str) -> Option<&str> {
    let after = value.split(" by ").nth(1).or_else(|| value.strip_prefix("by "))?;
    after.split_whitespace().next().map(|host| host.trim_end_matches(';'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hop() -> Received<'static> {
        Received {
            from: ("PNYPR01CU001.outbound.protection.outlook.com", "40.93.131.26".parse().unwrap()),
            by: ("CMHYBD01.cloudmonkeys.xyz", "192.168.1.13".parse().unwrap()),
            tls: Some(("TLS1_2", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384")),
            build: Build(15, 2, 1544, 14),
            via: Some("Frontend Transport"),
            at: "2026-05-01T06:06:57Z".parse().unwrap(),
            culture: Culture::default(),
        }
    }

    #[test]
    fn a_hop_reads_like_the_products() {
        insta::assert_snapshot!(hop().value(), @"from PNYPR01CU001.outbound.protection.outlook.com (40.93.131.26) by CMHYBD01.cloudmonkeys.xyz (192.168.1.13) with Microsoft SMTP Server (version=TLS1_2, cipher=TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384) id 15.2.1544.14 via Frontend Transport; Fri, 1 May 2026 06:06:57 +0000");
        let older = Received { build: Build(15, 0, 1497, 48), ..hop() };
        assert!(older.value().contains(" with Microsoft SMTP Server (TLS) id 15.0.1497.48 via "));
        let plain = Received { tls: None, via: None, ..hop() };
        insta::assert_snapshot!(plain.value(), @"from PNYPR01CU001.outbound.protection.outlook.com (40.93.131.26) by CMHYBD01.cloudmonkeys.xyz (192.168.1.13) with Microsoft SMTP Server id 15.2.1544.14; Fri, 1 May 2026 06:06:57 +0000");
    }

    #[test]
    fn the_stamping_host_is_read_back() {
        assert_eq!(by_host(&hop().value()), Some("CMHYBD01.cloudmonkeys.xyz"));
        assert_eq!(by_host("from a by mx.example with ESMTP id x; date"), Some("mx.example"));
        assert_eq!(by_host("nothing"), None);
    }
}
