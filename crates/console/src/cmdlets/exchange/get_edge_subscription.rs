//! `Get-EdgeSubscription`: the Edge servers that are subscribed to the organization.
//!
//! The columns are remembered. Not modelled: making and removing subscriptions; an Edge server of the lab
//! is subscribed when it is installed.

use exchange::directory::{Server, ServerRole};
use exchange::value::{Object, Value};

use crate::language::cmdlet::Cmdlet;
use crate::language::view::{View, ViewColumn};
use crate::noun::{self, DOMAIN_CONTROLLER, IDENTITY};

/// The cmdlet.
pub static GET_EDGE_SUBSCRIPTION: Cmdlet = Cmdlet {
    name: "Get-EdgeSubscription",
    synopsis: "Views Edge Subscriptions.",
    class: "",
    parameters: &[IDENTITY, DOMAIN_CONTROLLER],
    run: |invocation| {
        Box::pin(async move {
            let mut servers = noun::found::<Server>(&invocation)?;
            servers.retain(|server| server.role == ServerRole::Edge);
            Ok(servers.iter().map(|server| Value::from(subscription(server))).collect())
        })
    },
};

const TYPE_NAME: &str = "Microsoft.Exchange.Data.Directory.Management.EdgeSubscription";

/// How it is shown.
pub static VIEW: View = View::table(
    TYPE_NAME,
    &[ViewColumn::new("Name", 15), ViewColumn::new("Site", 20), ViewColumn::new("Domain", 0)],
);

fn subscription(server: &Server) -> Object {
    let id = |text: String| Value::opaque("Microsoft.Exchange.Data.Directory.ADObjectId", text);
    let mut subscription = Object::new(TYPE_NAME)
        .with("Site", id(server.site_path()))
        .with("Domain", server.domain())
        .with("Fqdn", server.fqdn.as_str())
        .with("Name", server.name.as_str())
        .with("Identity", id(server.name.clone()))
        .with("Guid", server.guid());
    subscription.text.clone_from(&server.name);
    subscription
}
