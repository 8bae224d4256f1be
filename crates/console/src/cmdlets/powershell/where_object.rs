//! `Where-Object`: the objects that pass a test, `{ $_.Status -eq 'Retry' }` or `Status -eq Retry`.

use exchange::value::Value;

use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;
use crate::language::{ast::BinaryOperator, members, parse_expression};

/// A switch for an operator.
const fn operator(name: &'static str) -> Parameter {
    Parameter::new(name, Kind::Switch, "Compares the property with the value by this operator.")
}

/// The cmdlet.
pub static WHERE_OBJECT: Cmdlet = Cmdlet {
    name: "Where-Object",
    synopsis: "Selects objects from a collection based on their property values.",
    class: "Microsoft.PowerShell.Commands.WhereObjectCommand",
    parameters: &[
        Parameter::new("FilterScript", Kind::ScriptBlock, "The test; it sees the object as $_.")
            .at(0),
        Parameter::new("Property", Kind::String, "The property to compare.").at(0),
        Parameter::new("Value", Kind::Value, "The value to compare it with.").at(1),
        operator("EQ").aliases(&["IEQ"]),
        operator("NE").aliases(&["INE"]),
        operator("GT").aliases(&["IGT"]),
        operator("GE").aliases(&["IGE"]),
        operator("LT").aliases(&["ILT"]),
        operator("LE").aliases(&["ILE"]),
        operator("Like").aliases(&["ILike"]),
        operator("NotLike").aliases(&["INotLike"]),
        operator("Match").aliases(&["IMatch"]),
        operator("NotMatch").aliases(&["INotMatch"]),
        operator("Contains").aliases(&["IContains"]),
        operator("NotContains").aliases(&["INotContains"]),
        operator("In").aliases(&["IIn"]),
        operator("NotIn").aliases(&["INotIn"]),
        operator("CEQ"),
        operator("CNE"),
        operator("CLike"),
        operator("CNotLike"),
        operator("CMatch"),
        operator("CNotMatch"),
        operator("CContains"),
        operator("CNotContains"),
        Parameter::new("InputObject", Kind::Values, "The objects.").whole_pipeline(),
    ],
    run: |invocation| Box::pin(run(invocation)),
};

async fn run(mut invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let mut passed = Vec::new();
    if let Some(block) = invocation.block("FilterScript")? {
        for item in invocation.input() {
            let verdict = invocation.call_block(&block, item.clone()).await?;
            if Value::List(verdict).is_true() {
                passed.push(item);
            }
        }
        return Ok(passed);
    }
    let property = invocation.string("Property").unwrap_or_default();
    let wanted = invocation.value("Value").unwrap_or(Value::Null);
    let test = chosen_test(&invocation);
    for item in invocation.input() {
        let own = members::property(&item, &property, invocation.culture());
        let verdict = match test {
            Some(operator) => invocation.session.apply(operator, &own, &wanted)?,
            None => own,
        };
        if verdict.is_true() {
            passed.push(item);
        }
    }
    Ok(passed)
}

/// The operator whose switch is on; without one the property itself is the test.
fn chosen_test(invocation: &Invocation<'_>) -> Option<BinaryOperator> {
    let switches = WHERE_OBJECT.parameters.iter().filter(|own| matches!(own.kind, Kind::Switch));
    let on = switches.map(|own| own.name).find(|name| invocation.switch(name));
    let name = match on {
        Some(name) => name.to_ascii_lowercase(),
        None if invocation.has("Value") => "eq".to_owned(),
        None => return None,
    };
    let (test, case) = parse_expression::test_named(&name)?;
    Some(BinaryOperator::Compare(test, case))
}

#[cfg(test)]
mod tests {
    use crate::language::testing::shown;

    #[test]
    fn a_script_block_or_a_property_is_the_test() {
        assert_eq!(shown("1..5 | Where-Object { $_ -gt 3 }"), "4\n5\n");
        assert_eq!(shown("'abc','a' | ? Length -eq 3"), "abc\n");
        assert_eq!(shown("'mbx01','edge01' | where { $_ -notmatch '^MBX' }"), "edge01\n");
        assert_eq!(shown("@{a=1},@{a=0} | ? a | % { $_.a }"), "1\n");
        assert_eq!(shown("'A','a' | ? { $_ -ceq 'a' }"), "a\n");
        assert_eq!(shown("'ab','cd' | ? Length -in 1,2 | ? { $_ -like 'c*' }"), "cd\n");
    }
}
