//! Values as PowerShell hands them from one cmdlet to the next.
//!
//! One model serves the console (what a cmdlet returns), the configuration exports (CLIXML) and the
//! diagnosis (what it reads back). A product type such as `EnhancedTimeSpan` is kept as its
//! `ToString` text together with its type name: nothing in the lab needs more of it.
//!
//! Not modelled: `ScriptBlock` (the console has its own), `PSCredential`, serialization blobs.

use std::borrow::Cow;
use std::fmt;

use jiff::Timestamp;

use crate::culture::Culture;
use crate::guid::Guid;

/// A value of the shell.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `$null`.
    Null,
    /// `$true` or `$false`.
    Bool(bool),
    /// `System.Int32`.
    I32(i32),
    /// `System.Int64`.
    I64(i64),
    /// `System.Double`.
    F64(f64),
    /// `System.String`.
    String(String),
    /// `System.DateTime`, in UTC; shown in the server's local time.
    DateTime(Timestamp),
    /// `System.DateTime` that is shown in UTC wherever the server is, such as `WhenChangedUTC`.
    Utc(Timestamp),
    /// `System.Guid`.
    Guid(Guid),
    /// A product type of which only the text matters.
    Opaque(Opaque),
    /// A member of an enumeration, or several joined by `, `.
    Enum(EnumValue),
    /// An array or a multi-valued property.
    List(Vec<Value>),
    /// A hash table literal, `@{Add='a'; Remove='b'}`, in the order written.
    Hashtable(Vec<(String, Value)>),
    /// An object with named properties.
    Object(Box<Object>),
}

/// A product type seen through its `ToString`, such as `36 MB (37,748,736 bytes)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opaque {
    /// Full .NET type name, such as `Microsoft.Exchange.Data.ByteQuantifiedSize`.
    pub type_name: Cow<'static, str>,
    /// What `ToString` gives.
    pub text: String,
}

/// A member of an enumeration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnumValue {
    /// Full .NET type name, such as `Microsoft.Exchange.Data.ProtocolLoggingLevel`.
    pub type_name: Cow<'static, str>,
    /// Name of the member, such as `Verbose`.
    pub text: String,
    /// Its number.
    pub number: i32,
}

/// An object: its type names, most derived first, and its properties in display order.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Object {
    /// .NET type names, most derived first.
    pub type_names: Vec<Cow<'static, str>>,
    /// What `ToString` gives; CLIXML writes it, and an error message names the object by it.
    pub text: String,
    /// Properties in the product's order.
    pub properties: Vec<(Cow<'static, str>, Value)>,
}

impl Object {
    /// An object with one type name and no properties yet.
    pub fn new(type_name: &'static str) -> Self {
        Self { type_names: vec![Cow::Borrowed(type_name)], ..Self::default() }
    }

    /// The same object with one more property.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.properties.push((Cow::Borrowed(name), value.into()));
        self
    }

    /// The property of that name, whatever its case; as in PowerShell.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.properties.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, v)| v)
    }

    /// The text of a property; empty when it is null or absent.
    pub fn text_of(&self, name: &str) -> String {
        self.get(name).map(Value::to_string).unwrap_or_default()
    }
}

impl Value {
    /// A product type of which only the text matters.
    pub fn opaque(type_name: &'static str, text: impl Into<String>) -> Self {
        Self::Opaque(Opaque { type_name: Cow::Borrowed(type_name), text: text.into() })
    }

    /// A member of an enumeration.
    pub fn enumeration(type_name: &'static str, text: impl Into<String>, number: i32) -> Self {
        Self::Enum(EnumValue { type_name: Cow::Borrowed(type_name), text: text.into(), number })
    }

