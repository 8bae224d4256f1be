//! What the shell needs from the machine it runs on: files, a clock, programs, .NET types.
//!
//! The lab implements [`Host`] once for each kind of machine; a cmdlet that needs more than this
//! asks for the implementing type itself ([`super::invocation::Invocation::world`]).

use std::any::Any;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use exchange::value::Value;
use jiff::Timestamp;

use super::errors::{Category, ErrorRecord};

/// A future of the shell. It stays on its thread, as the whole lab does.
pub type Later<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// The machine under a shell.
pub trait Host: Any {
    /// Its files.
    fn files(&self) -> &dyn FileSystem;

    /// Its clock.
    fn clock(&self) -> &dyn Clock;

    /// `[type]::member`, or `[type]::member(arguments)`, of a type that the language does not have;
    /// none when the machine does not have it either.
    fn static_member(
        &self,
        _type_name: &str,
        _member: &str,
        _arguments: Option<&[Value]>,
    ) -> Option<Result<Value, ErrorRecord>> {
        None
    }

    /// What a cmdlet put out comes here from a session elsewhere, which leaves notes on each object.
    fn receive(&self, _cmdlet: &'static str, _output: &mut [Value]) {}

    /// A program such as `ipconfig`; none when there is no such program.
    fn program<'a>(
        &'a self,
        _name: &'a str,
        _arguments: &'a [String],
    ) -> Option<Later<'a, Result<Vec<Value>, ErrorRecord>>> {
        None
    }
}

/// The clock of a machine.
pub trait Clock {
    /// The time.
    fn now(&self) -> Timestamp;

    /// Lets time pass.
    fn sleep(&self, duration: Duration) -> Later<'_, ()>;
}

/// The files of a machine. Paths are absolute Windows paths with backslashes.
pub trait FileSystem {
    /// The content of a file.
    ///
    /// # Errors
    /// When there is no such file or it cannot be read.
    fn read(&self, path: &str) -> Result<Vec<u8>, FileError>;

    /// Makes a file, or replaces its content.
    ///
    /// # Errors
    /// When the folder does not exist or the file cannot be written.
    fn write(&self, path: &str, content: &[u8]) -> Result<(), FileError>;

    /// Makes a folder, unless it is there.
    ///
    /// # Errors
    /// When it may not be made.
    fn make_folder(&self, path: &str) -> Result<(), FileError>;

    /// Removes a file or an empty folder.
    ///
    /// # Errors
    /// When there is no such file or folder, or it may not be removed.
    fn remove(&self, path: &str) -> Result<(), FileError>;

    /// A file or folder.
    ///
    /// # Errors
    /// When there is no such file or folder.
    fn entry(&self, path: &str) -> Result<Entry, FileError>;

    /// What a folder holds, in alphabetic order.
    ///
    /// # Errors
    /// When there is no such folder.
    fn entries(&self, folder: &str) -> Result<Vec<Entry>, FileError>;
}

/// A file or folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Absolute path.
    pub path: String,
    /// Length in bytes; none for a folder.
    pub length: Option<u64>,
    /// When it was written last.
    pub last_write_time: Timestamp,
}

/// A file operation failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// There is no such file or folder.
    #[error("Cannot find path '{0}' because it does not exist.")]
    NotFound(String),
    /// The file or folder may not be touched.
    #[error("Access to the path '{0}' is denied.")]
    Denied(String),
    /// The folder that should hold the file is not there.
    #[error("Could not find a part of the path '{0}'.")]
    NoFolder(String),
}

impl From<FileError> for ErrorRecord {
    fn from(error: FileError) -> Self {
        let (category, id, exception, path) = match &error {
            FileError::NotFound(path) => {
                (Category::ObjectNotFound, "PathNotFound", "ItemNotFoundException", path)
            }
            FileError::Denied(path) => (
                Category::PermissionDenied,
                "FileAccessDenied",
                "UnauthorizedAccessException",
                path,
            ),
            FileError::NoFolder(path) => {
                (Category::OpenError, "FileOpenFailure", "DirectoryNotFoundException", path)
            }
        };
        ErrorRecord::new(category, id, error.to_string()).exception(exception).about(path, "String")
    }
}
