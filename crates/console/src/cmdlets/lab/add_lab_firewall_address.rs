//! `Add-LabFirewallAddress` and `Remove-LabFirewallAddress`: addresses of a firewall rule, as a
//! firewall's administrator edits an address object.
//!
//! A rule without addresses is for every address, so the last one cannot be removed, and to add one to
//! such a rule is refused: it would narrow the rule.

use exchange::value::Value;
use fabric::FirewallRule;
use ipnet::IpNet;

use super::firewall_rule::{self, keep_some, local, prefixes, remote};
use super::gateway::{GATEWAY, gateway};
use super::refusal::refused;
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;

const PARAMETERS: &[Parameter] = &[
    Parameter::new("Rule", Kind::String, "The rule.")
        .at(0)
        .mandatory()
        .by_value()
        .by_property_name()
        .aliases(&["Name"]),
    GATEWAY,
    Parameter::new("LocalAddress", Kind::Strings, "Addresses or prefixes on this side."),
    Parameter::new("RemoteAddress", Kind::Strings, "Addresses or prefixes of the outside."),
];

/// The cmdlet that adds.
pub static ADD_LAB_FIREWALL_ADDRESS: Cmdlet = Cmdlet {
    name: "Add-LabFirewallAddress",
    synopsis: "Adds addresses to a rule of a firewall.",
    class: "",
    parameters: PARAMETERS,
    run: |invocation| Box::pin(async { change(invocation, add) }),
};

/// The cmdlet that removes.
pub static REMOVE_LAB_FIREWALL_ADDRESS: Cmdlet = Cmdlet {
    name: "Remove-LabFirewallAddress",
    synopsis: "Removes addresses from a rule of a firewall.",
    class: "",
    parameters: PARAMETERS,
    run: |invocation| Box::pin(async { change(invocation, remove) }),
};

/// Changes one list of a rule: the rule's name, the parameter's name, the list, the addresses.
type Change = fn(&str, &str, &mut Vec<IpNet>, Vec<IpNet>) -> Result<(), ErrorRecord>;
/// One of the lists of a rule.
type Side = fn(&mut FirewallRule) -> &mut Vec<IpNet>;

fn change(mut invocation: Invocation<'_>, change: Change) -> Result<Vec<Value>, ErrorRecord> {
    let gateway = gateway(&invocation)?;
    let name = invocation.string("Rule").unwrap_or_default();
    let mut rule = gateway.firewall(|firewall| firewall_rule::named(firewall, &name))?;
    let sides: [(&str, Side); 2] = [("LocalAddress", local), ("RemoteAddress", remote)];
    let mut given = false;
    for (parameter, side) in sides {
        if let Some(addresses) = prefixes(&invocation, parameter)? {
            given = true;
            let name = rule.name.clone();
            change(&name, parameter, side(&mut rule), addresses)?;
        }
    }
    if !given {
        return Err(refused("Give -RemoteAddress or -LocalAddress."));
    }
    if invocation.should_process(&rule.name) {
        gateway.firewall(|firewall| {
            if let Ok(own) = firewall.rule_mut(&rule.name) {
                *own = rule;
            }
        });
    }
    Ok(Vec::new())
}

fn add(
    rule: &str,
    parameter: &str,
    list: &mut Vec<IpNet>,
    addresses: Vec<IpNet>,
) -> Result<(), ErrorRecord> {
    if list.is_empty() {
        return Err(refused(format!(
            "The rule '{rule}' is for every {parameter} already; Set-LabFirewallRule can narrow it."
        )));
    }
    for address in addresses {
        if list.contains(&address) {
            return Err(refused(format!("The rule '{rule}' has {parameter} {address} already.")));
        }
        list.push(address);
    }
    Ok(())
}

fn remove(
    rule: &str,
    parameter: &str,
    list: &mut Vec<IpNet>,
    addresses: Vec<IpNet>,
) -> Result<(), ErrorRecord> {
    for address in addresses {
        let Some(place) = list.iter().position(|own| *own == address) else {
            let known: Vec<String> = list.iter().map(ToString::to_string).collect();
            let known = if known.is_empty() { "any".to_owned() } else { known.join(", ") };
            return Err(refused(format!(
                "The rule '{rule}' has no {parameter} {address}. It has: {known}."
            )));
        };
        list.remove(place);
    }
    keep_some(rule, parameter, list)
}

#[cfg(test)]
mod tests {
    use crate::testing_world::transcript;

    const RULE: &str = "MBX01> New-LabFirewallRule 'EOP inbound' -Direction Inbound -Protocol TCP -LocalPort 25 -RemoteAddress 40.92.0.0/15,52.100.0.0/14 | Out-Null\n";

