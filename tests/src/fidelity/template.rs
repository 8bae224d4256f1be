//! What remains of a text when everything is taken out that differs from server to server and from
//! day to day.

use std::sync::LazyLock;

use regex::{Captures, Regex};

/// Patterns of more than one word, in the order they are taken out.
static PHRASES: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
    let patterns = [
        (r"<[^<>]*@[^<>]*>", "<ADDRESS>"),
        (
            r"\b[A-Z][a-z]{2}, {1,2}\d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d [+-]\d{4}( \([A-Z]+\))?",
            "DATE",
        ),
        (r"\b\d{4}-\d\d-\d\dT[\d:.]+Z", "TIME"),
        (r"\b\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4} (上午 |下午 )?\d{1,2}:\d\d:\d\d( [AP]M)?", "TIME"),
        (r"(?i)\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{11,12}", "GUID"),
        (
            r"\bPresented Subject: .*? Thumbprint: [0-9A-F]+",
            "Presented Subject: DN. Thumbprint: HEX",
        ),
        (r"\bid \d+(\.\d+){3}", "id BUILD"),
        (r"\bfor the site \S+\.", "for the site NAME."),
        (r"\bCN=[^<>;|]*", "DN"),
    ];
    patterns.map(|(pattern, word)| (compiled(pattern), word)).into()
});

/// A word, with the marks that names and numbers have inside.
static WORD: LazyLock<Regex> = LazyLock::new(|| compiled(r"[\w*][\w.:@%\\/*+-]*[\w*]|\w"));

/// Classes of words; the first that fits is taken.
static WORDS: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
    let patterns = [
        (r"^[245]\.\d{1,3}\.\d{1,3}$", ""),
        // A poster may have put other letters into it.
        (r"^(08[0-9A-Z]{14}|[0-9A-F]{16})$", "SESSION"),
        (r"(?i)^([0-9a-f]{20,64}|x{6,})$", "HEX"),
        (r"^(\d{1,3}|x)(\.(\d{1,3}|x)){3}\.?(:\d+)?$", "IP"),
        (r"(?i)^[0-9a-f]{0,4}(:[0-9a-f]{0,4}){3,7}(%\d+)?$", "IP"),
        (r"^CALG_\w+$", "CALG"),
        (r"^SP_PROT_\w+$", "PROTOCOL"),
        (r"^TLS1_\d$", "TLSVERSION"),
        (r"^TLS_[A-Z0-9_]+$", "CIPHER"),
        // Words of the product that look like names.
        (r"^(RESOLVER|QUEUE|STOREDRV|TRANSPORT|ROUTING|SMTPSEND|IPM|Microsoft\.Exchange)\.", ""),
        (r"^[^@]+@[\w.-]+$", "ADDRESS"),
        (r"^[\w*-]+(\.[\w-]+)*\.([A-Za-z]{2,}|x)$", "NAME"),
        (r"^\d+([.,:]\d+)*$", "N"),
    ];
    patterns.map(|(pattern, word)| (compiled(pattern), word)).into()
});

fn compiled(pattern: &str) -> Regex {
    Regex::new(pattern).unwrap_or_else(|error| panic!("{error}"))
}

/// The template of a text; blanks are one blank.
pub(super) fn template(text: &str) -> String {
    let mut text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for (pattern, word) in PHRASES.iter() {
        text = pattern.replace_all(&text, *word).into_owned();
    }
    let whole = text.clone();
    let reduced = WORD.replace_all(&text, |captures: &Captures<'_>| {
        let word = &captures[0];
        let behind = captures.get(0).map_or(0, |it| it.end());
        let is_first = captures.get(0).is_some_and(|it| it.start() == 0);
        if is_reply_code(word, is_first, whole.get(behind..).unwrap_or_default()) {
            return word.to_owned();
        }
        let class = WORDS.iter().find(|(pattern, _)| pattern.is_match(word));
        class.map(|(_, class)| *class).filter(|it| !it.is_empty()).unwrap_or(word).to_owned()
    });
    reduced.into_owned()
}

/// Whether a number is the code of a reply: the text begins with it, an enhanced code follows, or a
/// sentence does.
fn is_reply_code(word: &str, is_first: bool, behind: &str) -> bool {
    let is_code = word.len() == 3
        && word.starts_with(['2', '3', '4', '5'])
        && word.bytes().all(|byte| byte.is_ascii_digit());
    let next = behind.strip_prefix([' ', '-']).and_then(|rest| rest.chars().next());
    let is_said = |next: char| is_first || next.is_ascii_digit() || next.is_ascii_uppercase();
    is_code && next.is_some_and(is_said)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_go_and_words_stay() {
        for (text, expected) in [
            (
                "220 mx.contoso.example Microsoft ESMTP MAIL Service ready at Wed, 11 Jan 2023 16:59:51 +0100",
                "220 NAME Microsoft ESMTP MAIL Service ready at DATE",
            ),
            (
                "250  mx.contoso.example Hello [192.0.2.7] SIZE 37748736 PIPELINING",
                "250 NAME Hello [IP] SIZE N PIPELINING",
            ),
            (
                "550 5.1.1 RESOLVER.ADR.RecipNotFound; not found",
                "550 5.1.1 RESOLVER.ADR.RecipNotFound; not found",
            ),
            (
                "250 2.6.0 <1@a.example> [InternalId=7, Hostname=b.example] 3454 bytes in 0.777, 4.338 KB/sec Queued",
                "250 2.6.0 <ADDRESS> [InternalId=N, Hostname=NAME] N bytes in N, N KB/sec Queued",
            ),
            ("08DEA74796A6E2C9;2026-05-01T06:06:57.291Z;1", "SESSION;TIME;N"),
            ("SMTP_AUTH 504 unknown", "SMTP_AUTH N unknown"),
        ] {
            assert_eq!(template(text), expected, "{text}");
        }
    }
}
