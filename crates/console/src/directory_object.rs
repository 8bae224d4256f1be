//! What an object of a directory shows besides its own settings: where it stands in the directory, of which
//! class it is, when it was made and changed, which organization has it.
//!
//! The order is that of a real export on premises, and of a real list in Exchange Online. Not modelled: objects
//! of another administrative group than the one Setup makes. From memory: the name of the server that an Edge
//! server's own directory gives as the origin.
//!
//! Source: microsoft/CSS-Exchange, HealthChecker test data (connectors, accepted domains); a real
//! `Get-InboundConnector | Format-List`; real listings of `Get-TransportRule`, of Exchange 2016 and of Exchange Online.

use exchange::guid::Guid;
use exchange::value::{Object, Value};
use services::world::Installed;
use services::written::Whose;

use crate::place::Place;

/// Where objects of a noun stand, and of which class they are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DirectoryClass {
    /// The containers between an object and its organization on premises, the nearest first; `{server}` is the
    /// object's own, `{group}` the administrative group.
    pub(crate) container: &'static str,
    /// Name of the class in the schema.
    pub(crate) category: &'static str,
    /// `objectClass`.
    pub(crate) classes: &'static [&'static str],
    /// The properties at the end of an object.
    tail: Tail,
}

/// The properties at the end of an object, in their order.
#[derive(Clone, Copy, Debug)]
struct Tail {
    on_premises: &'static [&'static str],
    online: &'static [&'static str],
}

/// What servers and routing groups stand in: the group that Setup makes.
const GROUP: &str = "CN=Exchange Administrative Group (FYDIBOHF23SPDLT),CN=Administrative Groups";

/// Send connectors.
pub(crate) const SEND_CONNECTOR: DirectoryClass = DirectoryClass {
    container: "CN=Connections,CN=Exchange Routing Group (DWBGZMFD01QNBJR),CN=Routing Groups,{group}",
    category: "ms-Exch-Routing-SMTP-Connector",
    classes: &["top", "msExchConnector", "mailGateway", "msExchRoutingSMTPConnector"],
    tail: USUAL,
};

/// Receive connectors.
pub(crate) const RECEIVE_CONNECTOR: DirectoryClass = DirectoryClass {
    container: "CN=SMTP Receive Connectors,CN=Protocols,CN={server},CN=Servers,{group}",
    category: "ms-Exch-Smtp-Receive-Connector",
    classes: &["top", "msExchSmtpReceiveConnector"],
    tail: USUAL,
};

/// Servers.
pub(crate) const SERVER: DirectoryClass = DirectoryClass {
    container: "CN=Servers,{group}",
    category: "ms-Exch-Exchange-Server",
    classes: &["top", "server", "msExchExchangeServer"],
    tail: OF_SERVER,
};

/// Accepted domains.
pub(crate) const ACCEPTED_DOMAIN: DirectoryClass = DirectoryClass {
    container: "CN=Accepted Domains,CN=Transport Settings",
    category: "ms-Exch-Accepted-Domain",
    classes: &["top", "msExchAcceptedDomain"],
    tail: USUAL,
};

/// Remote domains.
pub(crate) const REMOTE_DOMAIN: DirectoryClass = DirectoryClass {
    container: "CN=Internet Message Formats,CN=Global Settings",
    category: "ms-Exch-Domain-Content-Config",
    classes: &["top", "msExchDomainContentConfig"],
    tail: USUAL,
};

/// Inbound connectors, in the tenant.
pub(crate) const INBOUND_CONNECTOR: DirectoryClass = DirectoryClass {
    container: "CN=Transport Settings",
    category: "ms-Exch-SMTP-Inbound-Connector",
    classes: &["top", "msExchSMTPInboundConnector"],
    tail: USUAL,
};

/// Outbound connectors, in the tenant.
pub(crate) const OUTBOUND_CONNECTOR: DirectoryClass = DirectoryClass {
    container: "CN=Transport Settings",
    category: "ms-Exch-SMTP-Outbound-Connector",
    classes: &["top", "msExchSMTPOutboundConnector"],
    tail: USUAL,
};

