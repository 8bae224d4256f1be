//! Windows events: the XML that Event Viewer and `wevtutil` export, and the text block people paste.
//!
//! Written: `<Events>` with one `<Event>` a line, with its rendered message. Read besides: events
//! without root as `wevtutil qe` prints them, the text block of Event Viewer (`Log Name:` …
//! `Description:`), the older block (`Event Type:` …), and the bare description of an event known.
//!
//! Not modelled: `.evtx` files (binary), user data other than `EventData`.
//!
//! Source: real text blocks, Microsoft Learn (event schema; event texts of Exchange).

mod write;

use jiff::Timestamp;

use crate::excerpt;
use crate::text::lines;
use crate::unread::{Reason, Repair, Repaired, Unread};
use crate::xml::{self, Element};

pub use write::write;

/// One event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Event {
    /// Log, such as `Application`.
    pub log_name: String,
    /// Source, such as `MSExchangeTransport`.
    pub source: String,
    /// Event id, without qualifiers.
    pub event_id: Option<u32>,
    /// High word of the event id.
    pub qualifiers: Option<u16>,
    /// Level in words, such as `Error`.
    pub level: String,
    /// Task category in words, such as `TransportService`.
    pub task_category: String,
    /// Keywords in words, such as `Classic`.
    pub keywords: String,
    /// When; a text block has only local time, see `date`.
    pub time_created: Option<Timestamp>,
    /// Date of a text block, in the server's culture; see [`crate::culture_time`].
    pub date: String,
    /// User, or `N/A`.
    pub user: String,
    /// Computer.
    pub computer: String,
    /// Number of the record.
    pub event_record_id: Option<u64>,
    /// Process and thread it came from; providers with a manifest tell them.
    pub execution: Option<(u32, u32)>,
    /// Strings that were put into the description.
    pub data: Vec<String>,
    /// Bytes that came with the strings.
    pub binary: Vec<u8>,
    /// The text.
    pub description: String,
}

/// Numbers of the levels.
const LEVELS: [(&str, &str); 5] = [
    ("1", "Critical"),
    ("2", "Error"),
    ("3", "Warning"),
    ("4", "Information"),
    ("0", "Information"),
];

/// Events with the lines they stand on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Read {
    /// The events, each with its first line.
    pub events: Vec<(u64, Event)>,
    /// Lines that were used.
    pub used: Vec<u64>,
    /// Lines that were not.
    pub unread: Vec<Unread>,
    /// What was undone first.
    pub repairs: Vec<Repair>,
}

/// Reads an XML export. All its lines are used, as far as it is XML.
pub fn read_xml(text: &str) -> Read {
    let parsed = xml::parse(text);
    let mut read = Read { unread: parsed.unread.into_iter().collect(), ..Read::default() };
    let mut pending: Vec<&Element> = parsed.roots.iter().rev().collect();
    while let Some(element) = pending.pop() {
        match element.name.as_str() {
            "Event" => read.events.push((element.line, event_of(element))),
            _ => pending.extend(element.children.iter().rev()),
        }
    }
    read
}

