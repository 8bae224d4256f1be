//! Rows of protocol logs become sessions. Rows of different sessions interleave, and a session goes
//! on in the file of the next hour.
//!
//! Not modelled: authentication, what was said about single recipients beyond refusals.

use std::net::SocketAddr;

use jiff::Timestamp;
use logs::certificate_row::{Certificate, CertificateDirection, CertificateRow};
use logs::information_row::Information;
use logs::protocol_log::{ProtocolEvent, ProtocolGlance, ProtocolRow};

use crate::evidence::{FileId, Place};
use crate::facts::{Session, SessionKind, SessionTls, ShownCertificate};

use crate::index::{self, Index};

use super::names::{connector, message_id};
use super::ordinary::{Ordinary, is_ordinary};

/// The first EHLO reply of Exchange has at most this number: connection, rights, greeting and EHLO
/// come before it; the first after TLS has 9 or more.
const EHLO_REPLY_MAX: u32 = 5;

/// Sessions met so far.
#[derive(Debug, Default)]
pub(super) struct Sessions {
    places: Index,
    met: Vec<Met>,
    /// Places of those that ended in the log that is being taken over.
    ended: Vec<usize>,
    ordinary: Ordinary,
    known: KnownRows,
}

/// A session that was met.
#[derive(Debug)]
struct Met {
    file: FileId,
    sequence: u32,
    kind: SessionKind,
    /// None once it was told off as an ordinary one.
    open: Option<Box<Open>>,
}

/// What information rows say that come again and again: certificates, and how TLS went.
#[derive(Debug, Default)]
struct KnownRows {
    places: Index,
    rows: Vec<Information>,
}

impl KnownRows {
    /// Different rows are kept no further.
    const ROWS_MAX: usize = 256;

    fn information(&mut self, row: &ProtocolRow<'_>) -> Option<Information> {
        let comes_again = ["TLS protocol ", "Sending ", "Received ", "Remote "];
        if !comes_again.iter().any(|begin| row.context.starts_with(begin)) {
            return row.information();
        }
        let number = number(row.data.as_bytes(), row.context.as_bytes());
        let known = self.places.place(number).and_then(|place| self.rows.get(place));
        if let Some(known) = known {
            return Some(known.clone());
        }
        let information = row.information()?;
        if self.rows.len() < Self::ROWS_MAX {
            self.places.insert(number, self.rows.len());
            self.rows.push(information.clone());
        }
        Some(information)
    }
}

/// Sessions in a part of a log, as far as that part alone tells.
#[derive(Debug, Default)]
pub(super) struct PartSessions {
    places: Index,
    found: Vec<Found>,
    known: KnownRows,
    /// Rows of every session are kept, not only of those that began before the part.
    pub(super) keeps_rows: bool,
}

/// A session in a part of a log.
#[derive(Debug)]
struct Found {
    /// Made of its connector and its id.
    number: u64,
    open: Open,
    /// How many rows it has in the part.
    count: usize,
    /// Its rows, when what they mean may depend on rows in an earlier part or file.
    rows: Option<Vec<(u64, ProtocolRow<'static>)>>,
}

/// A session and what its next row depends on.
#[derive(Debug)]
struct Open {
    session: Session,
    sequence: u32,
    /// EHLO was said in the clear, and its reply has not ended yet.
    awaits_ehlo_reply: bool,
    /// STARTTLS was said, or TLS is there: what EHLO offers from now on is offered inside it.
    is_past_tls: bool,
    /// The certificate whose parts the next rows give.
    certificate: Option<CertificateDirection>,
    /// The file of the last row.
    file: FileId,
    /// The connection ended.
    is_over: bool,
}

/// Which sessions of several files can be the same: those of one side and one group of files.
#[derive(Clone, Copy, Debug)]
pub(super) struct Side(u64);

impl Side {
    pub(super) fn of(kind: SessionKind, group: &str) -> Self {
        Self(index::joined(index::number(group.as_bytes()), kind as u64))
    }
}

impl PartSessions {
    /// A row at a glance. Whether that was enough; if not, the row has to be read.
    pub(super) fn glance(&mut self, row: &ProtocolGlance<'_>) -> bool {
        let number = number(row.connector_id, row.session_id);
        let place = self.places.place(number);
        let Some(found) = place.and_then(|place| self.found.get_mut(place)) else { return false };
        let is_enough = found.rows.is_none() && found.open.is_passed_over(row);
        if is_enough {
            found.count += 1;
            found.open.touch(row.date_time, row.sequence_number);
            found.open.is_over |= row.event == ProtocolEvent::Disconnect;
        }
        is_enough
    }

