//! Which recipients of a message a transport rule is for.
//!
//! Conditions must all be met, of the values of one condition any; an exception that is met spares the recipient.
//! Conditions about recipients part a message: the rule is for those who meet them, not for the others (Microsoft Learn,
//! "Mail flow rule conditions and exceptions (predicates) in Exchange Server": bifurcation). Words are whole words,
//! whatever their case; a domain counts with its subdomains; a size counts when it is reached.
//!
//! Not modelled: `SenderAddressLocation` other than `Header`.

use smtp::Address;

use crate::nouns::transport_rule::{
    FromUserScope, Predicates, RuleState, ToUserScope, TransportRule,
};

/// A message as rules see it.
#[derive(Clone, Debug)]
pub struct RuleMessage<'a> {
    /// The address in `From:`.
    pub sender: &'a str,
    /// Whether the sender is of the organization, and proved it.
    pub sender_is_inside: bool,
    /// `Subject:`.
    pub subject: &'a str,
    /// Size in bytes.
    pub size: u64,
}

/// A recipient as rules see it.
#[derive(Clone, Debug)]
pub struct RuleRecipient {
    /// The addresses it goes by: the one it was written to and those it was resolved to.
    pub addresses: Vec<Address>,
    /// Whether it is of the organization.
    pub is_inside: bool,
}

/// The rules to apply, in their order.
pub fn in_order(rules: &[TransportRule]) -> Vec<&TransportRule> {
    let mut enabled: Vec<_> =
        rules.iter().filter(|rule| rule.state == RuleState::Enabled).collect();
    enabled.sort_by_key(|rule| rule.priority);
    enabled
}

/// Whether the rule is for the recipient of the message.
pub fn is_for(rule: &TransportRule, message: &RuleMessage<'_>, recipient: &RuleRecipient) -> bool {
    let conditions = met(&rule.conditions, message, recipient);
    let exceptions = met(&rule.exceptions, message, recipient);
    conditions.into_iter().all(|is_met| is_met) && !exceptions.into_iter().any(|is_met| is_met)
}

