//! `Get-MessageTrackingLog`: what happened to messages on a server, from its message tracking logs.
//!
//! Order of the properties and the look of the lists as in real `Get-MessageTrackingLog | Format-List` of
//! Exchange 2016 and 2019; columns from Microsoft Learn, "Message tracking".
//!
//! Not modelled: the Transport Log Search service, which answers in the product.

use exchange::value::{Object, Value};
use jiff::Timestamp;
use logs::message_tracking::TrackingRow;
use logs::read::{self, Contents};
use services::computer::Computer;

use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;
use crate::language::view::{View, ViewColumn};
use crate::noun::DOMAIN_CONTROLLER;
use crate::place::Place;
use crate::refusal::{self, Family};
use crate::result_size::{self, RESULT_SIZE};

/// The cmdlet.
pub static GET_MESSAGE_TRACKING_LOG: Cmdlet = Cmdlet {
    name: "Get-MessageTrackingLog",
    synopsis: "Searches the message tracking logs of a server.",
    class: "",
    parameters: &[
        Parameter::new("End", Kind::DateTime, "Up to this time."),
        Parameter::new(
            "EventId",
            Kind::String,
            "The event, such as RECEIVE, SEND, DELIVER or FAIL.",
        ),
        Parameter::new("InternalMessageId", Kind::String, "The server's number for the message."),
        Parameter::new("MessageId", Kind::String, "The Message-ID header."),
        Parameter::new("MessageSubject", Kind::String, "A part of the subject."),
        Parameter::new("NetworkMessageId", Kind::Strings, "The GUID that stays with the message."),
        Parameter::new("Recipients", Kind::Strings, "One of the recipients."),
        Parameter::new("Reference", Kind::String, "What the event refers to."),
        RESULT_SIZE,
        Parameter::new("Sender", Kind::String, "The sender."),
        Parameter::new("Server", Kind::String, "The Exchange server.")
            .by_value()
            .by_property_name(),
        Parameter::new("Source", Kind::String, "The component, such as SMTP or STOREDRIVER."),
        Parameter::new("Start", Kind::DateTime, "From this time on."),
        DOMAIN_CONTROLLER,
    ],
    run: |invocation| Box::pin(run(invocation)),
};

const TYPE_NAME: &str =
    "Microsoft.Exchange.Management.TransportLogSearchTasks.MessageTrackingEvent";

/// How it is shown.
pub static VIEW: View = View::table(
    TYPE_NAME,
    &[
        ViewColumn::new("EventId", 14),
        ViewColumn::new("Source", 11),
        ViewColumn::new("Sender", 0),
        ViewColumn::new("Recipients", 0),
        ViewColumn::new("MessageSubject", 0),
    ],
);

/// Below the installation folder.
const FOLDER: &str = "TransportRoles/Logs/MessageTracking";

async fn run(mut invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let rows = rows(&invocation)?;
    let wanted = Wanted::of(&invocation);
    let found = rows.iter().filter(|row| wanted.has(row)).map(event).map(Value::from).collect();
    result_size::cut(&mut invocation, found)
}

/// The rows of the server that is asked, in the order of their times.
fn rows(invocation: &Invocation<'_>) -> Result<Vec<TrackingRow<'static>>, ErrorRecord> {
    let place = invocation.world::<Place>()?;
    let name = invocation.string("Server").unwrap_or_else(|| place.name());
    let machine = place.world.machine(&name).filter(|_| place.transport(Some(&name)).is_some());
    let Some(machine) = machine else {
        return Err(refusal::not_found(invocation, Family::TransportLogSearchTasks, &name));
    };
    let is_own = place.computer().is_some_and(|own| own.name == machine.computer.name);
    if !is_own && (place.is_edge() || machine.is_edge()) {
        let why = format!(
            "The message tracking logs of the computer \"{name}\" can't be searched, because it can't be reached by RPC."
        );
        let exception = "LocalizedException";
        return Err(refusal::refusal(invocation, Family::TransportLogSearchTasks, exception, why));
    }
    Ok(rows_on(&machine.computer))
}

fn rows_on(computer: &Computer) -> Vec<TrackingRow<'static>> {
    computer.flush_logs();
    let mut rows = Vec::new();
    for (path, bytes) in computer.disk.below(FOLDER) {
        if let Contents::Tracking(read) = read::read_bytes(&path, &bytes).contents {
            rows.extend(read.into_iter().map(|(_, row)| row));
        }
    }
    rows.sort_by_key(|row| row.date_time);
    rows
}

/// What the parameters ask for; what is not given asks for nothing.
struct Wanted {
    from: Option<Timestamp>,
    to: Option<Timestamp>,
    recipients: Option<Vec<String>>,
    network_message_ids: Option<Vec<String>>,
    message_id: Option<String>,
    subject: Option<String>,
    /// Texts that must be equal, with how the row is asked for them.
    equal: Vec<(String, Cell)>,
}

/// How a row is asked for one of its texts.
type Cell = for<'a> fn(&'a TrackingRow<'_>) -> &'a str;

