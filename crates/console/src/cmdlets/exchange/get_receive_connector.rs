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
    Ok(noun::shown(&connectors))
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
            "Get-ReceiveConnector | Format-List
             Get-ReceiveConnector -Server MBX09
             Get-ReceiveConnector 'EDGE01\\Nowhere'",
        ), @r"


        AuthMechanism                             : Tls, ExchangeServer
        Banner                                    :
        BinaryMimeEnabled                         : True
        Bindings                                  : {0.0.0.0:25}
        ChunkingEnabled                           : True
        DefaultDomain                             :
        DeliveryStatusNotificationEnabled         : True
        EightBitMimeEnabled                       : True
        SmtpUtf8Enabled                           : True
        BareLinefeedRejectionEnabled              : False
        DomainSecureEnabled                       : False
        EnhancedStatusCodesEnabled                : True
        LongAddressesEnabled                      : False
        OrarEnabled                               : False
        SuppressXAnonymousTls                     : False
        ProxyEnabled                              : False
        AdvertiseClientSettings                   : False
        Fqdn                                      : EDGE01.contoso.com
        ServiceDiscoveryFqdn                      :
        TlsCertificateName                        :
        Comment                                   :
        Enabled                                   : True
        ConnectionTimeout                         : 00:05:00
        ConnectionInactivityTimeout               : 00:01:00
        MessageRateLimit                          : Unlimited
        MessageRateSource                         : IPAddress
        MaxInboundConnection                      : 5000
        MaxInboundConnectionPerSource             : 20
        MaxInboundConnectionPercentagePerSource   : 2
        MaxHeaderSize                             : 256 KB (262,144 bytes)
        MaxHopCount                               : 60
        MaxLocalHopCount                          : 5
        MaxLogonFailures                          : 3
        MaxMessageSize                            : 36 MB (37,748,736 bytes)
        MaxProtocolErrors                         : 5
        MaxRecipientsPerMessage                   : 200
        PermissionGroups                          : AnonymousUsers, ExchangeServers, Partners
        PipeliningEnabled                         : True
        ProtocolLoggingLevel                      : None
        RemoteIPRanges                            : {::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, 0.0.0.0-255.255.255.255}
        RequireEHLODomain                         : False
        RequireTLS                                : False
        EnableAuthGSSAPI                          : False
        ExtendedProtectionPolicy                  : None
        LiveCredentialEnabled                     : False
        TlsDomainCapabilities                     : {}
        Server                                    : EDGE01
        TransportRole                             : HubTransport
        RejectReservedTopLevelRecipientDomains    : False
        RejectReservedSecondLevelRecipientDomains : False
        RejectSingleLabelRecipientDomains         : False
        AcceptConsumerMail                        : False
        SizeEnabled                               : Enabled
        TarpitInterval                            : 00:00:05
        AuthTarpitInterval                        : 00:00:05
        MaxAcknowledgementDelay                   : 00:00:30
        AdminDisplayName                          :
        ExchangeVersion                           : 0.1 (8.0.535.0)
        Name                                      : Default internal receive connector EDGE01
        Identity                                  : EDGE01\Default internal receive connector EDGE01
        Guid                                      : 3da99064-043a-4207-a6dc-fc1c796af485



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
