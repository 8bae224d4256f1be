//! The headers that carry trust between the two sides, and the firewall that guards them.
//!
//! `X-MS-Exchange-Organization-…` and `X-MS-Exchange-Forest-…` are for servers of one organization:
//! they are stripped on the way in from anyone without the permission, and on the way out. A hybrid
//! connector (`CloudServicesMailEnabled`) carries the former across as
//! `X-MS-Exchange-CrossPremises-…`, and the other side promotes them again if it trusts the session.
//!
//! Marker headers and their writers as in real hybrid mail: `X-OrganizationHeadersPreserved` names
//! the server that sent, `X-CrossPremisesHeadersPromoted` and `…Filtered` the one that received.
//! Source: Microsoft Learn, "Header firewall", `Set-SendConnector -CloudServicesMailEnabled`;
//! "Demystifying and troubleshooting hybrid mail flow" (Exchange Team Blog); public archives.

use exchange::guid::Guid;

use crate::message::content::Content;
use crate::message::item::AuthAs;

/// The id by which a message is known on every server of the organization.
pub const NETWORK_MESSAGE_ID: &str = "X-MS-Exchange-Organization-Network-Message-Id";
const ORGANIZATION: &str = "X-MS-Exchange-Organization-";
const FOREST: &str = "X-MS-Exchange-Forest-";
const CROSS_PREMISES: &str = "X-MS-Exchange-CrossPremises-";
/// What crosses over: the headers that public archives show as `X-MS-Exchange-CrossPremises-…` where nobody promoted them.
/// `Network-Message-Id` is not among those; that the id stays the same on both sides is ours.
const CROSSING: [&str; 12] = [
    "AuthAs",
    "AuthMechanism",
    "AuthSource",
    "Antispam-ScanContext",
    "BCC",
    "Mapi-Admin-Submission",
    "MessageSource",
    "Network-Message-Id",
    "OriginalClientIPAddress",
    "Processed-By-Journaling",
    "SCL",
    "TransportTrafficType",
];
const PRESERVED: &str = "X-OrganizationHeadersPreserved";
const PROMOTED: &str = "X-CrossPremisesHeadersPromoted";
const FILTERED: &str = "X-CrossPremisesHeadersFiltered";
const FILTERED_BY_SEND_CONNECTOR: &str = "X-CrossPremisesHeadersFilteredBySendConnector";

/// The message's own id in the organization; a message without one is given the new one.
pub fn network_id(content: &mut Content, new: impl FnOnce() -> Guid) -> Guid {
    let carried = content.value(NETWORK_MESSAGE_ID).and_then(|text| text.parse().ok());
    carried.unwrap_or_else(|| {
        let id = new();
        content.append(NETWORK_MESSAGE_ID, &id.to_string());
        id
    })
}

/// Mail comes in from outside the organization: its organization headers are not believed.
///
/// `cross_premises` says whether the session is the other half of the organization. True when headers of the other half were
/// filtered: what remains of them are those that were promoted.
pub fn receive(content: &mut Content, server: &str, cross_premises: CrossPremises) -> bool {
    content.remove_prefix(ORGANIZATION);
    content.remove_prefix(FOREST);
    let carries = content.with_prefix(CROSS_PREMISES).next().is_some();
    match cross_premises {
        CrossPremises::Trusted if carries => {
            content.rename_prefix(CROSS_PREMISES, ORGANIZATION);
            content.append(PROMOTED, server);
            content.append(FILTERED, server);
        }
        CrossPremises::Untrusted if carries => {
            content.remove_prefix(CROSS_PREMISES);
            content.append(FILTERED, server);
        }
        CrossPremises::Trusted | CrossPremises::Untrusted => {}
    }
    carries
}

/// Takes off what only servers of the organization read: what people get to see of a message in a report.
pub fn strip_internal(content: &mut Content) {
    content.remove_prefix(ORGANIZATION);
    content.remove_prefix(FOREST);
}

/// Whether a session is the other half of the organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CrossPremises {
    /// Proved by its certificate, and the connector says so.
    Trusted,
    /// Anyone.
    Untrusted,
}

