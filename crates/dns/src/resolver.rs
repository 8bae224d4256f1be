//! The resolver: how a service finds out what a name means.
//!
//! It asks a list of servers by the [schedule](crate::schedule) of Windows, by UDP and, when the
//! answer was cut off, by TCP; it follows aliases and remembers what it learned for as long as the
//! lab's clock says it may. Ids come from the seed, ports from the fabric.
//!
//! Not modelled: EDNS and DNSSEC, suffixes that are tried in turn, the hosts file, LLMNR and
//! `NetBIOS` names, a server list that mixes IPv4 and IPv6 (those of another family than the first
//! count as unreachable), questions of the same content at the same time asked as one.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use fabric::{Host, RandomStream, Seed};
use hickory_proto::op::{Message, ResponseCode};

use crate::cache::Cache;
use crate::exchange::Question;
use crate::failure::{DnsFailure, DnsStatus};
use crate::name::DomainName;
use crate::record::{Record, RecordData, RecordType};
use crate::schedule::{STEPS, TCP_WAIT};
use crate::wire::{self, Chain};

/// How many answers in a row may end with an alias.
const ALIASES_MAX: usize = 8;

/// The resolver of a service. Clones share servers and cache.
#[derive(Clone)]
pub struct Resolver(Arc<Inner>);

struct Inner {
    host: Host,
    state: Mutex<State>,
}

struct State {
    servers: Vec<IpAddr>,
    ids: RandomStream,
    cache: Cache,
    /// How often the mail exchangers of a domain were asked for.
    turns: BTreeMap<DomainName, usize>,
}

/// What a lookup found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The records of the type asked for; they belong to the name or to what it is an alias of.
    pub records: Vec<Record>,
    /// What the name is an alias of, what that is an alias of, and so on.
    pub aliases: Vec<DomainName>,
    /// The server that said so.
    pub server: IpAddr,
    /// Whether the resolver remembered it.
    pub from_cache: bool,
}

/// What servers said to a lookup, section by section; of several replies, all in turn.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sections {
    /// What was asked for, with the aliases that lead there.
    pub answers: Vec<Record>,
    /// Who is responsible: with a negative answer, the zone's SOA record.
    pub authorities: Vec<Record>,
    /// What the server added, such as the addresses of mail exchangers.
    pub additionals: Vec<Record>,
}

impl Sections {
    fn add(&mut self, reply: &Message) {
        let read = |records: &[hickory_proto::rr::Record]| {
            records.iter().filter_map(wire::from_wire).collect::<Vec<_>>()
        };
        self.answers.extend(read(&reply.answers));
        self.authorities.extend(read(&reply.authorities));
        self.additionals.extend(read(&reply.additionals));
    }
}

/// What became of a question, and for how many seconds that may be remembered.
struct Outcome {
    result: Result<Answer, DnsFailure>,
    ttl: Option<u32>,
}

impl Resolver {
    /// A resolver that asks those servers from that host. The seed is for the ids of its queries.
    pub fn new(host: &Host, servers: Vec<IpAddr>, seed: Seed) -> Self {
        let ids = seed.stream("ids of queries");
        let state = State { servers, ids, cache: Cache::default(), turns: BTreeMap::new() };
        Self(Arc::new(Inner { host: host.clone(), state: Mutex::new(state) }))
    }

    /// The servers it asks.
    pub fn servers(&self) -> Vec<IpAddr> {
        self.lock().servers.clone()
    }

    /// Sets the servers it asks. What it remembers stays.
    pub fn set_servers(&self, servers: Vec<IpAddr>) {
        self.lock().servers = servers;
    }

    /// Forgets what it remembers.
    pub fn flush(&self) {
        self.lock().cache.flush();
    }

    /// The records of a name and type.
    ///
    /// # Errors
    /// What became of it when there are none, or none that a [`Record`] can hold.
    pub async fn lookup(
        &self,
        name: &DomainName,
        record_type: RecordType,
    ) -> Result<Answer, DnsFailure> {
        self.query(name, record_type).await.0
    }

