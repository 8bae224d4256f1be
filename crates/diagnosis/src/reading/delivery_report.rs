//! Reports about messages: what happened to whom, told to the sender.

use logs::last_error::LastError;
use logs::ndr::{Action, DeliveryReport, ReportReason, ReportRecipient};
use logs::smtp_status::LastAttempt;

use crate::evidence::Place;
use crate::facts::{Facts, ReportFact, Setback, Step, StepKind, Teller};

use super::Reading;
use super::names::{addresses, computer, mailbox, message_id};
use super::step::{About, step};

/// Steps of reports, until all files are read.
#[derive(Debug, Default)]
pub(super) struct Reported(Vec<(String, Step)>);

impl Reported {
    /// Adds the steps. A mail has whole seconds: what else happened in that second came before.
    pub(super) fn finish(self, facts: &mut Facts) {
        for (id, reported) in self.0 {
            let message = facts.messages.entry(&id);
            let second = reported.time.as_second();
            let times = message.steps.iter().map(|step| step.time);
            let last = times.filter(|time| time.as_second() == second).max();
            let time = last.map_or(reported.time, |last| last.max(reported.time));
            message.steps.push(Step { time, ..reported });
        }
    }
}

/// Takes over a report; it stands in its file alone.
pub(super) fn read(reading: &mut Reading, at: Place, report: DeliveryReport) {
    let time = report.headers.date().or(report.arrival_date);
    let id = report.original_message_id().and_then(message_id);
    let late: Vec<_> = report.recipients.iter().filter(|it| is_setback(it.action)).collect();
    for recipient in &late {
        reading.facts.setbacks.push(Setback {
            time,
            message_id: id.clone(),
            recipients: addresses([recipient.address.as_str()]),
            ..setback(&at, recipient)
        });
    }
    let all = addresses(late.iter().map(|recipient| recipient.address.as_str()));
    let subject = report.original.subject().unwrap_or_default();
    let about = About {
        id: id.as_deref().unwrap_or_default(),
        subject: &subject,
        sender: mailbox(report.original.get("From").unwrap_or_default()),
    };
    if let Some(message) = about.message(&mut reading.facts) {
        message.recipients.extend(all);
        let own: Vec<_> = ENDS.iter().filter_map(|end| step_of(&at, &report, *end)).collect();
        let id = message.id.clone();
        reading.reported.0.extend(own.into_iter().map(|step| (id.clone(), step)));
    }
    reading.facts.reports.push(ReportFact { at, report });
}

/// What a report can tell the sender, by the action.
const ENDS: [(Action, StepKind); 2] =
    [(Action::Delayed, StepKind::DelayReported), (Action::Failed, StepKind::Reported)];

/// What the sender was told of the recipients with that action; nothing when there are none.
fn step_of(
    at: &Place,
    report: &DeliveryReport,
    (action, kind): (Action, StepKind),
) -> Option<Step> {
    let time = report.headers.date().or(report.arrival_date)?;
    let own = || report.recipients.iter().filter(|recipient| recipient.action == action);
    let mut codes = own().map(|recipient| recipient.diagnostic_code.as_str());
    own().next()?;
    Some(Step {
        host: computer(&report.generating_server).into(),
        recipients: addresses(own().map(|recipient| recipient.address.as_str())).into(),
        peer: mailbox(report.headers.get("To").unwrap_or_default()).into(),
        detail: codes.find(|code| !code.is_empty()).unwrap_or_default().to_owned(),
        ..step(at.clone(), time, kind)
    })
}

fn is_setback(action: Action) -> bool {
    matches!(action, Action::Failed | Action::Delayed)
}

/// The diagnostic code is the outermost status; the reasons in the text tell more.
fn setback(at: &Place, recipient: &ReportRecipient) -> Setback {
    let mut reasons = recipient.reasons.iter();
    let text = match recipient.diagnostic_code.trim() {
        "" => reasons.next().map_or(recipient.status.as_str(), |reason| reason.text.as_str()),
        code => code,
    };
    let mut setback =
        Setback::new(at.property("Diagnostic-Code"), Teller::Report, LastError::parse(text));
    for reason in &recipient.reasons {
        add(&mut setback, at, reason);
    }
    if setback.error.fqdn.is_empty() {
        setback.error.fqdn = recipient.remote_mta.clone().unwrap_or_default();
    }
    setback
}

