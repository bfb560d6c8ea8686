//! The last comment of a run.

use std::sync::Arc;

use super::*;
use crate::id::IssueNumber;
use crate::policy::Limits;
use crate::words::MarkerKind;
use crate::words::tests::{self, alice, assert_text, commit, marker, mentions, redactor, rows, run, site, story};

fn rendered(run: &Run, pull_request: &PullRequestOutcome) -> Option<String> {
    let (limits, rows, site) = (Limits::default(), rows(&story()), site());
    let view = tests::view(run, &limits, &rows, &site);
    ending_comment(&view, pull_request, &mentions(), &marker(MarkerKind::Ending), &redactor())
}

fn ended(state: RunState) -> Run {
    Run { state, pushed: Some(commit('a')), ..run() }
}

#[test]
fn each_end_says_what_happened_and_what_to_do_next() {
    let recorded = PullRequestOutcome::AsRecorded;
    let complete = ended(RunState::Complete);
    let with_pull_request = Run { pull_request: Some(IssueNumber(12)), ..complete.clone() };
    let merged = Run { outcome: Some(Outcome::Merged), ..with_pull_request.clone() };
    let merged_alone = Run { outcome: Some(Outcome::Merged), ..complete.clone() };
    let reason = Arc::from("Entry 3 does not follow from entry 2.");
    let failed = ended(RunState::Failed { class: FailureClass::LedgerTampered, reason });
    let compare = site().compare(&complete.origin.base, &complete.origin.branch);
    let ends = [
        ("pull_request", &with_pull_request, &recorded),
        ("no_drafts", &with_pull_request, &PullRequestOutcome::NoDrafts),
        ("without_pull_request", &complete, &recorded),
        ("forbidden_pull_request", &complete, &PullRequestOutcome::Forbidden { compare }),
        ("merged", &merged, &recorded),
        ("merged_without_pull_request", &merged_alone, &recorded),
        ("failed", &failed, &recorded),
    ];
    for (name, run, outcome) in ends {
        assert_text!(format!("ending_{name}"), rendered(run, outcome).unwrap());
    }
}

#[test]
fn a_cancelled_run_says_by_whom_and_how_to_begin_again() {
    let causes = [
        ("command", CancelCause::Command),
        ("issue_closed", CancelCause::IssueClosed),
        ("issue_deleted", CancelCause::IssueDeleted),
        ("issue_transferred", CancelCause::IssueTransferred),
        ("pull_request_closed", CancelCause::PullRequestClosed),
        ("branch_deleted", CancelCause::BranchDeleted),
        ("installation_removed", CancelCause::InstallationRemoved),
    ];
    let said = causes.map(|(name, cause)| {
        let run = ended(RunState::Cancelled { by: alice(), cause });
        let text = rendered(&run, &PullRequestOutcome::AsRecorded).unwrap();
        format!("{name}\n{}", text.lines().skip(1).take(3).collect::<Vec<_>>().join("\n"))
    });
    assert_text!("ending_cancelled", said.join("\n\n"));
}

#[test]
fn a_run_that_goes_on_has_no_end_to_tell() {
    let pending = Run { state: RunState::Pending, ..run() };
    assert_eq!(rendered(&run(), &PullRequestOutcome::AsRecorded), None);
    assert_eq!(rendered(&pending, &PullRequestOutcome::AsRecorded), None);
}
