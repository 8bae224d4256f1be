//! The two directories of a hybrid organization, and what is copied between them.
//!
//! On premises: Active Directory with the organization's connectors, domains, recipients and servers.
//! An Edge server has its own small copy of it (AD LDS), filled by EdgeSync. Exchange Online: the
//! tenant. Directory synchronization copies recipients from the former to the latter.
//!
//! Not modelled: more than one AD site or forest, site links, organization relationships.

use smtp::Address;

use crate::culture::Culture;
use crate::guid::Guid;
use crate::nouns::accepted_domain::{self, AcceptedDomain};
use crate::nouns::edge_sync_service_config::EdgeSyncServiceConfig;
use crate::nouns::inbound_connector::InboundConnector;
use crate::nouns::outbound_connector::OutboundConnector;
use crate::nouns::receive_connector::ReceiveConnector;
use crate::nouns::recipient::{Recipient, RecipientType};
use crate::nouns::remote_domain::RemoteDomain;
use crate::nouns::send_connector::SendConnector;
use crate::nouns::transport_rule::TransportRule;
use crate::nouns::transport_service::TransportService;
use crate::product::Product;
use crate::properties::Enumeration;

/// What a server is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServerRole {
    /// Mailboxes, Front End Transport and Transport.
    Mailbox,
    /// Edge Transport in the perimeter network.
    Edge,
}

impl Enumeration for ServerRole {
    const TYPE_NAME: &'static str =
        "Microsoft.Exchange.Data.Directory.SystemConfiguration.ServerRole";
    const MEMBERS: &'static [(Self, &'static str, i32)] =
        &[(Self::Mailbox, "Mailbox", 2), (Self::Edge, "Edge", 64)];
}

/// A build of Exchange, `15.2.1544.14`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Build(pub u16, pub u16, pub u16, pub u16);

impl Build {
    /// `15.02.1544.014`: the padded form of message tracking logs and MAPI `Received:` headers.
    pub fn padded(self) -> String {
        format!("{:02}.{:02}.{:04}.{:03}", self.0, self.1, self.2, self.3)
    }

    /// The version it belongs to.
    pub fn product(self) -> Product {
        Product::of(self)
    }
}

impl std::fmt::Display for Build {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}.{}.{}", self.0, self.1, self.2, self.3)
    }
}

/// A mailbox database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailboxDatabase {
    /// Name.
    pub name: String,
    /// Its object in the directory.
    pub guid: Guid,
}

/// An Exchange server as the directory knows it.
#[derive(Clone, Debug)]
pub struct Server {
    /// NetBIOS name, such as `CMHYBD01`.
    pub name: String,
    /// Name in DNS, such as `CMHYBD01.cloudmonkeys.xyz`.
    pub fqdn: String,
    /// What it is for.
    pub role: ServerRole,
    /// AD site; for an Edge server the site it is subscribed to.
    pub site: String,
    /// Build of Exchange.
    pub build: Build,
    /// Time zone and culture.
    pub culture: Culture,
    /// Transport settings.
    pub transport: TransportService,
    /// Its Receive connectors.
    pub receive_connectors: Vec<ReceiveConnector>,
    /// Thumbprint of the certificate used between Exchange servers.
    pub internal_transport_certificate: Option<String>,
    /// Its mailbox databases.
    pub databases: Vec<MailboxDatabase>,
}

/// The organization on premises.
#[derive(Clone, Debug, Default)]
pub struct Organization {
    /// Name, such as `First Organization`.
    pub name: String,
    /// AD domain, such as `cloudmonkeys.xyz`.
    pub forest: String,
    /// Domains it takes mail for.
    pub accepted_domains: Vec<AcceptedDomain>,
    /// Domains of other organizations.
    pub remote_domains: Vec<RemoteDomain>,
    /// Recipients.
    pub recipients: Vec<Recipient>,
    /// Send connectors.
    pub send_connectors: Vec<SendConnector>,
    /// Transport rules, in the order of their priority.
    pub transport_rules: Vec<TransportRule>,
    /// Servers.
    pub servers: Vec<Server>,
    /// How EdgeSync is to work in the site; none until an Edge server is subscribed or somebody makes it.
    pub edge_sync_service_config: Option<EdgeSyncServiceConfig>,
    /// The secret that only its servers know; it stands for Kerberos, by which they prove themselves
    /// to each other in the product.
    pub membership_key: u128,
}

