use insta::assert_snapshot;

use super::names::{id, program_branch};
use super::script::Script;
use crate::escalation::Question;
use crate::failure::FailureClass;
use crate::gate::{Check, CheckOutcome, Finding, GateReport, Severity};
use crate::program::*;
use crate::roadmap::samples::{plan, roadmap};
use crate::roadmap::{Roadmap, RoadmapError};

/// Drives a program of one story through all phases of its mode.
fn whole(mode: Mode) -> String {
    let mut script = Script::new(mode, Strategy::Stacked);
    script.on(ProgramEvent::Started);
    for phase in mode.phases() {
        assert_eq!(script.program.phase, *phase);
        match phase {
            ProgramPhase::ProgramInit | ProgramPhase::Audit | ProgramPhase::DesignSystem => {
                script.phase(PhaseOutcome::Passed)
            }
            ProgramPhase::ProgramPlan => script.planned(&roadmap("1")),
            ProgramPhase::MigrationPlan => script.phase(PhaseOutcome::MigrationPlanned { cutover: Vec::new() }),
            ProgramPhase::Iterate => script.starts(1).completes(1, 0xa1),
            ProgramPhase::ProgramVerify => script.verified(),
        };
    }
    assert_eq!(script.program.status(), ProgramStatus::Complete);
    script.told()
}

#[test]
fn a_new_system_designs_what_all_stories_share() {
    assert_snapshot!(whole(Mode::GreenfieldSystem));
    assert_eq!(whole(Mode::GreenfieldMobile), whole(Mode::GreenfieldSystem));
}

#[test]
fn an_upgrade_audits_and_plans_its_migration() {
    assert_snapshot!(whole(Mode::BrownfieldUpgrade));
}

#[test]
fn an_extension_audits_and_plans() {
    assert_snapshot!(whole(Mode::BrownfieldExtension));
}

#[test]
fn a_refused_start_fails_and_nothing_is_heard_after_that() {
    let mut script = Script::new(Mode::BrownfieldExtension, Strategy::Stacked);
    script.on(ProgramEvent::ClockTicked).on(ProgramEvent::Started).on(ProgramEvent::Started);
    let words = Arc::from("there is no git repository here");
    script.phase(PhaseOutcome::Refused { words });
    script.phase(PhaseOutcome::Passed).cancel().on(ProgramEvent::ClockTicked);
    assert_snapshot!(script.told());
}

#[test]
fn only_a_phase_that_can_end_like_this_may() {
    let mut script = Script::new(Mode::BrownfieldUpgrade, Strategy::Stacked);
    script.on(ProgramEvent::Started).planned(&roadmap("1"));
    script.phase(PhaseOutcome::MergeConflict { stories: Vec::new() });
    script.phase(PhaseOutcome::OpenQuestions { questions: Vec::new() });
    script.phase(PhaseOutcome::Passed).phase(PhaseOutcome::Passed).phase(PhaseOutcome::Passed);
    script.on(ProgramEvent::PhaseReported { attempt: 4, cost: Usd::ZERO, outcome: PhaseOutcome::Passed });
    assert_snapshot!(script.told());
    assert_eq!(script.program.spend.total, Usd::dollars(2));
}

#[test]
fn open_questions_of_the_audit_wait_for_answers_and_the_answer_reaches_the_next_attempt() {
    let mut script = Script::new(Mode::BrownfieldExtension, Strategy::Stacked);
    script.on(ProgramEvent::Started).phase(PhaseOutcome::Passed);
    let question = Question { id: "Q-1".parse().unwrap(), text: Arc::from("which database?") };
    script.phase(PhaseOutcome::OpenQuestions { questions: vec![question] });
    let escalation = script.program.last_escalation.unwrap();
    script.on(ProgramEvent::Resumed {
        escalation,
        by: super::names::person(),
        answer: Some(Arc::from("the old one")),
        approval: None,
        budget: None,
    });
    assert_snapshot!(script.told());
    assert_eq!(script.program.answer, None);
}

#[test]
fn a_gate_that_keeps_failing_escalates_and_each_resume_grants_one_attempt() {
    let mut script = Script::new(Mode::BrownfieldExtension, Strategy::Stacked);
    script.policy.retries_per_phase = 1;
    script.on(ProgramEvent::Started).phase(PhaseOutcome::Passed);
    for words in ["no inventory", "no risks", "no risks either"] {
        let class = FailureClass::GateFailed;
        script.phase(PhaseOutcome::GateFailed { class, words: Arc::from(words) });
        if script.program.status() == ProgramStatus::Escalated {
            script.resumes();
        }
    }
    script.phase(PhaseOutcome::Passed);
    assert_snapshot!(script.told());
}

#[test]
fn sec_86_a_roadmap_that_cannot_be_carried_out_escalates_and_names_the_stories() {
    let refuse = |strategy: Strategy, from: Option<usize>, lines: &str| {
        let mut script = Script::new(Mode::BrownfieldExtension, strategy);
        let mut order = (*script.program.order).clone();
        order.from = from.map(id);
        script.program.order = Arc::new(order);
        script.on(ProgramEvent::Started).phase(PhaseOutcome::Passed).phase(PhaseOutcome::Passed);
        match Roadmap::new(plan(lines)) {
            Ok(roadmap) => script.planned(&Arc::new(roadmap)),
            Err(error) => script.phase(PhaseOutcome::RoadmapInvalid { error }),
        };
        match &script.program.escalation().unwrap().cause {
            ProgramCause::RoadmapInvalid { error } => error.clone(),
            other => panic!("{other:?}"),
        }
    };
    assert!(matches!(refuse(Strategy::Stacked, None, "1 after 2, 2 after 1"), RoadmapError::Ring { .. }));
    assert!(matches!(refuse(Strategy::Stacked, None, "1, 2 after 1"), RoadmapError::NotStacked { .. }));
    assert_eq!(refuse(program_branch(), Some(3), "1, 2 after 1"), RoadmapError::UnknownStart { story: id(3) });
    let empty = Arc::new(Roadmap::default());
    let mut script = Script::new(Mode::BrownfieldExtension, Strategy::Stacked);
    script.on(ProgramEvent::Started).phase(PhaseOutcome::Passed).phase(PhaseOutcome::Passed).planned(&empty);
    script.resumes();
    assert_snapshot!(script.told());
}

