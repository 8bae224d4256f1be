//! Downloaded reports of Exchange Online: the extended one has rows of the tracking log, the enhanced
//! one says for each recipient what happened, but not when.

use logs::recognise::Kind;
use logs::trace_report::{EnhancedRow, TraceReport};

use crate::evidence::{FileId, Place};
use crate::facts::{EXCHANGE_ONLINE, Facts, Step, StepKind, Teller};

use super::Reading;
use super::agents;
use super::names::{addresses, connector};
use super::step::{About, step};
use super::tracking;

/// The last word of a recipient's status.
const ENDS: [(&str, StepKind); 5] = [
    ("Send", StepKind::Sent),
    ("Deliver", StepKind::Delivered),
    ("Fail", StepKind::Failed),
    ("Defer", StepKind::Deferred),
    ("Expand", StepKind::Resolved),
];

/// Takes over a report.
pub(super) fn read(reading: &mut Reading, file: FileId, report: &TraceReport) {
    reading.hosts.told(file, EXCHANGE_ONLINE);
    let facts = &mut reading.facts;
    match report {
        TraceReport::Extended(rows) => {
            for (line, row) in rows {
                facts.coverage.row(file, Kind::ExtendedTraceReport, row.date_time);
                let at = Place::line(file, *line);
                facts.rule_refusals.extend(agents::refusals(&at, Teller::Trace, row));
                tracking::row(facts, &at, Teller::Trace, row);
            }
        }
        TraceReport::Enhanced(rows) => {
            for (line, row) in rows {
                if let Some(time) = row.origin_timestamp {
                    facts.coverage.row(file, Kind::EnhancedTraceReport, time);
                }
                enhanced(facts, &Place::line(file, *line), row);
            }
        }
    }
}

fn enhanced(facts: &mut Facts, at: &Place, row: &EnhancedRow) {
    let about =
        About { id: &row.message_id, subject: &row.message_subject, sender: &row.sender_address };
    let Some(message) = about.message(facts) else { return };
    for (recipient, status) in &row.recipient_status {
        let recipients = addresses([recipient.as_str()]);
        message.recipients.extend(recipients.iter().cloned());
        let Some(time) = row.origin_timestamp else { continue };
        let last = status.rsplit(',').next().unwrap_or_default().trim();
        let end = ENDS.iter().find(|(word, _)| last.eq_ignore_ascii_case(word));
        let kinds = [Some(StepKind::Received), end.map(|(_, kind)| *kind)];
        message.steps.extend(kinds.into_iter().flatten().map(|kind| Step {
            host: EXCHANGE_ONLINE.into(),
            recipients: recipients.clone().into(),
            connector: connector(&row.connector_id).1.into(),
            detail: status.clone(),
            ..step(at.clone(), time, kind)
        }));
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::facts_of;
    use crate::facts::{Fate, Teller};

    #[test]
    fn an_enhanced_report_tells_how_it_ended_for_each() {
        let text = "origin_timestamp_utc,sender_address,recipient_status,message_subject,total_bytes,message_id,network_message_id,original_client_ip,directionality,connector_id,delivery_priority\r\n2026-05-01T06:06:57.0000000Z,ramki@cloudfield.com,\"ram@cloudfield.com##Receive, Deliver;raghu@cloudmonkeys.xyz##Receive, Fail\",Hi,100,<a@cloudfield.com>,11111111000000000000000000000000,40.92.0.1,2,,Normal\r\n";
        let facts = facts_of(&[("report.csv", text)]);
        let message = facts.messages.get("<a@cloudfield.com>").unwrap();
        assert_eq!(message.fate("ram@cloudfield.com"), Fate::Delivered);
        assert_eq!(message.fate("raghu@cloudmonkeys.xyz"), Fate::Failed);
        assert_eq!(facts.files[0].host, "Exchange Online");
    }

    #[test]
    fn an_extended_report_is_a_tracking_log_of_the_tenant() {
        let text = "date_time_utc,client_hostname,server_hostname,source_context,connector_id,source,event_id,message_id,recipient_address,recipient_status,message_subject,sender_address\r\n2026-05-01T06:06:57.0000000Z,,,,Outbound to CMHYBD01,SMTP,FAIL,<a@cloudfield.com>,raghu@cloudmonkeys.xyz,550 5.4.316 Message expired,Hi,ramki@cloudfield.com\r\n";
        let facts = facts_of(&[("report.csv", text)]);
        let step = &facts.messages.get("<a@cloudfield.com>").unwrap().steps[0];
        assert_eq!(&*step.host, "Exchange Online");
        assert_eq!(facts.setbacks[0].teller, Teller::Trace);
    }
}