fn event_of(element: &Element) -> Event {
    let empty = Element::default();
    let system = element.child("System").unwrap_or(&empty);
    let id = system.child("EventID").unwrap_or(&empty);
    let rendering = element.child("RenderingInfo").unwrap_or(&empty);
    let of = |child: &str, name: &str| system.child(child).and_then(|it| it.attribute(name));
    let level = system.text_of("Level").trim();
    let level_word =
        LEVELS.iter().find(|(number, _)| *number == level).map_or(level, |(_, word)| word);
    let event_data = element.child("EventData").unwrap_or(&empty);
    let execution = |name: &str| of("Execution", name).and_then(|it| it.parse().ok());
    let data: Vec<_> = event_data
        .children
        .iter()
        .filter(|it| it.name == "Data")
        .map(|it| it.text.clone())
        .collect();
    let words = |name: &str| rendering.text_of(name).trim().to_owned();
    let message = rendering.text_of("Message");
    let keywords = rendering.child("Keywords").map_or("", |keywords| keywords.text_of("Keyword"));
    Event {
        log_name: system.text_of("Channel").trim().to_owned(),
        source: of("Provider", "EventSourceName")
            .or(of("Provider", "Name"))
            .unwrap_or_default()
            .to_owned(),
        event_id: id.text.trim().parse().ok(),
        qualifiers: id.attribute("Qualifiers").and_then(|it| it.parse().ok()),
        level: if words("Level").is_empty() { level_word.to_owned() } else { words("Level") },
        task_category: words("Task"),
        keywords: keywords.trim().to_owned(),
        time_created: of("TimeCreated", "SystemTime").and_then(|it| it.parse().ok()),
        date: String::new(),
        user: of("Security", "UserID").unwrap_or_default().to_owned(),
        computer: system.text_of("Computer").trim().to_owned(),
        event_record_id: system.text_of("EventRecordID").trim().parse().ok(),
        // Without rendering the strings are all there is to read.
        description: if message.is_empty() { data.join("\n") } else { message.to_owned() },
        data,
        binary: bytes(event_data.text_of("Binary").trim()),
        execution: execution("ProcessID").zip(execution("ThreadID")),
    }
}

/// The bytes that hex digits stand for; none where they are no such digits.
fn bytes(hex: &str) -> Vec<u8> {
    let pairs = hex.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).ok());
    let bytes: Option<Vec<u8>> =
        pairs.map(|pair| pair.and_then(|pair| u8::from_str_radix(pair, 16).ok())).collect();
    bytes.unwrap_or_default()
}

/// Keys of both text blocks, and what they fill.
const KEYS: [(&str, Key); 14] = [
    ("Log Name", Key::LogName),
    ("Event Type", Key::Level),
    ("Event Source", Key::Source),
    ("Event Category", Key::Task),
    ("Source", Key::Source),
    ("Date", Key::Date),
    ("Time", Key::Time),
    ("Event ID", Key::Id),
    ("Task Category", Key::Task),
    ("Level", Key::Level),
    ("Keywords", Key::Keywords),
    ("User", Key::User),
    ("Computer", Key::Computer),
    ("Description", Key::Description),
];

/// Keys that open a block.
const FIRST_KEYS: [&str; 2] = ["Log Name", "Event Type"];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Key {
    LogName,
    Level,
    Source,
    Task,
    Date,
    Time,
    Id,
    Keywords,
    User,
    Computer,
    Description,
}

/// Beginnings of descriptions that are told without their block, and their event ids.
///
/// Source: real descriptions; Microsoft Learn for those about resources.
const DESCRIPTIONS: [(&str, u32); 7] = [
    ("Microsoft Exchange could not find a certificate that contains the domain name", 12014),
    ("Resource pressure increased from", 15004),
    ("Resource pressure decreased from", 15005),
    (
        "The Microsoft Exchange Transport service is rejecting messages because available disk space",
        15006,
    ),
    (
        "The Microsoft Exchange Transport service is rejecting message submissions because the service continues to consume more memory",
        15007,
    ),
    ("Outbound authentication failed with error", 2017),
    ("Initialization failed with exception: Microsoft.Exchange.EdgeSync", 1045),
];

fn known_description(line: &str) -> Option<u32> {
    DESCRIPTIONS.iter().find(|(start, _)| line.starts_with(start)).map(|(_, id)| *id)
}

/// Whether a line opens a text block or is a description known.
pub(crate) fn is_event_text(line: &str) -> bool {
    let line = line.trim_start_matches([' ', '\t', '>']);
    known_description(line).is_some()
        || key(line).is_some_and(|(_, name, _)| FIRST_KEYS.contains(&name) || name == "Event ID")
}

