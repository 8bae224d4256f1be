//! Commands (RFC 5321 section 4.1.1, RFC 3030, RFC 3207, RFC 4954).
//!
//! Reading is as lenient as real servers: case does not count, blanks may surround a path, a source
//! route is skipped, EHLO may come without a name. What cannot be read is reported with what was
//! expected.
//!
//! Not modelled: `RCPT TO:<Postmaster>` without a domain (RFC 5321 section 4.1.1.3), TURN, ETRN.

use std::fmt;

use crate::address::{Address, AddressError, ReversePath};
use crate::envelope::{MailFrom, RcptTo};
use crate::parameter::{self, ParameterError};

/// A command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// `HELO`, with the name the client gives itself.
    Helo(String),
    /// `EHLO`, with the name the client gives itself; empty when it gave none.
    Ehlo(String),
    /// `MAIL FROM:`.
    Mail(MailFrom),
    /// `RCPT TO:`.
    Rcpt(RcptTo),
    /// `DATA`.
    Data,
    /// `BDAT`: so many octets of content follow (RFC 3030 section 2).
    Bdat {
        /// How many octets follow the command.
        size: u64,
        /// Whether they end the content.
        last: bool,
    },
    /// `RSET`.
    Rset,
    /// `NOOP`; an argument is dropped.
    Noop,
    /// `QUIT`.
    Quit,
    /// `STARTTLS` (RFC 3207).
    StartTls,
    /// `AUTH` (RFC 4954 section 4).
    Auth {
        /// The SASL mechanism.
        mechanism: String,
        /// The initial response, still encoded; `=` stands for an empty one.
        initial_response: Option<String>,
    },
    /// `VRFY`, with what to verify.
    Vrfy(String),
    /// `EXPN`, with the list to expand.
    Expn(String),
    /// `HELP`, with the topic; empty when none was named.
    Help(String),
    /// A verb which the caller declared.
    Extension {
        /// The verb as the caller declared it.
        verb: String,
        /// What follows it; empty when nothing does.
        arguments: String,
    },
}

/// Which of the two greetings a client uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HelloVerb {
    /// `HELO`: no extensions.
    Helo,
    /// `EHLO`.
    Ehlo,
}

/// A line could not be read as a command.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CommandError {
    /// The first word is no verb known here.
    #[error("verb {0:?} is not known")]
    UnknownVerb(String),
    /// What follows the verb has the wrong form.
    #[error("{verb}: expected {expected}, came {came:?}")]
    Arguments {
        /// The verb.
        verb: &'static str,
        /// The form that was expected.
        expected: &'static str,
        /// What came.
        came: String,
    },
    /// The reverse-path of MAIL holds no address.
    #[error("MAIL: {0}")]
    ReversePath(AddressError),
    /// The forward-path of RCPT holds no address.
    #[error("RCPT: {0}")]
    ForwardPath(AddressError),
    /// A parameter of MAIL or RCPT is broken.
    #[error("{verb}: {error}")]
    Parameter {
        /// The verb.
        verb: &'static str,
        /// What is wrong with it.
        error: ParameterError,
    },
}

type Reader = fn(&str) -> Result<Command, CommandError>;

const VERBS: &[(&str, Reader)] = &[
    ("HELO", |rest| Ok(Command::Helo(rest.to_owned()))),
    ("EHLO", |rest| Ok(Command::Ehlo(rest.to_owned()))),
    ("MAIL", read_mail),
    ("RCPT", read_rcpt),
    ("DATA", |rest| without_arguments("DATA", rest, Command::Data)),
    ("BDAT", read_bdat),
    ("RSET", |rest| without_arguments("RSET", rest, Command::Rset)),
    ("NOOP", |_| Ok(Command::Noop)),
    ("QUIT", |rest| without_arguments("QUIT", rest, Command::Quit)),
    ("STARTTLS", |rest| without_arguments("STARTTLS", rest, Command::StartTls)),
    ("AUTH", read_auth),
    ("VRFY", |rest| Ok(Command::Vrfy(rest.to_owned()))),
    ("EXPN", |rest| Ok(Command::Expn(rest.to_owned()))),
    ("HELP", |rest| Ok(Command::Help(rest.to_owned()))),
];

impl Command {
    /// Reads one line, without its line ending.
    ///
    /// `extension_verbs` are the verbs to be read as [`Command::Extension`].
    ///
    /// # Errors
    /// Says which part of the line was not as the specification has it.
    pub fn parse(line: &str, extension_verbs: &[impl AsRef<str>]) -> Result<Self, CommandError> {
        let line = line.trim_ascii();
        let (verb, rest) = line.split_once([' ', '\t']).unwrap_or((line, ""));
        let rest = rest.trim_ascii_start();
        if let Some((_, read)) = VERBS.iter().find(|(own, _)| own.eq_ignore_ascii_case(verb)) {
            return read(rest);
        }
        let declared = extension_verbs.iter().map(AsRef::as_ref);
        match declared.into_iter().find(|own| own.eq_ignore_ascii_case(verb)) {
            Some(own) => Ok(Self::Extension { verb: own.to_owned(), arguments: rest.to_owned() }),
            None => Err(CommandError::UnknownVerb(verb.to_owned())),
        }
    }

