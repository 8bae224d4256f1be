//! The shells that somebody has open in a lab, one on each place.

use std::collections::BTreeMap;
use std::rc::Rc;

use console::language::session::{Output, Session};
use console::place::{Place, UnknownPlace};
use services::world::World;

/// Somebody's shells. What one person types changes no variable of another's.
pub struct Shells {
    world: Rc<World>,
    person: &'static str,
    open: BTreeMap<String, Session>,
}

impl Shells {
    /// Nobody has opened one yet.
    pub fn new(world: Rc<World>) -> Self {
        Self::of("shell", world)
    }

    /// Those of somebody else, beside the person who plays the story: what both make has different ids.
    pub fn of(person: &'static str, world: Rc<World>) -> Self {
        Self { world, person, open: BTreeMap::new() }
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
        let opened = Place::open_for(&self.world, place, self.person)?;
        Ok(self.open.entry(opened.name()).or_insert_with(|| opened.session()))
    }

    /// The shell on that place, if one was opened there.
    pub fn opened(&self, place: &str) -> Option<&Session> {
        let mut open = self.open.iter();
        open.find(|(name, _)| name.eq_ignore_ascii_case(place)).map(|(_, session)| session)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::Lab;
    use crate::story::Story;

    #[test]
    fn what_two_people_make_are_different_things() {
        let story = Story::load("healthy-hybrid").unwrap();
        let names = fabric::simulation(async {
            let mut lab = Lab::stand_up(story, None).await.unwrap();
            let mut other = Shells::of("keyboard", lab.world.clone());
            let make = "New-AcceptedDomain other.example -DomainName other.example | Out-Null";
            other.run_on("CMHYBD01", make).await.unwrap();
            let output = lab.run_on("CMHYBD01", "(Get-AcceptedDomain).Name").await.unwrap();
            output.text
        });
        assert_eq!(names, "cloudmonkeys.xyz\ncloudfield.mail.onmicrosoft.com\nother.example\n");
    }
}
