//! `Export-Clixml` and `Import-Clixml`: objects in files, with their types.
//!
//! What comes back has lost its behaviour: its type names begin with `Deserialized.`, as in
//! PowerShell.
//!
//! Not modelled: `-Depth` (objects are written whole), encodings other than UTF-8 (Windows PowerShell
//! writes UTF-16 when none is named), `-AsSecureString` and credentials.
//!
//! Source: Microsoft Learn, `Export-Clixml` and `Import-Clixml`; MS-PSRP section 2.2.5.

use std::borrow::Cow;

use exchange::value::Value;
use logs::unread::Unread;
use logs::{clixml, text};

use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::{Category, ErrorRecord};
use crate::language::invocation::Invocation;
use crate::language::{paths, value_text};

/// The cmdlet that writes.
pub static EXPORT_CLIXML: Cmdlet = Cmdlet {
    name: "Export-Clixml",
    synopsis: "Creates an XML-based representation of an object or objects and stores it in a file.",
    class: "Microsoft.PowerShell.Commands.ExportClixmlCommand",
    parameters: &[
        Parameter::new("Path", Kind::String, "The file.")
            .at(0)
            .mandatory()
            .aliases(&["LiteralPath", "PSPath"]),
        Parameter::new("Depth", Kind::Int, "Accepted, without effect."),
        Parameter::new("Encoding", Kind::String, "Accepted, without effect."),
        Parameter::new("Force", Kind::Switch, "Accepted, without effect."),
        Parameter::new("NoClobber", Kind::Switch, "Leaves a file alone that is there.")
            .aliases(&["NoOverwrite"]),
        Parameter::new("InputObject", Kind::Values, "The objects.").whole_pipeline(),
    ],
    run: |invocation| Box::pin(export(invocation)),
};

/// The cmdlet that reads.
pub static IMPORT_CLIXML: Cmdlet = Cmdlet {
    name: "Import-Clixml",
    synopsis: "Imports a CLIXML file and creates corresponding objects in PowerShell.",
    class: "Microsoft.PowerShell.Commands.ImportClixmlCommand",
    parameters: &[
        Parameter::new("Path", Kind::Strings, "The files.")
            .at(0)
            .mandatory()
            .by_value()
            .by_property_name()
            .aliases(&["LiteralPath", "PSPath", "FullName"]),
        Parameter::new("First", Kind::Int, "How many objects to take."),
        Parameter::new("Skip", Kind::Int, "How many objects to leave out before."),
    ],
    run: |invocation| Box::pin(import(invocation)),
};

async fn export(mut invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let typed = invocation.string("Path").unwrap_or_default();
    let path = paths::absolute(&typed, &invocation.session.location);
    let host = invocation.session.host();
    if invocation.switch("NoClobber") && host.files().entry(&path).is_ok() {
        let message = format!("The file '{path}' already exists.");
        let error = ErrorRecord::new(Category::ResourceExists, "NoClobber", message);
        return Err(error.exception("IOException").about(path, "String"));
    }
    if invocation.should_process(&path) {
        let offset = invocation.culture().offset;
        host.files().write(&path, &clixml::write_at(offset, &invocation.input()))?;
    }
    Ok(Vec::new())
}

async fn import(mut invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let mut values = Vec::new();
    for typed in invocation.strings("Path").unwrap_or_default() {
        let path = paths::absolute(&typed, &invocation.session.location);
        let content = match invocation.session.host().files().read(&path) {
            Ok(content) => content,
            Err(error) => {
                invocation.error(error.into())?;
                continue;
            }
        };
        let text = text::decode(&content);
        let read = clixml::read(&text);
        values.extend(read.values.into_iter().map(|(_, value)| deserialized(value)));
        if let Some(fault) = fault_in(&text, read.unread.first()) {
            let error = ErrorRecord::new(Category::NotSpecified, "System.Xml.XmlException", fault);
            invocation.error(error.exception("XmlException"))?;
        }
    }
    let count = |name| invocation.int(name).map(|own| usize::try_from(own).unwrap_or_default());
    let skipped = values.into_iter().skip(count("Skip").unwrap_or_default());
    Ok(skipped.take(count("First").unwrap_or(usize::MAX)).collect())
}

/// What .NET's reader says of a file that is no export, or breaks off.
fn fault_in(text: &str, unread: Option<&Unread>) -> Option<String> {
    const NAMESPACE: &str = "http://schemas.microsoft.com/powershell/2004/04";
    if !text.trim_start_matches('\u{feff}').trim_start().starts_with('<') {
        return Some("Data at the root level is invalid. Line 1, position 1.".to_owned());
    }
    if !text.contains("<Objs") {
        let fault = format!(
            "Element 'Objs' with namespace name '{NAMESPACE}' was not found. Line 1, position 2."
        );
        return Some(fault);
    }
    let line = unread?.line;
    Some(format!("Unexpected end of file has occurred. Line {line}, position 1."))
}

