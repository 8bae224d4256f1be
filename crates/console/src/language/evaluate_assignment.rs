//! Assignments: to variables, to properties and elements of what a variable holds.

use exchange::value::Value;

use super::ast::{Assignment, Expression, ExpressionKind, StepKind};
use super::convert::{self, Type};
use super::errors::{Category, ErrorRecord, fault};
use super::evaluate::Interrupt;
use super::operators;
use super::session::Session;
use super::value_text;

/// A step from a value to a part of it, already evaluated.
enum Key {
    Member(String),
    Index(Value),
}

impl Session {
    /// Runs an assignment; its value is what was assigned.
    pub(super) async fn run_assignment(
        &mut self,
        assignment: &Assignment,
    ) -> Result<Value, Interrupt> {
        let value = self.value_of(&assignment.value).await?;
        let value = match assignment.operator {
            None => value,
            Some(operator) => {
                let current = self.evaluate(&assignment.target).await?;
                let combined = operators::arithmetic(operator, &current, &value, self.culture);
                combined.map_err(|error| self.fault(error, assignment.target.span))?
            }
        };
        self.assign(&assignment.target, value.clone()).await?;
        Ok(value)
    }

    async fn assign(&mut self, target: &Expression, value: Value) -> Result<(), Interrupt> {
        match &target.kind {
            ExpressionKind::Variable(name) => {
                self.assign_variable(name, value).map_err(|error| self.fault(error, target.span))
            }
            ExpressionKind::Cast { type_name, operand, type_span } => {
                let wanted = Type::named(type_name)
                    .ok_or_else(|| self.fault(fault::type_not_found(type_name), *type_span))?;
                let converted = convert::convert(&value, wanted, self.culture)
                    .map_err(|error| self.fault(conversion_failed(&error), target.span))?;
                Box::pin(self.assign(operand, converted)).await
            }
            ExpressionKind::Access { object, steps } => {
                let ExpressionKind::Variable(name) = &object.kind else { return Ok(()) };
                let mut keys = Vec::new();
                for step in steps {
                    match &step.kind {
                        StepKind::Member(name) | StepKind::Call(name, _) => {
                            let name = self.evaluate(name).await?;
                            keys.push(Key::Member(value_text::text(&name, self.culture)));
                        }
                        StepKind::Index(index) => {
                            keys.push(Key::Index(self.evaluate(index).await?));
                        }
                    }
                }
                let mut whole = self.variable(name);
                set_part(&mut whole, &keys, value)
                    .map_err(|error| self.fault(error, target.span))?;
                self.assign_variable(name, whole).map_err(|error| self.fault(error, target.span))
            }
            // The parser lets nothing else be assigned to.
            _ => Ok(()),
        }
    }

    fn assign_variable(&mut self, name: &str, value: Value) -> Result<(), ErrorRecord> {
        if ["true", "false", "null", "?", "error"].iter().any(|own| own.eq_ignore_ascii_case(name))
        {
            let message =
                format!("Cannot overwrite variable {name} because it is read-only or constant.");
            let error = ErrorRecord::new(Category::WriteError, "VariableNotWritable", message);
            return Err(error
                .about(name, "String")
                .exception("SessionStateUnauthorizedAccessException"));
        }
        self.set_variable(name, value);
        Ok(())
    }
}

/// The error of a cast that failed.
pub(super) fn conversion_failed(error: &convert::ConversionError) -> ErrorRecord {
    ErrorRecord::new(Category::InvalidArgument, error.id, error.message.as_str())
}

fn set_part(whole: &mut Value, keys: &[Key], value: Value) -> Result<(), ErrorRecord> {
    let Some((key, rest)) = keys.split_first() else {
        *whole = value;
        return Ok(());
    };
    let missing = |name: &str| fault::property_not_found(name);
    let part = match (key, whole) {
        (Key::Member(name), Value::Object(object)) => {
            let found =
                object.properties.iter_mut().find(|(own, _)| own.eq_ignore_ascii_case(name));
            found.map(|(_, value)| value).ok_or_else(|| missing(name))?
        }
        (Key::Member(name), Value::Hashtable(entries)) => entry(entries, name),
        (Key::Index(index), Value::Hashtable(entries)) => entry(entries, &index.to_string()),
        (Key::Index(index), Value::List(values)) => {
            let count = values.len();
            let at = operators::position(index, count);
            at.and_then(|at| values.get_mut(at)).ok_or_else(|| {
                let message = "Index was outside the bounds of the array.";
                ErrorRecord::new(
                    Category::OperationStopped,
                    "System.IndexOutOfRangeException",
                    message,
                )
                .exception("IndexOutOfRangeException")
            })?
        }
        (Key::Index(_), Value::Null) => return Err(fault::index_of_null()),
        (Key::Index(_), other) => return Err(fault::not_indexable(other)),
        (Key::Member(name), _) => return Err(missing(name)),
    };
    set_part(part, rest, value)
}

/// The entry of a key; a new one when there is none.
fn entry<'v>(entries: &'v mut Vec<(String, Value)>, key: &str) -> &'v mut Value {
    let index =
        entries.iter().position(|(own, _)| own.eq_ignore_ascii_case(key)).unwrap_or_else(|| {
            entries.push((key.to_owned(), Value::Null));
            entries.len() - 1
        });
    &mut entries[index].1
}
