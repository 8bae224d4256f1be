//! `ATTRnn`: what tenant attribution of Exchange Online, or the routing behind it, says at the end
//! of its replies.
//!
//! Microsoft has published no list of these codes; the table has those met in documentation and in
//! the field.

/// One `ATTRnn` code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AttributionCode {
    /// `ATTR34`.
    pub code: &'static str,
    /// The reply it ends, literally.
    pub text: &'static str,
    /// The status code of that reply, to look up the rest in the catalogue.
    pub status_code: &'static str,
    /// What it says.
    pub meaning: &'static str,
    /// Where this is from, and what of it is unconfirmed.
    pub source: &'static str,
}

/// The entry for a code such as `ATTR34`, in any case.
pub fn attribution_code(code: &str) -> Option<&'static AttributionCode> {
    ATTRIBUTION_CODES.iter().find(|entry| entry.code.eq_ignore_ascii_case(code.trim()))
}

/// Ordered by number.
static ATTRIBUTION_CODES: &[AttributionCode] = &[
    AttributionCode {
        code: "ATTR2",
        text: "451-4.4.3 Temporary server error. Please try again later ATTR2",
        status_code: "4.4.3",
        meaning: "The look-up of the tenant failed for the moment; it passes.",
        source: "Field reports",
    },
    AttributionCode {
        code: "ATTR5",
        text: "451 4.4.4 Mail received as unauthenticated, incoming to a recipient domain \
            configured in a hosted tenant which has no mail-enabled subscriptions. ATTR5",
        status_code: "4.4.4",
        meaning: "The recipient's tenant has no licence with mail.",
        source: "Configure Multi-Geo In-Region Routing (Microsoft Learn); field reports",
    },
    AttributionCode {
        code: "ATTR14",
        text: "450 4.7.1 Unable to Relay. ATTR14",
        status_code: "4.7.1",
        meaning: "The message could not be attributed and may not be relayed, for the moment.",
        source: "One field report. Unconfirmed: the meaning",
    },
    AttributionCode {
        code: "ATTR17",
        text: "451 4.3.2 Temporary server error. Please try again later ATTR17",
        status_code: "4.3.2",
        meaning: "Attribution is overloaded or a directory of Exchange Online does not answer; it \
            passes.",
        source: "Field reports. Unconfirmed: the cause",
    },
    AttributionCode {
        code: "ATTR18",
        text: "451 4.4.3 Temporary server error. Please try again later ATTR18",
        status_code: "4.4.3",
        meaning: "The look-up of the tenant failed for the moment; it passes.",
        source: "Field reports",
    },
    AttributionCode {
        code: "ATTR34",
        text: "554 5.4.14 Hop count exceeded - possible mail loop ATTR34",
        status_code: "5.4.14",
        meaning: "The message passed through Exchange Online too often: a loop.",
        source: "Fix 5.4.6 through 5.4.20 (Microsoft Learn); real NDR",
    },
    AttributionCode {
        code: "ATTR35",
        text: "451 4.4.62 Mail sent to the wrong Office 365 region. ATTR35",
        status_code: "4.4.62",
        meaning: "The message reached a region that does not hold the tenant: an old smart host or \
            MX record.",
        source: "ATTR35 response code when mail is sent to EOP/EXO (Microsoft Learn)",
    },
    AttributionCode {
        code: "ATTR36",
        text: "550 5.7.64 Relay Access Denied ATTR36",
        status_code: "5.7.64",
        meaning: "The sending server could not be attributed to a tenant and may not relay.",
        source: "KB 4019940; KB 3169958",
    },
    AttributionCode {
        code: "ATTR55",
        text: "451 4.3.2 Temporary server error. Please try again later ATTR55",
        status_code: "4.3.2",
        meaning: "A temporary fault of Exchange Online; it passes.",
        source: "Configure Multi-Geo In-Region Routing (Microsoft Learn)",
    },
    AttributionCode {
        code: "ATTR55.1",
        text: "451 4.4.3 Temporary server error. Please try again later ATTR55.1",
        status_code: "4.4.3",
        meaning: "A temporary fault of Exchange Online; it passes.",
        source: "Configure Multi-Geo In-Region Routing (Microsoft Learn)",
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::status_codes::find;

    #[test]
    fn codes_are_found_in_any_case() {
        assert_eq!(attribution_code("attr34").map(|entry| entry.status_code), Some("5.4.14"));
        assert_eq!(attribution_code("ATTR3"), None);
    }

    #[test]
    fn the_table_is_ordered_by_number() {
        let number = |entry: &AttributionCode| entry.code[4..].parse::<f32>().unwrap();
        assert!(ATTRIBUTION_CODES.is_sorted_by(|a, b| number(a) < number(b)));
    }

    #[test]
    fn replies_end_with_their_code_and_begin_with_one_of_the_catalogue() {
        for entry in ATTRIBUTION_CODES {
            assert!(entry.text.ends_with(entry.code), "{}", entry.code);
            assert!(entry.text.contains(entry.status_code), "{}", entry.code);
            assert!(!find(entry.text).is_empty(), "{}", entry.code);
        }
    }
}
