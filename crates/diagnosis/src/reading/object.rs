//! Exported objects: which noun each is, by its type's name or, where that is lost, by its properties.

use std::borrow::Cow;

use exchange::nouns::accepted_domain::AcceptedDomain;
use exchange::nouns::certificate::ExchangeCertificate;
use exchange::nouns::inbound_connector::InboundConnector;
use exchange::nouns::outbound_connector::OutboundConnector;
use exchange::nouns::queue::{Queue, QueuedMessage};
use exchange::nouns::receive_connector::ReceiveConnector;
use exchange::nouns::remote_domain::RemoteDomain;
use exchange::nouns::send_connector::SendConnector;
use exchange::nouns::transport_rule::TransportRule;
use exchange::nouns::transport_service::TransportService;
use exchange::properties::Noun;
use exchange::value::{Object, Value};
use logs::csv::{Table, TableRow};
use logs::message_trace;

use crate::evidence::Place;
use crate::facts::ServiceFact;

use super::Reading;
use super::hosts::Origin;
use super::{configuration, queue, trace, tracking_event};

/// How objects of one noun are known, and who takes them.
struct NounReader {
    /// Type names, most derived first.
    type_names: &'static [&'static str],
    /// Properties that together are no other noun's; one set is enough.
    signs: &'static [&'static [&'static str]],
    take: fn(&mut Reading, &Place, &Object),
}

const READERS: [NounReader; 14] = [
    NounReader {
        type_names: QueuedMessage::TYPE_NAMES,
        signs: &[&["FromAddress", "Queue"], &["FromAddress", "DateReceived"]],
        take: queue::message,
    },
    NounReader {
        type_names: Queue::TYPE_NAMES,
        signs: &[&["DeliveryType", "NextHopDomain"], &["NextHopDomain", "MessageCount"]],
        take: queue::queue,
    },
    NounReader {
        type_names: SendConnector::TYPE_NAMES,
        signs: &[&["AddressSpaces", "SmartHosts"], &["AddressSpaces", "DNSRoutingEnabled"]],
        take: configuration::send_connector,
    },
    NounReader {
        type_names: ReceiveConnector::TYPE_NAMES,
        signs: &[&["Bindings", "RemoteIPRanges"]],
        take: configuration::receive_connector,
    },
    NounReader {
        type_names: InboundConnector::TYPE_NAMES,
        signs: &[&["SenderDomains", "TlsSenderCertificateName"]],
        take: configuration::inbound_connector,
    },
    NounReader {
        type_names: OutboundConnector::TYPE_NAMES,
        signs: &[&["RecipientDomains", "UseMXRecord"]],
        take: configuration::outbound_connector,
    },
    NounReader {
        type_names: AcceptedDomain::TYPE_NAMES,
        signs: &[&["DomainName", "DomainType"]],
        take: configuration::accepted_domain,
    },
    NounReader {
        type_names: RemoteDomain::TYPE_NAMES,
        signs: &[&["DomainName", "TrustedMailInboundEnabled"]],
        take: configuration::remote_domain,
    },
    NounReader {
        type_names: ExchangeCertificate::TYPE_NAMES,
        signs: &[&["Thumbprint", "Services"], &["Thumbprint", "CertificateDomains"]],
        take: configuration::certificate,
    },
    NounReader {
        type_names: TransportService::TYPE_NAMES,
        signs: &[&["TransientFailureRetryCount", "MessageTrackingLogEnabled"]],
        take: configuration::transport_service,
    },
    NounReader {
        type_names: TransportRule::TYPE_NAMES,
        signs: &[&["SubjectContainsWords", "RejectMessageReasonText"]],
        take: configuration::transport_rule,
    },
    NounReader {
        type_names: &["System.ServiceProcess.ServiceController"],
        signs: &[&["Status", "ServiceType"], &["Status", "ServiceName"], &["Status", "StartType"]],
        take: service,
    },
    NounReader {
        type_names: &["Microsoft.Exchange.Management.TransportLogSearchTasks.MessageTrackingEvent"],
        signs: &[&["EventId", "Source", "MessageId", "Timestamp"]],
        take: tracking_event::event,
    },
    NounReader { type_names: &[], signs: &[&["MessageTraceId"]], take: traced },
];

/// Takes over a value of an export; an exported list holds several.
pub(super) fn value(reading: &mut Reading, at: &Place, value: &Value) {
    for element in value.elements() {
        match element {
            Value::Object(object) => take(reading, at, object),
            // The parser bounds how deep lists stand in lists.
            Value::List(_) => self::value(reading, at, element),
            _ => {}
        }
    }
}

