//! What a server says: one table for Exchange, one for the Internet's mail servers.
//!
//! Exchange's texts are those of real protocol logs and of Microsoft Learn's status code tables. Those on
//! limits: `4.3.2` for too many connections from Microsoft Q&A 407670 (one address) and from reports of
//! Exchange 2010 (all); `452 4.5.3 Too many recipients` and `421 4.4.2` for the rate of messages from
//! Microsoft Learn, "Message rate limits and throttling", and its readers; `501 5.5.4 Invalid domain
//! name` from "Use Telnet to test SMTP communication". Not found in public, and formed after their
//! neighbours: the answers to a line or a header that is too long, to a logon that is cancelled, and to
//! bare line feeds, where the text is that of the sending side (KB 2998901).
//!
//! The Internet's texts are Postfix's.

use smtp::{EnhancedStatus, ProtocolError, Reply};

/// The fixed texts of a server.
#[derive(Debug)]
pub struct Wording {
    /// MAIL was accepted.
    pub(super) sender_ok: &'static str,
    /// RCPT was accepted.
    pub(super) recipient_ok: &'static str,
    /// DATA may come.
    pub(super) data: &'static str,
    /// TLS may start.
    pub(super) start_tls: &'static str,
    /// Answer to QUIT.
    pub(super) quit: &'static str,
    /// Answer to RSET.
    pub(super) reset: &'static str,
    /// Answer to NOOP.
    pub(super) noop: &'static str,
    /// Answer to VRFY.
    pub(super) vrfy: &'static str,
    /// Answer to EXPN.
    pub(super) expn: &'static str,
    /// Answer to HELP, line by line.
    pub(super) help: &'static [&'static str],
    /// A chunk arrived; `{}` stands for the octets.
    pub(super) chunk: &'static str,
    /// The name in EHLO is none; `None` where any is taken.
    pub(super) invalid_hello: Option<&'static str>,
    /// Mail before STARTTLS, where TLS is required.
    pub(super) tls_required: &'static str,
    /// The message is larger than the server takes.
    pub(super) too_large: &'static str,
    /// Its header is.
    pub(super) header_too_large: &'static str,
    /// It holds a bare line feed.
    pub(super) bare_line_feed: &'static str,
    /// One recipient more than a message may have.
    pub(super) too_many_recipients: &'static str,
    /// One connection more than the server serves.
    pub(super) too_many_connections: &'static str,
    /// One connection more than it serves from one address.
    pub(super) too_many_connections_of_source: &'static str,
    /// One message more than it takes in a minute.
    pub(super) too_many_messages: &'static str,
    /// The client kept silent, or stayed too long.
    pub(super) timed_out: &'static str,
    /// The logon failed.
    pub(super) logon_denied: &'static str,
    /// The client cancelled its logon.
    pub(super) logon_cancelled: &'static str,
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
    vrfy: "252 2.1.5 Cannot VRFY user",
    expn: "502 5.3.3 Command not implemented",
    help: &[
        "This server supports the following commands:",
        "HELO EHLO STARTTLS RCPT DATA RSET MAIL QUIT HELP AUTH BDAT",
    ],
    chunk: "250 2.6.0 CHUNK received OK, {} octets",
    invalid_hello: Some("501 5.5.4 Invalid domain name"),
    tls_required: exchange::status::STARTTLS_REQUIRED_BY_CONNECTOR,
    too_large: exchange::status::MESSAGE_SIZE_EXCEEDED,
    header_too_large: "552 5.3.4 Message header size exceeds fixed maximum size",
    bare_line_feed: "550 5.6.11 SMTPSEND.BareLinefeedsAreIllegal; message contains bare linefeeds, which cannot be sent via DATA",
    too_many_recipients: "452 4.5.3 Too many recipients",
    too_many_connections: "421 4.3.2 The maximum number of concurrent connections has exceeded a limit, closing transmission channel",
    too_many_connections_of_source: "421 4.3.2 The maximum number of concurrent server connections has exceeded a per-source limit, closing transmission channel",
    too_many_messages: "421 4.4.2 Message submission rate for this client has exceeded the configured limit",
    timed_out: "421 4.4.1 Connection timed out",
    logon_denied: "535 5.7.3 Authentication unsuccessful",
    logon_cancelled: "501 5.7.0 Authentication cancelled",
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
    vrfy: "252 2.0.0 Ok",
    expn: "502 5.5.2 Error: command not recognized",
    help: &[],
    chunk: "250 2.0.0 Ok: {} bytes",
    invalid_hello: None,
    tls_required: "530 5.7.0 Must issue a STARTTLS command first",
    too_large: "552 5.3.4 Error: message file too big",
    header_too_large: "552 5.3.4 Error: message file too big",
    bare_line_feed: "550 5.5.2 Error: bare <LF> received",
    too_many_recipients: "452 4.5.3 Error: too many recipients",
    too_many_connections: "421 4.3.2 All server ports are busy",
    too_many_connections_of_source: "421 4.7.0 Error: too many connections",
    too_many_messages: "450 4.7.1 Error: too much mail",
    timed_out: "421 4.4.2 Error: timeout exceeded",
    logon_denied: "535 5.7.8 Error: authentication failed",
    logon_cancelled: "501 5.7.0 Authentication aborted",
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

    /// Answer to HELP; an unknown command where there is no text.
    pub(super) fn help(&self) -> Reply {
        if self.help.is_empty() {
            return reply("502 5.5.2 Error: command not recognized");
        }
        Reply::with_lines(214, self.help.iter().map(|line| (*line).to_owned()).collect())
    }

    /// So many octets came in chunks.
    pub(super) fn chunk(&self, octets: u64) -> Reply {
        reply(&self.chunk.replace("{}", &octets.to_string()))
    }

    /// Answer to what cannot be granted.
    pub(super) fn error(&self, error: &ProtocolError) -> Reply {
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
            let texts = [
                wording.sender_ok,
                wording.recipient_ok,
                wording.data,
                wording.start_tls,
                wording.quit,
                wording.reset,
                wording.noop,
                wording.vrfy,
                wording.expn,
                wording.chunk,
                wording.invalid_hello.unwrap_or(wording.noop),
                wording.tls_required,
                wording.too_large,
                wording.header_too_large,
                wording.bare_line_feed,
                wording.too_many_recipients,
                wording.too_many_connections,
                wording.too_many_connections_of_source,
                wording.too_many_messages,
                wording.timed_out,
                wording.logon_denied,
                wording.logon_cancelled,
            ];
            let mut replies: Vec<Reply> = texts.into_iter().map(reply).collect();
            replies.push(wording.help());
            replies.push(wording.error(&ProtocolError::HelloFirst));
            replies.push(wording.error(&ProtocolError::TooManyErrors));
            let no_reply = EnhancedStatus::new(4, 0, 0);
            assert!(replies.iter().all(|reply| reply.enhanced != Some(no_reply)), "{replies:?}");
        }
    }

    #[test]
    fn a_text_that_is_no_reply_is_not_sent_as_one() {
        assert_eq!(reply("hello").code, 451);
    }
}
