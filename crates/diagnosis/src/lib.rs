//! An evidence folder becomes findings: causes with quoted lines, what was ruled out, what is missing,
//! and remedies.
//!
//! The way through: [`evidence`] (files) → [`reading`] → [`facts`] (sessions, messages, errors,
//! configuration, what each log covers) → `rules` → findings → report. Rules look at facts only, never
//! at text, and nothing here knows the lab.

pub mod engine;
pub mod evidence;
pub mod explain;
pub mod facts;
pub mod reading;
