//! `New-TransportRule`: says what is to be done to messages that meet conditions; also in Exchange Online.
//!
//! A rule without a priority comes last. Not modelled: the conditions and actions that
//! `exchange::nouns::transport_rule` leaves out. Source: Microsoft Learn, `New-TransportRule`.

use exchange::nouns::transport_rule::{RuleState, TransportRule};
use exchange::value::Value;

use super::transport_rule::{RULE, name_recipients};
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;
use crate::noun::{self, DOMAIN_CONTROLLER, Stored};
use crate::place::Place;

static PARAMETERS: [Parameter; 35] = noun::joined::<3, 32, 35>(
    [
        Parameter::new("Name", Kind::String, "A name for the rule.").at(0).mandatory(),
        Parameter::new("Enabled", Kind::Bool, "Whether it is applied; $true if nothing is said."),
        DOMAIN_CONTROLLER,
    ],
    RULE,
);

/// The cmdlet.
pub static NEW_TRANSPORT_RULE: Cmdlet = Cmdlet {
    name: "New-TransportRule",
    synopsis: "Creates a transport rule.",
    class: "",
    parameters: &PARAMETERS,
    run: |invocation| Box::pin(run(invocation)),
};

async fn run(invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let place = invocation.world::<Place>()?;
    let name = invocation.string("Name").unwrap_or_default();
    let mut rule = TransportRule::new(&name, place.new_guid());
    rule.priority = i32::try_from(TransportRule::all(&place).len()).unwrap_or(i32::MAX);
    if invocation.bool("Enabled") == Some(false) {
        rule.state = RuleState::Disabled;
    }
    noun::create(invocation, rule, name_recipients)
}

#[cfg(test)]
mod tests {
    use crate::testing_world::{shown_in_turn, shown_on};

