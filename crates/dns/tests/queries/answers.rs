//! What a server answers, and how a resolver reads it.

use dns::{DnsError, RecordType, Zone};
use hickory_proto::op::{Edns, MessageType, OpCode, ResponseCode};

use crate::world::{DC01, DC02, MBX, MTA, NS1, ip, name, play, query, record, zone};

fn zones() -> [Zone; 3] {
    let contoso = zone(
        "contoso.example",
        &[
            "@ MX 10 mail",
            "@ TXT \"v=spf1 ip4:192.0.2.10 \" \"-all\"",
            "mail A 192.0.2.10",
            "mail A 192.0.2.11",
            "mail AAAA 2001:db8::10",
            "autodiscover CNAME mail",
            "www CNAME hosting.fabrikam.example.",
            "gone CNAME nothing.fabrikam.example.",
            "bare CNAME fabrikam.example.",
            "out CNAME elsewhere.example.",
            "a CNAME b",
            "b CNAME a",
            "chain1 CNAME chain2",
            "chain2 CNAME chain3.fabrikam.example.",
            "*.any A 192.0.2.99",
            "known.any TXT here",
            "*.alias CNAME mail",
            "x.deep A 192.0.2.12",
        ],
    );
    let fabrikam = zone(
        "fabrikam.example",
        &["hosting A 192.0.2.20", "chain3 CNAME mail.contoso.example.", "@ MX 0 ."],
    );
    [contoso, fabrikam, zone("2.0.192.in-addr.arpa", &["10 PTR mail.contoso.example."])]
}

#[test]
fn every_result_follows_from_the_zones() {
    let by = |status: &str| format!("{status} by {DC01}");
    let (gone, empty) = (by("InfoDomainNonexistent"), by("InfoNoRecords"));
    let retry = by("ErrorRetry");
    // Each exchange with the server takes 2 ms.
    let table = [
        ("mail.contoso.example", "A", "192.0.2.10 | 192.0.2.11", 2),
        ("MAIL.Contoso.EXAMPLE", "AAAA", "2001:db8::10", 2),
        ("contoso.example", "MX", "10 mail.contoso.example.", 2),
        ("contoso.example", "TXT", "\"v=spf1 ip4:192.0.2.10 \" \"-all\"", 2),
        ("10.2.0.192.in-addr.arpa", "PTR", "mail.contoso.example.", 2),
        ("mial.contoso.example", "A", &gone, 2),
        ("mail.contoso.example", "MX", &empty, 2),
        ("deep.contoso.example", "A", &empty, 2),
        ("contoso.example", "TYPE33", &empty, 2),
        ("elsewhere.example", "A", &retry, 2),
        // Aliases: within the zone, into another zone and back, and to nothing.
        ("autodiscover.contoso.example", "A", "192.0.2.10 | 192.0.2.11", 2),
        ("autodiscover.contoso.example", "CNAME", "mail.contoso.example.", 2),
        ("autodiscover.contoso.example", "TXT", &empty, 2),
        ("www.contoso.example", "A", "192.0.2.20", 2),
        ("chain1.contoso.example", "AAAA", "2001:db8::10", 2),
        ("gone.contoso.example", "A", &gone, 2),
        ("bare.contoso.example", "A", &empty, 2),
        // The resolver asks for the end of a chain that the server does not know, and is refused.
        ("out.contoso.example", "A", &retry, 4),
        ("a.contoso.example", "A", &retry, 2),
        // Wildcards stand for names that do not exist, not for types that a name does not have.
        ("x.y.any.contoso.example", "A", "192.0.2.99", 2),
        ("x.any.contoso.example", "MX", &empty, 2),
        ("known.any.contoso.example", "A", &empty, 2),
        ("x.alias.contoso.example", "A", "192.0.2.10 | 192.0.2.11", 2),
    ];
    play(|w| async move {
        let server = w.server(DC01, &zones());
        for (asked, record_type, expected, milliseconds) in table {
            let resolver = w.resolver(MBX, &[DC01]);
            let told = w.told(&resolver, asked, record_type).await;
            assert_eq!(told, (expected.to_owned(), milliseconds), "{asked} {record_type}");
        }
        // One query each, and one more for the chain that leads out.
        assert_eq!(server.queries().len(), table.len() + 1);
    });
}

