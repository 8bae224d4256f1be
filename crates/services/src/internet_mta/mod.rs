//! A mail server of the Internet: takes mail for its domains, sends its users' mail by MX, retries,
//! bounces. It stands for all the world's servers and speaks as Postfix does.
//!
//! Not modelled: its logs (an administrator at another organization does not get them), greylisting,
//! content filters.

mod bounce;
mod outbound;
mod receive;
pub mod refusals;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use exchange::ids::{InternalMessageId, InternalMessageIds};
use smtp::{Address, ReversePath};

use self::refusals::Refusals;
use crate::computer::{Computer, Program, SharedSessionIds, Tasks};
use crate::mailbox_store::{MailboxStore, Sending};
use crate::message::item::{AuthAs, MailItem, MailRecipient};
use crate::message::latency::Latency;
use crate::queue::Queues;
use crate::smtp_in::{self, Manners};

/// Headers of a mail that is written in Outlook.
const OUTLOOK: [&str; 6] = [
    "Thread-Topic",
    "Thread-Index",
    "Accept-Language",
    "Content-Language",
    "X-MS-Has-Attach",
    "X-MS-TNEF-Correlator",
];

/// A mail server of the Internet.
pub struct InternetMta {
    own: Weak<InternetMta>,
    computer: Arc<Computer>,
    /// Addresses that exist here; the domains it takes mail for follow from them.
    mailboxes: BTreeSet<Address>,
    /// Its users' mail.
    pub store: Arc<MailboxStore>,
    refusals: Mutex<Refusals>,
    manners: Mutex<Manners>,
    session_ids: SharedSessionIds,
    internal_ids: Mutex<InternalMessageIds>,
    queues: Arc<Queues<InternetMta>>,
}

impl InternetMta {
    /// A server with these mailboxes.
    pub fn new(computer: Arc<Computer>, mailboxes: BTreeSet<Address>) -> Arc<Self> {
        computer.certificates.allow_tls_1_3();
        Arc::new_cyclic(|own| Self {
            own: own.clone(),
            session_ids: SharedSessionIds::of_process(&computer, "smtpd"),
            internal_ids: Mutex::new(InternalMessageIds::of_generation(0)),
            queues: Arc::new(Queues::new(computer.clock.clone())),
            store: Arc::new(MailboxStore::default()),
            refusals: Mutex::new(Refusals::default()),
            manners: Mutex::new(Manners::default()),
            mailboxes,
            computer,
        })
    }

    /// Whether that address exists here.
    pub fn has(&self, address: &Address) -> bool {
        self.mailboxes.contains(address)
    }

    /// Whether it takes mail for that domain.
    pub fn serves(&self, domain: &str) -> bool {
        self.mailboxes.iter().any(|address| address.domain().eq_ignore_ascii_case(domain))
    }

    /// What it refuses, and how.
    pub fn refusals(&self) -> MutexGuard<'_, Refusals> {
        self.refusals.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How it behaves towards clients.
    pub fn manners(&self) -> MutexGuard<'_, Manners> {
        self.manners.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn issue_internal_id(&self) -> InternalMessageId {
        self.internal_ids.lock().unwrap_or_else(PoisonError::into_inner).issue()
    }

    async fn submit_all(self: Arc<Self>) {
        loop {
            let sending = self.store.next_sending().await;
            self.computer.work(Duration::from_millis(30)).await;
            let item = self.written_here(&sending);
            self.dispatch(&item);
        }
    }

    fn written_here(&self, sending: &Sending) -> MailItem {
        let computer = &self.computer;
        let host = &computer.fqdn;
        let message_id = format!("<{:020x}@{host}>", computer.random_bits() >> 48);
        let (culture, at) = (computer.culture, sending.created);
        let mut content = sending.draft.compose(&message_id, culture, at, |_| None);
        // Only Outlook and Exchange stamp these; the Internet writes with other programs.
        for name in OUTLOOK {
            content.remove(name);
        }
        self.item(content, ReversePath::Address(sending.draft.from.clone()), &sending.draft.to)
    }

    fn item(
        &self,
        content: crate::message::content::Content,
        sender: ReversePath,
        to: &[Address],
    ) -> MailItem {
        MailItem {
            internal_id: self.issue_internal_id(),
            network_message_id: exchange::guid::Guid::ZERO,
            message_id: content.value("Message-ID").unwrap_or_default(),
            sender,
            recipients: to.iter().cloned().map(MailRecipient::new).collect(),
            size: content.to_bytes().len() as u64,
            content,
            received: self.computer.clock.now(),
            auth_as: AuthAs::Anonymous,
            source_name: String::new(),
            received_from: self.computer.fqdn.clone(),
            original_client: None,
            original_server: None,
            latency: Latency::starting(self.computer.clock.now()),
            shadow: None,
        }
    }

    /// Delivers what is for its own mailboxes and queues the rest by domain.
    fn dispatch(&self, item: &MailItem) {
        let Some(service) = self.own.upgrade() else { return };
        for recipient in item.recipients.clone() {
            if self.has(&recipient.address) {
                let now = self.computer.clock.now();
                self.store.deliver(&recipient.address, item.content.to_bytes(), now);
            } else {
                let domain = recipient.address.domain().to_ascii_lowercase();
                self.queues.put(&service, &domain, item.for_recipients(vec![recipient]));
            }
        }
    }
}

impl Program for InternetMta {
    fn start(&self, tasks: &Tasks) -> Result<(), String> {
        let Some(service) = self.own.upgrade() else { return Ok(()) };
        let listener = self.computer.host.listen_port(25);
        let listener = listener.map_err(|error| format!("cannot listen on port 25: {error}"));
        smtp_in::serve_all(&service, &self.computer, [listener], tasks)?;
        tasks.spawn(service.clone().submit_all());
        self.queues.start(&service);
        Ok(())
    }

    fn stop(&self) {
        self.queues.stop();
    }
}
