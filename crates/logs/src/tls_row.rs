//! TLS information rows of the protocol log: what was negotiated, and what the peer may do.
//!
//! Cipher names are those of `SChannel`'s `ALG_ID`s, so TLS 1.2 with AES-GCM still names a MAC hash, with
//! strength 0. The row for a peer with cloud services mail rights was not found in a real log; its
//! form follows that of the failures.
//!
//! Source: real samples (Exchange 2013 to 2019); a public parser of these logs for `Domain='…'`.

use std::fmt;
use std::str::FromStr;

use crate::row::unfit;
use crate::unread::Reason;

/// `TLS protocol SP_PROT_TLS1_2_SERVER negotiation succeeded using …`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsNegotiation {
    /// `SP_PROT_TLS1_2_SERVER` in receive logs, `…_CLIENT` in send logs.
    pub protocol: String,
    /// Such as `CALG_AES_256`, 256 bits.
    pub bulk: Algorithm,
    /// Such as `CALG_SHA_384`, 0 bits.
    pub mac: Algorithm,
    /// Such as `CALG_ECDH_EPHEM`, 384 bits.
    pub key_exchange: Algorithm,
}

/// An algorithm and its strength.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Algorithm {
    /// Name, beginning with `CALG_`.
    pub name: String,
    /// Strength in bits.
    pub bits: u32,
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} with strength {} bits", self.name, self.bits)
    }
}

impl fmt::Display for TlsNegotiation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { protocol, bulk, mac, key_exchange } = self;
        write!(
            f,
            "TLS protocol {protocol} negotiation succeeded using bulk encryption algorithm {bulk}, MAC hash algorithm {mac} and key exchange algorithm {key_exchange}"
        )
    }
}

impl FromStr for TlsNegotiation {
    type Err = Reason;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let read = || {
            let rest = text.strip_prefix("TLS protocol ")?;
            let (protocol, rest) =
                rest.split_once(" negotiation succeeded using bulk encryption algorithm ")?;
            let (bulk, rest) = rest.split_once(", MAC hash algorithm ")?;
            let (mac, key_exchange) = rest.split_once(" and key exchange algorithm ")?;
            Some(Self {
                protocol: protocol.to_owned(),
                bulk: algorithm(bulk)?,
                mac: algorithm(mac)?,
                key_exchange: algorithm(key_exchange)?,
            })
        };
        read().ok_or_else(|| unfit("context", "a TLS negotiation", text))
    }
}

fn algorithm(text: &str) -> Option<Algorithm> {
    let (name, bits) = text.strip_suffix(" bits")?.split_once(" with strength ")?;
    Some(Algorithm { name: name.to_owned(), bits: bits.parse().ok()? })
}

/// `TlsDomainCapabilities='None'; Status='NoRemoteCertificate'`: what the certificate of the peer
/// entitles it to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsDomainCapabilities {
    /// `None`, `AcceptCloudServicesMail`, `AcceptOorgProtocol`, …
    pub capabilities: String,
    /// `NoRemoteCertificate`, `Success`, …
    pub status: String,
    /// The domain of the receive connector's `TlsDomainCapabilities` that matched.
    pub domain: Option<String>,
}

impl fmt::Display for TlsDomainCapabilities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TlsDomainCapabilities='{}'; Status='{}'", self.capabilities, self.status)?;
        match &self.domain {
            Some(domain) => write!(f, "; Domain='{domain}'"),
            None => Ok(()),
        }
    }
}

impl FromStr for TlsDomainCapabilities {
    type Err = Reason;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let read = || {
            let mut parts = text.split("; ");
            let capabilities = quoted(parts.next()?, "TlsDomainCapabilities=")?;
            let status = quoted(parts.next()?, "Status=")?;
            let domain = match parts.next() {
                Some(part) => Some(quoted(part, "Domain=")?),
                None => None,
            };
            parts.next().is_none().then_some(Self { capabilities, status, domain })
        };
        read().ok_or_else(|| unfit("context", "TlsDomainCapabilities", text))
    }
}

/// The text between single quotation marks after `key`.
pub(crate) fn quoted(text: &str, key: &str) -> Option<String> {
    let value = text.strip_prefix(key)?.strip_prefix('\'')?.strip_suffix('\'')?;
    Some(value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn both_rows_have_the_words_of_the_product() {
        let algorithm = |name: &str, bits| Algorithm { name: name.into(), bits };
        let negotiation = TlsNegotiation {
            protocol: "SP_PROT_TLS1_2_SERVER".into(),
            bulk: algorithm("CALG_AES_256", 256),
            mac: algorithm("CALG_SHA_384", 0),
            key_exchange: algorithm("CALG_ECDH_EPHEM", 384),
        };
        assert_eq!(
            negotiation.to_string(),
            "TLS protocol SP_PROT_TLS1_2_SERVER negotiation succeeded using bulk encryption algorithm CALG_AES_256 with strength 256 bits, MAC hash algorithm CALG_SHA_384 with strength 0 bits and key exchange algorithm CALG_ECDH_EPHEM with strength 384 bits"
        );
        let capabilities = TlsDomainCapabilities {
            capabilities: "None".into(),
            status: "NoRemoteCertificate".into(),
            domain: None,
        };
        assert_eq!(
            capabilities.to_string(),
            "TlsDomainCapabilities='None'; Status='NoRemoteCertificate'"
        );
    }

    proptest! {
        #[test]
        fn negotiations_are_read_as_written(
            protocol in "SP_PROT_[A-Z0-9_]{1,12}",
            names in ["CALG_[A-Z0-9_]{1,9}", "CALG_[A-Z0-9_]{1,9}", "CALG_[A-Z0-9_]{1,9}"],
            bits: [u32; 3],
        ) {
            let [bulk, mac, key_exchange] = [0, 1, 2].map(|at| Algorithm { name: names[at].clone(), bits: bits[at] });
            let negotiation = TlsNegotiation { protocol, bulk, mac, key_exchange };
            prop_assert_eq!(negotiation.to_string().parse(), Ok(negotiation));
        }

        #[test]
        fn capabilities_are_read_as_written(
            capabilities in "[A-Za-z, ]{0,20}",
            status in "[A-Za-z]{0,20}",
            domain in proptest::option::of("[a-z.]{0,20}"),
        ) {
            let row = TlsDomainCapabilities { capabilities, status, domain };
            prop_assert_eq!(row.to_string().parse(), Ok(row));
        }

        #[test]
        fn any_text_is_read_or_refused(text in "(TLS protocol |TlsDomainCapabilities=')?.{0,60}") {
            let _negotiation: Result<TlsNegotiation, _> = text.parse();
            let _capabilities: Result<TlsDomainCapabilities, _> = text.parse();
        }
    }
}
