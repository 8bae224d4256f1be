//! Events are written: the XML of an export, each event as Windows renders it.
//!
//! A provider with a manifest (the Service Control Manager) has a GUID, the process and thread it ran in, and
//! names for its strings; a classic source (every one of Exchange's) has none of these.
//!
//! Source: real events 7036 and 7031 of the Service Control Manager as rendered XML, Windows Server 2016 to
//! 2022; a real event 1035 of `MSExchangeTransport`: qualifiers, task, plain strings. That the task of another
//! Exchange event is the thousands of its id, as there, is inferred.

use std::fmt::Write as _;

use exchange::culture::log_time;
use jiff::Timestamp;

use super::{Event, LEVELS};
use crate::xml::{escape, escape_attribute};

/// A provider with a manifest.
struct Manifest {
    source: &'static str,
    guid: &'static str,
    /// What the manifest calls it.
    title: &'static str,
}

const MANIFESTS: [Manifest; 1] = [Manifest {
    source: "Service Control Manager",
    guid: "{555908d1-a6d7-4695-8e1e-26931d2012f4}",
    title: "Microsoft-Windows-Service Control Manager",
}];

/// The bytes of an export: UTF-8, CR LF.
pub fn write(events: &[Event]) -> Vec<u8> {
    let mut text = String::from(
        "<?xml version=\"1.0\" encoding=\"utf-8\" standalone=\"yes\"?>\r\n<Events>\r\n",
    );
    for event in events {
        write_event(event, &mut text);
    }
    text.push_str("</Events>\r\n");
    text.into_bytes()
}

fn write_event(event: &Event, out: &mut String) {
    let manifest = MANIFESTS.iter().find(|manifest| manifest.source == event.source);
    out.push_str("<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'>");
    write_system(event, manifest, out);
    write_data(event, manifest, out);
    // The manifest names no task for these, and says what its provider is called.
    let task = if manifest.is_some() { "" } else { &event.task_category };
    let title = manifest.map_or("", |manifest| manifest.title);
    let _ = write!(
        out,
        "<RenderingInfo Culture='en-US'><Message>{}</Message><Level>{}</Level><Task>{}</Task><Opcode></Opcode><Channel></Channel><Provider>{title}</Provider><Keywords><Keyword>{}</Keyword></Keywords></RenderingInfo></Event>\r\n",
        escape(&event.description),
        escape(&event.level),
        escape(task),
        escape(&event.keywords)
    );
}

fn write_system(event: &Event, manifest: Option<&Manifest>, out: &mut String) {
    let level =
        LEVELS.iter().find(|(_, word)| *word == event.level).map_or("4", |(level, _)| level);
    let qualifiers = event.qualifiers.map(|it| format!(" Qualifiers='{it}'")).unwrap_or_default();
    let id = event.event_id.map(|id| id.to_string()).unwrap_or_default();
    let source = attribute(&event.source);
    let _ = match manifest {
        Some(Manifest { guid, .. }) => write!(
            out,
            "<System><Provider Name='{source}' Guid='{guid}' EventSourceName='{source}'/><EventID{qualifiers}>{id}</EventID><Version>0</Version><Level>{level}</Level><Task>0</Task><Opcode>0</Opcode><Keywords>0x8080000000000000</Keywords>"
        ),
        None => write!(
            out,
            "<System><Provider Name='{source}'/><EventID{qualifiers}>{id}</EventID><Level>{level}</Level><Task>{}</Task><Keywords>0x80000000000000</Keywords>",
            task(event)
        ),
    };
    if let Some(time) = event.time_created {
        let _ = write!(out, "<TimeCreated SystemTime='{}'/>", system_time(time));
    }
    if let Some(record) = event.event_record_id {
        let _ = write!(out, "<EventRecordID>{record}</EventRecordID>");
    }
    if manifest.is_some() {
        out.push_str("<Correlation/>");
    }
    if let Some((process, thread)) = event.execution {
        let _ = write!(out, "<Execution ProcessID='{process}' ThreadID='{thread}'/>");
    }
    let user = match event.user.as_str() {
        "" => "<Security/>".to_owned(),
        user => format!("<Security UserID='{}'/>", attribute(user)),
    };
    let (channel, computer) = (escape(&event.log_name), escape(&event.computer));
    let _ =
        write!(out, "<Channel>{channel}</Channel><Computer>{computer}</Computer>{user}</System>");
}

fn write_data(event: &Event, manifest: Option<&Manifest>, out: &mut String) {
    out.push_str("<EventData>");
    for (number, data) in (1..).zip(&event.data) {
        let name = manifest.map(|_| format!(" Name='param{number}'")).unwrap_or_default();
        let _ = write!(out, "<Data{name}>{}</Data>", escape(data));
    }
    if !event.binary.is_empty() {
        out.push_str("<Binary>");
        for byte in &event.binary {
            let _ = write!(out, "{byte:02X}");
        }
        out.push_str("</Binary>");
    }
    out.push_str("</EventData>");
}

/// The number of the task category.
fn task(event: &Event) -> u32 {
    match event.event_id {
        Some(id) if event.source.starts_with("MSExchange") => id / 1000,
        _ => 0,
    }
}

/// Nine decimals, of which Windows knows seven.
fn system_time(time: Timestamp) -> String {
    let ticks_below_millisecond = time.subsec_nanosecond().rem_euclid(1_000_000) / 100;
    format!("{}{ticks_below_millisecond:04}00Z", log_time(time).trim_end_matches('Z'))
}

fn attribute(text: &str) -> String {
    escape_attribute(text).replace('\'', "&apos;")
}
