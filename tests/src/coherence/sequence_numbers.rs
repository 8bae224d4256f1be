//! The rows of a session are numbered.

use super::desk::Desk;
use super::{Checker, Does, Fault, Tampering};

pub(super) static CHECKER: Checker = Checker {
    name: "sequence-numbers",
    holds: "the rows of a session are numbered from 0, without a gap, in the order of the file",
    faults,
    tamperings: &[
        Tampering {
            story: "healthy-hybrid-edge",
            path: &["SmtpReceive"],
            row: &[",>,354"],
            does: Does::Drop,
        },
        Tampering {
            story: "healthy-hybrid-edge",
            path: &["SmtpSend"],
            row: &[",<,354"],
            does: Does::Double,
        },
        Tampering {
            story: "healthy-hybrid-edge",
            path: &["SmtpReceive"],
            row: &[",0,", ",+,"],
            does: Does::Replace(",0,", ",1,"),
        },
    ],
};

fn faults(desk: &Desk) -> Vec<Fault> {
    let mut faults = Vec::new();
    for session in desk.sessions() {
        for (expected, at) in (0..).zip(&session.rows) {
            let found = at.row.sequence_number;
            if found != expected {
                let says = format!("row {expected} of session {} has number {found}", session.id);
                faults.push(Fault::new(at.place(), says));
                break;
            }
        }
    }
    faults
}
