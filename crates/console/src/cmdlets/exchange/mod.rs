//! The cmdlets of the Exchange Management Shell.

use crate::language::cmdlet::Cmdlet;
use crate::language::view::View;

mod accepted_domain;
mod certificate;
pub mod enable_exchange_certificate;
pub mod get_accepted_domain;
pub mod get_exchange_certificate;
pub mod get_exchange_server;
pub mod get_frontend_transport_service;
pub mod get_mail_user;
pub mod get_mailbox;
pub mod get_mailbox_transport_service;
pub mod get_receive_connector;
pub mod get_recipient;
pub mod get_remote_domain;
pub mod get_remote_mailbox;
pub mod get_send_connector;
pub mod get_transport_service;
pub mod import_exchange_certificate;
mod mail_user;
pub(crate) mod mailbox;
pub mod new_accepted_domain;
pub mod new_exchange_certificate;
pub mod new_mail_user;
pub mod new_mailbox;
pub mod new_receive_connector;
pub mod new_remote_domain;
pub mod new_remote_mailbox;
pub mod new_send_connector;
mod receive_connector;
pub(crate) mod recipient;
mod remote_domain;
mod remote_mailbox;
pub mod remove_accepted_domain;
pub mod remove_exchange_certificate;
pub mod remove_mail_user;
pub mod remove_mailbox;
pub mod remove_receive_connector;
pub mod remove_remote_domain;
pub mod remove_remote_mailbox;
pub mod remove_send_connector;
mod send_connector;
pub mod set_accepted_domain;
pub mod set_frontend_transport_service;
pub mod set_mail_user;
pub mod set_mailbox;
pub mod set_mailbox_transport_service;
pub mod set_receive_connector;
pub mod set_remote_domain;
pub mod set_remote_mailbox;
pub mod set_send_connector;
pub mod set_transport_service;
mod transport_service;

/// What a Mailbox server's shell has.
pub static MANAGEMENT_SHELL: &[&Cmdlet] = &[
    &enable_exchange_certificate::ENABLE_EXCHANGE_CERTIFICATE,
    &get_accepted_domain::GET_ACCEPTED_DOMAIN,
    &get_exchange_certificate::GET_EXCHANGE_CERTIFICATE,
    &get_exchange_server::GET_EXCHANGE_SERVER,
    &get_frontend_transport_service::GET_FRONTEND_TRANSPORT_SERVICE,
    &get_mail_user::GET_MAIL_USER,
    &get_mailbox::GET_MAILBOX,
    &get_mailbox_transport_service::GET_MAILBOX_TRANSPORT_SERVICE,
    &get_receive_connector::GET_RECEIVE_CONNECTOR,
    &get_recipient::GET_RECIPIENT,
    &get_remote_domain::GET_REMOTE_DOMAIN,
    &get_remote_mailbox::GET_REMOTE_MAILBOX,
    &get_send_connector::GET_SEND_CONNECTOR,
    &get_transport_service::GET_TRANSPORT_SERVICE,
    &import_exchange_certificate::IMPORT_EXCHANGE_CERTIFICATE,
    &new_accepted_domain::NEW_ACCEPTED_DOMAIN,
    &new_exchange_certificate::NEW_EXCHANGE_CERTIFICATE,
    &new_mail_user::NEW_MAIL_USER,
    &new_mailbox::NEW_MAILBOX,
    &new_receive_connector::NEW_RECEIVE_CONNECTOR,
    &new_remote_domain::NEW_REMOTE_DOMAIN,
    &new_remote_mailbox::NEW_REMOTE_MAILBOX,
    &new_send_connector::NEW_SEND_CONNECTOR,
    &remove_accepted_domain::REMOVE_ACCEPTED_DOMAIN,
    &remove_exchange_certificate::REMOVE_EXCHANGE_CERTIFICATE,
    &remove_mail_user::REMOVE_MAIL_USER,
    &remove_mailbox::REMOVE_MAILBOX,
    &remove_receive_connector::REMOVE_RECEIVE_CONNECTOR,
    &remove_remote_domain::REMOVE_REMOTE_DOMAIN,
    &remove_remote_mailbox::REMOVE_REMOTE_MAILBOX,
    &remove_send_connector::REMOVE_SEND_CONNECTOR,
    &set_accepted_domain::SET_ACCEPTED_DOMAIN,
    &set_frontend_transport_service::SET_FRONTEND_TRANSPORT_SERVICE,
    &set_mail_user::SET_MAIL_USER,
    &set_mailbox::SET_MAILBOX,
    &set_mailbox_transport_service::SET_MAILBOX_TRANSPORT_SERVICE,
    &set_receive_connector::SET_RECEIVE_CONNECTOR,
    &set_remote_domain::SET_REMOTE_DOMAIN,
    &set_remote_mailbox::SET_REMOTE_MAILBOX,
    &set_send_connector::SET_SEND_CONNECTOR,
    &set_transport_service::SET_TRANSPORT_SERVICE,
];

/// What an Edge server's shell has: its own settings, queues and certificates. The Send connectors and
/// domains of a subscribed Edge server are changed on a Mailbox server.
pub static EDGE_SHELL: &[&Cmdlet] = &[
    &enable_exchange_certificate::ENABLE_EXCHANGE_CERTIFICATE,
    &get_accepted_domain::GET_ACCEPTED_DOMAIN,
    &get_exchange_certificate::GET_EXCHANGE_CERTIFICATE,
    &get_exchange_server::GET_EXCHANGE_SERVER,
    &get_receive_connector::GET_RECEIVE_CONNECTOR,
    &get_send_connector::GET_SEND_CONNECTOR,
    &get_transport_service::GET_TRANSPORT_SERVICE,
    &import_exchange_certificate::IMPORT_EXCHANGE_CERTIFICATE,
    &new_exchange_certificate::NEW_EXCHANGE_CERTIFICATE,
    &new_receive_connector::NEW_RECEIVE_CONNECTOR,
    &remove_exchange_certificate::REMOVE_EXCHANGE_CERTIFICATE,
    &remove_receive_connector::REMOVE_RECEIVE_CONNECTOR,
    &set_receive_connector::SET_RECEIVE_CONNECTOR,
    &set_transport_service::SET_TRANSPORT_SERVICE,
];

/// How its objects are shown.
pub static VIEWS: &[&View] = &[
    &get_accepted_domain::VIEW,
    &get_exchange_certificate::VIEW,
    &get_exchange_server::VIEW,
    &get_mail_user::VIEW,
    &get_mailbox::VIEW,
    &get_receive_connector::VIEW,
    &get_recipient::VIEW,
    &get_remote_domain::VIEW,
    &get_remote_mailbox::VIEW,
    &get_send_connector::VIEW,
    &get_transport_service::VIEW,
];
