//! The files an administrator would hand over: one module for each format, one schema for writer and
//! reader. Nothing here knows who wrote a line, or why.
//!
//! - Logs of Exchange's transport share one form: [`mod@format`] writes it, [`scan`] reads it in bounded
//!   memory, [`row`] is one line of it, [`log_files`] keeps a directory of it. Their row types are in
//!   [`protocol_log`], [`message_tracking`], [`connectivity_log`], [`agent_log`] and [`edgesync_log`].
//! - [`recognise`] says what a file is; [`read`] reads a small file of any kind whole.
//! - [`unread`] is what readers say about lines they could not use, or had to mend ([`excerpt`]).

pub mod agent_log;
pub mod certificate_row;
pub mod clixml;
pub mod connectivity_log;
pub mod csv;
pub mod culture_time;
pub mod dialect;
pub mod edgesync_log;
pub mod event_log;
pub mod excerpt;
pub mod firewall_log;
pub mod format;
pub mod format_list;
pub mod information_row;
pub mod json_objects;
pub mod last_error;
pub mod log_files;
mod log_kinds;
pub mod log_time;
pub mod mail;
pub mod message_trace;
pub mod message_tracking;
pub mod ndr;
pub mod protocol_log;
pub mod read;
mod read_log;
pub mod received;
pub mod recognise;
pub mod row;
pub mod scan;
pub mod setup_log;
pub mod smtp_status;
pub mod text;
pub mod tls_row;
mod trace_cells;
pub mod trace_data;
pub mod trace_report;
pub mod tracking_cells;
pub mod tracking_words;
pub mod unread;
mod xml;

#[cfg(test)]
mod testing;