fn key(line: &str) -> Option<(Key, &'static str, &str)> {
    KEYS.iter().find_map(|(name, key)| {
        let value = line.strip_prefix(name)?.trim_start().strip_prefix(':')?;
        Some((*key, *name, value.trim()))
    })
}

/// Reads text blocks among prose.
pub fn read_text(text: &str) -> Read {
    let excerpt = excerpt::undo(text);
    let mut block = Block::default();
    for ((number, line), original) in lines(&excerpt.text).zip(text.lines()) {
        block.line(number, line, original);
    }
    block.close();
    block.read.repairs.extend(excerpt.repairs);
    // What was undone in prose is of no interest.
    let Read { events, used, unread, mut repairs } = block.read;
    repairs.retain(|repair| used.binary_search(&repair.line).is_ok());
    repairs.sort_unstable();
    Read { events, used, unread, repairs }
}

#[derive(Default)]
struct Block {
    read: Read,
    open: Option<(u64, Event)>,
    in_description: bool,
    after_gap: bool,
}

impl Block {
    fn line(&mut self, number: u64, line: &str, original: &str) {
        if line.is_empty() {
            self.after_gap = true;
            return;
        }
        let after_gap = std::mem::take(&mut self.after_gap);
        if is_markup(original) {
            self.close();
            let reason = if line.starts_with("```") { Reason::Markup } else { Reason::Prose };
            return self.read.unread.push(Unread::new(number, original, reason));
        }
        let found = key(line);
        let opens = found.as_ref().is_some_and(|(_, name, _)| FIRST_KEYS.contains(name));
        if opens || (known_description(line).is_some() && self.open.is_none()) {
            self.close();
            self.open = Some((number, Event::default()));
        }
        match (found, &mut self.open) {
            (Some((key, _, value)), Some((_, event))) if !self.in_description => {
                self.in_description = key == Key::Description;
                set(event, key, value);
            }
            // A block that lacks its first line.
            (Some((key, _, value)), None) if key == Key::Source || key == Key::Id => {
                let mut event = Event::default();
                set(&mut event, key, value);
                self.open = Some((number, event));
            }
            (None, Some((_, event)))
                if self.in_description || known_description(line).is_some() =>
            {
                if let Some(id) = known_description(line).filter(|_| !self.in_description) {
                    event.event_id = Some(id);
                    let repaired = Repaired::EventIdFromDescription;
                    self.read.repairs.push(Repair { line: number, repaired });
                }
                self.in_description = true;
                add(&mut event.description, line, after_gap);
            }
            (Some(_), Some((_, event))) => add(&mut event.description, line, after_gap),
            _ => return self.read.unread.push(Unread::new(number, original, Reason::Prose)),
        }
        self.read.used.push(number);
    }

    fn close(&mut self) {
        self.in_description = false;
        if let Some(event) = self.open.take() {
            self.read.events.push(event);
        }
    }
}

/// Whether a line is a list entry, a heading, a fence or an anchor of a Markdown page, at its margin.
fn is_markup(line: &str) -> bool {
    ["- ", "* ", "# ", "## ", "### ", "```", "<a "].iter().any(|mark| line.starts_with(mark))
}

fn add(description: &mut String, line: &str, after_gap: bool) {
    if !description.is_empty() {
        description.push_str(if after_gap { "\n\n" } else { "\n" });
    }
    description.push_str(line);
}

