//! The words of a report, as text and as HTML.

use exchange::culture::Culture;

use super::explanations::paragraphs;
use super::{Action, DeliveryReport, ReportEnvelope, ReportReason, ReportRecipient, ReportStyle};
use crate::mail::Headers;
use crate::smtp_status::SmtpStatus;
use crate::xml::escape;

/// The lines of the text, with the headers of the message reported on at the end.
pub(super) fn text_lines(
    report: &DeliveryReport,
    envelope: &ReportEnvelope<'_>,
    style: ReportStyle,
    headers: &Headers,
    original: &str,
) -> Vec<String> {
    let raw_headers = original.split("\r\n\r\n").next().unwrap_or_default();
    let raw_headers = raw_headers.split("\n\n").next().unwrap_or_default();
    let mut lines = match style {
        ReportStyle::Numbered | ReportStyle::RemoteServer | ReportStyle::Diagnostic => {
            diagnostic(report, envelope, headers, style)
        }
        ReportStyle::ErrorDetails => error_details(report, envelope.culture, headers),
    };
    lines.push(String::new());
    lines.extend(raw_headers.lines().map(str::to_owned));
    lines.push(String::new());
    lines
}

/// The older form.
fn diagnostic(
    report: &DeliveryReport,
    envelope: &ReportEnvelope<'_>,
    original: &Headers,
    style: ReportStyle,
) -> Vec<String> {
    let mut lines = vec![heading(report), String::new()];
    for recipient in &report.recipients {
        lines.push(format!("{}<mailto:{}>", shown(recipient), recipient.address));
        if !report.is_delay() {
            let words = explanation(recipient, envelope).join("\n\n");
            lines.extend(words.split('\n').map(str::to_owned));
        }
        lines.push(String::new());
    }
    if report.is_delay() {
        lines.extend(delay(envelope.keeps_trying, original));
    }
    for (host, error) in report.recipients.iter().filter_map(rejection) {
        lines.extend([String::new(), String::new()]);
        lines.extend([format!("{host} gave this error:"), error, String::new()]);
    }
    lines.extend(std::iter::repeat_n(String::new(), 7));
    lines.extend([DIAGNOSTIC.to_owned(), String::new()]);
    lines.extend(servers(report, style));
    for recipient in &report.recipients {
        lines.push(String::new());
        lines.extend(reasons(recipient, style));
    }
    lines.extend([String::new(), "Original message headers:".to_owned()]);
    lines
}

const DIAGNOSTIC: &str = "Diagnostic information for administrators:";

/// What a person is told of a failure.
fn explanation<'a>(recipient: &ReportRecipient, envelope: &ReportEnvelope<'a>) -> Vec<&'a str> {
    match envelope.explanation {
        Some(words) => vec![words],
        None => paragraphs(&recipient.status).to_vec(),
    }
}

fn heading(report: &DeliveryReport) -> String {
    if report.is_delay() {
        return "Delivery is delayed to these recipients or groups:".to_owned();
    }
    match report.recipients.first().and_then(rejection) {
        Some((host, _)) => {
            format!("{host} rejected your message to the following email addresses:")
        }
        None => "Delivery has failed to these recipients or groups:".to_owned(),
    }
}

/// The host that refused a recipient at once, and its words.
fn rejection(recipient: &ReportRecipient) -> Option<(&str, String)> {
    let host = recipient.remote_mta.as_deref()?;
    let reason = recipient.reasons.first().filter(|reason| reason.server.is_empty())?;
    Some((host, SmtpStatus::at_start(&reason.text)?.text))
}

fn shown(recipient: &ReportRecipient) -> String {
    let address = &recipient.address;
    match &recipient.display_name {
        Some(name) => format!("{name} ({address})"),
        None => address.clone(),
    }
}

/// Exchange 2010 named no receiving server.
fn servers(report: &DeliveryReport, style: ReportStyle) -> Vec<String> {
    let mut lines = vec![format!("Generating server: {}", report.generating_server)];
    if !report.receiving_server.is_empty() && style != ReportStyle::Numbered {
        lines.push(format!("Receiving server: {}", report.receiving_server));
    }
    lines
}

fn reasons(recipient: &ReportRecipient, style: ReportStyle) -> Vec<String> {
    let mut lines = vec![recipient.address.clone()];
    if style == ReportStyle::Numbered {
        lines.push(numbered(recipient));
        return lines;
    }
    lines.extend(rejection(recipient).map(|(host, _)| host.to_owned()));
    lines.extend(recipient.reasons.iter().map(|own| reason(own, style)));
    lines
}

/// `#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##`; with the host that said so in front of it and its protocol
/// behind, `host #550 5.1.1 … #SMTP#`.
fn numbered(recipient: &ReportRecipient) -> String {
    let text = &recipient.diagnostic_code;
    match &recipient.remote_mta {
        Some(host) => format!("{host} #{text} #SMTP#"),
        None => format!("#{text} ##"),
    }
}

fn reason(reason: &ReportReason, style: ReportStyle) -> String {
    let time = if reason.time.is_empty() { String::new() } else { format!("{} - ", reason.time) };
    let text = &reason.text;
    let who = if style == ReportStyle::RemoteServer { "Remote Server" } else { "Server" };
    match (reason.server.is_empty(), reason.ip.is_empty()) {
        (true, _) => format!("{time}Remote Server returned '{text}'"),
        (false, true) => format!("{time}{who} at {} returned '{text}'", reason.server),
        (false, false) => {
            format!("{time}{who} at {} ({}) returned '{text}'", reason.server, reason.ip)
        }
    }
}

