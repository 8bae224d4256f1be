//! Free ports on loopback for programs that must be told theirs.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

/// A port of 127.0.0.1 on which nothing listens at the moment.
pub(super) fn free() -> Result<SocketAddr, String> {
    let listener = TcpListener::bind("127.0.0.1:0").map_err(|why| format!("no port: {why}"))?;
    listener.local_addr().map_err(|why| format!("no port: {why}"))
}

/// Waits until a program listens there.
pub(super) fn wait_until_open(address: SocketAddr) -> Result<(), String> {
    for _ in 0..200 {
        if TcpStream::connect(address).is_ok() {
            return Ok(());
        }
        thread::sleep(Duration::from_millis(50));
    }
    Err(format!("nothing listens on {address}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_free_port_can_be_listened_on() {
        let address = free().unwrap();
        let _listener = TcpListener::bind(address).unwrap();
        wait_until_open(address).unwrap();
    }
}
