//! What a client can do wrong, and what the specifications have a server answer to it.
//!
//! The session finds the error, the service chooses the words: it may answer with
//! [`ProtocolError::reply`] or from a table of its own.

use crate::address::AddressError;
use crate::command::CommandError;
use crate::data::ContentFault;
use crate::enhanced_status::EnhancedStatus;
use crate::parameter::ParameterError;
use crate::reply::Reply;

/// Errors quote the client, who may have sent a long line; a reply line has at most 512 octets
/// (RFC 5321 section 4.5.3.1.5), and a character up to four.
const TEXT_CHARS_MAX: usize = 120;

/// Why a line of the client is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProtocolError {
    /// The line has more octets than the server reads.
    #[error("line too long: expected at most {octets_max} octets")]
    LineTooLong {
        /// The server's limit, in octets.
        octets_max: usize,
    },
    /// The line holds a CR or LF that stands alone.
    #[error("line with a bare CR or LF")]
    BareLineEnding,
    /// The line is no UTF-8.
    #[error("line is not UTF-8")]
    NotUtf8,
    /// The line is no command, or a broken one.
    #[error(transparent)]
    Command(#[from] CommandError),
    /// The verb belongs to an extension that the last EHLO reply did not offer.
    #[error("{0} was not offered")]
    NotOffered(String),
    /// AUTH with a mechanism that the last EHLO reply did not offer.
    #[error("authentication mechanism {0} was not offered")]
    MechanismNotOffered(String),
    /// The parameter belongs to an extension that the last EHLO reply did not offer.
    #[error("parameter {0} was not offered")]
    ParameterNotOffered(String),
    /// An address outside ASCII in a transaction without SMTPUTF8 (RFC 6531 section 3.5).
    #[error("an address outside ASCII needs SMTPUTF8")]
    NonAsciiAddress,
    /// The command needs an EHLO or HELO before it.
    #[error("expected EHLO or HELO first")]
    HelloFirst,
    /// MAIL within a transaction (RFC 5321 section 3.3).
    #[error("a sender was accepted already")]
    NestedMail,
    /// RCPT, DATA or BDAT without an accepted MAIL.
    #[error("expected MAIL first")]
    MailFirst,
    /// DATA or BDAT without an accepted RCPT.
    #[error("expected an accepted RCPT first")]
    RcptFirst,
    /// DATA and BDAT in one transaction (RFC 3030 section 2).
    #[error("DATA and BDAT do not mix in one transaction")]
    DataAndBdat,
    /// DATA for content declared as binary (RFC 3030 section 3).
    #[error("BODY=BINARYMIME needs BDAT")]
    BinaryNeedsBdat,
    /// STARTTLS, or a verb like it, when TLS is on already.
    #[error("TLS is active already")]
    TlsActive,
    /// AUTH within a transaction (RFC 4954 section 4).
    #[error("AUTH is not permitted during a mail transaction")]
    AuthInTransaction,
    /// AUTH after a successful AUTH (RFC 4954 section 4).
    #[error("the client is authenticated already")]
    Authenticated,
    /// One error more than the server bears; it closes the connection after its answer.
    #[error("too many errors")]
    TooManyErrors,
}

impl ProtocolError {
    /// The reply the specifications have for it.
    pub fn reply(&self) -> Reply {
        let (code, subject, detail) = match self {
            // RFC 5321 section 4.5.3.1.9.
            Self::LineTooLong { .. } | Self::BareLineEnding | Self::NotUtf8 => (500, 5, 2),
            Self::Command(error) => return command_reply(error),
            Self::NotOffered(_) => (502, 5, 1),
            // RFC 4954 section 4.
            Self::MechanismNotOffered(_) => (504, 5, 4),
            Self::ParameterNotOffered(_) => (555, 5, 4),
            // RFC 6531 section 3.5.
            Self::NonAsciiAddress => (553, 6, 7),
            Self::HelloFirst
            | Self::NestedMail
            | Self::MailFirst
            | Self::DataAndBdat
            | Self::BinaryNeedsBdat
            | Self::TlsActive
            | Self::AuthInTransaction
            | Self::Authenticated => (503, 5, 1),
            // RFC 5321 section 3.3.
            Self::RcptFirst => (554, 5, 1),
            Self::TooManyErrors => (421, 7, 0),
        };
        with_class_of_code(code, subject, detail, &self.to_string())
    }
}

