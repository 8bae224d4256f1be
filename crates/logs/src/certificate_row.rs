//! Certificate information rows of the protocol log, in the three generations servers wrote them.
//!
//! 1. Exchange 2010 and 2013: a heading row, then one row for each part. After X-ANONYMOUSTLS only the
//!    thumbprint follows the heading.
//! 2. Exchange 2016 CU2: one row, parts joined by blanks in `data`, their names in `context`.
//! 3. Exchange 2016 CU22 and 2019: the same with the two dates, and shorter names.
//!
//! A distinguished name holds blanks, so a one-row form is taken apart from its end, and the two names
//! are parted where a blank is followed by an attribute but follows no comma.
//!
//! The peer's heading in generation 3, `Remote certificate`, is known from a public parser of these
//! logs only; that of generation 2 is inferred from generation 1.
//!
//! Source: real samples of all three generations.

use exchange::culture::log_time;
use jiff::Timestamp;

use crate::log_time::read_log_time;

/// Whose certificate a row shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CertificateDirection {
    /// The server's own.
    Sending,
    /// The peer's.
    Received,
}

/// How a server of some age writes a certificate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum CertificateGeneration {
    /// Exchange 2010 and 2013: several rows.
    Separate,
    /// Exchange 2016 CU2: one row without dates.
    Joined,
    /// Exchange 2016 CU22, 2019 and later: one row with dates.
    #[default]
    Dated,
}

/// A certificate as the protocol log shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// Whose it is.
    pub direction: CertificateDirection,
    /// Distinguished name of the subject, `CN=` first.
    pub subject: String,
    /// Distinguished name of the issuer.
    pub issuer: String,
    /// Serial number, upper-case hexadecimal.
    pub serial: String,
    /// SHA-1 thumbprint, upper-case hexadecimal.
    pub thumbprint: String,
    /// First moment of validity and the last; only the third generation writes them.
    pub validity: Option<(Timestamp, Timestamp)>,
    /// Subject alternate names.
    pub alternate_names: Vec<String>,
}

/// What one row says about a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CertificateRow {
    /// First generation: `Sending certificate` or `Received certificate`.
    Heading(CertificateDirection),
    /// First generation: the subject.
    Subject(String),
    /// First generation: the issuer.
    Issuer(String),
    /// First generation: the serial number.
    Serial(String),
    /// First generation: the thumbprint.
    Thumbprint(String),
    /// First generation: the alternate names.
    AlternateNames(Vec<String>),
    /// Second or third generation: the whole certificate.
    Whole(Box<Certificate>),
}

const SENDING: &str = "Sending certificate";
const RECEIVED: &str = "Received certificate";
const REMOTE: &str = "Remote certificate";
const SUBJECT: &str = "Certificate subject";
const ISSUER: &str = "Certificate issuer name";
const SERIAL: &str = "Certificate serial number";
const THUMBPRINT: &str = "Certificate thumbprint";
const ALTERNATE: &str = "Certificate alternate names";
const JOINED: &str = " Certificate subject Certificate issuer name Certificate serial number Certificate thumbprint Certificate alternate names";
const DATED: &str =
    " Subject Issuer name Serial number Thumbprint Not before Not after Subject alternate names";

impl Certificate {
    /// The rows a server of that generation writes, in order.
    pub fn rows(&self, generation: CertificateGeneration) -> Vec<CertificateRow> {
        match generation {
            CertificateGeneration::Separate => vec![
                CertificateRow::Heading(self.direction),
                CertificateRow::Subject(self.subject.clone()),
                CertificateRow::Issuer(self.issuer.clone()),
                CertificateRow::Serial(self.serial.clone()),
                CertificateRow::Thumbprint(self.thumbprint.clone()),
                CertificateRow::AlternateNames(self.alternate_names.clone()),
            ],
            CertificateGeneration::Joined => {
                vec![CertificateRow::Whole(Box::new(Self { validity: None, ..self.clone() }))]
            }
            CertificateGeneration::Dated => vec![CertificateRow::Whole(Box::new(self.clone()))],
        }
    }

    /// Puts a certificate together from its rows. Parts that no row gives stay empty; a row that does
    /// not belong to it ends it.
    pub fn from_rows(rows: &[CertificateRow]) -> Option<Self> {
        let (first, parts) = rows.split_first()?;
        let direction = match first {
            CertificateRow::Whole(certificate) => return Some((**certificate).clone()),
            CertificateRow::Heading(direction) => *direction,
            _ => return None,
        };
        let mut certificate = Self {
            direction,
            subject: String::new(),
            issuer: String::new(),
            serial: String::new(),
            thumbprint: String::new(),
            validity: None,
            alternate_names: Vec::new(),
        };
        for part in parts {
            match part {
                CertificateRow::Subject(text) => certificate.subject.clone_from(text),
                CertificateRow::Issuer(text) => certificate.issuer.clone_from(text),
                CertificateRow::Serial(text) => certificate.serial.clone_from(text),
                CertificateRow::Thumbprint(text) => certificate.thumbprint.clone_from(text),
                CertificateRow::AlternateNames(names) => {
                    certificate.alternate_names.clone_from(names);
                }
                CertificateRow::Heading(_) | CertificateRow::Whole(_) => break,
            }
        }
        Some(certificate)
    }

