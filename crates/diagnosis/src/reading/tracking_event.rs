//! What `Get-MessageTrackingLog` returned, exported as objects or shown as a list: the same rows as in
//! the log, with other names.
//!
//! A list shows times without their zone; UTC is taken.

use exchange::value::{Object, Value};
use logs::message_tracking::TrackingRow;
use logs::recognise::Kind;
use logs::tracking_cells::CustomData;
use logs::tracking_words::{TrackingEventId, TrackingSource};

use crate::evidence::Place;
use crate::facts::Teller;

use super::Reading;
use super::{agents, names, tracking};

/// Takes over an event.
pub(super) fn event(reading: &mut Reading, at: &Place, object: &Object) {
    let time = match object.get("Timestamp") {
        Some(Value::DateTime(time)) => Some(*time),
        other => other.and_then(|text| names::shown_time(&text.to_string())),
    };
    let Some(date_time) = time else { return };
    let text = |name: &str| object.text_of(name).into();
    let joined = |name: &str| {
        let values = object.get(name).map(Value::elements).unwrap_or_default();
        let texts: Vec<String> = values.iter().map(ToString::to_string).collect();
        texts.join(";").into()
    };
    let row = TrackingRow {
        date_time,
        client_ip: text("ClientIp"),
        client_hostname: text("ClientHostname"),
        server_ip: text("ServerIp"),
        server_hostname: text("ServerHostname"),
        source_context: text("SourceContext"),
        connector_id: text("ConnectorId"),
        source: TrackingSource::of(&object.text_of("Source")),
        event_id: TrackingEventId::of(&object.text_of("EventId")),
        internal_message_id: text("InternalMessageId"),
        message_id: text("MessageId"),
        network_message_id: text("NetworkMessageId"),
        recipient_address: joined("Recipients"),
        recipient_status: joined("RecipientStatus"),
        total_bytes: object.text_of("TotalBytes").parse().ok(),
        recipient_count: object.text_of("RecipientCount").parse().ok(),
        related_recipient_address: text("RelatedRecipientAddress"),
        reference: joined("Reference"),
        message_subject: text("MessageSubject"),
        sender_address: text("Sender"),
        return_path: text("ReturnPath"),
        message_info: text("MessageInfo"),
        directionality: text("Directionality"),
        tenant_id: text("TenantId"),
        original_client_ip: text("OriginalClientIp"),
        original_server_ip: "".into(),
        custom_data: event_data(object).into(),
        transport_traffic_type: text("TransportTrafficType"),
        log_id: "".into(),
        schema_version: text("SchemaVersion"),
    };
    reading.facts.coverage.row(at.file, Kind::MessageTrackingLog, date_time);
    reading.facts.rule_refusals.extend(agents::refusals(at, Teller::Tracking, &row));
    tracking::row(&mut reading.facts, at, Teller::Tracking, &row);
}

/// `{[DeliveryPriority, Normal], [AccountForest, contoso.com]}` as the log writes it.
fn event_data(object: &Object) -> String {
    let pairs = object.get("EventData").map(Value::elements).unwrap_or_default();
    let texts: Vec<_> = pairs.iter().map(ToString::to_string).collect();
    // A list as text is cut at its commas, and so are its pairs.
    let joined = texts.join(", ");
    let pairs = joined.split("], [").map(|pair| pair.trim_matches(['[', ']']));
    let data = pairs
        .filter_map(|pair| pair.split_once(", "))
        .fold(CustomData::default(), |data, (key, value)| data.with(key, value));
    data.to_string()
}

#[cfg(test)]
mod tests {
    use super::super::tests::facts_of;

    #[test]
    fn a_listed_event_is_a_row_of_the_log() {
        let text = "Timestamp       : 5/1/2026 6:06:57 AM\r\nClientHostname  : MBX01\r\nServerHostname  : \r\nSourceContext   : Transport Rule Agent\r\nConnectorId     : \r\nSource          : AGENT\r\nEventId         : FAIL\r\nMessageId       : <a@contoso.com>\r\nRecipients      : {b@fabrikam.com}\r\nRecipientStatus : {[{LED=550 5.7.1 TRANSPORT.RULES.RejectMessage; the message was rejected by organization policy};{MSG=};{FQDN=};{IP=};{LRT=}]}\r\nSender          : raghu@contoso.com\r\n";
        let facts = facts_of(&[("tracking.txt", text)]);
        assert_eq!(facts.setbacks[0].code(), Some("5.7.1"));
        assert_eq!(facts.setbacks[0].recipients, ["b@fabrikam.com"]);
        let message = facts.messages.get("<a@contoso.com>").unwrap();
        assert_eq!(&*message.steps[0].host, "MBX01");
    }
}
