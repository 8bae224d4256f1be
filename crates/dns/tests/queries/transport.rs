//! UDP and TCP: what is cut off, and what is no query at all.

use dns::Zone;
use fabric::{Action, Direction, FirewallRule, Protocol};
use hickory_proto::op::{Edns, Message, MessageType, ResponseCode};

use crate::world::{DC01, DC02, MBX, NS1, World, play, query, zone};

/// A zone with 60 addresses of one name (about 1000 bytes) and 100 of another.
fn large() -> Zone {
    let mid = (0..60).map(|n| format!("mid A 192.0.2.{n}"));
    let large = (0..100).map(|n| format!("large A 192.0.2.{n}"));
    let lines: Vec<_> = mid.chain(large).collect();
    let lines: Vec<_> = lines.iter().map(String::as_str).collect();
    zone("contoso.example", &lines)
}

/// How many addresses are found, and after how many milliseconds.
async fn count(w: &World, server: &str, asked: &str) -> (usize, u128) {
    let (told, milliseconds) = w.told(&w.resolver(MBX, &[server]), asked, "A").await;
    (told.matches("192.0.2.").count(), milliseconds)
}

/// Blocks port 53 by TCP at the gateway.
fn block_tcp(w: &World, action: Action) {
    let mut rule = FirewallRule::new("no TCP", Direction::Out, action);
    rule.protocol = Some(Protocol::Tcp);
    rule.ports = vec![53..=53];
    w.gateway.firewall(|firewall| firewall.insert(0, rule)).expect("a new rule");
}

#[test]
fn what_does_not_fit_a_datagram_is_asked_for_by_tcp() {
    play(|w| async move {
        let server = w.server(DC01, &[large()]);
        let (found, milliseconds) = count(&w, DC01, "large.contoso.example").await;
        // 2 ms by UDP, 2 ms for the handshake, 2 ms by TCP.
        assert_eq!((found, milliseconds), (100, 6));
        let queries = server.queries();
        let sent: Vec<_> = queries.iter().map(|entry| (entry.transport, entry.answer)).collect();
        let [(Protocol::Udp, Some(cut)), (Protocol::Tcp, Some(whole))] = sent[..] else {
            panic!("{sent:?}");
        };
        assert!(cut.truncated && cut.answers < 40, "{cut:?}");
        assert!(!whole.truncated && whole.answers == 100, "{whole:?}");
        assert_eq!(queries[0].id, queries[1].id);
    });
}

#[test]
fn edns_lets_more_fit_a_datagram() {
    play(|w| async move {
        let _server = w.server(DC01, &[large()]);
        let reply = async |asked, payload: Option<u16>| {
            let mut message = query(7, asked, "A");
            if let Some(payload) = payload {
                let mut edns = Edns::new();
                edns.set_max_payload(payload);
                message.set_edns(edns);
            }
            let reply = w.exchange(DC01, &message).await;
            (reply.answers.len(), reply.metadata.truncation)
        };
        let mid = "mid.contoso.example";
        assert_eq!(reply(mid, None).await, (29, true));
        assert_eq!(reply(mid, Some(100)).await, (29, true));
        assert_eq!(reply(mid, Some(1232)).await, (60, false));
        assert!(reply("large.contoso.example", Some(4096)).await.1);
    });
}

#[test]
fn a_forwarder_is_asked_by_tcp_as_well() {
    play(|w| async move {
        let public = w.server(NS1, &[large()]);
        let _server = w.forwarder(DC01, &[], &[NS1]);
        // What fits 1232 bytes goes by UDP between the servers.
        assert_eq!(count(&w, DC01, "mid.contoso.example").await.0, 60);
        assert!(public.queries().iter().all(|entry| entry.transport == Protocol::Udp));
        assert_eq!(count(&w, DC01, "large.contoso.example").await.0, 100);
        assert!(public.queries().iter().any(|entry| entry.transport == Protocol::Tcp));
    });
}

#[test]
fn without_tcp_a_truncated_answer_is_of_no_use() {
    for (action, milliseconds) in [(Action::Drop, 4040), (Action::Reject, 80)] {
        play(|w| async move {
            let _public =
                w.server(NS1, &[large(), zone("fabrikam.example", &["mail A 192.0.2.1"])]);
            block_tcp(&w, action);
            let told = async |asked| w.told(&w.resolver(MBX, &[NS1]), asked, "A").await;
            assert_eq!(told("mail.fabrikam.example").await, ("192.0.2.1".to_owned(), 40));
            let failed = (format!("ErrorRetry by {NS1}"), milliseconds);
            assert_eq!(told("large.contoso.example").await, failed);
        });
    }
}

