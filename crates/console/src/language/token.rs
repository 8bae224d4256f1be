//! The words of the language.

use super::source::Span;

/// How text is read: PowerShell reads the same characters differently in an expression and among
/// the arguments of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// `$x -eq 5 + 2`: operators, numbers, names.
    Expression,
    /// `Get-Queue -Server mbx01`: parameters and bare words.
    Command,
}

/// A word of the language and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Token {
    /// What it is.
    pub(crate) kind: TokenKind,
    /// Where it stands.
    pub(crate) span: Span,
    /// Whether a blank, a comment or a line continuation comes before it.
    pub(crate) after_blank: bool,
}

/// What a token is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum TokenKind {
    /// The end of the text.
    End,
    /// The end of a line.
    NewLine,
    /// `;`
    Semicolon,
    /// `|`
    Pipe,
    /// `&`
    Ampersand,
    /// `,`
    Comma,
    /// `(`
    OpenParenthesis,
    /// `)`
    CloseParenthesis,
    /// `{`
    OpenBrace,
    /// `}`
    CloseBrace,
    /// `[`, in expressions only.
    OpenBracket,
    /// `]`, in expressions only.
    CloseBracket,
    /// `@(`
    AtParenthesis,
    /// `@{`
    AtBrace,
    /// `$(`
    DollarParenthesis,
    /// `$name`, `${any name}`, `$env:name`; the name without the `$`.
    Variable(String),
    /// `@name`, which spreads a hash table or an array over the parameters.
    Splat(String),
    /// A number.
    Number(Number),
    /// `'text'`, with doubled quotes already undone, or a single-quoted here-string.
    Text(String),
    /// The `"` that opens an expandable string; the parser reads on from its end.
    Quote,
    /// The `@"` and line end that open an expandable here-string.
    HereQuote,
    /// A name: a keyword, a property after a dot, the key of a hash table. In expressions only.
    Name(String),
    /// The start of a bare word, which the parser reads. In commands only.
    Bare,
    /// `-Name` or `-Name:`, without the dash. In commands only.
    Parameter {
        /// The name as typed.
        name: String,
        /// Whether a colon follows, so that the value belongs to it.
        colon: bool,
    },
    /// `-eq`, `-like`: a dash and a word, lower case and without the dash. In expressions only.
    Dash(String),
    /// `+ - * / % .. ! ++ --`, in expressions only.
    Symbol(&'static str),
    /// `= += -= *= /= %=`, in expressions only.
    Assign(&'static str),
    /// `.`, in expressions only.
    Dot,
    /// `::`, in expressions only.
    DoubleColon,
    /// `>`, `>>`, `2>`, `*>`, `2>&1`.
    Redirect(Redirect),
    /// A character or word that has no meaning here.
    Unknown,
    /// A string or a comment that never ends; the text names its terminator.
    Unterminated(&'static str),
}

/// A number literal.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Number {
    /// `5`, `0x1f`, `10MB`.
    Integer(i64),
    /// `5L`: an integer that stays 64 bits wide.
    Long(i64),
    /// `1.5`, `1e3`, and integers too large for 64 bits.
    Double(f64),
}

/// A redirection operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Redirect {
    /// Stream number: 1 output, 2 error, 3 warning, 4 verbose; 0 all of them.
    pub(crate) from: u8,
    /// Whether the file is kept and added to (`>>`).
    pub(crate) append: bool,
    /// `2>&1`: into the output instead of a file.
    pub(crate) merge: bool,
}
