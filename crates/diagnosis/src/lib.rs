//! An evidence folder becomes findings: causes with quoted lines, what was ruled out, what is missing,
//! and remedies.
//!
//! The way through: [`evidence`] (files) → [`reading`] → [`facts`] (sessions, messages, errors,
//! configuration, what each log covers) → [`symptom`] → [`rules`] → [`finding`] → [`report`].
//! [`engine`] walks it. Rules look at facts only, never at text, and nothing here knows the lab.

pub mod engine;
pub mod evidence;
pub mod explain;
pub mod facts;
pub mod finding;
mod index;
pub mod reading;
pub mod remedy;
pub mod report;
pub mod rules;
pub mod symptom;
pub mod ways;

pub use engine::{Diagnosis, Verdict, diagnose};
pub use evidence::Evidence;
