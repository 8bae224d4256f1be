//! What the servers of a story leave behind: each service its logs, in the folders Microsoft Learn names
//! ("Protocol logging", "Connectivity logging"), and what Windows is told.

use std::collections::BTreeSet;

use lab::story::Story;
use tests::{play, played, root};

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

fn of_story(name: &str, changes: &[(&str, &str)]) -> Vec<(String, String)> {
    let file = root().join(format!("tests/stories/{name}.toml"));
    let files = play(Story::from_file(&file).expect("a story").retold(changes).expect("a story"))
        .incident
        .evidence
        .0;
    files.into_iter().map(|(p, bytes)| (p, String::from_utf8_lossy(&bytes).into_owned())).collect()
}

#[test]
fn a_partner_that_closes_at_quit_is_remote() {
    let rows: Vec<String> = of_story("partners-refuse", &[])
        .into_iter()
        .filter(|(path, _)| path.contains("/Hub/ProtocolLog/SmtpSend/"))
        .flat_map(|(_, text)| text.lines().map(str::to_owned).collect::<Vec<_>>())
        .filter(|row| row.contains(",203.0.113.20:25,"))
        .collect();
    let after_quit = rows.windows(2).filter(|pair| pair[0].ends_with(",>,QUIT,"));
    let ends: Vec<_> =
        after_quit.map(|pair| pair[1].splitn(7, ',').last().unwrap_or_default()).collect();
    assert_eq!(ends, ["<,221 2.0.0 Bye,", "-,,Remote"]);
}

#[test]
fn a_partner_that_never_greets_is_told_of_in_the_words_of_the_version() {
    let said = |build: &str| {
        let files = of_story("two-servers-partner-never-greets", &[("15.2.1544.14", build)]);
        let queue = files.into_iter().find(|(path, _)| path == "EX01/Get-Queue.clixml").unwrap().1;
        let error = queue.split_once("LED=").unwrap().1;
        error.split_once('}').unwrap().0.replace("&gt;", ">")
    };
    assert_eq!(
        said("15.2.1544.14"),
        "451 4.4.397 Error communicating with target host. -> 421 4.4.2 Connection dropped due to TimedOut"
    );
    assert_eq!(
        said("15.0.1497.48"),
        "451 4.4.0 Primary target IP address responded with: \"421 4.4.1 Connection timed out.\" Attempted failover to alternate host, but that did not succeed. Either there are no alternate hosts, or delivery failed to all alternate hosts."
    );
}
