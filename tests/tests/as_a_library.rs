//! How a test of one's own uses the lab: a scenario is run, and its files must tell the cause.

use hybridlab::examine::examine;
use lab::incident;
use lab::story::Story;

#[test]
fn the_blocked_ranges_are_found_from_the_files_alone() -> Result<(), Box<dyn std::error::Error>> {
    let story = Story::load("eop-ranges-blocked")?;
    let incident = incident::run(story, None)?;
    assert!(incident.tally.total().returned > 0, "some senders got their mail back");

    let examined = examine(&incident.evidence);
    let cause = &examined.diagnosis.findings[0];
    assert_eq!(cause.rule, "firewall-blocks-eop-range");
    assert!(cause.summary.contains("40.92.0.0/15"), "{}", cause.summary);
    assert!(cause.remedies[0].command.contains("New-LabFirewallRule"));
    Ok(())
}
