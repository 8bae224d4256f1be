//! The directory of a ZIP archive: which files are in it, and where.
//!
//! Not modelled: archives in several volumes, and files packed otherwise than stored or deflated, as
//! Windows and PowerShell pack them; they are listed, and cannot be opened.
//!
//! Source: PKWARE's APPNOTE.TXT 6.3, sections 4.3 and 4.5.3.

use std::io::{self, Read, Seek, SeekFrom};

/// A file in an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// Its path in the archive, with `/`.
    pub(super) path: String,
    /// How it is packed.
    pub(super) packing: Packing,
    /// Where its local header is.
    header: u64,
    /// Bytes in the archive.
    pub(super) packed: u64,
    /// Bytes of the file, as the archive says.
    pub(super) length: u64,
}

/// How a file is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Packing {
    Stored,
    Deflated,
    /// It needs a password, or another program.
    Other(&'static str),
}

/// No archive that is handed over holds more files.
const ENTRIES_MAX: usize = 100_000;

/// No directory is longer: 64 MiB.
const DIRECTORY_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// The end of the directory is at most so far from the end of the file: a record and its comment.
const TAIL_BYTES: u64 = 22 + 65_535;

/// The files of an archive; none when it is none, or a document that happens to be packed as one.
pub(super) fn entries(source: &mut (impl Read + Seek)) -> io::Result<Option<Vec<Entry>>> {
    let length = source.seek(SeekFrom::End(0))?;
    let tail_at = length.saturating_sub(TAIL_BYTES);
    let tail = bytes_at(source, tail_at, length - tail_at)?;
    let Some(end) = tail.windows(4).rposition(|it| it == b"PK\x05\x06") else { return Ok(None) };
    let record = tail.get(end..).unwrap_or_default();
    let (mut size, mut start) = (number(record, 12, 4), number(record, 16, 4));
    let locator = end.checked_sub(20).and_then(|at| tail.get(at..end)).unwrap_or_default();
    if locator.starts_with(b"PK\x06\x07") {
        let wide = bytes_at(source, number(locator, 8, 8), 56)?;
        if wide.starts_with(b"PK\x06\x06") {
            (size, start) = (number(&wide, 40, 8), number(&wide, 48, 8));
        }
    }
    let directory = bytes_at(source, start, size.min(DIRECTORY_BYTES_MAX))?;
    let entries = listed(&directory);
    let is_document = entries.iter().any(|entry| entry.path == "[Content_Types].xml");
    Ok((!is_document).then_some(entries))
}

fn listed(mut directory: &[u8]) -> Vec<Entry> {
    let mut entries = Vec::new();
    while directory.starts_with(b"PK\x01\x02") && entries.len() < ENTRIES_MAX {
        let sizes = [28, 30, 32].map(|at| usize::try_from(number(directory, at, 2)).unwrap_or(0));
        let (name_end, extra_end) = (46 + sizes[0], 46 + sizes[0] + sizes[1]);
        let (Some(name), Some(extra)) =
            (directory.get(46..name_end), directory.get(name_end..extra_end))
        else {
            break;
        };
        let wide = WIDE_FIELDS.map(|at| number(directory, at, 4));
        let [length, packed, header] = widened(wide, extra);
        let is_locked = number(directory, 8, 2) & 1 == 1;
        let packing = match number(directory, 10, 2) {
            _ if is_locked => Packing::Other("it needs a password: unpack the archive first"),
            0 => Packing::Stored,
            8 => Packing::Deflated,
            _ => Packing::Other("it is packed in an unusual way: unpack the archive first"),
        };
        let path = String::from_utf8_lossy(name).replace('\\', "/");
        if !path.ends_with('/') {
            entries.push(Entry { path, packing, header, packed, length });
        }
        directory = directory.get(extra_end + sizes[2]..).unwrap_or_default();
    }
    entries
}

/// Length, packed length and place of the header: what can be too large for four bytes.
const WIDE_FIELDS: [usize; 3] = [24, 20, 42];

/// The numbers, those that did not fit taken from the ZIP64 field, where they stand in this order.
fn widened(mut numbers: [u64; 3], mut extra: &[u8]) -> [u64; 3] {
    while extra.len() >= 4 {
        let size = usize::try_from(number(extra, 2, 2)).unwrap_or(0);
        if number(extra, 0, 2) == 1 {
            let mut at = 4;
            for own in numbers.iter_mut().filter(|own| **own == 0xffff_ffff) {
                *own = number(extra, at, 8);
                at += 8;
            }
            return numbers;
        }
        extra = extra.get(4 + size..).unwrap_or_default();
    }
    numbers
}

impl Entry {
    /// Where its bytes begin: the local header has lengths of its own.
    pub(super) fn begins(&self, source: &mut (impl Read + Seek)) -> io::Result<u64> {
        let header = bytes_at(source, self.header, 30)?;
        if !header.starts_with(b"PK\x03\x04") {
            return Err(io::Error::other("the archive is damaged"));
        }
        Ok(self.header + 30 + number(&header, 26, 2) + number(&header, 28, 2))
    }
}

fn bytes_at(source: &mut (impl Read + Seek), at: u64, length: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    source.seek(SeekFrom::Start(at))?;
    source.take(length).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// A number of so many bytes, lowest first; zero beyond the end.
fn number(bytes: &[u8], at: usize, size: usize) -> u64 {
    let own = bytes.get(at..at + size).unwrap_or_default();
    own.iter().rev().fold(0, |number, byte| (number << 8) | u64::from(*byte))
}