fn set(event: &mut Event, key: Key, value: &str) {
    let place = match key {
        Key::LogName => &mut event.log_name,
        Key::Level => &mut event.level,
        Key::Source => &mut event.source,
        Key::Task => &mut event.task_category,
        Key::Date => &mut event.date,
        Key::Time => {
            let date = format!("{} {value}", event.date);
            return date.trim().clone_into(&mut event.date);
        }
        Key::Id => {
            event.event_id = value.parse().ok();
            return;
        }
        Key::Keywords => &mut event.keywords,
        Key::User => &mut event.user,
        Key::Computer => &mut event.computer,
        Key::Description => &mut event.description,
    };
    value.clone_into(place);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::decode;
    use proptest::prelude::*;

    fn event() -> Event {
        Event {
            log_name: "Application".into(),
            source: "MSExchangeTransport".into(),
            event_id: Some(12014),
            qualifiers: Some(49156),
            level: "Error".into(),
            task_category: "TransportService".into(),
            keywords: "Classic".into(),
            time_created: "2026-05-01T06:06:57.291Z".parse().ok(),
            date: String::new(),
            user: String::new(),
            computer: "MBX01.contoso.example".into(),
            event_record_id: Some(7),
            data: vec!["mail.contoso.example".into()],
            binary: Vec::new(),
            execution: None,
            description: "Microsoft Exchange could not find a certificate that contains the domain name <I>CN=CA<S>CN=mail.contoso.example in the personal store on the local computer.".into(),
        }
    }

    #[test]
    fn an_export_has_the_form_of_event_viewer() {
        insta::assert_snapshot!(decode(&write(&[event()])).replace("\r\n", "\n"), @r#"
        <?xml version="1.0" encoding="utf-8" standalone="yes"?>
        <Events>
        <Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='MSExchangeTransport'/><EventID Qualifiers='49156'>12014</EventID><Level>2</Level><Task>12</Task><Keywords>0x80000000000000</Keywords><TimeCreated SystemTime='2026-05-01T06:06:57.291000000Z'/><EventRecordID>7</EventRecordID><Channel>Application</Channel><Computer>MBX01.contoso.example</Computer><Security/></System><EventData><Data>mail.contoso.example</Data></EventData><RenderingInfo Culture='en-US'><Message>Microsoft Exchange could not find a certificate that contains the domain name &lt;I&gt;CN=CA&lt;S&gt;CN=mail.contoso.example in the personal store on the local computer.</Message><Level>Error</Level><Task>TransportService</Task><Opcode></Opcode><Channel></Channel><Provider></Provider><Keywords><Keyword>Classic</Keyword></Keywords></RenderingInfo></Event>
        </Events>
        "#);
    }

    #[test]
    fn a_provider_with_a_manifest_tells_its_process_and_names_its_strings() {
        let event = Event {
            log_name: "System".into(),
            source: "Service Control Manager".into(),
            event_id: Some(7036),
            qualifiers: Some(16384),
            level: "Information".into(),
            keywords: "Classic".into(),
            time_created: "2026-05-01T06:06:57.2911234Z".parse().ok(),
            computer: "MBX01.contoso.example".into(),
            event_record_id: Some(3562),
            execution: Some((604, 4792)),
            data: vec!["Print Spooler".into(), "stopped".into()],
            binary: "Spooler/1\0".encode_utf16().flat_map(u16::to_le_bytes).collect(),
            description: "The Print Spooler service entered the stopped state.".into(),
            ..Event::default()
        };
        let bytes = write(std::slice::from_ref(&event));
        let written = decode(&bytes);
        insta::assert_snapshot!(written.lines().nth(2).unwrap(), @"<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='Service Control Manager' Guid='{555908d1-a6d7-4695-8e1e-26931d2012f4}' EventSourceName='Service Control Manager'/><EventID Qualifiers='16384'>7036</EventID><Version>0</Version><Level>4</Level><Task>0</Task><Opcode>0</Opcode><Keywords>0x8080000000000000</Keywords><TimeCreated SystemTime='2026-05-01T06:06:57.291123400Z'/><EventRecordID>3562</EventRecordID><Correlation/><Execution ProcessID='604' ThreadID='4792'/><Channel>System</Channel><Computer>MBX01.contoso.example</Computer><Security/></System><EventData><Data Name='param1'>Print Spooler</Data><Data Name='param2'>stopped</Data><Binary>530070006F006F006C00650072002F0031000000</Binary></EventData><RenderingInfo Culture='en-US'><Message>The Print Spooler service entered the stopped state.</Message><Level>Information</Level><Task></Task><Opcode></Opcode><Channel></Channel><Provider>Microsoft-Windows-Service Control Manager</Provider><Keywords><Keyword>Classic</Keyword></Keywords></RenderingInfo></Event>");
        assert_eq!(read_xml(&written).events, [(3, event)]);
    }

    #[test]
    fn both_text_blocks_are_read_among_prose() {
        let text = "See the log:\n\n    > Log Name: Application  \n    Source: MSExchangeTransport  \n    Date: 5/1/2026 6:06:57 AM\n    Event ID: 12014  \n    Description:  \n    First line.\n\n    Second: line.\n\n- Then restart.\n\n    Event Type: Error\n\n    Event ID: 15006\n\n    Description: Disk.\n";
        let read = read_text(text);
        assert_eq!(read.events.len(), 2);
        let (line, first) = &read.events[0];
        assert_eq!(
            (*line, first.event_id, first.source.as_str()),
            (3, Some(12014), "MSExchangeTransport")
        );
        assert_eq!(first.description, "First line.\n\nSecond: line.");
        assert_eq!(
            (read.events[1].1.event_id, read.events[1].1.level.as_str()),
            (Some(15006), "Error")
        );
        assert_eq!(read.unread.iter().map(|unread| unread.line).collect::<Vec<_>>(), [1, 12]);
    }

    #[test]
    fn a_bare_description_gets_its_id() {
        let read = read_text(
            "Microsoft Exchange could not find a certificate that contains the domain name mail.contoso.example in the personal store.\n",
        );
        assert_eq!(read.events[0].1.event_id, Some(12014));
        assert_eq!(read.repairs, [Repair { line: 1, repaired: Repaired::EventIdFromDescription }]);
    }

    #[test]
    fn events_without_root_and_rendering_are_read() {
        let text = "<Event><System><Provider Name='A'/><EventID>1</EventID><Level>2</Level></System><EventData><Data>x</Data></EventData></Event>\n<Event><System/></Event>";
        let read = read_xml(text);
        assert_eq!(read.events[0].1.description, "x");
        assert_eq!((read.events[0].1.level.as_str(), read.events[1].0), ("Error", 2));
    }

    proptest! {
        #[test]
        fn events_are_read_as_written(
            [source, task_category, keywords, user, computer] in ["[A-Za-z ']{1,9}[a-z]", "[a-z]{0,9}", "[a-z]{0,9}", "[A-Z0-9-]{0,9}", "[a-z.]{0,9}"],
            event_id in any::<Option<u32>>(),
            qualifiers in any::<Option<u16>>(),
            level in 0..4_usize,
            time in proptest::option::of(crate::testing::time()),
            record in any::<Option<u64>>(),
            data in proptest::collection::vec("[ -~é\n]{0,12}", 0..3),
            binary in proptest::collection::vec(any::<u8>(), 0..5),
            execution in any::<Option<(u32, u32)>>(),
            description in "[!-~][ -~é\n]{0,30}",
        ) {
            let event = Event {
                log_name: "System".to_owned(),
                source: source.trim_start().to_owned(),
                event_id,
                qualifiers,
                level: LEVELS[level].1.to_owned(),
                task_category,
                keywords,
                time_created: time,
                date: String::new(),
                user,
                computer,
                event_record_id: record,
                data,
                binary,
                execution,
                description,
            };
            let read = read_xml(&decode(&write(std::slice::from_ref(&event))));
            prop_assert_eq!(read.events, vec![(3, event)]);
            prop_assert!(read.unread.is_empty());
        }

        #[test]
        fn any_text_is_read(text in "(Log Name:|Event ID: 1|Description:|Event Type:|- |> |\n|<Event>|</Event>|<System>|[ -~é])*") {
            let read = read_text(&text);
            let listed = read.used.len() + read.unread.len();
            prop_assert_eq!(listed, text.lines().filter(|line| !excerpt::undo(line).text.trim().is_empty()).count());
            let _xml = read_xml(&text);
        }
    }
}
