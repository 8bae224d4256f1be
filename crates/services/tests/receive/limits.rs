//! The limits of a Receive connector, with the product's replies.

use std::time::Duration;

use exchange::nouns::receive_connector::MessageRateSource;
use exchange::quantity::{ByteSize, TimeSpan, Unlimited};

use crate::client::{Client, address};
use crate::world::in_world;

const MAIL: &str = "MAIL FROM:<bo@fabrikam.com>";
const RCPT: &str = "RCPT TO:<anna@contoso.com>";

#[test]
fn recipients_beyond_the_limit_are_left_for_another_message() {
    in_world(async |world| {
        world.configure(|connector| connector.max_recipients_per_message = 2);
        let mut client = Client::greeted(world).await;
        client.ask("EHLO a").await;
        let replies = client.ask_all([MAIL, RCPT, RCPT, RCPT, "DATA", "\r\n."]).await;
        assert_eq!(replies[3], "452 4.5.3 Too many recipients");
        assert!(replies[5].starts_with("250 2.6.0 "), "{replies:?}");
    });
}

#[test]
fn a_message_that_is_too_large_is_refused_by_its_size_or_its_content() {
    in_world(async |world| {
        world.configure(|connector| connector.max_message_size = ByteSize(100));
        let mut client = Client::greeted(world).await;
        assert!(client.ask("EHLO a").await.contains("|250-SIZE 100|"));
        let refusal = "552 5.3.4 Message size exceeds fixed maximum message size";
        assert_eq!(client.ask(&format!("{MAIL} SIZE=101")).await, refusal);
        let line = "x".repeat(100);
        let content = format!("\r\n{line}\r\n.");
        let replies = client.ask_all([&format!("{MAIL} SIZE=90"), RCPT, "DATA", &content]).await;
        assert_eq!(replies[3], refusal);
        let chunk = format!("BDAT 102 LAST\r\n{line}");
        assert_eq!(client.ask_all([MAIL, RCPT, &chunk]).await[2], refusal);
    });
}

#[test]
fn a_header_that_is_too_large_is_refused() {
    in_world(async |world| {
        world.configure(|connector| connector.max_header_size = ByteSize(50));
        let mut client = Client::greeted(world).await;
        client.ask("EHLO a").await;
        let long = format!("Subject: {}\r\n\r\n.", "x".repeat(50));
        let body = format!("Subject: x\r\n\r\n{}\r\n.", "x".repeat(500));
        let replies = client.ask_all([MAIL, RCPT, "DATA", &long, MAIL, RCPT, "DATA", &body]).await;
        assert_eq!(replies[3], "552 5.3.4 Message header size exceeds fixed maximum size");
        assert!(replies[7].starts_with("250 "), "{replies:?}");
    });
}

#[test]
fn errors_beyond_the_limit_end_the_session() {
    in_world(async |world| {
        let mut client = Client::greeted(world).await;
        client.ask("EHLO a").await;
        client.send(&b"FOO\r\n".repeat(7)).await;
        let replies = client.replies(7).await;
        assert!(replies[..5].iter().all(|reply| reply == "500 5.3.3 Unrecognized command"));
        assert_eq!(
            replies[5..],
            ["421 4.7.0 Too many errors on this connection, closing transmission channel", ""]
        );
    });
}

#[test]
fn a_silent_client_is_hung_up_on() {
    let log = in_world(async |world| {
        let begun = world.clock().now();
        let mut client = Client::greeted(world).await;
        assert_eq!(client.reply().await, "421 4.4.1 Connection timed out");
        let waited = world.clock().now().duration_since(begun);
        assert_eq!(waited.as_secs(), 300, "ConnectionInactivityTimeout");
        drop(client);
        world.log()
    });
    assert!(log.ends_with(">,421 4.4.1 Connection timed out,\n-,,Local\n"), "{log}");
}

#[test]
fn a_client_that_never_rests_is_hung_up_on_all_the_same() {
    in_world(async |world| {
        world.configure(|connector| {
            connector.connection_timeout = TimeSpan::seconds(20);
            connector.connection_inactivity_timeout = TimeSpan::seconds(10);
        });
        let begun = world.clock().now();
        let mut client = Client::greeted(world).await;
        loop {
            let reply = client.ask("NOOP").await;
            if reply.starts_with("421 ") {
                assert_eq!(reply, "421 4.4.1 Connection timed out");
                break;
            }
            world.clock().sleep(Duration::from_millis(700)).await;
        }
        let stayed = world.clock().now().duration_since(begun);
        assert!((20..21).contains(&stayed.as_secs()), "{stayed:?}");
    });
}

