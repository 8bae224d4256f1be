//! The evidence folder: exactly the files that an administrator would have on the desk.
//!
//! Configuration, queues and traces come from scripts that an administrator could run as they are
//! ([`scripts`]); logs, mails and the firewall's drops are copied. Nothing else goes in: what the lab
//! knows besides is in `truth.json`, beside the folder.

mod copies;
pub mod scripts;
mod since;

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use services::world::Installed;

use crate::lab::{Lab, LabError};

/// A folder of files, by path with `/`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evidence(pub BTreeMap<String, Vec<u8>>);

/// Traces reach back so far.
const TRACED: SignedDuration = SignedDuration::from_hours(9 * 24);

impl Lab {
    /// Collects the evidence: of everything that happened, or since a moment.
    ///
    /// # Errors
    /// When a script of collection fails.
    pub async fn collect(&mut self, since: Option<Timestamp>) -> Result<Evidence, LabError> {
        let mut evidence = Evidence::default();
        copies::transport_logs(&self.world, &mut evidence);
        copies::event_logs(&self.world, &mut evidence);
        copies::firewall_drops(&self.world, since, &mut evidence);
        copies::mailboxes(&self.world, &mut evidence);
        if let Some(since) = since {
            since::keep(&mut evidence, since);
        }
        let how = self.story.scenario.collect.objects;
        let of_server = scripts::objects(scripts::SERVER, how);
        let servers: Vec<String> = self.exchange_servers().collect();
        let mut first = true;
        for name in servers {
            if first {
                let script = scripts::objects(scripts::ORGANIZATION, how);
                self.run_collection(&name, &script, "Configuration", &mut evidence).await?;
                first = false;
            }
            self.run_collection(&name, &of_server, &name, &mut evidence).await?;
        }
        let now = self.world.clock().now();
        let begin = since.unwrap_or_else(|| now.checked_sub(TRACED).unwrap_or(now));
        let online = scripts::objects(scripts::ONLINE, how);
        let trace = scripts::trace(self.story.scenario.collect.trace, now);
        let online = format!("$Since = [DateTime]'{begin}'\n{online}{trace}");
        let place = console::place::EXCHANGE_ONLINE;
        self.run_collection(place, &online, place, &mut evidence).await?;
        evidence.withhold(self);
        Ok(evidence)
    }

    /// Mailbox servers first.
    fn exchange_servers(&self) -> impl Iterator<Item = String> {
        let named = |role: fn(&Installed) -> bool| {
            let machines = self.world.machines.iter();
            machines.filter(move |one| role(&one.installed)).map(|one| one.computer.name.clone())
        };
        named(|one| matches!(one, Installed::ExchangeMailbox(_)))
            .chain(named(|one| matches!(one, Installed::ExchangeEdge(_))))
    }

    async fn run_collection(
        &mut self,
        place: &str,
        script: &str,
        folder: &str,
        evidence: &mut Evidence,
    ) -> Result<(), LabError> {
        let output = self.run_on(place, script).await?;
        if output.had_errors {
            let why = format!("collecting on {place} failed:\n{}", output.text.trim());
            return Err(LabError::Broken(why));
        }
        let disk = match self.world.machine(place) {
            Some(machine) => machine.computer.disk.clone(),
            None => self.world.workplace.clone(),
        };
        for (path, content) in disk.below("C:/Evidence") {
            disk.remove(&path);
            if let Some(name) = path.strip_prefix("Evidence/") {
                evidence.0.insert(format!("{folder}/{name}"), content);
            }
        }
        Ok(())
    }
}

impl Evidence {
    /// Takes out what the story says nobody could get.
    fn withhold(&mut self, lab: &Lab) {
        for pattern in &lab.story.scenario.collect.withhold {
            self.0.retain(|path, _| !matches(pattern.get_ref(), path));
        }
    }

    /// Writes the files below a folder, which is made anew.
    ///
    /// # Errors
    /// When the folder or a file cannot be written.
    pub fn write_to(&self, folder: &Path) -> io::Result<()> {
        if folder.exists() {
            std::fs::remove_dir_all(folder)?;
        }
        for (path, content) in &self.0 {
            let target = path.split('/').fold(folder.to_owned(), |path, part| path.join(part));
            if let Some(parent) = target.parent() {
                std::fs::create_dir_all(parent)?;
            }
            std::fs::write(target, content)?;
        }
        Ok(())
    }
}

/// Whether a path matches a pattern in which `*` stands for any text; a folder's name stands for all
/// below it.
fn matches(pattern: &str, path: &str) -> bool {
    fn glob(pattern: &[u8], text: &[u8]) -> bool {
        match pattern.split_first() {
            None => text.is_empty() || text.first() == Some(&b'/'),
            Some((b'*', rest)) => (0..=text.len()).any(|skip| glob(rest, &text[skip..])),
            Some((byte, rest)) => {
                text.first().is_some_and(|own| own.eq_ignore_ascii_case(byte))
                    && glob(rest, &text[1..])
            }
        }
    }
    glob(pattern.trim_end_matches('/').as_bytes(), path.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_names_files_and_folders() {
        assert!(matches("Firewall", "Firewall/drops.log"));
        assert!(matches(
            "*/TransportRoles/Logs/FrontEnd",
            "MBX/TransportRoles/Logs/FrontEnd/a/b.LOG"
        ));
        assert!(matches("ExchangeOnline/MessageTrace*", "ExchangeOnline/MessageTraceDetail.csv"));
        assert!(!matches("ExchangeOnline/MessageTrace", "ExchangeOnline/MessageTrace.csv"));
        assert!(!matches("Fire", "Firewall/drops.log"));
    }
}
