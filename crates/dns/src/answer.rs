//! How a server comes to an answer.
//!
//! hickory's catalog answers from the zones: it finds the zone, follows aliases within it, and
//! refuses what it has no zone for. From there on, aliases that lead out of the zone are followed
//! through the other zones and the forwarders, and what the catalog has no zone for goes to the
//! forwarders, if there are any and the client wants recursion.
//!
//! Not modelled: what a server without forwarders does on the internet, to go from the root
//! downwards. The public resolvers of a lab hold all public zones themselves.

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use fabric::Protocol;
use hickory_proto::op::{Message, Metadata, OpCode, ResponseCode};
use hickory_proto::rr::{LowerName, Record};
use hickory_proto::serialize::binary::BinEncoder;
use hickory_server::net::NetError;
use hickory_server::net::runtime::TokioTime;
use hickory_server::net::xfer;
use hickory_server::server::{Request, RequestHandler, ResponseHandler, ResponseInfo};
use hickory_server::zone_handler::{Catalog, MessageResponse};

use crate::forwarders::Forwarders;
use crate::name::DomainName;
use crate::record::RecordType;
use crate::server::Shared;
use crate::wire::{self, Chain, UDP_PAYLOAD, UDP_PAYLOAD_PLAIN};

/// How many aliases are followed beyond what one zone or forwarder says.
const ALIASES_MAX: usize = 8;

/// Bytes of a message's header.
const HEADER: usize = 12;

/// A query as it came in.
pub(crate) struct Incoming {
    pub(crate) client: SocketAddr,
    pub(crate) transport: Protocol,
    pub(crate) bytes: Vec<u8>,
}

impl Incoming {
    /// Its id. None when it is no query at all: too short for a header, or an answer.
    pub(crate) fn id(&self) -> Option<u16> {
        let header = self.bytes.first_chunk::<HEADER>()?;
        (header[2] & 0x80 == 0).then_some(u16::from_be_bytes([header[0], header[1]]))
    }

    /// The query, unless it cannot be read.
    pub(crate) fn request(&self) -> Option<Request> {
        let protocol = match self.transport {
            Protocol::Tcp => xfer::Protocol::Tcp,
            Protocol::Udp => xfer::Protocol::Udp,
        };
        Request::from_bytes(self.bytes.clone(), self.client, protocol).ok()
    }
}

/// The one question of a request.
pub(crate) fn question_of(request: &Request) -> Option<(DomainName, RecordType)> {
    let query = request.request_info().ok()?.query.original();
    Some((DomainName::from_wire(&query.name), u16::from(query.query_type).into()))
}

/// How many bytes the answer may have.
pub(crate) fn answer_max(request: Option<&Request>, transport: Protocol) -> u16 {
    match (transport, request.and_then(|request| request.edns.as_ref())) {
        (Protocol::Tcp, _) => u16::MAX,
        (Protocol::Udp, None) => UDP_PAYLOAD_PLAIN,
        (Protocol::Udp, Some(edns)) => edns.max_payload().clamp(UDP_PAYLOAD_PLAIN, UDP_PAYLOAD),
    }
}

/// What a server knows while it answers one query.
pub(crate) struct Answering<'a> {
    pub(crate) server: &'a Shared,
    pub(crate) catalog: Arc<Catalog>,
    pub(crate) forwarders: Forwarders,
    /// Forwarders asked so far.
    pub(crate) asked: Vec<IpAddr>,
}

