//! Reads one token at a place, in the mode the parser asks for.
//!
//! There is no list of tokens: the parser asks for the next one at an offset, and may ask again in
//! the other mode. As in PowerShell, typographic quotes and dashes count as their plain forms,
//! since commands are pasted from articles.

use super::source::Span;
use super::token::{Mode, Number, Redirect, Token, TokenKind};

/// A text to read tokens from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lexer<'a> {
    text: &'a str,
}

/// `'` and the typographic forms PowerShell takes for it.
pub(crate) fn is_single_quote(c: char) -> bool {
    matches!(c, '\'' | '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{201b}')
}

/// `"` and the typographic forms PowerShell takes for it.
pub(crate) fn is_double_quote(c: char) -> bool {
    matches!(c, '"' | '\u{201c}' | '\u{201d}' | '\u{201e}')
}

/// `-` and the typographic forms PowerShell takes for it.
pub(crate) fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2013}' | '\u{2014}' | '\u{2015}')
}

/// Whether the character ends a bare word.
pub(crate) fn ends_word(c: char) -> bool {
    c.is_whitespace() || matches!(c, '{' | '}' | '(' | ')' | ';' | ',' | '|' | '&' | '<' | '>')
}

fn is_name_start(c: char) -> bool {
    c.is_alphabetic() || c == '_'
}

