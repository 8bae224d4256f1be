//! A lab on real sockets, driven from outside: `hybridlab up` as a process of its own.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write as _};
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use serde_json::Value;

use super::Ground;

/// How long the lab may take for one answer. Collecting the evidence of 20,000 messages is one.
const PATIENCE: Duration = Duration::from_mins(5);

/// A lab that runs. It is killed when it is dropped.
pub(super) struct Lab {
    process: Child,
    stdin: ChildStdin,
    lines: Receiver<String>,
    /// What it printed when it was up.
    pub(super) map: Value,
    /// Its folder.
    pub(super) folder: PathBuf,
}

/// What a lab left behind.
pub(super) struct Left {
    /// The evidence folder.
    pub(super) evidence: PathBuf,
    /// The last line that it printed.
    pub(super) summary: Value,
}

impl Lab {
    /// Starts one: a scenario by name or path, with further flags, and a folder of that name.
    pub(super) fn start(
        ground: &Ground,
        folder: &str,
        scenario: &str,
        flags: &[&str],
    ) -> Result<Self, String> {
        let folder = ground.folder(folder)?;
        let errors = folder.join("stderr.txt");
        let errors = File::create(&errors).map_err(|why| format!("{}: {why}", errors.display()))?;
        let mut command = Command::new(&ground.hybridlab);
        command.args(["up", scenario, "--free-ports", "--format", "json", "--out"]).arg(&folder);
        command.args(flags).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(errors);
        let mut process = command.spawn().map_err(|why| format!("hybridlab up: {why}"))?;
        let (Some(stdin), Some(stdout)) = (process.stdin.take(), process.stdout.take()) else {
            return Err("hybridlab up has no pipes".to_owned());
        };
        let (sender, lines) = channel();
        thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        let mut lab = Self { process, stdin, lines, map: Value::Null, folder };
        lab.map = lab.answer()?;
        Ok(lab)
    }

    /// Types a command; what it prints. A command that fails is an error.
    pub(super) fn run(&mut self, command: &str) -> Result<String, String> {
        let answer = self.ask(command)?;
        let text = answer["text"].as_str().unwrap_or_default().to_owned();
        if answer["had_errors"] == Value::Bool(false) {
            Ok(text)
        } else {
            Err(format!("{command}\n{text}"))
        }
    }

    /// Types a command whose output is a number.
    pub(super) fn number(&mut self, command: &str) -> Result<u64, String> {
        let text = self.run(command)?;
        text.trim().parse().map_err(|_| format!("{command}: '{}' is no number", text.trim()))
    }

    /// Stops it, as somebody does who types `exit`.
    pub(super) fn stop(mut self) -> Result<Left, String> {
        let _goodbye = self.ask("exit")?;
        let summary = self.answer()?;
        let status = self.process.wait().map_err(|why| format!("hybridlab up: {why}"))?;
        if !status.success() {
            return Err(format!("hybridlab up ended with {status}\n{}", self.errors()));
        }
        let evidence = summary["evidence"].as_str().map(PathBuf::from);
        let evidence = evidence.ok_or("the last line names no evidence folder")?;
        Ok(Left { evidence, summary })
    }

    /// Number of the process.
    pub(super) fn process_id(&self) -> u32 {
        self.process.id()
    }

    /// Where a TCP port of a host really is.
    pub(super) fn tcp(&self, host: &str, port: u16) -> Result<SocketAddr, String> {
        self.real(host, "tcp", port)
    }

    /// Where a port of a host really is.
    pub(super) fn real(&self, host: &str, protocol: &str, port: u16) -> Result<SocketAddr, String> {
        let ports = self.host(host)?["ports"].as_array().into_iter().flatten();
        let mut own = ports.filter(|one| one["protocol"] == protocol).filter_map(|one| {
            let address: SocketAddr = one["address"].as_str()?.parse().ok()?;
            let real = one["real"].as_str()?.parse().ok()?;
            (address.port() == port).then_some(real)
        });
        own.next().ok_or_else(|| format!("{host} does not listen on {port}/{protocol}"))
    }

    /// The loopback address that stands for a host's first address.
    pub(super) fn loopback(&self, host: &str) -> Result<IpAddr, String> {
        let first = self.host(host)?["addresses"][0]["loopback"].as_str();
        first.and_then(|it| it.parse().ok()).ok_or_else(|| format!("{host} has no address"))
    }

    fn host(&self, name: &str) -> Result<&Value, String> {
        let mut hosts = self.map["hosts"].as_array().into_iter().flatten();
        hosts.find(|host| host["name"] == name).ok_or_else(|| format!("the map has no {name}"))
    }

    fn ask(&mut self, command: &str) -> Result<Value, String> {
        let written = writeln!(self.stdin, "{command}").and_then(|()| self.stdin.flush());
        written.map_err(|why| format!("{command}: {why}\n{}", self.errors()))?;
        self.answer()
    }

    fn answer(&mut self) -> Result<Value, String> {
        let line = self.lines.recv_timeout(PATIENCE);
        let line = line.map_err(|_| format!("the lab does not answer\n{}", self.errors()))?;
        serde_json::from_str(&line).map_err(|why| format!("no JSON: {why}: {line}"))
    }

    fn errors(&self) -> String {
        fs::read_to_string(self.folder.join("stderr.txt")).unwrap_or_default()
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        // Both fail when it has ended already, as it should have.
        let _ended = self.process.kill();
        let _ended = self.process.wait();
    }
}

impl Left {
    /// All files below the evidence folder, by path with `/`, whose path holds all of the parts.
    pub(super) fn files(&self, parts: &[&str]) -> Result<Vec<PathBuf>, String> {
        let mut found = Vec::new();
        collect(&self.evidence, &mut found)?;
        found.retain(|path| {
            let text = path.to_string_lossy().replace('\\', "/");
            parts.iter().all(|part| text.contains(part))
        });
        found.sort();
        Ok(found)
    }

    /// The lines of these files, one file after the other.
    pub(super) fn lines(&self, parts: &[&str]) -> Result<Vec<String>, String> {
        let mut lines = Vec::new();
        for path in self.files(parts)? {
            let bytes = fs::read(&path).map_err(|why| format!("{}: {why}", path.display()))?;
            let text = String::from_utf8_lossy(&bytes).into_owned();
            lines.extend(text.lines().map(str::to_owned));
        }
        Ok(lines)
    }
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) -> Result<(), String> {
    let spoken = |why: std::io::Error| format!("{}: {why}", folder.display());
    for entry in fs::read_dir(folder).map_err(spoken)? {
        let path = entry.map_err(spoken)?.path();
        if path.is_dir() {
            collect(&path, found)?;
        } else {
            found.push(path);
        }
    }
    Ok(())
}
