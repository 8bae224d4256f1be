//! What the parser says when a text is no PowerShell, in PowerShell's words.
//!
//! Source: the error texts of PowerShell's `ParserStrings` (MIT).

use super::source::Span;
use super::token::{Token, TokenKind};

/// A text that is no PowerShell, or not all of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ParseError {
    /// PowerShell's text.
    pub message: String,
    /// PowerShell's id of the error, such as `MissingEndCurlyBrace`.
    pub id: &'static str,
    /// Where.
    pub span: Span,
    /// Whether the text only breaks off, so that a prompt asks for another line.
    pub incomplete: bool,
}

impl ParseError {
    pub(super) fn new(id: &'static str, message: impl Into<String>, span: Span) -> Self {
        Self { message: message.into(), id, span, incomplete: false }
    }

    /// Marks the error as mendable by more text when it was met at the end of the text.
    pub(super) fn incomplete_at(mut self, token: &Token) -> Self {
        self.incomplete = matches!(token.kind, TokenKind::End | TokenKind::Unterminated(_));
        self
    }
}

/// The errors, one function for each.
pub(super) mod fault {
    use super::{ParseError, Span};

    pub(crate) fn missing_brace(span: Span) -> ParseError {
        let message = "Missing closing '}' in statement block or type definition.";
        ParseError::new("MissingEndCurlyBrace", message, span)
    }

    pub(crate) fn missing_parenthesis(span: Span) -> ParseError {
        let message = "Missing closing ')' in expression.";
        ParseError::new("MissingEndParenthesisInExpression", message, span)
    }

    pub(crate) fn missing_sub_expression_end(span: Span) -> ParseError {
        let message = "Missing closing ')' in subexpression.";
        ParseError::new("MissingEndParenthesisInSubexpression", message, span)
    }

    pub(crate) fn missing_call_end(span: Span) -> ParseError {
        ParseError::new("MissingEndParenthesisInMethodCall", "Missing ')' in method call.", span)
    }

    pub(crate) fn missing_bracket(span: Span) -> ParseError {
        let message = "Missing ']' after array index expression.";
        ParseError::new("MissingEndSquareBracket", message, span)
    }

    pub(crate) fn missing_index(span: Span) -> ParseError {
        let message = "Array index expression is missing or not valid.";
        ParseError::new("MissingArrayIndexExpression", message, span)
    }

    pub(crate) fn missing_type_name(span: Span) -> ParseError {
        ParseError::new("MissingTypename", "Missing type name after '['.", span)
    }

    pub(crate) fn missing_type_end(span: Span) -> ParseError {
        let message = "Missing ] at end of type token.";
        ParseError::new("EndSquareBracketExpectedAtEndOfType", message, span)
    }

    pub(crate) fn missing_terminator(terminator: &str, span: Span) -> ParseError {
        if terminator == "#>" {
            let message = "The terminator '#>' is missing from the multiline comment.";
            return ParseError::new("MissingTerminatorMultiLineComment", message, span);
        }
        if terminator == "}" {
            let message = "${variable} reference starting is missing the closing '}'.";
            return ParseError::new("IncompleteDollarVariableReference", message, span);
        }
        let message = format!("The string is missing the terminator: {terminator}.");
        ParseError::new("TerminatorExpectedAtEndOfString", message, span)
    }

    pub(crate) fn here_string_header(span: Span) -> ParseError {
        let message =
            "No characters are allowed after a here-string header but before the end of the line.";
        ParseError::new("UnexpectedCharactersAfterHereStringHeader", message, span)
    }

    pub(crate) fn unexpected(text: &str, span: Span) -> ParseError {
        let message = match text {
            "<" => return reserved_operator(text, span),
            "&&" | "||" => {
                let message = format!(
                    "The token '{text}' is not a valid statement separator in this version."
                );
                return ParseError::new("InvalidEndOfLine", message, span);
            }
            "&" => {
                let message = "The ampersand (&) character is not allowed. The & operator is reserved \
                     for future use; wrap an ampersand in double quotation marks (\"&\") to pass it \
                     as part of a string.";
                return ParseError::new("AmpersandNotAllowed", message, span);
            }
            _ => format!("Unexpected token '{text}' in expression or statement."),
        };
        ParseError::new("UnexpectedToken", message, span)
    }

    fn reserved_operator(text: &str, span: Span) -> ParseError {
        let message = format!("The '{text}' operator is reserved for future use.");
        ParseError::new("RedirectionNotSupported", message, span)
    }

    pub(crate) fn missing_operand(operator: &str, span: Span) -> ParseError {
        let message =
            format!("You must provide a value expression following the '{operator}' operator.");
        ParseError::new("ExpectedValueExpression", message, span)
    }

    pub(crate) fn missing_unary_operand(operator: &str, span: Span) -> ParseError {
        let message = format!("Missing expression after unary operator '{operator}'.");
        ParseError::new("MissingExpressionAfterOperator", message, span)
    }

    pub(crate) fn missing_expression_after(token: &str, span: Span) -> ParseError {
        let message = format!("Missing expression after '{token}'.");
        ParseError::new("MissingExpressionAfterToken", message, span)
    }

    pub(crate) fn missing_call_target(operator: &str, span: Span) -> ParseError {
        let message = format!("Missing expression after '{operator}' in pipeline element.");
        ParseError::new("MissingExpression", message, span)
    }

    pub(crate) fn expected_expression(span: Span) -> ParseError {
        ParseError::new("ExpectedExpression", "An expression was expected after '('.", span)
    }

