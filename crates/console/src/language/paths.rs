//! Windows paths: both separators, a current folder, `.` and `..`.
//!
//! Not modelled: a current folder for each drive, `\\?\`, PowerShell drives other than the file system.

/// The absolute form of a path, with backslashes and without a trailing one.
pub(crate) fn absolute(path: &str, location: &str) -> String {
    // `Microsoft.PowerShell.Core\FileSystem::C:\Logs` is what the property PSPath holds.
    let path = path.rsplit_once("::").map_or(path, |(_, path)| path).replace('/', "\\");
    let (root, rest) = if path.starts_with("\\\\") {
        ("\\\\".to_owned(), path.trim_start_matches('\\').to_owned())
    } else if let Some(drive) = drive_of(&path) {
        (drive.to_owned(), path.get(2..).unwrap_or_default().to_owned())
    } else if path.starts_with('\\') {
        (drive_of(location).unwrap_or("C:").to_owned(), path)
    } else {
        let whole = format!("{location}\\{path}");
        let drive = drive_of(&whole).unwrap_or_default().to_owned();
        let rest = whole.get(drive.len()..).unwrap_or_default().to_owned();
        (drive, rest)
    };
    let mut parts: Vec<&str> = Vec::new();
    for part in rest.split('\\') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            name => parts.push(name),
        }
    }
    if root == "\\\\" {
        return format!("{root}{}", parts.join("\\"));
    }
    format!("{root}\\{}", parts.join("\\"))
}

fn drive_of(path: &str) -> Option<&str> {
    let drive = path.get(..2)?;
    let letter = drive.chars().next()?;
    (letter.is_ascii_alphabetic() && drive.ends_with(':')).then_some(drive)
}

/// The last part of a path.
pub(crate) fn name_of(path: &str) -> &str {
    path.rsplit('\\').next().unwrap_or(path)
}

/// The path without its last part.
pub(crate) fn folder_of(path: &str) -> &str {
    match path.rfind('\\') {
        // The root keeps its backslash.
        Some(2) => path.get(..3).unwrap_or(path),
        Some(at) => path.get(..at).unwrap_or(path),
        None => path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn both_separators_and_the_current_folder_are_understood() {
        assert_eq!(absolute("C:/Logs\\a.log", r"D:\x"), r"C:\Logs\a.log");
        assert_eq!(absolute("a.log", r"D:\x"), r"D:\x\a.log");
        assert_eq!(absolute(r"..\.\a.log", r"D:\x\y\"), r"D:\x\a.log");
        assert_eq!(absolute(r"\a", r"D:\x"), r"D:\a");
        assert_eq!(absolute(r"\\mbx01\c$\Logs\", r"D:\x"), r"\\mbx01\c$\Logs");
        assert_eq!(absolute("C:", r"D:\x"), r"C:\");
        assert_eq!(absolute(r"Core\FileSystem::C:\Logs", r"D:\x"), r"C:\Logs");
    }

    #[test]
    fn a_path_has_a_folder_and_a_name() {
        assert_eq!((folder_of(r"C:\Logs\a.log"), name_of(r"C:\Logs\a.log")), (r"C:\Logs", "a.log"));
        assert_eq!(folder_of(r"C:\a.log"), r"C:\");
    }

    proptest! {
        #[test]
        fn an_absolute_path_stays_as_it_is(path in "[a-zA-Z:\\\\/.éß ]{0,40}") {
            let once = absolute(&path, r"C:\Users");
            prop_assert_eq!(absolute(&once, r"D:\other"), once.clone());
            let _parts = (folder_of(&once), name_of(&once));
        }
    }
}
