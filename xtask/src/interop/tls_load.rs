//! A load under STARTTLS: sessions in threads of their own that send the same message over and over.
//!
//! The server's certificate is not judged; others do that. Not modelled: PIPELINING, as `smtp-source`.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, ClientConnection, DigitallySignedStruct, SignatureScheme, StreamOwned};

use super::throughput::{FROM, SESSIONS, SIZE, TO};

/// How long a server may take for a reply.
const PATIENCE: Duration = Duration::from_mins(1);

/// Sends so many messages.
pub(super) fn send(to: SocketAddr, count: u32, kept: bool) -> Result<(), String> {
    let config = Arc::new(config()?);
    let left = AtomicU32::new(count);
    let take = || left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |it| it.checked_sub(1));
    thread::scope(|scope| {
        let session = || {
            let mut open: Option<Session> = None;
            while take().is_ok() {
                let mut session = match open.take() {
                    Some(session) => session,
                    None => Session::open(to, &config)?,
                };
                session.send()?;
                if kept {
                    open = Some(session);
                } else {
                    session.0.say("QUIT", 221)?;
                }
            }
            open.map_or(Ok(()), |mut session| session.0.say("QUIT", 221))
        };
        let sessions: Vec<_> = (0..SESSIONS).map(|_| scope.spawn(session)).collect();
        let mut ends = sessions.into_iter().map(|one| one.join().map_err(|_| "a panic".to_owned()));
        ends.try_for_each(|end| end?)
    })
}

/// Lines to a server and its replies.
struct Dialogue<S: Read + Write>(BufReader<S>);

/// A session under TLS.
struct Session(Dialogue<StreamOwned<ClientConnection, TcpStream>>);

impl Session {
    fn open(to: SocketAddr, config: &Arc<ClientConfig>) -> Result<Self, String> {
        let stream = TcpStream::connect(to).map_err(|why| format!("{to}: {why}"))?;
        let set = stream.set_nodelay(true).and_then(|()| stream.set_read_timeout(Some(PATIENCE)));
        set.map_err(|why| why.to_string())?;
        let mut plain = Dialogue(BufReader::new(stream));
        plain.reply(220)?;
        plain.say("EHLO load.fabrikam.com", 250)?;
        plain.say("STARTTLS", 220)?;
        let name = ServerName::try_from("mail.cloudmonkeys.xyz").map_err(|why| why.to_string())?;
        let tls = ClientConnection::new(Arc::clone(config), name).map_err(|why| why.to_string())?;
        let stream = StreamOwned::new(tls, plain.0.into_inner());
        let mut session = Dialogue(BufReader::new(stream));
        session.say("EHLO load.fabrikam.com", 250)?;
        Ok(Self(session))
    }

    fn send(&mut self) -> Result<(), String> {
        let Self(dialogue) = self;
        dialogue.say(&format!("MAIL FROM:<{FROM}>"), 250)?;
        dialogue.say(&format!("RCPT TO:<{TO}>"), 250)?;
        dialogue.say("DATA", 354)?;
        let mut message = format!("From: <{FROM}>\r\nTo: <{TO}>\r\nSubject: load\r\n\r\n");
        while message.len() + 80 < SIZE {
            message.push_str(&"X".repeat(78));
            message.push_str("\r\n");
        }
        message.push('.');
        dialogue.say(&message, 250)
    }
}

impl<S: Read + Write> Dialogue<S> {
    /// Writes a line and reads the reply, which must have that code.
    fn say(&mut self, line: &str, code: u16) -> Result<(), String> {
        let stream = self.0.get_mut();
        let written = stream.write_all(format!("{line}\r\n").as_bytes());
        written.and_then(|()| stream.flush()).map_err(|why| format!("{line}: {why}"))?;
        self.reply(code).map_err(|why| format!("{}: {why}", line.lines().next().unwrap_or("")))
    }

    fn reply(&mut self, code: u16) -> Result<(), String> {
        let code = code.to_string();
        loop {
            let mut line = String::new();
            self.0.read_line(&mut line).map_err(|why| why.to_string())?;
            if !line.starts_with(&code) {
                return Err(format!("expected {code}, came '{}'", line.trim_end()));
            }
            if line.as_bytes().get(3) != Some(&b'-') {
                return Ok(());
            }
        }
    }
}

fn config() -> Result<ClientConfig, String> {
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider));
    let builder = builder.with_safe_default_protocol_versions().map_err(|why| why.to_string())?;
    let anything = Arc::new(Anything(provider));
    Ok(builder.dangerous().with_custom_certificate_verifier(anything).with_no_client_auth())
}

/// Takes any certificate.
#[derive(Debug)]
struct Anything(Arc<CryptoProvider>);

impl ServerCertVerifier for Anything {
    fn verify_server_cert(
        &self,
        _own: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _name: &ServerName<'_>,
        _ocsp: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        own: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, own, signed, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        own: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, own, signed, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    #[test]
    fn a_reply_ends_with_its_last_line() {
        let mut dialogue =
            Dialogue(BufReader::new(Cursor::new(b"250-a\r\n250 b\r\n550 no\r\n".to_vec())));
        dialogue.reply(250).unwrap();
        assert_eq!(dialogue.reply(250).unwrap_err(), "expected 250, came '550 no'");
    }
}
