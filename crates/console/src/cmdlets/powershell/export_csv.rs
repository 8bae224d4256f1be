//! `Export-Csv` and `Import-Csv`: objects in files.
//!
//! Not modelled: encodings other than UTF-8, `-UseCulture`, `-NoClobber`.

use exchange::value::Value;

use super::convert_csv::delimiter;
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::csv;
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;
use crate::language::{paths, wrap};

/// The cmdlet that writes.
pub static EXPORT_CSV: Cmdlet = Cmdlet {
    name: "Export-Csv",
    synopsis: "Converts objects into a series of comma-separated value strings and saves the strings to a file.",
    class: "Microsoft.PowerShell.Commands.ExportCsvCommand",
    parameters: &[
        Parameter::new("Path", Kind::String, "The file.").at(0).mandatory(),
        Parameter::new("Delimiter", Kind::String, "The character between fields.").at(1),
        Parameter::new("NoTypeInformation", Kind::Switch, "Leaves the line with the type out.")
            .aliases(&["NTI"]),
        Parameter::new("Append", Kind::Switch, "Adds to the file."),
        Parameter::new("Encoding", Kind::String, "Accepted, without effect."),
        Parameter::new("Force", Kind::Switch, "Accepted, without effect."),
        Parameter::new("InputObject", Kind::Values, "The objects.").whole_pipeline(),
    ],
    run: |invocation| Box::pin(export(invocation)),
};

/// The cmdlet that reads.
pub static IMPORT_CSV: Cmdlet = Cmdlet {
    name: "Import-Csv",
    synopsis: "Creates table-like custom objects from the items in a comma-separated value file.",
    class: "Microsoft.PowerShell.Commands.ImportCsvCommand",
    parameters: &[
        Parameter::new("Path", Kind::Strings, "The files.")
            .at(0)
            .mandatory()
            .by_value()
            .by_property_name()
            .aliases(&["FullName", "PSPath"]),
        Parameter::new("Delimiter", Kind::String, "The character between fields.").at(1),
        Parameter::new("Header", Kind::Strings, "The names, when the file has none."),
        Parameter::new("Encoding", Kind::String, "Accepted, without effect."),
    ],
    run: |invocation| Box::pin(import(invocation)),
};

async fn export(mut invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let path = invocation.string("Path").unwrap_or_default();
    let append = invocation.switch("Append");
    let absolute = paths::absolute(&path, &invocation.session.location);
    let adds = append && invocation.session.host().files().entry(&absolute).is_ok();
    let with_type = !adds && !invocation.switch("NoTypeInformation");
    let mut lines =
        csv::lines(&invocation.input(), delimiter(&invocation), with_type, invocation.culture());
    if adds && !lines.is_empty() {
        lines.remove(0);
    }
    if invocation.should_process(&path) {
        invocation.session.write_text(&path, &wrap::with_line_ends(&lines), append)?;
    }
    Ok(Vec::new())
}

async fn import(mut invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let mut objects = Vec::new();
    for path in invocation.strings("Path").unwrap_or_default() {
        match super::get_content::read_text(&invocation, &path) {
            Ok(text) => {
                let header = invocation.strings("Header");
                objects.extend(csv::objects(&text, delimiter(&invocation), header));
            }
            Err(error) => invocation.error(error)?,
        }
    }
    Ok(objects)
}

#[cfg(test)]
mod tests {
    use crate::language::testing::Console;

    #[test]
    fn objects_are_written_and_read_back() {
        let mut console = Console::new();
        console.run(
            r"[pscustomobject]@{Name='mbx01';Data='451 4.7.0, wait'} | Export-Csv 'C:\Logs\a.csv' -NoTypeInformation
              [pscustomobject]@{Name='mbx02';Data=$null} | Export-Csv C:/Logs/a.csv -Append",
        );
        assert_eq!(
            console.file(r"C:\Logs\a.csv"),
            "\"Name\",\"Data\"\n\"mbx01\",\"451 4.7.0, wait\"\n\"mbx02\",\"\"\n"
        );
        assert_eq!(console.text(r"Import-Csv C:\Logs\a.csv | % { $_.Data.Length }"), "15\n0\n");
    }

    #[test]
    fn a_missing_file_is_named() {
        assert!(
            Console::new()
                .text(r"Import-Csv nosuch.csv")
                .starts_with("Import-Csv : Cannot find path 'C:\\nosuch.csv'")
        );
    }
}
