//! A scenario file: what somebody changed in a healthy organization, what mail was sent, and what
//! must be found.
//!
//! A scenario is data. When a story cannot be told in it, the vocabulary of cmdlets grows, not this
//! file.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;
use toml::Spanned;

use crate::external::External;
use crate::offset::Offset;
use crate::source::{Source, SourceError};

/// A scenario.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// One line that names the incident as its victims see it.
    pub title: String,
    /// The baseline it starts from: a name in `scenarios/baselines`.
    pub extends: Spanned<String>,
    /// What the help desk was told.
    #[serde(default)]
    pub ticket: String,
    /// The moment of the first mail, when the baseline's own will not do.
    pub clock: Option<Timestamp>,
    /// The seed, when the baseline's own will not do.
    pub seed: Option<u64>,
    /// Hosts that are not the lab's own.
    #[serde(default, rename = "external")]
    pub externals: Vec<External>,
    /// What somebody did, in order.
    #[serde(default, rename = "change")]
    pub changes: Vec<Change>,
    /// What was sent.
    #[serde(default, rename = "mail")]
    pub mails: Vec<Mail>,
    /// What the administrator collects, and when.
    #[serde(default)]
    pub collect: Collect,
    /// What must come out.
    #[serde(default)]
    pub expect: Expect,
}

/// What somebody did: a cause, in the language of the one door.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// When.
    #[serde(default)]
    pub at: Offset,
    /// Where the shell was open: a server, or `ExchangeOnline`; the first Mailbox server if absent.
    pub on: Option<Spanned<String>>,
    /// What was typed.
    pub run: Spanned<String>,
    /// Why they did it.
    pub because: String,
}

/// Mail that somebody sends.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    /// Who; a mailbox on premises, in the tenant or on the Internet.
    pub from: Spanned<String>,
    /// To whom.
    pub to: Vec<Spanned<String>>,
    /// What about; a number is added when there are several.
    #[serde(default = "Mail::default_subject")]
    pub subject: String,
    /// When the first one is sent.
    #[serde(default)]
    pub at: Offset,
    /// How many.
    #[serde(default = "Mail::default_count")]
    pub count: u32,
    /// Time between them.
    #[serde(default = "Mail::default_every")]
    pub every: Offset,
    /// Size of the body in bytes.
    #[serde(default = "Mail::default_size")]
    pub size: usize,
    /// Whether it is ordinary traffic around the incident rather than part of it.
    #[serde(default)]
    pub background: bool,
}

impl Mail {
    fn default_subject() -> String {
        "Quarterly figures".to_owned()
    }

    const fn default_count() -> u32 {
        1
    }

    const fn default_every() -> Offset {
        Offset(jiff::SignedDuration::from_secs(60))
    }

    const fn default_size() -> usize {
        600
    }
}

/// What the administrator collects, and when.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Collect {
    /// When the files are taken; everything later never happened.
    #[serde(default = "Collect::default_at")]
    pub at: Offset,
    /// Parts of the evidence folder that nobody could get: paths below it, `*` for any name.
    #[serde(default)]
    pub withhold: Vec<Spanned<String>>,
    /// How the message trace is exported; as people did at that time, if absent.
    pub trace: Option<TraceExport>,
    /// How objects are exported.
    #[serde(default)]
    pub objects: ObjectExport,
}

/// How the message trace is exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TraceExport {
    /// `Get-MessageTrace` and `Get-MessageTraceDetail`, which answered until September 2025.
    V1,
    /// `Get-MessageTraceV2` and `Get-MessageTraceDetailV2`.
    V2,
    /// The extended report of a historical search: a row for each event.
    ExtendedReport,
    /// The enhanced summary report of a historical search: a row for each message.
    SummaryReport,
}

/// How objects are exported: configuration, queues, messages in them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ObjectExport {
    /// `Export-Clixml`.
    #[default]
    Clixml,
    /// `Format-List *`, into a text file.
    List,
    /// `Export-Csv`, in which a list of values is only the name of its type.
    Csv,
    /// `ConvertTo-Json`.
    Json,
}

impl Collect {
    const fn default_at() -> Offset {
        Offset(jiff::SignedDuration::from_hours(1))
    }
}

impl Default for Collect {
    fn default() -> Self {
        Self {
            at: Self::default_at(),
            withhold: Vec::new(),
            trace: None,
            objects: ObjectExport::default(),
        }
    }
}

/// What must come out.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expect {
    /// The rule that must come first; absent when nothing may be found.
    pub cause: Option<Spanned<String>>,
    /// Rules that must not fire.
    #[serde(default)]
    pub silent: Vec<Spanned<String>>,
    /// Texts that the cause's quoted lines must contain.
    #[serde(default)]
    pub quotes: Vec<String>,
    /// How many recipients of the incident's mail must have ended each way by the time of
    /// collection: `delivered`, `returned`, `waiting`, `lost`.
    #[serde(default)]
    pub outcome: BTreeMap<Outcome, Count>,
    /// Whether the printed remedies must mend it; `false` for what no cmdlet can mend.
    #[serde(default = "Expect::default_fixed")]
    pub fixed: bool,
    /// Whether the verdict must be "undecided for lack of evidence".
    #[serde(default)]
    pub undecided: bool,
}

