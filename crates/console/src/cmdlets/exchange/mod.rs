//! The cmdlets of the Exchange Management Shell.

use crate::language::cmdlet::Cmdlet;
use crate::language::view::View;

mod certificate;
pub mod enable_exchange_certificate;
pub mod get_exchange_certificate;
pub mod get_mail_user;
pub mod get_mailbox;
pub mod get_recipient;
pub mod get_remote_mailbox;
pub mod get_send_connector;
pub mod import_exchange_certificate;
mod mail_user;
pub(crate) mod mailbox;
pub mod new_exchange_certificate;
pub mod new_mail_user;
pub mod new_mailbox;
pub mod new_remote_mailbox;
pub mod new_send_connector;
pub(crate) mod recipient;
mod remote_mailbox;
pub mod remove_exchange_certificate;
pub mod remove_mail_user;
pub mod remove_mailbox;
pub mod remove_remote_mailbox;
pub mod remove_send_connector;
mod send_connector;
pub mod set_mail_user;
pub mod set_mailbox;
pub mod set_remote_mailbox;
pub mod set_send_connector;

/// What a Mailbox server's shell has.
pub static MANAGEMENT_SHELL: &[&Cmdlet] = &[
    &enable_exchange_certificate::ENABLE_EXCHANGE_CERTIFICATE,
    &get_exchange_certificate::GET_EXCHANGE_CERTIFICATE,
    &get_mail_user::GET_MAIL_USER,
    &get_mailbox::GET_MAILBOX,
    &get_recipient::GET_RECIPIENT,
    &get_remote_mailbox::GET_REMOTE_MAILBOX,
    &get_send_connector::GET_SEND_CONNECTOR,
    &import_exchange_certificate::IMPORT_EXCHANGE_CERTIFICATE,
    &new_exchange_certificate::NEW_EXCHANGE_CERTIFICATE,
    &new_mail_user::NEW_MAIL_USER,
    &new_mailbox::NEW_MAILBOX,
    &new_remote_mailbox::NEW_REMOTE_MAILBOX,
    &new_send_connector::NEW_SEND_CONNECTOR,
    &remove_exchange_certificate::REMOVE_EXCHANGE_CERTIFICATE,
    &remove_mail_user::REMOVE_MAIL_USER,
    &remove_mailbox::REMOVE_MAILBOX,
    &remove_remote_mailbox::REMOVE_REMOTE_MAILBOX,
    &remove_send_connector::REMOVE_SEND_CONNECTOR,
    &set_mail_user::SET_MAIL_USER,
    &set_mailbox::SET_MAILBOX,
    &set_remote_mailbox::SET_REMOTE_MAILBOX,
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
pub static VIEWS: &[&View] = &[
    &get_exchange_certificate::VIEW,
    &get_mail_user::VIEW,
    &get_mailbox::VIEW,
    &get_recipient::VIEW,
    &get_remote_mailbox::VIEW,
    &get_send_connector::VIEW,
];
