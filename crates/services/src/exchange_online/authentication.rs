//! What Exchange Online Protection finds out about a sender: SPF and DMARC, and the headers that say so.
//!
//! Forms as in real mail: `spf=fail (sender IP is 192.55.55.71) smtp.mailfrom=contoso.com; dkim=none (message not signed)
//! header.d=none;dmarc=fail action=none header.from=contoso.com;`. Internal hybrid mail often fails, which matters to nobody:
//! it is trusted for its certificate.
//!
//! Not modelled: DKIM (nobody signs), `compauth`, what follows from a failure (nothing is refused or marked), the
//! mechanisms `exists` and `ptr` and macros. Spec: RFC 7208, RFC 7489, RFC 8601.

use std::net::IpAddr;

use dns::{DnsStatus, DomainName, Resolver};
use exchange::domain::is_within;
use exchange::ip_range::IpRange;

use crate::lookup;

/// Most lookups for one check (RFC 7208 section 4.6.4).
const LOOKUPS_MAX: u32 = 10;

/// What is checked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sender<'a> {
    /// Address of the client.
    pub client: IpAddr,
    /// Name it gave itself.
    pub hello: &'a str,
    /// Domain of the envelope sender; `None` for reports, which are judged by the client's name.
    pub mail_from: Option<&'a str>,
    /// Domain of `From:`.
    pub header_from: &'a str,
}

/// The result of a check of SPF.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Spf {
    Pass,
    Fail,
    SoftFail,
    Neutral,
    None,
    TempError,
    PermError,
}

impl Spf {
    fn word(self) -> &'static str {
        match self {
            Self::Pass => "Pass",
            Self::Fail => "Fail",
            Self::SoftFail => "SoftFail",
            Self::Neutral => "Neutral",
            Self::None => "None",
            Self::TempError => "TempError",
            Self::PermError => "PermError",
        }
    }
}

/// The values of `Received-SPF` and `Authentication-Results`.
pub(super) async fn results(resolver: &Resolver, sender: Sender<'_>) -> [String; 2] {
    let domain = sender.mail_from.unwrap_or(sender.hello);
    let mut lookups = 0;
    let spf = Box::pin(check(resolver, sender.client, domain, &mut lookups)).await;
    let dmarc = dmarc(resolver, sender, spf).await;
    let identity = if sender.mail_from.is_some() { "mailfrom" } else { "helo" };
    let word = spf.word().to_ascii_lowercase();
    [
        format!(
            "{} (protection.outlook.com: {}) receiver=protection.outlook.com; client-ip={}; helo={};",
            spf.word(),
            reason(spf, domain, sender.client),
            sender.client,
            sender.hello
        ),
        format!(
            "spf={word} (sender IP is {}) smtp.{identity}={domain}; dkim=none (message not signed) header.d=none;{dmarc} header.from={};",
            sender.client, sender.header_from
        ),
    ]
}

/// Whether a domain says that a client must not send for it.
pub(crate) async fn fails_spf(resolver: &Resolver, client: IpAddr, domain: &str) -> bool {
    check(resolver, client, domain, &mut 0).await == Spf::Fail
}

fn reason(spf: Spf, domain: &str, client: IpAddr) -> String {
    match spf {
        Spf::Pass => format!("domain of {domain} designates {client} as permitted sender"),
        Spf::Fail => format!("domain of {domain} does not designate {client} as permitted sender"),
        Spf::SoftFail => {
            format!(
                "domain of transitioning {domain} discourages use of {client} as permitted sender"
            )
        }
        Spf::Neutral => format!("{client} is neither permitted nor denied by domain of {domain}"),
        Spf::None => format!("{domain} does not designate permitted sender hosts"),
        Spf::TempError => format!("error in processing during lookup of {domain}: DNS Timeout"),
        Spf::PermError => format!("domain of {domain} used an invalid SPF mechanism"),
    }
}

/// `dmarc=pass action=none`. Without a policy a sender that would have passed is a best guess.
async fn dmarc(resolver: &Resolver, sender: Sender<'_>, spf: Spf) -> String {
    let from = sender.header_from;
    let envelope = sender.mail_from.unwrap_or(sender.hello);
    let is_aligned = spf == Spf::Pass && (is_within(envelope, from) || is_within(from, envelope));
    let policy = match record(resolver, &format!("_dmarc.{from}"), "v=DMARC1").await {
        Ok(Some(record)) => tag(&record, "p"),
        Ok(None) if is_aligned => return "dmarc=bestguesspass action=none".to_owned(),
        Ok(None) => return "dmarc=none action=none".to_owned(),
        Err(()) => return "dmarc=temperror action=none".to_owned(),
    };
    let action = match policy.as_deref() {
        _ if is_aligned => return "dmarc=pass action=none".to_owned(),
        Some("reject") => "oreject",
        Some("quarantine") => "quarantine",
        _ => "none",
    };
    format!("dmarc=fail action={action}")
}

