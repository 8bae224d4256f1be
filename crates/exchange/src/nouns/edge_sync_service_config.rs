//! The configuration of EdgeSync in a site: whether and how much it logs.
//!
//! Properties from Microsoft's API reference, "`EdgeSyncServiceConfig` members"; the object's place in the
//! directory from a real event 1045. A server on which nobody had set anything wrote that its service had
//! started, with the level `None` (real log, Exchange 2019); Microsoft support turns the level up first
//! (KB 4052493).
//!
//! Not modelled: the intervals of synchronization, leases, the path of the log.

use crate::guid::Guid;
use crate::nouns::log_keeping::LogKeeping;
use crate::properties::{Enumeration, Noun, Property, field};
use crate::quantity::{ByteSize, TimeSpan, Unlimited};

/// How much EdgeSync logs; each level has the rows of those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EdgeSyncLoggingLevel {
    /// What the service itself does.
    None,
    /// Errors as well.
    Low,
    /// More.
    Medium,
    /// Everything.
    High,
}

impl Enumeration for EdgeSyncLoggingLevel {
    const TYPE_NAME: &'static str =
        "Microsoft.Exchange.Data.Directory.SystemConfiguration.EdgeSyncLoggingLevel";
    const MEMBERS: &'static [(Self, &'static str, i32)] = &[
        (Self::None, "None", 0),
        (Self::Low, "Low", 1),
        (Self::Medium, "Medium", 2),
        (Self::High, "High", 3),
    ];
}

/// The configuration of EdgeSync in a site.
#[derive(Clone, Debug)]
pub struct EdgeSyncServiceConfig {
    /// Name: `EdgeSyncService`.
    pub name: String,
    /// Its object in the directory.
    pub guid: Guid,
    /// Site.
    pub site_name: String,
    /// Whether it logs.
    pub log_enabled: bool,
    /// How much it logs.
    pub log_level: EdgeSyncLoggingLevel,
    /// How long its log is kept.
    pub log: LogKeeping,
}

impl EdgeSyncServiceConfig {
    /// The configuration as it is made, by the first Edge Subscription of a site or by an administrator.
    pub fn new(site: &str) -> Self {
        Self {
            name: "EdgeSyncService".to_owned(),
            guid: Guid::of_name(&format!("EdgeSyncService {site}")),
            site_name: site.to_owned(),
            log_enabled: true,
            log_level: EdgeSyncLoggingLevel::None,
            log: LogKeeping {
                max_age: TimeSpan::days(30),
                max_directory_size: Unlimited::Limited(ByteSize::megabytes(250)),
                max_file_size: Unlimited::Limited(ByteSize::megabytes(10)),
            },
        }
    }
}

impl Noun for EdgeSyncServiceConfig {
    const TYPE_NAMES: &'static [&'static str] = &[
        "Microsoft.Exchange.Data.Directory.SystemConfiguration.EdgeSyncServiceConfig",
        "System.Object",
    ];

    fn identity(&self) -> String {
        self.name.clone()
    }

    const PROPERTIES: &'static [Property<Self>] = &[
        Property::shown("SiteName", |config| config.site_name.clone().into()),
        field!("LogEnabled", log_enabled),
        field!("LogLevel", log_level),
        field!("LogMaxAge", log.max_age),
        field!("LogMaxDirectorySize", log.max_directory_size),
        field!("LogMaxFileSize", log.max_file_size),
        Property::shown("Name", |config| config.name.clone().into()),
        Property::shown("Identity", |config| config.name.clone().into()),
        Property::shown("Guid", |config| config.guid.into()),
    ];
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Value;

    #[test]
    fn logging_is_turned_on_by_level() {
        let mut config = EdgeSyncServiceConfig::new("Eindhoven");
        config.assign("LogLevel", &Value::from("High")).unwrap();
        assert!(config.log_level > EdgeSyncLoggingLevel::Low);
        assert_eq!(config.to_object().text_of("LogLevel"), "High");
    }
}
