//! Every parser and every sanitizer under fire, for a bounded number of rounds.
//!
//! The long campaign is `cargo run --release -p pipemason-tests --example fuzz`.

use pipemason_tests::fuzz::{TARGETS, campaign, shapes, try_input};

/// How many mutations each target sees here.
const ROUNDS: u64 = 3_000;

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
    for target in TARGETS {
        let seed = target.seeds.first().copied().unwrap_or_default();
        for (shape, input) in shapes(&String::from_utf8_lossy(seed)) {
            let tried = try_input(target, input.as_bytes());
            assert!(
                tried.is_ok(),
                "{} on {shape}: {}",
                target.name,
                tried.err().map(|failure| failure.why).unwrap_or_default()
            );
        }
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
