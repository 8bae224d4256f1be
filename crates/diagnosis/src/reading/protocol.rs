//! A session of a protocol log, row by row.
//!
//! Not modelled: authentication, what was said about single recipients beyond refusals.

use std::net::SocketAddr;
use std::sync::Arc;

use jiff::Timestamp;
use logs::certificate_row::{CertificateDirection, CertificateRow};
use logs::information_row::Information;
use logs::protocol_log::{ProtocolEvent, ProtocolGlance, ProtocolRow};

use crate::evidence::{FileId, Place};
use crate::facts::{CertificateText, Session, SessionKind, SessionTls, ShownCertificate, Text};

use super::known_rows::{KnownRows, Told};
use super::names::message_id;
use super::ordinary::is_ordinary;

/// The first EHLO reply of Exchange has at most this number: connection, rights, greeting and EHLO
/// come before it; the first after TLS has 9 or more.
const EHLO_REPLY_MAX: u32 = 5;

/// A session and what its next row depends on.
#[derive(Debug)]
pub(super) struct Open {
    pub(super) session: Session,
    /// The number of the last row.
    pub(super) sequence: u32,
    /// EHLO was said in the clear, and its reply has not ended yet.
    awaits_ehlo_reply: bool,
    /// STARTTLS was said, or TLS is there: what EHLO offers from now on is offered inside it.
    is_past_tls: bool,
    /// The certificate whose parts the next rows give.
    certificate: Option<CertificateDirection>,
    /// The file of the last row.
    pub(super) file: FileId,
    /// The connection ended.
    pub(super) is_over: bool,
}
impl Open {
    /// A session that begins with this row, which is yet to be told.
    pub(super) fn new(
        at: Place,
        kind: SessionKind,
        row: &ProtocolRow<'_>,
        (server, connector): (Text, Text),
    ) -> Self {
        Self {
            file: at.file,
            sequence: row.sequence_number,
            awaits_ehlo_reply: false,
            is_past_tls: false,
            certificate: None,
            is_over: false,
            session: Session {
                at,
                kind,
                connector,
                server,
                id: row.session_id.clone().into_owned(),
                begun: row.date_time,
                ended: row.date_time,
                local: None,
                remote: None,
                hello: None,
                tls: SessionTls::default(),
                failed_to_connect: None,
                refusals: Vec::new(),
                messages: Vec::new(),
                alike: 1,
            },
        }
    }

    /// Whether the row tells nothing but that the session went on. Endpoints are looked at until both
    /// are known.
    pub(super) fn is_passed_over(&self, row: &ProtocolGlance<'_>) -> bool {
        let session = &self.session;
        if session.local.is_none() || session.remote.is_none() || row.date_time < session.begun {
            return false;
        }
        match (row.event, session.kind) {
            (ProtocolEvent::Connect | ProtocolEvent::Disconnect, _) => true,
            (ProtocolEvent::Received, SessionKind::Receive)
            | (ProtocolEvent::Sent, SessionKind::Send) => {
                // No command that matters begins like these: MAIL, RCPT, DATA, BDAT, QUIT, AUTH, NOOP.
                let is_greeting_again =
                    self.is_past_tls && !self.awaits_ehlo_reply && session.hello.is_some();
                match row.data.first() {
                    Some(b'M' | b'R' | b'D' | b'B' | b'Q' | b'A' | b'N') => true,
                    Some(b'E' | b'H') => is_greeting_again,
                    Some(b'X') => {
                        row.data.starts_with(b"X-EXPS ") || row.data.starts_with(b"XPROXYFROM ")
                    }
                    _ => false,
                }
            }
            (ProtocolEvent::Sent, SessionKind::Receive)
            | (ProtocolEvent::Received, SessionKind::Send) => {
                !self.awaits_ehlo_reply && is_plain_reply(row)
            }
            (ProtocolEvent::Information, _) => {
                row.context == b"receiving message"
                    || row.context == b"authenticated"
                    || PLAIN_CONTEXTS.iter().any(|plain| row.context.starts_with(plain))
                    || (row.context.is_empty() && row.data.starts_with(b"Tarpit for "))
            }
        }
    }

    /// Whether the connection ended, and nothing went wrong before.
    pub(super) fn has_ended_well(&self) -> bool {
        self.is_over && is_ordinary(&self.session)
    }

    /// The session went on.
    pub(super) fn touch(&mut self, time: Timestamp, sequence: u32) {
        self.sequence = sequence;
        self.session.ended = self.session.ended.max(time);
    }

