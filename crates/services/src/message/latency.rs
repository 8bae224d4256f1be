//! The time a message spends at each stage of each server, as `message-info` of the tracking log shows it.
//!
//! Between servers of the organization it travels in headers, as in mail that was passed on in mid-transport: the
//! server that hands it on writes `OrderedPrecisionLatencyInProgress: LSRV=<server>:TOTAL-HUB=…;<when>`, the next
//! one turns that into `MessageLatency: SRV=<server>:…` and adds the time between the two as `SMS`. Both, and
//! `OriginalArrivalTime`, are real headers of Exchange 2019 (public mailing list archives). Mailbox Transport
//! Delivery takes them off.
//!
//! The stages are those the lab measures: `SMR` receiving, `SMRC` committing (`SMRCL` to the local queue database,
//! `X-SMRCR` until the message is redundant), `CAT` categorizing, `QDM`/`QDE` waiting for a mailbox database or a
//! next hop, `SMSC` connecting, `SMS` sending. Not modelled: the stages of agents, which take no time here.

use exchange::culture::log_time;
use jiff::Timestamp;
use jiff::fmt::strtime;
use logs::tracking_cells::{MessageInfo, ServerLatency};

use crate::message::content::Content;

/// The header that says when a message entered the organization.
pub const ORIGINAL_ARRIVAL: &str = "X-MS-Exchange-Organization-OriginalArrivalTime";
const IN_PROGRESS: &str = "X-MS-Exchange-Organization-OrderedPrecisionLatencyInProgress";
const PASSED: &str = "X-MS-Exchange-Organization-MessageLatency";
const ARRIVAL_FORM: &str = "%d %b %Y %H:%M:%S%.4f (UTC)";

/// The stages of a message, up to now.
#[derive(Clone, Debug, PartialEq)]
pub struct Latency {
    /// When it entered the organization.
    pub original_arrival: Timestamp,
    /// When it entered this server.
    entered: Timestamp,
    /// Servers it has left behind.
    passed: Vec<ServerLatency>,
    /// Stages on this server, in order: `SMR=0.013(SMRC=0.012(SMRCL=0.012|X-SMRCR=0.012))`.
    stages: Vec<String>,
    /// Seconds of these stages together.
    known: f64,
}

impl Latency {
    /// A message that enters the organization here and now.
    pub fn starting(entered: Timestamp) -> Self {
        Self {
            original_arrival: entered,
            entered,
            passed: Vec::new(),
            stages: Vec::new(),
            known: 0.0,
        }
    }

    /// A message that another server of the organization may have handed on. What that server wrote of the stage it
    /// was in becomes final.
    pub fn arriving(content: &mut Content, entered: Timestamp) -> Self {
        if let Some(value) = content.value(IN_PROGRESS) {
            content.remove(IN_PROGRESS);
            if let Some(server) = finished(&value, entered) {
                let (tag, name, stages) = (&server.tag, &server.server, &server.stages);
                content.append(PASSED, &format!("{tag}={name}:{stages}"));
            }
        }
        let written = content.value(ORIGINAL_ARRIVAL);
        if written.is_none() {
            content.append(ORIGINAL_ARRIVAL, &arrival_text(entered));
        }
        let original_arrival = written.and_then(|text| read_arrival(&text)).unwrap_or(entered);
        let passed = content.values(PASSED).filter_map(|value| server_latency(&value)).collect();
        Self { original_arrival, entered, passed, ..Self::starting(entered) }
    }

    /// Adds a stage that is over.
    pub fn stage(&mut self, name: &str, seconds: f64) {
        self.known += seconds;
        self.stages.push(format!("{name}={seconds:.3}"));
    }

    /// Adds a stage that is over, with the stages within it.
    pub fn stage_with(&mut self, name: &str, seconds: f64, within: &str) {
        self.known += seconds;
        self.stages.push(format!("{name}={seconds:.3}({within})"));
    }

