//! `New-Item`: makes a file or a folder.
//!
//! Not modelled: links, other providers than the file system; a file is made in a folder that is not
//! there only with `-Force`, as in PowerShell.
//!
//! Source: Microsoft Learn, `New-Item`; the errors are those of Windows PowerShell 5.1.

use exchange::value::Value;

use super::get_child_item;
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::{Category, ErrorRecord};
use crate::language::host::FileSystem;
use crate::language::invocation::Invocation;
use crate::language::{paths, value_text};

/// The cmdlet.
pub static NEW_ITEM: Cmdlet = Cmdlet {
    name: "New-Item",
    synopsis: "Creates a new item.",
    class: "Microsoft.PowerShell.Commands.NewItemCommand",
    parameters: &[
        Parameter::new("Path", Kind::Strings, "The files or folders, or the folders of -Name.")
            .at(0)
            .by_property_name(),
        Parameter::new("Name", Kind::String, "The name in the folder.").by_property_name(),
        Parameter::new("ItemType", Kind::Choice(&["File", "Directory"]), "What is made.")
            .aliases(&["Type"]),
        Parameter::new("Value", Kind::Value, "What the file holds.").by_value(),
        Parameter::new("Force", Kind::Switch, "Makes it even if it is there."),
    ],
    run: |invocation| Box::pin(run(invocation)),
};

async fn run(mut invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let mut made = Vec::new();
    for path in invocation.strings("Path").unwrap_or_else(|| vec![".".to_owned()]) {
        let path = match invocation.string("Name") {
            Some(name) => format!("{path}\\{name}"),
            None => path,
        };
        let path = paths::absolute(&path, &invocation.session.location);
        match make(&mut invocation, &path) {
            Ok(Some(item)) => made.push(item),
            Ok(None) => {}
            Err(error) => invocation.error(error)?,
        }
    }
    Ok(made)
}

fn make(invocation: &mut Invocation<'_>, path: &str) -> Result<Option<Value>, ErrorRecord> {
    let is_folder =
        invocation.string("ItemType").is_some_and(|kind| kind.eq_ignore_ascii_case("Directory"));
    let operation = if is_folder { "Create Directory" } else { "Create File" };
    if !invocation.should_perform(operation, &format!("Destination: {path}")) {
        return Ok(None);
    }
    let host = invocation.session.host();
    let force = invocation.switch("Force");
    let there = host.files().entry(path).ok();
    if is_folder {
        match there {
            Some(entry) if entry.length.is_none() && force => {}
            Some(_) => return Err(folder_exists(path)),
            None => host.files().make_folder(path)?,
        }
    } else {
        if there.is_some() && !force {
            let message = format!("The file '{path}' already exists.");
            return Err(not_written(path, message, "IOException"));
        }
        if !force {
            check_folder(host.files(), path)?;
        }
        let value = invocation.value("Value").unwrap_or(Value::Null);
        let content = value_text::text(&value, invocation.culture());
        host.files().write(path, content.as_bytes())?;
    }
    Ok(Some(get_child_item::item(&host.files().entry(path)?)))
}

/// Refuses a file whose folder is not there.
fn check_folder(files: &dyn FileSystem, path: &str) -> Result<(), ErrorRecord> {
    if files.entry(paths::folder_of(path)).is_ok() {
        return Ok(());
    }
    let message = format!("Could not find a part of the path '{path}'.");
    Err(not_written(path, message, "DirectoryNotFoundException"))
}

fn folder_exists(path: &str) -> ErrorRecord {
    let message = format!("An item with the specified name {path} already exists.");
    let error = ErrorRecord::new(Category::ResourceExists, "DirectoryExist", message);
    error.exception("IOException").about(path, "String")
}

fn not_written(path: &str, message: String, exception: &'static str) -> ErrorRecord {
    let error = ErrorRecord::new(Category::WriteError, "NewItemIOError", message);
    error.exception(exception).about(path, "String")
}

#[cfg(test)]
mod tests {
    use crate::testing_world::shown_on;

    #[test]
    fn folders_and_files_are_made() {
        insta::assert_snapshot!(shown_on(
            "MBX01",
            r"New-Item C:\Temp -ItemType Directory
             Test-Path C:\Temp, C:\Nothing
             New-Item -Path C:\Temp -Name a.txt -ItemType File -Value 'one line' | Select-Object -ExpandProperty Length
             New-Item C:\Temp\Sub\b.txt -Force -WhatIf
             Get-ChildItem C:\Temp -Name
             Get-ChildItem C:\T* -Name",
        ), @r#"


            Directory: C:\


        Mode                LastWriteTime         Length Name
        ----                -------------         ------ ----
        d-----         5/1/2026   8:00 AM                Temp


        True
        False
        8
        What if: Performing the operation "Create File" on target "Destination: C:\Temp\Sub\b.txt".
        a.txt
        Temp
        "#);
    }

    #[test]
    fn what_is_there_is_not_made_again() {
        insta::assert_snapshot!(shown_on(
            "MBX01",
            r"'x' | Set-Content C:\Temp\a.txt
             New-Item C:\Temp -Type Directory
             (New-Item C:\Temp -Type Directory -Force).Name
             New-Item C:\Temp\a.txt
             New-Item C:\None\a.txt
             (New-Item C:\Temp\a.txt -Force).Length",
        ), @r"
        New-Item : An item with the specified name C:\Temp already exists.
        At line:2 char:14
        +              New-Item C:\Temp -Type Directory
        +              ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : ResourceExists: (C:\Temp:String) [New-Item], IOException
            + FullyQualifiedErrorId : DirectoryExist,Microsoft.PowerShell.Commands.NewItemCommand

        Temp
        New-Item : The file 'C:\Temp\a.txt' already exists.
        At line:4 char:14
        +              New-Item C:\Temp\a.txt
        +              ~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : WriteError: (C:\Temp\a.txt:String) [New-Item], IOException
            + FullyQualifiedErrorId : NewItemIOError,Microsoft.PowerShell.Commands.NewItemCommand

        New-Item : Could not find a part of the path 'C:\None\a.txt'.
        At line:5 char:14
        +              New-Item C:\None\a.txt
        +              ~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : WriteError: (C:\None\a.txt:String) [New-Item], DirectoryNotFoundException
            + FullyQualifiedErrorId : NewItemIOError,Microsoft.PowerShell.Commands.NewItemCommand

        0
        ");
    }
}
