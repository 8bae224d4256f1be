//! Transport rules (mail flow rules): what is done to messages that meet conditions.
//!
//! Source: Microsoft Learn, `New-TransportRule`, "Mail flow rule conditions and exceptions (predicates) in Exchange
//! Server", "Mail flow rule actions in Exchange Server". Which messages a rule is for is decided in
//! `crate::decisions::transport_rules`; how a rule is shown is in `transport_rule_properties.rs`.
//!
//! Not modelled: the other conditions and actions (members of groups, attachments, bodies, header texts and patterns,
//! classifications, disclaimers, moderation, incident reports, connectors), activation and expiry dates, DLP policies,
//! rules of Edge servers.

use jiff::Timestamp;

use crate::guid::Guid;
use crate::properties::Enumeration;
use crate::quantity::ByteSize;

/// Whether a rule is applied at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleState {
    /// It is.
    Enabled,
    /// It is not.
    Disabled,
}

impl Enumeration for RuleState {
    const TYPE_NAME: &'static str = "Microsoft.Exchange.MessagingPolicies.Rules.RuleState";
    const MEMBERS: &'static [(Self, &'static str, i32)] =
        &[(Self::Enabled, "Enabled", 0), (Self::Disabled, "Disabled", 1)];
}

/// Whether a rule acts or is only tried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleMode {
    /// It is noted that the rule was for the message; nothing is done.
    Audit,
    /// The same; senders see a Policy Tip.
    AuditAndNotify,
    /// Its actions are taken.
    Enforce,
}

impl Enumeration for RuleMode {
    const TYPE_NAME: &'static str = "Microsoft.Exchange.MessagingPolicies.Rules.RuleMode";
    const MEMBERS: &'static [(Self, &'static str, i32)] = &[
        (Self::Audit, "Audit", 0),
        (Self::AuditAndNotify, "AuditAndNotify", 1),
        (Self::Enforce, "Enforce", 2),
    ];
}

/// Where a sender is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FromUserScope {
    /// In the organization, and proven to be.
    InOrganization,
    /// Anywhere else.
    NotInOrganization,
}

impl Enumeration for FromUserScope {
    const TYPE_NAME: &'static str =
        "Microsoft.Exchange.MessagingPolicies.Rules.Tasks.FromUserScope";
    const MEMBERS: &'static [(Self, &'static str, i32)] = &[
        (Self::InOrganization, "InOrganization", 0),
        (Self::NotInOrganization, "NotInOrganization", 1),
    ];
}

/// Where a recipient is.
///
/// Not modelled: `ExternalPartner` and `ExternalNonPartner`, which need domains to be marked as partners'.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToUserScope {
    /// In the organization.
    InOrganization,
    /// Anywhere else.
    NotInOrganization,
}

impl Enumeration for ToUserScope {
    const TYPE_NAME: &'static str = "Microsoft.Exchange.MessagingPolicies.Rules.Tasks.ToUserScope";
    const MEMBERS: &'static [(Self, &'static str, i32)] = &[
        (Self::InOrganization, "InOrganization", 0),
        (Self::NotInOrganization, "NotInOrganization", 1),
    ];
}

/// How much a rule matters to whoever reads the logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuditSeverity {
    /// `sev=1`
    Low,
    /// `sev=2`
    Medium,
    /// `sev=3`
    High,
}

impl Enumeration for AuditSeverity {
    const TYPE_NAME: &'static str =
        "Microsoft.Exchange.MessagingPolicies.Rules.Tasks.AuditSeverityLevel";
    const MEMBERS: &'static [(Self, &'static str, i32)] =
        &[(Self::Low, "Low", 1), (Self::Medium, "Medium", 2), (Self::High, "High", 3)];
}

/// What a rule looks at: once as its conditions, once as its exceptions. What is not set does not count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Predicates {
    /// Senders, by address.
    pub from: Option<Vec<String>>,
    /// Where the sender is.
    pub from_scope: Option<FromUserScope>,
    /// Recipients, by address.
    pub sent_to: Option<Vec<String>>,
    /// Where the recipient is.
    pub sent_to_scope: Option<ToUserScope>,
    /// Words of the subject.
    pub subject_contains_words: Option<Vec<String>>,
    /// Words of the sender's address.
    pub from_address_contains_words: Option<Vec<String>>,
    /// Domains of senders.
    pub sender_domain_is: Option<Vec<String>>,
    /// Domains of recipients.
    pub recipient_domain_is: Option<Vec<String>>,
    /// The size from which on a message counts as large.
    pub message_size_over: Option<ByteSize>,
}

