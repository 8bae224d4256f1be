//! `Set-LabLink`: how long packets are under way between two segments, or between the hosts of one.
//!
//! It counts for sessions opened after it.
//!
//! Not modelled: bandwidth and loss.

use exchange::value::Value;
use fabric::{Link, SegmentId};
use services::world::World;

use super::refusal::{not_there, unfit};
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;
use crate::place::Place;

/// The cmdlet.
pub static SET_LAB_LINK: Cmdlet = Cmdlet {
    name: "Set-LabLink",
    synopsis: "Changes how long packets are under way between two segments.",
    class: "",
    parameters: &[
        Parameter::new("Between", Kind::Strings, "The two segments, or one for its own hosts.")
            .at(0)
            .mandatory(),
        Parameter::new("LatencyMs", Kind::Int, "One way, in milliseconds.").mandatory(),
        Parameter::new(
            "JitterMs",
            Kind::Int,
            "Up to that many milliseconds more; none by default.",
        ),
    ],
    run: |invocation| Box::pin(run(invocation)),
};

async fn run(mut invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let place = invocation.world::<Place>()?;
    let names = invocation.strings("Between").unwrap_or_default();
    let (one, other) = match names.as_slice() {
        [only] => (only, only),
        [one, other] => (one, other),
        more => return Err(unfit("Between", format!("{} segments are not two.", more.len()))),
    };
    let segments = (segment(&place.world, one)?, segment(&place.world, other)?);
    let link = Link {
        latency_ms: milliseconds(&invocation, "LatencyMs")?,
        jitter_ms: milliseconds(&invocation, "JitterMs")?,
    };
    if invocation.should_process(&names.join(", ")) {
        place.world.network.set_link(segments.0, segments.1, link);
    }
    Ok(Vec::new())
}

fn segment(world: &World, name: &str) -> Result<SegmentId, ErrorRecord> {
    let network = &world.network;
    network.segment(name).ok_or_else(|| {
        let known = network.segments().into_iter().map(|segment| network.segment_name(segment));
        not_there("segment", name, known)
    })
}

fn milliseconds(invocation: &Invocation<'_>, parameter: &str) -> Result<u32, ErrorRecord> {
    let given = invocation.int(parameter).unwrap_or_default();
    u32::try_from(given).map_err(|_| unfit(parameter, format!("{given} is less than nothing.")))
}

#[cfg(test)]
mod tests {
    use crate::testing_world::transcript;

    #[test]
    fn a_link_is_named_by_its_segments() {
        insta::assert_snapshot!(transcript(
            "MBX01> Set-LabLink -Between LAN, Internet -LatencyMs 300 -JitterMs 20
             MBX01> Set-LabLink LAN -LatencyMs 2 -WhatIf
             MBX01> Set-LabLink LAN, WAN -LatencyMs 2
             MBX01> Set-LabLink LAN, LAN, LAN -LatencyMs 2
             MBX01> Set-LabLink LAN -LatencyMs -1",
        ), @r#"
        MBX01> Set-LabLink -Between LAN, Internet -LatencyMs 300 -JitterMs 20
        MBX01> Set-LabLink LAN -LatencyMs 2 -WhatIf
        What if: Performing the operation "Set-LabLink" on target "LAN".
        MBX01> Set-LabLink LAN, WAN -LatencyMs 2
        Set-LabLink : There is no segment 'WAN'. There are: 'LAN', 'Internet'.
        At line:1 char:1
        + Set-LabLink LAN, WAN -LatencyMs 2
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : ObjectNotFound: (WAN:String) [Set-LabLink], RuntimeException
            + FullyQualifiedErrorId : NotThere,Set-LabLink

        MBX01> Set-LabLink LAN, LAN, LAN -LatencyMs 2
        Set-LabLink : Cannot bind parameter 'Between'. 3 segments are not two.
        At line:1 char:1
        + Set-LabLink LAN, LAN, LAN -LatencyMs 2
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : InvalidArgument: (:) [Set-LabLink], ParameterBindingException
            + FullyQualifiedErrorId : CannotBind,Set-LabLink

        MBX01> Set-LabLink LAN -LatencyMs -1
        Set-LabLink : Cannot bind parameter 'LatencyMs'. -1 is less than nothing.
        At line:1 char:1
        + Set-LabLink LAN -LatencyMs -1
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : InvalidArgument: (:) [Set-LabLink], ParameterBindingException
            + FullyQualifiedErrorId : CannotBind,Set-LabLink
        "#);
    }
}
