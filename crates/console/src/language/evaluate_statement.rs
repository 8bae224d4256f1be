//! Runs statements.

use exchange::value::Value;

use super::ast::{ElementKind, Expression, ExpressionKind, Loop, Statement};
use super::convert;
use super::errors::{Category, ErrorRecord};
use super::evaluate::{Interrupt, collapsed};
use super::host::Later;
use super::invocation::Preference;
use super::session::Session;
use super::streams::Event;

/// A loop that turns more often than this is taken for one that never ends.
const TURNS_MAX: usize = 100_000;

impl Session {
    /// Runs statements; an error that ends one of them is reported, and the next one runs.
    pub(super) fn run_statements<'a>(
        &'a mut self,
        statements: &'a [Statement],
    ) -> Later<'a, Result<(), Interrupt>> {
        Box::pin(async move {
            self.enter()?;
            let mut result = Ok(());
            for statement in statements {
                result = self.run_guarded(statement).await;
                if result.is_err() {
                    break;
                }
            }
            self.leave();
            result
        })
    }

    /// Runs a statement; an error that ends only it is reported.
    pub(super) async fn run_guarded(&mut self, statement: &Statement) -> Result<(), Interrupt> {
        let result = self.run_statement(statement).await;
        let Err(Interrupt::Error(mut error)) = result else { return result };
        let preference = self.preference("ErrorActionPreference");
        if error.stops_script || preference == Preference::Stop {
            error.stops_script = true;
            return Err(Interrupt::Error(error));
        }
        self.report(*error, preference);
        Ok(())
    }

    async fn run_statement(&mut self, statement: &Statement) -> Result<(), Interrupt> {
        match statement {
            Statement::Pipeline(pipeline) => self.run_pipeline(pipeline).await,
            Statement::Assign(assignment) => self.run_assignment(assignment).await.map(|_| ()),
            Statement::If { clauses, otherwise } => {
                for (condition, body) in clauses {
                    if self.value_of(condition).await?.is_true() {
                        return self.run_statements(body).await;
                    }
                }
                self.run_statements(otherwise).await
            }
            Statement::ForEach { variable, list, body } => {
                let list = self.value_of(list).await?;
                self.run_foreach(variable, list, body).await
            }
            Statement::Loop(turns) => Box::pin(self.run_loop(turns)).await,
            Statement::Return(value) => {
                if let Some(value) = value {
                    let value = self.value_of(value).await?;
                    self.put_out(value);
                }
                Err(Interrupt::Return)
            }
            Statement::Exit(code) => {
                let code = match code {
                    Some(code) => convert::as_number(&self.value_of(code).await?),
                    None => None,
                };
                Err(Interrupt::Exit(match code {
                    Some(Value::I32(code)) => code,
                    _ => 0,
                }))
            }
            Statement::Break => Err(Interrupt::Break),
            Statement::Continue => Err(Interrupt::Continue),
        }
    }

    async fn run_foreach(
        &mut self,
        variable: &str,
        list: Value,
        body: &[Statement],
    ) -> Result<(), Interrupt> {
        for element in list.elements() {
            self.set_variable(variable, element.clone());
            match self.run_statements(body).await {
                Err(Interrupt::Break) => break,
                Err(Interrupt::Continue) => {}
                other => other?,
            }
        }
        Ok(())
    }

    async fn run_loop(&mut self, turns: &Loop) -> Result<(), Interrupt> {
        if let Some(first) = &turns.first {
            self.silent(first).await?;
        }
        for _ in 0..TURNS_MAX {
            if let Some(condition) = &turns.condition
                && !self.value_of(condition).await?.is_true()
            {
                return Ok(());
            }
            match self.run_statements(&turns.body).await {
                Err(Interrupt::Break) => return Ok(()),
                Err(Interrupt::Continue) => {}
                other => other?,
            }
            if let Some(step) = &turns.step {
                self.silent(step).await?;
            }
        }
        let message = format!("The loop was stopped after {TURNS_MAX} turns.");
        Err(ErrorRecord::new(Category::LimitsExceeded, "EndlessLoop", message).into())
    }

    /// Runs a part of a `for` statement, whose output nobody sees.
    async fn silent(&mut self, statement: &Statement) -> Result<(), Interrupt> {
        self.streams.open();
        let result = self.run_statement(statement).await;
        self.streams.close();
        result
    }

    /// The value of a statement: of an expression as it is, of anything else its output.
    pub(super) fn value_of<'a>(
        &'a mut self,
        statement: &'a Statement,
    ) -> Later<'a, Result<Value, Interrupt>> {
        Box::pin(async move {
            if let Statement::Assign(assignment) = statement {
                return self.run_assignment(assignment).await;
            }
            if let Some(expression) = sole_expression(statement) {
                return self.evaluate(expression).await;
            }
            self.streams.open();
            let result = self.run_statement(statement).await;
            let values = self.streams.close();
            result.map(|()| collapsed(values))
        })
    }

    /// What statements put out.
    pub(super) async fn output_of(
        &mut self,
        statements: &[Statement],
    ) -> Result<Vec<Value>, Interrupt> {
        self.streams.open();
        let result = self.run_statements(statements).await;
        let values = self.streams.close();
        result.map(|()| values)
    }

    /// Puts out a value as an expression does: a list element by element, `$null` not at all.
    pub(super) fn put_out(&mut self, value: Value) {
        match value {
            Value::List(values) => {
                for value in values {
                    self.streams.say(Event::Output(value));
                }
            }
            Value::Null => {}
            single => self.streams.say(Event::Output(single)),
        }
    }
}

/// The expression that the statement is, when it is nothing else.
fn sole_expression(statement: &Statement) -> Option<&Expression> {
    let Statement::Pipeline(pipeline) = statement else { return None };
    match pipeline.elements.as_slice() {
        [single] if single.redirections.is_empty() => match &single.kind {
            ElementKind::Expression(expression) => Some(expression),
            ElementKind::Command(_) => None,
        },
        _ => None,
    }
}

/// Whether an expression by itself puts nothing out.
pub(super) fn is_silent(expression: &Expression) -> bool {
    matches!(expression.kind, ExpressionKind::Increment { .. })
}
