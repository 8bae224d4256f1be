//! `hybridlab diagnose`: finds the cause in files, from the lab or from a real organization.

use std::fs;
use std::path::PathBuf;

use diagnosis::facts::FileFact;
use diagnosis::{Diagnosis, Evidence, Verdict, report};
use logs::unread::Reason;

use crate::arguments::{Diagnose, Format};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::output::{show, show_json, tell};

/// Runs the command.
pub(crate) fn command(arguments: &Diagnose, format: Format) -> Result<Exit, CommandError> {
    let evidence = Evidence::from_paths(&arguments.paths)?;
    let count = evidence.files().count();
    if count == 0 {
        return Err(CommandError::Input(format!("there is no file in {}", named(arguments))));
    }
    tell(&format!("reading {count} file{} …", if count == 1 { "" } else { "s" }));
    let diagnosis = diagnosis::diagnose(&evidence);
    refuse_unreadable(&arguments.paths, &diagnosis)?;
    if let Some(path) = &arguments.record {
        let record = report::record(&diagnosis, &evidence);
        fs::write(path, record).map_err(CommandError::file(path))?;
    }
    match format {
        Format::Text => show(&report::text(&diagnosis, &evidence))?,
        Format::Json => show_json(&report::json(&diagnosis, &evidence))?,
    }
    let exit = exit(diagnosis.verdict);
    // The program ends here: to give back the memory of each fact would only take time.
    std::mem::forget(diagnosis);
    Ok(exit)
}

/// The exit code of a verdict.
pub(crate) fn exit(verdict: Verdict) -> Exit {
    match verdict {
        Verdict::Healthy => Exit::FINE,
        Verdict::Found => Exit::FOUND,
        Verdict::Undecided => Exit::UNDECIDED,
    }
}

fn named(arguments: &Diagnose) -> String {
    let paths = arguments.paths.iter().map(|path| path.display().to_string());
    paths.collect::<Vec<_>>().join(", ")
}

/// A file that somebody named is to be read; one that merely lies in a folder may be anything.
fn refuse_unreadable(paths: &[PathBuf], diagnosis: &Diagnosis) -> Result<(), CommandError> {
    for path in paths.iter().filter(|path| path.is_file()) {
        let name = path.display().to_string().replace('\\', "/");
        let mut files = diagnosis.facts.files.iter();
        let why = files.find(|file| file.path == name).and_then(why_unreadable);
        if let Some(why) = why {
            return Err(CommandError::Input(format!("{}: {why}", path.display())));
        }
    }
    Ok(())
}

fn why_unreadable(file: &FileFact) -> Option<String> {
    let is_binary = |reason: &&Reason| matches!(reason, Reason::Binary(_));
    let binary = file.unread.iter().map(|unread| &unread.reason).find(is_binary);
    file.failure.clone().or_else(|| binary.map(ToString::to_string))
}
