//! The cmdlets of the Exchange Management Shell.

use crate::language::cmdlet::Cmdlet;
use crate::language::view::View;

mod accepted_domain;
pub mod add_distribution_group_member;
mod certificate;
pub mod disable_transport_rule;
mod distribution_group;
mod edge_subscription;
mod edge_sync_service_config;
pub mod enable_exchange_certificate;
pub mod enable_transport_rule;
pub mod get_accepted_domain;
pub mod get_distribution_group;
pub mod get_distribution_group_member;
pub mod get_edge_subscription;
pub mod get_edge_sync_service_config;
pub mod get_exchange_certificate;
pub mod get_exchange_server;
pub mod get_frontend_transport_service;
pub mod get_mail_user;
pub mod get_mailbox;
pub mod get_mailbox_transport_service;
pub mod get_message;
pub mod get_message_tracking_log;
pub mod get_queue;
pub mod get_receive_connector;
pub mod get_recipient;
pub mod get_remote_domain;
pub mod get_remote_mailbox;
pub mod get_send_connector;
pub mod get_transport_rule;
pub mod get_transport_service;
pub mod import_exchange_certificate;
mod mail_user;
pub(crate) mod mailbox;
pub mod new_accepted_domain;
pub mod new_distribution_group;
pub mod new_edge_sync_service_config;
pub mod new_exchange_certificate;
pub mod new_mail_user;
pub mod new_mailbox;
pub mod new_receive_connector;
pub mod new_remote_domain;
pub mod new_remote_mailbox;
pub mod new_send_connector;
pub mod new_transport_rule;
mod queue_viewer;
mod receive_connector;
pub(crate) mod recipient;
mod remote_domain;
mod remote_mailbox;
pub mod remove_accepted_domain;
pub mod remove_distribution_group;
pub mod remove_distribution_group_member;
pub mod remove_exchange_certificate;
pub mod remove_mail_user;
pub mod remove_mailbox;
pub mod remove_message;
pub mod remove_receive_connector;
pub mod remove_remote_domain;
pub mod remove_remote_mailbox;
pub mod remove_send_connector;
pub mod remove_transport_rule;
pub mod resume_message;
pub mod resume_queue;
pub mod retry_queue;
mod send_connector;
pub mod set_accepted_domain;
pub mod set_distribution_group;
pub mod set_edge_sync_service_config;
pub mod set_frontend_transport_service;
pub mod set_mail_user;
pub mod set_mailbox;
pub mod set_mailbox_transport_service;
pub mod set_receive_connector;
pub mod set_remote_domain;
pub mod set_remote_mailbox;
pub mod set_send_connector;
pub mod set_transport_rule;
pub mod set_transport_service;
pub mod start_edge_synchronization;
pub mod suspend_message;
pub mod suspend_queue;
mod suspended;
pub mod test_edge_synchronization;
mod transport_rule;
mod transport_service;

