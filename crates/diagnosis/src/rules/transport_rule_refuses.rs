//! # A transport rule refuses the mail
//!
//! ## What happened
//! A transport rule (mail flow rule) of the organization is for the messages, and rejects or deletes
//! them. What is rejected comes back to the sender with `TRANSPORT.RULES.RejectMessage`; of what is
//! deleted nobody is told.
//!
//! ## Evidence
//! The tracking log has FAIL rows with the source AGENT and `Transport Rule Agent`; the AGENTINFO row
//! of the same message names the rule by its id (`S:TRA=ETR|ruleId=…`), and the export of the rules
//! says what that rule is for and what it does.
//!
//! ## Not to be confused with
//! A restriction of the recipient (`RESOLVER.RST`), which has the same code 5.7.1, and a refusal by the
//! recipient's server, for which the FAIL row has the source SMTP.
//!
//! ## Fix
//! Disable the rule, or make it more narrow with an exception. Whoever asked for the rule should agree.
//!
//! ## Check
//! The rule is disabled, and the same mail sent again has SEND or DELIVER instead of FAIL.
//!
//! ## Way back
//! Enable the rule again.
//!
//! ## Prevention
//! Try a new rule out with `-Mode Audit`, look at the AGENTINFO rows for a week, then enforce it. Write
//! into its `Comments` who asked for it.
//!
//! ## Sources
//! Microsoft Learn, "Mail flow rules in Exchange Server", "New-TransportRule"; tracking rows of real
//! servers.

use std::collections::{BTreeMap, BTreeSet};

use exchange::decisions::transport_rules::{self, RuleMessage, RuleRecipient};
use exchange::guid::Guid;
use exchange::nouns::transport_rule::{Actions, TransportRule};
use exchange::properties::{Enumeration, Noun};

use super::Rule;
use super::case::{self, Case, Numbered, SHOWN, domain_of, listed};
use crate::facts::{Known, RuleRefusal, Setback, Teller};
use crate::finding::{Certainty, Finding, Judgement};
use crate::remedy::{Command, literal};

pub(super) static RULE: Rule =
    Rule { name: NAME, source: include_str!("transport_rule_refuses.rs"), judge };

const NAME: &str = "transport-rule-refuses";

/// A rule as far as it is known, and the mail that it refused.
#[derive(Default)]
struct Refused<'f> {
    errors: Vec<Numbered<'f>>,
    told: Vec<&'f RuleRefusal>,
}

fn judge(case: Case) -> Judgement {
    let mut by_rule: BTreeMap<Guid, Refused> = BTreeMap::new();
    let mut judgement = Judgement::default();
    for numbered in case.setbacks(is_refusal) {
        let told: Vec<_> =
            case.facts.rule_refusals.iter().filter(|told| is_about(told, numbered.1)).collect();
        let rules: BTreeSet<Guid> = match told.as_slice() {
            [] => candidates(case, numbered.1).iter().map(|known| known.object.guid).collect(),
            told => told.iter().map(|told| told.rule).collect(),
        };
        // Several rules that would refuse it: the log that tells which one did is not there.
        if rules.len() != 1 {
            lack(&mut judgement, case);
        }
        for rule in rules.iter().filter(|_| rules.len() == 1 || !told.is_empty()) {
            let refused = by_rule.entry(*rule).or_default();
            refused.errors.push(numbered);
            refused.told.extend(told.iter().filter(|told| told.rule == *rule));
        }
    }
    let is_exported = |rule| case.facts.configuration.transport_rule(rule).is_some();
    if !by_rule.iter().all(|(rule, refused)| is_exported(*rule) && !refused.told.is_empty()) {
        lack(&mut judgement, case);
    }
    judgement.findings =
        by_rule.iter().map(|(rule, refused)| found(case, *rule, refused)).collect();
    judgement
}

/// The words of the agent. Exchange Online has rules of its own, which are not in the export.
fn is_refusal(setback: &Setback) -> bool {
    let text = &setback.error.led;
    let is_agent = text.contains("TRANSPORT.RULES.RejectMessage") || is_deletion(setback);
    is_agent && setback.teller != Teller::Trace
}

fn is_deletion(setback: &Setback) -> bool {
    setback.error.led.contains("deleted by the transport rules agent")
}

/// Whether the agent's row is about the message of an error, and about one of its recipients.
fn is_about(told: &RuleRefusal, setback: &Setback) -> bool {
    let is_same = |one: &String| setback.recipients.iter().any(|own| own.eq_ignore_ascii_case(one));
    told.message_id.is_some()
        && told.message_id == setback.message_id
        && (setback.recipients.is_empty()
            || told.recipients.is_empty()
            || setback.teller == Teller::Report
            || told.recipients.iter().any(is_same))
}

