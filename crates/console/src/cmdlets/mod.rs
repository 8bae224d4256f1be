//! The cmdlets, one file each; one table for each shell.
//!
//! A cmdlet is a `static` that names its parameters and how it runs, so that help, completion and
//! binding come from the table. It stands in the table of its folder's `mod.rs`; here the tables are
//! put together.

use crate::language::cmdlet::Cmdlet;
use crate::language::view::View;

pub mod dns_server;
pub mod exchange;
pub mod exchange_online;
pub mod lab;
pub mod powershell;
pub mod windows;

pub use dns_server::DNS_SERVER;
pub use exchange::{EDGE_SHELL, MANAGEMENT_SHELL};
pub use exchange_online::EXCHANGE_ONLINE;
pub use lab::LAB;
pub use powershell::POWERSHELL;
pub use windows::WINDOWS;

/// The tables, with the name of the shell.
pub static SHELLS: &[(&str, &[&Cmdlet])] = &[
    ("Windows PowerShell", POWERSHELL),
    ("Windows", WINDOWS),
    ("Exchange Management Shell", MANAGEMENT_SHELL),
    ("Exchange Management Shell on an Edge server", EDGE_SHELL),
    ("Exchange Online PowerShell", EXCHANGE_ONLINE),
    ("DNS server", DNS_SERVER),
    ("Lab", LAB),
];

/// How the objects of all of them are shown.
pub static VIEWS: &[&[&View]] = &[
    exchange::VIEWS,
    exchange_online::VIEWS,
    dns_server::VIEWS,
    windows::VIEWS,
    windows::dns_record::VIEWS,
    lab::VIEWS,
];
