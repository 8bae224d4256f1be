//! The DNS server: what Windows' `DnsServer` module offers.

use crate::language::cmdlet::Cmdlet;
use crate::language::view::View;

pub mod add_dns_server_forwarder;
pub mod add_dns_server_primary_zone;
pub mod add_dns_server_resource_record;
pub mod add_dns_server_resource_record_a;
pub mod add_dns_server_resource_record_aaaa;
pub mod add_dns_server_resource_record_c_name;
pub mod add_dns_server_resource_record_mx;
pub mod add_dns_server_resource_record_ptr;
mod adding;
mod forwarder;
pub mod get_dns_server_forwarder;
pub mod get_dns_server_resource_record;
pub mod get_dns_server_zone;
mod record;
pub mod remove_dns_server_forwarder;
pub mod remove_dns_server_resource_record;
pub mod remove_dns_server_zone;
mod server;
pub mod set_dns_server_forwarder;
mod zone;

/// The table.
pub static DNS_SERVER: &[&Cmdlet] = &[
    &add_dns_server_forwarder::ADD_DNS_SERVER_FORWARDER,
    &add_dns_server_primary_zone::ADD_DNS_SERVER_PRIMARY_ZONE,
    &add_dns_server_resource_record::ADD_DNS_SERVER_RESOURCE_RECORD,
    &add_dns_server_resource_record_a::ADD_DNS_SERVER_RESOURCE_RECORD_A,
    &add_dns_server_resource_record_aaaa::ADD_DNS_SERVER_RESOURCE_RECORD_AAAA,
    &add_dns_server_resource_record_c_name::ADD_DNS_SERVER_RESOURCE_RECORD_C_NAME,
    &add_dns_server_resource_record_mx::ADD_DNS_SERVER_RESOURCE_RECORD_MX,
    &add_dns_server_resource_record_ptr::ADD_DNS_SERVER_RESOURCE_RECORD_PTR,
    &get_dns_server_forwarder::GET_DNS_SERVER_FORWARDER,
    &get_dns_server_resource_record::GET_DNS_SERVER_RESOURCE_RECORD,
    &get_dns_server_zone::GET_DNS_SERVER_ZONE,
    &remove_dns_server_forwarder::REMOVE_DNS_SERVER_FORWARDER,
    &remove_dns_server_resource_record::REMOVE_DNS_SERVER_RESOURCE_RECORD,
    &remove_dns_server_zone::REMOVE_DNS_SERVER_ZONE,
    &set_dns_server_forwarder::SET_DNS_SERVER_FORWARDER,
];

/// How their objects are shown.
pub static VIEWS: &[&View] = &[&forwarder::VIEW, &record::VIEW, &zone::VIEW];
