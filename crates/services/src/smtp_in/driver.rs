//! The driver of a receive session: reads, has the service answer, sends, logs.
//!
//! A client holds up nobody but itself: what it sends is read in small pieces and answered before more
//! is read, and where it does not take its answers the session ends when its patience does.

use std::sync::Arc;
use std::time::Duration;

use fabric::{Clock, Listener, TcpStream};
use logs::information_row::Information;
use smtp::{BareLineFeeds, Reply, Request, ServerEvent, ServerOptions, ServerSession, ServerState};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::computer::Tasks;
use crate::session_log::{Ending, SessionLog};
use crate::smtp_in::answers::{EXPS, PROXY_FROM, QUERY_DISCARD};
use crate::smtp_in::connections::{Connections, Excess};
use crate::smtp_in::handshake;
use crate::smtp_in::logon::Logon;
use crate::smtp_in::permissions::Identity;
use crate::smtp_in::service::SmtpService;
use crate::smtp_in::session::Session;
use crate::smtp_in::wording::reply;
use crate::tls_channel::Channel;

/// TLS between Exchange servers.
pub(super) const ANONYMOUS_TLS: &str = "X-ANONYMOUSTLS";

/// Octets read at once.
const READ_MAX: usize = 8 * 1024;

/// Replies to pipelined commands are held back until there are so many.
const UNSENT_MAX: usize = 100;

/// How long a client that is being hung up on may take to hang up as well. Its last reply would be lost
/// if the connection were reset because of what it sent meanwhile.
const FAREWELL_MAX: Duration = Duration::from_secs(2);

/// Serves every connection that a listener accepts, and counts them with those of the same service.
pub(super) async fn accept_all<S: SmtpService>(
    service: Arc<S>,
    clock: Clock,
    listener: Listener,
    tasks: Tasks,
    connections: Connections,
) {
    while let Ok(stream) = listener.accept().await {
        tasks.spawn(serve(service.clone(), clock.clone(), stream, connections.clone()));
    }
}

/// Serves one connection.
pub async fn serve<S: SmtpService>(
    service: Arc<S>,
    clock: Clock,
    stream: TcpStream,
    connections: Connections,
) {
    let (local, remote) = (stream.local_addr(), stream.peer_addr());
    let Some(connector) = service.connector(local, remote) else { return };
    let id = service.session_ids().issue();
    let directory = service.protocol_log(&connector);
    let log = SessionLog::receiving(clock.clone(), directory, &connector, id, remote);
    let options = ServerOptions {
        extension_verbs: [EXPS, PROXY_FROM, QUERY_DISCARD].map(str::to_owned).to_vec(),
        tls_verbs: vec![ANONYMOUS_TLS.to_owned()],
        message_octets_max: connector.max_message_size.0,
        protocol_errors_max: match connector.max_protocol_errors {
            exchange::quantity::Unlimited::Limited(limit) => u32::try_from(limit).ok(),
            exchange::quantity::Unlimited::Unlimited => None,
        },
        bare_line_feeds_in_content: if connector.bare_linefeed_rejection_enabled {
            BareLineFeeds::Refuse
        } else {
            BareLineFeeds::Accept
        },
        ..ServerOptions::default()
    };
    let admission = connections.admit(&connector, remote.ip());
    let session = Session {
        id,
        begun: clock.now(),
        connector,
        local,
        remote,
        hello: String::new(),
        tls: None,
        identity: Identity::Anonymous,
        proxied: None,
        messages: 0,
    };
    let mut driver = Driver {
        protocol: ServerSession::new(options),
        clock,
        service,
        session,
        log,
        connections,
        excess: admission.as_ref().err().copied(),
        logon: None,
        failed_logons: 0,
        unsent: Vec::new(),
        is_anonymous_tls: false,
        logged_client_certificate: false,
    };
    let (ending, channel) = driver.run(stream).await;
    driver.log.ended(ending);
    drop(admission);
    if let (Ending::Local, Some(channel)) = (ending, channel) {
        driver.part(channel).await;
    }
}

