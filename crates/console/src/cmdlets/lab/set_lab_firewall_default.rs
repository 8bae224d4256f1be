//! `Set-LabFirewallDefault` and `Get-LabFirewallDefault`: what a firewall does to what no rule is about.

use exchange::value::{Object, Value};
use fabric::{Direction, Gateway};

use super::firewall_rule::{self, ACTION, DIRECTION, RESET_AFTER_BYTES, action_word};
use super::gateway::{GATEWAY, gateway, gateways};
use crate::language::cmdlet::Cmdlet;
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;

/// The cmdlet that changes it.
pub static SET_LAB_FIREWALL_DEFAULT: Cmdlet = Cmdlet {
    name: "Set-LabFirewallDefault",
    synopsis: "Changes what a firewall does to what no rule is about.",
    class: "",
    parameters: &[DIRECTION.mandatory(), ACTION.mandatory(), RESET_AFTER_BYTES, GATEWAY],
    run: |invocation| Box::pin(set(invocation)),
};

/// The cmdlet that shows it.
pub static GET_LAB_FIREWALL_DEFAULT: Cmdlet = Cmdlet {
    name: "Get-LabFirewallDefault",
    synopsis: "Views what firewalls do to what no rule is about.",
    class: "",
    parameters: &[GATEWAY],
    run: |invocation| Box::pin(get(invocation)),
};

async fn set(mut invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let gateway = gateway(&invocation)?;
    let direction = firewall_rule::direction(&invocation);
    let before = gateway.firewall(|firewall| firewall.default_action(direction));
    let action = firewall_rule::action(&invocation, before)?;
    if invocation.should_process(&gateway.name()) {
        gateway.firewall(|firewall| firewall.set_default_action(direction, action));
    }
    Ok(Vec::new())
}

async fn get(invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    Ok(gateways(&invocation)?.iter().map(shown).collect())
}

fn shown(gateway: &Gateway) -> Value {
    let action =
        |direction| gateway.firewall(|firewall| action_word(firewall.default_action(direction)));
    let object = Object::new("Lab.FirewallDefault")
        .with("Gateway", gateway.name())
        .with("Inbound", action(Direction::In))
        .with("Outbound", action(Direction::Out));
    Value::from(Object { text: gateway.name(), ..object })
}

#[cfg(test)]
mod tests {
    use crate::testing_world::transcript;

    #[test]
    fn a_direction_gets_another_default() {
        insta::assert_snapshot!(transcript(
            "MBX01> Get-LabFirewallDefault
             MBX01> Set-LabFirewallDefault -Direction Outbound -Action Reject
             MBX01> Set-LabFirewallDefault -Direction Inbound -Action Reset -ResetAfterBytes 100 -WhatIf
             MBX01> Get-LabFirewallDefault",
        ), @r#"
        MBX01> Get-LabFirewallDefault

        Gateway Inbound Outbound
        ------- ------- --------
        FW01    Drop    Allow


        MBX01> Set-LabFirewallDefault -Direction Outbound -Action Reject
        MBX01> Set-LabFirewallDefault -Direction Inbound -Action Reset -ResetAfterBytes 100 -WhatIf
        What if: Performing the operation "Set-LabFirewallDefault" on target "FW01".
        MBX01> Get-LabFirewallDefault

        Gateway Inbound Outbound
        ------- ------- --------
        FW01    Drop    Reject
        "#);
    }

    #[test]
    fn a_wrong_word_or_gateway_is_told() {
        insta::assert_snapshot!(transcript(
            "MBX01> Set-LabFirewallDefault -Direction Outbound -Action Block
             MBX01> Set-LabFirewallDefault -Direction Outbound -Action Drop -Gateway FW2",
        ), @r#"
        MBX01> Set-LabFirewallDefault -Direction Outbound -Action Block
        Set-LabFirewallDefault : Cannot validate argument on parameter 'Action'. The argument "Block" does not belong to the
        set "Allow,Drop,Reject,Reset" specified by the ValidateSet attribute. Supply an argument that is in the set and then
        try the command again.
        At line:1 char:52
        + Set-LabFirewallDefault -Direction Outbound -Action Block
        +                                                    ~~~~~
            + CategoryInfo          : InvalidData: (:) [Set-LabFirewallDefault], ParameterBindingValidationException
            + FullyQualifiedErrorId : ParameterArgumentValidationError,Set-LabFirewallDefault

        MBX01> Set-LabFirewallDefault -Direction Outbound -Action Drop -Gateway FW2
        Set-LabFirewallDefault : There is no gateway 'FW2'. There are: 'FW01'.
        At line:1 char:1
        + Set-LabFirewallDefault -Direction Outbound -Action Drop -Gateway FW2
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : ObjectNotFound: (FW2:String) [Set-LabFirewallDefault], RuntimeException
            + FullyQualifiedErrorId : NotThere,Set-LabFirewallDefault
        "#);
    }
}
