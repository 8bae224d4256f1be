//! The list of cmdlets, shell by shell: names and synopsis as the file's header begins,
//! `` `Get-Queue`: the queues ``. A file whose header begins otherwise holds what cmdlets share.

use std::collections::BTreeMap;

use crate::tidy::source;
use crate::tidy::tree::Tree;

const FOLDER: &str = "crates/console/src/cmdlets/";

/// Writes the list.
pub(super) fn write(tree: &Tree, up: &str) -> String {
    let mut shells: BTreeMap<&str, (String, Vec<String>)> = BTreeMap::new();
    for (path, text) in tree.with_ending("rs") {
        let Some((shell, file)) = path.strip_prefix(FOLDER).and_then(|path| path.split_once('/'))
        else {
            continue;
        };
        let header = source::first_paragraph(text).unwrap_or_default();
        let (says, lines) = shells.entry(shell).or_default();
        if file == "mod.rs" {
            *says = header;
        } else if let Some((names, rest)) = names(&header) {
            lines.push(format!("- [{names}]({up}{path}){rest}\n"));
        }
    }
    let blocks: Vec<String> = shells
        .into_values()
        .filter(|(_, lines)| !lines.is_empty())
        .map(|(says, lines)| format!("{says}\n\n{}", lines.concat()))
        .collect();
    if blocks.is_empty() { super::NONE.to_owned() } else { blocks.join("\n") }
}

/// Cuts a header behind the names it begins with: `` `A`, `B` and `C` ``.
fn names(header: &str) -> Option<(&str, &str)> {
    let mut end = header.strip_prefix('`')?.find('`')? + 2;
    while let Some(next) = [", `", " and `"].iter().find(|joint| header[end..].starts_with(**joint))
    {
        let start = end + next.len();
        end = start + header[start..].find('`')? + 1;
    }
    Some(header.split_at(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cmdlets_are_listed_by_shell() {
        let tree = Tree::of(&[
            ("crates/console/src/cmdlets/mod.rs", "//! The cmdlets.\n"),
            ("crates/console/src/cmdlets/dns_server/mod.rs", "//! DNS Server.\n"),
            ("crates/console/src/cmdlets/lab/mod.rs", "//! The lab's own.\n"),
            ("crates/console/src/cmdlets/windows/mod.rs", "//! Windows.\n"),
            ("crates/console/src/cmdlets/lab/send.rs", "//! `Send-LabMail`: a mail\n//! goes.\n"),
            (
                "crates/console/src/cmdlets/windows/a.rs",
                "//! `Get-A`, `Set-A` and `Test-A`: one.\n",
            ),
            ("crates/console/src/cmdlets/windows/b.rs", "//! What they share.\n"),
            ("crates/console/src/cmdlets/windows/c.rs", "//! `Get-C`, with care.\n"),
        ]);
        let list = "The lab's own.\n\n\
            - [`Send-LabMail`](../crates/console/src/cmdlets/lab/send.rs): a mail goes.\n\n\
            Windows.\n\n\
            - [`Get-A`, `Set-A` and `Test-A`](../crates/console/src/cmdlets/windows/a.rs): one.\n\
            - [`Get-C`](../crates/console/src/cmdlets/windows/c.rs), with care.\n";
        assert_eq!(write(&tree, "../"), list);
    }
}
