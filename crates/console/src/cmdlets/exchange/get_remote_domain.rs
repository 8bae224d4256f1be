//! `Get-RemoteDomain`: how mail to other organizations is treated; also in Exchange Online.
//!
//! No pasted default view was found; the columns are remembered.

use exchange::nouns::remote_domain::RemoteDomain;

use crate::language::cmdlet::Cmdlet;
use crate::language::view::{View, ViewColumn};
use crate::noun::{self, DOMAIN_CONTROLLER, IDENTITY};
use crate::result_size::{self, RESULT_SIZE};

/// The cmdlet.
pub static GET_REMOTE_DOMAIN: Cmdlet = Cmdlet {
    name: "Get-RemoteDomain",
    synopsis: "Views the settings of remote domains.",
    class: "",
    parameters: &[IDENTITY, RESULT_SIZE, DOMAIN_CONTROLLER],
    run: |mut invocation| {
        Box::pin(async move {
            let domains = noun::get::<RemoteDomain>(&invocation)?;
            result_size::cut(&mut invocation, domains)
        })
    },
};

/// How it is shown.
pub static VIEW: View = View::table(
    "Microsoft.Exchange.Data.Directory.SystemConfiguration.DomainContentConfig",
    &[
        ViewColumn::new("Name", 0),
        ViewColumn::new("DomainName", 0),
        ViewColumn::new("AllowedOOFType", 0),
    ],
);
