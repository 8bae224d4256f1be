//! `Add-DnsServerResourceRecord`: adds a record of any type to a zone; a switch says which.
//!
//! `-Txt -DescriptiveText 'v=spf1 -all'`: each line of the text is a string of the record, 255
//! characters at most.
//!
//! Not modelled: types other than A, AAAA, CNAME, MX, NS, PTR and TXT; `-InputObject`.
//!
//! Source: Microsoft Learn, `Add-DnsServerResourceRecord`.

use dns::RecordType;
use exchange::value::Value;

use super::adding::{COMMON, CREATE_PTR, NAME, ZONE_NAME, add};
use super::record::CLASS;
use super::server::{FORCE, Win32, refused};
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;
use crate::noun;

const OWN: [Parameter; 19] = [
    ZONE_NAME,
    NAME,
    Parameter::new("A", Kind::Switch, "An IPv4 address."),
    Parameter::new("AAAA", Kind::Switch, "An IPv6 address."),
    Parameter::new("CName", Kind::Switch, "An alias."),
    Parameter::new("MX", Kind::Switch, "A mail exchanger."),
    Parameter::new("NS", Kind::Switch, "A name server."),
    Parameter::new("Ptr", Kind::Switch, "The name of an address."),
    Parameter::new("Txt", Kind::Switch, "A text."),
    Parameter::new("IPv4Address", Kind::String, "With -A: the address."),
    Parameter::new("IPv6Address", Kind::String, "With -AAAA: the address."),
    Parameter::new("HostNameAlias", Kind::String, "With -CName: what the name is an alias of."),
    Parameter::new("MailExchange", Kind::String, "With -MX: the host that takes the mail."),
    Parameter::new("Preference", Kind::String, "With -MX: the lower, the better."),
    Parameter::new("NameServer", Kind::String, "With -NS: the server."),
    Parameter::new("PtrDomainName", Kind::String, "With -Ptr: the name of the host."),
    Parameter::new("DescriptiveText", Kind::String, "With -Txt: the text."),
    CREATE_PTR,
    FORCE,
];

static PARAMETERS: [Parameter; 24] = noun::joined(OWN, COMMON);

/// The switches, each with the type it stands for and the parameters that go with it.
const TYPES: [(&str, RecordType, &[&str]); 7] = [
    ("A", RecordType::A, &["IPv4Address"]),
    ("AAAA", RecordType::Aaaa, &["IPv6Address"]),
    ("CName", RecordType::Cname, &["HostNameAlias"]),
    ("MX", RecordType::Mx, &["Preference", "MailExchange"]),
    ("NS", RecordType::Ns, &["NameServer"]),
    ("Ptr", RecordType::Ptr, &["PtrDomainName"]),
    ("Txt", RecordType::Txt, &["DescriptiveText"]),
];

/// The cmdlet.
pub static ADD_DNS_SERVER_RESOURCE_RECORD: Cmdlet = Cmdlet {
    name: "Add-DnsServerResourceRecord",
    synopsis: "Adds a resource record to a zone.",
    class: "",
    parameters: &PARAMETERS,
    run: |invocation| Box::pin(run(invocation)),
};

async fn run(mut invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let mut meant = TYPES.iter().filter(|(switch, ..)| invocation.switch(switch));
    let (Some((_, record_type, names)), None) = (meant.next(), meant.next()) else {
        return Err(ambiguous("Specify one type of record, such as -A, -MX or -Txt."));
    };
    let texts: Option<Vec<_>> = names.iter().map(|name| invocation.string(name)).collect();
    let Some(texts) = texts else {
        return Err(ambiguous(&format!(
            "A record of type {record_type} needs -{}.",
            names.join(" and -")
        )));
    };
    add(&mut invocation, *record_type, &[texts])
}

fn ambiguous(message: &str) -> ErrorRecord {
    refused(Win32::INVALID_PARAMETER, message.to_owned(), "", CLASS)
}

#[cfg(test)]
mod tests {
    use crate::testing_world::transcript;

