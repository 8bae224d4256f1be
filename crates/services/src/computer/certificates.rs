//! The certificates of a computer: its personal store, and the roots it trusts.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ca::{Certificate, ClientAuth, TlsClient, TlsServer, TlsVersion, TrustStore, Usage, verify};
use exchange::nouns::certificate::{CertificateService, ExchangeCertificate};
use exchange::properties::Flags;
use fabric::Clock;

/// Versions that Exchange Server speaks in SMTP: TLS 1.3 is there for its other protocols only (Microsoft
/// Learn, "Exchange Server TLS configuration best practices").
const EXCHANGE_SERVER: &[TlsVersion] = &[TlsVersion::Tls12];

/// Versions of other servers of today, Exchange Online among them.
const OTHERS: &[TlsVersion] = &[TlsVersion::Tls12, TlsVersion::Tls13];

/// The certificates of a computer.
pub struct CertificateStore {
    clock: Clock,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    personal: BTreeMap<String, StoredCertificate>,
    trust: TrustStore,
    servers: BTreeMap<String, Arc<TlsServer>>,
    clients: BTreeMap<Option<String>, Arc<TlsClient>>,
    allows_tls_1_3: bool,
    listing: Option<Listing>,
}

/// The store as it was listed last: every session asks for it, and judging certificates takes time.
struct Listing {
    /// Nothing becomes valid or invalid within a second.
    second: i64,
    certificates: Vec<ExchangeCertificate>,
}

/// A certificate in the personal store.
#[derive(Clone, Debug)]
pub struct StoredCertificate {
    /// The certificate with its key and intermediates.
    pub certificate: Arc<Certificate>,
    /// Services of Exchange it is enabled for.
    pub services: Flags<CertificateService>,
    /// A remark.
    pub friendly_name: String,
}

impl State {
    fn versions(&self) -> &'static [TlsVersion] {
        if self.allows_tls_1_3 { OTHERS } else { EXCHANGE_SERVER }
    }
}

