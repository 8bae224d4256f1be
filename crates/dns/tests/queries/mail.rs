//! Who takes mail for a domain, and what addresses a host has.

use dns::{DnsStatus, MailExchanger, MailExchangers};
use fabric::{Network, Seed, simulation};

use crate::world::{DC01, MBX, epoch, ip, name, play, zone};

#[test]
fn mail_exchangers_come_by_preference_and_equals_take_turns() {
    play(|w| async move {
        let lines = ["@ MX 20 backup", "@ MX 10 b", "@ MX 10 c", "@ MX 10 a", "@ MX 20 reserve"];
        let _server = w.server(DC01, &[zone("contoso.example", &lines)]);
        let resolver = w.resolver(MBX, &[DC01]);
        let order = async || {
            let found = resolver.mail_exchangers(&name("contoso.example")).await.unwrap();
            let MailExchangers::Hosts(hosts) = found else { panic!("{found:?}") };
            let short = |host: MailExchanger| {
                format!("{}:{}", host.preference, host.host.relative_to(&name("contoso.example")))
            };
            hosts.into_iter().map(short).collect::<Vec<_>>().join(" ")
        };
        let turns = [order().await, order().await, order().await, order().await];
        assert_eq!(
            turns,
            [
                "10:a 10:b 10:c 20:backup 20:reserve",
                "10:b 10:c 10:a 20:reserve 20:backup",
                "10:c 10:a 10:b 20:backup 20:reserve",
                "10:a 10:b 10:c 20:reserve 20:backup",
            ]
        );
    });
}

#[test]
fn without_mx_records_the_domain_is_its_own_mail_host() {
    play(|w| async move {
        let zones = [
            zone("contoso.example", &["@ MX 0 ."]),
            zone(
                "fabrikam.example",
                &["@ A 192.0.2.20", "sub TXT x", "www CNAME fabrikam.example."],
            ),
            zone("adatum.example", &["@ MX 0 .", "@ MX 5 mail"]),
        ];
        let server = w.server(DC01, &zones);
        let resolver = w.resolver(MBX, &[DC01]);
        let found = async |domain| resolver.mail_exchangers(&name(domain)).await;
        let domain = |text| Ok(MailExchangers::Domain(name(text)));
        assert_eq!(found("contoso.example").await, Ok(MailExchangers::Null));
        assert_eq!(found("fabrikam.example").await, domain("fabrikam.example"));
        assert_eq!(found("www.fabrikam.example").await, domain("www.fabrikam.example"));
        let host = MailExchanger { preference: 5, host: name("mail.adatum.example") };
        assert_eq!(found("adatum.example").await, Ok(MailExchangers::Hosts(vec![host])));
        let status = async |domain| found(domain).await.unwrap_err().status;
        assert_eq!(status("sub.fabrikam.example").await, DnsStatus::InfoNoRecords);
        assert_eq!(status("x.fabrikam.example").await, DnsStatus::InfoDomainNonexistent);
        assert_eq!(status("elsewhere.example").await, DnsStatus::ErrorRetry);
        server.stop().await;
        assert_eq!(status("silent.example").await, DnsStatus::ErrorTimeout);
        assert!(DnsStatus::InfoNoRecords.is_final() && !DnsStatus::ErrorTimeout.is_final());
    });
}

#[test]
fn a_host_is_asked_for_the_families_that_the_asker_speaks() {
    simulation(async {
        let clock = fabric::Clock::simulated(epoch());
        let network = Network::simulated(clock, Seed(1));
        let prefixes = ["192.0.2.0/24", "2001:db8::/64"].map(|text| text.parse().unwrap());
        let segment = network.add_segment("internet", &prefixes).unwrap();
        let host = |name: &str, addresses: &[&str]| {
            let addresses: Vec<_> = addresses.iter().copied().map(ip).collect();
            network.add_host(name, segment, &addresses).unwrap()
        };
        let server = host("ns1", &["192.0.2.53", "2001:db8::53"]);
        let zone = zone(
            "contoso.example",
            &[
                "both A 192.0.2.1",
                "both AAAA 2001:db8::1",
                "four A 192.0.2.4",
                "six AAAA 2001:db8::6",
            ],
        );
        let mut servers = Vec::new();
        for address in ["192.0.2.53", "2001:db8::53"] {
            let view = dns::DnsServer::new(&server, ip(address), Seed(1));
            view.add_zone(zone.clone()).unwrap();
            view.start().unwrap();
            servers.push(view);
        }
        let dual = host("dual", &["192.0.2.10", "2001:db8::10"]);
        let four = host("four", &["192.0.2.11"]);
        let six = host("six", &["2001:db8::12"]);
        let found = async |host: &fabric::Host, server: &str, asked: &str| {
            let resolver = dns::Resolver::new(host, vec![ip(server)], Seed(1));
            match resolver.addresses(&name(asked)).await {
                Ok(found) => found.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "),
                Err(failure) => failure.status.to_string(),
            }
        };
        let (ns4, ns6) = ("192.0.2.53", "2001:db8::53");
        assert_eq!(found(&dual, ns4, "both.contoso.example").await, "2001:db8::1 192.0.2.1");
        assert_eq!(found(&dual, ns6, "four.contoso.example").await, "192.0.2.4");
        assert_eq!(found(&dual, ns6, "six.contoso.example").await, "2001:db8::6");
        assert_eq!(found(&dual, ns6, "contoso.example").await, "InfoNoRecords");
        assert_eq!(found(&four, ns4, "both.contoso.example").await, "192.0.2.1");
        assert_eq!(found(&four, ns4, "six.contoso.example").await, "InfoNoRecords");
        assert_eq!(found(&six, ns6, "both.contoso.example").await, "2001:db8::1");
        assert_eq!(found(&six, ns6, "none.contoso.example").await, "InfoDomainNonexistent");
    });
}
