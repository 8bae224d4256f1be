//! How long things take in SIM, to the millisecond, and that two runs are the same.

use std::io;
use std::sync::{Arc, Mutex};

use fabric::{Action, Clock, Host, Link, Listener, Network, Seed, simulation};
use jiff::Timestamp;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::world::{SECOND, World, at, epoch};

/// A world of that seed over that link, in SIM.
fn world(seed: u64, link: Link) -> World {
    let network = Network::simulated(Clock::simulated(epoch()), Seed(seed));
    World::build(network, link).expect("the world can be built")
}

/// Milliseconds since the beginning.
fn passed(time: Timestamp) -> i128 {
    time.duration_since(epoch()).as_millis()
}

#[test]
fn a_connection_takes_one_round_trip_and_its_acceptance_half_a_one_more() {
    simulation(async {
        let World { clock, mbx, mta, .. } = world(1, Link { latency_ms: 15, jitter_ms: 0 });
        let listener = mbx.listen_port(25).unwrap();
        let server = async {
            let mut stream = listener.accept().await.unwrap();
            let accepted = passed(clock.now());
            stream.write_all(b"220").await.unwrap();
            accepted
        };
        let client = async {
            let mut stream = mta.connect(at("203.0.113.20:25")).await.unwrap();
            let connected = passed(clock.now());
            stream.read_u8().await.unwrap();
            (connected, passed(clock.now()))
        };
        assert_eq!(tokio::join!(client, server), ((30, 60), 45));
    });
}

#[test]
fn a_refusal_takes_a_round_trip_and_silence_21_seconds() {
    simulation(async {
        let w = world(1, Link { latency_ms: 15, jitter_ms: 0 });
        let to = at("203.0.113.20:25");
        w.mta.connect(to).await.unwrap_err();
        assert_eq!(passed(w.clock.now()), 30);
        w.judge(Action::Reject);
        w.mta.connect(to).await.unwrap_err();
        assert_eq!(passed(w.clock.now()), 60);
        w.judge(Action::Drop);
        w.mta.connect(to).await.unwrap_err();
        assert_eq!(passed(w.clock.now()), 21_060);
        let log: Vec<_> = w
            .gateway
            .firewall_log()
            .iter()
            .map(|entry| format!("{} {:?} {:?}", passed(entry.time), entry.action, entry.rule))
            .collect();
        let expected = [
            "30 Reject Some(\"all\")",
            "60 Drop Some(\"all\")",
            "3060 Drop Some(\"all\")",
            "9060 Drop Some(\"all\")",
        ];
        assert_eq!(log, expected);
        let verdicts: Vec<_> =
            w.network.connections().iter().map(|attempt| attempt.verdict.is_answered()).collect();
        assert_eq!(verdicts, [true, true, false]);
    });
}

#[test]
fn a_jump_between_two_hosts_of_one_segment_takes_a_millisecond() {
    simulation(async {
        let World { clock, mbx, .. } = world(1, Link::ELSEWHERE);
        let listener = mbx.listen_port(2525).unwrap();
        mbx.connect(listener.local_addrs()[0]).await.unwrap();
        assert_eq!(passed(clock.now()), 2);
    });
}

/// What happened, in order: time, event, and whom it happened to.
#[derive(Clone, Default)]
struct Events(Arc<Mutex<Vec<String>>>);

impl Events {
    fn note(&self, clock: &Clock, what: &str) {
        let line = format!("{} {what}", passed(clock.now()));
        self.0.lock().expect("nobody panicked").push(line);
    }
}

/// Answers the sessions of `mta` with what was sent.
async fn echo(listener: Listener, clock: Clock, events: Events) -> io::Result<()> {
    loop {
        let mut stream = listener.accept().await?;
        events.note(&clock, &format!("accepted {}", stream.peer_addr()));
        tokio::spawn(async move {
            let mut heard = Vec::new();
            stream.read_to_end(&mut heard).await?;
            stream.write_all(&heard).await
        });
    }
}

/// A session in which `mbx` sends 100 bytes times its number and reads the answer.
async fn ask(number: usize, mbx: Host, events: Events) -> io::Result<()> {
    let mut stream = mbx.connect(at("198.51.100.7:25")).await?;
    stream.write_all(&vec![7; 100 * number]).await?;
    stream.shutdown().await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    events.note(mbx.clock(), &format!("{number} answered with {}", answer.len()));
    Ok(())
}

/// 200 sessions at once over a link with jitter.
fn events_of_200_sessions(seed: u64) -> io::Result<Vec<String>> {
    simulation(async {
        let World { clock, mbx, mta, .. } = world(seed, Link { latency_ms: 20, jitter_ms: 15 });
        let events = Events::default();
        tokio::spawn(echo(mta.listen_port(25)?, clock, events.clone()));
        let asking: Vec<_> =
            (0..200).map(|number| tokio::spawn(ask(number, mbx.clone(), events.clone()))).collect();
        for session in asking {
            session.await??;
        }
        Ok(events.0.lock().expect("nobody panicked").clone())
    })
}

#[test]
fn two_runs_of_200_sessions_with_jitter_are_the_same() {
    let first = events_of_200_sessions(7).unwrap();
    assert_eq!(first.len(), 400);
    assert_eq!(events_of_200_sessions(7).unwrap(), first);
    assert_ne!(events_of_200_sessions(8).unwrap(), first);
    let times: std::collections::BTreeSet<_> =
        first.iter().filter_map(|line| line.split(' ').next()).collect();
    assert!(times.len() > 20, "the jitter is seen: {times:?}");
}

/// Hundreds of kilobytes in sessions, then a retry every ten minutes against silence.
#[test]
fn two_days_of_retries_pass_quickly() {
    simulation(async {
        let w = world(1, Link { latency_ms: 20, jitter_ms: 5 });
        let listener = w.mbx.listen_port(25).unwrap();
        tokio::spawn(async move {
            while let Ok(mut stream) = listener.accept().await {
                tokio::spawn(async move {
                    let mut all = Vec::new();
                    stream.read_to_end(&mut all).await.unwrap();
                });
            }
        });
        let to = at("203.0.113.20:25");
        for _ in 0..12 {
            let mut stream = w.mta.connect(to).await.unwrap();
            stream.write_all(&vec![7; 50_000]).await.unwrap();
        }
        w.judge(Action::Drop);
        let expiry = w.clock.now() + 48 * 3600 * SECOND;
        while w.clock.now() < expiry {
            w.mta.connect(to).await.unwrap_err();
            w.clock.sleep(600 * SECOND).await;
        }
        assert_eq!(w.gateway.firewall_log().len(), 3 * 279);
    });
}
