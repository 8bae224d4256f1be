//! A cmdlet at work: its arguments, its input, and its ways to speak.

use std::rc::Rc;

use exchange::culture::Culture;
use exchange::guid::Guid;
use exchange::value::Value;
use jiff::{SignedDuration, Timestamp};

use super::ast::ScriptBlock;
use super::bind::{Bound, Call};
use super::cmdlet::{Parameter, Pipeline};
use super::errors::{Category, ErrorRecord};
use super::session::Session;
use super::streams::Event;
use super::time_span::TimeSpan;
use super::{convert, value_text};

/// One run of a cmdlet.
///
/// The accessors give `None` both for a parameter that was not given and for one that was given as
/// `$null`; [`Invocation::has`] tells them apart.
pub struct Invocation<'a> {
    /// The session, for cmdlets of the language itself.
    pub session: &'a mut Session,
    pub(super) call: &'a Call,
    pub(super) bound: Bound,
    pub(super) said: &'a mut Said,
}

/// What a command said so far, for `-ErrorVariable` and `-WarningVariable`.
#[derive(Clone, Debug, Default)]
pub(super) struct Said {
    pub(super) errors: Vec<Value>,
    pub(super) warnings: Vec<Value>,
}

/// What happens after an error or a warning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preference {
    /// It is shown.
    Continue,
    /// It is not shown.
    SilentlyContinue,
    /// The script stops.
    Stop,
}

impl Preference {
    /// By its PowerShell name; `Inquire` goes on, since this shell never asks.
    pub fn named(name: &str) -> Self {
        match name.to_ascii_lowercase().as_str() {
            "silentlycontinue" | "ignore" => Self::SilentlyContinue,
            "stop" => Self::Stop,
            _ => Self::Continue,
        }
    }
}

/// What to do to a multi-valued property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MultiValued {
    /// Replace all values; none to clear them.
    Set(Vec<String>),
    /// Add some and remove some: `@{Add='a'; Remove='b','c'}`.
    Edit {
        /// What to add.
        add: Vec<String>,
        /// What to remove.
        remove: Vec<String>,
    },
}

