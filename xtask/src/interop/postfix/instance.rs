//! A Postfix of our own: its configuration, queue, log and mailbox in one folder, one port of
//! 127.0.0.1, and the loopback address from which it connects.
//!
//! All mail for its domain goes into one maildir. It asks no DNS: its next hops are given.

use std::fmt::Write as _;
use std::fs;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use crate::interop::{port, program};

/// Its domain.
pub(super) const DOMAIN: &str = "partner.example";

/// How long anything it does may take.
const PATIENCE: u32 = 300;

/// Services of master.cf, none of them in a chroot.
const SERVICES: &str = "\
pickup    unix  n - n 60 1 pickup
cleanup   unix  n - n - 0 cleanup
qmgr      unix  n - n 1 1 qmgr
tlsmgr    unix  - - n 1000? 1 tlsmgr
rewrite   unix  - - n - - trivial-rewrite
bounce    unix  - - n - 0 bounce
defer     unix  - - n - 0 bounce
trace     unix  - - n - 0 bounce
verify    unix  - - n - 1 verify
flush     unix  n - n 1000? 0 flush
proxymap  unix  - - n - - proxymap
smtp      unix  - - n - - smtp
relay     unix  - - n - - smtp
showq     unix  n - n - - showq
error     unix  - - n - - error
retry     unix  - - n - - error
discard   unix  - - n - - discard
local     unix  - n n - - local
virtual   unix  - n n - - virtual
anvil     unix  - - n - 1 anvil
scache    unix  - - n - 1 scache
postlog   unix-dgram n - n - 1 postlogd
";

/// A running Postfix. It is stopped when it is dropped.
pub(super) struct Postfix {
    process: Child,
    folder: PathBuf,
    /// Where it listens.
    pub(super) door: SocketAddr,
}

impl Postfix {
    /// Starts one in that folder: where it listens, whom it counts as when it connects, and further
    /// lines of its main.cf.
    pub(super) fn start(
        folder: PathBuf,
        door: SocketAddr,
        own: IpAddr,
        further: &str,
    ) -> Result<Self, String> {
        for name in ["etc", "spool", "data", "mail"] {
            let path = folder.join(name);
            fs::create_dir_all(&path).map_err(|why| format!("{}: {why}", path.display()))?;
        }
        let path = |name: &str| folder.join(name).display().to_string();
        program::run(&["chown", "postfix", &path("data")])?.exits(0)?;
        program::run(&["chown", "nobody", &path("mail")])?.exits(0)?;
        let nobody = program::run(&["id", "-u", "nobody"])?.exits(0)?.stdout;
        write(&folder.join("etc/main.cf"), &main_cf(&folder, nobody.trim(), own, further))?;
        let door_line = format!("127.0.0.1:{} inet n - n - - smtpd\n", door.port());
        write(&folder.join("etc/master.cf"), &format!("{door_line}{SERVICES}"))?;
        let binary = program::find("postfix").ok_or("postfix is not installed")?;
        let mut command = Command::new(binary);
        command.arg("-c").arg(folder.join("etc")).arg("start-fg");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let process = command.spawn().map_err(|why| format!("postfix: {why}"))?;
        let postfix = Self { process, folder, door };
        port::wait_until_open(door).map_err(|why| format!("{why}\n{}", postfix.log()))?;
        Ok(postfix)
    }

    /// Gives it a mail to send.
    pub(super) fn send(&self, to: &str, subject: &str) -> Result<(), String> {
        let (port, from) = (self.door.port().to_string(), format!("anna@{DOMAIN}"));
        let subject = format!("Subject: {subject}");
        let words = ["swaks", "--server", "127.0.0.1", "--port", &port, "--from", &from];
        let words = [&words[..], &["--to", to, "--header", &subject]].concat();
        program::run(&words)?.exits(0)?;
        Ok(())
    }

    /// Its log so far.
    pub(super) fn log(&self) -> String {
        fs::read_to_string(self.folder.join("maillog")).unwrap_or_default()
    }

    /// Waits for a line of its log that holds all of these.
    pub(super) fn logged(&self, parts: &[&str]) -> Result<String, String> {
        patiently(|| {
            let log = self.log();
            let line = log.lines().find(|line| parts.iter().all(|part| line.contains(part)));
            line.map(str::to_owned)
        })
        .ok_or_else(|| format!("expected a line with {parts:?} in Postfix's log\n{}", self.log()))
    }

    /// Waits for a mail in its mailbox that holds all of these.
    pub(super) fn received(&self, parts: &[&str]) -> Result<String, String> {
        let found = patiently(|| {
            let mut mails = mails(&self.folder.join("mail/all/new")).into_iter();
            mails.find(|mail| parts.iter().all(|part| mail.contains(part)))
        });
        found.ok_or_else(|| format!("expected a mail with {parts:?} at Postfix\n{}", self.log()))
    }
}

impl Drop for Postfix {
    fn drop(&mut self) {
        let etc = self.folder.join("etc").display().to_string();
        // Each of them fails when it has ended already.
        let _stopped = program::run(&["postfix", "-c", &etc, "stop"]);
        let _ended = self.process.kill();
        let _ended = self.process.wait();
    }
}

fn main_cf(folder: &Path, nobody: &str, own: IpAddr, further: &str) -> String {
    let folder = folder.display();
    let mut text = format!(
        "compatibility_level = 3.6\nqueue_directory = {folder}/spool\ndata_directory = {folder}/data\n\
         maillog_file = {folder}/maillog\nmaillog_file_prefixes = {folder}\n\
         myhostname = mail.{DOMAIN}\nmydomain = {DOMAIN}\nmyorigin = {DOMAIN}\nmydestination =\n\
         inet_interfaces = 127.0.0.1\ninet_protocols = ipv4\nmynetworks = 127.0.0.1/32\n\
         alias_maps =\nalias_database =\nlocal_recipient_maps =\n\
         smtp_dns_support_level = disabled\nsmtp_host_lookup = native\n"
    );
    let _ = writeln!(
        text,
        "virtual_mailbox_domains = {DOMAIN}\nvirtual_mailbox_base = {folder}/mail\n\
         virtual_mailbox_maps = static:all/\nvirtual_minimum_uid = 1\n\
         virtual_uid_maps = static:{nobody}\nvirtual_gid_maps = static:{nobody}\n\
         smtp_bind_address = {own}\n{further}"
    );
    text
}

fn mails(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let read = |entry: fs::DirEntry| fs::read(entry.path()).ok();
    entries.filter_map(read).map(|it| String::from_utf8_lossy(&it).into_owned()).collect()
}

/// Asks until there is an answer, for 30 seconds.
pub(super) fn patiently<T>(mut ask: impl FnMut() -> Option<T>) -> Option<T> {
    for _ in 0..PATIENCE {
        if let Some(answer) = ask() {
            return Some(answer);
        }
        thread::sleep(Duration::from_millis(100));
    }
    None
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    fs::write(path, text).map_err(|why| format!("{}: {why}", path.display()))
}
