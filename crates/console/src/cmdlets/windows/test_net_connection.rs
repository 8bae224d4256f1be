//! `Test-NetConnection`: whether a port answers.
//!
//! The connection is a real one of the lab's network, so a firewall that drops costs the time that it
//! costs in life.
//!
//! Not modelled: ICMP. A ping is taken to be answered by a computer of the same network, and by nobody
//! behind a gateway or on the Internet; `-TraceRoute` and `-DiagnoseRouting`; network adapters (there
//! is one, `Ethernet`). What is shown when a name has no address is not known for certain.
//!
//! Source: Microsoft Learn, `Test-NetConnection`; real output of Windows Server 2016 and 2019.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use exchange::value::{Object, Value};
use services::computer::Computer;

use super::name_lookup;
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;
use crate::language::value_text::IP_ADDRESS;
use crate::language::view::View;

/// The cmdlet.
pub static TEST_NET_CONNECTION: Cmdlet = Cmdlet {
    name: "Test-NetConnection",
    synopsis: "Displays diagnostic information for a connection.",
    class: "",
    parameters: &[
        Parameter::new("ComputerName", Kind::String, "Whom to connect to.")
            .at(0)
            .by_value()
            .by_property_name()
            .aliases(&["RemoteAddress", "cn"]),
        Parameter::new(
            "CommonTCPPort",
            Kind::Choice(&["HTTP", "RDP", "SMB", "WINRM"]),
            "A port by its service.",
        )
        .at(1),
        Parameter::new("Port", Kind::Int, "The port.").by_property_name().aliases(&["RemotePort"]),
        Parameter::new(
            "InformationLevel",
            Kind::Choice(&["Quiet", "Detailed"]),
            "How much is told.",
        ),
    ],
    run: |invocation| Box::pin(run(invocation)),
};

const TYPE_NAME: &str = "TestNetConnectionResult";

/// How the result is shown.
pub static VIEW: View = View::entries(TYPE_NAME, |result| {
    let is_true = |name: &str| result.get(name).is_some_and(Value::is_true);
    let has_port = result.get("RemotePort").is_some_and(|port| *port != Value::I32(0));
    let mut entries = vec![("ComputerName", "ComputerName"), ("RemoteAddress", "RemoteAddress")];
    let mut add =
        |wanted: bool, label, property| entries.extend(wanted.then_some((label, property)));
    let resolved = is_true("NameResolutionSucceeded");
    let detailed = is_true("Detailed") && resolved;
    add(has_port && resolved, "RemotePort", "RemotePort");
    add(detailed, "NameResolutionResults", "ResolvedAddresses");
    add(detailed, "MatchingIPsecRules", "MatchingIPsecRules");
    add(detailed, "NetworkIsolationContext", "NetworkIsolationContext");
    add(true, "InterfaceAlias", "InterfaceAlias");
    add(true, "SourceAddress", "SourceAddress");
    let pinged = !is_true("TcpTestSucceeded");
    add(pinged, "PingSucceeded", "PingSucceeded");
    add(pinged && resolved, "PingReplyDetails (RTT)", "PingReplyDetails");
    add(has_port && resolved, "TcpTestSucceeded", "TcpTestSucceeded");
    entries
});

/// Whom Windows asks when nobody is named.
const BEACON: &str = "internetbeacon.msedge.net";
/// How long a ping waits.
const PING_WAIT: Duration = Duration::from_secs(4);

async fn run(mut invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let computer = super::own_computer(&invocation)?;
    let name = invocation.string("ComputerName").unwrap_or_else(|| BEACON.to_owned());
    let port = port(&invocation);
    let addresses = name_lookup::addresses(&computer, &name).await.unwrap_or_default();
    if addresses.is_empty() {
        invocation.warn(format!("Name resolution of {name} failed"));
    }
    let mut connected = None;
    if let Some(port) = port {
        for address in &addresses {
            if computer.host.connect(SocketAddr::new(*address, port)).await.is_ok() {
                connected = Some(*address);
                break;
            }
            invocation.warn(format!("TCP connect to ({address} : {port}) failed"));
        }
    }
    let mut pinged = None;
    if connected.is_none() {
        for address in &addresses {
            if answers_ping(&computer, *address).await {
                pinged = Some(*address);
                break;
            }
            invocation.warn(format!("Ping to {address} failed with status: TimedOut"));
        }
    }
    let level = invocation.string("InformationLevel").unwrap_or_default();
    if level.eq_ignore_ascii_case("Quiet") {
        let succeeded = if port.is_some() { connected } else { pinged }.is_some();
        return Ok(vec![Value::Bool(succeeded)]);
    }
    let remote = connected.or(pinged).or(addresses.last().copied());
    let source = remote.map(|_| computer.address());
    let list = |addresses: &[IpAddr]| Value::List(addresses.iter().map(address).collect());
    let object = Object::new(TYPE_NAME)
        .with("ComputerName", name)
        .with("RemoteAddress", remote.as_ref().map(address))
        .with("ResolvedAddresses", list(&addresses))
        .with("PingSucceeded", pinged.is_some())
        .with("PingReplyDetails", ping_reply(pinged.is_some()))
        .with("TcpTestSucceeded", connected.is_some())
        .with("RemotePort", i32::from(port.unwrap_or_default()))
        .with("Detailed", level.eq_ignore_ascii_case("Detailed"))
        .with("InterfaceAlias", remote.map_or("", |_| super::INTERFACE_ALIAS))
        .with("InterfaceIndex", super::INTERFACE_INDEX)
        .with("SourceAddress", source.as_ref().map(address))
        .with("NameResolutionSucceeded", !addresses.is_empty())
        .with("NetworkIsolationContext", "Internet")
        .with("MatchingIPsecRules", Value::Null);
    Ok(vec![Value::from(object)])
}

