//! IP ranges and bindings of Receive connectors.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

use ipnet::IpNet;

use crate::properties::{Fit, Unfit};
use crate::value::Value;

/// A range of addresses: `0.0.0.0-255.255.255.255`, `192.168.1.0/24` or one address.
///
/// The text is kept as the administrator wrote it, since the product shows it so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IpRange {
    first: IpAddr,
    last: IpAddr,
    text: String,
}

impl IpRange {
    /// Every IPv4 address.
    pub fn all_v4() -> Self {
        Self {
            first: IpAddr::V4(Ipv4Addr::UNSPECIFIED),
            last: IpAddr::V4(Ipv4Addr::BROADCAST),
            text: "0.0.0.0-255.255.255.255".to_owned(),
        }
    }

    /// Every IPv6 address.
    pub fn all_v6() -> Self {
        let last = IpAddr::V6(Ipv6Addr::from(u128::MAX));
        let first = IpAddr::V6(Ipv6Addr::UNSPECIFIED);
        Self { first, last, text: format!("{first}-{last}") }
    }

    /// Whether the address lies in the range.
    pub fn contains(&self, address: IpAddr) -> bool {
        address.is_ipv4() == self.first.is_ipv4() && self.first <= address && address <= self.last
    }

    /// Number of addresses in it, less one. The smaller, the more specific.
    pub fn span(&self) -> u128 {
        number(self.last) - number(self.first)
    }
}

fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(v4) => u128::from(u32::from(v4)),
        IpAddr::V6(v6) => u128::from(v6),
    }
}

/// Text that is no IP range.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not a valid IP address or range of addresses")]
pub struct IpRangeError(pub String);

impl FromStr for IpRange {
    type Err = IpRangeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refused = || IpRangeError(text.to_owned());
        let own = text.trim();
        let (first, last) = if let Some((first, last)) = own.split_once('-') {
            let first: IpAddr = first.trim().parse().map_err(|_| refused())?;
            let last: IpAddr = last.trim().parse().map_err(|_| refused())?;
            (first, last)
        } else if own.contains('/') {
            let net: IpNet = own.parse().map_err(|_| refused())?;
            let last = match net {
                IpNet::V4(v4) => IpAddr::V4(v4.broadcast()),
                IpNet::V6(v6) => IpAddr::V6(v6.broadcast()),
            };
            (net.network(), last)
        } else {
            let single: IpAddr = own.parse().map_err(|_| refused())?;
            (single, single)
        };
        if first.is_ipv4() != last.is_ipv4() || first > last {
            return Err(refused());
        }
        Ok(Self { first, last, text: own.to_owned() })
    }
}

impl fmt::Display for IpRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Fit for IpRange {
    fn to_value(&self) -> Value {
        Value::opaque("Microsoft.Exchange.Data.IPRange", self.text.clone())
    }

    fn from_value(value: &Value) -> Result<Self, Unfit> {
        value.to_string().parse().map_err(|error: IpRangeError| {
            Unfit::new("Microsoft.Exchange.Data.IPRange", value).because(error.to_string())
        })
    }
}

/// A binding of a Receive connector: `0.0.0.0:25`, `[::]:25` or one local address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Binding(pub SocketAddr);

impl Binding {
    /// All IPv4 addresses of the server on that port.
    pub const fn any_v4(port: u16) -> Self {
        Self(SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), port))
    }

    /// All IPv6 addresses of the server on that port.
    pub const fn any_v6(port: u16) -> Self {
        Self(SocketAddr::new(IpAddr::V6(Ipv6Addr::UNSPECIFIED), port))
    }

    /// Whether a connection to that local endpoint is one of this binding.
    pub fn accepts(self, local: SocketAddr) -> bool {
        self.0.port() == local.port()
            && self.0.is_ipv4() == local.is_ipv4()
            && (self.0.ip().is_unspecified() || self.0.ip() == local.ip())
    }
}

impl fmt::Display for Binding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl Fit for Binding {
    fn to_value(&self) -> Value {
        Value::opaque("Microsoft.Exchange.Data.IPBinding", self.0.to_string())
    }

    fn from_value(value: &Value) -> Result<Self, Unfit> {
        let text = value.to_string();
        text.trim()
            .parse()
            .map(Self)
            .map_err(|_| Unfit::new("Microsoft.Exchange.Data.IPBinding", value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn range(text: &str) -> IpRange {
        text.parse().unwrap()
    }

    #[test]
    fn three_forms_are_understood_and_kept_as_written() {
        let address = "40.93.131.26".parse().unwrap();
        for text in ["40.92.0.0/15", "40.92.0.0-40.93.255.255", "40.93.131.26"] {
            assert!(range(text).contains(address), "{text}");
            assert_eq!(range(text).to_string(), text);
        }
        assert!(!range("40.93.131.27").contains(address));
        assert!("10.0.0.2-10.0.0.1".parse::<IpRange>().is_err());
        assert!("10.0.0.1-::1".parse::<IpRange>().is_err());
    }

    #[test]
    fn the_smaller_range_is_the_more_specific() {
        let ordered = ["10.0.0.1", "10.0.0.0/24", "0.0.0.0-255.255.255.255"];
        assert!(ordered.iter().map(|text| range(text).span()).is_sorted());
        assert_eq!(range("0.0.0.0-255.255.255.255"), IpRange::all_v4());
    }

    #[test]
    fn an_unspecified_binding_accepts_every_local_address_of_its_family() {
        let local = "192.168.1.13:25".parse().unwrap();
        assert!(Binding::any_v4(25).accepts(local));
        assert!(!Binding::any_v4(2525).accepts(local));
        assert!(!Binding::any_v6(25).accepts(local));
        assert!(!Binding("192.168.1.14:25".parse().unwrap()).accepts(local));
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "[0-9a-f.:/ -]{0,40}") {
            if let Ok(range) = text.parse::<IpRange>() {
                prop_assert_eq!(range.to_string().parse::<IpRange>(), Ok(range));
            }
        }
    }
}
