//! A machine for tests: files in memory, a clock that stands still until someone sleeps.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::Future;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use exchange::value::Value;
use jiff::{SignedDuration, Timestamp};

use super::errors::ErrorRecord;
use super::host::{Clock, Entry, FileError, FileSystem, Host, Later};
use super::paths;
use super::session::{Output, Session};

/// A session on a machine for tests.
pub(crate) struct Console {
    pub(crate) session: Session,
    pub(crate) machine: Rc<Machine>,
}

/// The machine.
pub(crate) struct Machine {
    files: RefCell<BTreeMap<String, Vec<u8>>>,
    now: Cell<Timestamp>,
}

impl Console {
    /// 1 May 2026, 06:06:57 UTC; no files but the folder `C:\Logs`.
    pub(crate) fn new() -> Self {
        let now = "2026-05-01T06:06:57.291Z".parse().unwrap();
        let machine = Rc::new(Machine { files: RefCell::default(), now: Cell::new(now) });
        Self { session: Session::new(Rc::clone(&machine) as Rc<dyn Host>), machine }
    }

    pub(crate) fn with_file(self, path: &str, content: &str) -> Self {
        self.machine.files.borrow_mut().insert(path.to_owned(), content.as_bytes().to_vec());
        self
    }

    pub(crate) fn run(&mut self, text: &str) -> Output {
        block_on(self.session.run(text))
    }

    /// The text of a run.
    pub(crate) fn text(&mut self, text: &str) -> String {
        self.run(text).text
    }

    pub(crate) fn file(&self, path: &str) -> String {
        let content = self.machine.files.borrow().get(path).cloned().unwrap_or_default();
        String::from_utf8(content).unwrap().replace("\r\n", "\n")
    }
}

/// The text of a run on a machine without files.
pub(crate) fn shown(text: &str) -> String {
    Console::new().text(text)
}

/// Runs a future that never waits for anything outside.
pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return value;
        }
    }
}

impl Host for Machine {
    fn files(&self) -> &dyn FileSystem {
        self
    }

    fn clock(&self) -> &dyn Clock {
        self
    }

    fn static_member(
        &self,
        type_name: &str,
        member: &str,
        arguments: Option<&[Value]>,
    ) -> Option<Result<Value, ErrorRecord>> {
        (type_name == "Lab.Machine")
            .then(|| Ok(Value::from(format!("{member} {}", arguments.unwrap_or_default().len()))))
    }

    fn program<'a>(
        &'a self,
        name: &'a str,
        arguments: &'a [String],
    ) -> Option<Later<'a, Result<Vec<Value>, ErrorRecord>>> {
        (name == "ipconfig")
            .then(|| Box::pin(async move { Ok(vec![Value::from(arguments.join("|"))]) }) as _)
    }
}

impl Clock for Machine {
    fn now(&self) -> Timestamp {
        self.now.get()
    }

    fn sleep(&self, duration: Duration) -> Later<'_, ()> {
        self.now.set(self.now.get() + SignedDuration::try_from(duration).unwrap());
        Box::pin(async {})
    }
}

impl FileSystem for Machine {
    fn read(&self, path: &str) -> Result<Vec<u8>, FileError> {
        let files = self.files.borrow();
        files.get(path).cloned().ok_or_else(|| FileError::NotFound(path.to_owned()))
    }

    fn write(&self, path: &str, content: &[u8]) -> Result<(), FileError> {
        if !path.starts_with(r"C:\Logs\") {
            return Err(FileError::NoFolder(path.to_owned()));
        }
        self.files.borrow_mut().insert(path.to_owned(), content.to_vec());
        Ok(())
    }

    fn make_folder(&self, path: &str) -> Result<(), FileError> {
        Err(FileError::Denied(path.to_owned()))
    }

    fn remove(&self, path: &str) -> Result<(), FileError> {
        let removed = self.files.borrow_mut().remove(path);
        removed.map(drop).ok_or_else(|| FileError::NotFound(path.to_owned()))
    }

    fn entry(&self, path: &str) -> Result<Entry, FileError> {
        let length = self.files.borrow().get(path).map(|content| content.len() as u64);
        let is_folder = self.files.borrow().keys().any(|own| own.starts_with(&format!("{path}\\")));
        if length.is_none() && !is_folder && path != r"C:\Logs" {
            return Err(FileError::NotFound(path.to_owned()));
        }
        Ok(Entry { path: path.to_owned(), length, last_write_time: self.written(path) })
    }

    fn entries(&self, folder: &str) -> Result<Vec<Entry>, FileError> {
        self.entry(folder)?;
        let files = self.files.borrow();
        let inside = files.iter().filter(|(path, _)| paths::folder_of(path) == folder);
        let entries = inside.map(|(path, content)| Entry {
            path: path.clone(),
            length: Some(content.len() as u64),
            last_write_time: self.written(path),
        });
        Ok(entries.collect())
    }
}

impl Machine {
    /// A file is as many minutes old as its name has letters.
    fn written(&self, path: &str) -> Timestamp {
        let minutes = i64::try_from(paths::name_of(path).len()).unwrap();
        self.now.get() - SignedDuration::from_mins(minutes)
    }
}
