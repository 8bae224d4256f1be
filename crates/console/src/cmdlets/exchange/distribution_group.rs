//! `DistributionGroup`: a group of recipients in the directory of the place, and how its members are named.
//!
//! Not modelled: owners, joining and leaving, delivery restrictions other than sender authentication, security groups.
//! Refusals as commonly quoted.

use exchange::nouns::recipient::{Recipient, RecipientType};
use exchange::value::Value;
use smtp::Address;

use super::recipient::{self, RecipientNoun, Seen, container};
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;
use crate::noun::{self, Stored};
use crate::place::Place;
use crate::refusal::{self, Family};

/// How the cmdlets for groups see a recipient.
#[derive(Clone)]
pub(crate) struct DistributionGroup;

impl RecipientNoun for DistributionGroup {
    const TYPE: RecipientType = RecipientType::MailUniversalDistributionGroup;
    const TYPE_NAME: &'static str =
        "Microsoft.Exchange.Data.Directory.Management.DistributionGroup";
    const SHOWN: &'static [(&'static str, &'static str)] = &[
        ("GroupType", "GroupType"),
        ("IsDirSynced", "IsDirSynced"),
        ("Alias", "Alias"),
        ("DisplayName", "DisplayName"),
        ("EmailAddresses", "EmailAddresses"),
        ("HiddenFromAddressListsEnabled", "HiddenFromAddressListsEnabled"),
        ("PrimarySmtpAddress", "PrimarySmtpAddress"),
        ("RecipientType", "RecipientType"),
        ("RecipientTypeDetails", "RecipientTypeDetails"),
        ("RequireSenderAuthenticationEnabled", "RequireSenderAuthenticationEnabled"),
        ("Name", "Name"),
        ("Identity", "Identity"),
        ("Guid", "Guid"),
    ];
}

/// The recipient that an identity names, of any type.
///
/// # Errors
/// When there is none.
pub(super) fn recipient_named(
    invocation: &Invocation<'_>,
    place: &Place,
    identity: &str,
) -> Result<Recipient, ErrorRecord> {
    let mut all = recipient::recipients(place).into_iter();
    let found = all.find(|one| recipient::is_named(one, identity));
    found.ok_or_else(|| refusal::not_found(invocation, Family::RecipientTasks, identity))
}

/// The primary addresses of the recipients that a parameter names.
///
/// # Errors
/// When one of them names none.
pub(super) fn addresses_named(
    invocation: &Invocation<'_>,
    place: &Place,
    parameter: &str,
) -> Result<Vec<Address>, ErrorRecord> {
    let identities = invocation.values(parameter).unwrap_or_default();
    let named = |identity: &Value| {
        let found = recipient_named(invocation, place, &identity.to_string())?;
        Ok(found.primary_smtp_address)
    };
    identities.iter().map(named).collect()
}

/// `Add-` and `Remove-`: changes whether the recipient that `-Member` names is a member of the group.
///
/// # Errors
/// When either is not there, the group is a copy of one on premises, or it is so already.
pub(super) fn change_member(
    mut invocation: Invocation<'_>,
    becomes_member: bool,
) -> Result<Vec<Value>, ErrorRecord> {
    let place = invocation.world::<Place>()?;
    let mut group = noun::named::<Seen<DistributionGroup>>(&invocation, &place)?;
    recipient::refuse_copy::<DistributionGroup>(&invocation)?;
    let identity = invocation.string("Member").unwrap_or_default();
    let member = recipient_named(&invocation, &place, &identity)?;
    let address = member.primary_smtp_address.clone();
    let is_member = group.recipient.members.contains(&address);
    if is_member == becomes_member {
        let (exception, state) = if is_member {
            ("MemberAlreadyExistsException", "is already a member of")
        } else {
            ("MemberNotFoundException", "isn't a member of")
        };
        let place = container(&place);
        let group = &group.recipient.name;
        let message = format!(
            "The recipient \"{place}/{}\" {state} the group \"{place}/{group}\".",
            member.name
        );
        return Err(refusal::refusal(&invocation, Family::RecipientTasks, exception, message));
    }
    if invocation.should_process(&group.recipient.name) {
        if becomes_member {
            group.recipient.members.push(address);
        } else {
            group.recipient.members.retain(|one| *one != address);
        }
        group.store(&place);
    }
    Ok(Vec::new())
}

#[cfg(test)]
mod tests {
    use crate::testing_world::shown_on;

    #[test]
    fn a_group_gains_and_loses_members() {
        insta::assert_snapshot!(shown_on(
            "MBX01",
            "New-Mailbox ines | Out-Null
             New-Mailbox otto | Out-Null
             New-DistributionGroup -Name Sales -Members ines
             Add-DistributionGroupMember Sales -Member otto@contoso.com
             Add-DistributionGroupMember Sales -Member otto
             Remove-DistributionGroupMember Sales -Member ines -Confirm:$false
             Get-DistributionGroupMember Sales
             Set-DistributionGroup Sales -RequireSenderAuthenticationEnabled $false
             (Get-DistributionGroup Sales).RequireSenderAuthenticationEnabled
             New-DistributionGroup -Name Nobody -Members nobody
             Get-DistributionGroup | Remove-DistributionGroup
             Get-DistributionGroup",
        ), @r#"

        Name                      DisplayName               GroupType            PrimarySmtpAddress
        ----                      -----------               ---------            ------------------
        Sales                     Sales                     Universal            Sales@contoso.com


        The recipient "contoso.com/Users/otto" is already a member of the group "contoso.com/Users/Sales".
            + CategoryInfo          : NotSpecified: (:) [Add-DistributionGroupMember], MemberAlreadyExistsException
            + FullyQualifiedErrorId : [Server=MBX01,RequestId=50d230d4-7c3c-4d1f-abb8-0e5d4f0bebfc,TimeStamp=5/1/2026 8:00:00 
            AM] [FailureCategory=Cmdlet-MemberAlreadyExistsException] 364E4165,Microsoft.Exchange.Management.RecipientTasks.Ad
            dDistributionGroupMember
            + PSComputerName        : mbx01.contoso.com


        Name                      RecipientType
        ----                      -------------
        otto                      UserMailbox


        False
        The operation couldn't be performed because object 'nobody' couldn't be found on 'mbx01.contoso.com'.
            + CategoryInfo          : NotSpecified: (:) [New-DistributionGroup], ManagementObjectNotFoundException
            + FullyQualifiedErrorId : [Server=MBX01,RequestId=65883ef7-5771-4c49-bc81-895377890c35,TimeStamp=5/1/2026 8:00:00 
            AM] [FailureCategory=Cmdlet-ManagementObjectNotFoundException] 41EA6ABE,Microsoft.Exchange.Management.RecipientTas
            ks.NewDistributionGroup
            + PSComputerName        : mbx01.contoso.com
        "#);
    }
}
