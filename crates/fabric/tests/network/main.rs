//! Tests through the public API: the same situations in SIM and LIVE, what programs outside the lab
//! meet, and how long everything takes.

mod conformance;
#[cfg(target_os = "linux")]
mod outside_clients;
mod timing;
mod world;
