//! The parser: what it shares with its parts in the other `parse_*.rs` files, and lists of statements.
//!
//! It reports the first fault only; Windows PowerShell reports several.

use std::rc::Rc;

use super::ast::Statement;
use super::lexer::Lexer;
use super::parse_error::{ParseError, fault};
use super::source::{Source, Span};
use super::token::{Mode, Token, TokenKind};

/// How deep statements and operands may stand inside each other.
const DEPTH_MAX: usize = 60;

/// Parses a text.
///
/// # Errors
/// The first fault; it says whether more text could mend it.
pub(crate) fn parse(source: &Rc<Source>) -> Result<Vec<Statement>, ParseError> {
    let mut parser = Parser {
        source,
        lexer: Lexer::new(&source.text),
        at: 0,
        ended: 0,
        depth: 0,
        commas_make_arrays: true,
    };
    parser.statements(&TokenKind::End)
}

/// A parser over one text.
pub(super) struct Parser<'a> {
    pub(super) source: &'a Rc<Source>,
    pub(super) lexer: Lexer<'a>,
    /// Offset of the next token, or of the blanks before it.
    pub(super) at: usize,
    /// Offset after the last token taken.
    pub(super) ended: usize,
    depth: usize,
    /// Whether `,` joins values; among the arguments of a method it parts them.
    pub(super) commas_make_arrays: bool,
}

impl<'a> Parser<'a> {
    /// The next token, read in a mode.
    pub(super) fn peek(&self, mode: Mode) -> Token {
        self.lexer.token(self.at, mode)
    }

    /// Moves past a token that was peeked at.
    pub(super) fn take(&mut self, token: &Token) {
        self.move_to(token.span.end);
    }

    /// Moves to an offset.
    pub(super) fn move_to(&mut self, at: usize) {
        self.at = at;
        self.ended = at;
    }

    /// Moves past the next token if it is of that kind.
    pub(super) fn take_if(&mut self, kind: &TokenKind) -> bool {
        let token = self.peek(Mode::Expression);
        let found = token.kind == *kind;
        if found {
            self.take(&token);
        }
        found
    }

    /// The text of a span.
    pub(super) fn slice(&self, span: Span) -> &'a str {
        self.source.slice(span)
    }

    /// The place right after the last token taken.
    pub(super) fn after(&self) -> Span {
        Span { start: self.ended, end: self.ended }
    }

    pub(super) fn skip_new_lines(&mut self) {
        while self.take_if(&TokenKind::NewLine) {}
    }

    fn skip_separators(&mut self) {
        while self.take_if(&TokenKind::NewLine) || self.take_if(&TokenKind::Semicolon) {}
    }

    /// Runs a part of the parser one level deeper.
    pub(super) fn deeper<T>(
        &mut self,
        part: impl FnOnce(&mut Self) -> Result<T, ParseError>,
    ) -> Result<T, ParseError> {
        if self.depth >= DEPTH_MAX {
            return Err(fault::too_complex(self.after()));
        }
        self.depth += 1;
        let result = part(self);
        self.depth -= 1;
        result
    }

    /// Statements up to, and not including, the closing token.
    pub(super) fn statements(&mut self, close: &TokenKind) -> Result<Vec<Statement>, ParseError> {
        let commas = std::mem::replace(&mut self.commas_make_arrays, true);
        let mut statements = Vec::new();
        loop {
            self.skip_separators();
            let token = self.peek(Mode::Command);
            if token.kind == *close || token.kind == TokenKind::End {
                break;
            }
            statements.push(self.statement()?);
        }
        self.commas_make_arrays = commas;
        Ok(statements)
    }

    /// `{ … }` as the body of a statement; `missing` makes the error when there is none.
    pub(super) fn block(
        &mut self,
        missing: impl FnOnce(Span) -> ParseError,
    ) -> Result<Vec<Statement>, ParseError> {
        self.skip_new_lines();
        let open = self.peek(Mode::Expression);
        if open.kind != TokenKind::OpenBrace {
            return Err(missing(self.after()).incomplete_at(&open));
        }
        self.take(&open);
        self.block_after(open.span)
    }

    /// The rest of a block whose brace was taken.
    pub(super) fn block_after(&mut self, open: Span) -> Result<Vec<Statement>, ParseError> {
        let statements = self.statements(&TokenKind::CloseBrace)?;
        let close = self.peek(Mode::Expression);
        if close.kind != TokenKind::CloseBrace {
            return Err(fault::missing_brace(open).incomplete_at(&close));
        }
        self.take(&close);
        Ok(statements)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parsed(text: &str) -> Result<Vec<Statement>, ParseError> {
        parse(&Rc::new(Source::typed(text)))
    }

    #[test]
    fn deep_nesting_is_refused_and_does_not_overflow() {
        for open in ["(", "@(", "$(", "{", "@{a=", "!", "-", "[int]", "\"$(", "if(", "$a["] {
            let error = parsed(&open.repeat(5000)).unwrap_err();
            assert!(!error.message.is_empty(), "{open}");
        }
    }

    #[test]
    fn long_chains_are_no_deep_trees() {
        assert!(parsed(&format!("1{}", "+1".repeat(20_000))).is_ok());
        assert!(parsed(&format!("$a{}", ".b".repeat(20_000))).is_ok());
    }

    proptest! {
        #[test]
        fn any_text_is_parsed_or_refused(text in "(?s).{0,200}") {
            let _result = parsed(&text);
        }

        #[test]
        fn any_text_of_powershell_characters_is_parsed_or_refused(
            text in "[-$@(){}\\[\\]|;,.'\"`&<>=+*/%!:#_ a-eA1-3\r\n?]{0,120}"
        ) {
            let _result = parsed(&text);
        }
    }
}
