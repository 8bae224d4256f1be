//! A baseline file: a healthy organization, from its network to what its administrators typed.
//!
//! What stands on which computer is data; how it is configured is a list of commands, run through the
//! one door like any later change.

use std::collections::BTreeSet;
use std::net::IpAddr;

use ipnet::IpNet;
use jiff::Timestamp;
use serde::Deserialize;
use toml::Spanned;

use crate::source::{Source, SourceError};

/// A baseline.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    /// One line that says what it is.
    pub title: String,
    /// Who these people are and how their mail flows.
    pub story: String,
    /// The moment of the first mail, when a scenario has none of its own.
    pub clock: Timestamp,
    /// The seed, when a scenario has none of its own.
    pub seed: u64,
    /// Networks.
    #[serde(rename = "segment")]
    pub segments: Vec<Segment>,
    /// How far they are from each other.
    #[serde(default, rename = "link")]
    pub links: Vec<LinkBetween>,
    /// Who signs certificates.
    #[serde(default, rename = "certification_authority")]
    pub authorities: Vec<CertificationAuthority>,
    /// Computers.
    #[serde(rename = "computer")]
    pub computers: Vec<ComputerPlan>,
    /// The organization on premises.
    pub organization: OrganizationPlan,
    /// Exchange Online and the tenant.
    pub exchange_online: ExchangeOnlinePlan,
    /// What the administrators typed to set it up.
    #[serde(default, rename = "setup")]
    pub setup: Vec<Setup>,
}

/// A network.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Segment {
    /// Its name.
    pub name: Spanned<String>,
    /// Its prefixes; none for the Internet, where every computer brings its own address.
    #[serde(default)]
    pub prefixes: Vec<IpNet>,
    /// What stands between it and the world.
    pub gateway: Option<GatewayPlan>,
}

/// A perimeter: public addresses, source NAT to the first of them, a firewall.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GatewayPlan {
    /// Its name.
    pub name: String,
    /// Its addresses outside.
    pub public_addresses: Vec<IpAddr>,
    /// What happens to connections from outside that no rule allows.
    #[serde(default)]
    pub inbound: DefaultAction,
    /// What happens to connections to the outside that no rule allows.
    #[serde(default)]
    pub outbound: DefaultAction,
}

/// What a firewall does when no rule says otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum DefaultAction {
    /// Lets it pass.
    Allow,
    /// Gives no answer.
    #[default]
    Drop,
    /// Refuses.
    Reject,
}

/// The distance between two networks.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkBetween {
    /// The two.
    pub between: [Spanned<String>; 2],
    /// Time one way, in milliseconds.
    pub latency_ms: u32,
    /// How much it varies, in milliseconds.
    #[serde(default)]
    pub jitter_ms: u32,
}

/// A certification authority with one intermediate.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CertificationAuthority {
    /// Its name.
    pub name: Spanned<String>,
    /// Distinguished name of its root.
    pub root: Spanned<String>,
    /// Distinguished name of what signs for it.
    pub intermediate: Option<Spanned<String>>,
    /// Whether every computer trusts it.
    #[serde(default)]
    pub trusted: bool,
}

/// A computer and what is installed on it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ComputerPlan {
    /// NetBIOS name.
    pub name: Spanned<String>,
    /// What is installed.
    pub installed: Installed,
    /// Network.
    pub segment: Spanned<String>,
    /// Addresses; the first is the one it sends from.
    pub addresses: Vec<IpAddr>,
    /// DNS suffix.
    pub domain: String,
    /// DNS servers of its network adapter.
    #[serde(default)]
    pub dns_servers: Vec<IpAddr>,
    /// Offset of its local time from UTC, `+05:30`.
    pub time_zone: Option<Spanned<String>>,
    /// How it writes dates and numbers, `de-DE`; `en-US` when nothing is said.
    pub culture: Option<Spanned<String>>,
    /// Build of Exchange; it decides which version's logs the server writes.
    pub build: Option<Spanned<String>>,
    /// Mailbox databases.
    #[serde(default)]
    pub databases: Vec<String>,
    /// Addresses that exist on an Internet MTA.
    #[serde(default)]
    pub mailboxes: Vec<Spanned<String>>,
}

/// What is installed on a computer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Installed {
    /// Exchange with the Mailbox role.
    #[serde(rename = "Exchange Mailbox")]
    ExchangeMailbox,
    /// Exchange with the Edge Transport role, subscribed to the site.
    #[serde(rename = "Exchange Edge")]
    ExchangeEdge,
    /// A DNS server.
    #[serde(rename = "DNS Server")]
    DnsServer,
    /// A mail server of another organization.
    #[serde(rename = "Internet MTA")]
    InternetMta,
    /// Nothing that listens: a place to open a shell.
    #[serde(rename = "Workstation")]
    Workstation,
}

