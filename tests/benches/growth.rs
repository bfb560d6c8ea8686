//! How the time of each fuzz target grows with its input: four times the input should take about four times as long.
//!
//! Run it with `cargo bench -p pipemason-tests --bench growth`, with the name of a target for only that one. Nothing
//! here fails: a machine may be busy. Of each target the shapes are shown that take longest.

#![expect(clippy::print_stdout, reason = "printing is what it is for")]

use std::time::{Duration, Instant};

use pipemason_tests::fuzz::{LARGE, TARGETS, Target, shapes, try_input};

/// How many shapes of each target are shown.
const SHOWN: usize = 6;

/// How much smaller the small input is.
const FACTOR: usize = 4;

/// Growth that is linear for all we can measure; quadratic would be sixteen.
const LIMIT: f64 = 8.0;

/// Shorter times are mostly the noise of the machine, and of its caches.
const SHORTEST: Duration = Duration::from_millis(20);

/// Returns the shortest of three times.
fn time_of(target: &Target, input: &str) -> Duration {
    let timed = (0..3).map(|_| {
        let start = Instant::now();
        let tried = try_input(target, input.as_bytes());
        let time = start.elapsed();
        drop(tried);
        time
    });
    timed.min().unwrap_or_default()
}

fn show(target: &Target) {
    let seed = (target.seeds)().into_iter().next().unwrap_or_default();
    let seed = String::from_utf8_lossy(&seed);
    let small = shapes(&seed, LARGE / FACTOR);
    let large = shapes(&seed, LARGE);
    let pairs = small.iter().zip(&large);
    let mut rows: Vec<_> = pairs.map(|(small, large)| (large.0, &small.1, time_of(target, &large.1))).collect();
    rows.sort_by_key(|(.., time)| std::cmp::Reverse(*time));
    for (shape, small, large) in rows.into_iter().take(SHOWN).filter(|(.., large)| *large >= SHORTEST) {
        let small = time_of(target, small);
        let growth = large.as_secs_f64() / small.as_secs_f64().max(f64::MIN_POSITIVE);
        let verdict = if growth <= LIMIT { "kept" } else { "NOT KEPT" };
        println!(
            "{:<16} {shape:<34} {small:>12.2?} {large:>12.2?} {growth:>7.1}   limit {LIMIT} {verdict}",
            target.name
        );
    }
}

fn main() {
    println!("{:<16} {:<34} {:>12} {:>12} {:>7}", "target", "shape", "256 KB", "1 MB", "growth");
    let wanted = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    for target in TARGETS.iter().filter(|target| wanted.as_deref().is_none_or(|name| name == target.name)) {
        show(target);
    }
}
