//! The rows of one SMTP session in a protocol log.

use std::net::SocketAddr;
use std::sync::Arc;

use exchange::ids::SessionId;
use fabric::Clock;
use logs::information_row::Information;
use logs::protocol_log::{ProtocolEvent, ProtocolRow};
use smtp::Reply;

use crate::computer::LogDirectory;

/// The rows of one session; writes nothing when its connector is not logged.
pub(crate) struct SessionLog {
    clock: Clock,
    directory: Option<Arc<LogDirectory>>,
    connector_id: String,
    session_id: SessionId,
    next_row: u32,
    local: Option<SocketAddr>,
    remote: SocketAddr,
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

impl SessionLog {
    /// A session that begins; `directory` is `None` when its connector is not logged.
    pub(crate) fn new(
        clock: Clock,
        directory: Option<Arc<LogDirectory>>,
        connector_id: String,
        session_id: SessionId,
        remote: SocketAddr,
    ) -> Self {
        Self { clock, directory, connector_id, session_id, next_row: 0, local: None, remote }
    }

    /// The connection stands, from this local endpoint.
    pub(crate) fn connected(&mut self, local: SocketAddr) {
        self.local = Some(local);
        self.row(ProtocolEvent::Connect, "", "");
    }

    /// A line came in.
    pub(crate) fn received(&mut self, line: &str) {
        self.row(ProtocolEvent::Received, line, "");
    }

    /// A line went out.
    pub(crate) fn sent(&mut self, line: &str) {
        self.row(ProtocolEvent::Sent, line, "");
    }

    /// A reply of this server went out: one row, its lines joined, as Exchange 2016 and later write
    /// it. The greeting of an EHLO reply stands after two blanks.
    pub(crate) fn sent_reply(&mut self, reply: &Reply) {
        let text = flattened(reply);
        self.row(ProtocolEvent::Sent, &text, "");
    }

    /// A reply of the peer came in.
    pub(crate) fn received_reply(&mut self, reply: &Reply) {
        let text = flattened(reply);
        self.row(ProtocolEvent::Received, &text, "");
    }

    /// Something happened that neither side said.
    pub(crate) fn information(&mut self, information: &Information) {
        let (data, context) = information.cells();
        self.row(ProtocolEvent::Information, &data, &context);
    }

    /// The session is over.
    pub(crate) fn ended(&mut self, ending: Ending) {
        let context = match ending {
            Ending::Local => "Local",
            Ending::Remote => "Remote",
            Ending::RemoteReset => "Remote(ConnectionReset)",
        };
        self.row(ProtocolEvent::Disconnect, "", context);
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

fn flattened(reply: &Reply) -> String {
    match reply.lines.as_slice() {
        [first, rest @ ..] if !rest.is_empty() && reply.enhanced.is_none() => {
            format!("{:03}  {first} {}", reply.code, rest.join(" "))
        }
        _ => reply.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ehlo_reply_is_one_row_with_two_blanks() {
        let reply = Reply::with_lines(
            250,
            vec!["MBX01 Hello [10.0.0.1]".into(), "SIZE 5".into(), "DSN".into()],
        );
        assert_eq!(flattened(&reply), "250  MBX01 Hello [10.0.0.1] SIZE 5 DSN");
        let other = Reply::plain(220, "ready");
        assert_eq!(flattened(&other), "220 ready");
    }
}
