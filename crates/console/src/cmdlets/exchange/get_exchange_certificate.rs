//! `Get-ExchangeCertificate`: the certificates in the personal store of an Exchange server.
//!
//! The view is that of real transcripts: one letter for each service, a dot for each it is not enabled
//! for.

use exchange::culture::Culture;
use exchange::value::{Object, Value};

use super::certificate::{IDENTITY, SERVER, THUMBPRINT, computer, named, thumbprint};
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;
use crate::language::view::{View, ViewColumn};
use crate::noun::{self, DOMAIN_CONTROLLER};
use crate::place::Place;

/// The cmdlet.
pub static GET_EXCHANGE_CERTIFICATE: Cmdlet = Cmdlet {
    name: "Get-ExchangeCertificate",
    synopsis: "Views the certificates of an Exchange server.",
    class: "",
    parameters: &[
        THUMBPRINT,
        IDENTITY,
        Parameter::new("DomainName", Kind::Strings, "Only certificates for one of these names."),
        SERVER,
        DOMAIN_CONTROLLER,
    ],
    run: |invocation| Box::pin(async move { run(&invocation) }),
};

/// How it is shown.
pub static VIEW: View = View::table(
    "Microsoft.Exchange.Management.SystemConfigurationTasks.ExchangeCertificate",
    &[
        ViewColumn::new("Thumbprint", 41),
        ViewColumn::new("Services", 10).computed(letters),
        ViewColumn::new("Subject", 0),
    ],
);

fn run(invocation: &Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let place = invocation.world::<Place>()?;
    let computer = computer(invocation, &place)?;
    let mut certificates = match thumbprint(invocation) {
        Some(_) => vec![named(invocation, &computer)?],
        None => computer.certificates.listed(),
    };
    if let Some(names) = invocation.strings("DomainName") {
        certificates.retain(|one| names.iter().any(|name| one.names(name)));
    }
    Ok(noun::shown(&certificates))
}

const LETTERS: [(&str, char); 7] = [
    ("IMAP", 'I'),
    ("POP", 'P'),
    ("UM", 'U'),
    ("IIS", 'W'),
    ("SMTP", 'S'),
    ("Federation", 'F'),
    ("UMCallRouter", 'C'),
];

fn letters(certificate: &Object, _: Culture) -> String {
    let services = certificate.text_of("Services");
    let enabled = |name: &str| services.split(", ").any(|own| own == name);
    LETTERS.iter().map(|(name, letter)| if enabled(name) { *letter } else { '.' }).collect()
}

#[cfg(test)]
mod tests {
    use crate::testing_world::shown_on;

    #[test]
    fn a_server_shows_its_certificates() {
        insta::assert_snapshot!(shown_on(
            "MBX01",
            r"Get-ExchangeCertificate
              Get-ExchangeCertificate -Server mbx01.contoso.com -DomainName mbx01.contoso.com | Format-List
              (Get-ExchangeCertificate -DomainName mail.contoso.com).Count
              $own = (Get-ExchangeCertificate).Thumbprint
              Get-ExchangeCertificate $own.ToLower() | Select-Object Subject
              Get-ExchangeCertificate -Identity MBX01\$own | Select-Object Subject",
        ), @"

        Thumbprint                                Services   Subject
        ----------                                --------   -------
        042F5C671A3D0ACFF17E2A66D9C53DCF89C4D97E  ....S..    CN=MBX01




        RunspaceId         : 52675c2a-877e-4582-af64-d0e2549d1e81
        CertificateDomains : {MBX01, MBX01.contoso.com}
        HasPrivateKey      : True
        IsSelfSigned       : True
        Issuer             : CN=MBX01
        NotAfter           : 5/1/2031 8:00:00 AM
        NotBefore          : 5/1/2026 8:00:00 AM
        PublicKeySize      : 256
        RootCAType         : None
        SerialNumber       : 7E3C5CAF3E3148E3AE7D2F6C3F11BF8C
        Services           : SMTP
        Status             : Valid
        Subject            : CN=MBX01
        Thumbprint         : 042F5C671A3D0ACFF17E2A66D9C53DCF89C4D97E
        FriendlyName       : Microsoft Exchange



        0

        Subject
        -------
        CN=MBX01
        CN=MBX01
        ");
    }

    #[test]
    fn a_certificate_or_server_that_is_not_there_is_told() {
        insta::assert_snapshot!(shown_on(
            "MBX01",
            "Get-ExchangeCertificate 00FF
             Get-ExchangeCertificate -Server MBX09
             Get-ExchangeCertificate -Server EDGE01",
        ), @"
        A special Rpc error occurs on server MBX01: The certificate with thumbprint 00FF was not found.
            + CategoryInfo          : InvalidArgument: (:) [Get-ExchangeCertificate], InvalidOperationException
            + FullyQualifiedErrorId : [Server=MBX01,RequestId=4f4cc809-7606-457d-ac21-b7f50e74404e,TimeStamp=5/1/2026 8:00:00 
            AM] [FailureCategory=Cmdlet-InvalidOperationException] 51CCBD30,Microsoft.Exchange.Management.SystemConfigurationT
            asks.GetExchangeCertificate
            + PSComputerName        : mbx01.contoso.com

        The operation couldn't be performed because object 'MBX09' couldn't be found on 'mbx01.contoso.com'.
            + CategoryInfo          : NotSpecified: (:) [Get-ExchangeCertificate], ManagementObjectNotFoundException
            + FullyQualifiedErrorId : [Server=MBX01,RequestId=c95cdddc-5e2e-49aa-904e-b32722f826d6,TimeStamp=5/1/2026 8:00:00 
            AM] [FailureCategory=Cmdlet-ManagementObjectNotFoundException] A14E8261,Microsoft.Exchange.Management.SystemConfig
            urationTasks.GetExchangeCertificate
            + PSComputerName        : mbx01.contoso.com

        The server 'EDGE01' is an Edge Transport server. Run the command on that server itself.
            + CategoryInfo          : NotSpecified: (:) [Get-ExchangeCertificate], InvalidOperationException
            + FullyQualifiedErrorId : [Server=MBX01,RequestId=9852bd5e-3c07-4a3f-88c0-7a4e1f0b9f0f,TimeStamp=5/1/2026 8:00:00 
            AM] [FailureCategory=Cmdlet-InvalidOperationException] 91DE98C4,Microsoft.Exchange.Management.SystemConfigurationT
            asks.GetExchangeCertificate
            + PSComputerName        : mbx01.contoso.com
        ");
    }
}
