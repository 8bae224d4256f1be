//! The headers that Exchange Online stamps: on what comes in over SMTP, on what is written in the tenant,
//! and once more when mail comes back a second time.
//!
//! Names, order and form as in real mail of 2025: from a hybrid organization and from the Internet into a tenant, out of
//! tenants to mailing lists, and mail of a tenant that came back through a gateway. A second pass believes nothing that
//! the first one said of filtering and of tenants: it strips `CrossTenant` headers and names itself in
//! `…HeadersStripped`, renames what it keeps (`…-Untrusted`, `…-Original`), and gives the former correlation id as
//! `…-Prvs` where the message is another one to it. `X-MS-TrafficTypeDiagnostic` and `…HeadersStamped` grow.
//!
//! The lab sends no spam, so every message is found clean: `SFV:NSPM`, `SCL:1`, `BCL:0`. Left out is what is opaque (the
//! numbers of `SFS` and `ARA`, `X-Microsoft-Antispam-Message-Info`) and where an address is (`CTRY`). Not modelled:
//! `…HeadersPromoted`, which one tenant stamps on what another one sends it; what Outlook.com stamps for its own
//! mailboxes (`X-MS-Exchange-EOPDirect`, `X-MS-UserLastLogonTime`, `X-SID-…`, `…-PCL`); ARC and DKIM.

use std::net::IpAddr;

use exchange::guid::Guid;
use jiff::Timestamp;

use crate::message::content::Content;
use crate::message::item::AuthAs;
use crate::message::latency::arrival_text;

const ORGANIZATION: &str = "X-MS-Exchange-Organization-";
const CROSS_TENANT: &str = "X-MS-Exchange-CrossTenant-";
const STAMPED: &str = "X-MS-Exchange-Transport-CrossTenantHeadersStamped";
const STRIPPED: &str = "X-MS-Exchange-Transport-CrossTenantHeadersStripped";
const SERVERS: &str = "X-MS-TrafficTypeDiagnostic";
const CORRELATION: &str = "X-MS-Office365-Filtering-Correlation-Id";
const REPORT: &str = "X-Forefront-Antispam-Report";
const BULK: &str = "X-Microsoft-Antispam";
const ORIGINATOR: &str = "X-OriginatorOrg";
/// Counter of passes through a tenant.
pub(super) const PASSES: &str = "X-EOPTenantAttributedMessage";
pub(super) const ATTRIBUTED: &str = "X-EOPAttributedMessage";
const REASON: &str = "OriginalSubmit";
/// Not modelled: signatures and policies of a tenant's own mail.
const UNSIGNED: &str = "dkim=none (message not signed) header.d=none;dmarc=none action=none";

/// What is known of a message that comes in over SMTP.
#[derive(Clone, Copy, Debug)]
pub(super) struct Arrived<'a> {
    /// When.
    pub at: Timestamp,
    /// Its network message id.
    pub id: Guid,
    /// The tenant it is attributed to, and the tenant's first domain.
    pub tenant: (Guid, &'a str),
    /// How often it was here before.
    pub passes: usize,
    /// The client's address.
    pub client: IpAddr,
    /// The name it gave itself.
    pub hello: &'a str,
    /// The client's name in DNS, or why there is none.
    pub pointer: &'a str,
    /// Whether the client is the other half of the organization.
    pub is_cross_premises: bool,
    /// Whether all recipients are the tenant's.
    pub is_for_tenant: bool,
    /// Whether an earlier pass had stamped what was taken off now.
    pub was_stamped: bool,
    /// The door and the server behind it, by their short names; the door's whole name.
    pub door: (&'a str, &'a str),
    pub server: &'a str,
}

/// What is known of a message that is written in the tenant.
#[derive(Clone, Copy, Debug)]
pub(super) struct Written<'a> {
    /// When.
    pub at: Timestamp,
    /// Its network message id.
    pub id: Guid,
    /// The tenant.
    pub tenant: Guid,
    /// Domain of the sender.
    pub domain: &'a str,
    /// The servers it goes through, by their short names: that of the mailbox, if a person wrote it, and the last one.
    pub servers: &'a [&'a str],
    /// The whole name of the server that authenticated the sender.
    pub auth_source: &'a str,
    /// Whether a person wrote it.
    pub is_from_mailbox: bool,
}

