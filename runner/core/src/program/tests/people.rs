use insta::assert_snapshot;

use super::names::{id, person};
use super::script::Script;
use crate::escalation::Awaiting;
use crate::program::*;
use crate::roadmap::samples::roadmap;
use crate::status::RunStatus;

fn resume(escalation: EscalationId) -> ProgramEvent {
    ProgramEvent::Resumed { escalation, by: person(), answer: None, approval: None, budget: None }
}

fn with_budget(escalation: EscalationId, dollars: u64) -> ProgramEvent {
    ProgramEvent::Resumed {
        escalation,
        by: person(),
        answer: None,
        approval: None,
        budget: Some(Usd::dollars(dollars)),
    }
}

#[test]
fn the_roadmap_waits_for_an_approval_of_its_hash() {
    let mut script = Script::new(Mode::BrownfieldExtension, Strategy::Stacked);
    script.policy.confirm_roadmap = true;
    script.on(ProgramEvent::Started).phase(PhaseOutcome::Passed).phase(PhaseOutcome::Passed);
    script.planned(&roadmap("1, 2 on 1")).told();
    let with = |approval: Option<ContentHash>, answer: Option<&str>, escalation| ProgramEvent::Resumed {
        escalation,
        by: person(),
        answer: answer.map(Arc::from),
        approval,
        budget: None,
    };
    let first = EscalationId::FIRST;
    let wrong = ContentHash::of(b"another roadmap");
    script.on(with(None, None, first)).on(with(Some(wrong), Some("yes"), first));
    script.on(with(None, Some("split story 2"), first)).planned(&roadmap("1, 2 on 1, 3 on 2"));
    let Awaiting::Approval { hash, .. } = script.program.escalation().unwrap().awaiting else {
        panic!("awaits no approval");
    };
    script.on(with(Some(hash), None, first)).on(with(Some(hash), None, first.next()));
    script.on(with(Some(hash), None, first.next()));
    // The hashes are those of the sample roadmaps.
    assert_snapshot!(script.told());
    assert_eq!(script.program.frozen, Some(hash));
}

#[test]
fn the_days_ceiling_pauses_and_lets_go_at_midnight_utc() {
    let mut script = Script::with_parallelism(Strategy::Stacked, &roadmap("1, 2, 3"), 1);
    script.policy.usd_per_day = Some(Usd::dollars(5));
    script.starts(1).completes(1, 0xa1).starts(2).completes(2, 0xa2);
    script.on(resume(EscalationId::FIRST)).hours_pass(11).hours_pass(1);
    assert_snapshot!(script.told());
}

#[test]
fn reports_are_heard_during_a_pause() {
    let mut script = Script::iterating(Strategy::Stacked, &roadmap("1, 2, 3 on 1"));
    script.policy.usd_per_day = Some(Usd::dollars(4));
    script.starts(1).starts(2).reports(1, RunStatus::Running).completes(1, 0xa1).completes(2, 0xa2).told();
    script.hours_pass(12);
    assert_snapshot!(script.told());
}

#[test]
fn the_programs_ceiling_waits_for_more_money() {
    let mut script = Script::with_parallelism(Strategy::Stacked, &roadmap("1, 2"), 1);
    script.policy.usd_per_program = Some(Usd::dollars(5));
    script.starts(1).reports(1, RunStatus::Running);
    let mut report = script.report(1, RunStatus::Complete);
    report.cost = Usd::dollars(2);
    script.on(ProgramEvent::StoryReported { story: id(1), report });
    let first = EscalationId::FIRST;
    script.on(resume(first)).on(with_budget(first, 5)).on(with_budget(first, 6));
    assert_snapshot!(script.told());
}

#[test]
fn a_paused_program_that_reaches_its_own_ceiling_escalates() {
    let mut script = Script::iterating(Strategy::Stacked, &roadmap("1, 2, 3"));
    script.policy.usd_per_day = Some(Usd::dollars(4));
    script.policy.usd_per_program = Some(Usd::dollars(5));
    script.starts(1).starts(2).completes(1, 0xa1).completes(2, 0xa2);
    script.on(with_budget(EscalationId::FIRST, 50));
    assert_snapshot!(script.told());
}

#[test]
fn a_phase_that_reaches_the_ceiling_is_heard_to_its_end() {
    let mut script = Script::new(Mode::BrownfieldExtension, Strategy::Stacked);
    script.policy.usd_per_day = Some(Usd::dollars(1));
    script.on(ProgramEvent::Started).phase(PhaseOutcome::UnderWay).phase(PhaseOutcome::Passed).hours_pass(12);
    assert_snapshot!(script.told());
}

#[test]
fn cancel_dispatches_nothing_more_and_lets_stories_end() {
    let mut script = Script::iterating(Strategy::Stacked, &roadmap("1, 2, 3 on 1"));
    script.starts(1).cancel().cancel().on(ProgramEvent::StoriesResumed { by: person() });
    script.starts(2).completes(1, 0xa1).reports(2, RunStatus::Escalated);
    script.cancel().reports(2, RunStatus::Running).on(ProgramEvent::Started);
    assert_snapshot!(script.told());
}