    /// The next row.
    pub(super) fn row(&mut self, at: Place, row: &ProtocolRow<'_>, known: &mut KnownRows) {
        if at.file != self.file && row.sequence_number <= self.sequence {
            // The same log was handed over twice.
            return;
        }
        self.file = at.file;
        self.touch(row.date_time, row.sequence_number);
        let session = &mut self.session;
        if row.date_time < session.begun {
            (session.begun, session.at) = (row.date_time, at.clone());
        }
        session.local = session.local.or_else(|| endpoint(&row.local_endpoint));
        session.remote = session.remote.or_else(|| endpoint(&row.remote_endpoint));
        match (row.event, session.kind) {
            (ProtocolEvent::Received, SessionKind::Receive)
            | (ProtocolEvent::Sent, SessionKind::Send) => self.command(at, &row.data, known),
            (ProtocolEvent::Sent, SessionKind::Receive)
            | (ProtocolEvent::Received, SessionKind::Send) => self.reply(at, row),
            (ProtocolEvent::Information, _) => {
                if let Some(told) = known.told(row) {
                    self.information(at, &told);
                }
            }
            (ProtocolEvent::Disconnect, _) => self.is_over = true,
            (ProtocolEvent::Connect, _) => {}
        }
    }

    fn command(&mut self, at: Place, line: &str, known: &mut KnownRows) {
        let (verb, rest) = line.trim().split_once(' ').unwrap_or((line.trim(), ""));
        match verb.to_ascii_uppercase().as_str() {
            "EHLO" | "HELO" => {
                self.awaits_ehlo_reply = verb.eq_ignore_ascii_case("EHLO") && !self.is_past_tls;
                self.session.hello.get_or_insert_with(|| (at, known.text(rest.trim())));
            }
            "STARTTLS" | "X-ANONYMOUSTLS" => self.is_past_tls = true,
            _ => {}
        }
    }

    fn reply(&mut self, at: Place, row: &ProtocolRow<'_>) {
        let line = row.data.trim();
        if self.awaits_ehlo_reply || self.is_unasked_ehlo_reply(row) {
            // One row with all lines of the reply, or in Exchange 2010 one row for each.
            let is_taken = line.starts_with("250");
            let is_offer = line.split([' ', '-']).any(|word| word.eq_ignore_ascii_case("STARTTLS"));
            if is_taken {
                let offered = self.session.tls.offered.get_or_insert(false);
                *offered |= is_offer;
            }
            self.awaits_ehlo_reply = is_taken && line.starts_with("250-");
        }
        if is_refusal(line) {
            self.session.refusals.push((at, line.to_owned()));
        }
        // `250 2.6.0 <id> [InternalId=…]` is what Exchange says after the content.
        let queued = line.strip_prefix("250 2.6.0 ").filter(|rest| rest.starts_with('<'));
        if let Some((id, _)) = queued.and_then(|rest| rest.split_once('>')) {
            self.message(id);
        }
    }

    /// Whether it answers an EHLO that the excerpt lacks. Rows so early stand before any TLS.
    fn is_unasked_ehlo_reply(&self, row: &ProtocolRow<'_>) -> bool {
        let is_early = row.sequence_number <= EHLO_REPLY_MAX && !self.is_past_tls;
        is_early
            && self.session.hello.is_none()
            && row.data.starts_with("250")
            && row.data.contains(" Hello [")
    }

    fn message(&mut self, id: &str) {
        if let Some(id) = message_id(id).filter(|id| !self.session.messages.contains(id)) {
            self.session.messages.push(id);
        }
    }

    fn information(&mut self, at: Place, told: &Told) {
        match told {
            Told::Certificate(direction, text) => {
                self.certificate = None;
                *self.shown(*direction) = Some(ShownCertificate { at, text: Arc::clone(text) });
            }
            Told::Other(Information::Certificate(row)) => self.certificate_part(at, row),
            Told::Other(Information::TlsSucceeded(_)) => {
                self.is_past_tls = true;
                self.session.tls.negotiated.get_or_insert(at);
            }
            Told::Other(Information::TlsFailed { error }) => {
                self.session.tls.failed.get_or_insert_with(|| (at, error.clone()));
            }
            Told::Other(Information::FailedToConnect(failure)) => {
                self.session.failed_to_connect.get_or_insert_with(|| (at, failure.clone()));
            }
            Told::Other(
                Information::ReceivingInternetMessage { internet_message_id }
                | Information::SendingMessage { internet_message_id, .. },
            ) => self.message(internet_message_id),
            Told::Other(_) => {}
        }
    }

