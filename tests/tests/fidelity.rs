//! Real samples against what the lab writes: every row of a sample, reduced to its template, is
//! written in some story or has a reason in `fidelity/reasons.toml`. The samples are third-party data
//! and not part of the project: the environment variable `HYBRIDLAB_SAMPLES` names their folder, and
//! without it nothing is compared, and the test says so.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "the whole file is a test")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use lab::incident;
use lab::story::Story;
use libtest_mimic::Arguments;
use tests::fidelity::reasons::{Reasons, Uncovered};
use tests::fidelity::{Row, Templates, grades, rows};
use tests::{root, scenario_files, trial};

/// The reason of a row that nobody looked at yet.
const UNKNOWN: &str = "?";

fn main() {
    let name = "every_row_of_a_sample_is_written_or_has_a_reason";
    libtest_mimic::run(&Arguments::from_args(), vec![trial(name, compare)]).exit();
}

fn compare() -> Vec<String> {
    let Some(folder) = std::env::var_os("HYBRIDLAB_SAMPLES").map(PathBuf::from) else {
        println!("NOT RUN: HYBRIDLAB_SAMPLES names no folder of samples");
        return Vec::new();
    };
    let file = root().join("tests/tests/fidelity/reasons.toml");
    let mut reasons = Reasons::parse(&fs::read_to_string(&file).unwrap_or_default()).unwrap();
    let judged = judge(&folder, &templates());
    if std::env::var_os("HYBRIDLAB_FIDELITY").is_some_and(|it| it == "write") {
        reasons = written(&judged, &reasons);
        fs::write(&file, reasons.text()).unwrap();
    }
    show(&judged, &reasons);
    faults(&judged, &reasons)
}

/// A row of a sample, and whether the lab writes it.
struct Judged {
    sample: String,
    grade: String,
    row: Row,
    is_covered: bool,
}

