//! Which command may come when, by what the server knows of the client (RFC 5321 section 4.1.4).

use crate::address::Address;
use crate::command::Command;
use crate::ehlo::Capabilities;
use crate::envelope::{Body, Envelope, MailFrom, RcptTo};
use crate::parameter::Parameter;
use crate::protocol_error::ProtocolError;
use crate::server_event::Transfer;

/// What the server knows of the client; a TLS handshake makes it forget all but that.
#[derive(Debug, Default)]
pub(crate) struct Standing {
    /// What was offered in answer to its EHLO; nothing after HELO; `None` before either.
    pub(crate) offered: Option<Capabilities>,
    /// Whether TLS is on.
    pub(crate) is_tls: bool,
    /// Whether AUTH succeeded.
    pub(crate) is_authenticated: bool,
    /// The transaction: its sender and the recipients accepted so far.
    pub(crate) envelope: Option<Envelope>,
    /// How this transaction's content comes, once DATA or BDAT was seen.
    pub(crate) transfer: Option<Transfer>,
}

impl Standing {
    /// Ends the transaction.
    pub(crate) fn reset(&mut self) {
        self.envelope = None;
        self.transfer = None;
    }

    /// Whether the command may come now.
    pub(crate) fn check(&self, command: &Command) -> Result<(), ProtocolError> {
        match command {
            Command::Mail(mail) => self.check_mail(mail),
            Command::Rcpt(rcpt) => self.check_rcpt(rcpt),
            Command::Data => self.check_data(),
            Command::Bdat { .. } => self.check_bdat(),
            Command::StartTls => self.check_tls("STARTTLS"),
            Command::Auth { mechanism, .. } => self.check_auth(mechanism),
            _ => Ok(()),
        }
    }

    /// Whether a verb that starts TLS may come now.
    pub(crate) fn check_tls(&self, verb: &str) -> Result<(), ProtocolError> {
        self.offered()?;
        if self.is_tls {
            return Err(ProtocolError::TlsActive);
        }
        self.check_offered(verb)
    }

    fn check_mail(&self, mail: &MailFrom) -> Result<(), ProtocolError> {
        self.offered()?;
        if self.envelope.is_some() {
            return Err(ProtocolError::NestedMail);
        }
        self.check_parameters(&mail.parameters)?;
        let is_ascii = mail.reverse_path.address().is_none_or(Address::is_ascii);
        if is_ascii || mail.smtputf8() { Ok(()) } else { Err(ProtocolError::NonAsciiAddress) }
    }

    fn check_rcpt(&self, rcpt: &RcptTo) -> Result<(), ProtocolError> {
        let envelope = self.envelope()?;
        self.check_parameters(&rcpt.parameters)?;
        let may_be_utf8 = envelope.mail.smtputf8();
        if rcpt.address.is_ascii() || may_be_utf8 {
            Ok(())
        } else {
            Err(ProtocolError::NonAsciiAddress)
        }
    }

    fn check_data(&self) -> Result<(), ProtocolError> {
        let envelope = self.envelope_with_recipients()?;
        if self.transfer == Some(Transfer::Bdat) {
            return Err(ProtocolError::DataAndBdat);
        }
        match envelope.mail.body() {
            Some(Body::BinaryMime) => Err(ProtocolError::BinaryNeedsBdat),
            _ => Ok(()),
        }
    }

    fn check_bdat(&self) -> Result<(), ProtocolError> {
        self.offered()?;
        self.check_offered("CHUNKING").map_err(|_| ProtocolError::NotOffered("BDAT".to_owned()))?;
        self.envelope_with_recipients()?;
        match self.transfer {
            Some(Transfer::Data) => Err(ProtocolError::DataAndBdat),
            _ => Ok(()),
        }
    }

    fn check_auth(&self, mechanism: &str) -> Result<(), ProtocolError> {
        self.offered()?;
        if self.is_authenticated {
            return Err(ProtocolError::Authenticated);
        }
        if self.envelope.is_some() {
            return Err(ProtocolError::AuthInTransaction);
        }
        let offered = self.offered()?.auth_mechanisms();
        if offered.is_empty() {
            Err(ProtocolError::NotOffered("AUTH".to_owned()))
        } else if offered.iter().any(|one| one.eq_ignore_ascii_case(mechanism)) {
            Ok(())
        } else {
            Err(ProtocolError::MechanismNotOffered(mechanism.to_owned()))
        }
    }

