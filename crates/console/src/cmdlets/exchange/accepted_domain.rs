//! What the cmdlets for accepted domains share: where the domains are kept, on premises or in the
//! tenant, and which may stand.
//!
//! The wording of the refusals is ours; the rules are Microsoft Learn's, "Accepted domains in Exchange
//! Server" and "Manage accepted domains in Exchange Online".

use exchange::guid::Guid;
use exchange::nouns::accepted_domain::{AcceptedDomain, AcceptedDomainType};

use crate::directory_object::{self, DirectoryClass};
use crate::language::cmdlet::{Kind, Parameter};
use crate::noun::{self, Stored};
use crate::place::Place;
use crate::refusal::{self, Family, Refused};

/// `-DomainType`, of `New-` and `Set-AcceptedDomain`.
pub(crate) const DOMAIN_TYPE: Parameter = Parameter::new(
    "DomainType",
    Kind::String,
    "What happens to unknown recipients: Authoritative, InternalRelay or ExternalRelay.",
);

impl Stored for AcceptedDomain {
    const FAMILY: Family = Family::SystemConfigurationTasks;
    const CLASS: Option<DirectoryClass> = Some(directory_object::ACCEPTED_DOMAIN);

    fn all(place: &Place) -> Vec<Self> {
        if place.is_online() {
            return place.tenant().read(|tenant| tenant.accepted_domains.clone());
        }
        place.organization().read(|organization| organization.accepted_domains.clone())
    }

    fn guid(&self) -> Guid {
        self.guid
    }

    fn check(&self, place: &Place) -> Result<(), Refused> {
        if place.is_online() && self.domain_type == AcceptedDomainType::ExternalRelay {
            return Err("Exchange Online has no external relay domains.".to_owned().into());
        }
        let is_twin =
            |other: &Self| other.guid != self.guid && other.domain_name == self.domain_name;
        if Self::all(place).iter().any(is_twin) {
            return Err(refusal::already_there(&self.domain_name.to_string()));
        }
        Ok(())
    }

    fn check_removal(&self, _place: &Place) -> Result<(), Refused> {
        if self.default {
            let why = format!("The default accepted domain '{}' can't be removed.", self.name);
            return Err(why.into());
        }
        Ok(())
    }

    fn store(self, place: &Place) {
        change(place, |domains| {
            if self.default {
                for other in domains.iter_mut() {
                    other.default = false;
                }
            }
            noun::put(domains, self);
        });
    }

    fn delete(&self, place: &Place) {
        change(place, |domains| domains.retain(|own| own.guid != self.guid));
    }
}

fn change(place: &Place, change: impl FnOnce(&mut Vec<AcceptedDomain>)) {
    if place.is_online() {
        place.tenant().change(|tenant| change(&mut tenant.accepted_domains));
    } else {
        place.organization().change(|organization| change(&mut organization.accepted_domains));
    }
}
