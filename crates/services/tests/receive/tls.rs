//! STARTTLS: what comes before it, behind it, and when it fails.

use ca::{HandshakeError, TlsVersion};

use crate::client::{Client, address};
use crate::world::in_world;

const MAIL: &str = "MAIL FROM:<bo@fabrikam.com>";

#[test]
fn tls_begins_anew_and_ehlo_comes_again() {
    let log = in_world(async |world| {
        let mut client = Client::greeted(world).await;
        let offered = client.ask("EHLO a").await;
        assert!(offered.contains("|250-STARTTLS|"), "{offered}");
        assert_eq!(client.ask("STARTTLS").await, "220 2.0.0 SMTP server ready");
        let mut client = client.start_tls(world, TlsVersion::Tls12).await.expect("TLS 1.2");
        assert_eq!(client.ask(MAIL).await, "503 5.5.2 Send hello first");
        let offered = client.ask("EHLO a").await;
        assert!(!offered.contains("TLS"), "{offered}");
        assert_eq!(
            client.ask_all(["STARTTLS", MAIL]).await,
            ["503 5.5.2 Bad sequence of commands", "250 2.1.0 Sender OK"]
        );
        client.quit().await;
        world.log()
    });
    assert!(log.contains("SP_PROT_TLS1_2_SERVER"), "{log}");
    let judged = "<,EHLO a,\n*,,Client certificate chain validation status: 'EmptyCertificate'\n*,,TlsDomainCapabilities='None'; Status='NoRemoteCertificate'\n>,250  ";
    assert!(log.contains(judged), "{log}");
}

/// Exchange Server has no TLS 1.3 for SMTP; others have.
#[test]
fn tls_1_3_is_spoken_where_the_product_speaks_it() {
    let log = in_world(async |world| {
        let mut client = Client::greeted(world).await;
        client.ask_all(["EHLO a", "STARTTLS"]).await;
        let failure = client.start_tls(world, TlsVersion::Tls13).await.err();
        assert_eq!(failure, Some(HandshakeError::NoCommonVersion));
        world.clock().sleep(std::time::Duration::from_secs(1)).await;
        world.log()
    });
    let end = "*,,TLS negotiation failed with error UnsupportedFunction\n-,,Local\n";
    assert!(log.ends_with(end), "{log}");
    for version in [TlsVersion::Tls12, TlsVersion::Tls13] {
        in_world(async |world| {
            world.start_internet_mta("192.0.2.200");
            let host = world.host(address(1));
            let mut client = Client::connect_to(world, &host, "192.0.2.200:25").await;
            assert_eq!(client.reply().await, "220 mx.fabrikam.com ESMTP Postfix");
            client.ask_all(["EHLO a", "STARTTLS"]).await;
            let mut client = client.start_tls(world, version).await.expect("both versions");
            assert!(client.ask("EHLO a").await.ends_with("|250 CHUNKING"));
        });
    }
}

/// The envelope that an attacker puts behind STARTTLS is not the client's.
#[test]
fn what_is_pipelined_behind_starttls_is_thrown_away() {
    in_world(async |world| {
        let mut client = Client::greeted(world).await;
        client.ask("EHLO a").await;
        client.send(format!("STARTTLS\r\nEHLO evil\r\n{MAIL}\r\n").as_bytes()).await;
        assert_eq!(client.reply().await, "220 2.0.0 SMTP server ready");
        let mut client = client.start_tls(world, TlsVersion::Tls12).await.expect("TLS");
        assert_eq!(
            client.ask_all(["RCPT TO:<anna@contoso.com>", "EHLO a", "DATA"]).await[2],
            "503 5.5.2 Need mail command"
        );
        assert!(!world.log().contains("evil"));
    });
}

#[test]
fn what_is_no_handshake_ends_the_session_with_a_row() {
    let log = in_world(async |world| {
        let mut client = Client::greeted(world).await;
        client.ask_all(["EHLO a", "STARTTLS"]).await;
        client.send(b"EHLO a\r\n").await;
        while !client.reply().await.is_empty() {}
        world.log()
    });
    let certificate = ",Sending certificate Subject Issuer name";
    let end: Vec<&str> = log.lines().skip(4).filter(|line| !line.contains(certificate)).collect();
    assert!(log.contains(certificate), "{log}");
    assert_eq!(
        end,
        [
            "<,STARTTLS,",
            ">,220 2.0.0 SMTP server ready,",
            "*,,TLS negotiation failed with error InvalidToken",
            "-,,Local"
        ]
    );
}

#[test]
fn a_client_that_leaves_in_the_handshake_ends_the_session_with_a_row() {
    let log = in_world(async |world| {
        let mut client = Client::greeted(world).await;
        client.ask_all(["EHLO a", "STARTTLS"]).await;
        drop(client);
        world.clock().sleep(std::time::Duration::from_secs(1)).await;
        world.log()
    });
    assert!(
        log.ends_with(
            "*,,TLS negotiation failed with error SocketError\n-,,Remote(ConnectionReset)\n"
        ),
        "{log}"
    );
}

/// Without a certificate for its name the connector is silent about STARTTLS, as a real log shows.
#[test]
fn starttls_that_is_not_offered_is_unknown() {
    in_world(async |world| {
        let mut client = Client::greeted(world).await;
        let reply = client.ask_all(["HELO a", "STARTTLS"]).await;
        assert_eq!(reply[1], "500 5.3.3 Unrecognized command");
    });
}
