//! Whether a name in a certificate covers the domain somebody expects.
//!
//! A certificate's `*.contoso.com` stands for one label. The expected domain may be a wildcard
//! itself, as in `TlsDomain` of an outbound connector, where `*.contoso.com` means all subdomains
//! (Microsoft Learn, `Set-OutboundConnector`); whether `contoso.com` itself would do is not said
//! there, and here it does not.
//!
//! Not modelled: addresses in place of names, internationalized names in their Unicode form.

/// Whether the certificate's name covers the expected domain.
pub fn covers(certificate_name: &str, expected: &str) -> bool {
    if certificate_name.eq_ignore_ascii_case(expected) {
        return true;
    }
    if let Some(parent) = expected.strip_prefix("*.") {
        return is_below(certificate_name, parent);
    }
    match (certificate_name.strip_prefix("*."), expected.split_once('.')) {
        (Some(parent), Some((label, rest))) => {
            !label.is_empty() && parent.eq_ignore_ascii_case(rest)
        }
        _ => false,
    }
}

fn is_below(name: &str, parent: &str) -> bool {
    let (name, parent) = (name.to_ascii_lowercase(), parent.to_ascii_lowercase());
    name.strip_suffix(&parent).is_some_and(|rest| rest.len() > 1 && rest.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_match_as_this_table_says() {
        let table = [
            ("mail.contoso.com", "mail.contoso.com", true),
            ("Mail.Contoso.COM", "mail.contoso.com", true),
            ("mail.contoso.com", "edge.contoso.com", false),
            ("*.contoso.com", "mail.contoso.com", true),
            ("*.contoso.com", "contoso.com", false),
            ("*.contoso.com", "a.mail.contoso.com", false),
            ("*.contoso.com", ".contoso.com", false),
            ("*.contoso.com", "*.contoso.com", true),
            ("mail.contoso.com", "*.contoso.com", true),
            ("a.mail.contoso.com", "*.contoso.com", true),
            ("contoso.com", "*.contoso.com", false),
            ("mail.notcontoso.com", "*.contoso.com", false),
            ("*.mail.protection.outlook.com", "mail.protection.outlook.com", false),
            ("mail.protection.outlook.com", "mail.protection.outlook.com", true),
            ("CMEDGE01", "mail.contoso.com", false),
            ("", "mail.contoso.com", false),
        ];
        for (name, expected, matches) in table {
            assert_eq!(covers(name, expected), matches, "{name} for {expected}");
        }
    }
}
