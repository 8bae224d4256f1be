//! What a server offers and answers, and in which order its log tells of it.

use smtp::{Capabilities, Reply};

use crate::client::Client;
use crate::world::in_world;

/// The rows stand as in a real log of Exchange 2016 and 2019: no permissions first, commands that were
/// pipelined before the replies to them.
#[test]
fn a_message_leaves_the_rows_of_a_real_log() {
    let log = in_world(async |world| {
        let mut client = Client::greeted(world).await;
        client.ask("EHLO mx.fabrikam.com").await;
        client.send(b"MAIL FROM:<bo@fabrikam.com>\r\nRCPT TO:<anna@contoso.com>\r\nDATA\r\n").await;
        client.replies(3).await;
        client.ask("Message-ID: <1@fabrikam.com>\r\n\r\nHello\r\n.").await;
        client.quit().await;
        assert_eq!(world.delivered().len(), 1);
        world.log()
    });
    insta::assert_snapshot!(log, @r#"
    +,,
    >,"220 MBX01.contoso.com Microsoft ESMTP MAIL Service ready at Fri, 1 May 2026 06:00:00 +0000",
    <,EHLO mx.fabrikam.com,
    >,250  MBX01.contoso.com Hello [192.0.2.1] SIZE 37748736 PIPELINING DSN ENHANCEDSTATUSCODES STARTTLS X-ANONYMOUSTLS AUTH NTLM X-EXPS GSSAPI NTLM 8BITMIME BINARYMIME CHUNKING SMTPUTF8 XRDST,
    <,MAIL FROM:<bo@fabrikam.com>,
    *,08DEA746CEA22A5D;2026-05-01T06:00:00.003Z;1,receiving message
    <,RCPT TO:<anna@contoso.com>,
    <,DATA,
    >,250 2.1.0 Sender OK,
    >,250 2.1.5 Recipient OK,
    >,354 Start mail input; end with <CRLF>.<CRLF>,
    *,,Proxy destination(s) obtained from OnProxyInboundMessage event. Correlation Id:2b7e711d-c6c9-488b-be91-bfc73a261b31
    >,"250 2.6.0 <1@fabrikam.com> [InternalId=134127533686785, Hostname=MBX01.contoso.com] 543 bytes in 0.073, 7.264 KB/sec Queued mail for delivery",
    <,QUIT,
    >,221 2.0.0 Service closing transmission channel,
    -,,Local
    "#);
}

#[test]
fn chunks_bring_a_message_without_354() {
    let log = in_world(async |world| {
        let mut client = Client::greeted(world).await;
        let mail = "MAIL FROM:<bo@fabrikam.com> BODY=BINARYMIME";
        let replies = client.ask_all(["EHLO a", mail, "RCPT TO:<anna@contoso.com>", "DATA"]).await;
        assert_eq!(replies[3], "503 5.5.2 Bad sequence of commands");
        client.send(b"BDAT 28\r\nMessage-ID: <2@fabrikam.com>BDAT 8 LAST\r\n\r\n\r\na\nb\0").await;
        client.replies(2).await;
        client.quit().await;
        let content = world.delivered().pop().expect("one message").content;
        // The way to the mailbox is by DATA, which ends the last line.
        assert!(content.ends_with(b"\r\n\r\na\nb\0\r\n"), "{}", content.escape_ascii());
        world.log()
    });
    let rows: Vec<&str> = log.lines().skip_while(|row| *row != "<,DATA,").collect();
    insta::assert_snapshot!(rows.join("\n"), @r#"
    <,DATA,
    >,503 5.5.2 Bad sequence of commands,
    <,BDAT 28,
    <,BDAT 8 LAST,
    *,,Proxy destination(s) obtained from OnProxyInboundMessage event. Correlation Id:2b7e711d-c6c9-488b-be91-bfc73a261b31
    >,"250 2.6.0 CHUNK received OK, 28 octets",
    >,"250 2.6.0 <2@fabrikam.com> [InternalId=134127533686785, Hostname=MBX01.contoso.com] 526 bytes in 0.076, 6.759 KB/sec Queued mail for delivery",
    <,QUIT,
    >,221 2.0.0 Service closing transmission channel,
    -,,Local
    "#);
}

#[test]
fn the_verbs_without_mail_have_the_products_answers() {
    let replies = in_world(async |world| {
        let mut client = Client::greeted(world).await;
        client
            .ask_all([
                "MAIL FROM:<bo@fabrikam.com>",
                "EHLO a b",
                "HELO mx.fabrikam.com",
                "NOOP",
                "RSET",
                "VRFY anna",
                "EXPN all",
                "HELP",
                "STARTTLS",
                "MAIL FROM:<bo>",
                "RCPT TO:<anna@contoso.com>",
                "MAIL FROM:<bo@fabrikam.com>",
            ])
            .await
    });
    insta::assert_snapshot!(replies.join("\n"), @"
    503 5.5.2 Send hello first
    501 5.5.4 Invalid domain name
    250 MBX01.contoso.com Hello [192.0.2.1]
    250 2.0.0 OK
    250 2.0.0 Resetting
    252 2.1.5 Cannot VRFY user
    502 5.3.3 Command not implemented
    214-This server supports the following commands:|214 HELO EHLO STARTTLS RCPT DATA RSET MAIL QUIT HELP AUTH BDAT
    500 5.3.3 Unrecognized command
    501 5.1.7 Invalid address
    503 5.5.2 Need mail command
    250 2.1.0 Sender OK
    ");
}

#[test]
fn unknown_verbs_and_those_of_other_servers_are_not_known() {
    let replies = in_world(async |world| {
        let mut client = Client::greeted(world).await;
        client.ask("EHLO mx.fabrikam.com").await;
        client
            .ask_all([
                "XCLIENT NAME=mx ADDR=10.0.0.1",
                "XPROXYFROM SID=1 IP=10.0.0.1 PORT=25",
                "X-EXPS NTLM",
                "XSHADOWREQUEST",
            ])
            .await
    });
    assert!(replies.iter().all(|reply| reply == "500 5.3.3 Unrecognized command"), "{replies:?}");
}

#[test]
fn a_connector_offers_what_it_is_told_to() {
    in_world(async |world| {
        world.configure(|connector| {
            connector.chunking_enabled = false;
            connector.binary_mime_enabled = false;
            connector.smtp_utf8_enabled = false;
            connector.delivery_status_notification_enabled = false;
            connector.eight_bit_mime_enabled = false;
        });
        let mut client = Client::greeted(world).await;
        let offered = client.ask("EHLO mx.fabrikam.com").await;
        let lines = offered.split('|').map(|line| line[4..].to_owned()).collect();
        let offered = Capabilities::from_reply(&Reply::with_lines(250, lines));
        for extension in ["CHUNKING", "BINARYMIME", "SMTPUTF8", "DSN", "8BITMIME"] {
            assert!(!offered.offers(extension), "{extension}");
        }
        for line in [
            "MAIL FROM:<bo@fabrikam.com> BODY=8BITMIME",
            "MAIL FROM:<bo@fabrikam.com> RET=HDRS",
            "MAIL FROM:<bo@fabrikam.com> SMTPUTF8",
        ] {
            assert_eq!(client.ask(line).await, "501 5.5.4 Invalid arguments", "{line}");
        }
        client.send(b"BDAT 3\r\nabc").await;
        assert_eq!(client.reply().await, "500 5.3.3 Unrecognized command");
    });
}

/// What the client asks for holds on the way to the Transport service and to the mailbox.
#[test]
fn addresses_and_content_beyond_ascii_arrive_as_they_are() {
    let content = in_world(async |world| {
        let mut client = Client::greeted(world).await;
        client.ask("EHLO mx.fabrikam.com").await;
        let replies = client
            .ask_all([
                "MAIL FROM:<jürgen@fabrikam.com>",
                "MAIL FROM:<jürgen@fabrikam.com> SMTPUTF8 BODY=8BITMIME RET=HDRS ENVID=a1",
                "RCPT TO:<anna@contoso.com> NOTIFY=FAILURE ORCPT=rfc822;anna@contoso.com",
                "DATA",
                "Subject: Grüße\r\nMessage-ID: <3@fabrikam.com>\r\n\r\nÄ\r\n.",
            ])
            .await;
        assert_eq!(replies[0], "501 5.1.7 Invalid address");
        assert!(replies[4].starts_with("250 2.6.0 <3@fabrikam.com>"), "{replies:?}");
        client.quit().await;
        world.delivered().pop().expect("one message").content
    });
    let text = String::from_utf8(content).expect("UTF-8");
    assert!(text.contains("Return-Path: jürgen@fabrikam.com"), "{text}");
    assert!(text.contains("Subject: Grüße\r\n") && text.ends_with("\r\n\r\nÄ\r\n"), "{text}");
}