impl Expect {
    const fn default_fixed() -> bool {
        true
    }
}

/// How mail to one recipient ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// In the recipient's mailbox.
    Delivered,
    /// Given back to the sender with a non-delivery report.
    Returned,
    /// Still on its way or in a queue.
    Waiting,
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Delivered => "delivered",
            Self::Returned => "returned",
            Self::Waiting => "waiting",
        })
    }
}

/// How many: `all`, `some`, `none` or a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "toml::Value")]
pub enum Count {
    /// Every one.
    All,
    /// At least one, and not every one.
    Some,
    /// Not one.
    None,
    /// So many.
    Exactly(u32),
}

impl TryFrom<toml::Value> for Count {
    type Error = String;

    fn try_from(value: toml::Value) -> Result<Self, Self::Error> {
        match &value {
            toml::Value::String(word) if word == "all" => Ok(Self::All),
            toml::Value::String(word) if word == "some" => Ok(Self::Some),
            toml::Value::String(word) if word == "none" => Ok(Self::None),
            toml::Value::Integer(number) => u32::try_from(*number)
                .map(Self::Exactly)
                .map_err(|_| format!("{number} is no count of recipients")),
            other => Err(format!(
                "expected \"all\", \"some\", \"none\" or a number, found {}",
                other.type_str()
            )),
        }
    }
}

impl Count {
    /// Whether `number` of `total` is that many.
    pub fn holds(self, number: u32, total: u32) -> bool {
        match self {
            Self::All => number == total && total > 0,
            Self::Some => number > 0 && number < total,
            Self::None => number == 0,
            Self::Exactly(expected) => number == expected,
        }
    }
}

impl std::fmt::Display for Count {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::All => f.write_str("all"),
            Self::Some => f.write_str("some"),
            Self::None => f.write_str("none"),
            Self::Exactly(number) => write!(f, "{number}"),
        }
    }
}

impl Scenario {
    /// Reads a scenario.
    ///
    /// # Errors
    /// With file, line and key when the text is no TOML, a key is unknown or missing, or a value
    /// does not fit.
    pub fn parse(source: &Source) -> Result<Self, SourceError> {
        source.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Scenario, String> {
        let source = Source::new("story.toml", text);
        Scenario::parse(&source).map_err(|error| error.to_string())
    }

    #[test]
    fn a_story_is_read() {
        let scenario = parse(
            r#"
            title   = "Mail arrives only sometimes"
            extends = "hybrid"
            ticket  = "Users say …"
            [[change]]
            at      = "-30m"
            run     = "Remove-LabFirewallAddress -Rule 'EOP inbound' -RemoteAddress 52.100.0.0/14"
            because = "the migration lost an object"
            [[mail]]
            from  = "ramki@cloudfield.onmicrosoft.com"
            to    = ["raghu@cloudmonkeys.xyz"]
            count = 40
            [expect]
            cause   = "firewall-blocks-eop-range"
            outcome = { delivered = "some", returned = 10 }
            "#,
        )
        .unwrap();
        assert_eq!(scenario.extends.get_ref(), "hybrid");
        assert_eq!(scenario.changes[0].at.to_string(), "-30m");
        assert_eq!(scenario.mails[0].count, 40);
        assert_eq!(scenario.expect.outcome[&Outcome::Returned], Count::Exactly(10));
        assert!(scenario.expect.fixed);
    }

    #[test]
    fn an_unknown_key_is_named_with_its_line() {
        let error = parse("title = 't'\nextends = 'hybrid'\nseverity = 3\n").unwrap_err();
        insta::assert_snapshot!(error, @"
        story.toml:3:1: unknown field `severity`, expected one of `title`, `extends`, `ticket`, `clock`, `seed`, `external`, `change`, `mail`, `collect`, `expect`
            severity = 3
        ");
    }

    #[test]
    fn a_wrong_time_is_named_with_its_line() {
        let error = parse(
            "title = 't'\nextends = 'hybrid'\n\n[[change]]\nat = 'soon'\nrun = 'x'\nbecause = 'y'\n",
        )
        .unwrap_err();
        insta::assert_snapshot!(error, @r#"
        story.toml:5:6: "soon" is no time: write it as -30m, 0s, +90s, 1h30m, 2d (units d, h, m, s)
            at = 'soon'
        "#);
    }

    #[test]
    fn a_missing_key_and_broken_toml_are_told() {
        insta::assert_snapshot!(parse("title = 't'\n").unwrap_err(), @"
        story.toml:1:1: missing field `extends`
            title = 't'
        ");
        insta::assert_snapshot!(parse("title = \nextends").unwrap_err(), @"
        story.toml:2:8: key with no value, expected `=`
            extends
        ");
    }

    #[test]
    fn counts_hold_as_their_words_say() {
        assert!(Count::Some.holds(3, 5) && !Count::Some.holds(5, 5) && !Count::Some.holds(0, 5));
        assert!(Count::All.holds(5, 5) && !Count::All.holds(0, 0));
        assert!(Count::None.holds(0, 5) && Count::Exactly(2).holds(2, 5));
    }
}
