//! Writing CLIXML.

use std::borrow::Cow;
use std::fmt::Write as _;

use exchange::culture::Culture;
use exchange::value::{Object, Value};
use jiff::Timestamp;
use jiff::tz::Offset;

use crate::xml::{escape, escape_attribute};

/// The bytes of an export of these values: UTF-8 with byte order mark, CR LF, two blanks a level.
pub fn write(values: &[Value]) -> Vec<u8> {
    write_at(Offset::UTC, values)
}

/// The same where local time is that far from UTC: a local time carries the offset, one in UTC its `Z`
/// (real exports, `WhenChanged` and `WhenChangedUTC`). Not modelled: the `+00:00` of a server at no offset.
pub fn write_at(offset: Offset, values: &[Value]) -> Vec<u8> {
    let mut export = Export { culture: Culture::at(offset), ..Export::default() };
    export.text.push_str(
        "\u{feff}<Objs Version=\"1.1.0.1\" xmlns=\"http://schemas.microsoft.com/powershell/2004/04\">",
    );
    export.depth = 1;
    for value in values {
        export.value(value, None);
    }
    export.depth = 0;
    export.line("</Objs>");
    export.text.into_bytes()
}

/// What a remote shell adds to every object; it stands behind the object's own properties.
const NOTES: [&str; 3] = ["PSComputerName", "RunspaceId", "PSShowComputerName"];

/// `2026-05-01T11:36:57.291+05:30`.
fn local(time: Timestamp, offset: Offset) -> String {
    if offset == Offset::UTC {
        time.to_string()
    } else {
        time.display_with_offset(offset).to_string()
    }
}

#[derive(Default)]
struct Export {
    /// Of local time.
    culture: Culture,
    text: String,
    depth: usize,
    objects: usize,
    /// Type lists written so far; the place is the `RefId`.
    types: Vec<Vec<Cow<'static, str>>>,
}

impl Export {
    fn value(&mut self, value: &Value, name: Option<&str>) {
        let name = name.map(|name| format!(" N=\"{}\"", escape_attribute(&encode(name))));
        let name = name.unwrap_or_default();
        match value {
            Value::Null => self.line(&format!("<Nil{name} />")),
            Value::Bool(truth) => self.simple("B", &name, &truth.to_string()),
            Value::I32(number) => self.simple("I32", &name, &number.to_string()),
            Value::I64(number) => self.simple("I64", &name, &number.to_string()),
            Value::F64(number) => self.simple("Db", &name, &double(*number)),
            Value::String(text) => self.simple("S", &name, &escape(&encode(text))),
            Value::DateTime(time) => self.simple("DT", &name, &local(*time, self.culture.offset)),
            Value::Utc(time) => self.simple("DT", &name, &time.to_string()),
            Value::Guid(guid) => self.simple("G", &name, &guid.to_string()),
            Value::Opaque(opaque) => {
                let types = [opaque.type_name.clone(), "System.Object".into()];
                self.object(&name, &types, Some(&opaque.text), |_| {});
            }
            Value::Enum(member) => {
                let types = [
                    member.type_name.clone(),
                    "System.Enum".into(),
                    "System.ValueType".into(),
                    "System.Object".into(),
                ];
                let number = member.number.to_string();
                self.object(&name, &types, Some(&member.text), |export| {
                    export.simple("I32", "", &number);
                });
            }
            Value::List(values) => {
                let types = ["System.Object[]", "System.Array", "System.Object"].map(Cow::Borrowed);
                self.object(&name, &types, None, |export| {
                    export.group("LST", values.is_empty(), |export| {
                        for value in values {
                            export.value(value, None);
                        }
                    });
                });
            }
            Value::Hashtable(entries) => {
                let types = ["System.Collections.Hashtable", "System.Object"].map(Cow::Borrowed);
                self.object(&name, &types, None, |export| export.dictionary(entries));
            }
            Value::Object(object) => self.whole_object(&name, object),
        }
    }

