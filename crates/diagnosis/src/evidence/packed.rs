//! Files that were packed to be handed over: gzip, and what is in a ZIP archive.
//!
//! They are unpacked while they are read. What unpacks to far more than logs ever do was made to fill a
//! disk, and is given up.
//!
//! Not modelled: archives inside archives.

use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::path::PathBuf;
use std::sync::Arc;

use flate2::read::{DeflateDecoder, MultiGzDecoder};

use super::zip::{self, Entry, Packing};

/// Where bytes are.
#[derive(Clone, Debug)]
pub(super) enum Source {
    Disk(PathBuf),
    Memory(Arc<[u8]>),
}

/// A file as it was packed.
#[derive(Clone, Debug)]
pub(super) enum Content {
    Plain(Source),
    Gzip(Source),
    Zipped(Source, Box<Entry>),
}

/// Whatever can be read anywhere.
pub(super) trait Anywhere: Read + Seek {}
impl<T: Read + Seek> Anywhere for T {}

impl Source {
    pub(super) fn open(&self) -> io::Result<Box<dyn Anywhere + '_>> {
        Ok(match self {
            Self::Disk(path) => Box::new(std::fs::File::open(path)?),
            Self::Memory(bytes) => Box::new(Cursor::new(&bytes[..])),
        })
    }

    fn length(&self) -> io::Result<u64> {
        Ok(match self {
            Self::Disk(path) => std::fs::metadata(path)?.len(),
            Self::Memory(bytes) => bytes.len() as u64,
        })
    }
}

impl Content {
    /// The files that a file stands for, with what its path gains: itself, or those in it.
    pub(super) fn unpacked(source: &Source) -> Vec<(String, Self)> {
        let opened = || -> io::Result<Vec<(String, Self)>> {
            let mut file = source.open()?;
            let mut head = [0; 4];
            let is_short = file.read_exact(&mut head).is_err();
            if !is_short && head.starts_with(&[0x1f, 0x8b]) {
                return Ok(vec![(String::new(), Self::Gzip(source.clone()))]);
            }
            let entries = if head == *b"PK\x03\x04" { zip::entries(&mut file)? } else { None };
            let zipped = |entry: Entry| {
                (format!("/{}", entry.path), Self::Zipped(source.clone(), Box::new(entry)))
            };
            Ok(entries.unwrap_or_default().into_iter().map(zipped).collect())
        };
        match opened() {
            Ok(files) if !files.is_empty() => files,
            // What cannot be opened is told when it is read.
            _ => vec![(String::new(), Self::Plain(source.clone()))],
        }
    }

    /// How long the file is; of a packed one, what its archive says.
    pub(super) fn length(&self) -> io::Result<u64> {
        match self {
            Self::Plain(source) => source.length(),
            Self::Gzip(source) => {
                let mut file = source.open()?;
                let mut last = [0; 4];
                file.seek(SeekFrom::End(-4))?;
                file.read_exact(&mut last)?;
                Ok(u64::from(u32::from_le_bytes(last)))
            }
            Self::Zipped(_, entry) => Ok(entry.length),
        }
    }

    /// Whether it can only be read from its beginning.
    pub(super) fn is_packed(&self) -> bool {
        !matches!(self, Self::Plain(_))
    }

    /// The file as a stream.
    pub(super) fn open(&self) -> io::Result<Box<dyn Read + '_>> {
        match self {
            Self::Plain(source) => Ok(Box::new(source.open()?)),
            Self::Gzip(source) => {
                let bounded = Bounded::of(source.length()?);
                Ok(Box::new(bounded.reading(MultiGzDecoder::new(source.open()?))))
            }
            Self::Zipped(source, entry) => {
                let mut file = source.open()?;
                let begin = entry.begins(&mut file)?;
                file.seek(SeekFrom::Start(begin))?;
                let packed = file.take(entry.packed);
                match entry.packing {
                    Packing::Stored => Ok(Box::new(packed)),
                    Packing::Deflated => {
                        let bounded = Bounded::of(entry.packed);
                        Ok(Box::new(bounded.reading(DeflateDecoder::new(packed))))
                    }
                    Packing::Other(why) => Err(io::Error::other(why)),
                }
            }
        }
    }
}

/// How many times longer than packed a log can be. Hours of the same few rows reach a hundred.
const TIMES_MAX: u64 = 250;

/// A short file may be anything.
const BYTES_FREE: u64 = 16 * 1024 * 1024;

/// The bytes that may still come.
struct Bounded(u64);

impl Bounded {
    fn of(packed: u64) -> Self {
        Self(packed.saturating_mul(TIMES_MAX).saturating_add(BYTES_FREE))
    }

    fn reading<R: Read>(self, source: R) -> impl Read {
        BoundedRead { source, left: self.0 }
    }
}

struct BoundedRead<R> {
    source: R,
    left: u64,
}

