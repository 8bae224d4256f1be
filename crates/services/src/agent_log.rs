//! The agent log of a transport service: what agents did to messages while they were received.
//!
//! The Inbound Trust Agent writes a row when it takes off headers of the other half of a hybrid organization, whether or not
//! it has promoted some of them before: the messages in which this happened have `X-CrossPremisesHeadersFiltered`. The row is
//! a real one of Exchange 2016 (`Cross premises headers filtered`), which names no message id. The service that meets the
//! client writes it: Front End Transport, or Transport of an Edge server.
//!
//! Not modelled: what the agent writes when it promotes headers (no row was found); anti-spam agents, which are not
//! installed on a Mailbox server and of which the lab has none on an Edge server; Exchange 2010, whose agent log has fewer
//! columns.

use std::sync::Arc;

use exchange::directory::{Build, Organization, Server};
use exchange::nouns::log_keeping::LogKeeping;
use exchange::product::Product;
use jiff::Timestamp;
use logs::agent_log::{AGENT_LOG, AgentRow};
use smtp::Envelope;

use crate::computer::{Computer, LogDirectory};
use crate::directory::Directory;
use crate::message::content::Content;
use crate::message::item::AuthAs;
use crate::message::organization_headers::NETWORK_MESSAGE_ID;
use crate::smtp_in::session::Session;

/// The agent log of one service.
pub(crate) struct AgentLog {
    directory: Directory<Organization>,
    server: String,
    /// Whether it is written, and how long it is kept.
    settings: fn(&Server) -> (bool, LogKeeping),
    /// None where the format is not known.
    log: Option<Arc<LogDirectory>>,
}

impl AgentLog {
    /// The log below that folder.
    pub(crate) fn new(
        computer: &Computer,
        directory: &Directory<Organization>,
        (server, build): (&str, Build),
        folder: &str,
        settings: fn(&Server) -> (bool, LogKeeping),
    ) -> Self {
        let is_known = build.product() > Product::Exchange2010;
        let log = || computer.log(AGENT_LOG.of_build(build), &format!("{folder}/AgentLog"));
        Self {
            directory: directory.clone(),
            server: server.to_owned(),
            settings,
            log: is_known.then(log),
        }
    }

    /// The Inbound Trust Agent took headers of the other half of the organization off a message.
    pub(crate) fn headers_filtered(
        &self,
        session: &Session,
        envelope: &Envelope,
        content: &Content,
        at: Timestamp,
    ) {
        let (is_enabled, keeping) =
            self.directory.of_server(&self.server, |_, server| (self.settings)(server));
        let Some(log) = self.log.clone().filter(|_| is_enabled) else { return };
        let recipients: Vec<_> =
            envelope.recipients.iter().map(|recipient| recipient.address.to_string()).collect();
        let sender = envelope.mail.reverse_path.address();
        let row = AgentRow {
            timestamp: at,
            session_id: session.id.to_string().into(),
            local_endpoint: session.local.ip().to_string().into(),
            remote_endpoint: session.remote.to_string().into(),
            entered_org_from_ip: session.remote.ip().to_string().into(),
            message_id: "".into(),
            p1_from_address: sender.map_or("<>".to_owned(), ToString::to_string).into(),
            p2_from_addresses: format!("{};", content.from_address()).into(),
            num_recipients: u32::try_from(recipients.len()).ok(),
            recipient: recipients.join(";").into(),
            agent: "Inbound Trust Agent".into(),
            event: "OnEndOfHeaders".into(),
            action: "ModifyHeaders".into(),
            smtp_response: "".into(),
            reason: "".into(),
            reason_data: "".into(),
            diagnostics: "Cross premises headers filtered".into(),
            network_msg_id: content.value(NETWORK_MESSAGE_ID).unwrap_or_default().into(),
            tenant_id: "".into(),
            directionality: AuthAs::of(content)
                .unwrap_or(AuthAs::Anonymous)
                .directionality()
                .into(),
        };
        log.kept(keeping).append(at, &row);
    }
}
