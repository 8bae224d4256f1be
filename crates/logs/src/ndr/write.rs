//! Writing a report as Exchange does.

use std::fmt::Write as _;

use exchange::culture::Culture;
use exchange::guid::Guid;
use jiff::Timestamp;

use super::body::{html, text_lines};
use super::{DeliveryReport, ReportStyle};
use crate::mail::Headers;

/// The message reported on, as it is attached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Original<'a> {
    /// The whole message.
    Message(&'a str),
    /// Its headers only.
    Headers(&'a str),
}

/// What the mail that carries a report needs beyond the report.
#[derive(Clone, Copy, Debug)]
pub struct ReportEnvelope<'a> {
    /// `From:`; on premises `<postmaster@contoso.com>`, Exchange Online writes to its own users as
    /// `Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@contoso.com>`.
    pub from: &'a str,
    /// `To:`, with angle brackets.
    pub to: &'a str,
    /// When it is written.
    pub date: Timestamp,
    /// Zone of the server.
    pub culture: Culture,
    /// `Message-ID:` with angle brackets.
    pub message_id: &'a str,
    /// The boundaries of the outer and the inner multipart.
    pub boundaries: [Guid; 2],
    /// How long the server keeps trying, for a delay notice: `1 days, 19 hours and 56 minutes`.
    pub keeps_trying: Option<&'a str>,
    /// `Thread-Index:`, of the conversation that the message belongs to.
    pub thread_index: Option<&'a str>,
    /// What an administrator wanted people to be told, instead of the words for the code.
    pub explanation: Option<&'a str>,
}

/// The mail that carries a report, CR LF.
pub fn write(
    report: &DeliveryReport,
    envelope: &ReportEnvelope<'_>,
    style: ReportStyle,
    original: Original<'_>,
) -> Vec<u8> {
    let [outer, inner] = envelope.boundaries;
    let (original_kind, original_text) = match original {
        Original::Message(text) => ("message/rfc822", text),
        Original::Headers(text) => ("text/rfc822-headers", text),
    };
    let (headers, _) = Headers::read(original_text);
    let lines = text_lines(report, envelope, style, &headers, original_text);
    let mut mail = mail_headers(report, envelope, &headers);
    let mut part = |text: &str| {
        mail.push_str(text);
        mail.push_str("\r\n");
    };
    part(&format!("--{outer}"));
    part("Content-Type: multipart/alternative; differences=Content-Type;");
    part(&format!("\tboundary=\"{inner}\"\r\n"));
    part(&format!("--{inner}"));
    part(&encoded("text/plain", &lines.join("\r\n")));
    part(&format!("--{inner}"));
    part(&encoded("text/html", &html(report, envelope, style, &lines)));
    part(&format!("--{inner}--\r\n"));
    part(&format!("--{outer}"));
    part("Content-Type: message/delivery-status\r\n");
    part(&delivery_status(report, envelope.culture));
    part(&format!("--{outer}"));
    part(&format!("Content-Type: {original_kind}\r\n"));
    part(&crlf(original_text));
    part(&format!("--{outer}--"));
    mail.into_bytes()
}

fn mail_headers(
    report: &DeliveryReport,
    envelope: &ReportEnvelope<'_>,
    original: &Headers,
) -> String {
    // A delay notice has no blank before the subject.
    let subject = if report.is_delay() { "Delivery delayed:" } else { "Undeliverable: " };
    let mut headers = format!(
        "MIME-Version: 1.0\r\nFrom: {}\r\nTo: {}\r\nDate: {}\r\n",
        envelope.from,
        envelope.to,
        envelope.culture.mail_date(envelope.date)
    );
    let _ = write!(
        headers,
        "Content-Type: multipart/report; report-type=delivery-status;\r\n\tboundary=\"{}\"\r\n",
        envelope.boundaries[0]
    );
    let _ = write!(
        headers,
        "X-MS-Exchange-Message-Is-Ndr:\r\nContent-Language: en-US\r\nMessage-ID: {}\r\n",
        envelope.message_id
    );
    if let Some(id) = original.message_id() {
        let _ = write!(headers, "In-Reply-To: {id}\r\nReferences: {id}\r\n");
    }
    if let Some(topic) = original.get("Thread-Topic") {
        let _ = write!(headers, "Thread-Topic: {topic}\r\n");
    }
    if let Some(index) = envelope.thread_index {
        let _ = write!(headers, "Thread-Index: {index}\r\n");
    }
    let _ = write!(
        headers,
        "Subject: {subject}{}\r\nAuto-Submitted: auto-replied\r\n\r\n",
        original.get("Subject").unwrap_or_default()
    );
    headers
}