    #[test]
    fn rules_are_made_ordered_changed_and_taken_away() {
        insta::assert_snapshot!(shown_on(
            "MBX01",
            "New-Mailbox ines | Out-Null
             New-TransportRule 'No plans' -FromScope InOrganization -SentToScope NotInOrganization -SubjectContainsWords plan,draft -RejectMessageReasonText 'Plans stay here.' -RejectMessageEnhancedStatusCode 5.7.917
             New-TransportRule -Name Copies -SentTo ines -BlindCopyTo audit@fabrikam.com -Priority 0 -Enabled $false
             Set-TransportRule 'No plans' -ExceptIfFrom @{Add='ines'} -Comments 'asked for by legal'
             Enable-TransportRule Copies -Mode Audit
             Disable-TransportRule 'No plans'
             Get-TransportRule
             Get-TransportRule 'No plans' | Format-List State, Mode, ExceptIf*Scope, ExceptIfFrom, Reject*, Description, Conditions, Actions
             Remove-TransportRule Copies
             (Get-TransportRule).Priority",
        ), @"

        Name     State    Mode    Priority Comments
        ----     -----    ----    -------- --------
        No plans Enabled  Enforce 0
        Copies   Disabled Enforce 0
        Copies   Enabled  Audit   0
        No plans Disabled Enforce 1        asked for by legal




        State                           : Disabled
        Mode                            : Enforce
        ExceptIfFromScope               :
        ExceptIfSentToScope             :
        ExceptIfFrom                    : {ines@contoso.com}
        RejectMessageEnhancedStatusCode : 5.7.917
        RejectMessageReasonText         : Plans stay here.
        Description                     : If the message:
                                          	Is received from 'Inside the organization'
                                          	and is sent to 'Outside the organization'
                                          	and includes these words in the message subject: 'plan' or 'draft'
                                          Take the following actions:
                                          	reject the message and include the explanation 'Plans stay here.' with the status
                                          code: '5.7.917'
                                          Except if the message:
                                          	Is received from 'ines@contoso.com'

        Conditions                      : {Microsoft.Exchange.MessagingPolicies.Rules.Tasks.FromScopePredicate,
                                          Microsoft.Exchange.MessagingPolicies.Rules.Tasks.SentToScopePredicate,
                                          Microsoft.Exchange.MessagingPolicies.Rules.Tasks.SubjectContainsPredicate}
        Actions                         : {Microsoft.Exchange.MessagingPolicies.Rules.Tasks.RejectMessageAction}



        0
        ");
    }

    #[test]
    fn the_tenant_has_rules_of_its_own() {
        insta::assert_snapshot!(shown_in_turn(&[
            ("MBX01", "New-TransportRule Here -SubjectContainsWords plan -DeleteMessage $true | Out-Null"),
            ("ExchangeOnline", "New-Mailbox sam | Out-Null
                New-TransportRule There -SentTo sam -RejectMessageReasonText 'On leave.' | Out-Null
                New-TransportRule First -FromScope NotInOrganization -PrependSubject '[out] ' -Priority 0 | Out-Null
                Disable-TransportRule First
                Get-TransportRule
                Get-TransportRule There | Format-List SentTo, Priority, WhenChanged
                Remove-TransportRule First
                (Get-TransportRule).Name"),
        ]), @"

        Name  State    Mode    Priority Comments
        ----  -----    ----    -------- --------
        First Disabled Enforce 0
        There Enabled  Enforce 1




        SentTo      : {sam@contoso.onmicrosoft.com}
        Priority    : 1
        WhenChanged : 5/1/2026 6:00:00 AM



        There
        ");
    }

    #[test]
    fn what_cannot_be_a_rule_is_refused() {
        insta::assert_snapshot!(shown_on(
            "MBX01",
            "New-TransportRule Nothing -SubjectContainsWords plan
             New-TransportRule Code -RejectMessageEnhancedStatusCode 5.1.1
             New-TransportRule Nobody -From nobody -DeleteMessage $true
             New-TransportRule Later -DeleteMessage $true -Priority 3
             Disable-TransportRule Nowhere",
        ), @"
        A rule needs at least one action.
            + CategoryInfo          : NotSpecified: (:) [New-TransportRule], LocalizedException
            + FullyQualifiedErrorId : [Server=MBX01,RequestId=c95cdddc-5e2e-49aa-904e-b32722f826d6,TimeStamp=5/1/2026 8:00:00 
            AM] [FailureCategory=Cmdlet-LocalizedException] 16710325,Microsoft.Exchange.MessagingPolicies.Rules.Tasks.NewTrans
            portRule
            + PSComputerName        : mbx01.contoso.com

        The enhanced status code '5.1.1' isn't valid. Use 5.7.1, or a value from 5.7.900 to 5.7.999.
            + CategoryInfo          : NotSpecified: (:) [New-TransportRule], LocalizedException
            + FullyQualifiedErrorId : [Server=MBX01,RequestId=50d230d4-7c3c-4d1f-abb8-0e5d4f0bebfc,TimeStamp=5/1/2026 8:00:00 
            AM] [FailureCategory=Cmdlet-LocalizedException] 6E0FB347,Microsoft.Exchange.MessagingPolicies.Rules.Tasks.NewTrans
            portRule
            + PSComputerName        : mbx01.contoso.com

        The operation couldn't be performed because object 'nobody' couldn't be found on 'mbx01.contoso.com'.
            + CategoryInfo          : NotSpecified: (:) [New-TransportRule], ManagementObjectNotFoundException
            + FullyQualifiedErrorId : [Server=MBX01,RequestId=41f911db-b443-4505-92c2-c9a9e09afcb5,TimeStamp=5/1/2026 8:00:00 
            AM] [FailureCategory=Cmdlet-ManagementObjectNotFoundException] 41EA6ABE,Microsoft.Exchange.Management.RecipientTas
            ks.NewTransportRule
            + PSComputerName        : mbx01.contoso.com

        The priority must be a number from 0 to 0.
            + CategoryInfo          : NotSpecified: (:) [New-TransportRule], LocalizedException
            + FullyQualifiedErrorId : [Server=MBX01,RequestId=b43c5e04-0b37-4b8d-91f2-eff9324e875f,TimeStamp=5/1/2026 8:00:00 
            AM] [FailureCategory=Cmdlet-LocalizedException] B6721017,Microsoft.Exchange.MessagingPolicies.Rules.Tasks.NewTrans
            portRule
            + PSComputerName        : mbx01.contoso.com

        The operation couldn't be performed because object 'Nowhere' couldn't be found on 'mbx01.contoso.com'.
            + CategoryInfo          : NotSpecified: (:) [Disable-TransportRule], ManagementObjectNotFoundException
            + FullyQualifiedErrorId : [Server=MBX01,RequestId=deb9f88f-4ed8-4433-b645-4f1e46bc6e1a,TimeStamp=5/1/2026 8:00:00 
            AM] [FailureCategory=Cmdlet-ManagementObjectNotFoundException] A6888505,Microsoft.Exchange.MessagingPolicies.Rules
            .Tasks.DisableTransportRule
            + PSComputerName        : mbx01.contoso.com
        ");
    }
}
