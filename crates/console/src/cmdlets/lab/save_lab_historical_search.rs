//! `Save-LabHistoricalSearch`: downloads the report of a historical search, as the link in the Exchange admin
//! center does.

use exchange::value::Value;

use super::refusal::unfit;
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;
use crate::language::paths;
use crate::place::Place;

/// The cmdlet.
pub static SAVE_LAB_HISTORICAL_SEARCH: Cmdlet = Cmdlet {
    name: "Save-LabHistoricalSearch",
    synopsis: "Downloads the report of a historical search.",
    class: "",
    parameters: &[
        Parameter::new("JobId", Kind::Guid, "The search.").at(0).mandatory().by_property_name(),
        Parameter::new("Path", Kind::String, "The file.").at(1).mandatory(),
    ],
    run: |invocation| Box::pin(run(invocation)),
};

async fn run(mut invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let place = invocation.world::<Place>()?;
    let job = invocation.guid("JobId").unwrap_or_default();
    let searches = place.world.exchange_online.searches.all();
    let search = searches.iter().find(|search| search.job_id == job);
    let search = search.ok_or_else(|| unfit("JobId", format!("There is no search {job}.")))?;
    let path = invocation.string("Path").unwrap_or_default();
    let file = paths::absolute(&path, &invocation.session.location);
    if invocation.should_process(&file) {
        invocation.session.host().files().write(&file, &search.report)?;
    }
    Ok(Vec::new())
}
