//! The headers that Exchange Online stamps on every message that comes in.
//!
//! Names, order and form as in real mail of 2025 from a hybrid organization. Left out is what follows from filtering, which
//! is not modelled (`SCL`, `X-Forefront-Antispam-Report`, `X-Microsoft-Antispam`), and what is opaque
//! (`X-MS-TrafficTypeDiagnostic`, `X-Microsoft-Antispam-Message-Info`).

use std::net::IpAddr;

use exchange::guid::Guid;
use jiff::Timestamp;

use crate::message::content::Content;
use crate::message::item::AuthAs;
use crate::message::latency::arrival_text;

const ORGANIZATION: &str = "X-MS-Exchange-Organization-";
const CROSS_TENANT: &str = "X-MS-Exchange-CrossTenant-";
const STAMPED: &str = "X-MS-Exchange-Transport-CrossTenantHeadersStamped";

/// What is known of a message that comes in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Arrived<'a> {
    /// When.
    pub at: Timestamp,
    /// Its network message id.
    pub id: Guid,
    /// The tenant it is attributed to.
    pub tenant: Guid,
    /// The client's address.
    pub client: IpAddr,
    /// The name it gave itself.
    pub hello: &'a str,
    /// Whether the client is the other half of the organization.
    pub is_cross_premises: bool,
    /// The server behind the door, by its short name.
    pub server: &'a str,
}

/// Stamps a message, in the place of what an earlier pass stamped.
pub(super) fn stamp(content: &mut Content, arrived: &Arrived<'_>) {
    let (time, id) = (arrival_text(arrived.at), arrived.id.to_string());
    let auth_as = AuthAs::of(content).unwrap_or(AuthAs::Anonymous);
    let auth_source = content.value(&format!("{ORGANIZATION}AuthSource")).unwrap_or_default();
    let direction = if arrived.is_cross_premises { "Originating" } else { "Incoming" };
    let entity = if arrived.is_cross_premises { "HybridOnPrem" } else { "Internet" };
    let connecting =
        format!("TenantId={};Ip=[{}];Helo=[{}]", arrived.tenant, arrived.client, arrived.hello);
    let reason = "OriginalSubmit";
    let organization = [
        ("ExpirationStartTime", time.as_str()),
        ("ExpirationStartTimeReason", reason),
        ("ExpirationInterval", "1:00:00:00.0000000"),
        ("ExpirationIntervalReason", reason),
        ("MessageDirectionality", direction),
    ];
    let cross_tenant = [
        ("OriginalArrivalTime", time.as_str()),
        ("Network-Message-Id", &id),
        ("Id", &arrived.tenant.to_string()),
        ("OriginalAttributedTenantConnectingIp", &connecting),
        ("AuthSource", &auth_source),
        ("AuthAs", auth_as.word()),
        ("FromEntityHeader", entity),
    ]
    .map(|(name, value)| (name, value.to_owned()));
    for (name, value) in organization {
        put(content, &format!("{ORGANIZATION}{name}"), value);
    }
    put(content, "X-MS-PublicTrafficType", "Email");
    put(content, "X-MS-Office365-Filtering-Correlation-Id", &id);
    for (name, value) in cross_tenant {
        // Only mail from the other half of the organization names its connecting address.
        if arrived.is_cross_premises || name != "OriginalAttributedTenantConnectingIp" {
            put(content, &format!("{CROSS_TENANT}{name}"), &value);
        }
    }
    put(content, STAMPED, arrived.server);
}

fn put(content: &mut Content, name: &str, value: &str) {
    content.remove(name);
    content.append(name, value);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_pass_replaces_what_the_first_one_stamped() {
        let mut content = Content::parse(b"Subject: Hi\r\n\r\n");
        let arrived = Arrived {
            at: "2026-05-01T06:00:00Z".parse().unwrap(),
            id: Guid(7),
            tenant: Guid(9),
            client: "192.0.2.1".parse().unwrap(),
            hello: "mail.contoso.com",
            is_cross_premises: false,
            server: "PN3PR01MB5432",
        };
        stamp(&mut content, &arrived);
        stamp(&mut content, &Arrived { is_cross_premises: true, ..arrived });
        let entities: Vec<_> =
            content.values("X-MS-Exchange-CrossTenant-FromEntityHeader").collect();
        assert_eq!(entities, ["HybridOnPrem"]);
        assert_eq!(
            content
                .value("X-MS-Exchange-CrossTenant-OriginalAttributedTenantConnectingIp")
                .unwrap(),
            format!("TenantId={};Ip=[192.0.2.1];Helo=[mail.contoso.com]", Guid(9))
        );
    }
}
