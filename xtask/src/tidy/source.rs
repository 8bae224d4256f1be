//! Rust sources: which lines are tests, and what the header says.

/// What marks the module of tests at the end of a file.
const TESTS: &str = "\n#[cfg(test)]\nmod tests {";

/// The text without the module of tests at its end.
pub(crate) fn without_tests(text: &str) -> &str {
    text.find(TESTS).map_or(text, |at| &text[..=at])
}

/// Whether the whole file is a test: it lies in a folder of tests.
pub(crate) fn is_test(path: &str) -> bool {
    path.starts_with("tests/") || path.contains("/tests/")
}

/// The first paragraph of a file's `//!` header, as one line.
pub(crate) fn first_paragraph(text: &str) -> Option<String> {
    let lines = text.lines().map_while(|line| line.strip_prefix("//!"));
    let words: Vec<&str> = lines.map(str::trim).take_while(|line| !line.is_empty()).collect();
    (!words.is_empty()).then(|| words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_end_a_file() {
        let text = "fn a() {}\n\n#[cfg(test)]\nmod tests {\n}\n";
        assert_eq!(without_tests(text), "fn a() {}\n\n");
        let helper = "#[cfg(test)]\nmod testing;\nfn a() {}\n";
        assert_eq!(without_tests(helper), helper);
    }

    #[test]
    fn the_first_paragraph_is_one_line() {
        let text = "//! The connectors\n//! that send.\n//!\n//! More.\nuse std::io;\n";
        assert_eq!(first_paragraph(text).unwrap(), "The connectors that send.");
        assert_eq!(first_paragraph("//!\n//! Late.\n"), None);
        assert_eq!(first_paragraph("use std::io;\n"), None);
    }
}
