//! A session of the shell: what an interactive prompt, a `-c` line, a script file and a scenario use.

use std::collections::BTreeMap;
use std::rc::Rc;

use exchange::culture::Culture;
use exchange::value::Value;

use super::aliases::ALIASES;
use super::ast::ScriptBlock;
use super::cmdlet::Cmdlet;
use super::errors::{Category, ErrorRecord, fault};
use super::evaluate::Interrupt;
use super::format_default::Style;
use super::host::Host;
use super::invocation::Preference;
use super::language_views::LANGUAGE_VIEWS;
use super::parse::parse;
use super::parse_error::ParseError;
use super::patterns::Patterns;
use super::render::rendered;
use super::source::{Source, Span};
use super::streams::{Event, Streams};
use super::view::View;
use super::{value_text, wrap};
use crate::cmdlets::POWERSHELL;

/// A session.
pub struct Session {
    /// How the server writes dates and numbers.
    pub culture: Culture,
    /// Characters of a line of output.
    pub width: usize,
    /// The current folder.
    pub location: String,
    /// The environment: `$env:NAME`.
    pub environment: BTreeMap<String, String>,
    host: Rc<dyn Host>,
    cmdlets: BTreeMap<String, &'static Cmdlet>,
    aliases: BTreeMap<String, String>,
    views: Vec<&'static View>,
    variables: BTreeMap<String, Variable>,
    errors: Vec<ErrorRecord>,
    suspended: Option<Interrupt>,
    pub(super) streams: Streams,
    blocks: BTreeMap<String, Rc<ScriptBlock>>,
    pub(crate) patterns: Patterns,
    pub(super) source: Rc<Source>,
    depth: usize,
    /// `$?`: whether the last pipeline ended without an error.
    pub(super) succeeded: bool,
    /// Errors met so far, also those that were not shown.
    pub(super) error_count: usize,
}

/// A variable, with its name as it was first written.
#[derive(Clone, Debug)]
struct Variable {
    name: String,
    value: Value,
}

/// What a run gave.
#[derive(Clone, Debug, Default)]
pub struct Output {
    /// The text that the console shows: output, warnings and errors in order.
    pub text: String,
    /// The values that the last statement put out.
    pub values: Vec<Value>,
    /// Whether an error was shown.
    pub had_errors: bool,
    /// The code of `exit`, if the text left the shell.
    pub exit: Option<i32>,
}

/// Whether a text can be run, for a prompt that takes several lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Completeness {
    /// It can be run.
    Complete,
    /// It breaks off; another line is wanted.
    Incomplete,
    /// It is no PowerShell.
    Wrong(ParseError),
}

/// Blocks and expressions inside each other. An unoptimised build takes up to 33 KB of the stack for
/// each level, and a thread may have no more than 2 MB.
const DEPTH_MAX: usize = 40;
/// So many errors are kept in `$Error`.
const ERRORS_MAX: usize = 256;
/// So many script blocks are kept for their positions.
const BLOCKS_MAX: usize = 1000;

impl Session {
    /// A session with the language's own cmdlets, aliases and views.
    pub fn new(host: Rc<dyn Host>) -> Self {
        let mut session = Self {
            culture: Culture::default(),
            width: 120,
            location: "C:\\".to_owned(),
            environment: BTreeMap::new(),
            host,
            cmdlets: BTreeMap::new(),
            aliases: BTreeMap::new(),
            views: LANGUAGE_VIEWS.to_vec(),
            variables: BTreeMap::new(),
            errors: Vec::new(),
            suspended: None,
            streams: Streams::default(),
            blocks: BTreeMap::new(),
            patterns: Patterns::default(),
            source: Rc::default(),
            depth: 0,
            succeeded: true,
            error_count: 0,
        };
        session.add_cmdlets(POWERSHELL);
        for (name, definition) in ALIASES {
            session.add_alias(name, definition);
        }
        for (name, value) in initial_variables() {
            session.set_variable(name, value);
        }
        session
    }

