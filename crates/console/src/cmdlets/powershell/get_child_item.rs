//! `Get-ChildItem`: what is in a folder.
//!
//! Not modelled: hidden files, attributes, `-Include`, `-Exclude`, other providers than the file system.

use std::borrow::Cow;

use exchange::value::{Object, Value};

use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::host::{Entry, FileError};
use crate::language::invocation::Invocation;
use crate::language::{paths, wildcard};

/// The cmdlet.
pub static GET_CHILD_ITEM: Cmdlet = Cmdlet {
    name: "Get-ChildItem",
    synopsis: "Gets the items and child items in one or more specified locations.",
    class: "Microsoft.PowerShell.Commands.GetChildItemCommand",
    parameters: &[
        Parameter::new("Path", Kind::Strings, "The folders; wildcards are allowed.")
            .at(0)
            .by_value()
            .by_property_name()
            .aliases(&["LiteralPath", "FullName", "PSPath"]),
        Parameter::new("Filter", Kind::String, "A wildcard that names must match.").at(1),
        Parameter::new("Recurse", Kind::Switch, "Goes into folders inside the folder."),
        Parameter::new("File", Kind::Switch, "Gives files only."),
        Parameter::new("Directory", Kind::Switch, "Gives folders only."),
        Parameter::new("Name", Kind::Switch, "Gives names only."),
        Parameter::new("Force", Kind::Switch, "Accepted, without effect."),
    ],
    run: |invocation| Box::pin(run(invocation)),
};

async fn run(mut invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let paths = invocation.strings("Path").unwrap_or_else(|| vec![".".to_owned()]);
    let mut items = Vec::new();
    for path in paths {
        match entries_at(&invocation, &path) {
            Ok(entries) => {
                items.extend(entries.iter().filter(|entry| wanted(&invocation, entry)).map(item));
            }
            Err(error) => invocation.error(error.into())?,
        }
    }
    if invocation.switch("Name") {
        let names = items.iter().filter_map(Value::as_object).map(|own| own.text_of("Name"));
        return Ok(names.map(Value::from).collect());
    }
    Ok(items)
}

fn wanted(invocation: &Invocation<'_>, entry: &Entry) -> bool {
    let is_folder = entry.length.is_none();
    let fits = invocation
        .string("Filter")
        .is_none_or(|pattern| wildcard::matches(&pattern, paths::name_of(&entry.path)));
    fits && !(is_folder && invocation.switch("File"))
        && (is_folder || !invocation.switch("Directory"))
}

/// A folder gives what it holds, a file itself, a wildcard what matches it.
fn entries_at(invocation: &Invocation<'_>, path: &str) -> Result<Vec<Entry>, FileError> {
    let host = invocation.session.host();
    let absolute = paths::absolute(path, &invocation.session.location);
    let found = if wildcard::is_pattern(paths::name_of(&absolute)) {
        matching(invocation, &absolute)?
    } else {
        let entry = host.files().entry(&absolute)?;
        if entry.length.is_some() {
            return Ok(vec![entry]);
        }
        host.files().entries(&absolute)?
    };
    if !invocation.switch("Recurse") {
        return Ok(found);
    }
    let mut all = Vec::new();
    // Breadth first, as PowerShell lists them.
    let mut open = found;
    while !open.is_empty() {
        let mut inside = Vec::new();
        for entry in &open {
            if entry.length.is_none() {
                inside.extend(host.files().entries(&entry.path)?);
            }
        }
        all.append(&mut open);
        open = inside;
    }
    Ok(all)
}

/// The entries of a folder whose names match the last part of a path.
fn matching(invocation: &Invocation<'_>, absolute: &str) -> Result<Vec<Entry>, FileError> {
    let (folder, pattern) = (paths::folder_of(absolute), paths::name_of(absolute));
    let mut entries = invocation.session.host().files().entries(folder)?;
    entries.retain(|entry| wildcard::matches(pattern, paths::name_of(&entry.path)));
    Ok(entries)
}