/// What a story is told with in other words: its file, the words, and what stands for them. The
/// stories' own servers are of one version and speak English.
type Retold = (&'static str, &'static str, &'static str);

const BUILD: &str = "15.2.1544.14";
const CULTURE: (&str, &str) = ("build       = ", "culture     = \"de-DE\"\nbuild       = ");
const RETOLD: [Retold; 13] = [
    ("scenarios/healthy-hybrid-edge.toml", BUILD, "14.3.513.0"),
    ("scenarios/healthy-hybrid-edge.toml", BUILD, "15.0.1497.48"),
    ("tests/stories/wrong-addresses.toml", BUILD, "14.3.513.0"),
    ("tests/stories/wrong-addresses.toml", BUILD, "15.0.1497.48"),
    ("tests/stories/scripts-send-mail.toml", BUILD, "15.0.1497.48"),
    ("tests/stories/scripts-send-mail.toml", BUILD, "15.1.2375.7"),
    ("tests/stories/two-servers-silent-partner.toml", BUILD, "15.0.1497.48"),
    ("tests/stories/two-servers-partner-never-greets.toml", BUILD, "15.0.1497.48"),
    ("tests/stories/two-servers-certificate-not-enabled.toml", BUILD, "15.0.1497.48"),
    ("tests/stories/two-servers-too-large-for-a-mailbox.toml", BUILD, "14.3.513.0"),
    ("tests/stories/devices-send-mail.toml", BUILD, "14.3.513.0"),
    ("tests/stories/devices-send-mail.toml", BUILD, "15.1.2375.7"),
    ("tests/stories/devices-send-mail.toml", CULTURE.0, CULTURE.1),
];

/// What all stories write.
fn templates() -> Templates {
    let files = ["scenarios", "tests/stories"].into_iter().flat_map(scenario_files);
    let mut stories: Vec<Story> = files.map(|file| Story::from_file(&file).unwrap()).collect();
    stories.extend(RETOLD.map(|(file, own, other)| {
        let story = Story::from_file(&root().join(file)).unwrap();
        story.retold(&[(own, other)]).unwrap()
    }));
    let workers = 2;
    let shares = stories.chunks(stories.len().div_ceil(workers));
    let evidence: Vec<_> = thread::scope(|scope| {
        let played = |share| scope.spawn(move || evidence(share));
        let handles: Vec<_> = shares.map(played).collect();
        handles.into_iter().flat_map(|handle| handle.join().unwrap()).collect()
    });
    let mut templates = Templates::default();
    for (path, bytes) in &evidence {
        templates.add(path, bytes);
    }
    templates
}

fn evidence(stories: &[Story]) -> Vec<(String, Vec<u8>)> {
    let files =
        stories.iter().flat_map(|story| incident::run(story.clone(), None).unwrap().evidence.0);
    files.collect()
}

fn judge(folder: &Path, templates: &Templates) -> Vec<Judged> {
    let grades = grades(&fs::read_to_string(folder.join("INDEX.md")).unwrap());
    let mut judged = Vec::new();
    for (sample, grade) in grades {
        for row in rows(&sample, &fs::read(folder.join(&sample)).unwrap()) {
            let is_covered = templates.has(&row);
            judged.push(Judged { sample: sample.clone(), grade: grade.clone(), row, is_covered });
        }
    }
    judged
}

/// By format and grade: covered, and all.
fn counts(judged: &[Judged]) -> BTreeMap<(&str, &str), (usize, usize)> {
    let mut counts: BTreeMap<(&str, &str), (usize, usize)> = BTreeMap::new();
    for it in judged {
        let count = counts.entry((it.row.format, &it.grade)).or_default();
        count.0 += usize::from(it.is_covered);
        count.1 += 1;
    }
    counts
}

fn show(judged: &[Judged], reasons: &Reasons) {
    println!("{:20} {:>5} {:>8} {:>6}", "format", "grade", "covered", "rows");
    for ((format, grade), (covered, all)) in counts(judged) {
        println!("{format:20} {grade:>5} {covered:8} {all:6}");
    }
    println!("\nNot covered, and why:");
    let mut groups: BTreeMap<(&str, &str, &str), usize> = BTreeMap::new();
    for it in judged.iter().filter(|it| !it.is_covered) {
        let reason = reasons.reason(&it.sample, it.row.format, &it.row.place).unwrap_or(UNKNOWN);
        *groups.entry((&it.sample, it.row.format, reason)).or_default() += 1;
    }
    for ((sample, format, reason), count) in groups {
        println!("{sample}, {format}, {count}: {reason}");
    }
}

fn faults(judged: &[Judged], reasons: &Reasons) -> Vec<String> {
    let mut faults = Vec::new();
    let mut known = BTreeSet::new();
    for it in judged {
        let place = format!("{}:{} ({})", it.sample, it.row.place, it.row.format);
        match reasons.reason(&it.sample, it.row.format, &it.row.place) {
            Some(_) if it.is_covered => {
                faults.push(format!("{place} is covered now: HYBRIDLAB_FIDELITY=write"));
            }
            Some(UNKNOWN) | None if !it.is_covered => {
                faults
                    .push(format!("{place} is not covered and has no reason: {}", it.row.template));
            }
            _ => {}
        }
        known.insert((it.sample.as_str(), it.row.format, it.row.place.as_str()));
    }
    for it in &reasons.uncovered {
        for row in &it.rows {
            if !known.contains(&(it.sample.as_str(), it.format.as_str(), row.as_str())) {
                faults.push(format!("{}:{row} ({}) is no row", it.sample, it.format));
            }
        }
    }
    let counts = counts(judged);
    for (format, grades) in &reasons.covered {
        for (grade, before) in grades {
            let now = counts.get(&(format.as_str(), grade.as_str())).map_or(0, |count| count.0);
            if now < *before {
                faults
                    .push(format!("{format}, grade {grade}: {now} rows covered, {before} before"));
            }
        }
    }
    faults
}

/// The file as it should be: counts of now, reasons for what is not covered.
fn written(judged: &[Judged], before: &Reasons) -> Reasons {
    let mut covered: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
    for ((format, grade), (count, _)) in counts(judged) {
        covered.entry(format.to_owned()).or_default().insert(grade.to_owned(), count);
    }
    let mut uncovered: Vec<Uncovered> = Vec::new();
    for it in judged.iter().filter(|it| !it.is_covered) {
        let Row { format, place, .. } = &it.row;
        let reason = before.reason(&it.sample, format, place).unwrap_or(UNKNOWN);
        let fits = |other: &&mut Uncovered| {
            other.sample == it.sample && other.format == *format && other.reason == reason
        };
        if let Some(other) = uncovered.iter_mut().find(fits) {
            other.rows.insert(place.clone());
        } else {
            uncovered.push(Uncovered {
                sample: it.sample.clone(),
                format: (*format).to_owned(),
                rows: BTreeSet::from([place.clone()]),
                reason: reason.to_owned(),
            });
        }
    }
    Reasons { covered, uncovered }
}
