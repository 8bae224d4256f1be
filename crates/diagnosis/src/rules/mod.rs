//! The rules: one file each. The comment at the top of a file is the rule's page, which
//! `hybridlab explain` prints.
//!
//! A rule gets a [`Case`], which is the facts, and says what it found. It never sees text, and it
//! knows no host, address or domain that is not in the facts.

mod case;
mod certificate_expired;
mod connectors_point_to_each_other;
mod edge_certificate_mismatch;
mod firewall_blocks_eop_range;
mod front_end_transport_stopped;
mod outbound_connector_routes_to_own_mx;
mod recipients_point_to_each_other;
mod send_connector_disabled;
mod send_connector_missing_address_space;
mod transport_rule_refuses;

pub use case::Case;
pub(crate) use case::domain_of;

use crate::finding::Judgement;

/// A rule.
pub struct Rule {
    /// Its name; it never changes.
    pub name: &'static str,
    /// The file it is written in.
    source: &'static str,
    /// What it says about a case.
    pub judge: fn(Case) -> Judgement,
}

/// All rules, in alphabetic order.
pub static RULES: &[&Rule] = &[
    &certificate_expired::RULE,
    &connectors_point_to_each_other::RULE,
    &edge_certificate_mismatch::RULE,
    &firewall_blocks_eop_range::RULE,
    &front_end_transport_stopped::RULE,
    &outbound_connector_routes_to_own_mx::RULE,
    &recipients_point_to_each_other::RULE,
    &send_connector_disabled::RULE,
    &send_connector_missing_address_space::RULE,
    &transport_rule_refuses::RULE,
];

/// The rule of that name.
pub fn find(name: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.name.eq_ignore_ascii_case(name))
}

impl Rule {
    /// Its page: the comment at the top of its file.
    pub fn page(&self) -> String {
        let lines = self.source.lines().take_while(|line| line.starts_with("//!"));
        let text = lines.map(|line| {
            let text = line.trim_start_matches("//!");
            text.strip_prefix(' ').unwrap_or(text)
        });
        text.collect::<Vec<_>>().join("\n")
    }

    /// The text of a section of its page, such as `Prevention`.
    pub fn section(&self, title: &str) -> Option<String> {
        let page = self.page();
        let heading = format!("## {title}\n");
        let (_, rest) = page.split_once(&heading)?;
        Some(rest.split("\n## ").next().unwrap_or(rest).trim().to_owned())
    }

    /// The first sentence of its page.
    pub fn title(&self) -> String {
        self.page().lines().next().unwrap_or_default().trim_start_matches("# ").to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECTIONS: [&str; 8] = [
        "What happened",
        "Evidence",
        "Not to be confused with",
        "Fix",
        "Check",
        "Way back",
        "Prevention",
        "Sources",
    ];

    #[test]
    fn every_rule_has_a_whole_page() {
        for rule in RULES {
            for section in SECTIONS {
                let text = rule.section(section);
                assert!(text.is_some_and(|text| text.len() > 20), "{}: {section}", rule.name);
            }
            assert!(rule.page().lines().all(|line| line.chars().count() <= 100), "{}", rule.name);
        }
    }

    #[test]
    fn rules_are_in_order_and_named_after_their_files() {
        assert!(RULES.is_sorted_by_key(|rule| rule.name));
        for rule in RULES {
            let file = format!("rules/{}.rs", rule.name.replace('-', "_"));
            let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(file);
            assert_eq!(std::fs::read_to_string(path).unwrap(), rule.source, "{}", rule.name);
        }
    }
}
