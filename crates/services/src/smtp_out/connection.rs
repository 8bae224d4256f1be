//! One connection to another server.

use std::io::ErrorKind;

use exchange::ids::SessionId;
use exchange::winsock::SocketError;
use logs::information_row::{FailedToConnect, FailedToConnectDetails, Information};
use smtp::{
    ClientMessage, ClientOptions, ClientSession, ClientStep, Command, MessageOutcome, Pipelining,
    Reply,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::session_log::{Ending, SessionLog};
use crate::smtp_in::wording::reply;
use crate::smtp_out::failure::ConnectFailure;
use crate::smtp_out::policy::{Caller, Target, TlsPolicy};
use crate::tls_channel::{self, Channel, PeerTls};

/// An open connection, past EHLO and TLS.
pub struct Connection {
    pub(super) caller: Caller,
    target: Target,
    pub(super) channel: Channel,
    pub(super) protocol: ClientSession,
    log: SessionLog,
    session_id: SessionId,
    peer: Option<PeerTls>,
    buffer: Vec<u8>,
    is_gone: bool,
}

/// Connects, greets, and starts TLS as the caller's policy has it.
///
/// With opportunistic TLS a failed handshake leads to a second connection without TLS, as Exchange
/// does.
///
/// # Errors
/// When the connection does not come to the point where mail can be sent.
pub async fn connect(
    caller: &Caller,
    target: &Target,
    session_id: SessionId,
) -> Result<Connection, ConnectFailure> {
    connect_telling(caller, target, session_id, &|| ()).await
}

/// The same; tells the moment at which TCP stands first.
///
/// # Errors
/// When the connection does not come to the point where mail can be sent.
pub async fn connect_telling(
    caller: &Caller,
    target: &Target,
    session_id: SessionId,
    established: &(dyn Fn() + Sync),
) -> Result<Connection, ConnectFailure> {
    match connect_once(caller, target, session_id, established).await {
        Err(ConnectFailure::TlsFailed(_)) if caller.tls == TlsPolicy::Opportunistic => {
            let plain = Caller { tls: TlsPolicy::Never, ..caller.clone() };
            connect_once(&plain, target, caller.session_ids.issue(), &|| ()).await
        }
        outcome => outcome,
    }
}

async fn connect_once(
    caller: &Caller,
    target: &Target,
    session_id: SessionId,
    established: &(dyn Fn() + Sync),
) -> Result<Connection, ConnectFailure> {
    let mut log = SessionLog::sending(
        caller.computer.clock.clone(),
        caller.log.clone(),
        caller.connector_id.clone(),
        session_id,
        target.endpoint,
    );
    log.attempting(caller.permissions);
    let host = &caller.computer.host;
    let stream = match caller.source {
        Some(source) => host.connect_from(source, target.endpoint).await,
        None => host.connect(target.endpoint).await,
    };
    let stream = match stream {
        Ok(stream) => stream,
        Err(error) => {
            let error = SocketError::from_io(&error);
            log.information(&failed_to_connect(error, target));
            return Err(ConnectFailure::Socket(error));
        }
    };
    log.connected(stream.local_addr());
    established();
    let mut connection = Connection {
        protocol: ClientSession::new(options(caller)),
        caller: caller.clone(),
        target: target.clone(),
        channel: Channel::Plain(stream),
        log,
        session_id,
        peer: None,
        buffer: vec![0; 16 * 1024],
        is_gone: false,
    };
    match connection.greet().await {
        Ok(()) => Ok(connection),
        Err(failure) => {
            connection.abandon(&failure).await;
            Err(failure)
        }
    }
}

fn options(caller: &Caller) -> ClientOptions {
    let tls_verbs = match caller.tls {
        TlsPolicy::Never => vec![],
        TlsPolicy::ExchangeServers => vec!["X-ANONYMOUSTLS".to_owned()],
        _ => vec!["STARTTLS".to_owned()],
    };
    let pipelining = if caller.pipelines { Pipelining::Envelope } else { Pipelining::Never };
    ClientOptions { tls_verbs, pipelining, ..ClientOptions::new(caller.hello.clone()) }
}

fn failed_to_connect(error: SocketError, target: &Target) -> Information {
    let code = u32::from(error.code());
    Information::FailedToConnect(FailedToConnect {
        winsock: code,
        win32: code,
        details: Some(FailedToConnectDetails {
            destination_domain: target.domain.clone(),
            error_message: error.message().to_owned(),
            endpoint: target.endpoint.to_string(),
        }),
    })
}

impl Connection {
    /// Id of the session in the logs.
    pub fn session_id(&self) -> SessionId {
        self.session_id
    }

    /// What is known of the peer since TLS started.
    pub fn peer(&self) -> Option<&PeerTls> {
        self.peer.as_ref()
    }

    /// Who called.
    pub fn caller(&self) -> &Caller {
        &self.caller
    }

    /// Whom it leads to.
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// Whether the peer offered that extension in its last EHLO reply.
    pub fn offers(&self, keyword: &str) -> bool {
        self.protocol.capabilities().offers(keyword)
    }

    /// Whether it can carry another message.
    pub fn is_usable(&self) -> bool {
        !self.is_gone
    }

    /// Sends one message; `None` when the connection broke before the outcome was known.
    pub async fn send(
        &mut self,
        message: ClientMessage,
        notes: &[Information],
    ) -> Option<MessageOutcome> {
        for note in notes {
            self.log.information(note);
        }
        self.protocol.begin(message).ok()?;
        loop {
            match self.advance().await {
                Ok(ClientStep::Outcome(outcome)) => return Some(outcome),
                Ok(ClientStep::Ready | ClientStep::Closed | ClientStep::Challenge(_)) => {
                    return None;
                }
                Ok(_) => {}
                Err(failure) => {
                    let reply = reply(&dropped(&failure));
                    self.protocol.connection_lost(&reply);
                    self.is_gone = true;
                    return match self.protocol.step() {
                        ClientStep::Outcome(outcome) => Some(outcome),
                        _ => None,
                    };
                }
            }
        }
    }

    /// Sends one command that is no part of a message, and takes its reply.
    ///
    /// # Errors
    /// When the connection breaks.
    pub async fn ask(&mut self, command: Command, logged: &str) -> Result<Reply, ConnectFailure> {
        if self.protocol.ask(command).is_err() {
            return Err(ConnectFailure::Silent);
        }
        self.log.sent(logged);
        let mut answer = None;
        loop {
            match self.protocol.step() {
                ClientStep::Ready => {
                    return answer.ok_or(ConnectFailure::Silent);
                }
                ClientStep::Await => answer = Some(self.take_reply().await?),
                ClientStep::Closed | ClientStep::Challenge(_) => {
                    return Err(ConnectFailure::Silent);
                }
                step => self.write(&step.into_wire()).await?,
            }
        }
    }

    /// Notes something in the log.
    pub fn note(&mut self, information: &Information) {
        self.log.information(information);
    }

    /// Ends the session with QUIT.
    pub async fn quit(mut self) {
        if self.is_gone || self.protocol.finish().is_err() {
            self.log.ended(Ending::Remote);
            return;
        }
        let ending = loop {
            match self.advance().await {
                Ok(ClientStep::Closed) => break Ending::Local,
                Ok(_) => {}
                Err(_) => break Ending::Remote,
            }
        };
        let _ = self.channel.shutdown().await;
        self.log.ended(ending);
    }

    async fn greet(&mut self) -> Result<(), ConnectFailure> {
        if matches!(self.protocol.step(), ClientStep::Await) {
            self.take_reply().await?;
        }
        for note in std::mem::take(&mut self.caller.after_banner) {
            self.log.information(&note);
        }
        loop {
            match self.advance().await? {
                ClientStep::Ready => break,
                ClientStep::Closed => return Err(self.refusal()),
                _ => {}
            }
        }
        let must_encrypt =
            matches!(self.caller.tls, TlsPolicy::Required(_) | TlsPolicy::ExchangeServers);
        if must_encrypt && !self.protocol.is_tls() {
            return Err(ConnectFailure::StartTlsNotOffered);
        }
        Ok(())
    }

    fn refusal(&self) -> ConnectFailure {
        use smtp::ClientFault;
        match self.protocol.fault() {
            Some(
                ClientFault::BannerRefused(reply)
                | ClientFault::HelloRefused(reply)
                | ClientFault::ServerCloses(reply),
            ) => ConnectFailure::Refused(reply.clone()),
            _ => ConnectFailure::Dropped(SocketError::ConnectionReset),
        }
    }

    /// Does what the protocol says next; gives back steps that are the caller's to judge.
    pub(super) async fn advance(&mut self) -> Result<ClientStep, ConnectFailure> {
        let step = self.protocol.step();
        match &step {
            ClientStep::Send(command) => {
                self.log.sent(&command.to_string());
                self.write(&command.to_wire()).await?;
            }
            ClientStep::SendContent(octets) => self.write(octets).await?,
            ClientStep::SendResponse(_) => {
                self.log.sent("<authentication information>");
                self.write(&step.clone().into_wire()).await?;
            }
            ClientStep::Await => {
                self.take_reply().await?;
            }
            ClientStep::Upgrade { .. } => self.start_tls().await?,
            _ => {}
        }
        Ok(step)
    }

    pub(super) async fn write(&mut self, octets: &[u8]) -> Result<(), ConnectFailure> {
        self.channel.write_all(octets).await.map_err(|error| lost(&error))
    }

    pub(super) async fn take_reply(&mut self) -> Result<Reply, ConnectFailure> {
        loop {
            match self.protocol.take_reply() {
                Some(Ok(reply)) => {
                    self.log.received_reply(&reply);
                    return Ok(reply);
                }
                Some(Err(_)) => return Err(ConnectFailure::Dropped(SocketError::ConnectionReset)),
                None => {}
            }
            self.channel.flush().await.map_err(|error| lost(&error))?;
            let clock = &self.caller.computer.clock;
            let read =
                clock.timeout(self.caller.patience, self.channel.read(&mut self.buffer)).await;
            match read {
                Err(_) => return Err(ConnectFailure::Silent),
                Ok(Err(error)) => return Err(lost(&error)),
                Ok(Ok(0)) => return Err(ConnectFailure::Dropped(SocketError::ConnectionReset)),
                Ok(Ok(count)) => self.protocol.receive(&self.buffer[..count]),
            }
        }
    }

    async fn start_tls(&mut self) -> Result<(), ConnectFailure> {
        let Channel::Plain(stream) = std::mem::replace(&mut self.channel, Channel::Gone) else {
            return Err(ConnectFailure::TlsFailed("SocketError".to_owned()));
        };
        let is_internal = self.caller.tls == TlsPolicy::ExchangeServers;
        if let Some(own) = self.caller.identity.certificate().filter(|_| !is_internal) {
            self.log.information(&tls_channel::showing(own));
        }
        let clock = self.caller.computer.clock.clone();
        let handshake = tls_channel::connect(&self.caller.identity, stream, &self.target.name);
        let outcome = clock.timeout(self.caller.patience, handshake).await;
        let (channel, peer) = match outcome {
            Err(_) => return Err(ConnectFailure::Silent),
            Ok(Err(error)) => {
                self.log.information(&Information::TlsFailed { error: error.clone() });
                return Err(ConnectFailure::TlsFailed(error));
            }
            Ok(Ok(established)) => established,
        };
        for row in peer.rows(is_internal) {
            self.log.information(&row);
        }
        self.channel = channel;
        if let TlsPolicy::Required(validation) = &self.caller.tls
            && let Some(failure) = peer.judge(validation, &self.caller.trust, clock.now())
        {
            return Err(ConnectFailure::Certificate(failure));
        }
        self.peer = Some(peer);
        self.protocol.tls_started();
        Ok(())
    }

    /// Hangs up on a peer that mail cannot be sent to.
    async fn abandon(&mut self, failure: &ConnectFailure) {
        let ending = match failure {
            ConnectFailure::Dropped(SocketError::ConnectionReset) => Ending::RemoteReset,
            ConnectFailure::Dropped(_) | ConnectFailure::TlsFailed(_) => Ending::Remote,
            _ => {
                let _ = self.channel.shutdown().await;
                Ending::Local
            }
        };
        self.log.ended(ending);
    }
}

fn lost(error: &std::io::Error) -> ConnectFailure {
    match error.kind() {
        ErrorKind::TimedOut => ConnectFailure::Silent,
        _ => ConnectFailure::Dropped(SocketError::from_io(error)),
    }
}

/// What a message under way is told when the connection breaks.
fn dropped(failure: &ConnectFailure) -> String {
    let error = match failure {
        ConnectFailure::Silent => "TimedOut",
        ConnectFailure::Dropped(error) => error.name(),
        _ => "SocketError",
    };
    format!("421 4.4.2 Connection dropped due to {error}")
}