    #[test]
    fn the_firewall_migration_that_lost_an_address_object_is_made_and_mended() {
        insta::assert_snapshot!(transcript(
            &format!("{RULE}
             MBX01> Remove-LabFirewallAddress -Rule 'EOP inbound' -RemoteAddress 52.100.0.0/14
             MBX01> Get-LabFirewallRule | Format-List Name, RemoteAddress
             MBX01> Add-LabFirewallAddress 'EOP inbound' -RemoteAddress 52.100.0.0/14, 104.47.0.0/17
             MBX01> (Get-LabFirewallRule).RemoteAddress"),
        ), @"
        MBX01> New-LabFirewallRule 'EOP inbound' -Direction Inbound -Protocol TCP -LocalPort 25 -RemoteAddress 40.92.0.0/15,52.100.0.0/14 | Out-Null
        MBX01> Remove-LabFirewallAddress -Rule 'EOP inbound' -RemoteAddress 52.100.0.0/14
        MBX01> Get-LabFirewallRule | Format-List Name, RemoteAddress


        Name          : EOP inbound
        RemoteAddress : 40.92.0.0/15



        MBX01> Add-LabFirewallAddress 'EOP inbound' -RemoteAddress 52.100.0.0/14, 104.47.0.0/17
        MBX01> (Get-LabFirewallRule).RemoteAddress
        40.92.0.0/15
        52.100.0.0/14
        104.47.0.0/17
        ");
    }

    #[test]
    fn a_list_is_never_emptied_and_an_address_is_there_or_not() {
        insta::assert_snapshot!(transcript(
            &format!("{RULE}
             MBX01> Remove-LabFirewallAddress 'EOP inbound' -RemoteAddress 40.107.0.0/16
             MBX01> Remove-LabFirewallAddress 'EOP inbound' -RemoteAddress 40.92.0.0/15, 52.100.0.0/14
             MBX01> Add-LabFirewallAddress 'EOP inbound' -RemoteAddress 40.92.0.0/15
             MBX01> Add-LabFirewallAddress 'EOP inbound' -LocalAddress 198.51.100.10
             MBX01> Add-LabFirewallAddress 'EOP inbound'
             MBX01> Add-LabFirewallAddress 'EOP' -RemoteAddress 40.92.0.0/15"),
        ), @"
        MBX01> New-LabFirewallRule 'EOP inbound' -Direction Inbound -Protocol TCP -LocalPort 25 -RemoteAddress 40.92.0.0/15,52.100.0.0/14 | Out-Null
        MBX01> Remove-LabFirewallAddress 'EOP inbound' -RemoteAddress 40.107.0.0/16
        Remove-LabFirewallAddress : The rule 'EOP inbound' has no RemoteAddress 40.107.0.0/16. It has: 40.92.0.0/15,
        52.100.0.0/14.
        At line:1 char:1
        + Remove-LabFirewallAddress 'EOP inbound' -RemoteAddress 40.107.0.0/16
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : InvalidOperation: (:) [Remove-LabFirewallAddress], RuntimeException
            + FullyQualifiedErrorId : Refused,Remove-LabFirewallAddress

        MBX01> Remove-LabFirewallAddress 'EOP inbound' -RemoteAddress 40.92.0.0/15, 52.100.0.0/14
        Remove-LabFirewallAddress : The rule 'EOP inbound' would have no RemoteAddress left and match every address. Remove the
        rule, or set -RemoteAddress Any.
        At line:1 char:1
        + Remove-LabFirewallAddress 'EOP inbound' -RemoteAddress 40.92.0.0/15,  ...
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : InvalidOperation: (:) [Remove-LabFirewallAddress], RuntimeException
            + FullyQualifiedErrorId : Refused,Remove-LabFirewallAddress

        MBX01> Add-LabFirewallAddress 'EOP inbound' -RemoteAddress 40.92.0.0/15
        Add-LabFirewallAddress : The rule 'EOP inbound' has RemoteAddress 40.92.0.0/15 already.
        At line:1 char:1
        + Add-LabFirewallAddress 'EOP inbound' -RemoteAddress 40.92.0.0/15
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : InvalidOperation: (:) [Add-LabFirewallAddress], RuntimeException
            + FullyQualifiedErrorId : Refused,Add-LabFirewallAddress

        MBX01> Add-LabFirewallAddress 'EOP inbound' -LocalAddress 198.51.100.10
        Add-LabFirewallAddress : The rule 'EOP inbound' is for every LocalAddress already; Set-LabFirewallRule can narrow it.
        At line:1 char:1
        + Add-LabFirewallAddress 'EOP inbound' -LocalAddress 198.51.100.10
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : InvalidOperation: (:) [Add-LabFirewallAddress], RuntimeException
            + FullyQualifiedErrorId : Refused,Add-LabFirewallAddress

        MBX01> Add-LabFirewallAddress 'EOP inbound'
        Add-LabFirewallAddress : Give -RemoteAddress or -LocalAddress.
        At line:1 char:1
        + Add-LabFirewallAddress 'EOP inbound'
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : InvalidOperation: (:) [Add-LabFirewallAddress], RuntimeException
            + FullyQualifiedErrorId : Refused,Add-LabFirewallAddress

        MBX01> Add-LabFirewallAddress 'EOP' -RemoteAddress 40.92.0.0/15
        Add-LabFirewallAddress : There is no firewall rule 'EOP'. There are: 'EOP inbound'.
        At line:1 char:1
        + Add-LabFirewallAddress 'EOP' -RemoteAddress 40.92.0.0/15
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : ObjectNotFound: (EOP:String) [Add-LabFirewallAddress], RuntimeException
            + FullyQualifiedErrorId : NotThere,Add-LabFirewallAddress
        ");
    }
}
