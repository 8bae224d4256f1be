//! `Get-OrganizationConfig`: what holds for the whole tenant.

use super::organization_config::OrganizationConfig;
use crate::language::cmdlet::Cmdlet;
use crate::language::view::View;
use crate::noun;
use crate::place::Place;

/// The cmdlet.
pub static GET_ORGANIZATION_CONFIG: Cmdlet = Cmdlet {
    name: "Get-OrganizationConfig",
    synopsis: "Views the settings of the whole organization.",
    class: "",
    parameters: &[],
    run: |invocation| {
        Box::pin(async move {
            let place = invocation.world::<Place>()?;
            Ok(noun::shown(&[place.tenant().read(OrganizationConfig::of)]))
        })
    },
};

/// How it is shown: the product has no table for it.
pub static VIEW: View = View::list(
    "Microsoft.Exchange.Data.Directory.Management.OrganizationConfig",
    &["DisplayName", "IsDehydrated", "RejectDirectSend", "Name", "Identity", "Guid"],
);

#[cfg(test)]
mod tests {
    use crate::testing_world::shown_on;

    #[test]
    fn direct_send_is_rejected_once_it_is_set() {
        insta::assert_snapshot!(shown_on(
            "ExchangeOnline",
            "Set-OrganizationConfig -RejectDirectSend $true -WhatIf
             Get-OrganizationConfig
             Set-OrganizationConfig -RejectDirectSend $true
             (Get-OrganizationConfig).RejectDirectSend",
        ), @r#"
        What if: Performing the operation "Set-OrganizationConfig" on target "contoso.onmicrosoft.com".


        DisplayName      : contoso.onmicrosoft.com
        IsDehydrated     : False
        RejectDirectSend : False
        Name             : contoso.onmicrosoft.com
        Identity         : contoso.onmicrosoft.com
        Guid             : 00000000-0000-4000-8000-000000000002



        True
        "#);
    }
}
