//! Programs with as many stories as there may be.

use crate::executor::{carry_out, chain, star};

#[test]
fn a_large_program_takes_two_steps_per_story_whatever_its_shape() {
    const STORIES: usize = 1000;
    for (roadmap, parallelism) in [(chain(STORIES), 2), (star(STORIES), 1), (star(STORIES), 64)] {
        assert_eq!(carry_out(roadmap, parallelism), 5 + 2 * STORIES);
    }
}
