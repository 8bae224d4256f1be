//! `Sort-Object`: by values, by properties, by what a script block says.
//!
//! Not modelled: `-Culture`, `-CaseSensitive`.

use std::cmp::Ordering;

use exchange::value::Value;

use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::compare::sort_order;
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;
use crate::language::selector::Selector;

/// The cmdlet.
pub static SORT_OBJECT: Cmdlet = Cmdlet {
    name: "Sort-Object",
    synopsis: "Sorts objects by property values.",
    class: "Microsoft.PowerShell.Commands.SortObjectCommand",
    parameters: &[
        Parameter::new("Property", Kind::Values, "The properties to sort by, the first one first.")
            .at(0),
        Parameter::new("Descending", Kind::Switch, "Sorts from the largest to the smallest."),
        Parameter::new("Unique", Kind::Switch, "Keeps only one of equal objects."),
        Parameter::new("InputObject", Kind::Values, "The objects.").whole_pipeline(),
    ],
    run: |invocation| Box::pin(run(invocation)),
};

async fn run(mut invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let selectors = Selector::all_of(&invocation.values("Property").unwrap_or_default())?;
    let descending = invocation.switch("Descending");
    let mut keyed: Vec<(Vec<Value>, Value)> = Vec::new();
    for item in invocation.input() {
        let mut keys = Vec::new();
        for selector in &selectors {
            keys.push(selector.value(&mut invocation, &item).await?);
        }
        if selectors.is_empty() {
            keys.push(item.clone());
        }
        keyed.push((keys, item));
    }
    let culture = invocation.culture();
    let order = |(left, _): &(Vec<Value>, Value), (right, _): &(Vec<Value>, Value)| {
        let keys = left.iter().zip(right).enumerate();
        keys.fold(Ordering::Equal, |order, (index, (left, right))| {
            order.then_with(|| {
                let own = selectors.get(index).and_then(|selector| selector.descending);
                let order = sort_order(left, right, culture);
                if own.unwrap_or(descending) { order.reverse() } else { order }
            })
        })
    };
    keyed.sort_by(order);
    if invocation.switch("Unique") {
        keyed.dedup_by(|left, right| order(left, right).is_eq());
    }
    Ok(keyed.into_iter().map(|(_, item)| item).collect())
}

#[cfg(test)]
mod tests {
    use crate::language::testing::shown;

    #[test]
    fn values_and_properties_are_sorted() {
        assert_eq!(shown("3,10,2 | sort"), "2\n3\n10\n");
        assert_eq!(shown("'b','A','a','C' | Sort-Object -Unique"), "A\nb\nC\n");
        assert_eq!(shown("'bb','a','cc' | sort Length, { $_ } -Descending"), "cc\nbb\na\n");
        assert_eq!(
            shown("'bb','a','cc' | sort @{e='Length';Descending=$true}, @{e={$_}}"),
            "bb\ncc\na\n"
        );
    }
}
