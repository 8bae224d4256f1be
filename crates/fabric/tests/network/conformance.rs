//! One table of situations, the same outcomes in SIM and LIVE.
//!
//! A situation says in a line what the programs and the firewall's log saw. Times are checked inside
//! the situations as lower bounds, since in LIVE the machine adds its own (exact times: `timing.rs`).

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::time::Duration;

use fabric::{
    Action, Clock, FirewallLogEntry, Link, Listener, Network, Ports, Protocol, Seed, TcpStream,
    Verdict,
};
use jiff::Timestamp;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::world::{SECOND, World, at, epoch, forward, ip};

impl World {
    fn log(&self) -> String {
        let line = |entry: &FirewallLogEntry| format!("{:?}", entry.action);
        let log = self.gateway.firewall_log();
        format!("log {:?}", log.iter().map(line).collect::<Vec<_>>())
    }

    /// A session from outside through the port forward.
    async fn session(&self) -> io::Result<(Listener, TcpStream, TcpStream)> {
        let listener = self.mbx.listen_port(25)?;
        let client = self.mta.connect(at("203.0.113.20:25")).await?;
        let server = listener.accept().await?;
        Ok((listener, client, server))
    }

    fn since(&self, start: Timestamp) -> Duration {
        self.clock.now().duration_since(start).unsigned_abs()
    }

    /// A failed attempt from outside to port 25: what kind of failure, after at least that long.
    async fn refusal(&self, least: Duration) -> String {
        let start = self.clock.now();
        let result = self.mta.connect(at("203.0.113.20:25")).await;
        let waited = self.since(start);
        assert!(waited >= least, "{result:?} after {waited:?}");
        outcome(result.map(drop))
    }
}

fn outcome(result: io::Result<()>) -> String {
    match result {
        Ok(()) => "ok".to_owned(),
        Err(error) => format!("{:?}", error.kind()),
    }
}

/// What a read gives: text, the end, or an error.
async fn heard(stream: &mut TcpStream) -> String {
    let mut buffer = [0; 100];
    match stream.read(&mut buffer).await {
        Ok(0) => "end".to_owned(),
        Ok(length) => String::from_utf8_lossy(&buffer[..length]).into_owned(),
        Err(error) => format!("{:?}", error.kind()),
    }
}

type Told = Pin<Box<dyn Future<Output = io::Result<String>>>>;

/// What happens, how it is played, and what it looks like.
type Situation = (&'static str, fn(World) -> Told, &'static str);

const SITUATIONS: &[Situation] = &[
    (
        "a port forward leads inside, and both ends see virtual addresses",
        |w| Box::pin(accepted(w)),
        "client 198.51.100.7 to 203.0.113.20:25, server 10.0.0.10:25 from 198.51.100.7, \
         same port true, 220, log []",
    ),
    (
        "source NAT shows the public address and keeps the port",
        |w| Box::pin(translated(w)),
        "client 10.0.0.11, server sees 203.0.113.20, same port true",
    ),
    ("a drop times out", |w| Box::pin(dropped(w)), "TimedOut, log [\"Drop\", \"Drop\", \"Drop\"]"),
    ("a reject refuses", |w| Box::pin(rejected(w)), "ConnectionRefused, log [\"Reject\"]"),
    ("a port without listener refuses", |w| Box::pin(no_listener(w)), "ConnectionRefused, log []"),
    ("nobody there, nothing forwarded", |w| Box::pin(nobody(w)), "TimedOut, TimedOut, log []"),
    (
        "a way that opens is found by a repeated SYN",
        |w| Box::pin(opened_meanwhile(w)),
        "ok, log [\"Drop\", \"Drop\"]",
    ),
    (
        "a firewall resets both ends after so many bytes",
        |w| Box::pin(reset_by_firewall(w)),
        "220 ready!, log [], client ConnectionReset, server ConnectionReset, \
         log [\"Reset { after_bytes: 10 }\"]",
    ),
    (
        "an end resets the session",
        |w| Box::pin(reset_by_end(w)),
        "own ConnectionReset, peer ConnectionReset, ConnectionReset, accepted late ConnectionReset",
    ),
    ("FIN ends the reading", |w| Box::pin(finished(w)), "221, end, end, write ConnectionReset"),
    ("a half-closed session still answers", |w| Box::pin(half_closed(w)), "end, 250, end"),
    (
        "an end dropped with bytes unread resets its peer",
        |w| Box::pin(dropped_unread(w)),
        "421, ConnectionReset",
    ),
    (
        "a change of rules or forwards is for new connections",
        |w| Box::pin(changed(w)),
        "TimedOut, TimedOut, still here",
    ),
    (
        "a datagram's answer comes back through NAT and forward",
        |w| Box::pin(asked(w)),
        "asked from 203.0.113.20 same port true, answer from 198.51.100.7:53; \
         asked from 198.51.100.7 same port true, answer from 203.0.113.20:53",
    ),
    ("a dropped datagram is lost", |w| Box::pin(datagram_dropped(w)), "nothing, log [\"Drop\"]"),
    (
        "a host that goes down",
        |w| Box::pin(switched_off(w)),
        "client ConnectionReset, server ConnectionReset, accept NetworkDown, recv NetworkDown, \
         from it NetworkDown, to it TimedOut, on again ConnectionRefused, listening again ok",
    ),
    (
        "ports are taken, foreign and free again",
        |w| Box::pin(taken(w)),
        "AddrInUse, AddrNotAvailable, AddrNotAvailable, AddrInUse, chosen true, \
         closed ConnectionRefused, waiting ConnectionReset, again ok",
    ),
];

