//! Networks: segments, gateways with their firewalls, the distances between.

use fabric::{Action, Direction, Gateway, Link, Network, NetworkError, SourceNat};

use ipnet::{Ipv4Net, Ipv6Net};

use crate::baseline::{Baseline, DefaultAction, GatewayPlan, Segment};
use crate::source::{Source, SourceError};

/// Adds the segments of the baseline, their gateways and links.
pub(super) fn add_segments(
    network: &Network,
    baseline: &Baseline,
    source: &Source,
) -> Result<(), SourceError> {
    for segment in &baseline.segments {
        let refused = |error: NetworkError| source.error(segment.name.span(), error.to_string());
        let name = segment.name.get_ref();
        match &segment.gateway {
            None if segment.prefixes.is_empty() => {
                let everything = [Ipv4Net::default().into(), Ipv6Net::default().into()];
                network.add_segment(name, &everything).map_err(refused)?;
            }
            None => drop(network.add_segment(name, &segment.prefixes).map_err(refused)?),
            Some(plan) => {
                let gateway =
                    network.add_gateway(&plan.name, &plan.public_addresses).map_err(refused)?;
                gateway.add_segment(name, &segment.prefixes).map_err(refused)?;
                prepare(&gateway, plan, segment);
            }
        }
    }
    for link in &baseline.links {
        let [a, b] = link.between.each_ref().map(|name| network.segment(name.get_ref()));
        if let (Some(a), Some(b)) = (a, b) {
            network.set_link(a, b, Link { latency_ms: link.latency_ms, jitter_ms: link.jitter_ms });
        }
    }
    Ok(())
}

/// What a firewall is delivered with: hosts behind it show its first public address, and what no rule
/// allows gets the default action.
fn prepare(gateway: &Gateway, plan: &GatewayPlan, segment: &Segment) {
    if let Some(public) = plan.public_addresses.first() {
        let rules = segment.prefixes.iter().map(|prefix| SourceNat { from: *prefix, to: *public });
        gateway.set_source_nat(rules.collect());
    }
    gateway.firewall(|firewall| {
        firewall.set_default_action(Direction::In, action(plan.inbound));
        firewall.set_default_action(Direction::Out, action(plan.outbound));
    });
}

fn action(default: DefaultAction) -> Action {
    match default {
        DefaultAction::Allow => Action::Allow,
        DefaultAction::Drop => Action::Drop,
        DefaultAction::Reject => Action::Reject,
    }
}
