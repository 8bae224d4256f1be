//! `Import-ExchangeCertificate`: puts a certificate into the personal store of an Exchange server.
//!
//! The file is a PFX of the lab, as `Request-LabCertificate` writes it, handed over as bytes:
//! `-FileData ([System.IO.File]::ReadAllBytes('C:\Certificates\mail.pfx'))`. `-FileName` went with the
//! updates of 2022 (Microsoft Learn, "Import or install a certificate on an Exchange server").
//!
//! Not modelled: passwords, chains in PKCS #7 files, certificates that answer a pending request.

use ca::{Certificate, read_pfx};
use exchange::value::Value;

use super::certificate::{SERVER, computer, refused, shown};
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::{Category, ErrorRecord};
use crate::language::invocation::Invocation;
use crate::noun::DOMAIN_CONTROLLER;
use crate::place::Place;

/// The cmdlet.
pub static IMPORT_EXCHANGE_CERTIFICATE: Cmdlet = Cmdlet {
    name: "Import-ExchangeCertificate",
    synopsis: "Imports a certificate on an Exchange server.",
    class: "",
    parameters: &[
        Parameter::new("FileData", Kind::Bytes, "What is in the file.").mandatory(),
        Parameter::new("Password", Kind::Value, "The file's password; accepted, without effect."),
        Parameter::new("FriendlyName", Kind::String, "A remark."),
        Parameter::new(
            "PrivateKeyExportable",
            Kind::Bool,
            "Whether the key can be exported again; accepted, without effect.",
        ),
        SERVER,
        DOMAIN_CONTROLLER,
    ],
    run: |invocation| Box::pin(run(invocation)),
};

async fn run(mut invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let place = invocation.world::<Place>()?;
    let computer = computer(&invocation, &place)?;
    let no = |why: &str| refused(&invocation, &computer, Category::ReadError, why);
    let certificate = read(&invocation).ok_or_else(|| {
        no("The source data cannot be imported or the wrong password was specified.")
    })?;
    let thumbprint = certificate.thumbprint.clone();
    if computer.certificates.find(&thumbprint).is_some() {
        return Err(no(&format!(
            "Cannot import certificate. A certificate with the thumbprint {thumbprint} already exists."
        )));
    }
    if !invocation.should_process(&computer.name) {
        return Ok(Vec::new());
    }
    let remark = invocation.string("FriendlyName").unwrap_or_default();
    computer.certificates.install(certificate, &remark);
    Ok(shown(&computer, &thumbprint))
}

fn read(invocation: &Invocation<'_>) -> Option<Certificate> {
    let bytes = invocation.bytes("FileData")?;
    read_pfx(&String::from_utf8_lossy(&bytes)).ok()
}

#[cfg(test)]
mod tests {
    use crate::testing_world::shown_on;

    #[test]
    fn a_file_is_imported_and_enabled_in_one_line() {
        insta::assert_snapshot!(shown_on(
            "MBX01",
            r"Import-ExchangeCertificate -FileData ([System.IO.File]::ReadAllBytes('C:\Certificates\mail.pfx')) -FriendlyName Mail
              Get-ExchangeCertificate -DomainName mail.contoso.com | Enable-ExchangeCertificate -Services SMTP,IIS -Force
              Get-ExchangeCertificate -DomainName mail.contoso.com | Format-List FriendlyName, Services, Status, Issuer, HasPrivateKey",
        ), @"

        Thumbprint                                Services   Subject
        ----------                                --------   -------
        F4C17F1DB84B04E782973F4029ECE14044141A83  .......    CN=mail.contoso.com




        FriendlyName  : Mail
        Services      : IIS, SMTP
        Status        : Valid
        Issuer        : CN=Test Root, O=Test, C=US
        HasPrivateKey : True
        ");
    }

    #[test]
    fn what_cannot_be_imported_is_told() {
        insta::assert_snapshot!(shown_on(
            "MBX01",
            r"Import-ExchangeCertificate -FileName C:\Certificates\mail.pfx
              Import-ExchangeCertificate -FileData ([System.IO.File]::ReadAllBytes('C:\none.pfx'))
              Import-ExchangeCertificate -FileData 1,2,3
              $file = [System.IO.File]::ReadAllBytes('C:\Certificates\mail.pfx')
              Import-ExchangeCertificate -FileData $file -Password (1) | Out-Null
              Import-ExchangeCertificate -FileData $file",
        ), @r#"
        Import-ExchangeCertificate : A parameter cannot be found that matches parameter name 'FileName'.
        At line:1 char:28
        + Import-ExchangeCertificate -FileName C:\Certificates\mail.pfx
        +                            ~~~~~~~~~
            + CategoryInfo          : InvalidArgument: (:) [Import-ExchangeCertificate], ParameterBindingException
            + FullyQualifiedErrorId : NamedParameterNotFound,Import-ExchangeCertificate

        Exception calling "ReadAllBytes" with "1" argument(s): "Could not find file 'C:\none.pfx'."
        At line:2 char:53
        + ... Certificate -FileData ([System.IO.File]::ReadAllBytes('C:\none.pfx'))
        +                            ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : NotSpecified: (:) [], MethodInvocationException
            + FullyQualifiedErrorId : FileNotFoundException

        A special Rpc error occurs on server MBX01: The source data cannot be imported or the wrong password was specified.
            + CategoryInfo          : ReadError: (:) [Import-ExchangeCertificate], InvalidOperationException
            + FullyQualifiedErrorId : [Server=MBX01,RequestId=4f4cc809-7606-457d-ac21-b7f50e74404e,TimeStamp=5/1/2026 8:00:00 
            AM] [FailureCategory=Cmdlet-InvalidOperationException] BD0C82FE,Microsoft.Exchange.Management.SystemConfigurationT
            asks.ImportExchangeCertificate
            + PSComputerName        : mbx01.contoso.com

        A special Rpc error occurs on server MBX01: Cannot import certificate. A certificate with the thumbprint
        F4C17F1DB84B04E782973F4029ECE14044141A83 already exists.
            + CategoryInfo          : ReadError: (:) [Import-ExchangeCertificate], InvalidOperationException
            + FullyQualifiedErrorId : [Server=MBX01,RequestId=c95cdddc-5e2e-49aa-904e-b32722f826d6,TimeStamp=5/1/2026 8:00:00 
            AM] [FailureCategory=Cmdlet-InvalidOperationException] 1A36B750,Microsoft.Exchange.Management.SystemConfigurationT
            asks.ImportExchangeCertificate
            + PSComputerName        : mbx01.contoso.com
        "#);
    }
}