/// For each predicate that is set, whether it is met.
fn met(own: &Predicates, message: &RuleMessage<'_>, recipient: &RuleRecipient) -> Vec<bool> {
    let is_recipient = |text: &str| {
        recipient.addresses.iter().any(|address| address.as_str().eq_ignore_ascii_case(text))
    };
    let is_in = |domain: &str| {
        recipient.addresses.iter().any(|address| is_within(address.domain(), domain))
    };
    let sender_domain = message.sender.rsplit_once('@').map_or("", |(_, domain)| domain);
    [
        any(own.from.as_deref(), |text| text.eq_ignore_ascii_case(message.sender)),
        own.from_scope
            .map(|scope| message.sender_is_inside == (scope == FromUserScope::InOrganization)),
        any(own.sent_to.as_deref(), is_recipient),
        own.sent_to_scope
            .map(|scope| recipient.is_inside == (scope == ToUserScope::InOrganization)),
        any(own.subject_contains_words.as_deref(), |word| has_word(message.subject, word)),
        any(own.from_address_contains_words.as_deref(), |word| has_word(message.sender, word)),
        any(own.sender_domain_is.as_deref(), |domain| is_within(sender_domain, domain)),
        any(own.recipient_domain_is.as_deref(), is_in),
        own.message_size_over.map(|size| message.size >= size.0),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn any(texts: Option<&[String]>, is_met: impl Fn(&str) -> bool) -> Option<bool> {
    texts.map(|texts| texts.iter().any(|text| is_met(text)))
}

/// `contoso.com` is within `contoso.com`, and so is `mail.contoso.com`.
fn is_within(domain: &str, own: &str) -> bool {
    let (domain, own) =
        (domain.to_ascii_lowercase(), own.trim_start_matches('.').to_ascii_lowercase());
    domain == own || domain.strip_suffix(&own).is_some_and(|rest| rest.ends_with('.'))
}

/// Whether the text has the words with nothing of a word on either side.
fn has_word(text: &str, words: &str) -> bool {
    let (text, words) = (text.to_lowercase(), words.trim().to_lowercase());
    let is_apart = |letter: Option<char>| letter.is_none_or(|letter| !letter.is_alphanumeric());
    !words.is_empty()
        && text.match_indices(&words).any(|(at, found)| {
            let (before, after) = (&text[..at], &text[at + found.len()..]);
            is_apart(before.chars().next_back()) && is_apart(after.chars().next())
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guid::Guid;
    use crate::quantity::ByteSize;
    use proptest::prelude::*;

    fn rule(change: impl FnOnce(&mut TransportRule)) -> TransportRule {
        let mut rule = TransportRule::new("rule", Guid(1));
        change(&mut rule);
        rule
    }

    fn texts(texts: &[&str]) -> Option<Vec<String>> {
        Some(texts.iter().map(|text| (*text).to_owned()).collect())
    }

    /// Whether the rule is for a message from inside, `raghu@contoso.com`, subject "Plan B (draft)", 2000 bytes, to this
    /// recipient.
    fn applies(rule: &TransportRule, to: &str) -> bool {
        let message = RuleMessage {
            sender: "Raghu@contoso.com",
            sender_is_inside: true,
            subject: "Plan B (draft)",
            size: 2000,
        };
        let address: Address = to.parse().unwrap();
        let is_inside = is_within(address.domain(), "contoso.com");
        is_for(rule, &message, &RuleRecipient { addresses: vec![address], is_inside })
    }

    #[test]
    fn a_rule_without_conditions_is_for_everything() {
        assert!(applies(&rule(|_| ()), "bo@fabrikam.com"));
    }

    #[test]
    fn all_conditions_must_be_met_and_any_of_their_values() {
        let both = rule(|rule| {
            rule.conditions.from = texts(&["meera@contoso.com", "raghu@contoso.com"]);
            rule.conditions.sent_to_scope = Some(ToUserScope::NotInOrganization);
        });
        assert!(applies(&both, "bo@fabrikam.com"));
        assert!(!applies(&both, "meera@contoso.com"));
        let other =
            rule(|rule| rule.conditions.from_scope = Some(FromUserScope::NotInOrganization));
        assert!(!applies(&other, "bo@fabrikam.com"));
    }

    #[test]
    fn an_exception_spares_the_recipient() {
        let spared = rule(|rule| {
            rule.conditions.subject_contains_words = texts(&["plan"]);
            rule.exceptions.recipient_domain_is = texts(&["fabrikam.com"]);
        });
        assert!(applies(&spared, "bo@proseware.com"));
        assert!(!applies(&spared, "bo@mail.fabrikam.com"));
        assert!(applies(&spared, "bo@notfabrikam.com"));
    }

    #[test]
    fn words_are_whole_words_and_sizes_are_reached() {
        let word =
            |word: &str| rule(|rule| rule.conditions.subject_contains_words = texts(&[word]));
        assert!(applies(&word("DRAFT"), "bo@fabrikam.com"));
        assert!(applies(&word("plan b"), "bo@fabrikam.com"));
        assert!(!applies(&word("lan"), "bo@fabrikam.com"));
        let size = |bytes| rule(|rule| rule.conditions.message_size_over = Some(ByteSize(bytes)));
        assert!(applies(&size(2000), "bo@fabrikam.com"));
        assert!(!applies(&size(2001), "bo@fabrikam.com"));
    }

    #[test]
    fn rules_come_by_priority_and_disabled_ones_not_at_all() {
        let ordered =
            |priority, state| rule(|rule| (rule.priority, rule.state) = (priority, state));
        let rules = [
            ordered(2, RuleState::Enabled),
            ordered(0, RuleState::Disabled),
            ordered(1, RuleState::Enabled),
        ];
        let priorities: Vec<_> = in_order(&rules).iter().map(|rule| rule.priority).collect();
        assert_eq!(priorities, [1, 2]);
    }

    proptest! {
        #[test]
        fn any_words_are_looked_for_in_any_text(text in "\\PC{0,40}", words in "\\PC{0,10}") {
            let found = has_word(&text, &words);
            prop_assert!(!found || text.to_lowercase().contains(&words.trim().to_lowercase()));
        }
    }
}
