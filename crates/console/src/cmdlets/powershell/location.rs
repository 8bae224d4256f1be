//! `Get-Location`, `Set-Location` and `Test-Path`: where one is.

use exchange::value::{Object, Value};

use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::host::FileError;
use crate::language::invocation::Invocation;
use crate::language::{paths, wildcard};

/// The cmdlet that tells.
pub static GET_LOCATION: Cmdlet = Cmdlet {
    name: "Get-Location",
    synopsis: "Gets information about the current working location.",
    class: "Microsoft.PowerShell.Commands.GetLocationCommand",
    parameters: &[],
    run: |invocation| Box::pin(get(invocation)),
};

/// The cmdlet that moves.
pub static SET_LOCATION: Cmdlet = Cmdlet {
    name: "Set-Location",
    synopsis: "Sets the current working location to a specified location.",
    class: "Microsoft.PowerShell.Commands.SetLocationCommand",
    parameters: &[Parameter::new("Path", Kind::String, "The folder.").at(0).by_value()],
    run: |invocation| Box::pin(set(invocation)),
};

/// The cmdlet that looks.
pub static TEST_PATH: Cmdlet = Cmdlet {
    name: "Test-Path",
    synopsis: "Determines whether all elements of a path exist.",
    class: "Microsoft.PowerShell.Commands.TestPathCommand",
    parameters: &[Parameter::new(
        "Path",
        Kind::Strings,
        "The files or folders; wildcards are allowed.",
    )
    .at(0)
    .mandatory()
    .by_value()
    .aliases(&["LiteralPath", "PSPath"])],
    run: |invocation| Box::pin(test(invocation)),
};

async fn get(invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let path = invocation.session.location.clone();
    let object = Object::new("System.Management.Automation.PathInfo").with("Path", path.as_str());
    Ok(vec![Value::from(Object { text: path, ..object })])
}

async fn set(invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let Some(path) = invocation.string("Path") else { return Ok(Vec::new()) };
    let path = paths::absolute(&path, &invocation.session.location);
    // The root of a drive is there even when nothing is in it.
    let is_root = path.len() == 3;
    if !is_root {
        let entry = invocation.session.host().files().entry(&path)?;
        if entry.length.is_some() {
            return Err(FileError::NotFound(path).into());
        }
    }
    invocation.session.location = path;
    Ok(Vec::new())
}

async fn test(invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let paths = invocation.strings("Path").unwrap_or_default();
    Ok(paths.iter().map(|path| Value::Bool(is_there(&invocation, path))).collect())
}

fn is_there(invocation: &Invocation<'_>, path: &str) -> bool {
    let path = paths::absolute(path, &invocation.session.location);
    let host = invocation.session.host();
    if !wildcard::is_pattern(paths::name_of(&path)) {
        return host.files().entry(&path).is_ok();
    }
    host.files().entries(paths::folder_of(&path)).is_ok_and(|entries| {
        let name = paths::name_of(&path);
        entries.iter().any(|entry| wildcard::matches(name, paths::name_of(&entry.path)))
    })
}

#[cfg(test)]
mod tests {
    use crate::language::testing::Console;

    #[test]
    fn one_moves_to_folders_that_are_there() {
        let mut console = Console::new().with_file(r"C:\Logs\a.log", "");
        assert_eq!(
            console.text(r"cd C:/Logs; $pwd; Test-Path a.log; Test-Path *.txt"),
            "C:\\Logs\nTrue\nFalse\n"
        );
        assert!(console.text(r"cd C:\None").contains("Cannot find path 'C:\\None'"));
        insta::assert_snapshot!(console.text("pwd"), @r"

        Path
        ----
        C:\Logs
        ");
    }
}