#[test]
fn without_tcp_the_next_server_is_asked() {
    play(|w| async move {
        let _public = w.server(NS1, &[large()]);
        let _inside = w.server(DC01, &[large()]);
        block_tcp(&w, Action::Reject);
        let resolver = w.resolver(MBX, &[NS1, DC01]);
        let (told, milliseconds) = w.told(&resolver, "large.contoso.example", "A").await;
        assert_eq!((told.matches("192.0.2.").count(), milliseconds), (100, 86));
    });
}

#[test]
fn a_session_takes_several_queries_and_ends_at_nonsense() {
    play(|w| async move {
        let _server = w.server(DC01, &[zone("contoso.example", &["mail A 192.0.2.10"])]);
        let framed =
            |bytes: &[u8]| [&u16::try_from(bytes.len()).unwrap().to_be_bytes(), bytes].concat();
        let asked = |id| framed(&query(id, "mail.contoso.example", "A").to_vec().unwrap());
        let mut received = w.session(DC01, &[asked(1), asked(2), framed(b"x")].concat()).await;
        let mut ids = Vec::new();
        while !received.is_empty() {
            let length = usize::from(u16::from_be_bytes([received[0], received[1]]));
            let reply = Message::from_vec(&received[2..2 + length]).unwrap();
            assert_eq!(reply.answers.len(), 1);
            ids.push(reply.metadata.id);
            received.drain(..2 + length);
        }
        assert_eq!(ids, [1, 2]);
        assert!(w.session(DC01, &[0]).await.is_empty());
        assert!(w.session(DC01, &[0, 20, 1, 2]).await.is_empty());
    });
}

#[test]
fn what_is_no_query_is_not_answered_and_what_cannot_be_read_is() {
    play(|w| async move {
        let server = w.server(DC01, &[]);
        assert_eq!(w.datagram(DC01, b"short").await, None);
        let mut reply = query(7, "mail.contoso.example", "A");
        reply.metadata.message_type = MessageType::Response;
        assert_eq!(w.datagram(DC01, &reply.to_vec().unwrap()).await, None);
        assert!(server.queries().is_empty());
        let broken = [&[0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0][..], &[63, b'x']].concat();
        let answer = Message::from_vec(&w.datagram(DC01, &broken).await.unwrap()).unwrap();
        assert_eq!(answer.metadata.id, 7);
        assert_eq!(answer.metadata.response_code, ResponseCode::FormErr);
        assert_eq!(server.queries()[0].question, None);
    });
}

#[test]
fn a_reply_of_somebody_else_or_to_another_question_is_ignored() {
    play(|w| async move {
        // Nobody answers on DC02 but this: a wrong id, a wrong question, bytes, then the answer.
        let socket = w.host(DC02).bind_udp(format!("{DC02}:53").parse().unwrap()).unwrap();
        let stranger = w.host(DC01).bind_udp(format!("{DC01}:53").parse().unwrap()).unwrap();
        let liar = tokio::spawn(async move {
            let mut buffer = vec![0; 512];
            let (length, client) = socket.recv_from(&mut buffer).await.unwrap();
            let mut reply = Message::from_vec(&buffer[..length]).unwrap().into_response();
            stranger.send_to(&reply.to_vec().unwrap(), client).await.unwrap();
            let id = reply.metadata.id;
            reply.metadata.id = id.wrapping_add(1);
            socket.send_to(&reply.to_vec().unwrap(), client).await.unwrap();
            reply.metadata.id = id;
            let own = std::mem::replace(&mut reply.queries, query(0, "x.example", "A").queries);
            socket.send_to(&reply.to_vec().unwrap(), client).await.unwrap();
            socket.send_to(b"nonsense", client).await.unwrap();
            reply.queries = own;
            reply.metadata.response_code = ResponseCode::NXDomain;
            socket.send_to(&reply.to_vec().unwrap(), client).await.unwrap();
        });
        let told = w.told(&w.resolver(MBX, &[DC02]), "mail.contoso.example", "A").await;
        assert_eq!(told, (format!("InfoDomainNonexistent by {DC02}"), 2));
        liar.await.unwrap();
    });
}
