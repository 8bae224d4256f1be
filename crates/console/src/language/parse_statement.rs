//! Statements: pipelines, assignments, `if`, loops, `return` and `exit`.

use super::ast::{
    Assignment, BinaryOperator, Element, ElementKind, Expression, ExpressionKind, Loop, Pipeline,
    Statement, StepKind,
};
use super::parse::Parser;
use super::parse_error::{ParseError, fault};
use super::token::{Mode, Token, TokenKind};

/// Words that open statements which this shell does not have.
const UNSUPPORTED: &[&str] = &[
    "class",
    "configuration",
    "data",
    "do",
    "enum",
    "filter",
    "function",
    "param",
    "switch",
    "throw",
    "trap",
    "try",
    "using",
    "workflow",
];

impl Parser<'_> {
    /// One statement.
    pub(super) fn statement(&mut self) -> Result<Statement, ParseError> {
        self.deeper(Self::statement_here)
    }

    fn statement_here(&mut self) -> Result<Statement, ParseError> {
        let token = self.peek(Mode::Command);
        if token.kind == TokenKind::Bare {
            let word = self.slice(token.span).to_ascii_lowercase();
            if UNSUPPORTED.contains(&word.as_str()) {
                return Err(fault::unsupported_keyword(&word, token.span));
            }
            if let Some(statement) = self.keyword_statement(&word, &token)? {
                return Ok(statement);
            }
        }
        if !self.starts_expression(&token) {
            return self.pipeline(None).map(Statement::Pipeline);
        }
        let expression = self.expression()?;
        let next = self.peek(Mode::Expression);
        let TokenKind::Assign(operator) = next.kind else {
            return self.pipeline(Some(expression)).map(Statement::Pipeline);
        };
        if !is_assignable(&expression) {
            return Err(fault::invalid_assignment(expression.span));
        }
        self.take(&next);
        self.skip_new_lines();
        let value_start = self.peek(Mode::Command);
        if value_start.kind == TokenKind::End {
            return Err(fault::missing_operand(operator, self.after()).incomplete_at(&value_start));
        }
        let value = self.statement()?;
        let operator = arithmetic(operator);
        Ok(Statement::Assign(Box::new(Assignment { target: expression, operator, value })))
    }

    fn keyword_statement(
        &mut self,
        word: &str,
        token: &Token,
    ) -> Result<Option<Statement>, ParseError> {
        let statement = match word {
            "if" => self.if_statement(token)?,
            "foreach" => self.foreach_statement(token)?,
            "while" => self.while_statement(token)?,
            "for" => self.for_statement(token)?,
            "return" => {
                self.take(token);
                Statement::Return(self.optional_statement()?)
            }
            "exit" => {
                self.take(token);
                Statement::Exit(self.optional_statement()?)
            }
            "break" => {
                self.take(token);
                Statement::Break
            }
            "continue" => {
                self.take(token);
                Statement::Continue
            }
            _ => return Ok(None),
        };
        Ok(Some(statement))
    }

    fn optional_statement(&mut self) -> Result<Option<Box<Statement>>, ParseError> {
        if ends_statement(&self.peek(Mode::Command)) {
            return Ok(None);
        }
        Ok(Some(Box::new(self.statement()?)))
    }

    fn if_statement(&mut self, keyword: &Token) -> Result<Statement, ParseError> {
        let mut clauses = Vec::new();
        self.take(keyword);
        let condition = self.condition("if")?;
        clauses.push((condition, self.block(|span| fault::missing_block("if", span))?));
        loop {
            let before = (self.at, self.ended);
            self.skip_new_lines();
            let token = self.peek(Mode::Command);
            let word = self.slice(token.span).to_ascii_lowercase();
            match (&token.kind, word.as_str()) {
                (TokenKind::Bare, "elseif") => {
                    self.take(&token);
                    let condition = self.condition("elseif")?;
                    let body = self.block(|span| fault::missing_block("elseif", span))?;
                    clauses.push((condition, body));
                }
                (TokenKind::Bare, "else") => {
                    self.take(&token);
                    let otherwise = self.block(|span| fault::missing_block("else", span))?;
                    return Ok(Statement::If { clauses, otherwise });
                }
                _ => {
                    (self.at, self.ended) = before;
                    return Ok(Statement::If { clauses, otherwise: Vec::new() });
                }
            }
        }
    }

    /// `( pipeline )` after a keyword.
    fn condition(&mut self, keyword: &'static str) -> Result<Statement, ParseError> {
        self.open_after(keyword)?;
        let condition = self.condition_inside(keyword)?;
        self.close_after(keyword)?;
        Ok(condition)
    }

    fn condition_inside(&mut self, keyword: &'static str) -> Result<Statement, ParseError> {
        self.skip_new_lines();
        let token = self.peek(Mode::Command);
        if matches!(token.kind, TokenKind::CloseParenthesis | TokenKind::End) {
            return Err(fault::missing_condition(keyword, self.after()).incomplete_at(&token));
        }
        self.statement()
    }

    fn open_after(&mut self, keyword: &'static str) -> Result<(), ParseError> {
        self.skip_new_lines();
        let open = self.peek(Mode::Expression);
        if open.kind != TokenKind::OpenParenthesis {
            return Err(fault::missing_open(keyword, self.after()).incomplete_at(&open));
        }
        self.take(&open);
        Ok(())
    }

    fn close_after(&mut self, keyword: &'static str) -> Result<(), ParseError> {
        self.skip_new_lines();
        let close = self.peek(Mode::Expression);
        if close.kind != TokenKind::CloseParenthesis {
            return Err(fault::missing_close(keyword, self.after()).incomplete_at(&close));
        }
        self.take(&close);
        Ok(())
    }

    fn foreach_statement(&mut self, keyword: &Token) -> Result<Statement, ParseError> {
        self.take(keyword);
        self.open_after("foreach")?;
        self.skip_new_lines();
        let name = self.peek(Mode::Expression);
        let TokenKind::Variable(variable) = name.kind.clone() else {
            return Err(fault::missing_foreach_variable(self.after()).incomplete_at(&name));
        };
        self.take(&name);
        self.skip_new_lines();
        let word = self.peek(Mode::Expression);
        if !matches!(&word.kind, TokenKind::Name(name) if name.eq_ignore_ascii_case("in")) {
            return Err(fault::missing_in(self.after()).incomplete_at(&word));
        }
        self.take(&word);
        let list = Box::new(self.condition_inside("foreach")?);
        self.close_after("foreach")?;
        let body = self.block(|span| fault::missing_block("foreach", span))?;
        Ok(Statement::ForEach { variable, list, body })
    }

    fn while_statement(&mut self, keyword: &Token) -> Result<Statement, ParseError> {
        self.take(keyword);
        let condition = Some(self.condition("while")?);
        let body = self.block(|span| fault::missing_block("while", span))?;
        Ok(Statement::Loop(Box::new(Loop { first: None, condition, step: None, body })))
    }

    fn for_statement(&mut self, keyword: &Token) -> Result<Statement, ParseError> {
        self.take(keyword);
        self.open_after("for")?;
        let first = self.for_part()?;
        self.take_if(&TokenKind::Semicolon);
        let condition = self.for_part()?;
        self.take_if(&TokenKind::Semicolon);
        let step = self.for_part()?;
        self.close_after("for")?;
        let body = self.block(|span| fault::missing_block("for", span))?;
        Ok(Statement::Loop(Box::new(Loop { first, condition, step, body })))
    }

    fn for_part(&mut self) -> Result<Option<Statement>, ParseError> {
        self.skip_new_lines();
        if ends_statement(&self.peek(Mode::Command)) {
            return Ok(None);
        }
        self.statement().map(Some)
    }

    /// A pipeline, of which the first element may have been read as an expression already.
    fn pipeline(&mut self, first: Option<Expression>) -> Result<Pipeline, ParseError> {
        let mut elements = Vec::new();
        match first {
            Some(expression) => {
                let span = expression.span;
                let redirections = self.redirections()?;
                elements.push(Element {
                    kind: ElementKind::Expression(expression),
                    redirections,
                    span,
                });
            }
            None => elements.push(self.command_element()?),
        }
        loop {
            let token = self.peek(Mode::Expression);
            if token.kind != TokenKind::Pipe {
                self.expect_end_of_pipeline(&token)?;
                break;
            }
            self.take(&token);
            self.skip_new_lines();
            let next = self.peek(Mode::Command);
            if ends_statement(&next) || next.kind == TokenKind::Pipe {
                return Err(fault::empty_pipe_element(self.after()).incomplete_at(&next));
            }
            if self.starts_expression(&next) {
                let expression = self.expression()?;
                return Err(fault::expression_in_pipeline(expression.span));
            }
            elements.push(self.command_element()?);
        }
        Ok(Pipeline { elements })
    }

    fn expect_end_of_pipeline(&self, token: &Token) -> Result<(), ParseError> {
        match token.kind {
            TokenKind::Unterminated(terminator) => {
                Err(fault::missing_terminator(terminator, token.span).incomplete_at(token))
            }
            _ if ends_statement(token) => Ok(()),
            _ => Err(self.unexpected(token)),
        }
    }
}

/// Whether nothing of a statement can start at this token.
fn ends_statement(token: &Token) -> bool {
    matches!(
        token.kind,
        TokenKind::End
            | TokenKind::NewLine
            | TokenKind::Semicolon
            | TokenKind::CloseParenthesis
            | TokenKind::CloseBrace
    )
}

fn is_assignable(expression: &Expression) -> bool {
    match &expression.kind {
        ExpressionKind::Variable(_) => true,
        ExpressionKind::Cast { operand, .. } => is_assignable(operand),
        ExpressionKind::Access { object, steps } => {
            matches!(object.kind, ExpressionKind::Variable(_))
                && !steps.iter().any(|step| matches!(step.kind, StepKind::Call(..)))
        }
        _ => false,
    }
}

fn arithmetic(operator: &str) -> Option<BinaryOperator> {
    match operator {
        "+=" => Some(BinaryOperator::Add),
        "-=" => Some(BinaryOperator::Subtract),
        "*=" => Some(BinaryOperator::Multiply),
        "/=" => Some(BinaryOperator::Divide),
        "%=" => Some(BinaryOperator::Remainder),
        _ => None,
    }
}
