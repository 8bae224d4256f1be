//! The files handed over: from disk or from memory, packed or not, in an order that does not depend on the
//! system.

mod packed;
mod quote;
mod zip;

use std::collections::BTreeMap;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};

use packed::{Content, Source};
pub use quote::{Line, Place};

/// Files, in alphabetic order of their paths.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    files: Vec<File>,
}

/// A file.
#[derive(Clone, Debug)]
pub struct File {
    /// Its path with `/`, counted from the folder that was handed over.
    pub path: String,
    content: Content,
}

/// A file of the evidence, by its place in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileId(pub usize);

/// A path that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {error}")]
pub struct EvidenceError {
    /// The path.
    pub path: String,
    /// What the system said.
    pub error: io::Error,
}

impl Evidence {
    /// The files at those paths; a folder stands for all files below it.
    ///
    /// # Errors
    /// When a path does not exist or cannot be read.
    pub fn from_paths(paths: &[PathBuf]) -> Result<Self, EvidenceError> {
        let mut found: BTreeMap<String, PathBuf> = BTreeMap::new();
        for path in paths {
            let failed = |error| EvidenceError { path: path.display().to_string(), error };
            if path.is_dir() {
                // Several folders are told apart by their names.
                let prefix = match (paths.len(), path.file_name()) {
                    (2.., Some(name)) => format!("{}/", name.to_string_lossy()),
                    _ => String::new(),
                };
                collect(path, &prefix, &mut found).map_err(failed)?;
            } else {
                std::fs::metadata(path).map_err(failed)?;
                found.insert(path.display().to_string().replace('\\', "/"), path.clone());
            }
        }
        Ok(Self::of(found.into_iter().map(|(path, disk)| (path, Source::Disk(disk)))))
    }

    /// Files in memory, by path with either separator.
    pub fn from_memory(files: impl IntoIterator<Item = (String, Vec<u8>)>) -> Self {
        let files = files.into_iter();
        Self::of(files.map(|(path, bytes)| (path, Source::Memory(bytes.into()))))
    }

    /// Those files, and instead of an archive what is in it.
    fn of(files: impl Iterator<Item = (String, Source)>) -> Self {
        let unpacked = files.flat_map(|(path, source)| {
            let path = path.replace('\\', "/");
            let own = Content::unpacked(&source).into_iter();
            own.map(move |(inside, content)| File { path: format!("{path}{inside}"), content })
        });
        let mut files: Vec<File> = unpacked.collect();
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Self { files }
    }

    /// All files.
    pub fn files(&self) -> impl Iterator<Item = (FileId, &File)> {
        self.files.iter().enumerate().map(|(index, file)| (FileId(index), file))
    }

    /// A file.
    pub fn file(&self, id: FileId) -> Option<&File> {
        self.files.get(id.0)
    }
}

impl File {
    /// All bytes of the file.
    ///
    /// # Errors
    /// What the system says.
    pub fn bytes(&self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.open()?.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// The file as a stream.
    ///
    /// # Errors
    /// What the system says.
    pub fn open(&self) -> io::Result<Box<dyn io::Read + '_>> {
        self.content.open()
    }

    /// How long the file is; of a packed one, what its archive says.
    ///
    /// # Errors
    /// What the system says.
    pub fn length(&self) -> io::Result<u64> {
        self.content.length()
    }

    /// Whether it can only be read from its beginning to its end.
    pub fn is_packed(&self) -> bool {
        self.content.is_packed()
    }

    /// A part of the file as a stream; a packed file has only one that begins at 0.
    ///
    /// # Errors
    /// What the system says.
    pub fn part(&self, range: Range<u64>) -> io::Result<Box<dyn io::Read + '_>> {
        let length = range.end.saturating_sub(range.start);
        if let Content::Plain(source) = &self.content {
            let mut source = source.open()?;
            source.seek(SeekFrom::Start(range.start))?;
            return Ok(Box::new(source.take(length)));
        }
        Ok(Box::new(self.content.open()?.take(length)))
    }
}

fn collect(folder: &Path, prefix: &str, found: &mut BTreeMap<String, PathBuf>) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        // Links are not followed: a folder that links to itself has no end.
        let kind = entry.file_type()?;
        if kind.is_dir() {
            collect(&entry.path(), &format!("{name}/"), found)?;
        } else if kind.is_file() {
            found.insert(name, entry.path());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_come_in_the_order_of_their_paths() {
        let evidence = Evidence::from_memory([
            ("b/1.log".to_owned(), b"b".to_vec()),
            ("a\\2.log".to_owned(), b"a".to_vec()),
        ]);
        let paths: Vec<_> = evidence.files().map(|(_, file)| file.path.as_str()).collect();
        assert_eq!(paths, ["a/2.log", "b/1.log"]);
    }

    #[test]
    fn a_path_that_is_not_there_is_named() {
        let error = Evidence::from_paths(&["/no/such/folder".into()]).unwrap_err();
        assert!(error.to_string().starts_with("/no/such/folder: "), "{error}");
    }
}
