//! The complete walk, and the page that shows what it saw.

use pipemason_core::run::Opening;
use pipemason_tests::machine::walk::{page, small_policy, walk};

/// The page that is committed.
const PAGE: &str = include_str!("../../docs/reference/run-states.md");

#[test]
fn every_unattended_situation_keeps_every_promise_and_the_page_shows_it() {
    let policy = small_policy(&["api", "web"]);
    let walked = walk(&policy, Opening::Ticket).expect("every promise is kept");
    let wanted = page(&policy, &walked);
    assert!(
        wanted == PAGE,
        "docs/reference/run-states.md is out of date; renew it with\n\
         cargo run --release -p pipemason-tests --example run_states > docs/reference/run-states.md\n{wanted}"
    );
}

#[test]
fn a_run_opened_for_another_reason_keeps_every_promise_too() {
    let policy = small_policy(&["web"]);
    for opening in [Opening::Restack, Opening::CiFailure, Opening::CiFailureAskFirst] {
        let walked = walk(&policy, opening).expect("every promise is kept");
        assert!(walked.situations > 1, "{opening:?}: {walked:?}");
    }
}