/// Transport rules.
pub(crate) const TRANSPORT_RULE: DirectoryClass = DirectoryClass {
    container: "CN=TransportVersioned,CN=Rules,CN=Transport Settings",
    category: "ms-Exch-Transport-Rule",
    classes: &["top", "msExchTransportRule"],
    tail: OF_RULE,
};

/// Of most objects.
const USUAL: Tail = Tail { on_premises: &ON_PREMISES, online: &ONLINE };

/// Of objects on premises.
const ON_PREMISES: [&str; 15] = [
    "Name",
    "DistinguishedName",
    "Identity",
    "Guid",
    "ObjectCategory",
    "ObjectClass",
    "WhenChanged",
    "WhenCreated",
    "WhenChangedUTC",
    "WhenCreatedUTC",
    "OrganizationId",
    "Id",
    "OriginatingServer",
    "IsValid",
    "ObjectState",
];

/// Of servers.
const OF_SERVER: Tail = Tail {
    on_premises: &[
        "Identity",
        "IsValid",
        "ExchangeVersion",
        "DistinguishedName",
        "Guid",
        "ObjectCategory",
        "ObjectClass",
        "WhenChanged",
        "WhenCreated",
        "WhenChangedUTC",
        "WhenCreatedUTC",
        "OrganizationId",
        "Id",
        "OriginatingServer",
        "ObjectState",
    ],
    online: &[],
};

/// Of transport rules, on both sides.
const OF_RULE: Tail = Tail { on_premises: &RULE, online: &RULE };

const RULE: [&str; 10] = [
    "Identity",
    "DistinguishedName",
    "Guid",
    "ImmutableId",
    "OrganizationId",
    "Name",
    "IsValid",
    "WhenChanged",
    "ExchangeVersion",
    "ObjectState",
];

/// Of most objects in the tenant.
const ONLINE: [&str; 16] = [
    "Name",
    "DistinguishedName",
    "Identity",
    "ObjectCategory",
    "ObjectClass",
    "WhenChanged",
    "WhenCreated",
    "WhenChangedUTC",
    "WhenCreatedUTC",
    "ExchangeObjectId",
    "OrganizationId",
    "Id",
    "Guid",
    "OriginatingServer",
    "IsValid",
    "ObjectState",
];

const OBJECT_ID: &str = "Microsoft.Exchange.Data.Directory.ADObjectId";

/// The object with everything that its directory says of it.
pub(crate) fn complete(
    mut object: Object,
    guid: Guid,
    class: DirectoryClass,
    place: &Place,
) -> Object {
    let is_online = place.is_online();
    let tail = if is_online { class.tail.online } else { class.tail.on_premises };
    let home = Home::of(place);
    let name = object.text_of("Name");
    let whose = if is_online { Whose::Tenant } else { Whose::OnPremises };
    let written = place.world.written.of(whose, guid);
    let added: Vec<_> = tail
        .iter()
        .map(|property| {
            let value = match *property {
                "DistinguishedName" => {
                    let container = class.container.replace("{server}", &object.text_of("Server"));
                    let container = container.replace("{group}", GROUP);
                    format!("CN={},{container},{}", escaped(&name), home.below).into()
                }
                "ObjectCategory" => Value::opaque(
                    OBJECT_ID,
                    format!("{}/Configuration/Schema/{}", home.forest, class.category),
                ),
                "ObjectClass" => Value::from(class.classes.to_vec()),
                "WhenChanged" => Value::DateTime(written.changed),
                "WhenCreated" => Value::DateTime(written.created),
                "WhenChangedUTC" => Value::Utc(written.changed),
                "WhenCreatedUTC" => Value::Utc(written.created),
                "Guid" | "ExchangeObjectId" => Value::Guid(guid),
                "OrganizationId" => Value::opaque(
                    "Microsoft.Exchange.Data.Directory.OrganizationId",
                    home.organization.clone(),
                ),
                "OriginatingServer" => home.origin.as_str().into(),
                "Id" => Value::opaque(OBJECT_ID, object.text_of("Identity")),
                "ExchangeVersion" => Value::opaque(
                    "Microsoft.Exchange.Data.ExchangeObjectVersion",
                    "0.1 (8.0.535.0)",
                ),
                "IsValid" => true.into(),
                "ObjectState" => {
                    Value::enumeration("Microsoft.Exchange.Data.ObjectState", "Unchanged", 1)
                }
                own => object.get(own).cloned().unwrap_or(Value::Null),
            };
            ((*property).into(), value)
        })
        .collect();
    object.properties.retain(|(name, _)| !tail.contains(&name.as_ref()));
    object.properties.extend(added);
    object
}

