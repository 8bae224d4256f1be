//! Where a shell is open: on a computer of the lab, or connected to Exchange Online.
//!
//! The place decides which cmdlets there are, whose files and services they see, and which directory
//! they change. Cmdlets ask for it with `invocation.world::<Place>()`.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use exchange::culture::Culture;
use exchange::directory::{Organization, Tenant};
use exchange::guid::Guid;
use exchange::value::Value;
use fabric::RandomStream;
use jiff::Timestamp;
use services::computer::{Computer, Disk};
use services::directory::Directory;
use services::transport::Transport;
use services::world::{Installed, Machine, World};

use crate::cmdlets;
use crate::language::cmdlet::Cmdlet;
use crate::language::errors::ErrorRecord;
use crate::language::host::{Clock, Entry, FileError, FileSystem, Host, Later};
use crate::language::session::Session;

/// The name of the place from which the tenant is administered.
pub const EXCHANGE_ONLINE: &str = "ExchangeOnline";

/// Where Exchange is installed on every server.
const INSTALL_PATH: &str = r"C:\Program Files\Microsoft\Exchange Server\V15";
/// The folder below it that the lab's services write to.
const SERVICE_FOLDER: &str = "TransportRoles";

/// Where a shell is open.
pub struct Place {
    /// The lab around it.
    pub world: Rc<World>,
    /// Which computer, by its index among the lab's machines; none for Exchange Online.
    machine: Option<usize>,
    /// Request ids of refused cmdlets come from it.
    random: RefCell<RandomStream>,
}

/// There is no such place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no '{name}' to open a shell on; there are: {}", .known.join(", "))]
pub struct UnknownPlace {
    /// The name asked for.
    pub name: String,
    /// The places there are.
    pub known: Vec<String>,
}

impl Place {
    /// The place of that name: a computer's NetBIOS name or name in DNS, or `ExchangeOnline`.
    ///
    /// # Errors
    /// When there is none of that name.
    pub fn open(world: &Rc<World>, name: &str) -> Result<Rc<Self>, UnknownPlace> {
        Self::open_for(world, name, "shell")
    }

    /// The same for one of several people who sit there at a time: what each of them makes gets ids of
    /// its own.
    ///
    /// # Errors
    /// When there is none of that name.
    pub fn open_for(world: &Rc<World>, name: &str, person: &str) -> Result<Rc<Self>, UnknownPlace> {
        let wanted = world.machine(name);
        let machine = match wanted {
            Some(wanted) => world.machines.iter().position(|one| std::ptr::eq(one, wanted)),
            None if name.eq_ignore_ascii_case(EXCHANGE_ONLINE) => None,
            None => {
                let names = world.machines.iter().map(|machine| machine.computer.name.clone());
                let known = names.chain([EXCHANGE_ONLINE.to_owned()]).collect();
                return Err(UnknownPlace { name: name.to_owned(), known });
            }
        };
        let random = world.seed.stream(&format!("{person} {}", name.to_ascii_lowercase()));
        Ok(Rc::new(Self { world: world.clone(), machine, random: RefCell::new(random) }))
    }

    /// Where an administrator sits when nothing else is said: the first Mailbox server, else the
    /// first computer.
    pub fn usual(world: &World) -> String {
        let mailbox = world.mailbox_servers().next().map(|(computer, _)| computer);
        let first = || world.machines.first().map(|machine| &machine.computer);
        mailbox.or_else(first).map_or(EXCHANGE_ONLINE.to_owned(), |one| one.name.clone())
    }

    /// A session there.
    pub fn session(self: &Rc<Self>) -> Session {
        let mut session = Session::new(self.clone());
        session.culture = self.culture();
        r"C:\Windows\system32".clone_into(&mut session.location);
        let exchange = format!("{INSTALL_PATH}\\");
        session.environment.insert("COMPUTERNAME".to_owned(), self.name());
        session.environment.insert("ExchangeInstallPath".to_owned(), exchange);
        for table in self.cmdlets() {
            session.add_cmdlets(table);
        }
        for (name, definition) in cmdlets::windows::ALIASES {
            session.add_alias(name, definition);
        }
        for views in cmdlets::VIEWS {
            session.add_views(views);
        }
        session
    }

