//! Sessions of protocol logs, put together. Rows of different sessions interleave, a session goes on in the
//! next part of a log or in the file of the next hour, and a log may be handed over twice.

use logs::information_row::Information;
use logs::protocol_log::{ProtocolEvent, ProtocolGlance, ProtocolRow};

use crate::evidence::{FileId, Place};
use crate::facts::{Session, SessionKind};
use crate::index::{self, Index};

use super::ordinary::{Ordinary, is_ordinary};
use super::protocol::Open;

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
pub(super) struct KnownRows {
    places: Index,
    rows: Vec<Information>,
}

impl KnownRows {
    /// Different rows are kept no further.
    const ROWS_MAX: usize = 256;

    /// What a row says.
    pub(super) fn information(&mut self, row: &ProtocolRow<'_>) -> Option<Information> {
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
    open: Open,
    /// How many rows it has in the part.
    count: usize,
    /// Its rows, when what they mean may depend on rows in an earlier part or file.
    rows: Option<Vec<(u64, ProtocolRow<'static>)>>,
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