impl ContentFault {
    /// The reply the specifications have for it.
    pub fn reply(self) -> Reply {
        match self {
            Self::TooLarge { .. } => {
                // RFC 1870 section 6.
                with_class_of_code(552, 3, 4, "message exceeds fixed maximum size")
            }
            Self::BareLineFeed => with_class_of_code(550, 6, 0, "content with a bare LF"),
        }
    }
}

/// RFC 5321 section 4.2.2; the enhanced codes are those of RFC 3463 sections 3.2 and 3.6.
fn command_reply(error: &CommandError) -> Reply {
    let (code, subject, detail) = match error {
        CommandError::UnknownVerb(_) => (500, 5, 1),
        CommandError::ReversePath(address) => (501, 1, if is_syntax(address) { 7 } else { 8 }),
        CommandError::ForwardPath(address) => (501, 1, if is_syntax(address) { 3 } else { 2 }),
        CommandError::Parameter { error: ParameterError::Form(_), .. } => (501, 5, 2),
        CommandError::Arguments { .. } | CommandError::Parameter { .. } => (501, 5, 4),
    };
    with_class_of_code(code, subject, detail, &error.to_string())
}

/// Whether the local part is to blame, or the address as a whole; else it is the domain.
fn is_syntax(error: &AddressError) -> bool {
    !matches!(error, AddressError::Domain(_))
}

fn with_class_of_code(code: u16, subject: u16, detail: u16, text: &str) -> Reply {
    let class = if code < 500 { 4 } else { 5 };
    let text: String = text.chars().take(TEXT_CHARS_MAX).collect();
    Reply::new(code, EnhancedStatus::new(class, subject, detail), text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_class_of_the_enhanced_code_is_that_of_the_reply() {
        let errors = [
            ProtocolError::LineTooLong { octets_max: 510 },
            ProtocolError::Command(CommandError::UnknownVerb("FOO".into())),
            ProtocolError::MechanismNotOffered("PLAIN".into()),
            ProtocolError::ParameterNotOffered("SIZE".into()),
            ProtocolError::NonAsciiAddress,
            ProtocolError::RcptFirst,
            ProtocolError::MailFirst,
            ProtocolError::TooManyErrors,
        ];
        let replies: Vec<_> = errors.iter().map(|error| error.reply().to_string()).collect();
        insta::assert_snapshot!(replies.join("\n"), @r#"
        500 5.5.2 line too long: expected at most 510 octets
        500 5.5.1 verb "FOO" is not known
        504 5.5.4 authentication mechanism PLAIN was not offered
        555 5.5.4 parameter SIZE was not offered
        553 5.6.7 an address outside ASCII needs SMTPUTF8
        554 5.5.1 expected an accepted RCPT first
        503 5.5.1 expected MAIL first
        421 4.7.0 too many errors
        "#);
    }

    #[test]
    fn a_long_line_is_not_quoted_in_full() {
        let error = CommandError::UnknownVerb("ü".repeat(1000));
        assert!(ProtocolError::from(error).reply().to_wire().len() <= 512);
    }

    #[test]
    fn broken_commands_say_what_is_broken() {
        let reply = |line: &str| {
            let error = crate::Command::parse(line, &[""; 0]).unwrap_err();
            ProtocolError::from(error).reply().to_string()
        };
        let lines = [
            "MAIL FROM:anna@contoso.example",
            "MAIL FROM:<anna>",
            "MAIL FROM:<anna@-..->",
            "RCPT TO:<b o@contoso.example>",
            "RCPT TO:<bo@[1.2.3]>",
            "MAIL FROM:<> SIZE=big",
            "MAIL FROM:<> =",
        ];
        insta::assert_snapshot!(lines.map(reply).join("\n"), @r#"
        501 5.5.4 MAIL: expected FROM:<reverse-path>, came "FROM:anna@contoso.example"
        501 5.1.7 MAIL: address "anna" has no domain
        501 5.1.8 MAIL: "-..-" is no domain: expected labels joined by dots, or an address literal
        501 5.1.3 RCPT: "b o" is no local part: expected atoms joined by dots, or a quoted string
        501 5.1.2 RCPT: "[1.2.3]" is no domain: expected labels joined by dots, or an address literal
        501 5.5.4 MAIL: parameter "SIZE=big": expected 1 to 20 digits
        501 5.5.2 MAIL: "=" is no parameter: expected KEYWORD or KEYWORD=value
        "#);
    }
}
