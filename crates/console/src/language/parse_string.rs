//! Expandable text: double-quoted strings, here-strings and bare words share one reader.

use super::ast::{Expression, ExpressionKind, Part};
use super::lexer::{ends_word, is_double_quote, is_single_quote};
use super::parse::Parser;
use super::parse_error::{ParseError, fault};
use super::source::Span;
use super::token::{Mode, TokenKind};

/// Where expandable text ends.
#[derive(Clone, Copy, Debug)]
pub(super) enum Stop {
    /// At a double quote that is not doubled.
    Quote {
        /// The opening quote.
        open: Span,
    },
    /// At an offset: the end of a here-string.
    At(usize),
    /// Where a bare word ends.
    EndOfWord,
}

impl Parser<'_> {
    /// Text and variables from here to where they end; stands after the end.
    pub(super) fn parts(&mut self, stop: Stop) -> Result<Vec<Part>, ParseError> {
        let mut parts = Vec::new();
        let mut text = String::new();
        while let Some(c) = self.character_before(stop)? {
            let end = self.at + c.len_utf8();
            match c {
                '`' => self.escape(end, &mut text),
                '$' => {
                    if let Some(value) = self.expansion(stop)? {
                        parts.push(Part::Text(std::mem::take(&mut text)));
                        parts.push(Part::Value(value));
                    } else {
                        text.push('$');
                        self.at = end;
                    }
                }
                c if is_double_quote(c) && matches!(stop, Stop::Quote { .. }) => {
                    text.push(c);
                    self.at = end + self.lexer.character(end).map_or(0, char::len_utf8);
                }
                c if matches!(stop, Stop::EndOfWord)
                    && (is_single_quote(c) || is_double_quote(c)) =>
                {
                    parts.push(Part::Text(std::mem::take(&mut text)));
                    self.quoted_inside_word(&mut parts)?;
                }
                c => {
                    text.push(c);
                    self.at = end;
                }
            }
        }
        parts.push(Part::Text(text));
        self.ended = self.at;
        Ok(parts)
    }

    /// The next character of the text; none at its end, past which it moves.
    fn character_before(&mut self, stop: Stop) -> Result<Option<char>, ParseError> {
        let next = self.lexer.character(self.at);
        let ended = match (stop, next) {
            (Stop::At(end), _) => self.at >= end,
            (Stop::EndOfWord, next) => next.is_none_or(|c| ends_word(c) || self.continues_line()),
            (Stop::Quote { open }, None) => {
                let span = Span { start: open.start, end: self.at };
                let mut error = fault::missing_terminator("\"", span);
                error.incomplete = true;
                return Err(error);
            }
            (Stop::Quote { .. }, Some(c)) if is_double_quote(c) => {
                let after = self.at + c.len_utf8();
                let closes = !self.lexer.character(after).is_some_and(is_double_quote);
                if closes {
                    self.at = after;
                }
                closes
            }
            (Stop::Quote { .. }, Some(_)) => false,
        };
        Ok(if ended { None } else { next })
    }

    fn continues_line(&self) -> bool {
        let rest = self.lexer.rest(self.at);
        rest.strip_prefix('`').is_some_and(|rest| rest.starts_with(['\n', '\r']))
    }

    /// A backtick and the character after it.
    fn escape(&mut self, after: usize, text: &mut String) {
        let Some(c) = self.lexer.character(after) else {
            self.at = after;
            return;
        };
        text.push(match c {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            '0' => '\0',
            'a' => '\u{7}',
            'b' => '\u{8}',
            'f' => '\u{c}',
            'v' => '\u{b}',
            other => other,
        });
        self.at = after + c.len_utf8();
    }

    /// The value at a `$`; none when the `$` stands for itself.
    fn expansion(&mut self, stop: Stop) -> Result<Option<Expression>, ParseError> {
        let token = self.lexer.token(self.at, Mode::Expression);
        let kind = match &token.kind {
            TokenKind::DollarParenthesis => {
                self.take(&token);
                ExpressionKind::SubExpression(self.sub_expression()?)
            }
            TokenKind::Variable(name) => {
                self.take(&token);
                self.refuse_open_drive(&token.span, stop)?;
                ExpressionKind::Variable(name.clone())
            }
            TokenKind::Unterminated(terminator) => {
                return Err(fault::missing_terminator(terminator, token.span).incomplete_at(&token));
            }
            _ => return Ok(None),
        };
        let span = Span { start: token.span.start, end: self.at };
        Ok(Some(Expression { kind, span }))
    }

    /// `"$name: text"` is an error in PowerShell: the colon would name a drive.
    fn refuse_open_drive(&self, span: &Span, stop: Stop) -> Result<(), ParseError> {
        let rest = self.lexer.rest(self.at);
        let braced = self.slice(*span).ends_with('}');
        if rest.starts_with(':')
            && !rest.starts_with("::")
            && !braced
            && !matches!(stop, Stop::EndOfWord)
        {
            return Err(fault::variable_with_drive(Span { start: span.start, end: self.at + 1 }));
        }
        Ok(())
    }

    fn quoted_inside_word(&mut self, parts: &mut Vec<Part>) -> Result<(), ParseError> {
        let token = self.lexer.token(self.at, Mode::Command);
        self.take(&token);
        match token.kind {
            TokenKind::Text(text) => parts.push(Part::Text(text)),
            TokenKind::Quote => {
                let mut inner =
                    self.deeper(|parser| parser.parts(Stop::Quote { open: token.span }))?;
                parts.append(&mut inner);
            }
            _ => return Err(self.unexpected(&token)),
        }
        Ok(())
    }
}

/// Text when there is nothing to expand.
pub(super) fn joined(parts: Vec<Part>) -> ExpressionKind {
    let plain = parts.iter().all(|part| matches!(part, Part::Text(_)));
    if !plain {
        return ExpressionKind::Expandable(parts);
    }
    let texts = parts.into_iter().map(|part| match part {
        Part::Text(text) => text,
        Part::Value(_) => String::new(),
    });
    ExpressionKind::Text(texts.collect())
}
