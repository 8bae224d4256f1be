//! A question on its way to a server and the reply on its way back, by UDP and by TCP.

use std::io;
use std::net::{IpAddr, SocketAddr};

use fabric::{Host, UdpSocket};
use hickory_proto::op::Message;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::wire::{self, PORT};

/// More than any reply by UDP that is asked for here.
const REPLY_MAX: usize = 4096;

/// A question under way from one port of a host.
pub(crate) struct Question {
    host: Host,
    own: IpAddr,
    socket: UdpSocket,
    message: Message,
    bytes: Vec<u8>,
    asked: Vec<IpAddr>,
}

impl Question {
    /// Takes a port of that address of the host.
    pub(crate) fn new(host: &Host, own: IpAddr, message: Message) -> io::Result<Self> {
        let socket = host.bind_udp(SocketAddr::new(own, 0))?;
        let bytes = message.to_vec().map_err(io::Error::other)?;
        Ok(Self { host: host.clone(), own, socket, message, bytes, asked: Vec::new() })
    }

    /// Sends it to a server by UDP.
    pub(crate) async fn send(&mut self, server: IpAddr) -> io::Result<()> {
        if !self.asked.contains(&server) {
            self.asked.push(server);
        }
        self.socket.send_to(&self.bytes, SocketAddr::new(server, PORT)).await.map(drop)
    }

    /// The next reply by UDP of a server that was asked; anything else is ignored.
    pub(crate) async fn reply(&self) -> io::Result<(IpAddr, Message)> {
        let mut buffer = vec![0; REPLY_MAX];
        loop {
            let (length, from) = self.socket.recv_from(&mut buffer).await?;
            if from.port() == PORT
                && self.asked.contains(&from.ip())
                && let Ok(reply) = Message::from_vec(&buffer[..length])
                && wire::answers(&reply, &self.message)
            {
                return Ok((from.ip(), reply));
            }
        }
    }

    /// Asks a server by TCP (RFC 7766) and waits for its reply.
    pub(crate) async fn ask_by_tcp(&self, server: IpAddr) -> io::Result<Message> {
        let to = SocketAddr::new(server, PORT);
        let mut stream = self.host.connect_from(self.own, to).await?;
        stream.write_all(&framed(&self.bytes)).await?;
        let mut bytes = vec![0; usize::from(stream.read_u16().await?)];
        stream.read_exact(&mut bytes).await?;
        let reply = Message::from_vec(&bytes).map_err(io::Error::other)?;
        if wire::answers(&reply, &self.message) {
            return Ok(reply);
        }
        Err(io::ErrorKind::InvalidData.into())
    }
}

/// The message with its length before it, as TCP carries it (RFC 1035, 4.2.2).
pub(crate) fn framed(message: &[u8]) -> Vec<u8> {
    let length = u16::try_from(message.len()).expect("no message is encoded any longer");
    [&length.to_be_bytes(), message].concat()
}