/// The organization on premises.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrganizationPlan {
    /// Name.
    pub name: String,
    /// AD domain.
    pub forest: String,
    /// AD site.
    pub site: String,
}

/// Exchange Online and the tenant.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExchangeOnlinePlan {
    /// `cloudfield.onmicrosoft.com`
    pub tenant: String,
    /// Domains verified in the tenant.
    pub domains: Vec<Spanned<String>>,
    /// Network.
    pub segment: Spanned<String>,
    /// DNS servers.
    pub dns_servers: Vec<IpAddr>,
    /// Forest, such as `INDPRD01`.
    pub region: String,
    /// Certification authority of its certificates.
    #[serde(default = "ExchangeOnlinePlan::default_authority")]
    pub certification_authority: String,
    /// Doors for mail that comes in.
    pub front_doors: Vec<NamedAddress>,
    /// Mailbox servers and what their mail leaves by.
    pub servers: Vec<MailServerPlan>,
}

impl ExchangeOnlinePlan {
    fn default_authority() -> String {
        "DigiCert".to_owned()
    }
}

/// A name and an address.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NamedAddress {
    /// Name.
    pub name: String,
    /// Address.
    pub address: IpAddr,
}

/// A mailbox server of Exchange Online.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailServerPlan {
    /// Name.
    pub name: String,
    /// Proxies its mail may leave by.
    pub outbound: Vec<NamedAddress>,
}

/// Commands that set something up.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Setup {
    /// What they are for.
    pub what: String,
    /// Where the shell was open: a computer, or `ExchangeOnline`.
    pub on: Option<Spanned<String>>,
    /// What was typed.
    pub run: Spanned<String>,
}

impl Baseline {
    /// Reads a baseline.
    ///
    /// # Errors
    /// With file, line and key when the text is no TOML, a key is unknown or missing, a value does not
    /// fit, a name is given twice, or one is used that nothing has.
    pub fn parse(source: &Source) -> Result<Self, SourceError> {
        let baseline: Self = source.parse()?;
        baseline.check(source)?;
        Ok(baseline)
    }

    fn check(&self, source: &Source) -> Result<(), SourceError> {
        let mut segments: BTreeSet<&str> = BTreeSet::new();
        for segment in &self.segments {
            let name = &segment.name;
            if !segments.insert(name.get_ref()) {
                let text = format!("segment '{}' is there twice", name.get_ref());
                return Err(source.error(name.span(), text));
            }
        }
        let known = |name: &Spanned<String>| {
            if segments.contains(name.get_ref().as_str()) {
                return Ok(());
            }
            let names: Vec<_> = segments.iter().copied().collect();
            let text = format!(
                "there is no segment '{}'; there are: {}",
                name.get_ref(),
                names.join(", ")
            );
            Err(source.error(name.span(), text))
        };
        for name in self.links.iter().flat_map(|link| &link.between) {
            known(name)?;
        }
        known(&self.exchange_online.segment)?;
        let mut computers: BTreeSet<String> = BTreeSet::new();
        for computer in &self.computers {
            known(&computer.segment)?;
            let name = computer.name.get_ref();
            if !computers.insert(name.to_ascii_lowercase()) {
                let text = format!("computer '{name}' is there twice");
                return Err(source.error(computer.name.span(), text));
            }
            if computer.addresses.is_empty() {
                let text = format!("computer '{name}' has no address");
                return Err(source.error(computer.name.span(), text));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HYBRID: &str = include_str!("../../../scenarios/baselines/hybrid.toml");

    #[test]
    fn the_hybrid_baseline_is_read() {
        let baseline = Baseline::parse(&Source::new("hybrid.toml", HYBRID)).unwrap();
        assert_eq!(baseline.exchange_online.tenant, "cloudfield.onmicrosoft.com");
        assert!(baseline.computers.iter().any(|one| one.installed == Installed::ExchangeMailbox));
    }

    #[test]
    fn a_segment_that_is_not_there_is_named_with_its_line() {
        let broken = HYBRID.replacen("segment   = \"LAN\"", "segment   = \"LAM\"", 1);
        let error = Baseline::parse(&Source::new("hybrid.toml", broken)).unwrap_err();
        insta::assert_snapshot!(error, @r#"
        hybrid.toml:48:13: there is no segment 'LAM'; there are: Exchange Online, Internet, LAN
            segment   = "LAM"
        "#);
    }
}
