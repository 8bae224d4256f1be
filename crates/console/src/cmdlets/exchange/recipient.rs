//! What the cmdlets for recipients share: in which directory they are, which of them a noun shows, and
//! what is refused.
//!
//! Every noun is a view of one type of recipient, with its own names for some properties. Where the
//! shell is open decides the directory: Active Directory, or the tenant.
//!
//! Sources: Microsoft Learn (`New-Mailbox`, `New-RemoteMailbox`, `New-MailUser`, "Proxy address conflict
//! when adding an email address in Exchange Online"), a real transcript of a refused cmdlet (unknown
//! database). Refusals for synchronized recipients are worded as commonly quoted.
//!
//! Not modelled: email address policies (a new recipient gets the addresses its cmdlet says), user
//! accounts and passwords, `-Filter`, quotas, permissions.

use std::marker::PhantomData;

use exchange::guid::Guid;
use exchange::nouns::recipient::{Recipient, RecipientType};
use exchange::properties::{Fit, Noun, Property, Unfit};
use exchange::value::{Object, Value};
use smtp::Address;

use crate::language::cmdlet::{Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;
use crate::language::wildcard;
use crate::noun::{self, Stored};
use crate::place::Place;
use crate::refusal::{self, Family, Refused};
use crate::result_size;

const FAMILY: Family = Family::RecipientTasks;

/// A noun that shows one type of recipient.
pub(crate) trait RecipientNoun: Clone + 'static {
    /// The type.
    const TYPE: RecipientType;
    /// .NET type of its objects.
    const TYPE_NAME: &'static str;
    /// Its properties in order: the name it shows, and the recipient's property.
    const SHOWN: &'static [(&'static str, &'static str)];
}

/// A recipient, seen as one noun sees it.
#[derive(Clone)]
pub(crate) struct Seen<N> {
    /// The recipient.
    pub(crate) recipient: Recipient,
    /// The server that holds its mailbox, when that is known.
    server: Option<String>,
    /// The recipient that gets its mail, by its name in the directory.
    forwards_to: Option<String>,
    /// Whether the tenant's directory holds it.
    online: bool,
    noun: PhantomData<N>,
}

impl<N: RecipientNoun> Seen<N> {
    /// A new recipient for the directory of that place.
    pub(crate) fn new(place: &Place, recipient: Recipient) -> Self {
        let recipient = Recipient { guid: place.new_guid(), ..recipient };
        Self::of(place, recipient)
    }

    fn of(place: &Place, recipient: Recipient) -> Self {
        let server = if place.is_online() {
            Some(place.world.exchange_online.management_server().to_ascii_lowercase())
        } else {
            recipient.database.as_ref().and_then(|database| {
                place.organization().read(|organization| {
                    let (server, _) = organization.database(database)?;
                    Some(server.name.to_ascii_lowercase())
                })
            })
        };
        let forwards_to = recipient.forwarding_address.as_ref().and_then(|address| {
            let all = recipients(place);
            let found = all.iter().find(|one| one.has(address))?;
            Some(format!("{}/{}", container(place), found.name))
        });
        Self { server, forwards_to, online: place.is_online(), recipient, noun: PhantomData }
    }

    /// The property of that name which only a noun knows, not a recipient.
    fn own(&self, property: &str) -> Value {
        match property {
            "ServerName" => self.server.as_deref().map_or(Value::Null, Value::from),
            "ForwardingRecipient" => self.forwards_to.as_deref().map_or(Value::Null, Value::from),
            "GroupType" => "Universal".into(),
            "RemoteRecipientType" => "ProvisionMailbox".into(),
            "ProhibitSendQuota" if self.online => "99 GB (106,300,440,576 bytes)".into(),
            "ProhibitSendQuota" => "Unlimited".into(),
            _ => false.into(),
        }
    }
}

