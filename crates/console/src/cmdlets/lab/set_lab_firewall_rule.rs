//! `Set-LabFirewallRule`: changes a rule of a firewall.
//!
//! The direction of a rule stays as it is; `-Before` moves the rule.

use exchange::value::Value;

use super::firewall_rule::{self, SETTINGS};
use super::gateway::{GATEWAY, gateway};
use super::refusal::taken;
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;
use crate::noun;

const OWN: [Parameter; 3] = [
    Parameter::new("Name", Kind::String, "The rule.").at(0).mandatory().by_property_name(),
    GATEWAY,
    Parameter::new("NewName", Kind::String, "Another name for the rule."),
];

static PARAMETERS: [Parameter; 12] = noun::joined(OWN, SETTINGS);

/// The cmdlet.
pub static SET_LAB_FIREWALL_RULE: Cmdlet = Cmdlet {
    name: "Set-LabFirewallRule",
    synopsis: "Changes a rule of a firewall.",
    class: "",
    parameters: &PARAMETERS,
    run: |invocation| Box::pin(run(invocation)),
};

async fn run(mut invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let gateway = gateway(&invocation)?;
    let name = invocation.string("Name").unwrap_or_default();
    let before = gateway.firewall(|firewall| firewall_rule::named(firewall, &name))?;
    let mut after = before.clone();
    firewall_rule::apply(&invocation, &mut after)?;
    if let Some(new_name) = invocation.string("NewName") {
        let same = before.name.eq_ignore_ascii_case(&new_name);
        let is_taken = gateway.firewall(|own| firewall_rule::named(own, &new_name).is_ok());
        if is_taken && !same {
            return Err(taken("firewall rule", &new_name));
        }
        after.name = new_name;
    }
    if !invocation.should_process(&before.name) {
        return Ok(Vec::new());
    }
    gateway.firewall(|firewall| {
        if let Ok(rule) = firewall.rule_mut(&before.name) {
            *rule = after.clone();
        }
        match invocation.string("Before") {
            Some(place) if !place.eq_ignore_ascii_case(&after.name) => {
                firewall_rule::named(firewall, &place)?;
                let moved = firewall.remove(&after.name);
                moved.map_or(Ok(()), |rule| firewall_rule::insert(&invocation, firewall, rule))
            }
            _ => Ok(()),
        }
    })?;
    Ok(Vec::new())
}

#[cfg(test)]
mod tests {
    use crate::testing_world::transcript;

    const RULES: &str = "MBX01> New-LabFirewallRule A -Direction Inbound -LocalPort 25 | Out-Null
        MBX01> New-LabFirewallRule B -Direction Outbound -RemotePort 25 -RemoteAddress 192.0.2.0/24 | Out-Null\n";

    #[test]
    fn a_rule_is_changed_moved_and_removed() {
        insta::assert_snapshot!(transcript(
            &format!("{RULES}
             MBX01> Set-LabFirewallRule A -Action Drop -LocalPort 25,587 -Enabled $false
             MBX01> Set-LabFirewallRule B -RemoteAddress Any -NewName C -Before A
             MBX01> Get-LabFirewallRule
             MBX01> Get-LabFirewallRule c* | Remove-LabFirewallRule
             MBX01> (Get-LabFirewallRule).Name
             MBX01> Remove-LabFirewallRule A -WhatIf"),
        ), @r#"
        MBX01> New-LabFirewallRule A -Direction Inbound -LocalPort 25 | Out-Null
        MBX01> New-LabFirewallRule B -Direction Outbound -RemotePort 25 -RemoteAddress 192.0.2.0/24 | Out-Null
        MBX01> Set-LabFirewallRule A -Action Drop -LocalPort 25,587 -Enabled $false
        MBX01> Set-LabFirewallRule B -RemoteAddress Any -NewName C -Before A
        MBX01> Get-LabFirewallRule

        Name Enabled Direction Action Protocol Port      LocalAddress RemoteAddress
        ---- ------- --------- ------ -------- ----      ------------ -------------
        C    True    Outbound  Allow  Any      25        Any          Any
        A    False   Inbound   Drop   Any      {25, 587} Any          Any


        MBX01> Get-LabFirewallRule c* | Remove-LabFirewallRule
        MBX01> (Get-LabFirewallRule).Name
        A
        MBX01> Remove-LabFirewallRule A -WhatIf
        What if: Performing the operation "Remove-LabFirewallRule" on target "A".
        "#);
    }

    #[test]
    fn a_rule_that_is_not_there_and_a_name_that_is_taken_are_told() {
        insta::assert_snapshot!(transcript(
            &format!("{RULES}
             MBX01> Set-LabFirewallRule X -Enabled $false
             MBX01> Set-LabFirewallRule A -NewName b
             MBX01> Remove-LabFirewallRule X
             MBX01> Get-LabFirewallRule X
             MBX01> Get-LabFirewallRule X*"),
        ), @"
        MBX01> New-LabFirewallRule A -Direction Inbound -LocalPort 25 | Out-Null
        MBX01> New-LabFirewallRule B -Direction Outbound -RemotePort 25 -RemoteAddress 192.0.2.0/24 | Out-Null
        MBX01> Set-LabFirewallRule X -Enabled $false
        Set-LabFirewallRule : There is no firewall rule 'X'. There are: 'A', 'B'.
        At line:1 char:1
        + Set-LabFirewallRule X -Enabled $false
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : ObjectNotFound: (X:String) [Set-LabFirewallRule], RuntimeException
            + FullyQualifiedErrorId : NotThere,Set-LabFirewallRule

        MBX01> Set-LabFirewallRule A -NewName b
        Set-LabFirewallRule : There is a firewall rule 'b' already.
        At line:1 char:1
        + Set-LabFirewallRule A -NewName b
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : ResourceExists: (b:String) [Set-LabFirewallRule], RuntimeException
            + FullyQualifiedErrorId : NameTaken,Set-LabFirewallRule

        MBX01> Remove-LabFirewallRule X
        Remove-LabFirewallRule : There is no firewall rule 'X'. There are: 'A', 'B'.
        At line:1 char:1
        + Remove-LabFirewallRule X
        + ~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : ObjectNotFound: (X:String) [Remove-LabFirewallRule], RuntimeException
            + FullyQualifiedErrorId : NotThere,Remove-LabFirewallRule

        MBX01> Get-LabFirewallRule X
        Get-LabFirewallRule : There is no firewall rule 'X'. There are: 'A', 'B'.
        At line:1 char:1
        + Get-LabFirewallRule X
        + ~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : ObjectNotFound: (X:String) [Get-LabFirewallRule], RuntimeException
            + FullyQualifiedErrorId : NotThere,Get-LabFirewallRule

        MBX01> Get-LabFirewallRule X*
        ");
    }
}
