//! `Get-Variable`: variables and their values.

use exchange::value::{Object, Value};

use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::{Category, ErrorRecord};
use crate::language::invocation::Invocation;
use crate::language::wildcard;

/// The cmdlet.
pub static GET_VARIABLE: Cmdlet = Cmdlet {
    name: "Get-Variable",
    synopsis: "Gets the variables in the current console.",
    class: "Microsoft.PowerShell.Commands.GetVariableCommand",
    parameters: &[
        Parameter::new("Name", Kind::Strings, "The names; wildcards are allowed.").at(0).by_value(),
        Parameter::new("ValueOnly", Kind::Switch, "Gives the values only."),
    ],
    run: |invocation| Box::pin(run(invocation)),
};

async fn run(mut invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let names = invocation.strings("Name").unwrap_or_else(|| vec!["*".to_owned()]);
    let value_only = invocation.switch("ValueOnly");
    let mut found = Vec::new();
    for pattern in names {
        let variables = invocation.session.variables();
        let matching: Vec<Value> = variables
            .filter(|(name, _)| wildcard::matches(&pattern, name))
            .map(|(name, value)| if value_only { value.clone() } else { described(name, value) })
            .collect();
        if matching.is_empty() && !wildcard::is_pattern(&pattern) {
            let message = format!("Cannot find a variable with the name '{pattern}'.");
            invocation.error(
                ErrorRecord::new(Category::ObjectNotFound, "VariableNotFound", message)
                    .about(pattern, "String")
                    .exception("ItemNotFoundException"),
            )?;
        }
        found.extend(matching);
    }
    Ok(found)
}

fn described(name: &str, value: &Value) -> Value {
    Value::from(
        Object::new("System.Management.Automation.PSVariable")
            .with("Name", name)
            .with("Value", value.clone()),
    )
}

#[cfg(test)]
mod tests {
    use crate::language::testing::shown;

    #[test]
    fn variables_are_shown_as_first_written() {
        insta::assert_snapshot!(shown("$LogPath = 'C:\\Logs'; $logpath += '\\Hub'; gv logp*"), @r"

        Name                           Value
        ----                           -----
        LogPath                        C:\Logs\Hub
        ");
        assert_eq!(shown("$x = 5; Get-Variable x -ValueOnly"), "5\n");
        assert!(
            shown("Get-Variable nosuch").contains("Cannot find a variable with the name 'nosuch'.")
        );
    }
}
