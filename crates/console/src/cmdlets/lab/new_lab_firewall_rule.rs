//! `New-LabFirewallRule`: adds a rule to the firewall of a gateway.
//!
//! The first rule that matches decides; a change counts for connections made after it. Without a name
//! the rule is named after what it does.

use exchange::value::Value;
use fabric::{Action, FirewallRule};

use super::firewall_rule::{self, DIRECTION, SETTINGS};
use super::gateway::{GATEWAY, gateway};
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;
use crate::noun;

const OWN: [Parameter; 3] = [
    Parameter::new("Name", Kind::String, "A name for the rule.").at(0),
    GATEWAY,
    DIRECTION.mandatory(),
];

static PARAMETERS: [Parameter; 12] = noun::joined(OWN, SETTINGS);

/// The cmdlet.
pub static NEW_LAB_FIREWALL_RULE: Cmdlet = Cmdlet {
    name: "New-LabFirewallRule",
    synopsis: "Adds a rule to the firewall of a gateway.",
    class: "",
    parameters: &PARAMETERS,
    run: |invocation| Box::pin(run(invocation)),
};

async fn run(mut invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let gateway = gateway(&invocation)?;
    let direction = firewall_rule::direction(&invocation);
    let mut rule = FirewallRule::new("", direction, Action::Allow);
    firewall_rule::apply(&invocation, &mut rule)?;
    rule.name = invocation.string("Name").unwrap_or_else(|| firewall_rule::name_for(&rule));
    if !invocation.should_process(&rule.name) {
        return Ok(Vec::new());
    }
    let shown = firewall_rule::shown(&rule, &gateway);
    gateway.firewall(|firewall| firewall_rule::insert(&invocation, firewall, rule))?;
    Ok(vec![shown])
}

#[cfg(test)]
mod tests {
    use crate::testing_world::transcript;

