//! How many messages a second the lab takes and delivers, with every log written, beside what
//! `smtp-sink` takes and throws away in the same run; and that none is lost.
//!
//! `smtp-source` sends without encryption, a load of our own under STARTTLS. Each once with a
//! connection for every message and once with connections that are kept.

use std::fs;
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use super::lab::{Lab, Left};
use super::report::{Report, same};
use super::tls_load;
use super::{Ground, port, program};
use crate::bench::process;
use crate::stopwatch::Stopwatch;

/// Sessions at a time.
pub(super) const SESSIONS: u32 = 20;

/// Bytes of a message.
pub(super) const SIZE: usize = 2000;

/// Who writes to whom.
pub(super) const FROM: &str = "load@fabrikam.com";
pub(super) const TO: &str = "raghu@cloudmonkeys.xyz";

/// How long the last messages may take to be delivered after the last was accepted.
const DRAIN: Duration = Duration::from_mins(10);

/// Waiting messages in all queues.
const WAITING: &str = "(Get-Queue | Measure-Object -Property MessageCount -Sum).Sum";

/// A way to send: its name, and whether connections are kept.
const WAYS: [(&str, bool); 2] = [("a connection for each", false), ("connections kept", true)];

/// What was measured of one load.
struct Figures {
    /// Until the last message was accepted.
    accepted: Duration,
    /// Until the last message was in its mailbox.
    delivered: Duration,
    /// The most memory held, in MiB.
    peak: f64,
    /// Time on the processor, of the lab from its start to the last delivery.
    worked: Duration,
}

/// Runs the section.
pub(super) fn run(ground: &Ground, report: &mut Report) -> Result<(), String> {
    let count = ground.messages;
    for (way, kept) in WAYS {
        let sink = sink(count, kept)?;
        println!("        {count} messages, {way}: smtp-sink takes {:.0}/s", rate(count, sink));
        let send = |to: SocketAddr| smtp_source(to, count, kept);
        let plain = load(ground, report, &format!("plain, {way}"), send)?;
        told("plain", count, sink, &plain);
        let send = |to: SocketAddr| tls_load::send(to, count, kept);
        let encrypted = load(ground, report, &format!("STARTTLS, {way}"), send)?;
        told("STARTTLS", count, sink, &encrypted);
    }
    Ok(())
}

fn told(what: &str, count: u32, sink: Duration, figures: &Figures) {
    let ratio = sink.as_secs_f64() / figures.delivered.as_secs_f64();
    println!(
        "        {what}: the lab accepts {:.0}/s and delivers {:.0}/s, {ratio:.2} of smtp-sink; \
         {:.2} ms of a processor each, at most {:.0} MiB",
        rate(count, figures.accepted),
        rate(count, figures.delivered),
        figures.worked.as_secs_f64() * 1e3 / f64::from(count),
        figures.peak
    );
}

fn rate(count: u32, time: Duration) -> f64 {
    f64::from(count) / time.as_secs_f64()
}

/// One load into a lab of its own, and the check that nothing was lost.
fn load(
    ground: &Ground,
    report: &mut Report,
    what: &str,
    send: impl Fn(SocketAddr) -> Result<(), String>,
) -> Result<Figures, String> {
    let folder = format!("throughput/{}", what.replace(", ", "-").replace(' ', "-"));
    let mut lab = Lab::start(ground, &folder, &ground.scenario("server-room"), &[])?;
    let door = lab.tcp("CMHYBD01", 25)?;
    let stopwatch = Stopwatch::start();
    send(door)?;
    let accepted = stopwatch.elapsed();
    while lab.number(WAITING)? > 0 {
        if stopwatch.elapsed() > accepted + DRAIN {
            return Err(format!("{what}: messages still wait\n{}", lab.run("Get-Queue")?));
        }
        thread::sleep(Duration::from_millis(50));
    }
    let delivered = stopwatch.elapsed();
    let (peak, worked) = (peak(&lab)?, worked(&lab)?);
    let left = lab.stop()?;
    report.check(format!("{what}: nothing is lost"), counts(&left, ground.messages));
    Ok(Figures { accepted, delivered, peak, worked })
}

/// The tracking log and the mailbox agree with what was sent.
fn counts(left: &Left, sent: u32) -> Result<String, String> {
    let tracking = left.lines(&["/MessageTracking/"])?;
    let events = |event: &str| tracking.iter().filter(|line| line.contains(event)).count();
    let mails = left.files(&[&format!("/Mailboxes/{TO}/"), ".eml"])?.len();
    let came = format!(
        "{} RECEIVE, {} DELIVER, {mails} mails",
        events(",SMTP,RECEIVE,"),
        events(",STOREDRIVER,DELIVER,")
    );
    same(
        "counts in the tracking log and the mailbox",
        &format!("{sent} RECEIVE, {sent} DELIVER, {sent} mails"),
        &came,
    )
}

/// The most memory that the lab held so far, in MiB.
fn peak(lab: &Lab) -> Result<f64, String> {
    let path = format!("/proc/{}/status", lab.process_id());
    let status = fs::read_to_string(&path).map_err(|why| format!("{path}: {why}"))?;
    let bytes = process::high_water_mark(&status).ok_or_else(|| format!("{path} has no VmHWM"))?;
    Ok(bytes / 1024.0 / 1024.0)
}

/// How long the lab was on a processor so far: in its own name and in the system's.
fn worked(lab: &Lab) -> Result<Duration, String> {
    let path = format!("/proc/{}/stat", lab.process_id());
    let stat = fs::read_to_string(&path).map_err(|why| format!("{path}: {why}"))?;
    let seconds = process::spent(&stat).ok_or_else(|| format!("{path} has no times"))?;
    Ok(Duration::from_secs_f64(seconds))
}

fn smtp_source(to: SocketAddr, count: u32, kept: bool) -> Result<(), String> {
    let (to, count) = (format!("inet:{to}"), count.to_string());
    let (sessions, size) = (SESSIONS.to_string(), SIZE.to_string());
    let mut words = vec!["smtp-source", "-s", &sessions, "-m", &count, "-l", &size];
    if kept {
        words.push("-d");
    }
    words.extend(["-f", FROM, "-t", TO, &to]);
    program::run_for(Duration::from_mins(20), &words, "")?.exits(0)?;
    Ok(())
}

/// The same into `smtp-sink`, which keeps nothing.
fn sink(count: u32, kept: bool) -> Result<Duration, String> {
    let to = port::free()?;
    let path = program::find("smtp-sink").ok_or("smtp-sink is not installed")?;
    let mut command = Command::new(path);
    if program::is_root() {
        // It refuses to run as root.
        command.args(["-u", "nobody"]);
    }
    command.arg(to.to_string()).arg("1000");
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let sink = Sink(command.spawn().map_err(|why| format!("smtp-sink: {why}"))?);
    port::wait_until_open(to)?;
    let stopwatch = Stopwatch::start();
    smtp_source(to, count, kept)?;
    let time = stopwatch.elapsed();
    drop(sink);
    Ok(time)
}

/// A running `smtp-sink`, killed when it is dropped.
struct Sink(Child);

impl Drop for Sink {
    fn drop(&mut self) {
        // Both fail when it has ended already.
        let _ended = self.0.kill();
        let _ended = self.0.wait();
    }
}