/// The value of a tag in `v=DMARC1; p=reject`.
fn tag(record: &str, name: &str) -> Option<String> {
    record.split(';').find_map(|part| {
        let (key, value) = part.split_once('=')?;
        key.trim().eq_ignore_ascii_case(name).then(|| value.trim().to_ascii_lowercase())
    })
}

/// The text record of a name that begins so.
async fn record(resolver: &Resolver, name: &str, begins: &str) -> Result<Option<String>, ()> {
    let Ok(name) = name.parse::<DomainName>() else { return Ok(None) };
    match resolver.texts(&name).await {
        Ok(texts) => Ok(texts.into_iter().find(|text| text.starts_with(begins))),
        Err(failure) => match failure.status {
            DnsStatus::InfoDomainNonexistent | DnsStatus::InfoNoRecords => Ok(None),
            _ => Err(()),
        },
    }
}

/// Judges a client by the record of a domain (RFC 7208 section 4).
async fn check(resolver: &Resolver, client: IpAddr, domain: &str, lookups: &mut u32) -> Spf {
    let record = match record(resolver, domain, "v=spf1").await {
        Ok(Some(record)) => record,
        Ok(None) => return Spf::None,
        Err(()) => return Spf::TempError,
    };
    for term in record.split_whitespace().skip(1) {
        let (result, mechanism) = qualified(term);
        let (name, value) = mechanism.split_once([':', '=']).unwrap_or((mechanism, ""));
        let target = if value.is_empty() { domain } else { value };
        let is_match = match name.to_ascii_lowercase().as_str() {
            "all" => true,
            "ip4" | "ip6" => value.parse::<IpRange>().is_ok_and(|range| range.contains(client)),
            "a" | "mx" | "include" | "redirect" => {
                *lookups += 1;
                if *lookups > LOOKUPS_MAX {
                    return Spf::PermError;
                }
                match asked(resolver, client, (name, target), lookups).await {
                    Ok(is_match) => is_match,
                    Err(result) => return result,
                }
            }
            _ => false,
        };
        if is_match {
            return result;
        }
    }
    Spf::Neutral
}

/// A mechanism that needs DNS: whether it matches, or how the check ends.
async fn asked(
    resolver: &Resolver,
    client: IpAddr,
    (mechanism, target): (&str, &str),
    lookups: &mut u32,
) -> Result<bool, Spf> {
    match mechanism.to_ascii_lowercase().as_str() {
        "include" => match Box::pin(check(resolver, client, target, lookups)).await {
            Spf::Pass => Ok(true),
            Spf::TempError => Err(Spf::TempError),
            Spf::None | Spf::PermError => Err(Spf::PermError),
            Spf::Fail | Spf::SoftFail | Spf::Neutral => Ok(false),
        },
        "redirect" => Err(Box::pin(check(resolver, client, target, lookups)).await),
        "mx" => {
            let hosts = lookup::mail_hosts(resolver, target).await.unwrap_or_default();
            Ok(hosts.iter().any(|(_, addresses)| addresses.contains(&client)))
        }
        _ => {
            let addresses = lookup::addresses(resolver, target).await.unwrap_or_default();
            Ok(addresses.contains(&client))
        }
    }
}

/// `-all`: what a mechanism means when it matches, and the mechanism.
fn qualified(term: &str) -> (Spf, &str) {
    let qualifiers =
        [('+', Spf::Pass), ('-', Spf::Fail), ('~', Spf::SoftFail), ('?', Spf::Neutral)];
    for (qualifier, result) in qualifiers {
        if let Some(rest) = term.strip_prefix(qualifier) {
            return (result, rest);
        }
    }
    (Spf::Pass, term)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_term_passes_unless_it_says_otherwise() {
        assert_eq!(qualified("-all"), (Spf::Fail, "all"));
        assert_eq!(qualified("~all"), (Spf::SoftFail, "all"));
        assert_eq!(qualified("ip4:192.0.2.1"), (Spf::Pass, "ip4:192.0.2.1"));
    }

    #[test]
    fn domains_are_aligned_when_one_lies_within_the_other() {
        assert!(is_within("Mail.contoso.com", "contoso.com"));
        assert!(!is_within("notcontoso.com", "contoso.com"));
    }

    #[test]
    fn a_policy_is_read_whatever_stands_around_it() {
        assert_eq!(tag("v=DMARC1; P = Reject; pct=100", "p").as_deref(), Some("reject"));
        assert_eq!(tag("v=DMARC1", "p"), None);
    }
}
