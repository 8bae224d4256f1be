//! `Get-AcceptedDomain`: the domains an organization takes mail for; also in Exchange Online.
//!
//! The columns are those of real transcripts.

use exchange::nouns::accepted_domain::AcceptedDomain;

use crate::language::cmdlet::Cmdlet;
use crate::language::view::{View, ViewColumn};
use crate::noun::{self, DOMAIN_CONTROLLER, IDENTITY};
use crate::result_size::{self, RESULT_SIZE};

/// The cmdlet.
pub static GET_ACCEPTED_DOMAIN: Cmdlet = Cmdlet {
    name: "Get-AcceptedDomain",
    synopsis: "Views the domains that the organization takes mail for.",
    class: "",
    parameters: &[IDENTITY, RESULT_SIZE, DOMAIN_CONTROLLER],
    run: |mut invocation| {
        Box::pin(async move {
            let domains = noun::get::<AcceptedDomain>(&invocation)?;
            result_size::cut(&mut invocation, domains)
        })
    },
};

/// How it is shown.
pub static VIEW: View = View::table(
    "Microsoft.Exchange.Data.Directory.SystemConfiguration.AcceptedDomain",
    &[
        ViewColumn::new("Name", 30),
        ViewColumn::new("DomainName", 30),
        ViewColumn::new("DomainType", 28),
        ViewColumn::new("Default", 7),
    ],
);
