//! What the cmdlets for certificates share: which authority, which computer's stores.

use std::sync::Arc;

use ca::{Authority, DistinguishedName};
use services::computer::Computer;

use super::refusal::{not_there, refused};
use crate::language::errors::ErrorRecord;
use crate::place::Place;

/// The authority of that name.
///
/// # Errors
/// When there is none.
pub(super) fn authority<'p>(place: &'p Place, name: &str) -> Result<&'p Authority, ErrorRecord> {
    let all = &place.world.authorities;
    let found = all.iter().find(|own| own.name.eq_ignore_ascii_case(name));
    let known = || all.iter().map(|own| own.name.clone());
    found.ok_or_else(|| not_there("certification authority", name, known()))
}

/// The authority whose certificates name that issuer, however the name is spaced.
///
/// # Errors
/// When there is none.
pub(super) fn issuing_authority<'p>(
    place: &'p Place,
    issuer: &str,
) -> Result<&'p Authority, ErrorRecord> {
    let read = |text: &str| text.parse::<DistinguishedName>().ok();
    let all = &place.world.authorities;
    let subject = |own: &Authority| own.intermediate.as_ref().unwrap_or(&own.root).subject.clone();
    let wanted = read(issuer);
    let found = all.iter().find(|own| wanted.is_some() && read(&subject(own)) == wanted);
    found.ok_or_else(|| {
        not_there("certification authority that signs as", issuer, all.iter().map(subject))
    })
}

/// The computer whose stores are meant.
///
/// # Errors
/// In Exchange Online, whose certificates are not the tenant's.
pub(super) fn computer(place: &Place) -> Result<&Arc<Computer>, ErrorRecord> {
    place.computer().ok_or_else(|| {
        refused("The certificates of Exchange Online are Microsoft's; a tenant cannot change them.")
    })
}
