//! `Get-LabComputer`: the computers of the lab, where they are and what is installed on them.
//!
//! Not shown: Exchange Online, which is no computer of anybody here.

use exchange::quantity::ByteSize;
use exchange::value::{Object, Value};
use services::world::{Installed, Machine, World};

use super::refusal::not_there;
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;
use crate::language::view::{View, ViewColumn};
use crate::language::wildcard;
use crate::place::Place;

/// The cmdlet.
pub static GET_LAB_COMPUTER: Cmdlet = Cmdlet {
    name: "Get-LabComputer",
    synopsis: "Views the computers of the lab.",
    class: "",
    parameters: &[Parameter::new("Name", Kind::String, "The computer; wildcards are allowed.")
        .at(0)
        .by_value()
        .by_property_name()],
    run: |invocation| Box::pin(run(invocation)),
};

/// How it is shown.
pub(super) static VIEW: View = View::table(
    "Lab.Computer",
    &[
        ViewColumn::new("Name", 0),
        ViewColumn::new("Installed", 0),
        ViewColumn::new("Segment", 0),
        ViewColumn::new("Addresses", 0),
        ViewColumn::new("IsOn", 0),
    ],
);

async fn run(invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let place = invocation.world::<Place>()?;
    let wanted = invocation.string("Name").unwrap_or_else(|| "*".to_owned());
    if !wildcard::is_pattern(&wanted) {
        return Ok(vec![shown(&place.world, named(&place.world, &wanted)?)]);
    }
    let machines = place.world.machines.iter();
    let meant = machines.filter(|machine| wildcard::matches(&wanted, &machine.computer.name));
    Ok(meant.map(|machine| shown(&place.world, machine)).collect())
}

/// The computer of that name.
///
/// # Errors
/// When there is none.
pub(super) fn named<'w>(world: &'w World, name: &str) -> Result<&'w Machine, ErrorRecord> {
    let known = || world.machines.iter().map(|machine| machine.computer.name.clone());
    world.machine(name).ok_or_else(|| not_there("computer", name, known()))
}

/// A computer as it is shown.
fn shown(world: &World, machine: &Machine) -> Value {
    let computer = &machine.computer;
    let host = &computer.host;
    let addresses: Vec<_> = host.addresses().iter().map(ToString::to_string).collect();
    let object = Object::new("Lab.Computer")
        .with("Name", computer.name.as_str())
        .with("Fqdn", computer.fqdn.as_str())
        .with("Installed", installed_word(&machine.installed))
        .with("Segment", world.network.segment_name(host.segment()))
        .with("Addresses", addresses)
        .with("IsOn", host.is_on())
        .with("FreeSpace", ByteSize(computer.disk.free()).to_string());
    Value::from(Object { text: computer.name.clone(), ..object })
}

/// What is installed, in the words of a scenario's `installed`.
fn installed_word(installed: &Installed) -> &'static str {
    match installed {
        Installed::ExchangeMailbox(_) => "Exchange Mailbox",
        Installed::ExchangeEdge(_) => "Exchange Edge",
        Installed::DnsServer(_) => "DNS Server",
        Installed::InternetMta(_) => "Internet MTA",
        Installed::Workstation => "Workstation",
    }
}

#[cfg(test)]
mod tests {
    use crate::testing_world::transcript;

    #[test]
    fn computers_are_shown_with_their_place() {
        insta::assert_snapshot!(transcript(
            "MBX01> Get-LabComputer
             MBX01> Get-LabComputer edge* | Format-List
             ExchangeOnline> (Get-LabComputer mx1.fabrikam.com).Name
             MBX01> Get-LabComputer Nobody",
        ), @"
        MBX01> Get-LabComputer

        Name   Installed        Segment  Addresses      IsOn
        ----   ---------        -------  ---------      ----
        DC01   DNS Server       LAN      {10.0.0.11}    True
        MBX01  Exchange Mailbox LAN      {10.0.0.13}    True
        EDGE01 Exchange Edge    LAN      {10.0.0.25}    True
        MX1    Internet MTA     Internet {203.0.113.20} True


        MBX01> Get-LabComputer edge* | Format-List


        Name      : EDGE01
        Fqdn      : EDGE01.contoso.com
        Installed : Exchange Edge
        Segment   : LAN
        Addresses : {10.0.0.25}
        IsOn      : True
        FreeSpace : 40 GB (42,949,672,960 bytes)



        ExchangeOnline> (Get-LabComputer mx1.fabrikam.com).Name
        MX1
        MBX01> Get-LabComputer Nobody
        Get-LabComputer : There is no computer 'Nobody'. There are: 'DC01', 'MBX01', 'EDGE01', 'MX1'.
        At line:1 char:1
        + Get-LabComputer Nobody
        + ~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : ObjectNotFound: (Nobody:String) [Get-LabComputer], RuntimeException
            + FullyQualifiedErrorId : NotThere,Get-LabComputer
        ");
    }
}
