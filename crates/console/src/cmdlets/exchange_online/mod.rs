//! The cmdlets of Exchange Online PowerShell.
//!
//! Recipients have the cmdlets of the Exchange Management Shell: where the shell is open decides which
//! directory they change.

use super::exchange::{
    get_mail_user, get_mailbox, get_recipient, new_mail_user, remove_mail_user, remove_mailbox,
    set_mail_user, set_mailbox,
};
use crate::language::cmdlet::Cmdlet;
use crate::language::view::View;

pub mod get_inbound_connector;
pub mod get_message_trace;
pub mod get_message_trace_detail;
pub mod get_organization_config;
pub mod get_outbound_connector;
mod inbound_connector;
mod message_trace;
pub mod new_inbound_connector;
pub mod new_mailbox;
pub mod new_outbound_connector;
mod organization_config;
mod outbound_connector;
pub mod remove_inbound_connector;
pub mod remove_outbound_connector;
pub mod set_inbound_connector;
pub mod set_organization_config;
pub mod set_outbound_connector;

/// The table.
pub static EXCHANGE_ONLINE: &[&Cmdlet] = &[
    &get_inbound_connector::GET_INBOUND_CONNECTOR,
    &get_mail_user::GET_MAIL_USER,
    &get_mailbox::GET_MAILBOX,
    &get_message_trace::GET_MESSAGE_TRACE,
    &get_message_trace::GET_MESSAGE_TRACE_V2,
    &get_message_trace_detail::GET_MESSAGE_TRACE_DETAIL,
    &get_message_trace_detail::GET_MESSAGE_TRACE_DETAIL_V2,
    &get_organization_config::GET_ORGANIZATION_CONFIG,
    &get_outbound_connector::GET_OUTBOUND_CONNECTOR,
    &get_recipient::GET_RECIPIENT,
    &new_inbound_connector::NEW_INBOUND_CONNECTOR,
    &new_mail_user::NEW_MAIL_USER,
    &new_mailbox::NEW_MAILBOX,
    &new_outbound_connector::NEW_OUTBOUND_CONNECTOR,
    &remove_inbound_connector::REMOVE_INBOUND_CONNECTOR,
    &remove_mail_user::REMOVE_MAIL_USER,
    &remove_mailbox::REMOVE_MAILBOX,
    &remove_outbound_connector::REMOVE_OUTBOUND_CONNECTOR,
    &set_inbound_connector::SET_INBOUND_CONNECTOR,
    &set_mail_user::SET_MAIL_USER,
    &set_mailbox::SET_MAILBOX,
    &set_organization_config::SET_ORGANIZATION_CONFIG,
    &set_outbound_connector::SET_OUTBOUND_CONNECTOR,
];

/// How their objects are shown.
pub static VIEWS: &[&View] = &[
    &get_inbound_connector::VIEW,
    &get_message_trace::VIEW,
    &get_message_trace_detail::VIEW,
    &get_organization_config::VIEW,
    &get_outbound_connector::VIEW,
];
