//! Refusals that stand in a protocol log and nowhere else: somebody handed over nothing but that log, or
//! nothing else was told of them.
//!
//! What another server said to ours always counts. What ours said counts when it points to trouble of
//! ours, or when it was said to Exchange Online: refusing strangers is what a server on the Internet
//! does all day; a connection that was closed because its time was up never counts. Answers to commands that carry no mail, such as a failed logon, never count.
//!
//! Not modelled: which recipient a reply was about.

use std::collections::{BTreeMap, BTreeSet};

use exchange::eop;
use jiff::Timestamp;
use logs::last_error::LastError;
use logs::recognise::Kind;

use crate::facts::{Facts, Session, SessionKind, Setback, Span, Teller};
use crate::symptom::PLAIN;

/// Adds the refusals that nothing else tells of.
pub(super) fn finish(facts: &mut Facts) {
    let told: BTreeSet<String> = facts.setbacks.iter().filter_map(detail).collect();
    let taken = taken(&facts.sessions);
    let mut refusals = Vec::new();
    let mut tracked = BTreeMap::new();
    for session in facts.sessions.iter().filter(|session| !session.refusals.is_empty()) {
        let tracked = *tracked.entry(session.at.file).or_insert_with(|| tracked_of(facts, session));
        for (at, line) in &session.refusals {
            let mut error = LastError::parse(line);
            if session.kind == SessionKind::Send {
                error.ip = session.remote_ip().map(|ip| ip.to_string()).unwrap_or_default();
            }
            let refusal = Setback {
                time: Some(session.begun),
                message_id: session.messages.first().cloned(),
                ..Setback::new(at.clone(), Teller::Session, error)
            };
            let is_told = detail(&refusal).is_none_or(|detail| told.contains(&detail));
            if !is_told && counts(tracked, session, &refusal) && !was_taken(&taken, &refusal) {
                refusals.push(refusal);
            }
        }
    }
    facts.setbacks.extend(refusals);
}

/// The code without its class: what was deferred and what was returned in the end is one error.
fn detail(setback: &Setback) -> Option<String> {
    let (_, detail) = setback.code()?.split_once('.')?;
    Some(detail.to_owned())
}

/// Sessions in which a message was handed over, by its id: the last of them.
fn taken(sessions: &[Session]) -> BTreeMap<&str, Timestamp> {
    let mut taken = BTreeMap::new();
    for session in sessions.iter().filter(|session| session.refusals.is_empty()) {
        for id in &session.messages {
            let last = taken.entry(id.as_str()).or_insert(session.begun);
            *last = session.begun.max(*last);
        }
    }
    taken
}

/// Whether a later session handed the message over.
fn was_taken(taken: &BTreeMap<&str, Timestamp>, refusal: &Setback) -> bool {
    let last = refusal.message_id.as_deref().and_then(|id| taken.get(id));
    last.is_some_and(|last| refusal.time.is_some_and(|time| time < *last))
}

/// The time that tracking logs of the session's host cover.
fn tracked_of(facts: &Facts, session: &Session) -> Option<Span> {
    let host = facts.host_of(session.at.file);
    let is_same = |file| facts.host_of(file).eq_ignore_ascii_case(host);
    facts.coverage.of(Kind::MessageTrackingLog, is_same)
}

fn counts(tracked: Option<Span>, session: &Session, refusal: &Setback) -> bool {
    let Some(status) = refusal.statuses.first() else { return false };
    // Syntax and logon: 500 to 504, 530, 534, 535, 538.
    let is_about_mail = !matches!(status.code, 500..=504 | 530 | 534..=538);
    // The first session of the logs begins before the first message in it is tracked.
    let ends = [session.begun, session.ended];
    let has_tracking = tracked.is_some_and(|span| ends.iter().any(|end| span.contains(*end)));
    let subject = status.enhanced.get(2..4).unwrap_or_default();
    is_about_mail
        && match session.kind {
            // The tracking log tells how it went on.
            SessionKind::Send => !has_tracking,
            // A caller that said nothing for too long, or stayed for too long: connections are cached.
            SessionKind::Receive if status.code == 421 && status.enhanced == "4.4.1" => false,
            SessionKind::Receive => {
                let is_own_trouble = status.code < 500 && matches!(subject, "3." | "4." | "");
                let is_of_online = session.remote_ip().and_then(eop::range_of).is_some();
                let is_mistyped = PLAIN.contains(&status.enhanced.as_str());
                is_own_trouble || (is_of_online && !is_mistyped)
            }
        }
}

#[cfg(test)]
mod tests {
    use super::super::tests::facts_of;
    use crate::facts::Teller;

