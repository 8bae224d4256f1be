//! Message Tracking Log: one row for each thing that happened to a message on one server.
//!
//! Exchange 2010 has 26 columns, 2013 27, 2016 and later 30; a row is read from whichever its file
//! names. What is inside the packed cells is read by [`crate::tracking_cells`].
//!
//! Source: real samples (Exchange 2010 to 2019), Microsoft Learn "Message tracking".

use std::borrow::Cow;

use exchange::culture::log_time;
use exchange::directory::Build;
use exchange::product::Product;
use jiff::Timestamp;

use crate::dialect::Dialect;
use crate::format::{FileStamp, LogFormat};
use crate::log_time::RowClock;
use crate::protocol_log::own;
use crate::row::{Cells, LogRow, Row};
use crate::tracking_cells::{CustomData, MessageInfo, SmtpSource, statuses};
use crate::tracking_words::{TrackingEventId, TrackingSource};
use crate::unread::Reason;

/// Columns of Exchange 2016, 2019 and Subscription Edition.
pub const FIELDS: [&str; 30] = [
    "date-time",
    "client-ip",
    "client-hostname",
    "server-ip",
    "server-hostname",
    "source-context",
    "connector-id",
    "source",
    "event-id",
    "internal-message-id",
    "message-id",
    "network-message-id",
    "recipient-address",
    "recipient-status",
    "total-bytes",
    "recipient-count",
    "related-recipient-address",
    "reference",
    "message-subject",
    "sender-address",
    "return-path",
    "message-info",
    "directionality",
    "tenant-id",
    "original-client-ip",
    "original-server-ip",
    "custom-data",
    "transport-traffic-type",
    "log-id",
    "schema-version",
];

/// Columns of Exchange 2013: without the last three.
pub const FIELDS_2013: &[&str] = FIELDS.split_at(27).0;

/// Columns of Exchange 2010: without `network-message-id` either.
pub const FIELDS_2010: [&str; 26] = {
    let mut fields = [""; 26];
    let mut at = 0;
    while at < fields.len() {
        fields[at] = FIELDS[if at < 11 { at } else { at + 1 }];
        at += 1;
    }
    fields
};

/// `MSGTRK…LOG`, of the Transport service. The version is the server's build, `15.01.nnnn.nnn`.
pub const MESSAGE_TRACKING: LogFormat = LogFormat {
    log_type: "Message Tracking Log",
    version: Cow::Borrowed("15.02.1544.004"),
    file_prefix: "MSGTRK",
    stamp: FileStamp::Hourly,
    fields: &FIELDS,
    dialect: Dialect::NEWEST,
};

/// `MSGTRKMD…LOG`, of the Mailbox Transport Delivery service.
pub const MESSAGE_TRACKING_DELIVERY: LogFormat =
    LogFormat { file_prefix: "MSGTRKMD", ..MESSAGE_TRACKING };

/// `MSGTRKMS…LOG`, of the Mailbox Transport Submission service.
pub const MESSAGE_TRACKING_SUBMISSION: LogFormat =
    LogFormat { file_prefix: "MSGTRKMS", ..MESSAGE_TRACKING };

/// One of these formats as a server of that build writes it: its columns, and its build as the version.
/// The sample of Exchange 2010 has `14.0.0.0` instead of the build.
pub fn of_build(format: &LogFormat, build: Build) -> LogFormat {
    let fields: &'static [&'static str] = match build.product() {
        Product::Exchange2010 => &FIELDS_2010,
        Product::Exchange2013 => FIELDS_2013,
        _ => &FIELDS,
    };
    let format = LogFormat { fields, ..format.clone().of_build(build) };
    match build.product() {
        Product::Exchange2010 => format,
        _ => format.with_version(build.padded()),
    }
}

