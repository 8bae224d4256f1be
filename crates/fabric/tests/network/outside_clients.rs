//! LIVE: what programs outside the lab meet, such as swaks, openssl or dig.

use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};

use fabric::{Action, Clock, Direction, Link, Network, Ports, Protocol, Seed, Verdict};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpSocket;

use crate::world::{SECOND, World, at, epoch, forward, ip, net};

/// Plays a story in a world where programs from outside count as `mta`.
fn play<F: Future<Output = ()>>(story: impl FnOnce(World) -> F) {
    let told = fabric::live(async {
        let clock = Clock::live(epoch(), 500).expect("a possible speed");
        let network = Network::live(clock.clone(), Seed(1), Ports::Free);
        network.set_outside_address(Some(ip("198.51.100.7")));
        let world = World::build(network, Link::ELSEWHERE).expect("the world can be built");
        clock.timeout(10_000 * SECOND, story(world)).await
    });
    told.expect("a runtime").expect("the story ends");
}

impl World {
    /// A client from outside: from 127.0.0.1, or from the address that stands for a host.
    async fn client(&self, source: &str) -> io::Result<tokio::net::TcpStream> {
        let source = self.network.loopback_of(ip(source)).map_or(ip("127.0.0.1"), IpAddr::V4);
        let real = self.network.real_endpoint(Protocol::Tcp, at("203.0.113.20:25"));
        let socket = TcpSocket::new_v4()?;
        socket.bind(SocketAddr::new(source, 0))?;
        socket.connect(real.expect("the forward is open")).await
    }

    /// Gives the doors time to open or close.
    async fn settle(&self) {
        self.clock.sleep(10 * SECOND).await;
    }
}

#[test]
fn a_client_counts_as_the_outside_host_or_as_the_one_whose_address_it_binds() {
    play(|w| async move {
        let listener = w.mbx.listen_port(25).unwrap();
        for (source, seen) in [("127.0.0.1", "198.51.100.7"), ("198.51.100.8", "198.51.100.8")] {
            let mut client = w.client(source).await.unwrap();
            let mut server = listener.accept().await.unwrap();
            assert_eq!(server.peer_addr().ip(), ip(seen));
            assert_eq!(server.peer_addr().port(), client.local_addr().unwrap().port());
            assert_eq!(server.local_addr(), at("10.0.0.10:25"));
            server.write_all(b"220").await.unwrap();
            drop(server);
            let mut greeting = String::new();
            client.read_to_string(&mut greeting).await.unwrap();
            assert_eq!(greeting, "220");
        }
        let attempts = w.network.connections();
        assert_eq!(attempts.len(), 2);
        assert!(attempts.iter().all(|attempt| attempt.verdict == Verdict::Accepted));
    });
}

#[test]
fn a_client_that_stands_for_nobody_is_reset() {
    play(|w| async move {
        let _listener = w.mbx.listen_port(25).unwrap();
        w.network.set_outside_address(None);
        w.settle().await;
        let mut client = w.client("127.0.0.1").await.unwrap();
        let read = client.read_u8().await;
        assert_eq!(read.unwrap_err().kind(), io::ErrorKind::ConnectionReset);
    });
}

#[test]
fn when_nobody_may_get_through_the_system_itself_refuses_or_keeps_silent() {
    play(|w| async move {
        let patience = 100 * SECOND;
        let _listener = w.mbx.listen_port(25).unwrap();
        for _ in 0..2 {
            w.judge(Action::Reject);
            w.settle().await;
            let refused = w.client("127.0.0.1").await.unwrap_err();
            assert_eq!(refused.kind(), io::ErrorKind::ConnectionRefused);
            w.judge(Action::Drop);
            w.settle().await;
            assert!(w.clock.timeout(patience, w.client("127.0.0.1")).await.is_err());
            w.judge(Action::Allow);
            w.settle().await;
            w.client("127.0.0.1").await.unwrap();
        }
        w.mbx.set_power(false);
        w.settle().await;
        assert!(w.clock.timeout(patience, w.client("127.0.0.1")).await.is_err());
    });
}

#[test]
fn a_forward_that_is_removed_closes_its_port_and_opens_it_again_when_it_comes_back() {
    play(|w| async move {
        let _listener = w.mbx.listen_port(25).unwrap();
        let smtp = forward(Protocol::Tcp, 25);
        let before = w.network.real_endpoint(Protocol::Tcp, smtp.public);
        w.gateway.remove_forward(Protocol::Tcp, smtp.public).unwrap();
        let refused = w.client("127.0.0.1").await.unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::ConnectionRefused);
        w.gateway.add_forward(smtp).unwrap();
        assert_eq!(w.network.real_endpoint(Protocol::Tcp, smtp.public), before);
        w.client("127.0.0.1").await.unwrap();
    });
}

