//! Runs on the command line, from a ticket to a branch: the real program, real git, real commands, a scripted agent.
#![expect(clippy::expect_used, clippy::unwrap_used, reason = "tests")]

mod asking;
mod going_well;
mod going_wrong;
mod world;
