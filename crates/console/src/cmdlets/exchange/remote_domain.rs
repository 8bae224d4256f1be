//! What the cmdlets for remote domains share: where the domains are kept, on premises or in the tenant.

use exchange::guid::Guid;
use exchange::nouns::remote_domain::RemoteDomain;

use crate::directory_object::{self, DirectoryClass};
use crate::noun::{self, Stored};
use crate::place::Place;
use crate::refusal::{self, Family, Refused};

impl Stored for RemoteDomain {
    const FAMILY: Family = Family::SystemConfigurationTasks;
    const CLASS: Option<DirectoryClass> = Some(directory_object::REMOTE_DOMAIN);

    fn all(place: &Place) -> Vec<Self> {
        if place.is_online() {
            return place.tenant().read(|tenant| tenant.remote_domains.clone());
        }
        place.organization().read(|organization| organization.remote_domains.clone())
    }

    fn guid(&self) -> Guid {
        self.guid
    }

    fn check(&self, place: &Place) -> Result<(), Refused> {
        let is_twin =
            |other: &Self| other.guid != self.guid && other.domain_name == self.domain_name;
        if Self::all(place).iter().any(is_twin) {
            return Err(refusal::already_there(&self.domain_name.to_string()));
        }
        Ok(())
    }

    fn store(self, place: &Place) {
        change(place, |domains| noun::put(domains, self));
    }

    fn delete(&self, place: &Place) {
        change(place, |domains| domains.retain(|own| own.guid != self.guid));
    }
}

fn change(place: &Place, change: impl FnOnce(&mut Vec<RemoteDomain>)) {
    if place.is_online() {
        place.tenant().change(|tenant| change(&mut tenant.remote_domains));
    } else {
        place.organization().change(|organization| change(&mut organization.remote_domains));
    }
}
