//! # No Send connector is for the domain
//!
//! ## What happened
//! Mail for a domain that is not delivered here leaves by the Send connector with the best
//! matching address space. None matches, so the messages go to the Unreachable queue. They stay
//! there without a report until they expire (two days), and leave at once when a connector is set
//! for the domain.
//!
//! ## Evidence
//! `Get-Message` shows the messages in the Unreachable queue; no address space in the export of
//! the Send connectors covers their recipients' domain.
//!
//! ## Not to be confused with
//! A connector that has the address space and is disabled; one whose source servers are gone; a
//! next hop that does not answer, where the messages wait in a delivery queue that retries.
//!
//! ## Fix
//! Add the domain to the connector that leads to where it is received: for domains of the tenant,
//! the one to Exchange Online.
//!
//! ## Check
//! The Unreachable queue is empty, and the tracking log shows SEND by that connector.
//!
//! ## Way back
//! Give the connector its former address spaces.
//!
//! ## Prevention
//! The Hybrid Configuration Wizard adds the mail.onmicrosoft.com domain and not the
//! onmicrosoft.com domain: if no connector for `*` catches it, add it by hand, and write down why
//! before somebody tidies up.
//!
//! ## Sources
//! Microsoft Learn, "Send connectors in Exchange Server"; "Queues in Exchange Server".

use std::collections::BTreeSet;

use exchange::domain::is_within;
use exchange::nouns::accepted_domain::AcceptedDomain;
use exchange::nouns::send_connector::SendConnector;

use super::Rule;
use super::case::{self, Case, Numbered, SHOWN, listed};
use crate::facts::{EXCHANGE_ONLINE, Known};
use crate::finding::{Certainty, Finding, Judgement};
use crate::remedy::{Command, literal};

pub(super) static RULE: Rule =
    Rule { name: NAME, source: include_str!("send_connector_missing_address_space.rs"), judge };

const NAME: &str = "send-connector-missing-address-space";

fn judge(case: Case) -> Judgement {
    let mut judgement = Judgement::default();
    let connectors = &case.facts.configuration.send_connectors;
    for (domain, errors) in case.unreachable_domains() {
        if connectors.is_empty() {
            judgement.lack(
                "the Send connectors",
                &format!("whether one is for {domain}"),
                "Get-SendConnector | Export-Clixml Get-SendConnector.clixml",
            );
        } else if connectors.iter().all(|known| !case::is_for(&known.object, &domain)) {
            judgement.findings.push(found(case, &domain, &errors));
        }
    }
    judgement
}

fn found(case: Case, domain: &str, errors: &[Numbered]) -> Finding {
    let summary = format!(
        "No Send connector has an address space for {domain}, so mail to it waits in the Unreachable queue \
         and is returned when it expires."
    );
    let mut finding = Finding::new(NAME, Certainty::Proven, summary);
    finding.explains = case::numbers(errors);
    finding.show("the messages wait in the Unreachable queue", case.unreachable_places(errors));
    let connectors = &case.facts.configuration.send_connectors;
    finding.show(
        "none of the connectors' address spaces covers the domain",
        connectors.iter().map(|known| known.property("AddressSpaces")).take(SHOWN),
    );
    let own = of_tenant(case, domain).map(|known| known.property("DomainName"));
    finding.show("the domain is one of the tenant's", own);
    finding.rule_out(
        "a connector for the domain is disabled",
        "no connector, enabled or not, has an address space that covers it",
        [],
    );
    match way(case, domain) {
        Some(connector) => add_space(&mut finding, domain, &connector.object),
        None => add_connector(case, &mut finding, domain),
    }
    finding.verify.extend(case.check_of_unreachable());
    finding
}

/// The connector that leads to the tenant, if the domain is the tenant's: it has a sibling of the
/// domain among its address spaces, or it is the one that carries cross-premises mail.
fn way<'f>(case: Case<'f>, domain: &str) -> Option<&'f Known<SendConnector>> {
    let configuration = &case.facts.configuration;
    let is_of_tenant = is_within(domain, "onmicrosoft.com") || of_tenant(case, domain).is_some();
    let mut enabled = configuration.send_connectors.iter().filter(|known| known.object.enabled);
    enabled.find(|known| is_of_tenant && known.object.cloud_services_mail_enabled)
}

/// The tenant's accepted domain that covers the domain.
fn of_tenant<'f>(case: Case<'f>, domain: &str) -> Option<&'f Known<AcceptedDomain>> {
    let mut accepted = case.facts.configuration.accepted_domains.iter();
    accepted.find(|known| {
        case.host(&known.at) == EXCHANGE_ONLINE && known.object.domain_name.covers(domain)
    })
}

fn add_space(finding: &mut Finding, domain: &str, connector: &SendConnector) {
    let server = connector.source_transport_servers.first().map_or("", String::as_str);
    let name = literal(&connector.name);
    let set =
        |change| format!("Set-SendConnector {name} -AddressSpaces @{{{change}='SMTP:{domain};1'}}");
    finding.remedies.push(Command::exchange(server, set("Add")));
    finding.rollback.push(Command::exchange(server, set("Remove")));
}

/// A connector of its own, by MX record, from the servers that other connectors use.
fn add_connector(case: Case, finding: &mut Finding, domain: &str) {
    let connectors = case.facts.configuration.send_connectors.iter();
    let sources: BTreeSet<_> =
        connectors.flat_map(|known| known.object.source_transport_servers.clone()).collect();
    let server = sources.first().map_or("", String::as_str);
    let name = literal(&format!("To {domain}"));
    finding.remedies.push(Command::exchange(
        server,
        format!(
            "New-SendConnector -Name {name} -AddressSpaces 'SMTP:{domain};1' -SourceTransportServers {}",
            listed_unquoted(&sources)
        ),
    ));
    finding
        .rollback
        .push(Command::exchange(server, format!("Remove-SendConnector {name} -Confirm:$false")));
}

fn listed_unquoted(sources: &BTreeSet<String>) -> String {
    if sources.is_empty() { listed(["$env:COMPUTERNAME"]) } else { case::join(sources) }
}
