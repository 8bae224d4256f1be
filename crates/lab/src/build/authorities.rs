//! Certification authorities, and whom everybody trusts from the beginning.

use ca::{
    Authority, AuthorityLevel, AuthorityPlan, Certificate, DistinguishedName, RootCaType, Validity,
};
use jiff::{Span, Timestamp};
use toml::Spanned;

use super::Ground;
use crate::baseline::{Baseline, CertificationAuthority};
use crate::source::{Source, SourceError};

/// Years before the incident in which a root and an intermediate were made, and for which they hold.
const ROOT: (i64, u8) = (12, 25);
const INTERMEDIATE: (i64, u8) = (5, 10);

/// Sets the authorities of the baseline up.
pub(super) fn set_up(
    baseline: &Baseline,
    source: &Source,
    ground: &Ground,
) -> Result<Vec<Authority>, SourceError> {
    let seed = ground.seed.child("authorities");
    let plans = baseline.authorities.iter().map(|authority| {
        let plan = plan(authority, source, ground.zero)?;
        Authority::new(seed, &plan)
            .map_err(|error| source.error(authority.name.span(), error.to_string()))
    });
    plans.collect()
}

/// The roots that every computer trusts.
pub(crate) fn trusted(baseline: &Baseline, authorities: &[Authority]) -> Vec<Certificate> {
    let pairs = baseline.authorities.iter().zip(authorities);
    pairs.filter(|(plan, _)| plan.trusted).map(|(_, authority)| authority.root.public()).collect()
}

fn plan(
    authority: &CertificationAuthority,
    source: &Source,
    zero: Timestamp,
) -> Result<AuthorityPlan, SourceError> {
    let level = |name: &Spanned<String>, (age, years): (i64, u8)| {
        let subject: DistinguishedName = name.get_ref().parse().map_err(|error| {
            source.error(
                name.span(),
                format!("'{}' is no distinguished name: {error}", name.get_ref()),
            )
        })?;
        Ok(AuthorityLevel { subject, validity: Validity::years(years_before(zero, age), years) })
    };
    let root_ca_type =
        if authority.trusted { RootCaType::ThirdParty } else { RootCaType::Enterprise };
    Ok(AuthorityPlan {
        name: authority.name.get_ref().clone(),
        root_ca_type,
        root: level(&authority.root, ROOT)?,
        intermediate: authority
            .intermediate
            .as_ref()
            .map(|name| level(name, INTERMEDIATE))
            .transpose()?,
    })
}

/// Midnight of the first of January, so many years before.
fn years_before(zero: Timestamp, years: i64) -> Timestamp {
    let date = zero.to_zoned(jiff::tz::TimeZone::UTC).date();
    let first = date.first_of_year().checked_sub(Span::new().years(years));
    first
        .and_then(|date| date.to_zoned(jiff::tz::TimeZone::UTC))
        .map_or(zero, |midnight| midnight.timestamp())
}