#[test]
fn cancel_stops_a_phase_at_once_and_before_the_start_it_is_the_end() {
    let mut script = Script::new(Mode::BrownfieldExtension, Strategy::Stacked);
    script.cancel();
    let mut running = Script::new(Mode::BrownfieldExtension, Strategy::Stacked);
    running.on(ProgramEvent::Started).cancel().phase(PhaseOutcome::Passed);
    assert_snapshot!(script.told() + &running.told());
}

#[test]
fn an_end_stays_the_end() {
    let mut script = Script::iterating(Strategy::Stacked, &roadmap("1"));
    script.starts(1).completes(1, 0xa1).verified().told();
    script.cancel().on(resume(EscalationId::FIRST)).on(ProgramEvent::Aborted { by: person() });
    script.on(ProgramEvent::LedgerBroken { words: Arc::from("x") }).on(ProgramEvent::CoordinatorLost);
    assert_snapshot!(script.told());
}

#[test]
fn an_interrupted_program_goes_on_where_it_was() {
    let mut script = Script::iterating(Strategy::Stacked, &roadmap("1, 2"));
    let abort = || ProgramEvent::Aborted { by: person() };
    script.starts(1).on(abort()).on(abort()).starts(2).resumes().told();
    script.completes(1, 0xa1).completes(2, 0xa2).on(abort()).verified().resumes().verified();
    assert_snapshot!(script.told());
}

#[test]
fn an_interrupted_program_looks_up_what_is_in_flight() {
    let mut script = Script::iterating(Strategy::Stacked, &roadmap("1, 2"));
    script.on(ProgramEvent::Aborted { by: person() }).resumes();
    assert_snapshot!(script.told());
}

#[test]
fn a_lost_coordinator_is_replaced_within_its_budget() {
    let mut script = Script::new(Mode::BrownfieldExtension, Strategy::Stacked);
    script.policy.lost_coordinators = 1;
    script.on(ProgramEvent::Started).on(ProgramEvent::CoordinatorLost).phase(PhaseOutcome::UnderWay);
    script.on(ProgramEvent::CoordinatorLost).on(ProgramEvent::CoordinatorLost).resumes();
    assert_snapshot!(script.told());
}

#[test]
fn a_lost_coordinator_finds_its_stories_again_in_every_state() {
    let mut script = Script::iterating(Strategy::Stacked, &roadmap("1, 2"));
    script.starts(1).starts(2).told();
    script.on(ProgramEvent::CoordinatorLost).on(ProgramEvent::Aborted { by: person() });
    script.on(ProgramEvent::CoordinatorLost).cancel().on(ProgramEvent::CoordinatorLost);
    script.on(ProgramEvent::Aborted { by: person() });
    assert_snapshot!(script.told());
}

#[test]
fn only_the_escalation_that_is_open_can_be_answered() {
    let mut script = Script::iterating(Strategy::Stacked, &roadmap("1"));
    script.on(resume(EscalationId::FIRST)).starts(1).reports(1, RunStatus::Escalated);
    script.on(resume(EscalationId::FIRST.next())).on(resume(EscalationId::FIRST)).reports(1, RunStatus::Escalated);
    script.on(resume(EscalationId::FIRST));
    assert_snapshot!(script.told());
}

#[test]
fn merges_and_gate_checks_that_got_lost_are_asked_for_again() {
    let mut script = Script::iterating(super::names::program_branch(), &roadmap("1, 2"));
    script.starts(1).completes(1, 0xa1).told();
    script.on(ProgramEvent::CoordinatorLost);
    let mut upgrade = Script::new(Mode::BrownfieldUpgrade, Strategy::Stacked);
    upgrade.on(ProgramEvent::Started).phase(PhaseOutcome::Passed).phase(PhaseOutcome::Passed).planned(&roadmap("1"));
    upgrade.phase(PhaseOutcome::MigrationPlanned { cutover: vec![id(1)] }).told();
    upgrade.on(ProgramEvent::Aborted { by: person() }).resumes();
    assert_snapshot!(script.told() + &upgrade.told());
}

#[test]
fn a_report_of_a_lost_attempt_is_not_taken_for_one_of_the_new_attempt() {
    let mut script = Script::new(Mode::BrownfieldExtension, Strategy::Stacked);
    script.on(ProgramEvent::Started).on(ProgramEvent::CoordinatorLost);
    let before = script.program.clone();
    script.on(ProgramEvent::PhaseReported { attempt: 1, cost: Usd::dollars(1), outcome: PhaseOutcome::Passed });
    assert_eq!(script.program, before);
}

#[test]
fn an_interrupted_program_does_not_go_on_because_a_story_ends() {
    let mut script = Script::iterating(Strategy::Stacked, &roadmap("1, 2 on 1"));
    script.starts(1).on(ProgramEvent::Aborted { by: person() }).completes(1, 0xa1);
    assert_eq!((script.program.status(), script.program.board.in_flight()), (ProgramStatus::Escalated, 0));
}