    fn data(&self) -> String {
        let mut parts = vec![String::new(), self.subject.clone(), self.issuer.clone()];
        parts.extend([self.serial.clone(), self.thumbprint.clone()]);
        if let Some((not_before, not_after)) = self.validity {
            parts.extend([log_time(not_before), log_time(not_after)]);
        }
        parts.push(self.alternate_names.join(";"));
        parts.join(" ")
    }
}

impl CertificateRow {
    /// The cells `data` and `context`.
    pub fn cells(&self) -> (String, String) {
        let part = |data: &str, context: &str| (data.to_owned(), context.to_owned());
        match self {
            Self::Heading(CertificateDirection::Sending) => part("", SENDING),
            Self::Heading(CertificateDirection::Received) => part("", RECEIVED),
            Self::Subject(text) => part(text, SUBJECT),
            Self::Issuer(text) => part(text, ISSUER),
            Self::Serial(text) => part(text, SERIAL),
            Self::Thumbprint(text) => part(text, THUMBPRINT),
            Self::AlternateNames(names) => part(&names.join(";"), ALTERNATE),
            Self::Whole(certificate) => {
                let heading = match (certificate.direction, certificate.validity) {
                    (CertificateDirection::Sending, _) => SENDING,
                    (CertificateDirection::Received, None) => RECEIVED,
                    (CertificateDirection::Received, Some(_)) => REMOTE,
                };
                let names = if certificate.validity.is_some() { DATED } else { JOINED };
                (certificate.data(), format!("{heading}{names}"))
            }
        }
    }

    /// Reads the cells `data` and `context`.
    pub fn parse(data: &str, context: &str) -> Option<Self> {
        let heading = [
            (SENDING, CertificateDirection::Sending),
            (RECEIVED, CertificateDirection::Received),
            (REMOTE, CertificateDirection::Received),
        ]
        .into_iter()
        .find_map(|(words, direction)| Some((context.strip_prefix(words)?, direction)));
        if let Some((names, direction)) = heading {
            if names.is_empty() && data.is_empty() {
                return Some(Self::Heading(direction));
            }
            // Posters cut long contexts, so the beginning of the names must do.
            let dated = match names {
                "" => return None,
                _ if DATED.starts_with(names) => true,
                _ if JOINED.starts_with(names) => false,
                _ => return None,
            };
            return whole(data, direction, dated).map(|it| Self::Whole(Box::new(it)));
        }
        match context {
            SUBJECT => Some(Self::Subject(data.to_owned())),
            ISSUER => Some(Self::Issuer(data.to_owned())),
            SERIAL => Some(Self::Serial(data.to_owned())),
            THUMBPRINT => Some(Self::Thumbprint(data.to_owned())),
            ALTERNATE => Some(Self::AlternateNames(names(data))),
            _ => None,
        }
    }
}

