//! The cmdlets of the Exchange Management Shell.

use crate::language::cmdlet::Cmdlet;
use crate::language::view::View;

pub mod get_send_connector;
pub mod new_send_connector;
pub mod remove_send_connector;
mod send_connector;
pub mod set_send_connector;

/// What a Mailbox server's shell has.
pub static MANAGEMENT_SHELL: &[&Cmdlet] = &[
    &get_send_connector::GET_SEND_CONNECTOR,
    &new_send_connector::NEW_SEND_CONNECTOR,
    &remove_send_connector::REMOVE_SEND_CONNECTOR,
    &set_send_connector::SET_SEND_CONNECTOR,
];

/// What an Edge server's shell has: its own settings, queues and certificates. The Send connectors of a
/// subscribed Edge server are changed on a Mailbox server.
pub static EDGE_SHELL: &[&Cmdlet] = &[&get_send_connector::GET_SEND_CONNECTOR];

/// How its objects are shown.
pub static VIEWS: &[&View] = &[&get_send_connector::VIEW];
