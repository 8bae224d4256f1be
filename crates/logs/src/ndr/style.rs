//! The forms a report's text has had, from version to version.
//!
//! Source: real reports of Exchange 2007 (8.2) to 2019 and Exchange Online. That 2010 wrote as 2007 did is from reports
//! quoted in public.

use exchange::product::Product;

/// Which form the text has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportStyle {
    /// *Diagnostic information for administrators*, with `#550 … ##`: Exchange 2007 and 2010.
    Numbered,
    /// The same with `Remote Server at … returned`: Exchange 2013.
    RemoteServer,
    /// The same with `Server at … returned`: Exchange 2016 and later, Exchange Online.
    Diagnostic,
    /// *Error Details* and *Message Hops* of Exchange Online.
    ErrorDetails,
}

impl ReportStyle {
    /// What a server of that version writes.
    pub fn of(product: Product) -> Self {
        match product {
            Product::Exchange2010 => Self::Numbered,
            Product::Exchange2013 => Self::RemoteServer,
            _ => Self::Diagnostic,
        }
    }
}

#[cfg(test)]
mod tests {
    use exchange::culture::Culture;
    use exchange::guid::Guid;

    use super::*;
    use crate::ndr::{
        DeliveryReport, Original, ReportEnvelope, ReportReason, ReportRecipient, write,
    };

    fn text(product: Product) -> String {
        let status = "550 4.4.7 QUEUE.Expired; message expired".to_owned();
        let report = DeliveryReport {
            generating_server: "mbx01".into(),
            receiving_server: "gw".into(),
            recipients: vec![ReportRecipient {
                address: "bo@a.example".into(),
                diagnostic_code: status.clone(),
                reasons: vec![ReportReason {
                    time: "1".into(),
                    server: "gw".into(),
                    text: status,
                    ..ReportReason::default()
                }],
                ..ReportRecipient::default()
            }],
            ..DeliveryReport::default()
        };
        let envelope = ReportEnvelope {
            from: "",
            to: "",
            date: "2026-05-03T06:06:58Z".parse().unwrap(),
            culture: Culture::default(),
            message_id: "",
            boundaries: [Guid(1), Guid(2)],
            keeps_trying: None,
            thread_index: Some("AQAB"),
            explanation: None,
        };
        let mail = write(&report, &envelope, ReportStyle::of(product), Original::Message(""));
        String::from_utf8(mail).unwrap().replace("=\r\n", "")
    }

    #[test]
    fn every_version_has_its_line_of_reason() {
        let oldest = text(Product::Exchange2010);
        assert!(oldest.contains("\r\n#550 4.4.7 QUEUE.Expired; message expired ##\r\n"));
        assert!(!oldest.contains("Receiving server"));
        assert!(text(Product::Exchange2013).contains("1 - Remote Server at gw returned '550"));
        let newest = text(Product::Exchange2019);
        assert!(newest.contains("1 - Server at gw returned '550 4.4.7"), "{newest}");
        assert!(newest.contains("Receiving server: gw\r\n"));
        assert!(newest.contains("Thread-Index: AQAB\r\nSubject: "), "{newest}");
    }
}
