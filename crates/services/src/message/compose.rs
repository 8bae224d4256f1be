//! Mail as a person writes it in Outlook.

use exchange::culture::Culture;
use exchange::guid::Guid;
use exchange::nouns::recipient::Recipient;
use jiff::Timestamp;
use smtp::Address;

use crate::message::content::{self, Content};
use crate::message::thread_index;

/// What a person writes.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Sender.
    pub from: Address,
    /// Recipients.
    pub to: Vec<Address>,
    /// Subject.
    pub subject: String,
    /// The text, each line with its CRLF.
    pub body: String,
    /// Bytes up to which sentences are added to the text.
    pub size: usize,
}

const SENTENCE: &str = "Please find the figures for the last quarter below; comments by Friday.";

impl Draft {
    /// The message with its id and date. Names are those that the sender's address book has for addresses.
    pub fn compose(
        &self,
        message_id: &str,
        culture: Culture,
        at: Timestamp,
        name_of: impl Fn(&Address) -> Option<String>,
    ) -> Content {
        let named = |address: &Address| match name_of(address) {
            Some(name) => format!("{} <{address}>", phrase(&name)),
            None => address.to_string(),
        };
        let to: Vec<_> = self.to.iter().map(named).collect();
        let from = name_of(&self.from).unwrap_or_else(|| self.from.local().to_owned());
        let mut text = self.body.clone();
        while text.len() < self.size {
            text.push_str(SENTENCE);
            text.push_str("\r\n");
        }
        let mail = format!(
            "From: {} <{}>\r\n{}Subject: {}\r\nThread-Topic: {}\r\nThread-Index: {}\r\nDate: {}\r\nMessage-ID: {message_id}\r\nAccept-Language: en-US\r\nContent-Language: en-US\r\nX-MS-Has-Attach:\r\nX-MS-TNEF-Correlator:\r\nContent-Type: text/plain; charset=\"us-ascii\"\r\nContent-Transfer-Encoding: 7bit\r\nMIME-Version: 1.0\r\n\r\n{text}",
            phrase(&from),
            self.from,
            content::fold(&format!("To: {}", to.join(", "))),
            self.subject,
            self.subject,
            // A conversation of its own: nobody answers in the lab. Its id hangs on the message's.
            thread_index::first(at, Guid::of_name(message_id)),
            culture.mail_date(at),
        );
        Content::parse(mail.as_bytes())
    }
}

/// The name that the directory has for an address, and for one it does not know the address itself, as Outlook
/// writes it (real mails, Exchange 2016 and Exchange Online).
pub fn name_in_directory(known: Option<&Recipient>, address: &Address) -> Option<String> {
    Some(known.map_or_else(|| address.to_string(), |known| known.display_name.clone()))
}

/// A display name as RFC 5322 wants it: in quotes unless it is words alone.
fn phrase(name: &str) -> String {
    let is_word =
        |letter: char| letter.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~ ".contains(letter);
    if name.chars().all(is_word) {
        return name.to_owned();
    }
    format!("\"{}\"", name.replace('\\', r"\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_becomes_a_message_of_about_its_size() {
        let draft = Draft {
            from: "raghu@cloudmonkeys.xyz".parse().unwrap(),
            to: vec!["anna@fabrikam.com".parse().unwrap()],
            subject: "Quarterly figures".to_owned(),
            body: String::new(),
            size: 600,
        };
        let at = "2026-05-01T06:00:00Z".parse().unwrap();
        let content = draft.compose("<1@x.example>", Culture::default(), at, |_| None);
        assert_eq!(content.value("To").as_deref(), Some("anna@fabrikam.com"));
        assert_eq!(content.value("Subject").as_deref(), Some("Quarterly figures"));
        assert_eq!(content.value("Message-ID").as_deref(), Some("<1@x.example>"));
        assert!((900..1400).contains(&content.to_bytes().len()));
        let written = Draft { body: "As promised.\r\n".to_owned(), size: 0, ..draft };
        let bytes = written.compose("<1@x.example>", Culture::default(), at, |_| None).to_bytes();
        assert!(bytes.ends_with(b"\r\n\r\nAs promised.\r\n"));
        let names = |address: &Address| name_in_directory(None, address);
        let named = written.compose("<1@x.example>", Culture::default(), at, names);
        let expected = "\"anna@fabrikam.com\" <anna@fabrikam.com>";
        assert_eq!(named.value("To").as_deref(), Some(expected));
        assert_eq!(phrase("Anna B"), "Anna B");
        assert_eq!(phrase("B, \"Anna\""), r#""B, \"Anna\"""#);
    }
}
