//! `Remove-DnsServerResourceRecord`: removes the records of a name and type, or the one with that data.
//!
//! `-RecordData` takes the data as the record's cmdlet does: an address, a name, for MX records
//! preference and host (`-RecordData 10,mail.contoso.com`).
//!
//! Source: Microsoft Learn, `Remove-DnsServerResourceRecord`.

use dns::{DomainName, RecordData, RecordType};
use exchange::value::{Object, Value};

use super::adding::ZONE_NAME;
use super::get_dns_server_resource_record::{RR_TYPE, no_record, record_type, records_of, zone_of};
use super::record::{self, CLASS, data};
use super::server::{COMPUTER_NAME, FORCE, PASS_THRU, Win32, refused, server};
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;

/// The cmdlet.
pub static REMOVE_DNS_SERVER_RESOURCE_RECORD: Cmdlet = Cmdlet {
    name: "Remove-DnsServerResourceRecord",
    synopsis: "Removes resource records from a zone.",
    class: "",
    parameters: &[
        ZONE_NAME,
        Parameter::new("Name", Kind::String, "The name in the zone; `@` is the zone itself.")
            .at(2)
            .aliases(&["RecordName"]),
        Parameter { position: Some(1), ..RR_TYPE },
        Parameter::new("RecordData", Kind::Strings, "What the record says."),
        Parameter::new("InputObject", Kind::Value, "A record that was shown.").by_value(),
        COMPUTER_NAME,
        FORCE,
        PASS_THRU,
    ],
    run: |invocation| Box::pin(run(invocation)),
};

/// Which records are meant.
struct Meant {
    name: String,
    record_type: RecordType,
    data: Option<RecordData>,
}

async fn run(mut invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let server = server(&invocation)?;
    let zone = zone_of(&invocation, &server)?;
    let Meant { name, record_type, data } = meant(&invocation)?;
    let records = records_of(&server, &zone, &name)?;
    let is_meant = |own: &dns::Record| {
        own.record_type() == record_type && data.as_ref().is_none_or(|data| own.data == *data)
    };
    let shown: Vec<_> = records.iter().filter(|own| is_meant(own)).collect();
    if shown.is_empty() {
        return Err(no_record(&server, &zone, &name));
    }
    if !invocation.should_process(&format!("{name} in zone {}", zone.name())) {
        return Ok(Vec::new());
    }
    let failed = |error| {
        let host = &server.computer.name;
        let message = format!(
            "Failed to remove resource record {name} in zone {} on server {host}.",
            zone.name()
        );
        refused(Win32::of(&error), message, &name, CLASS)
    };
    let owner = DomainName::in_zone(&name, zone.name()).map_err(failed)?;
    server
        .dns
        .change_zone(zone.name(), |zone| zone.remove(&owner, record_type, data.as_ref()))
        .map_err(failed)?;
    let pass_thru = invocation.switch("PassThru");
    Ok(shown.iter().filter(|_| pass_thru).map(|own| record::shown(own, &zone)).collect())
}

fn meant(invocation: &Invocation<'_>) -> Result<Meant, ErrorRecord> {
    let object = invocation.value("InputObject");
    if let Some(record) = object.as_ref().and_then(Value::as_object)
        && let Some(meant) = of_object(record)
    {
        return Ok(meant);
    }
    let incomplete = || {
        let message = "Specify the name and the RRType of the records.".to_owned();
        refused(Win32::INVALID_PARAMETER, message, "", CLASS)
    };
    let name = invocation.string("Name").ok_or_else(incomplete)?;
    let record_type = record_type(invocation).ok_or_else(incomplete)?;
    let read = |texts: Vec<String>| {
        data(record_type, &texts).ok_or_else(|| {
            let text = texts.join(" ");
            let message =
                format!("\"{text}\" is not valid data of a resource record of type {record_type}.");
            refused(Win32::INVALID_PARAMETER, message, &text, CLASS)
        })
    };
    let data = invocation.strings("RecordData").map(read).transpose()?;
    Ok(Meant { name, record_type, data })
}

