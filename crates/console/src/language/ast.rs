//! What a text means: statements, pipelines, commands, expressions.
//!
//! Not modelled: functions, `param`, `try`, `throw`, `switch`, `do`, classes. The parser refuses them by name.

use std::rc::Rc;

use exchange::value::Value;

use super::source::{Source, Span};
use super::token::Redirect;

/// A statement.
#[derive(Clone, Debug)]
pub(crate) enum Statement {
    /// `Get-Queue | Format-List`
    Pipeline(Pipeline),
    /// `$x = …`, `$x += …`, `$x.Name = …`
    Assign(Box<Assignment>),
    /// `if (…) {…} elseif (…) {…} else {…}`
    If {
        /// Conditions with their blocks, in order.
        clauses: Vec<(Statement, Vec<Statement>)>,
        /// The block after `else`.
        otherwise: Vec<Statement>,
    },
    /// `foreach ($x in …) {…}`
    ForEach {
        /// Name of the variable.
        variable: String,
        /// What is walked.
        list: Box<Statement>,
        /// The block.
        body: Vec<Statement>,
    },
    /// `while (…) {…}` and `for (…; …; …) {…}`
    Loop(Box<Loop>),
    /// `return …`
    Return(Option<Box<Statement>>),
    /// `exit …`
    Exit(Option<Box<Statement>>),
    /// `break`
    Break,
    /// `continue`
    Continue,
}

/// A `while` or `for` loop.
#[derive(Clone, Debug)]
pub(crate) struct Loop {
    /// Runs once before the loop.
    pub(crate) first: Option<Statement>,
    /// The loop goes on while this is true; without it, for ever.
    pub(crate) condition: Option<Statement>,
    /// Runs after each turn.
    pub(crate) step: Option<Statement>,
    /// The block.
    pub(crate) body: Vec<Statement>,
}

/// An assignment.
#[derive(Clone, Debug)]
pub(crate) struct Assignment {
    /// The variable, member or element assigned to.
    pub(crate) target: Expression,
    /// `=`, or the arithmetic operator of `+=` and its kin.
    pub(crate) operator: Option<BinaryOperator>,
    /// What is assigned.
    pub(crate) value: Statement,
}

/// Commands joined by `|`, of which the first may be an expression.
#[derive(Clone, Debug)]
pub(crate) struct Pipeline {
    /// The stages.
    pub(crate) elements: Vec<Element>,
}

/// A stage of a pipeline.
#[derive(Clone, Debug)]
pub(crate) struct Element {
    /// What it is.
    pub(crate) kind: ElementKind,
    /// Where its output and errors go instead.
    pub(crate) redirections: Vec<Redirection>,
    /// Where it stands.
    pub(crate) span: Span,
}

/// What a stage of a pipeline is.
#[derive(Clone, Debug)]
pub(crate) enum ElementKind {
    /// A value.
    Expression(Expression),
    /// A command.
    Command(Command),
}

/// `> file`, `2>$null`.
#[derive(Clone, Debug)]
pub(crate) struct Redirection {
    /// The operator.
    pub(crate) redirect: Redirect,
    /// The file; none for `2>&1`.
    pub(crate) target: Option<Expression>,
}

/// A command with its arguments.
#[derive(Clone, Debug)]
pub(crate) struct Command {
    /// The name, or what is called with `&`.
    pub(crate) name: Expression,
    /// The arguments in order.
    pub(crate) arguments: Vec<Argument>,
    /// Where it stands.
    pub(crate) span: Span,
}

/// An argument of a command.
#[derive(Clone, Debug)]
pub(crate) enum Argument {
    /// `-Name`, `-Name:value`
    Parameter {
        /// The name without the dash.
        name: String,
        /// Where it stands, without the value.
        span: Span,
        /// The value after a colon.
        value: Option<Expression>,
    },
    /// A value, which belongs to the parameter before it or to a position.
    Value(Expression),
    /// `@name`: each entry of the hash table is a parameter.
    Splat {
        /// Name of the variable.
        name: String,
        /// Where it stands.
        span: Span,
    },
}

/// An expression and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Expression {
    /// What it is.
    pub(crate) kind: ExpressionKind,
    /// Where it stands.
    pub(crate) span: Span,
}