/// The files and folders that a path means; only one with wildcards may mean none.
pub(super) fn entries_meant(
    invocation: &Invocation<'_>,
    path: &str,
) -> Result<Vec<Entry>, ErrorRecord> {
    let absolute = paths::absolute(path, &invocation.session.location);
    if wildcard::is_pattern(paths::name_of(&absolute)) {
        return Ok(matching(invocation, &absolute)?);
    }
    Ok(vec![invocation.session.host().files().entry(&absolute)?])
}

/// The files that a path with wildcards means.
pub(super) fn files_matching(
    invocation: &Invocation<'_>,
    pattern: &str,
) -> Result<Vec<String>, ErrorRecord> {
    let absolute = paths::absolute(pattern, &invocation.session.location);
    if !wildcard::is_pattern(paths::name_of(&absolute)) {
        return Ok(vec![absolute]);
    }
    let entries = matching(invocation, &absolute)?;
    Ok(entries.into_iter().filter(|entry| entry.length.is_some()).map(|entry| entry.path).collect())
}

/// A file or folder as an object of the shell.
pub(super) fn item(entry: &Entry) -> Value {
    const PROVIDER: &str = r"Microsoft.PowerShell.Core\FileSystem::";
    let name = paths::name_of(&entry.path);
    let folder = paths::folder_of(&entry.path);
    let (base, extension) = match name.rfind('.') {
        Some(at) if entry.length.is_some() => name.split_at(at),
        _ => (name, ""),
    };
    let kind =
        if entry.length.is_some() { "System.IO.FileInfo" } else { "System.IO.DirectoryInfo" };
    let length = entry.length.map(|length| i64::try_from(length).unwrap_or(i64::MAX));
    let mut object = Object::new(kind)
        .with("PSPath", format!("{PROVIDER}{}", entry.path))
        .with("PSParentPath", format!("{PROVIDER}{folder}"))
        .with("PSChildName", name)
        .with("PSIsContainer", entry.length.is_none())
        .with("Mode", if entry.length.is_some() { "-a----" } else { "d-----" })
        .with("BaseName", base)
        .with("Name", name);
    if let Some(length) = length {
        object = object.with("Length", length);
    }
    object = object
        .with("DirectoryName", folder)
        .with("FullName", entry.path.as_str())
        .with("Extension", extension)
        .with("LastWriteTime", entry.last_write_time);
    object.type_names.push(Cow::Borrowed("System.IO.FileSystemInfo"));
    name.clone_into(&mut object.text);
    Value::from(object)
}

#[cfg(test)]
mod tests {
    use crate::language::testing::Console;

    fn console() -> Console {
        Console::new()
            .with_file(r"C:\Logs\RECV2026050106-1.LOG", "abc")
            .with_file(r"C:\Logs\SEND.LOG", "")
            .with_file(r"C:\Logs\notes.txt", "x")
    }

    #[test]
    fn a_folder_is_listed_as_windows_lists_it() {
        insta::assert_snapshot!(console().text(r"Get-ChildItem C:\Logs"), @r"


            Directory: C:\Logs


        Mode                LastWriteTime         Length Name
        ----                -------------         ------ ----
        -a----         5/1/2026   5:46 AM              3 RECV2026050106-1.LOG
        -a----         5/1/2026   5:58 AM              0 SEND.LOG
        -a----         5/1/2026   5:57 AM              1 notes.txt
        ");
    }

    #[test]
    fn the_newest_file_is_found_as_the_guides_do() {
        assert_eq!(
            console().text(r"$latest = Get-ChildItem C:\Logs | Sort LastWriteTime -Descending | Select -First 1; $latest.FullName"),
            "C:\\Logs\\SEND.LOG\n"
        );
    }

    #[test]
    fn wildcards_and_filters_choose_files() {
        assert_eq!(console().text(r"gci C:\Logs\*.log -Name"), "RECV2026050106-1.LOG\nSEND.LOG\n");
        assert_eq!(console().text(r"dir C:\Logs -Filter *.txt | % BaseName"), "notes\n");
        assert!(console().text("dir C:\\None").contains("ObjectNotFound: (C:\\None:String)"));
    }
}
