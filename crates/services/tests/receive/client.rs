//! A client that says what a test tells it to, and reads replies.

use std::net::IpAddr;
use std::time::Duration;

use ca::{HandshakeError, TlsClient, TlsVersion};
use fabric::{Clock, Host, TcpStream};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use crate::world::World;

/// Longer than any delay of the server.
const PATIENCE: Duration = Duration::from_mins(15);

pub(crate) trait Wire: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Wire for T {}

pub(crate) struct Client<W = TcpStream> {
    pub(crate) wire: W,
    clock: Clock,
    unread: Vec<u8>,
}

impl Client {
    /// Connects to port 25 from an address of its own, and reads the banner.
    pub(crate) async fn greeted(world: &World) -> Self {
        let mut client = Self::connect(world, &world.host(address(1))).await;
        assert!(client.reply().await.starts_with("220 MBX01.contoso.com Microsoft ESMTP"));
        client
    }

    /// Connects to port 25 and reads nothing.
    pub(crate) async fn connect(world: &World, host: &Host) -> Self {
        Self::connect_to(world, host, "10.0.0.13:25").await
    }

    /// Connects to some server and reads nothing.
    pub(crate) async fn connect_to(world: &World, host: &Host, endpoint: &str) -> Self {
        let wire = host.connect(endpoint.parse().expect("an endpoint")).await;
        let wire = wire.expect("the service listens");
        Self { wire, clock: world.clock().clone(), unread: Vec::new() }
    }

    /// Starts TLS, whatever is said before.
    pub(crate) async fn start_tls(
        self,
        world: &World,
        version: TlsVersion,
    ) -> Result<Client<impl Wire>, HandshakeError> {
        let identity = TlsClient::new(None, &[version], world.clock()).expect("a version");
        let (wire, _) = identity.connect(self.wire, "mbx01.contoso.com").await?;
        Ok(Client { wire, clock: self.clock, unread: Vec::new() })
    }
}

impl<W: Wire> Client<W> {
    pub(crate) async fn send(&mut self, octets: &[u8]) {
        self.wire.write_all(octets).await.expect("the server reads");
        self.wire.flush().await.expect("the server reads");
    }

    /// The next reply, its lines joined by `|`; empty when the server has hung up.
    pub(crate) async fn reply(&mut self) -> String {
        let mut lines: Vec<String> = Vec::new();
        while let Some(line) = self.line().await {
            let is_last = line.as_bytes().get(3) != Some(&b'-');
            lines.push(line);
            if is_last {
                break;
            }
        }
        lines.join("|")
    }

    /// Says a line and reads the reply.
    pub(crate) async fn ask(&mut self, line: &str) -> String {
        self.send(format!("{line}\r\n").as_bytes()).await;
        self.reply().await
    }

    /// Says lines one after the other and reads the replies.
    pub(crate) async fn ask_all<const N: usize>(&mut self, lines: [&str; N]) -> Vec<String> {
        let mut replies = Vec::new();
        for line in lines {
            replies.push(self.ask(line).await);
        }
        replies
    }

    /// Reads so many replies.
    pub(crate) async fn replies(&mut self, count: usize) -> Vec<String> {
        let mut replies = Vec::new();
        for _ in 0..count {
            replies.push(self.reply().await);
        }
        replies
    }

    /// Says goodbye, and waits until the log of the session is complete.
    pub(crate) async fn quit(mut self) {
        assert_eq!(self.ask("QUIT").await, "221 2.0.0 Service closing transmission channel");
        assert_eq!(self.reply().await, "", "the server hangs up");
        drop(self.wire);
        self.clock.sleep(Duration::from_secs(5)).await;
    }

    async fn line(&mut self) -> Option<String> {
        loop {
            if let Some(end) = self.unread.windows(2).position(|octets| octets == b"\r\n") {
                let line: Vec<u8> = self.unread.drain(..end + 2).take(end).collect();
                return Some(String::from_utf8_lossy(&line).into_owned());
            }
            let mut buffer = [0; 4096];
            let read = self.clock.timeout(PATIENCE, self.wire.read(&mut buffer)).await;
            match read.expect("the server says something or hangs up") {
                Ok(count) if count > 0 => self.unread.extend_from_slice(&buffer[..count]),
                _ => return None,
            }
        }
    }
}

/// `192.0.2.n`, and so on in the networks behind it.
pub(crate) fn address(n: u16) -> IpAddr {
    let [high, low] = n.to_be_bytes();
    IpAddr::from([192, 0, 2 + high, low])
}
