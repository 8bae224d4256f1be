//! # A transport rule refuses the mail
//!
//! ## What happened
//! A transport rule (mail flow rule) of the organization, or of its tenant in Exchange Online, is for
//! the messages, and rejects or deletes them. What is rejected comes back to the sender with
//! `TRANSPORT.RULES.RejectMessage`; of what is deleted nobody is told.
//!
//! ## Evidence
//! The tracking log has FAIL rows with the source AGENT and `Transport Rule Agent`; the AGENTINFO row
//! of the same message names the rule by its id (`S:TRA=ETR|ruleId=…`), and the export of the rules
//! says what that rule is for and what it does. In Exchange Online the message trace has the status
//! Failed, and its details have the events Fail and "Transport rule"; the second names the rule. It
//! also names rules that only marked the message: the tenant's export tells them apart.
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
//! Try a new rule out with `-Mode Audit`, look at the AGENTINFO rows or at the message trace for a
//! week, then enforce it. Write into its `Comments` who asked for it.
//!
//! ## Sources
//! Microsoft Learn, "Mail flow rules in Exchange Server", "New-TransportRule"; tracking rows of real
//! servers; a real detail of a message trace.

use std::collections::{BTreeMap, BTreeSet};

use exchange::decisions::transport_rules::{self, RuleMessage, RuleRecipient};
use exchange::guid::Guid;
use exchange::nouns::transport_rule::{Actions, TransportRule};
use exchange::properties::{Enumeration, Noun};

use super::Rule;
use super::case::{self, Case, Numbered, SHOWN, domain_of, listed};
use crate::facts::{EXCHANGE_ONLINE, Known, RuleRefusal, Setback, Teller};
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
        let told = told_of(case, numbered.1);
        let rules: BTreeSet<Guid> = match told.as_slice() {
            [] => candidates(case, numbered.1).iter().map(|known| known.object.guid).collect(),
            told => told.iter().map(|told| told.rule).collect(),
        };
        let is_online = numbered.1.teller == Teller::Trace;
        // Several rules that would refuse it: what tells which one did is not there.
        if rules.len() != 1 {
            lack(&mut judgement, case, is_online);
        }
        let is_told = told.iter().any(|told| told.is_certain);
        for rule in rules.iter().filter(|_| rules.len() == 1 || is_told) {
            let refused = by_rule.entry(*rule).or_default();
            refused.errors.push(numbered);
            refused.told.extend(told.iter().filter(|told| told.rule == *rule));
        }
    }
    let is_exported = |rule| case.facts.configuration.transport_rule(rule).is_some();
    for (rule, refused) in &by_rule {
        if !is_exported(*rule) || refused.told.is_empty() {
            lack(&mut judgement, case, refused.is_online(case, *rule));
        }
    }
    judgement.findings =
        by_rule.iter().map(|(rule, refused)| found(case, *rule, refused)).collect();
    judgement
}

impl Refused<'_> {
    /// Whether the rule is the tenant's.
    fn is_online(&self, case: Case, rule: Guid) -> bool {
        match case.facts.configuration.transport_rule(rule) {
            Some(known) => case.host(&known.at) == EXCHANGE_ONLINE,
            None => {
                self.told.iter().any(|told| told.teller == Teller::Trace)
                    || self.errors.iter().any(|(_, setback)| setback.teller == Teller::Trace)
            }
        }
    }
}

/// The words of the agent.
fn is_refusal(setback: &Setback) -> bool {
    setback.error.led.contains("TRANSPORT.RULES.RejectMessage") || is_deletion(setback)
}

fn is_deletion(setback: &Setback) -> bool {
    setback.error.led.contains("deleted by the transport rules agent")
}

/// Whether the agent's row is about the message of an error, and about one of its recipients.
fn is_about(told: &RuleRefusal, setback: &Setback) -> bool {
    let is_same = |one: &String| setback.recipients.iter().any(|own| own.eq_ignore_ascii_case(one));
    let is_same_side = setback.teller == Teller::Report || setback.teller == told.teller;
    is_same_side
        && told.message_id.is_some()
        && told.message_id == setback.message_id
        && (setback.recipients.is_empty()
            || told.recipients.is_empty()
            || setback.teller == Teller::Report
            || told.recipients.iter().any(is_same))
}

/// What is told of the rule that refused the message of an error. Of several that were only for it, it is one that acts.
fn told_of<'f>(case: Case<'f>, setback: &Setback) -> Vec<&'f RuleRefusal> {
    let all = case.facts.rule_refusals.iter();
    let mut told: Vec<_> =
        all.filter(|told| is_about(told, setback) && can_refuse(case, told)).collect();
    let acts = |told: &RuleRefusal| {
        let known = case.facts.configuration.transport_rule(told.rule);
        told.is_certain || known.is_none_or(|known| known.object.is_enforced())
    };
    if told.iter().any(|told| acts(told)) {
        told.retain(|told| acts(told));
    }
    told
}

/// A rule that is told to have been for a message, and is known to do something else, did not refuse it.
fn can_refuse(case: Case, told: &RuleRefusal) -> bool {
    let known = case.facts.configuration.transport_rule(told.rule);
    told.is_certain || known.is_none_or(|known| refuses(&known.object.actions))
}

fn refuses(actions: &Actions) -> bool {
    actions.rejects() || actions.delete_message
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
    let is_on_side = |known: &&Known<TransportRule>| {
        let is_online = case.host(&known.at) == EXCHANGE_ONLINE;
        setback.teller == Teller::Report || is_online == (setback.teller == Teller::Trace)
    };
    let rules = configuration.transport_rules.iter();
    rules
        .filter(is_on_side)
        .filter(|known| known.object.is_enforced() && refuses(&known.object.actions))
        .filter(|known| message.is_none() || is_for(&known.object))
        .collect()
}

/// Says which evidence would tell the rule.
fn lack(judgement: &mut Judgement, case: Case, is_online: bool) {
    let mut rules = case.facts.configuration.transport_rules.iter();
    if !rules.any(|known| (case.host(&known.at) == EXCHANGE_ONLINE) == is_online) {
        judgement.lack(
            if is_online {
                "the export of the tenant's transport rules"
            } else {
                "the export of the transport rules"
            },
            "which transport rule refuses the mail, and what it is for",
            "Get-TransportRule | Export-Clixml Get-TransportRule.clixml",
        );
    } else if is_online {
        judgement.lack(
            "the details of the message trace",
            "which transport rule of the tenant refuses the mail",
            "Get-MessageTraceV2 -Status Failed | Get-MessageTraceDetailV2 | Export-Csv MessageTraceDetail.csv -NoTypeInformation",
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
    let is_online = refused.is_online(case, guid);
    finding.rule_out(
        "the recipient is restricted, or its server refused the message",
        if is_online {
            "the tenant's own agent did, before the message was routed"
        } else {
            "the agent of the organization's own server did, before the message was routed"
        },
        case::places(errors).into_iter().take(1),
    );
    let server = errors.iter().map(|(_, setback)| case.host(&setback.at)).find(|it| !it.is_empty());
    let server = server.unwrap_or_default();
    let on = |command: String| {
        if is_online { Command::online(command) } else { Command::exchange(server, command) }
    };
    let identity = literal(&name);
    if rule.is_none_or(|known| known.object.is_enforced()) {
        finding.remedies.push(on(format!("Disable-TransportRule {identity} -Confirm:$false")));
        finding.rollback.push(on(format!("Enable-TransportRule {identity}")));
    }
    finding
        .verify
        .push(on(format!("Get-TransportRule {identity} | Format-List State,Mode,Description")));
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
