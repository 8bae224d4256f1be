//! A folder of mixed logs, of any size: one hour that the lab played, and the same hour again and again.
//!
//! What the lab leaves besides logs, such as exports and traces, is there once. The folder is kept, and
//! made again only when the story is another.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::replica;
use crate::bench::process;

/// An hour behind an Edge server: all directions, every fiftieth mail to somebody who does not exist.
const STORY: &str = "\
title = 'An hour of mail'
extends = 'hybrid-edge'
";

/// Sender, recipients, how many, seconds between them.
const STREAMS: [(&str, &str, u32, u32); 7] = [
    ("ramki@cloudfield.onmicrosoft.com", "'raghu@cloudmonkeys.xyz'", 850, 4),
    (
        "raghu@cloudmonkeys.xyz",
        "'ramki@cloudfield.onmicrosoft.com', 'divya@cloudmonkeys.xyz'",
        850,
        4,
    ),
    ("anna@fabrikam.com", "'raghu@cloudmonkeys.xyz'", 680, 5),
    ("divya@cloudmonkeys.xyz", "'anna@fabrikam.com'", 680, 5),
    ("bo@fabrikam.com", "'meera@cloudmonkeys.xyz', 'ramki@cloudfield.onmicrosoft.com'", 340, 10),
    ("raghu@cloudmonkeys.xyz", "'divya@cloudmonkeys.xyz'", 340, 10),
    ("anna@fabrikam.com", "'nobody@cloudmonkeys.xyz'", 68, 50),
];

/// The folder, made when it is not there.
pub(super) fn folder(binary: &Path, bench: &Path, megabytes: u32) -> Result<PathBuf, String> {
    let folder = bench.join(format!("scan-{megabytes}"));
    let stamp = folder.with_extension("stamp");
    let wanted = story();
    if fs::read_to_string(&stamp).is_ok_and(|own| own == wanted) {
        return Ok(folder);
    }
    println!("making {megabytes} MB of logs");
    let _absent = fs::remove_dir_all(&folder);
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    let played = play(binary, bench)?;
    copy_all(&played, &folder, megabytes).map_err(failed)?;
    fs::write(&stamp, wanted).map_err(failed)?;
    Ok(folder)
}

fn story() -> String {
    let mut story = STORY.to_owned();
    for (index, (from, to, count, every)) in STREAMS.iter().enumerate() {
        let _ = write!(
            story,
            "\n[[mail]]\nfrom = '{from}'\nto = [{to}]\nat = '{index}s'\ncount = {count}\nevery = '{every}s'\n"
        );
    }
    story
}

/// Has the lab play the hour, once.
fn play(binary: &Path, bench: &Path) -> Result<PathBuf, String> {
    let failed = |error: std::io::Error| format!("{}: {error}", bench.display());
    fs::create_dir_all(bench).map_err(failed)?;
    let (file, out) = (bench.join("an-hour.toml"), bench.join("an-hour"));
    let evidence = out.join("evidence");
    if evidence.is_dir() && fs::read_to_string(&file).is_ok_and(|own| own == story()) {
        return Ok(evidence);
    }
    fs::write(&file, story()).map_err(failed)?;
    let _absent = fs::remove_dir_all(&out);
    process::wall_time(Command::new(binary).arg("run").arg(&file).arg("--out").arg(&out))?;
    Ok(evidence)
}

fn copy_all(played: &Path, folder: &Path, megabytes: u32) -> std::io::Result<()> {
    let mut logs = Vec::new();
    let mut rest = u64::from(megabytes) * 1_000_000;
    for file in files_below(played)? {
        let relative = file.strip_prefix(played).unwrap_or(&file).to_owned();
        if file.extension().is_some_and(|end| end == "LOG") {
            logs.push((relative, fs::read(&file)?));
        } else if !relative.starts_with("Mailboxes") {
            rest = rest.saturating_sub(fs::metadata(&file)?.len());
            write(&folder.join(&relative), &fs::read(&file)?)?;
        }
    }
    // The hour's last rows are in the files of the next.
    for hours in (0..).step_by(2) {
        for (path, bytes) in &logs {
            let mut bytes = bytes.clone();
            replica::shift(&mut bytes, hours);
            if bytes.len() as u64 > rest {
                // The last log ends with a whole row.
                let end = usize::try_from(rest).unwrap_or(bytes.len());
                let end =
                    bytes[..end].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
                bytes.truncate(end);
                rest = bytes.len() as u64;
            }
            rest -= bytes.len() as u64;
            let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
            write(&folder.join(path.with_file_name(replica::renamed(&name, hours))), &bytes)?;
            if rest < 400 {
                return Ok(());
            }
        }
    }
    Ok(())
}

fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    path.parent().map_or(Ok(()), fs::create_dir_all)?;
    fs::write(path, bytes)
}

/// All files below a folder, in the order of their paths.
pub(super) fn files_below(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            files.extend(files_below(&entry.path())?);
        } else {
            files.push(entry.path());
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_has_its_size_and_ends_with_a_whole_row() {
        let folder = tempfile::tempdir().unwrap();
        let played = folder.path().join("played");
        let row = "2026-05-01T06:00:00.842Z,x,08DEA73E7F600800,0,,,+,,\r\n".repeat(1000);
        write(&played.join("A/RECV2026050106-1.LOG"), row.as_bytes()).unwrap();
        write(&played.join("A/Get-Queue.clixml"), b"<Objs/>").unwrap();
        let made = folder.path().join("made");
        copy_all(&played, &made, 1).unwrap();
        let files = files_below(&made).unwrap();
        let sizes = files.iter().map(|file| fs::metadata(file).unwrap().len());
        let size: u64 = sizes.sum();
        assert!((999_500..=1_000_000).contains(&size), "{size}");
        assert!(files.iter().any(|file| file.ends_with("A/RECV2026050200-1.LOG")));
        let last = files.iter().map(|file| fs::read(file).unwrap()).rfind(|it| it.len() > 10);
        assert!(last.unwrap().ends_with(b"\r\n"));
    }
}