#[test]
fn a_program_begins_where_it_is_told_to() {
    let mut script = Script::new(Mode::GreenfieldSystem, Strategy::Stacked);
    let mut order = (*script.program.order).clone();
    order.from = Some(id(3));
    script.program.order = Arc::new(order);
    script.reach_iterate(&roadmap("1, 2, 3 on 1 after 2, 4 on 3"));
    assert_snapshot!(script.told());
}

#[test]
fn cutover_stories_wait_for_their_gate() {
    let mut script = Script::new(Mode::BrownfieldUpgrade, Strategy::Stacked);
    script.on(ProgramEvent::Started).phase(PhaseOutcome::Passed).phase(PhaseOutcome::Passed);
    script.planned(&roadmap("1, 2 on 1")).told();
    script.phase(PhaseOutcome::MigrationPlanned { cutover: vec![id(9)] }).resumes();
    script.phase(PhaseOutcome::MigrationPlanned { cutover: vec![id(2)] });
    script.starts(1).completes(1, 0xa1);
    let gate = |is_met| ProgramEvent::MigrationGateReported { story: id(2), is_met };
    script.on(gate(false)).on(gate(false)).resumes().on(gate(true));
    let other = ProgramEvent::MigrationGateReported { story: id(1), is_met: false };
    script.on(other);
    assert_snapshot!(script.told());
}

fn finding(severity: Severity) -> StoryFinding {
    StoryFinding {
        story: Some(id(1)),
        finding: Finding {
            class: FailureClass::ReviewFinding,
            severity,
            rule: String::from("naming"),
            message: String::from("two names for one thing"),
            path: None,
            line: None,
            unit: None,
        },
    }
}

fn report(result: CheckOutcome) -> GateReport {
    GateReport { checks: vec![Check { name: String::from("tests"), unit: None, result, log: None }] }
}

fn verifying() -> Script {
    let mut script = Script::iterating(Strategy::Stacked, &roadmap("1"));
    script.starts(1).completes(1, 0xa1).told();
    script
}

fn verified_as(script: &mut Script, result: CheckOutcome, findings: Vec<StoryFinding>) {
    let report = report(result);
    let stories = vec![id(1)];
    script.phase(PhaseOutcome::Verified { report, findings, stories });
}

#[test]
fn what_the_verification_objects_to_escalates_and_names_the_stories() {
    let mut script = verifying();
    let failed = CheckOutcome::Failed { class: FailureClass::GateFailed, findings: Vec::new() };
    verified_as(&mut script, failed, Vec::new());
    script.resumes();
    let unavailable = CheckOutcome::Unavailable { reason: String::from("no browser") };
    verified_as(&mut script, unavailable, Vec::new());
    script.resumes().phase(PhaseOutcome::MergeConflict { stories: vec![id(1)] });
    script.resumes();
    verified_as(&mut script, CheckOutcome::Passed, vec![finding(Severity::Low), finding(Severity::High)]);
    assert_snapshot!(script.told());
}

#[test]
fn what_is_below_the_threshold_becomes_a_follow_up() {
    let mut script = verifying();
    verified_as(&mut script, CheckOutcome::Passed, vec![finding(Severity::Medium)]);
    assert_snapshot!(script.told());
}

#[test]
fn a_story_that_is_revised_after_a_failed_verification_is_verified_again() {
    let mut script = verifying();
    script.phase(PhaseOutcome::MergeConflict { stories: vec![id(1)] });
    script.starts(1).completes(1, 0xa2).verified();
    assert_snapshot!(script.told());
}

#[test]
fn a_story_that_goes_on_during_the_verification_voids_it() {
    let mut script = verifying();
    let attempt = script.program.attempt;
    script.starts(1);
    script.on(ProgramEvent::PhaseReported { attempt, cost: Usd::ZERO, outcome: PhaseOutcome::UnderWay });
    script.completes(1, 0xa2).verified();
    assert_snapshot!(script.told());
}

#[test]
fn a_broken_ledger_fails_the_program() {
    let mut script = verifying();
    let broken = || ProgramEvent::LedgerBroken { words: Arc::from("entry 7 does not follow from entry 6") };
    script.on(broken()).on(broken()).verified();
    assert_snapshot!(script.told());
}

#[test]
fn what_comes_before_the_beginning_follows_the_order_of_dispatch_and_gets_no_run() {
    let mut script = Script::new(Mode::GreenfieldSystem, program_branch());
    let mut order = (*script.program.order).clone();
    order.from = Some(id(1));
    script.program.order = Arc::new(order);
    script.reach_iterate(&roadmap("1 after 4, 2, 3 after 2, 4, 5"));
    let statuses: Vec<_> = script.program.board.statuses().iter().map(|status| status.name()).collect();
    assert_eq!(statuses, ["in_progress", "complete", "complete", "complete", "in_progress"]);
    let before = script.program.clone();
    script.starts(2);
    assert_eq!(script.program, before);
}