    /// The same with all that servers said; nothing when the resolver remembered it.
    pub async fn query(
        &self,
        name: &DomainName,
        record_type: RecordType,
    ) -> (Result<Answer, DnsFailure>, Sections) {
        let clock = self.0.host.clock();
        let key = (name.clone(), record_type);
        let remembered = self.lock().cache.find(&key, clock.now());
        let mut sections = Sections::default();
        if let Some(result) = remembered {
            return (result, sections);
        }
        let Outcome { result, ttl } = self.resolve(name, record_type, &mut sections).await;
        if let Some(ttl) = ttl {
            self.lock().cache.keep(key, result.clone(), ttl, clock.now());
        }
        (result, sections)
    }

    /// The addresses of a host, of the families that the asking host has itself: IPv6 first (RFC
    /// 6724).
    ///
    /// # Errors
    /// What became of it when there are none; of two failures, the one that may pass.
    pub async fn addresses(&self, host: &DomainName) -> Result<Vec<IpAddr>, DnsFailure> {
        let own = self.0.host.addresses();
        let families = [
            (RecordType::Aaaa, own.iter().any(IpAddr::is_ipv6)),
            (RecordType::A, own.iter().any(IpAddr::is_ipv4)),
        ];
        let mut addresses = Vec::new();
        let mut failure: Option<DnsFailure> = None;
        for (record_type, _) in families.into_iter().filter(|(_, spoken)| *spoken) {
            match self.lookup(host, record_type).await {
                Ok(answer) => addresses.extend(answer.records.iter().filter_map(address_in)),
                Err(new) if failure.as_ref().is_none_or(|old| new.status > old.status) => {
                    failure = Some(new);
                }
                Err(_) => {}
            }
        }
        match failure {
            Some(failure) if addresses.is_empty() => Err(failure),
            _ => Ok(addresses),
        }
    }

    /// The texts of a name; the strings of a record are joined without a blank (RFC 7208, 3.3).
    ///
    /// # Errors
    /// What became of it when there are none.
    pub async fn texts(&self, name: &DomainName) -> Result<Vec<String>, DnsFailure> {
        let answer = self.lookup(name, RecordType::Txt).await?;
        let texts = answer.records.into_iter().filter_map(|record| match record.data {
            RecordData::Txt(strings) => Some(strings.concat()),
            _ => None,
        });
        Ok(texts.collect())
    }

    /// The names of an address.
    ///
    /// # Errors
    /// What became of it when there are none.
    pub async fn reverse(&self, address: IpAddr) -> Result<Vec<DomainName>, DnsFailure> {
        let answer = self.lookup(&DomainName::reverse(address), RecordType::Ptr).await?;
        let names = answer.records.into_iter().filter_map(|record| match record.data {
            RecordData::Ptr(name) => Some(name),
            _ => None,
        });
        Ok(names.collect())
    }

    /// How often the mail exchangers of that domain were asked for before.
    pub(crate) fn take_turn(&self, domain: &DomainName) -> usize {
        let mut state = self.lock();
        let turn = state.turns.entry(domain.clone()).or_default();
        let before = *turn;
        *turn = turn.wrapping_add(1);
        before
    }

    /// Asks, and asks again where an answer ends with an alias.
    async fn resolve(
        &self,
        name: &DomainName,
        record_type: RecordType,
        sections: &mut Sections,
    ) -> Outcome {
        let failed = |status, server, ttl| {
            let name = name.clone();
            Outcome { result: Err(DnsFailure { status, name, record_type, server }), ttl }
        };
        let mut aliases: Vec<DomainName> = Vec::new();
        let mut ttl = u32::MAX;
        let mut server = None;
        for _ in 0..=ALIASES_MAX {
            let end = aliases.last().unwrap_or(name).clone();
            let (from, reply) = match self.ask(&end, record_type).await {
                Ok(reply) => reply,
                Err((status, server)) => return failed(status, server, None),
            };
            server = Some(from);
            sections.add(&reply);
            let chain = Chain::follow(&reply.answers, &end, record_type);
            let is_last = chain.aliases.is_empty();
            ttl = ttl.min(chain.ttl.unwrap_or(u32::MAX));
            aliases.extend(chain.aliases);
            let records = records_of(&reply, aliases.last().unwrap_or(name), record_type);
            if !records.is_empty() {
                let ttl = records.iter().map(|record| record.ttl).fold(ttl, u32::min);
                let answer = Answer { records, aliases, server: from, from_cache: false };
                return Outcome { result: Ok(answer), ttl: Some(ttl) };
            }
            let negative = wire::negative_ttl(&reply);
            let kept = negative.map(|negative| negative.min(ttl));
            if reply.metadata.response_code == ResponseCode::NXDomain {
                return failed(DnsStatus::InfoDomainNonexistent, server, kept);
            }
            if is_last || negative.is_some() {
                return failed(DnsStatus::InfoNoRecords, server, kept);
            }
            let mut seen = BTreeSet::from([name]);
            if !aliases.iter().all(|alias| seen.insert(alias)) {
                break;
            }
        }
        failed(DnsStatus::ErrorRetry, server, None)
    }