impl Invocation<'_> {
    /// The parameters that the cmdlet has of its own.
    pub fn parameters(&self) -> &'static [Parameter] {
        self.call.cmdlet.parameters
    }

    /// Whether the parameter was given, be it as `$null`.
    pub fn has(&self, name: &str) -> bool {
        self.bound.value(name).is_some()
    }

    /// The value of a parameter as it was given, `$null` included.
    pub fn given(&self, name: &str) -> Option<&Value> {
        self.bound.value(name)
    }

    /// The value of a parameter.
    pub fn value(&self, name: &str) -> Option<Value> {
        self.bound.value(name).filter(|value| **value != Value::Null).cloned()
    }

    /// The values of a parameter; a single one counts as a list.
    pub fn values(&self, name: &str) -> Option<Vec<Value>> {
        self.value(name).map(|value| match value {
            Value::List(values) => values,
            single => vec![single],
        })
    }

    /// The text of a parameter.
    pub fn string(&self, name: &str) -> Option<String> {
        self.value(name).map(|value| value_text::text(&value, self.culture()))
    }

    /// The texts of a parameter.
    pub fn strings(&self, name: &str) -> Option<Vec<String>> {
        let values = self.values(name)?;
        Some(values.iter().map(|value| value_text::text(value, self.culture())).collect())
    }

    /// The whole number of a parameter.
    pub fn int(&self, name: &str) -> Option<i32> {
        match self.value(name)? {
            Value::I32(value) => Some(value),
            _ => None,
        }
    }

    /// The number of a parameter.
    pub fn double(&self, name: &str) -> Option<f64> {
        convert::as_double(&self.value(name)?)
    }

    /// The truth value of a parameter.
    pub fn bool(&self, name: &str) -> Option<bool> {
        self.value(name).map(|value| value.is_true())
    }

    /// Whether a switch is on.
    pub fn switch(&self, name: &str) -> bool {
        self.bool(name).unwrap_or_default()
    }

    /// The time of a parameter.
    pub fn date_time(&self, name: &str) -> Option<Timestamp> {
        match self.value(name)? {
            Value::DateTime(time) | Value::Utc(time) => Some(time),
            _ => None,
        }
    }

    /// The length of time of a parameter.
    pub fn time_span(&self, name: &str) -> Option<SignedDuration> {
        TimeSpan::of(&self.value(name)?).map(TimeSpan::duration)
    }

    /// The GUID of a parameter.
    pub fn guid(&self, name: &str) -> Option<Guid> {
        match self.value(name)? {
            Value::Guid(guid) => Some(guid),
            _ => None,
        }
    }

    /// The bytes of a parameter.
    pub fn bytes(&self, name: &str) -> Option<Vec<u8>> {
        let values = self.values(name)?;
        let byte = |value: &Value| match value {
            Value::I32(value) => u8::try_from(*value).ok(),
            _ => None,
        };
        values.iter().map(byte).collect()
    }

    /// The script block of a parameter.
    ///
    /// # Errors
    /// When it came as text that is no PowerShell.
    pub fn block(&mut self, name: &str) -> Result<Option<Rc<ScriptBlock>>, ErrorRecord> {
        match self.value(name) {
            Some(value) => self.session.block_of(&value),
            None => Ok(None),
        }
    }

    /// What to do to a multi-valued property; none when the parameter was not given.
    pub fn multi_valued(&self, name: &str) -> Option<MultiValued> {
        let texts = |value: &Value| {
            let texts =
                value.elements().iter().map(|value| value_text::text(value, self.culture()));
            texts.collect::<Vec<_>>()
        };
        match self.bound.value(name)? {
            Value::Hashtable(entries) => {
                let entry = |key: &str| {
                    let found = entries.iter().find(|(own, _)| own.eq_ignore_ascii_case(key));
                    found.map(|(_, value)| texts(value)).unwrap_or_default()
                };
                Some(MultiValued::Edit { add: entry("Add"), remove: entry("Remove") })
            }
            other => Some(MultiValued::Set(texts(other))),
        }
    }

    /// All objects of the pipeline, for a cmdlet with a parameter that takes them at once.
    pub fn input(&self) -> Vec<Value> {
        let whole = self.call.cmdlet.parameters.iter().find(|own| own.pipeline == Pipeline::Whole);
        let values = whole.and_then(|parameter| self.values(parameter.name));
        values.unwrap_or_default()
    }

    /// The machine, as the type that a cmdlet was written for.
    ///
    /// # Errors
    /// When the cmdlet stands in the table of a machine that it was not written for.
    pub fn world<W: 'static>(&self) -> Result<Rc<W>, ErrorRecord> {
        let host: Rc<dyn std::any::Any> = self.session.host();
        host.downcast::<W>().map_err(|_| {
            let message =
                format!("The cmdlet '{}' cannot run on this machine.", self.call.cmdlet.name);
            ErrorRecord::new(Category::NotImplemented, "WrongMachine", message)
        })
    }

    /// How the server writes dates and numbers.
    pub fn culture(&self) -> Culture {
        self.session.culture
    }

    /// The name under which the cmdlet was called.
    pub fn name(&self) -> &'static str {
        self.call.cmdlet.name
    }

    /// Puts out a value before the cmdlet is done.
    pub fn write(&mut self, value: Value) {
        self.session.streams.say(Event::Output(value));
    }

    /// Warns, and goes on.
    pub fn warn(&mut self, text: impl Into<String>) {
        let text = text.into();
        self.said.warnings.push(Value::from(text.as_str()));
        if self.preference("WarningAction", "WarningPreference") != Preference::SilentlyContinue {
            self.session.streams.say(Event::Warning(text));
        }
    }

    /// Tells those who asked with `-Verbose`.
    pub fn verbose(&mut self, text: impl Into<String>) {
        let wanted = self.bool("Verbose").unwrap_or_else(|| {
            self.session.preference("VerbosePreference") == Preference::Continue
        });
        if wanted {
            self.session.streams.say(Event::Verbose(text.into()));
        }
    }

    /// Reports an error and goes on, unless errors are to stop the script.
    ///
    /// # Errors
    /// The error itself, with `-ErrorAction Stop`; pass it on with `?`.
    pub fn error(&mut self, error: ErrorRecord) -> Result<(), ErrorRecord> {
        let preference = self.preference("ErrorAction", "ErrorActionPreference");
        self.session.raise(self.call, error, preference, self.said)
    }

    /// Whether to go on with a change: not with `-WhatIf`, which says so instead.
    pub fn should_process(&mut self, target: &str) -> bool {
        self.should_perform(self.call.cmdlet.name, target)
    }

    /// The same where the operation has another name than the cmdlet.
    pub fn should_perform(&mut self, operation: &str, target: &str) -> bool {
        if !self.switch("WhatIf") {
            return true;
        }
        let text =
            format!("What if: Performing the operation \"{operation}\" on target \"{target}\".");
        self.session.streams.say(Event::Host(text + "\n"));
        false
    }

    /// What a script block puts out for an object, which it sees as `$_`.
    ///
    /// # Errors
    /// What stopped the script block.
    pub async fn call_block(
        &mut self,
        block: &Rc<ScriptBlock>,
        item: Value,
    ) -> Result<Vec<Value>, ErrorRecord> {
        self.session.streams.open();
        let result = self.run_block(block, item).await;
        let values = self.session.streams.close();
        result.map(|()| values)
    }

    /// Runs a script block for an object; its output goes out at once.
    ///
    /// # Errors
    /// What stopped the script block.
    pub async fn run_block(
        &mut self,
        block: &Rc<ScriptBlock>,
        item: Value,
    ) -> Result<(), ErrorRecord> {
        let result = Box::pin(self.session.run_block(block, Some(item))).await;
        result.map_err(|interrupt| self.session.suspend(interrupt))
    }

    fn preference(&self, parameter: &str, variable: &str) -> Preference {
        match self.string(parameter) {
            Some(name) => Preference::named(&name),
            None => self.session.preference(variable),
        }
    }
}
