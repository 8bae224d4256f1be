//! `New-EdgeSyncServiceConfig`: makes the configuration of EdgeSync, where no Edge Subscription has made it.
//!
//! Not modelled: a second site, and the settings that `Set-EdgeSyncServiceConfig` leaves out.

use exchange::nouns::edge_sync_service_config::EdgeSyncServiceConfig;
use exchange::value::Value;

use crate::language::cmdlet::Cmdlet;
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;
use crate::noun::{self, DOMAIN_CONTROLLER, Stored};
use crate::place::Place;
use crate::refusal;

/// The cmdlet.
pub static NEW_EDGE_SYNC_SERVICE_CONFIG: Cmdlet = Cmdlet {
    name: "New-EdgeSyncServiceConfig",
    synopsis: "Creates the configuration of EdgeSync.",
    class: "",
    parameters: &[DOMAIN_CONTROLLER],
    run: |invocation| Box::pin(run(invocation)),
};

async fn run(invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let place = invocation.world::<Place>()?;
    if let Some(there) = EdgeSyncServiceConfig::all(&place).first() {
        return Err(refusal::exists(&invocation, EdgeSyncServiceConfig::FAMILY, &there.name));
    }
    let site = place.organization().read(|organization| {
        organization.servers.first().map(|server| server.site.clone()).unwrap_or_default()
    });
    noun::create(invocation, EdgeSyncServiceConfig::new(&site), |_, _| Ok(()))
}
