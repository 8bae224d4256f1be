//! JUnit XML, as build servers read it: a scenario is a test case, its cause the class.
//!
//! Source: the schema that Jenkins and GitLab accept (`testsuites`, `testsuite`, `testcase`,
//! `properties`, `failure`, `error`).

use std::fmt::Write;

use quick_xml::escape::escape;

use crate::test::{TestResult, Tried};

/// The results as a file.
pub(crate) fn xml(all: &[Tried]) -> String {
    let failures = all.iter().filter(|it| matches!(it.result, TestResult::Unmet(_))).count();
    let is_error =
        |it: &&Tried| matches!(it.result, TestResult::Refused(_) | TestResult::Broken(_));
    let errors = all.iter().filter(is_error).count();
    let seconds: f64 = all.iter().map(|tried| tried.time.as_secs_f64()).sum();
    let counts = format!(
        "tests=\"{}\" failures=\"{failures}\" errors=\"{errors}\" time=\"{seconds:.3}\"",
        all.len()
    );
    let mut xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned();
    let _ = writeln!(xml, "<testsuites name=\"hybridlab\" {counts}>");
    let _ = writeln!(xml, "  <testsuite name=\"scenarios\" {counts}>");
    for tried in all {
        case(&mut xml, tried);
    }
    xml.push_str("  </testsuite>\n</testsuites>\n");
    xml
}

fn case(xml: &mut String, tried: &Tried) {
    let (name, class) = (attribute(&tried.name), attribute(&tried.family));
    let seconds = tried.time.as_secs_f64();
    let _ = writeln!(
        xml,
        "    <testcase name=\"{name}\" classname=\"hybridlab.{class}\" time=\"{seconds:.3}\">"
    );
    let seed = tried.seed;
    let _ = writeln!(
        xml,
        "      <properties>\n        <property name=\"seed\" value=\"{seed}\"/>\n      </properties>"
    );
    let element = if matches!(tried.result, TestResult::Unmet(_)) { "failure" } else { "error" };
    let faults = tried.result.faults();
    if let Some(first) = faults.first() {
        let message = attribute(first.lines().next().unwrap_or_default());
        let text = text(&faults.join("\n"));
        let _ = writeln!(xml, "      <{element} message=\"{message}\">{text}</{element}>");
    }
    xml.push_str("    </testcase>\n");
}

fn attribute(text: &str) -> String {
    self::text(text).replace('\n', "&#10;")
}

/// XML has no control characters, not even escaped ones.
fn text(text: &str) -> String {
    let allowed = |letter: char| {
        let is_control = letter.is_control() && !matches!(letter, '\n' | '\t');
        if is_control || matches!(letter, '\u{fffe}' | '\u{ffff}') { '\u{fffd}' } else { letter }
    };
    let clean: String = text.chars().map(allowed).collect();
    escape(clean.as_str()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use quick_xml::Reader;
    use quick_xml::events::Event;
    use std::time::Duration;

    fn tried(name: &str, result: TestResult) -> Tried {
        Tried {
            name: name.to_owned(),
            family: "mail-loop".to_owned(),
            seed: 7,
            time: Duration::from_millis(1500),
            result,
        }
    }

    #[test]
    fn failures_and_errors_are_told_apart() {
        let all = [
            tried("good", TestResult::Met),
            tried("bad", TestResult::Unmet(vec!["a < b".to_owned(), "c".to_owned()])),
            tried("ugly", TestResult::Broken("no \"lab\"".to_owned())),
        ];
        let expected = r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="hybridlab" tests="3" failures="1" errors="1" time="4.500">
  <testsuite name="scenarios" tests="3" failures="1" errors="1" time="4.500">
    <testcase name="good" classname="hybridlab.mail-loop" time="1.500">
      <properties>
        <property name="seed" value="7"/>
      </properties>
    </testcase>
    <testcase name="bad" classname="hybridlab.mail-loop" time="1.500">
      <properties>
        <property name="seed" value="7"/>
      </properties>
      <failure message="a &lt; b">a &lt; b
c</failure>
    </testcase>
    <testcase name="ugly" classname="hybridlab.mail-loop" time="1.500">
      <properties>
        <property name="seed" value="7"/>
      </properties>
      <error message="no &quot;lab&quot;">no &quot;lab&quot;</error>
    </testcase>
  </testsuite>
</testsuites>
"#;
        assert_eq!(xml(&all), expected);
    }

    proptest! {
        #[test]
        fn any_name_and_fault_give_well_formed_xml(name in any::<String>(), fault in any::<String>()) {
            let xml = xml(&[tried(&name, TestResult::Unmet(vec![fault]))]);
            let mut reader = Reader::from_str(&xml);
            loop {
                match reader.read_event() {
                    Ok(Event::Eof) => break,
                    Ok(_) => {}
                    Err(error) => prop_assert!(false, "{error}: {xml}"),
                }
            }
        }
    }
}