fn delivery_status(report: &DeliveryReport, culture: Culture) -> String {
    let mut text = format!("Reporting-MTA: dns;{}\r\n", report.generating_server);
    if !report.received_from_mta.is_empty() {
        let _ = write!(text, "Received-From-MTA: dns;{}\r\n", report.received_from_mta);
    }
    if let Some(date) = report.arrival_date {
        let _ = write!(text, "Arrival-Date: {}\r\n", culture.mail_date(date));
    }
    for recipient in &report.recipients {
        text.push_str("\r\n");
        if let Some(original) = &recipient.original_address {
            let _ = write!(text, "Original-Recipient: rfc822;{original}\r\n");
        }
        let _ = write!(
            text,
            "Final-Recipient: rfc822;{}\r\nAction: {}\r\nStatus: {}\r\nDiagnostic-Code: smtp;{}\r\n",
            recipient.address, recipient.action, recipient.status, recipient.diagnostic_code
        );
        if let Some(remote) = &recipient.remote_mta {
            let _ = write!(text, "Remote-MTA: dns;{remote}\r\n");
        }
        if let Some(until) = recipient.will_retry_until {
            let _ = write!(text, "Will-Retry-Until: {}\r\n", culture.mail_date(until));
        }
        if let Some(name) = &recipient.display_name {
            let _ = write!(text, "X-Display-Name: {name}\r\n");
        }
    }
    text.push_str("\r\n");
    text
}

/// A text part with its headers, quoted-printable.
fn encoded(kind: &str, text: &str) -> String {
    let charset = if text.is_ascii() { "us-ascii" } else { "utf-8" };
    format!(
        "Content-Type: {kind}; charset=\"{charset}\"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n{}\r\n",
        quoted_printable(text)
    )
}

/// RFC 2045 section 6.7.
fn quoted_printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (index, line) in text.split("\r\n").enumerate() {
        if index > 0 {
            out.push_str("\r\n");
        }
        let mut width = 0;
        for (at, byte) in line.bytes().enumerate() {
            let is_last = at + 1 == line.len();
            let is_plain = matches!(byte, b'!'..=b'<' | b'>'..=b'~')
                || (matches!(byte, b' ' | b'\t') && !is_last);
            let unit = if is_plain { char::from(byte).to_string() } else { format!("={byte:02X}") };
            if width + unit.len() > 75 {
                out.push_str("=\r\n");
                width = 0;
            }
            out.push_str(&unit);
            width += unit.len();
        }
    }
    out
}

