//! What clients do that are no servers: they log on with AUTH LOGIN, and hang up when they have done their part.
//!
//! Source: [MS-XLOGIN]; real protocol logs of printers, backup programs and bots.

use std::time::Duration;

use smtp::{ClientMessage, ClientStep, Command, Reply};
use tokio::io::AsyncWriteExt;

use crate::smtp_in::base64;
use crate::smtp_out::{ConnectFailure, Connection};

/// How long a client that hangs up stays; half a second in a real log.
const STAYS: Duration = Duration::from_millis(500);

impl Connection {
    /// Asks for AUTH LOGIN, offered or not, and gives name and password; the server's last word.
    ///
    /// # Errors
    /// When the connection breaks.
    pub async fn log_on(&mut self, user: &str, password: &str) -> Result<Reply, ConnectFailure> {
        let auth = Command::Auth { mechanism: "LOGIN".to_owned(), initial_response: None };
        if self.protocol.ask(auth).is_err() {
            return Err(ConnectFailure::Silent);
        }
        let mut answers = [user, password].into_iter();
        let mut said = None;
        loop {
            match self.protocol.step() {
                ClientStep::Await => said = Some(self.take_reply().await?),
                ClientStep::Challenge(_) => {
                    // A server that asks more than that is given up on (RFC 4954).
                    let answer = answers
                        .next()
                        .map_or_else(|| "*".to_owned(), |answer| base64::encode(answer.as_bytes()));
                    let _ = self.protocol.answer(answer);
                }
                ClientStep::Ready | ClientStep::Closed => {
                    return said.ok_or(ConnectFailure::Silent);
                }
                step => self.write(&step.into_wire()).await?,
            }
        }
    }

    /// Sends a message and hangs up, without reading what becomes of it; the server's reply to it is then answered with a
    /// reset. Gives the reply that kept it from sending, if one did.
    pub async fn send_and_hang_up(mut self, message: ClientMessage) -> Option<Reply> {
        self.protocol.begin(message).ok()?;
        loop {
            match self.advance().await.ok()? {
                ClientStep::SendContent(_) => {
                    self.channel.flush().await.ok()?;
                    self.caller.computer.clock.sleep(STAYS).await;
                    return None;
                }
                ClientStep::Outcome(outcome) => {
                    return outcome.for_recipient(0).filter(|reply| reply.is_negative()).cloned();
                }
                ClientStep::Ready | ClientStep::Closed | ClientStep::Challenge(_) => return None,
                _ => {}
            }
        }
    }
}
