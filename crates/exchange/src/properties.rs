//! Property tables: how a noun such as a Send connector shows itself to the shell.
//!
//! One table per noun names every property in the product's order, says how to read it and, where the
//! `Set-` cmdlet may change it, how. `Get-…`, `Set-…`, the CLIXML export and the diagnosis that
//! reads that export all go through the same table.

use crate::value::{Object, Value};

/// One property of a noun.
pub struct Property<T: 'static> {
    /// The product's name, such as `RequireTLS`.
    pub name: &'static str,
    /// Its value.
    pub get: fn(&T) -> Value,
    /// Takes a new value; `None` for what no `Set-` cmdlet changes.
    pub set: Option<Setter<T>>,
}

/// Gives one property of a noun a new value.
pub type Setter<T> = fn(&mut T, &Value) -> Result<(), Unfit>;

impl<T> Property<T> {
    /// A property that is only shown.
    pub const fn shown(name: &'static str, get: fn(&T) -> Value) -> Self {
        Self { name, get, set: None }
    }
}

/// A value that a property cannot take.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Cannot convert value \"{found}\" to type \"{expected}\".{}", reason.as_ref().map(|r| format!(" Error: \"{r}\"")).unwrap_or_default())]
pub struct Unfit {
    /// The type that was wanted, as the product names it.
    pub expected: &'static str,
    /// The text of what came.
    pub found: String,
    /// Why it does not fit, where there is more to say.
    pub reason: Option<String>,
}

impl Unfit {
    /// That value does not fit that type.
    pub fn new(expected: &'static str, found: &Value) -> Self {
        Self { expected, found: found.to_string(), reason: None }
    }

    /// The same with a reason.
    #[must_use]
    pub fn because(mut self, reason: impl Into<String>) -> Self {
        self.reason = Some(reason.into());
        self
    }
}

/// A noun of the product, known to the shell by a table of properties.
pub trait Noun: Sized + 'static {
    /// .NET type names, most derived first.
    const TYPE_NAMES: &'static [&'static str];
    /// Its properties in the product's order.
    const PROPERTIES: &'static [Property<Self>];

    /// The text that names it in messages and in CLIXML's `ToString`.
    fn identity(&self) -> String;

    /// The noun as an object of the shell.
    fn to_object(&self) -> Object {
        Object {
            type_names: Self::TYPE_NAMES.iter().map(|name| (*name).into()).collect(),
            text: self.identity(),
            properties: Self::PROPERTIES
                .iter()
                .map(|property| (property.name.into(), (property.get)(self)))
                .collect(),
        }
    }

    /// Gives the property a new value.
    ///
    /// # Errors
    /// When the value does not fit; a property that is unknown or only shown is `Ok(false)`.
    fn assign(&mut self, name: &str, value: &Value) -> Result<bool, Unfit> {
        let property =
            Self::PROPERTIES.iter().find(|property| property.name.eq_ignore_ascii_case(name));
        match property.and_then(|property| property.set) {
            Some(set) => set(self, value).map(|()| true),
            None => Ok(false),
        }
    }

    /// Takes over every property of an exported object that the table knows how to set.
    ///
    /// Returns the properties whose values did not fit; an export is evidence, so one odd value
    /// must not cost the others.
    fn take_over(&mut self, object: &Object) -> Vec<Unfit> {
        object
            .properties
            .iter()
            .filter_map(|(name, value)| self.assign(name, value).err())
            .collect()
    }
}

/// A field that can be shown as a value and set from one.
pub trait Fit: Sized {
    /// The value the shell shows.
    fn to_value(&self) -> Value;

    /// The field's type made from a value of the shell.
    ///
    /// # Errors
    /// When the value cannot be converted.
    fn from_value(value: &Value) -> Result<Self, Unfit>;
}

/// A property that shows a field and lets `Set-` change it.
///
/// `field!("RequireTLS", require_tls)`; with a third argument the value is shown as that product
/// type: `field!("Fqdn", fqdn, "Microsoft.Exchange.Data.Fqdn")`.
macro_rules! field {
    ($name:literal, $($field:tt).+) => {
        $crate::properties::Property {
            name: $name,
            get: |noun| $crate::properties::Fit::to_value(&noun.$($field).+),
            set: Some(|noun, value| {
                noun.$($field).+ = $crate::properties::Fit::from_value(value)?;
                Ok(())
            }),
        }
    };
    ($name:literal, $($field:tt).+, $type_name:literal) => {
        $crate::properties::Property {
            name: $name,
            get: |noun| {
                $crate::properties::typed(
                    $crate::properties::Fit::to_value(&noun.$($field).+),
                    $type_name,
                )
            },
            set: Some(|noun, value| {
                noun.$($field).+ = $crate::properties::Fit::from_value(value)?;
                Ok(())
            }),
        }
    };
}
pub(crate) use field;