    /// Adds cmdlets, or replaces those of the same name.
    pub fn add_cmdlets(&mut self, cmdlets: &[&'static Cmdlet]) {
        for cmdlet in cmdlets {
            self.cmdlets.insert(cmdlet.name.to_ascii_lowercase(), cmdlet);
        }
    }

    /// Adds another name for a command.
    pub fn add_alias(&mut self, name: &str, definition: &str) {
        self.aliases.insert(name.to_ascii_lowercase(), definition.to_owned());
    }

    /// Adds views; they go before those that are there.
    pub fn add_views(&mut self, views: &[&'static View]) {
        self.views.splice(0..0, views.iter().copied());
    }

    /// The machine under the session.
    pub fn host(&self) -> Rc<dyn Host> {
        Rc::clone(&self.host)
    }

    /// The cmdlets in alphabetic order.
    pub fn cmdlets(&self) -> impl Iterator<Item = &'static Cmdlet> {
        self.cmdlets.values().copied()
    }

    /// The aliases with what they stand for, in alphabetic order.
    pub fn aliases(&self) -> impl Iterator<Item = (&str, &str)> {
        self.aliases.iter().map(|(name, definition)| (name.as_str(), definition.as_str()))
    }

    /// The cmdlet of a name or alias; `Queue` alone means `Get-Queue`, as in PowerShell.
    pub fn find_cmdlet(&self, name: &str) -> Option<&'static Cmdlet> {
        let lower = name.to_ascii_lowercase();
        let definition = self.aliases.get(&lower).map(|name| name.to_ascii_lowercase());
        let direct = self.cmdlets.get(definition.as_ref().unwrap_or(&lower));
        direct.or_else(|| self.cmdlets.get(&format!("get-{lower}"))).copied()
    }

    /// Runs a text that was typed.
    pub async fn run(&mut self, text: &str) -> Output {
        self.run_source(Source::typed(text)).await
    }

    /// Runs a text; errors in it name the script file if it has one.
    pub async fn run_source(&mut self, source: Source) -> Output {
        let source = Rc::new(source);
        self.source = Rc::clone(&source);
        self.streams.take();
        self.depth = 0;
        let mut output = Output::default();
        match parse(&source) {
            Ok(statements) => {
                for statement in &statements {
                    let mark = self.streams.mark();
                    let result = self.run_guarded(statement).await;
                    output.values = self.streams.output_since(mark);
                    if let Err(interrupt) = result {
                        output.exit = self.end(interrupt);
                        break;
                    }
                }
            }
            Err(error) => {
                let error = ErrorRecord::from_parse_error(error, &source);
                self.report(error, Preference::Continue);
            }
        }
        let events = self.streams.take();
        output.had_errors = events.iter().any(|event| matches!(event, Event::Error(_)));
        output.text = rendered(&events, &self.style(self.width));
        output
    }

    /// Whether a text can be run.
    pub fn check(text: &str) -> Completeness {
        match parse(&Rc::new(Source::typed(text))) {
            Ok(_) => Completeness::Complete,
            Err(error) if error.incomplete => Completeness::Incomplete,
            Err(error) => Completeness::Wrong(error),
        }
    }

    /// What ends a run: the exit code, if it is one.
    fn end(&mut self, interrupt: Interrupt) -> Option<i32> {
        match interrupt {
            Interrupt::Exit(code) => Some(code),
            Interrupt::Error(error) => {
                self.report(*error, Preference::Continue);
                None
            }
            Interrupt::Return | Interrupt::Break | Interrupt::Continue => None,
        }
    }

    /// The value of a variable; `$null` when there is none.
    pub fn variable(&self, name: &str) -> Value {
        let (drive, bare) = name.split_once(':').unwrap_or(("", name));
        if drive.eq_ignore_ascii_case("env") {
            let found = self.environment.iter().find(|(own, _)| own.eq_ignore_ascii_case(bare));
            return found.map_or(Value::Null, |(_, value)| Value::from(value.as_str()));
        }
        match bare.to_ascii_lowercase().as_str() {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            "null" => Value::Null,
            "?" => Value::Bool(self.succeeded),
            "pwd" => Value::from(self.location.as_str()),
            "error" => Value::List(self.errors.iter().map(ErrorRecord::to_value).collect()),
            "psitem" => self.variable("_"),
            lower => self.variables.get(lower).map_or(Value::Null, |own| own.value.clone()),
        }
    }

    /// Sets a variable; `$env:` ones change the environment of the session.
    pub fn set_variable(&mut self, name: &str, value: Value) {
        let (drive, bare) = name.split_once(':').unwrap_or(("", name));
        if drive.eq_ignore_ascii_case("env") {
            let text = value_text::text(&value, self.culture);
            self.environment.insert(bare.to_owned(), text);
            return;
        }
        let variable = self
            .variables
            .entry(bare.to_ascii_lowercase())
            .or_insert_with(|| Variable { name: bare.to_owned(), value: Value::Null });
        variable.value = value;
    }

