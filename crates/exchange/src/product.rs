//! The versions of Exchange Server: which one a build belongs to.
//!
//! Source: Microsoft Learn, "Exchange Server build numbers and release dates".
//!
//! Not modelled: Exchange 2007 and older; roles and services that differ between versions. A Mailbox
//! server of build 14 runs the services of its successors, and only writes as Exchange 2010 did.

use crate::directory::Build;

/// A version of Exchange Server, oldest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Product {
    /// 14.x
    Exchange2010,
    /// 15.0
    Exchange2013,
    /// 15.1
    Exchange2016,
    /// 15.2 below 2562
    Exchange2019,
    /// 15.2.2562 and later
    SubscriptionEdition,
}

/// The first build of the Subscription Edition.
const SUBSCRIPTION_EDITION: u16 = 2562;

impl Product {
    /// The version that a build belongs to.
    pub fn of(build: Build) -> Self {
        match build {
            Build(..=14, ..) => Self::Exchange2010,
            Build(15, 0, ..) => Self::Exchange2013,
            Build(15, 1, ..) => Self::Exchange2016,
            Build(15, 2, ..SUBSCRIPTION_EDITION, _) => Self::Exchange2019,
            _ => Self::SubscriptionEdition,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn builds_belong_to_the_versions_that_were_sold() {
        let of = |a, b, c, d| Product::of(Build(a, b, c, d));
        assert_eq!(of(14, 3, 513, 0), Product::Exchange2010);
        assert_eq!(of(15, 0, 1497, 48), Product::Exchange2013);
        assert_eq!(of(15, 1, 2507, 39), Product::Exchange2016);
        assert_eq!(of(15, 2, 1748, 10), Product::Exchange2019);
        assert_eq!(of(15, 2, 2562, 17), Product::SubscriptionEdition);
    }
}
