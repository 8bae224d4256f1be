//! `Remove-Item`: removes files and folders.
//!
//! A folder that holds something goes only with `-Recurse`: PowerShell asks otherwise, and this shell
//! never asks.
//!
//! Not modelled: `-Include`, `-Exclude`, other providers than the file system.
//!
//! Source: Microsoft Learn, `Remove-Item`; the errors are those of Windows PowerShell 5.1.

use exchange::value::Value;

use super::get_child_item;
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::{Category, ErrorRecord};
use crate::language::host::{Entry, FileError, FileSystem};
use crate::language::invocation::Invocation;

/// The cmdlet.
pub static REMOVE_ITEM: Cmdlet = Cmdlet {
    name: "Remove-Item",
    synopsis: "Deletes the specified items.",
    class: "Microsoft.PowerShell.Commands.RemoveItemCommand",
    parameters: &[
        Parameter::new("Path", Kind::Strings, "The files and folders; wildcards are allowed.")
            .at(0)
            .mandatory()
            .by_value()
            .by_property_name()
            .aliases(&["LiteralPath", "PSPath", "FullName"]),
        Parameter::new("Recurse", Kind::Switch, "Removes what a folder holds, too."),
        Parameter::new("Force", Kind::Switch, "Accepted, without effect."),
    ],
    run: |invocation| Box::pin(run(invocation)),
};

async fn run(mut invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    for path in invocation.strings("Path").unwrap_or_default() {
        let entries = match get_child_item::entries_meant(&invocation, &path) {
            Ok(entries) => entries,
            Err(error) => {
                invocation.error(error)?;
                continue;
            }
        };
        for entry in entries {
            if let Err(error) = remove(&mut invocation, &entry) {
                invocation.error(error)?;
            }
        }
    }
    Ok(Vec::new())
}

fn remove(invocation: &mut Invocation<'_>, entry: &Entry) -> Result<(), ErrorRecord> {
    let host = invocation.session.host();
    let is_folder = entry.length.is_none();
    if is_folder && !invocation.switch("Recurse") && !host.files().entries(&entry.path)?.is_empty()
    {
        let message = "Windows PowerShell is in NonInteractive mode. Read and Prompt functionality \
             is not available.";
        let error = ErrorRecord::new(Category::InvalidOperation, "InvalidOperation", message);
        return Err(error.exception("PSInvalidOperationException"));
    }
    let operation = if is_folder { "Remove Directory" } else { "Remove File" };
    if invocation.should_perform(operation, &entry.path) {
        remove_all(host.files(), entry)?;
    }
    Ok(())
}

fn remove_all(files: &dyn FileSystem, entry: &Entry) -> Result<(), FileError> {
    if entry.length.is_some() {
        return files.remove(&entry.path);
    }
    for inside in files.entries(&entry.path)? {
        remove_all(files, &inside)?;
    }
    // The folder may have been there only by what it held.
    let _was_made = files.remove(&entry.path);
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::testing_world::shown_on;

    #[test]
    fn files_and_folders_go() {
        insta::assert_snapshot!(shown_on(
            "MBX01",
            r"New-Item C:\Temp\Sub\Deep -ItemType Directory | Out-Null
             1..3 | ForEach-Object { $_ | Set-Content C:\Temp\Sub\$_.log }
             Remove-Item C:\Temp\Sub\1.log -WhatIf
             Remove-Item C:\Temp\Sub\1.log
             Get-ChildItem C:\Temp\Sub\*.log | Select-Object -First 1 | Remove-Item
             Get-ChildItem C:\Temp\Sub -Name
             Remove-Item C:\Temp
             del C:\Temp -Recurse
             Test-Path C:\Temp
             Remove-Item C:\Temp
             Remove-Item C:\*.none",
        ), @r#"
        What if: Performing the operation "Remove File" on target "C:\Temp\Sub\1.log".
        3.log
        Deep
        Remove-Item : Windows PowerShell is in NonInteractive mode. Read and Prompt functionality is not available.
        At line:7 char:14
        +              Remove-Item C:\Temp
        +              ~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : InvalidOperation: (:) [Remove-Item], PSInvalidOperationException
            + FullyQualifiedErrorId : InvalidOperation,Microsoft.PowerShell.Commands.RemoveItemCommand

        False
        Remove-Item : Cannot find path 'C:\Temp' because it does not exist.
        At line:10 char:14
        +              Remove-Item C:\Temp
        +              ~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : ObjectNotFound: (C:\Temp:String) [Remove-Item], ItemNotFoundException
            + FullyQualifiedErrorId : PathNotFound,Microsoft.PowerShell.Commands.RemoveItemCommand
        "#);
    }
}