    /// A row of an event that matters.
    pub(super) fn row(&mut self, at: Place, kind: SessionKind, row: &ProtocolRow<'_>) {
        let number = number(row.connector_id.as_bytes(), row.session_id.as_bytes());
        let place = self.places.place(number).unwrap_or_else(|| {
            let place = self.found.len();
            self.places.insert(number, place);
            let is_kept = self.keeps_rows || row.sequence_number > 0;
            self.found.push(Found {
                number,
                open: Open::new(at.clone(), kind, row),
                count: 0,
                rows: is_kept.then(Vec::new),
            });
            place
        });
        let Some(found) = self.found.get_mut(place) else { return };
        found.count += 1;
        if let Some(rows) = &mut found.rows {
            rows.push((at.line, row.clone().into_owned()));
        }
        found.open.row(at, row, &mut self.known);
    }

    /// The ids of the sessions, as numbers.
    pub(super) fn ids(&self) -> impl Iterator<Item = u64> {
        self.found.iter().map(|found| index::number(found.open.session.id.as_bytes()))
    }

    /// The servers that the connectors name, each with the number of its rows.
    pub(super) fn servers(&self) -> impl Iterator<Item = (&str, usize)> {
        self.found.iter().map(|found| (found.open.session.server.as_str(), found.count))
    }
}

impl Sessions {
    /// Whether the part tells of sessions that are known, and the rows that would continue them are not
    /// kept: a log was handed over twice, once when it was longer.
    pub(super) fn lacks_rows_of(&self, side: Side, part: &PartSessions) -> bool {
        part.found.iter().any(|found| {
            let known = self.place(side, found).and_then(|place| self.met.get(place));
            found.rows.is_none()
                && known.is_some_and(|known| {
                    known.file == found.open.file || known.sequence < found.open.sequence
                })
        })
    }

    /// Takes over the sessions of a part whose first line has this number.
    pub(super) fn take(&mut self, side: Side, part: PartSessions, lines_before: u64) {
        for mut found in part.found {
            let place = self.place(side, &found);
            let at = place.unwrap_or_else(|| {
                found.open.session.shift(lines_before);
                self.places.insert(index::joined(side.0, found.number), self.met.len());
                self.met.push(Met {
                    file: found.open.file,
                    sequence: 0,
                    kind: found.open.session.kind,
                    open: None,
                });
                self.met.len() - 1
            });
            let Some(met) = self.met.get_mut(at) else { continue };
            let file = found.open.file;
            if place.is_none() {
                met.open = Some(Box::new(found.open));
            } else {
                for (line, row) in found.rows.into_iter().flatten() {
                    met.row(Place::line(file, lines_before + line), &row, &mut self.known);
                }
            }
            if let Some(open) = &met.open {
                (met.file, met.sequence) = (open.file, open.sequence);
                if open.is_over {
                    self.ended.push(at);
                }
            }
        }
    }

    /// A log has been taken over: what ended in it, and ended well, is an ordinary session.
    pub(super) fn settle(&mut self) {
        for place in self.ended.drain(..) {
            let Some(met) = self.met.get_mut(place) else { continue };
            if let Some(open) = met.open.take_if(|open| is_ordinary(&open.session)) {
                self.ordinary.add(open.session);
            }
        }
    }

    fn place(&self, side: Side, found: &Found) -> Option<usize> {
        self.places.place(index::joined(side.0, found.number))
    }

    /// The sessions by their first rows.
    pub(super) fn finish(mut self) -> Vec<Session> {
        self.settle();
        let open = self.met.into_iter().filter_map(|met| met.open.map(|open| open.session));
        let mut sessions: Vec<_> = open.chain(self.ordinary.finish()).collect();
        sessions.sort_by(|a, b| (a.begun, &a.at).cmp(&(b.begun, &b.at)));
        sessions
    }
}

impl Met {
    /// A row from another part or file.
    fn row(&mut self, at: Place, row: &ProtocolRow<'_>, known: &mut KnownRows) {
        if self.open.is_none() && row.sequence_number > self.sequence {
            self.open = Some(Box::new(Open::new(at.clone(), self.kind, row)));
        }
        if let Some(open) = &mut self.open {
            open.row(at, row, known);
        }
    }
}

/// One number of two texts.
fn number(first: &[u8], second: &[u8]) -> u64 {
    index::joined(index::number(first), index::number(second))
}

impl Open {
    fn new(at: Place, kind: SessionKind, row: &ProtocolRow<'_>) -> Self {
        let (server, connector) = connector(&row.connector_id);
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
                connector: connector.to_owned(),
                server: server.to_owned(),
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
    fn is_passed_over(&self, row: &ProtocolGlance<'_>) -> bool {
        let session = &self.session;
        if session.local.is_none() || session.remote.is_none() || row.date_time < session.begun {
            return false;
        }
        match (row.event, session.kind) {
            (ProtocolEvent::Connect | ProtocolEvent::Disconnect, _) => true,
            (ProtocolEvent::Received, SessionKind::Receive)
            | (ProtocolEvent::Sent, SessionKind::Send) => {
                // No command that matters begins like these: MAIL, RCPT, DATA, BDAT, QUIT, AUTH, NOOP.
                matches!(row.data.first(), Some(b'M' | b'R' | b'D' | b'B' | b'Q' | b'A' | b'N'))
            }
            (ProtocolEvent::Sent, SessionKind::Receive)
            | (ProtocolEvent::Received, SessionKind::Send) => {
                !self.awaits_ehlo_reply && is_plain_reply(row)
            }
            (ProtocolEvent::Information, _) => {
                row.context == b"receiving message"
                    || PLAIN_CONTEXTS.iter().any(|plain| row.context.starts_with(plain))
                    || (row.context.is_empty() && row.data.starts_with(b"Tarpit for "))
            }
        }
    }

    fn touch(&mut self, time: Timestamp, sequence: u32) {
        self.sequence = sequence;
        self.session.ended = self.session.ended.max(time);
    }

    fn row(&mut self, at: Place, row: &ProtocolRow<'_>, known: &mut KnownRows) {
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
            | (ProtocolEvent::Sent, SessionKind::Send) => self.command(at, &row.data),
            (ProtocolEvent::Sent, SessionKind::Receive)
            | (ProtocolEvent::Received, SessionKind::Send) => self.reply(at, row),
            (ProtocolEvent::Information, _) => {
                if let Some(information) = known.information(row) {
                    self.information(at, information);
                }
            }
            (ProtocolEvent::Disconnect, _) => self.is_over = true,
            (ProtocolEvent::Connect, _) => {}
        }
    }