impl<N: RecipientNoun> Noun for Seen<N> {
    const TYPE_NAMES: &'static [&'static str] = &[N::TYPE_NAME, "System.Object"];
    const PROPERTIES: &'static [Property<Self>] = &[];

    fn identity(&self) -> String {
        self.recipient.identity()
    }

    fn to_object(&self) -> Object {
        let known = self.recipient.to_object();
        let property = |(name, own): &(&'static str, &'static str)| {
            let value = known.get(own).cloned().unwrap_or_else(|| self.own(own));
            ((*name).into(), value)
        };
        Object {
            type_names: Self::TYPE_NAMES.iter().map(|name| (*name).into()).collect(),
            text: self.identity(),
            properties: N::SHOWN.iter().map(property).collect(),
        }
    }

    fn assign(&mut self, name: &str, value: &Value) -> Result<bool, Unfit> {
        let shown = N::SHOWN.iter().find(|(shown, _)| shown.eq_ignore_ascii_case(name));
        let Some((_, property)) = shown else { return Ok(false) };
        if *property == "PrimarySmtpAddress" {
            make_primary(&mut self.recipient, Fit::from_value(value)?);
            return Ok(true);
        }
        self.recipient.assign(property, value)
    }
}

/// The old primary address stays as one of the others.
fn make_primary(recipient: &mut Recipient, address: Address) {
    if !recipient.has(&address) {
        recipient.email_addresses.insert(0, address.clone());
    }
    recipient.primary_smtp_address = address;
}

impl<N: RecipientNoun> Stored for Seen<N> {
    const FAMILY: Family = FAMILY;

    fn all(place: &Place) -> Vec<Self> {
        let mut all = recipients(place);
        all.retain(|recipient| recipient.recipient_type == N::TYPE);
        all.into_iter().map(|recipient| Self::of(place, recipient)).collect()
    }

    fn guid(&self) -> Guid {
        self.recipient.guid
    }

    fn is_named(&self, identity: &str) -> bool {
        is_named(&self.recipient, identity)
    }

    fn check(&self, place: &Place) -> Result<(), Refused> {
        check(&self.recipient, place)
    }

    fn store(self, place: &Place) {
        change(place, |recipients| {
            let own = recipients.iter_mut().find(|own| own.guid == self.recipient.guid);
            match own {
                Some(own) => *own = self.recipient,
                None => recipients.push(self.recipient),
            }
        });
    }

    fn delete(&self, place: &Place) {
        change(place, |recipients| recipients.retain(|own| own.guid != self.recipient.guid));
    }
}

/// All recipients of the place's directory, by name.
pub(super) fn recipients(place: &Place) -> Vec<Recipient> {
    let mut all = if place.is_online() {
        place.tenant().read(|tenant| tenant.recipients.clone())
    } else {
        place.organization().read(|organization| organization.recipients.clone())
    };
    all.sort_by_key(|recipient| recipient.name.to_lowercase());
    all
}

fn change(place: &Place, change: impl FnOnce(&mut Vec<Recipient>)) {
    if place.is_online() {
        place.tenant().change(|tenant| change(&mut tenant.recipients));
    } else {
        place.organization().change(|organization| change(&mut organization.recipients));
    }
}

/// Whether an identity names it: by name, alias, display name, GUID or any of its addresses.
pub(super) fn is_named(recipient: &Recipient, identity: &str) -> bool {
    let by_text = |text: &str| wildcard::matches(identity, text);
    noun::is_named(recipient, identity)
        || by_text(&recipient.alias)
        || by_text(&recipient.display_name)
        || identity.parse().is_ok_and(|address| recipient.has(&address))
}