#[test]
fn an_answer_says_where_it_comes_from() {
    play(|w| async move {
        w.server(DC01, &[]).stop().await;
        let _server = w.server(DC01, &zones());
        let resolver = w.resolver(MBX, &[DC01]);
        let asked = name("chain1.contoso.example");
        let answer = resolver.lookup(&asked, RecordType::A).await.unwrap();
        assert_eq!(
            answer.aliases.iter().map(ToString::to_string).collect::<Vec<_>>(),
            ["chain2.contoso.example", "chain3.fabrikam.example", "mail.contoso.example"]
        );
        assert_eq!((answer.server, answer.from_cache), (ip(DC01), false));
        assert_eq!(answer.records[1], record("mail.contoso.example. 3600 IN A 192.0.2.11"));
        assert_eq!(
            resolver.texts(&name("contoso.example")).await.unwrap(),
            ["v=spf1 ip4:192.0.2.10 -all"]
        );
        let reverse = resolver.reverse(ip("192.0.2.10")).await.unwrap();
        assert_eq!(reverse, [name("mail.contoso.example")]);
        let failure = resolver.reverse(ip("192.0.2.11")).await.unwrap_err();
        assert_eq!(failure.to_string(), "DNS query failed with error InfoDomainNonexistent");
        assert_eq!(failure.name, name("11.2.0.192.in-addr.arpa"));
    });
}

#[test]
fn a_circle_of_aliases_is_gone_round_once() {
    play(|w| async move {
        let there = zone("contoso.example", &["a CNAME b.fabrikam.example."]);
        let back = zone("fabrikam.example", &["b CNAME a.contoso.example."]);
        let server = w.server(DC01, &[there, back]);
        let told = w.told(&w.resolver(MBX, &[DC01]), "a.contoso.example", "A").await;
        assert_eq!(told, (format!("ErrorRetry by {DC01}"), 2));
        assert_eq!(server.queries()[0].answer.unwrap().answers, 2);
    });
}

#[test]
fn a_change_counts_from_the_next_query_on() {
    play(|w| async move {
        let server = w.server(DC01, &[]);
        let resolver = w.resolver(MBX, &[DC01]);
        let contoso = name("contoso.example");
        let ask = async |expected: &str| {
            resolver.flush();
            let (told, _) = w.told(&resolver, "mail.contoso.example", "A").await;
            assert_eq!(told.trim_end_matches(&format!(" by {DC01}")), expected);
        };
        ask("ErrorRetry").await;
        server.add_zone(zone("contoso.example", &[])).unwrap();
        ask("InfoDomainNonexistent").await;
        let added = record("mail.contoso.example. 60 IN A 192.0.2.10");
        server.change_zone(&contoso, |zone| zone.add(added.clone())).unwrap();
        ask("192.0.2.10").await;
        let half = server.change_zone(&contoso, |zone| {
            zone.remove(&added.name, RecordType::A, None)?;
            zone.add(record("mail.fabrikam.example. 60 IN A 192.0.2.10"))
        });
        assert!(matches!(half, Err(DnsError::OutsideZone { .. })));
        ask("192.0.2.10").await;
        assert_eq!(server.zone(&contoso).unwrap().soa().serial_number, 2);
        let again = server.add_zone(zone("Contoso.example", &[])).unwrap_err();
        assert_eq!(again.to_string(), "the server already has a zone Contoso.example");
        server.remove_zone(&contoso).unwrap();
        ask("ErrorRetry").await;
        let gone = server.remove_zone(&contoso).unwrap_err();
        assert_eq!(gone.to_string(), "the server has no zone contoso.example");
        assert!(server.zones().is_empty());
    });
}

