//! MAIL and RCPT with their parameters, and the envelope they make (RFC 5321 section 2.3.1).
//!
//! The typed accessors give `None` for a parameter that is absent; a parsed command cannot hold
//! one whose value is broken.

use std::fmt;

use crate::address::{Address, ReversePath};
use crate::parameter::{Parameter, find, value};
use crate::xtext::{decode_xtext, encode_xtext};

/// What MAIL says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailFrom {
    /// Who hears of failures.
    pub reverse_path: ReversePath,
    /// The parameters in the order they came.
    pub parameters: Vec<Parameter>,
}

/// What RCPT says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RcptTo {
    /// The recipient.
    pub address: Address,
    /// The parameters in the order they came.
    pub parameters: Vec<Parameter>,
}

/// One sender and the recipients accepted so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// The MAIL command that was accepted.
    pub mail: MailFrom,
    /// The RCPT commands that were accepted, in order.
    pub recipients: Vec<RcptTo>,
}

/// `BODY=`: what the content consists of (RFC 6152, RFC 3030).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    /// Lines of ASCII.
    SevenBit,
    /// Lines of octets.
    EightBitMime,
    /// Octets without lines; only BDAT may carry them.
    BinaryMime,
}

/// `RET=`: what a failure notification returns (RFC 3461 section 4.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ret {
    /// The whole message.
    Full,
    /// Its header only.
    Headers,
}

/// `NOTIFY=`: when the sender wants a notification (RFC 3461 section 4.1). All false is `NEVER`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Notify {
    /// On delivery.
    pub success: bool,
    /// On failure.
    pub failure: bool,
    /// On delay.
    pub delay: bool,
}

/// `ORCPT=`: the recipient the sender first named (RFC 3461 section 4.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OriginalRecipient {
    /// The address type, such as `rfc822`.
    pub address_type: String,
    /// The address, decoded.
    pub address: String,
}

impl MailFrom {
    /// MAIL without parameters.
    pub fn new(reverse_path: impl Into<ReversePath>) -> Self {
        Self { reverse_path: reverse_path.into(), parameters: Vec::new() }
    }

    /// The same with one more parameter.
    #[must_use]
    pub fn with(mut self, parameter: Parameter) -> Self {
        self.parameters.push(parameter);
        self
    }

    /// The parameter of that name, whatever its case.
    pub fn parameter(&self, keyword: &str) -> Option<&Parameter> {
        find(&self.parameters, keyword)
    }

    /// `SIZE=`: the octets the client means to send (RFC 1870 section 6).
    pub fn size(&self) -> Option<u64> {
        value(&self.parameters, "SIZE")?.parse().ok()
    }

    /// `BODY=`.
    pub fn body(&self) -> Option<Body> {
        match value(&self.parameters, "BODY")?.to_ascii_uppercase().as_str() {
            "7BIT" => Some(Body::SevenBit),
            "8BITMIME" => Some(Body::EightBitMime),
            "BINARYMIME" => Some(Body::BinaryMime),
            _ => None,
        }
    }

    /// `RET=`.
    pub fn ret(&self) -> Option<Ret> {
        match value(&self.parameters, "RET")?.to_ascii_uppercase().as_str() {
            "FULL" => Some(Ret::Full),
            "HDRS" => Some(Ret::Headers),
            _ => None,
        }
    }

    /// `ENVID=`, decoded: the sender's own name for this envelope (RFC 3461 section 4.4).
    pub fn envid(&self) -> Option<String> {
        decode_xtext(value(&self.parameters, "ENVID")?)
    }

    /// `AUTH=`, decoded: who first submitted the message (RFC 4954 section 5); null when unknown.
    pub fn auth(&self) -> Option<ReversePath> {
        decode_xtext(value(&self.parameters, "AUTH")?)?.parse().ok()
    }

    /// Whether `SMTPUTF8` was given (RFC 6531 section 3.4).
    pub fn smtputf8(&self) -> bool {
        self.parameter("SMTPUTF8").is_some()
    }
}

impl RcptTo {
    /// RCPT without parameters.
    pub fn new(address: Address) -> Self {
        Self { address, parameters: Vec::new() }
    }

    /// The same with one more parameter.
    #[must_use]
    pub fn with(mut self, parameter: Parameter) -> Self {
        self.parameters.push(parameter);
        self
    }

    /// The parameter of that name, whatever its case.
    pub fn parameter(&self, keyword: &str) -> Option<&Parameter> {
        find(&self.parameters, keyword)
    }

