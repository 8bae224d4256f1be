//! Shadow redundancy between the Mailbox servers of a site.
//!
//! Before it answers for a message, the server that takes it (its primary server) hands a copy to another one. That
//! keeps it in a shadow queue and asks the primary server every two minutes which copies it may discard. When no other
//! server takes a copy, the message is accepted all the same.
//!
//! Not modelled: what happens when the primary server stays away (resubmission after three hours), Safety Net,
//! database availability groups and servers of other sites, `RejectMessageOnShadowFailure`. How
//! `XSHADOWREQUEST` is worded was not found in public: the copy is marked by `XSHADOW` after MAIL, and discards are asked
//! for by `XQDISCARD`, as Exchange 2010 does.
//! Source: Microsoft Learn, "Shadow redundancy in Exchange Server".

use std::net::SocketAddr;
use std::sync::{Arc, MutexGuard, PoisonError};
use std::time::Duration;

use exchange::directory::ServerRole;
use exchange::guid::Guid;
use smtp::{ClientMessage, Command, MailFrom, Parameter, RcptTo, Reply};

use crate::exchange_peer;
use crate::message::item::MailItem;
use crate::message::shadow_copy::{ShadowCopy, taken};
use crate::smtp_in::session::Session;
use crate::smtp_out::{Connection, Target, connect};
use crate::tracking::{Party, Replication};
use crate::transport::Transport;
use crate::transport::delivery::INTRA_ORG;
use crate::{lookup, smtp_in};

/// The MAIL parameter that marks a shadow copy, with its id.
pub(super) const SHADOW: &str = "XSHADOW";
/// The verb that asks which copies may be discarded.
pub(super) const QUERY_DISCARD: &str = "XQDISCARD";
/// `ShadowHeartbeatFrequency`
const HEARTBEAT: Duration = Duration::from_mins(2);
/// `MaxRetriesForLocalSiteShadow`
const ATTEMPTS: usize = 2;
/// Most ids in one answer.
const DISCARDS_MAX: usize = 50;
const DESTINATION: &str = "shadowredundancy";

/// A copy that this server keeps for another.
#[derive(Clone, Debug)]
pub(super) struct Shadow {
    /// The primary server, by its name in DNS.
    pub(super) primary: String,
    /// Its id, given by the primary server.
    pub(super) id: Guid,
    /// The message.
    pub(super) item: MailItem,
}

impl Transport {
    /// Hands a copy to another Mailbox server of the site, if one takes it.
    pub(super) async fn replicate(&self, item: &mut MailItem) -> Replication {
        if self.role == ServerRole::Edge {
            return Replication::NotTried;
        }
        for partner in self.partners().into_iter().take(ATTEMPTS) {
            let id = Guid::from_random(self.computer.random_bits());
            if let Some(reply) = Box::pin(self.copy_to(&partner, item, id)).await {
                self.tracking.shadowed(item, &partner, &reply.to_string());
                item.shadow = Some(ShadowCopy::new(&partner, id, &self.discards));
                return Replication::Copied;
            }
        }
        self.tracking.shadow_failed(item);
        Replication::Failed
    }

    /// The names in DNS of the other Mailbox servers of the site.
    fn partners(&self) -> Vec<String> {
        self.directory.of_server(&self.server, |organization, own| {
            let servers = organization.servers.iter().filter(|server| {
                server.role == ServerRole::Mailbox
                    && server.site.eq_ignore_ascii_case(&own.site)
                    && !server.is_named(&own.name)
            });
            let mut partners: Vec<_> = servers.collect();
            partners.sort_by(|one, other| one.name.cmp(&other.name));
            partners.into_iter().map(|server| server.fqdn.clone()).collect()
        })
    }

