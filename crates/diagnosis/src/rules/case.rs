//! What rules ask of the facts, again and again.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use exchange::decisions::routing::{self, Route};
use exchange::directory::Organization;
use exchange::eop;
use exchange::nouns::certificate::ExchangeCertificate;
use exchange::nouns::queue::QueuedMessage;
use exchange::nouns::send_connector::SendConnector;
use jiff::{SignedDuration, Timestamp};

use logs::smtp_status::CertificateError;

use crate::evidence::Place;
use crate::facts::{
    DropFact, Facts, Fate, Known, ServiceFact, Session, SessionKind, Setback, Span, Teller,
};
use crate::remedy::{Command, literal};

/// The facts, as rules ask for them.
#[derive(Clone, Copy, Debug)]
pub struct Case<'f> {
    /// What the files say.
    pub facts: &'f Facts,
}

/// An error with its number.
pub(super) type Numbered<'f> = (usize, &'f Setback);

/// No more lines than these show the same.
pub(super) const SHOWN: usize = 3;

impl<'f> Case<'f> {
    /// Errors of that kind.
    pub(super) fn setbacks(self, is_meant: impl Fn(&Setback) -> bool) -> Vec<Numbered<'f>> {
        let all = self.facts.setbacks.iter().enumerate();
        all.filter(|(_, setback)| is_meant(setback)).collect()
    }

    /// Attempts of Exchange Online that never became a conversation: refused, or without an answer.
    pub(super) fn unanswered_from_online(self) -> Vec<Numbered<'f>> {
        self.setbacks(|setback| {
            let is_unanswered = setback.has_detail("4.316") || setback.has_detail("4.315");
            let is_own = setback.target_name().is_some_and(eop::is_exchange_online);
            is_unanswered && !is_own
        })
    }

    /// Conversations that somebody began on port 25, with a remote address in Exchange Online's ranges.
    pub(super) fn calls_of_online(self, span: Span) -> Vec<&'f Session> {
        let is_meant = |session: &&Session| {
            session.kind == SessionKind::Receive
                && session.port().is_none_or(|port| port == 25)
                && span.contains(session.begun)
                && session.remote_ip().and_then(eop::range_of).is_some()
        };
        self.facts.sessions.iter().filter(is_meant).collect()
    }

    /// Connections of Exchange Online to port 25 that a firewall turned away.
    pub(super) fn drops_of_online(self) -> impl Iterator<Item = &'f DropFact> {
        let is_meant = |drop: &&DropFact| drop.port == 25 && eop::range_of(drop.source).is_some();
        self.facts.drops.iter().filter(is_meant)
    }

    /// The line that says that an extract of a firewall's log covers the span.
    pub(super) fn firewall_extract_over(self, span: Option<Span>) -> Option<&'f Place> {
        let span = span?;
        let mut extracts = self.facts.firewall_extracts.iter();
        extracts
            .find(|(_, extract)| extract.from <= span.from && span.to <= extract.to)
            .map(|(place, _)| place)
    }

    /// The enabled Send connector that mail to the domain leaves by.
    pub(super) fn route(self, domain: &str) -> Option<&'f Known<SendConnector>> {
        let known = &self.facts.configuration.send_connectors;
        let send_connectors = known.iter().map(|known| known.object.clone()).collect();
        let organization = Organization { send_connectors, ..Organization::default() };
        match routing::route(&organization, "", domain, 0) {
            Route::Connector(chosen, _) => self.facts.configuration.send_connector(&chosen.name),
            Route::Unreachable | Route::TooLarge => None,
        }
    }

    /// Services that listen on port 25 and did not run: Front End Transport of a Mailbox server,
    /// Transport of an Edge server.
    pub(super) fn stopped_listeners(self) -> Vec<&'f ServiceFact> {
        let is_edge = |host: &str| {
            let mut own = self.facts.services.iter().filter(|one| self.host(&one.at) == host);
            own.any(|one| one.name.eq_ignore_ascii_case("ADAM_MSExchange"))
        };
        let is_listener = |service: &&ServiceFact| {
            let host = self.host(&service.at);
            service.name.eq_ignore_ascii_case("MSExchangeFrontEndTransport")
                || (service.name.eq_ignore_ascii_case("MSExchangeTransport") && is_edge(host))
        };
        let stopped = |service: &&ServiceFact| service.status.eq_ignore_ascii_case("Stopped");
        self.facts.services.iter().filter(is_listener).filter(stopped).collect()
    }

    /// The computer that a line comes from.
    pub(super) fn host(self, place: &Place) -> &'f str {
        self.facts.host_of(place.file)
    }

    /// Mail that was refused because it went round.
    pub(super) fn loops(self) -> Vec<Numbered<'f>> {
        self.setbacks(|setback| setback.has_detail("4.14") || setback.has_detail("4.6"))
    }

    /// Refusals of a certificate that the organization showed, with what was wrong.
    pub(super) fn certificate_errors(self) -> Vec<(Numbered<'f>, CertificateError)> {
        let all = self.facts.setbacks.iter().enumerate();
        all.filter_map(|numbered| Some((numbered, numbered.1.attempt.certificate_error()?)))
            .collect()
    }

    /// Certificates of a server that it could show and that name the host.
    pub(super) fn certificates_for(
        self,
        server: &str,
        host: &str,
    ) -> Vec<&'f Known<ExchangeCertificate>> {
        let all = self.facts.configuration.certificates.iter();
        all.filter(|known| {
            self.host(&known.at).eq_ignore_ascii_case(server)
                && known.object.names(host)
                && known.object.has_private_key
        })
        .collect()
    }

    /// Domains of recipients whose messages wait, or expired, in an Unreachable queue, with the errors.
    pub(super) fn unreachable_domains(self) -> BTreeMap<String, Vec<Numbered<'f>>> {
        let mut domains: BTreeMap<String, Vec<Numbered>> = BTreeMap::new();
        let waiting: BTreeSet<&str> =
            self.unreachable().map(|known| known.object.internet_message_id.as_str()).collect();
        // What expired there is told by a report that names no server that was tried.
        let is_unreachable = |setback: &Setback| match setback.teller {
            Teller::QueuedMessage => {
                setback.message_id.as_deref().is_some_and(|id| waiting.contains(id))
            }
            Teller::Tracking | Teller::Report => {
                setback.has_detail("4.7") && setback.target_name().is_none()
            }
            _ => false,
        };
        let domains_of = |setback: &Setback| -> BTreeSet<String> {
            let names = self.destinations(setback);
            names.iter().map(|name| domain_of(name).to_ascii_lowercase()).collect()
        };
        let told = self.setbacks(is_unreachable);
        // A report names the recipients that the sender knows, the queue those that the mail goes to.
        let mut queued: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for (_, setback) in told.iter().filter(|(_, it)| it.teller == Teller::QueuedMessage) {
            let id = setback.message_id.as_deref().unwrap_or_default();
            queued.entry(id).or_default().extend(domains_of(setback));
        }
        for (number, setback) in told {
            let id = setback.message_id.as_deref().unwrap_or_default();
            let queued = queued.get(id).filter(|domains| !domains.is_empty()).cloned();
            let own = queued.unwrap_or_else(|| domains_of(setback));
            for domain in own {
                domains.entry(domain).or_default().push((number, setback));
            }
        }
        domains
    }

    /// Lines that show which messages of the errors wait in an Unreachable queue; where no export of the
    /// queue is there, what else tells of them.
    pub(super) fn unreachable_places(self, errors: &[Numbered]) -> Vec<Place> {
        let is_meant = |known: &&Known<QueuedMessage>| {
            let id = Some(known.object.internet_message_id.as_str());
            errors.iter().any(|(_, setback)| setback.message_id.as_deref() == id)
        };
        let queued = self.unreachable().filter(is_meant).take(SHOWN);
        let shown: Vec<_> =
            queued.flat_map(|one| [one.property("LastError"), one.property("Queue")]).collect();
        if shown.is_empty() { places(errors) } else { shown }
    }

    /// How to see that the Unreachable queue is empty.
    pub(super) fn check_of_unreachable(self) -> Option<Command> {
        let queue = &self.unreachable().next()?.object.queue;
        let server = queue.split('\\').next().unwrap_or_default();
        Some(Command::exchange(server, format!("Get-Message -Queue {}", literal(queue))))
    }

    /// Messages in an Unreachable queue.
    fn unreachable(self) -> impl Iterator<Item = &'f Known<QueuedMessage>> {
        self.facts.queued.iter().filter(|known| is_unreachable(&known.object.queue))
    }

    /// The addresses for which the mail of an error was to be routed: those that took the place of its
    /// recipients. `Get-Message` tells no recipients unless asked; then all that have nothing count.
    fn destinations(self, setback: &Setback) -> BTreeSet<String> {
        let message = setback.message_id.as_deref().and_then(|id| self.facts.messages.get(id));
        let Some(message) = message else { return setback.recipients.iter().cloned().collect() };
        let waits = |recipient: &&String| message.fate(recipient) == Fate::Waiting;
        let recipients: Vec<_> = match setback.recipients.as_slice() {
            [] => message.recipients.iter().filter(waits).collect(),
            known => known.iter().collect(),
        };
        recipients.into_iter().flat_map(|one| message.last_names_of(one)).collect()
    }
}

