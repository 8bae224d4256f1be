//! What transport rules see of a message and its recipients, and what they do to its content: the same on premises and in
//! Exchange Online.
//!
//! A rule that has acted on a message does not act on it again, on any server: its GUID is kept in a header of the
//! organization, as in real mail.

use exchange::decisions::transport_rules::{RuleMessage, RuleRecipient};
use exchange::guid::Guid;
use exchange::nouns::accepted_domain::{self, AcceptedDomain, AcceptedDomainType};
use exchange::nouns::recipient::Recipient;
use exchange::nouns::transport_rule::Actions;
use smtp::Address;

use crate::message::content::Content;
use crate::message::item::{AuthAs, MailItem, MailRecipient};

/// GUIDs of the rules that have acted, joined by `%%%`.
const HISTORY: &str = "X-MS-Exchange-Organization-Rules-Execution-History";

/// What rules ask of a directory.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Known<'d> {
    /// Its recipients.
    pub recipients: &'d [Recipient],
    /// The domains it takes mail for.
    pub accepted_domains: &'d [AcceptedDomain],
}

impl Known<'_> {
    /// The message, of that sender and subject.
    pub(crate) fn message<'m>(
        &self,
        item: &MailItem,
        sender: &'m str,
        subject: &'m str,
    ) -> RuleMessage<'m> {
        let domain = sender.rsplit_once('@').map_or("", |(_, domain)| domain);
        let sender_is_inside = item.auth_as == AuthAs::Internal && self.is_own_domain(domain);
        RuleMessage { sender, sender_is_inside, subject, size: item.size }
    }

    /// A recipient.
    pub(crate) fn recipient(&self, recipient: &MailRecipient) -> RuleRecipient {
        let mut addresses = vec![recipient.address.clone(), recipient.known_to_sender().clone()];
        let found = |address| self.recipients.iter().find(|one: &&Recipient| one.has(address));
        let known: Vec<_> = addresses.iter().filter_map(found).collect();
        let is_known = !known.is_empty();
        addresses.extend(known.into_iter().map(|found| found.primary_smtp_address.clone()));
        let is_own = |address: &Address| self.is_own_domain(address.domain());
        RuleRecipient { is_inside: is_known || addresses.iter().any(is_own), addresses }
    }

    /// A domain of external relay is somebody else's.
    fn is_own_domain(&self, domain: &str) -> bool {
        let found = accepted_domain::covering(self.accepted_domains, domain);
        found.is_some_and(|found| found.domain_type != AcceptedDomainType::ExternalRelay)
    }
}

/// Whether a rule has acted on a message, here or on another server.
pub(crate) fn has_met(content: &Content, rule: Guid) -> bool {
    let history = content.value(HISTORY).unwrap_or_default();
    history.split("%%%").any(|known| known.parse() == Ok(rule))
}

/// Notes that a rule has acted on a message.
pub(crate) fn note(content: &mut Content, rule: Guid) {
    let history = content.value(HISTORY);
    let history = history.into_iter().chain([rule.to_string()]).collect::<Vec<_>>();
    content.set(HISTORY, &history.join("%%%"));
}

/// Changes the subject and the header fields as a rule says.
pub(crate) fn mark(item: &mut MailItem, actions: &Actions) {
    if let Some(text) = &actions.prepend_subject {
        let subject = format!("{text}{}", item.subject());
        item.content.set("Subject", &subject);
    }
    if let (Some(name), Some(value)) = (&actions.set_header_name, &actions.set_header_value) {
        item.content.set(name, value);
    }
    if let Some(name) = &actions.remove_header {
        item.content.remove(name);
    }
}

/// The addresses in the texts of an action.
pub(crate) fn addresses(texts: Option<&[String]>) -> Vec<Address> {
    texts.into_iter().flatten().filter_map(|text| text.parse().ok()).collect()
}
