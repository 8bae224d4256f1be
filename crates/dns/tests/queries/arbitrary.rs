//! Arbitrary bytes and arbitrary zones.

use std::collections::BTreeMap;

use dns::{DomainName, Record, RecordData, Zone};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::world::{DC01, DC02, MBX, name, play, query, zone};

/// What a datagram may hold: anything, or a query with some bytes changed.
fn datagrams() -> impl Strategy<Value = Vec<u8>> {
    let changed = vec((0..40_usize, any::<u8>()), 0..6).prop_map(|changes| {
        let mut bytes = query(7, "mail.contoso.example", "MX").to_vec().expect("a message");
        for (at, byte) in changes {
            if let Some(old) = bytes.get_mut(at) {
                *old = byte;
            }
        }
        bytes
    });
    prop_oneof![vec(any::<u8>(), 0..80), changed]
}

fn zones() -> impl Strategy<Value = Zone> {
    let data = prop_oneof![
        any::<[u8; 4]>().prop_map(|octets| RecordData::A(octets.into())),
        any::<[u8; 16]>().prop_map(|octets| RecordData::Aaaa(octets.into())),
        (any::<u16>(), "[a-c]{1,3}\\.example").prop_map(|(preference, exchange)| {
            RecordData::Mx { preference, exchange: name(&exchange) }
        }),
        "[a-c]{1,3}\\.example".prop_map(|target| RecordData::Ptr(name(&target))),
        vec("\\PC{0,60}", 1..3).prop_map(RecordData::Txt),
    ];
    vec(("@|[a-cA-C](\\.[a-c]){0,2}", 0..100_000_u32, data), 0..25).prop_map(|records| {
        let mut zone = zone("contoso.example", &[]);
        for (owner, ttl, data) in records {
            let owner = DomainName::in_zone(&owner, zone.name()).expect("a name");
            let _exists_already = zone.add(Record::new(owner, ttl, data));
        }
        zone
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_bytes_stop_a_server(datagrams in vec(datagrams(), 1..8)) {
        play(|w| async move {
            let own = zone("contoso.example", &["@ MX 10 mail", "* CNAME x"]);
            let public = w.server(DC02, &[]);
            let server = w.forwarder(DC01, &[own], &[DC02]);
            for bytes in &datagrams {
                w.datagram(DC01, bytes).await;
                let length = u16::try_from(bytes.len()).unwrap().to_be_bytes();
                w.session(DC01, &[&length, bytes.as_slice()].concat()).await;
            }
            let told = w.told(&w.resolver(MBX, &[DC01]), "contoso.example", "MX").await;
            assert_eq!(told, ("10 mail.contoso.example.".to_owned(), 2));
            assert!(server.is_running() && public.is_running());
        });
    }

    #[test]
    fn no_bytes_stop_a_resolver(replies in vec(datagrams(), 0..5)) {
        play(|w| async move {
            let socket = w.host(DC01).bind_udp(format!("{DC01}:53").parse().unwrap()).unwrap();
            let answering = tokio::spawn(async move {
                let mut buffer = vec![0; 512];
                while let Ok((_, client)) = socket.recv_from(&mut buffer).await {
                    for reply in &replies {
                        // The id of the question, so that more of the reply is looked at.
                        let mut reply = reply.clone();
                        let id = reply.len().min(2);
                        reply[..id].copy_from_slice(&buffer[..id]);
                        socket.send_to(&reply, client).await.unwrap();
                    }
                }
            });
            w.told(&w.resolver(MBX, &[DC01]), "mail.contoso.example", "MX").await;
            answering.abort();
        });
    }

    #[test]
    fn a_lookup_finds_exactly_what_was_added(zone in zones()) {
        play(|w| async move {
            let mut sets: BTreeMap<_, Vec<Record>> = BTreeMap::new();
            for record in zone.records() {
                sets.entry((record.name.clone(), record.record_type())).or_default().push(record);
            }
            let _server = w.server(DC01, &[zone]);
            let resolver = w.resolver(MBX, &[DC01]);
            for ((name, record_type), records) in sets {
                let answer = resolver.lookup(&name, record_type).await.unwrap();
                assert_eq!(answer.records, records);
            }
        });
    }
}
