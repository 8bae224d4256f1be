//! The cmdlets of the Exchange Management Shell.

use crate::language::cmdlet::Cmdlet;
use crate::language::view::View;

mod certificate;
pub mod enable_exchange_certificate;
pub mod get_exchange_certificate;
pub mod get_send_connector;
pub mod import_exchange_certificate;
pub mod new_exchange_certificate;
pub mod new_send_connector;
pub mod remove_exchange_certificate;
pub mod remove_send_connector;
mod send_connector;
pub mod set_send_connector;

/// What a Mailbox server's shell has.
pub static MANAGEMENT_SHELL: &[&Cmdlet] = &[
    &enable_exchange_certificate::ENABLE_EXCHANGE_CERTIFICATE,
    &get_exchange_certificate::GET_EXCHANGE_CERTIFICATE,
    &get_send_connector::GET_SEND_CONNECTOR,
    &import_exchange_certificate::IMPORT_EXCHANGE_CERTIFICATE,
    &new_exchange_certificate::NEW_EXCHANGE_CERTIFICATE,
    &new_send_connector::NEW_SEND_CONNECTOR,
    &remove_exchange_certificate::REMOVE_EXCHANGE_CERTIFICATE,
    &remove_send_connector::REMOVE_SEND_CONNECTOR,
    &set_send_connector::SET_SEND_CONNECTOR,
];

/// What an Edge server's shell has: its own settings, queues and certificates. The Send connectors of a
/// subscribed Edge server are changed on a Mailbox server.
pub static EDGE_SHELL: &[&Cmdlet] = &[
    &enable_exchange_certificate::ENABLE_EXCHANGE_CERTIFICATE,
    &get_exchange_certificate::GET_EXCHANGE_CERTIFICATE,
    &get_send_connector::GET_SEND_CONNECTOR,
    &import_exchange_certificate::IMPORT_EXCHANGE_CERTIFICATE,
    &new_exchange_certificate::NEW_EXCHANGE_CERTIFICATE,
    &remove_exchange_certificate::REMOVE_EXCHANGE_CERTIFICATE,
];

/// How its objects are shown.
pub static VIEWS: &[&View] = &[&get_exchange_certificate::VIEW, &get_send_connector::VIEW];
