//! Who takes mail for a domain, as DNS says it (RFC 5321, 5.1; RFC 7505).
//!
//! Hosts of equal preference take turns: each time the domain is asked for, the next of them comes
//! first. The RFC wants them in random order; a rotation spreads the load the same in every run.

use crate::failure::{DnsFailure, DnsStatus};
use crate::name::DomainName;
use crate::record::{RecordData, RecordType};
use crate::resolver::Resolver;

/// Who takes mail for a domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MailExchangers {
    /// The domain has no MX records but an address: it is its own mail host.
    Domain(DomainName),
    /// The hosts of its MX records, best first.
    Hosts(Vec<MailExchanger>),
    /// It takes no mail at all: a null MX.
    Null,
}

/// A host that takes mail for a domain.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct MailExchanger {
    /// The lower, the better.
    pub preference: u16,
    /// The host.
    pub host: DomainName,
}

impl Resolver {
    /// Who takes mail for the domain.
    ///
    /// # Errors
    /// What became of the MX lookup, unless it gave no records; then what became of the lookup of
    /// the domain's address.
    pub async fn mail_exchangers(&self, domain: &DomainName) -> Result<MailExchangers, DnsFailure> {
        match self.lookup(domain, RecordType::Mx).await {
            Ok(answer) => {
                let data = answer.records.into_iter().map(|record| record.data);
                Ok(self.in_turn(domain, data))
            }
            Err(failure) if failure.status == DnsStatus::InfoNoRecords => {
                self.addresses(domain).await?;
                Ok(MailExchangers::Domain(domain.clone()))
            }
            Err(failure) => Err(failure),
        }
    }

    fn in_turn(
        &self,
        domain: &DomainName,
        data: impl Iterator<Item = RecordData>,
    ) -> MailExchangers {
        let hosts = data.filter_map(|data| match data {
            RecordData::Mx { preference, exchange } if !exchange.is_root() => {
                Some(MailExchanger { preference, host: exchange })
            }
            _ => None,
        });
        let mut hosts: Vec<_> = hosts.collect();
        if hosts.is_empty() {
            return MailExchangers::Null;
        }
        // Sorted by host as well, so that the turns do not depend on the server's order.
        hosts.sort();
        let turn = self.take_turn(domain);
        for equals in hosts.chunk_by_mut(|a, b| a.preference == b.preference) {
            equals.rotate_left(turn % equals.len());
        }
        MailExchangers::Hosts(hosts)
    }
}