fn crlf(text: &str) -> String {
    text.lines().fold(String::new(), |out, line| out + line + "\r\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ndr::{ACTIONS, Action, ReportReason, ReportRecipient};
    use proptest::prelude::*;

    const ORIGINAL: &str = "Received: from mbx01.contoso.example (192.168.1.4) by\r\n mbx01.contoso.example (192.168.1.4) with Microsoft SMTP Server id 15.2.1544.4;\r\n Fri, 1 May 2026 06:06:57 +0000\r\nFrom: Anna <anna@contoso.example>\r\nTo: bo@fabrikam.example\r\nSubject: Lunch\r\nDate: Fri, 1 May 2026 06:06:57 +0000\r\nMessage-ID: <1@contoso.example>\r\n\r\nAt noon?\r\n";

    fn envelope() -> ReportEnvelope<'static> {
        ReportEnvelope {
            from: "<postmaster@contoso.example>",
            to: "<anna@contoso.example>",
            date: "2026-05-03T06:06:58Z".parse().unwrap(),
            culture: Culture::default(),
            message_id: "<2@mbx01.contoso.example>",
            boundaries: [Guid(1), Guid(2)],
            keeps_trying: None,
            thread_index: None,
            explanation: None,
        }
    }

    fn report() -> DeliveryReport {
        DeliveryReport {
            headers: Headers::default(),
            generating_server: "mbx01.contoso.example".into(),
            receiving_server: "mail.fabrikam.example (203.0.113.66)".into(),
            received_from_mta: "mbx01.contoso.example".into(),
            arrival_date: "2026-05-01T06:06:57Z".parse().ok(),
            recipients: vec![ReportRecipient {
                address: "bo@fabrikam.example".into(),
                original_address: Some("bo@fabrikam.example".into()),
                display_name: None,
                action: Action::Failed,
                status: "4.4.7".into(),
                diagnostic_code: "550 4.4.7 QUEUE.Expired; message expired".into(),
                remote_mta: None,
                will_retry_until: None,
                reasons: vec![
                    ReportReason {
                        time: "5/3/2026 6:06:58 AM".into(),
                        server: "mail.fabrikam.example".into(),
                        ip: "203.0.113.66".into(),
                        text: "550 4.4.7 QUEUE.Expired; message expired".into(),
                    },
                    ReportReason {
                        time: "5/3/2026 5:58:27 AM".into(),
                        server: "mail.fabrikam.example".into(),
                        ip: "203.0.113.66".into(),
                        text: "451 4.4.397 Error communicating with target host. -> 421 4.4.2 Connection dropped due to TimedOut".into(),
                    },
                ],
            }],
            original: Headers::read(ORIGINAL).0,
        }
    }

    /// The parts of an NDR: up to the HTML part, that part, and what follows.
    fn parts() -> [String; 3] {
        let mail =
            write(&report(), &envelope(), ReportStyle::Diagnostic, Original::Message(ORIGINAL));
        let mail = String::from_utf8(mail).unwrap().replace("\r\n", "\n");
        let (text, rest) = mail.split_once("Content-Type: text/html").unwrap();
        let (html, rest) = rest.split_at(rest.find("\n--0").unwrap());
        [text.to_owned(), html.to_owned(), rest.to_owned()]
    }

    #[test]
    fn an_ndr_has_the_headers_and_text_of_exchange_server() {
        insta::assert_snapshot!(parts()[0], @r#"
        MIME-Version: 1.0
        From: <postmaster@contoso.example>
        To: <anna@contoso.example>
        Date: Sun, 3 May 2026 06:06:58 +0000
        Content-Type: multipart/report; report-type=delivery-status;
        	boundary="00000000-0000-0000-0000-000000000001"
        X-MS-Exchange-Message-Is-Ndr:
        Content-Language: en-US
        Message-ID: <2@mbx01.contoso.example>
        In-Reply-To: <1@contoso.example>
        References: <1@contoso.example>
        Subject: Undeliverable: Lunch
        Auto-Submitted: auto-replied

        --00000000-0000-0000-0000-000000000001
        Content-Type: multipart/alternative; differences=Content-Type;
        	boundary="00000000-0000-0000-0000-000000000002"

        --00000000-0000-0000-0000-000000000002
        Content-Type: text/plain; charset="us-ascii"
        Content-Transfer-Encoding: quoted-printable

        Delivery has failed to these recipients or groups:

        bo@fabrikam.example<mailto:bo@fabrikam.example>
        The server has tried to deliver this message, without success, and has stop=
        ped trying. Please try sending this message again. If the problem continues=
        , contact your helpdesk.








        Diagnostic information for administrators:

        Generating server: mbx01.contoso.example
        Receiving server: mail.fabrikam.example (203.0.113.66)

        bo@fabrikam.example
        5/3/2026 6:06:58 AM - Server at mail.fabrikam.example (203.0.113.66) return=
        ed '550 4.4.7 QUEUE.Expired; message expired'
        5/3/2026 5:58:27 AM - Server at mail.fabrikam.example (203.0.113.66) return=
        ed '451 4.4.397 Error communicating with target host. -> 421 4.4.2 Connecti=
        on dropped due to TimedOut'

        Original message headers:

        Received: from mbx01.contoso.example (192.168.1.4) by
         mbx01.contoso.example (192.168.1.4) with Microsoft SMTP Server id 15.2.154=
        4.4;
         Fri, 1 May 2026 06:06:57 +0000
        From: Anna <anna@contoso.example>
        To: bo@fabrikam.example
        Subject: Lunch
        Date: Fri, 1 May 2026 06:06:57 +0000
        Message-ID: <1@contoso.example>


        --00000000-0000-0000-0000-000000000002
        "#);
    }

    #[test]
    fn an_ndr_has_the_html_of_exchange_server() {
        insta::assert_snapshot!(parts()[1], @r##"
        ; charset="us-ascii"
        Content-Transfer-Encoding: quoted-printable

        <html>
        <Head></head><body>
        <p><b><font color=3D"#000066" size=3D"3" face=3D"Arial">Delivery has failed=
         to these recipients or groups:</font></b></p>
        <font color=3D"#000000" size=3D"2" face=3D"Tahoma"><p><a href=3D"mailto:bo@=
        fabrikam.example">bo@fabrikam.example</a><br>
        </font>
        <font color=3D"#000000" size=3D"3" face=3D"Arial">The server has tried to d=
        eliver this message, without success, and has stopped trying. Please try se=
        nding this message again. If the problem continues, contact your helpdesk.<=
        br>
        </font>
        <font color=3D"#000000" size=3D"2" face=3D"Tahoma"><br>
        </p>
        </font>
        <br><br><br><br><br><br>
        <font color=3D"#808080" size=3D"2" face=3D"Tahoma"><p><b>Diagnostic informa=
        tion for administrators:</b></p>
        <p>Generating server: mbx01.contoso.example<br>
        Receiving server: mail.fabrikam.example (203.0.113.66)<br>
        </p>
        <p>bo@fabrikam.example<br>
        5/3/2026 6:06:58 AM - Server at mail.fabrikam.example (203.0.113.66) return=
        ed '550 4.4.7 QUEUE.Expired; message expired'<br>
        5/3/2026 5:58:27 AM - Server at mail.fabrikam.example (203.0.113.66) return=
        ed '451 4.4.397 Error communicating with target host. -&gt; 421 4.4.2 Conne=
        ction dropped due to TimedOut'</p>
        <p>Original message headers:</p>
        <pre>Received: from mbx01.contoso.example (192.168.1.4) by
         mbx01.contoso.example (192.168.1.4) with Microsoft SMTP Server id 15.2.154=
        4.4;
         Fri, 1 May 2026 06:06:57 +0000
        From: Anna &lt;anna@contoso.example&gt;
        To: bo@fabrikam.example
        Subject: Lunch
        Date: Fri, 1 May 2026 06:06:57 +0000
        Message-ID: &lt;1@contoso.example&gt;
        </pre>
        </font>
        </body>
        </html>
        "##);
    }

    #[test]
    fn an_ndr_has_the_delivery_status_of_exchange_server() {
        insta::assert_snapshot!(parts()[2], @r"
        --00000000-0000-0000-0000-000000000002--

        --00000000-0000-0000-0000-000000000001
        Content-Type: message/delivery-status

        Reporting-MTA: dns;mbx01.contoso.example
        Received-From-MTA: dns;mbx01.contoso.example
        Arrival-Date: Fri, 1 May 2026 06:06:57 +0000

        Original-Recipient: rfc822;bo@fabrikam.example
        Final-Recipient: rfc822;bo@fabrikam.example
        Action: failed
        Status: 4.4.7
        Diagnostic-Code: smtp;550 4.4.7 QUEUE.Expired; message expired


        --00000000-0000-0000-0000-000000000001
        Content-Type: message/rfc822

        Received: from mbx01.contoso.example (192.168.1.4) by
         mbx01.contoso.example (192.168.1.4) with Microsoft SMTP Server id 15.2.1544.4;
         Fri, 1 May 2026 06:06:57 +0000
        From: Anna <anna@contoso.example>
        To: bo@fabrikam.example
        Subject: Lunch
        Date: Fri, 1 May 2026 06:06:57 +0000
        Message-ID: <1@contoso.example>

        At noon?

        --00000000-0000-0000-0000-000000000001--
        ");
    }

    #[test]
    fn a_delay_notice_says_how_long_it_goes_on() {
        let mut report = report();
        report.recipients[0].action = Action::Delayed;
        report.recipients[0].will_retry_until = "2026-05-03T06:06:57Z".parse().ok();
        let status = delivery_status(&report, Culture::default());
        assert!(status.contains("Will-Retry-Until: Sun, 3 May 2026 06:06:57 +0000\r\n"));
        let envelope =
            ReportEnvelope { keeps_trying: Some("1 days, 19 hours and 56 minutes"), ..envelope() };
        let headers = Headers::read(ORIGINAL).0;
        let lines = text_lines(&report, &envelope, ReportStyle::Diagnostic, &headers, "");
        insta::assert_snapshot!(lines.get(..8).unwrap().join("\n"), @r"
        Delivery is delayed to these recipients or groups:

        bo@fabrikam.example<mailto:bo@fabrikam.example>

        Subject: Lunch

        This message hasn't been delivered yet. Delivery will continue to be attempted.
        ");
        assert!(
            mail_headers(&report, &envelope, &headers)
                .contains("Subject: Delivery delayed:Lunch\r\n")
        );
    }

    #[test]
    fn exchange_online_shows_details_and_hops() {
        let headers = Headers::read(ORIGINAL).0;
        let lines =
            text_lines(&report(), &envelope(), ReportStyle::ErrorDetails, &headers, ORIGINAL);
        insta::assert_snapshot!(lines.get(..25).unwrap().join("\n"), @r"
        Your message to bo@fabrikam.example couldn't be delivered.


        Original Message Details
        Created Date:   5/1/2026 6:06:57 AM
        Sender Address: anna@contoso.example
        Recipient Address:      bo@fabrikam.example
        Subject:        Lunch


        Error Details
        Reported error: 550 4.4.7 QUEUE.Expired; message expired
        Message rejected by:    mail.fabrikam.example (203.0.113.66)
        DSN generated by:       mbx01.contoso.example


        Message Hops
        HOP     TIME (UTC)      FROM    TO      WITH    RELAY TIME
        1	5/1/2026 6:06:57 AM	mbx01.contoso.example	mbx01.contoso.example	Microsoft SMTP Server	*

        Original Message Headers

        Received: from mbx01.contoso.example (192.168.1.4) by
         mbx01.contoso.example (192.168.1.4) with Microsoft SMTP Server id 15.2.1544.4;
         Fri, 1 May 2026 06:06:57 +0000
        ");
    }

    #[test]
    fn a_host_that_refused_at_once_is_named_first() {
        let mut report = report();
        let text = "550 5.1.1 User unknown".to_owned();
        report.recipients[0].remote_mta = Some("mail.fabrikam.example".into());
        report.recipients[0].reasons = vec![ReportReason { text, ..ReportReason::default() }];
        let lines =
            text_lines(&report, &envelope(), ReportStyle::Diagnostic, &Headers::default(), "");
        insta::assert_snapshot!(lines.join("\n"), @r"
        mail.fabrikam.example rejected your message to the following email addresses:

        bo@fabrikam.example<mailto:bo@fabrikam.example>
        The server has tried to deliver this message, without success, and has stopped trying. Please try sending this message again. If the problem continues, contact your helpdesk.



        mail.fabrikam.example gave this error:
        User unknown








        Diagnostic information for administrators:

        Generating server: mbx01.contoso.example
        Receiving server: mail.fabrikam.example (203.0.113.66)

        bo@fabrikam.example
        mail.fabrikam.example
        Remote Server returned '550 5.1.1 User unknown'

        Original message headers:
        ");
    }

    fn any_recipient() -> impl Strategy<Value = ReportRecipient> {
        let text = || "[45][0-9]{2} [45]\\.[0-9]\\.[0-9]{1,3} [A-Za-z0-9;:=.\"é-][A-Za-z0-9 ;:=.\"é-]{0,90}[a-z]";
        let reason = ("[0-9/]{0,9}", "[a-z.]{0,12}", "[0-9.]{0,12}", text()).prop_map(
            |(time, server, ip, text)| ReportReason {
                time,
                ip: if server.is_empty() { String::new() } else { ip },
                server,
                text,
            },
        );
        (
            "[a-z0-9]{1,9}@[a-z]{1,9}\\.example",
            proptest::option::of("[a-z]{1,9}@contoso\\.example"),
            proptest::option::of("[A-Z][a-z ]{0,12}[a-z]"),
            0..5_usize,
            text(),
            proptest::option::of("[a-z.]{1,12}"),
            proptest::collection::vec(reason, 1..4),
        )
            .prop_map(
                |(
                    address,
                    original_address,
                    display_name,
                    action,
                    diagnostic_code,
                    remote_mta,
                    reasons,
                )| {
                    ReportRecipient {
                        address,
                        original_address,
                        display_name,
                        action: ACTIONS[action].0,
                        status: "5.0.0".into(),
                        diagnostic_code,
                        remote_mta,
                        will_retry_until: None,
                        reasons,
                    }
                },
            )
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]
        #[test]
        fn reports_are_read_as_written(
            recipients in proptest::collection::vec(any_recipient(), 1..3),
            server in "[a-z.]{1,12}",
            is_whole: bool,
        ) {
            let mut recipients = recipients;
            recipients.dedup_by(|a, b| a.address == b.address);
            let report = DeliveryReport { recipients, generating_server: server, ..report() };
            let original = if is_whole { Original::Message(ORIGINAL) } else { Original::Headers(ORIGINAL) };
            let mail = write(&report, &envelope(), ReportStyle::Diagnostic, original);
            let text = String::from_utf8(mail).unwrap();
            let (read, repairs) = crate::ndr::read(&text).unwrap();
            prop_assert!(repairs.is_empty());
            prop_assert_eq!(read.headers.message_id(), Some("<2@mbx01.contoso.example>"));
            prop_assert_eq!(DeliveryReport { headers: Headers::default(), ..read }, report);
        }

        #[test]
        fn details_of_exchange_online_are_read_as_written(recipient in any_recipient()) {
            let report = DeliveryReport { recipients: vec![recipient], ..report() };
            let mail = write(&report, &envelope(), ReportStyle::ErrorDetails, Original::Message(ORIGINAL));
            let (read, _) = crate::ndr::read(&String::from_utf8(mail).unwrap()).unwrap();
            let diagnostic = report.recipients[0].diagnostic_code.clone();
            let reasons = vec![ReportReason { text: diagnostic, ..ReportReason::default() }];
            let recipients = vec![ReportRecipient { reasons, ..report.recipients[0].clone() }];
            prop_assert_eq!(DeliveryReport { headers: Headers::default(), ..read }, DeliveryReport { recipients, ..report });
        }

        #[test]
        fn quoted_printable_lines_are_short(text in "[ -~é\t]{0,200}") {
            prop_assert!(quoted_printable(&text).lines().all(|line| line.len() <= 76));
        }
    }
}