impl Answering<'_> {
    /// The answer to a request.
    pub(crate) async fn answer(&mut self, request: &Request) -> Message {
        let mut message = match question_of(request) {
            Some(question) if request.metadata.op_code == OpCode::Query => {
                self.answer_query(request, &question.0, question.1).await
            }
            _ => ask_catalog(&self.catalog, request).await,
        };
        message.metadata.recursion_available = !self.forwarders.servers.is_empty();
        if request.edns.is_some() {
            message.set_edns(wire::edns());
        }
        message
    }

    async fn answer_query(
        &mut self,
        request: &Request,
        name: &DomainName,
        record_type: RecordType,
    ) -> Message {
        let mut message;
        if self.may_forward(&request.metadata) && !self.is_local(name) {
            message = header_for(request);
            self.extend(&mut message, name, record_type).await;
        } else {
            message = ask_catalog(&self.catalog, request).await;
        }
        self.follow_aliases(&mut message, name, record_type).await;
        message
    }

    /// Completes an answer that ends with an alias.
    async fn follow_aliases(
        &mut self,
        message: &mut Message,
        name: &DomainName,
        record_type: RecordType,
    ) {
        let mut reached = vec![name.clone()];
        while reached.len() <= ALIASES_MAX
            && message.metadata.response_code == ResponseCode::NoError
            && wire::negative_ttl(message).is_none()
        {
            let chain = Chain::follow(&message.answers, name, record_type);
            let Some(end) = chain.aliases.last().filter(|_| !chain.complete) else { return };
            if reached.contains(end) || !(self.may_forward(&message.metadata) || self.is_local(end))
            {
                return;
            }
            reached.push(end.clone());
            self.extend(message, end, record_type).await;
        }
    }

    /// Adds to an answer what the zones or the forwarders say of a further name.
    async fn extend(&mut self, message: &mut Message, name: &DomainName, record_type: RecordType) {
        let further = if self.is_local(name) {
            self.ask_zones(name, record_type).await
        } else {
            self.forward(name, record_type).await
        };
        let Some(further) = further else {
            message.metadata.response_code = ResponseCode::ServFail;
            message.answers.clear();
            message.authorities.clear();
            message.additionals.clear();
            return;
        };
        message.metadata.response_code = further.metadata.response_code;
        message.add_answers(further.answers);
        message.authorities = further.authorities;
        message.additionals = further.additionals;
    }

    fn may_forward(&self, header: &Metadata) -> bool {
        header.recursion_desired && !self.forwarders.servers.is_empty()
    }

    fn is_local(&self, name: &DomainName) -> bool {
        self.catalog.find(&LowerName::new(name.wire())).is_some()
    }

    async fn ask_zones(&self, name: &DomainName, record_type: RecordType) -> Option<Message> {
        let bytes = wire::question(0, name, record_type).to_vec().ok()?;
        let client = SocketAddr::new(self.server.address, wire::PORT);
        let request = Request::from_bytes(bytes, client, xfer::Protocol::Tcp).ok()?;
        Some(ask_catalog(&self.catalog, &request).await)
    }

    async fn forward(&mut self, name: &DomainName, record_type: RecordType) -> Option<Message> {
        let Shared { host, address, under_way, .. } = self.server;
        let ask = async {
            let mut question = wire::question(self.server.next_id(), name, record_type);
            question.set_edns(wire::edns());
            self.forwarders.ask(host, *address, question).await
        };
        let forwarded = under_way.ask((name.clone(), record_type), ask).await;
        self.asked.extend(forwarded.asked);
        forwarded.reply
    }
}

/// The answer to a query that cannot be read.
pub(crate) fn format_error(id: u16) -> Message {
    Message::error_msg(id, OpCode::Query, ResponseCode::FormErr)
}

/// What hickory's catalog answers.
async fn ask_catalog(catalog: &Catalog, request: &Request) -> Message {
    let answer = Written::default();
    // The time it is given is that of updates and zone transfers, which it does not do here.
    catalog.handle_request::<_, TokioTime>(request, answer.clone()).await;
    let bytes = answer.0.lock().unwrap_or_else(PoisonError::into_inner);
    Message::from_vec(&bytes).unwrap_or_else(|_| {
        let mut failure = header_for(request);
        failure.metadata.response_code = ResponseCode::ServFail;
        failure
    })
}

/// An answer without records.
fn header_for(request: &Request) -> Message {
    let mut message = Message::response(request.metadata.id, request.metadata.op_code);
    message.metadata = Metadata::response_from_request(&request.metadata);
    let queries = request.queries.queries().iter();
    message.add_queries(queries.map(|query| query.original().clone()));
    message
}

/// Where hickory writes the answer.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

#[async_trait]
impl ResponseHandler for Written {
    async fn send_response<'a>(
        &mut self,
        response: MessageResponse<
            '_,
            'a,
            impl Iterator<Item = &'a Record> + Send + 'a,
            impl Iterator<Item = &'a Record> + Send + 'a,
            impl Iterator<Item = &'a Record> + Send + 'a,
            impl Iterator<Item = &'a Record> + Send + 'a,
        >,
    ) -> Result<ResponseInfo, NetError> {
        let mut bytes = Vec::new();
        let info = response.destructive_emit(&mut BinEncoder::new(&mut bytes))?;
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = bytes;
        Ok(info)
    }
}
