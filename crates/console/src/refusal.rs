//! What Exchange's cmdlets answer when they refuse: an error of a remote session.
//!
//! On premises the error comes from a server, without the place in the text:
//! `[Server=…,RequestId=…,TimeStamp=…] [FailureCategory=Cmdlet-…] 8 hex digits,class`. Exchange Online's
//! module writes it through its own function, with `Ex` and six hex digits before the message.
//!
//! The hex digits are a hash of the message here; what the product computes is not published.
//! Source: real transcripts of Exchange 2016/2019 and of the Exchange Online module (V3).

use crate::language::errors::{Category, ErrorRecord};
use crate::language::invocation::Invocation;
use crate::place::Place;

/// Where a cmdlet's class lies below `Microsoft.Exchange.Management`; rules are elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    /// Connectors, domains, servers, certificates.
    SystemConfigurationTasks,
    /// Mailboxes and other recipients.
    RecipientTasks,
    /// Queues and messages.
    QueueViewerTasks,
    /// Searches of logs.
    TransportLogSearchTasks,
    /// Edge subscriptions.
    EdgeSync,
    /// Transport rules.
    Rules,
}

/// Why something cannot be done, before it is known which cmdlet asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    /// The exception.
    pub(crate) exception: &'static str,
    /// The product's words.
    pub(crate) message: String,
}

impl Refused {
    /// A refusal with its own exception.
    pub(crate) fn new(exception: &'static str, message: impl Into<String>) -> Self {
        Self { exception, message: message.into() }
    }

    /// The refusal as the error of a cmdlet.
    pub(crate) fn of(self, invocation: &Invocation<'_>, family: Family) -> ErrorRecord {
        refusal(invocation, family, self.exception, self.message)
    }
}

impl From<String> for Refused {
    fn from(message: String) -> Self {
        Self::new("LocalizedException", message)
    }
}

/// The object a cmdlet was to work on is not there.
pub(crate) fn not_found(
    invocation: &Invocation<'_>,
    family: Family,
    identity: &str,
) -> ErrorRecord {
    let server = server_of(invocation);
    let message = format!(
        "The operation couldn't be performed because object '{identity}' couldn't be found on '{server}'."
    );
    refusal(invocation, family, "ManagementObjectNotFoundException", message)
}

/// An object of that name is there already.
pub(crate) fn exists(invocation: &Invocation<'_>, family: Family, identity: &str) -> ErrorRecord {
    already_there(identity).of(invocation, family)
}

/// The same, before it is known which cmdlet asked.
pub(crate) fn already_there(identity: &str) -> Refused {
    let message = format!(
        "The operation couldn't be performed because '{identity}' matches multiple entries or already exists."
    );
    Refused::new("ADObjectAlreadyExistsException", message)
}

/// Any other refusal, with the name of its exception.
pub(crate) fn refusal(
    invocation: &Invocation<'_>,
    family: Family,
    exception: &'static str,
    message: impl Into<String>,
) -> ErrorRecord {
    let message = message.into();
    let Ok(place) = invocation.world::<Place>() else {
        return ErrorRecord::new(Category::NotSpecified, exception, message);
    };
    let hash = hash(&message);
    if place.is_online() {
        let class = format!("Microsoft.Exchange.Configuration.Tasks.{exception}");
        let text = format!("Ex{:06X}|{class}|{message}", hash & 0xFF_FFFF);
        return online(invocation, &place, Category::NotSpecified, exception, &text);
    }
    let stamp = format!(
        "Server={},RequestId={},TimeStamp={}",
        place.name(),
        place.new_guid(),
        place.culture().date_time(place.world.clock().now())
    );
    let namespace = match family {
        Family::Rules => "Microsoft.Exchange.MessagingPolicies.Rules.Tasks".to_owned(),
        family => format!("Microsoft.Exchange.Management.{family:?}"),
    };
    let class = format!("{namespace}.{}", invocation.name().replace('-', ""));
    let id = format!("[{stamp}] [FailureCategory=Cmdlet-{exception}] {hash:08X},{class}");
    ErrorRecord {
        activity: invocation.name().into(),
        computer: Some(server_of(invocation)),
        ..ErrorRecord::new(Category::NotSpecified, id, message).exception(exception)
    }
}

/// What Exchange Online answers when it refuses; the text begins with a code and a class, either of
/// which may be empty: `||Get-MessageTrace will start deprecating …`.
pub(crate) fn online(
    invocation: &Invocation<'_>,
    place: &Place,
    category: Category,
    exception: &'static str,
    text: &str,
) -> ErrorRecord {
    let time = place.world.clock().now().strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    let server = place.world.exchange_online.management_server();
    let request = place.new_guid();
    let id = format!("[Server={server},RequestId={request},TimeStamp={time}],Write-ErrorMessage");
    ErrorRecord {
        activity: invocation.name().into(),
        ..ErrorRecord::new(category, id, format!("Write-ErrorMessage : {text}"))
            .exception(exception)
    }
}

/// A value that a parameter cannot take.
pub(crate) fn unfit(invocation: &Invocation<'_>, parameter: &str, why: &str) -> ErrorRecord {
    let message =
        format!("Cannot process argument transformation on parameter '{parameter}'. {why}");
    let exception = "ParameterBindingArgumentTransformationException";
    if let Some(place) = invocation.world::<Place>().ok().filter(|place| place.is_online()) {
        let text = format!("||{message}");
        return online(invocation, &place, Category::InvalidData, exception, &text);
    }
    let id = format!("ParameterArgumentTransformationError,{}", invocation.name());
    ErrorRecord {
        activity: invocation.name().into(),
        computer: Some(server_of(invocation)),
        ..ErrorRecord::new(Category::InvalidData, id, message).exception(exception)
    }
}

/// Where the directory is that was asked: the server itself, or a domain controller of the service.
fn server_of(invocation: &Invocation<'_>) -> String {
    let Ok(place) = invocation.world::<Place>() else { return String::new() };
    place.computer().map_or_else(
        || place.world.exchange_online.domain_controller(),
        |computer| computer.fqdn.to_ascii_lowercase(),
    )
}

/// FNV-1a.
fn hash(text: &str) -> u32 {
    text.bytes().fold(0x811C_9DC5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}
