//! LIVE: the same services on loopback sockets. Mail crosses between the organization and Exchange
//! Online over real TCP and TLS, in both directions, on whatever ports are free.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::time::Duration;

use fabric::Seed;
use lab::build::{Ground, Sockets};
use lab::lab::{Lab, LabError};
use lab::library;
use lab::play::Passing;
use lab::source::Source;
use lab::story::Story;

const STORY: &str = r#"
title   = "A question and an answer"
extends = "hybrid"

[[mail]]
from = "ramki@cloudfield.onmicrosoft.com"
to   = ["raghu@cloudmonkeys.xyz"]

[[mail]]
from = "raghu@cloudmonkeys.xyz"
to   = ["ramki@cloudfield.onmicrosoft.com"]

[collect]
at = "0s"
"#;

/// Faster than real time, and slow enough that no timeout of a few seconds passes on a busy machine.
const SPEED: u32 = 2;

/// Lab time after which mail that did not arrive never will: one rung of the retry ladder, and more.
const PATIENCE: Duration = Duration::from_secs(90);

async fn deliver(story: Story) -> Result<Lab, LabError> {
    let zero = story.zero();
    let sockets = Sockets { speed: SPEED, ..Sockets::default() };
    let broken = |error: fabric::NetworkError| LabError::Broken(error.to_string());
    let ground = Ground::live(Seed(story.seed()), zero, zero, sockets).map_err(broken)?;
    let mut lab = Lab::stand_up_on(ground, story).await?;
    lab.play(Passing::ByTheClock).await?;
    let clock = lab.world.clock().clone();
    let arrival = async {
        while lab.tally(|_| true).total().waiting > 0 {
            clock.sleep(Duration::from_millis(200)).await;
        }
    };
    // Whoever counts below sees what is missing.
    let _ = clock.timeout(PATIENCE, arrival).await;
    Ok(lab)
}

#[test]
fn mail_crosses_over_real_sockets_in_both_directions() {
    let baseline = library::baseline("hybrid").unwrap();
    let story = Story::new("live", Source::new("live.toml", STORY), baseline).unwrap();
    fabric::live(async {
        let mut lab = deliver(story).await.unwrap_or_else(|error| panic!("{error}"));
        let endpoints = lab.world.network.endpoints();
        assert!(endpoints.iter().any(|it| it.address.port() == 25));
        assert!(endpoints.iter().all(|it| it.real.ip().is_loopback() && it.real.port() > 1023));
        let counts = lab.tally(|_| true).total();
        let log = lab.run_on("CMHYBD01", "Get-MessageTrackingLog").await.unwrap();
        assert_eq!((counts.delivered, counts.sum()), (2, 2), "{counts}\n{}", log.text);
    })
    .unwrap();
}