#[test]
fn a_zone_of_a_single_name_hides_it_in_the_zone_above() {
    play(|w| async move {
        let above = zone("contoso.example", &["mail A 192.0.2.10", "www A 192.0.2.20"]);
        let _server = w.server(DC01, &[above, zone("mail.contoso.example", &["@ A 10.0.0.10"])]);
        let resolver = w.resolver(MBX, &[DC01]);
        assert_eq!(w.told(&resolver, "mail.contoso.example", "A").await.0, "10.0.0.10");
        assert_eq!(w.told(&resolver, "www.contoso.example", "A").await.0, "192.0.2.20");
    });
}

#[test]
fn two_views_answer_differently() {
    play(|w| async move {
        let inside = w.server(DC01, &[zone("contoso.example", &["mail A 10.0.0.10"])]);
        let outside = w.server(NS1, &[zone("contoso.example", &["mail A 203.0.113.20"])]);
        let told = async |host, server| {
            w.told(&w.resolver(host, &[server]), "mail.contoso.example", "A").await
        };
        assert_eq!(told(MBX, DC01).await, ("10.0.0.10".to_owned(), 2));
        assert_eq!(told(MBX, NS1).await, ("203.0.113.20".to_owned(), 40));
        assert_eq!(told(MTA, NS1).await, ("203.0.113.20".to_owned(), 2));
        assert_eq!((inside.queries().len(), outside.queries().len()), (1, 2));
        // Behind the gateway's address.
        assert_eq!(outside.queries()[0].client.ip(), ip("203.0.113.20"));
    });
}