fn check(recipient: &Recipient, place: &Place) -> Result<(), Refused> {
    let all = recipients(place);
    let others = || all.iter().filter(|other| other.guid != recipient.guid);
    if others().any(|other| other.name.eq_ignore_ascii_case(&recipient.name)) {
        return Err(refusal::already_there(&recipient.name));
    }
    let mut pairs = others().flat_map(|other| {
        let own = recipient.email_addresses.iter();
        own.filter(|address| other.has(address)).map(move |address| (address, other))
    });
    if let Some((address, other)) = pairs.next() {
        let owner = format!("{}/{}", container(place), other.name);
        return Err(Refused::new(
            "ProxyAddressExistsException",
            format!(
                "The proxy address \"SMTP:{address}\" is already being used by the proxy addresses or LegacyExchangeDN of \"{owner}\". Please choose another proxy address."
            ),
        ));
    }
    let foreign = place.is_online() && recipient.recipient_type == RecipientType::UserMailbox;
    let is_accepted = |address: &Address| {
        place.tenant().read(|tenant| tenant.accepted_domain(address.domain()).is_some())
    };
    match recipient.email_addresses.iter().find(|address| foreign && !is_accepted(address)) {
        Some(address) => Err(Refused::new(
            "NotAcceptedDomainException",
            format!(
                "You can't use the domain because it's not an accepted domain for your organization. Domain: \"{}\".",
                address.domain()
            ),
        )),
        None => Ok(()),
    }
}

/// Where the directory keeps its recipients.
pub(super) fn container(place: &Place) -> String {
    if place.is_online() {
        return place.tenant().read(|tenant| tenant.initial_domain.clone());
    }
    place.organization().read(|organization| format!("{}/Users", organization.forest))
}

/// `Get-`: the recipients of the noun's type.
///
/// # Errors
/// When the identity, without a wildcard, names none, or `-ResultSize` is no size.
pub(super) fn get<N: RecipientNoun>(
    invocation: &mut Invocation<'_>,
    keep: impl Fn(&Seen<N>) -> bool,
) -> Result<Vec<Value>, ErrorRecord> {
    let mut found = noun::found::<Seen<N>>(invocation)?;
    found.retain(keep);
    result_size::cut(invocation, noun::shown(&found))
}

/// `Set-`: changes a recipient, unless it is a copy of one on premises.
///
/// # Errors
/// As [`noun::set`], and when it is a copy.
pub(super) fn set<N: RecipientNoun>(invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    refuse_copy::<N>(&invocation)?;
    noun::set::<Seen<N>>(invocation)
}

/// `Remove-`: takes a recipient away, unless it is a copy of one on premises.
///
/// # Errors
/// As [`noun::remove`], and when it is a copy.
pub(super) fn remove<N: RecipientNoun>(
    invocation: Invocation<'_>,
) -> Result<Vec<Value>, ErrorRecord> {
    refuse_copy::<N>(&invocation)?;
    noun::remove::<Seen<N>>(invocation)
}

/// Refuses to change a copy of a recipient on premises.
///
/// # Errors
/// When it is one, or is not there.
pub(super) fn refuse_copy<N: RecipientNoun>(
    invocation: &Invocation<'_>,
) -> Result<(), ErrorRecord> {
    let place = invocation.world::<Place>()?;
    let found = noun::named::<Seen<N>>(invocation, &place)?;
    if !found.recipient.is_dir_synced {
        return Ok(());
    }
    let mut given = invocation.parameters().iter().filter(|one| invocation.has(one.name));
    let changed = given.find(|one| !one.is_named("Identity")).map_or("Identity", |one| one.name);
    let name = &found.recipient.name;
    let message = format!(
        "The operation on mailbox \"{name}\" failed because it's out of the current user's write scope. The action '{}', '{changed}', can't be performed on the object '{name}' because the object is being synchronized from your on-premises organization. This action should be performed on the object in your on-premises organization.",
        invocation.name()
    );
    Err(refusal::refusal(invocation, FAMILY, "InvalidOperationException", message))
}

