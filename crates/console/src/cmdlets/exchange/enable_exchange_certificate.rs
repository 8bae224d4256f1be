//! `Enable-ExchangeCertificate`: lets services of Exchange use a certificate.
//!
//! Services are added to those it is enabled for. The certificate enabled for SMTP becomes the server's
//! default SMTP certificate: the product asks first, `Y` being its default, and not with `-Force`; this
//! shell never asks.
//!
//! Not modelled: Federation and the unified messaging call router, IIS bindings.

use exchange::nouns::certificate::ExchangeCertificate;
use exchange::value::Value;
use services::computer::Computer;

use super::certificate::{
    IDENTITY, SERVER, SERVICES, THUMBPRINT, computer, enable, named, refused, services,
};
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::{Category, ErrorRecord};
use crate::language::invocation::Invocation;
use crate::noun::DOMAIN_CONTROLLER;
use crate::place::Place;

/// The cmdlet.
pub static ENABLE_EXCHANGE_CERTIFICATE: Cmdlet = Cmdlet {
    name: "Enable-ExchangeCertificate",
    synopsis: "Enables a certificate for services of Exchange.",
    class: "",
    parameters: &[
        THUMBPRINT,
        IDENTITY,
        SERVICES.mandatory(),
        Parameter::new("DoNotRequireSsl", Kind::Switch, "Accepted, without effect."),
        Parameter::new("Force", Kind::Switch, "Does not ask."),
        Parameter::new("NetworkServiceAllowed", Kind::Switch, "Accepted, without effect."),
        SERVER,
        DOMAIN_CONTROLLER,
    ],
    run: |invocation| Box::pin(run(invocation)),
};

async fn run(mut invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let place = invocation.world::<Place>()?;
    let computer = computer(&invocation, &place)?;
    let certificate = named(&invocation, &computer)?;
    check(&computer, &certificate)
        .map_err(|why| refused(&invocation, &computer, Category::InvalidArgument, &why))?;
    let services = services(&invocation)?.unwrap_or_default();
    if invocation.should_process(&certificate.thumbprint) {
        enable(&place, &computer, &certificate.thumbprint, &services);
    }
    Ok(Vec::new())
}

/// What the product demands of a certificate before any service may use it.
fn check(computer: &Computer, certificate: &ExchangeCertificate) -> Result<(), String> {
    if !certificate.has_private_key {
        return Err(format!(
            "The certificate with thumbprint {} was found but is not valid for use with Exchange Server (reason: PrivateKeyMissing).",
            certificate.thumbprint
        ));
    }
    if certificate.not_after < computer.clock.now() {
        return Err("The certificate is expired.".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::testing_world::shown_on;

    #[test]
    fn services_are_added() {
        insta::assert_snapshot!(shown_on(
            "EDGE01",
            "$own = (Get-ExchangeCertificate).Thumbprint
             Enable-ExchangeCertificate $own -Services IMAP,IIS
             Enable-ExchangeCertificate -Thumbprint $own -Services 'POP, SMTP'
             Get-ExchangeCertificate",
        ), @"

        Thumbprint                                Services   Subject
        ----------                                --------   -------
        62620D8131C513FEDB7F46580BBCFE0AC29BC3C5  IP.WS..    CN=EDGE01
        ");
    }

    #[test]
    fn a_certificate_must_be_fit_for_use() {
        insta::assert_snapshot!(shown_on(
            "MBX01",
            r"Import-ExchangeCertificate -FileData ([IO.File]::ReadAllBytes('C:\Certificates\bare.pfx')) | Enable-ExchangeCertificate -Services SMTP
              Import-ExchangeCertificate -FileData ([IO.File]::ReadAllBytes('C:\Certificates\old.pfx')) | Enable-ExchangeCertificate -Services SMTP
              Get-ExchangeCertificate | Enable-ExchangeCertificate -Services Mail -ErrorAction Stop",
        ), @r#"
        A special Rpc error occurs on server MBX01: The certificate with thumbprint F4C17F1DB84B04E782973F4029ECE14044141A83
        was found but is not valid for use with Exchange Server (reason: PrivateKeyMissing).
            + CategoryInfo          : InvalidArgument: (:) [Enable-ExchangeCertificate], InvalidOperationException
            + FullyQualifiedErrorId : [Server=MBX01,RequestId=4f4cc809-7606-457d-ac21-b7f50e74404e,TimeStamp=5/1/2026 8:00:00 
            AM] [FailureCategory=Cmdlet-InvalidOperationException] EEDDDF40,Microsoft.Exchange.Management.SystemConfigurationT
            asks.EnableExchangeCertificate
            + PSComputerName        : mbx01.contoso.com

        A special Rpc error occurs on server MBX01: The certificate is expired.
            + CategoryInfo          : InvalidArgument: (:) [Enable-ExchangeCertificate], InvalidOperationException
            + FullyQualifiedErrorId : [Server=MBX01,RequestId=c95cdddc-5e2e-49aa-904e-b32722f826d6,TimeStamp=5/1/2026 8:00:00 
            AM] [FailureCategory=Cmdlet-InvalidOperationException] 9485D27C,Microsoft.Exchange.Management.SystemConfigurationT
            asks.EnableExchangeCertificate
            + PSComputerName        : mbx01.contoso.com

        Cannot process argument transformation on parameter 'Services'. Cannot convert value "Mail" to type
        "Microsoft.Exchange.Management.SystemConfigurationTasks.AllowedServices". Error: "Unable to match the identifier name
        Mail to a valid enumerator name. Specify one of the following enumerator names and try again: IMAP, POP, UM, IIS, SMTP"
            + CategoryInfo          : InvalidData: (:) [Enable-ExchangeCertificate], ParameterBindin...mationException
            + FullyQualifiedErrorId : ParameterArgumentTransformationError,Enable-ExchangeCertificate
            + PSComputerName        : mbx01.contoso.com
        "#);
    }
}
