//! What a resolver remembers, by the lab's clock.

use std::time::Duration;

use dns::{RecordType, Resolver};

use crate::world::{DC01, DC02, MBX, World, name, play, record, zone};

async fn sleep(w: &World, seconds: u64) {
    w.clock.sleep(Duration::from_secs(seconds)).await;
}

/// Whether the answer, good or bad, comes without asking anybody.
async fn is_remembered(w: &World, resolver: &Resolver, asked: &str) -> bool {
    w.told(resolver, asked, "A").await.1 == 0
}

#[test]
fn an_answer_is_kept_for_its_time_to_live_and_no_longer() {
    play(|w| async move {
        let zone = zone("contoso.example", &["mail 300 A 192.0.2.10", "now 0 A 192.0.2.11"]);
        let server = w.server(DC01, &[zone]);
        let resolver = w.resolver(MBX, &[DC01]);
        assert!(!is_remembered(&w, &resolver, "mail.contoso.example").await);
        let change = record("mail.contoso.example. 60 IN A 192.0.2.99");
        server
            .change_zone(&name("contoso.example"), |zone| {
                zone.remove(&change.name, RecordType::A, None)?;
                zone.add(change.clone())
            })
            .unwrap();
        sleep(&w, 299).await;
        let asked = name("MAIL.contoso.example");
        let kept = resolver.lookup(&asked, RecordType::A).await.unwrap();
        assert!(kept.from_cache);
        assert_eq!(kept.records, [record("mail.contoso.example. 1 IN A 192.0.2.10")]);
        sleep(&w, 1).await;
        let told = w.told(&resolver, "mail.contoso.example", "A").await;
        assert_eq!(told, ("192.0.2.99".to_owned(), 2));
        assert_eq!(server.queries().len(), 2);
        for _ in 0..2 {
            assert!(!is_remembered(&w, &resolver, "now.contoso.example").await);
        }
    });
}

#[test]
fn the_shortest_time_of_a_chain_counts() {
    play(|w| async move {
        let lines = ["www 30 CNAME mail", "mail 300 A 192.0.2.10", "gone 30 CNAME x"];
        let _server = w.server(DC01, &[zone("contoso.example", &lines)]);
        let resolver = w.resolver(MBX, &[DC01]);
        for asked in ["www.contoso.example", "gone.contoso.example"] {
            assert!(!is_remembered(&w, &resolver, asked).await);
        }
        sleep(&w, 29).await;
        for asked in ["www.contoso.example", "gone.contoso.example"] {
            assert!(is_remembered(&w, &resolver, asked).await, "{asked}");
        }
        sleep(&w, 1).await;
        for asked in ["www.contoso.example", "gone.contoso.example"] {
            assert!(!is_remembered(&w, &resolver, asked).await, "{asked}");
        }
    });
}

#[test]
fn what_does_not_exist_is_remembered_as_long_as_the_soa_record_says() {
    play(|w| async move {
        let server = w.server(DC01, &[zone("contoso.example", &["@ MX 10 mail"])]);
        let resolver = w.resolver(MBX, &[DC01]);
        let names = ["mail.contoso.example", "contoso.example"];
        for asked in names {
            assert!(!is_remembered(&w, &resolver, asked).await);
        }
        let lines =
            ["mail.contoso.example. 60 IN A 192.0.2.10", "contoso.example. 60 IN A 192.0.2.1"];
        for line in lines {
            let contoso = name("contoso.example");
            server.change_zone(&contoso, |zone| zone.add(record(line))).unwrap();
        }
        sleep(&w, 299).await;
        let told = w.told(&resolver, "mail.contoso.example", "A").await;
        assert_eq!(told, (format!("InfoDomainNonexistent by {DC01}"), 0));
        let told = w.told(&resolver, "contoso.example", "A").await;
        assert_eq!(told, (format!("InfoNoRecords by {DC01}"), 0));
        sleep(&w, 1).await;
        for asked in names {
            assert!(!w.told(&resolver, asked, "A").await.0.contains("Info"), "{asked}");
        }
    });
}

#[test]
fn failures_are_not_remembered() {
    play(|w| async move {
        let server = w.server(DC01, &[]);
        let resolver = w.resolver(MBX, &[DC01]);
        let told = w.told(&resolver, "mail.contoso.example", "A").await;
        assert_eq!(told, (format!("ErrorRetry by {DC01}"), 2));
        server.add_zone(zone("contoso.example", &["mail A 192.0.2.10"])).unwrap();
        let told = w.told(&resolver, "mail.contoso.example", "A").await;
        assert_eq!(told, ("192.0.2.10".to_owned(), 2));
    });
}

#[test]
fn a_flush_forgets_and_other_servers_do_not() {
    play(|w| async move {
        let _first = w.server(DC01, &[zone("contoso.example", &["mail A 192.0.2.10"])]);
        let _second = w.server(DC02, &[zone("contoso.example", &["mail A 192.0.2.20"])]);
        let resolver = w.resolver(MBX, &[DC01]);
        let told = async || w.told(&resolver, "mail.contoso.example", "A").await;
        assert_eq!(told().await, ("192.0.2.10".to_owned(), 2));
        resolver.set_servers(vec![DC02.parse().unwrap()]);
        assert_eq!(resolver.servers().len(), 1);
        assert_eq!(told().await, ("192.0.2.10".to_owned(), 0));
        resolver.flush();
        assert_eq!(told().await, ("192.0.2.20".to_owned(), 2));
        // Another resolver of the same host has a cache of its own.
        let other = w.resolver(MBX, &[DC01]);
        assert!(!is_remembered(&w, &other, "mail.contoso.example").await);
        assert!(is_remembered(&w, &other.clone(), "mail.contoso.example").await);
    });
}