#[test]
fn when_others_may_get_through_a_dropped_client_hears_nothing() {
    play(|w| async move {
        let listener = w.mbx.listen_port(25).unwrap();
        w.change(|rule| rule.sources = vec![net("198.51.100.8/32")]);
        w.settle().await;
        let start = w.clock.now();
        let mut dropped = w.client("127.0.0.1").await.unwrap();
        w.client("198.51.100.8").await.unwrap();
        assert_eq!(listener.accept().await.unwrap().peer_addr().ip(), ip("198.51.100.8"));
        let read = dropped.read_u8().await;
        assert_eq!(read.unwrap_err().kind(), io::ErrorKind::ConnectionReset);
        assert!(w.clock.now().duration_since(start).as_secs() >= 21);
        assert_eq!(w.gateway.firewall_log().len(), 1);
    });
}

#[test]
fn when_others_may_get_through_a_rejected_client_is_reset() {
    play(|w| async move {
        let _listener = w.mbx.listen_port(25).unwrap();
        w.change(|rule| rule.sources = vec![net("198.51.100.8/32")]);
        w.gateway.firewall(|firewall| {
            firewall.set_default_action(Direction::In, Action::Reject);
        });
        w.settle().await;
        let mut rejected = w.client("127.0.0.1").await.unwrap();
        let read = rejected.read_u8().await;
        assert_eq!(read.unwrap_err().kind(), io::ErrorKind::ConnectionReset);
        assert_eq!(w.gateway.firewall_log()[0].rule, None);
    });
}

#[test]
fn a_firewall_resets_a_session_with_a_client_as_well() {
    play(|w| async move {
        w.judge(Action::Reset { after_bytes: 6 });
        w.settle().await;
        let listener = w.mbx.listen_port(25).unwrap();
        w.settle().await;
        let mut client = w.client("127.0.0.1").await.unwrap();
        let mut server = listener.accept().await.unwrap();
        server.write_all(b"220").await.unwrap();
        let mut buffer = [0; 3];
        client.read_exact(&mut buffer).await.unwrap();
        client.write_all(b"EHLO").await.unwrap();
        let read = server.read(&mut [0; 10]).await;
        assert_eq!(read.unwrap_err().kind(), io::ErrorKind::ConnectionReset);
        assert_eq!(client.read_u8().await.unwrap_err().kind(), io::ErrorKind::ConnectionReset);
        let mut client = w.client("127.0.0.1").await.unwrap();
        let mut server = listener.accept().await.unwrap();
        server.write_all(b"220 too much").await.unwrap();
        assert_eq!(client.read_u8().await.unwrap_err().kind(), io::ErrorKind::ConnectionReset);
        assert_eq!(w.gateway.firewall_log().len(), 2);
        assert_eq!(w.gateway.firewall_log()[0].action, Action::Reset { after_bytes: 6 });
    });
}

#[test]
fn a_datagram_from_outside_is_answered_by_the_socket_that_it_was_sent_to() {
    play(|w| async move {
        let server = w.mbx.bind_udp(at("10.0.0.10:53")).unwrap();
        let real = w.network.real_endpoint(Protocol::Udp, at("203.0.113.20:53")).unwrap();
        let client = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
        client.set_nonblocking(true).unwrap();
        let client = tokio::net::UdpSocket::from_std(client).unwrap();
        client.send_to(b"question", real).await.unwrap();
        let mut buffer = [0; 100];
        let (length, from) = server.recv_from(&mut buffer).await.unwrap();
        assert_eq!((&buffer[..length], from.ip()), (&b"question"[..], ip("198.51.100.7")));
        server.send_to(b"answer", from).await.unwrap();
        let (length, answered) = client.recv_from(&mut buffer).await.unwrap();
        assert_eq!((&buffer[..length], answered), (&b"answer"[..], real));
    });
}

#[test]
fn the_tables_show_what_stands_for_what() {
    play(|w| async move {
        let _listener = w.mbx.listen_port(25).unwrap();
        let addresses: Vec<_> =
            w.network.loopback_addresses().iter().map(|pair| format!("{pair:?}")).collect();
        assert_eq!(
            addresses,
            [
                "(203.0.113.20, 127.25.0.1)",
                "(10.0.0.10, 127.25.0.2)",
                "(10.0.0.11, 127.25.0.3)",
                "(198.51.100.7, 127.25.0.4)",
                "(198.51.100.8, 127.25.0.5)"
            ]
        );
        let served: Vec<_> =
            w.network.endpoints().iter().map(|e| (e.protocol, e.address)).collect();
        assert_eq!(
            served,
            [
                (Protocol::Tcp, at("10.0.0.10:25")),
                (Protocol::Tcp, at("10.0.0.11:25")),
                (Protocol::Tcp, at("203.0.113.20:25")),
                (Protocol::Udp, at("203.0.113.20:53"))
            ]
        );
    });
}