    /// Asks the servers by the schedule. A failure comes with the server that caused it.
    async fn ask(
        &self,
        name: &DomainName,
        record_type: RecordType,
    ) -> Result<(IpAddr, Message), (DnsStatus, Option<IpAddr>)> {
        let host = &self.0.host;
        let servers = self.servers();
        let unable = (DnsStatus::ErrorRetry, None);
        let message = wire::question(wire::draw_id(&mut self.lock().ids), name, record_type);
        let own = own_address(host, &servers).ok_or(unable)?;
        let mut question = Question::new(host, own, message).map_err(|_| unable)?;
        let mut useless = Vec::new();
        let mut last = None;
        for step in STEPS {
            let asked = step.of(&servers).iter().filter(|server| !useless.contains(*server));
            let asked: Vec<_> = asked.copied().collect();
            if asked.is_empty() {
                continue;
            }
            last = asked.last().copied();
            for server in &asked {
                question.send(*server).await.map_err(|_| unable)?;
            }
            let heard = hear(&question, &asked, &mut useless);
            let Ok(heard) = host.clock().timeout(step.wait, heard).await else { continue };
            let Some((server, reply)) = heard.map_err(|_| unable)? else { continue };
            if !reply.metadata.truncation {
                return Ok((server, reply));
            }
            match host.clock().timeout(TCP_WAIT, question.ask_by_tcp(server)).await {
                Ok(Ok(reply)) if is_useful(&reply) => return Ok((server, reply)),
                _ => useless.push(server),
            }
        }
        match useless.last() {
            Some(server) => Err((DnsStatus::ErrorRetry, Some(*server))),
            None => Err((DnsStatus::ErrorTimeout, last)),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Resolver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Resolver").field("servers", &self.servers()).finish_non_exhaustive()
    }
}

/// Waits for a useful reply. None when those who were asked just now have all given another.
async fn hear(
    question: &Question,
    asked: &[IpAddr],
    useless: &mut Vec<IpAddr>,
) -> io::Result<Option<(IpAddr, Message)>> {
    loop {
        let (server, reply) = question.reply().await?;
        if is_useful(&reply) {
            return Ok(Some((server, reply)));
        }
        useless.push(server);
        if asked.iter().all(|server| useless.contains(server)) {
            return Ok(None);
        }
    }
}

/// Whether the server says what is so, rather than that it cannot or does not want to say it.
fn is_useful(reply: &Message) -> bool {
    matches!(reply.metadata.response_code, ResponseCode::NoError | ResponseCode::NXDomain)
}

/// The host's first address of the first server's family.
fn own_address(host: &Host, servers: &[IpAddr]) -> Option<IpAddr> {
    let server = servers.first()?;
    host.addresses().into_iter().find(|own| own.is_ipv4() == server.is_ipv4())
}

fn records_of(reply: &Message, name: &DomainName, record_type: RecordType) -> Vec<Record> {
    let records = reply.answers.iter().filter_map(wire::from_wire);
    records.filter(|own| own.name == *name && own.record_type() == record_type).collect()
}

fn address_in(record: &Record) -> Option<IpAddr> {
    match record.data {
        RecordData::A(address) => Some(address.into()),
        RecordData::Aaaa(address) => Some(address.into()),
        _ => None,
    }
}
