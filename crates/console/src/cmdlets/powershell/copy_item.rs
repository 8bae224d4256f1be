//! `Copy-Item`: copies files and folders.
//!
//! Not modelled: shares of other computers, `-Filter`, `-Include`, `-Exclude`, copying into sessions.
//!
//! Source: Microsoft Learn, `Copy-Item`; the errors are those of Windows PowerShell 5.1.

use exchange::value::Value;

use super::get_child_item;
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::{Category, ErrorRecord};
use crate::language::host::{Entry, FileSystem};
use crate::language::invocation::Invocation;
use crate::language::paths;

/// The cmdlet.
pub static COPY_ITEM: Cmdlet = Cmdlet {
    name: "Copy-Item",
    synopsis: "Copies an item from one location to another.",
    class: "Microsoft.PowerShell.Commands.CopyItemCommand",
    parameters: &[
        Parameter::new("Path", Kind::Strings, "The files and folders; wildcards are allowed.")
            .at(0)
            .mandatory()
            .by_value()
            .by_property_name()
            .aliases(&["LiteralPath", "PSPath", "FullName"]),
        Parameter::new("Destination", Kind::String, "Where to.").at(1),
        Parameter::new("Recurse", Kind::Switch, "Copies what a folder holds, too."),
        Parameter::new("Force", Kind::Switch, "Accepted, without effect."),
        Parameter::new("PassThru", Kind::Switch, "Puts the copies out."),
    ],
    run: |invocation| Box::pin(run(invocation)),
};

async fn run(mut invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let typed = invocation.string("Destination").unwrap_or_else(|| ".".to_owned());
    let destination = paths::absolute(&typed, &invocation.session.location);
    let mut copies = Vec::new();
    for path in invocation.strings("Path").unwrap_or_default() {
        match get_child_item::entries_meant(&invocation, &path) {
            Ok(entries) => {
                for entry in entries {
                    match copy(&mut invocation, &entry, &destination) {
                        Ok(copy) => copies.extend(copy),
                        Err(error) => invocation.error(error)?,
                    }
                }
            }
            Err(error) => invocation.error(error)?,
        }
    }
    Ok(if invocation.switch("PassThru") { copies } else { Vec::new() })
}

fn copy(
    invocation: &mut Invocation<'_>,
    entry: &Entry,
    destination: &str,
) -> Result<Option<Value>, ErrorRecord> {
    let host = invocation.session.host();
    let is_folder = entry.length.is_none();
    let there = host.files().entry(destination);
    let into_folder = there.is_ok_and(|there| there.length.is_none());
    let target = if into_folder {
        paths::absolute(paths::name_of(&entry.path), destination)
    } else {
        destination.to_owned()
    };
    if host.files().entry(paths::folder_of(&target)).is_err() {
        let message = format!("Could not find a part of the path '{target}'.");
        let id = "System.IO.DirectoryNotFoundException";
        let error = ErrorRecord::new(Category::NotSpecified, id, message);
        return Err(error.exception("DirectoryNotFoundException"));
    }
    if target.eq_ignore_ascii_case(&entry.path) {
        let message = format!("Cannot overwrite the item {target} with itself.");
        let error = ErrorRecord::new(Category::WriteError, "CopyError", message);
        return Err(error.exception("IOException").about(target, "String"));
    }
    let operation = if is_folder { "Copy Directory" } else { "Copy File" };
    let what = format!("Item: {} Destination: {target}", entry.path);
    if !invocation.should_perform(operation, &what) {
        return Ok(None);
    }
    let recurse = invocation.switch("Recurse");
    for (from, to) in copied(host.files(), entry, &target, recurse)? {
        match from.length {
            Some(_) => host.files().write(&to, &host.files().read(&from.path)?)?,
            None => host.files().make_folder(&to)?,
        }
    }
    Ok(Some(get_child_item::item(&host.files().entry(&target)?)))
}

/// What is copied, and where to. It is worked out before anything is written, so that a folder can be
/// copied into itself.
fn copied(
    files: &dyn FileSystem,
    entry: &Entry,
    target: &str,
    recurse: bool,
) -> Result<Vec<(Entry, String)>, ErrorRecord> {
    let mut all = vec![(entry.clone(), target.to_owned())];
    if recurse && entry.length.is_none() {
        for inside in files.entries(&entry.path)? {
            let target = paths::absolute(paths::name_of(&inside.path), target);
            all.extend(copied(files, &inside, &target, recurse)?);
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use crate::testing_world::shown_on;

    #[test]
    fn files_and_folders_are_copied() {
        insta::assert_snapshot!(shown_on(
            "MBX01",
            r"'one' | Set-Content C:\Temp\a.log; 'two' | Set-Content C:\Temp\Sub\b.log
             Copy-Item C:\Temp\a.log C:\Temp\c.log
             Copy-Item C:\Temp\*.log -Destination C:\Temp\Sub
             Get-ChildItem C:\Temp -Recurse | ForEach-Object FullName
             Copy-Item C:\Temp\Sub C:\Kept -Recurse
             (Copy-Item C:\Temp\Sub C:\Kept -PassThru).FullName
             Copy-Item C:\Temp C:\Temp -Recurse
             Get-ChildItem C:\Kept, C:\Temp\Temp -Name
             Get-Content C:\Kept\a.log
             Copy-Item C:\Temp\a.log C:\Temp\d.log -WhatIf",
        ), @r#"
        C:\Temp\a.log
        C:\Temp\c.log
        C:\Temp\Sub
        C:\Temp\Sub\a.log
        C:\Temp\Sub\b.log
        C:\Temp\Sub\c.log
        C:\Kept\Sub
        a.log
        b.log
        c.log
        Sub
        a.log
        c.log
        Sub
        one
        What if: Performing the operation "Copy File" on target "Item: C:\Temp\a.log Destination: C:\Temp\d.log".
        "#);
    }

    #[test]
    fn what_cannot_be_copied_is_told() {
        insta::assert_snapshot!(shown_on(
            "MBX01",
            r"'one' | Set-Content C:\Temp\a.log
             Copy-Item C:\Temp\b.log C:\Temp\c.log
             Copy-Item C:\Temp\a.log C:\None\a.log
             Copy-Item C:\Temp\a.log C:\Temp",
        ), @r"
        Copy-Item : Cannot find path 'C:\Temp\b.log' because it does not exist.
        At line:2 char:14
        +              Copy-Item C:\Temp\b.log C:\Temp\c.log
        +              ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : ObjectNotFound: (C:\Temp\b.log:String) [Copy-Item], ItemNotFoundException
            + FullyQualifiedErrorId : PathNotFound,Microsoft.PowerShell.Commands.CopyItemCommand

        Copy-Item : Could not find a part of the path 'C:\None\a.log'.
        At line:3 char:14
        +              Copy-Item C:\Temp\a.log C:\None\a.log
        +              ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : NotSpecified: (:) [Copy-Item], DirectoryNotFoundException
            + FullyQualifiedErrorId : System.IO.DirectoryNotFoundException,Microsoft.PowerShell.Commands.CopyItemCommand

        Copy-Item : Cannot overwrite the item C:\Temp\a.log with itself.
        At line:4 char:14
        +              Copy-Item C:\Temp\a.log C:\Temp
        +              ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : WriteError: (C:\Temp\a.log:String) [Copy-Item], IOException
            + FullyQualifiedErrorId : CopyError,Microsoft.PowerShell.Commands.CopyItemCommand
        ");
    }
}
