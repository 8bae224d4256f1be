//! What the cmdlets for the configuration of EdgeSync share: where it is kept.

use exchange::guid::Guid;
use exchange::nouns::edge_sync_service_config::EdgeSyncServiceConfig;

use crate::noun::Stored;
use crate::place::Place;
use crate::refusal::Family;

impl Stored for EdgeSyncServiceConfig {
    const FAMILY: Family = Family::SystemConfigurationTasks;

    fn all(place: &Place) -> Vec<Self> {
        let config =
            place.organization().read(|organization| organization.edge_sync_service_config.clone());
        config.into_iter().collect()
    }

    fn guid(&self) -> Guid {
        self.guid
    }

    fn store(self, place: &Place) {
        place.organization().change(|organization| {
            organization.edge_sync_service_config = Some(self);
        });
    }

    fn delete(&self, place: &Place) {
        place.organization().change(|organization| organization.edge_sync_service_config = None);
    }
}
