//! LIVE: `dig`, a client that knows nothing of the lab, over loopback sockets.

use std::io::Write;
use std::process::Command;
use std::thread;

use dns::{DnsServer, Zone};
use fabric::{Clock, Network, Ports, Protocol, Seed, live};

use crate::world::{DC01, MBX, NS1, World, epoch, ip, zone};

/// What `dig` prints; `None` when this machine has no `dig`.
async fn dig(w: &World, server: &str, arguments: &str) -> Option<String> {
    let at = std::net::SocketAddr::new(ip(server), 53);
    let real = w.network.real_endpoint(Protocol::Udp, at).expect("it is served");
    let tcp = w.network.real_endpoint(Protocol::Tcp, at).expect("it is served");
    assert_eq!(real, tcp, "dig comes back by TCP to the same port");
    let mut command = Command::new("dig");
    command.args([format!("@{}", real.ip()), format!("-p{}", real.port())]);
    command.args(["+tries=1", "+time=5"]).args(arguments.split(' '));
    let (done, printed) = tokio::sync::oneshot::channel();
    // A thread of its own, since the server runs on this one.
    thread::spawn(move || done.send(command.output()));
    let output = match printed.await.expect("the thread sends") {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return None,
        output => output.expect("dig runs"),
    };
    let printed = String::from_utf8(output.stdout).expect("dig prints text");
    assert!(output.status.success(), "dig {arguments}: {printed}");
    Some(printed)
}

fn servers(w: &World) -> [DnsServer; 2] {
    let lines: Vec<_> = (0..100).map(|n| format!("large A 192.0.2.{n}")).collect();
    let mut lines: Vec<_> = lines.iter().map(String::as_str).collect();
    lines.extend(["mail A 10.0.0.10", "@ TXT \"v=spf1 -all\"", "www CNAME mail.fabrikam.example."]);
    let public = zone("fabrikam.example", &["mail A 192.0.2.20"]);
    let zones: [Zone; 1] = [zone("contoso.example", &lines)];
    [w.server(NS1, &[public]), w.forwarder(DC01, &zones, &[NS1])]
}

#[test]
fn dig_is_answered_by_udp_and_tcp() {
    let told = live(async {
        let clock = Clock::live(epoch(), 1).expect("a possible speed");
        let network = Network::live(clock, Seed(1), Ports::Free);
        network.set_outside_address(Some(ip(MBX)));
        let w = World::build(network);
        let [public, inside] = servers(&w);
        let Some(version) = dig(&w, DC01, "mail.contoso.example A").await else {
            return false;
        };
        assert!(
            version.contains("status: NOERROR") && version.contains("qr aa rd ra"),
            "{version}"
        );
        assert!(version.contains("EDNS: version: 0") && version.contains("udp: 1232"), "{version}");
        // Arguments, the number of lines, and what one of them holds.
        let table = [
            ("+short mail.contoso.example A", 1, "10.0.0.10"),
            ("+short +tcp mail.contoso.example A", 1, "10.0.0.10"),
            ("+short contoso.example TXT", 1, "\"v=spf1 -all\""),
            ("+short large.contoso.example A", 100, "192.0.2.99"),
            ("+short +tcp large.contoso.example A", 100, "192.0.2.99"),
            ("+short +noedns large.contoso.example A", 100, "192.0.2.99"),
            ("+short www.contoso.example A", 2, "192.0.2.20"),
            ("+short -x 192.0.2.1", 0, ""),
        ];
        for (arguments, lines, held) in table {
            let printed = dig(&w, DC01, arguments).await.expect("it was there before");
            assert_eq!(printed.lines().count(), lines, "{arguments}: {printed}");
            assert!(printed.contains(held), "{arguments}: {printed}");
        }
        let gone = dig(&w, DC01, "x.contoso.example A").await.expect("it was there before");
        assert!(gone.contains("status: NXDOMAIN") && gone.contains("SOA"), "{gone}");
        let refused = dig(&w, NS1, "mail.contoso.example A").await.expect("it was there before");
        assert!(refused.contains("status: REFUSED"), "{refused}");
        let cut = dig(&w, DC01, "+ignore +noedns large.contoso.example A").await.expect("dig");
        assert!(cut.contains("tc"), "{cut}");
        assert!(inside.queries().iter().any(|entry| entry.transport == Protocol::Tcp));
        assert!(!public.queries().is_empty());
        true
    });
    if !told.expect("a runtime") {
        // Not a macro: the harness shows what those print of failed tests only.
        let words = "NOT TESTED: this machine has no dig, so no outside client asked the server";
        writeln!(std::io::stderr().lock(), "{words}").expect("standard error is open");
    }
}