/// The Front End uses its session to the Transport service again and again, until that has lasted as long
/// as one may: whenever that is, it is no trouble of the client's.
#[test]
fn a_session_between_services_ends_without_harm_to_any_message() {
    for early in 0..16 {
        in_world(async |world| {
            world.configure_named("Default MBX01", |connector| {
                connector.connection_timeout = TimeSpan::seconds(20);
                connector.connection_inactivity_timeout = TimeSpan::seconds(15);
            });
            let host = world.host(address(9));
            for (sent, wait) in [(0, 10_000), (1, 10_000 - early), (2, 0)] {
                let begun = world.clock().now();
                let mut client = Client::connect(world, &host).await;
                assert!(client.reply().await.starts_with("220 "));
                let commands =
                    ["EHLO a", "MAIL FROM:<bo@fabrikam.com>", "RCPT TO:<anna@contoso.com>", "DATA"];
                client.ask_all(commands).await;
                let reply = client
                    .ask(&format!("Message-ID: <{sent}@fabrikam.com>\r\n\r\nHello\r\n."))
                    .await;
                assert!(reply.starts_with("250 2.6.0 "), "{early} ms before the end: {reply}");
                client.quit().await;
                let until = begun + Duration::from_millis(wait);
                world.clock().sleep_until(until).await;
            }
            assert_eq!(world.delivered().len(), 3);
        });
    }
}

#[test]
fn one_address_has_twenty_connections_and_no_other_suffers() {
    in_world(async |world| {
        let host = world.host(address(9));
        let mut open = Vec::new();
        for _ in 0..20 {
            let mut client = Client::connect(world, &host).await;
            assert!(client.reply().await.starts_with("220 "));
            open.push(client);
        }
        for _ in 0..3 {
            let mut client = Client::connect(world, &host).await;
            assert_eq!(
                client.replies(2).await,
                [
                    "421 4.3.2 The maximum number of concurrent server connections has exceeded a per-source limit, closing transmission channel",
                    ""
                ]
            );
        }
        Client::greeted(world).await.quit().await;
        open.pop().expect("twenty").quit().await;
        assert!(Client::connect(world, &host).await.reply().await.starts_with("220 "));
        assert_eq!(
            world.warnings(),
            [
                "MSExchangeFrontEndTransport 1021: Receive connector 'Default Frontend MBX01' rejected an incoming connection from IP address '192.0.2.9'. The maximum number of connections per source ('20') for this connector has been reached by this source IP address."
            ]
        );
    });
}

#[test]
fn a_connector_has_so_many_connections() {
    in_world(async |world| {
        world.configure(|connector| connector.max_inbound_connection = Unlimited::Limited(2));
        let _open = [
            Client::connect(world, &world.host(address(7))).await,
            Client::connect(world, &world.host(address(8))).await,
        ];
        let mut third = Client::connect(world, &world.host(address(9))).await;
        assert_eq!(
            third.reply().await,
            "421 4.3.2 The maximum number of concurrent connections has exceeded a limit, closing transmission channel"
        );
    });
}

#[test]
fn messages_beyond_the_rate_are_refused_until_the_next_minute() {
    in_world(async |world| {
        world.configure(|connector| {
            connector.message_rate_limit = Unlimited::Limited(1);
            connector.message_rate_source = MessageRateSource::IPAddress;
        });
        let host = world.host(address(1));
        let refusal =
            "421 4.4.2 Message submission rate for this client has exceeded the configured limit";
        for (wait, expected) in
            [(0, "250 2.1.0 Sender OK"), (0, refusal), (60, "250 2.1.0 Sender OK")]
        {
            world.clock().sleep(Duration::from_secs(wait)).await;
            let mut client = Client::connect(world, &host).await;
            client.reply().await;
            assert_eq!(client.ask_all(["EHLO a", MAIL]).await[1], expected);
        }
    });
}

#[test]
fn mail_waits_for_tls_where_it_is_required() {
    in_world(async |world| {
        world.configure(|connector| connector.require_tls = true);
        let mut client = Client::greeted(world).await;
        let replies = client.ask_all(["EHLO a", MAIL]).await;
        assert_eq!(replies[1], "451 5.7.3 STARTTLS is required to send mail");
    });
}
