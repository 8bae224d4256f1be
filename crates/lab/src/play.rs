//! Playing a story: what happens, when, and how the time in between passes.

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};

use crate::lab::{Lab, LabError};
use crate::offset::Offset;
use crate::scenario::Scenario;

/// Something that happens in a story, by its index in the scenario.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Event {
    Change(usize),
    Mail(usize),
}

/// How the time between events passes on real sockets; in SIM it never takes any.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passing {
    /// By the lab's clock.
    ByTheClock,
    /// In jumps, wherever nothing is under way.
    InJumps,
}

/// What happens, in order.
pub(crate) fn timeline(scenario: &Scenario) -> VecDeque<(Offset, Event)> {
    let changes = scenario.changes.iter().enumerate();
    let mut events: Vec<_> =
        changes.map(|(index, change)| (change.at, Event::Change(index))).collect();
    for (index, mail) in scenario.mails.iter().enumerate() {
        for number in 0..mail.count {
            let at = mail.at.0 + mail.every.0 * i32::try_from(number).unwrap_or(i32::MAX);
            events.push((Offset(at), Event::Mail(index)));
        }
    }
    // Stable: what happens at the same time happens in the order of the file, changes first.
    events.sort_by_key(|(at, _)| *at);
    events.into()
}

impl Lab {
    /// Plays the rest of the story up to the moment of collection.
    ///
    /// # Errors
    /// When a change fails, or a mail has a sender that nobody is.
    pub async fn play(&mut self, passing: Passing) -> Result<(), LabError> {
        let until = self.story.scenario.collect.at;
        while self.upcoming.front().is_some() {
            self.play_next(passing).await?;
        }
        self.wait_until(until.after(self.story.zero()), passing).await;
        Ok(())
    }

    /// Plays what happened before the first mail of the incident: when people begin to notice.
    ///
    /// # Errors
    /// As [`play`](Self::play).
    pub async fn play_the_past(&mut self, passing: Passing) -> Result<(), LabError> {
        let is_past = |(at, _): &(Offset, Event)| at.0 < SignedDuration::ZERO;
        while self.upcoming.front().is_some_and(is_past) {
            self.play_next(passing).await?;
        }
        self.wait_until(self.story.zero(), passing).await;
        Ok(())
    }

    /// Leaves out the mail that is still to be sent: others will send theirs.
    pub fn leave_out_mail(&mut self) {
        self.upcoming.retain(|(_, event)| matches!(event, Event::Change(_)));
    }

    async fn play_next(&mut self, passing: Passing) -> Result<(), LabError> {
        let Some((at, _)) = self.upcoming.front() else { return Ok(()) };
        self.wait_until(at.after(self.story.zero()), passing).await;
        // Only now: who stops waiting has lost nothing.
        let Some((_, event)) = self.upcoming.pop_front() else { return Ok(()) };
        let source = self.story.scenario_source.clone();
        match event {
            Event::Change(index) => {
                let change = self.story.scenario.changes[index].clone();
                self.run_script(&source, change.on.as_ref(), &change.run).await
            }
            Event::Mail(index) => {
                let mail = self.story.scenario.mails[index].clone();
                self.send(&source, &mail)
            }
        }
    }

    async fn wait_until(&self, time: Timestamp, passing: Passing) {
        match passing {
            Passing::ByTheClock => self.world.clock().sleep_until(time).await,
            Passing::InJumps => self.world.network.pass_until(time).await,
        }
    }
}