    /// The object in it, when it is one.
    pub fn as_object(&self) -> Option<&Object> {
        match self {
            Self::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The elements: of a list each, of `$null` none, of anything else itself.
    pub fn elements(&self) -> &[Value] {
        match self {
            Self::Null => &[],
            Self::List(values) => values,
            single => std::slice::from_ref(single),
        }
    }

    /// PowerShell's idea of truth: `$null`, `0`, empty text and empty lists are false.
    pub fn is_true(&self) -> bool {
        match self {
            Self::Null => false,
            Self::Bool(value) => *value,
            Self::I32(value) => *value != 0,
            Self::I64(value) => *value != 0,
            Self::F64(value) => *value != 0.0,
            Self::String(text) => !text.is_empty(),
            Self::List(values) => match values.as_slice() {
                [] => false,
                [single] => single.is_true(),
                _ => true,
            },
            Self::DateTime(_)
            | Self::Utc(_)
            | Self::Guid(_)
            | Self::Opaque(_)
            | Self::Enum(_)
            | Self::Hashtable(_)
            | Self::Object(_) => true,
        }
    }

    /// The text a table or list shows, in the culture of the server.
    pub fn show(&self, culture: &Culture) -> String {
        match self {
            Self::DateTime(time) => culture.date_time(*time),
            Self::Utc(time) => culture.in_utc().date_time(*time),
            Self::List(values) => {
                let shown: Vec<_> = values.iter().map(|value| value.show(culture)).collect();
                format!("{{{}}}", shown.join(", "))
            }
            Self::Hashtable(entries) => {
                let names: Vec<_> = entries.iter().map(|(name, _)| name.as_str()).collect();
                format!("{{{}}}", names.join(", "))
            }
            other => other.to_string(),
        }
    }
}

/// The text of the value outside any culture: what `"$value"` gives on an English server in UTC.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => Ok(()),
            Self::Bool(true) => f.write_str("True"),
            Self::Bool(false) => f.write_str("False"),
            Self::I32(value) => write!(f, "{value}"),
            Self::I64(value) => write!(f, "{value}"),
            Self::F64(value) => write!(f, "{value}"),
            Self::String(text) => f.write_str(text),
            Self::DateTime(time) | Self::Utc(time) => {
                f.write_str(&Culture::default().date_time(*time))
            }
            Self::Guid(guid) => write!(f, "{guid}"),
            Self::Opaque(opaque) => f.write_str(&opaque.text),
            Self::Enum(member) => f.write_str(&member.text),
            Self::List(values) => {
                for (index, value) in values.iter().enumerate() {
                    if index > 0 {
                        f.write_str(" ")?;
                    }
                    write!(f, "{value}")?;
                }
                Ok(())
            }
            Self::Hashtable(_) => f.write_str("System.Collections.Hashtable"),
            Self::Object(object) => f.write_str(&object.text),
        }
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i32> for Value {
    fn from(value: i32) -> Self {
        Self::I32(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::I64(value)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::String(text)
    }
}

impl From<Timestamp> for Value {
    fn from(time: Timestamp) -> Self {
        Self::DateTime(time)
    }
}

impl From<Guid> for Value {
    fn from(guid: Guid) -> Self {
        Self::Guid(guid)
    }
}

impl From<Object> for Value {
    fn from(object: Object) -> Self {
        Self::Object(Box::new(object))
    }
}

impl<T: Into<Value>> From<Vec<T>> for Value {
    fn from(values: Vec<T>) -> Self {
        Self::List(values.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_property_is_found_whatever_its_case() {
        let object = Object::new("T").with("MessageCount", 3);
        assert_eq!(object.get("messagecount"), Some(&Value::I32(3)));
        assert_eq!(object.get("Count"), None);
    }

    #[test]
    fn truth_is_powershells() {
        assert!(!Value::Null.is_true());
        assert!(!Value::List(vec![Value::Bool(false)]).is_true());
        assert!(Value::List(vec![Value::Null, Value::Null]).is_true());
        assert!(!Value::from("").is_true());
    }

    #[test]
    fn a_list_is_shown_in_braces_and_printed_with_blanks() {
        let list = Value::from(vec!["a", "b"]);
        assert_eq!(list.show(&Culture::default()), "{a, b}");
        assert_eq!(list.to_string(), "a b");
    }
}
