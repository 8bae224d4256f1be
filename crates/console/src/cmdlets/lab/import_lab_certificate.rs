//! `Import-LabCertificate` and `Remove-LabRootCertificate`: what an administrator does in the
//! certificates console of a computer.
//!
//! A certificate goes into the computer's personal store, with `-Root` into its trusted roots. The root
//! of an authority needs no file. On an Exchange server `Import-ExchangeCertificate` does the same for
//! the personal store.

use ca::{Certificate, read_pfx};
use exchange::value::Value;

use super::certificate::{authority, computer};
use super::refusal::{not_there, refused};
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;
use crate::language::paths;
use crate::place::Place;

const AUTHORITY: Parameter = Parameter::new(
    "CertificationAuthority",
    Kind::String,
    "The authority whose root certificate is meant.",
);

/// The cmdlet that adds.
pub static IMPORT_LAB_CERTIFICATE: Cmdlet = Cmdlet {
    name: "Import-LabCertificate",
    synopsis: "Imports a certificate into this computer's personal store or trusted roots.",
    class: "",
    parameters: &[
        Parameter::new("FileName", Kind::String, "The file.").at(0).by_property_name(),
        AUTHORITY,
        Parameter::new("Root", Kind::Switch, "Into the trusted roots."),
        Parameter::new("FriendlyName", Kind::String, "A remark to be kept with it."),
    ],
    run: |invocation| Box::pin(import(invocation)),
};

/// The cmdlet that removes.
pub static REMOVE_LAB_ROOT_CERTIFICATE: Cmdlet = Cmdlet {
    name: "Remove-LabRootCertificate",
    synopsis: "Removes a certificate from this computer's trusted roots.",
    class: "",
    parameters: &[
        Parameter::new("Thumbprint", Kind::String, "The root.").at(0).by_property_name(),
        AUTHORITY,
    ],
    run: |invocation| Box::pin(remove(invocation)),
};

async fn import(mut invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let place = invocation.world::<Place>()?;
    let computer = computer(&place)?;
    let root = invocation.switch("Root");
    let file = invocation.string("FileName");
    let certificate = match (file, invocation.string("CertificationAuthority")) {
        (Some(file), None) => read(&invocation, &file)?,
        (None, Some(name)) if root => authority(&place, &name)?.root.public(),
        _ => return Err(refused("Give -FileName, or -CertificationAuthority with -Root.")),
    };
    if !invocation.should_process(&certificate.subject) {
        return Ok(Vec::new());
    }
    if root {
        computer.certificates.change_trust(|store| store.add(&certificate));
    } else {
        let remark = invocation.string("FriendlyName").unwrap_or_default();
        computer.certificates.install(certificate, &remark);
    }
    Ok(Vec::new())
}

fn read(invocation: &Invocation<'_>, file: &str) -> Result<Certificate, ErrorRecord> {
    let path = paths::absolute(file, &invocation.session.location);
    let bytes = invocation.session.host().files().read(&path)?;
    read_pfx(&String::from_utf8_lossy(&bytes))
        .map_err(|error| refused(format!("'{path}' cannot be imported: {error}.")))
}

async fn remove(mut invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let place = invocation.world::<Place>()?;
    let computer = computer(&place)?;
    let given = invocation.string("Thumbprint");
    let thumbprint = match (given, invocation.string("CertificationAuthority")) {
        (Some(thumbprint), None) => thumbprint,
        (None, Some(name)) => authority(&place, &name)?.root.thumbprint.clone(),
        _ => return Err(refused("Give either -Thumbprint or -CertificationAuthority.")),
    };
    let trust = computer.certificates.trust();
    let found = trust.roots().find(|root| root.thumbprint.eq_ignore_ascii_case(&thumbprint));
    let Some(root) = found else {
        let known = trust.roots().map(|root| root.thumbprint.clone());
        return Err(not_there("trusted root", &thumbprint, known));
    };
    if invocation.should_process(&root.subject) {
        computer.certificates.change_trust(|store| drop(store.remove(&thumbprint)));
    }
    Ok(Vec::new())
}

#[cfg(test)]
mod tests {
    use crate::testing_world::transcript;

