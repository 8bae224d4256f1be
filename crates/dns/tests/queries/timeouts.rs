//! Servers that fail or keep silent, and how long it takes to know.

use fabric::{Action, Direction, FirewallRule};

use crate::world::{DC01, DC02, MBX, NS1, NS2, World, epoch, ip, name, play, zone};

fn contoso() -> [dns::Zone; 1] {
    [zone("contoso.example", &["mail A 10.0.0.10"])]
}

/// Asks those servers from `mbx` for the address of the mail host.
async fn ask(w: &World, servers: &[&str]) -> (String, u128) {
    w.told(&w.resolver(MBX, servers), "mail.contoso.example", "A").await
}

#[test]
fn silent_servers_are_asked_by_the_schedule_of_windows() {
    play(|w| async move {
        let failed = |status: &str, server: &str| format!("{status} by {server}");
        let _server = w.server(DC01, &contoso());
        assert_eq!(ask(&w, &[DC01]).await, ("10.0.0.10".to_owned(), 2));
        // Nobody listens at DC02, NS1 and NS2.
        assert_eq!(ask(&w, &[DC02]).await, (failed("ErrorTimeout", DC02), 10_000));
        assert_eq!(ask(&w, &[DC02, NS1]).await, (failed("ErrorTimeout", NS1), 10_000));
        assert_eq!(ask(&w, &[DC02, DC01]).await, ("10.0.0.10".to_owned(), 1002));
        assert_eq!(ask(&w, &[DC02, NS1, DC01]).await, ("10.0.0.10".to_owned(), 2002));
        assert_eq!(ask(&w, &[DC02, NS1, NS2, DC01]).await, ("10.0.0.10".to_owned(), 4002));
        assert_eq!(ask(&w, &[]).await, ("ErrorRetry".to_owned(), 0));
        // A list of the other family cannot be asked at all.
        assert_eq!(ask(&w, &["2001:db8::53"]).await, ("ErrorRetry".to_owned(), 0));
    });
}

#[test]
fn a_silent_server_is_asked_at_0_1_2_4_and_8_seconds_with_one_id() {
    play(|w| async move {
        let server = w.forwarder(DC01, &[], &[DC02, NS1, NS2]);
        assert_eq!(ask(&w, &[DC01]).await, (format!("ErrorTimeout by {DC01}"), 10_000));
        let queries = server.queries();
        let at: Vec<_> =
            queries.iter().map(|entry| entry.time.duration_since(epoch()).as_millis()).collect();
        assert_eq!(at, [1, 1001, 2001, 4001, 8001]);
        assert!(queries.iter().all(|entry| entry.id == queries[0].id));
        assert!(queries.iter().all(|entry| entry.client == queries[0].client));
    });
}

#[test]
fn a_server_that_comes_back_is_heard_at_the_next_attempt() {
    play(|w| async move {
        let server = w.server(DC01, &contoso());
        server.stop().await;
        assert!(!server.is_running());
        let start_later = async {
            w.clock.sleep(std::time::Duration::from_millis(2500)).await;
            server.start().unwrap();
        };
        let resolver = w.resolver(MBX, &[DC01]);
        let asked = tokio::spawn({
            let resolver = resolver.clone();
            async move { resolver.addresses(&name("mail.contoso.example")).await }
        });
        start_later.await;
        assert_eq!(asked.await.unwrap().unwrap(), [ip("10.0.0.10")]);
        assert_eq!(w.since(epoch()).as_millis(), 4002);
        assert!(server.is_running());
    });
}

#[test]
fn who_refuses_or_fails_is_followed_by_the_next_at_once() {
    play(|w| async move {
        let _empty = w.server(DC02, &[]);
        let _server = w.server(DC01, &contoso());
        assert_eq!(ask(&w, &[DC02, DC01]).await, ("10.0.0.10".to_owned(), 4));
        assert_eq!(ask(&w, &[DC02]).await, (format!("ErrorRetry by {DC02}"), 2));
        assert_eq!(ask(&w, &[DC02, DC02]).await, (format!("ErrorRetry by {DC02}"), 2));
        // NS1 is silent: it still gets its time, and who refused is named.
        assert_eq!(ask(&w, &[DC02, NS1]).await, (format!("ErrorRetry by {DC02}"), 9002));
    });
}

#[test]
fn of_all_asked_at_once_the_one_that_knows_is_waited_for() {
    play(|w| async move {
        let _empty = w.server(DC02, &[]);
        let server = w.server(NS1, &contoso());
        let servers = ["10.0.0.61", "10.0.0.62", "10.0.0.63", DC02, NS1];
        assert_eq!(ask(&w, &servers).await, ("10.0.0.10".to_owned(), 4040));
        assert_eq!(server.queries().len(), 1);
    });
}

#[test]
fn a_name_error_is_final_whoever_says_it() {
    play(|w| async move {
        let _other = w.server(DC02, &[zone("contoso.example", &[])]);
        let server = w.server(DC01, &contoso());
        let told = ask(&w, &[DC02, DC01]).await;
        assert_eq!(told, (format!("InfoDomainNonexistent by {DC02}"), 2));
        assert!(server.queries().is_empty());
    });
}

#[test]
fn a_stopped_server_loses_datagrams_and_refuses_connections() {
    play(|w| async move {
        let server = w.server(DC01, &contoso());
        server.stop().await;
        assert_eq!(w.datagram(DC01, b"anything").await, None);
        let refused = w.host(MBX).connect("10.0.0.53:53".parse().unwrap()).await.unwrap_err();
        assert_eq!(refused.kind(), std::io::ErrorKind::ConnectionRefused);
        server.start().unwrap();
        let twice = server.start().unwrap_err();
        assert_eq!(twice.kind(), std::io::ErrorKind::AddrInUse);
        assert_eq!(ask(&w, &[DC01]).await, ("10.0.0.10".to_owned(), 2));
        drop(server);
        w.clock.sleep(std::time::Duration::from_millis(1)).await;
        assert_eq!(ask(&w, &[DC01]).await, (format!("ErrorTimeout by {DC01}"), 10_000));
    });
}

#[test]
fn a_server_whose_host_was_off_has_to_be_started_again() {
    play(|w| async move {
        let server = w.server(DC01, &contoso());
        w.host(DC01).set_power(false);
        assert_eq!(ask(&w, &[DC01]).await, (format!("ErrorTimeout by {DC01}"), 10_000));
        assert!(!server.is_running());
        assert!(server.start().is_err());
        w.host(DC01).set_power(true);
        server.start().unwrap();
        assert_eq!(ask(&w, &[DC01]).await, ("10.0.0.10".to_owned(), 2));
        w.host(MBX).set_power(false);
        assert_eq!(ask(&w, &[DC01]).await, ("ErrorRetry".to_owned(), 0));
    });
}

#[test]
fn a_firewall_that_drops_port_53_looks_like_a_silent_server() {
    play(|w| async move {
        let _public = w.server(NS1, &contoso());
        let mut rule = FirewallRule::new("no DNS", Direction::Out, Action::Drop);
        rule.ports = vec![53..=53];
        w.gateway.firewall(|firewall| firewall.insert(0, rule)).unwrap();
        assert_eq!(ask(&w, &[NS1]).await, (format!("ErrorTimeout by {NS1}"), 10_000));
        assert_eq!(w.gateway.firewall_log().len(), 5);
    });
}