async fn accepted(w: World) -> io::Result<String> {
    let (_listener, mut client, mut server) = w.session().await?;
    server.write_all(b"220").await?;
    Ok(format!(
        "client {} to {}, server {} from {}, same port {}, {}, {}",
        client.local_addr().ip(),
        client.peer_addr(),
        server.local_addr(),
        server.peer_addr().ip(),
        client.local_addr().port() == server.peer_addr().port(),
        heard(&mut client).await,
        w.log()
    ))
}

async fn translated(w: World) -> io::Result<String> {
    let listener = w.mta.listen_port(25)?;
    let client = w.mbx.connect_from(ip("10.0.0.11"), at("198.51.100.7:25")).await?;
    let server = listener.accept().await?;
    let attempts = w.network.connections();
    assert_eq!(attempts.len(), 1);
    assert_eq!((attempts[0].from, attempts[0].seen_as), (client.local_addr(), server.peer_addr()));
    Ok(format!(
        "client {}, server sees {}, same port {}",
        client.local_addr().ip(),
        server.peer_addr().ip(),
        client.local_addr().port() == server.peer_addr().port()
    ))
}

async fn dropped(w: World) -> io::Result<String> {
    let _listener = w.mbx.listen_port(25)?;
    w.judge(Action::Drop);
    let refusal = w.refusal(21 * SECOND).await;
    Ok(format!("{refusal}, {}", w.log()))
}

async fn rejected(w: World) -> io::Result<String> {
    let _listener = w.mbx.listen_port(25)?;
    w.judge(Action::Reject);
    let refusal = w.refusal(Duration::from_millis(40)).await;
    Ok(format!("{refusal}, {}", w.log()))
}

async fn no_listener(w: World) -> io::Result<String> {
    let _other = w.mbx.listen(at("10.0.0.11:25"))?;
    let refusal = w.refusal(Duration::from_millis(40)).await;
    Ok(format!("{refusal}, {}", w.log()))
}

async fn nobody(w: World) -> io::Result<String> {
    let nobody = outcome(w.mta.connect(at("192.0.2.1:25")).await.map(drop));
    let unforwarded = outcome(w.mta.connect(at("203.0.113.20:587")).await.map(drop));
    Ok(format!("{nobody}, {unforwarded}, {}", w.log()))
}

async fn opened_meanwhile(w: World) -> io::Result<String> {
    let _listener = w.mbx.listen_port(25)?;
    w.judge(Action::Drop);
    let open = async {
        while w.gateway.firewall_log().len() < 2 {
            w.clock.sleep(SECOND).await;
        }
        w.judge(Action::Allow);
    };
    // On a busy machine both may be due at once: then the way opens first.
    let ((), result) = tokio::join!(biased; open, w.refusal(9 * SECOND));
    let attempts = w.network.connections();
    assert_eq!((attempts.len(), &attempts[0].verdict), (1, &Verdict::Accepted));
    Ok(format!("{result}, {}", w.log()))
}

