//! A server's ports: what comes in is noted, answered and sent back.

use std::io;
use std::sync::Arc;

use fabric::{Listener, Protocol, TcpStream, UdpSocket, first_of};
use hickory_proto::op::Message;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::task::JoinSet;

use crate::answer::{Answering, Incoming, answer_max, format_error, question_of};
use crate::exchange::framed;
use crate::query_journal::{Answered, QueryEntry};
use crate::server::Shared;
use crate::wire;

/// More than any query: the header, one question and what EDNS adds.
const QUERY_MAX: usize = 4096;

/// Serves both ports until the host goes down.
pub(crate) async fn serve(server: Arc<Shared>, datagrams: UdpSocket, listener: Listener) {
    first_of(serve_udp(&server, datagrams), serve_tcp(&server, &listener)).await;
}

async fn serve_udp(server: &Arc<Shared>, socket: UdpSocket) {
    let socket = Arc::new(socket);
    let mut answers = JoinSet::new();
    let mut buffer = vec![0; QUERY_MAX];
    while let Ok((length, client)) = socket.recv_from(&mut buffer).await {
        let bytes = buffer[..length].to_vec();
        let incoming = Incoming { client, transport: Protocol::Udp, bytes };
        // An answer under way must not keep the port open.
        let (server, socket) = (server.clone(), Arc::downgrade(&socket));
        answers.spawn(async move {
            let answer = answer(&server, incoming).await;
            if let (Some(answer), Some(socket)) = (answer, socket.upgrade()) {
                // Who asked does not learn whether the datagram could be sent.
                let _sent = socket.send_to(&answer, client).await;
            }
        });
        while answers.try_join_next().is_some() {}
    }
}

async fn serve_tcp(server: &Arc<Shared>, listener: &Listener) {
    let mut sessions = JoinSet::new();
    while let Ok(stream) = listener.accept().await {
        let server = server.clone();
        // A session ends when the client closes it, however it does.
        sessions.spawn(async move { converse(&server, stream).await.unwrap_or_default() });
        while sessions.try_join_next().is_some() {}
    }
}

/// Answers one query after the other, until the client closes or sends something else.
async fn converse(server: &Shared, mut stream: TcpStream) -> io::Result<()> {
    let client = stream.peer_addr();
    loop {
        let mut bytes = vec![0; usize::from(stream.read_u16().await?)];
        stream.read_exact(&mut bytes).await?;
        let incoming = Incoming { client, transport: Protocol::Tcp, bytes };
        let Some(answer) = answer(server, incoming).await else { return Ok(()) };
        stream.write_all(&framed(&answer)).await?;
    }
}

/// The answer to a query, noted in the journal; none to what is no query.
async fn answer(server: &Shared, incoming: Incoming) -> Option<Vec<u8>> {
    let id = incoming.id()?;
    let request = incoming.request();
    let (place, mut answering) = {
        let mut state = server.lock();
        state.journal.push(QueryEntry {
            time: server.host.clock().now(),
            client: incoming.client,
            transport: incoming.transport,
            id,
            question: request.as_ref().and_then(question_of),
            forwarded_to: Vec::new(),
            answer: None,
        });
        let (catalog, forwarders) = (state.catalog(), state.forwarders.clone());
        let answering = Answering { server, catalog, forwarders, asked: Vec::new() };
        (state.journal.len() - 1, answering)
    };
    let mut message = match &request {
        Some(request) => answering.answer(request).await,
        None => format_error(id),
    };
    let bytes = wire::encode(&mut message, answer_max(request.as_ref(), incoming.transport));
    let forwarded_to = answering.asked;
    if let Some(entry) = server.lock().journal.get_mut(place) {
        entry.forwarded_to = forwarded_to;
        entry.answer = Message::from_vec(&bytes).ok().map(|sent| Answered {
            code: sent.metadata.response_code.into(),
            answers: u16::try_from(sent.answers.len()).unwrap_or(u16::MAX),
            truncated: sent.metadata.truncation,
        });
    }
    Some(bytes)
}