    /// Seconds since the message entered this server.
    pub fn here(&self, now: Timestamp) -> f64 {
        now.duration_since(self.entered).as_secs_f64()
    }

    /// Seconds of which no stage tells: the message waited.
    pub fn waited(&self, now: Timestamp) -> f64 {
        (self.here(now) - self.known).max(0.0)
    }

    /// Seconds since the message entered the organization.
    pub fn end_to_end(&self, now: Timestamp) -> f64 {
        now.duration_since(self.original_arrival).as_secs_f64()
    }

    /// `2026-05-01T06:00:00.959Z;SRV=…:TOTAL-FE=…;SRV=…:TOTAL-HUB=…|SMR=…`; a message that was on no other server
    /// has only `LSRV=`.
    pub fn message_info(&self, service: &str, server: &str, now: Timestamp) -> String {
        let tag = if self.passed.is_empty() { "LSRV" } else { "SRV" };
        let mut servers = self.passed.clone();
        servers.push(self.own(tag, service, server, now));
        MessageInfo::Latency { original_arrival: self.original_arrival, servers }.to_string()
    }

    /// Writes down how far this server has come, for the next one.
    pub fn hand_on(&self, content: &mut Content, service: &str, server: &str, now: Timestamp) {
        let own = self.own("LSRV", service, server, now);
        let value = format!("{}={}:{};{}", own.tag, own.server, own.stages, log_time(now));
        content.remove(IN_PROGRESS);
        content.append(IN_PROGRESS, &value);
    }

    fn own(&self, tag: &str, service: &str, server: &str, now: Timestamp) -> ServerLatency {
        let total = format!("TOTAL-{service}={:.3}", self.here(now));
        let stages: Vec<&str> =
            std::iter::once(total.as_str()).chain(self.stages.iter().map(String::as_str)).collect();
        ServerLatency { tag: tag.to_owned(), server: server.to_owned(), stages: stages.join("|") }
    }
}

/// Takes the headers off a message that has reached its mailbox.
pub fn take_off(content: &mut Content) {
    for name in [ORIGINAL_ARRIVAL, IN_PROGRESS, PASSED] {
        content.remove(name);
    }
}

/// `29 Mar 2024 22:50:58.3672 (UTC)`
pub fn arrival_text(at: Timestamp) -> String {
    strtime::format(ARRIVAL_FORM, at).unwrap_or_default()
}

/// `00:00:03.6827753`: a duration as .NET writes it.
pub fn duration_text(seconds: f64) -> String {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "not negative")]
    let ticks = (seconds.max(0.0) * 1e7).round() as u64;
    let (whole, rest) = (ticks / 10_000_000, ticks % 10_000_000);
    let (days, clock) = (whole / 86_400, whole % 86_400);
    let days = if days == 0 { String::new() } else { format!("{days}.") };
    format!("{days}{:02}:{:02}:{:02}.{rest:07}", clock / 3600, clock / 60 % 60, clock % 60)
}

fn read_arrival(text: &str) -> Option<Timestamp> {
    let bare = text.strip_suffix(" (UTC)")?;
    let form = ARRIVAL_FORM.trim_end_matches(" (UTC)");
    let time = strtime::parse(form, bare).ok()?.to_datetime().ok()?;
    time.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
}

/// `SRV=a.contoso.com:TOTAL-FE=0.017|SMR=0.008`
fn server_latency(text: &str) -> Option<ServerLatency> {
    let (tag, rest) = text.split_once('=')?;
    let (server, stages) = rest.split_once(':')?;
    Some(ServerLatency {
        tag: tag.to_owned(),
        server: server.to_owned(),
        stages: stages.to_owned(),
    })
}

