//! Stories: a scripted world, and what was told of it.
//!
//! Each test is one situation that somebody can name. The snapshots are meant to be read.

/// Compares a story with the one that is committed.
macro_rules! tells {
    ($world:expr) => {
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!($world.story())
        })
    };
}

mod budgets;
mod contests;
mod details;
mod escalations;
mod happy;
mod interruptions;
mod loops;
mod races;
mod resumes;
mod returns;
mod review;