/// Mail leaves the organization through a connector that carries trust across.
pub fn send_across(content: &mut Content, server: &str, default_domain: &str) {
    content.remove_prefix(FOREST);
    content.remove(PROMOTED);
    content.remove(FILTERED);
    let stays = |name: &&String| !CROSSING.iter().any(|tail| is_named(name, ORGANIZATION, tail));
    let names: Vec<String> =
        content.with_prefix(ORGANIZATION).map(|(name, _)| name.to_owned()).collect();
    for name in names.iter().filter(stays) {
        content.remove(name);
    }
    if content.rename_prefix(ORGANIZATION, CROSS_PREMISES) > 0 {
        content.remove(PRESERVED);
        content.append(PRESERVED, server);
        content.set("X-OriginatorOrg", default_domain);
    }
}

fn is_named(name: &str, prefix: &str, tail: &str) -> bool {
    let own = name.get(prefix.len()..).unwrap_or_default();
    own.eq_ignore_ascii_case(tail)
}

/// Mail leaves the organization through any other connector.
pub fn send_outside(content: &mut Content, server: &str) {
    content.remove_prefix(FOREST);
    let internal = content.remove_prefix(ORGANIZATION) + content.remove_prefix(CROSS_PREMISES);
    if internal > 0 {
        content.append(FILTERED_BY_SEND_CONNECTOR, server);
        content.remove(PRESERVED);
        content.append(PRESERVED, server);
    }
    content.remove(PROMOTED);
    content.remove(FILTERED);
}

/// Stamps how the message was authenticated, unless it came with a trusted stamp.
pub fn stamp(content: &mut Content, auth_as: AuthAs, server: &str, auth_mechanism: &str) {
    if AuthAs::of(content).is_some() {
        return;
    }
    content.append("X-MS-Exchange-Organization-AuthSource", server);
    content.append("X-MS-Exchange-Organization-AuthAs", auth_as.word());
    if auth_as == AuthAs::Internal {
        content.append("X-MS-Exchange-Organization-AuthMechanism", auth_mechanism);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn internal_mail() -> Content {
        let mut content = Content::parse(b"Subject: Hi\r\n\r\n");
        stamp(&mut content, AuthAs::Internal, "CMHYBD01.cloudmonkeys.xyz", "04");
        content
    }

    #[test]
    fn trust_survives_the_crossing_when_both_ends_agree() {
        let mut content = internal_mail();
        send_across(&mut content, "CMHYBD01.cloudmonkeys.xyz", "cloudmonkeys.xyz");
        assert_eq!(AuthAs::of(&content), None);
        receive(
            &mut content,
            "PN1PEPF000026E8.mail.protection.outlook.com",
            CrossPremises::Trusted,
        );
        assert_eq!(AuthAs::of(&content), Some(AuthAs::Internal));
        assert_eq!(content.value("X-OriginatorOrg").as_deref(), Some("cloudmonkeys.xyz"));
        assert!(content.value(PROMOTED).is_some());
    }

    #[test]
    fn losing_either_end_loses_trust() {
        let mut filtered = internal_mail();
        send_outside(&mut filtered, "CMHYBD01.cloudmonkeys.xyz");
        receive(&mut filtered, "eop", CrossPremises::Trusted);
        assert_eq!(AuthAs::of(&filtered), None);
        assert_eq!(
            filtered.value(FILTERED_BY_SEND_CONNECTOR).as_deref(),
            Some("CMHYBD01.cloudmonkeys.xyz")
        );

        let mut distrusted = internal_mail();
        send_across(&mut distrusted, "CMHYBD01.cloudmonkeys.xyz", "cloudmonkeys.xyz");
        receive(&mut distrusted, "eop", CrossPremises::Untrusted);
        assert_eq!(AuthAs::of(&distrusted), None);
    }

    #[test]
    fn a_stranger_cannot_claim_to_be_internal() {
        let mut forged = Content::parse(b"X-MS-Exchange-Organization-AuthAs: Internal\r\n\r\n");
        receive(&mut forged, "CMHYBD01.cloudmonkeys.xyz", CrossPremises::Trusted);
        assert_eq!(AuthAs::of(&forged), None);
    }
}
