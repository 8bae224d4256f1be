//! `Set-TransportService`: changes the settings of a server's Transport service.
//!
//! Not modelled: where logs lie, and switching message tracking off; how long message tracking logs are kept; limits
//! of connections.

use exchange::nouns::transport_service::TransportService;

use super::transport_service::{AGENT_LOG, INTRA_ORG_LEVEL, KEEPING};
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::noun::{self, DOMAIN_CONTROLLER, IDENTITY};

/// The cmdlet.
pub static SET_TRANSPORT_SERVICE: Cmdlet = Cmdlet {
    name: "Set-TransportService",
    synopsis: "Changes the settings of the Transport service.",
    class: "",
    parameters: &PARAMETERS,
    run: |invocation| Box::pin(async move { noun::set::<TransportService>(invocation) }),
};

static PARAMETERS: [Parameter; 27] = noun::joined(
    OWN,
    noun::joined::<4, 11, 15>(AGENT_LOG, noun::joined::<10, 1, 11>(KEEPING, [DOMAIN_CONTROLLER])),
);

const OWN: [Parameter; 12] = [
    IDENTITY.mandatory(),
    Parameter::new(
        "DelayNotificationTimeout",
        Kind::TimeSpan,
        "The time after which a sender is told of a delay.",
    ),
    Parameter::new(
        "ExternalDNSAdapterEnabled",
        Kind::Bool,
        "Whether the adapter's DNS servers are asked for names outside.",
    ),
    Parameter::new(
        "ExternalDNSServers",
        Kind::MultiValued,
        "The DNS servers for names outside, when the adapter's are not asked.",
    ),
    Parameter::new(
        "InternalDNSAdapterEnabled",
        Kind::Bool,
        "Whether the adapter's DNS servers are asked for names inside.",
    ),
    Parameter::new(
        "InternalDNSServers",
        Kind::MultiValued,
        "The DNS servers for names inside, when the adapter's are not asked.",
    ),
    Parameter::new(
        "MessageExpirationTimeout",
        Kind::TimeSpan,
        "The time after which a message is returned.",
    ),
    Parameter::new(
        "MessageRetryInterval",
        Kind::TimeSpan,
        "The wait before a message is tried again that the next hop deferred.",
    ),
    Parameter::new(
        "OutboundConnectionFailureRetryInterval",
        Kind::TimeSpan,
        "The wait between the later attempts of a queue.",
    ),
    Parameter::new(
        "TransientFailureRetryCount",
        Kind::Int,
        "How often a queue is tried at the shorter interval.",
    ),
    Parameter::new("TransientFailureRetryInterval", Kind::TimeSpan, "That interval."),
    INTRA_ORG_LEVEL,
];

#[cfg(test)]
mod tests {
    use crate::testing_world::shown_on;