/// Takes off what an earlier pass said of tenants, and marks as hearsay what it said of the message; whether there was
/// anything of tenants.
pub(super) fn distrust(content: &mut Content) -> bool {
    for (name, other) in [
        (REPORT, "X-Forefront-Antispam-Report-Untrusted"),
        (BULK, "X-Microsoft-Antispam-Untrusted"),
        ("Authentication-Results", "Authentication-Results-Original"),
    ] {
        if content.value(name).is_some() {
            content.remove(other);
            content.rename(name, other);
        }
    }
    content.remove(STRIPPED);
    content.remove_prefix(CROSS_TENANT) > 0
}

/// Stamps a message that came in over SMTP.
pub(super) fn arrive(content: &mut Content, arrived: &Arrived<'_>) {
    let auth_as = AuthAs::of(content).unwrap_or(AuthAs::Anonymous);
    let own = |name: &str| format!("{ORGANIZATION}{name}");
    let auth_source = content.value(&own("AuthSource")).unwrap_or_default();
    let mechanism = content.value(&own("AuthMechanism"));
    let promoted = ["X-CrossPremisesHeadersPromoted", "X-CrossPremisesHeadersFiltered"]
        .map(|name| (name, content.value(name)));
    expiration(content, arrived.at);
    again(content, &own("Network-Message-Id"), &arrived.id.to_string());
    again(content, ATTRIBUTED, &arrived.passes.to_string());
    again(content, PASSES, &format!("{}:{}", arrived.tenant.0, arrived.passes));
    let direction = if arrived.is_cross_premises { "Originating" } else { "Incoming" };
    again(content, &own("MessageDirectionality"), direction);
    if arrived.was_stamped {
        again(content, STRIPPED, arrived.door.1);
    }
    again(content, &own("AuthSource"), &auth_source);
    again(content, &own("AuthAs"), auth_as.word());
    if let Some(mechanism) = mechanism {
        again(content, &own("AuthMechanism"), &mechanism);
    }
    again(content, &own("SCL"), "1");
    for (name, value) in promoted {
        if let Some(value) = value {
            again(content, name, &value);
        }
    }
    traffic(content, &[arrived.door.0, arrived.server], arrived.id);
    let words = match (arrived.is_for_tenant, arrived.is_cross_premises) {
        (false, _) => "DIR:OUT;SFP:1101;",
        (true, true) => "DIR:INT;",
        (true, false) => "DIR:INB;",
    };
    again(content, BULK, "BCL:0;");
    let (client, hello, pointer) = (arrived.client, arrived.hello, arrived.pointer);
    let found = format!(
        "CIP:{client};CTRY:;LANG:en;SCL:1;SRV:;IPV:NLI;SFV:NSPM;H:{hello};PTR:{pointer};CAT:NONE;SFS:;{words}"
    );
    again(content, REPORT, &found);
    again(content, ORIGINATOR, arrived.tenant.1);
    let (time, id, tenant) = (arrival_text(arrived.at), arrived.id, arrived.tenant.0);
    let connecting = format!("TenantId={tenant};Ip=[{client}];Helo=[{hello}]");
    let entity = if arrived.is_cross_premises { "HybridOnPrem" } else { "Internet" };
    for (name, value) in [
        ("OriginalArrivalTime", time),
        ("Network-Message-Id", id.to_string()),
        ("Id", tenant.to_string()),
        ("OriginalAttributedTenantConnectingIp", connecting),
        ("AuthSource", auth_source),
        ("AuthAs", auth_as.word().to_owned()),
        ("FromEntityHeader", entity.to_owned()),
    ] {
        // Only mail from the other half of the organization names its connecting address.
        if arrived.is_cross_premises || name != "OriginalAttributedTenantConnectingIp" {
            again(content, &format!("{CROSS_TENANT}{name}"), &value);
        }
    }
    content.append(STAMPED, arrived.server);
}

