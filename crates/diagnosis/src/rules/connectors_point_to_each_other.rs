//! # Connectors of both sides send the same mail to each other
//!
//! ## What happened
//! Each side believes that the other one delivers mail for a domain. Exchange Online routes it on
//! premises (`RouteAllMessagesViaOnPremises`, or the domain in `RecipientDomains`); on premises,
//! the Send connector for the domain has Exchange Online as its smart host. After a few rounds
//! Exchange Online refuses the message: `554 5.4.14 Hop count exceeded - possible mail loop
//! ATTR34`.
//!
//! ## Evidence
//! The tracking log on premises shows the same Message-ID received from Exchange Online and sent
//! to it again, by the same Send connector; the exports of both connectors show why.
//!
//! ## Not to be confused with
//! An outbound connector that follows the MX record back to Exchange Online: there, the message
//! never reaches the organization. A recipient that exists on neither side while both relay the
//! domain: then the accepted domain of one side has to become authoritative.
//!
//! ## Fix
//! One side has to deliver. For mail to the Internet that all leaves on premises (centralized mail
//! transport), the Send connector must deliver by MX record (or to a gateway that is not Exchange
//! Online).
//!
//! ## Check
//! `Get-MessageTrackingLog` shows the message sent once, to a host that is not Exchange Online's.
//!
//! ## Way back
//! Give the Send connector its smart hosts again.
//!
//! ## Prevention
//! Before changing where mail leaves, write down which side delivers which domain, and change the
//! other side's connector first.
//!
//! ## Sources
//! Microsoft Learn, "Fix NDR error 5.4.6 or 5.4.14"; "Transport options in Exchange hybrid
//! deployments".

use std::collections::{BTreeMap, BTreeSet};

use exchange::eop;
use exchange::nouns::outbound_connector::OutboundConnector;
use exchange::nouns::send_connector::{SendConnector, SmartHost};
use exchange::properties::Enumeration as _;

use super::Rule;
use super::case::{self, Case, Numbered, SHOWN, domain_of};
use crate::facts::{Known, Message, Step, StepKind};
use crate::finding::{Certainty, Finding, Judgement};
use crate::remedy::{Command, literal, literals};

pub(super) static RULE: Rule =
    Rule { name: NAME, source: include_str!("connectors_point_to_each_other.rs"), judge };

const NAME: &str = "connectors-point-to-each-other";

fn judge(case: Case) -> Judgement {
    let errors = case.loops();
    if errors.is_empty() {
        return Judgement::default();
    }
    let configuration = &case.facts.configuration;
    let mut judgement = Judgement::default();
    let leaves_by = |domain| Some((domain, case.route(domain)?.object.name.as_str()));
    let ways: Ways = domains(&errors).into_iter().filter_map(leaves_by).collect();
    for connector in &configuration.send_connectors {
        let meant = errors_of(&ways, &errors, &connector.object);
        if meant.is_empty() || !goes_online(&connector.object) {
            continue;
        }
        let back = configuration.outbound_connectors.iter().find(|back| {
            back.object.enabled && domains(&meant).iter().all(|it| sends_back(&back.object, it))
        });
        if let Some(back) = back {
            judgement.findings.push(found(case, &meant, connector, back));
        }
    }
    if judgement.findings.is_empty() {
        lack(case, &mut judgement);
    }
    judgement
}

/// The Send connector by which mail leaves, by domain.
type Ways<'f> = BTreeMap<&'f str, &'f str>;

/// The errors whose recipients' mail leaves by the connector.
fn errors_of<'f>(
    ways: &Ways,
    errors: &[Numbered<'f>],
    connector: &SendConnector,
) -> Vec<Numbered<'f>> {
    let leaves_by_it = |recipient: &String| {
        ways.get(domain_of(recipient)).is_some_and(|chosen| *chosen == connector.name)
    };
    let concerns = |(_, setback): &&Numbered<'f>| setback.recipients.iter().any(leaves_by_it);
    errors.iter().filter(concerns).copied().collect()
}

/// Whether Exchange Online is the next hop.
fn goes_online(connector: &SendConnector) -> bool {
    !connector.smart_hosts.is_empty()
        && connector.smart_hosts.iter().all(|host| match host {
            SmartHost::Name(name) => eop::is_exchange_online(name),
            SmartHost::Address(address) => eop::range_of(*address).is_some(),
        })
}

/// Whether Exchange Online hands mail for the domain to the organization.
fn sends_back(connector: &OutboundConnector, domain: &str) -> bool {
    !connector.use_mx_record && connector.recipient_domains.iter().any(|it| it.covers(domain))
}

fn domains<'f>(errors: &[Numbered<'f>]) -> BTreeSet<&'f str> {
    case::recipients(errors).into_iter().map(domain_of).collect()
}

