//! Somebody who types: the place where they are, and the orders that are no PowerShell.

use console::language::session::{Completeness, Output, Session};
use console::place::Place;
use lab::shells::Shells;

use crate::error::CommandError;

const HELP: &str = "\
  :on PLACE   go to another computer, or to ExchangeOnline
  :places     where you can go
  :help       this
  exit        leave
Get-Command lists the cmdlets of the place; Start-Sleep lets the lab's time pass.";

/// Where somebody sits.
pub(crate) struct Desk<'l> {
    shells: &'l mut Shells,
    place: String,
}

impl<'l> Desk<'l> {
    /// Somebody sits down at a place.
    ///
    /// # Errors
    /// When there is no such place.
    pub(crate) fn at(shells: &'l mut Shells, place: String) -> Result<Self, CommandError> {
        // Opened here, so that its cmdlets can be completed from the first line on.
        shells.session(&place)?;
        Ok(Self { shells, place })
    }

    /// The shell of the place.
    pub(crate) fn session(&self) -> Option<&Session> {
        self.shells.opened(&self.place)
    }

    /// As the Exchange Management Shell has it, with the place before it.
    pub(crate) fn prompt(&self) -> String {
        let location = self.session().map_or("C:\\", |session| session.location.as_str());
        format!("{}: [PS] {location}>", self.place)
    }

    /// What the place and the time are.
    pub(crate) fn greeting(&self) -> String {
        let now = self.shells.world().clock().now();
        format!("{}, {now:.0}. `:help` says more, `exit` leaves.", self.place)
    }

    /// Whether a text goes on in the next line.
    pub(crate) fn is_unfinished(text: &str) -> bool {
        !text.trim_start().starts_with(':') && Session::check(text) == Completeness::Incomplete
    }

    /// Does what somebody typed: an order with a colon, or lines of PowerShell.
    ///
    /// # Errors
    /// When the place is gone.
    pub(crate) async fn run(
        &mut self,
        text: &str,
        width: Option<usize>,
    ) -> Result<Output, CommandError> {
        if let Some(order) = text.trim().strip_prefix(':') {
            return Ok(Output { text: self.follow(order), ..Output::default() });
        }
        let session = self.shells.session(&self.place)?;
        session.width = width.unwrap_or(session.width);
        Ok(session.run(text).await)
    }

    /// Does what an order says, and gives what it says back.
    fn follow(&mut self, order: &str) -> String {
        let mut words = order.split_whitespace();
        match (words.next(), words.next()) {
            (Some("on"), Some(name)) => match Place::open(self.shells.world(), name) {
                Ok(place) => {
                    self.place = place.name();
                    let opened = self.shells.session(&self.place);
                    opened.err().map_or_else(String::new, |error| format!("{error}\n"))
                }
                Err(error) => format!("{error}\n"),
            },
            (Some("on" | "places"), None) => {
                let machines = self.shells.world().machines.iter();
                let names = machines.map(|machine| machine.computer.name.as_str());
                let names: Vec<_> = names.chain([console::place::EXCHANGE_ONLINE]).collect();
                format!("{}\n", names.join("\n"))
            }
            _ => format!("{HELP}\n"),
        }
    }
}
