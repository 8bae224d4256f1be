//! Servers that ask others.

use std::time::Duration;

use dns::Forwarders;

use crate::world::{DC01, DC02, MBX, NS1, NS2, ip, name, play, query, zone};

fn public() -> [dns::Zone; 2] {
    [
        zone("contoso.example", &["mail A 203.0.113.20", "www CNAME hosting.fabrikam.example."]),
        zone("fabrikam.example", &["hosting A 192.0.2.20", "mail A 192.0.2.21"]),
    ]
}

#[test]
fn inside_asks_outside_about_what_it_has_no_zone_for() {
    play(|w| async move {
        let inside = zone(
            "contoso.example",
            &["mail A 10.0.0.10", "www CNAME hosting.fabrikam.example.", "gone CNAME x.example."],
        );
        let outside = w.server(NS1, &public());
        let server = w.forwarder(DC01, &[inside], &[NS1]);
        // 2 ms to the server and back, 40 ms to the forwarder and back.
        let table = [
            ("mail.contoso.example", "10.0.0.10".to_owned(), 2, None),
            ("mail.fabrikam.example", "192.0.2.21".to_owned(), 42, Some(NS1)),
            ("www.contoso.example", "192.0.2.20".to_owned(), 42, Some(NS1)),
            ("x.fabrikam.example", format!("InfoDomainNonexistent by {DC01}"), 42, Some(NS1)),
            ("x.contoso.example", format!("InfoDomainNonexistent by {DC01}"), 2, None),
            ("fabrikam.example", format!("InfoNoRecords by {DC01}"), 42, Some(NS1)),
            // The forwarder refuses it.
            ("gone.contoso.example", format!("ErrorRetry by {DC01}"), 42, Some(NS1)),
            ("nowhere.example", format!("ErrorRetry by {DC01}"), 42, Some(NS1)),
        ];
        for (asked, expected, milliseconds, forwarder) in table {
            let told = w.told(&w.resolver(MBX, &[DC01]), asked, "A").await;
            assert_eq!(told, (expected, milliseconds), "{asked}");
            let entry = server.queries().pop().unwrap();
            assert_eq!(entry.forwarded_to, forwarder.map(ip).into_iter().collect::<Vec<_>>());
        }
        let asked: Vec<_> = outside
            .queries()
            .into_iter()
            .filter_map(|entry| entry.question)
            .map(|(name, record_type)| format!("{name} {record_type}"))
            .collect();
        assert_eq!(asked[1], "hosting.fabrikam.example A");
        assert_eq!(asked.len(), 6);
    });
}

#[test]
fn dead_forwarders_get_their_turns_and_then_it_has_failed() {
    // How many forwarders there are, how many are asked, and when it has failed.
    let table = [(1, 1, 3), (2, 2, 7), (3, 3, 11), (5, 3, 11)];
    for (count, turns, seconds) in table {
        play(|w| async move {
            let dead = [DC02, NS1, NS2, "198.51.100.55", "198.51.100.56"];
            let server = w.forwarder(DC01, &[], &dead[..count]);
            let bytes = query(7, "mail.fabrikam.example", "A").to_vec().unwrap();
            let start = w.clock.now();
            w.datagram(DC01, &bytes).await;
            while server.queries()[0].answer.is_none() {
                w.clock.sleep(Duration::from_millis(1)).await;
            }
            assert_eq!(w.since(start).as_secs(), seconds);
            let entry = &server.queries()[0];
            assert_eq!(entry.answer.unwrap().code, dns::ResponseCode::ServFail);
            assert_eq!(entry.forwarded_to.len(), turns);
        });
    }
}

#[test]
fn the_client_hears_of_a_dead_forwarder_before_it_gives_up() {
    play(|w| async move {
        let server = w.forwarder(DC01, &[], &[NS1]);
        let resolver = w.resolver(MBX, &[DC01]);
        let told = w.told(&resolver, "mail.fabrikam.example", "A").await;
        assert_eq!(told, (format!("ErrorRetry by {DC01}"), 3002));
        let servers = vec![ip(NS1)];
        server.set_forwarders(Forwarders { servers, timeout: Duration::from_secs(5) });
        let told = w.told(&resolver, "mail.fabrikam.example", "A").await;
        assert_eq!(told, (format!("ErrorRetry by {DC01}"), 5002));
    });
}

