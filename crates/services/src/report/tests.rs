//! Every status that a server of the lab reports, in every edition: each has a whole report.

use dns::Resolver;
use exchange::ids::InternalMessageIds;
use exchange::status::{REPORTED, as_said_by};
use fabric::{Clock, Network, Seed, simulation};
use logs::smtp_status::SmtpStatus;
use mail_parser::{MessageParser, MimeHeaders, PartType};
use smtp::ReversePath;

use super::*;
use crate::message::item::AuthAs;
use crate::message::latency::Latency;

const EDITIONS: [Edition; 6] = [
    Edition::OnPremises(Product::Exchange2010),
    Edition::OnPremises(Product::Exchange2013),
    Edition::OnPremises(Product::Exchange2016),
    Edition::OnPremises(Product::Exchange2019),
    Edition::OnPremises(Product::SubscriptionEdition),
    Edition::Online,
];
const ORIGINAL: &[u8] = b"Received: from a by b; Fri, 1 May 2026 06:06:57 +0000\r\nX-MS-Exchange-Organization-AuthAs: Internal\r\nFrom: anna@contoso.com\r\nTo: bo@fabrikam.com\r\nSubject: Lunch\r\nMessage-ID: <1@contoso.com>\r\n\r\nAt noon?\r\n";

fn computer() -> Computer {
    let epoch = "2026-05-01T06:06:57Z".parse().unwrap();
    let network = Network::simulated(Clock::simulated(epoch), Seed(1));
    let segment = network.add_segment("Internet", &["0.0.0.0/0".parse().unwrap()]).unwrap();
    let host = network.add_host("MBX01", segment, &["10.0.0.13".parse().unwrap()]).unwrap();
    let resolver = Resolver::new(&host, Vec::new(), Seed(1));
    Computer::new("MBX01", "contoso.com", host, Culture::default(), resolver, Seed(1))
}

/// The parts of a report, and the whole of it.
struct Parts {
    whole: String,
    types: Vec<String>,
    text: String,
    html: String,
    status: String,
    original: String,
}

/// The report about a message that met these setbacks.
fn report(edition: Edition, setbacks: &[Setback], kind: Kind) -> Parts {
    let computer = computer();
    let now = computer.clock.now();
    let recipient = MailRecipient {
        notify_delay: true,
        ..MailRecipient::new("bo@fabrikam.com".parse().unwrap())
    };
    let item = MailItem {
        internal_id: InternalMessageIds::of_generation(0).issue(),
        network_message_id: Guid(7),
        message_id: "<1@contoso.com>".to_owned(),
        sender: ReversePath::Address("anna@contoso.com".parse().unwrap()),
        recipients: vec![recipient.clone()],
        content: Content::parse(ORIGINAL),
        size: 300,
        received: now,
        auth_as: AuthAs::Internal,
        source_name: "SMTP".to_owned(),
        received_from: "MBX01.contoso.com".to_owned(),
        original_client: None,
        original_server: None,
        latency: Latency::starting(now),
        shadow: None,
    };
    let reporter = Reporter {
        computer: &computer,
        server: "MBX01.contoso.com",
        culture: Culture::default(),
        domain: "contoso.com",
        to_own_user: true,
        edition,
        reason: None,
    };
    let reported = Reported { recipient, display_name: None, setbacks: setbacks.to_vec() };
    let (to, _, content) = compose(&reporter, &item, &[reported], kind).unwrap();
    assert_eq!(to.to_string(), "anna@contoso.com");
    parts(String::from_utf8(content.to_bytes()).unwrap())
}

fn parts(whole: String) -> Parts {
    let message = MessageParser::default().parse(whole.as_bytes()).unwrap();
    let (mut types, mut found) = (Vec::new(), [const { String::new() }; 4]);
    for part in &message.parts {
        let kind = part.content_type().unwrap();
        let name = format!("{}/{}", kind.ctype(), kind.subtype().unwrap_or_default());
        let place = match (&part.body, name.as_str()) {
            (PartType::Html(_), _) => Some(1),
            (_, "message/delivery-status") => Some(2),
            (PartType::Message(_), _) => Some(3),
            (PartType::Text(_), "text/plain") => Some(0),
            _ => None,
        };
        types.push(name);
        if let Some(place) = place {
            let start = usize::try_from(part.raw_body_offset()).unwrap();
            let raw = &whole[start..usize::try_from(part.raw_end_offset()).unwrap()];
            found[place] = match place {
                0 | 1 => String::from_utf8_lossy(part.contents()).replace("\r\n", "\n"),
                _ => raw.to_owned(),
            };
        }
    }
    let [text, html, status, original] = found;
    Parts { whole, types, text, html, status, original }
}