/// Stamps a message that is written in the tenant, as if for the tenant: `leave` says so when it is not.
pub(super) fn originate(content: &mut Content, written: &Written<'_>) {
    let own = |name: &str| format!("{ORGANIZATION}{name}");
    expiration(content, written.at);
    again(content, &own("Network-Message-Id"), &written.id.to_string());
    again(content, &own("MessageDirectionality"), "Originating");
    again(content, &own("AuthSource"), written.auth_source);
    again(content, &own("AuthAs"), AuthAs::Internal.word());
    again(content, &own("AuthMechanism"), "04");
    if written.is_from_mailbox {
        again(content, &own("MessageSource"), "StoreDriver");
    }
    again(content, &own("TransportTrafficType"), "Email");
    again(content, &own("SCL"), "-1");
    traffic(content, written.servers, written.id);
    if written.is_from_mailbox {
        again(content, "X-MS-Exchange-SenderADCheck", "1");
        again(content, "X-MS-Exchange-AntiSpam-Relay", "0");
    }
    again(content, BULK, "BCL:0;");
    again(
        content,
        REPORT,
        &found_inside(written.auth_source, "SCL:-1", "SFV:SKI", "DIR:INT;SFP:;"),
    );
    again(content, ORIGINATOR, written.domain);
    let mut cross_tenant = vec![
        ("Network-Message-Id", written.id.to_string()),
        ("AuthSource", written.auth_source.to_owned()),
        ("AuthAs", AuthAs::Internal.word().to_owned()),
        ("OriginalArrivalTime", arrival_text(written.at)),
        ("FromEntityHeader", "Hosted".to_owned()),
        ("Id", written.tenant.to_string()),
    ];
    if written.is_from_mailbox {
        cross_tenant.push(("MailboxType", "HOSTED".to_owned()));
    }
    for (name, value) in cross_tenant {
        again(content, &format!("{CROSS_TENANT}{name}"), &value);
    }
    content.append(STAMPED, written.servers.last().unwrap_or(&""));
    content
        .prepend("Authentication-Results", &format!("{UNSIGNED} header.from={};", written.domain));
}

/// Mail leaves the tenant: it was filtered as what goes out, and says whose it is.
pub(super) fn leave(content: &mut Content, domain: &str) {
    content.set(ORIGINATOR, domain);
    if content.value(&format!("{CROSS_TENANT}FromEntityHeader")).as_deref() != Some("Hosted") {
        return;
    }
    let server = content.value(&format!("{CROSS_TENANT}AuthSource")).unwrap_or_default();
    content.set(&format!("{ORGANIZATION}SCL"), "1");
    let words = format!("{ORGANIZATION}Antispam-ScanContext");
    content.set(&words, "DIR:Originating;SFV:NSPM;SKIP:0;");
    content.set(REPORT, &found_inside(&server, "SCL:1", "SFV:NSPM", "DIR:OUT;SFP:1101;"));
}

/// The server that stamped a message last, by its short name.
pub(super) fn last_server(content: &Content) -> Option<String> {
    content.values(STAMPED).last()
}

/// What filtering says of mail that no client brought.
fn found_inside(server: &str, level: &str, verdict: &str, direction: &str) -> String {
    format!(
        "CIP:255.255.255.255;CTRY:;LANG:en;{level};SRV:;IPV:NLI;{verdict};H:{server};PTR:;CAT:NONE;SFS:;{direction}"
    )
}

fn expiration(content: &mut Content, at: Timestamp) {
    for (name, value) in [
        ("ExpirationStartTime", arrival_text(at).as_str()),
        ("ExpirationStartTimeReason", REASON),
        ("ExpirationInterval", "1:00:00:00.0000000"),
        ("ExpirationIntervalReason", REASON),
    ] {
        again(content, &format!("{ORGANIZATION}{name}"), value);
    }
}

/// The kind of traffic, the servers that handled it, and the id to ask Microsoft about.
fn traffic(content: &mut Content, servers: &[&str], id: Guid) {
    let known = content.value(SERVERS).into_iter();
    let servers = servers.iter().map(|server| format!("{server}:EE_"));
    let servers: Vec<String> = known.chain(servers).collect();
    let (former, id) = (content.value(CORRELATION), id.to_string());
    again(content, "X-MS-PublicTrafficType", "Email");
    again(content, SERVERS, &servers.join("|"));
    again(content, CORRELATION, &id);
    if let Some(former) = former.filter(|former| *former != id) {
        again(content, "X-MS-Office365-Filtering-Correlation-Id-Prvs", &former);
    }
}