/// The record that `Get-DnsServerResourceRecord` showed.
fn of_object(record: &Object) -> Option<Meant> {
    let record_type = record.text_of("RecordType").parse().ok()?;
    let data = data(record_type, &record::texts(record))?;
    Some(Meant { name: record.text_of("HostName"), record_type, data: Some(data) })
}

#[cfg(test)]
mod tests {
    use crate::testing_world::transcript;

    const ZONE: &str = "DC01> Add-DnsServerPrimaryZone -Name contoso.com
        DC01> Add-DnsServerResourceRecordA contoso.com mail 10.0.0.13, 10.0.0.25
        DC01> Add-DnsServerResourceRecordMX contoso.com '@' mail.contoso.com 10
        DC01> Add-DnsServerResourceRecordMX contoso.com '@' mail2.contoso.com 20\n";

    #[test]
    fn records_are_removed_by_data_by_type_and_from_the_pipeline() {
        insta::assert_snapshot!(transcript(&format!(
            "{ZONE}
             DC01> Remove-DnsServerResourceRecord -ZoneName contoso.com -Name '@' -RRType Mx -RecordData 20,mail2.contoso.com -Force
             DC01> Remove-DnsServerResourceRecord contoso.com -RRType A -Name mail -RecordData 10.0.0.25 -Force -PassThru
             DC01> Get-DnsServerResourceRecord contoso.com '@' -RRType Mx | Remove-DnsServerResourceRecord -ZoneName contoso.com -Force -WhatIf
             DC01> Get-DnsServerResourceRecord contoso.com '@' -RRType Mx | Remove-DnsServerResourceRecord -ZoneName contoso.com -Force
             DC01> Get-DnsServerResourceRecord contoso.com
             DC01> Remove-DnsServerResourceRecord contoso.com -RRType A -Name mail -Force
             DC01> Get-DnsServerResourceRecord contoso.com mail"
        )), @r#"
        DC01> Add-DnsServerPrimaryZone -Name contoso.com
        DC01> Add-DnsServerResourceRecordA contoso.com mail 10.0.0.13, 10.0.0.25
        DC01> Add-DnsServerResourceRecordMX contoso.com '@' mail.contoso.com 10
        DC01> Add-DnsServerResourceRecordMX contoso.com '@' mail2.contoso.com 20
        DC01> Remove-DnsServerResourceRecord -ZoneName contoso.com -Name '@' -RRType Mx -RecordData 20,mail2.contoso.com -Force
        DC01> Remove-DnsServerResourceRecord contoso.com -RRType A -Name mail -RecordData 10.0.0.25 -Force -PassThru

        HostName                  RecordType Type       Timestamp            TimeToLive      RecordData
        --------                  ---------- ----       ---------            ----------      ----------
        mail                      A          1          0                    01:00:00        10.0.0.25


        DC01> Get-DnsServerResourceRecord contoso.com '@' -RRType Mx | Remove-DnsServerResourceRecord -ZoneName contoso.com -Force -WhatIf
        What if: Performing the operation "Remove-DnsServerResourceRecord" on target "@ in zone contoso.com".
        DC01> Get-DnsServerResourceRecord contoso.com '@' -RRType Mx | Remove-DnsServerResourceRecord -ZoneName contoso.com -Force
        DC01> Get-DnsServerResourceRecord contoso.com

        HostName                  RecordType Type       Timestamp            TimeToLive      RecordData
        --------                  ---------- ----       ---------            ----------      ----------
        @                         SOA        6          0                    01:00:00        [8][dc01.contoso.com.][hostmaste...
        @                         NS         2          0                    01:00:00        dc01.contoso.com.
        mail                      A          1          0                    01:00:00        10.0.0.13


        DC01> Remove-DnsServerResourceRecord contoso.com -RRType A -Name mail -Force
        DC01> Get-DnsServerResourceRecord contoso.com mail
        Get-DnsServerResourceRecord : Failed to get mail record in contoso.com zone on DC01 server.
        At line:1 char:1
        + Get-DnsServerResourceRecord contoso.com mail
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : ObjectNotFound: (mail:root/Microsoft/...rResourceRecord) [Get-DnsServerResourceRecord], 
            CimException
            + FullyQualifiedErrorId : WIN32 9714,Get-DnsServerResourceRecord
        "#);
    }

    #[test]
    fn records_that_are_not_there_are_told() {
        insta::assert_snapshot!(transcript(&format!(
            "{ZONE}
             DC01> Remove-DnsServerResourceRecord contoso.com -RRType A -Name nobody -Force
             DC01> Remove-DnsServerResourceRecord contoso.com -RRType A -Name mail -RecordData 10.0.0.99 -Force
             DC01> Remove-DnsServerResourceRecord fabrikam.com -RRType A -Name mail -Force
             DC01> Get-DnsServerResourceRecord fabrikam.com
             DC01> Get-DnsServerResourceRecord contoso.com mail -RRType Txt"
        )), @"
        DC01> Add-DnsServerPrimaryZone -Name contoso.com
        DC01> Add-DnsServerResourceRecordA contoso.com mail 10.0.0.13, 10.0.0.25
        DC01> Add-DnsServerResourceRecordMX contoso.com '@' mail.contoso.com 10
        DC01> Add-DnsServerResourceRecordMX contoso.com '@' mail2.contoso.com 20
        DC01> Remove-DnsServerResourceRecord contoso.com -RRType A -Name nobody -Force
        Remove-DnsServerResourceRecord : Failed to get nobody record in contoso.com zone on DC01 server.
        At line:1 char:1
        + Remove-DnsServerResourceRecord contoso.com -RRType A -Name nobody -Fo ...
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : ObjectNotFound: (nobody:root/Microsoft/...rResourceRecord) [Remove-DnsServerResourceReco
            rd], CimException
            + FullyQualifiedErrorId : WIN32 9714,Remove-DnsServerResourceRecord

        DC01> Remove-DnsServerResourceRecord contoso.com -RRType A -Name mail -RecordData 10.0.0.99 -Force
        Remove-DnsServerResourceRecord : Failed to get mail record in contoso.com zone on DC01 server.
        At line:1 char:1
        + Remove-DnsServerResourceRecord contoso.com -RRType A -Name mail -Reco ...
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : ObjectNotFound: (mail:root/Microsoft/...rResourceRecord) [Remove-DnsServerResourceRecord
            ], CimException
            + FullyQualifiedErrorId : WIN32 9714,Remove-DnsServerResourceRecord

        DC01> Remove-DnsServerResourceRecord fabrikam.com -RRType A -Name mail -Force
        Remove-DnsServerResourceRecord : Failed to enumerate the resource records of the zone fabrikam.com on server DC01.
        At line:1 char:1
        + Remove-DnsServerResourceRecord fabrikam.com -RRType A -Name mail -For ...
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : ObjectNotFound: (fabrikam.com:root/Microsoft/...rResourceRecord) [Remove-DnsServerResour
            ceRecord], CimException
            + FullyQualifiedErrorId : WIN32 9601,Remove-DnsServerResourceRecord

        DC01> Get-DnsServerResourceRecord fabrikam.com
        Get-DnsServerResourceRecord : Failed to enumerate the resource records of the zone fabrikam.com on server DC01.
        At line:1 char:1
        + Get-DnsServerResourceRecord fabrikam.com
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : ObjectNotFound: (fabrikam.com:root/Microsoft/...rResourceRecord) [Get-DnsServerResourceR
            ecord], CimException
            + FullyQualifiedErrorId : WIN32 9601,Get-DnsServerResourceRecord

        DC01> Get-DnsServerResourceRecord contoso.com mail -RRType Txt
        Get-DnsServerResourceRecord : Failed to get mail record in contoso.com zone on DC01 server.
        At line:1 char:1
        + Get-DnsServerResourceRecord contoso.com mail -RRType Txt
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : ObjectNotFound: (mail:root/Microsoft/...rResourceRecord) [Get-DnsServerResourceRecord], 
            CimException
            + FullyQualifiedErrorId : WIN32 9714,Get-DnsServerResourceRecord
        ");
    }

    #[test]
    fn what_says_no_record_is_told() {
        insta::assert_snapshot!(transcript(&format!(
            "{ZONE}
             DC01> Remove-DnsServerResourceRecord contoso.com -RRType Mx -Name '@' -RecordData mail.contoso.com -Force
             DC01> Remove-DnsServerResourceRecord contoso.com -RRType Soa -Name '@' -Force
             DC01> Remove-DnsServerResourceRecord contoso.com -Name mail -Force
             DC01> Get-DnsServerResourceRecord contoso.com mail -RRType Srv"
        )), @r#"
        DC01> Add-DnsServerPrimaryZone -Name contoso.com
        DC01> Add-DnsServerResourceRecordA contoso.com mail 10.0.0.13, 10.0.0.25
        DC01> Add-DnsServerResourceRecordMX contoso.com '@' mail.contoso.com 10
        DC01> Add-DnsServerResourceRecordMX contoso.com '@' mail2.contoso.com 20
        DC01> Remove-DnsServerResourceRecord contoso.com -RRType Mx -Name '@' -RecordData mail.contoso.com -Force
        Remove-DnsServerResourceRecord : "mail.contoso.com" is not valid data of a resource record of type MX.
        At line:1 char:1
        + Remove-DnsServerResourceRecord contoso.com -RRType Mx -Name '@' -Reco ...
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : InvalidArgument: (mail.contoso.com:root/Microsoft/...rResourceRecord) [Remove-DnsServerR
            esourceRecord], CimException
            + FullyQualifiedErrorId : WIN32 87,Remove-DnsServerResourceRecord

        DC01> Remove-DnsServerResourceRecord contoso.com -RRType Soa -Name '@' -Force
        Remove-DnsServerResourceRecord : Failed to remove resource record @ in zone contoso.com on server DC01.
        At line:1 char:1
        + Remove-DnsServerResourceRecord contoso.com -RRType Soa -Name '@' -For ...
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : InvalidArgument: (@:root/Microsoft/...rResourceRecord) [Remove-DnsServerResourceRecord],
             CimException
            + FullyQualifiedErrorId : WIN32 87,Remove-DnsServerResourceRecord

        DC01> Remove-DnsServerResourceRecord contoso.com -Name mail -Force
        Remove-DnsServerResourceRecord : Specify the name and the RRType of the records.
        At line:1 char:1
        + Remove-DnsServerResourceRecord contoso.com -Name mail -Force
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : InvalidArgument: (:root/Microsoft/...rResourceRecord) [Remove-DnsServerResourceRecord], 
            CimException
            + FullyQualifiedErrorId : WIN32 87,Remove-DnsServerResourceRecord

        DC01> Get-DnsServerResourceRecord contoso.com mail -RRType Srv
        Get-DnsServerResourceRecord : Cannot validate argument on parameter 'RRType'. The argument "Srv" does not belong to the
        set "A,AAAA,CName,Mx,Ns,Ptr,Soa,Txt" specified by the ValidateSet attribute. Supply an argument that is in the set and
        then try the command again.
        At line:1 char:54
        + Get-DnsServerResourceRecord contoso.com mail -RRType Srv
        +                                                      ~~~
            + CategoryInfo          : InvalidData: (:) [Get-DnsServerResourceRecord], ParameterBindingValidationException
            + FullyQualifiedErrorId : ParameterArgumentValidationError,Get-DnsServerResourceRecord
        "#);
    }
}