/// One thing that happened to a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrackingRow<'a> {
    /// When it happened.
    pub date_time: Timestamp,
    /// Address of the peer or client.
    pub client_ip: Cow<'a, str>,
    /// Its name.
    pub client_hostname: Cow<'a, str>,
    /// Address of the server.
    pub server_ip: Cow<'a, str>,
    /// Its name; for a send, that of the next hop.
    pub server_hostname: Cow<'a, str>,
    /// Details that depend on the source; see [`TrackingRow::smtp_source`].
    pub source_context: Cow<'a, str>,
    /// Receive connector with its server, or Send connector.
    pub connector_id: Cow<'a, str>,
    /// Component that wrote the row.
    pub source: TrackingSource,
    /// What happened.
    pub event_id: TrackingEventId,
    /// Number of the message on this server.
    pub internal_message_id: Cow<'a, str>,
    /// `Message-ID:` header.
    pub message_id: Cow<'a, str>,
    /// GUID that stays with the message and its copies.
    pub network_message_id: Cow<'a, str>,
    /// Recipients, joined by `;`.
    pub recipient_address: Cow<'a, str>,
    /// One status for each recipient, joined by `;`.
    pub recipient_status: Cow<'a, str>,
    /// Size of the message.
    pub total_bytes: Option<u64>,
    /// Number of recipients.
    pub recipient_count: Option<u32>,
    /// The address before a redirection, expansion or resolution.
    pub related_recipient_address: Cow<'a, str>,
    /// Message ID of the report, or of the message reported on.
    pub reference: Cow<'a, str>,
    /// `Subject:` header.
    pub message_subject: Cow<'a, str>,
    /// Sender of the message.
    pub sender_address: Cow<'a, str>,
    /// Envelope sender; `<>` for a report.
    pub return_path: Cow<'a, str>,
    /// Latencies or authentication; see [`TrackingRow::info`].
    pub message_info: Cow<'a, str>,
    /// `Incoming`, `Originating` or empty.
    pub directionality: Cow<'a, str>,
    /// Empty on premises.
    pub tenant_id: Cow<'a, str>,
    /// Address of the client that submitted the message.
    pub original_client_ip: Cow<'a, str>,
    /// Address of the server that received it first.
    pub original_server_ip: Cow<'a, str>,
    /// Keys and values; see [`TrackingRow::custom`].
    pub custom_data: Cow<'a, str>,
    /// `Email` or empty.
    pub transport_traffic_type: Cow<'a, str>,
    /// GUID of the row.
    pub log_id: Cow<'a, str>,
    /// Build of the server.
    pub schema_version: Cow<'a, str>,
}

/// A row that is only counted.
#[derive(Clone, Copy, Debug)]
pub struct TrackingGlance {
    /// When it happened.
    pub date_time: Timestamp,
}

impl TrackingGlance {
    /// Looks at a row; none when [`TrackingRow`] would not take it either, or needs a closer look.
    pub fn of(row: &Row<'_>, clock: &mut RowClock) -> Option<Self> {
        let is_number = |cell: &[u8]| cell.len() <= 9 && cell.iter().all(u8::is_ascii_digit);
        let date_time = clock.time(row.bytes(0))?;
        (is_number(row.bytes(14)) && is_number(row.bytes(15))).then_some(Self { date_time })
    }
}

impl TrackingRow<'_> {
    /// The recipients.
    pub fn recipients(&self) -> impl Iterator<Item = &str> {
        self.recipient_address.split(';').filter(|address| !address.is_empty())
    }

    /// The status of each recipient, in their order; empty when the statuses cannot be told apart.
    pub fn recipient_statuses(&self) -> Vec<&str> {
        statuses(&self.recipient_status, self.recipients().count())
    }

    /// The SMTP session a received message came through.
    pub fn smtp_source(&self) -> Option<SmtpSource> {
        self.source_context.parse().ok()
    }

    /// Keys and values of `custom-data`.
    pub fn custom(&self) -> CustomData {
        CustomData::parse(&self.custom_data)
    }

    /// What `message-info` says.
    pub fn info(&self) -> MessageInfo {
        MessageInfo::parse(&self.message_info)
    }

    /// The same row with its own text.
    pub fn into_owned(self) -> TrackingRow<'static> {
        TrackingRow {
            date_time: self.date_time,
            client_ip: own(self.client_ip),
            client_hostname: own(self.client_hostname),
            server_ip: own(self.server_ip),
            server_hostname: own(self.server_hostname),
            source_context: own(self.source_context),
            connector_id: own(self.connector_id),
            source: self.source,
            event_id: self.event_id,
            internal_message_id: own(self.internal_message_id),
            message_id: own(self.message_id),
            network_message_id: own(self.network_message_id),
            recipient_address: own(self.recipient_address),
            recipient_status: own(self.recipient_status),
            total_bytes: self.total_bytes,
            recipient_count: self.recipient_count,
            related_recipient_address: own(self.related_recipient_address),
            reference: own(self.reference),
            message_subject: own(self.message_subject),
            sender_address: own(self.sender_address),
            return_path: own(self.return_path),
            message_info: own(self.message_info),
            directionality: own(self.directionality),
            tenant_id: own(self.tenant_id),
            original_client_ip: own(self.original_client_ip),
            original_server_ip: own(self.original_server_ip),
            custom_data: own(self.custom_data),
            transport_traffic_type: own(self.transport_traffic_type),
            log_id: own(self.log_id),
            schema_version: own(self.schema_version),
        }
    }
}

