//! # The Send connector for the domain is disabled
//!
//! ## What happened
//! A Send connector has the address space for the domain, and somebody disabled it. A disabled
//! connector takes no part in routing: when no other one covers the domain, the messages go to the
//! Unreachable queue and are returned when they expire (two days).
//!
//! ## Evidence
//! `Get-Message` shows the messages in the Unreachable queue; the export of the connector has
//! `Enabled` false and an address space that covers their recipients' domain.
//!
//! ## Not to be confused with
//! A missing address space, where no connector, enabled or not, covers the domain.
//!
//! ## Fix
//! Enable the connector.
//!
//! ## Check
//! The Unreachable queue is empty, and the tracking log shows SEND by that connector.
//!
//! ## Way back
//! Disable the connector again.
//!
//! ## Prevention
//! Write who disabled a connector, why and until when into its `Comment`.
//!
//! ## Sources
//! Microsoft Learn, "Set-SendConnector"; "Queues in Exchange Server".

use std::collections::{BTreeMap, BTreeSet};

use super::Rule;
use super::case::{self, Case, Numbered, listed};
use crate::facts::Known;
use crate::finding::{Certainty, Finding, Judgement};
use crate::remedy::{Command, literal};

use exchange::nouns::send_connector::SendConnector;

pub(super) static RULE: Rule =
    Rule { name: NAME, source: include_str!("send_connector_disabled.rs"), judge };

const NAME: &str = "send-connector-disabled";

/// A disabled connector, the domains it alone is for, and the errors.
type Disabled<'f> = (&'f Known<SendConnector>, BTreeSet<String>, BTreeMap<usize, Numbered<'f>>);

fn judge(case: Case) -> Judgement {
    let connectors = &case.facts.configuration.send_connectors;
    let mut disabled: BTreeMap<&str, Disabled> = BTreeMap::new();
    for (domain, errors) in case.unreachable_domains() {
        let mut covering =
            connectors.iter().filter(|known| case::is_for(&known.object, &domain)).peekable();
        let all_disabled = covering.clone().all(|known| !known.object.enabled);
        if let Some(connector) = covering.next().filter(|_| all_disabled) {
            let fresh = || (connector, BTreeSet::new(), BTreeMap::new());
            let (_, domains, all) =
                disabled.entry(connector.object.name.as_str()).or_insert_with(fresh);
            domains.insert(domain);
            all.extend(errors.into_iter().map(|numbered| (numbered.0, numbered)));
        }
    }
    let findings = disabled.into_values().map(|(connector, domains, errors)| {
        let errors: Vec<_> = errors.into_values().collect();
        found(case, &domains, &errors, connector)
    });
    Judgement { findings: findings.collect(), ..Judgement::default() }
}

fn found(
    case: Case,
    domains: &BTreeSet<String>,
    errors: &[Numbered],
    connector: &Known<SendConnector>,
) -> Finding {
    let object = &connector.object;
    let summary = format!(
        "The Send connector {:?} for {} is disabled, so its mail waits in the Unreachable queue and \
         is returned when it expires.",
        object.name,
        listed(domains)
    );
    let mut finding = Finding::new(NAME, Certainty::Proven, summary);
    finding.explains = case::numbers(errors);
    finding.show("the messages wait in the Unreachable queue", case.unreachable_places(errors));
    finding.show(
        "the connector for the domain is disabled",
        [connector.property("Enabled"), connector.property("AddressSpaces")],
    );
    finding.rule_out(
        "no connector has an address space for the domain",
        format!("{:?} has one", object.name),
        [connector.property("AddressSpaces")],
    );
    let server = object.source_transport_servers.first().map_or("", String::as_str);
    let name = literal(&object.name);
    let enable = |value| format!("Set-SendConnector {name} -Enabled {value}");
    finding.remedies.push(Command::exchange(server, enable("$true")));
    finding.rollback.push(Command::exchange(server, enable("$false")));
    finding.verify.extend(case.check_of_unreachable());
    finding
}