/// The organization in its directory.
struct Home {
    /// The forest's name in DNS, or the GUID of an Edge server's own directory.
    forest: String,
    /// The distinguished name of what the containers stand in.
    below: String,
    /// `OrganizationId`; empty on premises.
    organization: String,
    /// The domain controller that was asked.
    origin: String,
}

impl Home {
    fn of(place: &Place) -> Self {
        let world = &place.world;
        if place.is_online() {
            let origin = world.exchange_online.domain_controller();
            let forest = origin.split_once('.').map_or("", |(_, forest)| forest).to_owned();
            let tenant = place.tenant().read(|tenant| tenant.initial_domain.clone());
            return Self {
                below: format!(
                    "CN=Configuration,CN={tenant},CN=ConfigurationUnits,{}",
                    components(&forest)
                ),
                organization: format!(
                    "{forest}/Microsoft Exchange Hosted Organizations/{tenant} - {forest}/ConfigurationUnits/{tenant}/Configuration"
                ),
                forest,
                origin,
            };
        }
        let (name, forest) =
            place.organization().read(|one| (one.name.clone(), one.forest.to_lowercase()));
        let below = |root: &str| {
            format!("CN={name},CN=Microsoft Exchange,CN=Services,CN=Configuration,{root}")
        };
        if place.is_edge() {
            let own = Guid::of_name(&format!("directory of {}", place.name())).to_string();
            let root = format!("CN={{{}}}", own.to_uppercase());
            return Self {
                below: below(&root),
                forest: root,
                organization: String::new(),
                origin: "localhost".to_owned(),
            };
        }
        let controller = world.machines.iter().find(|machine| {
            let fqdn = machine.computer.fqdn.to_lowercase();
            matches!(machine.installed, Installed::DnsServer(_))
                && fqdn.split_once('.').is_some_and(|(_, domain)| domain == forest)
        });
        let origin = controller.or_else(|| place.machine());
        Self {
            below: below(&components(&forest)),
            organization: String::new(),
            origin: origin.map(|machine| machine.computer.fqdn.clone()).unwrap_or_default(),
            forest,
        }
    }
}

/// A name within a distinguished name (RFC 4514).
fn escaped(name: &str) -> String {
    let escape = |letter: char| match letter {
        '"' | '+' | ',' | ';' | '<' | '>' | '\\' => format!("\\{letter}"),
        other => other.to_string(),
    };
    name.chars().map(escape).collect()
}

/// `DC=contoso,DC=com`
fn components(domain: &str) -> String {
    let parts: Vec<_> = domain.split('.').map(|part| format!("DC={part}")).collect();
    parts.join(",")
}

#[cfg(test)]
mod tests {
    use crate::testing_world::shown_in_turn;

    const TAIL: &str =
        "| Format-List Name, DistinguishedName, Obj*, When*, OrganizationId, Id, Orig*";

