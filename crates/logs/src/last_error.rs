//! `LastError` of queues and messages, `recipient-status` of failures, and the reasons in a message
//! trace: one grammar, `[{LED=…};{MSG=…};{FQDN=…};{IP=…};{LRT=…}]`, or a bare SMTP status.
//!
//! Read besides: the order of Exchange 2013 (`LRT` first, no `MSG`), angle brackets instead of braces,
//! `Reason: […]. OutboundProxyTargetIP: …` of the trace, which cuts long reasons, and a bare `LED=…`.
//! `LRT` is in the server's culture: local time in Exchange 2013, UTC since 2016.
//!
//! Source: real samples (queues, tracking, traces, 2013 to 2026).

use std::fmt;

use crate::culture_time::{CultureTime, read_culture_time};

/// The last error of a queue, message or recipient.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LastError {
    /// In which form it is written.
    pub form: LastErrorForm,
    /// `LED`: the error, mostly an SMTP status; see [`crate::smtp_status`].
    pub led: String,
    /// `MSG`: a further message, such as `Socket error code 10061`.
    pub msg: String,
    /// `FQDN`: the host tried.
    pub fqdn: String,
    /// `IP`: its address.
    pub ip: String,
    /// `LRT`: when it was tried last, in the server's culture; see [`LastError::last_retry_time`].
    pub lrt: String,
    /// In a trace: where the outbound proxy of Exchange Online connected to.
    pub outbound_proxy: Option<OutboundProxyTarget>,
    /// Whether the text was cut, so that parts are missing.
    pub is_cut: bool,
}

/// How a last error is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LastErrorForm {
    /// Only the error.
    #[default]
    Bare,
    /// `[{LED=…};{MSG=…};{FQDN=…};{IP=…};{LRT=…}]`.
    Braces,
    /// `[{LRT=…};{LED=…};{FQDN=…};{IP=…}]` of Exchange 2013.
    Braces2013,
}

/// Where the outbound proxy of Exchange Online connected to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OutboundProxyTarget {
    /// `OutboundProxyTargetIP`.
    pub ip: String,
    /// `OutboundProxyTargetHostName`.
    pub host_name: String,
}

/// Longest reason a trace shows before the rest is cut. Two samples, with names masked by their
/// posters, were cut after 288 and 294 characters; the true number lies somewhat above.
const REASON_MAX: usize = 310;

const PROXY_IP: &str = "OutboundProxyTargetIP:";
const PROXY_HOST: &str = "OutboundProxyTargetHostName:";
const KEYS: [&str; 5] = ["LED", "MSG", "FQDN", "IP", "LRT"];

impl LastError {
    /// Reads any of the forms; a text in none of them is taken for the error itself.
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        let text = text.strip_prefix("Reason:").map_or(text, str::trim_start);
        let (text, outbound_proxy) = split_proxy(text);
        let mut error = bracketed(text).unwrap_or_else(|| Self {
            led: text.strip_prefix("LED=").unwrap_or(text).to_owned(),
            ..Self::default()
        });
        error.outbound_proxy = outbound_proxy;
        error
    }

    /// When the host was tried last.
    pub fn last_retry_time(&self) -> Option<CultureTime> {
        read_culture_time(&self.lrt)
    }

    /// `Reason: […]. OutboundProxyTargetIP: …`: the detail of a trace event, cut as the trace does.
    pub fn trace_reason(&self) -> String {
        let mut text = self.text();
        if let Some((end, _)) = text.char_indices().nth(REASON_MAX) {
            text.truncate(end);
        }
        match &self.outbound_proxy {
            Some(target) => format!(
                "Reason: {text}. {PROXY_IP} {}. {PROXY_HOST} {}",
                target.ip, target.host_name
            ),
            None => format!("Reason: {text}"),
        }
    }

    fn text(&self) -> String {
        let Self { led, msg, fqdn, ip, lrt, .. } = self;
        match self.form {
            LastErrorForm::Bare => led.clone(),
            LastErrorForm::Braces => {
                format!("[{{LED={led}}};{{MSG={msg}}};{{FQDN={fqdn}}};{{IP={ip}}};{{LRT={lrt}}}]")
            }
            LastErrorForm::Braces2013 => {
                format!("[{{LRT={lrt}}};{{LED={led}}};{{FQDN={fqdn}}};{{IP={ip}}}]")
            }
        }
    }
}