/// The same value under the name of a product type; `$null` stays `$null`.
pub(crate) fn typed(value: Value, type_name: &'static str) -> Value {
    match value {
        Value::Null => Value::Null,
        Value::List(values) => {
            Value::List(values.into_iter().map(|one| typed(one, type_name)).collect())
        }
        other => Value::opaque(type_name, other.to_string()),
    }
}

impl Fit for bool {
    fn to_value(&self) -> Value {
        Value::Bool(*self)
    }

    fn from_value(value: &Value) -> Result<Self, Unfit> {
        match value {
            Value::Bool(value) => Ok(*value),
            Value::I32(number) => Ok(*number != 0),
            Value::String(text) if text.eq_ignore_ascii_case("true") => Ok(true),
            Value::String(text) if text.eq_ignore_ascii_case("false") => Ok(false),
            other => Err(Unfit::new("System.Boolean", other).because(
                "Boolean parameters accept only Boolean values and numbers, such as $True, $False, 1 or 0.",
            )),
        }
    }
}

impl Fit for i32 {
    fn to_value(&self) -> Value {
        Value::I32(*self)
    }

    fn from_value(value: &Value) -> Result<Self, Unfit> {
        match value {
            Value::I32(number) => Ok(*number),
            other => {
                other.to_string().trim().parse().map_err(|_| Unfit::new("System.Int32", other))
            }
        }
    }
}

impl Fit for u16 {
    fn to_value(&self) -> Value {
        Value::I32(i32::from(*self))
    }

    fn from_value(value: &Value) -> Result<Self, Unfit> {
        let text = value.to_string();
        text.trim().parse().map_err(|_| Unfit::new("System.Int32", value))
    }
}

impl Fit for String {
    fn to_value(&self) -> Value {
        Value::String(self.clone())
    }

    fn from_value(value: &Value) -> Result<Self, Unfit> {
        Ok(value.to_string())
    }
}

impl Fit for crate::guid::Guid {
    fn to_value(&self) -> Value {
        Value::Guid(*self)
    }

    fn from_value(value: &Value) -> Result<Self, Unfit> {
        value.to_string().parse().map_err(|_| Unfit::new("System.Guid", value))
    }
}

impl Fit for jiff::Timestamp {
    fn to_value(&self) -> Value {
        Value::DateTime(*self)
    }

    fn from_value(value: &Value) -> Result<Self, Unfit> {
        match value {
            Value::DateTime(time) | Value::Utc(time) => Ok(*time),
            other => other.to_string().parse().map_err(|_| Unfit::new("System.DateTime", other)),
        }
    }
}

impl Fit for std::net::IpAddr {
    fn to_value(&self) -> Value {
        Value::opaque("System.Net.IPAddress", self.to_string())
    }

    fn from_value(value: &Value) -> Result<Self, Unfit> {
        let text = value.to_string();
        text.trim().parse().map_err(|_| Unfit::new("System.Net.IPAddress", value))
    }
}

/// `$null` and the empty text mean "not set".
impl<T: Fit> Fit for Option<T> {
    fn to_value(&self) -> Value {
        self.as_ref().map_or(Value::Null, Fit::to_value)
    }

    fn from_value(value: &Value) -> Result<Self, Unfit> {
        match value {
            Value::Null => Ok(None),
            Value::String(text) if text.is_empty() => Ok(None),
            Value::List(values) if values.is_empty() => Ok(None),
            other => T::from_value(other).map(Some),
        }
    }
}

impl<T: Fit> Fit for Vec<T> {
    fn to_value(&self) -> Value {
        Value::List(self.iter().map(Fit::to_value).collect())
    }

    fn from_value(value: &Value) -> Result<Self, Unfit> {
        value.elements().iter().map(T::from_value).collect()
    }
}

/// An enumeration of the product: its .NET name and its members with their names.
///
/// The number of a member is its place in the list.
pub trait Enumeration: Copy + PartialEq + Sized + 'static {
    /// Full .NET type name.
    const TYPE_NAME: &'static str;
    /// Every member with its name and number, in order.
    const MEMBERS: &'static [(Self, &'static str, i32)];

    /// The member's name.
    fn name(self) -> &'static str {
        Self::MEMBERS.iter().find(|(member, ..)| *member == self).map_or("", |(_, name, _)| name)
    }

    /// The member of that name, whatever its case.
    fn named(name: &str) -> Option<Self> {
        Self::MEMBERS
            .iter()
            .find(|(_, own, _)| own.eq_ignore_ascii_case(name.trim()))
            .map(|(member, ..)| *member)
    }

    /// The member's number.
    fn number(self) -> i32 {
        Self::MEMBERS.iter().find(|(member, ..)| *member == self).map_or(0, |(.., number)| *number)
    }
}

