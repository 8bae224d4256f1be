//! Between our records and the messages of hickory, which writes and reads the wire format.

use fabric::RandomStream;
use hickory_proto::op::{Edns, Message, MessageType, OpCode, Query, ResponseCode};
use hickory_proto::rr::rdata;
use hickory_proto::rr::{self, RData};
use hickory_proto::serialize::binary::{BinEncodable, BinEncoder};

use crate::name::DomainName;
use crate::record::{Record, RecordData, RecordType, Soa, TTL_MAX};

/// The UDP port and the TCP port of name servers.
pub(crate) const PORT: u16 = 53;

/// Bytes of a UDP message between parties that know EDNS (RFC 6891): 1232, since DNS Flag Day 2020.
/// What a Windows server announces depends on its version and updates.
pub(crate) const UDP_PAYLOAD: u16 = 1232;

/// Bytes of a UDP message for who does not (RFC 1035, 4.2.1).
pub(crate) const UDP_PAYLOAD_PLAIN: u16 = 512;

/// The next id of a stream.
pub(crate) fn draw_id(ids: &mut RandomStream) -> u16 {
    u16::try_from(ids.below(1 << 16)).unwrap_or_default()
}

/// A message that asks for recursion.
pub(crate) fn question(id: u16, name: &DomainName, record_type: RecordType) -> Message {
    let mut message = Message::new(id, MessageType::Query, OpCode::Query);
    message.metadata.recursion_desired = true;
    message.add_query(Query::query(name.wire().clone(), u16::from(record_type).into()));
    message
}

/// What EDNS says of a party that takes [`UDP_PAYLOAD`].
pub(crate) fn edns() -> Edns {
    let mut edns = Edns::new();
    edns.set_max_payload(UDP_PAYLOAD);
    edns
}

/// The message in at most that many bytes. What does not fit is left out: the additional records at
/// no cost, anything else at that of the truncation bit.
pub(crate) fn encode(message: &mut Message, bytes_max: u16) -> Vec<u8> {
    if let Ok(bytes) = message.to_vec()
        && bytes.len() <= usize::from(bytes_max)
    {
        return bytes;
    }
    message.additionals.clear();
    let mut bytes = Vec::new();
    let mut encoder = BinEncoder::new(&mut bytes);
    encoder.set_max_size(bytes_max);
    if message.emit(&mut encoder).is_ok() {
        return bytes;
    }
    let mut failure = Message::response(message.metadata.id, message.metadata.op_code);
    failure.metadata.response_code = ResponseCode::ServFail;
    failure.to_vec().unwrap_or_default()
}

/// Whether the reply is one to that question.
pub(crate) fn answers(reply: &Message, question: &Message) -> bool {
    let repeats = reply.queries == question.queries;
    // Who could not read the question cannot repeat it.
    let failed = reply.queries.is_empty() && reply.metadata.response_code != ResponseCode::NoError;
    reply.metadata.id == question.metadata.id
        && reply.metadata.message_type == MessageType::Response
        && (repeats || failed)
}

/// How far answers lead from a name.
#[derive(Debug, Default)]
pub(crate) struct Chain {
    /// What the name is an alias of, what that is an alias of, and so on.
    pub(crate) aliases: Vec<DomainName>,
    /// The shortest time to live of those aliases, in seconds.
    pub(crate) ttl: Option<u32>,
    /// Whether there are records of the type asked for at the end.
    pub(crate) complete: bool,
}

impl Chain {
    /// Follows the aliases among the answers. One that leads back is the last.
    pub(crate) fn follow(
        answers: &[rr::Record],
        name: &DomainName,
        record_type: RecordType,
    ) -> Self {
        let wanted: rr::RecordType = u16::from(record_type).into();
        let mut chain = Self::default();
        loop {
            let end = chain.aliases.last().unwrap_or(name);
            let own = || answers.iter().filter(|record| record.name == *end.wire());
            let fits = |own: rr::RecordType| own == wanted || wanted == rr::RecordType::ANY;
            if own().any(|record| fits(record.record_type())) {
                chain.complete = true;
                return chain;
            }
            let alias = own().find_map(|record| match &record.data {
                RData::CNAME(target) => Some((DomainName::from_wire(&target.0), record.ttl)),
                _ => None,
            });
            let Some((target, ttl)) = alias else { return chain };
            let back = target == *name || chain.aliases.contains(&target);
            chain.ttl = Some(chain.ttl.map_or(ttl, |shortest| shortest.min(ttl)));
            chain.aliases.push(target);
            if back {
                return chain;
            }
        }
    }
}

