//! `hybridlab fix`: a fix counts when mail flows. The remedies that the diagnosis printed are run, the
//! mail is sent again, and a new diagnosis of what happened since has to find nothing.

use std::fmt::Write;
use std::time::Duration;

use console::place::{EXCHANGE_ONLINE, Place};
use diagnosis::remedy::{Command, Shell};
use diagnosis::{Diagnosis, Verdict, report};
use lab::incident::Incident;
use lab::lab::{Lab, LabError};
use lab::tally::{Counts, Direction, Tally};
use serde_json::{Value, json};

use crate::arguments::{Format, Staging};
use crate::error::CommandError;
use crate::examine::{Examined, examine};
use crate::exit::Exit;
use crate::leave::Out;
use crate::output::{heading, indented, show, show_json, tell};
use crate::{diagnose, run, stage};

/// Lab time for what waits in queues to be tried again: several rungs of the product's ladder.
const RETRIES: Duration = Duration::from_hours(2);
/// Lab time for what is sent again to arrive.
const ARRIVAL: Duration = Duration::from_hours(1);

/// What became of an incident when its remedies were run.
#[derive(Debug)]
pub struct Mending {
    /// The remedies, in the order in which they were run.
    pub steps: Vec<Step>,
    /// How the incident's mail stood before.
    pub before: Tally,
    /// How the same mail stands after.
    pub later: Tally,
    /// How the mail that was sent again stands.
    pub again: Tally,
    /// What was collected after: only what happened since the remedies had time to work.
    pub collected: lab::evidence::Evidence,
    /// Its diagnosis.
    pub after: Examined,
}

/// A remedy that was run.
#[derive(Clone, Debug)]
pub struct Step {
    /// The remedy.
    pub command: Command,
    /// The place of the lab where it was run.
    pub place: String,
    /// What the shell showed.
    pub output: String,
    /// Whether the shell showed an error, or there is no such place.
    pub failed: bool,
}

impl Mending {
    /// Whether all mail that was sent again arrived, and nothing is found any longer.
    pub fn is_mended(&self) -> bool {
        self.shortcomings().is_empty()
    }

    /// Why it is not mended.
    pub fn shortcomings(&self) -> Vec<String> {
        let mut shortcomings = Vec::new();
        let again = self.again.total();
        if again.delivered < again.sum() {
            shortcomings.push(format!("of the mail sent again, {again}"));
        }
        for finding in &self.after.diagnosis.findings {
            shortcomings.push(format!("{} is still found: {}", finding.rule, finding.summary));
        }
        for step in self.steps.iter().filter(|step| step.failed) {
            shortcomings.push(format!("a remedy failed on {}: {}", step.place, step.output.trim()));
        }
        shortcomings
    }
}

/// Runs the remedies of a diagnosis in the lab it was made of, and looks whether they help.
///
/// # Errors
/// When somebody who sent has no mailbox any longer, or a script of collection fails.
pub async fn mend(lab: &mut Lab, diagnosis: &Diagnosis) -> Result<Mending, LabError> {
    let before = lab.tally(|mail| !mail.background);
    let sent = lab.sent.len();
    let mut steps: Vec<Step> = Vec::new();
    for command in diagnosis.findings.iter().flat_map(|finding| &finding.remedies) {
        // Two causes can have the same remedy.
        if !steps.iter().any(|step| step.command == *command) {
            steps.push(run_remedy(lab, command).await);
        }
    }
    lab.world.network.pass(RETRIES).await;
    let since = lab.world.clock().now();
    lab.send_again().await?;
    lab.world.network.pass(ARRIVAL).await;
    let again_since = lab.sent.get(sent).map(|mail| mail.at);
    let is_again = |at| again_since.is_some_and(|first| at >= first);
    let later = lab.tally(|mail| !mail.background && !is_again(mail.at));
    let again = lab.tally(|mail| is_again(mail.at));
    let collected = lab.collect(Some(since)).await?;
    let after = examine(&collected);
    Ok(Mending { steps, before, later, again, collected, after })
}

