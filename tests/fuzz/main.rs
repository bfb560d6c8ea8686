//! Every parser and every sanitizer under fire, for a bounded number of rounds.
//!
//! The long campaign is `cargo run --release -p pipemason-tests --example fuzz`.

mod complete;

use pipemason_tests::fuzz::{CORPUS, LARGE, TARGETS, campaign, seeds_of, shapes, try_input};

/// How many mutations each target sees here.
const ROUNDS: u64 = 600;

/// Each target meets one of so many shapes in its full size here, and another one than the target before it; the
/// long campaign and the measurement of growth take all of them.
const SHARE: usize = 14;

/// How much smaller the other shapes are.
const SMALLER: usize = 32;

#[test]
fn no_mutation_makes_a_target_panic_or_break_its_promise() {
    for target in TARGETS {
        if let Err(failure) = campaign(target, ROUNDS, 1) {
            let input = String::from_utf8_lossy(&failure.input).into_owned();
            assert!(failure.why.is_empty(), "{}: {}\n{input:?}", failure.target, failure.why);
        }
    }
}

/// A target that takes quadratic time on one of these would not come back for minutes.
#[test]
fn no_large_input_of_a_known_bad_shape_is_too_much() {
    for (index, target) in TARGETS.iter().enumerate() {
        let seed = seeds_of(target).unwrap().into_iter().next().unwrap_or_default();
        let seed = String::from_utf8_lossy(&seed);
        let all = shapes(&seed, LARGE).into_iter().zip(shapes(&seed, LARGE / SMALLER));
        for (number, (large, small)) in all.enumerate() {
            let (shape, input) = if (index + number) % SHARE == 0 { large } else { small };
            let tried = try_input(target, input.as_bytes());
            assert!(
                tried.is_ok(),
                "{} on {shape}: {}",
                target.name,
                tried.err().map(|failure| failure.why.chars().take(2000).collect::<String>()).unwrap_or_default()
            );
        }
    }
}

#[test]
fn the_corpus_has_inputs_of_known_targets_only() {
    for entry in std::fs::read_dir(CORPUS).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(TARGETS.iter().any(|target| target.name == name), "there is no target `{name}`");
    }
}

#[test]
fn a_target_that_panics_or_breaks_its_promise_is_caught() {
    let mut target = TARGETS[0];
    target.run = |input| if input.contains(&b'#') { Err("a hash".to_owned()) } else { Ok(()) };
    let failure = campaign(&target, 10_000, 1).expect_err("some mutation has a hash");
    assert!(failure.input.contains(&b'#') && failure.why == "a hash");
    target.run = |input| {
        assert!(!input.contains(&b'#'), "a hash");
        Ok(())
    };
    assert_eq!(campaign(&target, 10_000, 1).expect_err("some mutation has a hash").why, "a hash");
}
