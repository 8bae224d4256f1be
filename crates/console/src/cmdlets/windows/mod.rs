//! The cmdlets of Windows that every computer has: services, network, events.

use std::sync::Arc;

use services::computer::Computer;

use crate::language::cmdlet::Cmdlet;
use crate::language::errors::{Category, ErrorRecord};
use crate::language::invocation::Invocation;
use crate::language::view::View;
use crate::place::Place;

pub mod control_service;
pub mod get_service;
mod service;

/// The table.
pub static WINDOWS: &[&Cmdlet] = &[
    &control_service::RESTART_SERVICE,
    &control_service::START_SERVICE,
    &control_service::STOP_SERVICE,
    &get_service::GET_SERVICE,
];

/// How their objects are shown.
pub static VIEWS: &[&View] = &[&get_service::TABLE, &get_service::LIST];

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