async fn run_remedy(lab: &mut Lab, command: &Command) -> Step {
    let place = place(lab, &command.shell);
    let (output, failed) = match lab.run_on(&place, &command.command).await {
        Ok(output) => (output.text, output.had_errors),
        // The diagnosis named a place that the lab does not have.
        Err(error) => (error.to_string(), true),
    };
    Step { command: command.clone(), place, output, failed }
}

fn place(lab: &Lab, shell: &Shell) -> String {
    match (shell, shell.computer()) {
        (_, Some(computer)) => computer.to_owned(),
        (Shell::ExchangeOnline, _) => EXCHANGE_ONLINE.to_owned(),
        // The firewall has no shell; its cmdlets work everywhere.
        _ => Place::usual(&lab.world),
    }
}

/// Runs the command.
pub(crate) fn command(staging: &Staging, format: Format) -> Result<Exit, CommandError> {
    let story = stage::story(&staging.scenario)?;
    let out = Out::new(staging, &story.name)?;
    let ticket = story.scenario.ticket.trim().to_owned();
    tell(&format!("playing {} on {} …", story.name, story.scenario.extends.get_ref()));
    let (incident, before, mending) = fabric::simulation(async {
        let (mut lab, incident) = Lab::unfold(story, staging.seed).await?;
        tell("reading the evidence …");
        let before = examine(&incident.evidence);
        tell("running the remedies, sending the mail again …");
        let mending = mend(&mut lab, &before.diagnosis).await?;
        Ok::<_, LabError>((incident, before, mending))
    })?;
    out.leave(&incident, &before)?;
    out.leave_after(&mending.collected)?;
    let case = Case { ticket: &ticket, incident: &incident, before: &before, mending: &mending };
    match format {
        Format::Text => show(&case.text(&out))?,
        Format::Json => show_json(&case.json(&out))?,
    }
    Ok(exit(before.diagnosis.verdict, &mending))
}

fn exit(before: Verdict, mending: &Mending) -> Exit {
    match before {
        _ if mending.is_mended() && before != Verdict::Undecided => Exit::FINE,
        Verdict::Undecided => diagnose::exit(before),
        Verdict::Healthy | Verdict::Found => Exit::FOUND,
    }
}

/// Everything there is to tell.
struct Case<'c> {
    ticket: &'c str,
    incident: &'c Incident,
    before: &'c Examined,
    mending: &'c Mending,
}

impl Case<'_> {
    fn text(&self, out: &Out) -> String {
        let mut text = String::new();
        run::ticket_part(&mut text, self.ticket, self.incident);
        heading(&mut text, "Diagnosis");
        text.push_str(&report::text(&self.before.diagnosis, &self.before.evidence));
        heading(&mut text, "Remedies");
        text.push_str(&steps(&self.mending.steps));
        heading(&mut text, "Mail");
        text.push_str(&before_and_after(self.mending));
        run::files_part(&mut text, self.incident, out);
        text.push_str("  What was collected after the fix lies in evidence-after.\n");
        heading(&mut text, "Diagnosis after the fix");
        let after = &self.mending.after;
        text.push_str(&report::text(&after.diagnosis, &after.evidence));
        heading(&mut text, "Result");
        text.push_str(&indented(&self.result()));
        text
    }

    fn result(&self) -> String {
        let shortcomings = self.mending.shortcomings();
        match self.before.diagnosis.verdict {
            Verdict::Undecided => "Undecided: without a cause there is no remedy.".to_owned(),
            Verdict::Healthy if shortcomings.is_empty() => "There is nothing to mend.".to_owned(),
            _ if shortcomings.is_empty() => "Mended: the mail flows again.".to_owned(),
            _ => format!("Not mended:\n{}", indented(&shortcomings.join("\n"))),
        }
    }

    fn json(&self, out: &Out) -> Value {
        let Self { ticket, incident, before, mending } = self;
        let mut object = run::object(ticket, incident, out);
        object["diagnosis"] = report::json(&before.diagnosis, &before.evidence);
        let steps = mending.steps.iter().map(|step| {
            json!({
                "shell": step.command.shell,
                "place": step.place,
                "command": step.command.command,
                "output": step.output,
                "failed": step.failed,
            })
        });
        object["remedies"] = steps.collect();
        object["mail"] = json!({
            "before": mending.before,
            "after": mending.later,
            "sent_again": mending.again,
        });
        object["after"] = report::json(&mending.after.diagnosis, &mending.after.evidence);
        object["mended"] = mending.is_mended().into();
        object["shortcomings"] = mending.shortcomings().into();
        object
    }
}

