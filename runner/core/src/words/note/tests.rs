//! Notes beside a run.

use super::*;
use crate::words::MarkerKind;
use crate::words::tests::{assert_text, commit, marker, redactor, site};

#[test]
fn a_late_comment_hears_how_it_is_taken_up() {
    let marker = marker(MarkerKind::Reply);
    assert_text!("late_with_pull_request", steering_too_late(Some(IssueNumber(12)), &marker));
    assert_text!("late_without_pull_request", steering_too_late(None, &marker));
}

#[test]
fn each_report_of_the_checks_has_the_click_that_helps() {
    let check = |link| FailedCheck { name: "build (linux)".to_owned(), link };
    let checks = vec![check(Some(site().actions())), check(None)];
    let reports = [
        ("no_checks", CiReport::NoChecks { minutes: 5 }),
        ("action_required", CiReport::ActionRequired),
        ("startup_failure", CiReport::StartupFailure),
        ("failed", CiReport::Failed { checks: checks.clone() }),
        ("failed_on_base", CiReport::FailedOnBaseToo { checks }),
    ];
    for (name, report) in reports {
        let text = ci_comment(&report, commit('a'), &site(), &marker(MarkerKind::Note), &redactor());
        assert_text!(format!("ci_{name}"), text);
    }
    let many = vec![check(None); 40];
    let text =
        ci_comment(&CiReport::Failed { checks: many }, commit('a'), &site(), &marker(MarkerKind::Note), &redactor());
    assert_eq!(text.matches("\n- ").count(), MAX_CHECKS);
}

#[test]
fn a_restacked_branch_says_so() {
    let parent = "feature/1-base".parse().unwrap();
    let marker = marker(MarkerKind::Note);
    assert_text!("restack", restack_note(&parent, commit('a'), commit('b'), &redactor(), &marker));
}
