//! SMTP sessions of the protocol logs, each as far as rules ask: who, when, how TLS went, what was
//! refused, which messages.

use std::net::{IpAddr, SocketAddr};
use std::ops::Deref;
use std::sync::Arc;

use jiff::Timestamp;
use logs::information_row::FailedToConnect;

use crate::evidence::Place;

use super::Text;

/// Which side wrote the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SessionKind {
    /// The side that was called.
    Receive,
    /// The side that called.
    Send,
}

/// A session.
#[derive(Clone, Debug)]
pub struct Session {
    /// Its first row.
    pub at: Place,
    /// Which side wrote it.
    pub kind: SessionKind,
    /// Connector, without the server's name.
    pub connector: Text,
    /// Server, where the log names it.
    pub server: Text,
    /// Session id.
    pub id: String,
    /// Time of its first row.
    pub begun: Timestamp,
    /// Time of its last row.
    pub ended: Timestamp,
    /// Own end.
    pub local: Option<SocketAddr>,
    /// The peer's end.
    pub remote: Option<SocketAddr>,
    /// What was said in EHLO, by whoever called.
    pub hello: Option<(Place, Text)>,
    /// How TLS went.
    pub tls: SessionTls,
    /// The connection that could not be made.
    pub failed_to_connect: Option<(Place, FailedToConnect)>,
    /// Replies of the classes 4 and 5, whoever gave them.
    pub refusals: Vec<(Place, String)>,
    /// Internet message ids of the messages in it.
    pub messages: Vec<String>,
    /// How many sessions it stands for: itself, and where there are thousands, later ones like it that
    /// went well.
    pub alike: usize,
}

/// How TLS went in a session.
#[derive(Clone, Debug, Default)]
pub struct SessionTls {
    /// Whether EHLO offered it, once EHLO was answered.
    pub offered: Option<bool>,
    /// It was negotiated.
    pub negotiated: Option<Place>,
    /// It was not, and why.
    pub failed: Option<(Place, String)>,
    /// The certificate that the log's server showed.
    pub shown: Option<ShownCertificate>,
    /// The certificate that the peer showed.
    pub seen: Option<ShownCertificate>,
}

/// A certificate in a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownCertificate {
    /// The row.
    pub at: Place,
    /// What it says; the same certificate is shown in thousands of sessions.
    pub text: Arc<CertificateText>,
}

/// What the rows of a certificate say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CertificateText {
    /// Subject.
    pub subject: String,
    /// Issuer.
    pub issuer: String,
    /// Thumbprint.
    pub thumbprint: String,
    /// Names it is for.
    pub names: Vec<String>,
    /// Last moment of validity, where the log tells it.
    pub not_after: Option<Timestamp>,
}

impl Deref for ShownCertificate {
    type Target = CertificateText;

    fn deref(&self) -> &CertificateText {
        &self.text
    }
}

impl Session {
    /// The peer's address.
    pub fn remote_ip(&self) -> Option<IpAddr> {
        self.remote.map(|remote| remote.ip())
    }

    /// Moves it so many lines further down in its file.
    pub(crate) fn shift(&mut self, lines: u64) {
        let tls = &mut self.tls;
        let certificates = [&mut tls.shown, &mut tls.seen].into_iter().flatten();
        let places = [&mut self.at].into_iter().chain(certificates.map(|shown| &mut shown.at));
        let places = places
            .chain(&mut tls.negotiated)
            .chain(self.hello.as_mut().map(|(at, _)| at))
            .chain(tls.failed.as_mut().map(|(at, _)| at))
            .chain(self.failed_to_connect.as_mut().map(|(at, _)| at))
            .chain(self.refusals.iter_mut().map(|(at, _)| at));
        places.for_each(|at| at.line += lines);
    }

    /// The port on the server that was called.
    pub fn port(&self) -> Option<u16> {
        match self.kind {
            SessionKind::Receive => self.local.map(|local| local.port()),
            SessionKind::Send => self.remote.map(|remote| remote.port()),
        }
    }
}
