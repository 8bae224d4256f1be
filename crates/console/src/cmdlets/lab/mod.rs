//! The lab's own cmdlets, with nouns of their own: what no shell exists for in life.

use crate::language::cmdlet::Cmdlet;
use crate::language::view::View;

pub mod add_lab_firewall_address;
mod certificate;
mod firewall_rule;
mod gateway;
pub mod get_lab_computer;
pub mod get_lab_firewall_log;
pub mod get_lab_firewall_rule;
pub mod get_lab_mailbox;
pub mod get_lab_port_forward;
pub mod import_lab_certificate;
pub mod new_lab_file;
pub mod new_lab_firewall_rule;
pub mod new_lab_port_forward;
mod refusal;
pub mod remove_lab_firewall_rule;
pub mod request_lab_certificate;
pub mod save_lab_historical_search;
pub mod send_lab_device_mail;
pub mod send_lab_mail;
pub mod set_lab_firewall_default;
pub mod set_lab_firewall_rule;
pub mod set_lab_link;
pub mod set_lab_mail_server;
pub mod stop_lab_computer;

/// The table.
pub static LAB: &[&Cmdlet] = &[
    &add_lab_firewall_address::ADD_LAB_FIREWALL_ADDRESS,
    &get_lab_computer::GET_LAB_COMPUTER,
    &set_lab_firewall_default::GET_LAB_FIREWALL_DEFAULT,
    &get_lab_firewall_log::GET_LAB_FIREWALL_LOG,
    &get_lab_firewall_rule::GET_LAB_FIREWALL_RULE,
    &get_lab_mailbox::GET_LAB_MAILBOX,
    &get_lab_port_forward::GET_LAB_PORT_FORWARD,
    &import_lab_certificate::IMPORT_LAB_CERTIFICATE,
    &new_lab_file::NEW_LAB_FILE,
    &new_lab_firewall_rule::NEW_LAB_FIREWALL_RULE,
    &new_lab_port_forward::NEW_LAB_PORT_FORWARD,
    &add_lab_firewall_address::REMOVE_LAB_FIREWALL_ADDRESS,
    &remove_lab_firewall_rule::REMOVE_LAB_FIREWALL_RULE,
    &new_lab_port_forward::REMOVE_LAB_PORT_FORWARD,
    &import_lab_certificate::REMOVE_LAB_ROOT_CERTIFICATE,
    &request_lab_certificate::REQUEST_LAB_CERTIFICATE,
    &save_lab_historical_search::SAVE_LAB_HISTORICAL_SEARCH,
    &send_lab_device_mail::SEND_LAB_DEVICE_MAIL,
    &send_lab_mail::SEND_LAB_MAIL,
    &set_lab_firewall_default::SET_LAB_FIREWALL_DEFAULT,
    &set_lab_firewall_rule::SET_LAB_FIREWALL_RULE,
    &set_lab_link::SET_LAB_LINK,
    &set_lab_mail_server::SET_LAB_MAIL_SERVER,
    &stop_lab_computer::START_LAB_COMPUTER,
    &stop_lab_computer::STOP_LAB_COMPUTER,
];

/// How their objects are shown.
pub static VIEWS: &[&View] = &[
    &firewall_rule::VIEW,
    &get_lab_computer::VIEW,
    &get_lab_mailbox::VIEW,
    &get_lab_port_forward::VIEW,
];
