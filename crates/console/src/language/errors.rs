//! Error records, and how Windows PowerShell prints them.
//!
//! An error is data: what failed, of which category, at which place of the text. Whether it ends
//! the statement or the script is decided where it is met.
//!
//! Source: PowerShell's view of `ErrorRecord` and `ErrorCategoryInfo` (MIT); real transcripts of 5.1.

use std::borrow::Cow;
use std::fmt;
use std::rc::Rc;

use exchange::value::{Object, Value};

use super::parse_error::ParseError;
use super::source::{Source, Span};
use super::wrap;

/// .NET's name of the type.
pub const TYPE_NAME: &str = "System.Management.Automation.ErrorRecord";

/// What kind of failure it is: PowerShell's `ErrorCategory`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Category {
    /// Nothing better is known; Exchange uses it for most of its errors.
    #[default]
    NotSpecified,
    /// Someone is not who they should be.
    AuthenticationError,
    /// A connection failed.
    ConnectionError,
    /// An argument is not acceptable.
    InvalidArgument,
    /// Data is not acceptable.
    InvalidData,
    /// The operation does not fit the state.
    InvalidOperation,
    /// A result is not acceptable.
    InvalidResult,
    /// A type is not acceptable.
    InvalidType,
    /// A limit was reached.
    LimitsExceeded,
    /// Something is not there.
    ObjectNotFound,
    /// Something could not be opened.
    OpenError,
    /// A .NET operation threw.
    OperationStopped,
    /// Something took too long.
    OperationTimeout,
    /// The text is no PowerShell.
    ParserError,
    /// Access is denied.
    PermissionDenied,
    /// Something could not be read.
    ReadError,
    /// Something is there already.
    ResourceExists,
    /// Something cannot be used now.
    ResourceUnavailable,
    /// Something could not be written.
    WriteError,
    /// This shell does not have it.
    NotImplemented,
}

impl fmt::Display for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// A place in a text.
#[derive(Clone, Debug)]
pub struct Position {
    /// The text.
    pub source: Rc<Source>,
    /// Where in it.
    pub span: Span,
}

/// An error, as `$Error` keeps it.
///
/// A cmdlet makes one with [`ErrorRecord::new`]; the shell adds the command and the place.
#[derive(Clone, Debug, Default, thiserror::Error)]
#[error("{message}")]
pub struct ErrorRecord {
    /// What went wrong, in the product's words.
    pub message: String,
    /// Of what kind.
    pub category: Category,
    /// Text of the object at fault; may be empty.
    pub target: String,
    /// Type of the object at fault, without its namespace; may be empty.
    pub target_type: String,
    /// Name of the cmdlet; empty for errors of the language.
    pub activity: Cow<'static, str>,
    /// Type of the exception, without its namespace.
    pub exception: Cow<'static, str>,
    /// The error id; the shell appends the cmdlet's class.
    pub id: String,
    /// The command as typed, which comes before the message.
    pub command: Option<String>,
    /// Where it happened; remote errors have no place.
    pub position: Option<Position>,
    /// The server that reported it. The shell shows such an error as it is: it adds neither the
    /// command nor the place, as with the errors of a remote session.
    pub computer: Option<String>,
    /// Whether the whole script stops (`-ErrorAction Stop`), not only the statement.
    pub stops_script: bool,
}