/// Stamps a header below all others, in the place of what it said before.
fn again(content: &mut Content, name: &str, value: &str) {
    content.remove(name);
    content.append(name, value);
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOOR: (&str, &str) = ("PN1PEPF000026E8", "PN1PEPF000026E8.indprd01.prod.outlook.com");

    fn arrived(id: u128, is_cross_premises: bool) -> Arrived<'static> {
        Arrived {
            at: "2026-05-01T06:00:00Z".parse().unwrap(),
            id: Guid(id),
            tenant: (Guid(9), "contoso.onmicrosoft.com"),
            passes: 0,
            client: "192.0.2.1".parse().unwrap(),
            hello: "mail.contoso.com",
            pointer: "InfoDomainNonexistent",
            is_cross_premises,
            is_for_tenant: true,
            was_stamped: false,
            door: DOOR,
            server: "PN3PR01MB5432",
        }
    }

    fn hosted() -> Content {
        let mut content = Content::parse(b"Subject: Hi\r\n\r\n");
        let written = Written {
            at: "2026-05-01T05:00:00Z".parse().unwrap(),
            id: Guid(7),
            tenant: Guid(9),
            domain: "contoso.com",
            servers: &["PN2PR01MB9087", "PN3PR01MB5432"],
            auth_source: "PN2PR01MB9087.INDPRD01.PROD.OUTLOOK.COM",
            is_from_mailbox: true,
        };
        originate(&mut content, &written);
        content
    }

    #[test]
    fn mail_that_comes_back_says_what_it_was_and_is() {
        let mut content = hosted();
        leave(&mut content, "contoso.com");
        let was_stamped = distrust(&mut content);
        arrive(&mut content, &Arrived { was_stamped, ..arrived(8, true) });
        let value = |name: &str| content.value(name).unwrap_or_default();
        assert_eq!(value("X-MS-Exchange-CrossTenant-FromEntityHeader"), "HybridOnPrem");
        assert_eq!(content.value("X-MS-Exchange-CrossTenant-MailboxType"), None);
        assert_eq!(value(STRIPPED), DOOR.1);
        assert_eq!(
            value(SERVERS),
            "PN2PR01MB9087:EE_|PN3PR01MB5432:EE_|PN1PEPF000026E8:EE_|PN3PR01MB5432:EE_"
        );
        assert_eq!(value(CORRELATION), Guid(8).to_string());
        assert_eq!(value("X-MS-Office365-Filtering-Correlation-Id-Prvs"), Guid(7).to_string());
        assert_eq!(content.values(STAMPED).count(), 2);
        let [before, now] = ["X-Forefront-Antispam-Report-Untrusted", REPORT].map(value);
        assert!(
            before.starts_with("CIP:255.255.255.255;") && before.contains("DIR:OUT"),
            "{before}"
        );
        assert!(now.starts_with("CIP:192.0.2.1;") && now.contains("DIR:INT"), "{now}");
        assert_eq!(
            value("X-MS-Exchange-CrossTenant-OriginalAttributedTenantConnectingIp"),
            format!("TenantId={};Ip=[192.0.2.1];Helo=[mail.contoso.com]", Guid(9))
        );
    }

    #[test]
    fn strangers_are_from_the_internet_and_strip_nothing() {
        let mut content = Content::parse(b"Subject: Hi\r\n\r\n");
        let was_stamped = distrust(&mut content);
        arrive(&mut content, &Arrived { was_stamped, ..arrived(8, false) });
        assert_eq!(content.value(STRIPPED), None);
        let entity = content.value("X-MS-Exchange-CrossTenant-FromEntityHeader");
        assert_eq!(entity.as_deref(), Some("Internet"));
        assert!(content.value(REPORT).is_some_and(|report| report.contains("DIR:INB;")));
    }

    #[test]
    fn what_stays_in_the_tenant_is_not_filtered() {
        let report = hosted().value(REPORT).unwrap_or_default();
        assert!(report.contains("SCL:-1;") && report.contains("SFV:SKI;"), "{report}");
    }
}
