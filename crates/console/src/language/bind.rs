//! Binds arguments to parameters: by name, by position, from the pipeline; with PowerShell's errors.
//!
//! Not modelled: parameter sets. Two parameters may share a position when their kinds tell them apart
//! (`Where-Object { … }` and `Where-Object Status -eq Retry`).

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use exchange::culture::Culture;
use exchange::value::Value;

use super::accept::{Refusal, accept, takes_as_is};
use super::cmdlet::{COMMON_PARAMETERS, Cmdlet, Kind, Parameter, Pipeline};
use super::errors::{Category, ErrorRecord};
use super::source::{Source, Span};
use super::value_text;

/// An argument after evaluation.
#[derive(Clone, Debug)]
pub(crate) enum Given {
    /// `-Name`, with the value after a colon or from a splatted hash table.
    Parameter {
        /// As typed.
        name: String,
        /// Where it stands.
        span: Span,
        /// Its value, when it cannot be another argument's.
        value: Option<GivenValue>,
    },
    /// A value.
    Value(GivenValue),
}

/// A value among the arguments.
#[derive(Clone, Debug)]
pub(crate) struct GivenValue {
    /// The value.
    pub(crate) value: Value,
    /// A number as it was written.
    pub(crate) literal: Option<String>,
    /// Where it stands.
    pub(crate) span: Span,
}

/// Bound parameters by name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bound {
    values: BTreeMap<&'static str, Value>,
}

impl Bound {
    /// The value of a parameter; `Some(Null)` when it was given as `$null`.
    pub(crate) fn value(&self, name: &str) -> Option<&Value> {
        self.values.get(name)
    }

    /// Binds a value that needs no conversion.
    pub(crate) fn insert(&mut self, name: &'static str, value: Value) {
        self.values.insert(name, value);
    }
}

/// A command that is about to run: what errors point at.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    /// The cmdlet.
    pub(crate) cmdlet: &'static Cmdlet,
    /// Its name as typed, which may be an alias.
    pub(crate) typed: String,
    /// The text it stands in.
    pub(crate) source: Rc<Source>,
    /// Where it stands.
    pub(crate) span: Span,
    /// How the server writes dates and numbers.
    pub(crate) culture: Culture,
}

impl Call {
    /// Adds to an error what the cmdlet does not know of itself: its name, its class, its place.
    pub(crate) fn signed(&self, mut error: ErrorRecord, span: Span) -> ErrorRecord {
        if error.activity.is_empty() && error.computer.is_none() {
            error.activity = self.cmdlet.name.into();
            error.command.get_or_insert_with(|| self.typed.clone());
            let class =
                if self.cmdlet.class.is_empty() { self.cmdlet.name } else { self.cmdlet.class };
            error.id = format!("{},{class}", error.id);
            error = error.at(&self.source, span);
        }
        error
    }

    fn error(&self, category: Category, id: &str, message: String, span: Span) -> ErrorRecord {
        let error = ErrorRecord::new(category, id, message).exception("ParameterBindingException");
        self.signed(error, span)
    }

    /// Binds the arguments that were typed. `piped` tells whether objects will come.
    ///
    /// # Errors
    /// PowerShell's error for an argument that fits no parameter, or a parameter that is missing.
    pub(crate) fn bind(&self, given: Vec<Given>, piped: bool) -> Result<Bound, ErrorRecord> {
        let mut bound = Bound::default();
        let mut unnamed = Vec::new();
        let mut given = given.into_iter().peekable();
        while let Some(argument) = given.next() {
            match argument {
                Given::Value(value) => unnamed.push(value),
                Given::Parameter { name, span, value } => {
                    let parameter = self.parameter(&name, span)?;
                    let value = match (value, parameter.kind) {
                        (Some(value), _) => value,
                        (None, Kind::Switch) => {
                            GivenValue { value: Value::Bool(true), literal: None, span }
                        }
                        (None, _) => match given.next() {
                            Some(Given::Value(value)) => value,
                            _ => return Err(self.missing_argument(parameter, span)),
                        },
                    };
                    self.bind_named(&mut bound, parameter, &value, span)?;
                }
            }
        }
        self.bind_positions(&mut bound, unnamed)?;
        self.check_mandatory(&bound, piped)?;
        Ok(bound)
    }