/// What a Mailbox server's shell has.
pub static MANAGEMENT_SHELL: &[&Cmdlet] = &[
    &add_distribution_group_member::ADD_DISTRIBUTION_GROUP_MEMBER,
    &disable_transport_rule::DISABLE_TRANSPORT_RULE,
    &enable_exchange_certificate::ENABLE_EXCHANGE_CERTIFICATE,
    &enable_transport_rule::ENABLE_TRANSPORT_RULE,
    &get_accepted_domain::GET_ACCEPTED_DOMAIN,
    &get_distribution_group::GET_DISTRIBUTION_GROUP,
    &get_distribution_group_member::GET_DISTRIBUTION_GROUP_MEMBER,
    &get_edge_subscription::GET_EDGE_SUBSCRIPTION,
    &get_edge_sync_service_config::GET_EDGE_SYNC_SERVICE_CONFIG,
    &get_exchange_certificate::GET_EXCHANGE_CERTIFICATE,
    &get_exchange_server::GET_EXCHANGE_SERVER,
    &get_frontend_transport_service::GET_FRONTEND_TRANSPORT_SERVICE,
    &get_mail_user::GET_MAIL_USER,
    &get_mailbox::GET_MAILBOX,
    &get_mailbox_transport_service::GET_MAILBOX_TRANSPORT_SERVICE,
    &get_message::GET_MESSAGE,
    &get_message_tracking_log::GET_MESSAGE_TRACKING_LOG,
    &get_queue::GET_QUEUE,
    &get_receive_connector::GET_RECEIVE_CONNECTOR,
    &get_recipient::GET_RECIPIENT,
    &get_remote_domain::GET_REMOTE_DOMAIN,
    &get_remote_mailbox::GET_REMOTE_MAILBOX,
    &get_send_connector::GET_SEND_CONNECTOR,
    &get_transport_rule::GET_TRANSPORT_RULE,
    &get_transport_service::GET_TRANSPORT_SERVICE,
    &import_exchange_certificate::IMPORT_EXCHANGE_CERTIFICATE,
    &new_accepted_domain::NEW_ACCEPTED_DOMAIN,
    &new_distribution_group::NEW_DISTRIBUTION_GROUP,
    &new_edge_sync_service_config::NEW_EDGE_SYNC_SERVICE_CONFIG,
    &new_exchange_certificate::NEW_EXCHANGE_CERTIFICATE,
    &new_mail_user::NEW_MAIL_USER,
    &new_mailbox::NEW_MAILBOX,
    &new_receive_connector::NEW_RECEIVE_CONNECTOR,
    &new_remote_domain::NEW_REMOTE_DOMAIN,
    &new_remote_mailbox::NEW_REMOTE_MAILBOX,
    &new_send_connector::NEW_SEND_CONNECTOR,
    &new_transport_rule::NEW_TRANSPORT_RULE,
    &remove_accepted_domain::REMOVE_ACCEPTED_DOMAIN,
    &remove_distribution_group::REMOVE_DISTRIBUTION_GROUP,
    &remove_distribution_group_member::REMOVE_DISTRIBUTION_GROUP_MEMBER,
    &remove_exchange_certificate::REMOVE_EXCHANGE_CERTIFICATE,
    &remove_mail_user::REMOVE_MAIL_USER,
    &remove_mailbox::REMOVE_MAILBOX,
    &remove_message::REMOVE_MESSAGE,
    &remove_receive_connector::REMOVE_RECEIVE_CONNECTOR,
    &remove_remote_domain::REMOVE_REMOTE_DOMAIN,
    &remove_remote_mailbox::REMOVE_REMOTE_MAILBOX,
    &remove_send_connector::REMOVE_SEND_CONNECTOR,
    &remove_transport_rule::REMOVE_TRANSPORT_RULE,
    &resume_message::RESUME_MESSAGE,
    &resume_queue::RESUME_QUEUE,
    &retry_queue::RETRY_QUEUE,
    &set_accepted_domain::SET_ACCEPTED_DOMAIN,
    &set_distribution_group::SET_DISTRIBUTION_GROUP,
    &set_edge_sync_service_config::SET_EDGE_SYNC_SERVICE_CONFIG,
    &set_frontend_transport_service::SET_FRONTEND_TRANSPORT_SERVICE,
    &set_mail_user::SET_MAIL_USER,
    &set_mailbox::SET_MAILBOX,
    &set_mailbox_transport_service::SET_MAILBOX_TRANSPORT_SERVICE,
    &set_receive_connector::SET_RECEIVE_CONNECTOR,
    &set_remote_domain::SET_REMOTE_DOMAIN,
    &set_remote_mailbox::SET_REMOTE_MAILBOX,
    &set_send_connector::SET_SEND_CONNECTOR,
    &set_transport_rule::SET_TRANSPORT_RULE,
    &set_transport_service::SET_TRANSPORT_SERVICE,
    &start_edge_synchronization::START_EDGE_SYNCHRONIZATION,
    &suspend_message::SUSPEND_MESSAGE,
    &suspend_queue::SUSPEND_QUEUE,
    &test_edge_synchronization::TEST_EDGE_SYNCHRONIZATION,
];

/// What an Edge server's shell has: its own settings, queues and certificates. The Send connectors and
/// domains of a subscribed Edge server are changed on a Mailbox server.
pub static EDGE_SHELL: &[&Cmdlet] = &[
    &enable_exchange_certificate::ENABLE_EXCHANGE_CERTIFICATE,
    &get_accepted_domain::GET_ACCEPTED_DOMAIN,
    &get_exchange_certificate::GET_EXCHANGE_CERTIFICATE,
    &get_exchange_server::GET_EXCHANGE_SERVER,
    &get_message::GET_MESSAGE,
    &get_message_tracking_log::GET_MESSAGE_TRACKING_LOG,
    &get_queue::GET_QUEUE,
    &get_receive_connector::GET_RECEIVE_CONNECTOR,
    &get_send_connector::GET_SEND_CONNECTOR,
    &get_transport_service::GET_TRANSPORT_SERVICE,
    &import_exchange_certificate::IMPORT_EXCHANGE_CERTIFICATE,
    &new_exchange_certificate::NEW_EXCHANGE_CERTIFICATE,
    &new_receive_connector::NEW_RECEIVE_CONNECTOR,
    &remove_exchange_certificate::REMOVE_EXCHANGE_CERTIFICATE,
    &remove_message::REMOVE_MESSAGE,
    &remove_receive_connector::REMOVE_RECEIVE_CONNECTOR,
    &resume_message::RESUME_MESSAGE,
    &resume_queue::RESUME_QUEUE,
    &retry_queue::RETRY_QUEUE,
    &set_receive_connector::SET_RECEIVE_CONNECTOR,
    &set_transport_service::SET_TRANSPORT_SERVICE,
    &suspend_message::SUSPEND_MESSAGE,
    &suspend_queue::SUSPEND_QUEUE,
];

/// How its objects are shown.
pub static VIEWS: &[&View] = &[
    &get_accepted_domain::VIEW,
    &get_distribution_group::VIEW,
    &get_edge_subscription::VIEW,
    &get_edge_sync_service_config::VIEW,
    &get_exchange_certificate::VIEW,
    &get_exchange_server::VIEW,
    &get_frontend_transport_service::VIEW,
    &get_mail_user::VIEW,
    &get_mailbox::VIEW,
    &get_mailbox_transport_service::VIEW,
    &get_message::VIEW,
    &get_message_tracking_log::VIEW,
    &get_queue::VIEW,
    &get_receive_connector::VIEW,
    &get_recipient::VIEW,
    &get_remote_domain::VIEW,
    &get_remote_mailbox::VIEW,
    &get_send_connector::VIEW,
    &get_transport_rule::VIEW,
    &get_transport_service::VIEW,
];
