//! How many clients a service serves at the same time, and how many messages a client may hand over in
//! a minute.
//!
//! Source: Microsoft Learn, "Set-ReceiveConnector" (`MaxInboundConnection`, `…PerSource`,
//! `…PercentagePerSource`, `MessageRateLimit`, `MessageRateSource`) and "Message rate limits and
//! throttling". When a minute begins is not published; here one begins with the first message after
//! the last one.
//!
//! Not modelled: limits by user, since nobody logs on; throttling by `Set-TransportService`.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use exchange::nouns::receive_connector::{MessageRateSource, ReceiveConnector};
use exchange::quantity::Unlimited;
use jiff::{SignedDuration, Timestamp};

const MINUTE: SignedDuration = SignedDuration::from_mins(1);

/// Who is connected to the Receive connectors of a service. Clones count together.
#[derive(Clone, Debug, Default)]
pub struct Connections(Arc<Mutex<BTreeMap<String, Load>>>);

/// A connection that is counted until this is dropped.
#[derive(Debug)]
pub struct Admission {
    connections: Connections,
    connector: String,
    source: IpAddr,
}

/// Why a connection is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Excess {
    /// The connector serves as many clients as it may.
    Connector,
    /// It serves as many from that address as it may.
    Source {
        /// So many.
        limit: u64,
        /// Whether it is the first refusal since that address was within its limit.
        is_first: bool,
    },
}

#[derive(Debug, Default)]
struct Load {
    open: u64,
    sources: BTreeMap<IpAddr, Source>,
    minute: Option<Timestamp>,
}

#[derive(Debug, Default)]
struct Source {
    open: u64,
    is_told: bool,
    messages: u64,
}

impl Connections {
    /// Counts one more connection from that address.
    ///
    /// # Errors
    /// Which limit of the connector it would exceed.
    pub fn admit(&self, connector: &ReceiveConnector, source: IpAddr) -> Result<Admission, Excess> {
        let mut loads = self.lock();
        let load = loads.entry(connector.name.clone()).or_default();
        let left = limit(connector.max_inbound_connection).map(|max| max.saturating_sub(load.open));
        if left == Some(0) {
            return Err(Excess::Connector);
        }
        let share = left.map(|left| share_of(left, connector));
        let own = limit(connector.max_inbound_connection_per_source);
        let limit = [share, own].into_iter().flatten().min();
        let from = load.sources.entry(source).or_default();
        if let Some(limit) = limit.filter(|limit| from.open >= *limit) {
            let is_first = !std::mem::replace(&mut from.is_told, true);
            return Err(Excess::Source { limit, is_first });
        }
        from.is_told = false;
        from.open += 1;
        load.open += 1;
        Ok(Admission { connections: self.clone(), connector: connector.name.clone(), source })
    }

    /// Counts a message from that address; whether the connector takes it in this minute.
    pub fn takes_message(
        &self,
        connector: &ReceiveConnector,
        source: IpAddr,
        now: Timestamp,
    ) -> bool {
        let by_address = matches!(
            connector.message_rate_source,
            MessageRateSource::IPAddress | MessageRateSource::All
        );
        let Some(limit) = limit(connector.message_rate_limit).filter(|_| by_address) else {
            return true;
        };
        let mut loads = self.lock();
        let load = loads.entry(connector.name.clone()).or_default();
        if load.minute.is_none_or(|begun| now.duration_since(begun) >= MINUTE) {
            load.minute = Some(now);
            load.sources.retain(|_, source| source.open > 0);
            load.sources.values_mut().for_each(|source| source.messages = 0);
        }
        let from = load.sources.entry(source).or_default();
        from.messages += 1;
        from.messages <= limit
    }

    fn leave(&self, connector: &str, source: IpAddr) {
        let mut loads = self.lock();
        let Some(load) = loads.get_mut(connector) else { return };
        load.open = load.open.saturating_sub(1);
        if let Some(from) = load.sources.get_mut(&source) {
            from.open = from.open.saturating_sub(1);
            if from.open == 0 && from.messages == 0 {
                load.sources.remove(&source);
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Load>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Admission {
    fn drop(&mut self) {
        self.connections.leave(&self.connector, self.source);
    }
}

/// What one address may take of the connections that are left, at least one.
fn share_of(left: u64, connector: &ReceiveConnector) -> u64 {
    let percentage = u64::try_from(connector.max_inbound_connection_percentage_per_source);
    (left.saturating_mul(percentage.unwrap_or_default()) / 100).max(1)
}

fn limit(limit: Unlimited<i32>) -> Option<u64> {
    match limit {
        Unlimited::Limited(limit) => Some(u64::try_from(limit).unwrap_or_default()),
        Unlimited::Unlimited => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use exchange::nouns::receive_connector::TransportRole;

    const A: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));
    const B: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 2));

    fn connector() -> ReceiveConnector {
        ReceiveConnector::new("MBX01", "Relay", TransportRole::FrontendTransport)
    }

    fn admitted(
        connections: &Connections,
        connector: &ReceiveConnector,
        from: IpAddr,
    ) -> Vec<Admission> {
        std::iter::from_fn(|| connections.admit(connector, from).ok()).take(10_000).collect()
    }

    #[test]
    fn twenty_connections_come_from_one_address() {
        let connections = Connections::default();
        let connector = connector();
        let mut open = admitted(&connections, &connector, A);
        assert_eq!(open.len(), 20);
        let refused = |is_first| Excess::Source { limit: 20, is_first };
        open.pop();
        open.extend(connections.admit(&connector, A));
        assert_eq!(connections.admit(&connector, A).unwrap_err(), refused(true));
        assert_eq!(connections.admit(&connector, A).unwrap_err(), refused(false));
        assert!(connections.admit(&connector, B).is_ok());
        drop(open);
        assert!(connections.admit(&connector, A).is_ok());
        assert!(connections.lock().values().all(|load| load.sources.is_empty()));
    }

    #[test]
    fn the_share_of_an_address_shrinks_with_what_is_left() {
        let connections = Connections::default();
        let mut connector = connector();
        connector.max_inbound_connection_per_source = Unlimited::Unlimited;
        connector.max_inbound_connection = Unlimited::Limited(500);
        connector.max_inbound_connection_percentage_per_source = 50;
        let open = admitted(&connections, &connector, A);
        // Of 500, A has 167 when 333 are left, of which half are 166.
        assert_eq!(open.len(), 167);
        connector.max_inbound_connection_percentage_per_source = 100;
        let rest = admitted(&connections, &connector, B);
        assert_eq!(rest.len(), 167);
        connector.max_inbound_connection = Unlimited::Limited(334);
        assert_eq!(connections.admit(&connector, B).unwrap_err(), Excess::Connector);
    }

    #[test]
    fn messages_are_counted_by_the_minute() {
        let connections = Connections::default();
        let mut connector = connector();
        connector.message_rate_limit = Unlimited::Limited(2);
        let at = |second| Timestamp::from_second(second).unwrap();
        let taken = |from, second| connections.takes_message(&connector, from, at(second));
        assert_eq!([taken(A, 0), taken(A, 1), taken(A, 59)], [true, true, false]);
        assert_eq!([taken(B, 59), taken(A, 60)], [true, true]);
        connector.message_rate_source = MessageRateSource::User;
        assert!((0..9).all(|_| connections.takes_message(&connector, A, at(61))));
    }
}
