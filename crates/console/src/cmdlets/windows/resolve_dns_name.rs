//! `Resolve-DnsName`: asks DNS.
//!
//! Without `-Server` it asks as the computer's services do, and sees what the computer remembers; with
//! it, it asks anew. A name that has no records of the type gives the zone's SOA record and no error.
//!
//! Not modelled: DNSSEC, LLMNR and `NetBIOS`, the hosts file, `-DnsOnly`, `-QuickTimeout` and
//! `-TcpOnly` (accepted, without effect), record types that the lab's servers do not hold.
//!
//! Source: Microsoft Learn, `Resolve-DnsName`; real output of Windows Server 2016 and 2019.

use std::net::IpAddr;

use dns::{Answer, DnsFailure, DnsStatus, DomainName, Record, RecordData, RecordType};
use dns::{Resolver, Sections};
use exchange::value::Value;
use fabric::Seed;
use services::computer::Computer;

use super::dns_record::{self, Section};
use super::name_lookup;
use crate::language::cmdlet::{Cmdlet, Enumeration, Kind, Parameter};
use crate::language::errors::{Category, ErrorRecord};
use crate::language::invocation::Invocation;

/// .NET's name of the type of a record's type.
pub(super) const TYPE_NAME: &str = "Microsoft.DnsClient.Commands.RecordType";

const RECORD_TYPE: Enumeration = Enumeration {
    type_name: TYPE_NAME,
    members: &[
        ("A_AAAA", 0),
        ("A", 1),
        ("NS", 2),
        ("CNAME", 5),
        ("SOA", 6),
        ("PTR", 12),
        ("MX", 15),
        ("TXT", 16),
        ("AAAA", 28),
        ("SRV", 33),
        ("ALL", 255),
        ("ANY", 255),
    ],
    flags: false,
};

/// The cmdlet.
pub static RESOLVE_DNS_NAME: Cmdlet = Cmdlet {
    name: "Resolve-DnsName",
    synopsis: "Performs a DNS name query resolution for the specified name.",
    class: "Microsoft.DnsClient.Commands.ResolveDnsName",
    parameters: &[
        Parameter::new("Name", Kind::String, "What is asked for.")
            .at(0)
            .mandatory()
            .by_value()
            .by_property_name(),
        Parameter::new("Type", Kind::Enum(&RECORD_TYPE), "The type of record.")
            .at(1)
            .by_property_name(),
        Parameter::new("Server", Kind::Strings, "Whom to ask."),
        Parameter::new("DnsOnly", Kind::Switch, "Accepted, without effect."),
        Parameter::new("NoHostsFile", Kind::Switch, "Accepted, without effect."),
        Parameter::new("QuickTimeout", Kind::Switch, "Accepted, without effect."),
        Parameter::new("TcpOnly", Kind::Switch, "Accepted, without effect."),
    ],
    run: |invocation| Box::pin(run(invocation)),
};

async fn run(invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let computer = super::own_computer(&invocation)?;
    let typed = invocation.string("Name").unwrap_or_default();
    let resolver = match invocation.strings("Server") {
        Some(servers) => asking(&computer, &servers).await?,
        None => computer.resolver.clone(),
    };
    let types = types(&invocation, &typed);
    let names = match typed.parse::<IpAddr>() {
        Ok(address) => vec![DomainName::reverse(address)],
        Err(_) => name_lookup::candidates(&computer, &typed),
    };
    if names.is_empty() {
        return Err(invalid_name(&typed));
    }
    let mut failure = None;
    for name in &names {
        match ask(&resolver, name, &types).await {
            Ok(records) => return Ok(records),
            Err(why) => failure = Some(why),
        }
    }
    Err(failure.map_or_else(|| invalid_name(&typed), |why| failed(&typed, why)))
}

fn types(invocation: &Invocation<'_>, typed: &str) -> Vec<RecordType> {
    match invocation.value("Type") {
        Some(Value::Enum(member)) if member.number != 0 => {
            vec![RecordType::from(u16::try_from(member.number).unwrap_or_default())]
        }
        _ if typed.parse::<IpAddr>().is_ok() => vec![RecordType::Ptr],
        _ => vec![RecordType::Aaaa, RecordType::A],
    }
}

/// A resolver without memory that asks these servers.
async fn asking(computer: &Computer, servers: &[String]) -> Result<Resolver, ErrorRecord> {
    let mut addresses = Vec::new();
    for server in servers {
        match name_lookup::addresses(computer, server).await {
            Ok(found) => addresses.extend(found),
            Err(failure) => return Err(failed(server, failure.status)),
        }
    }
    let bits = computer.random_bits() >> 64;
    let seed = Seed(u64::try_from(bits).expect("64 bits are left of 128"));
    Ok(Resolver::new(&computer.host, addresses, seed))
}

