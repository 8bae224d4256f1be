//! Whom the details of a message trace are about. The service does not say it; the administrator who asked
//! knew.
//!
//! The best is a column with the recipient, which many scripts add. Else the name of the file may have the
//! address. Else, when the answers for a message are as many as its rows, they are in their order: that is
//! how a pipe asks. An answer begins anew where the first event comes again, or time goes back.

use std::collections::BTreeMap;

use logs::message_trace::{TraceDetailRow, TraceRow};

use super::key;
use crate::evidence::{FileId, Place};
use crate::facts::FileFact;

/// For each detail the recipient in small letters, where it can be told.
pub(super) fn about(
    details: &[(Place, TraceDetailRow)],
    rows: &BTreeMap<&str, Vec<&TraceRow>>,
    files: &[FileFact],
) -> Vec<Option<String>> {
    let mut found: Vec<Option<String>> =
        details.iter().map(|(_, row)| row.recipient_address.as_deref().and_then(address)).collect();
    let mut answers: BTreeMap<(FileId, &str), Vec<usize>> = BTreeMap::new();
    for (number, (at, row)) in details.iter().enumerate() {
        if found.get(number).is_some_and(Option::is_none) {
            let id = key(&row.message_trace_id, &row.message_id);
            answers.entry((at.file, id)).or_default().push(number);
        }
    }
    for ((file, id), numbers) in answers {
        let recipients = recipients(rows.get(id).map(Vec::as_slice).unwrap_or_default());
        let path = files.get(file.0).map(|file| file.path.as_str()).unwrap_or_default();
        let blocks = blocks(details, &numbers);
        let of_block: Vec<Option<String>> = match named(path, &recipients) {
            Some(name) => vec![Some(name); blocks.len()],
            None if blocks.len() == recipients.len() => recipients.into_iter().map(Some).collect(),
            None => continue,
        };
        for (block, recipient) in blocks.iter().zip(of_block) {
            for number in *block {
                if let Some(place) = found.get_mut(*number) {
                    place.clone_from(&recipient);
                }
            }
        }
    }
    found
}

fn address(text: &str) -> Option<String> {
    let text = text.trim().to_lowercase();
    text.contains('@').then_some(text)
}

/// The recipients of a message, in the order of its rows, each once.
fn recipients(rows: &[&TraceRow]) -> Vec<String> {
    let mut recipients = Vec::new();
    for address in rows.iter().filter_map(|row| address(&row.recipient_address)) {
        if !recipients.contains(&address) {
            recipients.push(address);
        }
    }
    recipients
}

/// The recipient whose address the file's name has; the longest, when one is a part of another.
fn named(path: &str, recipients: &[String]) -> Option<String> {
    let path = path.to_lowercase();
    let name = path.rsplit(['/', '\\']).next().unwrap_or_default();
    let named = recipients.iter().filter(|recipient| name.contains(recipient.as_str()));
    named.max_by_key(|recipient| recipient.len()).cloned()
}

/// The answers among the details of one message in one file.
fn blocks<'n>(details: &[(Place, TraceDetailRow)], numbers: &'n [usize]) -> Vec<&'n [usize]> {
    let row = |number: &usize| details.get(*number).map(|(_, row)| row);
    let is_same = |a: &TraceDetailRow, b: &TraceDetailRow| {
        a.date == b.date && a.event == b.event && a.detail == b.detail && a.data == b.data
    };
    let mut blocks = Vec::new();
    let mut begin = 0;
    for at in 1..numbers.len() {
        let (first, before, this) =
            (row(&numbers[begin]), numbers.get(at - 1).and_then(row), row(&numbers[at]));
        let (Some(first), Some(before), Some(this)) = (first, before, this) else { continue };
        if this.date < before.date || is_same(first, this) {
            blocks.extend(numbers.get(begin..at));
            begin = at;
        }
    }
    blocks.extend(numbers.get(begin..).filter(|rest| !rest.is_empty()));
    blocks
}