impl<T: Enumeration> Fit for T {
    fn to_value(&self) -> Value {
        Value::enumeration(T::TYPE_NAME, self.name(), self.number())
    }

    fn from_value(value: &Value) -> Result<Self, Unfit> {
        T::named(&value.to_string()).ok_or_else(|| {
            let names: Vec<_> = T::MEMBERS.iter().map(|(_, name, _)| *name).collect();
            Unfit::new(T::TYPE_NAME, value).because(format!(
                "Unable to match the identifier name {value} to a valid enumerator name. Specify one of the following enumerator names and try again: {}",
                names.join(", ")
            ))
        })
    }
}

/// Members of an enumeration that may be set together, printed in the order of their numbers:
/// `Tls, Integrated, BasicAuth`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flags<T> {
    bits: i32,
    of: std::marker::PhantomData<T>,
}

impl<T: Enumeration> Flags<T> {
    /// None of them.
    pub const NONE: Self = Self { bits: 0, of: std::marker::PhantomData };

    /// These members.
    pub fn of(members: &[T]) -> Self {
        let bits = members.iter().fold(0, |bits, member| bits | member.number());
        Self { bits, ..Self::NONE }
    }

    /// Whether that member is set.
    pub fn has(self, member: T) -> bool {
        self.bits & member.number() != 0
    }

    /// The members that are set.
    pub fn iter(self) -> impl Iterator<Item = T> {
        T::MEMBERS.iter().filter(move |(.., bit)| self.bits & bit != 0).map(|(member, ..)| *member)
    }
}

impl<T: Enumeration> Fit for Flags<T> {
    fn to_value(&self) -> Value {
        let names: Vec<_> = self.iter().map(Enumeration::name).collect();
        let text = if names.is_empty() { "None".to_owned() } else { names.join(", ") };
        Value::enumeration(T::TYPE_NAME, text, self.bits)
    }

    /// Takes `'A, B'` as well as the list `A, B`.
    fn from_value(value: &Value) -> Result<Self, Unfit> {
        let texts: Vec<String> = value.elements().iter().map(ToString::to_string).collect();
        let mut flags = Self::NONE;
        for name in texts.iter().flat_map(|text| text.split(',')) {
            if name.trim().eq_ignore_ascii_case("none") || name.trim().is_empty() {
                continue;
            }
            flags.bits |= T::from_value(&Value::from(name.trim()))?.number();
        }
        Ok(flags)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Copy, Debug, PartialEq)]
    enum Level {
        None,
        Verbose,
    }

    impl Enumeration for Level {
        const TYPE_NAME: &'static str = "Test.Level";
        const MEMBERS: &'static [(Self, &'static str, i32)] =
            &[(Self::None, "None", 0), (Self::Verbose, "Verbose", 1)];
    }

    struct Lamp {
        name: String,
        lit: bool,
        level: Level,
        fqdn: Option<String>,
    }

    impl Noun for Lamp {
        const TYPE_NAMES: &'static [&'static str] = &["Test.Lamp", "System.Object"];
        const PROPERTIES: &'static [Property<Self>] = &[
            Property::shown("Name", |lamp| lamp.name.to_value()),
            field!("Lit", lit),
            field!("Level", level),
            field!("Fqdn", fqdn, "Test.Fqdn"),
        ];

        fn identity(&self) -> String {
            self.name.clone()
        }
    }

    fn lamp() -> Lamp {
        Lamp { name: "desk".into(), lit: false, level: Level::None, fqdn: None }
    }

    #[test]
    fn a_property_is_set_through_the_table_whatever_its_case() {
        let mut lamp = lamp();
        assert_eq!(lamp.assign("lit", &Value::Bool(true)), Ok(true));
        assert_eq!(lamp.assign("LEVEL", &Value::from("verbose")), Ok(true));
        assert_eq!(lamp.assign("Name", &Value::from("x")), Ok(false));
        assert!(lamp.lit && lamp.level == Level::Verbose);
        assert_eq!(lamp.name, "desk");
    }

    #[test]
    fn a_wrong_value_says_what_was_expected() {
        let mut lamp = lamp();
        let unfit = lamp.assign("Level", &Value::from("Loud")).unwrap_err();
        assert!(unfit.to_string().contains("\"Loud\" to type \"Test.Level\""));
        assert!(unfit.to_string().contains("None, Verbose"));
    }

    #[test]
    fn an_export_is_taken_over_as_far_as_it_fits() {
        let mut origin = lamp();
        origin.lit = true;
        origin.fqdn = Some("a.example".into());
        let mut object = origin.to_object();
        object.properties.push(("Level".into(), Value::from("Loud")));
        let mut copy = lamp();
        assert_eq!(copy.take_over(&object).len(), 1);
        assert!(copy.lit);
        assert_eq!(copy.fqdn.as_deref(), Some("a.example"));
    }
}