    #[test]
    fn an_object_tells_where_it_stands_and_since_when() {
        let made = "New-SendConnector Out -AddressSpaces fabrikam.com -SmartHosts 10.0.0.9 -DNSRoutingEnabled $false | Out-Null
            Start-Sleep -Seconds 3600
            Set-SendConnector Out -Comment later";
        let shown = format!(
            "Get-SendConnector {TAIL}
             Get-ReceiveConnector 'MBX01\\Default MBX01' {TAIL}
             Get-AcceptedDomain | Select-Object -First 1 | Format-List DistinguishedName, ObjectCategory"
        );
        insta::assert_snapshot!(shown_in_turn(&[("MBX01", made), ("MBX01", &shown)]), @r"


        Name              : EdgeSync - Inbound to Default-First-Site-Name
        DistinguishedName : CN=EdgeSync - Inbound to Default-First-Site-Name,CN=Connections,CN=Exchange Routing Group
                            (DWBGZMFD01QNBJR),CN=Routing Groups,CN=Exchange Administrative Group
                            (FYDIBOHF23SPDLT),CN=Administrative Groups,CN=First Organization,CN=Microsoft
                            Exchange,CN=Services,CN=Configuration,DC=contoso,DC=com
        ObjectCategory    : contoso.com/Configuration/Schema/ms-Exch-Routing-SMTP-Connector
        ObjectClass       : {top, msExchConnector, mailGateway, msExchRoutingSMTPConnector}
        ObjectState       : Unchanged
        WhenChanged       : 3/27/2025 8:00:00 AM
        WhenCreated       : 3/27/2025 8:00:00 AM
        WhenChangedUTC    : 3/27/2025 6:00:00 AM
        WhenCreatedUTC    : 3/27/2025 6:00:00 AM
        OrganizationId    :
        Id                : EdgeSync - Inbound to Default-First-Site-Name
        OriginatingServer : DC01.contoso.com

        Name              : Out
        DistinguishedName : CN=Out,CN=Connections,CN=Exchange Routing Group (DWBGZMFD01QNBJR),CN=Routing Groups,CN=Exchange
                            Administrative Group (FYDIBOHF23SPDLT),CN=Administrative Groups,CN=First Organization,CN=Microsoft
                            Exchange,CN=Services,CN=Configuration,DC=contoso,DC=com
        ObjectCategory    : contoso.com/Configuration/Schema/ms-Exch-Routing-SMTP-Connector
        ObjectClass       : {top, msExchConnector, mailGateway, msExchRoutingSMTPConnector}
        ObjectState       : Unchanged
        WhenChanged       : 5/1/2026 9:00:00 AM
        WhenCreated       : 5/1/2026 8:00:00 AM
        WhenChangedUTC    : 5/1/2026 7:00:00 AM
        WhenCreatedUTC    : 5/1/2026 6:00:00 AM
        OrganizationId    :
        Id                : Out
        OriginatingServer : DC01.contoso.com





        Name              : Default MBX01
        DistinguishedName : CN=Default MBX01,CN=SMTP Receive Connectors,CN=Protocols,CN=MBX01,CN=Servers,CN=Exchange
                            Administrative Group (FYDIBOHF23SPDLT),CN=Administrative Groups,CN=First Organization,CN=Microsoft
                            Exchange,CN=Services,CN=Configuration,DC=contoso,DC=com
        ObjectCategory    : contoso.com/Configuration/Schema/ms-Exch-Smtp-Receive-Connector
        ObjectClass       : {top, msExchSmtpReceiveConnector}
        ObjectState       : Unchanged
        WhenChanged       : 3/27/2025 8:00:00 AM
        WhenCreated       : 3/27/2025 8:00:00 AM
        WhenChangedUTC    : 3/27/2025 6:00:00 AM
        WhenCreatedUTC    : 3/27/2025 6:00:00 AM
        OrganizationId    :
        Id                : MBX01\Default MBX01
        OriginatingServer : DC01.contoso.com
        ");
    }

    #[test]
    fn transport_rules_and_services_tell_it_too() {
        let rule = "New-TransportRule 'Offers, all' -SubjectContainsWords offer -DeleteMessage $true | Out-Null
            Start-Sleep -Seconds 60
            Disable-TransportRule 'Offers, all'
            Get-TransportRule | Format-List Identity, Dist*, Guid, Imm*, Org*, Name, When*, ExchangeV*, ObjectS*";
        insta::assert_snapshot!(shown_in_turn(&[("ExchangeOnline", rule)]), @r"


        Identity          : Offers, all
        DistinguishedName : CN=Offers\, all,CN=TransportVersioned,CN=Rules,CN=Transport Settings,CN=Configuration,CN=contoso.onm
                            icrosoft.com,CN=ConfigurationUnits,DC=EURPRD01A001,DC=PROD,DC=OUTLOOK,DC=COM
        Guid              : 25fa1061-aa8e-4f2c-bd3a-48801ba44aff
        ImmutableId       : 25fa1061-aa8e-4f2c-bd3a-48801ba44aff
        OrganizationId    : EURPRD01A001.PROD.OUTLOOK.COM/Microsoft Exchange Hosted Organizations/contoso.onmicrosoft.com -
                            EURPRD01A001.PROD.OUTLOOK.COM/ConfigurationUnits/contoso.onmicrosoft.com/Configuration
        Name              : Offers, all
        WhenChanged       : 5/1/2026 6:01:00 AM
        ExchangeVersion   : 0.1 (8.0.535.0)
        ObjectState       : Unchanged
        ");
        let both = format!(
            "{rule}
             Set-TransportService MBX01 -MessageExpirationTimeout 3.00:00:00
             Get-TransportService MBX01 {TAIL}
             (Get-TransportService MBX01).Guid -eq (Get-ExchangeServer MBX01).Guid"
        );
        insta::assert_snapshot!(shown_in_turn(&[("MBX01", &both)]), @r"


        Identity          : Offers, all
        DistinguishedName : CN=Offers\, all,CN=TransportVersioned,CN=Rules,CN=Transport Settings,CN=First
                            Organization,CN=Microsoft Exchange,CN=Services,CN=Configuration,DC=contoso,DC=com
        Guid              : 4f4cc809-7606-457d-ac21-b7f50e74404e
        ImmutableId       : 4f4cc809-7606-457d-ac21-b7f50e74404e
        OrganizationId    :
        Name              : Offers, all
        WhenChanged       : 5/1/2026 8:01:00 AM
        ExchangeVersion   : 0.1 (8.0.535.0)
        ObjectState       : Unchanged





        Name              : MBX01
        DistinguishedName : CN=MBX01,CN=Servers,CN=Exchange Administrative Group (FYDIBOHF23SPDLT),CN=Administrative
                            Groups,CN=First Organization,CN=Microsoft Exchange,CN=Services,CN=Configuration,DC=contoso,DC=com
        ObjectCategory    : contoso.com/Configuration/Schema/ms-Exch-Exchange-Server
        ObjectClass       : {top, server, msExchExchangeServer}
        ObjectState       : Unchanged
        WhenChanged       : 5/1/2026 8:01:00 AM
        WhenCreated       : 3/27/2025 8:00:00 AM
        WhenChangedUTC    : 5/1/2026 6:01:00 AM
        WhenCreatedUTC    : 3/27/2025 6:00:00 AM
        OrganizationId    :
        Id                : MBX01
        OriginatingServer : DC01.contoso.com



        True
        ");
    }

    #[test]
    fn an_edge_server_and_the_tenant_have_directories_of_their_own() {
        let edge = format!("Get-ReceiveConnector {TAIL}");
        insta::assert_snapshot!(shown_in_turn(&[("EDGE01", &edge)]), @r"


        Name              : Default internal receive connector EDGE01
        DistinguishedName : CN=Default internal receive connector EDGE01,CN=SMTP Receive
                            Connectors,CN=Protocols,CN=EDGE01,CN=Servers,CN=Exchange Administrative Group
                            (FYDIBOHF23SPDLT),CN=Administrative Groups,CN=First Organization,CN=Microsoft
                            Exchange,CN=Services,CN=Configuration,CN={0067280D-F786-43FC-86FD-284536C78DE9}
        ObjectCategory    : CN={0067280D-F786-43FC-86FD-284536C78DE9}/Configuration/Schema/ms-Exch-Smtp-Receive-Connector
        ObjectClass       : {top, msExchSmtpReceiveConnector}
        ObjectState       : Unchanged
        WhenChanged       : 3/27/2025 8:00:00 AM
        WhenCreated       : 3/27/2025 8:00:00 AM
        WhenChangedUTC    : 3/27/2025 6:00:00 AM
        WhenCreatedUTC    : 3/27/2025 6:00:00 AM
        OrganizationId    :
        Id                : EDGE01\Default internal receive connector EDGE01
        OriginatingServer : localhost
        ");
        let online = format!(
            "Get-InboundConnector {TAIL}; Get-AcceptedDomain | Select-Object -First 1 {TAIL}"
        );
        let made = "New-InboundConnector In -ConnectorType OnPremises -SenderDomains * -SenderIPAddresses 198.51.100.10 | Out-Null";
        insta::assert_snapshot!(
            shown_in_turn(&[("ExchangeOnline", made), ("ExchangeOnline", &online)]),
            @"


        Name              : In
        DistinguishedName : CN=In,CN=Transport Settings,CN=Configuration,CN=contoso.onmicrosoft.com,CN=ConfigurationUnits,DC=EUR
                            PRD01A001,DC=PROD,DC=OUTLOOK,DC=COM
        ObjectCategory    : EURPRD01A001.PROD.OUTLOOK.COM/Configuration/Schema/ms-Exch-SMTP-Inbound-Connector
        ObjectClass       : {top, msExchSMTPInboundConnector}
        ObjectState       : Unchanged
        WhenChanged       : 5/1/2026 6:00:00 AM
        WhenCreated       : 5/1/2026 6:00:00 AM
        WhenChangedUTC    : 5/1/2026 6:00:00 AM
        WhenCreatedUTC    : 5/1/2026 6:00:00 AM
        OrganizationId    : EURPRD01A001.PROD.OUTLOOK.COM/Microsoft Exchange Hosted Organizations/contoso.onmicrosoft.com -
                            EURPRD01A001.PROD.OUTLOOK.COM/ConfigurationUnits/contoso.onmicrosoft.com/Configuration
        Id                : In
        OriginatingServer : AM3PR01A01DC003.EURPRD01A001.PROD.OUTLOOK.COM





        Name              : contoso.onmicrosoft.com
        DistinguishedName : CN=contoso.onmicrosoft.com,CN=Accepted Domains,CN=Transport Settings,CN=Configuration,CN=contoso.onm
                            icrosoft.com,CN=ConfigurationUnits,DC=EURPRD01A001,DC=PROD,DC=OUTLOOK,DC=COM
        ObjectCategory    : EURPRD01A001.PROD.OUTLOOK.COM/Configuration/Schema/ms-Exch-Accepted-Domain
        ObjectClass       : {top, msExchAcceptedDomain}
        ObjectState       : Unchanged
        WhenChanged       : 3/27/2025 6:00:00 AM
        WhenCreated       : 3/27/2025 6:00:00 AM
        WhenChangedUTC    : 3/27/2025 6:00:00 AM
        WhenCreatedUTC    : 3/27/2025 6:00:00 AM
        OrganizationId    : EURPRD01A001.PROD.OUTLOOK.COM/Microsoft Exchange Hosted Organizations/contoso.onmicrosoft.com -
                            EURPRD01A001.PROD.OUTLOOK.COM/ConfigurationUnits/contoso.onmicrosoft.com/Configuration
        Id                : contoso.onmicrosoft.com
        OriginatingServer : AM3PR01A01DC003.EURPRD01A001.PROD.OUTLOOK.COM
        "
        );
    }
}