/// As in queues and tracking rows: without the words a trace adds.
impl fmt::Display for LastError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

/// Whether a line of text is one of the forms, so that an excerpt can be told from prose.
pub(crate) fn is_last_error(line: &str) -> bool {
    let line = line.trim();
    let line = line.strip_prefix("Reason:").map_or(line, str::trim_start);
    bracketed(line).is_some()
        || line.starts_with("LED=")
        || crate::smtp_status::SmtpStatus::at_start(line).is_some_and(|status| status.code >= 400)
}

fn split_proxy(text: &str) -> (&str, Option<OutboundProxyTarget>) {
    let Some(at) = text.find(PROXY_IP) else { return (text, None) };
    let (before, after) = text.split_at(at);
    let after = after.strip_prefix(PROXY_IP).unwrap_or_default();
    let (ip, host_name) = after.split_once(PROXY_HOST).unwrap_or((after, ""));
    let bare = |part: &str| part.trim().trim_end_matches('.').to_owned();
    let before = before.trim_end();
    let target = OutboundProxyTarget { ip: bare(ip), host_name: host_name.trim().to_owned() };
    (before.strip_suffix('.').unwrap_or(before), Some(target))
}

/// Reads `[{KEY=value};…]`, also inside one more pair of braces as `Format-List` shows it, also cut.
fn bracketed(text: &str) -> Option<LastError> {
    let text = match text.strip_prefix('{') {
        Some(inner) if inner.starts_with("[{") || inner.starts_with("[<") => {
            inner.strip_suffix('}').unwrap_or(inner)
        }
        _ => text,
    };
    let inner = text.strip_prefix('[')?;
    let close = match inner.chars().next()? {
        '{' => '}',
        '<' => '>',
        _ => return None,
    };
    let (inner, is_whole) = match inner.strip_suffix(']') {
        Some(inner) if inner.ends_with(close) => (inner, true),
        _ => (inner, false),
    };
    let items = items(inner, close);
    let first = items.first()?;
    let mut error = LastError {
        form: if first.0 == "LRT" { LastErrorForm::Braces2013 } else { LastErrorForm::Braces },
        is_cut: !is_whole,
        ..LastError::default()
    };
    for (key, value) in items {
        let place = match key {
            "LED" => &mut error.led,
            "MSG" => &mut error.msg,
            "FQDN" => &mut error.fqdn,
            "IP" => &mut error.ip,
            _ => &mut error.lrt,
        };
        value.clone_into(place);
    }
    Some(error)
}

/// Keys and values of `{KEY=value};{KEY=value}`; the last may lack its end.
fn items(text: &str, close: char) -> Vec<(&'static str, &str)> {
    let mut items = Vec::new();
    let mut rest = text;
    while let Some((key, after)) = item_start(rest) {
        let end = after.match_indices(close).find(|(at, _)| {
            let behind = after.get(at + 1..).unwrap_or_default();
            let next = behind.strip_prefix(';').map(str::trim_start);
            behind.is_empty() || next.is_some_and(|next| item_start(next).is_some())
        });
        let Some((end, _)) = end else {
            items.push((key, after.strip_suffix(close).unwrap_or(after)));
            break;
        };
        items.push((key, after.get(..end).unwrap_or_default()));
        rest = after.get(end + 1..).unwrap_or_default();
        rest = rest.strip_prefix(';').unwrap_or(rest).trim_start();
    }
    items
}

