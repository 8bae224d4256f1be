//! Exchange Online as one tenant sees it: the doors its mail comes in by, what becomes of it there,
//! and the many addresses it leaves from.
//!
//! A message's way: [`front_door`] (attribution, directory check) → [`categorizer`] (resolve, [`rules`], route) →
//! `crate::queue` → [`outbound`]; what an administrator can see of it is the message [`trace`].
//!
//! Not modelled: other tenants, regions and their forests, filtering, compliance.
//! The hops between its own servers exist only as `Received:` headers.

pub(crate) mod authentication;
mod categorizer;
mod failure_text;
mod front_door;
pub mod historical_search;
mod outbound;
mod reports;
mod rules;
mod stamped_headers;
pub mod trace;

use std::collections::VecDeque;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use ca::{TlsClient, TlsServer};
use exchange::directory::{Build, Tenant};
use exchange::guid::Guid;
use exchange::ids::{InternalMessageId, InternalMessageIds};
use tokio::sync::Notify;

use crate::computer::{Computer, Program, SharedSessionIds, Tasks};
use crate::directory::Directory;
use crate::mailbox_store::MailboxStore;
use crate::message::item::MailItem;
use crate::queue::Queues;
use crate::smtp_in;

use historical_search::HistoricalSearches;
use trace::MessageTrace;

/// Build that Exchange Online stamps; it changes weekly.
const BUILD: Build = Build(15, 20, 9846, 21);

/// What its servers speak among each other; doors and proxies are newer and take TLS 1.3.
const OLDER_SUITE: &str = "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384";

/// Where Exchange Online stands: its doors, its servers, and the addresses they send from.
#[derive(Clone, Debug)]
pub struct Datacenter {
    /// Forest, such as `INDPRD01`.
    pub region: String,
    /// Doors for mail that comes in.
    pub front_doors: Vec<FrontDoor>,
    /// Servers that hold mailboxes and queues.
    pub servers: Vec<MailServer>,
}

/// A door: one server of Exchange Online Protection.
#[derive(Clone, Debug)]
pub struct FrontDoor {
    /// Name, such as `PN1PEPF000026E8`.
    pub name: String,
    /// Address.
    pub address: IpAddr,
}

/// A mailbox server with the outbound proxies of its forest.
#[derive(Clone, Debug)]
pub struct MailServer {
    /// Name, such as `PN3PR01MB5432`.
    pub name: String,
    /// Proxies its mail may leave by.
    pub outbound: Vec<OutboundProxy>,
}

/// A server that mail leaves by.
#[derive(Clone, Debug)]
pub struct OutboundProxy {
    /// Name, such as `PNYPR01CU001`.
    pub name: String,
    /// Address.
    pub address: IpAddr,
}

/// Exchange Online with one tenant.
pub struct ExchangeOnline {
    own: Weak<ExchangeOnline>,
    computer: Arc<Computer>,
    /// The tenant's directory.
    pub tenant: Directory<Tenant>,
    datacenter: Datacenter,
    /// The tenant's mailboxes.
    pub store: Arc<MailboxStore>,
    /// What the tenant's administrators can see.
    pub trace: MessageTrace,
    /// Their searches in it.
    pub searches: HistoricalSearches,
    session_ids: SharedSessionIds,
    internal_ids: Mutex<InternalMessageIds>,
    queues: Arc<Queues<ExchangeOnline>>,
    submission: Mutex<VecDeque<MailItem>>,
    submitted: Notify,
    tasks: Tasks,
}

impl ExchangeOnline {
    /// Exchange Online on that computer; its address list holds every door and proxy.
    pub fn new(
        computer: Arc<Computer>,
        tenant: Directory<Tenant>,
        datacenter: Datacenter,
    ) -> Arc<Self> {
        computer.certificates.allow_tls_1_3();
        Arc::new_cyclic(|own| Self {
            own: own.clone(),
            session_ids: SharedSessionIds::of_process(&computer, "Exchange Online"),
            internal_ids: Mutex::new(InternalMessageIds::of_generation(0)),
            queues: Arc::new(Queues::new(computer.clock.clone())),
            store: Arc::new(MailboxStore::default()),
            trace: MessageTrace::default(),
            searches: HistoricalSearches::default(),
            submission: Mutex::new(VecDeque::new()),
            submitted: Notify::new(),
            tasks: Tasks::default(),
            computer,
            tenant,
            datacenter,
        })
    }

    /// Starts the service. Nobody but its operator could stop it.
    ///
    /// # Errors
    /// Why it cannot start.
    pub fn begin(&self) -> Result<(), String> {
        self.start(&self.tasks)
    }