    /// The parameter of a name, or of the start of a name that fits only one.
    fn parameter(&self, name: &str, span: Span) -> Result<&'static Parameter, ErrorRecord> {
        let all = || self.cmdlet.parameters.iter().chain(COMMON_PARAMETERS);
        if let Some(exact) = all().find(|parameter| parameter.is_named(name)) {
            return Ok(exact);
        }
        let starts =
            |own: &str| own.get(..name.len()).is_some_and(|own| own.eq_ignore_ascii_case(name));
        let matching: Vec<&Parameter> = all()
            .filter(|parameter| {
                starts(parameter.name) || parameter.aliases.iter().any(|alias| starts(alias))
            })
            .collect();
        match matching.as_slice() {
            [only] => Ok(only),
            [] => {
                let message =
                    format!("A parameter cannot be found that matches parameter name '{name}'.");
                Err(self.error(Category::InvalidArgument, "NamedParameterNotFound", message, span))
            }
            several => {
                let names: Vec<String> =
                    several.iter().map(|parameter| format!(" -{}", parameter.name)).collect();
                let message = format!(
                    "Parameter cannot be processed because the parameter name '{name}' is ambiguous. \
                     Possible matches include:{}.",
                    names.concat()
                );
                Err(self.error(Category::InvalidArgument, "AmbiguousParameter", message, span))
            }
        }
    }

    fn missing_argument(&self, parameter: &Parameter, span: Span) -> ErrorRecord {
        let message = format!(
            "Missing an argument for parameter '{}'. Specify a parameter of type '{}' and try again.",
            parameter.name,
            parameter.type_name()
        );
        self.error(Category::InvalidArgument, "MissingArgument", message, span)
    }

    fn bind_named(
        &self,
        bound: &mut Bound,
        parameter: &'static Parameter,
        value: &GivenValue,
        span: Span,
    ) -> Result<(), ErrorRecord> {
        if bound.values.contains_key(parameter.name) {
            let message = format!(
                "Cannot bind parameter because parameter '{}' is specified more than once. To \
                 provide multiple values to parameters that can accept multiple values, use the \
                 array syntax. For example, \"-parameter value1,value2,value3\".",
                parameter.name
            );
            return Err(self.error(
                Category::InvalidArgument,
                "ParameterAlreadyBound",
                message,
                span,
            ));
        }
        let accepted = self.accepted(parameter, value)?;
        bound.values.insert(parameter.name, accepted);
        Ok(())
    }

    fn accepted(&self, parameter: &Parameter, value: &GivenValue) -> Result<Value, ErrorRecord> {
        let accepted = accept(parameter.kind, &value.value, value.literal.as_deref(), self.culture);
        let accepted = accepted.map_err(|refusal| self.refused(parameter, &refusal, value.span))?;
        let fault = match &accepted {
            Value::Null => ("NullNotAllowed", "null"),
            Value::String(text) if text.is_empty() => ("EmptyStringNotAllowed", "an empty string"),
            Value::List(values) if values.is_empty() => ("EmptyArrayNotAllowed", "an empty array"),
            _ => return Ok(accepted),
        };
        if !parameter.mandatory || matches!(parameter.kind, Kind::Value) {
            return Ok(accepted);
        }
        let message = format!(
            "Cannot bind argument to parameter '{}' because it is {}.",
            parameter.name, fault.1
        );
        let error = ErrorRecord::new(
            Category::InvalidData,
            format!("ParameterArgumentValidationError{}", fault.0),
            message,
        );
        Err(self.signed(error.exception("ParameterBindingValidationException"), value.span))
    }

    fn refused(&self, parameter: &Parameter, refusal: &Refusal, span: Span) -> ErrorRecord {
        let message = refusal.message(parameter.name, parameter.type_name());
        let error = ErrorRecord::new(refusal.category, refusal.id, message);
        self.signed(error.exception(refusal.exception), span)
    }

    fn bind_positions(
        &self,
        bound: &mut Bound,
        unnamed: Vec<GivenValue>,
    ) -> Result<(), ErrorRecord> {
        let mut rest = Vec::new();
        for value in unnamed {
            let mut free: Vec<&'static Parameter> = self
                .cmdlet
                .parameters
                .iter()
                .filter(|own| own.position.is_some() && !self.position_is_taken(own, bound))
                .collect();
            free.sort_by_key(|parameter| parameter.position);
            let Some(first) = free.first().copied() else {
                rest.push(value);
                continue;
            };
            free.retain(|parameter| parameter.position == first.position);
            let as_is = free.iter().find(|parameter| takes_as_is(parameter.kind, &value.value));
            let parameter = as_is.or_else(|| {
                free.iter().find(|own| {
                    accept(own.kind, &value.value, value.literal.as_deref(), self.culture).is_ok()
                })
            });
            let parameter = parameter.copied().unwrap_or(first);
            self.bind_named(bound, parameter, &value, value.span)?;
        }
        self.bind_rest(bound, rest)
    }

    /// Whether this parameter, or one that shares its position, has a value.
    fn position_is_taken(&self, parameter: &Parameter, bound: &Bound) -> bool {
        let mut sharing =
            self.cmdlet.parameters.iter().filter(|own| own.position == parameter.position);
        sharing.any(|own| bound.values.contains_key(own.name))
    }

    /// Arguments without a name for which there is no position.
    fn bind_rest(&self, bound: &mut Bound, rest: Vec<GivenValue>) -> Result<(), ErrorRecord> {
        let Some(first) = rest.first() else { return Ok(()) };
        let Some(taker) = self.cmdlet.parameters.iter().find(|own| own.takes_rest) else {
            let message = format!(
                "A positional parameter cannot be found that accepts argument '{}'.",
                value_text::text(&first.value, self.culture)
            );
            let id = "PositionalParameterNotFound";
            return Err(self.error(Category::InvalidArgument, id, message, self.span));
        };
        let mut values = bound.values.remove(taker.name).map_or(Vec::new(), |value| match value {
            Value::List(values) => values,
            single => vec![single],
        });
        values.extend(rest.into_iter().flat_map(|given| match given.value {
            Value::List(values) => values,
            single => vec![single],
        }));
        bound.values.insert(taker.name, Value::List(values));
        Ok(())
    }

    fn check_mandatory(&self, bound: &Bound, piped: bool) -> Result<(), ErrorRecord> {
        let missing: Vec<String> = self
            .cmdlet
            .parameters
            .iter()
            .filter(|own| own.mandatory && !bound.values.contains_key(own.name))
            .filter(|own| !(piped && own.pipeline != Pipeline::No))
            .map(|own| format!(" {}", own.name))
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        let message = format!(
            "Cannot process command because of one or more missing mandatory parameters:{}.",
            missing.concat()
        );
        let error =
            ErrorRecord::new(Category::InvalidArgument, "MissingMandatoryParameter", message);
        Err(self.signed(error.exception("ParentContainsErrorRecordException"), self.span))
    }

    /// Binds one object of the pipeline: as it is, by its properties, then with a conversion.
    ///
    /// # Errors
    /// PowerShell's error for an object that no parameter takes, or that leaves one missing.
    pub(crate) fn bind_object(&self, bound: &mut Bound, object: &Value) -> Result<(), ErrorRecord> {
        let free: Vec<&'static Parameter> = self
            .cmdlet
            .parameters
            .iter()
            .filter(|own| own.pipeline != Pipeline::No && !bound.values.contains_key(own.name))
            .collect();
        let by_value =
            |own: &Parameter| matches!(own.pipeline, Pipeline::ByValue | Pipeline::Either);
        let whole =
            |value: &Value| GivenValue { value: value.clone(), literal: None, span: self.span };
        let as_is = free.iter().find(|own| by_value(own) && takes_as_is(own.kind, object));
        let mut taken: BTreeSet<&'static str> = BTreeSet::new();
        if let Some(parameter) = as_is {
            self.bind_named(bound, parameter, &whole(object), self.span)?;
            taken.insert(parameter.name);
        }
        for parameter in &free {
            let by_name = matches!(parameter.pipeline, Pipeline::ByPropertyName | Pipeline::Either);
            let property = property_for(parameter, object);
            if let (true, Some(value), false) = (by_name, property, taken.contains(parameter.name))
            {
                self.bind_named(bound, parameter, &whole(value), self.span)?;
                taken.insert(parameter.name);
            }
        }
        if taken.is_empty()
            && let Some(parameter) = free.iter().find(|own| by_value(own))
        {
            self.bind_named(bound, parameter, &whole(object), self.span)?;
            taken.insert(parameter.name);
        }
        if taken.is_empty() {
            return Err(self.not_bound(object));
        }
        self.check_mandatory(bound, false)
    }

    fn not_bound(&self, object: &Value) -> ErrorRecord {
        let message = "The input object cannot be bound to any parameters for the command either \
             because the command does not take pipeline input or the input and its properties do \
             not match any of the parameters that take pipeline input.";
        let error = ErrorRecord::new(Category::InvalidArgument, "InputObjectNotBound", message);
        let target = value_text::text(object, self.culture);
        let error = error
            .about(target, value_text::short_type_name(object))
            .exception("ParameterBindingException");
        self.signed(error, self.span)
    }
}