    /// `NOTIFY=`.
    pub fn notify(&self) -> Option<Notify> {
        let list = value(&self.parameters, "NOTIFY")?;
        let names = |event: &str| list.split(',').any(|word| word.eq_ignore_ascii_case(event));
        Some(Notify { success: names("SUCCESS"), failure: names("FAILURE"), delay: names("DELAY") })
    }

    /// `ORCPT=`, decoded.
    pub fn orcpt(&self) -> Option<OriginalRecipient> {
        let (address_type, address) = value(&self.parameters, "ORCPT")?.split_once(';')?;
        let address = decode_xtext(address)?;
        Some(OriginalRecipient { address_type: address_type.to_owned(), address })
    }
}

impl From<OriginalRecipient> for Parameter {
    fn from(original: OriginalRecipient) -> Self {
        let value = format!("{};{}", original.address_type, encode_xtext(&original.address));
        Self::new("ORCPT", value)
    }
}

impl From<Notify> for Parameter {
    fn from(notify: Notify) -> Self {
        let events =
            [(notify.success, "SUCCESS"), (notify.failure, "FAILURE"), (notify.delay, "DELAY")];
        let wanted: Vec<_> =
            events.iter().filter(|(wanted, _)| *wanted).map(|(_, name)| *name).collect();
        Self::new("NOTIFY", if wanted.is_empty() { "NEVER".to_owned() } else { wanted.join(",") })
    }
}

/// `MAIL FROM:<…> …`, as on the wire.
impl fmt::Display for MailFrom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.reverse_path {
            ReversePath::Null => f.write_str("MAIL FROM:<>")?,
            ReversePath::Address(address) => write!(f, "MAIL FROM:<{address}>")?,
        }
        write_parameters(f, &self.parameters)
    }
}

/// `RCPT TO:<…> …`, as on the wire.
impl fmt::Display for RcptTo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RCPT TO:<{}>", self.address)?;
        write_parameters(f, &self.parameters)
    }
}

fn write_parameters(f: &mut fmt::Formatter<'_>, parameters: &[Parameter]) -> fmt::Result {
    parameters.iter().try_for_each(|parameter| write!(f, " {parameter}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(parameters: &[Parameter]) -> MailFrom {
        let parameters = parameters.to_vec();
        MailFrom { reverse_path: ReversePath::Null, parameters }
    }

    fn rcpt(parameter: Parameter) -> RcptTo {
        RcptTo::new("bo@contoso.example".parse().unwrap()).with(parameter)
    }

    #[test]
    fn mail_parameters_are_typed() {
        let full = mail(&[
            Parameter::new("size", "18019"),
            Parameter::new("Body", "binaryMIME"),
            Parameter::new("RET", "hdrs"),
            Parameter::new("ENVID", "QQ+2B1"),
            Parameter::new("AUTH", "<>"),
            Parameter::flag("SMTPUTF8"),
        ]);
        assert_eq!(full.size(), Some(18019));
        assert_eq!(full.body(), Some(Body::BinaryMime));
        assert_eq!(full.ret(), Some(Ret::Headers));
        assert_eq!(full.envid().as_deref(), Some("QQ+1"));
        assert_eq!(full.auth(), Some(ReversePath::Null));
        assert!(full.smtputf8());
    }

    #[test]
    fn absent_mail_parameters_are_none() {
        let bare = mail(&[]);
        assert_eq!((bare.size(), bare.body(), bare.ret()), (None, None, None));
        assert_eq!((bare.envid(), bare.auth(), bare.smtputf8()), (None, None, false));
    }

    #[test]
    fn notify_reads_what_it_writes() {
        for bits in 0..8 {
            let notify =
                Notify { success: bits & 1 > 0, failure: bits & 2 > 0, delay: bits & 4 > 0 };
            assert_eq!(rcpt(notify.into()).notify(), Some(notify));
        }
        assert_eq!(rcpt(Parameter::flag("X")).notify(), None);
    }

    #[test]
    fn the_original_recipient_reads_what_it_writes() {
        let original =
            OriginalRecipient { address_type: "rfc822".into(), address: "a+b=c@d".into() };
        let rcpt = rcpt(original.clone().into());
        assert_eq!(rcpt.to_string(), "RCPT TO:<bo@contoso.example> ORCPT=rfc822;a+2Bb+3Dc@d");
        assert_eq!(rcpt.orcpt(), Some(original));
    }
}
