//! AUTH: what is offered, what is refused, and the rows of it.

use ca::TlsVersion;

use crate::client::Client;
use crate::world::in_world;

/// The order of rows as in a real log: the delay is noted before the reply that is delayed.
#[test]
fn login_before_tls_is_no_mechanism() {
    let log = in_world(async |world| {
        let mut client = Client::greeted(world).await;
        client.ask("EHLO ylmf-pc").await;
        let before = world.clock().now();
        let refusal = client.ask("AUTH LOGIN").await;
        assert_eq!(refusal, "504 5.7.4 Unrecognized authentication type");
        let delay = world.clock().now().duration_since(before);
        assert_eq!(delay.as_millis(), 5_002, "five seconds, and the way there and back");
        drop(client);
        world.clock().sleep(std::time::Duration::from_secs(1)).await;
        world.log()
    });
    let end: Vec<&str> = log.lines().skip(4).collect();
    assert_eq!(
        end,
        [
            "<,AUTH LOGIN,",
            "*,Tarpit for '0.00:00:05',",
            ">,504 5.7.4 Unrecognized authentication type,",
            "-,,Remote"
        ]
    );
}

#[test]
fn nobody_can_log_on_and_the_fourth_attempt_is_the_last() {
    let (log, warnings) = in_world(async |world| {
        let mut client = Client::greeted(world).await;
        client.ask_all(["EHLO a", "STARTTLS"]).await;
        let mut client = client.start_tls(world, TlsVersion::Tls12).await.expect("TLS");
        let offered = client.ask("EHLO a").await;
        assert!(offered.contains("|250-AUTH NTLM LOGIN|"), "{offered}");
        assert_eq!(
            client.ask_all(["AUTH LOGIN", "YW5uYUBjb250b3NvLmNvbQ==", "c2VjcmV0"]).await,
            ["334 VXNlcm5hbWU6", "334 UGFzc3dvcmQ6", "535 5.7.3 Authentication unsuccessful"]
        );
        assert_eq!(
            client.ask_all(["AUTH LOGIN YW5uYQ==", "*", "AUTH PLAIN AGEAYg=="]).await,
            [
                "334 UGFzc3dvcmQ6",
                "501 5.7.0 Authentication cancelled",
                "504 5.7.4 Unrecognized authentication type"
            ]
        );
        for _ in 0..2 {
            client.ask("AUTH LOGIN YW5uYQ==").await;
            assert!(client.ask("c2VjcmV0").await.starts_with("535 "));
        }
        client.ask("AUTH LOGIN YW5uYQ==").await;
        assert!(client.ask("c2VjcmV0").await.starts_with("421 4.7.0 Too many errors"));
        assert_eq!(client.reply().await, "");
        (world.log(), world.warnings())
    });
    let rows: Vec<&str> = log.lines().skip_while(|row| *row != "<,AUTH LOGIN,").take(7).collect();
    insta::assert_snapshot!(rows.join("\n"), @"
    <,AUTH LOGIN,
    >,334 <authentication response>,
    >,334 <authentication response>,
    *,,Inbound AUTH LOGIN failed because of LogonDenied
    *,,User Name: anna@contoso.com
    *,Tarpit for '0.00:00:05',
    >,535 5.7.3 Authentication unsuccessful,
    ");
    assert!(!log.contains("c2VjcmV0") && !log.contains("YW5u"), "{log}");
    assert_eq!(warnings.len(), 5);
    insta::assert_snapshot!(warnings[3..].join("\n"), @"
    MSExchangeFrontEndTransport 1035: Inbound authentication failed with error LogonDenied for Receive connector Default Frontend MBX01. The authentication mechanism is Login. The source IP address of the client who tried to authenticate to Microsoft Exchange is [192.0.2.1].
    MSExchangeFrontEndTransport 1012: Receive connector Default Frontend MBX01: Authentication failures have exceeded the maximum of 3 for the connection from 192.0.2.1. Disconnecting.
    ");
}

#[test]
fn ntlm_is_challenged_and_denied() {
    let log = in_world(async |world| {
        let mut client = Client::greeted(world).await;
        client.ask("EHLO a").await;
        assert_eq!(client.ask("AUTH NTLM").await, "334 NTLM supported");
        let challenge = client.ask("TlRMTVNTUAABAAAABoIIAAAAAAAAAAAAAAAAAAAAAAA=").await;
        assert!(challenge.starts_with("334 TlRMTVNTUAACAAAABwAH"), "{challenge}");
        // An authenticate message of CONTOSO\anna that knows no Unicode and proves nothing.
        let authenticate = "TlRMTVNTUAADAAAAAAAAAAAAAAAAAAAAAAAAAAcABwBAAAAABAAEAEcAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAENPTlRPU09hbm5h";
        let denial = client.ask(authenticate).await;
        assert_eq!(denial, "535 5.7.3 Authentication unsuccessful");
        world.log()
    });
    let rows: Vec<&str> = log.lines().skip_while(|row| *row != "<,AUTH NTLM,").collect();
    insta::assert_snapshot!(rows.join("\n"), @r"
    <,AUTH NTLM,
    >,334 <authentication response>,
    >,334 <authentication response>,
    *,,Inbound AUTH NTLM failed because of LogonDenied
    *,,User Name: CONTOSO\anna
    *,Tarpit for '0.00:00:05',
    >,535 5.7.3 Authentication unsuccessful,
    ");
}
