//! Whole histories of programs: all of them where a program is small, random ones where it is not.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests"
)]

mod diagram;
mod executor;
mod exhaustive;
mod invariants;
mod properties;
#[path = "../../src/roadmap/samples.rs"]
mod samples;
mod scale;
mod simulation;
mod walk;

// What `samples` builds roadmaps from.
use pipemason_core::domain::Unit;
use pipemason_core::id::StoryId;
use pipemason_core::roadmap::{Epic, Risk, Roadmap, RoadmapPlan, Size, Story};