    async fn copy_to(&self, partner: &str, item: &MailItem, id: Guid) -> Option<Reply> {
        let mut connection = self.call(partner).await?;
        let content = item.content.to_bytes();
        let mail = MailFrom::new(item.sender.clone())
            .with(Parameter::new("SIZE", content.len().to_string()))
            .with(Parameter::new(SHADOW, id.to_string()));
        let rcpt = item.recipients.iter().map(|one| RcptTo::new(one.address.clone())).collect();
        let outcome = connection.send(ClientMessage { mail, rcpt, content }, &[]).await?;
        connection.quit().await;
        outcome.content.filter(Reply::is_positive)
    }

    /// An open and authenticated session with another Mailbox server.
    async fn call(&self, fqdn: &str) -> Option<Connection> {
        let server = self.server();
        let level = server.transport.intra_org_connector_protocol_logging_level;
        let log = self.send_log(level);
        let caller =
            exchange_peer::caller(&self.computer, &server, &self.session_ids, INTRA_ORG, log);
        let addresses = lookup::addresses(&self.resolver(false), fqdn).await.ok()?;
        let target = Target {
            name: fqdn.to_owned(),
            endpoint: SocketAddr::new(*addresses.first()?, 2525),
            domain: DESTINATION.to_owned(),
        };
        let mut connection = connect(&caller, &target, self.session_ids.issue()).await.ok()?;
        let own = &self.computer.fqdn;
        exchange_peer::authenticate(&mut connection, &self.directory, own).await.ok()?;
        Some(connection)
    }

    /// Keeps a copy for a server that has just handed it over.
    pub(super) fn keep_shadow(&self, session: &Session, item: MailItem, id: Guid) {
        let primary = Party { address: Some(session.remote.ip()), name: session.hello.clone() };
        self.tracking.shadow_received(&item, &primary, &session.connector.identity(), id);
        self.shadows().push(Shadow { primary: primary.name, id, item });
        self.shadows_changed.notify_one();
    }

    /// The copies this server keeps.
    pub(super) fn shadows(&self) -> MutexGuard<'_, Vec<Shadow>> {
        self.shadows.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What a shadow server hears that asks what it may discard: `250 2.0.0 OK`, and an id on each line.
    pub(super) fn discard_reply(&self, server: &str) -> Reply {
        let ids = taken(&self.discards, server, DISCARDS_MAX);
        if ids.is_empty() {
            return smtp_in::wording::reply("250 2.0.0 OK, no discard events");
        }
        let first = format!("2.0.0 OK, {} discard events", ids.len());
        let lines = std::iter::once(first).chain(ids.iter().map(ToString::to_string)).collect();
        Reply::with_lines(250, lines)
    }

    /// Asks primary servers what may be discarded, as long as there is something to discard.
    pub(super) async fn discard_shadows(self: Arc<Self>) {
        loop {
            if self.shadows().is_empty() {
                self.shadows_changed.notified().await;
            }
            self.computer.clock.sleep(HEARTBEAT).await;
            let mut primaries: Vec<String> =
                self.shadows().iter().map(|shadow| shadow.primary.clone()).collect();
            primaries.sort();
            primaries.dedup();
            for primary in primaries {
                Box::pin(self.ask_for_discards(&primary)).await;
            }
        }
    }

    async fn ask_for_discards(&self, primary: &str) {
        let Some(mut connection) = self.call(primary).await else { return };
        let command = Command::Extension {
            verb: QUERY_DISCARD.to_owned(),
            arguments: DISCARDS_MAX.to_string(),
        };
        let logged = command.to_string();
        if let Ok(reply) = connection.ask(command, &logged).await {
            for id in reply.lines.iter().filter_map(|line| line.trim().parse::<Guid>().ok()) {
                self.discard(primary, id);
            }
        }
        connection.quit().await;
    }

    fn discard(&self, primary: &str, id: Guid) {
        let mut shadows = self.shadows();
        let Some(at) = shadows.iter().position(|shadow| shadow.id == id) else { return };
        let shadow = shadows.remove(at);
        drop(shadows);
        self.tracking.shadow_discarded(&shadow.item, primary, id);
    }
}
