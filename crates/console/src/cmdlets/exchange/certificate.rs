//! What the cmdlets for Exchange certificates share: whose store, which certificate, and how refusals
//! of another server read.
//!
//! Sources: Microsoft Learn, `Get-ExchangeCertificate` and `Enable-ExchangeCertificate`; real
//! transcripts of refused imports and removals ("A special Rpc error occurs on server …").

use std::sync::Arc;

use exchange::nouns::certificate::{CertificateService, ExchangeCertificate};
use exchange::properties::{Fit, Flags};
use exchange::value::Value;
use services::computer::Computer;
use services::world::Installed;

use crate::language::cmdlet::{Kind, Parameter};
use crate::language::errors::{Category, ErrorRecord};
use crate::language::invocation::Invocation;
use crate::place::Place;
use crate::refusal::{self, Family};

const FAMILY: Family = Family::SystemConfigurationTasks;

/// The certificate, by what tells it from all others.
pub(super) const THUMBPRINT: Parameter =
    Parameter::new("Thumbprint", Kind::String, "The thumbprint of the certificate.")
        .at(0)
        .by_property_name();

/// The certificate, with its server before it.
pub(super) const IDENTITY: Parameter =
    Parameter::new("Identity", Kind::String, "The certificate, as Server\\Thumbprint.");

/// Whose store is meant.
pub(super) const SERVER: Parameter = Parameter::new(
    "Server",
    Kind::String,
    "The server that holds the certificate; by default the one the shell is open on.",
);

/// What a certificate is to be used for.
pub(super) const SERVICES: Parameter = Parameter::new(
    "Services",
    Kind::Strings,
    "The services that use the certificate: IMAP, POP, UM, IIS, SMTP.",
)
.of_type("Microsoft.Exchange.Management.SystemConfigurationTasks.AllowedServices");

/// The computer whose store is meant: by `-Server`, by the server in `-Identity`, else the one the
/// shell is open on.
///
/// # Errors
/// When it is no Exchange server that this shell reaches. An Edge server is reached by nobody else.
pub(super) fn computer(
    invocation: &Invocation<'_>,
    place: &Place,
) -> Result<Arc<Computer>, ErrorRecord> {
    let named = || identity(invocation)?.0;
    let own = place.name();
    let name = invocation.string("Server").or_else(named).unwrap_or_else(|| own.clone());
    let known = place.organization().read(|organization| organization.server(&name).is_some());
    let machine = place.world.machine(&name).filter(|_| known);
    let machine = machine.ok_or_else(|| refusal::not_found(invocation, FAMILY, &name))?;
    let is_edge = matches!(machine.installed, Installed::ExchangeEdge(_));
    if is_edge && machine.computer.name != own {
        let why = format!(
            "The server '{name}' is an Edge Transport server. Run the command on that server itself."
        );
        return Err(refusal::refusal(invocation, FAMILY, "InvalidOperationException", why));
    }
    Ok(machine.computer.clone())
}

/// The thumbprint that was given, if one was.
pub(super) fn thumbprint(invocation: &Invocation<'_>) -> Option<String> {
    identity(invocation).map(|(_, thumbprint)| thumbprint.to_ascii_uppercase())
}

/// Server and thumbprint of `-Identity` or `-Thumbprint`.
fn identity(invocation: &Invocation<'_>) -> Option<(Option<String>, String)> {
    let text = invocation.string("Thumbprint").or_else(|| invocation.string("Identity"))?;
    Some(match text.split_once('\\') {
        Some((server, thumbprint)) => (Some(server.to_owned()), thumbprint.to_owned()),
        None => (None, text),
    })
}

/// The certificate that was named.
///
/// # Errors
/// When the store does not hold it.
pub(super) fn named(
    invocation: &Invocation<'_>,
    computer: &Computer,
) -> Result<ExchangeCertificate, ErrorRecord> {
    let wanted = thumbprint(invocation).unwrap_or_default();
    let found = computer.certificates.listed().into_iter().find(|one| one.thumbprint == wanted);
    found.ok_or_else(|| {
        let why = format!("The certificate with thumbprint {wanted} was not found.");
        refused(invocation, computer, Category::InvalidArgument, &why)
    })
}

/// What the certificate's server answers when it refuses.
pub(super) fn refused(
    invocation: &Invocation<'_>,
    computer: &Computer,
    category: Category,
    why: &str,
) -> ErrorRecord {
    let message = format!("A special Rpc error occurs on server {}: {why}", computer.name);
    ErrorRecord {
        category,
        ..refusal::refusal(invocation, FAMILY, "InvalidOperationException", message)
    }
}

/// The services of `-Services`; none when it was not given.
///
/// # Errors
/// When one of them is no service.
pub(super) fn services(
    invocation: &Invocation<'_>,
) -> Result<Option<Vec<CertificateService>>, ErrorRecord> {
    let Some(value) = invocation.value("Services") else { return Ok(None) };
    let flags = Flags::<CertificateService>::from_value(&value)
        .map_err(|unfit| refusal::unfit(invocation, "Services", &unfit.to_string()))?;
    Ok(Some(flags.iter().collect()))
}

/// Enables a certificate. The one enabled for SMTP last is the server's default: it is shown to other
/// Exchange servers.
pub(super) fn enable(
    place: &Place,
    computer: &Computer,
    thumbprint: &str,
    services: &[CertificateService],
) {
    computer.certificates.enable(thumbprint, services);
    if services.contains(&CertificateService::Smtp) {
        place.organization().change(|organization| {
            if let Some(server) = organization.server_mut(&computer.name) {
                server.internal_transport_certificate = Some(thumbprint.to_owned());
            }
        });
    }
}

/// The certificate as `Get-ExchangeCertificate` puts it out.
pub(super) fn shown(computer: &Computer, thumbprint: &str) -> Vec<Value> {
    let mut listed = computer.certificates.listed();
    listed.retain(|one| one.thumbprint == thumbprint);
    crate::noun::shown(&listed)
}