/// The records of the types; when the name has none of them, who is responsible for it.
async fn ask(
    resolver: &Resolver,
    name: &DomainName,
    types: &[RecordType],
) -> Result<Vec<Value>, DnsStatus> {
    let mut found = Vec::new();
    let mut responsible = Vec::new();
    let mut failure = DnsStatus::InfoDomainNonexistent;
    for record_type in types {
        let (result, sections) = resolver.query(name, *record_type).await;
        match result {
            Ok(answer) => found.extend(answered(name, &answer, &sections)),
            Err(DnsFailure { status, .. }) => {
                failure = failure.max(status);
                if status == DnsStatus::InfoNoRecords && responsible.is_empty() {
                    responsible.extend(shown(&sections.answers, Section::Answer));
                    responsible.extend(shown(&sections.authorities, Section::Authority));
                }
            }
        }
    }
    match (found.is_empty(), responsible.is_empty()) {
        (false, _) => Ok(found),
        (true, false) => Ok(responsible),
        (true, true) => Err(failure),
    }
}

fn answered(name: &DomainName, answer: &Answer, sections: &Sections) -> Vec<Value> {
    if !answer.from_cache {
        let mut records = shown(&sections.answers, Section::Answer);
        records.extend(shown(&sections.authorities, Section::Authority));
        records.extend(shown(&sections.additionals, Section::Additional));
        return records;
    }
    let owners = std::iter::once(name).chain(&answer.aliases);
    let ttl = answer.records.first().map_or(0, |record| record.ttl);
    let aliases: Vec<Record> = owners
        .zip(&answer.aliases)
        .map(|(owner, target)| Record::new(owner.clone(), ttl, RecordData::Cname(target.clone())))
        .collect();
    let mut records = shown(&aliases, Section::Answer);
    records.extend(shown(&answer.records, Section::Answer));
    records
}

fn shown(records: &[Record], section: Section) -> Vec<Value> {
    records.iter().map(|record| dns_record::object(record, section)).collect()
}

fn invalid_name(name: &str) -> ErrorRecord {
    error(
        name,
        "DNS name contains an invalid character",
        Category::ResourceUnavailable,
        "DNS_ERROR_INVALID_NAME_CHAR",
    )
}

fn failed(name: &str, status: DnsStatus) -> ErrorRecord {
    let (message, category, id) = match status {
        DnsStatus::InfoDomainNonexistent => {
            ("DNS name does not exist", Category::ResourceUnavailable, "DNS_ERROR_RCODE_NAME_ERROR")
        }
        DnsStatus::InfoNoRecords => (
            "No records found for given DNS query",
            Category::ResourceUnavailable,
            "DNS_INFO_NO_RECORDS",
        ),
        DnsStatus::ErrorRetry => {
            ("DNS server failure", Category::ResourceUnavailable, "RCODE_SERVER_FAILURE")
        }
        DnsStatus::ErrorTimeout => (
            "This operation returned because the timeout period expired",
            Category::OperationTimeout,
            "ERROR_TIMEOUT",
        ),
    };
    error(name, message, category, id)
}

fn error(name: &str, message: &str, category: Category, id: &str) -> ErrorRecord {
    ErrorRecord::new(category, id, format!("{name} : {message}"))
        .exception("Win32Exception")
        .about(name, "String")
}

#[cfg(test)]
mod tests {
    use super::super::testing_zones::shown_with_zones;

    #[test]
    fn addresses_are_a_table() {
        insta::assert_snapshot!(
            shown_with_zones("MBX01", "Resolve-DnsName edge01; (Resolve-DnsName two.contoso.com).IPAddress -join ' '"),
            @"

        Name                                           Type   TTL   Section    IPAddress
        ----                                           ----   ---   -------    ---------
        edge01.contoso.com                             A      1200  Answer     10.0.0.25


        10.0.0.99 10.0.0.13
        "
        );
    }

    #[test]
    fn what_comes_with_another_type_is_a_list() {
        insta::assert_snapshot!(
            shown_with_zones("MBX01", "Resolve-DnsName contoso.com -Type MX -Server 10.0.0.11"),
            @"

        Name                                     Type   TTL   Section    NameExchange                              Preference
        ----                                     ----   ---   -------    ------------                              ----------
        contoso.com                              MX     3600  Answer     mail.contoso.com                          10

        Name      : mail.contoso.com
        QueryType : CNAME
        TTL       : 3600
        Section   : Additional
        NameHost  : mbx01.contoso.com

        Name       : mbx01.contoso.com
        QueryType  : A
        TTL        : 1200
        Section    : Additional
        IP4Address : 10.0.0.13
        "
        );
        insta::assert_snapshot!(
            shown_with_zones("MBX01", "Resolve-DnsName mail.contoso.com A | Select-Object -First 2"),
            @"

        Name                           Type   TTL   Section    NameHost
        ----                           ----   ---   -------    --------
        mail.contoso.com               CNAME  3600  Answer     mbx01.contoso.com

        Name       : mbx01.contoso.com
        QueryType  : A
        TTL        : 1200
        Section    : Answer
        IP4Address : 10.0.0.13
        "
        );
    }

