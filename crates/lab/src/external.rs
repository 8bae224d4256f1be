//! Hosts of a scenario that are not the lab's own: mail servers that somebody runs beside it, such as
//! a Postfix on the same computer.
//!
//! In LIVE the lab sends to their real sockets, and they count as their host when they connect from
//! the loopback address that stands for it. In SIM they are computers on which nothing listens.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};

use fabric::{Network, NetworkError};
use serde::Deserialize;
use toml::Spanned;

use crate::source::{Source, SourceError};

/// A host that is not the lab's own.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct External {
    /// Its name.
    pub name: Spanned<String>,
    /// Network.
    pub segment: Spanned<String>,
    /// Addresses; the first is the one it sends from.
    pub addresses: Vec<IpAddr>,
    /// Where its ports really are, by port: `{ 25 = "127.0.0.1:2600" }`. Any other is where the lab's
    /// plan of ports has it, on the loopback address that stands for the host.
    #[serde(default)]
    pub ports: BTreeMap<String, Spanned<SocketAddr>>,
}

impl External {
    /// Adds the host to the network.
    ///
    /// # Errors
    /// With file and line: a segment that is not there, an address or name that is taken, a port that
    /// is no number, a real place that is not on loopback.
    pub(crate) fn add_to(&self, network: &Network, source: &Source) -> Result<(), SourceError> {
        let segment = network.segment(self.segment.get_ref()).ok_or_else(|| {
            let why = format!("there is no segment '{}'", self.segment.get_ref());
            source.error(self.segment.span(), why)
        })?;
        let at = |span: std::ops::Range<usize>| {
            move |error: NetworkError| source.error(span.clone(), error.to_string())
        };
        let host = network
            .add_host(self.name.get_ref(), segment, &self.addresses)
            .map_err(at(self.name.span()))?;
        let mut ports = BTreeMap::new();
        for (port, real) in &self.ports {
            let number = port
                .parse::<u16>()
                .map_err(|_| source.error(real.span(), format!("'{port}' is no port number")))?;
            ports.insert(number, *real.get_ref());
        }
        host.be_outside(&ports).map_err(at(self.name.span()))
    }
}
