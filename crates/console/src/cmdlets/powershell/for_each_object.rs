//! `ForEach-Object`: runs a script block for each object, or reaches for one of its members.

use exchange::value::Value;

use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;
use crate::language::{members, methods};

/// The cmdlet.
pub static FOR_EACH_OBJECT: Cmdlet = Cmdlet {
    name: "ForEach-Object",
    synopsis: "Performs an operation against each item in a collection of input objects.",
    class: "Microsoft.PowerShell.Commands.ForEachObjectCommand",
    parameters: &[
        Parameter::new("Process", Kind::ScriptBlock, "What to do; it sees the object as $_.").at(0),
        Parameter::new("MemberName", Kind::String, "The property to get or the method to call.")
            .at(0),
        Parameter::new("Begin", Kind::ScriptBlock, "What to do before the first object."),
        Parameter::new("End", Kind::ScriptBlock, "What to do after the last object."),
        Parameter::new("ArgumentList", Kind::Values, "The arguments of the method.")
            .aliases(&["Args"]),
        Parameter::new("InputObject", Kind::Values, "The objects.").whole_pipeline(),
    ],
    run: |invocation| Box::pin(run(invocation)),
};

async fn run(mut invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    if let Some(begin) = invocation.block("Begin")? {
        invocation.run_block(&begin, Value::Null).await?;
    }
    if let Some(process) = invocation.block("Process")? {
        for item in invocation.input() {
            invocation.run_block(&process, item).await?;
        }
    } else if let Some(name) = invocation.string("MemberName") {
        for item in invocation.input() {
            let value = member(&invocation, &item, &name)?;
            for element in value.elements() {
                invocation.write(element.clone());
            }
        }
    }
    if let Some(end) = invocation.block("End")? {
        invocation.run_block(&end, Value::Null).await?;
    }
    Ok(Vec::new())
}

fn member(invocation: &Invocation<'_>, item: &Value, name: &str) -> Result<Value, ErrorRecord> {
    let culture = invocation.culture();
    let arguments = invocation.values("ArgumentList").unwrap_or_default();
    let property = members::property(item, name, culture);
    if property != Value::Null || *item == Value::Null {
        return Ok(property);
    }
    // A member that is neither gives nothing, as in PowerShell.
    Ok(methods::call(item, name, &arguments, culture).unwrap_or(Value::Null))
}

#[cfg(test)]
mod tests {
    use crate::language::testing::shown;

    #[test]
    fn blocks_and_members_are_used_for_each_object() {
        assert_eq!(shown("1..3 | % { $_ * 2 }"), "2\n4\n6\n");
        assert_eq!(shown("'a','bc' | ForEach Length"), "1\n2\n");
        assert_eq!(shown("'a','b' | % ToUpper"), "A\nB\n");
        assert_eq!(shown("1,2 | % -Begin { $s = 0 } -Process { $s += $_ } -End { $s }"), "3\n");
    }

    #[test]
    fn what_a_block_says_stays_in_order() {
        assert_eq!(shown("1,2 | % { Write-Host \"n$_\"; $_ }"), "n1\n1\nn2\n2\n");
    }
}
