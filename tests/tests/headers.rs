//! What the headers of delivered mail say of where it came from and who may be believed.

use tests::{Played, played, played_story};

/// The header of a mail in a mailbox, unfolded: the first one with that subject.
fn header(played: &Played, mailbox: &str, subject: &str) -> Vec<String> {
    let folder = format!("Mailboxes/{mailbox}/");
    let mails = played.incident.evidence.0.iter().filter(|(path, _)| path.starts_with(&folder));
    let headers = mails.map(|(_, mail)| {
        let text = String::from_utf8_lossy(mail).replace("\r\n", "\n");
        let header = text.split("\n\n").next().unwrap_or_default().to_owned();
        header.replace("\n ", " ").replace("\n\t", " ").lines().map(str::to_owned).collect()
    });
    let wanted = format!("Subject: {subject}");
    let mut found = headers.filter(|header: &Vec<String>| header.contains(&wanted));
    found.next().unwrap_or_else(|| panic!("{mailbox} has no {subject}"))
}

fn value<'h>(header: &'h [String], name: &str) -> Option<&'h str> {
    header.iter().find_map(|field| field.strip_prefix(name)?.strip_prefix(": "))
}

#[test]
fn senders_are_judged_by_the_records_of_their_domains() {
    let played = played("healthy-hybrid");
    let from_within = header(&played, "meera@cloudmonkeys.xyz", "On premises to cloud");
    assert_eq!(
        value(&from_within, "Authentication-Results"),
        Some(
            "spf=pass (sender IP is 27.7.57.241) smtp.mailfrom=cloudmonkeys.xyz; dkim=none (message not signed) header.d=none;dmarc=bestguesspass action=none header.from=cloudmonkeys.xyz;"
        )
    );
    let from_outside = header(&played, "meera@cloudmonkeys.xyz", "The Internet to the cloud");
    let results = value(&from_outside, "Authentication-Results").unwrap_or_default();
    assert!(results.starts_with("spf=none (sender IP is 203.0.113.20)"), "{results}");
    // The results stand above what the door stamped, and below what stamped it.
    let names: Vec<&str> =
        from_outside.iter().filter_map(|field| field.split(':').next()).take(6).collect();
    let results = ["Authentication-Results", "Received-SPF"];
    let order = [&["Received"; 3][..], &results, &["Received"]].concat();
    assert_eq!(names, order);
}

#[test]
fn trust_crosses_over_and_what_is_for_servers_does_not() {
    let played = played("healthy-hybrid");
    for (mailbox, subject, auth_as, direction) in [
        ("meera@cloudmonkeys.xyz", "On premises to cloud", "Internal", Some("Originating")),
        ("meera@cloudmonkeys.xyz", "The Internet to the cloud", "Anonymous", Some("Incoming")),
        ("raghu@cloudmonkeys.xyz", "Cloud to on premises", "Internal", None),
        ("raghu@cloudmonkeys.xyz", "The Internet to on premises", "Anonymous", None),
    ] {
        let header = header(&played, mailbox, subject);
        let organization = |name: &str| {
            value(&header, &format!("X-MS-Exchange-Organization-{name}")).map(str::to_owned)
        };
        assert_eq!(organization("AuthAs").as_deref(), Some(auth_as), "{subject}");
        assert_eq!(organization("MessageDirectionality").as_deref(), direction, "{subject}");
        for inner in ["MessageLatency", "OrderedPrecisionLatencyInProgress"] {
            assert_eq!(organization(inner), None, "{subject}");
        }
        assert!(value(&header, "X-MS-Exchange-Transport-EndToEndLatency").is_some(), "{subject}");
        let crossing = header.iter().any(|field| field.contains("-CrossPremises-"));
        assert!(!crossing, "{subject}: {header:#?}");
    }
}

/// The part of a value between two texts.
fn between<'v>(value: &'v str, from: &str, to: &str) -> &'v str {
    value.split_once(from).and_then(|(_, rest)| rest.split_once(to)).unwrap_or_default().0
}

#[test]
fn a_report_says_which_way_it_came() {
    let played = played_story("reports-cross-over");
    let [out, into, twice] = [
        ("divya@cloudmonkeys.xyz", "And you?"),
        ("meera@cloudmonkeys.xyz", "Are you back?"),
        ("meera@cloudmonkeys.xyz", "And you?"),
    ]
    .map(|(mailbox, subject)| header(&played, mailbox, &format!("Undeliverable: {subject}")));
    let entity = "X-MS-Exchange-CrossTenant-FromEntityHeader";
    let stripped = "X-MS-Exchange-Transport-CrossTenantHeadersStripped";
    assert_eq!(value(&out, entity), Some("Hosted"));
    assert_eq!(value(&out, "X-EOPAttributedMessage"), None);
    assert_eq!(value(&into, entity), Some("HybridOnPrem"));
    assert_eq!(value(&into, stripped), None);
    let report = value(&into, "X-Forefront-Antispam-Report").unwrap_or_default();
    assert_eq!(between(report, "CIP:", ";"), "27.7.57.241");
    assert_eq!(between(report, "PTR:", ";"), "mail.cloudmonkeys.xyz");
    // It came back by divya's mailbox: a second pass.
    assert_eq!(value(&twice, entity), Some("HybridOnPrem"));
    assert!(value(&twice, stripped).is_some_and(|door| door.contains("PEPF")));
    let before = value(&twice, "X-Forefront-Antispam-Report-Untrusted").unwrap_or_default();
    assert_eq!(between(before, "DIR:", ";"), "OUT");
    let servers = |header: &[String]| {
        value(header, "X-MS-TrafficTypeDiagnostic").unwrap_or_default().matches(":EE_").count()
    };
    assert_eq!((servers(&out), servers(&into), servers(&twice)), (1, 2, 3));
}
