//! A lab that stands: its world, the shells that are open in it, and what was sent.

use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;
use std::time::Duration;

use console::language::session::Output;
use console::language::source::Source as Script;
use console::place::{Place, UnknownPlace};
use fabric::Seed;
use jiff::Timestamp;
use services::message::compose::Draft;
use services::world::World;
use smtp::Address;
use toml::Spanned;

use crate::build::{self, Ground};
use crate::offset::Offset;
use crate::play::{self, Event};
use crate::scenario::Mail;
use crate::shells::Shells;
use crate::source::{Source, SourceError};
use crate::story::Story;

/// A lab in the middle of its story.
pub struct Lab {
    /// What stands.
    pub world: Rc<World>,
    /// What it stands for.
    pub story: Story,
    /// Mails that were sent so far.
    pub sent: Vec<SentMail>,
    /// What the story's people and the collection of evidence type in.
    pub shells: Shells,
    /// What is still to happen, the next thing first.
    pub(crate) upcoming: VecDeque<(Offset, Event)>,
    /// Subjects in use, with the number that the next mail of that subject tries first.
    subjects: BTreeMap<String, u32>,
}

/// A mail that was sent, as the lab knows it; its subject is unique.
#[derive(Clone, Debug)]
pub struct SentMail {
    /// When.
    pub at: Timestamp,
    /// Sender.
    pub from: Address,
    /// Recipients.
    pub to: Vec<Address>,
    /// Subject.
    pub subject: String,
    /// Whether it is ordinary traffic around the incident.
    pub background: bool,
}

/// Something that a story asks for cannot be done.
#[derive(Debug, thiserror::Error)]
pub enum LabError {
    /// Something is wrong with a file.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// There is no such place to open a shell on.
    #[error(transparent)]
    Place(#[from] UnknownPlace),
    /// The lab itself failed.
    #[error("{0}")]
    Broken(String),
}

impl Lab {
    /// Builds the world of a story, starts it and runs its setup. To be called inside
    /// [`fabric::simulation`].
    ///
    /// # Errors
    /// When the baseline cannot be built or its setup fails.
    pub async fn stand_up(story: Story, seed: Option<u64>) -> Result<Self, LabError> {
        let seed = Seed(seed.unwrap_or_else(|| story.seed()));
        Self::stand_up_on(Ground::simulated(seed, story.start(), story.zero()), story).await
    }

    /// As [`Lab::stand_up`], on a ground of one's own, such as [`Ground::live`].
    ///
    /// # Errors
    /// When the baseline cannot be built or its setup fails.
    pub async fn stand_up_on(ground: Ground, story: Story) -> Result<Self, LabError> {
        let world = Rc::new(build::build(&story.baseline, &story.baseline_source, ground)?);
        for external in &story.scenario.externals {
            external.add_to(&world.network, &story.scenario_source)?;
        }
        build::start(&world).map_err(LabError::Broken)?;
        let mut lab = Self {
            shells: Shells::new(world.clone()),
            upcoming: play::timeline(&story.scenario),
            world,
            story,
            sent: Vec::new(),
            subjects: BTreeMap::new(),
        };
        lab.set_up().await?;
        Ok(lab)
    }

    async fn set_up(&mut self) -> Result<(), LabError> {
        let source = self.story.baseline_source.clone();
        for setup in self.story.baseline.setup.clone() {
            self.run_script(&source, setup.on.as_ref(), &setup.run).await?;
        }
        Ok(())
    }

    /// Sends one mail of the scenario.
    pub(crate) fn send(&mut self, source: &Source, mail: &Mail) -> Result<(), LabError> {
        let address = |text: &Spanned<String>| {
            text.get_ref().parse::<Address>().map_err(|error| {
                source.error(text.span(), format!("'{}' is no address: {error}", text.get_ref()))
            })
        };
        let from = address(&mail.from)?;
        let to = mail.to.iter().map(address).collect::<Result<Vec<_>, _>>()?;
        let sent = SentMail {
            at: self.world.clock().now(),
            subject: self.unique_subject(&mail.subject),
            from,
            to,
            background: mail.background,
        };
        self.post(sent, mail.size).map_err(|why| source.error(mail.from.span(), why).into())
    }

    /// Sends the incident's mails once more, a second apart.
    ///
    /// # Errors
    /// When somebody who sent before has no mailbox any longer.
    pub async fn send_again(&mut self) -> Result<(), LabError> {
        let before: Vec<_> = self.sent.iter().filter(|mail| !mail.background).cloned().collect();
        for mail in before {
            self.world.network.pass(Duration::from_secs(1)).await;
            let again = SentMail {
                at: self.world.clock().now(),
                subject: self.unique_subject(&mail.subject),
                ..mail
            };
            self.post(again, 600).map_err(LabError::Broken)?;
        }
        Ok(())
    }

    fn post(&mut self, mail: SentMail, size: usize) -> Result<(), String> {
        let draft = Draft {
            from: mail.from.clone(),
            to: mail.to.clone(),
            subject: mail.subject.clone(),
            body: String::new(),
            size,
        };
        self.world.send(draft).map_err(|error| error.to_string())?;
        self.sent.push(mail);
        Ok(())
    }

    /// The subject, with a number when a mail before had it.
    fn unique_subject(&mut self, wanted: &str) -> String {
        let first = self.subjects.get(wanted).copied().unwrap_or(1);
        let name = |number| match number {
            1 => wanted.to_owned(),
            number => format!("{wanted} ({number})"),
        };
        let free = |number: &u32| !self.subjects.contains_key(&name(*number));
        let number = (first..=u32::MAX).find(free).unwrap_or(first);
        self.subjects.insert(name(number), 2);
        self.subjects.insert(wanted.to_owned(), number + 1);
        name(number)
    }

    /// Runs a text in the shell that is open on that place; an error of the shell is in its output.
    ///
    /// # Errors
    /// When there is no such place.
    pub async fn run_on(&mut self, place: &str, text: &str) -> Result<Output, LabError> {
        Ok(self.shells.run_on(place, text).await?)
    }

    /// Runs a script of a file; an error of the shell is one of the file.
    pub(crate) async fn run_script(
        &mut self,
        source: &Source,
        on: Option<&Spanned<String>>,
        run: &Spanned<String>,
    ) -> Result<(), LabError> {
        let place = on.map_or_else(|| Place::usual(&self.world), |on| on.get_ref().clone());
        if let (Err(error), Some(on)) = (Place::open(&self.world, &place), on) {
            return Err(source.error(on.span(), error.to_string()).into());
        }
        // Blank lines before it make its line numbers those of the file.
        let line = source.line_of_text(run.span());
        let text = "\n".repeat(line.saturating_sub(1)) + run.get_ref();
        let script = Script::file(source.name(), text);
        let output = self.shells.session(&place)?.run_source(script).await;
        if output.had_errors {
            let why = format!("'run' failed on {place}:\n{}", output.text.trim());
            return Err(source.error(run.span(), why).into());
        }
        Ok(())
    }
}
