//! `New-LabPortForward` and `Remove-LabPortForward`: which host behind a gateway answers on a public
//! address and port.

use std::net::{IpAddr, SocketAddr};

use exchange::value::Value;
use fabric::{Gateway, NetworkError, PortForward, Protocol};

use super::get_lab_port_forward::shown;
use super::refusal::{not_there, refused, unfit};
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::{Category, ErrorRecord};
use crate::language::invocation::Invocation;
use crate::place::Place;

const PUBLIC_ADDRESS: Parameter =
    Parameter::new("PublicAddress", Kind::IpAddress, "A public address of a gateway.")
        .at(0)
        .mandatory()
        .by_property_name();
const PUBLIC_PORT: Parameter =
    Parameter::new("PublicPort", Kind::Int, "The port there.").at(1).mandatory().by_property_name();
const PROTOCOL: Parameter =
    Parameter::new("Protocol", Kind::Choice(&["TCP", "UDP"]), "The protocol; TCP by default.")
        .by_property_name();

/// The cmdlet that adds.
pub static NEW_LAB_PORT_FORWARD: Cmdlet = Cmdlet {
    name: "New-LabPortForward",
    synopsis: "Forwards a public address and port of a gateway to a host behind it.",
    class: "",
    parameters: &[
        PUBLIC_ADDRESS,
        PUBLIC_PORT,
        Parameter::new("InternalAddress", Kind::IpAddress, "The host behind the gateway.")
            .at(2)
            .mandatory(),
        Parameter::new("InternalPort", Kind::Int, "Its port; the public one by default.").at(3),
        PROTOCOL,
    ],
    run: |invocation| Box::pin(add(invocation)),
};

/// The cmdlet that removes.
pub static REMOVE_LAB_PORT_FORWARD: Cmdlet = Cmdlet {
    name: "Remove-LabPortForward",
    synopsis: "Stops forwarding a public address and port of a gateway.",
    class: "",
    parameters: &[PUBLIC_ADDRESS, PUBLIC_PORT, PROTOCOL],
    run: |invocation| Box::pin(remove(invocation)),
};

async fn add(mut invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let gateway = gateway(&invocation)?;
    let public = public(&invocation)?;
    let to = SocketAddr::new(
        address(&invocation, "InternalAddress")?,
        port(&invocation, "InternalPort")?.unwrap_or(public.port()),
    );
    let forward = PortForward { protocol: protocol(&invocation), public, to };
    if !invocation.should_process(&public.to_string()) {
        return Ok(Vec::new());
    }
    gateway.add_forward(forward).map_err(|error| match error {
        NetworkError::ForwardTaken { .. } => {
            ErrorRecord::new(Category::ResourceExists, "ForwardTaken", format!("{error}."))
                .about(public.to_string(), "IPEndPoint")
        }
        other => refused(format!("{other}.")),
    })?;
    Ok(vec![shown(forward, &gateway)])
}

async fn remove(mut invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let gateway = gateway(&invocation)?;
    let (public, protocol) = (public(&invocation)?, protocol(&invocation));
    let forwards = gateway.forwards();
    let is_meant = |own: &PortForward| (own.protocol, own.public) == (protocol, public);
    if !forwards.iter().any(is_meant) {
        let same = forwards.iter().filter(|own| own.protocol == protocol);
        let known = same.map(|own| own.public.to_string());
        return Err(not_there("port forward from", &public.to_string(), known));
    }
    if invocation.should_process(&public.to_string()) {
        // It was there a moment ago, and nothing else runs meanwhile.
        let _removed = gateway.remove_forward(protocol, public);
    }
    Ok(Vec::new())
}

/// The gateway that has the public address.
fn gateway(invocation: &Invocation<'_>) -> Result<Gateway, ErrorRecord> {
    let address = address(invocation, "PublicAddress")?;
    let gateways = invocation.world::<Place>()?.world.network.gateways();
    let known: Vec<String> = gateways
        .iter()
        .flat_map(Gateway::public_addresses)
        .map(|address| address.to_string())
        .collect();
    let found = gateways.into_iter().find(|own| own.public_addresses().contains(&address));
    found.ok_or_else(|| not_there("gateway with the public address", &address.to_string(), known))
}

fn public(invocation: &Invocation<'_>) -> Result<SocketAddr, ErrorRecord> {
    let port = port(invocation, "PublicPort")?.unwrap_or_default();
    Ok(SocketAddr::new(address(invocation, "PublicAddress")?, port))
}

fn protocol(invocation: &Invocation<'_>) -> Protocol {
    match invocation.string("Protocol").as_deref() {
        Some("UDP") => Protocol::Udp,
        _ => Protocol::Tcp,
    }
}

