//! The cmdlets of Exchange Online PowerShell.

use crate::language::cmdlet::Cmdlet;
use crate::language::view::View;

/// The table.
pub static EXCHANGE_ONLINE: &[&Cmdlet] = &[];

/// How their objects are shown.
pub static VIEWS: &[&View] = &[];