async fn reset_by_firewall(w: World) -> io::Result<String> {
    w.judge(Action::Reset { after_bytes: 10 });
    // Nothing listens yet, so there is no session to reset.
    assert_eq!(w.refusal(Duration::from_millis(40)).await, "ConnectionRefused");
    let (_listener, mut client, mut server) = w.session().await?;
    server.write_all(b"220 ready!").await?;
    let before = format!("{}, {}", heard(&mut client).await, w.log());
    client.write_all(b"EHLO").await?;
    let client = heard(&mut client).await;
    let server = heard(&mut server).await;
    Ok(format!("{before}, client {client}, server {server}, {}", w.log()))
}

async fn reset_by_end(w: World) -> io::Result<String> {
    let (listener, mut client, mut server) = w.session().await?;
    server.reset();
    let own = heard(&mut server).await;
    let peer = heard(&mut client).await;
    let write = outcome(client.write_all(b"QUIT").await);
    let mut early = w.mta.connect(at("203.0.113.20:25")).await?;
    early.reset();
    let accepted = heard(&mut listener.accept().await?).await;
    Ok(format!("own {own}, peer {peer}, {write}, accepted late {accepted}"))
}

async fn finished(w: World) -> io::Result<String> {
    let (_listener, mut client, mut server) = w.session().await?;
    server.write_all(b"221").await?;
    drop(server);
    let heard =
        [heard(&mut client).await, heard(&mut client).await, heard(&mut client).await].join(", ");
    client.write_all(b"first").await?;
    let mut write = Ok(());
    while write.is_ok() {
        w.clock.sleep(SECOND).await;
        write = client.write_all(b"more").await;
    }
    Ok(format!("{heard}, write {}", outcome(write)))
}

async fn half_closed(w: World) -> io::Result<String> {
    let (_listener, mut client, mut server) = w.session().await?;
    client.shutdown().await?;
    let question = heard(&mut server).await;
    server.write_all(b"250").await?;
    server.shutdown().await?;
    Ok(format!("{question}, {}, {}", heard(&mut client).await, heard(&mut client).await))
}

async fn dropped_unread(w: World) -> io::Result<String> {
    let (_listener, mut client, mut server) = w.session().await?;
    client.write_all(b"MAIL FROM").await?;
    // One byte read proves that the others have arrived.
    server.read_u8().await?;
    server.write_all(b"421").await?;
    drop(server);
    Ok(format!("{}, {}", heard(&mut client).await, heard(&mut client).await))
}

async fn changed(w: World) -> io::Result<String> {
    let (_listener, mut client, mut server) = w.session().await?;
    w.judge(Action::Drop);
    let dropped = w.refusal(21 * SECOND).await;
    w.judge(Action::Allow);
    let smtp = forward(Protocol::Tcp, 25).public;
    w.gateway.remove_forward(Protocol::Tcp, smtp).map_err(io::Error::other)?;
    let unforwarded = w.refusal(21 * SECOND).await;
    server.write_all(b"still here").await?;
    Ok(format!("{dropped}, {unforwarded}, {}", heard(&mut client).await))
}

async fn asked(w: World) -> io::Result<String> {
    // A firewall that lets no datagram in still lets answers through.
    w.change(|rule| rule.ports = vec![53..=53]);
    let mut told = Vec::new();
    for (asker, asked, to) in
        [(&w.mbx, &w.mta, "198.51.100.7:53"), (&w.mta, &w.mbx, "203.0.113.20:53")]
    {
        let server = asked.bind_udp(SocketAddr::new(asked.addresses()[0], 53))?;
        let client = asker.bind_udp(SocketAddr::new(asker.addresses()[0], 0))?;
        client.send_to(b"question", at(to)).await?;
        let mut buffer = [0; 100];
        let (length, from) = server.recv_from(&mut buffer).await?;
        assert_eq!(&buffer[..length], b"question");
        server.send_to(b"answer", from).await?;
        let mut short = [0; 3];
        let (length, answered) = client.recv_from(&mut short).await?;
        assert_eq!((length, &short), (3, b"ans"));
        let same = from.port() == client.local_addr().port();
        told.push(format!("asked from {} same port {same}, answer from {answered}", from.ip()));
    }
    assert_eq!(w.log(), "log []");
    Ok(told.join("; "))
}

