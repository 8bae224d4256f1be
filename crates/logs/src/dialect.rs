//! How servers of one version write transport logs, where versions differ.
//!
//! | | 2010 | 2013 | 2016 | 2019, SE |
//! |---|---|---|---|---|
//! | `#Version:` | 14.0.0.0 | 15.0.0.0 | 15.0.0.0 | 15.0.0.0 |
//! | a reply of many lines | a row each | a row each | one row | one row |
//! | a certificate | a row each part | a row each part | one row, with dates from 15.1.2375 | one row with dates |
//! | rights of a receive session | before the banner | after `MAIL FROM` | not written | not written |
//! | rights of a send session | not written | not written | first row | first row |
//! | elliptic curve key exchange | `CALG_ECDHE` | `CALG_ECDHE` | `CALG_ECDH_EPHEM` | `CALG_ECDH_EPHEM` |
//!
//! Each cell is from a real sample, except: send sessions of 2010 (taken for those of 2013), key
//! exchange of 2010 (likewise), and the build at which the dates came into certificate rows: 15.1.2375
//! is the oldest with them in a sample, 15.1.466 the newest without.

use exchange::directory::Build;
use exchange::product::Product;

use crate::certificate_row::CertificateGeneration;
use crate::tls_row::TlsNegotiation;

/// How servers of one version write transport logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dialect {
    /// After `#Version:` in all logs but message tracking.
    pub version: &'static str,
    /// How a reply of many lines is written.
    pub replies: ReplyRows,
    /// How a certificate is written.
    pub certificates: CertificateGeneration,
    /// Where the rights of a receive session stand.
    pub receive_permissions: PermissionsRow,
    /// Whether a send session begins with its rights.
    pub writes_send_permissions: bool,
    /// What the log calls the key exchange over elliptic curves.
    pub key_exchange: &'static str,
}

/// How a reply of many lines is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplyRows {
    /// One row for each line: `250-SIZE` … `250 CHUNKING`.
    EachLine,
    /// One row, the lines joined by blanks, two of them after the code.
    Joined,
}

/// Where the rights of a receive session stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PermissionsRow {
    /// Between the row `+` and the banner, and again when the client has logged on.
    BeforeBanner,
    /// After the first `MAIL FROM`.
    AfterMail,
    /// Nowhere.
    Never,
}

/// What newer servers call the key exchange over elliptic curves.
const ECDH_EPHEM: &str = "CALG_ECDH_EPHEM";

impl Dialect {
    /// Exchange 2019 and Subscription Edition.
    pub const NEWEST: Self = Self {
        version: "15.0.0.0",
        replies: ReplyRows::Joined,
        certificates: CertificateGeneration::Dated,
        receive_permissions: PermissionsRow::Never,
        writes_send_permissions: true,
        key_exchange: ECDH_EPHEM,
    };

    const EXCHANGE_2013: Self = Self {
        replies: ReplyRows::EachLine,
        certificates: CertificateGeneration::Separate,
        receive_permissions: PermissionsRow::AfterMail,
        writes_send_permissions: false,
        key_exchange: "CALG_ECDHE",
        ..Self::NEWEST
    };

    /// What a server of that build writes.
    pub fn of(build: Build) -> Self {
        match build.product() {
            Product::Exchange2010 => Self {
                version: "14.0.0.0",
                receive_permissions: PermissionsRow::BeforeBanner,
                ..Self::EXCHANGE_2013
            },
            Product::Exchange2013 => Self::EXCHANGE_2013,
            Product::Exchange2016 if build < Build(15, 1, 2375, 0) => {
                Self { certificates: CertificateGeneration::Joined, ..Self::NEWEST }
            }
            _ => Self::NEWEST,
        }
    }

    /// What was negotiated, in this dialect's names.
    #[must_use]
    pub fn negotiation(&self, mut negotiation: TlsNegotiation) -> TlsNegotiation {
        if negotiation.key_exchange.name == ECDH_EPHEM {
            self.key_exchange.clone_into(&mut negotiation.key_exchange.name);
        }
        negotiation
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_version_has_its_generation_of_certificate_rows() {
        let of = |a, b, c| Dialect::of(Build(a, b, c, 0)).certificates;
        assert_eq!(of(14, 3, 513), CertificateGeneration::Separate);
        assert_eq!(of(15, 0, 1497), CertificateGeneration::Separate);
        assert_eq!(of(15, 1, 466), CertificateGeneration::Joined);
        assert_eq!(of(15, 1, 2375), CertificateGeneration::Dated);
        assert_eq!(of(15, 2, 2562), CertificateGeneration::Dated);
    }

    #[test]
    fn only_exchange_2010_has_a_version_of_its_own() {
        assert_eq!(Dialect::of(Build(14, 3, 513, 0)).version, "14.0.0.0");
        assert_eq!(Dialect::of(Build(15, 0, 1497, 0)).version, "15.0.0.0");
        assert_eq!(Dialect::of(Build(15, 2, 2562, 0)), Dialect::NEWEST);
    }
}