    #[test]
    fn records_of_all_types_are_added_and_shown() {
        insta::assert_snapshot!(transcript(
            "DC01> Add-DnsServerPrimaryZone -Name contoso.com
             DC01> Add-DnsServerPrimaryZone -NetworkId 10.0.0.0/24
             DC01> Add-DnsServerResourceRecordA -ZoneName contoso.com -Name mbx01 -IPv4Address 10.0.0.13 -CreatePtr
             DC01> Add-DnsServerResourceRecordA contoso.com mail 10.0.0.13,10.0.0.25 -TimeToLive 00:05:00 -PassThru
             DC01> Add-DnsServerResourceRecordAAAA -ZoneName contoso.com -Name mail -IPv6Address 2001:db8::25
             DC01> Add-DnsServerResourceRecordMX -ZoneName contoso.com -Name '@' -MailExchange mail.contoso.com -Preference 0
             DC01> Add-DnsServerResourceRecordCName -ZoneName contoso.com -Name autodiscover -HostNameAlias mail.contoso.com
             DC01> Add-DnsServerResourceRecord -ZoneName contoso.com -Name '@' -Txt -DescriptiveText 'v=spf1 ip4:198.51.100.10 include:spf.protection.outlook.com -all'
             DC01> Add-DnsServerResourceRecord -MX -ZoneName contoso.com -Name sub -MailExchange mail.contoso.com -Preference 10
             DC01> Add-DnsServerResourceRecordPtr -ZoneName 0.0.10.in-addr.arpa -Name 25 -PtrDomainName edge01.contoso.com
             DC01> Get-DnsServerResourceRecord contoso.com
             DC01> Get-DnsServerResourceRecord -ZoneName 0.0.10.in-addr.arpa -RRType Ptr
             DC01> Get-DnsServerResourceRecord contoso.com '@' -RRType MX | Format-List
             DC01> (Get-DnsServerResourceRecord contoso.com mail -RRType A).RecordData.IPv4Address",
        ), @"
        DC01> Add-DnsServerPrimaryZone -Name contoso.com
        DC01> Add-DnsServerPrimaryZone -NetworkId 10.0.0.0/24
        DC01> Add-DnsServerResourceRecordA -ZoneName contoso.com -Name mbx01 -IPv4Address 10.0.0.13 -CreatePtr
        DC01> Add-DnsServerResourceRecordA contoso.com mail 10.0.0.13,10.0.0.25 -TimeToLive 00:05:00 -PassThru

        HostName                  RecordType Type       Timestamp            TimeToLive      RecordData
        --------                  ---------- ----       ---------            ----------      ----------
        mail                      A          1          0                    00:05:00        10.0.0.13
        mail                      A          1          0                    00:05:00        10.0.0.25


        DC01> Add-DnsServerResourceRecordAAAA -ZoneName contoso.com -Name mail -IPv6Address 2001:db8::25
        DC01> Add-DnsServerResourceRecordMX -ZoneName contoso.com -Name '@' -MailExchange mail.contoso.com -Preference 0
        DC01> Add-DnsServerResourceRecordCName -ZoneName contoso.com -Name autodiscover -HostNameAlias mail.contoso.com
        DC01> Add-DnsServerResourceRecord -ZoneName contoso.com -Name '@' -Txt -DescriptiveText 'v=spf1 ip4:198.51.100.10 include:spf.protection.outlook.com -all'
        DC01> Add-DnsServerResourceRecord -MX -ZoneName contoso.com -Name sub -MailExchange mail.contoso.com -Preference 10
        DC01> Add-DnsServerResourceRecordPtr -ZoneName 0.0.10.in-addr.arpa -Name 25 -PtrDomainName edge01.contoso.com
        DC01> Get-DnsServerResourceRecord contoso.com

        HostName                  RecordType Type       Timestamp            TimeToLive      RecordData
        --------                  ---------- ----       ---------            ----------      ----------
        @                         SOA        6          0                    01:00:00        [9][dc01.contoso.com.][hostmaste...
        @                         NS         2          0                    01:00:00        dc01.contoso.com.
        @                         MX         15         0                    01:00:00        [0][mail.contoso.com.]
        @                         TXT        16         0                    01:00:00        v=spf1 ip4:198.51.100.10 include...
        autodiscover              CNAME      5          0                    01:00:00        mail.contoso.com.
        mail                      A          1          0                    00:05:00        10.0.0.13
        mail                      A          1          0                    00:05:00        10.0.0.25
        mail                      AAAA       28         0                    01:00:00        2001:db8::25
        mbx01                     A          1          0                    01:00:00        10.0.0.13
        sub                       MX         15         0                    01:00:00        [10][mail.contoso.com.]


        DC01> Get-DnsServerResourceRecord -ZoneName 0.0.10.in-addr.arpa -RRType Ptr

        HostName                  RecordType Type       Timestamp            TimeToLive      RecordData
        --------                  ---------- ----       ---------            ----------      ----------
        13                        PTR        12         0                    01:00:00        mbx01.contoso.com.
        25                        PTR        12         0                    01:00:00        edge01.contoso.com.


        DC01> Get-DnsServerResourceRecord contoso.com '@' -RRType MX | Format-List


        DistinguishedName :
        HostName          : @
        RecordClass       : IN
        RecordData        : DnsServerResourceRecordMX
        RecordType        : MX
        Timestamp         :
        TimeToLive        : 01:00:00
        Type              : 15



        DC01> (Get-DnsServerResourceRecord contoso.com mail -RRType A).RecordData.IPv4Address
        10.0.0.13
        10.0.0.25
        ");
    }

    #[test]
    fn what_does_not_fit_into_the_zone_is_told() {
        insta::assert_snapshot!(transcript(
            "DC01> Add-DnsServerPrimaryZone -Name contoso.com
             DC01> Add-DnsServerResourceRecordA contoso.com mail 10.0.0.13
             DC01> Add-DnsServerResourceRecordA contoso.com MAIL 10.0.0.13
             DC01> Add-DnsServerResourceRecordCName contoso.com mail -HostNameAlias mbx01.contoso.com
             DC01> Add-DnsServerResourceRecordA fabrikam.com mail 10.0.0.13
             DC01> Add-DnsServerResourceRecordA contoso.com edge 10.0.0.25 -CreatePtr
             DC01> (Get-DnsServerResourceRecord contoso.com).HostName",
        ), @"
        DC01> Add-DnsServerPrimaryZone -Name contoso.com
        DC01> Add-DnsServerResourceRecordA contoso.com mail 10.0.0.13
        DC01> Add-DnsServerResourceRecordA contoso.com MAIL 10.0.0.13
        Add-DnsServerResourceRecordA : Failed to create resource record MAIL in zone contoso.com on server DC01.
        At line:1 char:1
        + Add-DnsServerResourceRecordA contoso.com MAIL 10.0.0.13
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : ResourceExists: (MAIL:root/Microsoft/...ResourceRecordA) [Add-DnsServerResourceRecordA],
             CimException
            + FullyQualifiedErrorId : WIN32 9711,Add-DnsServerResourceRecordA

        DC01> Add-DnsServerResourceRecordCName contoso.com mail -HostNameAlias mbx01.contoso.com
        Add-DnsServerResourceRecordCName : Failed to create resource record mail in zone contoso.com on server DC01.
        At line:1 char:1
        + Add-DnsServerResourceRecordCName contoso.com mail -HostNameAlias mbx0 ...
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : NotSpecified: (mail:root/Microsoft/...urceRecordCName) [Add-DnsServerResourceRecordCName
            ], CimException
            + FullyQualifiedErrorId : WIN32 9709,Add-DnsServerResourceRecordCName

        DC01> Add-DnsServerResourceRecordA fabrikam.com mail 10.0.0.13
        Add-DnsServerResourceRecordA : Failed to create resource record mail in zone fabrikam.com on server DC01.
        At line:1 char:1
        + Add-DnsServerResourceRecordA fabrikam.com mail 10.0.0.13
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : ObjectNotFound: (mail:root/Microsoft/...ResourceRecordA) [Add-DnsServerResourceRecordA],
             CimException
            + FullyQualifiedErrorId : WIN32 9601,Add-DnsServerResourceRecordA

        DC01> Add-DnsServerResourceRecordA contoso.com edge 10.0.0.25 -CreatePtr
        Add-DnsServerResourceRecordA : Failed to create PTR record. Resource record edge.contoso.com on server DC01 is created
        successfully, but corresponding PTR record could not be created.
        At line:1 char:1
        + Add-DnsServerResourceRecordA contoso.com edge 10.0.0.25 -CreatePtr
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : NotSpecified: (edge.contoso.com:root/Microsoft/...ResourceRecordA) [Add-DnsServerResourc
            eRecordA], CimException
            + FullyQualifiedErrorId : WIN32 9715,Add-DnsServerResourceRecordA

        DC01> (Get-DnsServerResourceRecord contoso.com).HostName
        @
        @
        edge
        mail
        ");
    }

    #[test]
    fn what_is_no_record_is_told() {
        insta::assert_snapshot!(transcript(
            "DC01> Add-DnsServerPrimaryZone -Name contoso.com
             DC01> Add-DnsServerResourceRecordA contoso.com mail 10.0.0.300
             DC01> Add-DnsServerResourceRecordMX contoso.com '@' mail.contoso.com 70000
             DC01> Add-DnsServerResourceRecord contoso.com '@' -Txt
             DC01> Add-DnsServerResourceRecord contoso.com '@' -DescriptiveText x
             DC01> Add-DnsServerResourceRecord contoso.com a..b -A -IPv4Address 10.0.0.1
             DC01> Add-DnsServerResourceRecord contoso.com sub -NS -NameServer dc01.contoso.com",
        ), @r#"
        DC01> Add-DnsServerPrimaryZone -Name contoso.com
        DC01> Add-DnsServerResourceRecordA contoso.com mail 10.0.0.300
        Add-DnsServerResourceRecordA : "10.0.0.300" is not valid data of a resource record of type A.
        At line:1 char:1
        + Add-DnsServerResourceRecordA contoso.com mail 10.0.0.300
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : InvalidArgument: (10.0.0.300:root/Microsoft/...ResourceRecordA) [Add-DnsServerResourceRe
            cordA], CimException
            + FullyQualifiedErrorId : WIN32 87,Add-DnsServerResourceRecordA

        DC01> Add-DnsServerResourceRecordMX contoso.com '@' mail.contoso.com 70000
        Add-DnsServerResourceRecordMX : "70000 mail.contoso.com" is not valid data of a resource record of type MX.
        At line:1 char:1
        + Add-DnsServerResourceRecordMX contoso.com '@' mail.contoso.com 70000
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : InvalidArgument: (70000 mail.contoso.com:root/Microsoft/...esourceRecordMX) [Add-DnsServ
            erResourceRecordMX], CimException
            + FullyQualifiedErrorId : WIN32 87,Add-DnsServerResourceRecordMX

        DC01> Add-DnsServerResourceRecord contoso.com '@' -Txt
        Add-DnsServerResourceRecord : A record of type TXT needs -DescriptiveText.
        At line:1 char:1
        + Add-DnsServerResourceRecord contoso.com '@' -Txt
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : InvalidArgument: (:root/Microsoft/...rResourceRecord) [Add-DnsServerResourceRecord], Cim
            Exception
            + FullyQualifiedErrorId : WIN32 87,Add-DnsServerResourceRecord

        DC01> Add-DnsServerResourceRecord contoso.com '@' -DescriptiveText x
        Add-DnsServerResourceRecord : Specify one type of record, such as -A, -MX or -Txt.
        At line:1 char:1
        + Add-DnsServerResourceRecord contoso.com '@' -DescriptiveText x
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : InvalidArgument: (:root/Microsoft/...rResourceRecord) [Add-DnsServerResourceRecord], Cim
            Exception
            + FullyQualifiedErrorId : WIN32 87,Add-DnsServerResourceRecord

        DC01> Add-DnsServerResourceRecord contoso.com a..b -A -IPv4Address 10.0.0.1
        Add-DnsServerResourceRecord : Failed to create resource record a..b in zone contoso.com on server DC01.
        At line:1 char:1
        + Add-DnsServerResourceRecord contoso.com a..b -A -IPv4Address 10.0.0.1
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : InvalidArgument: (a..b:root/Microsoft/...rResourceRecord) [Add-DnsServerResourceRecord],
             CimException
            + FullyQualifiedErrorId : WIN32 9560,Add-DnsServerResourceRecord

        DC01> Add-DnsServerResourceRecord contoso.com sub -NS -NameServer dc01.contoso.com
        Add-DnsServerResourceRecord : Failed to create resource record sub in zone contoso.com on server DC01. sub.contoso.com
        NS would delegate a part of zone contoso.com, which is not modelled.
        At line:1 char:1
        + Add-DnsServerResourceRecord contoso.com sub -NS -NameServer dc01.cont ...
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : InvalidArgument: (sub:root/Microsoft/...rResourceRecord) [Add-DnsServerResourceRecord], 
            CimException
            + FullyQualifiedErrorId : WIN32 87,Add-DnsServerResourceRecord
        "#);
    }
}