    #[test]
    fn a_root_is_trusted_until_it_is_removed() {
        insta::assert_snapshot!(transcript(
            r"MBX01> Remove-LabRootCertificate -CertificationAuthority 'Test CA'
              MBX01> Remove-LabRootCertificate -CertificationAuthority 'Test CA'
              MBX01> Import-LabCertificate -CertificationAuthority 'Test CA' -Root
              MBX01> Remove-LabRootCertificate -CertificationAuthority 'Test CA' -WhatIf",
        ), @r#"
        MBX01> Remove-LabRootCertificate -CertificationAuthority 'Test CA'
        MBX01> Remove-LabRootCertificate -CertificationAuthority 'Test CA'
        Remove-LabRootCertificate : There is no trusted root 'A9FCC98F1BBC4D3F9C8C5E364A277D4626C22F68'. There are none at all.
        At line:1 char:1
        + Remove-LabRootCertificate -CertificationAuthority 'Test CA'
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : ObjectNotFound: (A9FCC98F1BBC4D3F9C8C5E364A277D4626C22F68:String) [Remove-LabRootCertifi
            cate], RuntimeException
            + FullyQualifiedErrorId : NotThere,Remove-LabRootCertificate

        MBX01> Import-LabCertificate -CertificationAuthority 'Test CA' -Root
        MBX01> Remove-LabRootCertificate -CertificationAuthority 'Test CA' -WhatIf
        What if: Performing the operation "Remove-LabRootCertificate" on target "CN=Test Root, O=Test, C=US".
        "#);
    }

    #[test]
    fn a_certificate_comes_from_a_file_of_the_lab_and_into_a_computer_only() {
        insta::assert_snapshot!(transcript(
            r"MX1> Request-LabCertificate -SelfSigned -DomainName mx1.fabrikam.com -FileName C:\mx1.pfx | Import-LabCertificate
              MX1> Import-LabCertificate C:\mx1.pfx -Root
              MX1> 'no certificate' | Set-Content C:\notes.txt
              MX1> Import-LabCertificate C:\notes.txt
              MX1> Import-LabCertificate C:\none.pfx
              MX1> Import-LabCertificate -CertificationAuthority 'Test CA'
              ExchangeOnline> Import-LabCertificate C:\mx1.pfx",
        ), @r##"
        MX1> Request-LabCertificate -SelfSigned -DomainName mx1.fabrikam.com -FileName C:\mx1.pfx | Import-LabCertificate
        MX1> Import-LabCertificate C:\mx1.pfx -Root
        MX1> 'no certificate' | Set-Content C:\notes.txt
        MX1> Import-LabCertificate C:\notes.txt
        Import-LabCertificate : 'C:\notes.txt' cannot be imported: expected a lab PFX that begins with "# hybridlab PFX: made
        from a seed, protects nothing", got "no certificate".
        At line:1 char:1
        + Import-LabCertificate C:\notes.txt
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : InvalidOperation: (:) [Import-LabCertificate], RuntimeException
            + FullyQualifiedErrorId : Refused,Import-LabCertificate

        MX1> Import-LabCertificate C:\none.pfx
        Import-LabCertificate : Cannot find path 'C:\none.pfx' because it does not exist.
        At line:1 char:1
        + Import-LabCertificate C:\none.pfx
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : ObjectNotFound: (C:\none.pfx:String) [Import-LabCertificate], ItemNotFoundException
            + FullyQualifiedErrorId : PathNotFound,Import-LabCertificate

        MX1> Import-LabCertificate -CertificationAuthority 'Test CA'
        Import-LabCertificate : Give -FileName, or -CertificationAuthority with -Root.
        At line:1 char:1
        + Import-LabCertificate -CertificationAuthority 'Test CA'
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : InvalidOperation: (:) [Import-LabCertificate], RuntimeException
            + FullyQualifiedErrorId : Refused,Import-LabCertificate

        ExchangeOnline> Import-LabCertificate C:\mx1.pfx
        Import-LabCertificate : The certificates of Exchange Online are Microsoft's; a tenant cannot change them.
        At line:1 char:1
        + Import-LabCertificate C:\mx1.pfx
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : InvalidOperation: (:) [Import-LabCertificate], RuntimeException
            + FullyQualifiedErrorId : Refused,Import-LabCertificate
        "##);
    }
}
