//! What a mail server of the Internet refuses, and in which words: its administrator's choice.
//!
//! Words hold places for what they speak of: `{recipient}`, `{sender}`, `{domain}` (of the sender) and `{client}`. Without
//! a choice an unknown recipient is told of in Postfix' words, and senders are neither checked nor refused.
//!
//! Not modelled: refusals of a message for what it says, limits of a sender.

use std::net::IpAddr;

use smtp::{Address, Reply};

use crate::smtp_in::wording::reply;

/// Postfix' own.
const UNKNOWN_RECIPIENT: &str =
    "550 5.1.1 <{recipient}>: Recipient address rejected: User unknown in local recipient table";

/// What a server refuses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refusals {
    /// What it says of a recipient that nobody is; `None` for Postfix' words.
    pub unknown_recipient: Option<String>,
    /// What it says to a client that the sender's domain does not let send (RFC 7208); `None` when it does not look.
    pub spf_failure: Option<String>,
    /// Addresses and domains whose mail it does not take.
    pub blocked_senders: Vec<String>,
    /// What it says to them.
    pub blocked_sender: Option<String>,
}

impl Refusals {
    /// The answer to a recipient that nobody is.
    pub(super) fn unknown_recipient(&self, recipient: &Address, client: IpAddr) -> Reply {
        let words = self.unknown_recipient.as_deref().unwrap_or(UNKNOWN_RECIPIENT);
        let words = words.replace("{recipient}", &recipient.to_string());
        reply(&words.replace("{client}", &client.to_string()))
    }

    /// The answer to a sender that is blocked.
    pub(super) fn blocked_sender(&self, sender: Option<&Address>, client: IpAddr) -> Option<Reply> {
        let address = sender?;
        let is_it = |blocked: &String| {
            blocked.eq_ignore_ascii_case(&address.to_string())
                || blocked.eq_ignore_ascii_case(address.domain())
        };
        let words = self
            .blocked_sender
            .as_deref()
            .unwrap_or("554 5.7.1 <{sender}>: Sender address rejected: Access denied");
        self.blocked_senders.iter().any(is_it).then(|| told(words, address, client))
    }

    /// The answer to a client that may not send for a domain.
    pub(super) fn spf_failure(&self, sender: &Address, client: IpAddr) -> Option<Reply> {
        self.spf_failure.as_deref().map(|words| told(words, sender, client))
    }
}

fn told(words: &str, sender: &Address, client: IpAddr) -> Reply {
    let words = words.replace("{sender}", &sender.to_string());
    reply(&words.replace("{domain}", sender.domain()).replace("{client}", &client.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_speaks_of_whom_it_refuses() {
        let client = "40.107.57.108".parse().unwrap();
        let address: Address = "bo@fabrikam.com".parse().unwrap();
        let own = Refusals::default();
        let postfix = own.unknown_recipient(&address, client).to_string();
        assert!(postfix.starts_with("550 5.1.1 <bo@fabrikam.com>: "), "{postfix}");
        assert_eq!(own.blocked_sender(Some(&address), client), None);
        let other = Refusals {
            unknown_recipient: Some("550 Unknown user {recipient}".to_owned()),
            blocked_senders: vec!["Fabrikam.com".to_owned()],
            blocked_sender: Some("501 5.1.8 {domain} at {client}".to_owned()),
            ..own
        };
        assert_eq!(
            other.unknown_recipient(&address, client).to_string(),
            "550 Unknown user bo@fabrikam.com"
        );
        let told = other.blocked_sender(Some(&address), client).map(|reply| reply.to_string());
        assert_eq!(told.as_deref(), Some("501 5.1.8 fabrikam.com at 40.107.57.108"));
        assert_eq!(other.blocked_sender(None, client), None);
    }
}
