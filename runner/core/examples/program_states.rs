//! Prints the reference page of the states of a program, for `docs/reference/program-states.md`.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a tool for developers, which shares its code with the tests"
)]
#![expect(dead_code, reason = "the tests use more of the shared code than this page does")]

#[path = "../tests/program/diagram.rs"]
mod diagram;
#[path = "../tests/program/invariants.rs"]
mod invariants;
#[path = "../src/roadmap/samples.rs"]
mod samples;
#[path = "../tests/program/simulation.rs"]
mod simulation;
#[path = "../tests/program/walk.rs"]
mod walk;

// What `samples` builds roadmaps from.
use pipemason_core::domain::Unit;
use pipemason_core::id::StoryId;
use pipemason_core::roadmap::{Epic, Risk, Roadmap, RoadmapPlan, Size, Story};

fn main() {
    print!("{}", diagram::page());
}