pub(super) struct Driver<S: SmtpService> {
    pub(super) protocol: ServerSession,
    pub(super) clock: Clock,
    pub(super) service: Arc<S>,
    pub(super) session: Session,
    pub(super) log: SessionLog,
    pub(super) connections: Connections,
    /// Why the connection is one too many.
    pub(super) excess: Option<Excess>,
    /// A logon that has begun.
    pub(super) logon: Option<Logon>,
    pub(super) failed_logons: u32,
    pub(super) is_anonymous_tls: bool,
    pub(super) logged_client_certificate: bool,
    /// Replies not yet on the wire, for the log.
    unsent: Vec<Reply>,
}

impl<S: SmtpService> Driver<S> {
    /// How the session ended, and the channel if it is still there.
    async fn run(&mut self, stream: TcpStream) -> (Ending, Option<Channel>) {
        self.log.connected(self.session.local);
        let mut channel = Channel::Plain(stream);
        let mut buffer = vec![0; READ_MAX];
        loop {
            while let Some(event) = self.protocol.poll() {
                if event.request == Request::Quit && self.service.manners().hangs_up_on_quit {
                    return (Ending::Local, Some(channel));
                }
                self.answer(event).await;
                let is_last = !self.protocol.has_more_input() || self.unsent.len() >= UNSENT_MAX;
                if is_last && let Err(ending) = self.flush(&mut channel).await {
                    return (ending, None);
                }
            }
            if let Err(ending) = self.flush(&mut channel).await {
                return (ending, None);
            }
            match self.protocol.state() {
                ServerState::Closed => return (Ending::Local, Some(channel)),
                ServerState::TlsHandshake => match self.start_tls(channel).await {
                    Ok(encrypted) => {
                        channel = encrypted;
                        continue;
                    }
                    Err(ending) => return (ending, None),
                },
                _ => {}
            }
            match self.read(&mut channel, &mut buffer).await {
                Ok(0) => return (Ending::Remote, None),
                Ok(count) => self.protocol.receive(&buffer[..count]),
                Err(Silence::TimedOut) => self.say(reply(self.service.wording().timed_out)),
                Err(Silence::Broken) => return (Ending::RemoteReset, None),
            }
        }
    }

    /// How long the client may make the session wait now.
    fn patience(&self) -> Duration {
        let connector = &self.session.connector;
        let elapsed = self.clock.now().duration_since(self.session.begun).unsigned_abs();
        let left = connector.connection_timeout.0.saturating_sub(elapsed);
        connector.connection_inactivity_timeout.0.min(left)
    }

    async fn read(&self, channel: &mut Channel, buffer: &mut [u8]) -> Result<usize, Silence> {
        let patience = self.patience();
        // A client that always has something to say would otherwise stay for ever.
        if patience.is_zero() {
            return Err(Silence::TimedOut);
        }
        match self.clock.timeout(patience, channel.read(buffer)).await {
            Err(_) => Err(Silence::TimedOut),
            Ok(Err(error)) if error.kind() == std::io::ErrorKind::UnexpectedEof => Ok(0),
            Ok(Err(_)) => Err(Silence::Broken),
            Ok(Ok(count)) => Ok(count),
        }
    }

