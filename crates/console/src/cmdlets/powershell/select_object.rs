//! `Select-Object`: some of the objects, some of their properties.
//!
//! Not modelled: `-SkipLast`, `-SkipIndex`.

use std::borrow::Cow;

use exchange::value::{Object, Value};

use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::{Category, ErrorRecord};
use crate::language::invocation::Invocation;
use crate::language::selector::{Origin, Selector};
use crate::language::{members, value_text, wildcard};

/// The cmdlet.
pub static SELECT_OBJECT: Cmdlet = Cmdlet {
    name: "Select-Object",
    synopsis: "Selects objects or object properties.",
    class: "Microsoft.PowerShell.Commands.SelectObjectCommand",
    parameters: &[
        Parameter::new("Property", Kind::Values, "The properties to keep; wildcards are allowed.")
            .at(0),
        Parameter::new("ExcludeProperty", Kind::Strings, "Properties to leave out."),
        Parameter::new(
            "ExpandProperty",
            Kind::String,
            "The property whose values take the place of the objects.",
        ),
        Parameter::new("First", Kind::Int, "How many objects to take from the start."),
        Parameter::new("Last", Kind::Int, "How many objects to take from the end."),
        Parameter::new("Skip", Kind::Int, "How many objects to leave out before that."),
        Parameter::new("Index", Kind::Ints, "Which objects to take, counted from 0."),
        Parameter::new("Unique", Kind::Switch, "Takes only one of equal objects."),
        Parameter::new("InputObject", Kind::Values, "The objects.").whole_pipeline(),
    ],
    run: |invocation| Box::pin(run(invocation)),
};

async fn run(mut invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let chosen = chosen(&invocation);
    let selectors = Selector::all_of(&invocation.values("Property").unwrap_or_default())?;
    let excluded = invocation.strings("ExcludeProperty").unwrap_or_default();
    let expanded = invocation.string("ExpandProperty");
    let mut selected = Vec::new();
    for item in chosen {
        let kept = if selectors.is_empty() {
            item.clone()
        } else {
            with_properties(&mut invocation, &selectors, &excluded, &item).await?
        };
        match &expanded {
            None => selected.push(kept),
            Some(name) => match expand(&invocation, &item, name) {
                Ok(mut values) => selected.append(&mut values),
                Err(error) => invocation.error(error)?,
            },
        }
    }
    if invocation.switch("Unique") {
        let mut unique: Vec<Value> = Vec::new();
        for value in selected {
            if !unique.contains(&value) {
                unique.push(value);
            }
        }
        selected = unique;
    }
    Ok(selected)
}

/// The objects that `-Skip`, `-First`, `-Last` and `-Index` leave.
fn chosen(invocation: &Invocation<'_>) -> Vec<Value> {
    let count =
        |name: &str| invocation.int(name).map(|count| usize::try_from(count).unwrap_or_default());
    let input = invocation.input();
    if let Some(indexes) = invocation.values("Index") {
        let at = |index: &Value| match index {
            Value::I32(index) => usize::try_from(*index).ok().and_then(|index| input.get(index)),
            _ => None,
        };
        return indexes.iter().filter_map(at).cloned().collect();
    }
    let skip = count("Skip").unwrap_or_default();
    match (count("First"), count("Last")) {
        (None, Some(last)) => {
            let end = input.len().saturating_sub(skip);
            let start = end.saturating_sub(last);
            input.into_iter().skip(start).take(end - start).collect()
        }
        (Some(first), Some(last)) => {
            let tail = input.len().saturating_sub(last).max(skip + first);
            let head = input.iter().skip(skip).take(first);
            head.chain(input.iter().skip(tail)).cloned().collect()
        }
        (first, None) => input.into_iter().skip(skip).take(first.unwrap_or(usize::MAX)).collect(),
    }
}

