//! What was checked and what came of it: a line for each check, and a summary.

use std::fmt::Display;

/// A check's outcome: what was seen, or what was expected and what came.
pub(super) type Outcome = Result<String, String>;

/// All checks so far.
#[derive(Default)]
pub(super) struct Report {
    section: &'static str,
    passed: usize,
    failed: Vec<String>,
    left_out: Vec<String>,
}

impl Report {
    /// What follows belongs to this section.
    pub(super) fn begin(&mut self, section: &'static str) {
        self.section = section;
    }

    /// How many checks failed so far.
    pub(super) fn failures(&self) -> usize {
        self.failed.len()
    }

    /// Notes a check and prints its line; whether it passed.
    pub(super) fn check(&mut self, what: impl Display, outcome: Outcome) -> bool {
        let section = self.section;
        match outcome {
            Ok(seen) => {
                self.passed += 1;
                let colon = if seen.is_empty() { "" } else { ": " };
                println!("ok      {section:<10} {what}{colon}{seen}");
                true
            }
            Err(why) => {
                println!("FAILED  {section:<10} {what}");
                for line in why.lines() {
                    println!("        | {line}");
                }
                self.failed.push(format!("{section}: {what}"));
                false
            }
        }
    }

    /// Notes a section that could not run.
    pub(super) fn leave_out(&mut self, why: &str) {
        println!("NOT RUN {:<10} {why}", self.section);
        self.left_out.push(self.section.to_owned());
    }

    /// The summary; whether everything that ran has passed.
    pub(super) fn end(&self) -> bool {
        println!();
        if !self.left_out.is_empty() {
            println!("not run: {}", self.left_out.join(", "));
        }
        for what in &self.failed {
            println!("failed: {what}");
        }
        println!("{} checks passed, {} failed", self.passed, self.failed.len());
        self.failed.is_empty()
    }
}

/// Fails unless both are the same.
pub(super) fn same<T: PartialEq + Display>(what: &str, expected: &T, came: &T) -> Outcome {
    if expected == came {
        Ok(came.to_string())
    } else {
        Err(format!("{what}\nexpected: {expected}\ncame:     {came}"))
    }
}

/// Fails unless the text holds the part.
pub(super) fn holds(text: &str, part: &str) -> Outcome {
    if text.contains(part) {
        Ok(part.to_owned())
    } else {
        Err(format!("expected: {part}\ncame:     {}", text.trim_end()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_failure_fails_the_whole() {
        let mut report = Report::default();
        report.begin("dig");
        assert!(report.check("a name", Ok("192.0.2.1".to_owned())));
        assert!(report.end());
        assert!(!report.check("another", same("address", &1, &2).map(|_| String::new())));
        assert!(!report.end());
        assert_eq!((report.failures(), report.failed[0].as_str()), (1, "dig: another"));
    }

    #[test]
    fn what_was_expected_stands_beside_what_came() {
        assert_eq!(holds("250 ok\n", "550").unwrap_err(), "expected: 550\ncame:     250 ok");
        assert_eq!(same("code", &0, &1).unwrap_err(), "code\nexpected: 0\ncame:     1");
    }
}