    fn arc(&self) -> Arc<Self> {
        self.own.upgrade().expect("a service that runs is held by the world")
    }

    fn issue_internal_id(&self) -> InternalMessageId {
        self.internal_ids.lock().unwrap_or_else(PoisonError::into_inner).issue()
    }

    fn submit(&self, item: MailItem) {
        self.submission.lock().unwrap_or_else(PoisonError::into_inner).push_back(item);
        self.submitted.notify_one();
    }

    fn next_submitted(&self) -> Option<MailItem> {
        self.submission.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
    }

    /// The certificate of its doors: `mail.protection.outlook.com`.
    fn door_certificate(&self) -> Option<Arc<TlsServer>> {
        let listed = self.computer.certificates.listed();
        self.computer.certificates.server_tls(&listed.first()?.thumbprint)
    }

    /// The certificate it shows when it calls others.
    fn own_certificate(&self) -> Arc<TlsClient> {
        let listed = self.computer.certificates.listed();
        let thumbprint = listed.first().map(|certificate| certificate.thumbprint.clone());
        self.computer.certificates.client_tls(thumbprint.as_deref())
    }

    /// `PN3PR01MB5432.INDPRD01.PROD.OUTLOOK.COM`
    fn server_fqdn(&self, name: &str) -> String {
        format!("{name}.{}.PROD.OUTLOOK.COM", self.datacenter.region.to_ascii_uppercase())
    }

    /// The server that answers the tenant's administrators: `PN3PR01MB5432`.
    pub fn management_server(&self) -> String {
        self.server_name(0)
    }

    /// The domain controller that holds the tenant: `PN3PR01A01DC003.INDPRD01A001.PROD.OUTLOOK.COM`, in
    /// the form of real error messages.
    pub fn domain_controller(&self) -> String {
        let server = self.management_server();
        let site = server.split_once("MB").map_or(server.as_str(), |(site, _)| site);
        let region = self.datacenter.region.to_ascii_uppercase();
        format!("{site}A01DC003.{region}A001.PROD.OUTLOOK.COM")
    }

    /// A server for a message that comes in or is written here; evenly spread.
    fn some_server(&self) -> usize {
        let count = self.datacenter.servers.len().max(1) as u128;
        usize::try_from(self.computer.random_bits() % count).unwrap_or_default()
    }

    /// The server that a mailbox server hands mail over to.
    fn transport_server(&self, mailbox_server: usize) -> usize {
        (mailbox_server + 1) % self.datacenter.servers.len().max(1)
    }

    fn server_name(&self, index: usize) -> String {
        let server = self.datacenter.servers.get(index);
        server.map_or_else(|| self.computer.name.clone(), |server| server.name.clone())
    }
}

impl Program for ExchangeOnline {
    fn start(&self, tasks: &Tasks) -> Result<(), String> {
        let service = self.arc();
        let listen = |door: &FrontDoor| {
            let endpoint = std::net::SocketAddr::new(door.address, 25);
            let listener = self.computer.host.listen(endpoint);
            listener.map_err(|error| format!("Failed to listen on {endpoint}: {error}"))
        };
        let listeners = self.datacenter.front_doors.iter().map(listen);
        smtp_in::serve_all(&service, &self.computer, listeners, tasks)?;
        tasks.spawn(service.clone().categorize_all());
        tasks.spawn(service.clone().submit_all());
        self.queues.start(&service);
        Ok(())
    }

    fn stop(&self) {
        self.queues.stop();
    }
}

/// The address of a server inside, of Microsoft's range for mail servers. Which one a server has is ours.
fn inside_address(server: &str) -> IpAddr {
    let Guid(bits) = Guid::of_name(server);
    let [a, b, c, ..] = bits.to_be_bytes().map(u16::from);
    IpAddr::from([0x2603, 0x1096, 0xc01, a & 0x7f, 0, 0, 0, (b ^ c) & 0x3f | 1])
}

/// The address by which a server speaks with itself: `fe80::ed47:388a:7a7d:8a1c`.
fn link_local_address(server: &str) -> IpAddr {
    let Guid(bits) = Guid::of_name(server);
    Ipv6Addr::from((0xfe80_u128 << 112) | (bits & u128::from(u64::MAX))).into()
}

/// The address at which a door's own service sees what came to a public one: `10.167.241.8`.
fn door_address(public: IpAddr) -> IpAddr {
    let last = match public {
        IpAddr::V4(address) => address.octets()[2..4].iter().fold(0_u8, |sum, it| sum ^ it),
        IpAddr::V6(address) => address.octets()[15],
    };
    IpAddr::from([10, 167, 241, last.max(2)])
}
