//! `Format-Table`: objects as a table.
//!
//! Not modelled: `-View`, `-Expand`, `-DisplayError`.

use exchange::value::Value;

use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::format_default::{Style, alignment_for, flattened, grouped};
use crate::language::format_number;
use crate::language::format_table::{Column, Layout, RowGroup, Table};
use crate::language::formatted::Formatted;
use crate::language::invocation::Invocation;
use crate::language::selector::Selector;
use crate::language::view::{Shape, view_for};

/// The cmdlet.
pub static FORMAT_TABLE: Cmdlet = Cmdlet {
    name: "Format-Table",
    synopsis: "Formats the output as a table.",
    class: "Microsoft.PowerShell.Commands.FormatTableCommand",
    parameters: &[
        Parameter::new("Property", Kind::Values, "The columns; wildcards are allowed.").at(0),
        Parameter::new("AutoSize", Kind::Switch, "Makes columns as wide as their content."),
        Parameter::new("Wrap", Kind::Switch, "Lets long text go on in the next line."),
        Parameter::new("HideTableHeaders", Kind::Switch, "Leaves the headings out."),
        Parameter::new("GroupBy", Kind::Value, "The property that parts the rows into groups."),
        Parameter::new("InputObject", Kind::Values, "The objects.").whole_pipeline(),
    ],
    run: |invocation| Box::pin(run(invocation)),
};

async fn run(mut invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let input = flattened(&invocation.input());
    let Some(first) = input.first() else { return Ok(Vec::new()) };
    let mut selectors = Selector::all_of(&invocation.values("Property").unwrap_or_default())?;
    let layout = Layout {
        auto_size: invocation.switch("AutoSize"),
        wrap: invocation.switch("Wrap"),
        hide_headers: invocation.switch("HideTableHeaders"),
    };
    let group_by = Selector::all_of(&invocation.values("GroupBy").unwrap_or_default())?;
    let style = invocation.session.style(invocation.session.width);
    if selectors.is_empty()
        && group_by.is_empty()
        && let Some(table) = by_view(&style, &input, layout)
    {
        return Ok(vec![table]);
    }
    if selectors.is_empty() {
        selectors.push(Selector::named("*"));
    }
    let (columns, selectors) = columns(&mut invocation, &selectors, first).await?;
    let mut rows = Vec::new();
    for item in &input {
        let mut cells = Vec::new();
        for selector in &selectors {
            let value = selector.value(&mut invocation, item).await?;
            cells.push(cell(&style, selector, &value));
        }
        rows.push((heading(&mut invocation, &style, group_by.first(), item).await?, cells));
    }
    let groups = grouped(rows.into_iter()).map(|(heading, rows)| RowGroup { heading, rows });
    let table = Table { columns, groups: groups.collect(), layout };
    Ok(vec![Value::from(Formatted::Table(table))])
}

/// The objects by the view of their type, if it is a table.
fn by_view(style: &Style<'_>, input: &[Value], layout: Layout) -> Option<Value> {
    let view = view_for(&style.views, input.first()?.as_object()?)?;
    if !matches!(view.shape, Shape::Table(_)) {
        return None;
    }
    match style.by_view(view, input) {
        Formatted::Table(table) => Some(Value::from(Formatted::Table(Table { layout, ..table }))),
        Formatted::List(_) => None,
    }
}

/// The columns, worked out from the first object, and one selector for each.
async fn columns(
    invocation: &mut Invocation<'_>,
    selectors: &[Selector],
    first: &Value,
) -> Result<(Vec<Column>, Vec<Selector>), ErrorRecord> {
    /// A table of all properties has at most so many columns.
    const COLUMNS_MAX: usize = 10;
    let chosen = invocation.has("Property");
    let mut columns = Vec::new();
    let mut resolved = Vec::new();
    for selector in selectors {
        let mut found = selector.values(invocation, first).await?;
        if !chosen {
            found.truncate(COLUMNS_MAX);
        }
        if found.is_empty() {
            found.push((selector.heading(), Value::Null));
        }
        let several = found.len() > 1;
        for (name, value) in found {
            columns.push(Column {
                label: name.clone(),
                width: selector.width.unwrap_or_default(),
                alignment: selector.alignment.unwrap_or_else(|| alignment_for(&value)),
            });
            let own = if several { Selector::named(name) } else { selector.clone() };
            resolved.push(own);
        }
    }
    Ok((columns, resolved))
}

/// The text of a value, by its format when it has one.
pub(super) fn cell(style: &Style<'_>, selector: &Selector, value: &Value) -> String {
    let culture = style.culture;
    let formatted = selector.format.as_ref().and_then(|format| {
        if format.contains("{0") {
            format_number::composite(format, std::slice::from_ref(value), culture).ok()
        } else {
            format_number::formatted(value, format, culture)
        }
    });
    formatted.unwrap_or_else(|| style.cell(value))
}

/// `   Status: Retry`
pub(super) async fn heading(
    invocation: &mut Invocation<'_>,
    style: &Style<'_>,
    group_by: Option<&Selector>,
    item: &Value,
) -> Result<Option<String>, ErrorRecord> {
    let Some(selector) = group_by else { return Ok(None) };
    let found = selector.values(invocation, item).await?;
    let Some((name, value)) = found.first() else { return Ok(None) };
    Ok(Some(format!("   {name}: {}", style.cell(value))))
}

#[cfg(test)]
mod tests {
    use crate::language::testing::shown;

    const QUEUES: &str = r"$queues = [pscustomobject]@{Identity='mbx01\3';Status='Ready';MessageCount=0},
        [pscustomobject]@{Identity='mbx01\Unreachable';Status='Ready';MessageCount=12},
        [pscustomobject]@{Identity='mbx01\6';Status='Retry';MessageCount=7};";

    fn queues(format: &str) -> String {
        shown(&format!("{QUEUES} $queues | {format}"))
    }

    #[test]
    fn columns_are_chosen_renamed_and_formatted() {
        insta::assert_snapshot!(
            queues("ft identity, @{l='Half';e={$_.MessageCount / 2};f='N1'}, Missing, @{n='S';e='Status';width=3;a='right'}"),
            @r"

        Identity          Half Missing     S
        --------          ---- -------     -
        mbx01\3            0.0         Ready
        mbx01\Unreachable  6.0         Ready
        mbx01\6            3.5         Retry
        "
        );
    }

    #[test]
    fn rows_are_grouped_where_the_value_changes() {
        insta::assert_snapshot!(queues("Format-Table Identity -GroupBy Status -HideTableHeaders"), @r"


           Status: Ready

        mbx01\3
        mbx01\Unreachable


           Status: Retry

        mbx01\6
        ");
    }

    #[test]
    fn a_wide_table_can_be_written_wider_than_the_screen() {
        let text = shown(
            "[pscustomobject]@{A='x' * 100;B='y' * 100} | ft -AutoSize | Out-String -Width 300",
        );
        assert_eq!(text.lines().nth(3).map(str::len), Some(201));
        let cut = shown("[pscustomobject]@{A='x' * 100;B='y' * 100} | ft -Wrap");
        assert_eq!(cut.lines().filter(|line| line.contains('y')).count(), 6);
    }

    #[test]
    fn nothing_gives_nothing() {
        assert_eq!(shown("@() | Format-Table"), "");
    }

    #[test]
    fn a_hash_table_shows_its_entries_and_hides_its_keys() {
        assert!(shown("@{Add=1} | ft").contains("Name                           Value\n"));
        assert!(shown("@{Add=1} | select Add, Count | fl").contains("Add   :\nCount : 1\n"));
    }
}
