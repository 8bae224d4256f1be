//! What the cmdlets for zones share: a zone as it is shown.
//!
//! Not modelled: zones in Active Directory (every zone is a file), secondary and stub zones,
//! conditional forwarders, signing, and the zones that a server has by itself (`TrustAnchors`,
//! `0.in-addr.arpa`).
//!
//! The view is that of Microsoft Learn, `Get-DnsServerZone`.

use dns::Zone;
use exchange::value::{Object, Value};

use crate::language::view::{View, ViewColumn};

/// The class, in errors.
pub(super) const CLASS: &str = "DnsServerZone";

/// How a zone is shown.
pub(super) static VIEW: View = View::table(
    "Microsoft.Management.Infrastructure.CimInstance#root/Microsoft/Windows/DNS/DnsServerPrimaryZone",
    &[
        ViewColumn::new("ZoneName", 35),
        ViewColumn::new("ZoneType", 15),
        ViewColumn::new("IsAutoCreated", 15),
        ViewColumn::new("IsDsIntegrated", 15),
        ViewColumn::new("IsReverseLookupZone", 20),
        ViewColumn::new("IsSigned", 0),
    ],
);

/// A zone as it is shown.
pub(super) fn shown(zone: &Zone) -> Value {
    let name = zone.name().to_string();
    let is_reverse = ["in-addr.arpa", "ip6.arpa"].iter().any(|end| name.ends_with(end));
    let object = Object::new(VIEW.type_name)
        .with("DynamicUpdate", "None")
        .with("IsAutoCreated", false)
        .with("IsDsIntegrated", false)
        .with("IsPaused", false)
        .with("IsReverseLookupZone", is_reverse)
        .with("IsShutdown", false)
        .with("IsSigned", false)
        .with("ZoneFile", format!("{name}.dns"))
        .with("ZoneName", name.as_str())
        .with("ZoneType", "Primary");
    Value::from(Object { text: "DnsServerPrimaryZone".to_owned(), ..object })
}
