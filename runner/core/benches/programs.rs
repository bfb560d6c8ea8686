//! How fast large programs are planned, carried out and written, beside the limits.
//!
//! Run it with `cargo bench -p pipemason-core`. Nothing here fails: a machine may be busy.
#![expect(
    clippy::disallowed_types,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a tool for developers, which shares its code with the tests"
)]
#![expect(dead_code, reason = "the tests use more of the shared code than this does")]

#[path = "../tests/program/executor.rs"]
mod executor;
#[path = "../src/roadmap/samples.rs"]
mod samples;
#[path = "../tests/program/simulation.rs"]
mod simulation;

use std::hint::black_box;
use std::time::{Duration, Instant};

// What `samples` builds roadmaps from.
use pipemason_core::domain::Unit;
use pipemason_core::id::StoryId;
use pipemason_core::roadmap::{Epic, Risk, Roadmap, RoadmapPlan, Size, Story};

/// Most time for ten thousand stories.
const LIMIT: Duration = Duration::from_secs(1);

/// Ten times the stories may take this many times the time: ten is linear.
const NEAR_LINEAR: f64 = 14.0;

fn best_of(rounds: u32, work: impl Fn()) -> Duration {
    let timed = (0..rounds).map(|_| {
        let start = Instant::now();
        work();
        start.elapsed()
    });
    timed.min().unwrap_or_default()
}

/// One way in which a program of so many stories is planned and carried out.
type Way = (&'static str, fn(usize) -> Roadmap, u32);

fn main() {
    let ways: [Way; 3] = [
        ("each story on the one before, 2 slots", executor::chain, 2),
        ("all stories on the first, 1 slot", executor::star, 1),
        ("all stories on the first, 64 slots", executor::star, 64),
    ];
    for (what, shape, slots) in ways {
        let time = |stories: usize| {
            best_of(5, || {
                black_box(executor::carry_out(shape(stories), slots));
            })
        };
        let (small, large) = (time(1_000), time(10_000));
        let ratio = large.as_secs_f64() / small.as_secs_f64();
        let kept = if large < LIMIT && ratio < NEAR_LINEAR { "kept" } else { "NOT KEPT" };
        println!(
            "{what:<40} 1,000: {small:>9.2?}  10,000: {large:>9.2?} (limit {LIMIT:?})  ratio {ratio:>5.1} \
             (limit {NEAR_LINEAR})  {kept}"
        );
    }
}
