//! `Format-List`: objects as lists of their properties.
//!
//! A property that an object does not have is left out, as in PowerShell.
//!
//! Not modelled: `-View`, `-Expand`, `-DisplayError`.

use exchange::value::Value;

use super::format_table::{cell, heading};
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::format_default::{Style, flattened, grouped};
use crate::language::format_list::{EntryGroup, List};
use crate::language::formatted::Formatted;
use crate::language::invocation::Invocation;
use crate::language::members;
use crate::language::selector::Selector;
use crate::language::view::{Shape, listed_for, view_for};

/// The cmdlet.
pub static FORMAT_LIST: Cmdlet = Cmdlet {
    name: "Format-List",
    synopsis: "Formats the output as a list of properties in which each property appears on a new line.",
    class: "Microsoft.PowerShell.Commands.FormatListCommand",
    parameters: &[
        Parameter::new("Property", Kind::Values, "The properties; wildcards are allowed.").at(0),
        Parameter::new("GroupBy", Kind::Value, "The property that parts the objects into groups."),
        Parameter::new("Force", Kind::Switch, "Accepted, without effect."),
        Parameter::new("InputObject", Kind::Values, "The objects.").whole_pipeline(),
    ],
    run: |invocation| Box::pin(run(invocation)),
};

async fn run(mut invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let input = flattened(&invocation.input());
    let Some(first) = input.first() else { return Ok(Vec::new()) };
    let mut selectors = Selector::all_of(&invocation.values("Property").unwrap_or_default())?;
    let style = invocation.session.style(invocation.session.width);
    if selectors.is_empty() {
        selectors = default_selectors(&style, first);
    }
    if !invocation.has("Property")
        && let Some(view) = first.as_object().and_then(|object| view_for(&style.views, object))
        && matches!(view.shape, Shape::Entries(_))
    {
        return Ok(vec![Value::from(style.by_view(view, &input))]);
    }
    let group_by = Selector::all_of(&invocation.values("GroupBy").unwrap_or_default())?;
    let mut output = Vec::new();
    let mut entries = Vec::new();
    for item in &input {
        let mut entry = Vec::new();
        for selector in &selectors {
            for (name, value) in selector.values(&mut invocation, item).await? {
                if members::is_hidden(&name) && !invocation.has("Property") {
                    continue;
                }
                entry.push((name, cell(&style, selector, &value)));
            }
        }
        if entry.is_empty() && !invocation.has("Property") {
            // A text or number has no properties to list: it is shown as it is.
            output.push(item.clone());
        } else if !entry.is_empty() {
            entries.push((heading(&mut invocation, &style, group_by.first(), item).await?, entry));
        }
    }
    if !entries.is_empty() {
        let groups = grouped(entries.into_iter());
        let groups = groups.map(|(heading, entries)| EntryGroup { heading, entries });
        output.push(Value::from(Formatted::List(List { groups: groups.collect() })));
    }
    Ok(output)
}

/// The properties of the type's list view, or all; a scalar has none to show.
fn default_selectors(style: &Style<'_>, first: &Value) -> Vec<Selector> {
    let listed = first.as_object().and_then(|object| listed_for(&style.views, object));
    match (listed, first) {
        (Some(names), _) => names.iter().map(|name| Selector::named(*name)).collect(),
        (_, Value::String(_)) => Vec::new(),
        _ => vec![Selector::named("*")],
    }
}

#[cfg(test)]
mod tests {
    use crate::language::testing::shown;

    #[test]
    fn properties_are_listed_object_by_object() {
        insta::assert_snapshot!(
            shown(r"[pscustomobject]@{Identity='mbx01\6';Recipients='a','b','c','d','e';Size=1.5} | Format-List"),
            @r"


        Identity   : mbx01\6
        Recipients : {a, b, c, d...}
        Size       : 1.5
        "
        );
    }

    #[test]
    fn what_an_object_does_not_have_is_left_out() {
        insta::assert_snapshot!(shown("[pscustomobject]@{Name='x';Number=1} | fl N*, ToAddress"), @r"


        Name   : x
        Number : 1
        ");
        assert_eq!(shown("'text' | fl"), "text\n");
    }

    #[test]
    fn the_limit_of_list_elements_is_a_variable() {
        let text = shown("$FormatEnumerationLimit = -1; [pscustomobject]@{R=1..6;X=1} | fl R");
        assert!(text.contains("R : {1, 2, 3, 4, 5, 6}"), "{text}");
    }
}
