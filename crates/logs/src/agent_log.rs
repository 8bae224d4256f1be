//! Agent Log: one row for each action of an anti-spam agent on a message.
//!
//! Source: a real sample (Exchange 2016), Microsoft Learn "Anti-spam agent logging".

use std::borrow::Cow;

use exchange::culture::log_time;
use jiff::Timestamp;

use crate::dialect::Dialect;
use crate::format::{FileStamp, LogFormat};
use crate::protocol_log::own;
use crate::row::{Cells, LogRow};
use crate::unread::Reason;

/// Columns of the log.
pub const FIELDS: [&str; 20] = [
    "Timestamp",
    "SessionId",
    "LocalEndpoint",
    "RemoteEndpoint",
    "EnteredOrgFromIP",
    "MessageId",
    "P1FromAddress",
    "P2FromAddresses",
    "Recipient",
    "NumRecipients",
    "Agent",
    "Event",
    "Action",
    "SmtpResponse",
    "Reason",
    "ReasonData",
    "Diagnostics",
    "NetworkMsgID",
    "TenantID",
    "Directionality",
];

/// `AgentLog…LOG`; one file a day.
pub const AGENT_LOG: LogFormat = LogFormat {
    log_type: "Agent Log",
    version: Cow::Borrowed("15.0.0.0"),
    file_prefix: "AgentLog",
    stamp: FileStamp::Daily,
    fields: &FIELDS,
    dialect: Dialect::NEWEST,
};

/// One action of an agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentRow<'a> {
    /// When it happened.
    pub timestamp: Timestamp,
    /// Session of the protocol log.
    pub session_id: Cow<'a, str>,
    /// Address of the server, without port.
    pub local_endpoint: Cow<'a, str>,
    /// `ip:port` of the peer.
    pub remote_endpoint: Cow<'a, str>,
    /// The address from which the message entered the organization.
    pub entered_org_from_ip: Cow<'a, str>,
    /// The `Message-ID:` header.
    pub message_id: Cow<'a, str>,
    /// Sender of the envelope.
    pub p1_from_address: Cow<'a, str>,
    /// Senders of the header, each followed by `;`.
    pub p2_from_addresses: Cow<'a, str>,
    /// Recipients, joined by `;`.
    pub recipient: Cow<'a, str>,
    /// Number of recipients.
    pub num_recipients: Option<u32>,
    /// Name of the agent.
    pub agent: Cow<'a, str>,
    /// SMTP event at which it ran, such as `OnEndOfHeaders`.
    pub event: Cow<'a, str>,
    /// What it did.
    pub action: Cow<'a, str>,
    /// The SMTP reply it chose.
    pub smtp_response: Cow<'a, str>,
    /// Why.
    pub reason: Cow<'a, str>,
    /// Details of the reason.
    pub reason_data: Cow<'a, str>,
    /// Further notes.
    pub diagnostics: Cow<'a, str>,
    /// Network message id.
    pub network_msg_id: Cow<'a, str>,
    /// Empty on premises.
    pub tenant_id: Cow<'a, str>,
    /// `Incoming` or `Originating`.
    pub directionality: Cow<'a, str>,
}

impl AgentRow<'_> {
    /// The same row with its own text.
    pub fn into_owned(self) -> AgentRow<'static> {
        AgentRow {
            timestamp: self.timestamp,
            session_id: own(self.session_id),
            local_endpoint: own(self.local_endpoint),
            remote_endpoint: own(self.remote_endpoint),
            entered_org_from_ip: own(self.entered_org_from_ip),
            message_id: own(self.message_id),
            p1_from_address: own(self.p1_from_address),
            p2_from_addresses: own(self.p2_from_addresses),
            recipient: own(self.recipient),
            num_recipients: self.num_recipients,
            agent: own(self.agent),
            event: own(self.event),
            action: own(self.action),
            smtp_response: own(self.smtp_response),
            reason: own(self.reason),
            reason_data: own(self.reason_data),
            diagnostics: own(self.diagnostics),
            network_msg_id: own(self.network_msg_id),
            tenant_id: own(self.tenant_id),
            directionality: own(self.directionality),
        }
    }
}

