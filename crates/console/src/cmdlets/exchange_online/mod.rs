//! The cmdlets of Exchange Online PowerShell.
//!
//! Recipients, domains and transport rules have the cmdlets of the Exchange Management Shell: where the shell is open
//! decides which directory they change. Accepted domains come and go in Microsoft Entra, not here.

use super::exchange::{
    add_distribution_group_member, disable_transport_rule, enable_transport_rule,
    get_accepted_domain, get_distribution_group, get_distribution_group_member, get_mail_user,
    get_mailbox, get_recipient, get_remote_domain, get_transport_rule, new_distribution_group,
    new_mail_user, new_remote_domain, new_transport_rule, remove_distribution_group,
    remove_distribution_group_member, remove_mail_user, remove_mailbox, remove_remote_domain,
    remove_transport_rule, set_accepted_domain, set_distribution_group, set_mail_user, set_mailbox,
    set_remote_domain, set_transport_rule,
};
use crate::language::cmdlet::Cmdlet;
use crate::language::view::View;

pub mod get_inbound_connector;
pub mod get_message_trace;
pub mod get_message_trace_detail;
pub mod get_message_trace_detail_v2;
pub mod get_message_trace_v2;
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
pub mod start_historical_search;

/// The table.
pub static EXCHANGE_ONLINE: &[&Cmdlet] = &[
    &get_accepted_domain::GET_ACCEPTED_DOMAIN,
    &set_accepted_domain::SET_ACCEPTED_DOMAIN,
    &get_distribution_group::GET_DISTRIBUTION_GROUP,
    &new_distribution_group::NEW_DISTRIBUTION_GROUP,
    &remove_distribution_group::REMOVE_DISTRIBUTION_GROUP,
    &set_distribution_group::SET_DISTRIBUTION_GROUP,
    &add_distribution_group_member::ADD_DISTRIBUTION_GROUP_MEMBER,
    &get_distribution_group_member::GET_DISTRIBUTION_GROUP_MEMBER,
    &remove_distribution_group_member::REMOVE_DISTRIBUTION_GROUP_MEMBER,
    &start_historical_search::GET_HISTORICAL_SEARCH,
    &start_historical_search::START_HISTORICAL_SEARCH,
    &get_inbound_connector::GET_INBOUND_CONNECTOR,
    &new_inbound_connector::NEW_INBOUND_CONNECTOR,
    &remove_inbound_connector::REMOVE_INBOUND_CONNECTOR,
    &set_inbound_connector::SET_INBOUND_CONNECTOR,
    &get_mail_user::GET_MAIL_USER,
    &new_mail_user::NEW_MAIL_USER,
    &remove_mail_user::REMOVE_MAIL_USER,
    &set_mail_user::SET_MAIL_USER,
    &get_mailbox::GET_MAILBOX,
    &new_mailbox::NEW_MAILBOX,
    &remove_mailbox::REMOVE_MAILBOX,
    &set_mailbox::SET_MAILBOX,
    &get_message_trace::GET_MESSAGE_TRACE,
    &get_message_trace_v2::GET_MESSAGE_TRACE_V2,
    &get_message_trace_detail::GET_MESSAGE_TRACE_DETAIL,
    &get_message_trace_detail_v2::GET_MESSAGE_TRACE_DETAIL_V2,
    &get_organization_config::GET_ORGANIZATION_CONFIG,
    &set_organization_config::SET_ORGANIZATION_CONFIG,
    &get_outbound_connector::GET_OUTBOUND_CONNECTOR,
    &new_outbound_connector::NEW_OUTBOUND_CONNECTOR,
    &remove_outbound_connector::REMOVE_OUTBOUND_CONNECTOR,
    &set_outbound_connector::SET_OUTBOUND_CONNECTOR,
    &get_recipient::GET_RECIPIENT,
    &get_remote_domain::GET_REMOTE_DOMAIN,
    &new_remote_domain::NEW_REMOTE_DOMAIN,
    &remove_remote_domain::REMOVE_REMOTE_DOMAIN,
    &set_remote_domain::SET_REMOTE_DOMAIN,
    &disable_transport_rule::DISABLE_TRANSPORT_RULE,
    &enable_transport_rule::ENABLE_TRANSPORT_RULE,
    &get_transport_rule::GET_TRANSPORT_RULE,
    &new_transport_rule::NEW_TRANSPORT_RULE,
    &remove_transport_rule::REMOVE_TRANSPORT_RULE,
    &set_transport_rule::SET_TRANSPORT_RULE,
];

/// How their objects are shown.
pub static VIEWS: &[&View] = &[
    &get_inbound_connector::VIEW,
    &get_message_trace_v2::VIEW,
    &get_message_trace_detail_v2::VIEW,
    &get_organization_config::VIEW,
    &get_outbound_connector::VIEW,
    &start_historical_search::VIEW,
];