impl Organization {
    /// The server of that NetBIOS name or FQDN.
    pub fn server(&self, name: &str) -> Option<&Server> {
        self.servers.iter().find(|server| server.is_named(name))
    }

    /// The same, to change it.
    pub fn server_mut(&mut self, name: &str) -> Option<&mut Server> {
        self.servers.iter_mut().find(|server| server.is_named(name))
    }

    /// The Send connector of that name.
    pub fn send_connector(&self, name: &str) -> Option<&SendConnector> {
        self.send_connectors.iter().find(|connector| connector.name.eq_ignore_ascii_case(name))
    }

    /// The accepted domain that covers a domain.
    pub fn accepted_domain(&self, domain: &str) -> Option<&AcceptedDomain> {
        accepted_domain::covering(&self.accepted_domains, domain)
    }

    /// The recipient that an address finds.
    pub fn recipient(&self, address: &Address) -> Option<&Recipient> {
        self.recipients.iter().find(|recipient| recipient.has(address))
    }

    /// The server that holds a database, and the database.
    pub fn database(&self, name: &str) -> Option<(&Server, &MailboxDatabase)> {
        self.servers.iter().find_map(|server| {
            let database =
                server.databases.iter().find(|one| one.name.eq_ignore_ascii_case(name))?;
            Some((server, database))
        })
    }

    /// The domain that sender addresses of the organization end in: its default accepted domain.
    pub fn default_domain(&self) -> &str {
        let default = self.accepted_domains.iter().find(|domain| domain.default);
        match default.map(|domain| &domain.domain_name) {
            Some(
                crate::domain::DomainPattern::Exact(domain)
                | crate::domain::DomainPattern::WithSubdomains(domain),
            ) => domain,
            _ => &self.forest,
        }
    }
}

impl Server {
    /// Whether that is its NetBIOS name or FQDN.
    pub fn is_named(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name) || self.fqdn.eq_ignore_ascii_case(name)
    }
}

/// The tenant in Exchange Online.
#[derive(Clone, Debug, Default)]
pub struct Tenant {
    /// Tenant id.
    pub id: Guid,
    /// `cloudfield.onmicrosoft.com`
    pub initial_domain: String,
    /// Domains it takes mail for.
    pub accepted_domains: Vec<AcceptedDomain>,
    /// Domains of other organizations.
    pub remote_domains: Vec<RemoteDomain>,
    /// Recipients.
    pub recipients: Vec<Recipient>,
    /// Inbound connectors.
    pub inbound_connectors: Vec<InboundConnector>,
    /// Outbound connectors.
    pub outbound_connectors: Vec<OutboundConnector>,
    /// Transport rules, in the order of their priority.
    pub transport_rules: Vec<TransportRule>,
    /// Whether mail that only claims to be from the tenant's own domains is refused
    /// (`RejectDirectSend`).
    pub reject_direct_send: bool,
}

impl Tenant {
    /// The accepted domain that covers a domain.
    pub fn accepted_domain(&self, domain: &str) -> Option<&AcceptedDomain> {
        accepted_domain::covering(&self.accepted_domains, domain)
    }

    /// The recipient that an address finds.
    pub fn recipient(&self, address: &Address) -> Option<&Recipient> {
        self.recipients.iter().find(|recipient| recipient.has(address))
    }
}