/// What a server had written while it was at it, once the message has arrived at the next one. A stage that is still
/// pending (`MTSS-PEN`) holds the sending already.
fn finished(value: &str, now: Timestamp) -> Option<ServerLatency> {
    let (text, at) = value.rsplit_once(';')?;
    let mut server = server_latency(text)?;
    "SRV".clone_into(&mut server.tag);
    let is_pending = server.stages.contains("-PEN=");
    let sent_at: Timestamp = at.parse().ok()?;
    let sending = now.duration_since(sent_at).as_secs_f64();
    if let (Some((service, total)), false) = (server.total(), is_pending) {
        let rest = server.stages.split_once('|').map_or("", |(_, rest)| rest);
        let between = if rest.is_empty() { "" } else { "|" };
        let total = total + sending;
        server.stages = format!("TOTAL-{service}={total:.3}{between}{rest}|SMS={sending:.3}");
    }
    Some(server)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_message_that_was_nowhere_else_has_one_local_entry() {
        let mut latency = Latency::starting(at("2026-05-01T06:00:00Z"));
        latency.stage_with("SMR", 0.013, "SMRC=0.012(SMRCL=0.012|X-SMRCR=0.012)");
        latency.stage("CAT", 0.007);
        assert_eq!(
            latency.message_info("HUB", "mbx01.contoso.com", at("2026-05-01T06:00:00.02Z")),
            "2026-05-01T06:00:00.000Z;LSRV=mbx01.contoso.com:TOTAL-HUB=0.020|SMR=0.013(SMRC=0.012(SMRCL=0.012|X-SMRCR=0.012))|CAT=0.007"
        );
    }

    #[test]
    fn what_one_server_was_at_the_next_one_finishes() {
        let mut content = Content::parse(b"Subject: Hi\r\n\r\n");
        let mut front = Latency::arriving(&mut content, at("2026-05-01T06:00:00Z"));
        front.stage("SMR", 0.008);
        front.hand_on(&mut content, "FE", "mbx01.contoso.com", at("2026-05-01T06:00:00.008Z"));
        let hub = Latency::arriving(&mut content, at("2026-05-01T06:00:00.017Z"));
        assert_eq!(
            hub.message_info("HUB", "mbx02.contoso.com", at("2026-05-01T06:00:00.117Z")),
            "2026-05-01T06:00:00.000Z;SRV=mbx01.contoso.com:TOTAL-FE=0.017|SMR=0.008|SMS=0.009;SRV=mbx02.contoso.com:TOTAL-HUB=0.100"
        );
        assert!((hub.end_to_end(at("2026-05-01T06:00:01Z")) - 1.0).abs() < 1e-9);
        assert_eq!(
            content.value(ORIGINAL_ARRIVAL).as_deref(),
            Some("01 May 2026 06:00:00.0000 (UTC)")
        );
        take_off(&mut content);
        assert_eq!(content.to_bytes(), b"Subject: Hi\r\n\r\n");
    }

    #[test]
    fn a_pending_stage_stays_as_it_is() {
        let value = "LSRV=mbx01.contoso.com:TOTAL-SUB=0.052|SA=0.000|MTSS-PEN=0.052;2026-05-01T06:00:00.052Z";
        let server = finished(value, at("2026-05-01T06:00:01Z")).unwrap();
        assert_eq!(server.stages, "TOTAL-SUB=0.052|SA=0.000|MTSS-PEN=0.052");
        assert_eq!(finished("nonsense", at("2026-05-01T06:00:01Z")), None);
    }

    #[test]
    fn a_duration_has_days_only_when_it_needs_them() {
        assert_eq!(duration_text(3.682_775_3), "00:00:03.6827753");
        assert_eq!(duration_text(100_000.5), "1.03:46:40.5000000");
    }

    #[test]
    fn an_arrival_is_read_as_written() {
        let time = at("2026-12-31T23:59:59.367Z");
        assert_eq!(arrival_text(time), "31 Dec 2026 23:59:59.3670 (UTC)");
        assert_eq!(read_arrival(&arrival_text(time)), Some(time));
        assert_eq!(read_arrival("yesterday"), None);
    }
}
