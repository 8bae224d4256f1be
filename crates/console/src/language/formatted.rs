//! What `Format-Table` and `Format-List` put out: a value that knows how to be written.
//!
//! It is written when its width is known, so that `Format-Table -AutoSize | Out-String -Width 4096` works.

use std::borrow::Cow;

use exchange::value::{Object, Value};

use super::format_list::{EntryGroup, List};
use super::format_table::{Column, Layout, RowGroup, Table};
use super::view::Alignment;

/// .NET's name of the type.
pub(crate) const TYPE_NAME: &str = "Microsoft.PowerShell.Commands.Internal.Format.FormatEntryData";

/// Something laid out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Formatted {
    /// A table.
    Table(Table),
    /// A list.
    List(List),
}

impl Formatted {
    /// Its lines at a width.
    pub(crate) fn lines(&self, width: usize) -> Vec<String> {
        match self {
            Self::Table(table) => table.lines(width),
            Self::List(list) => list.lines(width),
        }
    }

    /// Reads back what [`Value::from`] made.
    pub(crate) fn of(value: &Value) -> Option<Self> {
        let object = value.as_object()?;
        if object.type_names.first().map(Cow::as_ref) != Some(TYPE_NAME) {
            return None;
        }
        match object.get("Columns") {
            Some(columns) => Some(Self::Table(Table {
                columns: columns.elements().iter().filter_map(column_of).collect(),
                groups: groups_of(object, row_of, |heading, rows| RowGroup { heading, rows }),
                layout: layout_of(object),
            })),
            None => Some(Self::List(List {
                groups: groups_of(object, entry_of, |heading, entries| EntryGroup {
                    heading,
                    entries,
                }),
            })),
        }
    }
}

impl From<Formatted> for Value {
    fn from(formatted: Formatted) -> Self {
        let object = Object::new(TYPE_NAME);
        Value::from(match formatted {
            Formatted::Table(table) => {
                let columns = table.columns.into_iter().map(column_value);
                let groups = table.groups.into_iter().map(|group| {
                    let rows = group.rows.into_iter().map(Value::from);
                    group_value(group.heading, rows.collect())
                });
                object
                    .with("Columns", Value::List(columns.collect()))
                    .with("Groups", Value::List(groups.collect()))
                    .with("AutoSize", table.layout.auto_size)
                    .with("Wrap", table.layout.wrap)
                    .with("HideTableHeaders", table.layout.hide_headers)
            }
            Formatted::List(list) => {
                let groups = list.groups.into_iter().map(|group| {
                    let entries = group.entries.into_iter().map(|entry| {
                        let pairs = entry.into_iter().map(|(name, text)| (name, Value::from(text)));
                        Value::Hashtable(pairs.collect())
                    });
                    group_value(group.heading, entries.collect())
                });
                object.with("Groups", Value::List(groups.collect()))
            }
        })
    }
}

fn column_value(column: Column) -> Value {
    let side = match column.alignment {
        Alignment::Left => "Left",
        Alignment::Right => "Right",
        Alignment::Center => "Center",
    };
    Value::from(
        Object::new(TYPE_NAME)
            .with("Label", column.label)
            .with("Width", i32::try_from(column.width).unwrap_or(i32::MAX))
            .with("Alignment", side),
    )
}

fn column_of(value: &Value) -> Option<Column> {
    let object = value.as_object()?;
    let width = match object.get("Width") {
        Some(Value::I32(width)) => usize::try_from(*width).unwrap_or_default(),
        _ => 0,
    };
    let alignment = match object.text_of("Alignment").as_str() {
        "Right" => Alignment::Right,
        "Center" => Alignment::Center,
        _ => Alignment::Left,
    };
    Some(Column { label: object.text_of("Label"), width, alignment })
}

fn group_value(heading: Option<String>, entries: Vec<Value>) -> Value {
    Value::from(
        Object::new(TYPE_NAME).with("Heading", heading).with("Entries", Value::List(entries)),
    )
}

fn groups_of<E, G>(
    object: &Object,
    entry: fn(&Value) -> E,
    group: fn(Option<String>, Vec<E>) -> G,
) -> Vec<G> {
    let groups = object.get("Groups").map(Value::elements).unwrap_or_default();
    let groups = groups.iter().filter_map(Value::as_object).map(|own| {
        let heading = own.get("Heading").filter(|heading| **heading != Value::Null);
        let entries = own.get("Entries").map(Value::elements).unwrap_or_default();
        group(heading.map(Value::to_string), entries.iter().map(entry).collect())
    });
    groups.collect()
}

fn row_of(value: &Value) -> Vec<String> {
    value.elements().iter().map(Value::to_string).collect()
}

fn entry_of(value: &Value) -> Vec<(String, String)> {
    match value {
        Value::Hashtable(pairs) => {
            pairs.iter().map(|(name, text)| (name.clone(), text.to_string())).collect()
        }
        _ => Vec::new(),
    }
}

fn layout_of(object: &Object) -> Layout {
    let flag = |name: &str| object.get(name).is_some_and(Value::is_true);
    Layout {
        auto_size: flag("AutoSize"),
        wrap: flag("Wrap"),
        hide_headers: flag("HideTableHeaders"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_table_or_list_passes_through_a_value_unchanged(
            labels in proptest::collection::vec((".{0,5}", 0usize..20, 0u8..3), 1..4),
            rows in proptest::collection::vec(proptest::collection::vec(".{0,5}", 0..4), 0..4),
            entries in proptest::collection::vec(proptest::collection::vec((".{0,5}", ".{0,5}"), 0..4), 0..4),
            heading in proptest::option::of(".{0,5}"), auto_size: bool, wrap: bool, hide_headers: bool,
        ) {
            let columns = labels.into_iter().map(|(label, width, side)| Column {
                label, width,
                alignment: [Alignment::Left, Alignment::Right, Alignment::Center][usize::from(side)],
            });
            let table = Formatted::Table(Table {
                columns: columns.collect(),
                groups: vec![RowGroup { heading: heading.clone(), rows }],
                layout: Layout { auto_size, wrap, hide_headers },
            });
            prop_assert_eq!(Formatted::of(&Value::from(table.clone())), Some(table));
            let list = Formatted::List(List { groups: vec![EntryGroup { heading, entries }] });
            prop_assert_eq!(Formatted::of(&Value::from(list.clone())), Some(list));
        }
    }
}
