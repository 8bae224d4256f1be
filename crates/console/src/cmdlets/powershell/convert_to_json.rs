//! `ConvertTo-Json`, with the indentation of Windows PowerShell 5.1.

use exchange::culture::Culture;
use exchange::value::Value;

use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::evaluate::collapsed;
use crate::language::invocation::Invocation;
use crate::language::{number, value_text};

/// The cmdlet.
pub static CONVERT_TO_JSON: Cmdlet = Cmdlet {
    name: "ConvertTo-Json",
    synopsis: "Converts an object to a JSON-formatted string.",
    class: "Microsoft.PowerShell.Commands.ConvertToJsonCommand",
    parameters: &[
        Parameter::new("InputObject", Kind::Values, "The objects.").at(0).whole_pipeline(),
        Parameter::new("Depth", Kind::Int, "How deep objects inside objects are written out."),
        Parameter::new("Compress", Kind::Switch, "Leaves blanks and line ends out."),
    ],
    run: |invocation| Box::pin(run(invocation)),
};

async fn run(invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let depth = invocation.int("Depth").and_then(|depth| usize::try_from(depth).ok()).unwrap_or(2);
    let value = collapsed(invocation.input());
    let mut json = Json {
        text: String::new(),
        compress: invocation.switch("Compress"),
        culture: invocation.culture(),
    };
    json.write(&value, depth.min(100), 0);
    Ok(vec![Value::String(json.text)])
}

struct Json {
    text: String,
    compress: bool,
    culture: Culture,
}

impl Json {
    /// Writes a value; `column` is where its brackets stand, `depth` how deep it may still go.
    fn write(&mut self, value: &Value, depth: usize, column: usize) {
        match value {
            Value::Null => self.text.push_str("null"),
            Value::Bool(value) => self.text.push_str(if *value { "true" } else { "false" }),
            Value::I32(value) => self.text.push_str(&value.to_string()),
            Value::I64(value) => self.text.push_str(&value.to_string()),
            Value::F64(value) => {
                let text = number::double_text(*value);
                // A double without a fraction keeps one, as in 5.1.
                let fraction =
                    if text.bytes().all(|b| b.is_ascii_digit() || b == b'-') { ".0" } else { "" };
                self.text.push_str(&text);
                self.text.push_str(fraction);
            }
            Value::Enum(member) => self.text.push_str(&member.number.to_string()),
            Value::DateTime(time) | Value::Utc(time) => {
                self.push(format_args!("\"\\/Date({})\\/\"", time.as_millisecond()));
            }
            Value::List(values) => {
                let items: Vec<(Option<&str>, &Value)> =
                    values.iter().map(|value| (None, value)).collect();
                self.bracketed(('[', ']'), &items, depth, column);
            }
            Value::Hashtable(entries) => {
                let items: Vec<(Option<&str>, &Value)> =
                    entries.iter().map(|(name, value)| (Some(name.as_str()), value)).collect();
                self.bracketed(('{', '}'), &items, depth, column);
            }
            Value::Object(object) => {
                let items: Vec<(Option<&str>, &Value)> = object
                    .properties
                    .iter()
                    .map(|(name, value)| (Some(name.as_ref()), value))
                    .collect();
                self.bracketed(('{', '}'), &items, depth, column);
            }
            other => self.string(&value_text::text(other, self.culture)),
        }
    }

    fn bracketed(
        &mut self,
        brackets: (char, char),
        items: &[(Option<&str>, &Value)],
        depth: usize,
        column: usize,
    ) {
        let (line_end, indent) = if self.compress { ("", 0) } else { ("\r\n", column + 4) };
        self.text.push(brackets.0);
        for (index, (name, value)) in items.iter().enumerate() {
            self.text.push_str(if index > 0 { "," } else { "" });
            self.text.push_str(line_end);
            self.text.push_str(&" ".repeat(indent));
            let mut own = indent;
            if let Some(name) = name {
                let before = self.text.chars().count();
                self.string(name);
                self.text.push_str(if self.compress { ":" } else { ":  " });
                own += self.text.chars().count() - before;
            }
            let nested = matches!(value, Value::List(_) | Value::Hashtable(_) | Value::Object(_));
            if nested && depth == 0 {
                self.string(&value_text::text(value, self.culture));
            } else {
                let depth = if nested { depth - 1 } else { depth };
                self.write(value, depth, own);
            }
        }
        self.text.push_str(line_end);
        if !self.compress {
            self.text.push_str(&" ".repeat(column));
        }
        self.text.push(brackets.1);
    }

    fn push(&mut self, text: std::fmt::Arguments<'_>) {
        self.text.push_str(&text.to_string());
    }

    fn string(&mut self, text: &str) {
        self.text.push('"');
        for c in text.chars() {
            match c {
                '"' => self.text.push_str("\\\""),
                '\\' => self.text.push_str("\\\\"),
                '\n' => self.text.push_str("\\n"),
                '\r' => self.text.push_str("\\r"),
                '\t' => self.text.push_str("\\t"),
                '<' | '>' | '&' | '\'' | '\0'..='\u{1f}' => {
                    self.push(format_args!("\\u{:04x}", u32::from(c)));
                }
                other => self.text.push(other),
            }
        }
        self.text.push('"');
    }
}

#[cfg(test)]
mod tests {
    use crate::language::testing::shown;

    #[test]
    fn nested_values_are_indented_to_their_bracket() {
        insta::assert_snapshot!(
            shown("[pscustomobject]@{Name=\"a'b\";Hosts='x','y';Inner=@{On=$true;Size=2.0}} | ConvertTo-Json"),
            @r#"
        {
            "Name":  "a\u0027b",
            "Hosts":  [
                          "x",
                          "y"
                      ],
            "Inner":  {
                          "On":  true,
                          "Size":  2.0
                      }
        }
        "#
        );
    }

    #[test]
    fn depth_is_limited_and_blanks_can_be_left_out() {
        assert_eq!(
            shown("@{a=@{b=@{c=@{d=1}}}} | ConvertTo-Json -Compress"),
            "{\"a\":{\"b\":{\"c\":\"System.Collections.Hashtable\"}}}\n"
        );
        assert_eq!(shown("1,'x',$null | ConvertTo-Json -Compress"), "[1,\"x\",null]\n");
    }
}