/// The recipient that a `New-` cmdlet's name, alias and primary address say. Without an address it is
/// the alias in the organization's default domain.
///
/// # Errors
/// When they make no address.
pub(crate) fn named_by(
    invocation: &Invocation<'_>,
    place: &Place,
    recipient_type: RecipientType,
) -> Result<Recipient, ErrorRecord> {
    let name = invocation.string("Name").unwrap_or_default();
    let primary = invocation.string("PrimarySmtpAddress");
    let alias = invocation.string("Alias").unwrap_or_else(|| {
        let local = primary.as_ref().and_then(|text| text.split_once('@'));
        local.map_or_else(|| name.replace(' ', ""), |(local, _)| local.to_owned())
    });
    let address = primary.unwrap_or_else(|| format!("{alias}@{}", default_domain(place)));
    let address = Address::from_value(&Value::from(address.as_str()))
        .map_err(|unfit| refusal::unfit(invocation, "PrimarySmtpAddress", &unfit.to_string()))?;
    Ok(Recipient { alias, ..Recipient::new(&name, recipient_type, address) })
}

fn default_domain(place: &Place) -> String {
    if place.is_online() {
        return place.tenant().read(|tenant| {
            let default = tenant.accepted_domains.iter().find(|domain| domain.default);
            default.map_or(tenant.initial_domain.clone(), |domain| domain.domain_name.to_string())
        });
    }
    place.organization().read(|organization| organization.default_domain().to_owned())
}

/// `New-`: adds the recipient.
///
/// # Errors
/// As [`noun::create`].
pub(crate) fn create<N: RecipientNoun>(
    invocation: Invocation<'_>,
    recipient: Recipient,
) -> Result<Vec<Value>, ErrorRecord> {
    let place = invocation.world::<Place>()?;
    noun::create(invocation, Seen::<N>::new(&place, recipient), |_, _| Ok(()))
}

/// The type that a recipient cmdlet's `-RecipientTypeDetails` names.
///
/// # Errors
/// When there is no such type.
pub(super) fn types(invocation: &Invocation<'_>) -> Result<Vec<RecipientType>, ErrorRecord> {
    let names = invocation.values("RecipientTypeDetails").unwrap_or_default();
    let types: Result<Vec<RecipientType>, Unfit> = names.iter().map(Fit::from_value).collect();
    types.map_err(|unfit| refusal::unfit(invocation, "RecipientTypeDetails", &unfit.to_string()))
}

/// Whether it is of one of the types; every type when none is said.
pub(super) fn is_of(types: &[RecipientType], recipient: &Recipient) -> bool {
    types.is_empty() || types.contains(&recipient.recipient_type)
}

/// Parameters that every `New-` cmdlet for a recipient with an account takes.
pub(crate) const ACCOUNT: [Parameter; 6] = [
    Parameter::new("Alias", Kind::String, "The part of its addresses before the @."),
    Parameter::new("DisplayName", Kind::String, "The name people see."),
    Parameter::new("FirstName", Kind::String, "First name; accepted, without effect."),
    Parameter::new("LastName", Kind::String, "Last name; accepted, without effect."),
    Parameter::new("Password", Kind::Value, "Its password; accepted, without effect."),
    Parameter::new("PrimarySmtpAddress", Kind::String, "The address it sends from."),
];

/// What its account is called on premises.
pub(super) const USER_PRINCIPAL_NAME: Parameter =
    Parameter::new("UserPrincipalName", Kind::String, "The logon name; accepted, without effect.");

/// Parameters that every `Set-` cmdlet for a recipient takes.
pub(super) const SETTINGS: [Parameter; 7] = [
    noun::IDENTITY.mandatory(),
    Parameter::new("Alias", Kind::String, "The part of its addresses before the @."),
    Parameter::new("DisplayName", Kind::String, "The name people see."),
    Parameter::new("EmailAddresses", Kind::MultiValued, "All its addresses; SMTP: is primary."),
    Parameter::new("Name", Kind::String, "A new name."),
    Parameter::new("PrimarySmtpAddress", Kind::String, "The address it sends from."),
    Parameter::new(
        "RequireSenderAuthenticationEnabled",
        Kind::Bool,
        "Whether only authenticated senders may write to it.",
    ),
];