/// Exported rules that would refuse the message of an error.
fn candidates<'f>(case: Case<'f>, setback: &Setback) -> Vec<&'f Known<TransportRule>> {
    let configuration = &case.facts.configuration;
    let message = setback.message_id.as_deref().and_then(|id| case.facts.messages.get(id));
    let is_own = |address: &str| {
        let domain = domain_of(address);
        let mut accepted = configuration.accepted_domains.iter();
        accepted.any(|known| known.object.domain_name.covers(domain))
    };
    let (sender, subject) = message.map_or(("", ""), |message| (&message.sender, &message.subject));
    let seen = RuleMessage { sender, sender_is_inside: is_own(sender), subject, size: u64::MAX };
    let is_for = |rule: &TransportRule| {
        let mut recipients = setback.recipients.iter();
        recipients.any(|recipient| {
            let addresses = recipient.parse().into_iter().collect();
            let recipient = RuleRecipient { addresses, is_inside: is_own(recipient) };
            transport_rules::is_for(rule, &seen, &recipient)
        })
    };
    let refuses = |actions: &Actions| actions.rejects() || actions.delete_message;
    let rules = configuration.transport_rules.iter();
    rules
        .filter(|known| known.object.is_enforced() && refuses(&known.object.actions))
        .filter(|known| message.is_none() || is_for(&known.object))
        .collect()
}

/// Says which evidence would tell the rule.
fn lack(judgement: &mut Judgement, case: Case) {
    if case.facts.configuration.transport_rules.is_empty() {
        judgement.lack(
            "the export of the transport rules",
            "which transport rule refuses the mail, and what it is for",
            "Get-TransportRule | Export-Clixml Get-TransportRule.clixml",
        );
    } else {
        judgement.lack(
            "the AGENTINFO rows of the messages",
            "which transport rule refuses the mail",
            "Get-TransportService | Get-MessageTrackingLog -EventId AGENTINFO | Format-List",
        );
    }
}

fn found(case: Case, guid: Guid, refused: &Refused) -> Finding {
    let rule = case.facts.configuration.transport_rule(guid);
    let errors = &refused.errors;
    let certainty = if refused.told.is_empty() { Certainty::Likely } else { Certainty::Proven };
    let name = rule.map_or_else(|| guid.to_string(), |known| known.object.name.clone());
    let mut finding = Finding::new(NAME, certainty, summary(&name, rule, errors));
    finding.explains = case::numbers(errors);
    finding.show("the transport rule agent refuses the messages", case::places(errors));
    finding.show(
        "the agent names the rule",
        refused.told.iter().map(|told| told.at.clone()).take(SHOWN),
    );
    finding
        .show("what the rule is for, and what it does", rule.map(properties).unwrap_or_default());
    finding.rule_out(
        "the recipient is restricted, or its server refused the message",
        "the agent of the organization's own server did, before the message was routed",
        case::places(errors).into_iter().take(1),
    );
    let server = errors.iter().map(|(_, setback)| case.host(&setback.at)).find(|it| !it.is_empty());
    let server = server.unwrap_or_default();
    let identity = literal(&name);
    if rule.is_none_or(|known| known.object.is_enforced()) {
        let disable = format!("Disable-TransportRule {identity} -Confirm:$false");
        finding.remedies.push(Command::exchange(server, disable));
        finding
            .rollback
            .push(Command::exchange(server, format!("Enable-TransportRule {identity}")));
    }
    finding.verify.push(Command::exchange(
        server,
        format!("Get-TransportRule {identity} | Format-List State,Mode,Description"),
    ));
    finding
}

fn summary(name: &str, rule: Option<&Known<TransportRule>>, errors: &[Numbered]) -> String {
    let recipients: BTreeSet<_> = case::recipients(errors);
    let to = match recipients.len() {
        0 => String::new(),
        1..=SHOWN => format!(" to {}", listed(&recipients)),
        many => format!(" to {many} recipients"),
    };
    let messages: BTreeSet<_> =
        errors.iter().filter_map(|(_, setback)| setback.message_id.as_deref()).collect();
    let (one, many) = if errors.iter().any(|(_, setback)| is_deletion(setback)) {
        ("is lost, and nobody was told", "are lost, and nobody was told")
    } else {
        ("came back to its sender", "came back to their senders")
    };
    let does = if many.starts_with("are") { "deletes" } else { "rejects" };
    let what = match messages.len() {
        0 | 1 => format!("one message {one}"),
        count => format!("{count} messages {many}"),
    };
    let since = match rule {
        Some(known) if !known.object.is_enforced() => {
            let (state, mode) = (known.object.state.name(), known.object.mode.name());
            format!(" It is now {state}, in the mode {mode}.")
        }
        _ => String::new(),
    };
    format!("The transport rule {name:?} {does} mail{to}: {what}.{since}")
}

/// The properties that say what the rule is for and what it does.
fn properties(known: &Known<TransportRule>) -> Vec<crate::evidence::Place> {
    const SAYING: [&str; 20] = [
        "From",
        "FromScope",
        "SentTo",
        "SentToScope",
        "SubjectContainsWords",
        "FromAddressContainsWords",
        "SenderDomainIs",
        "RecipientDomainIs",
        "MessageSizeOver",
        "ExceptIfFrom",
        "ExceptIfFromScope",
        "ExceptIfSentTo",
        "ExceptIfSentToScope",
        "ExceptIfSubjectContainsWords",
        "ExceptIfFromAddressContainsWords",
        "ExceptIfSenderDomainIs",
        "ExceptIfRecipientDomainIs",
        "ExceptIfMessageSizeOver",
        "RejectMessageReasonText",
        "DeleteMessage",
    ];
    let object = known.object.to_object();
    let is_set = |name: &&&str| !matches!(object.text_of(name).as_str(), "" | "False");
    let set = SAYING.iter().filter(is_set).map(|name| known.property(name));
    [known.property("State"), known.property("Mode")].into_iter().chain(set).collect()
}
