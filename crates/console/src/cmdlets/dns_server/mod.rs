//! The cmdlets of the DNS Server module.

use crate::language::cmdlet::Cmdlet;
use crate::language::view::View;

/// The table.
pub static DNS_SERVER: &[&Cmdlet] = &[];

/// How their objects are shown.
pub static VIEWS: &[&View] = &[];
