//! How a transport rule is shown: every property of `Get-TransportRule | Format-List`, in its order.
//!
//! Source: a real listing of Exchange 2016 CU19 (forum thread, 2021). What the lab does not model is shown as a rule has it
//! that does not use it. Where the rule stands in its directory is added where it is shown.

use crate::guid::Guid;
use crate::nouns::transport_rule::TransportRule;
use crate::nouns::transport_rule_text::description;
use crate::properties::{Noun, Property, field};
use crate::value::Value;

/// A property that no rule of the lab sets.
const fn not_set(name: &'static str) -> Property<TransportRule> {
    Property::shown(name, |_| Value::Null)
}

/// The same for one that is yes or no.
const fn off(name: &'static str) -> Property<TransportRule> {
    Property::shown(name, |_| Value::Bool(false))
}

/// `{Microsoft.Exchange.MessagingPolicies.Rules.Tasks.FromPredicate}`
fn classes(names: &[&str], ending: &str) -> Value {
    if names.is_empty() {
        return Value::Null;
    }
    let class =
        |name: &&str| format!("Microsoft.Exchange.MessagingPolicies.Rules.Tasks.{name}{ending}");
    Value::List(names.iter().map(|name| class(name).into()).collect())
}

impl Noun for TransportRule {
    const TYPE_NAMES: &'static [&'static str] =
        &["Microsoft.Exchange.MessagingPolicies.Rules.Tasks.Rule", "System.Object"];

    fn identity(&self) -> String {
        self.name.clone()
    }

    const PROPERTIES: &'static [Property<Self>] = &[
        field!("Priority", priority),
        not_set("DlpPolicy"),
        Property::shown("DlpPolicyId", |_| Value::Guid(Guid::ZERO)),
        field!("Comments", comments),
        off("ManuallyModified"),
        not_set("ActivationDate"),
        not_set("ExpiryDate"),
        Property::shown("Description", |rule| description(rule).into()),
        Property::shown("RuleVersion", |_| Value::opaque("System.Version", "15.0.1.1")),
        Property::shown("Conditions", |rule| classes(&rule.conditions.names(), "Predicate")),
        Property::shown("Exceptions", |rule| classes(&rule.exceptions.names(), "Predicate")),
        Property::shown("Actions", |rule| classes(&rule.actions.names(), "Action")),
        field!("State", state),
        field!("Mode", mode),
        Property::shown("RuleErrorAction", |_| "Ignore".into()),
        Property::shown("SenderAddressLocation", |_| "Header".into()),
        Property::shown("RuleSubType", |_| "None".into()),
        off("UseLegacyRegex"),
        field!("From", conditions.from),
        not_set("FromMemberOf"),
        field!("FromScope", conditions.from_scope),
        field!("SentTo", conditions.sent_to),
        not_set("SentToMemberOf"),
        field!("SentToScope", conditions.sent_to_scope),
        not_set("BetweenMemberOf1"),
        not_set("BetweenMemberOf2"),
        not_set("ManagerAddresses"),
        not_set("ManagerForEvaluatedUser"),
        not_set("SenderManagementRelationship"),
        not_set("ADComparisonAttribute"),
        not_set("ADComparisonOperator"),
        not_set("SenderADAttributeContainsWords"),
        not_set("SenderADAttributeMatchesPatterns"),
        not_set("RecipientADAttributeContainsWords"),
        not_set("RecipientADAttributeMatchesPatterns"),
        not_set("AnyOfToHeader"),
        not_set("AnyOfToHeaderMemberOf"),
        not_set("AnyOfCcHeader"),
        not_set("AnyOfCcHeaderMemberOf"),
        not_set("AnyOfToCcHeader"),
        not_set("AnyOfToCcHeaderMemberOf"),
        not_set("HasClassification"),
        off("HasNoClassification"),
        field!("SubjectContainsWords", conditions.subject_contains_words),
        not_set("SubjectOrBodyContainsWords"),
        not_set("HeaderContainsMessageHeader"),
        not_set("HeaderContainsWords"),
        field!("FromAddressContainsWords", conditions.from_address_contains_words),
        field!("SenderDomainIs", conditions.sender_domain_is),
        field!("RecipientDomainIs", conditions.recipient_domain_is),
        not_set("SubjectMatchesPatterns"),
        not_set("SubjectOrBodyMatchesPatterns"),
        not_set("HeaderMatchesMessageHeader"),
        not_set("HeaderMatchesPatterns"),
        not_set("FromAddressMatchesPatterns"),
        not_set("AttachmentNameMatchesPatterns"),
        not_set("AttachmentExtensionMatchesWords"),
        not_set("AttachmentPropertyContainsWords"),
        not_set("ContentCharacterSetContainsWords"),
        off("HasSenderOverride"),
        not_set("MessageContainsDataClassifications"),
        not_set("MessageContainsAllDataClassifications"),
        not_set("SenderIpRanges"),
        not_set("SCLOver"),
        not_set("AttachmentSizeOver"),
        field!("MessageSizeOver", conditions.message_size_over),
        not_set("WithImportance"),
        not_set("MessageTypeMatches"),
        not_set("RecipientAddressContainsWords"),
        not_set("RecipientAddressMatchesPatterns"),
        not_set("SenderInRecipientList"),
        not_set("RecipientInSenderList"),
        not_set("AttachmentContainsWords"),
        not_set("AttachmentMatchesPatterns"),
        off("AttachmentIsUnsupported"),
        off("AttachmentProcessingLimitExceeded"),
        off("AttachmentHasExecutableContent"),
        off("AttachmentIsPasswordProtected"),
        not_set("AnyOfRecipientAddressContainsWords"),
        not_set("AnyOfRecipientAddressMatchesPatterns"),
        field!("ExceptIfFrom", exceptions.from),
        not_set("ExceptIfFromMemberOf"),
        field!("ExceptIfFromScope", exceptions.from_scope),
        field!("ExceptIfSentTo", exceptions.sent_to),
        not_set("ExceptIfSentToMemberOf"),
        field!("ExceptIfSentToScope", exceptions.sent_to_scope),
        not_set("ExceptIfBetweenMemberOf1"),
        not_set("ExceptIfBetweenMemberOf2"),
        not_set("ExceptIfManagerAddresses"),
        not_set("ExceptIfManagerForEvaluatedUser"),
        not_set("ExceptIfSenderManagementRelationship"),
        not_set("ExceptIfADComparisonAttribute"),
        not_set("ExceptIfADComparisonOperator"),
        not_set("ExceptIfSenderADAttributeContainsWords"),
        not_set("ExceptIfSenderADAttributeMatchesPatterns"),
        not_set("ExceptIfRecipientADAttributeContainsWords"),
        not_set("ExceptIfRecipientADAttributeMatchesPatterns"),
        not_set("ExceptIfAnyOfToHeader"),
        not_set("ExceptIfAnyOfToHeaderMemberOf"),
        not_set("ExceptIfAnyOfCcHeader"),
        not_set("ExceptIfAnyOfCcHeaderMemberOf"),
        not_set("ExceptIfAnyOfToCcHeader"),
        not_set("ExceptIfAnyOfToCcHeaderMemberOf"),
        not_set("ExceptIfHasClassification"),
        off("ExceptIfHasNoClassification"),
        field!("ExceptIfSubjectContainsWords", exceptions.subject_contains_words),
        not_set("ExceptIfSubjectOrBodyContainsWords"),
        not_set("ExceptIfHeaderContainsMessageHeader"),
        not_set("ExceptIfHeaderContainsWords"),
        field!("ExceptIfFromAddressContainsWords", exceptions.from_address_contains_words),
        field!("ExceptIfSenderDomainIs", exceptions.sender_domain_is),
        field!("ExceptIfRecipientDomainIs", exceptions.recipient_domain_is),
        not_set("ExceptIfSubjectMatchesPatterns"),
        not_set("ExceptIfSubjectOrBodyMatchesPatterns"),
        not_set("ExceptIfHeaderMatchesMessageHeader"),
        not_set("ExceptIfHeaderMatchesPatterns"),
        not_set("ExceptIfFromAddressMatchesPatterns"),
        not_set("ExceptIfAttachmentNameMatchesPatterns"),
        not_set("ExceptIfAttachmentExtensionMatchesWords"),
        not_set("ExceptIfAttachmentPropertyContainsWords"),
        not_set("ExceptIfContentCharacterSetContainsWords"),
        not_set("ExceptIfSCLOver"),
        not_set("ExceptIfAttachmentSizeOver"),
        field!("ExceptIfMessageSizeOver", exceptions.message_size_over),
        not_set("ExceptIfWithImportance"),
        not_set("ExceptIfMessageTypeMatches"),
        not_set("ExceptIfRecipientAddressContainsWords"),
        not_set("ExceptIfRecipientAddressMatchesPatterns"),
        not_set("ExceptIfSenderInRecipientList"),
        not_set("ExceptIfRecipientInSenderList"),
        not_set("ExceptIfAttachmentContainsWords"),
        not_set("ExceptIfAttachmentMatchesPatterns"),
        off("ExceptIfAttachmentIsUnsupported"),
        off("ExceptIfAttachmentProcessingLimitExceeded"),
        off("ExceptIfAttachmentHasExecutableContent"),
        off("ExceptIfAttachmentIsPasswordProtected"),
        not_set("ExceptIfAnyOfRecipientAddressContainsWords"),
        not_set("ExceptIfAnyOfRecipientAddressMatchesPatterns"),
        off("ExceptIfHasSenderOverride"),
        not_set("ExceptIfMessageContainsDataClassifications"),
        not_set("ExceptIfMessageContainsAllDataClassifications"),
        not_set("ExceptIfSenderIpRanges"),
        field!("PrependSubject", actions.prepend_subject),
        field!("SetAuditSeverity", actions.set_audit_severity),
        not_set("ApplyClassification"),
        not_set("ApplyHtmlDisclaimerLocation"),
        not_set("ApplyHtmlDisclaimerText"),
        not_set("ApplyHtmlDisclaimerFallbackAction"),
        not_set("ApplyRightsProtectionTemplate"),
        not_set("SetSCL"),
        field!("SetHeaderName", actions.set_header_name),
        field!("SetHeaderValue", actions.set_header_value),
        field!("RemoveHeader", actions.remove_header),
        not_set("AddToRecipients"),
        not_set("CopyTo"),
        field!("BlindCopyTo", actions.blind_copy_to),
        not_set("AddManagerAsRecipientType"),
        not_set("ModerateMessageByUser"),
        off("ModerateMessageByManager"),
        field!("RedirectMessageTo", actions.redirect_message_to),
        field!("RejectMessageEnhancedStatusCode", actions.reject_message_enhanced_status_code),
        field!("RejectMessageReasonText", actions.reject_message_reason_text),
        field!("DeleteMessage", actions.delete_message),
        off("Disconnect"),
        off("Quarantine"),
        not_set("SmtpRejectMessageRejectText"),
        not_set("SmtpRejectMessageRejectStatusCode"),
        not_set("LogEventText"),
        field!("StopRuleProcessing", actions.stop_rule_processing),
        not_set("SenderNotificationType"),
        not_set("GenerateIncidentReport"),
        not_set("IncidentReportContent"),
        not_set("RouteMessageOutboundConnector"),
        off("RouteMessageOutboundRequireTls"),
        off("ApplyOME"),
        off("RemoveOME"),
        Property::shown("OMEExpiryDays", |_| 0.into()),
        not_set("GenerateNotification"),
        Property::shown("Identity", |rule| rule.name.clone().into()),
        field!("Guid", guid),
        Property::shown("ImmutableId", |rule| Value::Guid(rule.guid)),
        not_set("OrganizationId"),
        field!("Name", name),
        Property::shown("IsValid", |_| true.into()),
        field!("WhenChanged", when_changed),
        Property::shown("ExchangeVersion", |_| "0.1 (8.0.535.0)".into()),
        Property::shown("ObjectState", |_| "Unchanged".into()),
    ];
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nouns::transport_rule::{FromUserScope, RuleState};
    use crate::quantity::ByteSize;

    fn rule() -> TransportRule {
        let mut rule = TransportRule::new("No plans", Guid(7));
        rule.conditions.from_scope = Some(FromUserScope::InOrganization);
        rule.conditions.sent_to =
            Some(vec!["a@contoso.com".to_owned(), "b@contoso.com".to_owned()]);
        rule.conditions.subject_contains_words = Some(vec!["plan".to_owned()]);
        rule.exceptions.message_size_over = Some(ByteSize::kilobytes(64));
        rule.actions.prepend_subject = Some("[Plan] ".to_owned());
        rule.actions.reject_message_reason_text = Some("Ask first.".to_owned());
        rule
    }

    #[test]
    fn a_rule_is_told_in_words() {
        assert_eq!(
            rule().to_object().text_of("Description"),
            "If the message:\r\n\tIs received from 'Inside the organization'\r\n\tand is sent to 'a@contoso.com' or 'b@contoso.com'\r\n\tand includes these words in the message subject: 'plan'\r\nTake the following actions:\r\n\tPrepend the subject with '[Plan] '\r\n\tand reject the message and include the explanation 'Ask first.' with the status code: '5.7.1'\r\nExcept if the message:\r\n\tHas a size greater than or equal to '64 KB (65,536 bytes)'\r\n"
        );
    }

    #[test]
    fn an_exported_rule_comes_back() {
        let mut rule = rule();
        rule.state = RuleState::Disabled;
        let mut copy = TransportRule::new("", Guid::ZERO);
        assert_eq!(copy.take_over(&rule.to_object()), []);
        assert_eq!(format!("{copy:?}"), format!("{rule:?}"));
    }

    #[test]
    fn what_is_not_set_is_shown_empty() {
        let object = TransportRule::new("Nothing", Guid(1)).to_object();
        assert_eq!(object.get("SentTo"), Some(&Value::Null));
        assert_eq!(object.get("Actions"), Some(&Value::Null));
        assert!(object.text_of("Description").starts_with("Apply to all messages"));
    }
}