#[test]
fn the_next_forwarder_is_asked_when_one_is_silent_fails_or_refuses() {
    play(|w| async move {
        let _public = w.server(NS1, &public());
        let _refusing = w.server(DC02, &[]);
        let told = async |forwarders: &[&str]| {
            let server = w.forwarder(DC01, &[], forwarders);
            let told = w.told(&w.resolver(MBX, &[DC01]), "mail.fabrikam.example", "A").await;
            let asked = server.queries()[0].forwarded_to.len();
            server.stop().await;
            (told.0, told.1, asked)
        };
        let found = || "192.0.2.21".to_owned();
        assert_eq!(told(&[NS1, DC02]).await, (found(), 42, 1));
        assert_eq!(told(&[DC02, NS1]).await, (found(), 44, 2));
        assert_eq!(told(&[NS2, NS1]).await, (found(), 3042, 2));
        // A name error counts: nobody else is asked.
        let _other = w.server(NS2, &[zone("fabrikam.example", &[])]);
        let gone = format!("InfoDomainNonexistent by {DC01}");
        assert_eq!(told(&[NS2, NS1]).await, (gone, 42, 1));
    });
}

#[test]
fn an_answer_of_a_forwarder_may_lead_back_into_an_own_zone() {
    play(|w| async move {
        let alias = zone("fabrikam.example", &["partner CNAME mail.contoso.example."]);
        let _public = w.server(NS1, &[alias]);
        let own = zone("contoso.example", &["mail A 10.0.0.10"]);
        let _server = w.forwarder(DC01, &[own], &[NS1]);
        let told = w.told(&w.resolver(MBX, &[DC01]), "partner.fabrikam.example", "A").await;
        assert_eq!(told, ("10.0.0.10".to_owned(), 42));
    });
}

#[test]
fn servers_that_forward_to_each_other_fail_in_the_end() {
    play(|w| async move {
        let first = w.forwarder(DC01, &[], &[DC02]);
        let second = w.forwarder(DC02, &[], &[DC01]);
        let (told, milliseconds) =
            w.told(&w.resolver(MBX, &[DC01]), "mail.fabrikam.example", "A").await;
        assert_eq!((told, milliseconds), (format!("ErrorRetry by {DC01}"), 3002));
        // Three times the client, once the other server; the other server only once as well.
        assert_eq!((first.queries().len(), second.queries().len()), (4, 1));
        let own = w.forwarder(NS1, &[], &[NS1]);
        let told = w.told(&w.resolver(MBX, &[NS1]), "mail.fabrikam.example", "A").await;
        assert_eq!(told, (format!("ErrorRetry by {NS1}"), 3040));
        assert_eq!(own.queries().len(), 4);
    });
}

#[test]
fn who_asks_what_is_under_way_waits_for_the_same_answer() {
    play(|w| async move {
        let public = w.server(NS1, &public());
        let server = w.forwarder(DC01, &[], &[NS1]);
        let lookups = [1, 2, 3].map(|_| {
            let resolver = w.resolver(MBX, &[DC01]);
            tokio::spawn(async move { resolver.addresses(&name("mail.fabrikam.example")).await })
        });
        for lookup in lookups {
            assert_eq!(lookup.await.unwrap().unwrap(), [ip("192.0.2.21")]);
        }
        assert_eq!(public.queries().len(), 1);
        assert!(server.queries().iter().all(|entry| entry.forwarded_to == [ip(NS1)]));
        // A server that is stopped meanwhile starts afresh.
        let asked = query(7, "hosting.fabrikam.example", "A").to_vec().unwrap();
        let waiting = w.datagram(DC01, &asked);
        let restart = async {
            w.clock.sleep(Duration::from_millis(10)).await;
            server.stop().await;
            server.start().unwrap();
        };
        assert_eq!(tokio::join!(waiting, restart).0, None);
        assert!(w.datagram(DC01, &asked).await.is_some());
        assert_eq!(server.queries()[3].answer, None);
    });
}

#[test]
fn forwarding_goes_over_several_servers() {
    play(|w| async move {
        let _public = w.server(NS1, &public());
        let _middle = w.forwarder(DC02, &[], &[NS1]);
        let _server = w.forwarder(DC01, &[], &[DC02]);
        let resolver = w.resolver(MBX, &[DC01]);
        let told = w.told(&resolver, "www.contoso.example", "A").await;
        assert_eq!(told, ("192.0.2.20".to_owned(), 44));
        let again = resolver.lookup(&name("www.contoso.example"), dns::RecordType::A).await;
        assert!(again.unwrap().from_cache);
    });
}
