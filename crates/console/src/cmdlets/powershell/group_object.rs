//! `Group-Object`: how many objects have which value.
//!
//! Not modelled: `-AsHashTable`, `-Culture`, `-CaseSensitive`.

use exchange::value::{Object, Value};

use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::compare::are_equal;
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;
use crate::language::selector::Selector;
use crate::language::value_text;

/// The cmdlet.
pub static GROUP_OBJECT: Cmdlet = Cmdlet {
    name: "Group-Object",
    synopsis: "Groups objects that contain the same value for specified properties.",
    class: "Microsoft.PowerShell.Commands.GroupObjectCommand",
    parameters: &[
        Parameter::new("Property", Kind::Values, "The properties to group by.").at(0),
        Parameter::new("NoElement", Kind::Switch, "Leaves the objects themselves out."),
        Parameter::new("InputObject", Kind::Values, "The objects.").whole_pipeline(),
    ],
    run: |invocation| Box::pin(run(invocation)),
};

/// A group: the values its objects share, and the objects.
struct Group {
    values: Vec<Value>,
    objects: Vec<Value>,
}

async fn run(mut invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let selectors = Selector::all_of(&invocation.values("Property").unwrap_or_default())?;
    let culture = invocation.culture();
    let mut groups: Vec<Group> = Vec::new();
    for item in invocation.input() {
        let mut values = Vec::new();
        for selector in &selectors {
            values.push(selector.value(&mut invocation, &item).await?);
        }
        if selectors.is_empty() {
            values.push(item.clone());
        }
        let same = |group: &&mut Group| {
            let pairs = group.values.iter().zip(&values);
            pairs.fold(true, |same, (left, right)| same && are_equal(left, right, culture))
        };
        match groups.iter_mut().find(same) {
            Some(group) => group.objects.push(item),
            None => groups.push(Group { values, objects: vec![item] }),
        }
    }
    let no_element = invocation.switch("NoElement");
    let described = groups.into_iter().map(|group| {
        let names: Vec<String> =
            group.values.iter().map(|value| value_text::shown(value, culture)).collect();
        let count = i32::try_from(group.objects.len()).unwrap_or(i32::MAX);
        let object = Object::new("Microsoft.PowerShell.Commands.GroupInfo")
            .with("Count", count)
            .with("Name", names.join(", "));
        let object =
            if no_element { object } else { object.with("Group", Value::List(group.objects)) };
        Value::from(object.with("Values", Value::List(group.values)))
    });
    Ok(described.collect())
}

#[cfg(test)]
mod tests {
    use crate::language::testing::shown;

    #[test]
    fn groups_are_counted_in_order_of_appearance() {
        insta::assert_snapshot!(shown("'SEND','FAIL','SEND' | group"), @r"

        Count Name                      Group
        ----- ----                      -----
            2 SEND                      {SEND, SEND}
            1 FAIL                      {FAIL}
        ");
        assert_eq!(
            shown("'a','bb','c' | Group-Object Length | Select Name, Count | Sort Count | % Name"),
            "2\n1\n"
        );
    }
}
