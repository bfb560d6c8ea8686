//! The machines, told as stories, thrown dice at, and walked through completely.

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "test helpers")]

mod properties;
mod stories;
mod views;
mod walk;