/// Takes over an object that is one of the nouns.
pub(super) fn take(reading: &mut Reading, at: &Place, object: &Object) {
    let by_name = READERS.iter().find(|reader| has_name(object, reader.type_names));
    let by_signs = || {
        let has = |name: &&str| object.get(name).is_some();
        READERS.iter().find(|reader| reader.signs.iter().any(|signs| signs.iter().all(has)))
    };
    if let Some(reader) = by_name.or_else(by_signs) {
        (reader.take)(reading, at, object);
    }
}

/// Whether it is of the most derived of these types. `Deserialized.` or `Selected.` may stand before
/// the name, and versions have moved types from one namespace to another.
fn has_name(object: &Object, type_names: &[&str]) -> bool {
    let Some(wanted) = type_names.first() else { return false };
    let bare = |name: &str| name.rsplit(['.', '+']).next().unwrap_or_default().to_owned();
    let wanted = bare(wanted);
    object.type_names.iter().any(|name| bare(name) == wanted)
}

fn service(reading: &mut Reading, at: &Place, object: &Object) {
    reading.hosts.is_from(at.file, Origin::Server);
    reading.hosts.told(at.file, &object.text_of("MachineName"));
    let name = match object.text_of("Name") {
        name if name.is_empty() => object.text_of("ServiceName"),
        name => name,
    };
    if !name.is_empty() {
        let status = object.text_of("Status");
        reading.facts.services.push(ServiceFact { at: at.clone(), name, status });
    }
}

/// A row or detail of a message trace: a table of one row.
fn traced(reading: &mut Reading, at: &Place, object: &Object) {
    let text = |value: &Value| match value {
        Value::Null => None,
        other => Some(other.to_string()),
    };
    let (columns, cells) = object
        .properties
        .iter()
        .map(|(name, value)| (Cow::as_ref(name).to_owned(), text(value)))
        .unzip();
    let rows = vec![TableRow { line: at.line, cells }];
    let table = Table { type_name: None, columns, rows };
    if let Some((found, unread)) = message_trace::read_table(&table) {
        trace::read(reading, at.file, found);
        reading.unread.extend(unread);
    }
}

#[cfg(test)]
mod tests {
    use exchange::nouns::queue::DeliveryType;
    use logs::{clixml, format_list};

    use super::super::tests::{facts_of, facts_of_bytes};
    use super::*;

    fn services(prefix: &str) -> Object {
        Object {
            type_names: vec![format!("{prefix}System.ServiceProcess.ServiceController").into()],
            ..Object::default()
        }
        .with("Name", "MSExchangeTransport")
        .with("Status", "Stopped")
        .with("MachineName", "MBX01")
    }

    #[test]
    fn a_type_is_known_whatever_stands_before_its_name() {
        for prefix in ["", "Deserialized.", "Selected."] {
            let bytes = clixml::write(&[Value::from(services(prefix))]);
            let facts = facts_of_bytes(&[("a/Get-Service.clixml", &bytes)]);
            assert_eq!(facts.services[0].status, "Stopped", "{prefix}");
            assert_eq!(facts.files[0].host, "MBX01");
        }
    }

    #[test]
    fn a_list_is_known_by_its_properties() {
        let queue = Queue {
            last_error: "451 4.4.0 DNS query failed".to_owned(),
            ..Queue::new("MBX01\\6".to_owned(), DeliveryType::DnsConnectorDelivery, "x.com".into())
        };
        let text = format_list::write(&[queue.to_object()], ToString::to_string);
        let facts = facts_of(&[("queues.txt", &text)]);
        assert_eq!(facts.queues[0].object.delivery_type, DeliveryType::DnsConnectorDelivery);
        assert_eq!(facts.setbacks[0].code(), Some("4.4.0"));
        assert_eq!(facts.files[0].host, "MBX01");
    }

    #[test]
    fn a_trace_may_be_exported_as_objects() {
        let row = Object::default()
            .with("MessageTraceId", "11111111-0000-0000-0000-000000000000")
            .with("MessageId", "<a@b.com>")
            .with("Received", "2026-05-01T06:06:57Z".parse::<jiff::Timestamp>().unwrap())
            .with("RecipientAddress", "c@d.com")
            .with("Status", "Failed");
        let facts = facts_of_bytes(&[("Trace.clixml", &clixml::write(&[Value::from(row)]))]);
        assert_eq!(facts.messages.get("<a@b.com>").unwrap().steps.len(), 2);
        assert_eq!(facts.files[0].host, "Exchange Online");
    }
}