/// From the first error to the last; errors without a time do not count.
pub(super) fn span(errors: &[Numbered]) -> Option<Span> {
    let times = errors.iter().filter_map(|(_, setback)| setback.time);
    times.map(|time| Span { from: time, to: time }).reduce(Span::joined)
}

/// The numbers of errors.
pub(super) fn numbers(errors: &[Numbered]) -> BTreeSet<usize> {
    errors.iter().map(|(number, _)| *number).collect()
}

/// A few places that tell of the errors, from different tellers where there are several.
pub(super) fn places(errors: &[Numbered]) -> Vec<Place> {
    let mut by_teller: BTreeMap<Teller, (Option<Timestamp>, &Place)> = BTreeMap::new();
    for (_, setback) in errors {
        let own = (setback.time, &setback.at);
        let first = by_teller.entry(setback.teller).or_insert(own);
        *first = (*first).min(own);
    }
    by_teller.into_values().map(|(_, place)| place.clone()).take(SHOWN).collect()
}

/// The addresses that were tried.
pub(super) fn targets(errors: &[Numbered]) -> BTreeSet<IpAddr> {
    errors.iter().filter_map(|(_, setback)| setback.target_ip()).collect()
}

/// Recipients of errors.
pub(super) fn recipients<'s>(errors: &[Numbered<'s>]) -> BTreeSet<&'s str> {
    errors.iter().flat_map(|(_, setback)| setback.recipients.iter().map(String::as_str)).collect()
}