/// What directory synchronization makes of a recipient on premises in the tenant.
///
/// A mailbox becomes a mail user that points back; a remote mailbox becomes the mailbox it stands
/// for; everything else is copied. Source: Microsoft Learn, "Hybrid deployment: object flow"; the
/// primary addresses are kept only when their domain is verified in the tenant.
pub fn synchronized(recipient: &Recipient, tenant: &Tenant) -> Recipient {
    let mut copy = Recipient { is_dir_synced: true, ..recipient.clone() };
    copy.recipient_type = match recipient.recipient_type {
        RecipientType::UserMailbox => RecipientType::MailUser,
        RecipientType::RemoteUserMailbox => RecipientType::UserMailbox,
        other => other,
    };
    copy.database = None;
    // Forwarding is a matter of the mailbox, and stays where the mailbox is.
    (copy.forwarding_address, copy.forwarding_smtp_address) = (None, None);
    match copy.recipient_type {
        RecipientType::MailUser => {
            let target = recipient.external_email_address.clone();
            copy.external_email_address =
                Some(target.unwrap_or_else(|| recipient.primary_smtp_address.clone()));
        }
        RecipientType::UserMailbox => copy.external_email_address = None,
        _ => {}
    }
    copy.email_addresses.retain(|address| tenant.accepted_domain(address.domain()).is_some());
    if tenant.accepted_domain(copy.primary_smtp_address.domain()).is_none()
        && let Ok(fallback) =
            format!("{}@{}", copy.primary_smtp_address.local(), tenant.initial_domain).parse()
    {
        copy.primary_smtp_address = fallback;
        copy.email_addresses.insert(0, copy.primary_smtp_address.clone());
    }
    copy
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> Address {
        text.parse().unwrap()
    }

    fn tenant() -> Tenant {
        let domains =
            ["cloudmonkeys.xyz", "cloudfield.onmicrosoft.com", "cloudfield.mail.onmicrosoft.com"];
        Tenant {
            initial_domain: "cloudfield.onmicrosoft.com".to_owned(),
            accepted_domains: domains
                .iter()
                .map(|domain| AcceptedDomain::new(domain.parse().unwrap()))
                .collect(),
            ..Tenant::default()
        }
    }

    #[test]
    fn a_mailbox_becomes_a_mail_user_that_points_back() {
        let raghu =
            Recipient::new("raghu", RecipientType::UserMailbox, address("raghu@cloudmonkeys.xyz"));
        let copy = synchronized(&raghu, &tenant());
        assert_eq!(copy.recipient_type, RecipientType::MailUser);
        assert_eq!(copy.external_email_address, Some(address("raghu@cloudmonkeys.xyz")));
    }

    #[test]
    fn a_remote_mailbox_becomes_the_mailbox() {
        let primary = address("ramki@cloudmonkeys.xyz");
        let mut ramki = Recipient::new("ramki", RecipientType::RemoteUserMailbox, primary);
        ramki.external_email_address = Some(address("ramki@cloudfield.mail.onmicrosoft.com"));
        let copy = synchronized(&ramki, &tenant());
        assert_eq!(copy.recipient_type, RecipientType::UserMailbox);
        assert_eq!(copy.external_email_address, None);
    }

    #[test]
    fn an_address_in_an_unverified_domain_is_replaced() {
        let primary = address("meera@unverified.example");
        let meera = Recipient::new("meera", RecipientType::RemoteUserMailbox, primary);
        let copy = synchronized(&meera, &tenant());
        assert_eq!(copy.primary_smtp_address, address("meera@cloudfield.onmicrosoft.com"));
        assert!(!copy.has(&address("meera@unverified.example")));
    }

    #[test]
    fn builds_are_padded_for_the_tracking_log() {
        assert_eq!(Build(15, 2, 1544, 14).padded(), "15.02.1544.014");
        assert_eq!(Build(15, 2, 1544, 14).to_string(), "15.2.1544.14");
    }
}
