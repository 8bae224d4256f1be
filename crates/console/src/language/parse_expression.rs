//! Expressions: operators by rank, and what stands before an operand.

use super::ast::{BinaryOperator, Case, Comparison, Expression, ExpressionKind, UnaryOperator};
use super::parse::Parser;
use super::parse_error::{ParseError, fault};
use super::source::Span;
use super::token::{Mode, Token, TokenKind};

/// Operators that are words, without their dash: the word, what it means, its rank.
const WORDS: &[(&str, BinaryOperator, u8)] = &[
    ("and", BinaryOperator::And, LOGICAL),
    ("or", BinaryOperator::Or, LOGICAL),
    ("xor", BinaryOperator::Xor, LOGICAL),
    ("join", BinaryOperator::Join, COMPARISON),
    ("is", BinaryOperator::Is, COMPARISON),
    ("isnot", BinaryOperator::IsNot, COMPARISON),
    ("as", BinaryOperator::As, COMPARISON),
    ("f", BinaryOperator::Format, FORMAT),
];

/// Tests; each also with `c` (case-sensitive) and `i` (the default) before it.
const TESTS: &[(&str, Comparison)] = &[
    ("eq", Comparison::Equal),
    ("ne", Comparison::NotEqual),
    ("gt", Comparison::Greater),
    ("ge", Comparison::GreaterOrEqual),
    ("lt", Comparison::Less),
    ("le", Comparison::LessOrEqual),
    ("like", Comparison::Like),
    ("notlike", Comparison::NotLike),
    ("match", Comparison::Match),
    ("notmatch", Comparison::NotMatch),
    ("contains", Comparison::Contains),
    ("notcontains", Comparison::NotContains),
    ("in", Comparison::In),
    ("notin", Comparison::NotIn),
];

const LOGICAL: u8 = 1;
const COMPARISON: u8 = 2;
const ADDITIVE: u8 = 3;
const MULTIPLICATIVE: u8 = 4;
const FORMAT: u8 = 5;
const RANGE: u8 = 6;

impl Parser<'_> {
    /// An expression.
    pub(super) fn expression(&mut self) -> Result<Expression, ParseError> {
        self.operation(LOGICAL)
    }

    /// Operators of a rank and above.
    fn operation(&mut self, lowest: u8) -> Result<Expression, ParseError> {
        let mut first = self.array()?;
        let mut rest: Vec<(BinaryOperator, Expression)> = Vec::new();
        let mut rank_of_rest = u8::MAX;
        loop {
            let token = self.peek(Mode::Expression);
            let Some((operator, rank)) = binary_operator(&token.kind) else { break };
            if rank < lowest {
                break;
            }
            self.take(&token);
            self.skip_new_lines();
            let right = self.right_operand(&token, rank)?;
            if rank < rank_of_rest && !rest.is_empty() {
                first = operated(first, std::mem::take(&mut rest));
            }
            rank_of_rest = rank;
            rest.push((operator, right));
        }
        Ok(if rest.is_empty() { first } else { operated(first, rest) })
    }

    fn right_operand(&mut self, operator: &Token, rank: u8) -> Result<Expression, ParseError> {
        let next = self.peek(Mode::Expression);
        if !starts_operand(&next.kind) {
            let text = self.slice(operator.span);
            return Err(fault::missing_operand(text, self.after()).incomplete_at(&next));
        }
        self.operation(rank + 1)
    }

    /// Operands joined by commas.
    fn array(&mut self) -> Result<Expression, ParseError> {
        let first = self.operand()?;
        if !self.commas_make_arrays {
            return Ok(first);
        }
        let start = first.span.start;
        let mut items = vec![first];
        while self.take_if(&TokenKind::Comma) {
            self.skip_new_lines();
            let next = self.peek(Mode::Expression);
            if !starts_operand(&next.kind) {
                return Err(fault::missing_expression_after(",", self.after()).incomplete_at(&next));
            }
            items.push(self.operand()?);
        }
        let span = Span { start, end: self.ended };
        match <[Expression; 1]>::try_from(items) {
            Ok([single]) => Ok(single),
            Err(items) => Ok(Expression { kind: ExpressionKind::Array(items), span }),
        }
    }

    /// A value with the operators before it.
    fn operand(&mut self) -> Result<Expression, ParseError> {
        self.deeper(Self::operand_here)
    }

    fn operand_here(&mut self) -> Result<Expression, ParseError> {
        let token = self.peek(Mode::Expression);
        if token.kind == TokenKind::OpenBracket {
            return self.type_or_cast(&token);
        }
        let Some(operator) = unary_operator(&token.kind) else {
            return self.primary(Mode::Expression);
        };
        self.take(&token);
        self.skip_new_lines();
        let next = self.peek(Mode::Expression);
        if !starts_operand(&next.kind) {
            let text = self.slice(token.span);
            return Err(fault::missing_unary_operand(text, self.after()).incomplete_at(&next));
        }
        let operand = self.operand()?;
        let span = token.span.to(operand.span);
        Ok(Expression { kind: ExpressionKind::Unary(operator, Box::new(operand)), span })
    }

    /// `[type]`, `[type]::Member`, `[type]value`.
    fn type_or_cast(&mut self, open: &Token) -> Result<Expression, ParseError> {
        let type_name = self.type_name(open)?;
        let type_span = Span { start: open.span.start, end: self.ended };
        let next = self.peek(Mode::Expression);
        if next.kind == TokenKind::DoubleColon {
            let object = Expression { kind: ExpressionKind::Type(type_name), span: type_span };
            return self.accesses(object);
        }
        if !starts_cast_operand(&next.kind) {
            return Ok(Expression { kind: ExpressionKind::Type(type_name), span: type_span });
        }
        let operand = Box::new(self.operand()?);
        let span = type_span.to(operand.span);
        Ok(Expression { kind: ExpressionKind::Cast { type_name, type_span, operand }, span })
    }

    /// The name between brackets; it may have brackets of its own (`[byte[]]`).
    fn type_name(&mut self, open: &Token) -> Result<String, ParseError> {
        let body = open.span.end;
        let mut depth = 1;
        for (offset, c) in self.lexer.rest(body).char_indices() {
            match c {
                '[' => depth += 1,
                ']' => depth -= 1,
                '.' | '_' | ',' | ' ' | '`' | '+' => {}
                c if c.is_alphanumeric() => {}
                _ => break,
            }
            if depth == 0 {
                let name = self.lexer.rest(body).get(..offset).unwrap_or_default().trim();
                if name.is_empty() {
                    break;
                }
                self.move_to(body + offset + 1);
                return Ok(name.to_owned());
            }
        }
        self.take(open);
        let next = self.peek(Mode::Expression);
        let error = match next.kind {
            TokenKind::Name(_) => {
                self.take(&next);
                fault::missing_type_end(self.after())
            }
            _ => fault::missing_type_name(self.after()),
        };
        Err(error.incomplete_at(&self.peek(Mode::Expression)))
    }
}

