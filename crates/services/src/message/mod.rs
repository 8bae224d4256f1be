//! A message on its way: its content, its envelope, and the headers that servers stamp.

pub mod compose;
pub mod content;
pub mod item;
pub mod latency;
pub mod organization_headers;
pub mod received;
pub(crate) mod ruled;
pub mod shadow_copy;
pub(crate) mod thread_index;
