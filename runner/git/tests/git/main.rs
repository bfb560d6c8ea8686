//! Git as it really behaves: real repositories, real remotes, and agents that mean harm.
#![expect(clippy::expect_used, clippy::panic, reason = "test helpers")]

mod support;

mod commits;
mod hostile;
mod objects;
mod push;
mod rebase;
mod remote;
mod restore;
mod snapshot;
mod user;
