//! `Get-ExchangeServer`: the Exchange servers of the organization.
//!
//! The view is that of real transcripts. Not modelled: `-Status`, which adds what the running server says.

use exchange::directory::Server;

use crate::language::cmdlet::Cmdlet;
use crate::language::view::{View, ViewColumn};
use crate::noun::{self, DOMAIN_CONTROLLER, IDENTITY};

/// The cmdlet.
pub static GET_EXCHANGE_SERVER: Cmdlet = Cmdlet {
    name: "Get-ExchangeServer",
    synopsis: "Views Exchange servers.",
    class: "",
    parameters: &[IDENTITY, DOMAIN_CONTROLLER],
    run: |invocation| Box::pin(async move { noun::get::<Server>(&invocation) }),
};

/// How it is shown.
pub static VIEW: View = View::table(
    "Microsoft.Exchange.Data.Directory.Management.ExchangeServer",
    &[
        ViewColumn::new("Name", 19),
        ViewColumn::new("Site", 20),
        ViewColumn::new("ServerRole", 11),
        ViewColumn::new("Edition", 11),
        ViewColumn::new("AdminDisplayVersion", 0),
    ],
);

#[cfg(test)]
mod tests {
    use crate::testing_world::shown_on;

    #[test]
    fn servers_are_listed_by_name_in_dns_too() {
        insta::assert_snapshot!(shown_on(
            "MBX01",
            "Get-ExchangeServer
             Get-ExchangeServer edge01.contoso.com | Format-List
             Get-ExchangeServer MBX02",
        ), @"

        Name                Site                 ServerRole  Edition     AdminDisplayVersion
        ----                ----                 ----------  -------     -------------------
        MBX01               contoso.com/Confi... Mailbox     Standard    Version 15.2 (Build 1544.14)
        EDGE01              contoso.com/Confi... Edge        Standard    Version 15.2 (Build 1544.14)




        RunspaceId                : 52675c2a-877e-4582-af64-d0e2549d1e81
        Name                      : EDGE01
        Domain                    : contoso.com
        Edition                   : Standard
        Fqdn                      : EDGE01.contoso.com
        IsHubTransportServer      : False
        IsClientAccessServer      : False
        IsEdgeServer              : True
        IsMailboxServer           : False
        IsE14OrLater              : True
        IsE15OrLater              : True
        IsFrontendTransportServer : False
        Site                      : contoso.com/Configuration/Sites/Default-First-Site-Name
        ServerRole                : Edge
        AdminDisplayVersion       : Version 15.2 (Build 1544.14)
        Identity                  : EDGE01
        IsValid                   : True
        ExchangeVersion           : 0.1 (8.0.535.0)
        DistinguishedName         : CN=EDGE01,CN=Servers,CN=Exchange Administrative Group (FYDIBOHF23SPDLT),CN=Administrative
                                    Groups,CN=First Organization,CN=Microsoft
                                    Exchange,CN=Services,CN=Configuration,DC=contoso,DC=com
        Guid                      : a8e0762f-2571-494a-a7a1-354d8775e6d1
        ObjectCategory            : contoso.com/Configuration/Schema/ms-Exch-Exchange-Server
        ObjectClass               : {top, server, msExchExchangeServer}
        WhenChanged               : 3/27/2025 8:00:00 AM
        WhenCreated               : 3/27/2025 8:00:00 AM
        WhenChangedUTC            : 3/27/2025 6:00:00 AM
        WhenCreatedUTC            : 3/27/2025 6:00:00 AM
        OrganizationId            :
        Id                        : EDGE01
        OriginatingServer         : DC01.contoso.com
        ObjectState               : Unchanged



        The operation couldn't be performed because object 'MBX02' couldn't be found on 'mbx01.contoso.com'.
            + CategoryInfo          : NotSpecified: (:) [Get-ExchangeServer], ManagementObjectNotFoundException
            + FullyQualifiedErrorId : [Server=MBX01,RequestId=4f4cc809-7606-457d-ac21-b7f50e74404e,TimeStamp=5/1/2026 8:00:00 
            AM] [FailureCategory=Cmdlet-ManagementObjectNotFoundException] 2758E27E,Microsoft.Exchange.Management.SystemConfig
            urationTasks.GetExchangeServer
            + PSComputerName        : mbx01.contoso.com
        ");
    }
}
