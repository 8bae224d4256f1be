//! Which computer each file comes from: by what the files say, not by what they are called.
//!
//! Files are in groups: those below the folder that holds `TransportRoles` belong together, others by
//! their folder. A file that does not name its computer is taken to be from the one that most files
//! of its group name. Only when none names any, the group's folder must do.

use std::collections::BTreeMap;

use crate::evidence::FileId;
use crate::facts::{EXCHANGE_ONLINE, FileFact};

use super::names::computer;

/// What a file can be from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Origin {
    /// Whatever its group is from.
    #[default]
    Group,
    /// One server on premises: a log of it, or what a cmdlet says about it.
    Server,
    /// Nothing its group is from: a firewall, a mailbox.
    Apart,
}

/// What files said about their computers so far.
#[derive(Debug, Default)]
pub(super) struct Hosts {
    origins: BTreeMap<FileId, Origin>,
    votes: BTreeMap<FileId, Votes>,
}

/// Names in any spelling, each with its first spelling and how often it was told.
#[derive(Clone, Debug, Default)]
struct Votes(BTreeMap<String, (String, usize)>);

impl Votes {
    fn add(&mut self, name: &str, times: usize) {
        let vote = self.0.entry(name.to_lowercase()).or_insert_with(|| (name.to_owned(), 0));
        vote.1 += times;
    }

    /// The name told most often; of equals the first in the alphabet.
    fn winner(&self) -> Option<&str> {
        let mut best: Option<&(String, usize)> = None;
        for vote in self.0.values() {
            if best.is_none_or(|best| vote.1 > best.1) {
                best = Some(vote);
            }
        }
        best.map(|(name, _)| name.as_str())
    }
}

impl Hosts {
    /// The file is from there. Once a file is known to be a server's, it stays so.
    pub(super) fn is_from(&mut self, file: FileId, origin: Origin) {
        let known = self.origins.entry(file).or_default();
        *known = origin.max(*known);
    }

    /// The file says which computer it is from.
    pub(super) fn told(&mut self, file: FileId, name: &str) {
        self.told_often(file, name, 1);
    }

    /// The same so many times.
    pub(super) fn told_often(&mut self, file: FileId, name: &str, times: usize) {
        let name = computer(name);
        // Services of the own computer say `.`.
        if !name.is_empty() {
            self.votes.entry(file).or_default().add(name, times);
        }
    }

    /// Gives every file its host.
    pub(super) fn settle(self, files: &mut [FileFact]) {
        let mut groups: BTreeMap<String, (Votes, Votes)> = BTreeMap::new();
        for (index, file) in files.iter_mut().enumerate() {
            let id = FileId(index);
            let Some(name) = self.votes.get(&id).and_then(Votes::winner) else { continue };
            name.clone_into(&mut file.host);
            if self.origin(id) != Origin::Apart {
                let (all, servers) = groups.entry(group(&file.path).to_owned()).or_default();
                all.add(name, 1);
                if name != EXCHANGE_ONLINE {
                    servers.add(name, 1);
                }
            }
        }
        let unnamed = files.iter_mut().enumerate().filter(|(_, file)| file.host.is_empty());
        for (index, file) in unnamed {
            let group = group(&file.path);
            let found = groups.get(group);
            let name = match self.origin(FileId(index)) {
                Origin::Apart => None,
                Origin::Group => found.and_then(|(all, _)| all.winner()),
                Origin::Server => {
                    found.and_then(|(_, servers)| servers.winner()).or(group.rsplit('/').next())
                }
            };
            let name = name.unwrap_or_default().to_owned();
            file.host = name;
        }
    }

    fn origin(&self, file: FileId) -> Origin {
        self.origins.get(&file).copied().unwrap_or_default()
    }
}

/// The folder whose files are from one computer.
pub(super) fn group(path: &str) -> &str {
    const ROLES: &str = "transportroles/";
    let lower = path.to_ascii_lowercase();
    let at = if lower.starts_with(ROLES) { Some(0) } else { lower.find(&format!("/{ROLES}")) };
    let end = at.or_else(|| path.rfind('/')).unwrap_or(0);
    path.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settled(files: &[(&str, Origin, &[&str])]) -> Vec<String> {
        let mut hosts = Hosts::default();
        let mut facts = Vec::new();
        for (index, (path, origin, told)) in files.iter().enumerate() {
            hosts.is_from(FileId(index), *origin);
            told.iter().for_each(|name| hosts.told(FileId(index), name));
            facts.push(FileFact { path: (*path).to_owned(), ..FileFact::default() });
        }
        hosts.settle(&mut facts);
        facts.into_iter().map(|file| file.host).collect()
    }

    #[test]
    fn a_group_is_from_the_server_that_its_files_name() {
        let hosts = settled(&[
            ("a/TransportRoles/Logs/Hub/RECV1.LOG", Origin::Server, &["MBX01", "MBX01"]),
            ("a/TransportRoles/Logs/Hub/SEND1.LOG", Origin::Server, &[]),
            ("a/Get-ExchangeCertificate.clixml", Origin::Server, &[]),
            ("a/Get-SendConnector.clixml", Origin::Group, &[]),
            ("a/drops.log", Origin::Apart, &["FW01"]),
            ("a/ndr.eml", Origin::Apart, &[]),
        ]);
        assert_eq!(hosts, ["MBX01", "MBX01", "MBX01", "MBX01", "FW01", ""]);
    }

    #[test]
    fn the_folder_counts_only_for_a_server_that_nothing_names() {
        let hosts = settled(&[
            ("x/MBX02/TransportRoles/Logs/Hub/SEND1.LOG", Origin::Server, &[]),
            ("Configuration/Get-SendConnector.clixml", Origin::Group, &[]),
        ]);
        assert_eq!(hosts, ["MBX02", ""]);
    }

    #[test]
    fn exports_beside_those_of_the_tenant_are_the_tenants_but_no_servers() {
        let hosts = settled(&[
            ("cloud/Get-InboundConnector.clixml", Origin::Group, &[EXCHANGE_ONLINE]),
            ("cloud/Get-AcceptedDomain.clixml", Origin::Group, &[]),
            ("cloud/Get-Queue.clixml", Origin::Server, &["MBX01.contoso.com"]),
            ("cloud/Get-ExchangeCertificate.clixml", Origin::Server, &[]),
        ]);
        assert_eq!(hosts, [EXCHANGE_ONLINE, EXCHANGE_ONLINE, "MBX01", "MBX01"]);
    }
}
