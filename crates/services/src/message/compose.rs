//! Mail as a person writes it in Outlook.

use exchange::culture::Culture;
use exchange::guid::Guid;
use jiff::Timestamp;
use smtp::Address;

use crate::message::content::Content;
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
    /// The message with its id and date.
    pub fn compose(&self, message_id: &str, culture: Culture, at: Timestamp) -> Content {
        let to: Vec<_> = self.to.iter().map(ToString::to_string).collect();
        let mut text = self.body.clone();
        while text.len() < self.size {
            text.push_str(SENTENCE);
            text.push_str("\r\n");
        }
        let mail = format!(
            "From: {} <{}>\r\nTo: {}\r\nSubject: {}\r\nThread-Topic: {}\r\nThread-Index: {}\r\nDate: {}\r\nMessage-ID: {message_id}\r\nAccept-Language: en-US\r\nContent-Language: en-US\r\nX-MS-Has-Attach:\r\nX-MS-TNEF-Correlator:\r\nContent-Type: text/plain; charset=\"us-ascii\"\r\nContent-Transfer-Encoding: 7bit\r\nMIME-Version: 1.0\r\n\r\n{text}",
            self.from.local(),
            self.from,
            to.join(", "),
            self.subject,
            self.subject,
            // A conversation of its own: nobody answers in the lab. Its id hangs on the message's.
            thread_index::first(at, Guid::of_name(message_id)),
            culture.mail_date(at),
        );
        Content::parse(mail.as_bytes())
    }
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
        let content = draft.compose("<1@x.example>", Culture::default(), at);
        assert_eq!(content.value("Subject").as_deref(), Some("Quarterly figures"));
        assert_eq!(content.value("Message-ID").as_deref(), Some("<1@x.example>"));
        assert!((900..1400).contains(&content.to_bytes().len()));
        let written = Draft { body: "As promised.\r\n".to_owned(), size: 0, ..draft };
        let bytes = written.compose("<1@x.example>", Culture::default(), at).to_bytes();
        assert!(bytes.ends_with(b"\r\n\r\nAs promised.\r\n"));
    }
}
