//! x
pub mod baseline;
pub mod offset;
pub mod scenario;
pub mod source;