    /// The command as octets on the wire, with its line ending.
    ///
    /// A CR or LF inside, which only a caller's own text can bring, goes out as a blank: one
    /// command must stay one line.
    pub fn to_wire(&self) -> Vec<u8> {
        wire_line(&self.to_string())
    }
}

/// One line of text as octets, with its line ending and no other.
pub(crate) fn wire_line(text: &str) -> Vec<u8> {
    let mut line = text.replace(['\r', '\n'], " ").into_bytes();
    line.extend_from_slice(b"\r\n");
    line
}

/// The command without its line ending.
impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Helo(domain) => write_words(f, "HELO", domain),
            Self::Ehlo(domain) => write_words(f, "EHLO", domain),
            Self::Mail(mail) => write!(f, "{mail}"),
            Self::Rcpt(rcpt) => write!(f, "{rcpt}"),
            Self::Data => f.write_str("DATA"),
            Self::Bdat { size, last: false } => write!(f, "BDAT {size}"),
            Self::Bdat { size, last: true } => write!(f, "BDAT {size} LAST"),
            Self::Rset => f.write_str("RSET"),
            Self::Noop => f.write_str("NOOP"),
            Self::Quit => f.write_str("QUIT"),
            Self::StartTls => f.write_str("STARTTLS"),
            Self::Auth { mechanism, initial_response } => {
                write!(f, "AUTH {mechanism}")?;
                initial_response.as_ref().map_or(Ok(()), |response| write!(f, " {response}"))
            }
            Self::Vrfy(what) => write_words(f, "VRFY", what),
            Self::Expn(list) => write_words(f, "EXPN", list),
            Self::Help(topic) => write_words(f, "HELP", topic),
            Self::Extension { verb, arguments } => write_words(f, verb, arguments),
        }
    }
}

fn write_words(f: &mut fmt::Formatter<'_>, verb: &str, arguments: &str) -> fmt::Result {
    f.write_str(verb)?;
    if arguments.is_empty() { Ok(()) } else { write!(f, " {arguments}") }
}

fn without_arguments(
    verb: &'static str,
    rest: &str,
    command: Command,
) -> Result<Command, CommandError> {
    if rest.is_empty() { Ok(command) } else { Err(arguments(verb, "nothing", rest)) }
}

fn read_mail(rest: &str) -> Result<Command, CommandError> {
    let (path, parameters) = read_path("MAIL", "FROM", "FROM:<reverse-path>", rest)?;
    let reverse_path = if path.is_empty() {
        ReversePath::Null
    } else {
        path.parse().map(ReversePath::Address).map_err(CommandError::ReversePath)?
    };
    let parameters = parameter::parse_all(parameters)
        .map_err(|error| CommandError::Parameter { verb: "MAIL", error })?;
    Ok(Command::Mail(MailFrom { reverse_path, parameters }))
}

fn read_rcpt(rest: &str) -> Result<Command, CommandError> {
    let (path, parameters) = read_path("RCPT", "TO", "TO:<forward-path>", rest)?;
    let address: Address = path.parse().map_err(CommandError::ForwardPath)?;
    let parameters = parameter::parse_all(parameters)
        .map_err(|error| CommandError::Parameter { verb: "RCPT", error })?;
    Ok(Command::Rcpt(RcptTo { address, parameters }))
}

/// Divides `FROM:<path> parameters` into the path, without brackets and source route, and the rest.
fn read_path<'a>(
    verb: &'static str,
    word: &str,
    expected: &'static str,
    rest: &'a str,
) -> Result<(&'a str, &'a str), CommandError> {
    let divided = || {
        let (before, after) = rest.split_once(':')?;
        let after = after.trim_ascii_start().strip_prefix('<')?;
        let (path, parameters) = after.split_at_checked(closing_bracket(after)?)?;
        let parameters = parameters.strip_prefix('>')?;
        let is_separate = parameters.is_empty() || parameters.starts_with([' ', '\t']);
        let is_word = before.trim_ascii_end().eq_ignore_ascii_case(word);
        (is_word && is_separate).then_some((without_source_route(path), parameters))
    };
    divided().ok_or_else(|| arguments(verb, expected, rest))
}

