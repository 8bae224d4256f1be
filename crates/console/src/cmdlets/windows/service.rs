//! What the cmdlets for services share: which ones are meant, and how a service is shown.
//!
//! Not modelled: services that need each other, services other than those of the lab's programs,
//! start types (all are automatic), pausing.

use std::sync::Arc;

use exchange::value::{Object, Value};
use services::computer::{Computer, ServiceState};

use crate::language::cmdlet::{Kind, Parameter};
use crate::language::errors::{Category, ErrorRecord};
use crate::language::invocation::Invocation;
use crate::language::wildcard;

/// The types of a service's object, most derived first.
pub(super) const TYPE_NAMES: [&str; 4] = [
    "System.ServiceProcess.ServiceController",
    "System.ComponentModel.Component",
    "System.MarshalByRefObject",
    "System.Object",
];

/// `-Name`
pub(super) const NAME: Parameter =
    Parameter::new("Name", Kind::Strings, "The services; wildcards are allowed.")
        .at(0)
        .by_value()
        .by_property_name()
        .aliases(&["ServiceName"]);

/// `-DisplayName`
pub(super) const DISPLAY_NAME: Parameter = Parameter::new(
    "DisplayName",
    Kind::Strings,
    "The services by the names people see; wildcards are allowed.",
);

/// `-PassThru`
pub(super) const PASS_THRU: Parameter =
    Parameter::new("PassThru", Kind::Switch, "Puts the services out.");

/// A service of a computer.
#[derive(Clone, Debug)]
pub(super) struct Service {
    pub(super) name: String,
    pub(super) display_name: String,
    pub(super) state: ServiceState,
}

impl Service {
    /// All services of a computer, by name.
    fn all(computer: &Computer) -> Vec<Self> {
        let mut services: Vec<Self> = computer
            .services()
            .into_iter()
            .map(|(name, display_name, state)| Self { name, display_name, state })
            .collect();
        services.sort_by_key(|service| service.name.to_ascii_lowercase());
        services
    }

    /// Whether it runs.
    pub(super) fn is_running(&self) -> bool {
        self.state == ServiceState::Running
    }

    /// `Microsoft Exchange Transport (MSExchangeTransport)`
    pub(super) fn title(&self) -> String {
        format!("{} ({})", self.display_name, self.name)
    }

    /// The service as an object of the shell.
    pub(super) fn object(&self, machine: &str) -> Value {
        let running = self.is_running();
        let status = if running { ("Running", 4) } else { ("Stopped", 1) };
        let status =
            Value::enumeration("System.ServiceProcess.ServiceControllerStatus", status.0, status.1);
        let kind = ("System.ServiceProcess.ServiceType", "Win32OwnProcess", 16);
        let start = ("System.ServiceProcess.ServiceStartMode", "Automatic", 2);
        let none = || Value::List(Vec::new());
        let object = Object::default()
            .with("Name", self.name.as_str())
            .with("RequiredServices", none())
            .with("CanPauseAndContinue", false)
            .with("CanShutdown", running)
            .with("CanStop", running)
            .with("DisplayName", self.display_name.as_str())
            .with("DependentServices", none())
            .with("MachineName", machine)
            .with("ServiceName", self.name.as_str())
            .with("ServicesDependedOn", none())
            .with("ServiceHandle", Value::Null)
            .with("Status", status)
            .with("ServiceType", Value::enumeration(kind.0, kind.1, kind.2))
            .with("StartType", Value::enumeration(start.0, start.1, start.2))
            .with("Site", Value::Null)
            .with("Container", Value::Null);
        let type_names = TYPE_NAMES.map(Into::into).to_vec();
        Value::from(Object { type_names, text: self.name.clone(), ..object })
    }
}

/// The services that `-Name` and `-DisplayName` choose; all when neither is given. Each name that
/// finds none is reported.
pub(super) fn chosen(
    invocation: &mut Invocation<'_>,
    computer: &Arc<Computer>,
) -> Result<Vec<Service>, ErrorRecord> {
    let all = Service::all(computer);
    if !invocation.has("Name") && !invocation.has("DisplayName") {
        return Ok(all);
    }
    let names = invocation.strings("Name").unwrap_or_default();
    let display_names = invocation.strings("DisplayName").unwrap_or_default();
    let mut missing = Vec::new();
    let mut wanted = Vec::new();
    for (pattern, by_display) in names
        .into_iter()
        .map(|name| (name, false))
        .chain(display_names.into_iter().map(|name| (name, true)))
    {
        let fits = |service: &Service| {
            let own = if by_display { &service.display_name } else { &service.name };
            wildcard::matches(&pattern, own)
        };
        if !all.iter().any(fits) && !wildcard::is_pattern(&pattern) {
            missing.push(not_found(&pattern, by_display));
        }
        wanted.extend(all.iter().filter(|service| fits(service)).map(|own| own.name.clone()));
    }
    for error in missing {
        invocation.error(error)?;
    }
    Ok(all.into_iter().filter(|service| wanted.contains(&service.name)).collect())
}

fn not_found(name: &str, by_display: bool) -> ErrorRecord {
    let (word, id) = if by_display {
        ("display name", "NoServiceFoundForGivenDisplayName")
    } else {
        ("service name", "NoServiceFoundForGivenName")
    };
    let message = format!("Cannot find any service with {word} '{name}'.");
    let error = ErrorRecord::new(Category::ObjectNotFound, id, message);
    error.exception("ServiceCommandException").about(name, "String")
}