    fn cmdlets(&self) -> Vec<&'static [&'static Cmdlet]> {
        let shell = match self.machine().map(|machine| &machine.installed) {
            None => return vec![cmdlets::EXCHANGE_ONLINE, cmdlets::LAB],
            Some(Installed::ExchangeMailbox(_)) => cmdlets::MANAGEMENT_SHELL,
            Some(Installed::ExchangeEdge(_)) => cmdlets::EDGE_SHELL,
            Some(Installed::DnsServer(_)) => cmdlets::DNS_SERVER,
            Some(Installed::InternetMta(_) | Installed::Workstation) => &[],
        };
        vec![cmdlets::WINDOWS, shell, cmdlets::LAB]
    }

    /// Its name: that of the computer, or `ExchangeOnline`.
    pub fn name(&self) -> String {
        self.machine().map_or(EXCHANGE_ONLINE.to_owned(), |machine| machine.computer.name.clone())
    }

    /// The machine it is on; none for Exchange Online.
    pub fn machine(&self) -> Option<&Machine> {
        self.world.machines.get(self.machine?)
    }

    /// The computer it is on; none for Exchange Online.
    pub fn computer(&self) -> Option<&Arc<Computer>> {
        self.machine().map(|machine| &machine.computer)
    }

    /// How dates and numbers are written there.
    pub fn culture(&self) -> Culture {
        self.computer().map_or_else(Culture::default, |computer| computer.culture)
    }

    /// The directory on premises that its cmdlets change: an Edge server has a copy of its own.
    pub fn organization(&self) -> &Directory<Organization> {
        match self.machine().map(|machine| &machine.installed) {
            Some(Installed::ExchangeEdge(edge)) => &edge.directory,
            _ => &self.world.organization,
        }
    }

    /// The tenant's directory.
    pub fn tenant(&self) -> &Directory<Tenant> {
        &self.world.exchange_online.tenant
    }

    /// Whether it is connected to Exchange Online.
    pub fn is_online(&self) -> bool {
        self.machine.is_none()
    }

    /// Whether it is an Edge server.
    pub fn is_edge(&self) -> bool {
        matches!(self.machine().map(|one| &one.installed), Some(Installed::ExchangeEdge(_)))
    }

    /// The Transport service of an Exchange server; of the computer it is on when no name is given.
    pub fn transport(&self, server: Option<&str>) -> Option<&Arc<Transport>> {
        let machine = match server {
            Some(name) => self.world.machine(name)?,
            None => self.machine()?,
        };
        match &machine.installed {
            Installed::ExchangeMailbox(server) => Some(&server.transport),
            Installed::ExchangeEdge(server) => Some(&server.transport),
            _ => None,
        }
    }

    /// An id for something the place makes: the same in every run.
    pub fn new_guid(&self) -> Guid {
        Guid::from_random(self.random.borrow_mut().bits_128())
    }

    /// Makes a file of that length; whether there was space for it.
    pub fn make_large_file(&self, path: &str, length: u64) -> bool {
        self.disk().write_large(on_disk(path), length).is_ok()
    }

    fn disk(&self) -> &Disk {
        self.computer().map_or(&self.world.workplace, |computer| &computer.disk)
    }
}

impl Host for Place {
    fn files(&self) -> &dyn FileSystem {
        self
    }

    fn clock(&self) -> &dyn Clock {
        self
    }

    /// The Exchange Management Shell of a Mailbox server is a session to Exchange on it, whose objects say which
    /// session they came from.
    fn receive(&self, cmdlet: &'static str, output: &mut [Value]) {
        let Some(Machine { computer, installed: Installed::ExchangeMailbox(_), .. }) =
            self.machine()
        else {
            return;
        };
        if !cmdlets::MANAGEMENT_SHELL.iter().any(|own| own.name == cmdlet) {
            return;
        }
        let runspace = Guid::of_name(&format!("runspace on {}", computer.fqdn));
        for value in output {
            let Value::Object(object) = value else { continue };
            let notes = [
                ("PSComputerName", Value::from(computer.fqdn.to_ascii_lowercase())),
                ("RunspaceId", Value::Guid(runspace)),
                ("PSShowComputerName", false.into()),
            ];
            object.properties.splice(0..0, notes.map(|(name, value)| (name.into(), value)));
        }
    }

    fn static_member(
        &self,
        _type_name: &str,
        _member: &str,
        _arguments: Option<&[Value]>,
    ) -> Option<Result<Value, ErrorRecord>> {
        None
    }
}

impl Clock for Place {
    fn now(&self) -> Timestamp {
        self.world.clock().now()
    }

    fn sleep(&self, duration: Duration) -> Later<'_, ()> {
        Box::pin(self.world.network.pass(duration))
    }
}

