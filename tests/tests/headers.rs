//! What the headers of delivered mail say of where it came from and who may be believed.

use tests::{Played, played};

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
        from_outside.iter().filter_map(|field| field.split(':').next()).take(5).collect();
    let order = ["Received", "Received", "Authentication-Results", "Received-SPF", "Received"];
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
