//! What the state of the API decides, whatever the event.

use super::*;
use crate::run::{CancelCause, Outcome};

fn settled(stage: Stage, state: &TicketState) -> Option<Settlement> {
    settle(&run(stage), state)
}

const MERGED: TicketState =
    TicketState { pull_request: PullRequestState::Merged, branch: BranchState::Present, ..OPEN };

/// Each way to lose what a run is for, with the reason it is cancelled.
fn losses() -> [(TicketState, CancelCause); 9] {
    let closed_at = |second| IssueState::Closed { at: at(second) };
    let issue = |issue| TicketState { issue, ..OPEN };
    [
        (issue(closed_at(10)), CancelCause::IssueClosed),
        (issue(closed_at(11)), CancelCause::IssueClosed),
        (issue(IssueState::Transferred), CancelCause::IssueTransferred),
        (issue(IssueState::Deleted), CancelCause::IssueDeleted),
        (
            TicketState { pull_request: PullRequestState::Closed, branch: BranchState::Present, ..OPEN },
            CancelCause::PullRequestClosed,
        ),
        (TicketState { branch: BranchState::Deleted, ..OPEN }, CancelCause::BranchDeleted),
        (TicketState { repository: Repository::Deleted, ..OPEN }, CancelCause::RepositoryDeleted),
        (TicketState { installation: Installation::Suspended, ..OPEN }, CancelCause::InstallationSuspended),
        (TicketState { installation: Installation::Removed, ..OPEN }, CancelCause::InstallationRemoved),
    ]
}

#[test]
fn sec_85_losing_what_a_run_is_for_cancels_it() {
    for (state, cause) in losses() {
        for stage in [Stage::Pending, Stage::Running, stopped(Awaiting::Change)] {
            assert_eq!(settled(stage, &state), Some(Settlement::Cancel(cause)));
        }
    }
}

#[test]
fn what_hangs_together_is_lost_for_the_farthest_reaching_reason() {
    let all = TicketState {
        issue: IssueState::Deleted,
        pull_request: PullRequestState::Closed,
        branch: BranchState::Deleted,
        repository: Repository::Deleted,
        installation: Installation::Removed,
    };
    let cause = |state: TicketState| settled(Stage::Running, &state);
    let cancelled = |cause| Some(Settlement::Cancel(cause));
    assert_eq!(cause(all), cancelled(CancelCause::InstallationRemoved));
    let installed = TicketState { installation: Installation::Active, ..all };
    assert_eq!(cause(installed), cancelled(CancelCause::RepositoryDeleted));
    let active = TicketState { repository: Repository::Active, ..installed };
    assert_eq!(cause(active), cancelled(CancelCause::IssueDeleted));
    let open = TicketState { issue: IssueState::Open, ..active };
    assert_eq!(cause(open), cancelled(CancelCause::PullRequestClosed));
}

#[test]
fn sec_85_what_changes_nothing_settles_nothing() {
    let pushed = TicketState { pull_request: PullRequestState::Open, branch: BranchState::Present, ..OPEN };
    let closed_before = TicketState { issue: IssueState::Closed { at: at(9) }, ..OPEN };
    for state in [OPEN, pushed, closed_before] {
        for stage in stages() {
            assert_eq!(settled(stage, &state), None);
        }
    }
}

#[test]
fn sec_85_merged_is_judged_first_whatever_else_happened() {
    for (loss, _) in losses() {
        let state = TicketState { pull_request: PullRequestState::Merged, ..loss };
        for stage in [Stage::Pending, Stage::Running, Stage::Finalizing, stopped(Awaiting::Change)] {
            assert_eq!(settled(stage, &state), Some(Settlement::Complete));
        }
    }
}

#[test]
fn sec_83_nothing_cancels_a_run_that_is_finalizing() {
    for (state, _) in losses() {
        assert_eq!(settled(Stage::Finalizing, &state), None);
    }
}

#[test]
fn sec_85_an_archived_repository_stops_a_run_at_work_and_no_other() {
    let archived = TicketState { repository: Repository::Archived, ..OPEN };
    for stage in stages() {
        let expected = (stage == Stage::Running).then_some(Settlement::Abort);
        assert_eq!(settled(stage, &archived), expected);
    }
    let also_closed = TicketState { issue: IssueState::Closed { at: at(20) }, ..archived };
    let cancelled = Settlement::Cancel(CancelCause::IssueClosed);
    assert_eq!(settled(Stage::Running, &also_closed), Some(cancelled));
}

