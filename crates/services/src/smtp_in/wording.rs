//! What a server says: one table for Exchange, one for the Internet's mail servers.
//!
//! Exchange's texts are those of real protocol logs and of Microsoft Learn's status code tables; the
//! Internet's are Postfix's.

use smtp::{EnhancedStatus, ProtocolError, Reply};

/// The fixed texts of a server.
#[derive(Debug)]
pub struct Wording {
    sender_ok: &'static str,
    recipient_ok: &'static str,
    data: &'static str,
    start_tls: &'static str,
    quit: &'static str,
    reset: &'static str,
    noop: &'static str,
    errors: fn(&ProtocolError) -> &'static str,
}

/// Exchange, on premises and online.
pub static EXCHANGE: Wording = Wording {
    sender_ok: "250 2.1.0 Sender OK",
    recipient_ok: "250 2.1.5 Recipient OK",
    data: "354 Start mail input; end with <CRLF>.<CRLF>",
    start_tls: "220 2.0.0 SMTP server ready",
    quit: "221 2.0.0 Service closing transmission channel",
    reset: "250 2.0.0 Resetting",
    noop: "250 2.0.0 OK",
    errors: exchange_error,
};

/// A mail server of the Internet.
pub static POSTFIX: Wording = Wording {
    sender_ok: "250 2.1.0 Ok",
    recipient_ok: "250 2.1.5 Ok",
    data: "354 End data with <CR><LF>.<CR><LF>",
    start_tls: "220 2.0.0 Ready to start TLS",
    quit: "221 2.0.0 Bye",
    reset: "250 2.0.0 Ok",
    noop: "250 2.0.0 Ok",
    errors: postfix_error,
};

impl Wording {
    /// MAIL was accepted.
    pub fn sender_ok(&self) -> Reply {
        reply(self.sender_ok)
    }

    /// RCPT was accepted.
    pub fn recipient_ok(&self) -> Reply {
        reply(self.recipient_ok)
    }

    /// DATA may come.
    pub fn data(&self) -> Reply {
        reply(self.data)
    }

    /// TLS may start.
    pub fn start_tls(&self) -> Reply {
        reply(self.start_tls)
    }

    /// Answer to QUIT.
    pub fn quit(&self) -> Reply {
        reply(self.quit)
    }

    /// Answer to RSET.
    pub fn reset(&self) -> Reply {
        reply(self.reset)
    }

    /// Answer to NOOP.
    pub fn noop(&self) -> Reply {
        reply(self.noop)
    }

    /// Answer to what cannot be granted.
    pub fn error(&self, error: &ProtocolError) -> Reply {
        reply((self.errors)(error))
    }
}

/// A reply from its text; a text that is no reply is a fault of ours and becomes 451.
pub fn reply(text: &str) -> Reply {
    text.parse().unwrap_or_else(|_| Reply::new(451, EnhancedStatus::new(4, 0, 0), text.to_owned()))
}

fn exchange_error(error: &ProtocolError) -> &'static str {
    use smtp::CommandError;
    match error {
        // A real log shows this answer to AUTH LOGIN where only NTLM was offered.
        ProtocolError::NotOffered(verb) if verb == "AUTH" => {
            "504 5.7.4 Unrecognized authentication type"
        }
        ProtocolError::Command(CommandError::UnknownVerb(_))
        | ProtocolError::NotOffered(_)
        | ProtocolError::BareLineEnding
        | ProtocolError::NotUtf8 => "500 5.3.3 Unrecognized command",
        ProtocolError::Command(CommandError::ReversePath(_) | CommandError::ForwardPath(_))
        | ProtocolError::NonAsciiAddress => "501 5.1.7 Invalid address",
        ProtocolError::MechanismNotOffered(_) => "504 5.7.4 Unrecognized authentication type",
        ProtocolError::Command(_) | ProtocolError::ParameterNotOffered(_) => {
            "501 5.5.4 Invalid arguments"
        }
        ProtocolError::LineTooLong { .. } => "500 5.5.4 Line too long",
        ProtocolError::HelloFirst => "503 5.5.2 Send hello first",
        ProtocolError::NestedMail => "503 5.5.2 Sender already specified",
        ProtocolError::MailFirst => "503 5.5.2 Need mail command",
        ProtocolError::RcptFirst => "503 5.5.2 Need rcpt command",
        ProtocolError::DataAndBdat
        | ProtocolError::BinaryNeedsBdat
        | ProtocolError::TlsActive
        | ProtocolError::AuthInTransaction
        | ProtocolError::Authenticated => "503 5.5.2 Bad sequence of commands",
        ProtocolError::TooManyErrors => {
            "421 4.7.0 Too many errors on this connection, closing transmission channel"
        }
    }
}

fn postfix_error(error: &ProtocolError) -> &'static str {
    use smtp::CommandError;
    match error {
        ProtocolError::NotOffered(verb) if verb == "AUTH" => {
            "503 5.5.1 Error: authentication not enabled"
        }
        ProtocolError::Command(CommandError::UnknownVerb(_)) | ProtocolError::NotOffered(_) => {
            "502 5.5.2 Error: command not recognized"
        }
        ProtocolError::MechanismNotOffered(_) => "535 5.7.8 Error: authentication failed",
        ProtocolError::Command(_)
        | ProtocolError::ParameterNotOffered(_)
        | ProtocolError::BareLineEnding
        | ProtocolError::NotUtf8
        | ProtocolError::NonAsciiAddress => "501 5.5.4 Syntax error in parameters or arguments",
        ProtocolError::LineTooLong { .. } => "500 5.5.2 Error: line too long",
        ProtocolError::HelloFirst => "503 5.5.1 Error: send HELO/EHLO first",
        ProtocolError::NestedMail => "503 5.5.1 Error: nested MAIL command",
        ProtocolError::MailFirst => "503 5.5.1 Error: need MAIL command",
        ProtocolError::RcptFirst => "503 5.5.1 Error: need RCPT command",
        ProtocolError::DataAndBdat
        | ProtocolError::BinaryNeedsBdat
        | ProtocolError::TlsActive
        | ProtocolError::AuthInTransaction
        | ProtocolError::Authenticated => "503 5.5.1 Error: bad sequence of commands",
        ProtocolError::TooManyErrors => "421 4.7.0 Error: too many errors",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fixed_text_is_a_reply() {
        for wording in [&EXCHANGE, &POSTFIX] {
            let replies = [
                wording.sender_ok(),
                wording.recipient_ok(),
                wording.data(),
                wording.start_tls(),
                wording.quit(),
                wording.reset(),
                wording.noop(),
                wording.error(&ProtocolError::HelloFirst),
                wording.error(&ProtocolError::TooManyErrors),
            ];
            assert!(replies.iter().all(|reply| reply.code != 451), "{replies:?}");
        }
    }

    #[test]
    fn a_text_that_is_no_reply_is_not_sent_as_one() {
        assert_eq!(reply("hello").code, 451);
    }
}
