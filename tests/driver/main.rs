//! The driver of a run, with hands that answer from a script and can drop everything at any moment.
#![expect(clippy::expect_used, clippy::unwrap_used, reason = "tests")]

mod crashes;
mod hands;
mod letters;
