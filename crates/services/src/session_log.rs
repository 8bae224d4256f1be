//! The rows of one SMTP session in a protocol log, in the dialect of the server that writes it.
//!
//! The rights of an Exchange server's session are those of a real one of 2010 whose client had logged
//! on; that 2013 wrote the same ones after `MAIL FROM` is inferred.

use std::net::SocketAddr;
use std::sync::Arc;

use exchange::ids::SessionId;
use exchange::nouns::receive_connector::{PermissionGroup, ReceiveConnector};
use fabric::Clock;
use logs::certificate_row::CertificateRow;
use logs::dialect::{Dialect, PermissionsRow, ReplyRows};
use logs::information_row::Information;
use logs::protocol_log::{ProtocolEvent, ProtocolRow};
use smtp::Reply;

use crate::computer::LogDirectory;

/// The rows of one session; writes nothing when its connector is not logged.
pub(crate) struct SessionLog {
    clock: Clock,
    directory: Option<Arc<LogDirectory>>,
    dialect: Dialect,
    connector_id: String,
    session_id: SessionId,
    next_row: u32,
    local: Option<SocketAddr>,
    remote: SocketAddr,
    /// The rights of the client, until the log has told them.
    untold_permissions: Option<&'static str>,
    is_open: bool,
}

/// How a session ended, as the context of its last row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// This side closed.
    Local,
    /// The other side closed.
    Remote,
    /// The other side reset the connection.
    RemoteReset,
}

const ANONYMOUS: &str =
    "SMTPSubmit SMTPAcceptAnySender SMTPAcceptAuthoritativeDomainSender AcceptRoutingHeaders";
const EXCHANGE_SERVER: &str = "SMTPSubmit SMTPSubmitForMLS SMTPAcceptAnyRecipient SMTPAcceptAuthenticationFlag SMTPAcceptAnySender SMTPAcceptAuthoritativeDomainSender BypassAntiSpam BypassMessageSizeLimit SMTPSendEXCH50 SMTPAcceptEXCH50 AcceptRoutingHeaders AcceptForestHeaders AcceptOrganizationHeaders SendRoutingHeaders SendForestHeaders SendOrganizationHeaders SMTPSendXShadow SMTPAcceptXShadow";

impl SessionLog {
    /// A session that begins; `directory` is `None` when its connector is not logged.
    pub(crate) fn sending(
        clock: Clock,
        directory: Option<Arc<LogDirectory>>,
        connector_id: String,
        session_id: SessionId,
        remote: SocketAddr,
    ) -> Self {
        let dialect = directory.as_ref().map_or(Dialect::NEWEST, |log| log.dialect());
        Self {
            clock,
            directory,
            dialect,
            connector_id,
            session_id,
            next_row: 0,
            local: None,
            remote,
            untold_permissions: None,
            is_open: false,
        }
    }

    /// A session that a client begins on that connector.
    pub(crate) fn receiving(
        clock: Clock,
        directory: Option<Arc<LogDirectory>>,
        connector: &ReceiveConnector,
        session_id: SessionId,
        remote: SocketAddr,
    ) -> Self {
        let open = connector.permission_groups.has(PermissionGroup::AnonymousUsers);
        let permissions = if open { ANONYMOUS } else { "None" };
        let log = Self::sending(clock, directory, connector.identity(), session_id, remote);
        log.with_permissions(permissions)
    }

    /// The connection is being made; the session will have these rights.
    pub(crate) fn attempting(&mut self, permissions: &str) {
        if self.dialect.writes_send_permissions {
            self.information(&permissions_row(permissions));
        }
        self.information(&Information::AttemptingToConnect);
    }

    /// The connection stands, from this local endpoint.
    pub(crate) fn connected(&mut self, local: SocketAddr) {
        self.local = Some(local);
        self.is_open = true;
        self.row(ProtocolEvent::Connect, "", "");
        self.tell_permissions(PermissionsRow::BeforeBanner);
    }

    /// A line came in.
    pub(crate) fn received(&mut self, line: &str) {
        self.row(ProtocolEvent::Received, line, "");
        if line.get(..10).is_some_and(|start| start.eq_ignore_ascii_case("MAIL FROM:")) {
            self.tell_permissions(PermissionsRow::AfterMail);
        }
    }

    /// A line went out.
    pub(crate) fn sent(&mut self, line: &str) {
        self.row(ProtocolEvent::Sent, line, "");
    }

    /// A reply of this server went out.
    pub(crate) fn sent_reply(&mut self, reply: &Reply) {
        self.reply(ProtocolEvent::Sent, reply);
    }