/// The key at the start of an item and what follows it: `{LED=…`, `<led-…`.
fn item_start(text: &str) -> Option<(&'static str, &str)> {
    let text = text.strip_prefix(['{', '<'])?;
    // A scanned document has `LRI` for `LRT`.
    let known = KEYS.iter().map(|key| (*key, *key)).chain([("LRT", "LRI")]);
    known.into_iter().find_map(|(key, spelling)| {
        let word = text.get(..spelling.len())?;
        let after = text.get(spelling.len()..)?.strip_prefix(['=', '-'])?;
        word.eq_ignore_ascii_case(spelling).then_some((key, after))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn refused() -> LastError {
        LastError {
            form: LastErrorForm::Braces,
            led: "450 4.4.316 Connection refused".into(),
            msg: "Socket error code 10061".into(),
            fqdn: "mail.contoso.example".into(),
            ip: String::new(),
            lrt: "3/16/2026 4:59:18 PM".into(),
            outbound_proxy: None,
            is_cut: false,
        }
    }

    #[test]
    fn the_grammar_is_written_in_its_order() {
        assert_eq!(
            refused().to_string(),
            "[{LED=450 4.4.316 Connection refused};{MSG=Socket error code 10061};{FQDN=mail.contoso.example};{IP=};{LRT=3/16/2026 4:59:18 PM}]"
        );
        let old = LastError { form: LastErrorForm::Braces2013, msg: String::new(), ..refused() };
        assert_eq!(
            old.to_string(),
            "[{LRT=3/16/2026 4:59:18 PM};{LED=450 4.4.316 Connection refused};{FQDN=mail.contoso.example};{IP=}]"
        );
        assert_eq!(LastError::parse(&old.to_string()), old);
    }

    #[test]
    fn a_trace_reason_says_where_the_proxy_went_and_is_cut_when_long() {
        let target = OutboundProxyTarget {
            ip: "203.0.113.20".into(),
            host_name: "mail.contoso.example".into(),
        };
        let short = LastError { outbound_proxy: Some(target.clone()), ..refused() };
        assert_eq!(LastError::parse(&short.trace_reason()), short);
        let long = LastError { led: "x".repeat(305), ..short };
        let read = LastError::parse(&long.trace_reason());
        assert!(read.is_cut);
        assert_eq!(read.outbound_proxy, Some(target));
        assert_eq!(read.led.len(), 310 - "[{LED=".len());
    }

    #[test]
    fn other_spellings_are_read() {
        let scanned = LastError::parse(
            "[<LRI-2026/11/4 13:31:03>; <led-451 4.4.0 DNS query failed>;<FQDN-mail.contoso.example>;<IP=203.0.113.20>]",
        );
        assert_eq!(scanned.lrt, "2026/11/4 13:31:03");
        assert_eq!(
            (scanned.led.as_str(), scanned.ip.as_str()),
            ("451 4.4.0 DNS query failed", "203.0.113.20")
        );
        let listed = LastError::parse("{[{LED=550 5.7.1 a; b};{MSG=};{FQDN=};{IP=};{LRT=}]}");
        assert_eq!((listed.led.as_str(), listed.is_cut), ("550 5.7.1 a; b", false));
        assert_eq!(LastError::parse("LED=450 4.4.317 x").led, "450 4.4.317 x");
        let masked = LastError::parse(
            "Reason: [{LED=a};{MSG=}]. OutboundProxyTargetIP: OutboundProxyTargetHostName: h.example",
        );
        assert_eq!(masked.outbound_proxy.unwrap().host_name, "h.example");
    }

    #[test]
    fn a_status_is_told_from_prose() {
        assert!(is_last_error(
            "454 4.7.5 The certificate specified in TlsCertificateName could not be found."
        ));
        assert!(is_last_error("Reason: [{LED=450 4.4.317 x"));
        assert!(!is_last_error("the error was 454 4.7.5"));
        assert!(!is_last_error("250 2.1.5 Recipient OK"));
    }

    proptest! {
        #[test]
        fn errors_are_read_as_written(
            is_old: bool,
            [led, msg, fqdn, ip, lrt] in ["[ -z{|]{0,30}", "[ -z]{0,20}", "[a-z.]{0,12}", "[0-9.]{0,12}", "[0-9/: AMP]{0,12}"],
        ) {
            let form = if is_old { LastErrorForm::Braces2013 } else { LastErrorForm::Braces };
            let msg = if is_old { String::new() } else { msg };
            let error = LastError { form, led, msg, fqdn, ip, lrt, ..LastError::default() };
            prop_assume!(!error.text().contains(PROXY_IP));
            prop_assert_eq!(LastError::parse(&error.to_string()), error);
        }

        #[test]
        fn any_text_is_read(text in "(\\[|\\]|\\{|\\}|<|>|;|LED=|LRT-|OutboundProxyTargetIP:|Reason:|[ -~é])*") {
            let _error = LastError::parse(&text);
            let _is_one = is_last_error(&text);
        }
    }
}