    /// The variables with their values, in alphabetic order.
    pub fn variables(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.variables.values().map(|variable| (variable.name.as_str(), &variable.value))
    }

    /// Says something on a stream.
    pub(crate) fn say(&mut self, event: Event) {
        self.streams.say(event);
    }

    /// What a preference variable such as `$ErrorActionPreference` says.
    pub(super) fn preference(&self, variable: &str) -> Preference {
        Preference::named(&self.variable(variable).to_string())
    }

    /// How values are shown at a width.
    pub(crate) fn style(&self, width: usize) -> Style<'static> {
        let enumeration_limit = match self.variable("FormatEnumerationLimit") {
            Value::I32(limit) => usize::try_from(limit).unwrap_or(usize::MAX),
            _ => 4,
        };
        Style { views: self.views.clone(), culture: self.culture, width, enumeration_limit }
    }

    /// The text of values as the console shows them.
    pub fn rendered(&self, values: &[Value], width: usize) -> String {
        wrap::with_line_ends(&self.style(width).lines(values))
    }

    /// The script block that a value is; one that came as text is parsed.
    ///
    /// # Errors
    /// When the text is no PowerShell.
    pub(crate) fn block_of(
        &mut self,
        value: &Value,
    ) -> Result<Option<Rc<ScriptBlock>>, ErrorRecord> {
        let Some(text) = value_text::script_block_text(value) else { return Ok(None) };
        if let Some(block) = self.blocks.get(text) {
            return Ok(Some(Rc::clone(block)));
        }
        let source = Rc::new(Source::typed(text));
        let statements =
            parse(&source).map_err(|error| ErrorRecord::from_parse_error(error, &source))?;
        let block = Rc::new(ScriptBlock { source, text: text.to_owned(), statements });
        self.keep_block(&block);
        Ok(Some(block))
    }

    /// Keeps a script block, so that it is found again by its text, with its place for errors.
    pub(super) fn keep_block(&mut self, block: &Rc<ScriptBlock>) {
        if self.blocks.len() >= BLOCKS_MAX && !self.blocks.contains_key(&block.text) {
            self.blocks.clear();
        }
        self.blocks.insert(block.text.clone(), Rc::clone(block));
    }

    /// Keeps an error in `$Error` and shows it, unless it is to be silent.
    pub(super) fn report(&mut self, error: ErrorRecord, preference: Preference) {
        self.succeeded = false;
        self.error_count += 1;
        self.errors.insert(0, error.clone());
        self.errors.truncate(ERRORS_MAX);
        if preference != Preference::SilentlyContinue {
            self.streams.say(Event::Error(Box::new(error)));
        }
    }

    /// Goes one level deeper into blocks and expressions.
    ///
    /// # Errors
    /// PowerShell's error for script blocks that call each other without end.
    pub(super) fn enter(&mut self) -> Result<(), ErrorRecord> {
        if self.depth >= DEPTH_MAX {
            return Err(fault::call_depth());
        }
        self.depth += 1;
        Ok(())
    }

    /// Comes back from a level.
    pub(super) fn leave(&mut self) {
        self.depth -= 1;
    }

    /// An error of the language at a place of the text that runs.
    pub(super) fn fault(&self, error: ErrorRecord, span: Span) -> Interrupt {
        error.at(&self.source, span).into()
    }

    /// Keeps what stopped a script block while a cmdlet passes on an error in its place.
    pub(super) fn suspend(&mut self, interrupt: Interrupt) -> ErrorRecord {
        self.suspended = Some(interrupt);
        ErrorRecord::new(Category::OperationStopped, "Suspended", "The script block was stopped.")
    }

    /// What stopped a script block inside the cmdlet that just ended.
    pub(super) fn resume(&mut self) -> Option<Interrupt> {
        self.suspended.take()
    }
}

fn initial_variables() -> [(&'static str, Value); 5] {
    let version = vec![
        ("PSVersion".to_owned(), Value::opaque("System.Version", "5.1.17763.1")),
        ("PSEdition".to_owned(), Value::from("Desktop")),
    ];
    [
        ("ErrorActionPreference", Value::from("Continue")),
        ("FormatEnumerationLimit", Value::I32(4)),
        ("PSVersionTable", Value::Hashtable(version)),
        ("VerbosePreference", Value::from("SilentlyContinue")),
        ("WarningPreference", Value::from("Continue")),
    ]
}
