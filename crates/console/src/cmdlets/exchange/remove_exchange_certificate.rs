//! `Remove-ExchangeCertificate`: takes a certificate out of the personal store of an Exchange server.
//!
//! Refused for the server's default SMTP certificate, and for one whose issuer and subject a Send
//! connector names (Microsoft Learn, "Can't remove a certificate that's installed in Exchange Server").

use exchange::nouns::certificate::ExchangeCertificate;
use exchange::value::Value;
use services::computer::Computer;

use super::certificate::{IDENTITY, SERVER, THUMBPRINT, computer, named, refused};
use crate::language::cmdlet::Cmdlet;
use crate::language::errors::{Category, ErrorRecord};
use crate::language::invocation::Invocation;
use crate::noun::DOMAIN_CONTROLLER;
use crate::place::Place;

/// The cmdlet.
pub static REMOVE_EXCHANGE_CERTIFICATE: Cmdlet = Cmdlet {
    name: "Remove-ExchangeCertificate",
    synopsis: "Removes a certificate from an Exchange server.",
    class: "",
    parameters: &[THUMBPRINT, IDENTITY, SERVER, DOMAIN_CONTROLLER],
    run: |invocation| Box::pin(run(invocation)),
};

async fn run(mut invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let place = invocation.world::<Place>()?;
    let computer = computer(&invocation, &place)?;
    let certificate = named(&invocation, &computer)?;
    check(&place, &computer, &certificate)
        .map_err(|why| refused(&invocation, &computer, Category::InvalidArgument, &why))?;
    if invocation.should_process(&certificate.thumbprint) {
        computer.certificates.remove(&certificate.thumbprint);
    }
    Ok(Vec::new())
}

fn check(
    place: &Place,
    computer: &Computer,
    certificate: &ExchangeCertificate,
) -> Result<(), String> {
    let name = certificate.name();
    let (is_internal, connectors) = place.organization().read(|organization| {
        let server = organization.server(&computer.name);
        let internal = server.and_then(|server| server.internal_transport_certificate.as_ref());
        let named = organization.send_connectors.iter();
        let named = named.filter(|one| one.tls_certificate_name.as_ref() == Some(&name));
        let connectors: Vec<String> = named.map(|one| one.name.clone()).collect();
        (internal == Some(&certificate.thumbprint), connectors)
    });
    if is_internal {
        return Err("The internal transport certificate cannot be removed because that would cause the Microsoft Exchange Transport service to stop. To replace the internal transport certificate, create a new certificate. The new certificate will automatically become the internal transport certificate. You can then remove the existing certificate.".to_owned());
    }
    if !connectors.is_empty() {
        return Err(format!(
            "These certificates are tagged with following Send Connectors : {}. Removing and replacing certificates from Send Connector would break the mail flow. If you still want to proceed then replace or remove these certificates from Send Connector and then try this command.",
            connectors.join(", ")
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::testing_world::shown_on;

    #[test]
    fn what_is_in_use_is_not_removed() {
        insta::assert_snapshot!(shown_on(
            "MBX01",
            r"$old = (Get-ExchangeCertificate).Thumbprint
              Remove-ExchangeCertificate $old
              $new = New-ExchangeCertificate -Force
              Remove-ExchangeCertificate -Thumbprint $old -Confirm:$false
              $mail = Import-ExchangeCertificate -FileData ([IO.File]::ReadAllBytes('C:\Certificates\mail.pfx'))
              New-SendConnector Relay -AddressSpaces '*' -TlsCertificateName ('<I>' + $mail.Issuer + '<S>' + $mail.Subject) | Out-Null
              $mail | Remove-ExchangeCertificate
              Remove-SendConnector Relay
              $mail | Remove-ExchangeCertificate
              (Get-ExchangeCertificate).Thumbprint -eq $new.Thumbprint",
        ), @"
        A special Rpc error occurs on server MBX01: The internal transport certificate cannot be removed because that would
        cause the Microsoft Exchange Transport service to stop. To replace the internal transport certificate, create a new
        certificate. The new certificate will automatically become the internal transport certificate. You can then remove the
        existing certificate.
            + CategoryInfo          : InvalidArgument: (:) [Remove-ExchangeCertificate], InvalidOperationException
            + FullyQualifiedErrorId : [Server=MBX01,RequestId=4f4cc809-7606-457d-ac21-b7f50e74404e,TimeStamp=5/1/2026 8:00:00 
            AM] [FailureCategory=Cmdlet-InvalidOperationException] 80BE46B7,Microsoft.Exchange.Management.SystemConfigurationT
            asks.RemoveExchangeCertificate
            + PSComputerName        : mbx01.contoso.com

        A special Rpc error occurs on server MBX01: These certificates are tagged with following Send Connectors : Relay.
        Removing and replacing certificates from Send Connector would break the mail flow. If you still want to proceed then
        replace or remove these certificates from Send Connector and then try this command.
            + CategoryInfo          : InvalidArgument: (:) [Remove-ExchangeCertificate], InvalidOperationException
            + FullyQualifiedErrorId : [Server=MBX01,RequestId=50d230d4-7c3c-4d1f-abb8-0e5d4f0bebfc,TimeStamp=5/1/2026 8:00:00 
            AM] [FailureCategory=Cmdlet-InvalidOperationException] F1EEE409,Microsoft.Exchange.Management.SystemConfigurationT
            asks.RemoveExchangeCertificate
            + PSComputerName        : mbx01.contoso.com

        True
        ");
    }
}
