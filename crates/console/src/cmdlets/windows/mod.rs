//! The cmdlets of Windows that every computer has: services, network, events.

use std::sync::Arc;

use services::computer::Computer;

use crate::language::cmdlet::Cmdlet;
use crate::language::errors::{Category, ErrorRecord};
use crate::language::invocation::Invocation;
use crate::language::view::View;
use crate::place::Place;

pub mod control_service;
pub mod dns_client;
pub mod dns_record;
mod event;
pub mod get_event_log;
pub mod get_service;
pub mod get_win_event;
mod mail_text;
mod name_lookup;
pub mod resolve_dns_name;
pub mod restart_computer;
pub mod send_mail_message;
mod service;
pub mod start_ad_sync_sync_cycle;
pub mod stop_process;
pub mod test_net_connection;
#[cfg(test)]
mod testing_zones;

/// The table.
pub static WINDOWS: &[&Cmdlet] = &[
    &control_service::RESTART_SERVICE,
    &control_service::START_SERVICE,
    &control_service::STOP_SERVICE,
    &dns_client::CLEAR_DNS_CLIENT_CACHE,
    &dns_client::GET_DNS_CLIENT_SERVER_ADDRESS,
    &dns_client::SET_DNS_CLIENT_SERVER_ADDRESS,
    &get_event_log::GET_EVENT_LOG,
    &get_service::GET_SERVICE,
    &get_win_event::GET_WIN_EVENT,
    &resolve_dns_name::RESOLVE_DNS_NAME,
    &start_ad_sync_sync_cycle::START_AD_SYNC_SYNC_CYCLE,
    &send_mail_message::SEND_MAIL_MESSAGE,
    &test_net_connection::TEST_NET_CONNECTION,
    &restart_computer::RESTART_COMPUTER,
    &restart_computer::STOP_COMPUTER,
    &stop_process::STOP_PROCESS,
];

/// Their short names.
pub static ALIASES: &[(&str, &str)] = &[
    ("gsv", "Get-Service"),
    ("sasv", "Start-Service"),
    ("spsv", "Stop-Service"),
    ("TNC", "Test-NetConnection"),
];

/// How their objects are shown.
pub static VIEWS: &[&View] = &[
    &dns_client::VIEW,
    &get_event_log::TABLE,
    &get_event_log::LIST,
    &get_service::TABLE,
    &get_service::LIST,
    &get_win_event::TABLE,
    &get_win_event::LIST,
    &test_net_connection::VIEW,
];

/// The name of a computer's network adapter.
const INTERFACE_ALIAS: &str = "Ethernet";
/// Its number.
const INTERFACE_INDEX: i32 = 12;

/// The computer that the shell is open on.
///
/// # Errors
/// Where there is none: in Exchange Online.
fn own_computer(invocation: &Invocation<'_>) -> Result<Arc<Computer>, ErrorRecord> {
    invocation.world::<Place>()?.computer().cloned().ok_or_else(|| {
        let message = format!("The cmdlet '{}' cannot run on this machine.", invocation.name());
        ErrorRecord::new(Category::NotImplemented, "WrongMachine", message)
    })
}
