//! The words of the `event-id` and `source` columns of the tracking log.
//!
//! Source: Microsoft Learn "Message tracking" (all but `SENDEXTERNAL` and `SETROUTE`, which real rows
//! have).

use std::fmt;

/// What happened to a message.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the words are the product's; Microsoft Learn explains each")]
pub enum TrackingEventId {
    AgentInfo,
    BadMail,
    ClientSubmission,
    Defer,
    Deliver,
    DeliverFail,
    Drop,
    Dsn,
    DuplicateDeliver,
    DuplicateExpand,
    DuplicateRedirect,
    Expand,
    Fail,
    HaDiscard,
    HaReceive,
    HaRedirect,
    HaRedirectFail,
    InitMessageCreated,
    Load,
    ModerationExpire,
    ModeratorApprove,
    ModeratorReject,
    ModeratorsAllNdr,
    NotifyMapi,
    NotifyShadow,
    PoisonMessage,
    Process,
    ProcessMeetingMessage,
    Receive,
    Redirect,
    Resolve,
    Resubmit,
    ResubmitDefer,
    ResubmitFail,
    Send,
    SendExternal,
    SetRoute,
    Submit,
    SubmitDefer,
    SubmitFail,
    Suppressed,
    Throttle,
    Transfer,
    Other(String),
}

use TrackingEventId as E;

const EVENTS: [(E, &str); 43] = [
    (E::AgentInfo, "AGENTINFO"),
    (E::BadMail, "BADMAIL"),
    (E::ClientSubmission, "CLIENTSUBMISSION"),
    (E::Defer, "DEFER"),
    (E::Deliver, "DELIVER"),
    (E::DeliverFail, "DELIVERFAIL"),
    (E::Drop, "DROP"),
    (E::Dsn, "DSN"),
    (E::DuplicateDeliver, "DUPLICATEDELIVER"),
    (E::DuplicateExpand, "DUPLICATEEXPAND"),
    (E::DuplicateRedirect, "DUPLICATEREDIRECT"),
    (E::Expand, "EXPAND"),
    (E::Fail, "FAIL"),
    (E::HaDiscard, "HADISCARD"),
    (E::HaReceive, "HARECEIVE"),
    (E::HaRedirect, "HAREDIRECT"),
    (E::HaRedirectFail, "HAREDIRECTFAIL"),
    (E::InitMessageCreated, "INITMESSAGECREATED"),
    (E::Load, "LOAD"),
    (E::ModerationExpire, "MODERATIONEXPIRE"),
    (E::ModeratorApprove, "MODERATORAPPROVE"),
    (E::ModeratorReject, "MODERATORREJECT"),
    (E::ModeratorsAllNdr, "MODERATORSALLNDR"),
    (E::NotifyMapi, "NOTIFYMAPI"),
    (E::NotifyShadow, "NOTIFYSHADOW"),
    (E::PoisonMessage, "POISONMESSAGE"),
    (E::Process, "PROCESS"),
    (E::ProcessMeetingMessage, "PROCESSMEETINGMESSAGE"),
    (E::Receive, "RECEIVE"),
    (E::Redirect, "REDIRECT"),
    (E::Resolve, "RESOLVE"),
    (E::Resubmit, "RESUBMIT"),
    (E::ResubmitDefer, "RESUBMITDEFER"),
    (E::ResubmitFail, "RESUBMITFAIL"),
    (E::Send, "SEND"),
    (E::SendExternal, "SENDEXTERNAL"),
    (E::SetRoute, "SETROUTE"),
    (E::Submit, "SUBMIT"),
    (E::SubmitDefer, "SUBMITDEFER"),
    (E::SubmitFail, "SUBMITFAIL"),
    (E::Suppressed, "SUPPRESSED"),
    (E::Throttle, "THROTTLE"),
    (E::Transfer, "TRANSFER"),
];

/// Component that wrote a tracking row.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the words are the product's; Microsoft Learn explains each")]
pub enum TrackingSource {
    Admin,
    Agent,
    Approval,
    Bootloader,
    Dns,
    Dsn,
    Gateway,
    MailboxRule,
    MeetingMessageProcessor,
    Orar,
    Pickup,
    PoisonMessage,
    PublicFolder,
    Queue,
    Redundancy,
    Resolver,
    Routing,
    SafetyNet,
    Smtp,
    StoreDriver,
    Other(String),
}

use TrackingSource as S;

const SOURCES: [(S, &str); 20] = [
    (S::Admin, "ADMIN"),
    (S::Agent, "AGENT"),
    (S::Approval, "APPROVAL"),
    (S::Bootloader, "BOOTLOADER"),
    (S::Dns, "DNS"),
    (S::Dsn, "DSN"),
    (S::Gateway, "GATEWAY"),
    (S::MailboxRule, "MAILBOXRULE"),
    (S::MeetingMessageProcessor, "MEETINGMESSAGEPROCESSOR"),
    (S::Orar, "ORAR"),
    (S::Pickup, "PICKUP"),
    (S::PoisonMessage, "POISONMESSAGE"),
    (S::PublicFolder, "PUBLICFOLDER"),
    (S::Queue, "QUEUE"),
    (S::Redundancy, "REDUNDANCY"),
    (S::Resolver, "RESOLVER"),
    (S::Routing, "ROUTING"),
    (S::SafetyNet, "SAFETYNET"),
    (S::Smtp, "SMTP"),
    (S::StoreDriver, "STOREDRIVER"),
];

impl TrackingEventId {
    /// The event with that word; a word not listed is kept.
    pub fn of(word: &str) -> Self {
        let known = EVENTS.iter().find(|(_, own)| *own == word);
        known.map_or_else(|| Self::Other(word.to_owned()), |(event, _)| event.clone())
    }

    /// The word as the log has it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Other(word) => word,
            known => EVENTS.iter().find(|(own, _)| own == known).map_or("", |(_, word)| word),
        }
    }
}

impl TrackingSource {
    /// The source with that word; a word not listed is kept.
    pub fn of(word: &str) -> Self {
        let known = SOURCES.iter().find(|(_, own)| *own == word);
        known.map_or_else(|| Self::Other(word.to_owned()), |(source, _)| source.clone())
    }

    /// The word as the log has it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Other(word) => word,
            known => SOURCES.iter().find(|(own, _)| own == known).map_or("", |(_, word)| word),
        }
    }
}

impl fmt::Display for TrackingEventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for TrackingSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_read_back() {
        for (event, word) in &EVENTS {
            assert_eq!((&TrackingEventId::of(word), event.as_str()), (event, *word));
        }
        for (source, word) in &SOURCES {
            assert_eq!((&TrackingSource::of(word), source.as_str()), (source, *word));
        }
        assert_eq!(TrackingEventId::of("NEW").as_str(), "NEW");
        assert_eq!(TrackingSource::of("").as_str(), "");
    }
}
