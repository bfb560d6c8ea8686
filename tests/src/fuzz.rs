//! A fuzzer for every parser and every sanitizer, on the stable toolchain.
//!
//! Each target has seeds; they are mutated by a generator with a fixed start, so that a run can be
//! repeated. On top come shapes that have hurt parsers before: deep nesting, things that are never
//! closed, multi-byte text everywhere, one line of a megabyte. There is no guidance by coverage here: the
//! long campaign makes up for that with time.

use std::panic::{AssertUnwindSafe, catch_unwind};

mod mutate;
mod shapes;
mod targets;

pub use mutate::Mutator;
pub use shapes::shapes;
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

/// Runs `target` on its seeds and on `rounds` mutations of them.
pub fn campaign(target: &Target, rounds: u64, start: u64) -> Result<u64, Failure> {
    let mut mutator = Mutator::new(start);
    let mut tried = 0;
    for seed in target.seeds {
        try_input(target, seed)?;
        tried += 1;
    }
    for _ in 0..rounds {
        let input = mutator.mutation_of(target.seeds);
        try_input(target, &input)?;
        tried += 1;
    }
    Ok(tried)
}
