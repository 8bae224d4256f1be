//! What `-Property` takes: names with wildcards, script blocks, and calculated properties
//! `@{n='Age'; e={$_.Age}}`.

use exchange::culture::Culture;
use exchange::value::Value;

use super::errors::{Category, ErrorRecord};
use super::invocation::Invocation;
use super::view::Alignment;
use super::{members, methods, value_text, wildcard};

/// One element of `-Property`.
#[derive(Clone, Debug)]
pub(crate) struct Selector {
    /// The heading, when it is not the name itself.
    pub(crate) label: Option<String>,
    /// Where the value comes from.
    pub(crate) origin: Origin,
    /// Width of a table column.
    pub(crate) width: Option<usize>,
    /// Alignment of a table column.
    pub(crate) alignment: Option<Alignment>,
    /// A .NET format for the value.
    pub(crate) format: Option<String>,
    /// Order of `Sort-Object`, when it is not that of the whole command.
    pub(crate) descending: Option<bool>,
}

/// Where the value of a selector comes from.
#[derive(Clone, Debug)]
pub(crate) enum Origin {
    /// A property, or all that match a wildcard.
    Name(String),
    /// A script block, as a value.
    Block(Value),
}

impl Selector {
    /// A property by name or wildcard.
    pub(crate) fn named(name: impl Into<String>) -> Self {
        Self {
            label: None,
            origin: Origin::Name(name.into()),
            width: None,
            alignment: None,
            format: None,
            descending: None,
        }
    }

    /// Reads the elements of `-Property`.
    ///
    /// # Errors
    /// PowerShell's error for a hash table with an unknown or a missing key.
    pub(crate) fn all_of(values: &[Value]) -> Result<Vec<Self>, ErrorRecord> {
        let mut selectors = Vec::new();
        for value in values {
            match value {
                Value::Hashtable(entries) => selectors.push(Self::of_entries(entries)?),
                Value::List(values) => selectors.extend(Self::all_of(values)?),
                Value::Null => {}
                single if value_text::script_block_text(single).is_some() => {
                    let origin = Origin::Block(single.clone());
                    selectors.push(Self { origin, ..Self::named("") });
                }
                single => selectors.push(Self::named(single.to_string())),
            }
        }
        Ok(selectors)
    }

    fn of_entries(entries: &[(String, Value)]) -> Result<Self, ErrorRecord> {
        let mut selector = Self::named("");
        let mut has_expression = false;
        for (key, value) in entries {
            let lower = key.to_ascii_lowercase();
            match lower.as_str() {
                "n" | "name" | "l" | "label" => selector.label = Some(value.to_string()),
                "e" | "expression" => {
                    has_expression = true;
                    selector.origin = match value_text::script_block_text(value) {
                        Some(_) => Origin::Block(value.clone()),
                        None => Origin::Name(value.to_string()),
                    };
                }
                "width" => {
                    let width = methods::whole(value, Culture::default());
                    selector.width = width.and_then(|width| usize::try_from(width).ok());
                }
                "a" | "align" | "alignment" => {
                    selector.alignment =
                        Some(match value.to_string().to_ascii_lowercase().as_str() {
                            "right" => Alignment::Right,
                            "center" => Alignment::Center,
                            _ => Alignment::Left,
                        });
                }
                "f" | "formatstring" => selector.format = Some(value.to_string()),
                "descending" => selector.descending = Some(value.is_true()),
                "ascending" => selector.descending = Some(!value.is_true()),
                _ => return Err(bad_key(key)),
            }
        }
        if has_expression { Ok(selector) } else { Err(missing_expression()) }
    }

    /// The heading: what was given, the name, or the text of the script block.
    pub(crate) fn heading(&self) -> String {
        match (&self.label, &self.origin) {
            (Some(label), _) => label.clone(),
            (None, Origin::Name(name)) => name.clone(),
            (None, Origin::Block(block)) => block.to_string().trim().to_owned(),
        }
    }

    /// The properties that the selector means in an object: their real names and values. A name
    /// that is not there gives nothing.
    ///
    /// # Errors
    /// What stopped the script block.
    pub(crate) async fn values(
        &self,
        invocation: &mut Invocation<'_>,
        item: &Value,
    ) -> Result<Vec<(String, Value)>, ErrorRecord> {
        match &self.origin {
            Origin::Block(block) => {
                let value = match invocation.session.block_of(block)? {
                    Some(block) => invocation.call_block(&block, item.clone()).await?,
                    None => Vec::new(),
                };
                Ok(vec![(self.heading(), super::evaluate::collapsed(value))])
            }
            Origin::Name(name) => {
                let mut found = named(item, name, invocation.culture());
                if let (Some(label), [(name, _)]) = (&self.label, found.as_mut_slice()) {
                    name.clone_from(label);
                }
                Ok(found)
            }
        }
    }

    /// The one value that the selector means in an object.
    ///
    /// # Errors
    /// What stopped the script block.
    pub(crate) async fn value(
        &self,
        invocation: &mut Invocation<'_>,
        item: &Value,
    ) -> Result<Value, ErrorRecord> {
        let mut values = self.values(invocation, item).await?;
        Ok(if values.is_empty() { Value::Null } else { values.remove(0).1 })
    }
}

/// The properties of a name or wildcard, under their real names.
fn named(item: &Value, name: &str, culture: Culture) -> Vec<(String, Value)> {
    if wildcard::is_pattern(name) {
        let own = members::shown_properties(item, culture).into_iter();
        return own.filter(|(own, _)| wildcard::matches(name, own)).collect();
    }
    // The keys of a hash table are no properties of it, as many a script has found out.
    if let Value::Hashtable(_) = item {
        let own = members::shown_properties(item, culture).into_iter();
        return own.filter(|(own, _)| own.eq_ignore_ascii_case(name)).collect();
    }
    if let Value::Object(object) = item
        && let Some((own, value)) =
            object.properties.iter().find(|(own, _)| own.eq_ignore_ascii_case(name))
    {
        return vec![(own.to_string(), value.clone())];
    }
    match members::property(item, name, culture) {
        Value::Null => Vec::new(),
        value => vec![(name.to_owned(), value)],
    }
}

fn bad_key(key: &str) -> ErrorRecord {
    let message = format!("The {key} key is not valid.");
    ErrorRecord::new(Category::InvalidArgument, "DictionaryKeyUnknown", message)
        .exception("NotSupportedException")
}

fn missing_expression() -> ErrorRecord {
    let message =
        "The hash table is missing a mandatory entry. Add the following entry: expression.";
    ErrorRecord::new(Category::InvalidArgument, "DictionaryKeyMandatoryEntry", message)
        .exception("NotSupportedException")
}