const EQUAL: [(&str, Cell); 5] = [
    ("EventId", |row| row.event_id.as_str()),
    ("InternalMessageId", |row| &row.internal_message_id),
    ("Reference", |row| &row.reference),
    ("Sender", |row| &row.sender_address),
    ("Source", |row| row.source.as_str()),
];

impl Wanted {
    fn of(invocation: &Invocation<'_>) -> Self {
        let equal = EQUAL.iter().filter_map(|(name, cell)| Some((invocation.string(name)?, *cell)));
        Self {
            from: invocation.date_time("Start"),
            to: invocation.date_time("End"),
            recipients: invocation.strings("Recipients"),
            network_message_ids: invocation.strings("NetworkMessageId"),
            message_id: invocation.string("MessageId"),
            subject: invocation.string("MessageSubject").map(|text| text.to_lowercase()),
            equal: equal.collect(),
        }
    }

    fn has(&self, row: &TrackingRow<'_>) -> bool {
        let one_of = |wanted: &Vec<String>, own: &str| {
            wanted.iter().any(|wanted| wanted.eq_ignore_ascii_case(own))
        };
        let bare = |id: &str| id.trim_start_matches('<').trim_end_matches('>').to_owned();
        self.from.is_none_or(|from| row.date_time >= from)
            && self.to.is_none_or(|to| row.date_time <= to)
            && self.equal.iter().all(|(wanted, cell)| cell(row).eq_ignore_ascii_case(wanted))
            && self.message_id.as_ref().is_none_or(|id| bare(id) == bare(&row.message_id))
            && self
                .network_message_ids
                .as_ref()
                .is_none_or(|ids| one_of(ids, &row.network_message_id))
            && self
                .recipients
                .as_ref()
                .is_none_or(|all| row.recipients().any(|own| one_of(all, own)))
            && self
                .subject
                .as_ref()
                .is_none_or(|part| row.message_subject.to_lowercase().contains(part))
    }
}

/// A row as the shell shows it.
fn event(row: &TrackingRow<'_>) -> Object {
    let text = |text: &str| Value::from(text);
    let count = |count: Option<u64>| {
        count.map_or(Value::Null, |count| Value::I32(i32::try_from(count).unwrap_or(i32::MAX)))
    };
    let recipients: Vec<&str> = row.recipients().collect();
    let references: Vec<&str> = row.reference.split(';').filter(|one| !one.is_empty()).collect();
    let data = row.custom().0.into_iter().map(|(key, value)| {
        const PAIR: &str = "System.Collections.Generic.KeyValuePair`2[System.String,System.Object]";
        Value::opaque(PAIR, format!("[{key}, {value}]"))
    });
    let name = format!("{} {}", row.event_id.as_str(), row.message_id);
    let mut event = Object::new(TYPE_NAME)
        .with("Timestamp", row.date_time)
        .with("ClientIp", text(&row.client_ip))
        .with("ClientHostname", text(&row.client_hostname))
        .with("ServerIp", text(&row.server_ip))
        .with("ServerHostname", text(&row.server_hostname))
        .with("SourceContext", text(&row.source_context))
        .with("ConnectorId", text(&row.connector_id))
        .with("Source", row.source.as_str())
        .with("EventId", row.event_id.as_str())
        .with("InternalMessageId", text(&row.internal_message_id))
        .with("MessageId", text(&row.message_id))
        .with("NetworkMessageId", text(&row.network_message_id))
        .with("Recipients", recipients)
        .with("RecipientStatus", row.recipient_statuses())
        .with("TotalBytes", count(row.total_bytes))
        .with("RecipientCount", count(row.recipient_count.map(u64::from)))
        .with("RelatedRecipientAddress", text(&row.related_recipient_address))
        .with("Reference", references)
        .with("MessageSubject", text(&row.message_subject))
        .with("Sender", text(&row.sender_address))
        .with("ReturnPath", text(&row.return_path))
        .with("Directionality", text(&row.directionality))
        .with("TenantId", text(&row.tenant_id))
        .with("OriginalClientIp", text(&row.original_client_ip))
        .with("MessageInfo", text(&row.message_info))
        .with("EventData", Value::List(data.collect()))
        .with("TransportTrafficType", text(&row.transport_traffic_type))
        .with("SchemaVersion", text(&row.schema_version));
    event.text = name;
    event
}

#[cfg(test)]
mod tests {
    use crate::testing_world::{shown_in_turn, shown_on};

    const ZONE: &str = "Add-DnsServerPrimaryZone -Name contoso.com
         Add-DnsServerResourceRecordA -ZoneName contoso.com -Name mbx01 -IPv4Address 10.0.0.13";

