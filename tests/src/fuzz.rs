//! A fuzzer for every parser and every sanitizer, on the stable toolchain.
//!
//! Each target has seeds; they are mutated by a generator with a fixed start, so that a run can be
//! repeated. On top come shapes that have hurt parsers before: deep nesting, things that are never
//! closed, multi-byte text everywhere, one line of a megabyte. There is no guidance by coverage here: the
//! long campaign makes up for that with time.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

mod mutate;
mod shapes;
mod shrink;
mod targets;

pub use mutate::Mutator;
pub use shapes::{LARGE, shapes};
pub use shrink::shrink;
pub use targets::{TARGETS, Target};

/// An input on which a target did what it must never do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    pub target: &'static str,
    pub input: Vec<u8>,
    pub why: String,
}

/// Runs `target` on `input`; a panic and a broken promise are failures.
pub fn try_input(target: &Target, input: &[u8]) -> Result<(), Failure> {
    let outcome = catch_unwind(AssertUnwindSafe(|| (target.run)(input)));
    let why = match outcome {
        Ok(Ok(())) => return Ok(()),
        Ok(Err(promise)) => promise,
        Err(panic) => panic
            .downcast_ref::<String>()
            .cloned()
            .or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
            .unwrap_or_else(|| "a panic".to_owned()),
    };
    Err(Failure { target: target.name, input: input.to_vec(), why })
}

/// Where the inputs are kept that once failed: a folder for each target.
pub const CORPUS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/corpus");

/// Returns what mutations of `target` start from: its samples, and every input that ever failed.
pub fn seeds_of(target: &Target) -> std::io::Result<Vec<Vec<u8>>> {
    let folder = Path::new(CORPUS).join(target.name);
    let mut seeds = (target.seeds)();
    if folder.is_dir() {
        let entries: std::io::Result<Vec<_>> = folder.read_dir()?.map(|entry| Ok(entry?.path())).collect();
        let mut paths = entries?;
        // In an order that is the same everywhere, so that a run can be repeated.
        paths.sort();
        for path in paths {
            seeds.push(std::fs::read(path)?);
        }
    }
    Ok(seeds)
}

/// Runs `target` on its seeds and on `rounds` mutations of them.
pub fn campaign(target: &Target, rounds: u64, start: u64) -> Result<u64, Failure> {
    let mut mutator = Mutator::new(start);
    let seeds = seeds_of(target).map_err(|error| {
        let why = format!("the corpus cannot be read: {error}");
        Failure { target: target.name, input: Vec::new(), why }
    })?;
    let mut tried = 0;
    for seed in &seeds {
        try_input(target, seed)?;
        tried += 1;
    }
    for _ in 0..rounds {
        let input = mutator.mutation_of(&seeds);
        try_input(target, &input)?;
        tried += 1;
    }
    Ok(tried)
}
