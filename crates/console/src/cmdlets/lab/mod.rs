//! The lab's own cmdlets, with nouns of their own: what no shell exists for in life.

use crate::language::cmdlet::Cmdlet;
use crate::language::view::View;

/// The table.
pub static LAB: &[&Cmdlet] = &[];

/// How their objects are shown.
pub static VIEWS: &[&View] = &[];