fn is_name_part(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

impl<'a> Lexer<'a> {
    /// A lexer over the text.
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text }
    }

    /// The text from an offset on.
    pub(crate) fn rest(&self, at: usize) -> &'a str {
        self.text.get(at..).unwrap_or_default()
    }

    /// The character at an offset.
    pub(crate) fn character(&self, at: usize) -> Option<char> {
        self.rest(at).chars().next()
    }

    /// The token at an offset, after blanks and comments.
    pub(crate) fn token(&self, at: usize, mode: Mode) -> Token {
        let start = match self.skip_blanks(at) {
            Ok(start) => start,
            Err(open) => {
                let span = Span { start: open, end: self.text.len() };
                return Token { kind: TokenKind::Unterminated("#>"), span, after_blank: true };
            }
        };
        let (kind, end) = self.kind(start, mode);
        Token { kind, span: Span { start, end }, after_blank: start > at }
    }

    /// The offset after blanks, comments and continued lines; `Err` where a comment never ends.
    fn skip_blanks(&self, mut at: usize) -> Result<usize, usize> {
        loop {
            let rest = self.rest(at);
            let Some(c) = rest.chars().next() else { return Ok(at) };
            if c == '\n' || c == '\r' {
                return Ok(at);
            }
            if c.is_whitespace() {
                at += c.len_utf8();
            } else if let Some(length) = line_continuation(rest) {
                at += length;
            } else if rest.starts_with("<#") {
                at += rest.find("#>").ok_or(at)? + 2;
            } else if c == '#' {
                at += rest.find(['\n', '\r']).unwrap_or(rest.len());
            } else {
                return Ok(at);
            }
        }
    }

    fn kind(&self, start: usize, mode: Mode) -> (TokenKind, usize) {
        let rest = self.rest(start);
        let mut characters = rest.chars();
        let Some(first) = characters.next() else { return (TokenKind::End, start) };
        let second = characters.next();
        let after = |length: usize| start + length;
        match (first, second) {
            ('\r', Some('\n')) => (TokenKind::NewLine, after(2)),
            ('\n' | '\r', _) => (TokenKind::NewLine, after(1)),
            (';', _) => (TokenKind::Semicolon, after(1)),
            ('|', Some('|')) | ('&', Some('&')) => (TokenKind::Unknown, after(2)),
            ('|', _) => (TokenKind::Pipe, after(1)),
            ('&', _) => (TokenKind::Ampersand, after(1)),
            (',', _) => (TokenKind::Comma, after(1)),
            ('(', _) => (TokenKind::OpenParenthesis, after(1)),
            (')', _) => (TokenKind::CloseParenthesis, after(1)),
            ('{', _) => (TokenKind::OpenBrace, after(1)),
            ('}', _) => (TokenKind::CloseBrace, after(1)),
            ('@', Some('(')) => (TokenKind::AtParenthesis, after(2)),
            ('@', Some('{')) => (TokenKind::AtBrace, after(2)),
            ('$', Some('(')) => (TokenKind::DollarParenthesis, after(2)),
            ('$', _) => self.variable(start, mode),
            ('@', Some(next)) if is_single_quote(next) || is_double_quote(next) => {
                self.here_string(start, next)
            }
            ('@', Some(next)) if is_name_start(next) => {
                let name: String = rest.chars().skip(1).take_while(|c| is_name_part(*c)).collect();
                (TokenKind::Splat(name.clone()), after(1 + name.len()))
            }
            ('<', _) => (TokenKind::Unknown, after(1)),
            (c, _) if is_single_quote(c) => self.single_quoted(start, c),
            (c, _) if is_double_quote(c) => (TokenKind::Quote, after(c.len_utf8())),
            _ => self.redirect(start).unwrap_or_else(|| match mode {
                Mode::Expression => self.expression_kind(start, first, second),
                Mode::Command => self.command_kind(start, first, second),
            }),
        }
    }

    fn expression_kind(
        &self,
        start: usize,
        first: char,
        second: Option<char>,
    ) -> (TokenKind, usize) {
        let after = |length: usize| start + length;
        let symbol = |text: &'static str| (TokenKind::Symbol(text), after(text.len()));
        let assign = |text: &'static str| (TokenKind::Assign(text), after(text.len()));
        match (first, second) {
            ('[', _) => (TokenKind::OpenBracket, after(1)),
            (']', _) => (TokenKind::CloseBracket, after(1)),
            ('=', _) => assign("="),
            ('+', Some('=')) => assign("+="),
            ('*', Some('=')) => assign("*="),
            ('/', Some('=')) => assign("/="),
            ('%', Some('=')) => assign("%="),
            ('-', Some('=')) => assign("-="),
            ('+', Some('+')) => symbol("++"),
            ('+', _) => symbol("+"),
            ('*', _) => symbol("*"),
            ('/', _) => symbol("/"),
            ('%', _) => symbol("%"),
            ('!', _) => symbol("!"),
            ('.', Some('.')) => symbol(".."),
            (':', Some(':')) => (TokenKind::DoubleColon, after(2)),
            ('-', Some('-')) => symbol("--"),
            (dash, Some(next)) if is_dash(dash) && is_name_start(next) => {
                let skip = dash.len_utf8();
                let word: String =
                    self.rest(start + skip).chars().take_while(|c| is_name_part(*c)).collect();
                (TokenKind::Dash(word.to_ascii_lowercase()), after(skip + word.len()))
            }
            (dash, _) if is_dash(dash) => (TokenKind::Symbol("-"), after(dash.len_utf8())),
            (c, _) if c.is_ascii_digit() => self.number(start),
            ('.', Some(next)) if next.is_ascii_digit() => self.number(start),
            ('.', _) => (TokenKind::Dot, after(1)),
            (c, _) if is_name_start(c) => {
                let name: String =
                    self.rest(start).chars().take_while(|c| is_name_part(*c)).collect();
                (TokenKind::Name(name.clone()), after(name.len()))
            }
            (c, _) => (TokenKind::Unknown, after(c.len_utf8())),
        }
    }

    fn command_kind(&self, start: usize, first: char, second: Option<char>) -> (TokenKind, usize) {
        if is_dash(first) && second.is_some_and(|c| is_name_start(c) || c == '?') {
            return self.parameter(start, first);
        }
        let word_length = self.rest(start).find(ends_word).unwrap_or(self.rest(start).len());
        let end = start + word_length;
        let sign = if is_dash(first) { first.len_utf8() } else { 0 };
        let digits = self.rest(start + sign).chars().next();
        if digits.is_some_and(|c| c.is_ascii_digit() || c == '.')
            && let (TokenKind::Number(number), number_end) = self.number(start + sign)
            && number_end == end
        {
            let signed = if sign > 0 { negated(number) } else { number };
            return (TokenKind::Number(signed), end);
        }
        (TokenKind::Bare, end.max(start + first.len_utf8()))
    }

    fn parameter(&self, start: usize, dash: char) -> (TokenKind, usize) {
        let name: String = self
            .rest(start + dash.len_utf8())
            .chars()
            .take_while(|c| !ends_word(*c) && !matches!(c, ':' | '.' | '[' | '=' | '\'' | '"'))
            .collect();
        let end = start + dash.len_utf8() + name.len();
        let colon = self.character(end) == Some(':');
        (TokenKind::Parameter { name, colon }, if colon { end + 1 } else { end })
    }

    fn single_quoted(&self, start: usize, open: char) -> (TokenKind, usize) {
        let mut text = String::new();
        let mut at = start + open.len_utf8();
        while let Some(c) = self.character(at) {
            at += c.len_utf8();
            if !is_single_quote(c) {
                text.push(c);
                continue;
            }
            match self.character(at) {
                Some(next) if is_single_quote(next) => {
                    text.push(next);
                    at += next.len_utf8();
                }
                _ => return (TokenKind::Text(text), at),
            }
        }
        (TokenKind::Unterminated("'"), at)
    }

    /// `@'` or `@"` must be the last thing on its line; the closing form stands first on its own.
    fn here_string(&self, start: usize, quote: char) -> (TokenKind, usize) {
        let header = start + 1 + quote.len_utf8();
        let terminator = if is_single_quote(quote) { "'@" } else { "\"@" };
        let line_end = self.rest(header).find('\n');
        let rest_of_line = self.rest(header).split('\n').next().unwrap_or_default();
        if !rest_of_line.trim().is_empty() {
            return (TokenKind::Unknown, header);
        }
        let Some(line_end) = line_end else {
            return (TokenKind::Unterminated(terminator), self.text.len());
        };
        let body = header + line_end + 1;
        if is_double_quote(quote) {
            return (TokenKind::HereQuote, body);
        }
        match self.here_string_end(body, is_single_quote) {
            Some((end, after)) => {
                let text = self.text.get(body..end).unwrap_or_default();
                (TokenKind::Text(text.to_owned()), after)
            }
            None => (TokenKind::Unterminated(terminator), self.text.len()),
        }
    }

    /// Where the content of a here-string ends, and the offset after its `'@` or `"@`.
    pub(crate) fn here_string_end(
        &self,
        body: usize,
        quote: fn(char) -> bool,
    ) -> Option<(usize, usize)> {
        let mut line = body;
        loop {
            let rest = self.rest(line);
            let mut characters = rest.chars();
            if let (Some(first), Some('@')) = (characters.next(), characters.next())
                && quote(first)
            {
                let content = self.text.get(body..line).unwrap_or_default();
                let trimmed = content.strip_suffix('\n').unwrap_or(content);
                let trimmed = trimmed.strip_suffix('\r').unwrap_or(trimmed);
                return Some((body + trimmed.len(), line + first.len_utf8() + 1));
            }
            line += rest.find('\n')? + 1;
        }
    }

    /// `$name`, `${name}`, `$env:name`, `$_`, `$?`, `$$`, `$^`.
    fn variable(&self, start: usize, mode: Mode) -> (TokenKind, usize) {
        let body = start + 1;
        if self.character(body) == Some('{') {
            return match self.rest(body + 1).find('}') {
                Some(length) => {
                    let name = self.rest(body + 1).get(..length).unwrap_or_default();
                    (TokenKind::Variable(name.to_owned()), body + 1 + length + 1)
                }
                None => (TokenKind::Unterminated("}"), self.text.len()),
            };
        }
        match self.variable_name(body) {
            0 if mode == Mode::Command => {
                (TokenKind::Bare, body + self.rest(body).find(ends_word).unwrap_or(0))
            }
            0 => (TokenKind::Unknown, body),
            length => {
                let name = self.rest(body).get(..length).unwrap_or_default();
                (TokenKind::Variable(name.to_owned()), body + length)
            }
        }
    }

    /// Length of the variable name at an offset, after its `$`; 0 when there is none.
    pub(crate) fn variable_name(&self, body: usize) -> usize {
        let rest = self.rest(body);
        let length = rest.find(|c| !is_name_part(c)).unwrap_or(rest.len());
        if length == 0 {
            return usize::from(rest.starts_with(['?', '$', '^']));
        }
        let after = rest.get(length..).unwrap_or_default();
        let mut following = after.chars();
        if following.next() == Some(':') && following.next().is_some_and(is_name_part) {
            let tail = after.get(1..).unwrap_or_default();
            return length + 1 + tail.find(|c| !is_name_part(c)).unwrap_or(tail.len());
        }
        length
    }

    fn redirect(&self, start: usize) -> Option<(TokenKind, usize)> {
        let rest = self.rest(start);
        let (from, arrow) = match rest.as_bytes() {
            [b'>', ..] => (1, 0),
            [digit @ b'1'..=b'6', b'>', ..] => (digit - b'0', 1),
            [b'*', b'>', ..] => (0, 1),
            _ => return None,
        };
        let after = rest.get(arrow + 1..).unwrap_or_default();
        let redirect = |append, merge, length| {
            Some((TokenKind::Redirect(Redirect { from, append, merge }), start + arrow + length))
        };
        match after.as_bytes() {
            [b'>', ..] => redirect(true, false, 2),
            [b'&', b'1', ..] => redirect(false, true, 3),
            _ => redirect(false, false, 1),
        }
    }

    fn number(&self, start: usize) -> (TokenKind, usize) {
        let (number, length) = super::number::literal(self.rest(start));
        (TokenKind::Number(number), start + length)
    }
}

