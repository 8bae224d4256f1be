//! `New-ReceiveConnector`: makes a server take mail on an address and port, for some clients.
//!
//! The usage presets who may use it and how they prove themselves. Without `-TransportRole` a Mailbox
//! server gets a connector of its Transport service. The wording of the refusals is ours.
//!
//! Not modelled: a port on which the service did not listen is taken up when the service starts again.

use exchange::directory::ServerRole;
use exchange::ip_range::{Binding, IpRange};
use exchange::nouns::receive_connector::{
    AuthMechanism, PermissionGroup, ReceiveConnector, TransportRole,
};
use exchange::properties::Flags;
use exchange::quantity::TimeSpan;
use exchange::value::Value;

use super::receive_connector::{SERVER, SETTINGS, server};
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;
use crate::noun::{self, DOMAIN_CONTROLLER};
use crate::place::Place;
use crate::refusal::{self, Family};

const OWN: [Parameter; 9] = [
    Parameter::new("Name", Kind::String, "A name for the connector.").at(0).mandatory(),
    Parameter::new("Client", Kind::Switch, "For users with mail programs."),
    Parameter::new("Custom", Kind::Switch, "For whatever the other usages do not fit."),
    Parameter::new("Internal", Kind::Switch, "For other servers of the organization."),
    Parameter::new("Internet", Kind::Switch, "For the Internet."),
    Parameter::new("Partner", Kind::Switch, "For a partner, with TLS on both sides."),
    Parameter::new(
        "Usage",
        Kind::Choice(&["Client", "Custom", "Internal", "Internet", "Partner"]),
        "The same as one of the switches.",
    ),
    SERVER,
    DOMAIN_CONTROLLER,
];

static PARAMETERS: [Parameter; 48] = noun::joined(OWN, SETTINGS);

/// The cmdlet.
pub static NEW_RECEIVE_CONNECTOR: Cmdlet = Cmdlet {
    name: "New-ReceiveConnector",
    synopsis: "Creates a Receive connector.",
    class: "",
    parameters: &PARAMETERS,
    run: |invocation| Box::pin(run(invocation)),
};

/// What a usage presets (Microsoft Learn, `New-ReceiveConnector`).
struct Usage {
    name: &'static str,
    permission_groups: &'static [PermissionGroup],
    auth_mechanism: &'static [AuthMechanism],
    /// The port it listens on; none when `-Bindings` must say it.
    port: Option<u16>,
    /// Whether `-RemoteIPRanges` must say for whom it is; else it is for all.
    wants_ranges: bool,
}

const USAGES: [Usage; 5] = [
    Usage {
        name: "Client",
        permission_groups: &[PermissionGroup::ExchangeUsers],
        auth_mechanism: &[
            AuthMechanism::Tls,
            AuthMechanism::Integrated,
            AuthMechanism::BasicAuth,
            AuthMechanism::BasicAuthRequireTLS,
        ],
        port: Some(587),
        wants_ranges: true,
    },
    Usage {
        name: "Custom",
        permission_groups: &[],
        auth_mechanism: &[AuthMechanism::Tls],
        port: None,
        wants_ranges: true,
    },
    Usage {
        name: "Internal",
        permission_groups: &[
            PermissionGroup::ExchangeLegacyServers,
            PermissionGroup::ExchangeServers,
        ],
        auth_mechanism: &[AuthMechanism::Tls, AuthMechanism::ExchangeServer],
        port: Some(25),
        wants_ranges: true,
    },
    Usage {
        name: "Internet",
        permission_groups: &[PermissionGroup::AnonymousUsers],
        auth_mechanism: &[AuthMechanism::Tls],
        port: None,
        wants_ranges: false,
    },
    Usage {
        name: "Partner",
        permission_groups: &[PermissionGroup::Partners],
        auth_mechanism: &[AuthMechanism::Tls],
        port: None,
        wants_ranges: true,
    },
];

async fn run(invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let usage = usage(&invocation)?;
    let server = server(&invocation)?;
    let name = invocation.string("Name").unwrap_or_default();
    let role = TransportRole::HubTransport;
    let mut connector = ReceiveConnector::new(&server.name, &name, role);
    connector.guid = invocation.world::<Place>()?.new_guid();
    connector.fqdn = Some(server.fqdn.clone());
    connector.auth_mechanism = Flags::of(usage.auth_mechanism);
    connector.permission_groups = Flags::of(usage.permission_groups);
    if let Some(port) = usage.port {
        connector.bindings = vec![Binding::any_v4(port)];
    }
    if !usage.wants_ranges {
        connector.remote_ip_ranges = vec![IpRange::all_v6(), IpRange::all_v4()];
    }
    if server.role == ServerRole::Edge {
        connector.connection_timeout = TimeSpan::minutes(5);
        connector.connection_inactivity_timeout = TimeSpan::minutes(1);
    }
    noun::create(invocation, connector, move |_, connector| {
        // `-Server` may have been a name in DNS.
        connector.server.clone_from(&server.name);
        Ok(())
    })
}

