//! What is to be read, piece by piece: a file of any kind is one piece, a large log has several, each of
//! which begins with a row.

use std::io::{self, Read as _};
use std::ops::Range;

use jiff::Timestamp;
use logs::log_time::read_log_time;
use logs::recognise::{Kind, recognise_log};
use logs::row::Columns;
use logs::scan::{LogScan, Scanned, next_row};

use crate::evidence::{Evidence, File, FileId};

use super::transport_log::fields;

/// How reading goes about its work. What it finds does not depend on threads and pieces.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// Threads that read at the same time.
    pub threads: usize,
    /// How long a piece of a large log is.
    pub piece_bytes: u64,
    /// A log up to this length is one piece, and when some of its lines cannot be read it is read again
    /// as an excerpt that somebody may have changed.
    pub excerpt_bytes: u64,
}

const MIB: u64 = 1024 * 1024;

impl Default for Pace {
    /// A thread for each processor, up to eight; pieces and excerpts of 4 MiB.
    fn default() -> Self {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        Self { threads: threads.min(8), piece_bytes: 4 * MIB, excerpt_bytes: 4 * MIB }
    }
}

/// A piece of work.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    pub(super) id: FileId,
    /// A part of a log; the whole file when it is no log, or one that cannot be opened.
    pub(super) log: Option<LogPiece>,
    /// Whether it is the last piece of its file.
    pub(super) is_last: bool,
    /// The time of the first row of its file.
    pub(super) begins: Option<Timestamp>,
}

/// A part of a log.
#[derive(Clone, Debug)]
pub(super) struct LogPiece {
    pub(super) kind: Kind,
    /// The columns that logs of its kind have.
    pub(super) fields: &'static [&'static str],
    /// The columns of its first row; none at the beginning of a file.
    pub(super) columns: Option<Columns>,
    pub(super) range: Range<u64>,
    /// Whether it is all of a log that may be an excerpt.
    pub(super) may_be_excerpt: bool,
}

/// How much of a file is looked at to know a log by its header.
const HEAD_BYTES: u64 = 8 * 1024;

/// All pieces, in the order in which they are taken over: files of other kinds first, then logs in the
/// order of their first rows, so that what happened to a message is told by all servers before the next
/// hour begins.
pub(super) fn pieces(evidence: &Evidence, pace: Pace) -> Vec<Piece> {
    let of_file = |(id, file)| match log_pieces(file, pace) {
        Ok(Some((begins, logs))) => {
            let last = logs.len().saturating_sub(1);
            let logs = logs.into_iter().enumerate();
            logs.map(|(at, log)| Piece { id, log: Some(log), is_last: at == last, begins })
                .collect()
        }
        Ok(None) | Err(_) => vec![Piece { id, log: None, is_last: true, begins: None }],
    };
    let mut pieces: Vec<Piece> = evidence.files().flat_map(of_file).collect();
    pieces.sort_by_key(|piece| (piece.log.is_some(), piece.begins, piece.id));
    pieces
}

/// The time of the first row of a log.
type Begins = Option<Timestamp>;

fn log_pieces(file: &File, pace: Pace) -> io::Result<Option<(Begins, Vec<LogPiece>)>> {
    let told = file.length()?;
    // What an archive says of lengths need not be true.
    let length = if file.is_packed() { u64::MAX } else { told };
    let mut head = Vec::new();
    file.part(0..HEAD_BYTES.min(length))?.read_to_end(&mut head)?;
    let Some(kind) = recognise_log(&head) else { return Ok(None) };
    let Some(fields) = fields(kind) else { return Ok(None) };
    let mut scan = LogScan::new(fields);
    let mut first_row = None;
    scan.scan(&head, false, &mut |_, item| {
        if let (Scanned::Row(row), None) = (item, first_row) {
            first_row = read_log_time(&row.cell(0));
        }
    });
    let mut begins = vec![0];
    let may_be_excerpt = told <= pace.excerpt_bytes;
    let is_one = may_be_excerpt || file.is_packed();
    let mut wanted = if is_one { length } else { pace.piece_bytes.max(1) };
    while wanted < length {
        let Some(begin) = row_after(file, wanted, length)? else { break };
        begins.push(begin);
        wanted = (begin + 1).max(wanted + pace.piece_bytes.max(1));
    }
    let ends = begins.iter().skip(1).copied().chain([length]);
    let piece = |(start, end)| LogPiece {
        kind,
        fields,
        columns: (start > 0).then(|| scan.columns().clone()),
        range: start..end,
        may_be_excerpt,
    };
    Ok(Some((first_row, begins.iter().copied().zip(ends).map(piece).collect())))
}

/// Where the next row begins at or after a place.
fn row_after(file: &File, from: u64, length: u64) -> io::Result<Option<u64>> {
    let mut window = 4 * 1024;
    loop {
        let end = length.min(from.saturating_add(window));
        let mut bytes = Vec::new();
        file.part(from..end)?.read_to_end(&mut bytes)?;
        if let Some(at) = next_row(&bytes) {
            return Ok(Some(from + at as u64));
        }
        if end == length {
            return Ok(None);
        }
        window *= 8;
    }
}
