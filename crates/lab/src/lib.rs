//! A scenario file becomes a running world, plays its story and leaves an evidence folder.
//!
//! The way through: [`source`] → [`scenario`] and [`baseline`], together a [`story`] → [`build`] →
//! [`lab`], where changes and mails happen → [`evidence`]. [`incident::run`] goes all of it. [`library`]
//! holds the stories that come with the program.

pub mod baseline;
pub mod build;
pub mod evidence;
pub mod external;
pub mod incident;
pub mod lab;
pub mod library;
pub mod live;
pub mod offset;
pub mod outcome;
pub mod play;
pub mod scenario;
pub mod shells;
pub mod source;
pub mod story;
pub mod tally;
pub mod truth;
