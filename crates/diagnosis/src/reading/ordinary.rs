//! Sessions that went well. There are thousands of them for each that did not, and what is asked of them
//! is who called, when, and with which certificate: of each connector the first few hundred are kept
//! one by one, later ones are counted by hour, peer network and certificates.
//!
//! Which are kept depends on their times only, not on the order in which they are met.

use std::collections::BTreeMap;
use std::net::IpAddr;

use jiff::Timestamp;

use crate::evidence::Place;
use crate::facts::{Session, SessionKind, ShownCertificate, Text};
use crate::index;

/// So many sessions of a connector are kept one by one.
const KEPT: usize = 500;

/// Sessions that went well.
#[derive(Debug, Default)]
pub(super) struct Ordinary(Vec<OfConnector>);

#[derive(Debug)]
struct OfConnector {
    kind: SessionKind,
    server: Text,
    connector: Text,
    first: BTreeMap<(Timestamp, Place), Session>,
    later: BTreeMap<Alike, Session>,
}

/// What sessions have in common that are counted together.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Alike {
    hour: i64,
    network: Option<IpAddr>,
    port: Option<u16>,
    offered: Option<bool>,
    negotiated: bool,
    /// Numbers made of thumbprints.
    shown: Option<u64>,
    seen: Option<u64>,
}

/// Whether nothing went wrong in a session, as far as rules ask.
pub(super) fn is_ordinary(session: &Session) -> bool {
    session.refusals.is_empty()
        && session.failed_to_connect.is_none()
        && session.tls.failed.is_none()
}

impl Ordinary {
    pub(super) fn add(&mut self, session: Session) {
        self.of(&session).add(session);
    }

    /// Adds those of a part of a log that begins after so many lines.
    pub(super) fn join(&mut self, part: Self, lines_before: u64) {
        for part in part.0 {
            let sessions = part.first.into_values().chain(part.later.into_values());
            for mut session in sessions {
                session.shift(lines_before);
                self.add(session);
            }
        }
    }

    /// Those of the session's connector.
    fn of(&mut self, session: &Session) -> &mut OfConnector {
        let place = self.0.iter().position(|own| {
            own.kind == session.kind
                && own.connector == session.connector
                && own.server == session.server
        });
        let place = place.unwrap_or_else(|| {
            self.0.push(OfConnector {
                kind: session.kind,
                server: session.server.clone(),
                connector: session.connector.clone(),
                first: BTreeMap::new(),
                later: BTreeMap::new(),
            });
            self.0.len() - 1
        });
        &mut self.0[place]
    }

    pub(super) fn finish(self) -> impl Iterator<Item = Session> {
        self.0.into_iter().flat_map(|own| own.first.into_values().chain(own.later.into_values()))
    }
}

impl OfConnector {
    fn add(&mut self, session: Session) {
        // One that was counted with others stands for the first of them.
        let is_full = self.first.len() >= KEPT;
        let is_later = self
            .first
            .last_key_value()
            .is_some_and(|((begun, at), _)| (session.begun, &session.at) > (*begun, at));
        if is_full && is_later {
            return self.count(session);
        }
        self.first.insert((session.begun, session.at.clone()), session);
        if is_full && let Some((_, last)) = self.first.pop_last() {
            self.count(last);
        }
    }

    fn count(&mut self, session: Session) {
        let thumbprint = |shown: &Option<ShownCertificate>| {
            shown.as_ref().map(|shown| index::number(shown.thumbprint.as_bytes()))
        };
        let alike = Alike {
            hour: session.begun.as_second().div_euclid(3600),
            network: session.remote_ip().map(network),
            port: session.port(),
            offered: session.tls.offered,
            negotiated: session.tls.negotiated.is_some(),
            shown: thumbprint(&session.tls.shown),
            seen: thumbprint(&session.tls.seen),
        };
        match self.later.get_mut(&alike) {
            None => {
                self.later.insert(alike, session);
            }
            Some(known) => {
                let (alike, ended) = (known.alike + session.alike, known.ended.max(session.ended));
                if (session.begun, &session.at) < (known.begun, &known.at) {
                    *known = session;
                }
                (known.alike, known.ended) = (alike, ended);
            }
        }
    }
}

/// The network of an address: /24, or /48 for IPv6. No range of Exchange Online is smaller.
fn network(ip: IpAddr) -> IpAddr {
    match ip {
        IpAddr::V4(ip) => IpAddr::V4((ip.to_bits() & 0xffff_ff00).into()),
        IpAddr::V6(ip) => IpAddr::V6((ip.to_bits() >> 80 << 80).into()),
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::super::tests::facts_of;

    fn log(order: impl Iterator<Item = usize>) -> String {
        let mut text = "#Software: Microsoft Exchange Server\r\n#Version: 15.0.0.0\r\n#Log-type: SMTP Receive Protocol Log\r\n#Fields: date-time,connector-id,session-id,sequence-number,local-endpoint,remote-endpoint,event,data,context\r\n".to_owned();
        for number in order {
            for (row, cells) in ["+,,", "<,EHLO a,", "-,,Local"].iter().enumerate() {
                let (minute, second) = (number / 60, number % 60);
                let _ = write!(
                    text,
                    "2026-05-01T{:02}:{:02}:{second:02}.000Z,MBX01\\Default MBX01,08DEA74796A6{number:04X},{row},192.168.1.4:25,203.0.113.{}:4000,{cells}\r\n",
                    minute / 60,
                    minute % 60,
                    number % 250
                );
            }
        }
        text
    }

    #[test]
    fn many_ordinary_sessions_are_counted_and_none_is_lost() {
        let facts = facts_of(&[("RECV.LOG", &log(0..5000))]);
        let kept: Vec<_> = facts.sessions.iter().map(|it| it.alike).collect();
        assert_eq!(kept.iter().sum::<usize>(), 5000);
        // The first five hundred, and one for each of the two hours.
        assert_eq!((kept.len(), kept[499], kept[500], kept[501]), (502, 1, 3100, 1400));
        let other = facts_of(&[("RECV.LOG", &log((0..5000).rev()))]);
        let shown = |facts: &crate::facts::Facts| -> Vec<_> {
            facts.sessions.iter().map(|it| (it.begun, it.ended, it.id.clone(), it.alike)).collect()
        };
        assert_eq!(shown(&facts), shown(&other));
    }
}
