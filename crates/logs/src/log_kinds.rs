//! The logs of the common form, as one table: what their header says and how their rows look.

use crate::recognise::Kind;
use crate::{agent_log, connectivity_log, edgesync_log, message_tracking, protocol_log};

/// A log of the common form.
pub(crate) struct LogKind {
    pub(crate) kind: Kind,
    pub(crate) log_type: &'static str,
    /// Column lists of all versions, newest first.
    pub(crate) fields: &'static [&'static [&'static str]],
    /// Column that holds the event, if a page can have eaten its `*`.
    pub(crate) event: Option<usize>,
}

pub(crate) const LOG_KINDS: [LogKind; 6] = [
    LogKind {
        kind: Kind::SmtpReceiveLog,
        log_type: protocol_log::SMTP_RECEIVE.log_type,
        fields: &[&protocol_log::FIELDS],
        event: Some(6),
    },
    LogKind {
        kind: Kind::SmtpSendLog,
        log_type: protocol_log::SMTP_SEND.log_type,
        fields: &[&protocol_log::FIELDS],
        event: Some(6),
    },
    LogKind {
        kind: Kind::MessageTrackingLog,
        log_type: message_tracking::MESSAGE_TRACKING.log_type,
        fields: &[
            &message_tracking::FIELDS,
            message_tracking::FIELDS_2013,
            &message_tracking::FIELDS_2010,
        ],
        event: None,
    },
    LogKind {
        kind: Kind::ConnectivityLog,
        log_type: connectivity_log::CONNECTIVITY.log_type,
        fields: &[&connectivity_log::FIELDS],
        event: None,
    },
    LogKind {
        kind: Kind::AgentLog,
        log_type: agent_log::AGENT_LOG.log_type,
        fields: &[&agent_log::FIELDS],
        event: None,
    },
    LogKind {
        kind: Kind::EdgeSyncLog,
        log_type: edgesync_log::EDGESYNC.log_type,
        fields: &[&edgesync_log::FIELDS],
        event: None,
    },
];