    #[test]
    fn the_settings_of_each_service_are_changed_apart() {
        insta::assert_snapshot!(shown_on(
            "MBX01",
            "Set-TransportService mbx01.contoso.com -IntraOrgConnectorProtocolLoggingLevel Verbose -TransientFailureRetryInterval 00:02:00 -ExternalDNSAdapterEnabled $false -ExternalDNSServers 10.0.0.11
             Set-FrontendTransportService MBX01 -IntraOrgConnectorProtocolLoggingLevel None
             Set-MailboxTransportService MBX01 -MailboxDeliveryConnectorProtocolLoggingLevel Verbose
             Get-TransportService
             Get-TransportService MBX01 | Format-List Intra*, Trans*, External*
             Get-FrontendTransportService MBX01
             Get-MailboxTransportService | Format-List Mailbox*",
        ), @r"

        Name                 MessageTrackingLogEnabled  MessageTrackingLogPath
        ----                 -------------------------  ----------------------
        MBX01                True                       C:\Program Files\Microsoft\Exchange Server\V15\TransportRoles\Logs\Me...




        IntraOrgConnectorProtocolLoggingLevel : Verbose
        TransientFailureRetryCount            : 6
        TransientFailureRetryInterval         : 00:02:00
        ExternalDNSAdapterEnabled             : False
        ExternalDNSServers                    : {10.0.0.11}




        Name                 IntraOrgConnectorProtocolLoggingLevel         SendProtocolLogPath
        ----                 -------------------------------------         -------------------
        MBX01                None                                          C:\Program Files\Microsoft\Exchange Server\V15\Tra...




        MailboxDeliveryConnectorProtocolLoggingLevel : Verbose
        ");
    }

    #[test]
    fn each_service_keeps_its_logs_for_a_time_of_its_own() {
        insta::assert_snapshot!(shown_on(
            "MBX01",
            "Set-TransportService MBX01 -ReceiveProtocolLogMaxAge 7.00:00:00 -SendProtocolLogMaxDirectorySize 1GB
             Set-FrontendTransportService MBX01 -ReceiveProtocolLogMaxFileSize Unlimited
             Get-TransportService MBX01 | Format-List *LogMax*
             Get-FrontendTransportService MBX01 | Format-List Receive*Max*",
        ), @"


        AgentLogMaxAge                     : 7.00:00:00
        AgentLogMaxDirectorySize           : 250 MB (262,144,000 bytes)
        AgentLogMaxFileSize                : 10 MB (10,485,760 bytes)
        ConnectivityLogMaxAge              : 30.00:00:00
        ConnectivityLogMaxDirectorySize    : 1000 MB (1,048,576,000 bytes)
        ConnectivityLogMaxFileSize         : 10 MB (10,485,760 bytes)
        ReceiveProtocolLogMaxAge           : 7.00:00:00
        ReceiveProtocolLogMaxDirectorySize : 250 MB (262,144,000 bytes)
        ReceiveProtocolLogMaxFileSize      : 10 MB (10,485,760 bytes)
        SendProtocolLogMaxAge              : 30.00:00:00
        SendProtocolLogMaxDirectorySize    : 1 GB (1,073,741,824 bytes)
        SendProtocolLogMaxFileSize         : 10 MB (10,485,760 bytes)





        ReceiveProtocolLogMaxAge           : 30.00:00:00
        ReceiveProtocolLogMaxDirectorySize : 250 MB (262,144,000 bytes)
        ReceiveProtocolLogMaxFileSize      : Unlimited
        ");
    }

    #[test]
    fn each_service_keeps_an_agent_log_of_its_own() {
        insta::assert_snapshot!(shown_on(
            "MBX01",
            "Set-TransportService MBX01 -AgentLogMaxAge 14.00:00:00
             Set-FrontendTransportService MBX01 -AgentLogEnabled $false
             Get-TransportService MBX01 | Format-List Agent*
             Get-FrontendTransportService MBX01 | Format-List Agent*",
        ), @r"


        AgentLogEnabled          : True
        AgentLogMaxAge           : 14.00:00:00
        AgentLogMaxDirectorySize : 250 MB (262,144,000 bytes)
        AgentLogMaxFileSize      : 10 MB (10,485,760 bytes)
        AgentLogPath             : C:\Program Files\Microsoft\Exchange Server\V15\TransportRoles\Logs\Hub\AgentLog





        AgentLogEnabled          : False
        AgentLogMaxAge           : 7.00:00:00
        AgentLogMaxDirectorySize : 250 MB (262,144,000 bytes)
        AgentLogMaxFileSize      : 10 MB (10,485,760 bytes)
        AgentLogPath             : C:\Program Files\Microsoft\Exchange Server\V15\TransportRoles\Logs\FrontEnd\AgentLog
        ");
    }

    #[test]
    fn a_server_that_is_not_there_and_a_delay_beyond_expiry_are_refused() {
        insta::assert_snapshot!(shown_on(
            "EDGE01",
            "Set-TransportService EDGE01 -DelayNotificationTimeout 3.00:00:00
             Set-TransportService EDGE01 -MessageExpirationTimeout soon
             Get-TransportService MBX01",
        ), @r#"
        The DelayNotificationTimeout parameter must be shorter than the MessageExpirationTimeout parameter.
            + CategoryInfo          : NotSpecified: (:) [Set-TransportService], LocalizedException
            + FullyQualifiedErrorId : [Server=EDGE01,RequestId=60e9ba5e-2553-41f5-906c-b34e8d00b645,TimeStamp=5/1/2026 8:00:00
             AM] [FailureCategory=Cmdlet-LocalizedException] 1D2D900D,Microsoft.Exchange.Management.SystemConfigurationTasks.S
            etTransportService
            + PSComputerName        : edge01.contoso.com

        Set-TransportService : Cannot bind parameter 'MessageExpirationTimeout'. Cannot convert value "soon" to type
        "System.TimeSpan". Error: "String was not recognized as a valid TimeSpan."
        At line:2 char:68
        + ...            Set-TransportService EDGE01 -MessageExpirationTimeout soon
        +                                                                      ~~~~
            + CategoryInfo          : InvalidArgument: (:) [Set-TransportService], ParameterBindingException
            + FullyQualifiedErrorId : CannotConvertArgumentNoMessage,Set-TransportService

        The operation couldn't be performed because object 'MBX01' couldn't be found on 'edge01.contoso.com'.
            + CategoryInfo          : NotSpecified: (:) [Get-TransportService], ManagementObjectNotFoundException
            + FullyQualifiedErrorId : [Server=EDGE01,RequestId=819ff989-3f7e-4abd-9944-d72edb68139a,TimeStamp=5/1/2026 8:00:00
             AM] [FailureCategory=Cmdlet-ManagementObjectNotFoundException] F0E38959,Microsoft.Exchange.Management.SystemConfi
            gurationTasks.GetTransportService
            + PSComputerName        : edge01.contoso.com
        "#);
    }
}