    /// A certificate row by row, as servers before 2016 wrote it.
    fn certificate_part(&mut self, at: Place, row: &CertificateRow) {
        if let CertificateRow::Heading(direction) = row {
            self.certificate = Some(*direction);
            *self.shown(*direction) = Some(unknown(at));
            return;
        }
        // An excerpt may begin below the heading. A receive session shows its own first.
        let direction = self.certificate.unwrap_or(CertificateDirection::Sending);
        let shown = self.shown(direction).get_or_insert_with(|| unknown(at));
        let text = Arc::make_mut(&mut shown.text);
        match row {
            CertificateRow::Subject(subject) => text.subject.clone_from(subject),
            CertificateRow::Issuer(issuer) => text.issuer.clone_from(issuer),
            CertificateRow::Thumbprint(thumbprint) => text.thumbprint.clone_from(thumbprint),
            CertificateRow::AlternateNames(names) => text.names.clone_from(names),
            CertificateRow::Serial(_) | CertificateRow::Heading(_) | CertificateRow::Whole(_) => {}
        }
    }

    fn shown(&mut self, direction: CertificateDirection) -> &mut Option<ShownCertificate> {
        match direction {
            CertificateDirection::Sending => &mut self.session.tls.shown,
            CertificateDirection::Received => &mut self.session.tls.seen,
        }
    }
}

fn unknown(at: Place) -> ShownCertificate {
    ShownCertificate { at, text: Arc::new(CertificateText::default()) }
}

/// Information that tells nothing about the session that is asked for.
const PLAIN_CONTEXTS: [&[u8]; 6] = [
    b"Set Session Permissions",
    b"attempting to connect",
    b"Proxy destination(s) obtained",
    b"Proxying inbound session with session id ",
    b"TlsDomainCapabilities=",
    b"Client certificate chain validation status: ",
];

/// A reply of the classes 2 and 3 that names no message and greets nobody.
fn is_plain_reply(row: &ProtocolGlance<'_>) -> bool {
    match row.data {
        [b'2', b'5', b'0', rest @ ..] => {
            row.sequence_number > EHLO_REPLY_MAX && !rest.starts_with(b" 2.6.0 <")
        }
        [b'2' | b'3', ..] => true,
        _ => false,
    }
}

/// A reply of the classes 4 and 5.
fn is_refusal(line: &str) -> bool {
    let (code, rest) = line.split_at_checked(3).unwrap_or((line, ""));
    code.len() == 3
        && code.starts_with(['4', '5'])
        && code.bytes().all(|digit| digit.is_ascii_digit())
        && (rest.is_empty() || rest.starts_with([' ', '-']))
}

