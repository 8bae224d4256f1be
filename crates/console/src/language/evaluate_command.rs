//! Runs commands: finds them by name, evaluates and binds their arguments, calls them.

use std::rc::Rc;

use exchange::value::Value;

use super::ast::{Argument, Command, Expression, ExpressionKind, ScriptBlock};
use super::bind::{Bound, Call, Given, GivenValue};
use super::cmdlet::{Cmdlet, Pipeline};
use super::errors::{ErrorRecord, fault};
use super::evaluate::Interrupt;
use super::invocation::{Invocation, Preference, Said};
use super::session::Session;
use super::source::Span;
use super::streams::Event;
use super::value_text;

impl Session {
    /// Runs a command with what the stage before it put out.
    pub(super) async fn run_command(
        &mut self,
        command: &Command,
        input: Option<Vec<Value>>,
    ) -> Result<(), Interrupt> {
        let name = self.evaluate(&command.name).await?;
        if let Some(block) = self.block_of(&name)? {
            self.set_variable("input", Value::List(input.unwrap_or_default()));
            return Box::pin(self.run_block(&block, None)).await;
        }
        let typed = value_text::text(&name, self.culture);
        let given = self.given(&command.arguments).await?;
        if let Some(cmdlet) = self.find_cmdlet(&typed) {
            let call = Call {
                cmdlet,
                typed,
                source: Rc::clone(&self.source),
                span: command.span,
                culture: self.culture,
            };
            return Box::pin(self.run_cmdlet(&call, given, input)).await;
        }
        self.run_program(&typed, &given, command).await
    }

    async fn run_program(
        &mut self,
        name: &str,
        given: &[Given],
        command: &Command,
    ) -> Result<(), Interrupt> {
        let arguments = self.program_arguments(given);
        let host = self.host();
        let Some(running) = host.program(name, &arguments) else {
            return Err(self.fault(fault::command_not_found(name), command.name.span));
        };
        let values = running.await.map_err(|error| self.fault(error, command.span))?;
        for value in values {
            self.streams.say(Event::Output(value));
        }
        Ok(())
    }

    fn program_arguments(&self, given: &[Given]) -> Vec<String> {
        let mut arguments = Vec::new();
        for argument in given {
            match argument {
                Given::Parameter { name, value: Some(value), .. } => {
                    arguments.push(format!("-{name}:{}", self.written(value).join(" ")));
                }
                Given::Parameter { name, .. } => arguments.push(format!("-{name}")),
                Given::Value(value) => arguments.append(&mut self.written(value)),
            }
        }
        arguments
    }

    /// An argument as a program sees it: a list as so many arguments.
    fn written(&self, given: &GivenValue) -> Vec<String> {
        if let Some(literal) = &given.literal {
            return vec![literal.clone()];
        }
        let texts = given.value.elements().iter();
        texts.map(|value| value_text::text(value, self.culture)).collect()
    }

    async fn given(&mut self, arguments: &[Argument]) -> Result<Vec<Given>, Interrupt> {
        let mut given = Vec::new();
        for argument in arguments {
            match argument {
                Argument::Parameter { name, span, value } => {
                    let value = match value {
                        Some(value) => Some(self.given_value(value).await?),
                        None => None,
                    };
                    given.push(Given::Parameter { name: name.clone(), span: *span, value });
                }
                Argument::Value(expression) => {
                    given.push(Given::Value(self.given_value(expression).await?));
                }
                Argument::Splat { name, span } => self.splat(name, *span, &mut given),
            }
        }
        Ok(given)
    }

    async fn given_value(&mut self, expression: &Expression) -> Result<GivenValue, Interrupt> {
        let value = self.evaluate(expression).await?;
        let literal = matches!(expression.kind, ExpressionKind::Number(_))
            .then(|| self.source.slice(expression.span).to_owned());
        Ok(GivenValue { value, literal, span: expression.span })
    }

    fn splat(&self, name: &str, span: Span, given: &mut Vec<Given>) {
        let plain = |value| GivenValue { value, literal: None, span };
        match self.variable(name) {
            Value::Hashtable(entries) => {
                for (name, value) in entries {
                    given.push(Given::Parameter { name, span, value: Some(plain(value)) });
                }
            }
            other => {
                let values = other.elements().iter().cloned();
                given.extend(values.map(|value| Given::Value(plain(value))));
            }
        }
    }

