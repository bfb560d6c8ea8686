//! Gates, run on real small projects and real programs.
#![expect(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "test helpers")]

mod archive;
mod checks;
mod corpus;
mod limits;
mod runtime;
mod support;