fn address(invocation: &Invocation<'_>, parameter: &str) -> Result<IpAddr, ErrorRecord> {
    let text = invocation.string(parameter).unwrap_or_default();
    text.parse().map_err(|_| unfit(parameter, format!("\"{text}\" is no address.")))
}

fn port(invocation: &Invocation<'_>, parameter: &str) -> Result<Option<u16>, ErrorRecord> {
    let Some(number) = invocation.int(parameter) else { return Ok(None) };
    let port = u16::try_from(number).ok().filter(|port| *port > 0);
    port.map(Some).ok_or_else(|| unfit(parameter, format!("{number} is no port.")))
}

#[cfg(test)]
mod tests {
    use crate::testing_world::transcript;

    #[test]
    fn a_public_port_leads_to_a_host_until_it_is_removed() {
        insta::assert_snapshot!(transcript(
            "MBX01> New-LabPortForward -PublicAddress 198.51.100.10 -PublicPort 25 -InternalAddress 10.0.0.13
             MBX01> New-LabPortForward 198.51.100.10 2525 10.0.0.25 25 | Out-Null
             MBX01> Get-LabPortForward | Remove-LabPortForward -WhatIf
             MBX01> Remove-LabPortForward 198.51.100.10 25
             MBX01> Get-LabPortForward | Format-List",
        ), @r#"
        MBX01> New-LabPortForward -PublicAddress 198.51.100.10 -PublicPort 25 -InternalAddress 10.0.0.13

        Gateway Protocol PublicAddress PublicPort InternalAddress InternalPort
        ------- -------- ------------- ---------- --------------- ------------
        FW01    TCP      198.51.100.10 25         10.0.0.13       25


        MBX01> New-LabPortForward 198.51.100.10 2525 10.0.0.25 25 | Out-Null
        MBX01> Get-LabPortForward | Remove-LabPortForward -WhatIf
        What if: Performing the operation "Remove-LabPortForward" on target "198.51.100.10:25".
        What if: Performing the operation "Remove-LabPortForward" on target "198.51.100.10:2525".
        MBX01> Remove-LabPortForward 198.51.100.10 25
        MBX01> Get-LabPortForward | Format-List


        Gateway         : FW01
        Protocol        : TCP
        PublicAddress   : 198.51.100.10
        PublicPort      : 2525
        InternalAddress : 10.0.0.25
        InternalPort    : 25
        "#);
    }

    #[test]
    fn what_cannot_be_forwarded_is_told() {
        insta::assert_snapshot!(transcript(
            "MBX01> New-LabPortForward 192.0.2.1 25 10.0.0.13
             MBX01> New-LabPortForward 198.51.100.10 70000 10.0.0.13
             MBX01> New-LabPortForward 198.51.100.10 25 10.0.0.13 | Out-Null
             MBX01> New-LabPortForward 198.51.100.10 25 10.0.0.25
             MBX01> Remove-LabPortForward 198.51.100.10 25 -Protocol UDP",
        ), @"
        MBX01> New-LabPortForward 192.0.2.1 25 10.0.0.13
        New-LabPortForward : There is no gateway with the public address '192.0.2.1'. There are: '198.51.100.10'.
        At line:1 char:1
        + New-LabPortForward 192.0.2.1 25 10.0.0.13
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : ObjectNotFound: (192.0.2.1:String) [New-LabPortForward], RuntimeException
            + FullyQualifiedErrorId : NotThere,New-LabPortForward

        MBX01> New-LabPortForward 198.51.100.10 70000 10.0.0.13
        New-LabPortForward : Cannot bind parameter 'PublicPort'. 70000 is no port.
        At line:1 char:1
        + New-LabPortForward 198.51.100.10 70000 10.0.0.13
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : InvalidArgument: (:) [New-LabPortForward], ParameterBindingException
            + FullyQualifiedErrorId : CannotBind,New-LabPortForward

        MBX01> New-LabPortForward 198.51.100.10 25 10.0.0.13 | Out-Null
        MBX01> New-LabPortForward 198.51.100.10 25 10.0.0.25
        New-LabPortForward : 198.51.100.10:25 is already forwarded to 10.0.0.13:25.
        At line:1 char:1
        + New-LabPortForward 198.51.100.10 25 10.0.0.25
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : ResourceExists: (198.51.100.10:25:IPEndPoint) [New-LabPortForward], RuntimeException
            + FullyQualifiedErrorId : ForwardTaken,New-LabPortForward

        MBX01> Remove-LabPortForward 198.51.100.10 25 -Protocol UDP
        Remove-LabPortForward : There is no port forward from '198.51.100.10:25'. There are none at all.
        At line:1 char:1
        + Remove-LabPortForward 198.51.100.10 25 -Protocol UDP
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : ObjectNotFound: (198.51.100.10:25:String) [Remove-LabPortForward], RuntimeException
            + FullyQualifiedErrorId : NotThere,Remove-LabPortForward
        ");
    }
}