    fn check_offered(&self, keyword: &str) -> Result<(), ProtocolError> {
        if self.offered()?.offers(keyword) {
            Ok(())
        } else {
            Err(ProtocolError::NotOffered(keyword.to_owned()))
        }
    }

    fn check_parameters(&self, parameters: &[Parameter]) -> Result<(), ProtocolError> {
        let offered = self.offered()?;
        let is_offered = |parameter: &&Parameter| {
            parameter.extension().is_none_or(|extension| offered.offers(extension))
        };
        match parameters.iter().find(|parameter| !is_offered(parameter)) {
            Some(parameter) => Err(ProtocolError::ParameterNotOffered(parameter.keyword.clone())),
            None => Ok(()),
        }
    }

    fn offered(&self) -> Result<&Capabilities, ProtocolError> {
        self.offered.as_ref().ok_or(ProtocolError::HelloFirst)
    }

    fn envelope(&self) -> Result<&Envelope, ProtocolError> {
        self.offered()?;
        self.envelope.as_ref().ok_or(ProtocolError::MailFirst)
    }

    fn envelope_with_recipients(&self) -> Result<&Envelope, ProtocolError> {
        let envelope = self.envelope()?;
        if envelope.recipients.is_empty() { Err(ProtocolError::RcptFirst) } else { Ok(envelope) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A client that said EHLO, was offered `extensions` and has sent the lines since, all granted.
    fn standing(extensions: &[&str], granted: &[&str]) -> Standing {
        let offered = extensions.iter().fold(Capabilities::new(), |all, line| all.with(line));
        let mut standing = Standing { offered: Some(offered), ..Standing::default() };
        for line in granted {
            match command(line) {
                Command::Mail(mail) => {
                    standing.envelope = Some(Envelope { mail, recipients: vec![] });
                }
                Command::Rcpt(rcpt) => {
                    standing.envelope.as_mut().unwrap().recipients.push(rcpt);
                }
                Command::Data => standing.transfer = Some(Transfer::Data),
                Command::Bdat { .. } => standing.transfer = Some(Transfer::Bdat),
                other => panic!("{other}"),
            }
        }
        standing
    }

    fn command(line: &str) -> Command {
        Command::parse(line, &[""; 0]).unwrap()
    }

    fn error(standing: &Standing, line: &str) -> Option<ProtocolError> {
        standing.check(&command(line)).err()
    }

    const MAIL: &str = "MAIL FROM:<anna@contoso.example>";
    const RCPT: &str = "RCPT TO:<bo@contoso.example>";

    #[test]
    fn before_ehlo_only_talk_is_allowed() {
        let new = Standing::default();
        for line in ["NOOP", "RSET", "HELP", "VRFY bo", "EXPN all", "QUIT", "EHLO a", "HELO a"] {
            assert_eq!(error(&new, line), None, "{line}");
        }
        for line in [MAIL, RCPT, "DATA", "BDAT 1", "STARTTLS", "AUTH LOGIN"] {
            assert_eq!(error(&new, line), Some(ProtocolError::HelloFirst), "{line}");
        }
    }

    #[test]
    fn a_transaction_has_its_order() {
        let greeted = standing(&["CHUNKING"], &[]);
        for line in [RCPT, "DATA", "BDAT 1"] {
            assert_eq!(error(&greeted, line), Some(ProtocolError::MailFirst), "{line}");
        }
        let with_mail = standing(&["CHUNKING"], &[MAIL]);
        assert_eq!(error(&with_mail, MAIL), Some(ProtocolError::NestedMail));
        assert_eq!(error(&with_mail, RCPT), None);
        for line in ["DATA", "BDAT 1"] {
            assert_eq!(error(&with_mail, line), Some(ProtocolError::RcptFirst), "{line}");
        }
        let with_rcpt = standing(&["CHUNKING"], &[MAIL, RCPT]);
        for line in ["DATA", "BDAT 1", RCPT] {
            assert_eq!(error(&with_rcpt, line), None, "{line}");
        }
    }

    #[test]
    fn data_and_bdat_do_not_mix() {
        let after_bdat = standing(&["CHUNKING"], &[MAIL, RCPT, "BDAT 1"]);
        assert_eq!(error(&after_bdat, "DATA"), Some(ProtocolError::DataAndBdat));
        assert_eq!(error(&after_bdat, "BDAT 1"), None);
        let after_data = standing(&["CHUNKING"], &[MAIL, RCPT, "DATA"]);
        assert_eq!(error(&after_data, "BDAT 1"), Some(ProtocolError::DataAndBdat));
        let binary = standing(&["CHUNKING"], &["MAIL FROM:<> BODY=BINARYMIME", RCPT]);
        assert_eq!(error(&binary, "DATA"), Some(ProtocolError::BinaryNeedsBdat));
    }

    #[test]
    fn extensions_must_have_been_offered() {
        let bare = standing(&[], &[]);
        let not_offered = |verb: &str| Some(ProtocolError::NotOffered(verb.to_owned()));
        assert_eq!(error(&bare, "STARTTLS"), not_offered("STARTTLS"));
        assert_eq!(error(&bare, "AUTH LOGIN"), not_offered("AUTH"));
        assert_eq!(error(&bare, "BDAT 1"), not_offered("BDAT"));
        let parameter = |text: &str| error(&bare, &format!("MAIL FROM:<> {text}"));
        for text in ["SIZE=1", "BODY=7BIT", "RET=FULL", "ENVID=1", "SMTPUTF8"] {
            assert!(
                matches!(parameter(text), Some(ProtocolError::ParameterNotOffered(_))),
                "{text}"
            );
        }
        assert_eq!(parameter("AUTH=<> XORG=contoso.example"), None);
        let with_mail = standing(&[], &[MAIL]);
        let refused = Some(ProtocolError::ParameterNotOffered("NOTIFY".into()));
        assert_eq!(error(&with_mail, "RCPT TO:<bo@contoso.example> NOTIFY=NEVER"), refused);
    }

    #[test]
    fn binary_content_needs_more_than_8bitmime() {
        let offered = standing(&["8BITMIME"], &[]);
        assert_eq!(error(&offered, "MAIL FROM:<> BODY=8BITMIME"), None);
        let refused = Some(ProtocolError::ParameterNotOffered("BODY".into()));
        assert_eq!(error(&offered, "MAIL FROM:<> BODY=BINARYMIME"), refused);
    }

    #[test]
    fn addresses_outside_ascii_need_smtputf8() {
        let offered = standing(&["SMTPUTF8"], &[]);
        let refused = Some(ProtocolError::NonAsciiAddress);
        assert_eq!(error(&offered, "MAIL FROM:<jürgen@contoso.example>"), refused);
        assert_eq!(error(&offered, "MAIL FROM:<jürgen@contoso.example> SMTPUTF8"), None);
        let plain = standing(&["SMTPUTF8"], &[MAIL]);
        assert_eq!(error(&plain, "RCPT TO:<jürgen@contoso.example>"), refused);
        let utf8 = standing(&["SMTPUTF8"], &["MAIL FROM:<> SMTPUTF8"]);
        assert_eq!(error(&utf8, "RCPT TO:<jürgen@contoso.example>"), None);
    }

    #[test]
    fn tls_and_authentication_come_once() {
        let mut standing = standing(&["AUTH LOGIN", "STARTTLS"], &[MAIL]);
        assert_eq!(error(&standing, "STARTTLS"), None);
        assert_eq!(error(&standing, "AUTH LOGIN"), Some(ProtocolError::AuthInTransaction));
        standing.reset();
        assert_eq!(error(&standing, "AUTH LOGIN"), None);
        standing.is_authenticated = true;
        assert_eq!(error(&standing, "AUTH LOGIN"), Some(ProtocolError::Authenticated));
        standing.is_tls = true;
        assert_eq!(error(&standing, "STARTTLS"), Some(ProtocolError::TlsActive));
    }
}