/// What a text of failure is to an edition.
fn said(edition: Edition, text: &'static str) -> &'static str {
    match edition {
        Edition::OnPremises(product) => as_said_by(product, text),
        Edition::Online => text,
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[test]
fn every_status_has_a_whole_report_in_every_edition() {
    simulation(async {
        for edition in EDITIONS {
            for text in REPORTED.map(|text| said(edition, text)) {
                let report = report(edition, &[Setback::status(text)], Kind::Failure);
                let whole = &report.whole;
                assert_eq!(
                    report.types,
                    [
                        "multipart/report",
                        "multipart/alternative",
                        "text/plain",
                        "text/html",
                        "message/delivery-status",
                        "message/rfc822"
                    ],
                    "{whole}"
                );
                // The words for people, and those for administrators, in both parts.
                let status = SmtpStatus::at_start(text).unwrap();
                for part in [&report.text, &report.html] {
                    assert!(part.contains("Generating server: MBX01.contoso.com"), "{whole}");
                    assert!(part.contains("Message-ID: "), "{whole}");
                    assert!(part.contains("Diagnostic information for administrators:"), "{whole}");
                }
                assert!(report.text.contains(text), "{text}: {}", report.text);
                assert!(report.html.contains(&escaped(text)), "{text}: {}", report.html);
                for line in [
                    "Final-Recipient: rfc822;bo@fabrikam.com\r\n".to_owned(),
                    "Action: failed\r\n".to_owned(),
                    format!("Status: {}\r\n", status.enhanced),
                    format!("Diagnostic-Code: smtp;{text}\r\n"),
                ] {
                    assert!(report.status.contains(&line), "{line}: {}", report.status);
                }
                // Whole, without what is for servers only.
                let original = report.original.replace("\r\n", "\n");
                assert!(original.contains("Subject: Lunch\n"), "{original}");
                assert!(original.contains("\n\nAt noon?\n"), "{original}");
                assert!(!whole.contains("X-MS-Exchange-Organization-AuthAs"), "{whole}");
            }
        }
    });
}

#[test]
fn every_status_is_read_back_as_it_was_reported() {
    simulation(async {
        for edition in EDITIONS {
            for text in REPORTED.map(|text| said(edition, text)) {
                let refused = Setback {
                    remote: Some("mx1.fabrikam.com".to_owned()),
                    ..Setback::status(text)
                };
                let report = report(edition, &[refused], Kind::Failure);
                let (read, repairs) = logs::ndr::read(&report.whole).unwrap();
                assert!(repairs.is_empty());
                assert_eq!(read.generating_server, "MBX01.contoso.com");
                assert_eq!(read.original_message_id(), Some("<1@contoso.com>"));
                let [recipient] = read.recipients.as_slice() else { panic!("{read:?}") };
                assert_eq!(recipient.diagnostic_code, text);
                assert_eq!(recipient.remote_mta.as_deref(), Some("mx1.fabrikam.com"));
                assert_eq!(recipient.reasons.last().map(|reason| &*reason.text), Some(text));
            }
        }
    });
}

#[test]
fn a_delay_is_told_in_every_edition_and_gives_nothing_back() {
    simulation(async {
        for edition in EDITIONS {
            let late = Setback::status("421 4.4.2 Connection dropped");
            let left = Kind::Delay(Duration::from_hours(44));
            let Parts { whole, text, html, status, .. } = report(edition, &[late], left);
            for part in [&text, &html] {
                assert!(part.contains("Delivery is delayed to these recipients or groups:"));
                assert!(part.contains("1 days, 20 hours and 0 minutes"), "{part}");
            }
            assert!(whole.contains("Subject: Delivery delayed:Lunch\r\n"), "{whole}");
            assert!(status.contains("Action: delayed\r\n"), "{status}");
            assert!(status.contains("Will-Retry-Until: Sun, 3 May 2026 02:06:57 +0000\r\n"));
            assert!(logs::ndr::read(&whole).unwrap().0.is_delay());
        }
    });
}

#[test]
fn the_time_left_is_counted_in_days_hours_and_minutes() {
    let left = Duration::from_mins(43 * 60 + 56);
    assert_eq!(in_words(left), "1 days, 19 hours and 56 minutes");
}