async fn datagram_dropped(w: World) -> io::Result<String> {
    w.judge(Action::Drop);
    let server = w.mbx.bind_udp(at("10.0.0.10:53"))?;
    let client = w.mta.bind_udp(at("198.51.100.7:0"))?;
    client.send_to(b"question", at("203.0.113.20:53")).await?;
    let mut buffer = [0; 100];
    let heard = match w.clock.timeout(20 * SECOND, server.recv_from(&mut buffer)).await {
        Ok(_) => "something",
        Err(_) => "nothing",
    };
    Ok(format!("{heard}, {}", w.log()))
}

async fn switched_off(w: World) -> io::Result<String> {
    let (listener, mut client, mut server) = w.session().await?;
    let socket = w.mbx.bind_udp(at("10.0.0.10:53"))?;
    let down = async {
        w.clock.sleep(SECOND).await;
        w.mbx.set_power(false);
    };
    let mut buffer = [0; 10];
    let (client, server, accept, recv, ()) = tokio::join!(
        heard(&mut client),
        heard(&mut server),
        listener.accept(),
        socket.recv_from(&mut buffer),
        down
    );
    let from_it = outcome(w.mbx.connect(at("198.51.100.7:25")).await.map(drop));
    let to_it = w.refusal(21 * SECOND).await;
    w.mbx.set_power(true);
    let on_again = w.refusal(Duration::from_millis(40)).await;
    let again = w.mbx.listen_port(25)?;
    let socket_again = w.mbx.bind_udp(at("10.0.0.10:53"))?;
    drop((listener, socket));
    socket_again.send_to(b"x", at("198.51.100.7:53")).await?;
    let listening = outcome(w.mta.connect(at("203.0.113.20:25")).await.map(drop));
    again.accept().await?;
    Ok(format!(
        "client {client}, server {server}, accept {}, recv {}, from it {from_it}, to it {to_it}, \
         on again {on_again}, listening again {listening}",
        outcome(accept.map(drop)),
        outcome(recv.map(drop)),
    ))
}

async fn taken(w: World) -> io::Result<String> {
    let listener = w.mbx.listen(at("10.0.0.10:25"))?;
    let in_use = outcome(w.mbx.listen_port(25).map(drop));
    let foreign = outcome(w.mbx.listen(at("198.51.100.7:25")).map(drop));
    let foreign_udp = outcome(w.mbx.bind_udp(at("198.51.100.7:53")).map(drop));
    let socket = w.mbx.bind_udp(at("10.0.0.10:53"))?;
    let udp_in_use = outcome(w.mbx.bind_udp(at("10.0.0.10:53")).map(drop));
    let chosen = w.mbx.listen(at("10.0.0.10:0"))?.local_addrs()[0].port() >= 49152
        && w.mbx.bind_udp(at("10.0.0.10:0"))?.local_addr().port() >= 49152;
    let mut waiting = w.mta.connect(at("203.0.113.20:25")).await?;
    // Accepted by the system, but not by the program.
    w.clock.sleep(20 * SECOND).await;
    drop((listener, socket));
    let closed = w.refusal(Duration::from_millis(40)).await;
    let waiting = heard(&mut waiting).await;
    let _again = (w.mbx.listen_port(25)?, w.mbx.bind_udp(at("10.0.0.10:53"))?);
    let again = outcome(w.mta.connect(at("203.0.113.20:25")).await.map(drop));
    Ok(format!(
        "{in_use}, {foreign}, {foreign_udp}, {udp_in_use}, chosen {chosen}, closed {closed}, \
         waiting {waiting}, again {again}"
    ))
}

#[test]
fn every_situation_in_memory() {
    for (name, play, expected) in SITUATIONS {
        let told = fabric::simulation(async {
            let clock = Clock::simulated(epoch());
            let network = Network::simulated(clock, Seed(1));
            play(World::build(network, Link::ELSEWHERE).unwrap()).await
        });
        assert_eq!(told.unwrap(), *expected, "SIM: {name}");
    }
}

#[test]
fn every_situation_on_loopback_sockets() {
    for (name, play, expected) in SITUATIONS {
        let told = fabric::live(async {
            let clock = Clock::live(epoch(), 2000).unwrap();
            let network = Network::live(clock.clone(), Seed(1), Ports::Free);
            // Ten hours at this speed are 18 seconds.
            let world = World::build(network, Link::ELSEWHERE).unwrap();
            clock.timeout(10 * 3600 * SECOND, play(world)).await
        });
        let told = told.unwrap().unwrap_or_else(|_| panic!("LIVE: {name}: it hangs"));
        assert_eq!(told.unwrap(), *expected, "LIVE: {name}");
    }
}
