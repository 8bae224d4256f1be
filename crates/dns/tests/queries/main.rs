//! Servers and resolvers over the fabric: in SIM, with the time that everything takes, and in LIVE,
//! with `dig` from outside.

mod answers;
mod arbitrary;
mod cache;
mod dig;
mod forwarding;
mod mail;
mod timeouts;
mod transport;
mod world;