/// Where the path ends: the first `>` outside a quoted string.
fn closing_bracket(text: &str) -> Option<usize> {
    let mut quoted = false;
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => quoted = !quoted,
            '\\' if quoted => {
                chars.next();
            }
            '>' if !quoted => return Some(at),
            _ => {}
        }
    }
    None
}

/// `@a,@b:user@c` is `user@c`: servers must accept source routes and should ignore them (RFC 5321
/// appendix C).
fn without_source_route(path: &str) -> &str {
    match path.split_once(':') {
        Some((route, mailbox)) if route.split(',').all(|host| host.starts_with('@')) => mailbox,
        _ => path,
    }
}

fn read_bdat(rest: &str) -> Result<Command, CommandError> {
    let mut words = rest.split_ascii_whitespace();
    let size = words.next().filter(|word| word.bytes().all(|b| b.is_ascii_digit()));
    let last = match (words.next(), words.next()) {
        (None, _) => Some(false),
        (Some(word), None) if word.eq_ignore_ascii_case("LAST") => Some(true),
        _ => None,
    };
    match (size.and_then(|digits| digits.parse().ok()), last) {
        (Some(size), Some(last)) => Ok(Command::Bdat { size, last }),
        _ => Err(arguments("BDAT", "a chunk size, then LAST or nothing", rest)),
    }
}

fn read_auth(rest: &str) -> Result<Command, CommandError> {
    let mut words = rest.split_ascii_whitespace().map(str::to_owned);
    match (words.next(), words.next(), words.next()) {
        (Some(mechanism), initial_response, None) => {
            Ok(Command::Auth { mechanism, initial_response })
        }
        _ => Err(arguments("AUTH", "a mechanism and at most one response", rest)),
    }
}

