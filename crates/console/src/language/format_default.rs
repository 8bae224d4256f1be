//! How values are shown when nobody said how: by the view of their type, or by their properties.
//!
//! After a table, objects of a second type come as lists, as in PowerShell, if their type has a list view.
//!
//! Not modelled: that for other types; they get a table of their own.

use exchange::culture::Culture;
use exchange::value::{Object, Value};

use super::format_list::{EntryGroup, List};
use super::format_table::{Column, Layout, RowGroup, Table};
use super::formatted::Formatted;
use super::time_span::TimeSpan;
use super::view::{Alignment, Shape, View, ViewCell, ViewColumn, ViewGroup, listed_for, view_for};
use super::{errors, format_date, members, value_text};

/// How a server shows values.
#[derive(Clone, Debug)]
pub(crate) struct Style<'v> {
    /// The views of types.
    pub(crate) views: Vec<&'v View>,
    /// Dates and numbers.
    pub(crate) culture: Culture,
    /// Characters of a line.
    pub(crate) width: usize,
    /// Elements of a list that are shown (`$FormatEnumerationLimit`).
    pub(crate) enumeration_limit: usize,
}

/// Objects with more properties than this are shown as a list.
const TABLE_PROPERTIES_MAX: usize = 4;
/// A table of all properties has at most so many columns.
const TABLE_COLUMNS_MAX: usize = 10;

/// What values that stand together are shown as.
#[derive(Clone, Debug, PartialEq)]
enum Kind<'v> {
    /// Text as it is.
    Text,
    /// Dates, with empty lines around.
    Dates,
    /// Text with an empty line before and after.
    Paragraph,
    /// By the view of this type name.
    View(&'v str),
    /// A table of these properties.
    Table(Vec<String>),
    /// A list of these properties.
    List(Vec<String>),
}

impl<'v> Style<'v> {
    /// The lines for values that reached the end of their pipeline.
    pub(crate) fn lines(&self, values: &[Value]) -> Vec<String> {
        let flat = flattened(values);
        let mut lines = Vec::new();
        let mut table: Option<Kind<'v>> = None;
        let mut rest = flat.as_slice();
        while let Some(first) = rest.first() {
            let kind = self.kind(first);
            let count = rest.iter().take_while(|value| self.kind(value) == kind).count();
            let (together, after) = rest.split_at(count.max(1));
            let listed = first.as_object().and_then(|object| listed_for(&self.views, object));
            match listed.filter(|_| table.as_ref().is_some_and(|table| *table != kind)) {
                Some(names) => self.append_list(names, together, &mut lines),
                None => lines.extend(self.shown(&kind, together)),
            }
            if matches!(kind, Kind::View(_) | Kind::Table(_)) {
                table.get_or_insert(kind);
            }
            rest = after;
        }
        lines
    }

    /// A list right behind a table: one empty line between objects.
    fn append_list(&self, names: &[&str], values: &[Value], lines: &mut Vec<String>) {
        let entries = values.iter().filter_map(Value::as_object).map(|object| {
            let own = names.iter().filter_map(|name| Some(((*name).to_owned(), object.get(name)?)));
            own.map(|(name, value)| (name, self.cell(value))).collect()
        });
        let groups = vec![EntryGroup { heading: None, entries: entries.collect() }];
        while lines.last().is_some_and(String::is_empty) {
            lines.pop();
        }
        lines.push(String::new());
        let list = List { groups }.lines(self.width);
        lines.extend(list.into_iter().skip_while(String::is_empty));
    }