/// The property of an object that has one of the parameter's names.
fn property_for<'a>(parameter: &Parameter, object: &'a Value) -> Option<&'a Value> {
    let object = object.as_object()?;
    let found = object.properties.iter().find(|(name, _)| parameter.is_named(name));
    found.map(|(_, value)| value).filter(|value| **value != Value::Null)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::invocation::{Invocation, MultiValued};
    use crate::language::testing::Console;

    /// A cmdlet that tells what was bound.
    static RETRY_QUEUE: Cmdlet = Cmdlet {
        name: "Retry-Queue",
        synopsis: "Forces a connection attempt for a queue.",
        class: "",
        parameters: &[
            Parameter::new("Identity", Kind::String, "The queue.")
                .at(0)
                .mandatory()
                .by_value()
                .by_property_name()
                .of_type("Microsoft.Exchange.Data.QueueViewer.QueueIdentity"),
            Parameter::new("Resubmit", Kind::Bool, "Whether to route the messages again."),
            Parameter::new("Server", Kind::String, "The server.")
                .by_property_name()
                .aliases(&["ComputerName"]),
            Parameter::new("Hosts", Kind::MultiValued, "The smart hosts."),
        ],
        run: |invocation| Box::pin(tell(invocation)),
    };

    async fn tell(mut invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
        let identity = invocation.string("Identity").unwrap_or_default();
        if identity.starts_with("bad") {
            let error =
                ErrorRecord::new(Category::NotSpecified, "33A3", format!("No queue {identity}."));
            return Err(error.exception("ManagementObjectNotFoundException"));
        }
        if !invocation.should_process(&identity) {
            return Ok(Vec::new());
        }
        let hosts = match invocation.multi_valued("Hosts") {
            Some(MultiValued::Set(hosts)) => hosts.join("+"),
            Some(MultiValued::Edit { add, remove }) => {
                format!("+{} -{}", add.concat(), remove.concat())
            }
            None => "-".to_owned(),
        };
        let server = invocation.string("Server").unwrap_or_default();
        let resubmit = invocation.bool("Resubmit");
        Ok(vec![Value::from(format!("{identity} {resubmit:?} [{server}] {hosts}"))])
    }

    fn shown(text: &str) -> String {
        let mut console = Console::new();
        console.session.add_cmdlets(&[&RETRY_QUEUE]);
        console.text(text)
    }

    #[test]
    fn arguments_are_bound_by_name_prefix_and_position() {
        assert_eq!(shown(r"Retry-Queue mbx01\6 -Res $true"), "mbx01\\6 Some(true) [] -\n");
        assert_eq!(shown("Retry-Queue -Resubmit:$false -id:007"), "007 Some(false) [] -\n");
        assert_eq!(shown("Retry-Queue a -ComputerName mbx01"), "a None [mbx01] -\n");
    }

    #[test]
    fn lists_are_set_edited_or_cleared() {
        assert_eq!(shown("Retry-Queue a -Hosts x,y"), "a None [] x+y\n");
        assert_eq!(shown("Retry-Queue a -Hosts @{Add='x'; Remove='y','z'}"), "a None [] +x -yz\n");
        assert_eq!(shown("Retry-Queue a -Hosts $null"), "a None [] \n");
    }

    #[test]
    fn objects_are_bound_as_they_are_or_by_their_properties() {
        assert_eq!(shown("'a','b' | Retry-Queue"), "a None [] -\nb None [] -\n");
        assert_eq!(
            shown("[pscustomobject]@{Identity='a';Server='mbx01'} | Retry-Queue -Resubmit $true"),
            "a Some(true) [mbx01] -\n"
        );
        assert_eq!(shown("@() | Retry-Queue"), "");
    }

    #[test]
    fn an_object_that_fails_does_not_stop_the_next_one() {
        insta::assert_snapshot!(shown("'bad\\6','b' | Retry-Queue"), @r"
        Retry-Queue : No queue bad\6.
        At line:1 char:15
        + 'bad\6','b' | Retry-Queue
        +               ~~~~~~~~~~~
            + CategoryInfo          : NotSpecified: (:) [Retry-Queue], ManagementObjectNotFoundException
            + FullyQualifiedErrorId : 33A3,Retry-Queue

        b None [] -
        ");
        assert_eq!(shown("'bad','b' | Retry-Queue -ErrorAction SilentlyContinue"), "b None [] -\n");
    }

    #[test]
    fn a_change_can_be_told_instead_of_made() {
        assert_eq!(
            shown("Retry-Queue a -WhatIf -Confirm:$false"),
            "What if: Performing the operation \"Retry-Queue\" on target \"a\".\n"
        );
    }

    #[test]
    fn text_for_a_truth_value_and_null_for_a_mandatory_parameter_are_refused() {
        insta::assert_snapshot!(shown("Retry-Queue a -Resubmit yes"), @r#"
        Retry-Queue : Cannot process argument transformation on parameter 'Resubmit'. Cannot convert value "System.String" to
        type "System.Boolean". Boolean parameters accept only Boolean values and numbers, such as $True, $False, 1 or 0.
        At line:1 char:25
        + Retry-Queue a -Resubmit yes
        +                         ~~~
            + CategoryInfo          : InvalidData: (:) [Retry-Queue], ParameterBindin...mationException
            + FullyQualifiedErrorId : ParameterArgumentTransformationError,Retry-Queue
        "#);
        insta::assert_snapshot!(shown("Retry-Queue $nothing"), @r"
        Retry-Queue : Cannot bind argument to parameter 'Identity' because it is null.
        At line:1 char:13
        + Retry-Queue $nothing
        +             ~~~~~~~~
            + CategoryInfo          : InvalidData: (:) [Retry-Queue], ParameterBindingValidationException
            + FullyQualifiedErrorId : ParameterArgumentValidationErrorNullNotAllowed,Retry-Queue
        ");
    }

    #[test]
    fn a_list_for_a_single_value_names_the_type_of_the_parameter() {
        insta::assert_snapshot!(shown("Retry-Queue a,b"), @r"
        Retry-Queue : Cannot convert 'System.Object[]' to the type 'Microsoft.Exchange.Data.QueueViewer.QueueIdentity' required
        by parameter 'Identity'. Specified method is not supported.
        At line:1 char:13
        + Retry-Queue a,b
        +             ~~~
            + CategoryInfo          : InvalidArgument: (:) [Retry-Queue], ParameterBindingException
            + FullyQualifiedErrorId : CannotConvertArgument,Retry-Queue
        ");
    }
}