    #[test]
    fn a_rule_speaks_from_the_view_of_the_network_behind_it() {
        insta::assert_snapshot!(transcript(
            "MBX01> New-LabFirewallRule -Name 'EOP inbound' -Direction Inbound -Protocol TCP -RemoteAddress 40.92.0.0/15,40.107.0.0/16,52.100.0.0/14,104.47.0.0/17 -LocalAddress 198.51.100.10 -LocalPort 25 -Action Allow
             MBX01> New-LabFirewallRule 'No mail out' -Direction Outbound -RemotePort 25, 587, 1024-2000 -Action Reset -ResetAfterBytes 4096 | Format-List",
        ), @"
        MBX01> New-LabFirewallRule -Name 'EOP inbound' -Direction Inbound -Protocol TCP -RemoteAddress 40.92.0.0/15,40.107.0.0/16,52.100.0.0/14,104.47.0.0/17 -LocalAddress 198.51.100.10 -LocalPort 25 -Action Allow

        Name        Enabled Direction Action Protocol Port LocalAddress  RemoteAddress
        ----        ------- --------- ------ -------- ---- ------------  -------------
        EOP inbound True    Inbound   Allow  TCP      25   198.51.100.10 {40.92.0.0/15, 40.107.0.0/16, 52.100.0.0/14, 104.47....


        MBX01> New-LabFirewallRule 'No mail out' -Direction Outbound -RemotePort 25, 587, 1024-2000 -Action Reset -ResetAfterBytes 4096 | Format-List


        Name            : No mail out
        Gateway         : FW01
        Enabled         : True
        Direction       : Outbound
        Action          : Reset
        ResetAfterBytes : 4096
        Protocol        : Any
        Port            : {25, 587, 1024-2000}
        LocalAddress    : Any
        LocalPort       : Any
        RemoteAddress   : Any
        RemotePort      : {25, 587, 1024-2000}
        ");
    }

    #[test]
    fn a_rule_without_a_name_is_named_after_what_it_does() {
        insta::assert_snapshot!(transcript(
            "MBX01> (New-LabFirewallRule -Direction Inbound -Protocol TCP -LocalPort 25 -RemoteAddress 52.100.0.0/14).Name
             MBX01> (New-LabFirewallRule -Direction Outbound -LocalAddress 10.0.0.13/24 -Action Drop).Name
             MBX01> (New-LabFirewallRule -Direction Inbound -Action Reject).Name",
        ), @"
        MBX01> (New-LabFirewallRule -Direction Inbound -Protocol TCP -LocalPort 25 -RemoteAddress 52.100.0.0/14).Name
        Allow inbound TCP 25 from 52.100.0.0/14
        MBX01> (New-LabFirewallRule -Direction Outbound -LocalAddress 10.0.0.13/24 -Action Drop).Name
        Drop outbound from 10.0.0.0/24
        MBX01> (New-LabFirewallRule -Direction Inbound -Action Reject).Name
        Reject inbound
        ");
    }

    #[test]
    fn what_does_not_fit_is_named() {
        insta::assert_snapshot!(transcript(
            "MBX01> New-LabFirewallRule -Direction Inbound -RemoteAddress 52.100.0.0/40
             MBX01> New-LabFirewallRule -Direction Inbound -RemotePort 25
             MBX01> New-LabFirewallRule -Direction Inbound -LocalPort 25-1
             MBX01> New-LabFirewallRule -Direction Inbound -Action Allow -ResetAfterBytes 9
             MBX01> New-LabFirewallRule A -Direction Inbound -Before B
             MBX01> New-LabFirewallRule A -Direction Inbound -Gateway FW02
             MBX01> New-LabFirewallRule A -Direction Inbound | Out-Null
             MBX01> New-LabFirewallRule a -Direction Outbound",
        ), @r#"
        MBX01> New-LabFirewallRule -Direction Inbound -RemoteAddress 52.100.0.0/40
        New-LabFirewallRule : Cannot bind parameter 'RemoteAddress'. "52.100.0.0/40" is neither an address nor a prefix such as
        10.0.0.0/24.
        At line:1 char:1
        + New-LabFirewallRule -Direction Inbound -RemoteAddress 52.100.0.0/40
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : InvalidArgument: (:) [New-LabFirewallRule], ParameterBindingException
            + FullyQualifiedErrorId : CannotBind,New-LabFirewallRule

        MBX01> New-LabFirewallRule -Direction Inbound -RemotePort 25
        New-LabFirewallRule : Cannot bind parameter 'RemotePort'. An inbound rule is about the port that is connected to: use
        -LocalPort.
        At line:1 char:1
        + New-LabFirewallRule -Direction Inbound -RemotePort 25
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : InvalidArgument: (:) [New-LabFirewallRule], ParameterBindingException
            + FullyQualifiedErrorId : CannotBind,New-LabFirewallRule

        MBX01> New-LabFirewallRule -Direction Inbound -LocalPort 25-1
        New-LabFirewallRule : Cannot bind parameter 'LocalPort'. "25-1" is neither a port nor a range such as 1024-65535.
        At line:1 char:1
        + New-LabFirewallRule -Direction Inbound -LocalPort 25-1
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : InvalidArgument: (:) [New-LabFirewallRule], ParameterBindingException
            + FullyQualifiedErrorId : CannotBind,New-LabFirewallRule

        MBX01> New-LabFirewallRule -Direction Inbound -Action Allow -ResetAfterBytes 9
        New-LabFirewallRule : Cannot bind parameter 'ResetAfterBytes'. It goes with -Action Reset only.
        At line:1 char:1
        + New-LabFirewallRule -Direction Inbound -Action Allow -ResetAfterBytes ...
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : InvalidArgument: (:) [New-LabFirewallRule], ParameterBindingException
            + FullyQualifiedErrorId : CannotBind,New-LabFirewallRule

        MBX01> New-LabFirewallRule A -Direction Inbound -Before B
        New-LabFirewallRule : There is no firewall rule 'B'. There are none at all.
        At line:1 char:1
        + New-LabFirewallRule A -Direction Inbound -Before B
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : ObjectNotFound: (B:String) [New-LabFirewallRule], RuntimeException
            + FullyQualifiedErrorId : NotThere,New-LabFirewallRule

        MBX01> New-LabFirewallRule A -Direction Inbound -Gateway FW02
        New-LabFirewallRule : There is no gateway 'FW02'. There are: 'FW01'.
        At line:1 char:1
        + New-LabFirewallRule A -Direction Inbound -Gateway FW02
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : ObjectNotFound: (FW02:String) [New-LabFirewallRule], RuntimeException
            + FullyQualifiedErrorId : NotThere,New-LabFirewallRule

        MBX01> New-LabFirewallRule A -Direction Inbound | Out-Null
        MBX01> New-LabFirewallRule a -Direction Outbound
        New-LabFirewallRule : There is a firewall rule 'a' already.
        At line:1 char:1
        + New-LabFirewallRule a -Direction Outbound
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : ResourceExists: (a:String) [New-LabFirewallRule], RuntimeException
            + FullyQualifiedErrorId : NameTaken,New-LabFirewallRule
        "#);
    }
}