    fn kind(&self, value: &Value) -> Kind<'v> {
        match value {
            Value::DateTime(_) | Value::Utc(_) => Kind::Dates,
            Value::Opaque(_) if TimeSpan::of(value).is_some() => Kind::List(
                members::shown_properties(value, self.culture)
                    .into_iter()
                    .map(|(name, _)| name)
                    .collect(),
            ),
            Value::Object(object) => self.kind_of_object(object),
            _ => Kind::Text,
        }
    }

    fn kind_of_object(&self, object: &Object) -> Kind<'v> {
        if let Some(view) = view_for(&self.views, object) {
            return match view.shape {
                Shape::Text => Kind::Paragraph,
                _ => Kind::View(view.type_name),
            };
        }
        let own = object.type_names.first().map(AsRef::as_ref);
        let as_text = own == Some(super::formatted::TYPE_NAME) || own == Some(errors::TYPE_NAME);
        if as_text || object.properties.is_empty() {
            return Kind::Text;
        }
        let names = object.properties.iter().map(|(name, _)| name.to_string());
        let names: Vec<String> = names.filter(|name| !members::is_hidden(name)).collect();
        if names.len() <= TABLE_PROPERTIES_MAX { Kind::Table(names) } else { Kind::List(names) }
    }

    fn shown(&self, kind: &Kind<'v>, values: &[Value]) -> Vec<String> {
        match kind {
            Kind::Text => values.iter().flat_map(|value| self.text_lines(value)).collect(),
            Kind::Paragraph => {
                let mut lines = vec![String::new()];
                lines.extend(values.iter().flat_map(|value| self.text_lines(value)));
                lines.extend([String::new(), String::new()]);
                lines
            }
            Kind::Dates => {
                let dates = values.iter().filter_map(|value| match value {
                    Value::DateTime(time) => Some(format_date::long_form(*time, self.culture)),
                    Value::Utc(time) => Some(format_date::long_form(*time, self.culture.in_utc())),
                    _ => None,
                });
                let mut lines = vec![String::new()];
                lines.extend(dates);
                lines.extend([String::new(), String::new()]);
                lines
            }
            Kind::View(type_name) => {
                let view = self.views.iter().find(|view| view.type_name == *type_name);
                view.map_or(Vec::new(), |view| self.by_view(view, values).lines(self.width))
            }
            Kind::Table(names) => self.table_of(names, values).lines(self.width),
            Kind::List(names) => self.list_of(names, values).lines(self.width),
        }
    }

    fn text_lines(&self, value: &Value) -> Vec<String> {
        if let Some(formatted) = Formatted::of(value) {
            return formatted.lines(self.width);
        }
        let text = match value {
            Value::Object(object)
                if object.type_names.first().map(AsRef::as_ref) == Some(errors::TYPE_NAME) =>
            {
                errors::rendered_value(object, self.width)
            }
            other => value_text::shown(other, self.culture),
        };
        text.replace('\r', "").split('\n').map(str::to_owned).collect()
    }

    /// Values by the view of their type.
    pub(crate) fn by_view(&self, view: &View, values: &[Value]) -> Formatted {
        match &view.shape {
            Shape::Table(columns) => {
                let rows = values.iter().filter_map(Value::as_object);
                let rows = rows.map(|object| {
                    let cells = columns.iter().map(|column| self.view_cell(column, object));
                    (self.heading(view.group, object), cells.collect())
                });
                let columns = columns.iter().map(|column| Column {
                    label: column.label.to_owned(),
                    width: column.width,
                    alignment: column.alignment,
                });
                let groups = grouped(rows).map(|(heading, rows)| RowGroup { heading, rows });
                Formatted::Table(Table {
                    columns: columns.collect(),
                    groups: groups.collect(),
                    layout: Layout::default(),
                })
            }
            Shape::Text => Formatted::List(List { groups: Vec::new() }),
            Shape::Entries(entries) => {
                let objects = values.iter().filter_map(Value::as_object);
                let entries = objects.map(|object| {
                    let shown = entries(object).into_iter().map(|(label, property)| {
                        let value = object.get(property).unwrap_or(&Value::Null);
                        (label.to_owned(), self.cell(value))
                    });
                    shown.collect()
                });
                let group = EntryGroup { heading: None, entries: entries.collect() };
                Formatted::List(List { groups: vec![group] })
            }
            Shape::List(names) => {
                let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
                self.list_of(&names, values)
            }
        }
    }

    fn view_cell(&self, column: &ViewColumn, object: &Object) -> String {
        let property = |name: &str| {
            let value = members::property(&Value::from(object.clone()), name, self.culture);
            self.cell(&value)
        };
        match column.cell {
            ViewCell::OfName => property(column.label),
            ViewCell::Property(name) => property(name),
            ViewCell::Computed(compute) => compute(object, self.culture),
        }
    }

    fn heading(&self, group: Option<ViewGroup>, object: &Object) -> Option<String> {
        let group = group?;
        let value = object.get(group.property).cloned().unwrap_or(Value::Null);
        Some((group.heading)(&self.cell(&value)))
    }

    /// The text of a value in a table or list.
    pub(crate) fn cell(&self, value: &Value) -> String {
        value_text::cell(value, self.culture, self.enumeration_limit)
    }

    /// Values as a table of properties.
    pub(crate) fn table_of(&self, names: &[String], values: &[Value]) -> Formatted {
        let names: Vec<&String> = names.iter().take(TABLE_COLUMNS_MAX).collect();
        let columns = names.iter().map(|name| {
            let first = values.first().map(|value| members::property(value, name, self.culture));
            let alignment = first.as_ref().map(alignment_for).unwrap_or_default();
            Column { label: (*name).clone(), width: 0, alignment }
        });
        let rows = values.iter().map(|value| {
            let cells =
                names.iter().map(|name| self.cell(&members::property(value, name, self.culture)));
            cells.collect()
        });
        Formatted::Table(Table {
            columns: columns.collect(),
            groups: vec![RowGroup { heading: None, rows: rows.collect() }],
            layout: Layout::default(),
        })
    }

    /// Values as a list of properties.
    pub(crate) fn list_of(&self, names: &[String], values: &[Value]) -> Formatted {
        let entries = values.iter().map(|value| {
            let pairs = names.iter().map(|name| {
                (name.clone(), self.cell(&members::property(value, name, self.culture)))
            });
            pairs.collect()
        });
        Formatted::List(List {
            groups: vec![EntryGroup { heading: None, entries: entries.collect() }],
        })
    }
}

