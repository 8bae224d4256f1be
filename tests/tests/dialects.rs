//! The same story with servers of every version: each writes its own logs, and the diagnosis finds the
//! same cause in all of them and mends it.

use std::collections::BTreeMap;

use hybridlab::expectation;
use lab::story::Story;
use tests::play;

/// What tells the logs of one version from those of another.
struct Version {
    build: &'static str,
    /// After `#Version:` in protocol logs.
    protocol: &'static str,
    /// The same in tracking logs, and how many columns they have.
    tracking: (&'static str, usize),
    /// Whether an EHLO reply takes a row for each line.
    is_row_for_each_line: bool,
    /// How the context of a certificate row begins.
    certificate: &'static str,
    /// Whether SMTPUTF8 is offered.
    offers_utf8: bool,
    /// What follows the id in the reply to a message.
    taken: &'static str,
}

const DATED: &str = "Sending certificate Subject Issuer name Serial number Thumbprint Not before";
const JOINED: &str = "Sending certificate Certificate subject Certificate issuer name";

const VERSIONS: [Version; 6] = [
    Version {
        build: "14.3.513.0",
        protocol: "14.0.0.0",
        tracking: ("14.0.0.0", 26),
        is_row_for_each_line: true,
        certificate: "Certificate subject",
        offers_utf8: false,
        taken: "] Queued mail for delivery",
    },
    Version {
        build: "15.0.1497.48",
        protocol: "15.0.0.0",
        tracking: ("15.00.1497.048", 27),
        is_row_for_each_line: true,
        certificate: "Certificate subject",
        offers_utf8: false,
        taken: ".cloudmonkeys.xyz] Queued mail for delivery",
    },
    Version {
        build: "15.1.466.34",
        protocol: "15.0.0.0",
        tracking: ("15.01.0466.034", 30),
        is_row_for_each_line: false,
        certificate: JOINED,
        offers_utf8: false,
        taken: " KB/sec Queued mail for delivery",
    },
    Version {
        build: "15.1.2507.39",
        protocol: "15.0.0.0",
        tracking: ("15.01.2507.039", 30),
        is_row_for_each_line: false,
        certificate: DATED,
        offers_utf8: false,
        taken: " KB/sec Queued mail for delivery",
    },
    Version {
        build: "15.2.1748.10",
        protocol: "15.0.0.0",
        tracking: ("15.02.1748.010", 30),
        is_row_for_each_line: false,
        certificate: DATED,
        offers_utf8: true,
        taken: " KB/sec Queued mail for delivery",
    },
    Version {
        build: "15.2.2562.17",
        protocol: "15.0.0.0",
        tracking: ("15.02.2562.017", 30),
        is_row_for_each_line: false,
        certificate: DATED,
        offers_utf8: true,
        taken: " KB/sec Queued mail for delivery",
    },
];

/// A story of the library, its servers of that build.
fn retold(name: &str, build: &str) -> Story {
    let story = Story::load(name).unwrap_or_else(|error| panic!("{error}"));
    story.retold(&[("15.2.1544.14", build)]).unwrap_or_else(|error| panic!("{error}"))
}

/// The transport logs whose path has that part, one after the other.
fn logs(files: &BTreeMap<String, Vec<u8>>, part: &str) -> String {
    let found = files.iter().filter(|(path, _)| path.contains("/Logs/") && path.contains(part));
    let text: String = found.map(|(_, bytes)| String::from_utf8_lossy(bytes)).collect();
    assert!(!text.is_empty(), "no log in {part}");
    text
}

/// The part of the one line that begins so.
fn header<'t>(text: &'t str, key: &str) -> &'t str {
    let line = text.lines().find_map(|line| line.strip_prefix(key));
    line.unwrap_or_else(|| panic!("no {key}")).trim()
}

#[test]
fn every_version_writes_its_own_protocol_logs() {
    for version in &VERSIONS {
        let build = version.build;
        let played = play(retold("healthy-hybrid-edge", build));
        let files = &played.incident.evidence.0;
        for folder in ["SmtpReceive", "SmtpSend"] {
            let text = logs(files, folder);
            assert_eq!(header(&text, "#Version:"), version.protocol, "{build} {folder}");
            assert_eq!(
                text.contains(",>,250-"),
                version.is_row_for_each_line && folder == "SmtpReceive"
            );
            assert_eq!(
                text.contains(",<,250-"),
                version.is_row_for_each_line && folder == "SmtpSend"
            );
            assert!(text.contains(&format!(",{}", version.certificate)), "{build} {folder}");
        }
        let received = logs(files, "SmtpReceive");
        assert_eq!(received.contains("SMTPUTF8"), version.offers_utf8, "{build}");
        assert!(received.contains(version.taken), "{build}");
        let sent = logs(files, "SmtpSend");
        assert_eq!(sent.contains("Set Session Permissions"), !version.is_row_for_each_line);
    }
}

#[test]
fn every_version_has_its_columns_in_message_tracking() {
    for version in &VERSIONS {
        let played = play(retold("healthy-hybrid", version.build));
        let text = logs(&played.incident.evidence.0, "MessageTracking");
        let columns = header(&text, "#Fields:").split(',').count();
        assert_eq!((header(&text, "#Version:"), columns), version.tracking);
    }
}

#[test]
fn the_rights_of_a_session_stand_where_the_version_wrote_them() {
    let place = |build: &str| {
        let played = play(retold("healthy-hybrid-edge", build));
        let text = logs(&played.incident.evidence.0, "CMEDGE01");
        let rows: Vec<_> = text.lines().filter(|line| line.contains("receive connector")).collect();
        let at = rows.iter().position(|row| row.ends_with(",Set Session Permissions"))?;
        let before = rows.get(at.checked_sub(1)?)?;
        Some(if before.contains(",+,,") {
            "connect"
        } else if before.contains(",MAIL FROM:") {
            "mail"
        } else {
            "elsewhere"
        })
    };
    assert_eq!(place("14.3.513.0"), Some("connect"));
    assert_eq!(place("15.0.1497.48"), Some("mail"));
    assert_eq!(place("15.1.2507.39"), None);
}

#[test]
fn a_german_server_writes_the_rate_with_a_comma_and_the_seconds_with_a_point() {
    let story = Story::load("healthy-hybrid").unwrap();
    let culture = [("build       = ", "culture     = \"de-DE\"\nbuild       = ")];
    let played = play(story.retold(&culture).unwrap());
    let text = logs(&played.incident.evidence.0, "SmtpReceive");
    let row = text.lines().find(|line| line.contains(" KB/sec ")).unwrap();
    let (_, rate) = row.split_once(" bytes in ").unwrap();
    let (seconds, rate) = rate.split_once(", ").unwrap();
    assert!(seconds.contains('.') && rate.split(' ').next().unwrap().contains(','), "{row}");
}

#[test]
fn the_same_cause_is_found_and_mended_whatever_the_version() {
    for version in &VERSIONS {
        let story = retold("edge-presents-wrong-certificate", version.build);
        let played = expectation::play(story, None).unwrap_or_else(|error| panic!("{error}"));
        assert!(played.unmet.is_empty(), "{}: {:?}", version.build, played.unmet);
    }
}