impl CertificateStore {
    pub(super) fn new(clock: Clock) -> Self {
        Self { clock, state: Mutex::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The state, to change what is listed.
    fn changing(&self) -> MutexGuard<'_, State> {
        let mut state = self.state();
        state.listing = None;
        state
    }

    /// Puts a certificate into the personal store; its thumbprint.
    pub fn install(&self, certificate: Certificate, friendly_name: &str) -> String {
        let thumbprint = certificate.thumbprint.clone();
        let stored = StoredCertificate {
            certificate: Arc::new(certificate),
            services: Flags::NONE,
            friendly_name: friendly_name.to_owned(),
        };
        self.changing().personal.insert(thumbprint.clone(), stored);
        thumbprint
    }

    /// Takes a certificate out of the personal store; whether it was there.
    pub fn remove(&self, thumbprint: &str) -> bool {
        let mut state = self.changing();
        let key = thumbprint.to_ascii_uppercase();
        state.servers.remove(&key);
        state.clients.remove(&Some(key.clone()));
        state.personal.remove(&key).is_some()
    }

    /// Enables a certificate for services of Exchange, beside those it is enabled for; whether it is
    /// there.
    pub fn enable(&self, thumbprint: &str, services: &[CertificateService]) -> bool {
        let mut state = self.changing();
        let Some(stored) = state.personal.get_mut(&thumbprint.to_ascii_uppercase()) else {
            return false;
        };
        let all: Vec<_> = stored.services.iter().chain(services.iter().copied()).collect();
        stored.services = Flags::of(&all);
        true
    }

    /// A certificate of the personal store.
    pub fn find(&self, thumbprint: &str) -> Option<StoredCertificate> {
        self.state().personal.get(&thumbprint.to_ascii_uppercase()).cloned()
    }

    /// The personal store as `Get-ExchangeCertificate` lists it, by thumbprint.
    pub fn listed(&self) -> Vec<ExchangeCertificate> {
        let now = self.clock.now();
        let mut state = self.state();
        let second = now.as_second();
        if let Some(listing) = state.listing.as_ref().filter(|listing| listing.second == second) {
            return listing.certificates.clone();
        }
        let list = |stored: &StoredCertificate| {
            let certificate = &stored.certificate;
            let verdict =
                verify(Some(certificate.as_ref()), None, Usage::ServerAuth, &state.trust, now);
            let in_time = certificate.not_before <= now && now <= certificate.not_after;
            let status = match (in_time, verdict.is_valid()) {
                (false, _) => "DateInvalid",
                (true, false) if !certificate.is_self_signed => "Untrusted",
                (true, _) => "Valid",
            };
            ExchangeCertificate {
                thumbprint: certificate.thumbprint.clone(),
                subject: certificate.subject.clone(),
                issuer: certificate.issuer.clone(),
                serial_number: certificate.serial_number.clone(),
                certificate_domains: certificate.certificate_domains(),
                not_before: certificate.not_before,
                not_after: certificate.not_after,
                services: stored.services,
                has_private_key: certificate.key.is_some(),
                is_self_signed: certificate.is_self_signed,
                status: status.to_owned(),
                friendly_name: stored.friendly_name.clone(),
            }
        };
        let certificates: Vec<_> = state.personal.values().map(list).collect();
        state.listing = Some(Listing { second, certificates: certificates.clone() });
        certificates
    }

    /// The roots the computer trusts.
    pub fn trust(&self) -> TrustStore {
        self.state().trust.clone()
    }

    /// Trusts a root, or no longer.
    pub fn change_trust(&self, change: impl FnOnce(&mut TrustStore)) {
        change(&mut self.changing().trust);
    }

    /// Speaks TLS 1.3 as well from the next connection on.
    pub fn allow_tls_1_3(&self) {
        let mut state = self.state();
        state.allows_tls_1_3 = true;
        state.servers.clear();
        state.clients.clear();
    }

    /// The accepting side of TLS with that certificate; `None` without the certificate or its key.
    pub fn server_tls(&self, thumbprint: &str) -> Option<Arc<TlsServer>> {
        let mut state = self.state();
        let key = thumbprint.to_ascii_uppercase();
        if let Some(server) = state.servers.get(&key) {
            return Some(server.clone());
        }
        let certificate = state.personal.get(&key)?.certificate.clone();
        let versions = state.versions();
        let server =
            TlsServer::new(certificate, ClientAuth::Requested, versions, &self.clock).ok()?;
        let server = Arc::new(server);
        state.servers.insert(key, server.clone());
        Some(server)
    }

    /// The connecting side of TLS for Exchange's services, which may use the key of a certificate only
    /// since that was enabled for SMTP (Microsoft support, KB 4051498).
    pub fn client_tls_of_exchange(&self, thumbprint: &str) -> Arc<TlsClient> {
        let client = self.client_tls(Some(thumbprint));
        let is_enabled = |stored: StoredCertificate| stored.services.has(CertificateService::Smtp);
        if self.find(thumbprint).is_some_and(is_enabled) {
            client
        } else {
            Arc::new(client.denied_the_key())
        }
    }

    /// The connecting side of TLS with that certificate, or without one.
    ///
    /// # Panics
    /// Never: a client without a certificate needs nothing that could be missing.
    pub fn client_tls(&self, thumbprint: Option<&str>) -> Arc<TlsClient> {
        let mut state = self.state();
        let key = thumbprint.map(str::to_ascii_uppercase);
        if let Some(client) = state.clients.get(&key) {
            return client.clone();
        }
        let stored = key.as_ref().and_then(|key| state.personal.get(key));
        let certificate = stored
            .map(|stored| stored.certificate.clone())
            .filter(|certificate| certificate.key.is_some());
        let versions = state.versions();
        let client = TlsClient::new(certificate, versions, &self.clock)
            .or_else(|_| TlsClient::new(None, versions, &self.clock))
            .expect("a client without a certificate needs nothing that could be missing");
        let client = Arc::new(client);
        state.clients.insert(key, client.clone());
        client
    }
}
