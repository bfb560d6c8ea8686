//! Stories of runs, and the rows that come out.

use super::*;
use crate::failure::FailureClass;
use crate::id::EscalationId;
use crate::status::RunStatus;
use crate::words::tests::{alice, rows, story};

fn standing(rows: &[PhaseRow], phase: Phase) -> &Standing {
    &rows[phase.index()].standing
}

#[test]
fn a_loop_puts_what_passed_after_it_up_for_another_look() {
    let rows = rows(&story());
    assert_eq!(rows.len(), 16);
    assert_eq!(*standing(&rows, Phase::Tdd), Standing::Passed);
    assert_eq!(*standing(&rows, Phase::Implement), Standing::Working);
    assert_eq!(*standing(&rows, Phase::E2e), Standing::Skipped { reason: SkipReason::NoUserInterface });
    assert_eq!(*standing(&rows, Phase::Review), Standing::Again);
    assert_eq!(*standing(&rows, Phase::Verify), Standing::Again);
    assert_eq!(*standing(&rows, Phase::RuntimeCheck), Standing::Ahead);
    let implement = &rows[Phase::Implement.index()];
    assert_eq!((implement.visits, implement.turns, implement.loops), (2, 2, 0));
    assert_eq!(rows[Phase::Verify.index()].loops, 1);
}

#[test]
fn time_is_counted_in_all_stays_and_up_to_now() {
    let rows = rows(&story());
    // The fourteenth and the twenty-fourth minute begin a stay: two minutes, and the rest of the hour.
    let minutes = |phase: Phase| rows[phase.index()].time.as_secs() / 60;
    assert_eq!(minutes(Phase::Init), 1);
    assert_eq!(minutes(Phase::Analyze), 2);
    assert_eq!(minutes(Phase::Verify), 2);
    assert_eq!(minutes(Phase::Implement), 2 + 37);
    assert_eq!(minutes(Phase::E2e), 0);
}

#[test]
fn waiting_for_a_person_does_not_count() {
    let mut story = story();
    story.push(Record::Escalated { escalation: EscalationId::FIRST, class: FailureClass::GateFailed });
    let waiting = rows(&story);
    assert_eq!(*standing(&waiting, Phase::Implement), Standing::Waiting);
    assert_eq!(waiting[Phase::Implement.index()].time.as_secs() / 60, 2 + 2);
    story.extend(std::iter::repeat_n(Record::HandedOver, 10));
    story.push(Record::Resumed { escalation: EscalationId::FIRST, by: alice(), phase: Phase::Implement });
    let resumed = rows(&story);
    assert_eq!(*standing(&resumed, Phase::Implement), Standing::Working);
    assert_eq!(resumed[Phase::Implement.index()].visits, 2);
    assert_eq!(resumed[Phase::Implement.index()].time.as_secs() / 60, 2 + 2 + 24);
}

#[test]
fn a_run_that_goes_back_after_a_stop_leaves_nothing_at_work_behind() {
    let mut story = story();
    story.push(Record::Escalated { escalation: EscalationId::FIRST, class: FailureClass::GateFailed });
    story.push(Record::Resumed { escalation: EscalationId::FIRST, by: alice(), phase: Phase::Implement });
    story.push(Record::PhaseEntered { phase: Phase::Analyze });
    let rows = rows(&story);
    assert_eq!(*standing(&rows, Phase::Analyze), Standing::Working);
    assert_eq!(*standing(&rows, Phase::Implement), Standing::Again);
    assert_eq!(*standing(&rows, Phase::Tdd), Standing::Again);
    assert_eq!(*standing(&rows, Phase::Init), Standing::Passed);
}

#[test]
fn a_run_that_ends_shows_where() {
    let mut story = story();
    story.push(Record::RunEnded { status: RunStatus::Cancelled });
    let ended = rows(&story);
    assert_eq!(*standing(&ended, Phase::Implement), Standing::Ended);
    story.pop();
    story.push(Record::PhaseLeft { phase: Phase::Implement, how: PassKind::Unchanged });
    story.push(Record::RunEnded { status: RunStatus::Complete });
    assert_eq!(*standing(&rows(&story), Phase::Implement), Standing::Unchanged);
}