/// What a rule does to a message. What is not set is not done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Actions {
    /// Text put in front of the subject.
    pub prepend_subject: Option<String>,
    /// How much it matters.
    pub set_audit_severity: Option<AuditSeverity>,
    /// Header field to set …
    pub set_header_name: Option<String>,
    /// … to that value.
    pub set_header_value: Option<String>,
    /// Header field to take off.
    pub remove_header: Option<String>,
    /// Addresses that get the message besides, unseen.
    pub blind_copy_to: Option<Vec<String>>,
    /// Addresses that get the message instead.
    pub redirect_message_to: Option<Vec<String>>,
    /// Enhanced status code of the rejection.
    pub reject_message_enhanced_status_code: Option<String>,
    /// What the sender is told of it.
    pub reject_message_reason_text: Option<String>,
    /// Whether the message is dropped and nobody is told.
    pub delete_message: bool,
    /// Whether rules after this one are left out.
    pub stop_rule_processing: bool,
}

/// A transport rule.
#[derive(Clone, Debug)]
pub struct TransportRule {
    /// Name.
    pub name: String,
    /// Its object in the directory; logs name the rule by it.
    pub guid: Guid,
    /// Its place in the order of rules; 0 comes first.
    pub priority: i32,
    /// What administrators wrote about it.
    pub comments: Option<String>,
    /// Whether it is applied.
    pub state: RuleState,
    /// Whether it acts.
    pub mode: RuleMode,
    /// When it was changed last.
    pub when_changed: Timestamp,
    /// The messages it is for.
    pub conditions: Predicates,
    /// Of these, the messages it is not for.
    pub exceptions: Predicates,
    /// What it does to them.
    pub actions: Actions,
}

/// The code of a rejection for which none was said.
pub const DEFAULT_REJECTION_CODE: &str = "5.7.1";

/// What senders are told when nothing was said (Microsoft Learn, `New-TransportRule`).
pub const DEFAULT_REJECTION_REASON: &str = "Delivery not authorized, message refused";

impl TransportRule {
    /// A rule that is for every message and does nothing yet.
    pub fn new(name: &str, guid: Guid) -> Self {
        Self {
            name: name.to_owned(),
            guid,
            priority: 0,
            comments: None,
            state: RuleState::Enabled,
            mode: RuleMode::Enforce,
            when_changed: Timestamp::UNIX_EPOCH,
            conditions: Predicates::default(),
            exceptions: Predicates::default(),
            actions: Actions::default(),
        }
    }

    /// Whether it is applied and acts.
    pub fn is_enforced(&self) -> bool {
        self.state == RuleState::Enabled && self.mode == RuleMode::Enforce
    }
}

impl Actions {
    /// Whether the sender gets the message back.
    pub fn rejects(&self) -> bool {
        self.reject_message_enhanced_status_code.is_some()
            || self.reject_message_reason_text.is_some()
    }

    /// Code and reason of the rejection.
    pub fn rejection(&self) -> (&str, &str) {
        let code = self.reject_message_enhanced_status_code.as_deref();
        let reason = self.reject_message_reason_text.as_deref();
        (code.unwrap_or(DEFAULT_REJECTION_CODE), reason.unwrap_or(DEFAULT_REJECTION_REASON))
    }

    /// The actions that are set, as logs name them, in the order of the properties.
    pub fn names(&self) -> Vec<&'static str> {
        let set = [
            ("PrependSubject", self.prepend_subject.is_some()),
            ("SetAuditSeverity", self.set_audit_severity.is_some()),
            ("SetHeader", self.set_header_name.is_some()),
            ("RemoveHeader", self.remove_header.is_some()),
            ("BlindCopyTo", self.blind_copy_to.is_some()),
            ("RedirectMessage", self.redirect_message_to.is_some()),
            ("RejectMessage", self.rejects()),
            ("DeleteMessage", self.delete_message),
            ("StopRuleProcessing", self.stop_rule_processing),
        ];
        set.into_iter().filter(|(_, is_set)| *is_set).map(|(name, _)| name).collect()
    }
}

impl Predicates {
    /// The predicates that are set, by the product's names.
    pub fn names(&self) -> Vec<&'static str> {
        let set = [
            ("From", self.from.is_some()),
            ("FromScope", self.from_scope.is_some()),
            ("SentTo", self.sent_to.is_some()),
            ("SentToScope", self.sent_to_scope.is_some()),
            ("SubjectContains", self.subject_contains_words.is_some()),
            ("FromAddressContains", self.from_address_contains_words.is_some()),
            ("SenderDomainIs", self.sender_domain_is.is_some()),
            ("RecipientDomainIs", self.recipient_domain_is.is_some()),
            ("MessageSizeOver", self.message_size_over.is_some()),
        ];
        set.into_iter().filter(|(_, is_set)| *is_set).map(|(name, _)| name).collect()
    }
}