/// Rows with their headings: those with the same heading stand together.
pub(crate) fn grouped<R>(
    rows: impl Iterator<Item = (Option<String>, R)>,
) -> impl Iterator<Item = (Option<String>, Vec<R>)> {
    let mut groups: Vec<(Option<String>, Vec<R>)> = Vec::new();
    for (heading, row) in rows {
        match groups.last_mut() {
            Some((own, rows)) if *own == heading => rows.push(row),
            _ => groups.push((heading, vec![row])),
        }
    }
    groups.into_iter()
}

/// Numbers, truth values and members of .NET's own enumerations stand on the right. Exchange's
/// come over a remote session and have lost their type on the way.
pub(crate) fn alignment_for(value: &Value) -> Alignment {
    match value {
        Value::Bool(_) | Value::I32(_) | Value::I64(_) | Value::F64(_) => Alignment::Right,
        Value::Enum(member) if !member.type_name.starts_with("Microsoft.Exchange.") => {
            Alignment::Right
        }
        _ => Alignment::Left,
    }
}

/// What is shown of values: lists element by element, hash tables entry by entry, `$null` not at all.
pub(crate) fn flattened(values: &[Value]) -> Vec<Value> {
    let mut flat = Vec::new();
    for value in values {
        match value {
            Value::List(values) => flat.append(&mut flattened(values)),
            Value::Null => {}
            Value::Hashtable(entries) => flat.extend(entries.iter().map(|(name, value)| {
                let entry = Object::new("System.Collections.DictionaryEntry");
                Value::from(entry.with("Name", name.as_str()).with("Value", value.clone()))
            })),
            Value::Guid(guid) => {
                let object = Object::new("System.Guid").with("Guid", guid.to_string());
                flat.push(Value::from(object));
            }
            single => flat.push(single.clone()),
        }
    }
    flat
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::testing::shown;
    use proptest::prelude::*;

    #[test]
    fn values_of_one_kind_stand_together() {
        insta::assert_snapshot!(
            shown("'a'; [pscustomobject]@{N=1}; [pscustomobject]@{N=2}; 'b'; [guid]'3f2504e0-4f89-11d3-9a0c-0305e82c3301'"),
            @r"
        a

        N
        -
        1
        2


        b

        Guid
        ----
        3f2504e0-4f89-11d3-9a0c-0305e82c3301
        "
        );
    }

    #[test]
    fn five_properties_make_a_list_and_four_a_table() {
        assert!(
            shown("[pscustomobject]@{A=1;B=2;C=3;D=4}").contains("A B C D\n- - - -\n1 2 3 4\n")
        );
        assert!(shown("[pscustomobject]@{A=1;B=2;C=3;D=4;E=5}").contains("A : 1\nB : 2\n"));
    }

    #[test]
    fn an_enumeration_of_exchange_has_lost_its_type_on_the_way() {
        let of_windows =
            Value::enumeration("System.ServiceProcess.ServiceControllerStatus", "Running", 4);
        let of_exchange =
            Value::enumeration("Microsoft.Exchange.Data.ProtocolLoggingLevel", "None", 0);
        assert_eq!(alignment_for(&of_windows), Alignment::Right);
        assert_eq!(alignment_for(&of_exchange), Alignment::Left);
    }

    proptest! {
        #[test]
        fn objects_fit_the_screen(
            properties in proptest::collection::vec(("[a-z]{1,9}", ".{0,30}"), 1..12),
            width in 1usize..100,
        ) {
            let mut object = Object::default();
            for (name, text) in properties {
                object.properties.push((name.into(), Value::from(text)));
            }
            let views = crate::language::language_views::LANGUAGE_VIEWS.to_vec();
            let style = Style { views, culture: Culture::default(), width, enumeration_limit: 4 };
            for line in style.lines(&[Value::from(object.clone()), Value::from(object)]) {
                prop_assert!(line.chars().count() <= width, "{line:?}");
            }
        }
    }
}
