//! Forwarders: servers that a server asks about names which it has no zone for.
//!
//! They are asked in order, each once. Who says nothing within the forwarding timeout (3 s) is
//! followed by the next, who gets a second more; 8 s after the first (the recursion timeout) no
//! further one is asked. So with the defaults of Windows Server 2008 R2 and later three forwarders
//! get their turn, at 0, 3 and 7 s, and the client hears of the failure after 11 s (Microsoft Learn,
//! "Forwarders and conditional forwarders resolution timeouts", KB 2834250; the half second of
//! "system overhead" there is left out).
//!
//! Not known, so assumed: who answers that it failed or refuses is followed by the next at once; a
//! question by TCP, after a truncated answer, ends within the same timeout.
//!
//! Not modelled: root hints, conditional forwarders, reordering, a cache of what forwarders said.

use std::net::IpAddr;
use std::time::Duration;

use fabric::Host;
use hickory_proto::op::{Message, ResponseCode};

use crate::exchange::Question;
use crate::under_way::Forwarded;

/// How long a server waits in all before it asks no further forwarder.
const RECURSION_TIMEOUT: Duration = Duration::from_secs(8);

/// What every forwarder after the first gets beyond the timeout.
const FURTHER: Duration = Duration::from_secs(1);

/// Whom a server asks, as `Set-DnsServerForwarder` sets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forwarders {
    /// In the order in which they are asked. Without any, the server refuses.
    pub servers: Vec<IpAddr>,
    /// How long it waits for each.
    pub timeout: Duration,
}

impl Default for Forwarders {
    fn default() -> Self {
        Self { servers: Vec::new(), timeout: Duration::from_secs(3) }
    }
}

impl Forwarders {
    /// Asks the forwarders, until one gives an answer that counts.
    pub(crate) async fn ask(&self, host: &Host, own: IpAddr, question: Message) -> Forwarded {
        let clock = host.clock();
        let start = clock.now();
        let mut wait = self.timeout;
        let mut asked = Vec::new();
        for server in &self.servers {
            let passed = clock.now().duration_since(start).unsigned_abs();
            if passed > RECURSION_TIMEOUT {
                break;
            }
            asked.push(*server);
            // Boxed, or each level above would hold the whole exchange in its own future.
            let reply = Box::pin(ask_one(host, own, &question, *server));
            let reply = clock.timeout(wait, reply).await;
            if let Ok(Some(reply)) = reply {
                return Forwarded { reply: Some(reply), asked };
            }
            wait = self.timeout + FURTHER;
        }
        Forwarded { reply: None, asked }
    }
}

async fn ask_one(host: &Host, own: IpAddr, message: &Message, server: IpAddr) -> Option<Message> {
    let mut question = Question::new(host, own, message.clone()).ok()?;
    question.send(server).await.ok()?;
    let (_, mut reply) = question.reply().await.ok()?;
    if reply.metadata.truncation {
        reply = question.ask_by_tcp(server).await.ok()?;
    }
    let counts = [ResponseCode::NoError, ResponseCode::NXDomain];
    counts.contains(&reply.metadata.response_code).then_some(reply)
}
