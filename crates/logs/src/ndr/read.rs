//! Reading a report.

use mail_parser::{MessageParser, MimeHeaders, PartType};

use super::text::ReportText;
use super::{Action, DeliveryReport, ReportReason, ReportRecipient, text};
use crate::log_time::read_mail_date;
use crate::mail::{Headers, mend_folding};
use crate::smtp_status::SmtpStatus;
use crate::unread::{Repair, Repaired};

/// Reads a mail or a pasted text. `None` when it reports nothing about any recipient.
pub fn read(text: &str) -> Option<(DeliveryReport, Vec<Repair>)> {
    let (mended, lines) = mend_folding(text);
    let mut parts = Parts::default();
    let (headers, body) = Headers::read(&mended);
    let is_mail = headers.get("Content-Type").is_some();
    if is_mail {
        parts.collect(&mended);
    }
    if parts.text.is_empty() {
        mended.get(body..).unwrap_or_default().clone_into(&mut parts.text);
    }
    let said = text::read(&parts.text);
    let status = parts.status.as_deref().map(delivery_status).unwrap_or_default();
    if !said.is_report && status.recipients.is_empty() {
        return None;
    }
    let repaired = Repaired::IndentationRestored;
    let repairs = if is_mail { lines } else { Vec::new() };
    let repairs = repairs.into_iter().map(|line| Repair { line, repaired }).collect();
    Some((assemble(headers, status, said, parts.original), repairs))
}

fn assemble(
    headers: Headers,
    mut report: DeliveryReport,
    said: ReportText,
    original: Option<Headers>,
) -> DeliveryReport {
    report.headers = headers;
    if !said.generating_server.is_empty() {
        report.generating_server = said.generating_server;
    }
    report.receiving_server = said.receiving_server;
    if report.recipients.is_empty() {
        report.recipients = said.recipients;
    } else {
        for spoken in said.recipients {
            give_reasons(&mut report.recipients, &spoken.address, spoken.reasons);
        }
    }
    // The attached message is whole; the text may have been shortened.
    report.original = original.filter(|headers| !headers.0.is_empty()).unwrap_or(said.original);
    report
}

fn give_reasons(recipients: &mut [ReportRecipient], address: &str, reasons: Vec<ReportReason>) {
    let is_only = recipients.len() == 1;
    let found =
        recipients.iter_mut().find(|own| is_only || own.address.eq_ignore_ascii_case(address));
    if let Some(recipient) = found {
        recipient.reasons.extend(reasons);
    }
}

#[derive(Default)]
struct Parts {
    text: String,
    status: Option<String>,
    original: Option<Headers>,
}

impl Parts {
    fn collect(&mut self, mail: &str) {
        let Some(message) = MessageParser::default().parse(mail.as_bytes()) else { return };
        for part in &message.parts {
            let kind = part.content_type();
            let sub = kind.and_then(|kind| kind.subtype()).unwrap_or("plain").to_ascii_lowercase();
            let content = String::from_utf8_lossy(part.contents());
            match (&part.body, sub.as_str()) {
                (PartType::Multipart(_), _) => {}
                (PartType::Message(_), _) => {
                    let start = usize::try_from(part.raw_body_offset()).unwrap_or(mail.len());
                    let raw = mail.get(start..).unwrap_or_default();
                    self.original.get_or_insert_with(|| Headers::read(raw).0);
                }
                (_, "delivery-status") => self.status = Some(content.into_owned()),
                (_, "rfc822-headers") => self.original = Some(Headers::read(&content).0),
                (PartType::Text(_), "plain") if self.text.is_empty() => {
                    self.text = content.into_owned();
                }
                _ => {}
            }
        }
    }
}

/// `message/delivery-status`: a block about the message, then one for each recipient (RFC 3464).
fn delivery_status(text: &str) -> DeliveryReport {
    let mut report = DeliveryReport::default();
    let mut rest = text.trim_start();
    let mut is_first = true;
    while !rest.is_empty() {
        let (fields, used) = Headers::read(rest);
        if used == 0 {
            // A line that is no field ends the part.
            break;
        }
        if is_first && fields.get("Final-Recipient").is_none() {
            report.generating_server = typed(fields.get("Reporting-MTA"));
            report.received_from_mta = typed(fields.get("Received-From-MTA"));
            report.arrival_date = fields.get("Arrival-Date").and_then(read_mail_date);
        } else if fields.get("Final-Recipient").is_some() {
            report.recipients.push(recipient(&fields));
        }
        is_first = false;
        rest = rest.get(used..).unwrap_or_default().trim_start();
    }
    report
}

fn recipient(fields: &Headers) -> ReportRecipient {
    let diagnostic_code = typed(fields.get("Diagnostic-Code"));
    let code = SmtpStatus::at_start(&diagnostic_code).map(|status| status.enhanced);
    let status = fields.get("Status").map(str::to_owned);
    ReportRecipient {
        address: typed(fields.get("Final-Recipient")),
        original_address: fields.get("Original-Recipient").map(|value| typed(Some(value))),
        display_name: fields.get("X-Display-Name").map(str::to_owned),
        action: fields.get("Action").and_then(Action::of).unwrap_or_default(),
        status: status.or(code).unwrap_or_default(),
        diagnostic_code,
        remote_mta: fields.get("Remote-MTA").map(|value| typed(Some(value))),
        will_retry_until: fields.get("Will-Retry-Until").and_then(read_mail_date),
        reasons: Vec::new(),
    }
}

/// A value without its type, `dns;` or `smtp;`.
fn typed(value: Option<&str>) -> String {
    let value = value.unwrap_or_default();
    value.split_once(';').map_or(value, |(_, value)| value).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_bounce_of_another_server_is_read_by_its_delivery_status() {
        let mail = "From: MAILER-DAEMON@mail.fabrikam.example\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status;\n\tboundary=\"x\"\n\n--x\nContent-Type: text/plain\n\n<bo@contoso.example>: host mail.contoso.example said: 550 5.7.1 Unable to relay\n\n--x\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mail.fabrikam.example\nArrival-Date: Thu,  9 May 2024 23:34:45 +0900 (JST)\n\nFinal-Recipient: rfc822; bo@contoso.example\nAction: failed\nStatus: 5.7.1\nRemote-MTA: dns; mail.contoso.example\nDiagnostic-Code: smtp; 550 5.7.1 Unable\n    to relay\n\n--x\nContent-Type: text/rfc822-headers\n\nMessage-Id: <1@fabrikam.example>\n\n--x--\n";
        let (report, repairs) = read(mail).unwrap();
        assert!(repairs.is_empty());
        assert_eq!(report.generating_server, "mail.fabrikam.example");
        let recipient = &report.recipients[0];
        assert_eq!(recipient.diagnostic_code, "550 5.7.1 Unable to relay");
        assert_eq!(recipient.remote_mta.as_deref(), Some("mail.contoso.example"));
        assert_eq!(report.original_message_id(), Some("<1@fabrikam.example>"));
        assert_eq!(report.arrival_date.unwrap().to_string(), "2024-05-09T14:34:45Z");
    }

    #[test]
    fn an_ordinary_mail_is_no_report() {
        assert_eq!(read("From: a@contoso.example\nSubject: b\n\nhello\n"), None);
        assert_eq!(read("hello"), None);
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(
            text in "(Content-Type: multipart/report; boundary=x\n|\n|--x\n|Content-Type: message/delivery-status\n\n|Final-Recipient: a;b\n|Server returned '|[ -~é])*"
        ) {
            let _report = read(&text);
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _report = read(&String::from_utf8_lossy(&bytes));
        }
    }
}
