//! # The outbound connector follows the MX record back to Exchange Online
//!
//! ## What happened
//! Mail for mailboxes on premises leaves Exchange Online by an outbound connector that resolves
//! the MX record. The MX record of the domain points to Exchange Online, so the mail comes back to
//! where it left, is taken for the tenant's own, and leaves again, until `554 5.4.14 Hop count
//! exceeded - possible mail loop ATTR34`.
//!
//! ## Evidence
//! The outbound connector's export has `UseMXRecord` true for the recipient's domain, which is an
//! accepted domain of the tenant. No log on premises has the message.
//!
//! ## Not to be confused with
//! A loop between the two sides, where the tracking log on premises has the message several times.
//!
//! ## Fix
//! Give the connector the public host of the organization on premises as its smart host.
//!
//! ## Check
//! `Get-MessageTraceDetailV2` shows new mail sent to that host.
//!
//! ## Way back
//! Set `UseMXRecord` to `$true` again and take the smart host out.
//!
//! ## Prevention
//! Validate a connector after every change (`Validate-OutboundConnector`), and move the MX record
//! only after the connectors that follow it.
//!
//! ## Sources
//! Microsoft Learn, "Fix NDR error 5.4.6 or 5.4.14"; "Set-OutboundConnector".

use exchange::domain::DomainPattern;
use exchange::nouns::outbound_connector::OutboundConnector;

use super::Rule;
use super::case::{self, Case, Numbered, SHOWN, domain_of};
use crate::facts::{EXCHANGE_ONLINE, Known, StepKind};
use crate::finding::{Certainty, Finding, Judgement};
use crate::remedy::{Command, literal};

pub(super) static RULE: Rule =
    Rule { name: NAME, source: include_str!("outbound_connector_routes_to_own_mx.rs"), judge };

const NAME: &str = "outbound-connector-routes-to-own-mx";

fn judge(case: Case) -> Judgement {
    let errors = case.loops();
    let mut judgement = Judgement::default();
    for connector in &case.facts.configuration.outbound_connectors {
        let meant: Vec<Numbered> = errors
            .iter()
            .filter(|(_, setback)| {
                setback.recipients.iter().any(|it| is_for(case, &connector.object, domain_of(it)))
            })
            .copied()
            .collect();
        if connector.object.enabled && connector.object.use_mx_record && !meant.is_empty() {
            judgement.findings.push(found(case, &meant, connector));
        }
    }
    judgement
}

/// Whether the connector takes mail for a domain of the tenant.
fn is_for(case: Case, connector: &OutboundConnector, domain: &str) -> bool {
    let accepted = &case.facts.configuration.accepted_domains;
    connector.recipient_domains.iter().any(|pattern| pattern.covers(domain))
        && accepted.iter().any(|known| known.object.domain_name.covers(domain))
}

fn found(case: Case, errors: &[Numbered], connector: &Known<OutboundConnector>) -> Finding {
    let name = &connector.object.name;
    let domains: std::collections::BTreeSet<_> =
        case::recipients(errors).into_iter().map(domain_of).collect();
    let on_premises = received_on_premises(case, errors);
    let certainty = if on_premises { Certainty::Possible } else { Certainty::Proven };
    let summary = format!(
        "The outbound connector {name:?} sends mail for {} where the MX record points, which is Exchange \
         Online itself: the mail never reaches the organization and goes round.",
        case::listed(&domains)
    );
    let mut finding = Finding::new(NAME, certainty, summary);
    finding.explains = case::numbers(errors);
    finding.show("the message went round until it was refused", case::places(errors));
    finding.show(
        "the outbound connector follows the MX record",
        [connector.property("UseMXRecord"), connector.property("RecipientDomains")],
    );
    let accepted = case.facts.configuration.accepted_domains.iter();
    let own = accepted.filter(|known| domains.iter().any(|it| known.object.domain_name.covers(it)));
    finding.show(
        "the domain is one of the tenant's own",
        own.map(|known| known.property("DomainName")).take(SHOWN),
    );
    if !on_premises {
        finding.rule_out(
            "the organization sends the mail back",
            "no log on premises has the message",
            [],
        );
    }
    let quoted = literal(name);
    if let Some(host) = public_host(case, &connector.object) {
        finding.remedies.push(Command::online(format!(
            "Set-OutboundConnector {quoted} -UseMXRecord $false -SmartHosts {host}"
        )));
        finding.verify.push(Command::online(format!(
            "Get-OutboundConnector {quoted} | Format-List UseMXRecord,SmartHosts"
        )));
        finding.rollback.push(Command::online(format!(
            "Set-OutboundConnector {quoted} -UseMXRecord $true -SmartHosts $null"
        )));
    }
    finding
}

/// Whether any server on premises received one of the messages.
fn received_on_premises(case: Case, errors: &[Numbered]) -> bool {
    let ids = errors.iter().filter_map(|(_, setback)| setback.message_id.as_deref());
    ids.filter_map(|id| case.facts.messages.get(id)).any(|message| {
        let mut steps = message.steps.iter();
        steps.any(|step| {
            step.kind == StepKind::Received
                && *step.host != *EXCHANGE_ONLINE
                && !exchange::eop::is_exchange_online(&step.host)
                && exchange::eop::is_exchange_online(&step.peer)
        })
    })
}

/// The name under which the organization's servers are reached and prove themselves.
fn public_host(case: Case, connector: &OutboundConnector) -> Option<String> {
    let configuration = &case.facts.configuration;
    let exact = |pattern: &Option<DomainPattern>| match pattern {
        Some(DomainPattern::Exact(name)) => Some(name.clone()),
        _ => None,
    };
    let inbound = configuration.inbound_connectors.iter();
    exact(&connector.tls_domain)
        .or_else(|| {
            inbound.clone().find_map(|known| exact(&known.object.tls_sender_certificate_name))
        })
        .or_else(|| {
            let send = configuration.send_connectors.iter();
            send.clone()
                .filter(|known| known.object.cloud_services_mail_enabled)
                .find_map(|known| known.object.fqdn.clone())
        })
}