    fn command(&mut self, at: Place, line: &str) {
        let (verb, rest) = line.trim().split_once(' ').unwrap_or((line.trim(), ""));
        match verb.to_ascii_uppercase().as_str() {
            "EHLO" | "HELO" => {
                self.awaits_ehlo_reply = verb.eq_ignore_ascii_case("EHLO") && !self.is_past_tls;
                let name = rest.trim().to_owned();
                self.session.hello.get_or_insert((at, name));
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

    fn information(&mut self, at: Place, information: Information) {
        match information {
            Information::Certificate(row) => self.certificate_row(at, row),
            Information::TlsSucceeded(_) => {
                self.is_past_tls = true;
                self.session.tls.negotiated.get_or_insert(at);
            }
            Information::TlsFailed { error } => {
                self.session.tls.failed.get_or_insert((at, error));
            }
            Information::FailedToConnect(failure) => {
                self.session.failed_to_connect.get_or_insert((at, failure));
            }
            Information::ReceivingInternetMessage { internet_message_id }
            | Information::SendingMessage { internet_message_id, .. } => {
                self.message(&internet_message_id);
            }
            _ => {}
        }
    }

    fn certificate_row(&mut self, at: Place, row: CertificateRow) {
        match row {
            CertificateRow::Whole(certificate) => {
                self.certificate = None;
                let direction = certificate.direction;
                *self.shown(direction) = Some(whole(at, *certificate));
            }
            CertificateRow::Heading(direction) => {
                self.certificate = Some(direction);
                *self.shown(direction) = Some(unknown(at));
            }
            part => {
                // An excerpt may begin below the heading. A receive session shows its own first.
                let direction = self.certificate.unwrap_or(CertificateDirection::Sending);
                let shown = self.shown(direction).get_or_insert_with(|| unknown(at));
                match part {
                    CertificateRow::Subject(text) => shown.subject = text,
                    CertificateRow::Issuer(text) => shown.issuer = text,
                    CertificateRow::Thumbprint(text) => shown.thumbprint = text,
                    CertificateRow::AlternateNames(names) => shown.names = names,
                    CertificateRow::Serial(_)
                    | CertificateRow::Heading(_)
                    | CertificateRow::Whole(_) => {}
                }
            }
        }
    }

    fn shown(&mut self, direction: CertificateDirection) -> &mut Option<ShownCertificate> {
        match direction {
            CertificateDirection::Sending => &mut self.session.tls.shown,
            CertificateDirection::Received => &mut self.session.tls.seen,
        }
    }
}

fn whole(at: Place, certificate: Certificate) -> ShownCertificate {
    ShownCertificate {
        at,
        subject: certificate.subject,
        issuer: certificate.issuer,
        thumbprint: certificate.thumbprint,
        names: certificate.alternate_names,
        not_after: certificate.validity.map(|(_, not_after)| not_after),
    }
}

fn unknown(at: Place) -> ShownCertificate {
    ShownCertificate {
        at,
        subject: String::new(),
        issuer: String::new(),
        thumbprint: String::new(),
        names: Vec::new(),
        not_after: None,
    }
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
        assert_eq!((session.server.as_str(), session.port()), ("MBX01", Some(25)));
        assert_eq!(session.connector, "Default Frontend MBX01");
        assert_eq!(session.hello.as_ref().unwrap().1, "mail.contoso.com");
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
