//! CLIXML: what `Export-Clixml -Encoding UTF8` writes, the form in which configuration is handed over.
//!
//! Objects keep their type names, their `ToString` text and the order of their properties. A type list
//! that was written before is referred to by `TNRef`.
//!
//! Not modelled: serialization blobs (skipped when read, not written), references from one object to
//! another while writing (every object is written whole), the typed collections of Exchange (a list
//! is written as `System.Object[]`).
//!
//! Source: real exports of connectors, MS-PSRP section 2.2.5 for the elements.

mod read;
mod write;

pub use read::{Read, read};
pub use write::{write, write_at};
