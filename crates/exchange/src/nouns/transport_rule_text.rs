//! `Description` of a transport rule: the rule in words, as `Get-TransportRule` shows it.
//!
//! The words of senders, recipients, words in addresses, subjects' prefixes, deletion and rejection are those of real
//! listings of Exchange 2016 and 2019; the others are those of the admin center for the same condition or action.

use crate::nouns::transport_rule::{
    Actions, FromUserScope, Predicates, ToUserScope, TransportRule,
};
use crate::properties::Enumeration;

/// The rule in words; lines end as Windows ends them.
pub(super) fn description(rule: &TransportRule) -> String {
    let mut text = String::new();
    let conditions = predicates(&rule.conditions);
    if conditions.is_empty() {
        text.push_str("Apply to all messages\r\n");
    } else {
        text.push_str("If the message:\r\n");
        text.push_str(&listed(&capital(conditions), "and "));
    }
    text.push_str("Take the following actions:\r\n");
    text.push_str(&listed(&actions(&rule.actions), "and "));
    let exceptions = predicates(&rule.exceptions);
    if !exceptions.is_empty() {
        text.push_str("Except if the message:\r\n");
        text.push_str(&listed(&capital(exceptions), "or "));
    }
    text
}

/// The first of the predicates begins with a capital; actions begin as each of them does.
fn capital(mut lines: Vec<String>) -> Vec<String> {
    if let Some(first) = lines.first_mut() {
        let mut letters = first.chars();
        let initial = letters.next().map(|letter| letter.to_uppercase().to_string());
        *first = format!("{}{}", initial.unwrap_or_default(), letters.as_str());
    }
    lines
}

/// One line for each; all but the first say how they are joined to it.
fn listed(lines: &[String], joined: &str) -> String {
    let line = |(number, text): (usize, &String)| match number {
        0 => format!("\t{text}\r\n"),
        _ => format!("\t{joined}{text}\r\n"),
    };
    lines.iter().enumerate().map(line).collect()
}

/// `'a' or 'b'`
fn any_of(texts: &[String]) -> String {
    texts.iter().map(|text| format!("'{text}'")).collect::<Vec<_>>().join(" or ")
}

fn predicates(own: &Predicates) -> Vec<String> {
    let from_scope = |scope: &FromUserScope| match scope {
        FromUserScope::InOrganization => "is received from 'Inside the organization'".to_owned(),
        FromUserScope::NotInOrganization => {
            "is received from 'Outside the organization'".to_owned()
        }
    };
    let to_scope = |scope: &ToUserScope| match scope {
        ToUserScope::InOrganization => "is sent to 'Inside the organization'".to_owned(),
        ToUserScope::NotInOrganization => "is sent to 'Outside the organization'".to_owned(),
    };
    let words =
        |before: &'static str| move |texts: &Vec<String>| format!("{before} {}", any_of(texts));
    [
        own.from.as_ref().map(words("is received from")),
        own.from_scope.as_ref().map(from_scope),
        own.sent_to.as_ref().map(words("is sent to")),
        own.sent_to_scope.as_ref().map(to_scope),
        own.subject_contains_words
            .as_ref()
            .map(words("includes these words in the message subject:")),
        own.from_address_contains_words
            .as_ref()
            .map(words("includes these words in the sender's address:")),
        own.sender_domain_is
            .as_ref()
            .map(words("sender's address domain portion belongs to any of these domains:")),
        own.recipient_domain_is
            .as_ref()
            .map(words("recipient's address domain portion belongs to any of these domains:")),
        own.message_size_over.map(|size| format!("has a size greater than or equal to '{size}'")),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn actions(own: &Actions) -> Vec<String> {
    let header = own.set_header_name.as_ref().map(|name| {
        let value = own.set_header_value.as_deref().unwrap_or_default();
        format!("set message header '{name}' with the value '{value}'")
    });
    let rejection = own.rejects().then(|| {
        let (code, reason) = own.rejection();
        format!(
            "reject the message and include the explanation '{reason}' with the status code: '{code}'"
        )
    });
    let delete = own
        .delete_message
        .then_some("Delete the message without notifying the recipient or sender".to_owned());
    let stop = own.stop_rule_processing.then_some("Stop processing more rules".to_owned());
    let lines = [
        own.prepend_subject.as_ref().map(|text| format!("Prepend the subject with '{text}'")),
        own.set_audit_severity
            .map(|severity| format!("Set audit severity level to '{}'", severity.name())),
        header,
        own.remove_header.as_ref().map(|name| format!("remove header '{name}'")),
        own.blind_copy_to
            .as_ref()
            .map(|to| format!("Blind carbon copy(Bcc) the message to {}", any_of(to))),
        own.redirect_message_to
            .as_ref()
            .map(|to| format!("Redirect the message to {}", any_of(to))),
        rejection,
        delete,
        stop,
    ];
    lines.into_iter().flatten().collect()
}