/// A new object with the selected properties; one that is not there is `$null`.
async fn with_properties(
    invocation: &mut Invocation<'_>,
    selectors: &[Selector],
    excluded: &[String],
    item: &Value,
) -> Result<Value, ErrorRecord> {
    let mut properties: Vec<(Cow<'static, str>, Value)> = Vec::new();
    for selector in selectors {
        let mut found = selector.values(invocation, item).await?;
        let is_pattern =
            matches!(&selector.origin, Origin::Name(name) if wildcard::is_pattern(name));
        if found.is_empty() && !is_pattern {
            found.push((selector.heading(), Value::Null));
        }
        for (name, value) in found {
            let left_out = excluded.iter().any(|pattern| wildcard::matches(pattern, &name));
            let is_new = !properties.iter().any(|(own, _)| own.eq_ignore_ascii_case(&name));
            if is_new && !left_out {
                properties.push((Cow::Owned(name), value));
            }
        }
    }
    let origin = format!("Selected.{}", value_text::type_name(item));
    let type_names = vec![Cow::Owned(origin), Cow::Borrowed(value_text::CUSTOM_OBJECT)];
    Ok(Value::from(Object { type_names, text: String::new(), properties }))
}

fn expand(
    invocation: &Invocation<'_>,
    item: &Value,
    name: &str,
) -> Result<Vec<Value>, ErrorRecord> {
    let value = members::property(item, name, invocation.culture());
    let is_there =
        value != Value::Null || item.as_object().is_some_and(|object| object.get(name).is_some());
    if !is_there {
        let message = format!("Property \"{name}\" cannot be found.");
        return Err(ErrorRecord::new(Category::InvalidArgument, "ExpandPropertyNotFound", message)
            .about(value_text::text(item, invocation.culture()), "PSObject")
            .exception("PSArgumentException"));
    }
    Ok(match value {
        Value::List(values) => values,
        Value::Null => Vec::new(),
        single => vec![single],
    })
}

#[cfg(test)]
mod tests {
    use crate::language::testing::shown;

    #[test]
    fn objects_are_taken_from_either_end() {
        assert_eq!(shown("1..9 | select -First 2 -Skip 1"), "2\n3\n");
        assert_eq!(shown("1..9 | select -Last 2"), "8\n9\n");
        assert_eq!(shown("1..9 | select -First 1 -Last 1"), "1\n9\n");
        assert_eq!(shown("'a','b','c' | select -Index 2,0"), "c\na\n");
        assert_eq!(shown("1,2,1 | select -Unique"), "1\n2\n");
    }

    #[test]
    fn properties_may_be_renamed_worked_out_or_absent() {
        let text = shown(
            "[pscustomobject]@{Name='mbx01';Count=3} | \
             Select-Object name, @{n='Twice';e={$_.Count * 2}}, @{l='Old';e='Count'}, Missing",
        );
        insta::assert_snapshot!(text, @r"

        Name  Twice Old Missing
        ----  ----- --- -------
        mbx01     6   3
        ");
    }

    #[test]
    fn wildcards_and_exclusions_choose_properties() {
        assert_eq!(
            shown(
                "[pscustomobject]@{SmartHosts='a';Smart=1;Name='x'} | select S*,Name -ExcludeProperty Smart | ConvertTo-Csv -NoTypeInformation"
            ),
            "\"SmartHosts\",\"Name\"\n\"a\",\"x\"\n"
        );
    }

    #[test]
    fn a_property_is_expanded_or_missed() {
        assert_eq!(
            shown("[pscustomobject]@{Hosts='a','b'} | select -ExpandProperty Hosts"),
            "a\nb\n"
        );
        insta::assert_snapshot!(shown("'x' | select -expand Foo"), @r#"
        select : Property "Foo" cannot be found.
        At line:1 char:7
        + 'x' | select -expand Foo
        +       ~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : InvalidArgument: (x:PSObject) [Select-Object], PSArgumentException
            + FullyQualifiedErrorId : ExpandPropertyNotFound,Microsoft.PowerShell.Commands.SelectObjectCommand
        "#);
    }
}
