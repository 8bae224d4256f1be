//! `Set-EdgeSyncServiceConfig`: changes how EdgeSync is to work in the site.
//!
//! Not modelled: intervals, leases, where its log lies.

use exchange::nouns::edge_sync_service_config::EdgeSyncServiceConfig;

use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::noun::{self, DOMAIN_CONTROLLER, IDENTITY};

/// The cmdlet.
pub static SET_EDGE_SYNC_SERVICE_CONFIG: Cmdlet = Cmdlet {
    name: "Set-EdgeSyncServiceConfig",
    synopsis: "Changes the configuration of EdgeSync.",
    class: "",
    parameters: &[
        IDENTITY.mandatory(),
        Parameter::new("LogEnabled", Kind::Bool, "Whether EdgeSync logs."),
        Parameter::new("LogLevel", Kind::String, "How much: None, Low, Medium or High."),
        Parameter::new(
            "LogMaxAge",
            Kind::TimeSpan,
            "The age at which files of its log are removed; zero keeps them.",
        ),
        Parameter::new(
            "LogMaxDirectorySize",
            Kind::String,
            "The size of its log at which its oldest files are removed, or Unlimited.",
        ),
        Parameter::new(
            "LogMaxFileSize",
            Kind::String,
            "The size of a file at which the next one begins, or Unlimited.",
        ),
        DOMAIN_CONTROLLER,
    ],
    run: |invocation| Box::pin(async move { noun::set::<EdgeSyncServiceConfig>(invocation) }),
};

#[cfg(test)]
mod tests {
    use crate::testing_world::shown_on;

    #[test]
    fn the_level_is_turned_up() {
        insta::assert_snapshot!(shown_on(
            "MBX01",
            "Get-EdgeSyncServiceConfig | Set-EdgeSyncServiceConfig -LogLevel High -LogEnabled $true
             Get-EdgeSyncServiceConfig | Format-List
             New-EdgeSyncServiceConfig
             Set-EdgeSyncServiceConfig EdgeSyncService -LogLevel Loud",
        ), @r#"


        RunspaceId          : 52675c2a-877e-4582-af64-d0e2549d1e81
        SiteName            : Default-First-Site-Name
        LogEnabled          : True
        LogLevel            : High
        LogMaxAge           : 30.00:00:00
        LogMaxDirectorySize : 250 MB (262,144,000 bytes)
        LogMaxFileSize      : 10 MB (10,485,760 bytes)
        Name                : EdgeSyncService
        Identity            : EdgeSyncService
        Guid                : d6d2862e-ddf4-4a29-8ef6-d87f97f7a4d8



        The operation couldn't be performed because 'EdgeSyncService' matches multiple entries or already exists.
            + CategoryInfo          : NotSpecified: (:) [New-EdgeSyncServiceConfig], ADObjectAlreadyExistsException
            + FullyQualifiedErrorId : [Server=MBX01,RequestId=4f4cc809-7606-457d-ac21-b7f50e74404e,TimeStamp=5/1/2026 8:00:00 
            AM] [FailureCategory=Cmdlet-ADObjectAlreadyExistsException] BDA70243,Microsoft.Exchange.Management.SystemConfigura
            tionTasks.NewEdgeSyncServiceConfig
            + PSComputerName        : mbx01.contoso.com

        Cannot process argument transformation on parameter 'LogLevel'. Cannot convert value "Loud" to type
        "Microsoft.Exchange.Data.Directory.SystemConfiguration.EdgeSyncLoggingLevel". Error: "Unable to match the identifier
        name Loud to a valid enumerator name. Specify one of the following enumerator names and try again: None, Low, Medium,
        High"
            + CategoryInfo          : InvalidData: (:) [Set-EdgeSyncServiceConfig], ParameterBindin...mationException
            + FullyQualifiedErrorId : ParameterArgumentTransformationError,Set-EdgeSyncServiceConfig
            + PSComputerName        : mbx01.contoso.com
        "#);
    }
}