/// The types that are themselves again after they were read.
const LIVING: [&str; 8] = [
    "System.String",
    "System.TimeSpan",
    "System.Version",
    "System.Uri",
    "System.Decimal",
    "System.UInt64",
    "System.Byte[]",
    value_text::IP_ADDRESS,
];

fn deserialized(value: Value) -> Value {
    match value {
        Value::Opaque(mut opaque) => {
            mark(&mut opaque.type_name);
            Value::Opaque(opaque)
        }
        Value::Enum(mut member) => {
            mark(&mut member.type_name);
            Value::Enum(member)
        }
        Value::List(values) => Value::List(values.into_iter().map(deserialized).collect()),
        Value::Hashtable(entries) => Value::Hashtable(
            entries.into_iter().map(|(key, value)| (key, deserialized(value))).collect(),
        ),
        Value::Object(mut object) => {
            object.type_names.iter_mut().for_each(mark);
            for (_, value) in &mut object.properties {
                *value = deserialized(std::mem::replace(value, Value::Null));
            }
            Value::Object(object)
        }
        simple => simple,
    }
}

fn mark(type_name: &mut Cow<'static, str>) {
    if !LIVING.contains(&type_name.as_ref()) && !type_name.starts_with("Deserialized.") {
        *type_name = format!("Deserialized.{type_name}").into();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::language::testing::Console;

    #[test]
    fn objects_come_back_without_their_behaviour() {
        let mut console = Console::new();
        console.run(
            r"[pscustomobject]@{Name='mbx01\6';Count=3;Hosts='a','b';Age=[TimeSpan]'00:10:00'} | Export-Clixml C:\Logs\a.clixml",
        );
        insta::assert_snapshot!(console.text(r"$q = Import-Clixml C:\Logs\a.clixml; $q; $q.PSObject.TypeNames; $q.Age.TotalMinutes"), @r"

        Name    Count Hosts  Age
        ----    ----- -----  ---
        mbx01\6     3 {a, b} 00:10:00


        Deserialized.System.Management.Automation.PSCustomObject
        10
        ");
    }

    #[test]
    fn nothing_makes_a_file_too_and_a_part_can_be_taken() {
        let mut console = Console::new();
        console.run(r"$null | Where-Object {$_} | Export-Clixml C:\Logs\none.clixml; 1..5 | Export-Clixml C:\Logs\n.clixml");
        assert!(console.file(r"C:\Logs\none.clixml").contains("</Objs>"));
        assert_eq!(console.text(r"Import-Clixml C:\Logs\n.clixml -Skip 1 -First 2"), "2\n3\n");
        assert_eq!(console.text(r"@(Import-Clixml C:\Logs\none.clixml).Count"), "0\n");
    }

    #[test]
    fn what_is_missing_or_no_xml_is_told() {
        let mut console = Console::new().with_file(r"C:\Logs\bad.clixml", "Identity : mbx01");
        insta::assert_snapshot!(console.text(r"Import-Clixml C:\Logs\x.clixml, C:\Logs\bad.clixml; 1 | Export-Clixml C:\Logs\bad.clixml -NoClobber"), @r"
        Import-Clixml : Cannot find path 'C:\Logs\x.clixml' because it does not exist.
        At line:1 char:1
        + Import-Clixml C:\Logs\x.clixml, C:\Logs\bad.clixml; 1 | Export-Clixml ...
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : ObjectNotFound: (C:\Logs\x.clixml:String) [Import-Clixml], ItemNotFoundException
            + FullyQualifiedErrorId : PathNotFound,Microsoft.PowerShell.Commands.ImportClixmlCommand

        Import-Clixml : Data at the root level is invalid. Line 1, position 1.
        At line:1 char:1
        + Import-Clixml C:\Logs\x.clixml, C:\Logs\bad.clixml; 1 | Export-Clixml ...
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : NotSpecified: (:) [Import-Clixml], XmlException
            + FullyQualifiedErrorId : System.Xml.XmlException,Microsoft.PowerShell.Commands.ImportClixmlCommand

        Export-Clixml : The file 'C:\Logs\bad.clixml' already exists.
        At line:1 char:57
        + ... , C:\Logs\bad.clixml; 1 | Export-Clixml C:\Logs\bad.clixml -NoClobber
        +                               ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : ResourceExists: (C:\Logs\bad.clixml:String) [Export-Clixml], IOException
            + FullyQualifiedErrorId : NoClobber,Microsoft.PowerShell.Commands.ExportClixmlCommand
        ");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn any_file_is_read(content in "(?s)(<Objs>|<Obj>|<S>|</S>|</Obj>|</Objs>|[ -~\n]){0,20}") {
            let mut console = Console::new().with_file(r"C:\Logs\any.clixml", &content);
            let _output = console.run(r"Import-Clixml C:\Logs\any.clixml");
        }
    }
}
