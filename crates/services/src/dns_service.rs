//! The DNS Server service of Windows: a [`dns::DnsServer`] that an administrator starts and stops.

use dns::DnsServer;

use crate::computer::{Program, Tasks, WindowsService};

struct Service(DnsServer);

/// The Windows service `DNS` of that server; it is not started.
pub fn service(server: DnsServer) -> WindowsService {
    WindowsService::new("DNS", "DNS Server", std::sync::Arc::new(Service(server)))
}

impl Program for Service {
    fn start(&self, _tasks: &Tasks) -> Result<(), String> {
        let address = self.0.address();
        self.0.start().map_err(|error| format!("cannot listen on {address} port 53: {error}"))
    }

    fn stop(&self) {
        let server = self.0.clone();
        tokio::spawn(async move { server.stop().await });
    }
}