fn steps(steps: &[Step]) -> String {
    if steps.is_empty() {
        return "  The diagnosis names none.\n".to_owned();
    }
    let mut text = String::new();
    for step in steps {
        let _ = writeln!(text, "  {} (run on {}):", step.command.shell, step.place);
        for line in step.command.command.lines() {
            let _ = writeln!(text, "    PS> {line}");
        }
        text.push_str(&indented(&indented(step.output.trim_matches('\n'))));
    }
    text
}

/// A line for each direction.
fn before_and_after(mending: &Mending) -> String {
    let head = ["", "before", "the same, after", "sent again"].map(str::to_owned);
    let of = |tally: &Tally, direction: &Direction| {
        tally.0.get(direction).copied().unwrap_or_else(Counts::default).to_string()
    };
    let rows = mending.before.0.keys().map(|direction| {
        let tallies = [&mending.before, &mending.later, &mending.again];
        let [before, later, again] = tallies.map(|tally| of(tally, direction));
        [direction.to_string(), before, later, again]
    });
    let rows: Vec<_> = std::iter::once(head).chain(rows).collect();
    let widths: Vec<usize> = (0..4)
        .map(|column| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default())
        .collect();
    let mut text = String::new();
    for row in &rows {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        let _ = writeln!(text, "  {}", cells.collect::<Vec<_>>().join("   ").trim_end());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use diagnosis::Evidence;
    use lab::tally::Side;

    fn mending(again: Counts) -> Mending {
        let inbound = Direction { from: Side::ExchangeOnline, to: Side::OnPremises };
        let tally = |counts| Tally([(inbound, counts)].into());
        let evidence = Evidence::from_memory([]);
        Mending {
            steps: Vec::new(),
            before: tally(Counts { delivered: 30, returned: 0, waiting: 10 }),
            later: tally(Counts { delivered: 40, ..Counts::default() }),
            again: tally(again),
            collected: lab::evidence::Evidence::default(),
            after: Examined { diagnosis: diagnosis::diagnose(&evidence), evidence },
        }
    }

    #[test]
    fn it_is_mended_when_all_mail_arrives_and_every_remedy_could_be_run() {
        let mut mended = mending(Counts { delivered: 40, ..Counts::default() });
        assert_eq!(exit(Verdict::Found, &mended), Exit::FINE);
        assert_eq!(exit(Verdict::Healthy, &mended), Exit::FINE);
        assert_eq!(exit(Verdict::Undecided, &mended), Exit::UNDECIDED);
        mended.steps.push(Step {
            command: Command::online("Set-X"),
            place: EXCHANGE_ONLINE.to_owned(),
            output: "no such cmdlet\n".to_owned(),
            failed: true,
        });
        assert_eq!(exit(Verdict::Found, &mended), Exit::FOUND);
        let late = mending(Counts { delivered: 39, returned: 0, waiting: 1 });
        assert_eq!(late.shortcomings(), ["of the mail sent again, 39 delivered, 1 waiting"]);
        assert_eq!(exit(Verdict::Found, &late), Exit::FOUND);
    }

    #[test]
    fn before_and_after_stand_side_by_side() {
        let text = before_and_after(&mending(Counts { delivered: 40, ..Counts::default() }));
        let expected = concat!(
            "                                  before                     the same, after   sent again\n",
            "  Exchange Online → on premises   30 delivered, 10 waiting   40 delivered      40 delivered\n",
        );
        assert_eq!(text, expected);
    }
}
