//! What a word means: the name of a rule, a status code, a socket error, one of the codes inside the
//! texts (`PRX2`, `ATTR34`), or a text that holds one.

use std::fmt::Write;

use exchange::status_codes::{self, StatusCode, attribution_code, proxy_code, socket_code};

use crate::report::paragraph;
use crate::rules;

/// The page about a word; none when nobody knows it.
pub fn explain(word: &str) -> Option<String> {
    let word = word.trim();
    if let Some(rule) = rules::find(word) {
        return Some(rule.page() + "\n");
    }
    let mut pages: Vec<String> = status_codes::find(word).into_iter().map(status_page).collect();
    let inside = || word.split(|letter: char| !letter.is_ascii_alphanumeric());
    pages.extend(inside().filter_map(|it| socket_code(it.parse().ok()?)).map(|code| {
        let heading = format!("# Socket error {} ({}): {}", code.code, code.name, code.text);
        page(&heading, code.meaning, &[(CAUSES, code.hybrid_causes), (COLLECT, code.collect)])
    }));
    pages.extend(inside().filter_map(proxy_code).map(|code| {
        let heading = format!("# {}, as {} means it", code.code, code.generated_by);
        let sections = [(CAUSES, code.hybrid_causes), (COLLECT, code.collect), (FIX, code.fix)];
        page(&heading, code.meaning, &sections) + "\nSource: " + code.source + "\n"
    }));
    pages.extend(inside().filter_map(attribution_code).map(|code| {
        let heading = format!("# {} ({}): {}", code.code, code.status_code, code.text);
        page(&heading, code.meaning, &[]) + "\nSource: " + code.source + "\n"
    }));
    (!pages.is_empty()).then(|| pages.join("\n"))
}

const CAUSES: &str = "What causes it in a hybrid organization";
const COLLECT: &str = "What to collect next";
const FIX: &str = "What mends it";

fn status_page(code: &StatusCode) -> String {
    let mut heading = format!("# {}, as {} means it\n", code.code, code.generated_by);
    for text in code.texts {
        let _ = write!(heading, "\n    {text}");
    }
    let sections = [(CAUSES, code.hybrid_causes), (COLLECT, code.collect), (FIX, code.fix)];
    page(&heading, code.meaning, &sections) + "\nSource: " + code.source + "\n"
}

fn page(heading: &str, meaning: &str, sections: &[(&str, &[&str])]) -> String {
    let mut page = format!("{heading}\n\n");
    paragraph(&mut page, "", meaning);
    for (title, entries) in sections.iter().filter(|(_, entries)| !entries.is_empty()) {
        let _ = writeln!(page, "\n## {title}");
        for entry in *entries {
            paragraph(&mut page, "- ", entry);
        }
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_codes_and_the_numbers_inside_texts_have_pages() {
        assert!(explain("recipients-point-to-each-other").unwrap().contains("## Fix"));
        assert!(explain("450 4.4.316").unwrap().contains("4.4.316"));
        assert!(explain("10061").unwrap().contains("WSAECONNREFUSED"));
        assert!(explain("ATTR34").unwrap().contains("ATTR34"));
        assert_eq!(explain("no such thing at all"), None);
    }
}
