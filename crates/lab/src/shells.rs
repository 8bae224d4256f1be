//! The shells that somebody has open in a lab, one on each place.

use std::collections::BTreeMap;
use std::rc::Rc;

use console::language::session::{Output, Session};
use console::place::{Place, UnknownPlace};
use services::world::World;

/// Somebody's shells. What one person types changes no variable of another's.
pub struct Shells {
    world: Rc<World>,
    open: BTreeMap<String, Session>,
}

impl Shells {
    /// Nobody has opened one yet.
    pub fn new(world: Rc<World>) -> Self {
        Self { world, open: BTreeMap::new() }
    }

    /// The lab they are in.
    pub fn world(&self) -> &Rc<World> {
        &self.world
    }

    /// Runs a text in the shell on that place; an error of the shell is in its output.
    ///
    /// # Errors
    /// When there is no such place.
    pub async fn run_on(&mut self, place: &str, text: &str) -> Result<Output, UnknownPlace> {
        Ok(self.session(place)?.run(text).await)
    }

    /// The shell on that place; opened when it was not yet.
    ///
    /// # Errors
    /// When there is no such place.
    pub fn session(&mut self, place: &str) -> Result<&mut Session, UnknownPlace> {
        let opened = Place::open(&self.world, place)?;
        Ok(self.open.entry(opened.name()).or_insert_with(|| opened.session()))
    }

    /// The shell on that place, if one was opened there.
    pub fn opened(&self, place: &str) -> Option<&Session> {
        let mut open = self.open.iter();
        open.find(|(name, _)| name.eq_ignore_ascii_case(place)).map(|(_, session)| session)
    }
}