    /// A reply of the peer came in.
    pub(crate) fn received_reply(&mut self, reply: &Reply) {
        self.reply(ProtocolEvent::Received, reply);
    }

    /// Something happened that neither side said.
    pub(crate) fn information(&mut self, information: &Information) {
        match information {
            Information::Certificate(CertificateRow::Whole(certificate)) => {
                for row in certificate.rows(self.dialect.certificates) {
                    self.information_row(&Information::Certificate(row));
                }
            }
            Information::TlsSucceeded(negotiation) => {
                let negotiation = self.dialect.negotiation(negotiation.clone());
                self.information_row(&Information::TlsSucceeded(negotiation));
            }
            Information::Authenticated { .. } => {
                self.untold_permissions = Some(EXCHANGE_SERVER);
                self.tell_permissions(PermissionsRow::BeforeBanner);
                self.information_row(information);
            }
            _ => self.information_row(information),
        }
    }

    /// The session is over.
    pub(crate) fn ended(&mut self, ending: Ending) {
        let context = match ending {
            Ending::Local => "Local",
            Ending::Remote => "Remote",
            Ending::RemoteReset => "Remote(ConnectionReset)",
        };
        self.is_open = false;
        self.row(ProtocolEvent::Disconnect, "", context);
    }

    fn with_permissions(mut self, permissions: &'static str) -> Self {
        self.untold_permissions = Some(permissions);
        self
    }

    /// Tells the client's rights, if this dialect tells them here and has not yet.
    fn tell_permissions(&mut self, here: PermissionsRow) {
        if self.dialect.receive_permissions == here
            && let Some(permissions) = self.untold_permissions.take()
        {
            self.information_row(&permissions_row(permissions));
        }
    }

    fn information_row(&mut self, information: &Information) {
        let (data, context) = information.cells();
        self.row(ProtocolEvent::Information, &data, &context);
    }

    fn reply(&mut self, event: ProtocolEvent, reply: &Reply) {
        for text in rows_of(reply, self.dialect.replies) {
            self.row(event, &text, "");
        }
    }

    fn row(&mut self, event: ProtocolEvent, data: &str, context: &str) {
        let Some(directory) = &self.directory else { return };
        let now = self.clock.now();
        let row = ProtocolRow {
            date_time: now,
            connector_id: self.connector_id.as_str().into(),
            session_id: self.session_id.to_string().into(),
            sequence_number: self.next_row,
            local_endpoint: self.local.map(|local| local.to_string()).unwrap_or_default().into(),
            remote_endpoint: self.remote.to_string().into(),
            event,
            data: data.into(),
            context: context.into(),
        };
        directory.append(now, &row);
        self.next_row += 1;
    }
}

/// A session whose service stops, or is done with it, is closed from this side.
impl Drop for SessionLog {
    fn drop(&mut self) {
        if self.is_open {
            self.ended(Ending::Local);
        }
    }
}

fn permissions_row(permissions: &str) -> Information {
    Information::SetSessionPermissions { permissions: permissions.to_owned() }
}

/// A reply as rows have it: its lines one by one, or joined. The greeting of an EHLO reply then stands
/// after two blanks.
fn rows_of(reply: &Reply, rows: ReplyRows) -> Vec<String> {
    match (rows, reply.lines.as_slice()) {
        (ReplyRows::EachLine, [_, _, ..]) => {
            let wire = reply.to_wire();
            let text = String::from_utf8_lossy(&wire);
            text.lines().map(str::to_owned).collect()
        }
        (ReplyRows::Joined, [first, rest @ ..]) if !rest.is_empty() && reply.enhanced.is_none() => {
            vec![format!("{:03}  {first} {}", reply.code, rest.join(" "))]
        }
        _ => vec![reply.to_string()],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ehlo_reply_is_one_row_with_two_blanks_or_a_row_for_each_line() {
        let reply = Reply::with_lines(
            250,
            vec!["MBX01 Hello [10.0.0.1]".into(), "SIZE 5".into(), "DSN".into()],
        );
        assert_eq!(rows_of(&reply, ReplyRows::Joined), ["250  MBX01 Hello [10.0.0.1] SIZE 5 DSN"]);
        assert_eq!(
            rows_of(&reply, ReplyRows::EachLine),
            ["250-MBX01 Hello [10.0.0.1]", "250-SIZE 5", "250 DSN"]
        );
        let other = Reply::plain(220, "ready");
        assert_eq!(rows_of(&other, ReplyRows::Joined), ["220 ready"]);
        assert_eq!(rows_of(&other, ReplyRows::EachLine), ["220 ready"]);
    }
}
