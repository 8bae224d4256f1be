//! How objects of a type are shown by default: a table of views, one for each type name.

use exchange::culture::Culture;
use exchange::value::Object;

/// How objects of a type are shown.
#[derive(Debug)]
pub struct View {
    /// .NET's full name of the type.
    pub type_name: &'static str,
    /// Table or list.
    pub shape: Shape,
    /// What parts the rows into groups, each with a heading.
    pub group: Option<ViewGroup>,
}

/// Table or list.
#[derive(Debug)]
pub enum Shape {
    /// A table with these columns.
    Table(&'static [ViewColumn]),
    /// A list of these properties.
    List(&'static [&'static str]),
    /// A list of labels with the properties they show, for each object its own.
    Entries(fn(&Object) -> Vec<(&'static str, &'static str)>),
    /// What `ToString` gives, between empty lines.
    Text,
}

/// A column of a view.
#[derive(Clone, Copy, Debug)]
pub struct ViewColumn {
    /// The heading.
    pub label: &'static str,
    /// What the column shows.
    pub cell: ViewCell,
    /// Characters; 0 for a share of what is left. If the first column has 0, all fit their content.
    pub width: usize,
    /// To which side the content goes.
    pub alignment: Alignment,
}

/// What a column shows.
#[derive(Clone, Copy, Debug)]
pub enum ViewCell {
    /// The property of the column's name.
    OfName,
    /// Another property.
    Property(&'static str),
    /// Something worked out.
    Computed(fn(&Object, Culture) -> String),
}

/// To which side a column's content goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Alignment {
    /// Left.
    #[default]
    Left,
    /// Right.
    Right,
    /// To the middle.
    Center,
}

/// What parts the rows of a view into groups.
#[derive(Clone, Copy, Debug)]
pub struct ViewGroup {
    /// Rows with the same value of this property stand together.
    pub property: &'static str,
    /// The lines above a group.
    pub heading: fn(&str) -> String,
}

impl ViewColumn {
    /// A column for the property of that name, aligned to the left.
    pub const fn new(name: &'static str, width: usize) -> Self {
        Self { label: name, cell: ViewCell::OfName, width, alignment: Alignment::Left }
    }

    /// The same column for another property.
    pub const fn of(mut self, property: &'static str) -> Self {
        self.cell = ViewCell::Property(property);
        self
    }

    /// The same column for something worked out.
    pub const fn computed(mut self, cell: fn(&Object, Culture) -> String) -> Self {
        self.cell = ViewCell::Computed(cell);
        self
    }

    /// The same column, aligned to the right.
    pub const fn right(mut self) -> Self {
        self.alignment = Alignment::Right;
        self
    }
}

impl View {
    /// A table without groups.
    pub const fn table(type_name: &'static str, columns: &'static [ViewColumn]) -> Self {
        Self { type_name, shape: Shape::Table(columns), group: None }
    }

    /// A list without groups.
    pub const fn list(type_name: &'static str, properties: &'static [&'static str]) -> Self {
        Self { type_name, shape: Shape::List(properties), group: None }
    }

    /// A list whose entries depend on the object.
    pub const fn entries(
        type_name: &'static str,
        entries: fn(&Object) -> Vec<(&'static str, &'static str)>,
    ) -> Self {
        Self { type_name, shape: Shape::Entries(entries), group: None }
    }

    /// The objects' own text.
    pub const fn text(type_name: &'static str) -> Self {
        Self { type_name, shape: Shape::Text, group: None }
    }

    /// The same view in groups.
    pub const fn grouped(mut self, property: &'static str, heading: fn(&str) -> String) -> Self {
        self.group = Some(ViewGroup { property, heading });
        self
    }
}

/// The view for an object: for the most derived of its types that has one. What was read back from an
/// export is shown like what was exported.
pub fn view_for<'v>(views: &[&'v View], object: &Object) -> Option<&'v View> {
    views_for(views, object).next()
}

/// The properties that a list of such objects shows, where a view says so.
pub fn listed_for(views: &[&View], object: &Object) -> Option<&'static [&'static str]> {
    views_for(views, object).find_map(|view| match view.shape {
        Shape::List(names) => Some(names),
        Shape::Table(_) | Shape::Entries(_) | Shape::Text => None,
    })
}

fn views_for<'v>(views: &[&'v View], object: &Object) -> impl Iterator<Item = &'v View> {
    object.type_names.iter().flat_map(move |name| {
        let name = name.strip_prefix("Deserialized.").unwrap_or(name);
        views.iter().filter(move |view| view.type_name.eq_ignore_ascii_case(name)).copied()
    })
}