#[test]
fn after_the_end_only_the_outcome_is_recorded_and_only_once() {
    let closed = TicketState { pull_request: PullRequestState::Closed, ..MERGED };
    let deleted = TicketState { branch: BranchState::Deleted, ..OPEN };
    for end in [End::Complete, End::Failed, End::Cancelled] {
        let ended = |outcome| RunFacts { outcome, ..run(Stage::Ended(end)) };
        for (state, outcome) in [
            (MERGED, Outcome::Merged),
            (closed, Outcome::Closed),
            (deleted, Outcome::Deleted),
            (TicketState { branch: BranchState::Deleted, ..MERGED }, Outcome::Merged),
        ] {
            assert_eq!(settle(&ended(None), &state), Some(Settlement::Record(outcome)));
            assert_eq!(settle(&ended(Some(outcome)), &state), None);
        }
        let reopened_and_merged = settle(&ended(Some(Outcome::Closed)), &MERGED);
        assert_eq!(reopened_and_merged, Some(Settlement::Record(Outcome::Merged)));
    }
}

#[test]
fn a_program_is_cancelled_with_its_issue_and_not_with_a_branch() {
    let lost = |stage, state: &TicketState| settle_program(&program(stage), state);
    for (state, cause) in losses() {
        let of_work = matches!(cause, CancelCause::PullRequestClosed | CancelCause::BranchDeleted);
        for stage in [ProgramStage::Active, ProgramStage::Stopped] {
            assert_eq!(lost(stage, &state), (!of_work).then_some(cause));
        }
        assert_eq!(lost(ProgramStage::Ended, &state), None);
    }
    assert_eq!(lost(ProgramStage::Active, &OPEN), None);
}

#[test]
fn every_event_is_judged_by_the_state_of_the_api() {
    let verdict = |event, stage, state| {
        let facts = Facts { state, run: Some(run(stage)), ..facts(event) };
        let verdict = decide(&facts, &rules());
        (verdict.settlement, word(&facts))
    };
    let complete = Some(Settlement::Complete);
    let changed = verdict(Event::StateChanged, Stage::Running, MERGED);
    assert_eq!(changed, (complete, "NothingFollows".to_owned()));
    let resumed = verdict(comment("/pipemason resume"), stopped(Awaiting::Change), MERGED);
    assert_eq!(resumed, (complete, "run_is_over".to_owned()));
    let replied = verdict(comment("8080"), stopped(Awaiting::Change), MERGED);
    assert_eq!(replied, (complete, "NoRunListens".to_owned()));
    let gone = TicketState { branch: BranchState::Deleted, ..OPEN };
    let cancelled = Some(Settlement::Cancel(CancelCause::BranchDeleted));
    let again = verdict(comment("/pipemason cancel"), Stage::Running, gone);
    assert_eq!(again, (cancelled, "ShowStatus".to_owned()));
    let restarted = verdict(comment("/pipemason start"), Stage::Running, gone);
    assert_eq!(restarted, (cancelled, "follow up".to_owned()));
    let recorded = verdict(Event::StateChanged, Stage::Ended(End::Complete), MERGED);
    assert_eq!(recorded.0, Some(Settlement::Record(Outcome::Merged)));
}

#[test]
fn a_program_that_lost_its_issue_is_over_for_commands() {
    let facts = Facts {
        program: Some(program(ProgramStage::Active)),
        state: TicketState { issue: IssueState::Closed { at: at(20) }, ..OPEN },
        ..facts(comment("/pipemason program cancel"))
    };
    let verdict = decide(&facts, &rules());
    assert_eq!(verdict.program_cancelled, Some(CancelCause::IssueClosed));
    assert_eq!(word(&facts), "program_is_over");
}

#[test]
fn each_stage_has_its_status() {
    let words = stages().map(|stage| stage.status().name());
    let expected = ["pending", "running", "running", "escalated", "complete", "failed", "cancelled"];
    assert_eq!(words, expected);
}
