//! The product's decisions as pure functions: which connector, which certificate, which queue, when.
//!
//! Each is a table or a rule that Microsoft documents; none touches a socket, a file or a clock.

pub mod attribution;
pub mod back_pressure;
pub mod certificate_choice;
pub mod hop_count;
pub mod receive_connector_choice;
pub mod resolution;
pub mod retry_ladder;
pub mod routing;
pub mod transport_rules;
