//! `Select-String`: the lines that match.
//!
//! Not modelled: encodings other than UTF-8, `-Include`, `-Exclude`.
//!
//! Source: Microsoft Learn, `Select-String`; PowerShell's own `MatchInfo` (MIT).

use exchange::value::{Object, Value};

use super::{get_child_item, get_content};
use crate::language::ast::Case;
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;
use crate::language::{paths, value_text};

/// The cmdlet.
pub static SELECT_STRING: Cmdlet = Cmdlet {
    name: "Select-String",
    synopsis: "Finds text in strings and files.",
    class: "Microsoft.PowerShell.Commands.SelectStringCommand",
    parameters: &[
        Parameter::new("Pattern", Kind::Strings, "Regular expressions, or texts.")
            .at(0)
            .mandatory(),
        Parameter::new("Path", Kind::Strings, "The files; wildcards are allowed.")
            .at(1)
            .aliases(&["LiteralPath"]),
        Parameter::new("SimpleMatch", Kind::Switch, "The patterns are texts."),
        Parameter::new("CaseSensitive", Kind::Switch, "Upper and lower case differ."),
        Parameter::new("NotMatch", Kind::Switch, "Gives the lines that do not match."),
        Parameter::new("AllMatches", Kind::Switch, "Finds every match in a line."),
        Parameter::new("Context", Kind::Ints, "Lines to show before, and after."),
        Parameter::new("List", Kind::Switch, "Gives the first match of each file."),
        Parameter::new("Quiet", Kind::Switch, "Says only whether there is a match."),
        Parameter::new("Encoding", Kind::String, "Accepted, without effect."),
        Parameter::new("InputObject", Kind::Values, "The texts or files.").whole_pipeline(),
    ],
    run: |invocation| Box::pin(run(invocation)),
};

/// What is looked through: lines with the path of their file.
struct Searched {
    path: Option<String>,
    lines: Vec<String>,
}

/// How.
struct Search {
    patterns: Vec<String>,
    case: Case,
    before: usize,
    after: usize,
}

async fn run(mut invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let patterns = invocation.strings("Pattern").unwrap_or_default();
    let is_text = invocation.switch("SimpleMatch");
    let context = context(&invocation);
    let search = Search {
        patterns: patterns
            .into_iter()
            .map(|own| if is_text { regex::escape(&own) } else { own })
            .collect(),
        case: if invocation.switch("CaseSensitive") { Case::Sensitive } else { Case::Ignored },
        before: context.0,
        after: context.1,
    };
    let mut found = Vec::new();
    for searched in searched(&mut invocation)? {
        let mut matches = search.matches(&mut invocation, &searched)?;
        if invocation.switch("List") {
            matches.truncate(1);
        }
        found.append(&mut matches);
    }
    if !invocation.switch("Quiet") {
        return Ok(found);
    }
    // Windows PowerShell says nothing where nothing matches.
    Ok(if found.is_empty() { Vec::new() } else { vec![Value::Bool(true)] })
}

fn context(invocation: &Invocation<'_>) -> (usize, usize) {
    let counts = invocation.values("Context").unwrap_or_default();
    let mut counts = counts.iter().map(|value| match value {
        Value::I32(count) => usize::try_from(*count).unwrap_or_default(),
        _ => 0,
    });
    let before = counts.next().unwrap_or_default();
    (before, counts.next().unwrap_or(before))
}

/// The files of `-Path` and of the pipeline; each text of the pipeline counts as a line.
fn searched(invocation: &mut Invocation<'_>) -> Result<Vec<Searched>, ErrorRecord> {
    let mut all = Vec::new();
    let mut patterns = invocation.strings("Path").unwrap_or_default();
    let mut lines = Vec::new();
    for value in invocation.input() {
        match value
            .as_object()
            .filter(|object| object.type_names.iter().any(|t| t == "System.IO.FileInfo"))
        {
            Some(file) => patterns.push(file.text_of("FullName")),
            None => lines.push(value_text::text(&value, invocation.culture())),
        }
    }
    for pattern in patterns {
        match read(invocation, &pattern) {
            Ok(files) => all.extend(files),
            Err(error) => invocation.error(error)?,
        }
    }
    if !lines.is_empty() {
        all.push(Searched { path: None, lines });
    }
    Ok(all)
}

fn read(invocation: &Invocation<'_>, pattern: &str) -> Result<Vec<Searched>, ErrorRecord> {
    let mut files = Vec::new();
    for path in get_child_item::files_matching(invocation, pattern)? {
        let text = get_content::read_text(invocation, &path)?;
        files.push(Searched { path: Some(path), lines: text.lines().map(str::to_owned).collect() });
    }
    Ok(files)
}

impl Search {
    fn matches(
        &self,
        invocation: &mut Invocation<'_>,
        searched: &Searched,
    ) -> Result<Vec<Value>, ErrorRecord> {
        let (inverted, all) = (invocation.switch("NotMatch"), invocation.switch("AllMatches"));
        let location = invocation.session.location.clone();
        let mut found = Vec::new();
        for (index, line) in searched.lines.iter().enumerate() {
            let mut hit = None;
            for pattern in &self.patterns {
                let regex = invocation.session.patterns.get(pattern, self.case)?;
                let most = if all { usize::MAX } else { 1 };
                let spans: Vec<_> =
                    regex.find_iter(line).take(most).map(|own| own.range()).collect();
                if !spans.is_empty() {
                    hit = Some((pattern, spans));
                    break;
                }
            }
            match hit {
                Some((pattern, spans)) if !inverted => {
                    found.push(self.match_info(searched, index, pattern, &spans, &location));
                }
                None if inverted => {
                    let pattern = self.patterns.first().map_or("", String::as_str);
                    found.push(self.match_info(searched, index, pattern, &[], &location));
                }
                _ => {}
            }
        }
        Ok(found)
    }

