//! `Start-EdgeSynchronization`: fills the subscribed Edge servers now.
//!
//! Not modelled: recipients, and how many objects were added and changed. Source: an article of the
//! Microsoft Knowledge Base shows the first properties; the others are remembered.

use exchange::value::{Object, Value};

use super::edge_subscription::{SERVER, edge_sync, utc};
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;
use crate::place::Place;

/// The cmdlet.
pub static START_EDGE_SYNCHRONIZATION: Cmdlet = Cmdlet {
    name: "Start-EdgeSynchronization",
    synopsis: "Starts the synchronization of Edge servers now.",
    class: "",
    parameters: &[
        Parameter::new("ForceFullSync", Kind::Switch, "Compares everything; the lab always does."),
        SERVER,
    ],
    run: |invocation| Box::pin(run(invocation)),
};

async fn run(mut invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let service = edge_sync(&invocation)?;
    let place = invocation.world::<Place>()?;
    let name = invocation.string("Server").unwrap_or_else(|| place.name());
    if !invocation.should_process(&name) {
        return Ok(Vec::new());
    }
    let begun = place.world.clock().now();
    let results = service.synchronize().await;
    let shown = results.into_iter().map(|result| {
        let outcome = if result.failure.is_none() { "Success" } else { "Incomplete" };
        let object = Object::new("Microsoft.Exchange.EdgeSync.Common.Status")
            .with("Result", outcome)
            .with("Type", "Configuration")
            .with("Name", result.edge)
            .with("FailureDetails", result.failure.unwrap_or_default())
            .with("StartUTC", utc(begun))
            .with("EndUTC", utc(result.at));
        Value::from(object)
    });
    Ok(shown.collect())
}

#[cfg(test)]
mod tests {
    use crate::testing_world::{shown_in_turn, shown_on};

    const ZONE: &str = "Add-DnsServerPrimaryZone -Name contoso.com
         Add-DnsServerResourceRecordA -ZoneName contoso.com -Name edge01 -IPv4Address 10.0.0.25";

    #[test]
    fn an_edge_server_that_is_not_found_stays_as_it_is() {
        insta::assert_snapshot!(shown_on(
            "MBX01",
            "Get-EdgeSubscription
             New-AcceptedDomain contoso.com -DomainName contoso.com | Out-Null
             Start-EdgeSynchronization
             Test-EdgeSynchronization -FullCompareMode
             Start-EdgeSynchronization -Server DC01",
        ), @"

        Name            Site                 Domain
        ----            ----                 ------
        EDGE01          contoso.com/Confi... contoso.com




        RunspaceId     : 52675c2a-877e-4582-af64-d0e2549d1e81
        Result         : Incomplete
        Type           : Configuration
        Name           : EDGE01
        FailureDetails : The LDAP server is unavailable.
        StartUTC       : 5/1/2026 6:00:00 AM
        EndUTC         : 5/1/2026 6:00:00 AM





        RunspaceId            : 52675c2a-877e-4582-af64-d0e2549d1e81
        SyncStatus            : Failed
        UtcNow                : 5/1/2026 6:00:00 AM
        Name                  : EDGE01
        LeaseHolder           : MBX01
        LeaseType             : Option
        FailureDetail         : The LDAP server is unavailable.
        LastSynchronizedUtc   :
        TransportServerStatus : NotSynchronized
        AcceptedDomainStatus  : NotSynchronized
        SendConnectorStatus   : NotSynchronized
        RecipientStatus       : Skipped



        The operation couldn't be performed because object 'DC01' couldn't be found on 'mbx01.contoso.com'.
            + CategoryInfo          : NotSpecified: (:) [Start-EdgeSynchronization], ManagementObjectNotFoundException
            + FullyQualifiedErrorId : [Server=MBX01,RequestId=c95cdddc-5e2e-49aa-904e-b32722f826d6,TimeStamp=5/1/2026 8:00:00 
            AM] [FailureCategory=Cmdlet-ManagementObjectNotFoundException] 49C09B01,Microsoft.Exchange.Management.EdgeSync.Sta
            rtEdgeSynchronization
            + PSComputerName        : mbx01.contoso.com
        ");
    }

    #[test]
    fn an_edge_server_gets_the_domains_of_the_organization() {
        let shown = shown_in_turn(&[
            ("DC01", ZONE),
            (
                "MBX01",
                "New-AcceptedDomain contoso.com -DomainName contoso.com | Out-Null
                 (Start-EdgeSynchronization).Result
                 New-AcceptedDomain late.example -DomainName late.example | Out-Null
                 Test-EdgeSynchronization -FullCompareMode | Format-List *Status, FailureDetail",
            ),
        ]);
        insta::assert_snapshot!(shown, @"
        Success


        SyncStatus            : Normal
        TransportServerStatus : Synchronized
        AcceptedDomainStatus  : NotSynchronized
        SendConnectorStatus   : Synchronized
        RecipientStatus       : Skipped
        FailureDetail         :
        ");
    }
}