fn negated(number: Number) -> Number {
    match number {
        Number::Integer(value) => Number::Integer(value.wrapping_neg()),
        Number::Long(value) => Number::Long(value.wrapping_neg()),
        Number::Double(value) => Number::Double(-value),
    }
}

/// Length of a backtick and the line end after it.
fn line_continuation(rest: &str) -> Option<usize> {
    let after = rest.strip_prefix('`')?;
    if after.starts_with("\r\n") {
        Some(3)
    } else if after.starts_with(['\n', '\r']) {
        Some(2)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn kinds(text: &str, mode: Mode) -> Vec<TokenKind> {
        let lexer = Lexer::new(text);
        let mut at = 0;
        let mut kinds = Vec::new();
        loop {
            let token = lexer.token(at, mode);
            if token.kind == TokenKind::End {
                return kinds;
            }
            at = token.span.end;
            kinds.push(token.kind);
        }
    }

    #[test]
    fn an_address_is_a_bare_word_and_a_size_a_number() {
        assert_eq!(
            kinds("8.8.8.8 10MB -5 007", Mode::Command),
            [
                TokenKind::Bare,
                TokenKind::Number(Number::Integer(10 << 20)),
                TokenKind::Number(Number::Integer(-5)),
                TokenKind::Number(Number::Integer(7)),
            ]
        );
    }

    #[test]
    fn a_range_is_not_a_number_with_a_point() {
        assert_eq!(
            kinds("1..5", Mode::Expression),
            [
                TokenKind::Number(Number::Integer(1)),
                TokenKind::Symbol(".."),
                TokenKind::Number(Number::Integer(5)),
            ]
        );
    }

    #[test]
    fn a_dash_pasted_from_an_article_is_a_dash() {
        assert_eq!(
            kinds("\u{2013}Identity \u{2018}a\u{2019}", Mode::Command),
            [
                TokenKind::Parameter { name: "Identity".to_owned(), colon: false },
                TokenKind::Text("a".to_owned()),
            ]
        );
    }

    #[test]
    fn comments_and_continued_lines_are_blanks() {
        assert_eq!(
            kinds("a `\n b <# c\n d #> e # f", Mode::Expression),
            ["a", "b", "e"].map(|name| TokenKind::Name(name.to_owned()))
        );
    }

    #[test]
    fn a_drive_belongs_to_the_variable_name() {
        assert_eq!(
            kinds("$env:TEMP ${a b} $_", Mode::Expression),
            ["env:TEMP", "a b", "_"].map(|name| TokenKind::Variable(name.to_owned()))
        );
    }

    proptest! {
        #[test]
        fn every_token_moves_on(text in "(?s).{0,80}") {
            for mode in [Mode::Expression, Mode::Command] {
                let lexer = Lexer::new(&text);
                let mut at = 0;
                loop {
                    let token = lexer.token(at, mode);
                    if token.kind == TokenKind::End { break; }
                    prop_assert!(token.span.end > at && text.is_char_boundary(token.span.end));
                    at = token.span.end;
                }
            }
        }
    }
}
