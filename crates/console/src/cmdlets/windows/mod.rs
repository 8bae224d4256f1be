//! The cmdlets of Windows that every computer has: services, network, events.

use crate::language::cmdlet::Cmdlet;
use crate::language::view::View;

/// The table.
pub static WINDOWS: &[&Cmdlet] = &[];

/// How their objects are shown.
pub static VIEWS: &[&View] = &[];