#[cfg(test)]
mod tests {
    use crate::testing_world::shown_on;

    #[test]
    fn a_copy_in_the_tenant_is_changed_on_premises_only() {
        insta::assert_snapshot!(shown_on(
            "ExchangeOnline",
            "Set-Mailbox kim -EmailAddresses @{Add='k@contoso.com'}
             Remove-Mailbox kim
             (Get-Mailbox kim).IsDirSynced",
        ), @r#"
        Write-ErrorMessage : Ex9AB879|Microsoft.Exchange.Configuration.Tasks.InvalidOperationException|The operation on mailbox
        "kim" failed because it's out of the current user's write scope. The action 'Set-Mailbox', 'EmailAddresses', can't be
        performed on the object 'kim' because the object is being synchronized from your on-premises organization. This action
        should be performed on the object in your on-premises organization.
            + CategoryInfo          : NotSpecified: (:) [Set-Mailbox], InvalidOperationException
            + FullyQualifiedErrorId : [Server=AM3PR01MB5432,RequestId=25fa1061-aa8e-4f2c-bd3a-48801ba44aff,TimeStamp=Fri, 01 M
            ay 2026 06:00:00 GMT],Write-ErrorMessage

        Write-ErrorMessage : Ex6DEED3|Microsoft.Exchange.Configuration.Tasks.InvalidOperationException|The operation on mailbox
        "kim" failed because it's out of the current user's write scope. The action 'Remove-Mailbox', 'Identity', can't be
        performed on the object 'kim' because the object is being synchronized from your on-premises organization. This action
        should be performed on the object in your on-premises organization.
            + CategoryInfo          : NotSpecified: (:) [Remove-Mailbox], InvalidOperationException
            + FullyQualifiedErrorId : [Server=AM3PR01MB5432,RequestId=016c4f3c-2050-4ee1-ac3c-fe6237a5e986,TimeStamp=Fri, 01 M
            ay 2026 06:00:00 GMT],Write-ErrorMessage

        True
        "#);
    }

    #[test]
    fn names_and_addresses_are_unique_among_all_types() {
        insta::assert_snapshot!(shown_on(
            "MBX01",
            "New-Mailbox divya | Out-Null
             New-RemoteMailbox divya -PrimarySmtpAddress d@contoso.com -RemoteRoutingAddress d@contoso.mail.onmicrosoft.com
             New-MailUser anna -PrimarySmtpAddress divya@contoso.com -ExternalEmailAddress anna@fabrikam.com
             (Get-Recipient).Name",
        ), @r#"
        The operation couldn't be performed because 'divya' matches multiple entries or already exists.
            + CategoryInfo          : NotSpecified: (:) [New-RemoteMailbox], ADObjectAlreadyExistsException
            + FullyQualifiedErrorId : [Server=MBX01,RequestId=9852bd5e-3c07-4a3f-88c0-7a4e1f0b9f0f,TimeStamp=5/1/2026 8:00:00 
            AM] [FailureCategory=Cmdlet-ADObjectAlreadyExistsException] C5B27C4B,Microsoft.Exchange.Management.RecipientTasks.
            NewRemoteMailbox
            + PSComputerName        : mbx01.contoso.com

        The proxy address "SMTP:divya@contoso.com" is already being used by the proxy addresses or LegacyExchangeDN of
        "contoso.com/Users/divya". Please choose another proxy address.
            + CategoryInfo          : NotSpecified: (:) [New-MailUser], ProxyAddressExistsException
            + FullyQualifiedErrorId : [Server=MBX01,RequestId=65883ef7-5771-4c49-bc81-895377890c35,TimeStamp=5/1/2026 8:00:00 
            AM] [FailureCategory=Cmdlet-ProxyAddressExistsException] F6FF4E58,Microsoft.Exchange.Management.RecipientTasks.New
            MailUser
            + PSComputerName        : mbx01.contoso.com

        divya
        "#);
    }
}