/// The domain of an address.
pub(crate) fn domain_of(address: &str) -> &str {
    address.rsplit_once('@').map_or("", |(_, domain)| domain)
}

/// A span that is longer by that time on either side.
pub(super) fn widened(span: Span, by: SignedDuration) -> Span {
    Span {
        from: span.from.checked_sub(by).unwrap_or(span.from),
        to: span.to.checked_add(by).unwrap_or(span.to),
    }
}

/// Texts as a list in a sentence.
pub(super) fn listed<T: ToString>(texts: impl IntoIterator<Item = T>) -> String {
    let texts: Vec<_> = texts.into_iter().map(|text| text.to_string()).collect();
    match texts.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

/// Texts as an unquoted PowerShell list, for values such as addresses.
pub(super) fn join<T: ToString>(texts: impl IntoIterator<Item = T>) -> String {
    texts.into_iter().map(|text| text.to_string()).collect::<Vec<_>>().join(",")
}

/// Whether an address space of the connector covers the domain.
pub(super) fn is_for(connector: &SendConnector, domain: &str) -> bool {
    connector.address_spaces.iter().any(|space| space.domain.covers(domain))
}

/// Whether it is the Unreachable queue of a server.
fn is_unreachable(queue: &str) -> bool {
    queue.rsplit('\\').next().is_some_and(|name| name.eq_ignore_ascii_case("Unreachable"))
}
