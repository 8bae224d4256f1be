//! What rows of protocol logs say that come again and again: certificates, how TLS went, who greets.

use std::sync::Arc;

use logs::certificate_row::{Certificate, CertificateDirection, CertificateRow};
use logs::information_row::Information;
use logs::protocol_log::ProtocolRow;

use crate::facts::{CertificateText, Text};
use crate::index;

use super::names::connector;
use super::repeated::Repeated;

/// Rows and names met so far.
#[derive(Debug, Default)]
pub(super) struct KnownRows {
    rows: Repeated<Arc<Told>>,
    texts: Repeated<Text>,
    connectors: Repeated<(Text, Text)>,
}

/// What an information row says.
#[derive(Debug)]
pub(super) enum Told {
    /// A whole certificate, and who showed it.
    Certificate(CertificateDirection, Arc<CertificateText>),
    /// Anything else.
    Other(Information),
}

impl KnownRows {
    /// What a row says.
    pub(super) fn told(&mut self, row: &ProtocolRow<'_>) -> Option<Arc<Told>> {
        let comes_again = ["TLS protocol ", "Sending ", "Received ", "Remote "];
        if !comes_again.iter().any(|begin| row.context.starts_with(begin)) {
            return row.information().map(|information| Arc::new(told(information)));
        }
        let texts = [&row.data, &row.context].map(|text| index::number(text.as_bytes()));
        let number = index::joined(texts[0], texts[1]);
        match self.rows.known(number) {
            Some(known) => Some(known),
            None => Some(self.rows.keep(number, Arc::new(told(row.information()?)))),
        }
    }

    /// A text.
    pub(super) fn text(&mut self, text: &str) -> Text {
        self.texts.of(text, Text::from)
    }

    /// The server and the name of a connector.
    pub(super) fn connector(&mut self, id: &str) -> (Text, Text) {
        self.connectors.of(id, |id| {
            let (server, name) = connector(id);
            (server.into(), name.into())
        })
    }
}

fn told(information: Information) -> Told {
    match information {
        Information::Certificate(CertificateRow::Whole(certificate)) => {
            Told::Certificate(certificate.direction, Arc::new(text(*certificate)))
        }
        other => Told::Other(other),
    }
}

fn text(certificate: Certificate) -> CertificateText {
    CertificateText {
        subject: certificate.subject,
        issuer: certificate.issuer,
        thumbprint: certificate.thumbprint,
        names: certificate.alternate_names,
        not_after: certificate.validity.map(|(_, not_after)| not_after),
    }
}