fn found(
    case: Case,
    errors: &[Numbered],
    out: &Known<SendConnector>,
    back: &Known<OutboundConnector>,
) -> Finding {
    let name = &out.object.name;
    let rounds = rounds(case, errors, name);
    let certainty = if rounds.is_empty() { Certainty::Likely } else { Certainty::Proven };
    let summary = format!(
        "Mail to {} goes round: Exchange Online hands it to the organization by the outbound connector \
         {:?}, and the Send connector {name:?} hands it back to Exchange Online.",
        case::listed(domains(errors)),
        back.object.name,
    );
    let mut finding = Finding::new(NAME, certainty, summary);
    finding.explains = case::numbers(errors);
    finding.show("the message went round until it was refused", case::places(errors));
    let shown: Vec<_> = rounds.iter().take(SHOWN).map(|step| step.at.clone()).collect();
    finding.show(
        "the same message was sent to Exchange Online, received from it, and sent again",
        shown,
    );
    finding.show(
        "the Send connector's next hop is Exchange Online",
        [out.property("SmartHosts"), out.property("AddressSpaces")],
    );
    finding.show(
        "the outbound connector sends the same domains on premises",
        [back.property("RecipientDomains"), back.property("RouteAllMessagesViaOnPremises")],
    );
    finding.rule_out(
        "the outbound connector follows the MX record back to Exchange Online",
        "it has smart hosts of its own",
        [back.property("UseMXRecord")],
    );
    prescribe(&mut finding, errors, &out.object);
    finding
}

/// The connector goes by MX record again, and no longer demands of every server what only Exchange
/// Online has.
fn prescribe(finding: &mut Finding, errors: &[Numbered], connector: &SendConnector) {
    let server = connector.source_transport_servers.first().map_or("", String::as_str);
    let set = |change: &str| {
        Command::exchange(
            server,
            format!("Set-SendConnector {} {change}", literal(&connector.name)),
        )
    };
    let hosts = literals(connector.smart_hosts.iter().map(|host| match host {
        SmartHost::Name(name) => name.clone(),
        SmartHost::Address(address) => address.to_string(),
    }));
    let mut there = vec!["-DNSRoutingEnabled $true -SmartHosts $null".to_owned()];
    let mut back = vec![format!("-DNSRoutingEnabled $false -SmartHosts {hosts}")];
    if let (true, Some(level)) = (connector.require_tls, connector.tls_auth_level) {
        let domain = connector.tls_domain.as_ref().map(ToString::to_string);
        let domain = domain.map_or_else(|| "$null".to_owned(), |domain| literal(&domain));
        there.push("-RequireTLS $false -TlsAuthLevel $null -TlsDomain $null".to_owned());
        let level = level.name();
        back.push(format!("-RequireTLS $true -TlsAuthLevel {level} -TlsDomain {domain}"));
    }
    if connector.cloud_services_mail_enabled {
        there.push("-CloudServicesMailEnabled $false".to_owned());
        back.push("-CloudServicesMailEnabled $true".to_owned());
    }
    finding.remedies.push(set(&there.join(" ")));
    finding.rollback.push(set(&back.join(" ")));
    let recipient = case::recipients(errors).first().copied().unwrap_or("*");
    finding.verify.push(Command::exchange(
        server,
        format!("Get-MessageTrackingLog -EventId SEND -Recipients {recipient}"),
    ));
}

/// Steps of a message that went out by the connector more than once.
fn rounds<'f>(case: Case<'f>, errors: &[Numbered], connector: &str) -> Vec<&'f Step> {
    let ids = errors.iter().filter_map(|(_, setback)| setback.message_id.as_deref());
    let messages = ids.filter_map(|id| case.facts.messages.get(id));
    let turns = |message: &'f Message| -> Vec<&'f Step> {
        let steps = message.timeline().into_iter().filter(|step| {
            let is_out =
                step.kind == StepKind::Sent && step.connector.eq_ignore_ascii_case(connector);
            let is_in = step.kind == StepKind::Received && eop::is_exchange_online(&step.peer);
            is_out || is_in
        });
        steps.collect()
    };
    let is_round =
        |steps: &Vec<&Step>| steps.iter().filter(|step| step.kind == StepKind::Sent).count() > 1;
    messages.map(turns).find(is_round).unwrap_or_default()
}

fn lack(case: Case, judgement: &mut Judgement) {
    let configuration = &case.facts.configuration;
    if configuration.send_connectors.is_empty() {
        judgement.lack(
            "the Send connectors",
            "where mail leaves the organization that Exchange Online hands to it",
            "Get-SendConnector | Export-Clixml Get-SendConnector.clixml",
        );
    }
    if configuration.outbound_connectors.is_empty() {
        judgement.lack(
            "the outbound connectors of the tenant",
            "which mail Exchange Online hands to the organization",
            "Get-OutboundConnector | Export-Clixml Get-OutboundConnector.clixml",
        );
    }
}