fn delay(keeps_trying: Option<&str>, original: &Headers) -> Vec<String> {
    let subject = original.get("Subject").unwrap_or_default();
    let mut lines = vec![
        format!("Subject: {subject}"),
        String::new(),
        "This message hasn't been delivered yet. Delivery will continue to be attempted."
            .to_owned(),
        String::new(),
    ];
    lines.extend(keeps_trying.map(|rest| {
        format!(
            "The server will keep trying to deliver this message for the next {rest}. You'll be notified if the message can't be delivered by that time."
        )
    }));
    lines
}

/// The newer form of Exchange Online, without its advice.
fn error_details(report: &DeliveryReport, culture: Culture, original: &Headers) -> Vec<String> {
    let recipient = report.recipients.first().cloned().unwrap_or_default();
    let address = &recipient.address;
    let hops = original.received();
    let created = original.date().or_else(|| hops.last()?.date);
    let sender = original.get("From").unwrap_or_default();
    let sender =
        sender.rsplit_once('<').map_or(sender, |(_, address)| address.trim_end_matches('>'));
    let mut lines = vec![
        format!("Your message to {address} couldn't be delivered."),
        String::new(),
        String::new(),
        "Original Message Details".to_owned(),
        format!(
            "Created Date:   {}",
            created.map(|date| culture.date_time(date)).unwrap_or_default()
        ),
        format!("Sender Address: {sender}"),
        format!("Recipient Address:      {address}"),
        format!("Subject:        {}", original.get("Subject").unwrap_or_default()),
        String::new(),
        String::new(),
        "Error Details".to_owned(),
    ];
    for ReportRecipient { diagnostic_code, .. } in &report.recipients {
        lines.push(format!("Reported error: {diagnostic_code}"));
    }
    if !report.receiving_server.is_empty() {
        lines.push(format!("Message rejected by:    {}", report.receiving_server));
    }
    lines.extend([
        format!("DSN generated by:       {}", report.generating_server),
        String::new(),
        String::new(),
        "Message Hops".to_owned(),
        "HOP     TIME (UTC)      FROM    TO      WITH    RELAY TIME".to_owned(),
    ]);
    let mut before = None;
    for (number, hop) in (1..).zip(hops.iter().rev()) {
        let at = hop.date.map(|date| Culture::default().date_time(date)).unwrap_or_default();
        let relay = match (before, hop.date) {
            (Some(before), Some(date)) if date > before => {
                format!("{} sec", date.duration_since(before).as_secs())
            }
            _ => "*".to_owned(),
        };
        before = hop.date;
        let cells = [&number.to_string(), &at, &hop.from, &hop.by, &hop.with, &relay];
        lines.push(cells.map(String::as_str).join("\t"));
    }
    lines.extend([String::new(), "Original Message Headers".to_owned()]);
    lines
}

/// The same words as HTML; `lines` are those of the text.
pub(super) fn html(
    report: &DeliveryReport,
    envelope: &ReportEnvelope<'_>,
    style: ReportStyle,
    lines: &[String],
) -> String {
    let escaped: Vec<_> = lines.iter().map(|line| escape(line)).collect();
    if style == ReportStyle::ErrorDetails {
        return format!(
            "<html>\r\n<body>\r\n<p>{}</p>\r\n</body>\r\n</html>",
            escaped.join("<br>\r\n")
        );
    }
    let recipients: Vec<_> =
        report.recipients.iter().map(|it| recipient_html(it, envelope)).collect();
    let recipients = recipients.concat();
    let said = report.recipients.iter().map(|recipient| {
        let lines: Vec<_> = reasons(recipient, style).iter().map(|line| escape(line)).collect();
        format!("<p>{}</p>\r\n", lines.join("<br>\r\n"))
    });
    let servers: String =
        servers(report, style).iter().map(|line| escape(line) + "<br>\r\n").collect();
    let start = escaped.iter().rposition(|line| line == "Original message headers:").unwrap_or(0);
    let headers = escaped.get(start + 2..).unwrap_or_default().join("\r\n");
    format!(
        "<html>\r\n<Head></head><body>\r\n<p><b><font color=\"#000066\" size=\"3\" face=\"Arial\">{}</font></b></p>\r\n{recipients}<font color=\"#000000\" size=\"2\" face=\"Tahoma\"><br>\r\n</p>\r\n</font>\r\n<br><br><br><br><br><br>\r\n<font color=\"#808080\" size=\"2\" face=\"Tahoma\"><p><b>{DIAGNOSTIC}</b></p>\r\n<p>{servers}</p>\r\n{}<p>Original message headers:</p>\r\n<pre>{headers}</pre>\r\n</font>\r\n</body>\r\n</html>",
        escape(&heading(report)),
        said.collect::<String>()
    )
}

fn recipient_html(recipient: &ReportRecipient, envelope: &ReportEnvelope<'_>) -> String {
    let words: Vec<_> =
        explanation(recipient, envelope).iter().map(|words| escape(words)).collect();
    let words = match envelope.keeps_trying.filter(|_| recipient.action == Action::Delayed) {
        Some(rest) => delay(Some(rest), &Headers::default()).split_off(2).join("<br>\r\n"),
        None => words.join("<p>"),
    };
    format!(
        "<font color=\"#000000\" size=\"2\" face=\"Tahoma\"><p><a href=\"mailto:{}\">{}</a><br>\r\n</font>\r\n<font color=\"#000000\" size=\"3\" face=\"Arial\">{words}<br>\r\n</font>\r\n",
        escape(&recipient.address),
        escape(&shown(recipient))
    )
}
