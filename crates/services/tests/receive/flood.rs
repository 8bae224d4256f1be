//! A thousand clients that send garbage, half a session or nothing at all, and one that sends a message.

use std::time::Duration;

use fabric::Host;
use jiff::SignedDuration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::client::{Client, address};
use crate::world::{World, in_world};

const CLIENTS: u16 = 1000;

/// An ordinary session; when its message was in the mailbox.
async fn ordinary(world: &World) -> SignedDuration {
    let begun = world.clock().now();
    let mut client = Client::greeted(world).await;
    let replies = client
        .ask_all([
            "EHLO mx.fabrikam.com",
            "MAIL FROM:<bo@fabrikam.com>",
            "RCPT TO:<anna@contoso.com>",
            "DATA",
            "Message-ID: <4@fabrikam.com>\r\n\r\nHello\r\n.",
        ])
        .await;
    assert!(replies[4].starts_with("250 2.6.0 <4@fabrikam.com>"), "{replies:?}");
    client.quit().await;
    let delivered = world.delivered();
    assert_eq!(delivered.len(), 1);
    delivered[0].delivered.duration_since(begun)
}

/// Connects, does what its number says, and stays.
async fn nuisance(host: Host, number: u16) -> std::io::Result<()> {
    let clock = host.clock().clone();
    let mut stream = host.connect("10.0.0.13:25".parse().expect("an endpoint")).await?;
    match number % 6 {
        // One octet again and again, no line.
        0 => stream.write_all(&vec![number.to_le_bytes()[0]; 30_000]).await?,
        // Commands whose answers nobody reads.
        1 => stream.write_all(&b"HELP\r\n".repeat(20_000)).await?,
        // A message that never ends.
        2 => {
            let _banner = stream.read(&mut [0; 512]).await?;
            stream.write_all(b"EHLO a\r\nMAIL FROM:<x@y.example>\r\n").await?;
            stream.write_all(b"RCPT TO:<anna@contoso.com>\r\nDATA\r\nSubject: endless\r\n").await?;
        }
        // An octet every seven seconds.
        3 => {
            for octet in b"EHLO slow\r\nMAIL FROM:<x@y.example>\r\nRCPT TO:<anna@contoso.com>\r\n" {
                stream.write_all(&[*octet]).await?;
                clock.sleep(Duration::from_secs(7)).await;
            }
        }
        // Half a handshake.
        4 => stream.write_all(b"EHLO a\r\nSTARTTLS\r\n").await?,
        // Nothing.
        _ => {}
    }
    clock.sleep(Duration::from_hours(1)).await;
    Ok(())
}

/// On the simulated network work takes the tenths of a second that it would take alone: what could delay the
/// good client longer is a lock that is held while one waits, or a queue behind a bad one. What a session keeps is measured in `smtp`.
#[test]
fn a_thousand_bad_clients_do_not_delay_one_good_one() {
    let alone = in_world(ordinary);
    let (in_company, begun, ended) = in_world(async |world| {
        for source in 0..CLIENTS / 20 {
            let host = world.host(address(10 + source));
            for number in 0..20 {
                tokio::spawn(nuisance(host.clone(), source * 20 + number));
            }
        }
        world.clock().sleep(Duration::from_secs(30)).await;
        let in_company = ordinary(world).await;
        world.clock().sleep(Duration::from_mins(11)).await;
        let log = world.log();
        let rows = |start: &str| log.lines().filter(|row| row.starts_with(start)).count();
        (in_company, rows("+,"), rows("-,"))
    });
    let longest = SignedDuration::from_secs(1);
    assert!(alone < longest && in_company < longest, "{alone:?} alone, {in_company:?} in company");
    assert_eq!((begun, ended), (usize::from(CLIENTS) + 1, usize::from(CLIENTS) + 1));
}
