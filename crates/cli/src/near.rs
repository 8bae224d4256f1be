//! Names that look like one that is not there.

/// At most so many names are offered.
const OFFERED: usize = 3;

/// `; did you mean a, b?`, or nothing when no name looks alike.
pub(crate) fn did_you_mean<'n>(wanted: &str, names: impl IntoIterator<Item = &'n str>) -> String {
    let near = near(wanted, names);
    if near.is_empty() { String::new() } else { format!("; did you mean {}?", near.join(", ")) }
}

/// The names that look most like it, the nearest first.
fn near<'n>(wanted: &str, names: impl IntoIterator<Item = &'n str>) -> Vec<&'n str> {
    let wanted = wanted.to_lowercase();
    let mut near: Vec<_> = names
        .into_iter()
        .filter_map(|name| Some((distance_if_near(&wanted, &name.to_lowercase())?, name)))
        .collect();
    near.sort_unstable();
    near.truncate(OFFERED);
    near.into_iter().map(|(_, name)| name).collect()
}

/// A third of the letters may differ; or one contains the other, or they share a whole word.
fn distance_if_near(wanted: &str, name: &str) -> Option<usize> {
    let distance = distance(wanted, name);
    let contains = wanted.len() >= 3 && (name.contains(wanted) || wanted.contains(name));
    let shares = || {
        let mut words = wanted.split('-').filter(|word| word.len() >= 4);
        words.any(|word| name.split('-').any(|own| own == word))
    };
    let is_near = distance * 3 <= wanted.chars().count() || contains || shares();
    is_near.then_some(distance)
}

/// How many letters have to be put in, left out or changed.
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (above, letter) in from.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = above + 1;
        for (column, other) in to.iter().enumerate() {
            let changed = diagonal + usize::from(letter != *other);
            diagonal = row[column + 1];
            row[column + 1] = changed.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NAMES: [&str; 4] = ["eop-ranges-blocked", "eop-ranges-dropped", "hybrid", "mail-loop"];

    #[test]
    fn slips_and_parts_of_names_are_near() {
        assert_eq!(near("mailloop", NAMES), ["mail-loop"]);
        assert_eq!(near("Eop-Range-Blocked", NAMES), ["eop-ranges-blocked", "eop-ranges-dropped"]);
        assert_eq!(near("loop", NAMES), ["mail-loop"]);
        assert_eq!(near("ranges-open", NAMES).len(), 2);
        assert!(near("zebra", NAMES).is_empty());
        assert_eq!(did_you_mean("hybrit", NAMES), "; did you mean hybrid?");
        assert_eq!(did_you_mean("", NAMES), "");
    }

    proptest! {
        #[test]
        fn a_distance_is_the_same_both_ways(a in ".{0,12}", b in ".{0,12}") {
            prop_assert_eq!(distance(&a, &b), distance(&b, &a));
            prop_assert_eq!(distance(&a, &b) == 0, a == b);
        }
    }
}
