//! `Get-LabPortForward`: which public addresses and ports lead to which hosts.

use std::net::SocketAddr;

use exchange::value::{Object, Value};
use fabric::{Gateway, PortForward};

use super::firewall_rule::protocol_word;
use super::gateway::{GATEWAY, gateways};
use crate::language::cmdlet::Cmdlet;
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;
use crate::language::view::{View, ViewColumn};

/// The cmdlet.
pub static GET_LAB_PORT_FORWARD: Cmdlet = Cmdlet {
    name: "Get-LabPortForward",
    synopsis: "Views the port forwards of gateways.",
    class: "",
    parameters: &[GATEWAY],
    run: |invocation| Box::pin(run(invocation)),
};

/// How it is shown.
pub static VIEW: View = View::table(
    "Lab.PortForward",
    &[
        ViewColumn::new("Gateway", 0),
        ViewColumn::new("Protocol", 0),
        ViewColumn::new("PublicAddress", 0),
        ViewColumn::new("PublicPort", 0),
        ViewColumn::new("InternalAddress", 0),
        ViewColumn::new("InternalPort", 0),
    ],
);

async fn run(invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let mut all = Vec::new();
    for gateway in gateways(&invocation)? {
        all.extend(gateway.forwards().into_iter().map(|forward| shown(forward, &gateway)));
    }
    Ok(all)
}

/// A port forward as it is shown.
pub(super) fn shown(forward: PortForward, gateway: &Gateway) -> Value {
    let PortForward { protocol, public, to } = forward;
    let address = |end: SocketAddr| end.ip().to_string();
    let port = |end: SocketAddr| i32::from(end.port());
    let object = Object::new("Lab.PortForward")
        .with("Gateway", gateway.name())
        .with("Protocol", protocol_word(Some(protocol)))
        .with("PublicAddress", address(public))
        .with("PublicPort", port(public))
        .with("InternalAddress", address(to))
        .with("InternalPort", port(to));
    Value::from(Object { text: format!("{public} -> {to}"), ..object })
}