/// How long a negative answer may be remembered: as long as its SOA record says (RFC 2308, 5).
pub(crate) fn negative_ttl(message: &Message) -> Option<u32> {
    message.authorities.iter().find_map(|record| match &record.data {
        RData::SOA(soa) => Some(record.ttl.min(soa.minimum)),
        _ => None,
    })
}

/// The record in hickory's form.
pub(crate) fn to_wire(record: &Record) -> rr::Record {
    let name = |name: &DomainName| name.wire().clone();
    let data = match &record.data {
        RecordData::A(address) => RData::A(rdata::A(*address)),
        RecordData::Aaaa(address) => RData::AAAA(rdata::AAAA(*address)),
        RecordData::Cname(target) => RData::CNAME(rdata::CNAME(name(target))),
        RecordData::Mx { preference, exchange } => {
            RData::MX(rdata::MX::new(*preference, name(exchange)))
        }
        RecordData::Ns(server) => RData::NS(rdata::NS(name(server))),
        RecordData::Ptr(target) => RData::PTR(rdata::PTR(name(target))),
        RecordData::Soa(soa) => RData::SOA(rdata::SOA::new(
            name(&soa.primary_server),
            name(&soa.responsible_person),
            soa.serial_number,
            soa.refresh_interval.cast_signed(),
            soa.retry_delay.cast_signed(),
            soa.expire_limit.cast_signed(),
            soa.minimum_time_to_live,
        )),
        RecordData::Txt(texts) => RData::TXT(rdata::TXT::new(texts.clone())),
    };
    rr::Record::from_rdata(name(&record.name), record.ttl, data)
}

