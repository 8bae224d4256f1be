//! Clients that mean no good: messages within messages, other protocols, no end of line, no end at all.

use std::time::Duration;

use tokio::io::AsyncWriteExt;

use crate::client::Client;
use crate::world::in_world;

const ENVELOPE: [&str; 4] =
    ["EHLO a", "MAIL FROM:<bo@fabrikam.com>", "RCPT TO:<anna@contoso.com>", "DATA"];

/// What some servers take for the end of a message, and RFC 5321 does not.
const FALSE_ENDS: [&str; 6] = ["\n.\n", "\n.\r\n", "\r\n.\n", "\r.\r\n", "\r.\r", "\r\n.\r"];

#[test]
fn a_message_smuggles_no_other_in() {
    for end in FALSE_ENDS {
        let delivered = in_world(async |world| {
            let mut client = Client::greeted(world).await;
            client.ask_all(ENVELOPE).await;
            let content = format!(
                "Subject: one\r\n\r\nHello{end}MAIL FROM:<ceo@contoso.com>\r\nRCPT TO:<anna@contoso.com>\r\nDATA\r\nSubject: two\r\n\r\nPay!"
            );
            let reply = client.ask(&format!("{content}\r\n.")).await;
            assert!(reply.starts_with("250 2.6.0 "), "{end:?}: {reply}");
            client.quit().await;
            world.delivered()
        });
        assert_eq!(delivered.len(), 1, "{end:?}");
        let text = String::from_utf8_lossy(&delivered[0].content).into_owned();
        assert!(text.contains("MAIL FROM:<ceo@contoso.com>"), "{end:?}: it is content");
    }
}

#[test]
fn bare_line_feeds_are_refused_where_the_connector_says_so() {
    in_world(async |world| {
        world.configure(|connector| connector.bare_linefeed_rejection_enabled = true);
        let mut client = Client::greeted(world).await;
        for end in FALSE_ENDS {
            client.ask_all(ENVELOPE).await;
            let reply = client.ask(&format!("Subject: one\r\n\r\nHello{end}QUIT\r\n.")).await;
            let expected = if end.contains("\n.\n") || end.starts_with('\n') || end == "\r\n.\n" {
                "550 5.6.11 SMTPSEND.BareLinefeedsAreIllegal; message contains bare linefeeds, which cannot be sent via DATA"
            } else {
                "250 2.6.0 "
            };
            assert!(reply.starts_with(expected), "{end:?}: {reply}");
        }
    });
}

#[test]
fn commands_may_end_with_a_bare_line_feed() {
    in_world(async |world| {
        let mut client = Client::greeted(world).await;
        client
            .send(b"EHLO a\nMAIL FROM:<bo@fabrikam.com>\nRCPT TO:<anna@contoso.com>\nDATA\n")
            .await;
        assert!(client.replies(4).await[3].starts_with("354 "));
        assert!(client.ask("Hello\r\n.").await.starts_with("250 "));
    });
}

#[test]
fn other_protocols_are_unknown_commands() {
    for said in [
        &b"GET / HTTP/1.1\r\nHost: mail.contoso.com\r\nUser-Agent: a\r\nAccept: */*\r\nX: y\r\n\r\n"[..],
        b"\x16\x03\x01\r\n\0\0\r\n\0\r\n\xFF\xFE\r\n\x01\r\n\x7F\r\n",
        b"\n\n\n\n\n\n",
    ] {
        in_world(async |world| {
            let mut client = Client::greeted(world).await;
            client.send(said).await;
            let replies = client.replies(7).await;
            assert!(replies[..5].iter().all(|reply| reply == "500 5.3.3 Unrecognized command"));
            assert!(replies[5].starts_with("421 ") && replies[6].is_empty(), "{replies:?}");
        });
    }
}

#[test]
fn a_line_without_end_is_waited_for_as_long_as_silence() {
    in_world(async |world| {
        let mut client = Client::greeted(world).await;
        client.send(&vec![b'x'; 1_000_000]).await;
        client.send(b"\r\n").await;
        assert_eq!(client.reply().await, "500 5.5.4 Line too long");
        client.send(&vec![b'x'; 1_000_000]).await;
        assert_eq!(client.reply().await, "421 4.4.1 Connection timed out");
    });
}

/// Whoever sends everything at once and closes the way there gets every answer on the way back.
#[test]
fn a_half_closed_connection_is_answered() {
    let (replies, log) = in_world(async |world| {
        let mut client = Client::greeted(world).await;
        let message = ENVELOPE.join("\r\n") + "\r\nHello\r\n.\r\nQUIT\r\n";
        client.send(message.as_bytes()).await;
        client.wire.shutdown().await.expect("it is open");
        let replies = client.replies(7).await;
        (replies, world.log())
    });
    assert!(replies[4].starts_with("250 2.6.0 ") && replies[5].starts_with("221 "), "{replies:?}");
    assert!(log.ends_with("-,,Local\n"), "{log}");
}

#[test]
fn what_ends_within_a_message_is_no_message() {
    for (is_reset, ending) in [(false, "-,,Remote\n"), (true, "-,,Remote(ConnectionReset)\n")] {
        let log = in_world(async |world| {
            let mut client = Client::greeted(world).await;
            client.ask_all(ENVELOPE).await;
            client.send(b"Subject: half\r\n\r\nHel").await;
            world.clock().sleep(Duration::from_secs(1)).await;
            if is_reset {
                client.wire.reset();
            } else {
                client.wire.shutdown().await.expect("it is open");
            }
            world.clock().sleep(Duration::from_mins(1)).await;
            assert!(world.delivered().is_empty());
            world.log()
        });
        assert!(log.ends_with(ending), "{log}");
    }
}

#[test]
fn a_hundred_thousand_pipelined_commands_are_answered() {
    in_world(async |world| {
        let mut client = Client::greeted(world).await;
        for _ in 0..100 {
            client.send(&b"NOOP\r\n".repeat(1000)).await;
            assert!(client.replies(1000).await.iter().all(|reply| reply == "250 2.0.0 OK"));
        }
        client.quit().await;
    });
}

/// The server stops reading while its answers are not taken, and gives up in the end.
#[test]
fn a_client_that_never_reads_is_left() {
    let (sent, log) = in_world(async |world| {
        let mut client = Client::greeted(world).await;
        let mut sent = 0;
        let more = b"HELP\r\n".repeat(1000);
        loop {
            let write = client.wire.write_all(&more);
            match world.clock().timeout(Duration::from_mins(12), write).await {
                Ok(Ok(())) => sent += more.len(),
                _ => break,
            }
        }
        (sent, world.log())
    });
    assert!(sent < 200_000, "{sent} octets were taken from a client that takes none");
    assert!(log.ends_with("-,,Local\n"), "{}", log.lines().last().unwrap_or_default());
}
