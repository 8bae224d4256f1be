//! What the servers of a story leave behind: each service its logs, in the folders Microsoft Learn names
//! ("Protocol logging", "Connectivity logging"), and what Windows is told.

use std::collections::BTreeSet;

use lab::story::Story;
use tests::{play, played};

/// What an administrator types to see everything.
const EVERYTHING: &str =
    "Set-TransportService CMHYBD01 -IntraOrgConnectorProtocolLoggingLevel Verbose
Set-MailboxTransportService CMHYBD01 -MailboxDeliveryConnectorProtocolLoggingLevel Verbose
Get-ReceiveConnector | Set-ReceiveConnector -ProtocolLoggingLevel Verbose
";

#[test]
fn every_service_has_its_folders_when_everything_is_logged() {
    let story = Story::load("healthy-hybrid").unwrap();
    let before = "[[setup]]\nwhat = \"The perimeter firewall:";
    let setup = format!(
        "[[setup]]\nwhat = \"Logs\"\non = \"CMHYBD01\"\nrun = '''\n{EVERYTHING}'''\n\n{before}"
    );
    let played = play(story.retold(&[(before, &setup)]).unwrap());
    let paths = played.incident.evidence.0.keys();
    let folders: BTreeSet<_> = paths
        .filter_map(|path| path.strip_prefix("CMHYBD01/TransportRoles/Logs/")?.rsplit_once('/'))
        .map(|(folder, _)| folder)
        .collect();
    assert_eq!(
        folders.into_iter().collect::<Vec<_>>(),
        [
            "FrontEnd/AgentLog",
            "FrontEnd/Connectivity",
            "FrontEnd/ProtocolLog/SmtpReceive",
            "FrontEnd/ProtocolLog/SmtpSend",
            "Hub/Connectivity",
            "Hub/ProtocolLog/SmtpReceive",
            "Hub/ProtocolLog/SmtpSend",
            "Mailbox/Connectivity/Delivery",
            "Mailbox/Connectivity/Submission",
            "Mailbox/ProtocolLog/SmtpReceive/Delivery",
            "Mailbox/ProtocolLog/SmtpSend/Submission",
            "MessageTracking",
        ]
    );
}

#[test]
fn an_administrator_switches_the_agent_log_off() {
    let logged = |enabled: &str| {
        let story = Story::load("healthy-hybrid").unwrap();
        let set = format!("Set-FrontendTransportService CMHYBD01 -AgentLogEnabled {enabled}");
        let before = "[[setup]]\nwhat = \"The perimeter firewall:";
        let setup =
            format!("[[setup]]\nwhat = \"Logs\"\non = \"CMHYBD01\"\nrun = '{set}'\n\n{before}");
        let played = play(story.retold(&[(before, &setup)]).unwrap());
        let mut paths = played.incident.evidence.0.into_keys();
        paths.any(|path| path.contains("/FrontEnd/AgentLog/AgentLog"))
    };
    assert!(logged("$true") && !logged("$false"));
}

#[test]
fn a_certificate_that_has_expired_is_reported_to_the_event_log() {
    let played = played("certificate-expired");
    let log = &played.incident.evidence.0["CMEDGE01/EventLog/Application.xml"];
    let log = String::from_utf8_lossy(log);
    assert!(log.contains("12016") && log.contains("has expired"), "{log}");
}

#[test]
fn an_administrator_decides_how_large_logs_become() {
    let files = |size: &str| {
        let story = Story::load("healthy-hybrid").unwrap();
        let set =
            format!("Set-FrontendTransportService CMHYBD01 -ReceiveProtocolLogMaxFileSize {size}");
        let before = "[[setup]]\nwhat = \"The perimeter firewall:";
        let setup =
            format!("[[setup]]\nwhat = \"Logs\"\non = \"CMHYBD01\"\nrun = '{set}'\n\n{before}");
        let played = play(story.retold(&[(before, &setup)]).unwrap());
        let paths = played.incident.evidence.0.into_keys();
        let names: Vec<_> =
            paths.filter(|path| path.contains("FrontEnd/ProtocolLog/SmtpReceive")).collect();
        assert!(played.examined.diagnosis.findings.is_empty());
        names
    };
    let (usual, small) = (files("10MB"), files("8KB"));
    assert!(usual.iter().all(|path| path.ends_with("-1.LOG")), "{usual:?}");
    assert!(
        small.len() > usual.len() && small.iter().any(|path| path.ends_with("-2.LOG")),
        "{small:?}"
    );
}

#[test]
fn a_service_whose_connectivity_log_is_off_writes_none() {
    let story = Story::load("healthy-hybrid").unwrap();
    let off = "Set-TransportService CMHYBD01 -ConnectivityLogEnabled $false
Set-MailboxTransportService CMHYBD01 -ConnectivityLogEnabled $false";
    let before = "[[setup]]\nwhat = \"The perimeter firewall:";
    let setup = format!(
        "[[setup]]\nwhat = \"Logs\"\non = \"CMHYBD01\"\nrun = \"\"\"\n{off}\n\"\"\"\n\n{before}"
    );
    let played = play(story.retold(&[(before, &setup)]).unwrap());
    let paths = played.incident.evidence.0.keys().filter(|path| path.contains("CONNECTLOG"));
    let folders: BTreeSet<_> = paths.filter_map(|path| path.rsplit_once('/')).collect();
    let folders: BTreeSet<_> = folders.into_iter().map(|(folder, _)| folder).collect();
    assert_eq!(Vec::from_iter(folders), ["CMHYBD01/TransportRoles/Logs/FrontEnd/Connectivity"]);
}
