//! Evaluates expressions.

use std::rc::Rc;

use exchange::value::Value;

use super::ast::{
    BinaryOperator, Expression, ExpressionKind, Part, ScriptBlock, Statement, Step, StepKind,
    UnaryOperator,
};
use super::convert::{self, Type};
use super::errors::fault;
use super::evaluate::{Interrupt, collapsed};
use super::evaluate_assignment::conversion_failed;
use super::host::Later;
use super::session::Session;
use super::source::Span;
use super::{members, methods, operators, statics, text_operators, value_text};

impl Session {
    /// The value of an expression.
    pub(super) fn evaluate<'a>(
        &'a mut self,
        expression: &'a Expression,
    ) -> Later<'a, Result<Value, Interrupt>> {
        Box::pin(async move {
            self.enter()?;
            let result = self.evaluate_here(expression).await;
            self.leave();
            result
        })
    }

    async fn evaluate_here(&mut self, expression: &Expression) -> Result<Value, Interrupt> {
        match &expression.kind {
            ExpressionKind::Text(text) => Ok(Value::from(text.as_str())),
            ExpressionKind::Number(number) => Ok(number.clone()),
            ExpressionKind::Variable(name) => Ok(self.variable(name)),
            ExpressionKind::ScriptBlock(block) => Ok(self.remember(block)),
            ExpressionKind::Expandable(parts) => self.expanded(parts).await,
            ExpressionKind::Array(items) => {
                let mut values = Vec::new();
                for item in items {
                    values.push(self.evaluate(item).await?);
                }
                Ok(Value::List(values))
            }
            ExpressionKind::ArrayOf(statements) => {
                self.output_of(statements).await.map(Value::List)
            }
            ExpressionKind::SubExpression(statements) => {
                self.output_of(statements).await.map(collapsed)
            }
            ExpressionKind::Parenthesis(statement) => self.value_of(statement).await,
            ExpressionKind::Hashtable(entries) => self.hash_table(entries).await,
            ExpressionKind::Type(name) => self.type_value(name, expression.span),
            ExpressionKind::Cast { type_name, type_span, operand } => {
                self.cast(type_name, *type_span, operand, expression.span).await
            }
            ExpressionKind::Access { object, steps } => self.access(object, steps).await,
            ExpressionKind::Unary(operator, operand) => {
                self.unary(*operator, operand, expression.span).await
            }
            ExpressionKind::Operation { first, rest } => self.operation(first, rest).await,
            ExpressionKind::Increment { target, by } => self.increment(target, *by),
        }
    }

    async fn expanded(&mut self, parts: &[Part]) -> Result<Value, Interrupt> {
        let mut text = String::new();
        for part in parts {
            match part {
                Part::Text(piece) => text.push_str(piece),
                Part::Value(expression) => {
                    let value = self.evaluate(expression).await?;
                    text.push_str(&value_text::text(&value, self.culture));
                }
            }
        }
        Ok(Value::String(text))
    }

    async fn hash_table(
        &mut self,
        entries: &[(Expression, Statement)],
    ) -> Result<Value, Interrupt> {
        let mut evaluated: Vec<(String, Value)> = Vec::new();
        for (key, value) in entries {
            let name = self.evaluate(key).await?;
            let name = value_text::text(&name, self.culture);
            if evaluated.iter().any(|(own, _)| own.eq_ignore_ascii_case(&name)) {
                let message = format!(
                    "Item has already been added. Key in dictionary: '{name}'  Key being added: '{name}'"
                );
                let error = fault::bad_operand("System.ArgumentException", message);
                return Err(self.fault(error, key.span));
            }
            evaluated.push((name, self.value_of(value).await?));
        }
        Ok(Value::Hashtable(evaluated))
    }

    /// A type as a value: its full name, which `-is` and `-as` take.
    fn type_value(&self, name: &str, span: Span) -> Result<Value, Interrupt> {
        let known = Type::named(name);
        let known = known.ok_or_else(|| self.fault(fault::type_not_found(name), span))?;
        Ok(Value::opaque(members::RUNTIME_TYPE, known.full_name()))
    }

    async fn cast(
        &mut self,
        type_name: &str,
        type_span: Span,
        operand: &Expression,
        span: Span,
    ) -> Result<Value, Interrupt> {
        let Some(target) = Type::named(type_name) else {
            return Err(self.fault(fault::type_not_found(type_name), type_span));
        };
        let value = self.evaluate(operand).await?;
        let converted = convert::convert(&value, target, self.culture);
        converted.map_err(|error| self.fault(conversion_failed(&error), span))
    }

    async fn unary(
        &mut self,
        operator: UnaryOperator,
        operand: &Expression,
        span: Span,
    ) -> Result<Value, Interrupt> {
        let value = self.evaluate(operand).await?;
        let zero = Value::I32(0);
        let result = match operator {
            UnaryOperator::Not => Ok(Value::Bool(!value.is_true())),
            UnaryOperator::Comma => Ok(Value::List(vec![value])),
            UnaryOperator::Join => Ok(text_operators::join(&value, &Value::Null, self.culture)),
            UnaryOperator::Split => Ok(text_operators::split_at_blanks(&value, self.culture)),
            UnaryOperator::Minus => {
                operators::arithmetic(BinaryOperator::Subtract, &zero, &value, self.culture)
            }
            UnaryOperator::Plus => {
                operators::arithmetic(BinaryOperator::Add, &zero, &value, self.culture)
            }
        };
        result.map_err(|error| self.fault(error, span))
    }

    async fn operation(
        &mut self,
        first: &Expression,
        rest: &[(BinaryOperator, Expression)],
    ) -> Result<Value, Interrupt> {
        let mut left = self.evaluate(first).await?;
        for (operator, right) in rest {
            // `-and` and `-or` look at the right side only when it matters.
            let decided = match operator {
                BinaryOperator::And => (!left.is_true()).then_some(false),
                BinaryOperator::Or => left.is_true().then_some(true),
                _ => None,
            };
            if let Some(decided) = decided {
                left = Value::Bool(decided);
                continue;
            }
            let value = self.evaluate(right).await?;
            let span = first.span.to(right.span);
            let result = self.apply(*operator, &left, &value);
            left = result.map_err(|error| self.fault(error, span))?;
        }
        Ok(left)
    }

    /// `$x++`: the value before.
    fn increment(&mut self, target: &Expression, by: i32) -> Result<Value, Interrupt> {
        let ExpressionKind::Variable(name) = &target.kind else { return Ok(Value::Null) };
        let before = self.variable(name);
        let added =
            operators::arithmetic(BinaryOperator::Add, &before, &Value::I32(by), self.culture);
        let after = added.map_err(|error| self.fault(error, target.span))?;
        self.set_variable(name, after);
        Ok(before)
    }

    async fn access(&mut self, object: &Expression, steps: &[Step]) -> Result<Value, Interrupt> {
        let mut steps = steps.iter();
        let mut value = match &object.kind {
            ExpressionKind::Type(name) => match steps.next() {
                Some(step) => self.static_access(name, object.span, step).await?,
                None => self.type_value(name, object.span)?,
            },
            _ => self.evaluate(object).await?,
        };
        for step in steps {
            let span = object.span.to(step.span);
            value = match &step.kind {
                StepKind::Member(name) => {
                    let name = self.name_of(name).await?;
                    members::property(&value, &name, self.culture)
                }
                StepKind::Index(index) => {
                    let index = self.evaluate(index).await?;
                    operators::indexed(&value, &index).map_err(|error| self.fault(error, span))?
                }
                StepKind::Call(name, arguments) => {
                    let name = self.name_of(name).await?;
                    let arguments = self.arguments(arguments).await?;
                    let result = methods::call(&value, &name, &arguments, self.culture);
                    result.map_err(|error| self.fault(error, span))?
                }
            };
        }
        Ok(value)
    }

    async fn static_access(
        &mut self,
        type_name: &str,
        type_span: Span,
        step: &Step,
    ) -> Result<Value, Interrupt> {
        let (name, arguments) = match &step.kind {
            StepKind::Member(name) => (name, None),
            StepKind::Call(name, arguments) => (name, Some(self.arguments(arguments).await?)),
            StepKind::Index(_) => return Err(self.fault(fault::index_of_null(), step.span)),
        };
        let member = self.name_of(name).await?;
        let own = statics::access(self, type_name, &member, arguments.as_deref());
        let result = own
            .or_else(|| self.host().static_member(type_name, &member, arguments.as_deref()))
            .ok_or_else(|| self.fault(fault::type_not_found(type_name), type_span))?;
        result.map_err(|error| self.fault(error, type_span.to(step.span)))
    }

    async fn name_of(&mut self, name: &Expression) -> Result<String, Interrupt> {
        let value = self.evaluate(name).await?;
        Ok(value_text::text(&value, self.culture))
    }

    async fn arguments(&mut self, arguments: &[Expression]) -> Result<Vec<Value>, Interrupt> {
        let mut values = Vec::new();
        for argument in arguments {
            values.push(self.evaluate(argument).await?);
        }
        Ok(values)
    }

    /// A script block becomes a value by its text; the block itself is kept for error positions.
    fn remember(&mut self, block: &Rc<ScriptBlock>) -> Value {
        self.keep_block(block);
        value_text::script_block(block.text.as_str())
    }
}
