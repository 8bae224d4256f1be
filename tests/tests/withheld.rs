//! Evidence is missing: the diagnosis says less, and says what would tell more.

use diagnosis::finding::{Certainty, Finding};
use diagnosis::{Diagnosis, Verdict, report};
use lab::story::Story;
use tests::{Played, play};

/// Plays a scenario of which nobody could get those files.
fn played_without(name: &str, withheld: &[&str]) -> Played {
    let story = Story::load(name).unwrap_or_else(|error| panic!("{error}"));
    let collect = format!("[collect]\nwithhold = {withheld:?}");
    play(story.retold(&[("[collect]", &collect)]).unwrap_or_else(|error| panic!("{error}")))
}

/// What is missing, a line for each: what, and how to get it.
fn missing(diagnosis: &Diagnosis) -> String {
    let missing = diagnosis.missing.iter();
    missing.map(|it| format!("{}: {}", it.what, it.obtain)).collect::<Vec<_>>().join("\n")
}

fn only_finding(diagnosis: &Diagnosis) -> &Finding {
    assert_eq!(diagnosis.findings.len(), 1, "{:?}", diagnosis.findings);
    &diagnosis.findings[0]
}

#[test]
fn without_the_firewall_the_blocked_ranges_are_likely_and_its_log_is_asked_for() {
    let played = played_without("eop-ranges-blocked", &["Firewall"]);
    let diagnosis = &played.examined.diagnosis;
    let finding = only_finding(diagnosis);
    assert_eq!(finding.rule, "firewall-blocks-eop-range");
    assert_eq!(finding.certainty, Certainty::Likely);
    for range in ["40.92.0.0/15", "52.100.0.0/14"] {
        assert!(finding.summary.contains(range), "{}", finding.summary);
    }
    assert!(missing(diagnosis).contains("drop log of the firewall"), "{}", missing(diagnosis));
}

#[test]
fn without_the_front_ends_receive_log_as_well_it_stays_undecided() {
    let withheld = ["Firewall", "*/TransportRoles/Logs/FrontEnd/ProtocolLog/SmtpReceive"];
    let played = played_without("eop-ranges-blocked", &withheld);
    let diagnosis = &played.examined.diagnosis;
    assert_eq!(diagnosis.verdict, Verdict::Undecided, "{:?}", diagnosis.findings);
    let missing = missing(diagnosis);
    assert!(missing.contains("drop log of the firewall"), "{missing}");
    let cmdlet = missing.lines().find(|line| line.contains("Set-ReceiveConnector"));
    let cmdlet = cmdlet.unwrap_or_else(|| panic!("{missing}"));
    assert!(cmdlet.ends_with("-ProtocolLoggingLevel Verbose"), "{cmdlet}");
}

#[test]
fn without_the_edges_receive_log_the_wrong_certificate_is_not_blamed_on_a_connector() {
    let withheld = ["CMEDGE01/TransportRoles/Logs/*/ProtocolLog/SmtpReceive"];
    let played = played_without("edge-presents-wrong-certificate", &withheld);
    let files = &played.incident.evidence.0;
    assert!(!files.keys().any(|path| path.contains("CMEDGE01") && path.contains("SmtpReceive")));
    let diagnosis = &played.examined.diagnosis;
    assert!(diagnosis.findings.iter().all(|it| it.certainty < Certainty::Proven));
    let missing = missing(diagnosis);
    assert!(missing.contains("SMTP Receive protocol log"), "{missing}");
    assert!(missing.contains("-ProtocolLoggingLevel Verbose"), "{missing}");
}

#[test]
fn reports_alone_tell_whom_what_who_wrote_them_and_what_to_collect() {
    let withheld = ["Firewall", "CMHYBD01", "Configuration", "ExchangeOnline"];
    let played = played_without("eop-ranges-blocked", &withheld);
    assert!(played.incident.evidence.0.keys().all(|path| path.starts_with("Mailboxes/")));
    let diagnosis = &played.examined.diagnosis;
    assert_eq!(diagnosis.verdict, Verdict::Undecided);
    let report = &diagnosis.facts.reports[0].report;
    let text = report::text(diagnosis, &played.examined.evidence);
    let told = [
        ("recipient", "raghu@cloudmonkeys.xyz"),
        ("status", "5.4.316"),
        ("generating server", &report.generating_server),
        ("meaning", "What it means:"),
        ("next step", "Collect next:"),
    ];
    for (what, words) in told {
        assert!(!words.is_empty() && text.contains(words), "no {what} ({words}) in:\n{text}");
    }
}