impl<'a> LogRow<'a> for AgentRow<'a> {
    const FIELDS: &'static [&'static str] = &FIELDS;

    fn to_cells(&self) -> Vec<Cow<'_, str>> {
        vec![
            log_time(self.timestamp).into(),
            (&*self.session_id).into(),
            (&*self.local_endpoint).into(),
            (&*self.remote_endpoint).into(),
            (&*self.entered_org_from_ip).into(),
            (&*self.message_id).into(),
            (&*self.p1_from_address).into(),
            (&*self.p2_from_addresses).into(),
            (&*self.recipient).into(),
            self.num_recipients.map_or(Cow::Borrowed(""), |count| count.to_string().into()),
            (&*self.agent).into(),
            (&*self.event).into(),
            (&*self.action).into(),
            (&*self.smtp_response).into(),
            (&*self.reason).into(),
            (&*self.reason_data).into(),
            (&*self.diagnostics).into(),
            (&*self.network_msg_id).into(),
            (&*self.tenant_id).into(),
            (&*self.directionality).into(),
        ]
    }

    fn from_cells(cells: &mut Cells<'_, 'a>) -> Result<Self, Reason> {
        Ok(Self {
            timestamp: cells.time("Timestamp")?,
            session_id: cells.text(),
            local_endpoint: cells.text(),
            remote_endpoint: cells.text(),
            entered_org_from_ip: cells.text(),
            message_id: cells.text(),
            p1_from_address: cells.text(),
            p2_from_addresses: cells.text(),
            recipient: cells.text(),
            num_recipients: cells.number_or_empty("NumRecipients")?,
            agent: cells.text(),
            event: cells.text(),
            action: cells.text(),
            smtp_response: cells.text(),
            reason: cells.text(),
            reason_data: cells.text(),
            diagnostics: cells.text(),
            network_msg_id: cells.text(),
            tenant_id: cells.text(),
            directionality: cells.text(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;
    use proptest::prelude::*;

    fn row_of(
        timestamp: Timestamp,
        text: &[Cow<'static, str>],
        count: Option<u32>,
    ) -> AgentRow<'static> {
        let cell = |at: usize| text.get(at).cloned().unwrap_or_default();
        AgentRow {
            timestamp,
            session_id: cell(0),
            local_endpoint: cell(1),
            remote_endpoint: cell(2),
            entered_org_from_ip: cell(3),
            message_id: cell(4),
            p1_from_address: cell(5),
            p2_from_addresses: cell(6),
            recipient: cell(7),
            num_recipients: count,
            agent: cell(8),
            event: cell(9),
            action: cell(10),
            smtp_response: cell(11),
            reason: cell(12),
            reason_data: cell(13),
            diagnostics: cell(14),
            network_msg_id: cell(15),
            tenant_id: cell(16),
            directionality: cell(17),
        }
    }

    #[test]
    fn the_file_is_written_as_exchange_writes_it() {
        let text = [
            "08DEA74796A6E2C8",
            "192.168.1.4",
            "40.93.131.26:41234",
            "40.93.131.26",
            "",
            "bo@contoso.example",
            "bo@contoso.example;",
            "anna@contoso.example",
            "Inbound Trust Agent",
            "OnEndOfHeaders",
            "ModifyHeaders",
            "",
            "",
            "",
            "Cross premises headers filtered",
            "13fad5b7-39c5-46e7-130e-08d4a138ac67",
            "",
            "Incoming",
        ];
        let text: Vec<_> = text.iter().map(|cell| Cow::Borrowed(*cell)).collect();
        let row = row_of("2026-05-01T06:06:57.291Z".parse().unwrap(), &text, Some(1));
        insta::assert_snapshot!(testing::file(&AGENT_LOG, &[row]), @r"
        #Software: Microsoft Exchange Server
        #Version: 15.0.0.0
        #Log-type: Agent Log
        #Date: 2026-05-01T06:07:04.113Z
        #Fields: Timestamp,SessionId,LocalEndpoint,RemoteEndpoint,EnteredOrgFromIP,MessageId,P1FromAddress,P2FromAddresses,Recipient,NumRecipients,Agent,Event,Action,SmtpResponse,Reason,ReasonData,Diagnostics,NetworkMsgID,TenantID,Directionality
        2026-05-01T06:06:57.291Z,08DEA74796A6E2C8,192.168.1.4,40.93.131.26:41234,40.93.131.26,,bo@contoso.example,bo@contoso.example;,anna@contoso.example,1,Inbound Trust Agent,OnEndOfHeaders,ModifyHeaders,,,,Cross premises headers filtered,13fad5b7-39c5-46e7-130e-08d4a138ac67,,Incoming
        ");
    }

    proptest! {
        #[test]
        fn rows_are_read_as_written(
            time in testing::time(),
            text in proptest::collection::vec(testing::cell(), 18),
            count in any::<Option<u32>>(),
        ) {
            let row = row_of(time, &text, count);
            let bytes = testing::bytes(&AGENT_LOG, std::slice::from_ref(&row));
            let mut read = Vec::new();
            testing::scan(&AGENT_LOG, &bytes, |row| read.push(row.read::<AgentRow<'_>>().map(AgentRow::into_owned)));
            prop_assert_eq!(read, vec![Ok(row)]);
        }
    }
}