fn names(text: &str) -> Vec<String> {
    text.split(';').filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

fn whole(data: &str, direction: CertificateDirection, dated: bool) -> Option<Certificate> {
    let (rest, alternate_names) = data.strip_prefix(' ')?.rsplit_once(' ')?;
    let (rest, validity) = if dated {
        let (rest, not_after) = rest.rsplit_once(' ')?;
        let (rest, not_before) = rest.rsplit_once(' ')?;
        (rest, Some((read_log_time(not_before)?, read_log_time(not_after)?)))
    } else {
        (rest, None)
    };
    let (rest, thumbprint) = rest.rsplit_once(' ')?;
    let (both, serial) = rest.rsplit_once(' ')?;
    let (subject, issuer) = part_names(both)?;
    Some(Certificate {
        direction,
        subject: subject.to_owned(),
        issuer: issuer.to_owned(),
        serial: serial.to_owned(),
        thumbprint: thumbprint.to_owned(),
        validity,
        alternate_names: names(alternate_names),
    })
}

/// Parts `subject issuer`, two distinguished names. Of several places the one that leaves two equal
/// halves is right (self-signed), else the first.
fn part_names(both: &str) -> Option<(&str, &str)> {
    let mut quoted = false;
    let mut before = None;
    let mut first = None;
    for (at, letter) in both.char_indices() {
        match letter {
            '"' => quoted = !quoted,
            ' ' if !quoted && before != Some(',') => {
                let rest = both.get(at + 1..)?;
                if begins_attribute(rest) {
                    let halves = (both.get(..at)?, rest);
                    if halves.0 == halves.1 {
                        return Some(halves);
                    }
                    first = first.or(Some(halves));
                }
            }
            _ => {}
        }
        before = Some(letter);
    }
    first
}

/// Whether a text begins like `CN=` or `OID.2.5.4.97=`.
fn begins_attribute(text: &str) -> bool {
    text.split_once('=').is_some_and(|(name, _)| {
        name.starts_with(|letter: char| letter.is_ascii_uppercase())
            && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '.')
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn certificate() -> Certificate {
        Certificate {
            direction: CertificateDirection::Sending,
            subject: "CN=mail.contoso.example, O=\"Contoso, Inc.\", C=US".into(),
            issuer: "CN=Contoso Issuing CA 1, O=Contoso".into(),
            serial: "0404C0F032C2760F1F3F28A7CCC3FC5FBAB3".into(),
            thumbprint: "EC5A76488FE0A501C5FC28EC845E443889BA16E2".into(),
            validity: Some((
                "2026-01-17T15:15:33Z".parse().unwrap(),
                "2027-01-17T15:15:33Z".parse().unwrap(),
            )),
            alternate_names: vec!["mail.contoso.example".into(), "contoso.example".into()],
        }
    }

    #[test]
    fn the_third_generation_is_one_row_with_dates() {
        let rows = certificate().rows(CertificateGeneration::Dated);
        assert_eq!(
            rows[0].cells(),
            (
                " CN=mail.contoso.example, O=\"Contoso, Inc.\", C=US CN=Contoso Issuing CA 1, O=Contoso 0404C0F032C2760F1F3F28A7CCC3FC5FBAB3 EC5A76488FE0A501C5FC28EC845E443889BA16E2 2026-01-17T15:15:33.000Z 2027-01-17T15:15:33.000Z mail.contoso.example;contoso.example".into(),
                "Sending certificate Subject Issuer name Serial number Thumbprint Not before Not after Subject alternate names".into()
            )
        );
    }

    #[test]
    fn a_context_that_was_cut_is_still_read() {
        let (data, context) = certificate().rows(CertificateGeneration::Joined)[0].cells();
        let cut = context.get(..context.len() - 10).unwrap();
        let row = CertificateRow::parse(&data, cut).unwrap();
        let read = Certificate::from_rows(&[row]).unwrap();
        assert_eq!(read, Certificate { validity: None, ..certificate() });
    }

    #[test]
    fn a_self_signed_name_with_a_blank_before_an_attribute_is_parted_in_the_middle() {
        let both = "CN=Contoso O=Mail CN=Contoso O=Mail";
        assert_eq!(part_names(both), Some(("CN=Contoso O=Mail", "CN=Contoso O=Mail")));
    }

    #[test]
    fn after_x_anonymoustls_only_the_thumbprint_follows() {
        let rows = [
            CertificateRow::parse("", "Received certificate").unwrap(),
            CertificateRow::parse("EC5A", "Certificate thumbprint").unwrap(),
        ];
        let read = Certificate::from_rows(&rows).unwrap();
        assert_eq!((read.thumbprint.as_str(), read.subject.as_str()), ("EC5A", ""));
        assert_eq!(read.direction, CertificateDirection::Received);
    }

    fn any_certificate() -> impl Strategy<Value = Certificate> {
        let name = || "CN=[a-z.*]{1,12}( [A-Z][a-z0-9]{0,5})?(, O=(\"[A-Za-z, ]{0,9}\"|[A-Za-z]{1,9}))?(, C=[A-Z]{2})?";
        let moment = || (0_i64..4_102_444_800).prop_map(|at| Timestamp::from_second(at).unwrap());
        (
            name(),
            name(),
            ("[0-9A-F]{2,36}", "[0-9A-F]{40}"),
            (moment(), moment()),
            proptest::collection::vec("[a-z*.]{1,12}", 0..4),
            any::<bool>(),
        )
            .prop_map(
                |(subject, issuer, (serial, thumbprint), validity, alternate_names, own)| {
                    Certificate {
                        direction: if own {
                            CertificateDirection::Sending
                        } else {
                            CertificateDirection::Received
                        },
                        subject,
                        issuer,
                        serial,
                        thumbprint,
                        validity: Some(validity),
                        alternate_names,
                    }
                },
            )
    }

    proptest! {
        #[test]
        fn every_generation_is_read_as_written(certificate in any_certificate()) {
            for generation in [
                CertificateGeneration::Separate,
                CertificateGeneration::Joined,
                CertificateGeneration::Dated,
            ] {
                let cells = certificate.rows(generation).iter().map(CertificateRow::cells).collect::<Vec<_>>();
                let rows = cells
                    .iter()
                    .map(|(data, context)| CertificateRow::parse(data, context))
                    .collect::<Option<Vec<_>>>();
                let read = rows.as_deref().and_then(Certificate::from_rows);
                let validity = certificate.validity.filter(|_| generation == CertificateGeneration::Dated);
                prop_assert_eq!(read, Some(Certificate { validity, ..certificate.clone() }));
            }
        }

        #[test]
        fn any_cells_are_read_or_refused(data in "[ -~é]{0,60}", context in "(Sending|Remote|Received) certificate( Subject)?[ -~]{0,20}|[ -~]{0,30}") {
            let _row = CertificateRow::parse(&data, &context);
            let _row = CertificateRow::parse(&data, &format!("Sending certificate{DATED}"));
        }
    }
}