    /// Sends what is ready, and logs replies only now: so pipelined commands stand before them.
    async fn flush(&mut self, channel: &mut Channel) -> Result<(), Ending> {
        for reply in std::mem::take(&mut self.unsent) {
            self.log.sent_reply(&reply);
        }
        let output = self.protocol.take_output();
        if output.is_empty() {
            return Ok(());
        }
        let send = async {
            channel.write_all(&output).await?;
            channel.flush().await
        };
        // The last reply goes out even when the time is up.
        let patience = self.patience().max(FAREWELL_MAX);
        match self.clock.timeout(patience, send).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(Ending::RemoteReset),
            Err(_) => Err(Ending::Local),
        }
    }

    /// Hangs up, and waits for the client to do the same.
    async fn part(&self, mut channel: Channel) {
        let farewell = async {
            if channel.shutdown().await.is_ok() {
                let mut unread = [0; 512];
                while channel.read(&mut unread).await.is_ok_and(|count| count > 0) {}
            }
        };
        let _ = self.clock.timeout(FAREWELL_MAX, farewell).await;
    }

    pub(super) fn say(&mut self, reply: Reply) {
        self.protocol.reply(&reply);
        self.unsent.push(as_logged(reply));
    }

    async fn answer(&mut self, event: ServerEvent) {
        if let Some(line) = logged_line(&event) {
            self.log.received(line);
        }
        let answer = self.decide(event.request).await;
        for information in &answer.information {
            self.log.information(information);
        }
        let mut reply = answer.reply;
        if reply.is_negative() {
            let trailer = self.service.trailer(&self.session);
            if let (Some(last), false) = (reply.lines.last_mut(), trailer.is_empty()) {
                last.push(' ');
                last.push_str(&trailer);
            }
        }
        self.say(reply);
    }

    /// Notes a delay in the log and waits for it.
    pub(super) async fn tarpit(&mut self, delay: Duration) {
        if delay.is_zero() {
            return;
        }
        let span = jiff::SignedDuration::try_from(delay).unwrap_or_default();
        let outcome = String::new();
        self.log.information(&Information::Tarpit { delay: span, due_to: None, outcome });
        self.clock.sleep(delay).await;
    }

    async fn start_tls(&mut self, channel: Channel) -> Result<Channel, Ending> {
        let limit = self.session.connector.connection_inactivity_timeout.0;
        if !self.is_anonymous_tls
            && let Some(row) = handshake::showing(&*self.service, &self.session)
        {
            self.log.information(&row);
        }
        let clock = self.clock.clone();
        let accept = handshake::accept(
            &*self.service,
            &self.session,
            channel,
            self.is_anonymous_tls,
            || clock.now(),
        );
        let Ok(accepted) = self.clock.timeout(limit, accept).await else {
            return Err(Ending::Local);
        };
        for row in &accepted.rows {
            self.log.information(row);
        }
        let (channel, tls) = accepted.outcome?;
        self.session.tls = Some(tls);
        self.protocol.tls_started();
        Ok(channel)
    }
}

enum Silence {
    TimedOut,
    Broken,
}

/// The line for the log; what proves an identity is masked, and answers to a challenge are not logged:
/// in real logs two rows `334 <authentication response>` follow `AUTH LOGIN` with nothing between.
fn logged_line(event: &ServerEvent) -> Option<&str> {
    match &event.request {
        Request::AuthResponse(_) => None,
        Request::Auth { mechanism, initial_response: Some(_) } => {
            let end = event.line.find(mechanism.as_str()).map(|at| at + mechanism.len());
            event.line.get(..end?)
        }
        Request::Extension { verb, .. } if verb.eq_ignore_ascii_case(EXPS) => {
            Some("X-EXPS EXCHANGEAUTH SHA256 ")
        }
        _ => Some(event.line.as_str()).filter(|line| !line.is_empty()),
    }
}

/// The reply for the log; a challenge is masked, as real logs have it.
fn as_logged(reply: Reply) -> Reply {
    if reply.code == 334 { Reply::plain(334, "<authentication response>") } else { reply }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn logged(line: &str, request: Request) -> Option<String> {
        logged_line(&ServerEvent { line: line.to_owned(), request }).map(str::to_owned)
    }

    #[test]
    fn what_proves_an_identity_is_not_logged() {
        let auth = |initial: Option<&str>| Request::Auth {
            mechanism: "login".to_owned(),
            initial_response: initial.map(str::to_owned),
        };
        assert_eq!(logged("AUTH login", auth(None)).as_deref(), Some("AUTH login"));
        assert_eq!(logged("AUTH login YQ==", auth(Some("YQ=="))).as_deref(), Some("AUTH login"));
        assert_eq!(logged("c2VjcmV0", Request::AuthResponse("c2VjcmV0".to_owned())), None);
        assert_eq!(
            as_logged(reply("334 UGFzc3dvcmQ6")).to_string(),
            "334 <authentication response>"
        );
    }
}