/// A path on the lab's disk, for a Windows path.
fn on_disk(path: &str) -> &str {
    let below = path.get(INSTALL_PATH.len()..).filter(|rest| {
        rest.starts_with('\\') && path[..INSTALL_PATH.len()].eq_ignore_ascii_case(INSTALL_PATH)
    });
    below.unwrap_or(path)
}

/// The Windows path, for a path on the lab's disk.
fn on_windows(path: &str) -> String {
    let path = path.replace('/', r"\");
    let root = if path.starts_with(SERVICE_FOLDER) { INSTALL_PATH } else { "C:" };
    format!(r"{root}\{path}")
}

impl FileSystem for Place {
    fn read(&self, path: &str) -> Result<Vec<u8>, FileError> {
        if let Some(computer) = self.computer() {
            computer.flush_logs();
        }
        self.disk().read(on_disk(path)).map_err(|_| FileError::NotFound(path.to_owned()))
    }

    fn write(&self, path: &str, content: &[u8]) -> Result<(), FileError> {
        self.disk().write(on_disk(path), content);
        Ok(())
    }

    fn make_folder(&self, path: &str) -> Result<(), FileError> {
        self.disk().make_folder(on_disk(path));
        Ok(())
    }

    fn remove(&self, path: &str) -> Result<(), FileError> {
        let removed = self.disk().remove(on_disk(path));
        if removed { Ok(()) } else { Err(FileError::NotFound(path.to_owned())) }
    }

    fn entry(&self, path: &str) -> Result<Entry, FileError> {
        if let Ok(content) = self.read(path) {
            return Ok(self.file(path.to_owned(), content.len() as u64));
        }
        let is_it = |own: &str| own.eq_ignore_ascii_case(path);
        let lengths = self.disk().lengths();
        let large = lengths.into_iter().find(|(own, _)| is_it(&on_windows(own)));
        if let Some((_, length)) = large {
            return Ok(self.file(path.to_owned(), length));
        }
        let is_root = path.trim_end_matches('\\').eq_ignore_ascii_case("C:");
        if is_root || self.has_folder(path) {
            return Ok(self.folder(path.to_owned()));
        }
        Err(FileError::NotFound(path.to_owned()))
    }

    fn entries(&self, folder: &str) -> Result<Vec<Entry>, FileError> {
        self.entry(folder)?;
        let prefix = format!("{}\\", folder.trim_end_matches('\\'));
        let files = self.disk().lengths().into_iter();
        let files = files.map(|(path, length)| (on_windows(&path), Some(length)));
        let made = self.disk().folders().into_iter().map(|path| (on_windows(&path), None));
        let mut entries: BTreeMap<String, Entry> = BTreeMap::new();
        for (path, length) in files.chain(made) {
            let rest = path.get(prefix.len()..).filter(|_| {
                path.get(..prefix.len()).is_some_and(|own| own.eq_ignore_ascii_case(&prefix))
            });
            let Some(rest) = rest else { continue };
            let name = rest.split_once('\\').map_or(rest, |(name, _)| name);
            let entry = match length {
                Some(length) if name == rest => self.file(path.clone(), length),
                _ => self.folder(format!("{prefix}{name}")),
            };
            entries.insert(name.to_lowercase(), entry);
        }
        Ok(entries.into_values().collect())
    }
}

impl Place {
    /// Whether a file lies below it, or somebody made it or a folder below it.
    fn has_folder(&self, path: &str) -> bool {
        let is_it_or_below = |made: &String| {
            let made = on_windows(made);
            let rest =
                made.get(path.len()..).filter(|rest| rest.is_empty() || rest.starts_with('\\'));
            rest.is_some() && made[..path.len()].eq_ignore_ascii_case(path)
        };
        let disk = self.disk();
        disk.lengths().keys().chain(&disk.folders()).any(is_it_or_below)
    }

    fn file(&self, path: String, length: u64) -> Entry {
        let written = self.disk().last_write_time(on_disk(&path));
        Entry { length: Some(length), last_write_time: written.unwrap_or_else(|| self.now()), path }
    }

    fn folder(&self, path: String) -> Entry {
        let times = self.disk().below(on_disk(&path));
        let made = self.disk().last_write_time(on_disk(&path));
        let files = times.keys().filter_map(|file| self.disk().last_write_time(file));
        let latest = files.chain(made).max();
        Entry { path, length: None, last_write_time: latest.unwrap_or_else(|| self.now()) }
    }
}
