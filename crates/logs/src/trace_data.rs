//! The `Data` of a message trace event: `<root><MEP Name="…" String="…"/>…</root>`.
//!
//! Names met: `ConnectorId`, `ClientIP`, `ServerHostName`, `RcptCount`, `MailboxServer`, `SourceContext`,
//! `RecipientStatus`, `SequenceNumber`, `TotalLatency`, `OutboundProxyTargetIPAddress`, `CustomData` and
//! many more; any name is kept. The last is read by [`crate::tracking_cells::CustomData`].
//!
//! Source: public repositories that read `Get-MessageTraceDetail` (no raw output was found).

use crate::unread::Unread;
use crate::xml::{self, escape_attribute};

/// Names and values, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TraceData(pub Vec<(String, TraceValue)>);

/// A value, by the attribute it stands in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TraceValue {
    /// `String`.
    String(String),
    /// `Integer`.
    Integer(i32),
    /// `Long`.
    Long(i64),
    /// `Blob`.
    Blob(String),
    /// `Bool`.
    Bool(bool),
    /// `Double`, as written.
    Double(String),
    /// `DateTime`, as written.
    DateTime(String),
}

impl TraceData {
    /// The first value of that name, as text.
    pub fn text(&self, name: &str) -> Option<String> {
        let found = self.0.iter().find(|(own, _)| own.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.text().1)
    }

    /// The XML.
    pub fn to_xml(&self) -> String {
        let items = self.0.iter().map(|(name, value)| {
            let (kind, text) = value.text();
            format!(
                "<MEP Name=\"{}\" {kind}=\"{}\"/>",
                escape_attribute(name),
                escape_attribute(&text)
            )
        });
        format!("<root>{}</root>", items.collect::<String>())
    }

    /// Reads the XML. What is no `MEP` with a value is left out; a text that is no XML is reported.
    pub fn from_xml(text: &str) -> (Self, Option<Unread>) {
        let parsed = xml::parse(text);
        let roots = parsed.roots.iter().filter(|root| root.name == "root");
        let items = roots.flat_map(|root| &root.children).filter(|item| item.name == "MEP");
        let data = items.filter_map(|item| {
            let name = item.attribute("Name")?.to_owned();
            let text = |kind: &str| item.attribute(kind).map(str::to_owned);
            let value = text("String")
                .map(TraceValue::String)
                .or_else(|| text("Integer")?.parse().ok().map(TraceValue::Integer))
                .or_else(|| text("Long")?.parse().ok().map(TraceValue::Long))
                .or_else(|| text("Blob").map(TraceValue::Blob))
                .or_else(|| text("Bool")?.to_lowercase().parse().ok().map(TraceValue::Bool))
                .or_else(|| text("Double").map(TraceValue::Double))
                .or_else(|| text("DateTime").map(TraceValue::DateTime))?;
            Some((name, value))
        });
        (Self(data.collect()), parsed.unread)
    }
}

impl TraceValue {
    fn text(&self) -> (&'static str, String) {
        match self {
            Self::String(text) => ("String", text.clone()),
            Self::Integer(number) => ("Integer", number.to_string()),
            Self::Long(number) => ("Long", number.to_string()),
            Self::Blob(text) => ("Blob", text.clone()),
            Self::Bool(true) => ("Bool", "True".to_owned()),
            Self::Bool(false) => ("Bool", "False".to_owned()),
            Self::Double(text) => ("Double", text.clone()),
            Self::DateTime(text) => ("DateTime", text.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_data_of_an_event_has_the_form_of_the_service() {
        let data = TraceData(vec![
            ("ConnectorId".into(), TraceValue::String("Outbound to \"A&B\"".into())),
            ("RcptCount".into(), TraceValue::Integer(1)),
            ("SequenceNumber".into(), TraceValue::Long(-5)),
            ("CustomData".into(), TraceValue::Blob("S:tlsversion=SP_PROT_TLS1_3_SERVER".into())),
        ]);
        insta::assert_snapshot!(data.to_xml(), @r#"<root><MEP Name="ConnectorId" String="Outbound to &quot;A&amp;B&quot;"/><MEP Name="RcptCount" Integer="1"/><MEP Name="SequenceNumber" Long="-5"/><MEP Name="CustomData" Blob="S:tlsversion=SP_PROT_TLS1_3_SERVER"/></root>"#);
        assert_eq!(data.text("rcptcount").as_deref(), Some("1"));
    }

    proptest! {
        #[test]
        fn data_is_read_as_written(
            items in proptest::collection::vec(
                ("[A-Za-z]{1,9}", prop_oneof![
                    "[ -~é\n\t]{0,20}".prop_map(TraceValue::String),
                    any::<i32>().prop_map(TraceValue::Integer),
                    any::<i64>().prop_map(TraceValue::Long),
                    "[ -~]{0,20}".prop_map(TraceValue::Blob),
                    any::<bool>().prop_map(TraceValue::Bool),
                    "[0-9.]{1,9}".prop_map(TraceValue::Double),
                    "[0-9:/ ]{1,9}".prop_map(TraceValue::DateTime),
                ]),
                0..5,
            )
        ) {
            let data = TraceData(items);
            prop_assert_eq!(TraceData::from_xml(&data.to_xml()), (data, None));
        }

        #[test]
        fn any_text_is_read(text in "(<root>|<MEP |Name=\"a\"|/>|</root>|[ -~é])*") {
            let _data = TraceData::from_xml(&text);
        }
    }
}
