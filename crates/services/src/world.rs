//! Everything that stands in a lab, by the names its administrators use.

use std::sync::Arc;

use ca::Authority;
use dns::DnsServer;
use exchange::directory::Organization;
use exchange::nouns::recipient::{Recipient, RecipientType};
use fabric::{Clock, Network, Seed};
use smtp::Address;

use crate::computer::{Computer, Disk};
use crate::directory::Directory;
use crate::edge_sync::EdgeSync;
use crate::exchange_online::ExchangeOnline;
use crate::internet_mta::InternetMta;
use crate::mailbox_store::MailboxStore;
use crate::message::compose::Draft;
use crate::transport::Transport;
use crate::written::Notes;

/// A lab.
pub struct World {
    /// What random things of the lab come from.
    pub seed: Seed,
    /// The networks, their gateways and hosts.
    pub network: Network,
    /// Computers, in the order in which they were set up.
    pub machines: Vec<Machine>,
    /// Active Directory.
    pub organization: Directory<Organization>,
    /// Exchange Online with the tenant.
    pub exchange_online: Arc<ExchangeOnline>,
    /// Who signs certificates.
    pub authorities: Vec<Authority>,
    /// The files of the workplace from which the tenant is administered.
    pub workplace: Disk,
    /// When objects of the directories were made and changed.
    pub written: Notes,
}

/// A computer and what is installed on it.
pub struct Machine {
    /// The computer.
    pub computer: Arc<Computer>,
    /// What is installed.
    pub installed: Installed,
}

impl Machine {
    /// Whether it is an Edge server.
    pub fn is_edge(&self) -> bool {
        matches!(self.installed, Installed::ExchangeEdge(_))
    }
}

/// What is installed on a computer.
pub enum Installed {
    /// Exchange with the Mailbox role.
    ExchangeMailbox(MailboxServer),
    /// Exchange with the Edge Transport role.
    ExchangeEdge(EdgeServer),
    /// A DNS server.
    DnsServer(DnsServer),
    /// A mail server of another organization.
    InternetMta(Arc<InternetMta>),
    /// Nothing that listens.
    Workstation,
}

/// Exchange with the Mailbox role.
pub struct MailboxServer {
    /// The Transport service.
    pub transport: Arc<Transport>,
    /// The mailboxes.
    pub store: Arc<MailboxStore>,
    /// What fills the Edge servers.
    pub edge_sync: Arc<EdgeSync>,
}

/// Exchange with the Edge Transport role.
pub struct EdgeServer {
    /// The Transport service.
    pub transport: Arc<Transport>,
    /// The server's own copy of the directory.
    pub directory: Directory<Organization>,
}

/// Nobody of that address can send mail.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("nobody has the mailbox '{0}': not on premises, not in the tenant, not on the Internet")]
pub struct NoMailbox(pub Address);

impl World {
    /// Lab time.
    pub fn clock(&self) -> &Clock {
        self.network.clock()
    }

    /// The computer of that NetBIOS name or name in DNS, whatever the case.
    pub fn machine(&self, name: &str) -> Option<&Machine> {
        self.machines.iter().find(|machine| {
            let computer = &machine.computer;
            computer.name.eq_ignore_ascii_case(name) || computer.fqdn.eq_ignore_ascii_case(name)
        })
    }

    /// The Mailbox servers, in the order in which they were set up.
    pub fn mailbox_servers(&self) -> impl Iterator<Item = (&Arc<Computer>, &MailboxServer)> {
        self.machines.iter().filter_map(|machine| match &machine.installed {
            Installed::ExchangeMailbox(server) => Some((&machine.computer, server)),
            _ => None,
        })
    }

    /// Somebody writes a mail and sends it, from wherever the sender's mailbox is.
    ///
    /// # Errors
    /// When nobody has the sender's address.
    pub fn send(&self, draft: Draft) -> Result<(), NoMailbox> {
        let store = self.store_of(&draft.from).ok_or_else(|| NoMailbox(draft.from.clone()))?;
        store.send(draft, self.clock().now());
        Ok(())
    }

    /// Where the mails of an address are.
    pub fn store_of(&self, address: &Address) -> Option<Arc<MailboxStore>> {
        self.store_on_premises(address)
            .or_else(|| self.store_in_the_tenant(address))
            .or_else(|| self.store_on_the_internet(address))
    }

    /// The mailboxes in which mail for an address ends, as the directories say: a group's members, and who gets
    /// forwarded mail; else the address itself.
    pub fn mailboxes_behind(&self, address: &Address) -> Vec<Address> {
        let (mut waiting, mut seen, mut ends) = (vec![address.clone()], Vec::new(), Vec::new());
        while let Some(address) = waiting.pop() {
            if seen.contains(&address) {
                continue;
            }
            seen.push(address.clone());
            let on_premises = self.organization.read(|all| all.recipient(&address).cloned());
            let is_elsewhere = |recipient: &Recipient| {
                recipient.recipient_type == RecipientType::RemoteUserMailbox
            };
            let found = on_premises.filter(|one| !is_elsewhere(one)).or_else(|| {
                self.exchange_online.tenant.read(|tenant| tenant.recipient(&address).cloned())
            });
            match found {
                Some(group)
                    if group.recipient_type == RecipientType::MailUniversalDistributionGroup =>
                {
                    waiting.extend(group.members);
                }
                Some(mailbox) if mailbox.forwards_to().is_some() => {
                    waiting.extend(mailbox.forwards_to().cloned());
                    ends.extend(mailbox.deliver_to_mailbox_and_forward.then_some(address));
                }
                _ => ends.push(address),
            }
        }
        ends
    }

    fn store_on_premises(&self, address: &Address) -> Option<Arc<MailboxStore>> {
        let server = self.organization.read(|organization| {
            let recipient = organization.recipient(address)?;
            let database = recipient.database.as_deref()?;
            let is_mailbox = recipient.recipient_type == RecipientType::UserMailbox;
            let (server, _) = organization.database(database).filter(|_| is_mailbox)?;
            Some(server.name.clone())
        })?;
        let mut servers = self.mailbox_servers();
        servers
            .find(|(computer, _)| computer.name == server)
            .map(|(_, server)| server.store.clone())
    }

    fn store_in_the_tenant(&self, address: &Address) -> Option<Arc<MailboxStore>> {
        let has_mailbox = self.exchange_online.tenant.read(|tenant| {
            let recipient = tenant.recipient(address);
            recipient.is_some_and(|one| one.recipient_type == RecipientType::UserMailbox)
        });
        has_mailbox.then(|| self.exchange_online.store.clone())
    }

    fn store_on_the_internet(&self, address: &Address) -> Option<Arc<MailboxStore>> {
        self.machines.iter().find_map(|machine| match &machine.installed {
            Installed::InternetMta(server) if server.has(address) => Some(server.store.clone()),
            _ => None,
        })
    }
}
