//! `Get-ReceiveConnector`: the connectors on which servers take mail; on an Edge server its own.
//!
//! No pasted default view was found; the columns are remembered.

use exchange::nouns::receive_connector::ReceiveConnector;
use exchange::value::Value;

use super::receive_connector::{SERVER, server};
use crate::language::cmdlet::Cmdlet;
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;
use crate::language::view::{View, ViewColumn};
use crate::noun::{self, DOMAIN_CONTROLLER, IDENTITY};
use crate::place::Place;

/// The cmdlet.
pub static GET_RECEIVE_CONNECTOR: Cmdlet = Cmdlet {
    name: "Get-ReceiveConnector",
    synopsis: "Views the settings of Receive connectors.",
    class: "",
    parameters: &[IDENTITY, SERVER, DOMAIN_CONTROLLER],
    run: |invocation| Box::pin(run(invocation)),
};

/// How it is shown.
pub static VIEW: View = View::table(
    "Microsoft.Exchange.Data.Directory.SystemConfiguration.ReceiveConnector",
    &[
        ViewColumn::new("Identity", 0),
        ViewColumn::new("Bindings", 0),
        ViewColumn::new("Enabled", 0),
    ],
);

async fn run(invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let mut connectors = noun::found::<ReceiveConnector>(&invocation)?;
    if invocation.has("Server") {
        let server = server(&invocation)?;
        connectors.retain(|connector| server.is_named(&connector.server));
    }
    let place = invocation.world::<Place>()?;
    Ok(connectors.iter().map(|connector| noun::seen(connector, &place)).collect())
}

#[cfg(test)]
mod tests {
    use crate::testing_world::shown_on;

    #[test]
    fn setup_leaves_five_connectors_on_a_mailbox_server() {
        insta::assert_snapshot!(shown_on(
            "MBX01",
            "Get-ReceiveConnector -Server mbx01.contoso.com"
        ), @r"

        Identity                            Bindings                  Enabled
        --------                            --------                  -------
        MBX01\Default MBX01                 {[::]:2525, 0.0.0.0:2525} True
        MBX01\Client Proxy MBX01            {[::]:465, 0.0.0.0:465}   True
        MBX01\Default Frontend MBX01        {[::]:25, 0.0.0.0:25}     True
        MBX01\Outbound Proxy Frontend MBX01 {[::]:717, 0.0.0.0:717}   True
        MBX01\Client Frontend MBX01         {[::]:587, 0.0.0.0:587}   True
        ");
    }

    #[test]
    fn an_edge_server_shows_its_own() {
        insta::assert_snapshot!(shown_on(
            "EDGE01",
            "Get-ReceiveConnector
             (Get-ReceiveConnector | Get-Member -MemberType Property).Count
             Get-ReceiveConnector | Format-List AuthMechanism, Conn*, Max*, PermissionGroups, Server, T*",
        ), @r"

        Identity                                         Bindings     Enabled
        --------                                         --------     -------
        EDGE01\Default internal receive connector EDGE01 {0.0.0.0:25} True


        73


        AuthMechanism                           : Tls, ExchangeServer
        ConnectionTimeout                       : 00:05:00
        ConnectionInactivityTimeout             : 00:01:00
        MaxInboundConnection                    : 5000
        MaxInboundConnectionPerSource           : 20
        MaxInboundConnectionPercentagePerSource : 2
        MaxHeaderSize                           : 256 KB (262,144 bytes)
        MaxHopCount                             : 60
        MaxLocalHopCount                        : 5
        MaxLogonFailures                        : 3
        MaxMessageSize                          : 36 MB (37,748,736 bytes)
        MaxProtocolErrors                       : 5
        MaxRecipientsPerMessage                 : 200
        MaxAcknowledgementDelay                 : 00:00:30
        PermissionGroups                        : AnonymousUsers, ExchangeServers, Partners
        Server                                  : EDGE01
        TlsCertificateName                      :
        TlsDomainCapabilities                   : {}
        TransportRole                           : HubTransport
        TarpitInterval                          : 00:00:05
        ");
    }

    #[test]
    fn a_server_or_connector_that_is_not_there_is_told() {
        insta::assert_snapshot!(shown_on(
            "EDGE01",
            "Get-ReceiveConnector -Server MBX09
             Get-ReceiveConnector 'EDGE01\\Nowhere'",
        ), @r"
        The operation couldn't be performed because object 'MBX09' couldn't be found on 'edge01.contoso.com'.
            + CategoryInfo          : NotSpecified: (:) [Get-ReceiveConnector], ManagementObjectNotFoundException
            + FullyQualifiedErrorId : [Server=EDGE01,RequestId=60e9ba5e-2553-41f5-906c-b34e8d00b645,TimeStamp=5/1/2026 8:00:00
             AM] [FailureCategory=Cmdlet-ManagementObjectNotFoundException] 381AE5A1,Microsoft.Exchange.Management.SystemConfi
            gurationTasks.GetReceiveConnector
            + PSComputerName        : edge01.contoso.com

        The operation couldn't be performed because object 'EDGE01\Nowhere' couldn't be found on 'edge01.contoso.com'.
            + CategoryInfo          : NotSpecified: (:) [Get-ReceiveConnector], ManagementObjectNotFoundException
            + FullyQualifiedErrorId : [Server=EDGE01,RequestId=819ff989-3f7e-4abd-9944-d72edb68139a,TimeStamp=5/1/2026 8:00:00
             AM] [FailureCategory=Cmdlet-ManagementObjectNotFoundException] AC7A18FF,Microsoft.Exchange.Management.SystemConfi
            gurationTasks.GetReceiveConnector
            + PSComputerName        : edge01.contoso.com
        ");
    }
}
