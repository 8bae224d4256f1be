//! The default views of what the language itself puts out.
//!
//! Source: PowerShell's own format definitions (MIT).

use exchange::culture::Culture;
use exchange::value::{Object, Value};

use super::format_date;
use super::view::{View, ViewColumn};

/// The views, one for each type.
pub(crate) static LANGUAGE_VIEWS: &[&View] = &[
    &View::table(
        "System.IO.FileSystemInfo",
        &[
            ViewColumn::new("Mode", 7),
            ViewColumn::new("LastWriteTime", 25).right().computed(last_write_time),
            ViewColumn::new("Length", 14).right().computed(length),
            ViewColumn::new("Name", 0),
        ],
    )
    .grouped("PSParentPath", |folder| {
        let path = folder.rsplit("::").next().unwrap_or_default();
        format!("    Directory: {path}\n")
    }),
    &View::table(
        "Microsoft.PowerShell.Commands.GroupInfo",
        &[
            ViewColumn::new("Count", 5).right(),
            ViewColumn::new("Name", 25),
            ViewColumn::new("Group", 0),
        ],
    ),
    &View::list(
        "Microsoft.PowerShell.Commands.GenericMeasureInfo",
        &["Count", "Average", "Sum", "Maximum", "Minimum", "Property"],
    ),
    &View::table(
        "System.Collections.DictionaryEntry",
        &[ViewColumn::new("Name", 30), ViewColumn::new("Value", 0)],
    ),
    &View::table(
        "System.Management.Automation.PSVariable",
        &[ViewColumn::new("Name", 30), ViewColumn::new("Value", 0)],
    ),
    &View::table(
        "System.Management.Automation.CommandInfo",
        &[
            ViewColumn::new("CommandType", 15),
            ViewColumn::new("Name", 50),
            ViewColumn::new("Version", 10),
            ViewColumn::new("Source", 0),
        ],
    ),
    &View::table(
        "Microsoft.PowerShell.Commands.MemberDefinition",
        &[
            ViewColumn::new("Name", 0),
            ViewColumn::new("MemberType", 0),
            ViewColumn::new("Definition", 0),
        ],
    )
    .grouped("TypeName", |name| format!("   TypeName: {name}")),
    &View::text("Microsoft.PowerShell.Commands.MatchInfo"),
    &View::table("System.Management.Automation.PathInfo", &[ViewColumn::new("Path", 0)]),
];

/// A folder has none.
fn length(file: &Object, _: Culture) -> String {
    file.text_of("Length")
}

/// `  5/1/2026  11:36 AM`
fn last_write_time(file: &Object, culture: Culture) -> String {
    match file.get("LastWriteTime") {
        Some(Value::DateTime(time)) => format!(
            "{:>10}  {:>8}",
            format_date::format(*time, "d", culture),
            format_date::format(*time, "t", culture)
        ),
        _ => String::new(),
    }
}
