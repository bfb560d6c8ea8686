//! Makes an input that fails as small as it can be made by leaving parts out.

use super::{Failure, Target, try_input};

/// Tries at most; what is not small by then is small enough.
const MAX_TRIES: u32 = 20_000;

/// Returns a failure of the same target on a smaller input: first large parts are left out, then smaller ones,
/// as long as some failure stays.
pub fn shrink(target: &Target, failure: Failure) -> Failure {
    let mut smallest = failure;
    let mut tries = 0;
    let mut part = smallest.input.len().div_ceil(2);
    while part > 0 {
        let mut is_smaller = false;
        let mut at = 0;
        while at < smallest.input.len() {
            if tries == MAX_TRIES {
                return smallest;
            }
            tries += 1;
            match try_input(target, &without(&smallest.input, at, part)) {
                Err(failure) => {
                    smallest = failure;
                    is_smaller = true;
                }
                Ok(()) => at += part,
            }
        }
        // Leaving out one byte may have made another one needless.
        part = if part == 1 && is_smaller { 1 } else { part / 2 };
    }
    smallest
}

fn without(input: &[u8], at: usize, part: usize) -> Vec<u8> {
    let (before, rest) = input.split_at(at.min(input.len()));
    [before, rest.get(part..).unwrap_or_default()].concat()
}
