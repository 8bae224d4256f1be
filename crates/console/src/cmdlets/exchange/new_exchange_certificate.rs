//! `New-ExchangeCertificate`: makes a self-signed certificate, by default for both names of the server
//! and for IMAP, POP and SMTP, for five years. With a certificate from the pipeline it renews that one.
//!
//! Not modelled: requests for an authority (`-GenerateRequest`; `Request-LabCertificate` stands for the
//! whole of it), key sizes.

use ca::{CertificateRequest, DistinguishedName, NameError, Usage, Validity};
use exchange::nouns::certificate::CertificateService as Service;
use exchange::properties::Unfit;
use exchange::value::{Object, Value};
use services::computer::Computer;

use super::certificate::{SERVER, SERVICES, computer, enable, refused, services, shown};
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::{Category, ErrorRecord};
use crate::language::invocation::Invocation;
use crate::noun::DOMAIN_CONTROLLER;
use crate::place::Place;
use crate::refusal;

/// The cmdlet.
pub static NEW_EXCHANGE_CERTIFICATE: Cmdlet = Cmdlet {
    name: "New-ExchangeCertificate",
    synopsis: "Creates a self-signed certificate on an Exchange server, or renews one.",
    class: "",
    parameters: &[
        Parameter::new("DomainName", Kind::Strings, "The subject alternative names."),
        Parameter::new("Force", Kind::Switch, "Does not ask."),
        Parameter::new("FriendlyName", Kind::String, "A remark; Microsoft Exchange by default."),
        Parameter::new("IncludeServerFQDN", Kind::Switch, "Adds the server's name in DNS."),
        Parameter::new("IncludeServerNetBIOSName", Kind::Switch, "Adds the server's name."),
        Parameter::new("Instance", Kind::Value, "The certificate to renew.").by_value(),
        Parameter::new("KeySize", Kind::Int, "Accepted, without effect."),
        Parameter::new("PrivateKeyExportable", Kind::Bool, "Accepted, without effect."),
        SERVICES,
        Parameter::new("SubjectName", Kind::String, "The subject; CN=<server> by default."),
        SERVER,
        DOMAIN_CONTROLLER,
    ],
    run: |invocation| Box::pin(run(invocation)),
};

const NAME_TYPE: &str = "System.Security.Cryptography.X509Certificates.X500DistinguishedName";
const DEFAULT_SERVICES: [Service; 3] = [Service::Imap, Service::Pop, Service::Smtp];

async fn run(mut invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let place = invocation.world::<Place>()?;
    let computer = computer(&invocation, &place)?;
    let request = request(&invocation, &computer)?;
    let services = services(&invocation)?.unwrap_or_else(|| DEFAULT_SERVICES.to_vec());
    let of_computer = place.world.seed.child("certificates").child(&computer.name);
    let certificate =
        request.self_signed(of_computer.child(&place.new_guid().to_string())).map_err(|error| {
            refused(&invocation, &computer, Category::InvalidArgument, &format!("{error}."))
        })?;
    if !invocation.should_process(&computer.name) {
        return Ok(Vec::new());
    }
    let remark = invocation.string("FriendlyName");
    let remark = remark.unwrap_or_else(|| "Microsoft Exchange".to_owned());
    let thumbprint = computer.certificates.install(certificate, &remark);
    enable(&place, &computer, &thumbprint, &services);
    Ok(shown(&computer, &thumbprint))
}

fn request(
    invocation: &Invocation<'_>,
    computer: &Computer,
) -> Result<CertificateRequest, ErrorRecord> {
    let renewed = invocation.value("Instance");
    let renewed = renewed.as_ref().and_then(Value::as_object);
    let subject = invocation.string("SubjectName");
    let subject = subject.or_else(|| renewed.map(|old| old.text_of("Subject")));
    let subject = subject.unwrap_or_else(|| format!("CN={}", computer.name));
    let subject: DistinguishedName = subject.parse().map_err(|error: NameError| {
        let unfit = Unfit::new(NAME_TYPE, &Value::from(subject.as_str()));
        refusal::unfit(invocation, "SubjectName", &unfit.because(error.to_string()).to_string())
    })?;
    Ok(CertificateRequest {
        subject,
        dns_names: domains(invocation, computer, renewed),
        usages: [Usage::ServerAuth].into(),
        validity: Validity::years(computer.clock.now(), 5),
    })
}

fn domains(
    invocation: &Invocation<'_>,
    computer: &Computer,
    renewed: Option<&Object>,
) -> Vec<String> {
    let old = |old: &Object| {
        let domains = old.get("CertificateDomains").map(Value::elements).unwrap_or_default();
        domains.iter().map(ToString::to_string).collect()
    };
    let mut domains =
        invocation.strings("DomainName").or_else(|| renewed.map(old)).unwrap_or_default();
    let default = domains.is_empty()
        && !invocation.switch("IncludeServerFQDN")
        && !invocation.switch("IncludeServerNetBIOSName");
    let names =
        [("IncludeServerNetBIOSName", &computer.name), ("IncludeServerFQDN", &computer.fqdn)];
    for (parameter, name) in names {
        let known = domains.iter().any(|own| own.eq_ignore_ascii_case(name));
        if !known && (default || invocation.switch(parameter)) {
            domains.push(name.clone());
        }
    }
    domains
}

#[cfg(test)]
mod tests {
    use crate::testing_world::shown_on;

    #[test]
    fn a_certificate_is_for_the_server_until_more_is_said() {
        insta::assert_snapshot!(shown_on(
            "MBX01",
            "New-ExchangeCertificate | Format-List CertificateDomains, Services, NotAfter, FriendlyName
             New-ExchangeCertificate -SubjectName 'CN=mail.contoso.com, O=Contoso' -DomainName mail.contoso.com -IncludeServerFQDN -Services IIS -FriendlyName Web | Format-List Subject, CertificateDomains, Services, FriendlyName
             Get-ExchangeCertificate -DomainName mail.contoso.com | New-ExchangeCertificate -Services None | Format-List Subject, CertificateDomains, Services
             New-ExchangeCertificate -SubjectName mail",
        ), @r#"


        CertificateDomains : {MBX01, MBX01.contoso.com}
        Services           : IMAP, POP, SMTP
        NotAfter           : 5/1/2031 8:00:00 AM
        FriendlyName       : Microsoft Exchange





        Subject            : CN=mail.contoso.com, O=Contoso
        CertificateDomains : {mail.contoso.com, MBX01.contoso.com}
        Services           : IIS
        FriendlyName       : Web





        Subject            : CN=mail.contoso.com, O=Contoso
        CertificateDomains : {mail.contoso.com, MBX01.contoso.com}
        Services           : None



        Cannot process argument transformation on parameter 'SubjectName'. Cannot convert value "mail" to type
        "System.Security.Cryptography.X509Certificates.X500DistinguishedName". Error: "expected an attribute such as
        CN=mail.contoso.com, got "mail""
            + CategoryInfo          : InvalidData: (:) [New-ExchangeCertificate], ParameterBindin...mationException
            + FullyQualifiedErrorId : ParameterArgumentTransformationError,New-ExchangeCertificate
            + PSComputerName        : mbx01.contoso.com
        "#);
    }
}