impl<'a> LogRow<'a> for TrackingRow<'a> {
    const FIELDS: &'static [&'static str] = &FIELDS;

    fn to_cells(&self) -> Vec<Cow<'_, str>> {
        vec![
            log_time(self.date_time).into(),
            (&*self.client_ip).into(),
            (&*self.client_hostname).into(),
            (&*self.server_ip).into(),
            (&*self.server_hostname).into(),
            (&*self.source_context).into(),
            (&*self.connector_id).into(),
            self.source.as_str().into(),
            self.event_id.as_str().into(),
            (&*self.internal_message_id).into(),
            (&*self.message_id).into(),
            (&*self.network_message_id).into(),
            (&*self.recipient_address).into(),
            (&*self.recipient_status).into(),
            self.total_bytes.map_or(Cow::Borrowed(""), |bytes| bytes.to_string().into()),
            self.recipient_count.map_or(Cow::Borrowed(""), |count| count.to_string().into()),
            (&*self.related_recipient_address).into(),
            (&*self.reference).into(),
            (&*self.message_subject).into(),
            (&*self.sender_address).into(),
            (&*self.return_path).into(),
            (&*self.message_info).into(),
            (&*self.directionality).into(),
            (&*self.tenant_id).into(),
            (&*self.original_client_ip).into(),
            (&*self.original_server_ip).into(),
            (&*self.custom_data).into(),
            (&*self.transport_traffic_type).into(),
            (&*self.log_id).into(),
            (&*self.schema_version).into(),
        ]
    }

    fn from_cells(cells: &mut Cells<'_, 'a>) -> Result<Self, Reason> {
        Ok(Self {
            date_time: cells.time("date-time")?,
            client_ip: cells.text(),
            client_hostname: cells.text(),
            server_ip: cells.text(),
            server_hostname: cells.text(),
            source_context: cells.text(),
            connector_id: cells.text(),
            source: TrackingSource::of(&cells.text()),
            event_id: TrackingEventId::of(&cells.text()),
            internal_message_id: cells.text(),
            message_id: cells.text(),
            network_message_id: cells.text(),
            recipient_address: cells.text(),
            recipient_status: cells.text(),
            total_bytes: cells.number_or_empty("total-bytes")?,
            recipient_count: cells.number_or_empty("recipient-count")?,
            related_recipient_address: cells.text(),
            reference: cells.text(),
            message_subject: cells.text(),
            sender_address: cells.text(),
            return_path: cells.text(),
            message_info: cells.text(),
            directionality: cells.text(),
            tenant_id: cells.text(),
            original_client_ip: cells.text(),
            original_server_ip: cells.text(),
            custom_data: cells.text(),
            transport_traffic_type: cells.text(),
            log_id: cells.text(),
            schema_version: cells.text(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;
    use proptest::prelude::*;

    fn received() -> TrackingRow<'static> {
        let mut text = vec![Cow::Borrowed(""); 27];
        for (at, cell) in [
            (0, "192.168.1.4"),
            (1, "MBX01.contoso.example"),
            (3, "MBX01"),
            (4, "08DEA74796A6E2C9;2026-05-01T06:06:57.291Z;0"),
            (5, r"MBX01\Default MBX01"),
            (6, "SMTP"),
            (7, "RECEIVE"),
            (8, "42842298777605"),
            (9, "<1@contoso.example>"),
            (10, "13fad5b7-39c5-46e7-130e-08d4a138ac67"),
            (11, "anna@contoso.example;bo@contoso.example"),
            (15, "Lunch, today"),
            (16, "carl@fabrikam.example"),
            (17, "carl@fabrikam.example"),
            (18, "0cA: "),
            (19, "Incoming"),
            (23, "S:ProxyHop1=MBX01.contoso.example(192.168.1.4);S:DeliveryPriority=Normal"),
            (24, "Email"),
            (25, "a7ae9ef9-e10c-4111-19bf-08dc0f111bee"),
            (26, "15.02.1544.004"),
        ] {
            text[at] = Cow::Borrowed(cell);
        }
        testing::tracking_row("2026-05-01T06:06:57.500Z".parse().unwrap(), &text, Some(3454))
    }

    #[test]
    fn the_file_is_written_as_exchange_writes_it() {
        insta::assert_snapshot!(testing::file(&MESSAGE_TRACKING, &[received()]), @r#"
        #Software: Microsoft Exchange Server
        #Version: 15.02.1544.004
        #Log-type: Message Tracking Log
        #Date: 2026-05-01T06:07:04.113Z
        #Fields: date-time,client-ip,client-hostname,server-ip,server-hostname,source-context,connector-id,source,event-id,internal-message-id,message-id,network-message-id,recipient-address,recipient-status,total-bytes,recipient-count,related-recipient-address,reference,message-subject,sender-address,return-path,message-info,directionality,tenant-id,original-client-ip,original-server-ip,custom-data,transport-traffic-type,log-id,schema-version
        2026-05-01T06:06:57.500Z,192.168.1.4,MBX01.contoso.example,,MBX01,08DEA74796A6E2C9;2026-05-01T06:06:57.291Z;0,MBX01\Default MBX01,SMTP,RECEIVE,42842298777605,<1@contoso.example>,13fad5b7-39c5-46e7-130e-08d4a138ac67,anna@contoso.example;bo@contoso.example,,3454,1,,,"Lunch, today",carl@fabrikam.example,carl@fabrikam.example,0cA: ,Incoming,,,,S:ProxyHop1=MBX01.contoso.example(192.168.1.4);S:DeliveryPriority=Normal,Email,a7ae9ef9-e10c-4111-19bf-08dc0f111bee,15.02.1544.004
        "#);
    }

    #[test]
    fn older_servers_have_fewer_columns() {
        let old = of_build(&MESSAGE_TRACKING, Build(14, 3, 513, 0));
        insta::assert_snapshot!(testing::file(&old, &[received()]), @r#"
        #Software: Microsoft Exchange Server
        #Version: 14.0.0.0
        #Log-type: Message Tracking Log
        #Date: 2026-05-01T06:07:04.113Z
        #Fields: date-time,client-ip,client-hostname,server-ip,server-hostname,source-context,connector-id,source,event-id,internal-message-id,message-id,recipient-address,recipient-status,total-bytes,recipient-count,related-recipient-address,reference,message-subject,sender-address,return-path,message-info,directionality,tenant-id,original-client-ip,original-server-ip,custom-data
        2026-05-01T06:06:57.500Z,192.168.1.4,MBX01.contoso.example,,MBX01,08DEA74796A6E2C9;2026-05-01T06:06:57.291Z;0,MBX01\Default MBX01,SMTP,RECEIVE,42842298777605,<1@contoso.example>,anna@contoso.example;bo@contoso.example,,3454,1,,,"Lunch, today",carl@fabrikam.example,carl@fabrikam.example,0cA: ,Incoming,,,,S:ProxyHop1=MBX01.contoso.example(192.168.1.4);S:DeliveryPriority=Normal
        "#);
        let exchange_2013 = of_build(&MESSAGE_TRACKING, Build(15, 0, 1104, 0));
        assert_eq!(exchange_2013.fields.last(), Some(&"custom-data"));
        assert_eq!(exchange_2013.version, "15.00.1104.000");
        assert_eq!(of_build(&MESSAGE_TRACKING, Build(15, 1, 2375, 7)).fields.len(), 30);
    }

    #[test]
    fn a_row_of_an_older_server_lacks_what_came_later() {
        let old = LogFormat { fields: &FIELDS_2010, ..MESSAGE_TRACKING };
        let bytes = testing::bytes(&old, &[received()]);
        let mut scan = crate::scan::LogScan::new(&FIELDS);
        let mut read = Vec::new();
        scan.read(bytes.as_slice(), |_, item| {
            if let crate::scan::Scanned::Row(row) = item {
                assert!(row.columns().unknown().is_empty());
                read.push(row.read::<TrackingRow<'_>>().unwrap().into_owned());
            }
        })
        .unwrap();
        let expected = TrackingRow {
            network_message_id: "".into(),
            transport_traffic_type: "".into(),
            log_id: "".into(),
            schema_version: "".into(),
            ..received()
        };
        assert_eq!(read, [expected]);
    }

    #[test]
    fn the_packed_cells_are_taken_apart() {
        let row = received();
        assert_eq!(
            row.recipients().collect::<Vec<_>>(),
            ["anna@contoso.example", "bo@contoso.example"]
        );
        assert_eq!(row.smtp_source().unwrap().session_id, "08DEA74796A6E2C9");
        assert_eq!(row.custom().value("DeliveryPriority"), Some("Normal"));
        assert!(matches!(row.info(), MessageInfo::Authentication { auth_as: 'A', .. }));
    }

    proptest! {
        #[test]
        fn rows_are_read_as_written(
            time in testing::time(),
            text in proptest::collection::vec(testing::cell(), 27),
            bytes in any::<Option<u64>>(),
        ) {
            let row = testing::tracking_row(time, &text, bytes);
            let bytes = testing::bytes(&MESSAGE_TRACKING, std::slice::from_ref(&row));
            let mut read = Vec::new();
            testing::scan(&MESSAGE_TRACKING, &bytes, |row| {
                read.push(row.read::<TrackingRow<'_>>().map(TrackingRow::into_owned));
            });
            prop_assert_eq!(read, vec![Ok(row)]);
        }
    }
}