    fn dictionary(&mut self, entries: &[(String, Value)]) {
        self.group("DCT", entries.is_empty(), |export| {
            for (key, value) in entries {
                export.group("En", false, |export| {
                    export.simple("S", " N=\"Key\"", &escape(&encode(key)));
                    export.value(value, Some("Value"));
                });
            }
        });
    }

    fn whole_object(&mut self, name: &str, object: &Object) {
        let is_note = |name: &str| NOTES.contains(&name);
        let (notes, own): (Vec<_>, Vec<_>) =
            object.properties.iter().partition(|(name, _)| is_note(name));
        self.object(name, &object.type_names, Some(&object.text), |export| {
            export.properties("Props", &own);
            if !notes.is_empty() {
                export.properties("MS", &notes);
            }
        });
    }

    fn properties(&mut self, tag: &str, properties: &[&(Cow<'static, str>, Value)]) {
        self.group(tag, properties.is_empty(), |export| {
            for (name, value) in properties {
                export.value(value, Some(name));
            }
        });
    }

    /// `<Obj>` with its types, its text and what `content` adds.
    fn object(
        &mut self,
        name: &str,
        types: &[Cow<'static, str>],
        text: Option<&str>,
        content: impl FnOnce(&mut Self),
    ) {
        let number = self.objects;
        self.objects += 1;
        self.line(&format!("<Obj{name} RefId=\"{number}\">"));
        self.depth += 1;
        self.type_names(types);
        if let Some(text) = text {
            self.simple("ToString", "", &escape(&encode(text)));
        }
        content(self);
        self.depth -= 1;
        self.line("</Obj>");
    }

    fn type_names(&mut self, types: &[Cow<'static, str>]) {
        if types.is_empty() {
            return;
        }
        if let Some(number) = self.types.iter().position(|known| known == types) {
            return self.line(&format!("<TNRef RefId=\"{number}\" />"));
        }
        let number = self.types.len();
        self.types.push(types.to_vec());
        self.line(&format!("<TN RefId=\"{number}\">"));
        self.depth += 1;
        for name in types {
            self.simple("T", "", &escape(&encode(name)));
        }
        self.depth -= 1;
        self.line("</TN>");
    }

    fn group(&mut self, tag: &str, empty: bool, content: impl FnOnce(&mut Self)) {
        if empty {
            return self.line(&format!("<{tag} />"));
        }
        self.line(&format!("<{tag}>"));
        self.depth += 1;
        content(self);
        self.depth -= 1;
        self.line(&format!("</{tag}>"));
    }

    fn simple(&mut self, tag: &str, name: &str, escaped: &str) {
        self.line(&format!("<{tag}{name}>{escaped}</{tag}>"));
    }

    fn line(&mut self, text: &str) {
        self.text.push_str("\r\n");
        self.text.extend(std::iter::repeat_n("  ", self.depth));
        self.text.push_str(text);
    }
}

/// .NET's round-trip form of a double, for the values XML Schema spells in words.
fn double(number: f64) -> String {
    if number.is_nan() {
        "NaN".to_owned()
    } else if number.is_infinite() {
        if number > 0.0 { "INF".to_owned() } else { "-INF".to_owned() }
    } else {
        number.to_string()
    }
}

/// Writes characters that XML cannot hold, or would change, as `_x000A_`; and `_x` itself so that it is
/// not taken for one (MS-PSRP section 2.2.5.3.2).
fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        let marks = letter == '_' && matches!(letters.peek(), Some('x' | 'X'));
        let unfit =
            matches!(letter, '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}');
        if marks || unfit || letter.len_utf16() > 1 {
            for unit in letter.encode_utf16(&mut [0; 2]) {
                // Writing to a string cannot fail.
                let _ = write!(out, "_x{unit:04X}_");
            }
        } else {
            out.push(letter);
        }
    }
    out
}
