//! `Get-Content`: the lines of a file.
//!
//! Not modelled: `-Wait`, which follows a growing file; encodings other than UTF-8 and bytes.

use exchange::value::Value;

use super::get_child_item;
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;
use crate::language::paths;

/// The cmdlet.
pub static GET_CONTENT: Cmdlet = Cmdlet {
    name: "Get-Content",
    synopsis: "Gets the content of the item at the specified location.",
    class: "Microsoft.PowerShell.Commands.GetContentCommand",
    parameters: &[
        Parameter::new("Path", Kind::Strings, "The files; wildcards are allowed.")
            .at(0)
            .mandatory()
            .by_value()
            .by_property_name()
            .aliases(&["LiteralPath", "FullName", "PSPath"]),
        Parameter::new("Tail", Kind::Int, "How many lines to take from the end.")
            .aliases(&["Last"]),
        Parameter::new("TotalCount", Kind::Int, "How many lines to take from the start.")
            .aliases(&["First", "Head"]),
        Parameter::new("Wait", Kind::Switch, "Follows the file; this shell shows what is there."),
        Parameter::new("Raw", Kind::Switch, "Gives the content as one text."),
        Parameter::new("Encoding", Kind::String, "Byte gives the bytes; others have no effect."),
        Parameter::new("ReadCount", Kind::Int, "How many lines to hand on at once; 0 for all."),
        Parameter::new("Force", Kind::Switch, "Accepted, without effect."),
    ],
    run: |invocation| Box::pin(run(invocation)),
};

async fn run(mut invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    if invocation.switch("Wait") {
        invocation
            .warn("-Wait follows a file until Ctrl+C is pressed; here you see what it holds now.");
    }
    let mut output = Vec::new();
    for pattern in invocation.strings("Path").unwrap_or_default() {
        match get_child_item::files_matching(&invocation, &pattern) {
            Ok(paths) => {
                for path in paths {
                    match content(&invocation, &path) {
                        Ok(mut lines) => output.append(&mut lines),
                        Err(error) => invocation.error(error)?,
                    }
                }
            }
            Err(error) => invocation.error(error)?,
        }
    }
    Ok(output)
}

fn content(invocation: &Invocation<'_>, path: &str) -> Result<Vec<Value>, ErrorRecord> {
    let at_once = invocation.int("ReadCount") == Some(0);
    let is_bytes =
        invocation.string("Encoding").is_some_and(|own| own.eq_ignore_ascii_case("byte"));
    let values: Vec<Value> = if is_bytes {
        let bytes = invocation.session.host().files().read(path)?;
        bytes.into_iter().map(|byte| Value::I32(byte.into())).collect()
    } else {
        let text = read_text(invocation, path)?;
        if invocation.switch("Raw") {
            return Ok(vec![Value::String(text)]);
        }
        text.lines().map(Value::from).collect()
    };
    let count =
        |name: &str| invocation.int(name).map(|count| usize::try_from(count).unwrap_or_default());
    let skipped = count("Tail").map_or(0, |tail| values.len().saturating_sub(tail));
    let taken = values.into_iter().take(count("TotalCount").unwrap_or(usize::MAX)).skip(skipped);
    let taken: Vec<Value> = taken.collect();
    Ok(if at_once { vec![Value::List(taken)] } else { taken })
}

/// The text of a file, in the encoding of its byte order mark.
pub(super) fn read_text(invocation: &Invocation<'_>, path: &str) -> Result<String, ErrorRecord> {
    let path = paths::absolute(path, &invocation.session.location);
    let bytes = invocation.session.host().files().read(&path)?;
    Ok(logs::text::decode(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use crate::language::testing::Console;

    fn console() -> Console {
        Console::new()
            .with_file(r"C:\Logs\RECV1.LOG", "#Software: Exchange\r\na\r\nb\r\nc\r\n")
            .with_file(r"C:\Logs\RECV2.LOG", "d")
    }

    #[test]
    fn lines_are_taken_from_either_end() {
        let mut console = console();
        assert_eq!(console.text(r"Get-Content C:\Logs\RECV1.LOG -Tail 2"), "b\nc\n");
        assert_eq!(console.text(r"gc C:/Logs/RECV1.LOG -TotalCount 1"), "#Software: Exchange\n");
        assert_eq!(console.text(r"cd C:\Logs; (gc RECV*.LOG).Count"), "5\n");
        assert_eq!(
            console.text(
                r"gc C:\Logs\RECV1.LOG | Where-Object {$_ -notmatch '^#'} | measure | % Count"
            ),
            "3\n"
        );
        assert_eq!(console.text(r"Get-ChildItem C:\Logs | Get-Content | select -Last 1"), "d\n");
        assert_eq!(console.text(r"(Get-Content C:\Logs\RECV2.LOG -Raw).Length"), "1\n");
    }

    #[test]
    fn bytes_come_for_edge_subscriptions() {
        assert_eq!(
            console().text(r"$b = [byte[]]$(Get-Content -Path C:\Logs\RECV2.LOG -Encoding Byte -ReadCount 0); $b[0]"),
            "100\n"
        );
    }

    #[test]
    fn waiting_is_refused_politely() {
        insta::assert_snapshot!(console().text(r"Get-Content C:\Logs\RECV1.LOG -Tail 1 -Wait"), @r"
        WARNING: -Wait follows a file until Ctrl+C is pressed; here you see what it holds now.
        c
        ");
    }

    #[test]
    fn a_missing_file_is_an_error() {
        insta::assert_snapshot!(console().text(r"Get-Content C:\Logs\none.log"), @r"
        Get-Content : Cannot find path 'C:\Logs\none.log' because it does not exist.
        At line:1 char:1
        + Get-Content C:\Logs\none.log
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : ObjectNotFound: (C:\Logs\none.log:String) [Get-Content], ItemNotFoundException
            + FullyQualifiedErrorId : PathNotFound,Microsoft.PowerShell.Commands.GetContentCommand
        ");
    }
}