fn endpoint(text: &str) -> Option<SocketAddr> {
    text.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::super::tests::facts_of;

    const HEADER: &str = "#Software: Microsoft Exchange Server\r\n#Version: 15.0.0.0\r\n#Log-type: SMTP Receive Protocol Log\r\n#Date: 2026-05-01T06:00:00.000Z\r\n#Fields: date-time,connector-id,session-id,sequence-number,local-endpoint,remote-endpoint,event,data,context\r\n";

    fn receive(session: &str, rows: &[(u32, &str)]) -> String {
        let line = |(number, cells): &(u32, &str)| {
            format!(
                "2026-05-01T06:06:{number:02}.000Z,MBX01\\Default Frontend MBX01,{session},{number},192.168.1.4:25,203.0.113.25:41234,{cells}\r\n"
            )
        };
        rows.iter().map(line).collect()
    }

    #[test]
    fn interleaved_sessions_are_told_apart_and_go_on_in_the_next_file() {
        let first = format!(
            "{HEADER}{}{}{}",
            receive("08DEA74796A6E2C9", &[(0, "+,,"), (1, "<,EHLO mail.contoso.com,")]),
            receive("08DEA74796A6E2CA", &[(0, "+,,"), (1, ">,421 4.3.2 Service not available,")]),
            receive(
                "08DEA74796A6E2C9",
                &[(2, ">,250  MBX01 Hello [203.0.113.25] SIZE 37748736 STARTTLS,")]
            ),
        );
        let second = format!("{HEADER}{}", receive("08DEA74796A6E2C9", &[(9, "-,,Remote")]));
        let facts = facts_of(&[
            ("x/TransportRoles/Logs/FrontEnd/RECV2026050106-1.LOG", &first),
            ("x/TransportRoles/Logs/FrontEnd/RECV2026050107-1.LOG", &second),
        ]);
        assert_eq!(facts.sessions.len(), 2);
        let session = &facts.sessions[0];
        assert_eq!((&*session.server, session.port()), ("MBX01", Some(25)));
        assert_eq!(&*session.connector, "Default Frontend MBX01");
        assert_eq!(&*session.hello.as_ref().unwrap().1, "mail.contoso.com");
        assert_eq!(session.tls.offered, Some(true));
        assert_eq!(session.ended.to_string(), "2026-05-01T06:06:09Z");
        assert_eq!(facts.sessions[1].refusals[0].1, "421 4.3.2 Service not available");
        assert_eq!(facts.host_of(session.at.file), "MBX01");
    }

    #[test]
    fn a_log_handed_over_twice_is_one_log() {
        let log = format!(
            "{HEADER}{}",
            receive("08DEA74796A6E2C9", &[(0, "+,,"), (1, ">,550 5.7.1 Unable to relay,")])
        );
        let facts =
            facts_of(&[("x/RECV2026050106-1.LOG", &log), ("x/RECV2026050106-1 (2).LOG", &log)]);
        assert_eq!(facts.sessions.len(), 1);
        assert_eq!(facts.sessions[0].refusals.len(), 1);
    }

    #[test]
    fn starttls_can_be_missing_row_by_row_as_well() {
        let rows = [
            (0, "<,EHLO mail.contoso.com,"),
            (1, ">,250-MBX01 Hello [203.0.113.25],"),
            (2, ">,250-SIZE,"),
            (3, ">,250 XSHADOW,"),
        ];
        let log = format!("{HEADER}{}", receive("08DEA74796A6E2C9", &rows));
        assert_eq!(facts_of(&[("r.log", &log)]).sessions[0].tls.offered, Some(false));
    }

    #[test]
    fn an_excerpt_may_begin_with_the_ehlo_reply() {
        let offered = |number| {
            let row = (number, ">,250  MBX01 Hello [203.0.113.25] SIZE 37748736 CHUNKING,");
            let log = format!("{HEADER}{}", receive("08DEA74796A6E2C9", &[row]));
            facts_of(&[("r.log", &log)]).sessions[0].tls.offered
        };
        assert_eq!(offered(3), Some(false));
        assert_eq!(offered(12), None);
    }

    #[test]
    fn tls_shows_both_certificates_and_the_message_its_id() {
        let rows = [
            (0, "<,EHLO mail.contoso.com,"),
            (1, ">,250  MBX01 Hello [203.0.113.25] STARTTLS,"),
            (2, "<,STARTTLS,"),
            (
                3,
                "*, CN=mail.fabrikam.com CN=Fabrikam CA 0A 0B 2026-01-01T00:00:00.000Z 2027-01-01T00:00:00.000Z mail.fabrikam.com,Sending certificate Subject Issuer name Serial number Thumbprint Not before Not after Subject alternate names",
            ),
            (4, "*,,Received certificate"),
            (5, "*,CN=mail.contoso.com,Certificate subject"),
            (6, "*,0C,Certificate thumbprint"),
            (
                7,
                "*,,\"TLS protocol SP_PROT_TLS1_2_SERVER negotiation succeeded using bulk encryption algorithm CALG_AES_256 with strength 256 bits, MAC hash algorithm CALG_SHA_384 with strength 0 bits and key exchange algorithm CALG_ECDH_EPHEM with strength 384 bits\"",
            ),
            (8, "<,EHLO mail.contoso.com,"),
            (9, ">,250  MBX01 Hello [203.0.113.25] SIZE,"),
            (
                10,
                ">,\"250 2.6.0 <a@contoso.com> [InternalId=1, Hostname=MBX01] 5 bytes Queued mail for delivery\",",
            ),
        ];
        let log = format!("{HEADER}{}", receive("08DEA74796A6E2C9", &rows));
        let facts = facts_of(&[("r.log", &log)]);
        let session = &facts.sessions[0];
        assert_eq!(session.tls.offered, Some(true));
        assert_eq!(session.tls.negotiated.as_ref().unwrap().line, 13);
        let (shown, seen) =
            (session.tls.shown.as_ref().unwrap(), session.tls.seen.as_ref().unwrap());
        assert_eq!(shown.subject, "CN=mail.fabrikam.com");
        assert!(shown.not_after.is_some() && seen.not_after.is_none());
        assert_eq!(
            (seen.subject.as_str(), seen.thumbprint.as_str()),
            ("CN=mail.contoso.com", "0C")
        );
        assert_eq!(session.messages, ["<a@contoso.com>"]);
    }
}
