//! What a finding quotes stands in the file.

use logs::text::decode;
use serde_json::Value;

use super::desk::Desk;
use super::{Checker, Does, Fault, Tampering};

pub(super) static CHECKER: Checker = Checker {
    name: "quotes",
    holds: "every line that a finding quotes, for itself or against another cause, is that line of that file",
    faults,
    tamperings: &[
        Tampering {
            story: "eop-ranges-blocked",
            path: &["MessageTraceDetail.csv"],
            row: &["4.4.316"],
            does: Does::Drop,
        },
        Tampering {
            story: "send-connector-disabled",
            path: &["Get-SendConnector.clixml"],
            row: &["N=\"Enabled\">false"],
            does: Does::Replace("false", "true"),
        },
    ],
};

fn faults(desk: &Desk) -> Vec<Fault> {
    let array = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let mut faults = Vec::new();
    for finding in array(&desk.diagnosis["findings"]) {
        let others = array(&finding["ruled_out"]);
        let others = others.iter().flat_map(|other| array(&other["evidence"]));
        for quote in array(&finding["evidence"]).into_iter().chain(others) {
            faults.extend(not_there(desk, &quote));
        }
    }
    faults
}

fn not_there(desk: &Desk, quote: &Value) -> Option<Fault> {
    let (file, text) = (quote["file"].as_str()?, quote["text"].as_str()?);
    let line = quote["line"].as_u64()?;
    let bytes = desk.files.get(file).map(Vec::as_slice).unwrap_or_default();
    let content = decode(bytes);
    let index = usize::try_from(line.checked_sub(1)?).ok()?;
    let found = content.lines().nth(index).map(str::trim);
    (found != Some(text)).then(|| Fault::new((file, line), format!("quoted as: {text}")))
}