    fn match_info(
        &self,
        searched: &Searched,
        index: usize,
        pattern: &str,
        spans: &[std::ops::Range<usize>],
        location: &str,
    ) -> Value {
        let line = searched.lines.get(index).map_or("", String::as_str);
        let number = |count: usize| i32::try_from(count).unwrap_or(i32::MAX);
        let matches = spans.iter().map(|span| {
            let text = line.get(span.clone()).unwrap_or_default();
            let before = line.get(..span.start).unwrap_or_default();
            let object = Object::new("System.Text.RegularExpressions.Match")
                .with("Success", true)
                .with("Index", number(before.chars().count()))
                .with("Length", number(text.chars().count()))
                .with("Value", text);
            Value::from(Object { text: text.to_owned(), ..object })
        });
        let path = searched.path.as_deref().unwrap_or("InputStream");
        let object = Object::new("Microsoft.PowerShell.Commands.MatchInfo")
            .with("IgnoreCase", self.case == Case::Ignored)
            .with("LineNumber", number(index + 1))
            .with("Line", line)
            .with("Filename", paths::name_of(path))
            .with("Path", path)
            .with("Pattern", pattern)
            .with("Context", Value::Null)
            .with("Matches", Value::List(matches.collect()));
        Value::from(Object { text: self.text(searched, index, location), ..object })
    }

    /// `Logs\SEND.LOG:12:250 OK`, with its neighbours where they are asked for.
    fn text(&self, searched: &Searched, index: usize, location: &str) -> String {
        let shows_context = self.before + self.after > 0;
        let first = index.saturating_sub(self.before);
        let shown = searched.lines.iter().enumerate().skip(first);
        let shown = shown.take(index - first + self.after + 1);
        let lines = shown.map(|(number, line)| {
            let mark = match (shows_context, number == index) {
                (false, _) => "",
                (true, true) => "> ",
                (true, false) => "  ",
            };
            match &searched.path {
                Some(path) => {
                    format!("{mark}{}:{}:{line}", below(path, location), number + 1)
                }
                None => format!("{mark}{line}"),
            }
        });
        lines.collect::<Vec<_>>().join("\n")
    }
}

/// The path as seen from the current folder, where it lies below that.
fn below<'p>(path: &'p str, location: &str) -> &'p str {
    let folder = location.trim_end_matches('\\');
    let is_below = path.get(..folder.len()).is_some_and(|own| own.eq_ignore_ascii_case(folder));
    path.get(folder.len()..)
        .filter(|_| is_below)
        .and_then(|rest| rest.strip_prefix('\\'))
        .unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::language::testing::Console;

    fn console() -> Console {
        Console::new()
            .with_file(
                r"C:\Logs\RECV1.LOG",
                "#Fields: data\r\nEHLO a\r\n250 OK\r\n451 4.7.0 wait\r\nQUIT\r\n",
            )
            .with_file(r"C:\Logs\RECV2.LOG", "451 4.7.0 again 451\r\n")
    }

    #[test]
    fn lines_are_found_in_files() {
        insta::assert_snapshot!(console().text(
            r"Select-String '^45\d' C:\Logs\*.LOG
             cd C:\Logs
             Get-ChildItem *.LOG | Select-String '4.7.0' -SimpleMatch -List | ForEach-Object { '{0} {1}' -f $_.Filename, $_.LineNumber }
             sls ehlo, quit RECV1.LOG -Context 0,1
             (sls 451 RECV2.LOG -AllMatches).Matches.Count",
        ), @r"

        Logs\RECV1.LOG:4:451 4.7.0 wait
        Logs\RECV2.LOG:1:451 4.7.0 again 451


        RECV1.LOG 4
        RECV2.LOG 1

        > RECV1.LOG:2:EHLO a
          RECV1.LOG:3:250 OK
        > RECV1.LOG:5:QUIT


        2
        ");
    }

    #[test]
    fn texts_of_the_pipeline_are_searched_line_by_line() {
        let mut console = console();
        assert_eq!(
            console.text(r"(gc C:\Logs\RECV1.LOG | sls '^#' -NotMatch | select -First 1).Line"),
            "EHLO a\n"
        );
        assert_eq!(console.text("'Queue','queue' | sls Q -CaseSensitive | % LineNumber"), "1\n");
        assert_eq!(
            console.text("'a' | Select-String b -Quiet; 'a' | Select-String a -Quiet"),
            "True\n"
        );
        assert!(console.text("'a' | sls '[a'").contains("unclosed character class"));
        assert!(
            console
                .text(r"sls a C:\Logs\none.log")
                .contains("Cannot find path 'C:\\Logs\\none.log'")
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn a_text_is_found_where_it_is(lines in proptest::collection::vec("[a-c .*(é]{0,8}", 0..6), text in "[a-c.*(é]{1,3}") {
            let mut console = Console::new().with_file(r"C:\Logs\a.txt", &lines.join("\n"));
            let wanted = lines.iter().filter(|line| line.contains(&text)).count();
            let script = format!(r"@(Select-String '{text}' C:\Logs\a.txt -SimpleMatch -Context 9).Count");
            prop_assert_eq!(console.text(&script), format!("{wanted}\n"));
        }
    }
}
