//! The product's nouns, one file each: what an administrator reads with `Get-` and changes with `Set-`.
//!
//! Fields carry the cmdlets' parameter names in snake case; the property tables carry the original
//! spelling and order.

pub mod accepted_domain;
pub mod certificate;
pub mod edge_sync_service_config;
mod exchange_server;
pub mod inbound_connector;
pub mod log_keeping;
pub mod outbound_connector;
pub mod queue;
pub mod receive_connector;
pub mod recipient;
pub mod remote_domain;
pub mod send_connector;
pub mod transport_rule;
mod transport_rule_properties;
mod transport_rule_text;
pub mod transport_service;