#[test]
fn the_journal_tells_what_was_asked_and_answered() {
    let journal = play(|w| async move {
        let many: Vec<_> = (0..60).map(|n| format!("many A 192.0.2.{n}")).collect();
        let many: Vec<_> = many.iter().map(String::as_str).collect();
        let _public = w.server(NS1, &[zone("fabrikam.example", &["mail A 192.0.2.20"])]);
        let inside = zone("contoso.example", &many);
        let server = w.forwarder(DC01, &[inside], &[NS1]);
        let resolver = w.resolver(MBX, &[DC01]);
        for asked in ["many.contoso.example", "x.contoso.example", "contoso.example"] {
            w.told(&resolver, asked, "A").await;
        }
        w.told(&resolver, "mail.fabrikam.example", "A").await;
        w.datagram(DC01, &[0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 99]).await;
        w.told(&resolver, "nowhere.example", "MX").await;
        let lines: Vec<_> = server.queries().iter().map(ToString::to_string).collect();
        lines.join("\n")
    });
    insta::assert_snapshot!(journal, @"
    2026-05-01T06:00:00.001Z 10.0.0.10:49269 UDP many.contoso.example A: NOERROR 29 truncated
    2026-05-01T06:00:00.005Z 10.0.0.10:49270 TCP many.contoso.example A: NOERROR 60
    2026-05-01T06:00:00.007Z 10.0.0.10:49271 UDP x.contoso.example A: NXDOMAIN 0
    2026-05-01T06:00:00.009Z 10.0.0.10:49272 UDP contoso.example A: NOERROR 0
    2026-05-01T06:00:00.011Z 10.0.0.10:49273 UDP mail.fabrikam.example A: NOERROR 1, by 198.51.100.53
    2026-05-01T06:00:00.053Z 10.0.0.10:49274 UDP unreadable: FORMERR 0
    2026-05-01T06:00:00.055Z 10.0.0.10:49275 UDP nowhere.example MX: SERVFAIL 0, by 198.51.100.53
    ");
}

#[test]
fn bits_and_codes_are_those_of_the_protocol() {
    play(|w| async move {
        let _alone = w.server(DC01, &zones());
        let _public = w.server(NS1, &[zone("public.example", &["mail A 192.0.2.20"])]);
        let _forwarding = w.forwarder(DC02, &zones(), &[NS1]);
        // Authoritative answer, recursion available, code.
        let table = [
            (DC01, "mail.contoso.example", "A", (true, false, ResponseCode::NoError)),
            (DC01, "x.contoso.example", "A", (true, false, ResponseCode::NXDomain)),
            (DC01, "mail.public.example", "A", (false, false, ResponseCode::Refused)),
            (DC01, "contoso.example", "TYPE252", (false, false, ResponseCode::Refused)),
            (DC02, "mail.contoso.example", "A", (true, true, ResponseCode::NoError)),
            (DC02, "mail.public.example", "A", (false, true, ResponseCode::NoError)),
            (DC02, "x.public.example", "A", (false, true, ResponseCode::NXDomain)),
        ];
        for (server, asked, record_type, expected) in table {
            let reply = w.exchange(server, &query(7, asked, record_type)).await;
            let header = reply.metadata;
            let bits = (header.authoritative, header.recursion_available, header.response_code);
            assert_eq!(bits, expected, "{asked} at {server}");
            assert_eq!((header.id, header.recursion_desired), (7, true));
            assert_eq!(header.message_type, MessageType::Response);
            assert_eq!(reply.queries, query(7, asked, record_type).queries);
        }
        let mut without_recursion = query(7, "mail.public.example", "A");
        without_recursion.metadata.recursion_desired = false;
        let reply = w.exchange(DC02, &without_recursion).await;
        assert_eq!(reply.metadata.response_code, ResponseCode::Refused);
        let nothing = w.exchange(DC01, &query(7, "x.contoso.example", "A")).await;
        assert_eq!(nothing.authorities.len(), 1);
    });
}

#[test]
fn what_is_not_done_is_said() {
    play(|w| async move {
        let _server = w.server(DC01, &zones());
        let code = async |change: fn(&mut hickory_proto::op::Message)| {
            let mut message = query(7, "contoso.example", "SOA");
            change(&mut message);
            w.exchange(DC01, &message).await.metadata.response_code
        };
        let update = code(|message| message.metadata.op_code = OpCode::Update).await;
        assert_eq!(update, ResponseCode::NotImp);
        let notify = code(|message| message.metadata.op_code = OpCode::Notify).await;
        assert_eq!(notify, ResponseCode::NotImp);
        let two = code(|message| {
            let further = query(7, "mail.contoso.example", "A").queries;
            message.add_queries(further);
        });
        let two = two.await;
        assert_eq!(two, ResponseCode::FormErr);
        let version = code(|message| {
            let mut edns = Edns::new();
            edns.set_version(1);
            message.set_edns(edns);
        });
        // BADVERS, which shares its number with BADSIG.
        assert_eq!(u16::from(version.await), 16);
    });
}

#[test]
fn two_runs_are_the_same() {
    let run = || {
        play(|w| async move {
            let public = w.server(NS1, &[zone("public.example", &["mail A 192.0.2.20"])]);
            let server = w.forwarder(DC01, &zones(), &[NS1]);
            let resolver = w.resolver(MBX, &[DC01]);
            let names = ["mail.public.example", "mail.contoso.example", "x.public.example"];
            let lookups = names.map(|asked| {
                let resolver = resolver.clone();
                tokio::spawn(async move { resolver.addresses(&name(asked)).await })
            });
            for lookup in lookups {
                let _found = lookup.await.unwrap();
            }
            (server.queries(), public.queries())
        })
    };
    let (inside, outside) = run();
    assert_eq!((inside.len(), outside.len()), (3, 2));
    let entries = inside.iter().chain(&outside);
    let ids: std::collections::BTreeSet<_> = entries.map(|entry| entry.id).collect();
    assert_eq!(ids.len(), 5);
    assert_eq!(run(), (inside, outside));
}