/// The usage asked for, of which it is known that its parameters are there and no others.
fn usage(invocation: &Invocation<'_>) -> Result<&'static Usage, ErrorRecord> {
    let refused = |why: String| {
        refusal::refusal(invocation, Family::SystemConfigurationTasks, "LocalizedException", why)
    };
    let named = invocation.string("Usage");
    let mut wanted = USAGES.iter().filter(|usage| {
        let is_named = named.as_ref().is_some_and(|name| name.eq_ignore_ascii_case(usage.name));
        is_named || invocation.switch(usage.name)
    });
    let usage = wanted.next().or_else(|| USAGES.iter().find(|usage| usage.name == "Custom"));
    let (Some(usage), None) = (usage, wanted.next()) else {
        return Err(refused("You can specify only one usage for a Receive connector.".to_owned()));
    };
    let rules = [("Bindings", usage.port.is_none()), ("RemoteIPRanges", usage.wants_ranges)];
    for (parameter, wanted) in rules {
        if invocation.has(parameter) != wanted {
            let must = if wanted { "must" } else { "can't" };
            let name = usage.name;
            return Err(refused(format!(
                "You {must} specify the {parameter} parameter for a Receive connector with the usage {name}."
            )));
        }
    }
    Ok(usage)
}

#[cfg(test)]
mod tests {
    use crate::testing_world::shown_on;

    #[test]
    fn a_relay_is_made_beside_the_default_frontend() {
        insta::assert_snapshot!(shown_on(
            "MBX01",
            "New-ReceiveConnector 'Printers' -TransportRole FrontendTransport -Custom -Bindings 0.0.0.0:25 -RemoteIPRanges 10.0.0.40, 10.0.0.50-10.0.0.59 -PermissionGroups AnonymousUsers
             Get-ReceiveConnector 'MBX01\\Printers' | Format-List AuthMechanism, Fqdn, PermissionGroups, RemoteIPRanges, TransportRole
             Remove-ReceiveConnector 'MBX01\\Printers'
             (Get-ReceiveConnector).Count",
        ), @r"

        Identity       Bindings     Enabled
        --------       --------     -------
        MBX01\Printers {0.0.0.0:25} True




        AuthMechanism    : Tls
        Fqdn             : MBX01.contoso.com
        PermissionGroups : AnonymousUsers
        RemoteIPRanges   : {10.0.0.40, 10.0.0.50-10.0.0.59}
        TransportRole    : FrontendTransport



        5
        ");
    }

    #[test]
    fn what_conflicts_or_is_missing_is_told() {
        insta::assert_snapshot!(shown_on(
            "MBX01",
            "New-ReceiveConnector Relay -Bindings 0.0.0.0:25 -RemoteIPRanges 10.0.0.40
             New-ReceiveConnector Relay -Usage Internet -Bindings 0.0.0.0:2525
             New-ReceiveConnector Relay -Internal -Bindings 0.0.0.0:25 -RemoteIPRanges 10.0.0.40
             New-ReceiveConnector Relay -Client -Partner -RemoteIPRanges 10.0.0.40
             New-ReceiveConnector Relay -Bindings 0.0.0.0 -RemoteIPRanges 10.0.0.40",
        ), @r#"
        The values that you specified for the Bindings and RemoteIPRanges parameters conflict with the settings on Receive
        connector "MBX01\Default Frontend MBX01". Receive connectors assigned to different Transport roles on a single server
        must listen on unique local IP address & port bindings.
            + CategoryInfo          : NotSpecified: (:) [New-ReceiveConnector], LocalizedException
            + FullyQualifiedErrorId : [Server=MBX01,RequestId=c95cdddc-5e2e-49aa-904e-b32722f826d6,TimeStamp=5/1/2026 8:00:00 
            AM] [FailureCategory=Cmdlet-LocalizedException] 76C8BDFB,Microsoft.Exchange.Management.SystemConfigurationTasks.Ne
            wReceiveConnector
            + PSComputerName        : mbx01.contoso.com

        The values that you specified for the Bindings and RemoteIPRanges parameters conflict with the settings on Receive
        connector "MBX01\Default MBX01". Receive connectors of one service that listen on the same local IP address & port must
        be for different remote IP ranges.
            + CategoryInfo          : NotSpecified: (:) [New-ReceiveConnector], LocalizedException
            + FullyQualifiedErrorId : [Server=MBX01,RequestId=50d230d4-7c3c-4d1f-abb8-0e5d4f0bebfc,TimeStamp=5/1/2026 8:00:00 
            AM] [FailureCategory=Cmdlet-LocalizedException] 485EF907,Microsoft.Exchange.Management.SystemConfigurationTasks.Ne
            wReceiveConnector
            + PSComputerName        : mbx01.contoso.com

        You can't specify the Bindings parameter for a Receive connector with the usage Internal.
            + CategoryInfo          : NotSpecified: (:) [New-ReceiveConnector], LocalizedException
            + FullyQualifiedErrorId : [Server=MBX01,RequestId=65883ef7-5771-4c49-bc81-895377890c35,TimeStamp=5/1/2026 8:00:00 
            AM] [FailureCategory=Cmdlet-LocalizedException] FB72226D,Microsoft.Exchange.Management.SystemConfigurationTasks.Ne
            wReceiveConnector
            + PSComputerName        : mbx01.contoso.com

        You can specify only one usage for a Receive connector.
            + CategoryInfo          : NotSpecified: (:) [New-ReceiveConnector], LocalizedException
            + FullyQualifiedErrorId : [Server=MBX01,RequestId=41f911db-b443-4505-92c2-c9a9e09afcb5,TimeStamp=5/1/2026 8:00:00 
            AM] [FailureCategory=Cmdlet-LocalizedException] 554F1B4E,Microsoft.Exchange.Management.SystemConfigurationTasks.Ne
            wReceiveConnector
            + PSComputerName        : mbx01.contoso.com

        Cannot process argument transformation on parameter 'Bindings'. Cannot convert value "0.0.0.0" to type
        "Microsoft.Exchange.Data.IPBinding".
            + CategoryInfo          : InvalidData: (:) [New-ReceiveConnector], ParameterBindin...mationException
            + FullyQualifiedErrorId : ParameterArgumentTransformationError,New-ReceiveConnector
            + PSComputerName        : mbx01.contoso.com
        "#);
    }
}