    #[test]
    fn what_happened_to_a_message_is_found() {
        let script = "New-AcceptedDomain contoso.com -DomainName contoso.com | Out-Null
             New-Mailbox raghu -PrimarySmtpAddress raghu@contoso.com | Out-Null
             Send-LabMail raghu@contoso.com anna@fabrikam.com, nobody@contoso.com 'Quarterly figures'
             Start-Sleep -Seconds 5
             Get-MessageTrackingLog
             Get-MessageTrackingLog -EventId receive -Source SMTP -Recipients anna@fabrikam.com | Format-List
             $id = (Get-MessageTrackingLog -Source SMTP -Sender raghu@contoso.com -EventId RECEIVE).MessageId
             (Get-MessageTrackingLog -MessageId $id | Measure-Object).Count
             (Get-TransportService | Get-MessageTrackingLog -MessageSubject quart | Measure-Object).Count
             (Get-MessageTrackingLog -Start (Get-Date).AddMinutes(1) | Measure-Object).Count
             (Get-MessageTrackingLog -End (Get-Date).AddMinutes(-1) | Measure-Object).Count";
        insta::assert_snapshot!(shown_in_turn(&[("DC01", ZONE), ("MBX01", script)]), @r"

        EventId        Source      Sender                          Recipients                     MessageSubject
        -------        ------      ------                          ----------                     --------------
        NOTIFYMAPI     STOREDRIVER raghu@contoso.com               {}
        RECEIVE        STOREDRIVER raghu@contoso.com               {anna@fabrikam.com, nobody@... Quarterly figures
        HAREDIRECTFAIL SMTP        raghu@contoso.com               {anna@fabrikam.com, nobody@... Quarterly figures
        RECEIVE        SMTP        raghu@contoso.com               {anna@fabrikam.com, nobody@... Quarterly figures
        SUBMIT         STOREDRIVER raghu@contoso.com               {}                             Quarterly figures
        AGENTINFO      AGENT       raghu@contoso.com               {anna@fabrikam.com}            Quarterly figures
        FAIL           ROUTING     raghu@contoso.com               {nobody@contoso.com}           Quarterly figures
        DSN            DSN                                         {raghu@contoso.com}            Undeliverable: Quarterly fi...
        AGENTINFO      AGENT                                       {raghu@contoso.com}            Undeliverable: Quarterly fi...
        DELIVER        STOREDRIVER                                 {raghu@contoso.com}            Undeliverable: Quarterly fi...
        SEND           SMTP                                        {raghu@contoso.com}            Undeliverable: Quarterly fi...




        RunspaceId              : 52675c2a-877e-4582-af64-d0e2549d1e81
        Timestamp               : 5/1/2026 8:00:00 AM
        ClientIp                : 10.0.0.13
        ClientHostname          : MBX01.contoso.com
        ServerIp                : 10.0.0.13
        ServerHostname          : MBX01
        SourceContext           : 08DEA746B11FF6EB;2026-05-01T06:00:00.377Z;0
        ConnectorId             : MBX01\Default MBX01
        Source                  : SMTP
        EventId                 : RECEIVE
        InternalMessageId       : 134127533686785
        MessageId               : <2b7e711dc6c9488bbe91bfc73a261b31@MBX01.contoso.com>
        NetworkMessageId        : c3131c84-c98a-4659-ae50-08dea746e155
        Recipients              : {anna@fabrikam.com, nobody@contoso.com}
        RecipientStatus         : {}
        TotalBytes              : 1143
        RecipientCount          : 2
        RelatedRecipientAddress :
        Reference               : {}
        MessageSubject          : Quarterly figures
        Sender                  : raghu@contoso.com
        ReturnPath              : raghu@contoso.com
        Directionality          : Originating
        TenantId                :
        OriginalClientIp        : 10.0.0.13
        MessageInfo             : 04I:
        EventData               : {[Replication, Failed], [FirstForestHop, MBX01.contoso.com], [FromEntity, Hosted],
                                  [DeliveryPriority, Normal]...}
        TransportTrafficType    : Email
        SchemaVersion           : 15.02.1544.014



        6
        10
        0
        0
        ");
    }

    #[test]
    fn only_the_logs_of_a_server_within_reach_are_searched() {
        insta::assert_snapshot!(shown_on(
            "EDGE01",
            "Get-MessageTrackingLog -Server MBX01
             Get-MessageTrackingLog -Server DC01",
        ), @r#"
        The message tracking logs of the computer "MBX01" can't be searched, because it can't be reached by RPC.
            + CategoryInfo          : NotSpecified: (:) [Get-MessageTrackingLog], LocalizedException
            + FullyQualifiedErrorId : [Server=EDGE01,RequestId=60e9ba5e-2553-41f5-906c-b34e8d00b645,TimeStamp=5/1/2026 8:00:00
             AM] [FailureCategory=Cmdlet-LocalizedException] 709744BC,Microsoft.Exchange.Management.TransportLogSearchTasks.Ge
            tMessageTrackingLog
            + PSComputerName        : edge01.contoso.com

        The operation couldn't be performed because object 'DC01' couldn't be found on 'edge01.contoso.com'.
            + CategoryInfo          : NotSpecified: (:) [Get-MessageTrackingLog], ManagementObjectNotFoundException
            + FullyQualifiedErrorId : [Server=EDGE01,RequestId=819ff989-3f7e-4abd-9944-d72edb68139a,TimeStamp=5/1/2026 8:00:00
             AM] [FailureCategory=Cmdlet-ManagementObjectNotFoundException] B895B8C1,Microsoft.Exchange.Management.TransportLo
            gSearchTasks.GetMessageTrackingLog
            + PSComputerName        : edge01.contoso.com
        "#);
    }
}
