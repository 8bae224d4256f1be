//! What the cmdlets for transport rules share: where the rules are kept, on premises or in the tenant, how they are put in
//! order, which parameters say what a rule is for and what it does.
//!
//! Refusals in the lab's words; the product's were not found. Source: Microsoft Learn, `New-TransportRule`.

use exchange::guid::Guid;
use exchange::nouns::transport_rule::{RuleState, TransportRule};
use exchange::value::Value;
use smtp::Address;

use super::distribution_group::recipient_named;
use crate::directory_object::{self, DirectoryClass};
use crate::language::cmdlet::{Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;
use crate::noun::{self, Stored};
use crate::place::Place;
use crate::refusal::{Family, Refused};

/// What a rule is for and what it does: parameters of `New-` and `Set-`.
pub(super) const RULE: [Parameter; 32] = [
    Parameter::new("Comments", Kind::String, "What is to be remembered about the rule."),
    Parameter::new("Priority", Kind::Int, "Its place in the order of rules; 0 comes first."),
    Parameter::new("Mode", Kind::String, "Enforce, Audit or AuditAndNotify."),
    Parameter::new("From", Kind::MultiValued, "Senders."),
    Parameter::new("FromScope", Kind::String, "InOrganization or NotInOrganization."),
    Parameter::new("SentTo", Kind::MultiValued, "Recipients."),
    Parameter::new("SentToScope", Kind::String, "InOrganization or NotInOrganization."),
    Parameter::new("SubjectContainsWords", Kind::MultiValued, "Words of the subject."),
    Parameter::new("FromAddressContainsWords", Kind::MultiValued, "Words of the sender's address."),
    Parameter::new("SenderDomainIs", Kind::MultiValued, "Domains of senders."),
    Parameter::new("RecipientDomainIs", Kind::MultiValued, "Domains of recipients."),
    Parameter::new("MessageSizeOver", Kind::String, "The size from which on it is for a message."),
    Parameter::new("ExceptIfFrom", Kind::MultiValued, "Senders it is not for."),
    Parameter::new("ExceptIfFromScope", Kind::String, "Where senders are that it is not for."),
    Parameter::new("ExceptIfSentTo", Kind::MultiValued, "Recipients it is not for."),
    Parameter::new("ExceptIfSentToScope", Kind::String, "Where recipients are that it is not for."),
    Parameter::new(
        "ExceptIfSubjectContainsWords",
        Kind::MultiValued,
        "Words that spare a message.",
    ),
    Parameter::new(
        "ExceptIfFromAddressContainsWords",
        Kind::MultiValued,
        "Words of the sender's address that spare a message.",
    ),
    Parameter::new(
        "ExceptIfSenderDomainIs",
        Kind::MultiValued,
        "Domains of senders it is not for.",
    ),
    Parameter::new(
        "ExceptIfRecipientDomainIs",
        Kind::MultiValued,
        "Domains of recipients it is not for.",
    ),
    Parameter::new(
        "ExceptIfMessageSizeOver",
        Kind::String,
        "The size from which on it is not for a message.",
    ),
    Parameter::new("PrependSubject", Kind::String, "Text put in front of the subject."),
    Parameter::new("SetAuditSeverity", Kind::String, "Low, Medium or High."),
    Parameter::new("SetHeaderName", Kind::String, "The header field to set."),
    Parameter::new("SetHeaderValue", Kind::String, "Its value."),
    Parameter::new("RemoveHeader", Kind::String, "The header field to take off."),
    Parameter::new("BlindCopyTo", Kind::MultiValued, "Who gets the message besides, unseen."),
    Parameter::new("RedirectMessageTo", Kind::MultiValued, "Who gets the message instead."),
    Parameter::new(
        "RejectMessageEnhancedStatusCode",
        Kind::String,
        "The code with which a message is returned: 5.7.1, or 5.7.900 to 5.7.999.",
    ),
    Parameter::new(
        "RejectMessageReasonText",
        Kind::String,
        "What the sender is told when a message is returned.",
    ),
    Parameter::new("DeleteMessage", Kind::Bool, "Whether the message is dropped without a word."),
    Parameter::new("StopRuleProcessing", Kind::Bool, "Whether rules after this one are left out."),
];

impl Stored for TransportRule {
    const FAMILY: Family = Family::Rules;
    const CLASS: Option<DirectoryClass> = Some(directory_object::TRANSPORT_RULE);

    fn all(place: &Place) -> Vec<Self> {
        if place.is_online() {
            return place.tenant().read(|tenant| tenant.transport_rules.clone());
        }
        place.organization().read(|organization| organization.transport_rules.clone())
    }

    fn guid(&self) -> Guid {
        self.guid
    }

    fn check(&self, place: &Place) -> Result<(), Refused> {
        let others = Self::all(place).iter().filter(|rule| rule.guid != self.guid).count();
        if usize::try_from(self.priority).map_or(true, |priority| priority > others) {
            let message = format!("The priority must be a number from 0 to {others}.");
            return Err(message.into());
        }
        if self.actions.names().is_empty() {
            return Err("A rule needs at least one action.".to_owned().into());
        }
        if self.actions.set_header_name.is_some() != self.actions.set_header_value.is_some() {
            let message = "SetHeaderName and SetHeaderValue must be used together.".to_owned();
            return Err(message.into());
        }
        let code = self.actions.reject_message_enhanced_status_code.as_deref();
        if let Some(code) = code.filter(|code| !is_rejection_code(code)) {
            let message = format!(
                "The enhanced status code '{code}' isn't valid. Use 5.7.1, or a value from 5.7.900 to 5.7.999."
            );
            return Err(message.into());
        }
        Ok(())
    }

    fn store(mut self, place: &Place) {
        self.when_changed = place.world.clock().now();
        change(place, |rules| {
            rules.retain(|own| own.guid != self.guid);
            let at = usize::try_from(self.priority).unwrap_or_default().min(rules.len());
            rules.insert(at, self);
        });
    }

    fn delete(&self, place: &Place) {
        change(place, |rules| rules.retain(|own| own.guid != self.guid));
    }
}

/// Changes the list of rules; their places in it become their priorities.
fn change(place: &Place, change: impl FnOnce(&mut Vec<TransportRule>)) {
    let change = |rules: &mut Vec<TransportRule>| {
        change(rules);
        for (priority, rule) in (0..).zip(rules) {
            rule.priority = priority;
        }
    };
    if place.is_online() {
        place.tenant().change(|tenant| change(&mut tenant.transport_rules));
    } else {
        place.organization().change(|organization| change(&mut organization.transport_rules));
    }
}

fn is_rejection_code(code: &str) -> bool {
    let detail = code.strip_prefix("5.7.").and_then(|detail| detail.parse::<u16>().ok());
    detail.is_some_and(|detail| detail == 1 || (900..=999).contains(&detail))
}

/// Replaces the names of recipients by their primary addresses. An address that is nobody's stays as it is.
///
/// # Errors
/// When a name is neither a recipient's nor an address.
pub(super) fn name_recipients(
    invocation: &Invocation<'_>,
    rule: &mut TransportRule,
) -> Result<(), ErrorRecord> {
    let place = invocation.world::<Place>()?;
    let lists = [
        &mut rule.conditions.from,
        &mut rule.conditions.sent_to,
        &mut rule.exceptions.from,
        &mut rule.exceptions.sent_to,
        &mut rule.actions.blind_copy_to,
        &mut rule.actions.redirect_message_to,
    ];
    for name in lists.into_iter().flatten().flatten() {
        match recipient_named(invocation, &place, name) {
            Ok(found) => *name = found.primary_smtp_address.to_string(),
            Err(_) if name.parse::<Address>().is_ok() => {}
            Err(unknown) => return Err(unknown),
        }
    }
    Ok(())
}

/// `Enable-` and `Disable-`.
///
/// # Errors
/// When there is no such rule.
pub(super) fn set_state(
    invocation: Invocation<'_>,
    state: RuleState,
) -> Result<Vec<Value>, ErrorRecord> {
    noun::set_with(invocation, |_, rule: &mut TransportRule| {
        rule.state = state;
        Ok(())
    })
}
