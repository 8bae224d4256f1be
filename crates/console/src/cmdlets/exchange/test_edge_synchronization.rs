//! `Test-EdgeSynchronization`: whether the subscribed Edge servers have what the organization has.
//!
//! Order of the properties as remembered. Without `-FullCompareMode` only the result of the last
//! synchronization counts, as in the product.
//!
//! Not modelled: leases other than the one of this server, recipients, message classifications,
//! credential and cookie records.

use exchange::directory::{Organization, Server, ServerRole};
use exchange::properties::Noun;
use exchange::value::{Object, Value};
use services::edge_sync::SyncResult;
use services::world::Installed;

use super::edge_subscription::{edge_sync, utc};
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;
use crate::noun::DOMAIN_CONTROLLER;
use crate::place::Place;

/// The cmdlet.
pub static TEST_EDGE_SYNCHRONIZATION: Cmdlet = Cmdlet {
    name: "Test-EdgeSynchronization",
    synopsis: "Tests whether Edge servers are synchronized.",
    class: "",
    parameters: &[
        Parameter::new(
            "ExcludeRecipientTest",
            Kind::Switch,
            "Leaves recipients out; they always are.",
        ),
        Parameter::new(
            "FullCompareMode",
            Kind::Switch,
            "Compares the objects, not only the result.",
        ),
        Parameter::new("TargetServer", Kind::String, "The Edge server."),
        DOMAIN_CONTROLLER,
    ],
    run: |invocation| Box::pin(run(invocation)),
};

async fn run(invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let results = edge_sync(&invocation)?.last_results();
    let place = invocation.world::<Place>()?;
    let target = invocation.string("TargetServer");
    let is_wanted = |server: &&Server| {
        server.role == ServerRole::Edge
            && target.as_ref().is_none_or(|target| server.is_named(target))
    };
    let edges: Vec<Server> = place
        .organization()
        .read(|organization| organization.servers.iter().filter(is_wanted).cloned().collect());
    let shown = edges.iter().map(|edge| {
        let last = results.iter().find(|result| result.edge == edge.name);
        let compared = invocation.switch("FullCompareMode").then(|| compare(&place, edge));
        Value::from(report(&place, edge, last, compared.as_ref()))
    });
    Ok(shown.collect())
}

/// Whether the Edge server has the organization's servers, accepted domains and Send connectors.
struct Compared {
    servers: bool,
    accepted_domains: bool,
    send_connectors: bool,
}

fn compare(place: &Place, edge: &Server) -> Compared {
    let machine = place.world.machine(&edge.name).map(|machine| &machine.installed);
    let Some(Installed::ExchangeEdge(installed)) = machine else {
        return Compared { servers: false, accepted_domains: false, send_connectors: false };
    };
    let objects = |objects: Vec<Object>| {
        let mut texts: Vec<String> =
            objects.iter().map(|object| format!("{:?}", object.properties)).collect();
        texts.sort_unstable();
        texts
    };
    let servers = |organization: &Organization| {
        let servers = organization.servers.iter();
        let mailbox =
            servers.filter(|one| one.role == ServerRole::Mailbox && one.site == edge.site);
        mailbox.map(|server| server.fqdn.clone()).collect::<Vec<_>>()
    };
    let domains = |organization: &Organization| {
        objects(organization.accepted_domains.iter().map(Noun::to_object).collect())
    };
    let connectors = |organization: &Organization| {
        let connectors = organization.send_connectors.iter();
        let own = connectors.filter(|connector| {
            connector.source_transport_servers.iter().any(|source| edge.is_named(source))
        });
        objects(own.map(Noun::to_object).collect())
    };
    place.organization().read(|active| {
        installed.directory.read(|copy| Compared {
            servers: servers(active) == servers(copy),
            accepted_domains: domains(active) == domains(copy),
            send_connectors: connectors(active) == connectors(copy),
        })
    })
}

fn report(
    place: &Place,
    edge: &Server,
    last: Option<&SyncResult>,
    compared: Option<&Compared>,
) -> Object {
    let failure = last.and_then(|result| result.failure.clone());
    let is_synchronized = last.is_some() && failure.is_none();
    let sync_status = match (last, &failure) {
        (None, _) => "NotStarted",
        (_, Some(_)) => "Failed",
        _ => "Normal",
    };
    let status = |part: fn(&Compared) -> bool| match compared {
        None => "Skipped",
        // An Edge server that is not reached cannot be compared.
        Some(compared) if is_synchronized && part(compared) => "Synchronized",
        Some(_) => "NotSynchronized",
    };
    let mut report = Object::new("Microsoft.Exchange.Management.EdgeSync.EdgeSubscriptionStatus")
        .with("SyncStatus", sync_status)
        .with("UtcNow", utc(place.world.clock().now()))
        .with("Name", edge.name.as_str())
        .with("LeaseHolder", place.name())
        .with("LeaseType", "Option")
        .with("FailureDetail", failure.clone().unwrap_or_default())
        .with("LastSynchronizedUtc", last.filter(|_| is_synchronized).map(|result| utc(result.at)))
        .with("TransportServerStatus", status(|compared| compared.servers))
        .with("AcceptedDomainStatus", status(|compared| compared.accepted_domains))
        .with("SendConnectorStatus", status(|compared| compared.send_connectors))
        .with("RecipientStatus", "Skipped");
    report.text.clone_from(&edge.name);
    report
}
