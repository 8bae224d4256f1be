//! TLS on a connection, as Exchange does it through Schannel: a handshake succeeds whatever
//! certificate the peer shows, and the application judges the certificate afterwards.
//!
//! A configuration is made once and kept; connections share it. Sessions are never resumed,
//! so that every connection shows its certificates, and time is the lab's.
//!
//! Not modelled: TLS before 1.2, session tickets, ALPN, revocation answers sent along, Diffie-Hellman
//! and RSA key exchange.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use fabric::Clock;
use rustls::client::{ResolvesClientCert, Resumption};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{ServerName, UnixTime};
use rustls::server::NoServerSessionStorage;
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::time_provider::TimeProvider;
use rustls::{ClientConfig, Error, ServerConfig, SignatureScheme, SupportedProtocolVersion};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::{TlsAcceptor, TlsConnector, TlsStream};

use crate::any_certificate::AnyCertificate;
use crate::certificate::Certificate;
use crate::error::CertificateError;
use crate::handshake::{Handshake, SUITES, Side, TlsVersion};
use crate::handshake_error::HandshakeError;

/// Whether a server asks its clients for a certificate. None is ever required.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientAuth {
    /// It asks.
    Requested,
    /// It does not.
    No,
}

/// Where cryptography comes from: ring, with the cipher suites Windows offers by default.
pub fn provider() -> CryptoProvider {
    let mut provider = rustls::crypto::ring::default_provider();
    provider.cipher_suites = SUITES
        .iter()
        .filter_map(|wanted| {
            provider.cipher_suites.iter().find(|suite| suite.suite() == wanted.rustls).copied()
        })
        .collect();
    provider
}

/// The accepting side of TLS with one certificate.
#[derive(Clone, Debug)]
pub struct TlsServer {
    config: Arc<ServerConfig>,
    certificate: Arc<Certificate>,
}

impl TlsServer {
    /// A server that shows this certificate.
    ///
    /// # Errors
    /// When the certificate has no private key, or no version is allowed.
    pub fn new(
        certificate: Arc<Certificate>,
        client_auth: ClientAuth,
        versions: &[TlsVersion],
        clock: &Clock,
    ) -> Result<Self, CertificateError> {
        let provider = Arc::new(provider());
        let shown = certified_key(&certificate, &provider)?;
        let any = AnyCertificate::new(&provider);
        let builder =
            ServerConfig::builder_with_details(provider, Arc::new(LabTime(clock.clone())))
                .with_protocol_versions(&protocol_versions(versions)?)
                .map_err(|error| unusable(&error))?;
        let builder = match client_auth {
            ClientAuth::Requested => builder.with_client_cert_verifier(Arc::new(any)),
            ClientAuth::No => builder.with_no_client_auth(),
        };
        let mut config = builder.with_cert_resolver(Arc::new(SingleCertAndKey::from(shown)));
        config.ignore_client_order = true;
        config.send_tls13_tickets = 0;
        config.session_storage = Arc::new(NoServerSessionStorage {});
        Ok(Self { config: Arc::new(config), certificate })
    }

    /// The certificate it shows.
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// Performs the handshake on a connection that was accepted.
    ///
    /// # Errors
    /// When it fails; never because of the peer's certificate.
    pub async fn accept<S>(&self, stream: S) -> Result<(TlsStream<S>, Handshake), HandshakeError>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let stream = TlsAcceptor::from(Arc::clone(&self.config)).accept(stream).await?;
        let own = Some(Arc::clone(&self.certificate));
        let handshake = Handshake::of_session(stream.get_ref().1, Side::Server, own)?;
        Ok((TlsStream::Server(stream), handshake))
    }
}

/// The connecting side of TLS, with or without a certificate.
#[derive(Clone, Debug)]
pub struct TlsClient {
    config: Arc<ClientConfig>,
    certificate: Option<(Arc<Certificate>, Arc<CertifiedKey>)>,
    key_is_denied: bool,
}