fn port(invocation: &Invocation<'_>) -> Option<u16> {
    let common = invocation.string("CommonTCPPort").unwrap_or_default();
    let common = match common.to_ascii_uppercase().as_str() {
        "HTTP" => Some(80),
        "RDP" => Some(3389),
        "SMB" => Some(445),
        "WINRM" => Some(5985),
        _ => None,
    };
    let typed = invocation.int("Port").and_then(|port| u16::try_from(port).ok());
    typed.or(common).filter(|port| *port != 0)
}

async fn answers_ping(computer: &Computer, address: IpAddr) -> bool {
    let hosts = computer.host.network().hosts();
    let answers = hosts.iter().any(|host| {
        host.is_on()
            && host.segment() == computer.host.segment()
            && host.addresses().contains(&address)
    });
    if !answers {
        computer.clock.sleep(PING_WAIT).await;
    }
    answers
}

fn ping_reply(succeeded: bool) -> Value {
    let object = Object::new("System.Net.NetworkInformation.PingReply")
        .with("Status", if succeeded { "Success" } else { "TimedOut" })
        .with("RoundtripTime", 0i64);
    Value::from(Object { text: "0 ms".to_owned(), ..object })
}

fn address(address: &IpAddr) -> Value {
    Value::opaque(IP_ADDRESS, address.to_string())
}

#[cfg(test)]
mod tests {
    use super::super::testing_zones::shown_with_zones;

    #[test]
    fn an_open_port_is_told() {
        insta::assert_snapshot!(
            shown_with_zones("EDGE01", "Test-NetConnection mail.contoso.com -Port 25; tnc mbx01 -Port 25 -InformationLevel Quiet"),
            @"


        ComputerName     : mail.contoso.com
        RemoteAddress    : 10.0.0.13
        RemotePort       : 25
        InterfaceAlias   : Ethernet
        SourceAddress    : 10.0.0.25
        TcpTestSucceeded : True



        True
        "
        );
    }

    #[test]
    fn a_closed_port_and_a_silent_address_are_told() {
        insta::assert_snapshot!(
            shown_with_zones(
                "EDGE01",
                "Test-NetConnection mbx01 -Port 26
                 $before = Get-Date
                 Test-NetConnection 203.0.113.99 -Port 25 | Format-List
                 ((Get-Date) - $before).TotalSeconds",
            ),
            @"
        WARNING: TCP connect to (10.0.0.13 : 26) failed


        ComputerName           : mbx01
        RemoteAddress          : 10.0.0.13
        RemotePort             : 26
        InterfaceAlias         : Ethernet
        SourceAddress          : 10.0.0.25
        PingSucceeded          : True
        PingReplyDetails (RTT) : 0 ms
        TcpTestSucceeded       : False



        WARNING: TCP connect to (203.0.113.99 : 25) failed
        WARNING: Ping to 203.0.113.99 failed with status: TimedOut


        ComputerName           : 203.0.113.99
        RemoteAddress          : 203.0.113.99
        RemotePort             : 25
        InterfaceAlias         : Ethernet
        SourceAddress          : 10.0.0.25
        PingSucceeded          : False
        PingReplyDetails (RTT) : 0 ms
        TcpTestSucceeded       : False



        25
        "
        );
    }

    #[test]
    fn every_address_is_tried_and_a_name_without_one_is_told() {
        insta::assert_snapshot!(
            shown_with_zones(
                "EDGE01",
                "(Test-NetConnection two.contoso.com -Port 25).RemoteAddress.IPAddressToString
                 Test-NetConnection nothing.contoso.com -Port 25
                 Test-NetConnection dc01",
            ),
            @"
        WARNING: TCP connect to (10.0.0.99 : 25) failed
        10.0.0.13
        WARNING: Name resolution of nothing.contoso.com failed


        ComputerName   : nothing.contoso.com
        RemoteAddress  :
        InterfaceAlias :
        SourceAddress  :
        PingSucceeded  : False

        ComputerName           : dc01
        RemoteAddress          : 10.0.0.11
        InterfaceAlias         : Ethernet
        SourceAddress          : 10.0.0.25
        PingSucceeded          : True
        PingReplyDetails (RTT) : 0 ms
        "
        );
    }

    #[test]
    fn detail_is_given_on_demand() {
        insta::assert_snapshot!(
            shown_with_zones("EDGE01", "Test-NetConnection mbx01 -Port 25 -InformationLevel Detailed"),
            @"


        ComputerName            : mbx01
        RemoteAddress           : 10.0.0.13
        RemotePort              : 25
        NameResolutionResults   : {10.0.0.13}
        MatchingIPsecRules      :
        NetworkIsolationContext : Internet
        InterfaceAlias          : Ethernet
        SourceAddress           : 10.0.0.25
        TcpTestSucceeded        : True
        "
        );
    }
}
