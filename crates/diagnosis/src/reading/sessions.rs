//! Sessions of protocol logs, put together. Rows of different sessions interleave, a session goes on in the
//! next part of a log or in the file of the next hour, and a log may be handed over twice.

use std::mem;

use logs::protocol_log::{ProtocolEvent, ProtocolGlance, ProtocolRow};

use crate::evidence::{FileId, Place};
use crate::facts::{Session, SessionKind};
use crate::index::{self, Index};

use super::known_rows::KnownRows;
use super::names::connector;
use super::ordinary::Ordinary;
use super::protocol::Open;

/// Sessions met so far.
#[derive(Debug, Default)]
pub(super) struct Sessions {
    places: Index,
    met: Vec<Met>,
    ordinary: Ordinary,
    known: KnownRows,
}

/// A session that was met.
#[derive(Debug)]
struct Met {
    file: FileId,
    /// The number of its last row.
    sequence: Option<u32>,
    kind: SessionKind,
    /// None once it ended well.
    open: Option<Box<Open>>,
}

/// Sessions in a part of a log, as far as that part alone tells.
#[derive(Debug, Default)]
pub(super) struct PartSessions {
    places: Index,
    found: Vec<Found>,
    /// Those that began and ended well in the part.
    ordinary: Ordinary,
    /// Connectors with their servers, and how many rows each has.
    connectors: Vec<(String, usize)>,
    known: KnownRows,
    /// Connector, id and place of the session of the last row.
    last: (Vec<u8>, Vec<u8>, usize),
    /// Rows of every session are kept, not only of those that began before the part.
    pub(super) keeps_rows: bool,
}

/// A session in a part of a log.
#[derive(Debug)]
struct Found {
    /// Made of its connector and its id.
    number: u64,
    /// Made of its id.
    id: u64,
    connector: usize,
    file: FileId,
    kind: SessionKind,
    /// The number of its last row.
    sequence: u32,
    tells: Tells,
}

/// What a session in a part tells.
#[derive(Debug)]
enum Tells {
    /// It goes on, or something in it is not ordinary.
    Open(Box<Open>),
    /// It ended well.
    Ordinary,
    /// Its rows, as what they mean may depend on rows in an earlier part or file.
    Rows(Vec<(u64, ProtocolRow<'static>)>),
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
        // The next row is mostly one of the same session.
        let is_same = !row.session_id.is_empty()
            && *self.last.1 == *row.session_id
            && *self.last.0 == *row.connector_id;
        let place = if is_same {
            Some(self.last.2)
        } else {
            self.places.place(number(row.connector_id, row.session_id))
        };
        if let (false, Some(place)) = (is_same, place) {
            row.connector_id.clone_into(&mut self.last.0);
            row.session_id.clone_into(&mut self.last.1);
            self.last.2 = place;
        }
        let Some(found) = place.and_then(|place| self.found.get_mut(place)) else { return false };
        let Tells::Open(open) = &mut found.tells else { return false };
        if !open.is_passed_over(row) {
            return false;
        }
        open.touch(row.date_time, row.sequence_number);
        open.is_over |= row.event == ProtocolEvent::Disconnect;
        found.sequence = row.sequence_number;
        if let Some((_, rows)) = self.connectors.get_mut(found.connector) {
            *rows += 1;
        }
        found.settle(&mut self.ordinary);
        true
    }

    /// A row of an event that matters.
    pub(super) fn row(&mut self, at: Place, kind: SessionKind, row: &ProtocolRow<'_>) {
        let number = number(row.connector_id.as_bytes(), row.session_id.as_bytes());
        let known = self.places.place(number);
        let known =
            known.filter(|place| self.found.get(*place).is_some_and(|it| !it.ended_before(row)));
        let place = known.unwrap_or_else(|| self.begin(number, &at, kind, row));
        let Some(found) = self.found.get_mut(place) else { return };
        if let Some((_, rows)) = self.connectors.get_mut(found.connector) {
            *rows += 1;
        }
        match &mut found.tells {
            Tells::Open(open) => {
                open.row(at, row, &mut self.known);
                found.sequence = open.sequence;
                found.settle(&mut self.ordinary);
            }
            Tells::Rows(rows) => {
                rows.push((at.line, row.clone().into_owned()));
                found.sequence = row.sequence_number;
            }
            Tells::Ordinary => {}
        }
    }

    /// The place of a session that begins with this row.
    fn begin(
        &mut self,
        number: u64,
        at: &Place,
        kind: SessionKind,
        row: &ProtocolRow<'_>,
    ) -> usize {
        let connector = self.connector(&row.connector_id);
        let place = self.found.len();
        self.places.insert(number, place);
        let is_kept = self.keeps_rows || row.sequence_number > 0;
        self.found.push(Found {
            number,
            id: index::number(row.session_id.as_bytes()),
            connector,
            file: at.file,
            kind,
            sequence: row.sequence_number,
            tells: if is_kept {
                Tells::Rows(Vec::new())
            } else {
                let names = self.known.connector(&row.connector_id);
                Tells::Open(Box::new(Open::new(at.clone(), kind, row, names)))
            },
        });
        place
    }

    fn connector(&mut self, id: &str) -> usize {
        let place = self.connectors.iter().position(|(own, _)| own == id);
        place.unwrap_or_else(|| {
            self.connectors.push((id.to_owned(), 0));
            self.connectors.len() - 1
        })
    }

    /// The ids of the sessions, as numbers.
    pub(super) fn ids(&self) -> impl Iterator<Item = u64> {
        self.found.iter().map(|found| found.id)
    }

    /// The servers that the connectors name, each with the number of its rows.
    pub(super) fn servers(&self) -> impl Iterator<Item = (&str, usize)> {
        self.connectors.iter().map(|(id, rows)| (connector(id).0, *rows))
    }
}

impl Found {
    /// Whether it ended well, and the row is one of another session of the same id.
    fn ended_before(&self, row: &ProtocolRow<'_>) -> bool {
        matches!(self.tells, Tells::Ordinary) && row.sequence_number > self.sequence
    }

