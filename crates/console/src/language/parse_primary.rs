//! Values by themselves, and what is reached for in them: `.Name`, `.Name(…)`, `[index]`.

use std::rc::Rc;

use exchange::value::Value;

use super::ast::{Expression, ExpressionKind, ScriptBlock, Statement, Step, StepKind};
use super::lexer::{is_double_quote, is_single_quote};
use super::parse::Parser;
use super::parse_error::{ParseError, fault};
use super::parse_string::{Stop, joined};
use super::source::Span;
use super::token::{Mode, Number, Token, TokenKind};

impl Parser<'_> {
    /// A value among the arguments of a command.
    pub(super) fn primary_in_command(&mut self) -> Result<Expression, ParseError> {
        self.primary(Mode::Command)
    }

    /// A value and what is reached for in it.
    pub(super) fn primary(&mut self, mode: Mode) -> Result<Expression, ParseError> {
        let token = self.peek(mode);
        self.take(&token);
        let kind = match &token.kind {
            TokenKind::Number(number) => {
                let span = token.span;
                return Ok(Expression {
                    kind: ExpressionKind::Number(number_value(*number)),
                    span,
                });
            }
            TokenKind::Text(text) => ExpressionKind::Text(text.clone()),
            TokenKind::Quote => joined(self.quoted(token.span)?),
            TokenKind::HereQuote => joined(self.here_quoted(token.span)?),
            TokenKind::Variable(name) => ExpressionKind::Variable(name.clone()),
            TokenKind::OpenParenthesis => self.parenthesis()?,
            TokenKind::DollarParenthesis => ExpressionKind::SubExpression(self.sub_expression()?),
            TokenKind::AtParenthesis => ExpressionKind::ArrayOf(self.sub_expression()?),
            TokenKind::AtBrace => self.hash_table(token.span)?,
            TokenKind::OpenBrace => self.script_block(token.span)?,
            TokenKind::Splat(name) => return Err(fault::splat_in_expression(name, token.span)),
            _ => return Err(self.unexpected(&token)),
        };
        let span = Span { start: token.span.start, end: self.ended };
        self.accesses(Expression { kind, span })
    }

    /// The error for a token that has no business where it stands.
    pub(super) fn unexpected(&self, token: &Token) -> ParseError {
        let error = match token.kind {
            TokenKind::Unterminated(terminator) => {
                fault::missing_terminator(terminator, token.span)
            }
            TokenKind::Unknown if self.is_here_string_header(token.span) => {
                fault::here_string_header(token.span)
            }
            _ => fault::unexpected(self.slice(token.span), token.span),
        };
        error.incomplete_at(token)
    }

    fn is_here_string_header(&self, span: Span) -> bool {
        let mut characters = self.slice(span).chars();
        characters.next() == Some('@')
            && characters.next().is_some_and(|c| is_single_quote(c) || is_double_quote(c))
    }

    /// Reads on from the quote that opens an expandable string.
    fn quoted(&mut self, open: Span) -> Result<Vec<super::ast::Part>, ParseError> {
        self.at = open.end;
        self.parts(Stop::Quote { open })
    }

    fn here_quoted(&mut self, open: Span) -> Result<Vec<super::ast::Part>, ParseError> {
        let Some((end, after)) = self.lexer.here_string_end(open.end, is_double_quote) else {
            let rest = Span { start: open.start, end: self.source.text.len() };
            let mut error = fault::missing_terminator("\"@", rest);
            error.incomplete = true;
            return Err(error);
        };
        self.at = open.end;
        let parts = self.parts(Stop::At(end.max(open.end)))?;
        self.move_to(after);
        Ok(parts)
    }

    fn parenthesis(&mut self) -> Result<ExpressionKind, ParseError> {
        let commas = std::mem::replace(&mut self.commas_make_arrays, true);
        self.skip_new_lines();
        let first = self.peek(Mode::Command);
        if matches!(first.kind, TokenKind::CloseParenthesis | TokenKind::End) {
            return Err(fault::expected_expression(self.after()).incomplete_at(&first));
        }
        let statement = self.statement()?;
        self.skip_new_lines();
        let close = self.peek(Mode::Expression);
        if close.kind != TokenKind::CloseParenthesis {
            return Err(fault::missing_parenthesis(self.after()).incomplete_at(&close));
        }
        self.take(&close);
        self.commas_make_arrays = commas;
        Ok(ExpressionKind::Parenthesis(Box::new(statement)))
    }

    /// The statements of `$(…)` or `@(…)`, whose opening was taken.
    pub(super) fn sub_expression(&mut self) -> Result<Vec<Statement>, ParseError> {
        let statements = self.statements(&TokenKind::CloseParenthesis)?;
        let close = self.peek(Mode::Expression);
        if close.kind != TokenKind::CloseParenthesis {
            return Err(fault::missing_sub_expression_end(self.after()).incomplete_at(&close));
        }
        self.take(&close);
        Ok(statements)
    }

    fn script_block(&mut self, open: Span) -> Result<ExpressionKind, ParseError> {
        let statements = self.block_after(open)?;
        let text = Span { start: open.end, end: self.ended.saturating_sub(1) };
        Ok(ExpressionKind::ScriptBlock(Rc::new(ScriptBlock {
            source: Rc::clone(self.source),
            text: self.slice(text).to_owned(),
            statements,
        })))
    }

    fn hash_table(&mut self, open: Span) -> Result<ExpressionKind, ParseError> {
        let commas = std::mem::replace(&mut self.commas_make_arrays, true);
        let mut entries = Vec::new();
        loop {
            while self.take_if(&TokenKind::NewLine) || self.take_if(&TokenKind::Semicolon) {}
            let token = self.peek(Mode::Expression);
            match token.kind {
                TokenKind::CloseBrace => {
                    self.take(&token);
                    self.commas_make_arrays = commas;
                    return Ok(ExpressionKind::Hashtable(entries));
                }
                TokenKind::End => return Err(fault::missing_brace(open).incomplete_at(&token)),
                _ => entries.push(self.hash_entry(&token)?),
            }
            let next = self.peek(Mode::Expression);
            let parted = matches!(
                next.kind,
                TokenKind::NewLine | TokenKind::Semicolon | TokenKind::CloseBrace | TokenKind::End
            );
            if !parted {
                return Err(fault::incomplete_hash(next.span));
            }
        }
    }

    fn hash_entry(&mut self, token: &Token) -> Result<(Expression, Statement), ParseError> {
        let key = match &token.kind {
            TokenKind::Name(name) => {
                self.take(token);
                Expression { kind: ExpressionKind::Text(name.clone()), span: token.span }
            }
            _ => self.deeper(|parser| parser.primary(Mode::Expression))?,
        };
        let equals = self.peek(Mode::Expression);
        if equals.kind != TokenKind::Assign("=") {
            return Err(fault::missing_hash_equals(self.after()).incomplete_at(&equals));
        }
        self.take(&equals);
        self.skip_new_lines();
        let value = self.peek(Mode::Command);
        if matches!(value.kind, TokenKind::End | TokenKind::CloseBrace | TokenKind::Semicolon) {
            return Err(fault::missing_hash_value(self.after()).incomplete_at(&value));
        }
        Ok((key, self.statement()?))
    }

    /// `.Name`, `(…)`, `[index]`, `::Name`, `++` right behind a value.
    pub(super) fn accesses(&mut self, object: Expression) -> Result<Expression, ParseError> {
        let mut steps = Vec::new();
        loop {
            let token = self.peek(Mode::Expression);
            if token.after_blank {
                break;
            }
            let kind = match token.kind {
                TokenKind::Dot | TokenKind::DoubleColon => {
                    self.take(&token);
                    self.member()?
                }
                TokenKind::OpenBracket => {
                    self.take(&token);
                    StepKind::Index(self.index()?)
                }
                TokenKind::Symbol(sign @ ("++" | "--")) if steps.is_empty() => {
                    if !matches!(object.kind, ExpressionKind::Variable(_)) {
                        break;
                    }
                    self.take(&token);
                    let span = object.span.to(token.span);
                    let by = if sign == "++" { 1 } else { -1 };
                    let kind = ExpressionKind::Increment { target: Box::new(object), by };
                    return Ok(Expression { kind, span });
                }
                _ => break,
            };
            let span = Span { start: token.span.start, end: self.ended };
            steps.push(Step { kind, span });
        }
        let Some(last) = steps.last() else { return Ok(object) };
        let span = object.span.to(last.span);
        Ok(Expression { kind: ExpressionKind::Access { object: Box::new(object), steps }, span })
    }

    fn member(&mut self) -> Result<StepKind, ParseError> {
        let token = self.peek(Mode::Expression);
        let name = match &token.kind {
            _ if token.after_blank => {
                return Err(fault::missing_property_name(self.after()).incomplete_at(&token));
            }
            TokenKind::Name(name) | TokenKind::Text(name) => {
                self.take(&token);
                Expression { kind: ExpressionKind::Text(name.clone()), span: token.span }
            }
            TokenKind::Variable(name) => {
                self.take(&token);
                Expression { kind: ExpressionKind::Variable(name.clone()), span: token.span }
            }
            TokenKind::Quote => {
                self.take(&token);
                let kind = joined(self.quoted(token.span)?);
                Expression { kind, span: Span { start: token.span.start, end: self.ended } }
            }
            TokenKind::OpenParenthesis => {
                self.take(&token);
                let kind = self.deeper(Self::parenthesis)?;
                Expression { kind, span: Span { start: token.span.start, end: self.ended } }
            }
            _ => return Err(fault::missing_property_name(self.after()).incomplete_at(&token)),
        };
        let open = self.peek(Mode::Expression);
        if open.kind != TokenKind::OpenParenthesis || open.after_blank {
            return Ok(StepKind::Member(name));
        }
        self.take(&open);
        Ok(StepKind::Call(name, self.call_arguments()?))
    }

    fn call_arguments(&mut self) -> Result<Vec<Expression>, ParseError> {
        let commas = std::mem::replace(&mut self.commas_make_arrays, false);
        let mut arguments = Vec::new();
        self.skip_new_lines();
        if !self.take_if(&TokenKind::CloseParenthesis) {
            loop {
                self.skip_new_lines();
                let next = self.peek(Mode::Expression);
                if next.kind == TokenKind::End {
                    return Err(fault::missing_call_end(self.after()).incomplete_at(&next));
                }
                arguments.push(self.deeper(Self::expression)?);
                self.skip_new_lines();
                if self.take_if(&TokenKind::Comma) {
                    continue;
                }
                let close = self.peek(Mode::Expression);
                if close.kind != TokenKind::CloseParenthesis {
                    return Err(fault::missing_call_end(self.after()).incomplete_at(&close));
                }
                self.take(&close);
                break;
            }
        }
        self.commas_make_arrays = commas;
        Ok(arguments)
    }

    fn index(&mut self) -> Result<Expression, ParseError> {
        let commas = std::mem::replace(&mut self.commas_make_arrays, true);
        self.skip_new_lines();
        let first = self.peek(Mode::Expression);
        if matches!(first.kind, TokenKind::CloseBracket | TokenKind::End) {
            return Err(fault::missing_index(self.after()).incomplete_at(&first));
        }
        let index = self.deeper(Self::expression)?;
        self.skip_new_lines();
        let close = self.peek(Mode::Expression);
        if close.kind != TokenKind::CloseBracket {
            return Err(fault::missing_bracket(self.after()).incomplete_at(&close));
        }
        self.take(&close);
        self.commas_make_arrays = commas;
        Ok(index)
    }
}

/// A number literal is 32 bits wide when it fits.
fn number_value(number: Number) -> Value {
    match number {
        Number::Integer(value) => i32::try_from(value).map_or(Value::I64(value), Value::I32),
        Number::Long(value) => Value::I64(value),
        Number::Double(value) => Value::F64(value),
    }
}
