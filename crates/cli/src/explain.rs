//! `hybridlab explain`: the page of a rule, a status code or an error number.

use diagnosis::rules::RULES;
use serde_json::json;

use crate::arguments::{Explain, Format};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::near::did_you_mean;
use crate::output::{show, show_json};

/// Version of the form of the JSON.
const SCHEMA_VERSION: u32 = 1;

/// Runs the command.
pub(crate) fn command(arguments: &Explain, format: Format) -> Result<Exit, CommandError> {
    let word = arguments.words.join(" ");
    let Some(page) = diagnosis::explain::explain(&word) else {
        let near = did_you_mean(&word, RULES.iter().map(|rule| rule.name));
        let known = "a rule (`hybridlab list`), a status code such as 4.4.316, a socket error such as 10061";
        return Err(CommandError::Input(format!("nobody knows '{word}'{near} ({known})")));
    };
    match format {
        Format::Text => show(&page)?,
        Format::Json => {
            let object = json!({ "schema_version": SCHEMA_VERSION, "word": word, "page": page });
            show_json(&object)?;
        }
    }
    Ok(Exit::FINE)
}
