//! `Get-Help`: what the table of cmdlets says.
//!
//! Not modelled: help topics, examples, links.

use exchange::value::Value;

use crate::language::cmdlet::{Cmdlet, Kind, Parameter, Pipeline};
use crate::language::errors::{Category, ErrorRecord};
use crate::language::invocation::Invocation;
use crate::language::{wildcard, wrap};

/// The cmdlet.
pub static GET_HELP: Cmdlet = Cmdlet {
    name: "Get-Help",
    synopsis: "Displays information about commands.",
    class: "Microsoft.PowerShell.Commands.GetHelpCommand",
    parameters: &[
        Parameter::new("Name", Kind::String, "The command; wildcards list several.").at(0),
        Parameter::new("Parameter", Kind::String, "Explains only the parameters of this name."),
        Parameter::new("Full", Kind::Switch, "Accepted; the whole help is always shown."),
        Parameter::new("Detailed", Kind::Switch, "Accepted; the whole help is always shown."),
        Parameter::new("Examples", Kind::Switch, "Accepted; there are no examples."),
        Parameter::new("Online", Kind::Switch, "Accepted, without effect."),
    ],
    run: |invocation| Box::pin(run(invocation)),
};

async fn run(invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let name = invocation.string("Name").unwrap_or_else(|| "*".to_owned());
    let width = invocation.session.width;
    if wildcard::is_pattern(&name) {
        let cmdlets = invocation.session.cmdlets();
        let matching = cmdlets.filter(|cmdlet| wildcard::matches(&name, cmdlet.name));
        return Ok(matching
            .map(|own| Value::from(format!("{:<40} {}", own.name, own.synopsis)))
            .collect());
    }
    let Some(cmdlet) = invocation.session.find_cmdlet(&name) else {
        let message = format!("Get-Help could not find {name} in a help file in this session.");
        return Err(ErrorRecord::new(Category::ResourceUnavailable, "HelpNotFound", message)
            .exception("HelpNotFoundException"));
    };
    let lines = match invocation.string("Parameter") {
        Some(pattern) => {
            let named =
                cmdlet.parameters.iter().filter(|own| wildcard::matches(&pattern, own.name));
            named.flat_map(|own| parameter_help(own, width)).collect()
        }
        None => help(cmdlet, width),
    };
    Ok(lines.into_iter().map(Value::from).collect())
}

fn help(cmdlet: &Cmdlet, width: usize) -> Vec<String> {
    let mut lines = vec![String::new(), "NAME".to_owned()];
    lines.extend([format!("    {}", cmdlet.name), String::new(), "SYNOPSIS".to_owned()]);
    lines.extend(indented(cmdlet.synopsis, 4, width));
    lines.extend([String::new(), "SYNTAX".to_owned()]);
    lines.extend(indented(&syntax(cmdlet), 4, width));
    lines.extend([String::new(), "PARAMETERS".to_owned()]);
    for parameter in cmdlet.parameters {
        lines.extend(parameter_help(parameter, width).iter().map(|line| pushed_in(line, 4)));
    }
    lines
}

/// `Get-Queue [[-Identity] <String>] [-Filter <String>] [<CommonParameters>]`
pub(super) fn syntax(cmdlet: &Cmdlet) -> String {
    let parameters = cmdlet.parameters.iter().map(|parameter| {
        let name = format!("-{}", parameter.name);
        let name = if parameter.position.is_some() { format!("[{name}]") } else { name };
        let with_value = match parameter.kind {
            Kind::Switch => name,
            _ => format!("{name} <{}>", short(parameter)),
        };
        if parameter.mandatory { with_value } else { format!("[{with_value}]") }
    });
    let parameters: Vec<String> = parameters.collect();
    format!("{} {} [<CommonParameters>]", cmdlet.name, parameters.join(" "))
}

fn short(parameter: &Parameter) -> &str {
    parameter.type_name().rsplit('.').next().unwrap_or_default()
}

fn parameter_help(parameter: &Parameter, width: usize) -> Vec<String> {
    let kind = match parameter.kind {
        Kind::Switch => String::new(),
        _ => format!(" <{}>", short(parameter)),
    };
    let position = parameter.position.map_or("named".to_owned(), |position| position.to_string());
    let pipeline = match parameter.pipeline {
        Pipeline::No => "false",
        Pipeline::ByValue | Pipeline::Whole => "true (ByValue)",
        Pipeline::ByPropertyName => "true (ByPropertyName)",
        Pipeline::Either => "true (ByPropertyName, ByValue)",
    };
    let mut lines = vec![format!("-{}{kind}", parameter.name)];
    lines.extend(indented(parameter.help, 4, width.saturating_sub(4)));
    lines.extend([
        String::new(),
        format!("    Required?                    {}", parameter.mandatory),
        format!("    Position?                    {position}"),
        format!("    Accept pipeline input?       {pipeline}"),
        String::new(),
    ]);
    lines
}

fn indented(text: &str, indent: usize, width: usize) -> Vec<String> {
    let lines = wrap::word_wrap(text, width.saturating_sub(indent).max(20));
    lines.iter().map(|line| pushed_in(line, indent)).collect()
}

fn pushed_in(line: &str, indent: usize) -> String {
    if line.is_empty() { String::new() } else { format!("{}{line}", " ".repeat(indent)) }
}

#[cfg(test)]
mod tests {
    use crate::language::testing::shown;

    #[test]
    fn help_is_written_from_the_table() {
        insta::assert_snapshot!(shown("help sleep"), @r"

        NAME
            Start-Sleep

        SYNOPSIS
            Suspends the activity in a script or session for the specified period of time.

        SYNTAX
            Start-Sleep [[-Seconds] <Int32>] [-Milliseconds <Int32>] [<CommonParameters>]

        PARAMETERS
            -Seconds <Int32>
                How many seconds.

                Required?                    false
                Position?                    0
                Accept pipeline input?       true (ByValue)

            -Milliseconds <Int32>
                How many thousandths of a second.

                Required?                    false
                Position?                    named
                Accept pipeline input?       false
        ");
    }

    #[test]
    fn one_parameter_or_many_commands_can_be_asked_for() {
        assert!(shown("Get-Help Select-Object -Parameter First").starts_with("-First <Int32>\n"));
        assert_eq!(shown("Get-Help *-Csv").lines().count(), 4);
        assert!(shown("Get-Help Get-Foo").contains("could not find Get-Foo"));
    }
}
