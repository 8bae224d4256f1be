//! The driver of a receive session: reads, asks the service, answers, logs.

use std::sync::Arc;

use fabric::{Clock, Listener, TcpStream};
use jiff::Timestamp;
use logs::information_row::Information;
use smtp::{
    BareLineFeeds, ContentFault, HelloVerb, Reply, Request, ServerEvent, ServerOptions,
    ServerSession, ServerState,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::computer::Tasks;
use crate::session_log::{Ending, SessionLog};
use crate::smtp_in::capabilities::Stage;
use crate::smtp_in::handshake;
use crate::smtp_in::permissions::Identity;
use crate::smtp_in::service::{Arrived, SmtpService};
use crate::smtp_in::session::{ProxiedClient, Session};
use crate::smtp_in::wording::reply;
use crate::tls_channel::Channel;

/// TLS between Exchange servers.
pub(super) const ANONYMOUS_TLS: &str = "X-ANONYMOUSTLS";
const EXPS: &str = "X-EXPS";
const PROXY_FROM: &str = "XPROXYFROM";

/// Serves every connection that a listener accepts.
pub async fn accept_all<S: SmtpService>(
    service: Arc<S>,
    clock: Clock,
    listener: Listener,
    tasks: Tasks,
) {
    while let Ok(stream) = listener.accept().await {
        tasks.spawn(serve(service.clone(), clock.clone(), stream));
    }
}

/// Serves one connection.
pub async fn serve<S: SmtpService>(service: Arc<S>, clock: Clock, stream: TcpStream) {
    let (local, remote) = (stream.local_addr(), stream.peer_addr());
    let Some(connector) = service.connector(local, remote) else { return };
    let id = service.session_ids().issue();
    let directory = service.protocol_log(&connector);
    let log = SessionLog::new(clock.clone(), directory, connector.identity(), id, remote);
    let options = ServerOptions {
        extension_verbs: vec![EXPS.to_owned(), PROXY_FROM.to_owned()],
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
        unsent: Vec::new(),
        is_anonymous_tls: false,
        logged_client_certificate: false,
    };
    let ending = driver.run(stream).await;
    driver.log.ended(ending);
}

struct Driver<S: SmtpService> {
    protocol: ServerSession,
    clock: Clock,
    service: Arc<S>,
    session: Session,
    log: SessionLog,
    /// Replies not yet on the wire, for the log.
    unsent: Vec<Reply>,
    is_anonymous_tls: bool,
    logged_client_certificate: bool,
}

impl<S: SmtpService> Driver<S> {
    async fn run(&mut self, stream: TcpStream) -> Ending {
        self.log.connected(self.session.local);
        let mut channel = Channel::Plain(stream);
        let mut buffer = vec![0; 16 * 1024];
        loop {
            while let Some(event) = self.protocol.poll() {
                self.answer(event).await;
                if !self.protocol.has_more_input() && self.flush(&mut channel).await.is_err() {
                    return Ending::RemoteReset;
                }
            }
            if self.flush(&mut channel).await.is_err() {
                return Ending::RemoteReset;
            }
            match self.protocol.state() {
                ServerState::Closed => {
                    let _ = channel.shutdown().await;
                    return Ending::Local;
                }
                ServerState::TlsHandshake => match self.start_tls(channel).await {
                    Ok(encrypted) => {
                        channel = encrypted;
                        continue;
                    }
                    Err(ending) => return ending,
                },
                _ => {}
            }
            match self.read(&mut channel, &mut buffer).await {
                Ok(0) => return Ending::Remote,
                Ok(count) => self.protocol.receive(&buffer[..count]),
                Err(Silence::TimedOut) => {
                    self.say(reply("421 4.4.1 Connection timed out"));
                }
                Err(Silence::Broken) => return Ending::RemoteReset,
            }
        }
    }

    async fn read(&self, channel: &mut Channel, buffer: &mut [u8]) -> Result<usize, Silence> {
        let connector = &self.session.connector;
        let elapsed = self.clock.now().duration_since(self.session.begun).unsigned_abs();
        let left = connector.connection_timeout.0.saturating_sub(elapsed);
        let patience = connector.connection_inactivity_timeout.0.min(left);
        match self.clock.timeout(patience, channel.read(buffer)).await {
            Err(_) => Err(Silence::TimedOut),
            Ok(Err(error)) if error.kind() == std::io::ErrorKind::UnexpectedEof => Ok(0),
            Ok(Err(_)) => Err(Silence::Broken),
            Ok(Ok(count)) => Ok(count),
        }
    }

    /// Sends what is ready, and logs replies only now: so pipelined commands stand before them.
    async fn flush(&mut self, channel: &mut Channel) -> std::io::Result<()> {
        for reply in std::mem::take(&mut self.unsent) {
            self.log.sent_reply(&reply);
        }
        let output = self.protocol.take_output();
        if output.is_empty() {
            return Ok(());
        }
        channel.write_all(&output).await?;
        channel.flush().await
    }

    fn say(&mut self, reply: Reply) {
        self.protocol.reply(&reply);
        self.unsent.push(reply);
    }

    async fn answer(&mut self, event: ServerEvent) {
        if !event.line.is_empty() {
            self.log.received(logged_line(&event));
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

    async fn decide(&mut self, request: Request) -> Arrived {
        let wording = self.service.wording();
        match request {
            Request::Connected => self.service.banner(&self.session).into(),
            Request::Hello { verb, domain } => self.hello(verb, domain),
            Request::StartTls { verb } => {
                self.is_anonymous_tls = verb.eq_ignore_ascii_case(ANONYMOUS_TLS);
                wording.start_tls().into()
            }
            Request::Auth { .. } | Request::AuthResponse(_) => {
                self.tarpitted(reply("535 5.7.3 Authentication unsuccessful")).await
            }
            Request::Extension { verb, arguments } => self.extension(&verb, &arguments),
            Request::Mail(mail) => {
                let reply = self.service.mail(&self.session, &mail).await;
                if !reply.is_positive() {
                    return self.tarpitted(reply).await;
                }
                self.session.messages += 1;
                let information = Information::ReceivingMessage {
                    session_id: self.session.id.to_string(),
                    begun: self.session.begun,
                    message: self.session.messages,
                };
                Arrived { reply, information: vec![information] }
            }
            Request::Rcpt(rcpt) => {
                let Some(envelope) = self.protocol.envelope().cloned() else {
                    return wording.error(&smtp::ProtocolError::MailFirst).into();
                };
                let reply = self.service.recipient(&self.session, &envelope, &rcpt).await;
                if reply.is_positive() { reply.into() } else { self.tarpitted(reply).await }
            }
            Request::Data => wording.data().into(),
            Request::Chunk { octets } => {
                reply(&format!("250 2.6.0 CHUNK received OK, {octets} octets")).into()
            }
            Request::Message { content, .. } => match self.protocol.envelope().cloned() {
                Some(envelope) => self.service.message(&self.session, &envelope, content).await,
                None => wording.error(&smtp::ProtocolError::MailFirst).into(),
            },
            Request::MessageRefused { fault, .. } => match fault {
                ContentFault::TooLarge { .. } => {
                    reply(exchange::status::MESSAGE_SIZE_EXCEEDED).into()
                }
                ContentFault::BareLineFeed => {
                    reply("550 5.6.11 SMTPSEND.BareLinefeedsAreIllegal; message contains bare linefeeds, which cannot be sent via DATA").into()
                }
            },
            Request::Reset => wording.reset().into(),
            Request::Noop => wording.noop().into(),
            Request::Vrfy(_) => reply("252 2.1.5 Cannot VRFY user").into(),
            Request::Expn(_) => reply("502 5.3.3 Command not implemented").into(),
            Request::Help(_) => Reply::with_lines(
                214,
                vec![
                    "This server supports the following commands:".to_owned(),
                    "HELO EHLO STARTTLS RCPT DATA RSET MAIL QUIT HELP AUTH BDAT".to_owned(),
                ],
            )
            .into(),
            Request::Quit => wording.quit().into(),
            Request::Refused(error) => wording.error(&error).into(),
        }
    }

    fn hello(&mut self, verb: HelloVerb, domain: String) -> Arrived {
        self.session.hello = domain;
        let stage = Stage {
            is_tls: self.session.tls.is_some(),
            is_anonymous_tls: self.is_anonymous_tls,
            has_certificate: self.service.certificate(&self.session.connector).is_some(),
            has_internal_certificate: self.service.internal_certificate().is_some(),
            offers_xoorg: self.session.is_cross_premises(),
        };
        let (greeting, capabilities) = self.service.offers(&self.session, stage);
        let reply = match verb {
            HelloVerb::Ehlo => capabilities.to_reply(&greeting),
            HelloVerb::Helo => Reply::plain(250, greeting),
        };
        let mut information = Vec::new();
        if let Some(tls) = &self.session.tls
            && !self.logged_client_certificate
            && !self.is_anonymous_tls
        {
            self.logged_client_certificate = true;
            information.clone_from(&tls.information);
        }
        Arrived { reply, information }
    }

    fn extension(&mut self, verb: &str, arguments: &str) -> Arrived {
        if verb.eq_ignore_ascii_case(EXPS) && self.is_anonymous_tls {
            return match self.service.authenticate(&self.session, arguments) {
                Some(server) => {
                    let user = server.split('.').next().unwrap_or(&server).to_ascii_uppercase();
                    let user = format!("{user}$");
                    self.session.identity = Identity::ExchangeServer(server);
                    Arrived {
                        reply: Reply::plain(235, "<authentication response>"),
                        information: vec![Information::Authenticated { user }],
                    }
                }
                None => reply("535 5.7.3 Authentication unsuccessful").into(),
            };
        }
        let is_server = matches!(self.session.identity, Identity::ExchangeServer(_));
        if verb.eq_ignore_ascii_case(PROXY_FROM) && is_server {
            return match ProxiedClient::parse(arguments) {
                Some(client) => {
                    self.session.proxied = Some(client);
                    Reply::plain(250, "XProxyFrom accepted").into()
                }
                None => reply("501 5.5.4 Invalid arguments").into(),
            };
        }
        reply("500 5.3.3 Unrecognized command").into()
    }

    /// A refusal to a stranger is held back for the connector's tarpit interval.
    async fn tarpitted(&mut self, reply: Reply) -> Arrived {
        let delay = self.session.connector.tarpit_interval.0;
        if delay.is_zero() || self.session.identity != Identity::Anonymous {
            return reply.into();
        }
        let span = jiff::SignedDuration::try_from(delay).unwrap_or_default();
        self.log.information(&Information::Tarpit {
            delay: span,
            due_to: None,
            outcome: String::new(),
        });
        self.clock.sleep(delay).await;
        reply.into()
    }

    async fn start_tls(&mut self, channel: Channel) -> Result<Channel, Ending> {
        let limit = self.session.connector.connection_inactivity_timeout.0;
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

/// The line for the log; what proves an identity is masked.
fn logged_line(event: &ServerEvent) -> &str {
    match &event.request {
        Request::AuthResponse(_) => "<authentication information>",
        Request::Extension { verb, .. } if verb.eq_ignore_ascii_case(EXPS) => {
            "X-EXPS EXCHANGEAUTH SHA256 "
        }
        _ => &event.line,
    }
}

/// When a session began, as the reply to a message needs it.
pub(crate) fn seconds_since(begun: Timestamp, now: Timestamp) -> f64 {
    now.duration_since(begun).as_secs_f64()
}
