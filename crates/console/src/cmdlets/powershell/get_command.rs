//! `Get-Command`: which commands there are.

use exchange::value::{Object, Value};

use super::get_help::syntax;
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::{ErrorRecord, fault};
use crate::language::invocation::Invocation;
use crate::language::wildcard;

/// The cmdlet.
pub static GET_COMMAND: Cmdlet = Cmdlet {
    name: "Get-Command",
    synopsis: "Gets all commands.",
    class: "Microsoft.PowerShell.Commands.GetCommandCommand",
    parameters: &[
        Parameter::new("Name", Kind::Strings, "The names; wildcards are allowed.").at(0).by_value(),
        Parameter::new("Noun", Kind::Strings, "The nouns; wildcards are allowed."),
        Parameter::new("Verb", Kind::Strings, "The verbs; wildcards are allowed."),
        Parameter::new("Syntax", Kind::Switch, "Gives the syntax only."),
    ],
    run: |invocation| Box::pin(run(invocation)),
};

async fn run(mut invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let fits = |name: &str, text: &str| {
        let patterns = invocation.strings(name);
        patterns.is_none_or(|patterns| patterns.iter().any(|own| wildcard::matches(own, text)))
    };
    let cmdlets: Vec<&'static Cmdlet> = invocation
        .session
        .cmdlets()
        .filter(|cmdlet| {
            let (verb, noun) = cmdlet.name.split_once('-').unwrap_or((cmdlet.name, ""));
            fits("Name", cmdlet.name) && fits("Noun", noun) && fits("Verb", verb)
        })
        .collect();
    let mut commands = Vec::new();
    for name in invocation.strings("Name").unwrap_or_default() {
        let alias = invocation.session.aliases().find(|(own, _)| own.eq_ignore_ascii_case(&name));
        if let Some((alias, definition)) = alias {
            commands.push(command("Alias", &format!("{alias} -> {definition}")));
        } else if !wildcard::is_pattern(&name)
            && !cmdlets.iter().any(|cmdlet| cmdlet.name.eq_ignore_ascii_case(&name))
        {
            let error = ErrorRecord { command: None, ..fault::command_not_found(&name) };
            invocation.error(error)?;
        }
    }
    if invocation.switch("Syntax") {
        return Ok(cmdlets.into_iter().map(|cmdlet| Value::from(syntax(cmdlet))).collect());
    }
    commands.extend(cmdlets.into_iter().map(|cmdlet| command("Cmdlet", cmdlet.name)));
    Ok(commands)
}

fn command(kind: &str, name: &str) -> Value {
    let object = Object::new("System.Management.Automation.CommandInfo")
        .with("CommandType", kind)
        .with("Name", name)
        .with("Version", "")
        .with("Source", "");
    Value::from(Object { text: name.to_owned(), ..object })
}

#[cfg(test)]
mod tests {
    use crate::language::testing::shown;

    #[test]
    fn commands_are_found_by_wildcard_noun_and_verb() {
        insta::assert_snapshot!(shown("Get-Command *-Csv, ft"), @r"

        CommandType     Name                                               Version    Source
        -----------     ----                                               -------    ------
        Alias           ft -> Format-Table
        Cmdlet          ConvertFrom-Csv
        Cmdlet          ConvertTo-Csv
        Cmdlet          Export-Csv
        Cmdlet          Import-Csv
        ");
        assert_eq!(shown("gcm -Verb Start -Noun Sl* | % Name"), "Start-Sleep\n");
    }

    #[test]
    fn an_unknown_command_is_an_error() {
        insta::assert_snapshot!(shown("Get-Command Get-Foo"), @r"
        Get-Command : The term 'Get-Foo' is not recognized as the name of a cmdlet, function, script file, or operable program.
        Check the spelling of the name, or if a path was included, verify that the path is correct and try again.
        At line:1 char:1
        + Get-Command Get-Foo
        + ~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : ObjectNotFound: (Get-Foo:String) [Get-Command], CommandNotFoundException
            + FullyQualifiedErrorId : CommandNotFoundException,Microsoft.PowerShell.Commands.GetCommandCommand
        ");
    }
}
