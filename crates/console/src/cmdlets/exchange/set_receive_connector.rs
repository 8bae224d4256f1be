//! `Set-ReceiveConnector`: changes a connector on which a server takes mail.
//!
//! Not modelled: a port on which the service did not listen is taken up when the service starts again.

use exchange::nouns::receive_connector::ReceiveConnector;

use super::receive_connector::SETTINGS;
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::noun::{self, DOMAIN_CONTROLLER, IDENTITY};

const OWN: [Parameter; 3] = [
    IDENTITY.mandatory(),
    Parameter::new("Name", Kind::String, "A new name for the connector."),
    DOMAIN_CONTROLLER,
];

static PARAMETERS: [Parameter; 42] = noun::joined(OWN, SETTINGS);

/// The cmdlet.
pub static SET_RECEIVE_CONNECTOR: Cmdlet = Cmdlet {
    name: "Set-ReceiveConnector",
    synopsis: "Changes a Receive connector.",
    class: "",
    parameters: &PARAMETERS,
    run: |invocation| Box::pin(async move { noun::set::<ReceiveConnector>(invocation) }),
};

#[cfg(test)]
mod tests {
    use crate::testing_world::shown_on;

    #[test]
    fn the_certificate_and_its_capability_are_set() {
        insta::assert_snapshot!(shown_on(
            "MBX01",
            "Set-ReceiveConnector 'MBX01\\Default Frontend MBX01' -TlsCertificateName '<I>CN=R11<S>CN=mail.contoso.com' -TlsDomainCapabilities mail.protection.outlook.com:AcceptCloudServicesMail
             Set-ReceiveConnector 'Default MBX01' -ProtocolLoggingLevel Verbose -MaxMessageSize 50MB -Bindings @{Add='10.0.0.13:2526'}
             Get-ReceiveConnector 'MBX01\\Default Frontend MBX01' | Format-List Tls*
             Get-ReceiveConnector 'Default MBX01' | Format-List ProtocolLoggingLevel, MaxMessageSize, Bindings",
        ), @"


        TlsCertificateName    : <I>CN=R11<S>CN=mail.contoso.com
        TlsDomainCapabilities : {mail.protection.outlook.com:AcceptCloudServicesMail}





        ProtocolLoggingLevel : Verbose
        MaxMessageSize       : 50 MB (52,428,800 bytes)
        Bindings             : {[::]:2525, 0.0.0.0:2525, 10.0.0.13:2526}
        ");
    }

    #[test]
    fn what_breaks_a_rule_is_told() {
        insta::assert_snapshot!(shown_on(
            "EDGE01",
            "$connector = 'EDGE01\\Default internal receive connector EDGE01'
             Set-ReceiveConnector $connector -Fqdn mail.contoso.com
             Set-ReceiveConnector $connector -TlsCertificateName '<I><S>'
             Set-ReceiveConnector $connector -BinaryMimeEnabled $true -ChunkingEnabled $false
             Set-ReceiveConnector $connector -Banner 'Hello'
             Set-ReceiveConnector $connector -ProtocolLoggingLevel Loud",
        ), @r#"
        If the AuthMechanism attribute on a Receive connector contains the value ExchangeServer, you must set the FQDN
        parameter on the Receive connector to one of the following values: the FQDN of the transport server
        "EDGE01.contoso.com", the NetBIOS name of the transport server "EDGE01", or $null.
            + CategoryInfo          : NotSpecified: (:) [Set-ReceiveConnector], LocalizedException
            + FullyQualifiedErrorId : [Server=EDGE01,RequestId=60e9ba5e-2553-41f5-906c-b34e8d00b645,TimeStamp=5/1/2026 8:00:00
             AM] [FailureCategory=Cmdlet-LocalizedException] 396C2358,Microsoft.Exchange.Management.SystemConfigurationTasks.S
            etReceiveConnector
            + PSComputerName        : edge01.contoso.com

        Cannot process argument transformation on parameter 'TlsCertificateName'. Cannot convert value "<I><S>" to type
        "Microsoft.Exchange.Data.SmtpX509Identifier". Error: ""<I><S>" isn't a valid Certificate Identifier."
            + CategoryInfo          : InvalidData: (:) [Set-ReceiveConnector], ParameterBindin...mationException
            + FullyQualifiedErrorId : ParameterArgumentTransformationError,Set-ReceiveConnector
            + PSComputerName        : edge01.contoso.com

        The BinaryMimeEnabled parameter can be $true only when the ChunkingEnabled parameter is $true.
            + CategoryInfo          : NotSpecified: (:) [Set-ReceiveConnector], LocalizedException
            + FullyQualifiedErrorId : [Server=EDGE01,RequestId=819ff989-3f7e-4abd-9944-d72edb68139a,TimeStamp=5/1/2026 8:00:00
             AM] [FailureCategory=Cmdlet-LocalizedException] 12832268,Microsoft.Exchange.Management.SystemConfigurationTasks.S
            etReceiveConnector
            + PSComputerName        : edge01.contoso.com

        The SMTP banner must start with "220".
            + CategoryInfo          : NotSpecified: (:) [Set-ReceiveConnector], LocalizedException
            + FullyQualifiedErrorId : [Server=EDGE01,RequestId=60ec74c0-157b-4f7b-988d-e35bfa704560,TimeStamp=5/1/2026 8:00:00
             AM] [FailureCategory=Cmdlet-LocalizedException] 06DB66E1,Microsoft.Exchange.Management.SystemConfigurationTasks.S
            etReceiveConnector
            + PSComputerName        : edge01.contoso.com

        Cannot process argument transformation on parameter 'ProtocolLoggingLevel'. Cannot convert value "Loud" to type
        "Microsoft.Exchange.Data.ProtocolLoggingLevel". Error: "Unable to match the identifier name Loud to a valid enumerator
        name. Specify one of the following enumerator names and try again: None, Verbose"
            + CategoryInfo          : InvalidData: (:) [Set-ReceiveConnector], ParameterBindin...mationException
            + FullyQualifiedErrorId : ParameterArgumentTransformationError,Set-ReceiveConnector
            + PSComputerName        : edge01.contoso.com
        "#);
    }
}
