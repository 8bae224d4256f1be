//! An Exchange server, as `Get-ExchangeServer` shows it.
//!
//! Property order as in a real `Get-ExchangeServer | Export-Clixml` of Exchange 2019 (microsoft/CSS-Exchange,
//! HealthChecker test data).
//!
//! Not modelled: product keys, network addresses, error reporting.

use crate::directory::{Server, ServerRole};
use crate::guid::Guid;
use crate::properties::{Fit, Noun, Property};
use crate::value::Value;

impl Server {
    /// The GUID of its object in the directory.
    pub fn guid(&self) -> Guid {
        Guid::of_name(&self.fqdn)
    }

    /// The domain it is in.
    pub fn domain(&self) -> &str {
        self.fqdn.split_once('.').map_or("", |(_, domain)| domain)
    }

    /// Its site as Active Directory writes it.
    pub fn site_path(&self) -> String {
        format!("{}/Configuration/Sites/{}", self.domain(), self.site)
    }
}

impl Noun for Server {
    const TYPE_NAMES: &'static [&'static str] = &[
        "Microsoft.Exchange.Data.Directory.Management.ExchangeServer",
        "Microsoft.Exchange.Data.Directory.Management.ADPresentationObject",
        "Microsoft.Exchange.Data.Directory.ADObject",
        "Microsoft.Exchange.Data.Directory.ADRawEntry",
        "Microsoft.Exchange.Data.ConfigurableObject",
        "System.Object",
    ];

    fn identity(&self) -> String {
        self.name.clone()
    }

    const PROPERTIES: &'static [Property<Self>] = &[
        Property::shown("Name", |server| server.name.clone().into()),
        Property::shown("Domain", |server| server.domain().into()),
        Property::shown("Edition", |_| {
            Value::enumeration("Microsoft.Exchange.Data.ServerEditionType", "Standard", 1)
        }),
        Property::shown("Fqdn", |server| server.fqdn.clone().into()),
        Property::shown("IsHubTransportServer", |server| is_mailbox(server).into()),
        Property::shown("IsClientAccessServer", |server| is_mailbox(server).into()),
        Property::shown("IsEdgeServer", |server| (!is_mailbox(server)).into()),
        Property::shown("IsMailboxServer", |server| is_mailbox(server).into()),
        Property::shown("IsE14OrLater", |_| true.into()),
        Property::shown("IsE15OrLater", |_| true.into()),
        Property::shown("IsFrontendTransportServer", |server| is_mailbox(server).into()),
        Property::shown("Site", |server| {
            Value::opaque("Microsoft.Exchange.Data.Directory.ADObjectId", server.site_path())
        }),
        Property::shown("ServerRole", |server| server.role.to_value()),
        Property::shown("AdminDisplayVersion", |server| {
            let build = server.build;
            let text = format!("Version {}.{} (Build {}.{})", build.0, build.1, build.2, build.3);
            Value::opaque("Microsoft.Exchange.Data.ServerVersion", text)
        }),
        Property::shown("Identity", |server| {
            Value::opaque("Microsoft.Exchange.Data.Directory.ADObjectId", server.name.clone())
        }),
        Property::shown("Guid", |server| server.guid().into()),
    ];
}

fn is_mailbox(server: &Server) -> bool {
    server.role == ServerRole::Mailbox
}
