//! Files as a tree with sizes.

use std::collections::BTreeMap;
use std::fmt::Write;

/// A folder with more files than that is shown by their number.
const FILES_MAX: usize = 6;

#[derive(Default)]
struct Folder {
    folders: BTreeMap<String, Folder>,
    files: BTreeMap<String, usize>,
}

/// The files, given by path and size in bytes. Folders that hold only a folder are shown in one line.
pub(crate) fn tree<'p>(files: impl IntoIterator<Item = (&'p str, usize)>) -> String {
    let mut root = Folder::default();
    for (path, size) in files {
        let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
        let mut folder = &mut root;
        for part in folders.split('/').filter(|part| !part.is_empty()) {
            folder = folder.folders.entry(part.to_owned()).or_default();
        }
        folder.files.insert(name.to_owned(), size);
    }
    let mut lines = Vec::new();
    root.lines(0, &mut lines);
    let sized = lines.iter().filter(|(_, size)| !size.is_empty());
    let width = sized.map(|(name, _)| name.chars().count()).max().unwrap_or_default();
    let mut text = String::new();
    for (name, size) in lines {
        let line = if size.is_empty() { name } else { format!("{name:<width$}  {size:>8}") };
        let _ = writeln!(text, "{line}");
    }
    text
}

impl Folder {
    /// Lines, each with a size where it has one.
    fn lines(&self, depth: usize, lines: &mut Vec<(String, String)>) {
        let indent = "  ".repeat(depth);
        for (name, folder) in &self.folders {
            let (mut name, mut folder) = (name.clone(), folder);
            while let (Some((below, only)), true) =
                (folder.folders.first_key_value(), folder.is_hall())
            {
                name = format!("{name}/{below}");
                folder = only;
            }
            lines.push((format!("{indent}{name}/"), String::new()));
            folder.lines(depth + 1, lines);
        }
        if self.files.len() > FILES_MAX {
            let sum = self.files.values().sum();
            lines.push((format!("{indent}{} files", self.files.len()), size(sum)));
            return;
        }
        for (name, bytes) in &self.files {
            lines.push((format!("{indent}{name}"), size(*bytes)));
        }
    }

    /// Whether it holds nothing but one folder.
    fn is_hall(&self) -> bool {
        self.files.is_empty() && self.folders.len() == 1
    }
}

/// A size as people read it.
fn size(bytes: usize) -> String {
    const KB: usize = 1024;
    match bytes {
        0..KB => format!("{bytes} B"),
        KB..0x0010_0000 => format!("{} KB", bytes.div_ceil(KB)),
        _ => format!("{}.{} MB", bytes / (KB * KB), bytes % (KB * KB) * 10 / (KB * KB)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_shown_below_their_folders() {
        let many: Vec<String> = (0..7).map(|number| format!("Mailboxes/a/{number}.eml")).collect();
        let files = [
            ("truth.json", 900),
            ("MBX01/Logs/Hub/RECV.LOG", 1500),
            ("MBX01/Logs/Hub/SEND.LOG", 3 * 1024 * 1024 / 2),
        ];
        let many = many.iter().map(|path| (path.as_str(), 512));
        let expected = "\
MBX01/Logs/Hub/
  RECV.LOG      2 KB
  SEND.LOG    1.5 MB
Mailboxes/a/
  7 files       4 KB
truth.json     900 B
";
        assert_eq!(tree(files.into_iter().chain(many)), expected);
    }
}