fn add(setback: &mut Setback, at: &Place, reason: &ReportReason) {
    let told = Setback::new(at.clone(), Teller::Report, LastError::parse(&reason.text));
    for status in told.statuses {
        let is_known = |own: &logs::smtp_status::SmtpStatus| {
            own.code == status.code && own.enhanced == status.enhanced
        };
        if !setback.statuses.iter().any(is_known) {
            setback.statuses.push(status);
        }
    }
    let says_nothing = |attempt: &LastAttempt| attempt.ip.is_none() && attempt.message.is_none();
    if says_nothing(&setback.attempt) && !says_nothing(&told.attempt) {
        setback.attempt = told.attempt;
    }
    let error = &mut setback.error;
    for (place, value) in [
        (&mut error.fqdn, &reason.server),
        (&mut error.ip, &reason.ip),
        (&mut error.lrt, &reason.time),
    ] {
        if place.is_empty() {
            value.clone_into(place);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::facts_of;
    use super::*;

    const REPORT: &str = "From: <postmaster@cloudmonkeys.xyz>\r\nTo: <raghu@cloudmonkeys.xyz>\r\nDate: Fri, 1 May 2026 06:06:57 +0000\r\nSubject: Undeliverable: Hi\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\r\nMIME-Version: 1.0\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nDelivery has failed.\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns;MBX01.cloudmonkeys.xyz\r\n\r\nFinal-Recipient: rfc822;Ramki@cloudfield.com\r\nAction: failed\r\nStatus: 5.4.316\r\nDiagnostic-Code: smtp;550 5.4.316 Message expired, connection refused(Socket error code 10061)\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nFrom: Raghu <raghu@cloudmonkeys.xyz>\r\nSubject: Hi\r\nMessage-ID: <a@cloudmonkeys.xyz>\r\n\r\n--b--\r\n";

    #[test]
    fn a_report_tells_of_the_original_message() {
        let facts = facts_of(&[("Mailboxes/raghu/1.eml", REPORT)]);
        assert_eq!(facts.reports.len(), 1);
        let setback = &facts.setbacks[0];
        assert_eq!((setback.teller, setback.code()), (Teller::Report, Some("5.4.316")));
        assert!(setback.is_final());
        assert_eq!(setback.message_id.as_deref(), Some("<a@cloudmonkeys.xyz>"));
        let message = facts.messages.get("<a@cloudmonkeys.xyz>").unwrap();
        assert_eq!(message.sender, "raghu@cloudmonkeys.xyz");
        let step = &message.steps[0];
        assert_eq!((step.kind, &*step.host), (StepKind::Reported, "MBX01"));
        assert_eq!(facts.files[0].host, "");
    }

    #[test]
    fn a_report_comes_after_what_happened_in_its_second() {
        let log = "#Log-type: Message Tracking Log\r\n#Fields: date-time,server-hostname,source,event-id,message-id,recipient-address,recipient-status\r\n2026-05-01T06:06:57.900Z,MBX01,SMTP,FAIL,<a@cloudmonkeys.xyz>,ramki@cloudfield.com,550 5.4.316 Expired\r\n";
        let facts = facts_of(&[("1.eml", REPORT), ("2.log", log)]);
        let message = facts.messages.get("<a@cloudmonkeys.xyz>").unwrap();
        let kinds: Vec<_> = message.timeline().iter().map(|step| step.kind).collect();
        assert_eq!(kinds, [StepKind::Failed, StepKind::Reported]);
    }

    #[test]
    fn a_delay_is_told_as_a_delay() {
        let delayed = REPORT
            .replace("Action: failed", "Action: delayed")
            .replace("Status: 5.4.316", "Status: 4.4.7")
            .replace(
                "550 5.4.316 Message expired, connection refused(Socket error code 10061)",
                "400 4.4.7 Message delayed",
            );
        let facts = facts_of(&[("Mailboxes/raghu/1.eml", &delayed)]);
        let message = facts.messages.get("<a@cloudmonkeys.xyz>").unwrap();
        assert_eq!(message.steps[0].kind, StepKind::DelayReported);
        assert_eq!(message.fate("ramki@cloudfield.com"), crate::facts::Fate::Waiting);
        assert!(!facts.setbacks[0].is_final());
    }

    #[test]
    fn the_reasons_tell_what_the_code_does_not() {
        let recipient = ReportRecipient {
            diagnostic_code: "550 5.4.316 Message expired, connection refused".to_owned(),
            reasons: vec![ReportReason {
                server: "mail.contoso.com".to_owned(),
                ip: "192.0.2.1".to_owned(),
                text: "450 4.4.316 Connection refused [Message=Socket error code 10061] [LastAttemptedServerName=mail.contoso.com] [LastAttemptedIP=192.0.2.1:25]".to_owned(),
                ..ReportReason::default()
            }],
            ..ReportRecipient::default()
        };
        let setback = setback(&Place::line(crate::evidence::FileId(0), 1), &recipient);
        assert_eq!(setback.code(), Some("4.4.316"));
        assert!(setback.is_final());
        assert_eq!(setback.attempt.message.as_deref(), Some("Socket error code 10061"));
        assert_eq!(setback.target_ip(), "192.0.2.1".parse().ok());
    }
}
