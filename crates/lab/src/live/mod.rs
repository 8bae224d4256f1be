//! A lab on real sockets, as somebody beside it meets it: which host is at which loopback address, and
//! what to type to talk to it.

mod lines;
mod map;

pub use lines::Line;
pub use map::{Map, MapAddress, MapHost, MapPort};

use std::net::IpAddr;

use crate::baseline::Installed;
use crate::build;
use crate::lab::Lab;

impl Lab {
    /// The roots that the lab's computers trust, as PEM.
    pub fn roots(&self) -> String {
        let trusted = build::trusted(&self.story.baseline, &self.world.authorities);
        trusted.iter().filter_map(|root| root.to_pem().ok()).collect()
    }

    /// Lets programs that connect from a loopback address which stands for nobody, such as 127.0.0.1,
    /// count as a host on the Internet: the story's first host of somebody else's, else the first
    /// Internet MTA. Gives that host's name and address.
    pub fn let_strangers_in(&self) -> Option<(String, IpAddr)> {
        let externals = self.story.scenario.externals.iter();
        let externals = externals.map(|host| (&host.name, &host.addresses));
        let mtas = self.story.baseline.computers.iter();
        let mtas = mtas.filter(|computer| computer.installed == Installed::InternetMta);
        let mtas = mtas.map(|computer| (&computer.name, &computer.addresses));
        let (name, addresses) = externals.chain(mtas).next()?;
        let address = *addresses.first()?;
        self.world.network.set_outside_address(Some(address));
        Some((name.get_ref().clone(), address))
    }
}
