//! Breaks text into lines of a width: at words where it can, inside a word where it must.
//!
//! Widths count characters. Not modelled: characters two cells wide.

/// The lines of a text, none wider than `width` characters; line ends in the text are kept.
pub(crate) fn word_wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(1);
    let mut lines = Vec::new();
    for line in text.replace('\r', "").split('\n') {
        if line.chars().count() <= width {
            lines.push(line.to_owned());
        } else {
            wrap_line(line, width, &mut lines);
        }
    }
    lines
}

fn wrap_line(line: &str, width: usize, lines: &mut Vec<String>) {
    let mut current = String::new();
    let mut left = width;
    // A blank belongs to the word before it, as in PowerShell, and is cut off at the line's end.
    for word in line.split_inclusive([' ', '\t']) {
        let length = word.chars().count();
        if length <= width {
            if length > left {
                lines.push(std::mem::take(&mut current));
                left = width;
            }
            current.push_str(word);
            left -= length;
            continue;
        }
        for c in word.chars() {
            if left == 0 {
                lines.push(std::mem::take(&mut current));
                left = width;
            }
            current.push(c);
            left -= 1;
        }
    }
    lines.push(current);
    for line in lines {
        line.truncate(line.trim_end().len());
    }
}

/// The lines as one text, each with its line end.
pub(crate) fn with_line_ends(lines: &[String]) -> String {
    let mut text = String::new();
    for line in lines {
        text.push_str(line);
        text.push('\n');
    }
    text
}

/// The first `width` characters.
pub(crate) fn head(text: &str, width: usize) -> String {
    text.chars().take(width).collect()
}

/// The last `width` characters.
pub(crate) fn tail(text: &str, width: usize) -> String {
    let skipped = text.chars().count().saturating_sub(width);
    text.chars().skip(skipped).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lines_break_at_words() {
        assert_eq!(word_wrap("one two three", 8), ["one two", "three"]);
        assert_eq!(word_wrap("abcdefghij k", 4), ["abcd", "efgh", "ij k"]);
        assert_eq!(word_wrap("a\r\n\r\nb", 4), ["a", "", "b"]);
    }

    proptest! {
        #[test]
        fn no_line_is_too_wide_and_no_letter_is_lost(text in "(?s).{0,120}", width in 1usize..40) {
            let lines = word_wrap(&text, width);
            prop_assert!(lines.iter().all(|line| line.chars().count() <= width));
            let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            prop_assert_eq!(letters(&lines.concat()), letters(&text));
        }
    }
}