/// What an expression is.
#[derive(Clone, Debug)]
pub(crate) enum ExpressionKind {
    /// A string or bare word without anything to expand.
    Text(String),
    /// A number; a string parameter takes it as written.
    Number(Value),
    /// A string with variables in it.
    Expandable(Vec<Part>),
    /// `$name`
    Variable(String),
    /// `1, 2, 3`
    Array(Vec<Expression>),
    /// `@( … )`
    ArrayOf(Vec<Statement>),
    /// `$( … )`
    SubExpression(Vec<Statement>),
    /// `( … )`
    Parenthesis(Box<Statement>),
    /// `@{ key = value }`
    Hashtable(Vec<(Expression, Statement)>),
    /// `{ … }`
    ScriptBlock(Rc<ScriptBlock>),
    /// `[type]`
    Type(String),
    /// `[type]value`
    Cast {
        /// Name of the type.
        type_name: String,
        /// Where the type stands, with its brackets.
        type_span: Span,
        /// What is converted.
        operand: Box<Expression>,
    },
    /// `object.Name`, `object.Name(…)`, `object[index]`, `[type]::Name`, one after the other.
    Access {
        /// The object or type.
        object: Box<Expression>,
        /// What is reached for, step by step.
        steps: Vec<Step>,
    },
    /// `-not x`, `-x`, `-join x`
    Unary(UnaryOperator, Box<Expression>),
    /// `a + b - c`: operators of one rank, worked off from the left.
    Operation {
        /// The leftmost operand.
        first: Box<Expression>,
        /// Each operator with its right operand.
        rest: Vec<(BinaryOperator, Expression)>,
    },
    /// `$x++`, `$x--`
    Increment {
        /// The variable.
        target: Box<Expression>,
        /// 1 or -1.
        by: i32,
    },
}

/// A step from an object to something of it.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    /// What is reached for.
    pub(crate) kind: StepKind,
    /// Where it stands, with its dot or bracket.
    pub(crate) span: Span,
}

/// What is reached for in an object.
#[derive(Clone, Debug)]
pub(crate) enum StepKind {
    /// `.Name` or `::Name`; the name is usually literal.
    Member(Expression),
    /// `.Name(…)` or `::Name(…)`
    Call(Expression, Vec<Expression>),
    /// `[index]`: a number, a key, or a list of them.
    Index(Expression),
}

/// A piece of an expandable string.
#[derive(Clone, Debug)]
pub(crate) enum Part {
    /// Text as it stands.
    Text(String),
    /// `$name` or `$( … )`.
    Value(Expression),
}

/// A block of statements that is a value.
#[derive(Debug)]
pub struct ScriptBlock {
    /// The text it was read from, for error positions.
    pub(crate) source: Rc<Source>,
    /// The text between the braces; what `ToString` gives.
    pub(crate) text: String,
    /// Its statements.
    pub(crate) statements: Vec<Statement>,
}

/// An operator with one operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UnaryOperator {
    /// `-not`, `!`
    Not,
    /// `-`
    Minus,
    /// `+`
    Plus,
    /// `-join`
    Join,
    /// `-split`
    Split,
    /// `,`
    Comma,
}

/// An operator with two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BinaryOperator {
    /// `-and`
    And,
    /// `-or`
    Or,
    /// `-xor`
    Xor,
    /// `-eq`, `-like` and other tests; `-ceq` tells upper from lower case.
    Compare(Comparison, Case),
    /// `-replace`
    Replace(Case),
    /// `-split`
    Split(Case),
    /// `-join`
    Join,
    /// `-is`
    Is,
    /// `-isnot`
    IsNot,
    /// `-as`
    As,
    /// `-f`
    Format,
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Remainder,
    /// `..`
    Range,
}

/// A test of one value against another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparison {
    /// `-eq`
    Equal,
    /// `-ne`
    NotEqual,
    /// `-gt`
    Greater,
    /// `-ge`
    GreaterOrEqual,
    /// `-lt`
    Less,
    /// `-le`
    LessOrEqual,
    /// `-like`
    Like,
    /// `-notlike`
    NotLike,
    /// `-match`
    Match,
    /// `-notmatch`
    NotMatch,
    /// `-contains`
    Contains,
    /// `-notcontains`
    NotContains,
    /// `-in`
    In,
    /// `-notin`
    NotIn,
}

/// Whether upper and lower case differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Case {
    /// They do not: the default.
    Ignored,
    /// They do: the operators with `c`.
    Sensitive,
}