    #[test]
    fn other_types_have_tables_and_lists() {
        insta::assert_snapshot!(
            shown_with_zones(
                "MBX01",
                "Resolve-DnsName contoso.com TXT
                 Resolve-DnsName 10.0.0.13
                 Resolve-DnsName contoso.com MX | Where-Object Type -eq MX | Format-List",
            ),
            @"

        Name                                     Type   TTL   Section    Strings
        ----                                     ----   ---   -------    -------
        contoso.com                              TXT    3600  Answer     {v=spf1 ip4:198.51.100.10 -all}

        Name      : 13.0.0.10.in-addr.arpa
        QueryType : PTR
        TTL       : 1200
        Section   : Answer
        NameHost  : mbx01.contoso.com





        Name         : contoso.com
        QueryType    : MX
        TTL          : 3600
        Section      : Answer
        NameExchange : mail.contoso.com
        Preference   : 10
        "
        );
    }

    #[test]
    fn a_name_without_the_type_gives_who_is_responsible() {
        insta::assert_snapshot!(shown_with_zones("MBX01", "Resolve-DnsName dc01.contoso.com -Type MX"), @"

        Name                        Type TTL   Section    PrimaryServer               NameAdministrator           SerialNumber
        ----                        ---- ---   -------    -------------               -----------------           ------------
        contoso.com                 SOA  3600  Authority  dc01.contoso.com            hostmaster.contoso.com      9
        ");
    }

    #[test]
    fn what_is_remembered_counts_down_and_can_be_forgotten() {
        assert_eq!(
            shown_with_zones(
                "MBX01",
                "Resolve-DnsName dc01 -Type A | Out-Null; Start-Sleep 100
                 (Resolve-DnsName dc01 -Type A).TTL
                 (Resolve-DnsName dc01 -Type A -Server dc01.contoso.com).TTL
                 Clear-DnsClientCache; (Resolve-DnsName dc01 A).TTL
                 Start-Sleep 60; (Resolve-DnsName mail.contoso.com A).Type -join ' '
                 (Resolve-DnsName mail.contoso.com A).Type -join ' '",
            ),
            "1100\n1200\n1200\nCNAME A\nCNAME A\n"
        );
    }

    #[test]
    fn failures_are_told_in_the_words_of_windows() {
        insta::assert_snapshot!(
            shown_with_zones(
                "MBX01",
                "Resolve-DnsName nothing.contoso.com
                 Resolve-DnsName fabrikam.com MX
                 Resolve-DnsName contoso.com MX -Server 10.0.0.99
                 Resolve-DnsName 'a b'
                 Resolve-DnsName contoso.com MXX",
            ),
            @r#"
        Resolve-DnsName : nothing.contoso.com : DNS name does not exist
        At line:1 char:1
        + Resolve-DnsName nothing.contoso.com
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : ResourceUnavailable: (nothing.contoso.com:String) [Resolve-DnsName], Win32Exception
            + FullyQualifiedErrorId : DNS_ERROR_RCODE_NAME_ERROR,Microsoft.DnsClient.Commands.ResolveDnsName

        Resolve-DnsName : fabrikam.com : DNS server failure
        At line:2 char:18
        +                  Resolve-DnsName fabrikam.com MX
        +                  ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : ResourceUnavailable: (fabrikam.com:String) [Resolve-DnsName], Win32Exception
            + FullyQualifiedErrorId : RCODE_SERVER_FAILURE,Microsoft.DnsClient.Commands.ResolveDnsName

        Resolve-DnsName : contoso.com : This operation returned because the timeout period expired
        At line:3 char:18
        +                  Resolve-DnsName contoso.com MX -Server 10.0.0.99
        +                  ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : OperationTimeout: (contoso.com:String) [Resolve-DnsName], Win32Exception
            + FullyQualifiedErrorId : ERROR_TIMEOUT,Microsoft.DnsClient.Commands.ResolveDnsName

        Resolve-DnsName : a b : DNS name contains an invalid character
        At line:4 char:18
        +                  Resolve-DnsName 'a b'
        +                  ~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : ResourceUnavailable: (a b:String) [Resolve-DnsName], Win32Exception
            + FullyQualifiedErrorId : DNS_ERROR_INVALID_NAME_CHAR,Microsoft.DnsClient.Commands.ResolveDnsName

        Resolve-DnsName : Cannot bind parameter 'Type'. Cannot convert value "MXX" to type
        "Microsoft.DnsClient.Commands.RecordType". Error: "Unable to match the identifier name MXX to a valid enumerator name.
        Specify one of the following enumerator names and try again:
        A_AAAA, A, NS, CNAME, SOA, PTR, MX, TXT, AAAA, SRV, ALL, ANY"
        At line:5 char:46
        +                  Resolve-DnsName contoso.com MXX
        +                                              ~~~
            + CategoryInfo          : InvalidArgument: (:) [Resolve-DnsName], ParameterBindingException
            + FullyQualifiedErrorId : CannotConvertArgumentNoMessage,Microsoft.DnsClient.Commands.ResolveDnsName
        "#
        );
    }
}