impl TlsClient {
    /// A client that shows this certificate when it is asked for one.
    ///
    /// # Errors
    /// When the certificate has no private key, or no version is allowed.
    pub fn new(
        certificate: Option<Arc<Certificate>>,
        versions: &[TlsVersion],
        clock: &Clock,
    ) -> Result<Self, CertificateError> {
        let provider = Arc::new(provider());
        let certificate = match certificate {
            Some(certificate) => {
                let shown = certified_key(&certificate, &provider)?;
                Some((certificate, Arc::new(shown)))
            }
            None => None,
        };
        let any = AnyCertificate::new(&provider);
        let mut config =
            ClientConfig::builder_with_details(provider, Arc::new(LabTime(clock.clone())))
                .with_protocol_versions(&protocol_versions(versions)?)
                .map_err(|error| unusable(&error))?
                .dangerous()
                .with_custom_certificate_verifier(Arc::new(any))
                .with_no_client_auth();
        config.resumption = Resumption::disabled();
        Ok(Self { config: Arc::new(config), certificate, key_is_denied: false })
    }

    /// The same for an account that may not use the certificate's private key: no handshake begins.
    #[must_use]
    pub fn denied_the_key(&self) -> Self {
        Self { key_is_denied: self.certificate.is_some(), ..self.clone() }
    }

    /// The certificate it shows when it is asked for one.
    pub fn certificate(&self) -> Option<&Certificate> {
        self.certificate.as_ref().map(|(certificate, _)| &**certificate)
    }

    /// Performs the handshake on a connection that was made, and asks for that server.
    ///
    /// # Errors
    /// When it fails; never because of the peer's certificate.
    pub async fn connect<S>(
        &self,
        stream: S,
        server_name: &str,
    ) -> Result<(TlsStream<S>, Handshake), HandshakeError>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        if self.key_is_denied {
            return Err(HandshakeError::KeyDenied);
        }
        let name = ServerName::try_from(server_name.to_owned())
            .map_err(|_| HandshakeError::ServerName(server_name.to_owned()))?;
        let shown = self.certificate.as_ref().map(|(certificate, key)| {
            let (certificate, key) = (Arc::clone(certificate), Arc::clone(key));
            Arc::new(ShownWhenAsked { certificate, key, asked: AtomicBool::new(false) })
        });
        let mut config = Arc::clone(&self.config);
        if let Some(shown) = &shown {
            Arc::make_mut(&mut config).client_auth_cert_resolver = shown.clone();
        }
        let stream = TlsConnector::from(config).connect(name, stream).await?;
        let own = shown
            .filter(|shown| shown.asked.load(Ordering::Relaxed))
            .map(|shown| Arc::clone(&shown.certificate));
        let handshake = Handshake::of_session(stream.get_ref().1, Side::Client, own)?;
        Ok((TlsStream::Client(stream), handshake))
    }
}

/// Shows a certificate, and knows whether that has happened.
#[derive(Debug)]
struct ShownWhenAsked {
    certificate: Arc<Certificate>,
    key: Arc<CertifiedKey>,
    asked: AtomicBool,
}

impl ResolvesClientCert for ShownWhenAsked {
    fn resolve(
        &self,
        _authorities: &[&[u8]],
        schemes: &[SignatureScheme],
    ) -> Option<Arc<CertifiedKey>> {
        self.key.key.choose_scheme(schemes)?;
        self.asked.store(true, Ordering::Relaxed);
        Some(Arc::clone(&self.key))
    }

    fn has_certs(&self) -> bool {
        true
    }
}

fn certified_key(
    certificate: &Certificate,
    provider: &CryptoProvider,
) -> Result<CertifiedKey, CertificateError> {
    let key = certificate.key.as_ref().ok_or_else(|| CertificateError::NoPrivateKey {
        thumbprint: certificate.thumbprint.clone(),
    })?;
    let sent = std::iter::once(certificate).chain(&certificate.chain);
    let sent = sent.map(|certificate| certificate.der().clone()).collect();
    CertifiedKey::from_der(sent, key.to_pkcs8()?.into(), provider).map_err(|error| unusable(&error))
}