    /// Tells it off when it has ended well.
    fn settle(&mut self, ordinary: &mut Ordinary) {
        let Tells::Open(open) = &self.tells else { return };
        if open.has_ended_well()
            && let Tells::Open(open) = mem::replace(&mut self.tells, Tells::Ordinary)
        {
            ordinary.add(open.session);
        }
    }
}

impl Sessions {
    /// Whether the part tells of sessions that are known, and the rows that would continue them are not
    /// kept: a log was handed over twice, once when it was longer.
    pub(super) fn lacks_rows_of(&self, side: Side, part: &PartSessions) -> bool {
        let (mut known_ordinary, mut new_ordinary) = (false, false);
        for found in &part.found {
            if let Tells::Rows(_) = found.tells {
                continue;
            }
            let known = self.place(side, found).and_then(|place| self.met.get(place));
            if known.is_some_and(|known| {
                known.file == found.file || known.sequence < Some(found.sequence)
            }) {
                return true;
            }
            if let Tells::Ordinary = found.tells {
                known_ordinary |= known.is_some();
                new_ordinary |= known.is_none();
            }
        }
        // Ordinary ones were counted together, and cannot be told apart any more.
        known_ordinary && new_ordinary
    }

    /// Takes over the sessions of a part whose first line has this number.
    pub(super) fn take(&mut self, side: Side, part: PartSessions, lines_before: u64) {
        let mut is_known = false;
        for found in part.found {
            let place = self.place(side, &found);
            let at = place.unwrap_or_else(|| {
                self.places.insert(index::joined(side.0, found.number), self.met.len());
                let (file, kind) = (found.file, found.kind);
                self.met.push(Met { file, sequence: None, kind, open: None });
                self.met.len() - 1
            });
            let Some(met) = self.met.get_mut(at) else { continue };
            match found.tells {
                Tells::Rows(rows) => {
                    for (line, row) in rows {
                        let at = Place::line(found.file, lines_before + line);
                        if let Some(session) = met.row(at, &row, &mut self.known) {
                            self.ordinary.add(session);
                        }
                    }
                }
                Tells::Ordinary => {
                    is_known |= place.is_some();
                    met.sequence = met.sequence.max(Some(found.sequence));
                }
                Tells::Open(mut open) if place.is_none() => {
                    open.session.shift(lines_before);
                    (met.sequence, met.open) = (Some(found.sequence), Some(open));
                }
                Tells::Open(_) => {}
            }
        }
        if !is_known {
            self.ordinary.join(part.ordinary, lines_before);
        }
    }

    fn place(&self, side: Side, found: &Found) -> Option<usize> {
        self.places.place(index::joined(side.0, found.number))
    }

    /// The sessions by their first rows.
    pub(super) fn finish(self) -> Vec<Session> {
        let open = self.met.into_iter().filter_map(|met| met.open.map(|open| open.session));
        let mut sessions: Vec<_> = open.chain(self.ordinary.finish()).collect();
        sessions.sort_by(|a, b| (a.begun, &a.at).cmp(&(b.begun, &b.at)));
        sessions
    }
}

impl Met {
    /// A row from another part or file. The session, when it ended well with it.
    fn row(&mut self, at: Place, row: &ProtocolRow<'_>, known: &mut KnownRows) -> Option<Session> {
        if self.open.is_none() && self.sequence < Some(row.sequence_number) {
            let names = known.connector(&row.connector_id);
            self.open = Some(Box::new(Open::new(at.clone(), self.kind, row, names)));
        }
        let open = self.open.as_mut()?;
        open.row(at, row, known);
        (self.file, self.sequence) = (open.file, Some(open.sequence));
        self.open.take_if(|open| open.has_ended_well()).map(|open| open.session)
    }
}

/// One number of two texts.
fn number(first: &[u8], second: &[u8]) -> u64 {
    index::joined(index::number(first), index::number(second))
}