impl ErrorRecord {
    /// An error with its id and message; the rest is filled in where it is known.
    pub fn new(category: Category, id: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            category,
            exception: "RuntimeException".into(),
            id: id.into(),
            ..Self::default()
        }
    }

    /// The same error about an object.
    #[must_use]
    pub fn about(mut self, target: impl Into<String>, target_type: impl Into<String>) -> Self {
        self.target = target.into();
        self.target_type = target_type.into();
        self
    }

    /// The same error with another type of exception.
    #[must_use]
    pub fn exception(mut self, exception: impl Into<Cow<'static, str>>) -> Self {
        self.exception = exception.into();
        self
    }

    /// The same error at a place, unless it has one.
    #[must_use]
    pub fn at(mut self, source: &Rc<Source>, span: Span) -> Self {
        self.position.get_or_insert_with(|| Position { source: Rc::clone(source), span });
        self
    }

    /// A text that could not be parsed.
    pub fn from_parse_error(error: ParseError, source: &Rc<Source>) -> Self {
        Self::new(Category::ParserError, error.id, error.message)
            .exception("ParentContainsErrorRecordException")
            .at(source, error.span)
    }

    /// `ObjectNotFound: (Get-Foo:String) [], CommandNotFoundException`
    pub fn category_text(&self) -> String {
        format!(
            "{}: ({}:{}) [{}], {}",
            self.category,
            shortened(&self.target),
            shortened(&self.target_type),
            shortened(&self.activity),
            shortened(&self.exception)
        )
    }

    /// The whole error as the console prints it, ending with an empty line.
    pub fn rendered(&self, width: usize) -> String {
        let place = self.position.as_ref();
        let place = place.map(|place| place.source.position_message(place.span));
        let mut lines = wrap::word_wrap(&self.headline(place.as_deref()), width);
        let columns = width.saturating_sub(6).max(20);
        let mut details = vec![
            format!("+ CategoryInfo          : {}", self.category_text()),
            format!("+ FullyQualifiedErrorId : {}", self.id),
        ];
        if let Some(computer) = &self.computer {
            details.push(format!("+ PSComputerName        : {computer}"));
        }
        for detail in details {
            let characters: Vec<char> = detail.chars().collect();
            for piece in characters.chunks(columns) {
                let indent = if width > 26 { "    " } else { "" };
                lines.push(format!("{indent}{}", piece.iter().collect::<String>()));
            }
        }
        // PowerShell prints one blank on this line; nobody sees it.
        lines.push(String::new());
        lines.join("\n") + "\n"
    }

    fn headline(&self, place: Option<&str>) -> String {
        let prefix = self.command.as_ref().map(|name| format!("{name} : ")).unwrap_or_default();
        let place = place.unwrap_or_default();
        match self.category {
            // The parser says where before it says what.
            Category::ParserError => format!("{place}\n{}", self.message),
            _ if place.is_empty() => format!("{prefix}{}", self.message),
            _ => format!("{prefix}{}\n{place}", self.message),
        }
    }

    /// The record as a value, for `$Error` and `-ErrorVariable`.
    pub fn to_value(&self) -> Value {
        let exception = Object {
            type_names: vec![format!("System.Management.Automation.{}", self.exception).into()],
            text: self.message.clone(),
            properties: vec![("Message".into(), Value::from(self.message.as_str()))],
        };
        let place = self.position.as_ref().map(|place| place.source.position_message(place.span));
        let invocation = Object::new("System.Management.Automation.InvocationInfo")
            .with("InvocationName", self.command.clone())
            .with("PositionMessage", place);
        let object = Object::new(TYPE_NAME)
            .with("Exception", exception)
            .with("TargetObject", self.target.as_str())
            .with("CategoryInfo", self.category_text())
            .with("FullyQualifiedErrorId", self.id.as_str())
            .with("InvocationInfo", invocation);
        Value::from(Object { text: self.message.clone(), ..object })
    }
}

/// The lines of an error that was kept as a value: `$Error[0]` typed at the prompt.
pub fn rendered_value(object: &Object, width: usize) -> String {
    let of_invocation = |name: &str| {
        let invocation = object.get("InvocationInfo").and_then(Value::as_object);
        invocation.map(|invocation| invocation.text_of(name)).unwrap_or_default()
    };
    let (command, place) = (of_invocation("InvocationName"), of_invocation("PositionMessage"));
    let prefix = if command.is_empty() { String::new() } else { format!("{command} : ") };
    let text = format!(
        "{prefix}{}\n{place}\n    + CategoryInfo          : {}\n    + FullyQualifiedErrorId : {}\n",
        object.text,
        object.text_of("CategoryInfo"),
        object.text_of("FullyQualifiedErrorId")
    );
    wrap::word_wrap(&text.replace("\n\n", "\n"), width).join("\n") + "\n"
}

/// More than 40 characters are cut in the middle.
fn shortened(text: &str) -> Cow<'_, str> {
    if text.chars().count() <= 40 {
        return Cow::Borrowed(text);
    }
    Cow::Owned(format!("{}...{}", wrap::head(text, 15), wrap::tail(text, 15)))
}

/// Errors of the language itself, in PowerShell's words.
pub mod fault {
    use super::{Category, ErrorRecord, short, type_name};
    use exchange::value::Value;

    /// No such command.
    pub fn command_not_found(name: &str) -> ErrorRecord {
        let message = format!(
            "The term '{name}' is not recognized as the name of a cmdlet, function, script file, or \
             operable program. Check the spelling of the name, or if a path was included, verify \
             that the path is correct and try again."
        );
        ErrorRecord {
            command: Some(name.to_owned()),
            ..ErrorRecord::new(Category::ObjectNotFound, "CommandNotFoundException", message)
                .exception("CommandNotFoundException")
                .about(name, "String")
        }
    }

    /// A method of `$null`.
    pub fn method_on_null() -> ErrorRecord {
        let message = "You cannot call a method on a null-valued expression.";
        ErrorRecord::new(Category::InvalidOperation, "InvokeMethodOnNull", message)
    }

    /// No such method.
    pub fn method_not_found(value: &Value, name: &str) -> ErrorRecord {
        let message = format!(
            "Method invocation failed because [{}] does not contain a method named '{name}'.",
            type_name(value)
        );
        ErrorRecord::new(Category::InvalidOperation, "MethodNotFound", message)
            .about(name, "String")
    }

    /// A method with a wrong number of arguments.
    pub fn no_overload(name: &str, arguments: usize) -> ErrorRecord {
        let message = format!(
            "Cannot find an overload for \"{name}\" and the argument count: \"{arguments}\"."
        );
        ErrorRecord::new(Category::NotSpecified, "MethodCountCouldNotFindBest", message)
            .exception("MethodException")
    }