    /// A log with a session for each refusal: the peer, what was said, a message id.
    fn log(kind: &str, refusals: &[(&str, &str, &str)]) -> String {
        let mut text = format!(
            "#Software: Microsoft Exchange Server\r\n#Version: 15.0.0.0\r\n#Log-type: SMTP {kind} Protocol Log\r\n#Fields: date-time,connector-id,session-id,sequence-number,local-endpoint,remote-endpoint,event,data,context\r\n"
        );
        let said = if kind == "Send" { '<' } else { '>' };
        for (number, (peer, reply, id)) in refusals.iter().enumerate() {
            let begin =
                format!("2026-05-01T06:{number:02}:00.000Z,MBX01\\C,08DEA74796A6E2{number:02X}");
            let end = format!("192.168.1.4:25,{peer}:25");
            text.push_str(&[
                format!("{begin},0,{end},*,,sending message with RecordId 1 and InternetMessageId {id}\r\n"),
                format!("{begin},1,{end},{said},{reply},\r\n"),
            ].concat());
        }
        text
    }

    fn told(files: &[(&str, &str)]) -> Vec<String> {
        let facts = facts_of(files);
        let own = facts.setbacks.iter().filter(|it| it.teller == Teller::Session);
        own.map(|it| it.error.led.clone()).collect()
    }

    #[test]
    fn what_others_refuse_counts_unless_it_went_later() {
        let send = log(
            "Send",
            &[
                ("192.0.2.1", "550 5.7.1 Blocked", "<a@contoso.com>"),
                ("192.0.2.1", "451 4.7.1 Greylisted", "<b@contoso.com>"),
                ("192.0.2.1", "250 2.6.0 OK", "<b@contoso.com>"),
                ("192.0.2.1", "535 5.7.3 Authentication unsuccessful", "<c@contoso.com>"),
            ],
        );
        assert_eq!(told(&[("SEND.LOG", &send)]), ["550 5.7.1 Blocked"]);
        let queue = "NextHopDomain : x\r\nDeliveryType : SmartHostConnectorDelivery\r\nMessageCount : 1\r\nLastError : 550 5.7.1 Blocked\r\n";
        assert!(told(&[("SEND.LOG", &send), ("queue.txt", queue)]).is_empty());
    }

    #[test]
    fn what_others_refuse_is_told_by_the_tracking_log_from_the_first_session_on() {
        let send =
            log("Send", &[("192.0.2.1", "421 4.4.1 Connection timed out", "<a@contoso.com>")])
                .replacen(
                    "06:00:00.000Z,MBX01\\C,08DEA74796A6E200,1",
                    "06:10:00.000Z,MBX01\\C,08DEA74796A6E200,1",
                    1,
                );
        let tracking = |time: &str| {
            format!(
                "#Software: Microsoft Exchange Server\r\n#Log-type: Message Tracking Log\r\n#Fields: date-time,server-hostname,source,event-id,message-id\r\n2026-05-01T{time}.000Z,MBX01,SMTP,RECEIVE,<a@contoso.com>\r\n2026-05-01T07:00:00.000Z,MBX01,SMTP,RECEIVE,<b@contoso.com>\r\n"
            )
        };
        let told_with =
            |time: &str| told(&[("x/SEND.LOG", &send), ("x/MSGTRK.LOG", &tracking(time))]);
        assert!(told_with("06:00:01").is_empty());
        assert_eq!(told_with("06:30:00"), ["421 4.4.1 Connection timed out"]);
    }

    #[test]
    fn strangers_are_refused_every_day_but_trouble_and_exchange_online_count() {
        let receive = log(
            "Receive",
            &[
                ("203.0.113.9", "550 5.1.10 RESOLVER.ADR.RecipientNotFound", ""),
                ("203.0.113.9", "550 5.7.54 SMTP; Unable to relay", ""),
                ("203.0.113.9", "452 4.3.1 Insufficient system resources", ""),
                ("203.0.113.9", "421 4.4.1 Connection timed out", "<a@contoso.com>"),
                ("40.107.57.108", "421 4.4.1 Connection timed out", ""),
                ("40.107.57.108", "550 5.7.54 SMTP; Unable to relay", ""),
                ("40.107.57.108", "550 5.1.10 RESOLVER.ADR.RecipientNotFound", ""),
            ],
        );
        let told = told(&[("RECV.LOG", &receive)]);
        assert_eq!(
            told,
            ["452 4.3.1 Insufficient system resources", "550 5.7.54 SMTP; Unable to relay"]
        );
    }
}