fn operated(first: Expression, rest: Vec<(BinaryOperator, Expression)>) -> Expression {
    let span = rest.last().map_or(first.span, |(_, last)| first.span.to(last.span));
    Expression { kind: ExpressionKind::Operation { first: Box::new(first), rest }, span }
}

fn binary_operator(kind: &TokenKind) -> Option<(BinaryOperator, u8)> {
    match kind {
        TokenKind::Symbol("+") => Some((BinaryOperator::Add, ADDITIVE)),
        TokenKind::Symbol("-") => Some((BinaryOperator::Subtract, ADDITIVE)),
        TokenKind::Symbol("*") => Some((BinaryOperator::Multiply, MULTIPLICATIVE)),
        TokenKind::Symbol("/") => Some((BinaryOperator::Divide, MULTIPLICATIVE)),
        TokenKind::Symbol("%") => Some((BinaryOperator::Remainder, MULTIPLICATIVE)),
        TokenKind::Symbol("..") => Some((BinaryOperator::Range, RANGE)),
        TokenKind::Dash(word) => word_operator(word),
        _ => None,
    }
}

/// The operator that a word after a dash means, and its rank.
fn word_operator(word: &str) -> Option<(BinaryOperator, u8)> {
    if let Some((_, operator, rank)) = WORDS.iter().find(|(own, ..)| *own == word) {
        return Some((*operator, *rank));
    }
    with_case(word, Case::Ignored)
        .or_else(|| with_case(word.strip_prefix('c')?, Case::Sensitive))
        .or_else(|| with_case(word.strip_prefix('i')?, Case::Ignored))
        .map(|operator| (operator, COMPARISON))
}

fn with_case(word: &str, case: Case) -> Option<BinaryOperator> {
    match word {
        "replace" => Some(BinaryOperator::Replace(case)),
        "split" => Some(BinaryOperator::Split(case)),
        _ => {
            let (_, test) = TESTS.iter().find(|(own, _)| *own == word)?;
            Some(BinaryOperator::Compare(*test, case))
        }
    }
}

/// The test that a word such as `eq` or `cnotlike` names.
pub(crate) fn test_named(word: &str) -> Option<(Comparison, Case)> {
    match word_operator(word)? {
        (BinaryOperator::Compare(test, case), _) => Some((test, case)),
        _ => None,
    }
}

fn unary_operator(kind: &TokenKind) -> Option<UnaryOperator> {
    match kind {
        TokenKind::Symbol("!") => Some(UnaryOperator::Not),
        TokenKind::Symbol("-") => Some(UnaryOperator::Minus),
        TokenKind::Symbol("+") => Some(UnaryOperator::Plus),
        TokenKind::Comma => Some(UnaryOperator::Comma),
        TokenKind::Dash(word) => match word.as_str() {
            "not" => Some(UnaryOperator::Not),
            "join" => Some(UnaryOperator::Join),
            "split" | "isplit" | "csplit" => Some(UnaryOperator::Split),
            _ => None,
        },
        _ => None,
    }
}

/// Whether a value, or an operator before a value, starts at a token.
fn starts_operand(kind: &TokenKind) -> bool {
    starts_cast_operand(kind)
        || matches!(kind, TokenKind::Splat(_))
        || unary_operator(kind).is_some()
}

/// Whether what follows a type is the value it converts.
fn starts_cast_operand(kind: &TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Number(_)
            | TokenKind::Text(_)
            | TokenKind::Quote
            | TokenKind::HereQuote
            | TokenKind::Variable(_)
            | TokenKind::OpenParenthesis
            | TokenKind::DollarParenthesis
            | TokenKind::AtParenthesis
            | TokenKind::AtBrace
            | TokenKind::OpenBrace
            | TokenKind::OpenBracket
            | TokenKind::Symbol("-" | "!")
            | TokenKind::Unterminated(_)
    )
}