    /// A method that failed with a .NET exception.
    pub fn method_failed(name: &str, arguments: usize, reason: &str, id: &str) -> ErrorRecord {
        let message =
            format!("Exception calling \"{name}\" with \"{arguments}\" argument(s): \"{reason}\"");
        ErrorRecord::new(Category::NotSpecified, id, message).exception("MethodInvocationException")
    }

    /// No such type.
    pub fn type_not_found(name: &str) -> ErrorRecord {
        let message = format!("Unable to find type [{name}].");
        ErrorRecord::new(Category::InvalidOperation, "TypeNotFound", message)
            .about(name, "TypeName")
    }

    /// `[0]` on `$null`.
    pub fn index_of_null() -> ErrorRecord {
        ErrorRecord::new(Category::InvalidOperation, "NullArray", "Cannot index into a null array.")
    }

    /// `[0]` on what has no elements.
    pub fn not_indexable(value: &Value) -> ErrorRecord {
        let message = format!("Unable to index into an object of type {}.", type_name(value));
        ErrorRecord::new(Category::InvalidOperation, "CannotIndex", message)
            .about(short(value), "RuntimeType")
    }

    /// An assignment to a property that is not there.
    pub fn property_not_found(name: &str) -> ErrorRecord {
        let message = format!(
            "The property '{name}' cannot be found on this object. Verify that the property exists \
             and can be set."
        );
        ErrorRecord::new(Category::InvalidOperation, "PropertyNotFound", message)
    }

    /// An operator that does not fit its operands.
    pub fn operator_not_defined(left: &Value, operator: &str) -> ErrorRecord {
        let message = format!(
            "Method invocation failed because [{}] does not contain a method named 'op_{operator}'.",
            type_name(left)
        );
        let target = format!("op_{operator}");
        ErrorRecord::new(Category::InvalidOperation, "MethodNotFound", message)
            .about(target, "String")
    }

    /// A value that has another type than an operator needs.
    pub fn bad_operand(id: &str, message: impl Into<String>) -> ErrorRecord {
        ErrorRecord::new(Category::InvalidOperation, id, message)
    }

    /// Script blocks that call each other without end.
    pub fn call_depth() -> ErrorRecord {
        let message = "The script failed due to call depth overflow.";
        ErrorRecord::new(Category::InvalidOperation, "CallDepthOverflow", message)
            .about("0", "Int32")
    }
}

fn type_name(value: &Value) -> Cow<'_, str> {
    super::value_text::type_name(value)
}

fn short(value: &Value) -> String {
    super::value_text::short_type_name(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_unknown_command_is_printed_as_in_a_real_transcript() {
        let source = Rc::new(Source::typed("Get-Foo -Bar 1"));
        let error = fault::command_not_found("Get-Foo").at(&source, Span { start: 0, end: 7 });
        insta::assert_snapshot!(error.rendered(120), @r"
        Get-Foo : The term 'Get-Foo' is not recognized as the name of a cmdlet, function, script file, or operable program.
        Check the spelling of the name, or if a path was included, verify that the path is correct and try again.
        At line:1 char:1
        + Get-Foo -Bar 1
        + ~~~~~~~
            + CategoryInfo          : ObjectNotFound: (Get-Foo:String) [], CommandNotFoundException
            + FullyQualifiedErrorId : CommandNotFoundException
        ");
    }

    #[test]
    fn a_long_target_is_cut_in_the_middle() {
        let error = ErrorRecord::new(Category::ObjectNotFound, "x", "y")
            .about(format!("C:\\{}\\file.log", "a".repeat(60)), "String");
        assert_eq!(
            error.category_text(),
            "ObjectNotFound: (C:\\aaaaaaaaaaaa...aaaaaa\\file.log:String) [], RuntimeException"
        );
    }

    #[test]
    fn a_remote_error_names_its_server_and_no_place() {
        let mut error =
            ErrorRecord::new(Category::NotSpecified, "[Server=MBX01] 33A3,Get-Queue", "No queue.")
                .exception("LocalizedException");
        error.computer = Some("mbx01.contoso.example".to_owned());
        insta::assert_snapshot!(error.rendered(80), @r"
        No queue.
            + CategoryInfo          : NotSpecified: (:) [], LocalizedException
            + FullyQualifiedErrorId : [Server=MBX01] 33A3,Get-Queue
            + PSComputerName        : mbx01.contoso.example
        ");
    }

    proptest! {
        #[test]
        fn an_error_of_any_text_fits_the_width(message in "(?s).{0,200}", target in ".{0,80}", width in 30usize..150) {
            let source = Rc::new(Source::typed(message.clone()));
            let error = ErrorRecord::new(Category::NotSpecified, target.clone(), message)
                .about(target, "String").at(&source, Span { start: 0, end: 3 });
            for line in error.rendered(width).lines() {
                prop_assert!(line.chars().count() <= width, "{line}");
            }
        }
    }
}