    pub(crate) fn empty_pipe_element(span: Span) -> ParseError {
        ParseError::new("EmptyPipeElement", "An empty pipe element is not allowed.", span)
    }

    pub(crate) fn expression_in_pipeline(span: Span) -> ParseError {
        let message = "Expressions are only allowed as the first element of a pipeline.";
        ParseError::new("ExpressionsMustBeFirstInPipeline", message, span)
    }

    pub(crate) fn missing_property_name(span: Span) -> ParseError {
        let message = "Missing property name after reference operator.";
        ParseError::new("MissingPropertyName", message, span)
    }

    pub(crate) fn missing_redirection_target(span: Span) -> ParseError {
        let message = "Missing file specification after redirection operator.";
        ParseError::new("MissingFileSpecification", message, span)
    }

    pub(crate) fn invalid_assignment(span: Span) -> ParseError {
        let message = "The assignment expression is not valid. The input to an assignment operator \
             must be an object that is able to accept assignments, such as a variable or a property.";
        ParseError::new("InvalidLeftHandSide", message, span)
    }

    pub(crate) fn missing_hash_equals(span: Span) -> ParseError {
        let message = "Missing '=' operator after key in hash literal.";
        ParseError::new("MissingEqualsInHashLiteral", message, span)
    }

    pub(crate) fn missing_hash_value(span: Span) -> ParseError {
        let message = "Missing statement after '=' in hash literal.";
        ParseError::new("MissingStatementInHashLiteral", message, span)
    }

    pub(crate) fn incomplete_hash(span: Span) -> ParseError {
        ParseError::new("IncompleteHashLiteral", "The hash literal was incomplete.", span)
    }

    pub(crate) fn splat_in_expression(name: &str, span: Span) -> ParseError {
        let message = format!(
            "The splatting operator '@' cannot be used to reference variables in an expression. \
             '@{name}' can be used only as an argument to a command. To reference variables in an \
             expression use '${name}'."
        );
        ParseError::new("SplattingNotPermitted", message, span)
    }

    pub(crate) fn variable_with_drive(span: Span) -> ParseError {
        let message = "Variable reference is not valid. ':' was not followed by a valid variable \
             name character. Consider using ${} to delimit the name.";
        ParseError::new("InvalidVariableReferenceWithDrive", message, span)
    }

    pub(crate) fn unsupported_keyword(keyword: &str, span: Span) -> ParseError {
        let message =
            format!("The '{keyword}' keyword is not supported in this version of the language.");
        ParseError::new("ReservedKeywordNotAllowed", message, span)
    }

    pub(crate) fn too_complex(span: Span) -> ParseError {
        let message = "Processing was stopped because the script is too complex.";
        ParseError::new("ScriptTooComplicated", message, span)
    }

    pub(crate) fn missing_block(keyword: &str, span: Span) -> ParseError {
        match keyword {
            "else" => {
                let message = "Missing statement block after 'else' keyword.";
                ParseError::new("MissingStatementBlockAfterElse", message, span)
            }
            "if" | "elseif" => {
                let message = format!("Missing statement block after {keyword} ( condition ).");
                ParseError::new("MissingStatementBlock", message, span)
            }
            "foreach" => {
                foreach("MissingForeachStatement", "Missing statement body in foreach loop.", span)
            }
            _ => {
                let message = format!("Missing statement body in {keyword} loop.");
                ParseError::new("MissingLoopStatement", message, span)
            }
        }
    }

    pub(crate) fn missing_open(keyword: &str, span: Span) -> ParseError {
        match keyword {
            "if" | "elseif" => {
                let message = format!("Missing '(' after '{keyword}' in if statement.");
                ParseError::new("MissingOpenParenthesisInIfStatement", message, span)
            }
            _ => {
                let message = format!("Missing opening '(' after keyword '{keyword}'.");
                ParseError::new("MissingOpenParenthesisAfterKeyword", message, span)
            }
        }
    }

    pub(crate) fn missing_close(keyword: &str, span: Span) -> ParseError {
        if keyword == "foreach" {
            let message = "Missing closing ')' after expression part of foreach loop.";
            return foreach("MissingEndParenthesisAfterForeach", message, span);
        }
        let message = format!("Missing closing ')' after expression in '{keyword}' statement.");
        ParseError::new("MissingEndParenthesisAfterStatement", message, span)
    }

    pub(crate) fn missing_condition(keyword: &str, span: Span) -> ParseError {
        match keyword {
            "foreach" => {
                foreach("MissingForeachExpression", "Missing expression in foreach loop.", span)
            }
            "if" | "elseif" => {
                let message = format!("Missing condition in if statement after '{keyword} ('.");
                ParseError::new("IfStatementMissingCondition", message, span)
            }
            _ => {
                let message = format!("Missing expression after '{keyword}' in loop.");
                ParseError::new("MissingExpressionAfterKeyword", message, span)
            }
        }
    }

    pub(crate) fn missing_foreach_variable(span: Span) -> ParseError {
        foreach("MissingVariableNameAfterForeach", "Missing variable name after foreach.", span)
    }

    pub(crate) fn missing_in(span: Span) -> ParseError {
        foreach("MissingInInForeach", "Missing 'in' after variable in foreach loop.", span)
    }

    fn foreach(id: &'static str, message: &str, span: Span) -> ParseError {
        let message = format!("{message}\nThe correct form is: foreach ($a in $b) {{...}}");
        ParseError::new(id, message, span)
    }
}