fn unusable(error: &Error) -> CertificateError {
    CertificateError::Unusable(error.to_string())
}

fn protocol_versions(
    versions: &[TlsVersion],
) -> Result<Vec<&'static SupportedProtocolVersion>, CertificateError> {
    if versions.is_empty() {
        return Err(CertificateError::NoTlsVersion);
    }
    let of_rustls = |version: &TlsVersion| match version {
        TlsVersion::Tls12 => &rustls::version::TLS12,
        TlsVersion::Tls13 => &rustls::version::TLS13,
    };
    Ok(versions.iter().map(of_rustls).collect())
}

/// The lab's time for rustls, which hands it to a verifier that does not look at it.
#[derive(Debug)]
struct LabTime(Clock);

impl TimeProvider for LabTime {
    fn current_time(&self) -> Option<UnixTime> {
        let seconds = u64::try_from(self.0.now().as_second()).unwrap_or_default();
        Some(UnixTime::since_unix_epoch(Duration::from_secs(seconds)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::handshake::Schannel;
    use crate::issuance::CertificateRequest;
    use crate::samples::{between, now, private_authority, public_authority, request};
    use fabric::{Seed, simulation};
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    const BOTH: &[TlsVersion] = &[TlsVersion::Tls12, TlsVersion::Tls13];
    const ONLY_1_2: &[TlsVersion] = &[TlsVersion::Tls12];
    const ONLY_1_3: &[TlsVersion] = &[TlsVersion::Tls13];

    type Outcome = Result<Handshake, HandshakeError>;

    fn server_certificate() -> Arc<Certificate> {
        Arc::new(public_authority().issue(&request(&["mail.contoso.com"])).unwrap())
    }

    fn client_certificate() -> Arc<Certificate> {
        Arc::new(private_authority().issue(&request(&["edge.contoso.com"])).unwrap())
    }

    fn server(client_auth: ClientAuth, versions: &[TlsVersion], clock: &Clock) -> TlsServer {
        TlsServer::new(server_certificate(), client_auth, versions, clock).unwrap()
    }

    /// Both sides of a handshake over a connection in memory.
    async fn shake(server: &TlsServer, client: &TlsClient) -> (Outcome, Outcome) {
        let (near, far) = duplex(16 * 1024);
        tokio::join!(async { server.accept(far).await.map(|(_, handshake)| handshake) }, async {
            client.connect(near, "mail.contoso.com").await.map(|(_, handshake)| handshake)
        },)
    }

    fn in_lab<T>(test: impl AsyncFnOnce(Clock) -> T) -> T {
        simulation(async { test(Clock::simulated(now())).await })
    }

    #[test]
    fn both_sides_agree_and_use_the_products_words() {
        in_lab(async |clock| {
            let server = server(ClientAuth::No, BOTH, &clock);
            let client = TlsClient::new(None, ONLY_1_2, &clock).unwrap();
            let (at_server, at_client) = shake(&server, &client).await;
            let (at_server, at_client) = (at_server.unwrap(), at_client.unwrap());
            assert_eq!(at_client.version.name(), "TLS1_2");
            assert_eq!(at_client.cipher_suite, "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384");
            let expected = Schannel {
                protocol: "SP_PROT_TLS1_2_SERVER",
                encryption: "CALG_AES_256",
                encryption_bits: 256,
                hash: "CALG_SHA_384",
                hash_bits: 0,
                key_exchange: "CALG_ECDH_EPHEM",
                key_exchange_bits: 256,
            };
            assert_eq!(at_server.schannel, expected);
            let at_the_other = Schannel { protocol: "SP_PROT_TLS1_2_CLIENT", ..expected };
            assert_eq!(at_client.schannel, at_the_other);
        });
    }

    #[test]
    fn the_newer_version_is_taken_when_both_allow_it() {
        in_lab(async |clock| {
            let server = server(ClientAuth::No, BOTH, &clock);
            let client = TlsClient::new(None, BOTH, &clock).unwrap();
            let (at_server, at_client) = shake(&server, &client).await;
            let (at_server, at_client) = (at_server.unwrap(), at_client.unwrap());
            assert_eq!(at_server.version, TlsVersion::Tls13);
            assert_eq!(at_server.cipher_suite, "TLS_AES_256_GCM_SHA384");
            assert_eq!(at_server.schannel.protocol, "SP_PROT_TLS1_3_SERVER");
            assert_eq!(at_client.schannel.protocol, "SP_PROT_TLS1_3_CLIENT");
            assert_eq!(at_client.version.name(), "TLS1_3");
        });
    }

    #[test]
    fn the_curve_gives_the_strength_of_the_key_exchange() {
        in_lab(async |clock| {
            let mut client = TlsClient::new(None, ONLY_1_2, &clock).unwrap();
            let mut larger_curve = provider();
            larger_curve.kx_groups.retain(|group| group.name() == rustls::NamedGroup::secp384r1);
            let larger_curve = Arc::new(larger_curve);
            let any = AnyCertificate::new(&larger_curve);
            client.config = Arc::new(
                ClientConfig::builder_with_details(larger_curve, Arc::new(LabTime(clock.clone())))
                    .with_protocol_versions(&[&rustls::version::TLS12])
                    .unwrap()
                    .dangerous()
                    .with_custom_certificate_verifier(Arc::new(any))
                    .with_no_client_auth(),
            );
            let (at_server, _) = shake(&server(ClientAuth::No, BOTH, &clock), &client).await;
            assert_eq!(at_server.unwrap().schannel.key_exchange_bits, 384);
        });
    }

    #[test]
    fn each_side_sees_what_the_other_has_shown() {
        for versions in [ONLY_1_2, ONLY_1_3] {
            in_lab(async |clock| {
                let server = server(ClientAuth::Requested, versions, &clock);
                let own = client_certificate();
                let client = TlsClient::new(Some(own.clone()), versions, &clock).unwrap();
                // Twice, because a resumed session would show nothing.
                for _ in 0..2 {
                    let (at_server, at_client) = shake(&server, &client).await;
                    let (at_server, at_client) = (at_server.unwrap(), at_client.unwrap());
                    let seen = at_client.peer.unwrap();
                    let shown = at_server.own.unwrap();
                    assert_eq!((seen.der(), &seen.chain), (shown.der(), &shown.chain));
                    assert_eq!(at_server.peer.unwrap().der(), own.der());
                    assert_eq!(at_client.own.unwrap(), own);
                }
            });
        }
    }

    #[test]
    fn a_client_shows_its_certificate_only_when_asked_and_need_not_have_one() {
        for versions in [ONLY_1_2, ONLY_1_3] {
            in_lab(async |clock| {
                let with = TlsClient::new(Some(client_certificate()), versions, &clock).unwrap();
                let without = TlsClient::new(None, versions, &clock).unwrap();
                let asking = server(ClientAuth::Requested, versions, &clock);
                let silent = server(ClientAuth::No, versions, &clock);
                for (server, client) in [(&silent, &with), (&silent, &without), (&asking, &without)]
                {
                    let (at_server, at_client) = shake(server, client).await;
                    assert_eq!(at_server.unwrap().peer, None);
                    assert_eq!(at_client.unwrap().own, None);
                }
            });
        }
    }

    #[test]
    fn no_certificate_is_bad_enough_to_fail_a_handshake() {
        in_lab(async |clock| {
            let bad = CertificateRequest {
                validity: between("2020-01-01", "2021-01-01"),
                usages: std::collections::BTreeSet::new(),
                ..request(&["EDGE01"])
            };
            let expired = Arc::new(bad.self_signed(Seed(1)).unwrap());
            let of_a_root = Arc::new(private_authority().root.clone());
            for certificate in [expired, of_a_root] {
                let server =
                    TlsServer::new(certificate.clone(), ClientAuth::Requested, BOTH, &clock)
                        .unwrap();
                let client = TlsClient::new(Some(certificate.clone()), BOTH, &clock).unwrap();
                let (at_server, at_client) = shake(&server, &client).await;
                assert_eq!(at_server.unwrap().peer.unwrap().der(), certificate.der());
                assert_eq!(at_client.unwrap().peer.unwrap().der(), certificate.der());
            }
        });
    }

    #[test]
    fn sides_without_a_common_version_both_notice() {
        for (ours, theirs) in [(ONLY_1_2, ONLY_1_3), (ONLY_1_3, ONLY_1_2)] {
            in_lab(async |clock| {
                let client = TlsClient::new(None, theirs, &clock).unwrap();
                let (at_server, at_client) =
                    shake(&server(ClientAuth::No, ours, &clock), &client).await;
                assert_eq!(at_server.unwrap_err(), HandshakeError::NoCommonVersion);
                assert_eq!(at_client.unwrap_err(), HandshakeError::NoCommonVersion);
            });
        }
    }

    #[test]
    fn a_peer_that_speaks_plain_text_is_no_tls() {
        in_lab(async |clock| {
            let (mut near, far) = duplex(1024);
            near.write_all(b"EHLO edge.contoso.com\r\n").await.unwrap();
            let refused = server(ClientAuth::No, BOTH, &clock).accept(far).await.unwrap_err();
            assert!(matches!(refused, HandshakeError::NotTls(_)), "{refused}");

            let (near, mut far) = duplex(1024);
            far.write_all(b"454 4.7.0 TLS not available\r\n").await.unwrap();
            let client = TlsClient::new(None, BOTH, &clock).unwrap();
            let refused = client.connect(near, "mail.contoso.com").await.unwrap_err();
            assert!(matches!(refused, HandshakeError::NotTls(_)), "{refused}");
        });
    }

    #[test]
    fn a_peer_that_goes_away_ends_the_handshake() {
        in_lab(async |clock| {
            let (near, far) = duplex(1024);
            drop(near);
            let gone = server(ClientAuth::No, BOTH, &clock).accept(far).await.unwrap_err();
            assert_eq!(gone, HandshakeError::PeerClosed);
            let (near, far) = duplex(1024);
            drop(far);
            let client = TlsClient::new(None, BOTH, &clock).unwrap();
            let gone = client.connect(near, "mail.contoso.com").await.unwrap_err();
            assert_eq!(gone.exchange_word(), "SocketError");
        });
    }

    #[test]
    fn text_passes_in_both_directions() {
        in_lab(async |clock| {
            let server = server(ClientAuth::No, BOTH, &clock);
            let client = TlsClient::new(None, BOTH, &clock).unwrap();
            let (near, far) = duplex(16 * 1024);
            let serve = async {
                let (mut stream, _) = server.accept(far).await.unwrap();
                let mut line = [0; 6];
                stream.read_exact(&mut line).await.unwrap();
                stream.write_all(&line).await.unwrap();
                stream.shutdown().await.unwrap();
            };
            let talk = async {
                let (mut stream, _) = client.connect(near, "CMEDGE01").await.unwrap();
                stream.write_all(b"NOOP\r\n").await.unwrap();
                let mut answer = String::new();
                stream.read_to_string(&mut answer).await.unwrap();
                answer
            };
            assert_eq!(tokio::join!(serve, talk).1, "NOOP\r\n");
        });
    }

    #[test]
    fn what_cannot_work_is_refused_at_once() {
        in_lab(async |clock| {
            let public = Arc::new(server_certificate().public());
            let thumbprint = public.thumbprint.clone();
            let refused = TlsServer::new(public.clone(), ClientAuth::No, BOTH, &clock).unwrap_err();
            assert_eq!(refused, CertificateError::NoPrivateKey { thumbprint });
            assert!(TlsClient::new(Some(public), BOTH, &clock).is_err());
            let refused = TlsClient::new(None, &[], &clock).unwrap_err();
            assert_eq!(refused, CertificateError::NoTlsVersion);
            let client = TlsClient::new(None, BOTH, &clock).unwrap();
            let refused = client.connect(duplex(1).0, "not a name").await.unwrap_err();
            assert_eq!(refused, HandshakeError::ServerName("not a name".to_owned()));
        });
    }
}
