//! The shell: a small Windows PowerShell, and one file for each cmdlet.
//!
//! [`language`] reads and runs what admins type; [`cmdlets`] holds the commands; [`place`] is where a
//! shell is open. The language knows the machine under it only through [`language::host::Host`]; how a
//! lab is built nobody here knows.
#![allow(
    clippy::result_large_err,
    reason = "an error record says much, is made rarely, and is read best when it is no box"
)]

pub mod cmdlets;
mod directory_object;
mod filter;
pub mod language;
mod noun;
pub mod place;
mod refusal;
mod result_size;
#[cfg(test)]
mod testing_world;