impl<R: Read> Read for BoundedRead<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let got = self.source.read(buffer)?;
        self.left = self.left.checked_sub(got as u64).ok_or_else(|| {
            io::Error::other("it unpacks to far more than logs do, and was given up")
        })?;
        Ok(got)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder};
    use proptest::prelude::*;

    use crate::evidence::{Evidence, File};

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut packed = GzEncoder::new(Vec::new(), Compression::default());
        packed.write_all(bytes).unwrap();
        packed.finish().unwrap()
    }

    #[test]
    fn what_stands_before_the_damage_of_an_archive_is_told() {
        use std::fmt::Write as _;
        let mut log = "#Software: Microsoft Exchange Server\r\n#Version: 15.0.0.0\r\n#Log-type: SMTP Receive Protocol Log\r\n#Fields: date-time,connector-id,session-id,sequence-number,local-endpoint,remote-endpoint,event,data,context\r\n".to_owned();
        for number in 0..20_000_u32 {
            let _ = write!(
                log,
                "2026-05-01T06:00:00.000Z,MBX01\\C,{:016X},0,10.0.0.1:25,10.0.0.2:4711,+,,\r\n",
                u64::from(number).wrapping_mul(0x9E37_79B9_7F4A_7C15)
            );
        }
        let packed = gzip(log.as_bytes());
        let cut = packed[..packed.len() / 2].to_vec();
        let facts = crate::reading::read(&Evidence::from_memory([("RECV.LOG.gz".to_owned(), cut)]));
        let file = &facts.files[0];
        assert!(file.failure.is_some());
        assert!(file.rows > 1000 && file.sessions.is_some(), "{} rows", file.rows);
    }

    /// An archive of files: name, bytes, method, flags.
    fn archive(files: &[(&str, &[u8], u16, u16)]) -> Vec<u8> {
        let (mut archive, mut directory) = (Vec::new(), Vec::new());
        for (name, bytes, method, flags) in files {
            let packed = if *method == 8 {
                let mut packed = DeflateEncoder::new(Vec::new(), Compression::default());
                packed.write_all(bytes).unwrap();
                packed.finish().unwrap()
            } else {
                bytes.to_vec()
            };
            let at = u32::try_from(archive.len()).unwrap();
            let sizes = [packed.len(), bytes.len()].map(|it| u32::try_from(it).unwrap());
            let name_length = u16::try_from(name.len()).unwrap();
            let mut common = Vec::new();
            for word in [20, *flags, *method, 0, 0] {
                common.extend_from_slice(&u16::to_le_bytes(word));
            }
            for long in [0, sizes[0], sizes[1]] {
                common.extend_from_slice(&u32::to_le_bytes(long));
            }
            common.extend_from_slice(&name_length.to_le_bytes());
            common.extend_from_slice(&[0, 0]);
            archive.extend_from_slice(b"PK\x03\x04");
            archive.extend_from_slice(&common);
            archive.extend_from_slice(name.as_bytes());
            archive.extend_from_slice(&packed);
            directory.extend_from_slice(b"PK\x01\x02\x14\0");
            directory.extend_from_slice(&common);
            directory.extend_from_slice(&[0; 10]);
            directory.extend_from_slice(&at.to_le_bytes());
            directory.extend_from_slice(name.as_bytes());
        }
        let begin = u32::try_from(archive.len()).unwrap();
        let size = u32::try_from(directory.len()).unwrap();
        archive.extend_from_slice(&directory);
        archive.extend_from_slice(b"PK\x05\x06");
        archive.extend_from_slice(&[0; 8]);
        archive.extend_from_slice(&size.to_le_bytes());
        archive.extend_from_slice(&begin.to_le_bytes());
        archive.extend_from_slice(&[0; 2]);
        archive
    }

    fn read(evidence: &Evidence) -> Vec<(String, Result<Vec<u8>, String>)> {
        let own =
            |file: &File| (file.path.clone(), file.bytes().map_err(|error| error.to_string()));
        evidence.files().map(|(_, file)| own(file)).collect()
    }

    #[test]
    fn what_is_packed_is_read_under_its_own_path() {
        let words = b"words, words, words, words".to_vec();
        let zip = archive(&[
            ("hub\\RECV1.LOG", &words, 8, 0),
            ("empty/", b"", 0, 0),
            ("locked.log", b"?", 8, 1),
            ("stored.txt", b"stored", 0, 0),
        ]);
        let files = Evidence::from_memory([
            ("logs.zip".to_owned(), zip),
            ("a.log.gz".to_owned(), [gzip(&words), gzip(b"!")].concat()),
        ]);
        let read = read(&files);
        let paths: Vec<_> = read.iter().map(|(path, _)| path.as_str()).collect();
        let expected =
            ["a.log.gz", "logs.zip/hub/RECV1.LOG", "logs.zip/locked.log", "logs.zip/stored.txt"];
        assert_eq!(paths, expected);
        assert_eq!(read[0].1, Ok([words.as_slice(), b"!"].concat()));
        assert_eq!(read[1].1, Ok(words));
        assert!(read[2].1.as_ref().unwrap_err().contains("password"));
        assert_eq!(read[3].1, Ok(b"stored".to_vec()));
    }

    #[test]
    fn a_document_that_is_packed_stays_what_it_is() {
        let document = archive(&[("[Content_Types].xml", b"x", 0, 0)]);
        let files = Evidence::from_memory([("report.xlsx".to_owned(), document.clone())]);
        assert_eq!(read(&files), [("report.xlsx".to_owned(), Ok(document))]);
    }

    #[test]
    fn a_bomb_is_given_up() {
        let bomb = gzip(&vec![0; 64 * 1024 * 1024]);
        assert!(bomb.len() < 100_000);
        let files = Evidence::from_memory([("a.gz".to_owned(), bomb)]);
        assert!(read(&files)[0].1.as_ref().unwrap_err().contains("far more"));
    }

    proptest! {
        #[test]
        fn a_damaged_archive_is_read_or_refused(at in 0_usize..300, byte: u8, length in 0_usize..300) {
            let words = b"words, words".repeat(5);
            for mut damaged in [archive(&[("a.log", &words, 8, 0), ("b", b"x", 0, 0)]), gzip(&words)] {
                let at = at % damaged.len();
                damaged[at] = byte;
                damaged.truncate(damaged.len() - length % damaged.len());
                let files = Evidence::from_memory([("a".to_owned(), damaged)]);
                prop_assert!(!read(&files).is_empty());
                crate::diagnose(&files);
            }
        }
    }
}
