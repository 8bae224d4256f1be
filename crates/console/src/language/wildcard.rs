//! PowerShell wildcards: `*`, `?`, `[a-f]` and the backtick that escapes them.

/// Whether the text matches the pattern; upper and lower case are the same.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    let fold = |text: &str| text.chars().flat_map(char::to_lowercase).collect::<Vec<_>>();
    matches_exactly(&fold(pattern), &fold(text))
}

/// Whether the text matches the pattern in the same case.
pub(crate) fn matches_case(pattern: &str, text: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let text: Vec<char> = text.chars().collect();
    matches_exactly(&pattern, &text)
}

/// Whether the pattern matches anything but itself.
pub(crate) fn is_pattern(text: &str) -> bool {
    text.contains(['*', '?', '['])
}

fn matches_exactly(pattern: &[char], text: &[char]) -> bool {
    let (mut p, mut t) = (0, 0);
    // Where the last `*` stood, and up to where it has eaten the text.
    let mut star: Option<(usize, usize)> = None;
    loop {
        if pattern.get(p) == Some(&'*') {
            star = Some((p + 1, t));
            p += 1;
            continue;
        }
        if p == pattern.len() && t == text.len() {
            return true;
        }
        let step = text.get(t).and_then(|c| one(&pattern[p..], *c));
        if let Some(length) = step {
            p += length;
            t += 1;
            continue;
        }
        match star {
            Some((after, eaten)) if eaten < text.len() => {
                star = Some((after, eaten + 1));
                (p, t) = (after, eaten + 1);
            }
            _ => return false,
        }
    }
}

/// How much of the pattern one character uses up; none when it does not fit.
fn one(pattern: &[char], c: char) -> Option<usize> {
    match pattern {
        ['?', ..] => Some(1),
        ['`', escaped, ..] => (*escaped == c).then_some(2),
        ['[', rest @ ..] => {
            let end = rest.iter().position(|c| *c == ']')?;
            in_set(&rest[..end], c).then_some(end + 2)
        }
        [own, ..] => (*own == c).then_some(1),
        [] => None,
    }
}

fn in_set(set: &[char], c: char) -> bool {
    match set {
        [first, '-', last, rest @ ..] => (*first..=*last).contains(&c) || in_set(rest, c),
        [own, rest @ ..] => *own == c || in_set(rest, c),
        [] => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_star_is_any_text_and_a_question_mark_any_character() {
        assert!(matches("*40.93.*", "from 40.93.1.2:25"));
        assert!(matches("cmhyb?01", "CMHYBD01"));
        assert!(!matches("cmhyb?01", "CMHYB01"));
        assert!(matches("a*b*c", "aXbXbXc"));
    }

    #[test]
    fn sets_ranges_and_escapes_are_read() {
        assert!(matches("[m-p]bx", "mbx") && !matches("[n-p]bx", "mbx"));
        assert!(matches("`*", "*") && !matches("`*", "x"));
        assert!(!matches_case("A*", "abc"));
    }

    proptest! {
        #[test]
        fn any_pattern_ends(pattern in "[*?a\\[\\]`-]{0,30}", text in "[ab*]{0,40}") {
            let _matched = matches(&pattern, &text);
        }

        #[test]
        fn a_text_in_stars_is_found(text in "[a-z]{1,8}", before in "[a-z]{0,9}", after in "[a-z]{0,9}") {
            let (pattern, whole) = (format!("*{text}*"), format!("{before}{text}{after}"));
            prop_assert!(matches(&pattern, &whole));
        }
    }
}
