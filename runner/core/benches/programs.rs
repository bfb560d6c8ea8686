//! How fast large programs are planned, carried out and written, beside the limits.
//!
//! Run it with `cargo bench -p pipemason-core`. Nothing here fails: a machine may be busy.
#![expect(
    clippy::disallowed_methods,
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

/// Numbers of stories.
const SIZES: [usize; 4] = [1_000, 2_000, 5_000, 10_000];

/// Stories in one measurement, whatever the size of a program: the time of a small one alone is shorter than the tick
/// by which some systems count.
const STORIES_AT_ONCE: usize = 20_000;

/// Ten times the stories may take this many times the time: ten is linear, a hundred quadratic. A program of the
/// smallest size fits into the cache nearest to a processor, one of the largest does not.
const NEAR_LINEAR: f64 = 20.0;

/// Returns how long this thread has been on a processor, which others on the machine do not add to. Where the system
/// does not say, it is the time since `start`.
fn time_used(start: Instant) -> Duration {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = stat.split(' ').next().and_then(|first| first.parse().ok());
    nanoseconds.map_or_else(|| start.elapsed(), Duration::from_nanos)
}

fn best_of(rounds: u32, work: impl Fn()) -> Duration {
    let start = Instant::now();
    let timed = (0..rounds).map(|_| {
        let before = time_used(start);
        work();
        time_used(start).saturating_sub(before)
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
            let programs = STORIES_AT_ONCE / stories;
            let all = best_of(9, || {
                for _ in 0..programs {
                    black_box(executor::carry_out(shape(stories), slots));
                }
            });
            all / u32::try_from(programs).unwrap_or(1)
        };
        let times = SIZES.map(time);
        let [small, .., large] = times;
        let ratio = large.as_secs_f64() / small.as_secs_f64();
        let kept = if large < LIMIT && ratio < NEAR_LINEAR { "kept" } else { "NOT KEPT" };
        let each = SIZES.iter().zip(times).map(|(stories, time)| {
            let micros = time.as_secs_f64() * 1e6;
            format!("{stories}: {:.1} µs", micros / f64::from(u32::try_from(*stories).unwrap_or(1)))
        });
        println!("{what}\n  a story of {}", each.collect::<Vec<_>>().join(", of "));
        println!("  all: {large:.2?} (limit {LIMIT:?}), growth {ratio:.1} (limit {NEAR_LINEAR})  {kept}");
    }
}
