//! A session begins once and ends once.

use jiff::SignedDuration;
use logs::protocol_log::ProtocolEvent;

use super::desk::{Desk, Session};
use super::{Checker, Does, Fault, Tampering};

pub(super) static CHECKER: Checker = Checker {
    name: "sessions",
    holds: "every session has one + row, before anything is said, and one - row, after everything; a \
            send session that never connected has neither, and one that was open at collection no -",
    faults,
    tamperings: &[
        Tampering {
            story: "healthy-hybrid-edge",
            path: &["SmtpReceive"],
            row: &[",+,"],
            does: Does::Drop,
        },
        Tampering {
            story: "healthy-hybrid-edge",
            path: &["SmtpSend"],
            row: &[",+,"],
            does: Does::Double,
        },
        Tampering {
            story: "healthy-hybrid-edge",
            path: &["SmtpReceive"],
            row: &[",-,"],
            does: Does::Drop,
        },
        Tampering {
            story: "healthy-hybrid-edge",
            path: &["SmtpReceive"],
            row: &[",<,QUIT"],
            does: Does::Replace(",<,QUIT", ",-,"),
        },
    ],
};

/// Longer than this nobody keeps quiet in an open session (`ConnectionInactivityTimeout`).
const LONGEST_SILENCE: SignedDuration = SignedDuration::from_mins(10);

fn faults(desk: &Desk) -> Vec<Fault> {
    let end = desk.end();
    let is_open = |session: &Session<'_>| {
        let last = session.rows.last().map(|at| at.row.date_time);
        last.is_some_and(|last| end.duration_since(last) < LONGEST_SILENCE)
    };
    let mut faults = Vec::new();
    for session in desk.sessions() {
        let places = |event: ProtocolEvent| -> Vec<usize> {
            let rows = session.rows.iter().enumerate();
            rows.filter(|(_, at)| at.row.event == event).map(|(index, _)| index).collect()
        };
        let is_said = |event| matches!(event, ProtocolEvent::Sent | ProtocolEvent::Received);
        let first_said = session.rows.iter().position(|at| is_said(at.row.event));
        let mut fault = |index: usize, says: &str| {
            faults.push(Fault::new(session.rows[index].place(), format!("{says}: {}", session.id)));
        };
        match (places(ProtocolEvent::Connect)[..].as_ref(), first_said) {
            ([begin], Some(said)) if *begin > said => fault(said, "said before the session began"),
            ([_], _) => {}
            ([], None) if !session.is_receive => {}
            ([], _) => fault(0, "the session never begins"),
            ([_, second, ..], _) => fault(*second, "the session begins again"),
        }
        let last = session.rows.len() - 1;
        let has_begun = !places(ProtocolEvent::Connect).is_empty();
        match places(ProtocolEvent::Disconnect)[..] {
            [only] if only == last => {}
            [first, ..] if first < last => fault(first + 1, "a row after the session ended"),
            [] if !has_begun || is_open(&session) => {}
            [] => fault(last, "the session never ends"),
            [first, ..] => fault(first, "the session ends again"),
        }
    }
    faults
}