fn arguments(verb: &'static str, expected: &'static str, came: &str) -> CommandError {
    CommandError::Arguments { verb, expected, came: came.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parameter::Parameter;
    use proptest::prelude::*;

    const VERBS_OF_OURS: &[&str] = &["XCLIENT", "X-OTHERTLS"];

    fn parse(line: &str) -> Result<Command, CommandError> {
        Command::parse(line, VERBS_OF_OURS)
    }

    fn expected(line: &str) -> &'static str {
        match parse(line).unwrap_err() {
            CommandError::Arguments { expected, .. } => expected,
            other => panic!("{other}"),
        }
    }

    #[test]
    fn case_and_blanks_do_not_count() {
        let plain = parse("MAIL FROM:<anna@contoso.example> SIZE=5");
        assert!(plain.is_ok());
        assert_eq!(parse("mail from: <anna@contoso.example>  SIZE=5 "), plain);
        assert_eq!(parse("Mail  From :<anna@contoso.example>\tSIZE=5"), plain);
        assert_eq!(parse("rset "), Ok(Command::Rset));
        assert_eq!(parse("noop anything"), Ok(Command::Noop));
        assert_eq!(parse("ehlo"), Ok(Command::Ehlo(String::new())));
    }

    #[test]
    fn missing_brackets_are_reported() {
        assert_eq!(expected("MAIL FROM:anna@contoso.example"), "FROM:<reverse-path>");
        assert_eq!(expected("MAIL FROM:<anna@contoso.example"), "FROM:<reverse-path>");
        assert_eq!(expected("MAIL <anna@contoso.example>"), "FROM:<reverse-path>");
        assert_eq!(expected("MAIL TO:<anna@contoso.example>"), "FROM:<reverse-path>");
        assert_eq!(expected("MAIL FROM:<a@b>SIZE=1"), "FROM:<reverse-path>");
        assert_eq!(expected("RCPT TO:bo@contoso.example"), "TO:<forward-path>");
        assert_eq!(expected("RCPT"), "TO:<forward-path>");
    }

    #[test]
    fn only_mail_may_have_an_empty_path() {
        assert_eq!(parse("MAIL FROM:<>"), Ok(Command::Mail(MailFrom::new(ReversePath::Null))));
        let error = parse("RCPT TO:<>").unwrap_err();
        assert_eq!(error, CommandError::ForwardPath(AddressError::NoDomain(String::new())));
    }

    #[test]
    fn brackets_in_quotes_belong_to_the_address() {
        let line = r#"RCPT TO:<"a>\"b>"@contoso.example> NOTIFY=NEVER"#;
        let Ok(Command::Rcpt(rcpt)) = parse(line) else { panic!("{:?}", parse(line)) };
        assert_eq!(rcpt.address.local(), r#""a>\"b>""#);
        assert_eq!(rcpt.parameters, [Parameter::new("NOTIFY", "NEVER")]);
    }

    #[test]
    fn source_routes_are_skipped() {
        let line = "RCPT TO:<@a.example,@b.example:bo@contoso.example>";
        assert_eq!(parse(line).unwrap().to_string(), "RCPT TO:<bo@contoso.example>");
    }

    #[test]
    fn chunks_have_a_size() {
        assert_eq!(parse("BDAT 86 last"), Ok(Command::Bdat { size: 86, last: true }));
        assert_eq!(parse("BDAT 0"), Ok(Command::Bdat { size: 0, last: false }));
        for line in
            ["BDAT", "BDAT +1", "BDAT 1 FIRST", "BDAT 1 LAST x", "BDAT 99999999999999999999"]
        {
            assert_eq!(expected(line), "a chunk size, then LAST or nothing", "{line}");
        }
    }

    #[test]
    fn some_verbs_stand_alone() {
        for line in ["DATA x", "RSET x", "QUIT x", "STARTTLS x"] {
            assert_eq!(expected(line), "nothing", "{line}");
        }
    }

    #[test]
    fn only_declared_verbs_are_extensions() {
        let other_tls = Command::Extension { verb: "X-OTHERTLS".into(), arguments: String::new() };
        assert_eq!(parse("x-othertls"), Ok(other_tls));
        let client = parse("XCLIENT NAME=a  ADDR=192.0.2.1").unwrap();
        assert_eq!(client.to_string(), "XCLIENT NAME=a  ADDR=192.0.2.1");
        assert_eq!(parse("XFORWARD A=1"), Err(CommandError::UnknownVerb("XFORWARD".into())));
        assert_eq!(parse(""), Err(CommandError::UnknownVerb(String::new())));
    }

    #[test]
    fn one_command_stays_one_line() {
        let command = Command::Vrfy("bo\r\nRSET".into());
        assert_eq!(command.to_wire(), b"VRFY bo  RSET\r\n");
    }

    fn words() -> impl Strategy<Value = String> {
        "([!-~ü]{1,8}( [!-~ü]{1,8}){0,2})?"
    }

    fn an_address() -> impl Strategy<Value = Address> {
        let local = "[a-zA-Z0-9+=_ü-]{1,8}(\\.[a-z]{1,4})?|\"([ -!#-\\[\\]-~]|\\\\[ -~]){0,8}\"";
        let domain = "[a-zA-Z0-9-]{1,8}(\\.[a-zü]{1,4}){0,2}|\\[192\\.0\\.2\\.[1-9]\\]";
        (local, domain).prop_map(|(local, domain)| Address::new(&local, &domain).unwrap())
    }

    fn parameters() -> impl Strategy<Value = Vec<Parameter>> {
        let mail = proptest::sample::subsequence(
            vec![
                Parameter::new("SIZE", "1"),
                Parameter::new("body", "8BITMIME"),
                Parameter::new("RET", "FULL"),
                Parameter::new("ENVID", "a+2B"),
                Parameter::new("AUTH", "<>"),
                Parameter::flag("SMTPUTF8"),
                Parameter::new("NOTIFY", "FAILURE,DELAY"),
                Parameter::new("XORG", "contoso.example"),
                Parameter::new("X-1", "ü=<>"),
            ],
            0..=9,
        );
        mail.prop_shuffle()
    }

    fn command() -> impl Strategy<Value = Command> {
        let path =
            prop_oneof![Just(ReversePath::Null), an_address().prop_map(ReversePath::Address),];
        let mail = (path, parameters())
            .prop_map(|(reverse_path, parameters)| MailFrom { reverse_path, parameters });
        let rcpt = (an_address(), parameters())
            .prop_map(|(address, parameters)| RcptTo { address, parameters });
        prop_oneof![
            words().prop_map(Command::Helo),
            words().prop_map(Command::Ehlo),
            mail.prop_map(Command::Mail),
            rcpt.prop_map(Command::Rcpt),
            (any::<u64>(), any::<bool>()).prop_map(|(size, last)| Command::Bdat { size, last }),
            ("[A-Z0-9-]{1,9}", proptest::option::of("=|[a-zA-Z0-9+/]{1,20}={0,2}")).prop_map(
                |(mechanism, initial_response)| Command::Auth { mechanism, initial_response }
            ),
            words().prop_map(Command::Vrfy),
            words().prop_map(Command::Expn),
            words().prop_map(Command::Help),
            words().prop_map(|arguments| Command::Extension { verb: "XCLIENT".into(), arguments }),
            Just(Command::Data),
            Just(Command::Rset),
            Just(Command::Noop),
            Just(Command::Quit),
            Just(Command::StartTls),
        ]
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(command in command()) {
            prop_assert_eq!(parse(&command.to_string()), Ok(command));
        }

        #[test]
        fn any_line_is_read_or_refused(
            verb in "(MAIL FROM:|RCPT TO:|BDAT|AUTH|)",
            rest in prop_oneof![any::<String>(), "[<>\"\\\\@:, a=]{0,24}"],
        ) {
            let _read = parse(&format!("{verb}{rest}"));
        }
    }
}
