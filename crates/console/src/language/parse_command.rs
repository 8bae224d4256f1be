//! Commands: the name, parameters, arguments, bare words, redirections.

use super::ast::{
    Argument, Command, Element, ElementKind, Expression, ExpressionKind, Redirection,
};
use super::lexer::{ends_word, is_dash};
use super::parse::Parser;
use super::parse_error::{ParseError, fault};
use super::parse_string::Stop;
use super::source::Span;
use super::token::{Mode, Token, TokenKind};

impl Parser<'_> {
    /// Whether a statement that starts with this token, read in command mode, is an expression.
    pub(super) fn starts_expression(&self, token: &Token) -> bool {
        match &token.kind {
            TokenKind::Text(_)
            | TokenKind::Quote
            | TokenKind::HereQuote
            | TokenKind::Variable(_)
            | TokenKind::Splat(_)
            | TokenKind::OpenParenthesis
            | TokenKind::DollarParenthesis
            | TokenKind::AtParenthesis
            | TokenKind::AtBrace
            | TokenKind::OpenBrace
            | TokenKind::Comma
            | TokenKind::Parameter { .. }
            | TokenKind::Unterminated(_)
            | TokenKind::Number(_) => true,
            TokenKind::Bare => self.bare_starts_expression(token.span),
            _ => false,
        }
    }

    fn bare_starts_expression(&self, span: Span) -> bool {
        let mut characters = self.slice(span).chars();
        match characters.next() {
            Some('[' | '!' | '+') => true,
            Some(dash) if is_dash(dash) => true,
            Some(digit) if digit.is_ascii_digit() => {
                let number = self.lexer.token(span.start, Mode::Expression);
                let after = self.lexer.character(number.span.end);
                !after.is_some_and(|c| c.is_alphanumeric() || c == '_')
            }
            _ => false,
        }
    }

    /// A command as a stage of a pipeline.
    pub(super) fn command_element(&mut self) -> Result<Element, ParseError> {
        let name = self.command_name()?;
        let start = name.span.start;
        let mut arguments = Vec::new();
        let mut redirections = Vec::new();
        loop {
            let token = self.peek(Mode::Command);
            match &token.kind {
                TokenKind::Redirect(_) => redirections.append(&mut self.redirections()?),
                TokenKind::Parameter { name, colon } => {
                    let name = name.clone();
                    arguments.push(self.parameter(&token, name, *colon)?);
                }
                TokenKind::Splat(name) => {
                    arguments.push(Argument::Splat { name: name.clone(), span: token.span });
                    self.take(&token);
                }
                kind if starts_argument(kind) => {
                    arguments.push(Argument::Value(self.argument_list()?));
                }
                TokenKind::Unterminated(_) => return Err(self.unexpected(&token)),
                _ => break,
            }
        }
        let span = Span { start, end: self.ended };
        let kind = ElementKind::Command(Command { name, arguments, span });
        Ok(Element { kind, redirections, span })
    }

    fn command_name(&mut self) -> Result<Expression, ParseError> {
        let token = self.peek(Mode::Command);
        match token.kind {
            TokenKind::Ampersand => {
                self.take(&token);
                let target = self.peek(Mode::Command);
                if !starts_argument(&target.kind) {
                    return Err(fault::missing_call_target("&", token.span).incomplete_at(&target));
                }
                let mut name = self.argument()?;
                name.span = token.span.to(name.span);
                Ok(name)
            }
            TokenKind::Bare if self.slice(token.span) == "." => {
                Err(fault::unsupported_keyword(".", token.span))
            }
            TokenKind::Bare => self.bare_word(token.span.start),
            _ => Err(self.unexpected(&token)),
        }
    }

    fn parameter(
        &mut self,
        token: &Token,
        name: String,
        colon: bool,
    ) -> Result<Argument, ParseError> {
        self.take(token);
        let end = if colon { token.span.end - 1 } else { token.span.end };
        let span = Span { start: token.span.start, end };
        let value = if colon {
            let next = self.peek(Mode::Command);
            if !starts_argument(&next.kind) {
                let message = format!("Parameter -{name} requires an argument.");
                return Err(ParseError::new("ParameterRequiresArgument", message, span)
                    .incomplete_at(&next));
            }
            Some(self.argument_list()?)
        } else {
            None
        };
        Ok(Argument::Parameter { name, span, value })
    }

    /// One argument, or several joined by commas.
    fn argument_list(&mut self) -> Result<Expression, ParseError> {
        let first = self.argument()?;
        let mut items = vec![first];
        while self.take_if(&TokenKind::Comma) {
            self.skip_new_lines();
            let next = self.peek(Mode::Command);
            if !starts_argument(&next.kind) {
                return Err(fault::missing_expression_after(",", self.after()).incomplete_at(&next));
            }
            items.push(self.argument()?);
        }
        let span = Span { start: items.first().map_or(0, |item| item.span.start), end: self.ended };
        match <[Expression; 1]>::try_from(items) {
            Ok([single]) => Ok(single),
            Err(items) => Ok(Expression { kind: ExpressionKind::Array(items), span }),
        }
    }

    fn argument(&mut self) -> Result<Expression, ParseError> {
        let token = self.peek(Mode::Command);
        match token.kind {
            TokenKind::Variable(_) => {
                let value = self.deeper(Self::primary_in_command)?;
                let goes_on = self.lexer.character(self.at).is_some_and(|c| !ends_word(c));
                if goes_on && matches!(value.kind, ExpressionKind::Variable(_)) {
                    self.bare_word(token.span.start)
                } else {
                    Ok(value)
                }
            }
            TokenKind::Bare => self.bare_word(token.span.start),
            _ => self.deeper(Self::primary_in_command),
        }
    }

    /// A bare word, with the variables, quotes and escapes in it.
    fn bare_word(&mut self, start: usize) -> Result<Expression, ParseError> {
        self.at = start;
        let parts = self.parts(Stop::EndOfWord)?;
        let span = Span { start, end: self.ended };
        Ok(Expression { kind: super::parse_string::joined(parts), span })
    }

    /// The redirections that follow.
    pub(super) fn redirections(&mut self) -> Result<Vec<Redirection>, ParseError> {
        let mut redirections = Vec::new();
        loop {
            let token = self.peek(Mode::Command);
            let TokenKind::Redirect(redirect) = token.kind else { return Ok(redirections) };
            self.take(&token);
            let target = if redirect.merge {
                None
            } else {
                let next = self.peek(Mode::Command);
                if !starts_argument(&next.kind) {
                    return Err(fault::missing_redirection_target(token.span).incomplete_at(&next));
                }
                Some(self.argument()?)
            };
            redirections.push(Redirection { redirect, target });
        }
    }
}

