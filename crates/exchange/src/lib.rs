//! Exchange's nouns and decisions, on premises and online, without sockets, files or a clock.
//!
//! Reading order: [`nouns`] (what an administrator sees and changes), [`directory`] (where they
//! stand), [`decisions`] (what the product makes of them). [`properties`] and [`value`] tie the nouns
//! to the shell; [`ids`], [`culture`], [`status`] and [`winsock`] are the words of its logs.

pub mod certificate_name;
pub mod culture;
pub mod decisions;
pub mod directory;
pub mod domain;
pub mod eop;
pub mod guid;
pub mod ids;
pub mod ip_range;
pub mod language;
pub mod nouns;
pub mod product;
pub mod properties;
pub mod quantity;
pub mod status;
pub mod status_codes;
pub mod value;
pub mod winsock;