/// The record in our form; none of a type that we do not hold.
pub(crate) fn from_wire(record: &rr::Record) -> Option<Record> {
    let name = DomainName::from_wire;
    let data = match &record.data {
        RData::A(address) => RecordData::A(address.0),
        RData::AAAA(address) => RecordData::Aaaa(address.0),
        RData::CNAME(target) => RecordData::Cname(name(&target.0)),
        RData::MX(mx) => RecordData::Mx { preference: mx.preference, exchange: name(&mx.exchange) },
        RData::NS(server) => RecordData::Ns(name(&server.0)),
        RData::PTR(target) => RecordData::Ptr(name(&target.0)),
        RData::SOA(soa) => RecordData::Soa(Soa {
            primary_server: name(&soa.mname),
            responsible_person: name(&soa.rname),
            serial_number: soa.serial,
            refresh_interval: soa.refresh.cast_unsigned(),
            retry_delay: soa.retry.cast_unsigned(),
            expire_limit: soa.expire.cast_unsigned(),
            minimum_time_to_live: soa.minimum,
        }),
        RData::TXT(txt) => {
            let strings = txt.txt_data.iter();
            let texts = strings.map(|bytes| String::from_utf8_lossy(bytes).into_owned());
            RecordData::Txt(texts.collect())
        }
        _ => return None,
    };
    // A time to live with the highest bit set counts as zero (RFC 2181, 8).
    let ttl = if record.ttl > TTL_MAX { 0 } else { record.ttl };
    Some(Record::new(name(&record.name), ttl, data))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::name::tests::name;
    use crate::record::tests::record;
    use crate::zone::tests::zones;
    use proptest::prelude::*;

    fn answers_of(lines: &[&str]) -> Vec<rr::Record> {
        lines.iter().map(|line| to_wire(&record(line))).collect()
    }

    #[test]
    fn aliases_are_followed_as_far_as_the_answers_go() {
        let answers = answers_of(&[
            "b. 30 IN CNAME c.",
            "A. 60 IN CNAME B.",
            "c. 90 IN A 192.0.2.1",
            "x. 60 IN CNAME y.",
            "y. 60 IN CNAME x.",
        ]);
        let follow = |from, record_type| Chain::follow(&answers, &name(from), record_type);
        let whole = follow("a", RecordType::A);
        assert_eq!((whole.aliases, whole.ttl), (vec![name("b"), name("c")], Some(30)));
        assert!(whole.complete);
        let without_type = follow("a", RecordType::Mx);
        assert_eq!(without_type.aliases.len(), 2);
        assert!(!without_type.complete);
        assert!(follow("a", RecordType::Cname).complete);
        assert!(follow("a", RecordType::Cname).aliases.is_empty());
        assert!(follow("a", RecordType::Other(255)).complete);
        let circle = follow("x", RecordType::A);
        assert_eq!(circle.aliases, [name("y"), name("x")]);
        assert!(!circle.complete);
        assert!(follow("elsewhere", RecordType::A).aliases.is_empty());
    }

    #[test]
    fn what_does_not_fit_is_cut_off_with_the_bit_set() {
        let mut message = question(7, &name("a."), RecordType::A).into_response();
        message.add_answers((0..100).map(|n| to_wire(&record(&format!("a. 60 IN A 192.0.2.{n}")))));
        message.add_additional(to_wire(&record("b. 60 IN A 192.0.2.1")));
        let cut = encode(&mut message.clone(), 512);
        let read = Message::from_vec(&cut).unwrap();
        assert!(cut.len() <= 512 && cut.len() > 490, "{}", cut.len());
        assert!(read.metadata.truncation && read.additionals.is_empty());
        let whole = Message::from_vec(&encode(&mut message, u16::MAX)).unwrap();
        assert!(!whole.metadata.truncation);
        assert_eq!((whole.answers.len(), whole.additionals.len()), (100, 1));
    }

    #[test]
    fn additional_records_go_first_and_unnoticed() {
        let mut message = question(7, &name("a."), RecordType::A).into_response();
        message.add_answer(to_wire(&record("a. 60 IN A 192.0.2.1")));
        let additional = |n| to_wire(&record(&format!("b. 60 IN A 192.0.2.{n}")));
        message.add_additionals((0..100).map(additional));
        let read = Message::from_vec(&encode(&mut message, 512)).unwrap();
        assert!(!read.metadata.truncation);
        assert_eq!((read.answers.len(), read.additionals.len()), (1, 0));
    }

    #[test]
    fn a_reply_repeats_id_and_question() {
        let asked = question(7, &name("a."), RecordType::A);
        assert!(!answers(&asked, &asked));
        assert!(answers(&question(7, &name("A."), RecordType::A).into_response(), &asked));
        assert!(!answers(&question(8, &name("a."), RecordType::A).into_response(), &asked));
        assert!(!answers(&question(7, &name("a."), RecordType::Mx).into_response(), &asked));
        assert!(answers(&Message::error_msg(7, OpCode::Query, ResponseCode::FormErr), &asked));
        assert!(!answers(&Message::response(7, OpCode::Query), &asked));
    }

    #[test]
    fn a_negative_answer_lasts_as_long_as_the_shorter_time_of_its_soa() {
        let mut message = Message::response(7, OpCode::Query);
        assert_eq!(negative_ttl(&message), None);
        message.add_authority(to_wire(&record("a. 60 IN SOA b. c. 1 2 3 4 300")));
        assert_eq!(negative_ttl(&message), Some(60));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn every_record_comes_back_from_the_wire(zone in zones()) {
            let mut message = Message::response(7, OpCode::Query);
            message.add_answers(zone.records().map(|record| to_wire(&record)));
            let read = Message::from_vec(&encode(&mut message, u16::MAX)).unwrap();
            let records: Vec<_> = read.answers.iter().filter_map(from_wire).collect();
            prop_assert_eq!(records, zone.records().collect::<Vec<_>>());
        }
    }
}