/// Whether a value starts at a token read in command mode.
fn starts_argument(kind: &TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Text(_)
            | TokenKind::Quote
            | TokenKind::HereQuote
            | TokenKind::Variable(_)
            | TokenKind::Number(_)
            | TokenKind::Bare
            | TokenKind::OpenParenthesis
            | TokenKind::DollarParenthesis
            | TokenKind::AtParenthesis
            | TokenKind::AtBrace
            | TokenKind::OpenBrace
    )
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::*;
    use crate::language::ast::Statement;
    use crate::language::parse::parse;
    use crate::language::source::Source;

    fn command(text: &str) -> Command {
        let statements = parse(&Rc::new(Source::typed(text))).unwrap();
        let Some(Statement::Pipeline(pipeline)) = statements.into_iter().next() else {
            panic!("no pipeline")
        };
        match pipeline.elements.into_iter().next().unwrap().kind {
            ElementKind::Command(command) => command,
            ElementKind::Expression(_) => panic!("an expression"),
        }
    }

    fn bare_words(text: &str) -> Vec<String> {
        let command = command(text);
        let mut words = Vec::new();
        for argument in command.arguments {
            match argument {
                Argument::Parameter { name, .. } => words.push(format!("-{name}")),
                Argument::Value(Expression { kind: ExpressionKind::Text(text), .. }) => {
                    words.push(text);
                }
                other => words.push(format!("{other:?}")),
            }
        }
        words
    }

    #[test]
    fn addresses_paths_and_switches_of_programs_are_bare_words() {
        assert_eq!(
            bare_words(r"x admin@contoso.example cmhybd01\6 /instancename:MSExchange ALLUSERS=1 *"),
            ["admin@contoso.example", r"cmhybd01\6", "/instancename:MSExchange", "ALLUSERS=1", "*"]
        );
    }

    #[test]
    fn a_parameter_ends_at_its_colon() {
        let command = command("x -Confirm:$false -Force");
        assert!(matches!(
            &command.arguments[..],
            [Argument::Parameter { value: Some(_), .. }, Argument::Parameter { value: None, .. }]
        ));
    }

    #[test]
    fn commas_join_arguments_also_over_blanks_and_lines() {
        let command = command("Select Name , Status,\n MessageCount");
        let Argument::Value(Expression { kind: ExpressionKind::Array(items), .. }) =
            &command.arguments[0]
        else {
            panic!("no array")
        };
        assert_eq!(items.len(), 3);
        assert_eq!(command.arguments.len(), 1);
    }

    #[test]
    fn a_variable_with_more_behind_it_is_a_bare_word_to_expand() {
        let command = command(r"x $root\a.log $file.FullName");
        let kinds: Vec<_> = command
            .arguments
            .iter()
            .map(|argument| match argument {
                Argument::Value(value) => &value.kind,
                _ => panic!("no value"),
            })
            .collect();
        assert!(matches!(kinds[0], ExpressionKind::Expandable(_)));
        assert!(matches!(kinds[1], ExpressionKind::Access { .. }));
    }
}