    /// Runs a cmdlet once, or once for each object that a parameter takes.
    async fn run_cmdlet(
        &mut self,
        call: &Call,
        given: Vec<Given>,
        input: Option<Vec<Value>>,
    ) -> Result<(), Interrupt> {
        let mut bound = call.bind(given, input.is_some())?;
        let out_variable = text_of(&bound, "OutVariable");
        if out_variable.is_some() {
            self.streams.open();
        }
        let mut said = Said::default();
        let variables = ["ErrorVariable", "WarningVariable"].map(|name| text_of(&bound, name));
        let result = match (input, whole_parameter(call.cmdlet, &bound)) {
            (Some(values), Some(name)) => {
                bound.insert(name, Value::List(values));
                self.run_once(call, bound, &mut said).await
            }
            (Some(values), None) => self.run_for_each(call, &bound, values, &mut said).await,
            (None, _) => self.run_once(call, bound, &mut said).await,
        };
        if let Some(name) = out_variable {
            let values = self.streams.close();
            self.set_variable(&name, Value::List(values.clone()));
            self.put_out(Value::List(values));
        }
        for (name, values) in variables.into_iter().zip([said.errors, said.warnings]) {
            if let Some(name) = name {
                self.set_variable(&name, Value::List(values));
            }
        }
        result
    }

    async fn run_for_each(
        &mut self,
        call: &Call,
        bound: &Bound,
        values: Vec<Value>,
        said: &mut Said,
    ) -> Result<(), Interrupt> {
        for value in values {
            let mut own = bound.clone();
            match call.bind_object(&mut own, &value) {
                Ok(()) => self.run_once(call, own, said).await?,
                Err(error) => self.end_with(call, bound, error, said)?,
            }
        }
        Ok(())
    }

    async fn run_once(
        &mut self,
        call: &Call,
        bound: Bound,
        said: &mut Said,
    ) -> Result<(), Interrupt> {
        let kept = bound.clone();
        let invocation = Invocation { session: self, call, bound, said };
        let result = (call.cmdlet.run)(invocation).await;
        if let Some(interrupt) = self.resume() {
            return Err(interrupt);
        }
        match result {
            Ok(mut values) => {
                self.host().receive(call.cmdlet.name, &mut values);
                for value in values {
                    self.streams.say(Event::Output(value));
                }
                Ok(())
            }
            Err(error) => self.end_with(call, &kept, error, said),
        }
    }

    /// Reports the error that ended a call, unless errors are to stop the script.
    fn end_with(
        &mut self,
        call: &Call,
        bound: &Bound,
        error: ErrorRecord,
        said: &mut Said,
    ) -> Result<(), Interrupt> {
        let own = text_of(bound, "ErrorAction").map(|name| Preference::named(&name));
        let preference = own.unwrap_or_else(|| self.preference("ErrorActionPreference"));
        Ok(self.raise(call, error, preference, said)?)
    }

    /// Reports an error of a cmdlet, or gives it back when it is to stop the script.
    pub(super) fn raise(
        &mut self,
        call: &Call,
        error: ErrorRecord,
        preference: Preference,
        said: &mut Said,
    ) -> Result<(), ErrorRecord> {
        let mut error = call.signed(error, call.span);
        error.stops_script |= preference == Preference::Stop;
        if error.stops_script {
            return Err(error);
        }
        said.errors.push(error.to_value());
        self.report(error, preference);
        Ok(())
    }

    /// Runs a script block; `item` is what it sees as `$_`.
    pub(super) async fn run_block(
        &mut self,
        block: &Rc<ScriptBlock>,
        item: Option<Value>,
    ) -> Result<(), Interrupt> {
        let source = std::mem::replace(&mut self.source, Rc::clone(&block.source));
        let outer = item.is_some().then(|| self.variable("_"));
        if let Some(item) = item {
            self.set_variable("_", item);
        }
        let result = self.run_statements(&block.statements).await;
        if let Some(outer) = outer {
            self.set_variable("_", outer);
        }
        self.source = source;
        match result {
            Err(Interrupt::Return) => Ok(()),
            other => other,
        }
    }
}

/// The parameter that takes all objects of the pipeline, unless it was given by name.
fn whole_parameter(cmdlet: &'static Cmdlet, bound: &Bound) -> Option<&'static str> {
    let whole = cmdlet.parameters.iter().find(|own| own.pipeline == Pipeline::Whole)?;
    bound.value(whole.name).is_none().then_some(whole.name)
}

fn text_of(bound: &Bound, name: &str) -> Option<String> {
    bound.value(name).map(Value::to_string)
}
