//! Where a run goes on after a person's edits and wishes, in every combination that decides.

use pipemason_core::failure::FailureClass;
use pipemason_core::gate::Severity;
use pipemason_core::hash::ContentHash;
use pipemason_core::phase::Phase;
use pipemason_core::run::{Answer, Artifact, Edited, Effect, Event, TurnOutcome};
use pipemason_core::status::RunStatus;
use pipemason_core::ticket::TicketKind;
use pipemason_tests::machine::{GateAnswer, TurnAnswer, World, maintainer, question, tree};

fn stopped_in_verify() -> World {
    World::new(&["api"]).gate(Phase::Verify, GateAnswer::Unavailable).started()
}

/// Resumes with these edits and this wish, and returns what the run asks for first.
fn first_effect(mut world: World, edited: Edited, phase: Option<Phase>) -> Option<Effect> {
    let mut request = world.resume_request();
    (request.found.edited, request.phase) = (edited, phase);
    world.send(Event::ResumeRequested { request }).expect("a resume");
    let is_work = |effect: &Effect| matches!(effect, Effect::EvaluateGate { .. } | Effect::Reserve { .. });
    world.waiting.iter().find(|effect| is_work(effect)).cloned()
}

fn is_gate_of(effect: Option<&Effect>, wanted: Phase) -> bool {
    matches!(effect, Some(Effect::EvaluateGate { phase, .. }) if *phase == wanted)
}

#[test]
fn of_an_edit_and_a_wish_the_earlier_phase_is_entered() {
    let spec = Edited { spec: true, ..Edited::default() };
    let contracts = Edited { contracts: true, ..Edited::default() };
    let first = |edited, phase| first_effect(stopped_in_verify(), edited, Some(phase));
    // The edit is earlier: it is looked at before an agent works on anything.
    assert!(is_gate_of(first(spec, Phase::Contracts).as_ref(), Phase::Analyze));
    // The wish is earlier, or the same: the phase is taken again, with a turn.
    assert!(matches!(first(contracts, Phase::Analyze), Some(Effect::Reserve { .. })));
    assert!(matches!(first(contracts, Phase::Contracts), Some(Effect::Reserve { .. })));
}

#[test]
fn the_tree_that_a_person_left_is_the_trees_of_the_run_at_once() {
    let mut world = stopped_in_verify();
    let mut request = world.resume_request();
    request.found.tree = Some(tree(99));
    world.send(Event::ResumeRequested { request }).expect("a resume");
    assert_eq!(world.run.inputs.tree, Some(tree(99)));
}

#[test]
fn what_a_person_repaired_in_the_phase_that_stopped_is_frozen_as_theirs() {
    let mut world = World::new(&["api"]);
    for _ in 0..4 {
        world = world.fails(Phase::Analyze, FailureClass::GateFailed);
    }
    let mut world = world.started();
    assert_eq!(world.run.status(), RunStatus::Escalated);
    world.inputs.spec = Some(ContentHash::of(b"a person's"));
    let world = world.resumed(|request| request.found.edited.spec = true);
    let frozen = world.run.frozen.get(&Artifact::Spec).expect("a specification");
    assert_eq!(frozen.by, maintainer());
}

#[test]
fn tests_that_were_edited_where_time_ran_out_wait_for_time_if_they_are_not_red() {
    let slow = TurnAnswer { minutes: 31, ..TurnAnswer::default() };
    let world = World::new(&["api"]).turn(Phase::Tdd, slow).fails(Phase::Tdd, FailureClass::E2eNotRed).started();
    let stopped = world.run.escalations;
    let world = world.fails(Phase::Tdd, FailureClass::E2eNotRed);
    let world = world.resumed(|request| request.found.edited.tests = true);
    assert_eq!((world.run.status(), world.run.escalations), (RunStatus::Escalated, stopped + 1), "{}", world.story());
}

#[test]
fn code_that_was_edited_where_the_review_stopped_is_reviewed_anew() {
    let finding = || GateAnswer::Fail(FailureClass::ReviewFinding, Severity::High, None);
    let mut world = World::new(&["api"]);
    for _ in 0..4 {
        world = world.gate(Phase::Review, finding());
    }
    let mut world = world.started();
    assert_eq!(world.run.visit().map(|visit| visit.phase), Some(Phase::Review), "{}", world.story());
    world.inputs.tree = Some(tree(99));
    let edited = Edited { code: true, ..Edited::default() };
    assert!(matches!(first_effect(world, edited, None), Some(Effect::Reserve { .. })));
}

#[test]
fn advice_is_heard_by_all_who_work_side_by_side() {
    let at_fault = |unit: &str| GateAnswer::Fail(FailureClass::GateFailed, Severity::Medium, unit.parse().ok());
    let mut world = World::new(&["api", "web"]);
    for _ in 0..4 {
        world = world.gate(Phase::Architect, at_fault("web"));
    }
    let world = world.gate(Phase::Architect, at_fault("web")).started();
    let mut world = world;
    let mut request = world.resume_request();
    request.answer =
        Some(Answer { text: "make them fit".into(), leaves_open: Vec::new(), by: maintainer(), taken: Vec::new() });
    world.send(Event::ResumeRequested { request }).expect("an answer");
    world.until_turn_of(Phase::Architect);
    let turns = world.waiting.iter().filter(|effect| matches!(effect, Effect::AskAgent { .. })).count();
    assert_eq!(turns, 2, "{}", world.story());
}

#[test]
fn a_question_in_a_repair_is_no_missing_change() {
    let asks = TurnAnswer {
        outcome: TurnOutcome::Asked { questions: question(1).into_iter().collect() },
        changed: false,
        ..TurnAnswer::default()
    };
    let world = World::new(&["api"]).fails(Phase::Verify, FailureClass::GateFailed);
    let world = world.turn(Phase::Implement, TurnAnswer::default()).turn(Phase::Implement, asks).started();
    assert_eq!(world.run.status(), RunStatus::Escalated);
    assert_eq!(world.run.spend.failures.get(FailureClass::NoChange), 0, "{}", world.story());
}

#[test]
fn code_that_was_edited_where_it_is_written_meets_its_own_gate_first() {
    let mut world = World::new(&["api"]);
    for _ in 0..4 {
        world = world.fails(Phase::Implement, FailureClass::LintError);
    }
    let mut world = world.started();
    world.inputs.tree = Some(tree(99));
    let edited = Edited { code: true, ..Edited::default() };
    assert!(is_gate_of(first_effect(world, edited, None).as_ref(), Phase::Implement));
}

#[test]
fn a_phase_without_an_agent_is_asked_for_its_gate_and_one_that_is_skipped_stays_skipped() {
    let stopped = World::new(&["api"]).gate(Phase::RuntimeCheck, GateAnswer::Unavailable).started();
    let first = first_effect(stopped, Edited::default(), Some(Phase::Verify));
    assert!(is_gate_of(first.as_ref(), Phase::Verify), "{first:?}");
    let mut world = World::new(&["api"]).gate(Phase::Verify, GateAnswer::Unavailable);
    world.kind = TicketKind::NoCode;
    let first = first_effect(world.started(), Edited::default(), Some(Phase::Tdd));
    assert!(is_gate_of(first.as_ref(), Phase::Verify), "{first:?}");
}

#[test]
fn a_repair_that_there_was_no_room_for_is_begun_when_there_is() {
    let mut world = World::new(&["api"]).fails(Phase::Verify, FailureClass::GateFailed);
    // Six turns lead to `verify`.
    world.policy.limits.iterations = 6;
    let mut world = world.started();
    assert_eq!(world.run.visit().map(|visit| (visit.phase, visit.attempt)), Some((Phase::Implement, 0)));
    world.policy.limits.iterations = 20;
    assert!(matches!(first_effect(world, Edited::default(), None), Some(Effect::Reserve { .. })));
}

#[test]
fn what_a_gate_without_an_agent_says_after_an_interruption_counts() {
    let mut world = World::new(&["api"]);
    let _ = world.send(Event::Started);
    world.until_gate_of(Phase::Verify);
    world.send(Event::Aborted { by: maintainer() }).expect("an interruption");
    let world = world.fails(Phase::Verify, FailureClass::GateFailed).resumed(|_| {});
    assert_eq!(world.run.spend.failures.get(FailureClass::GateFailed), 1, "{}", world.story());
}

#[test]
fn advice_after_an_interruption_is_tried_and_not_only_asked_for_again() {
    let mut world = World::new(&["api"]);
    for _ in 0..6 {
        world = world.fails(Phase::Implement, FailureClass::LintError);
    }
    let mut world = world.started();
    let request = world.resume_request();
    world.send(Event::ResumeRequested { request }).expect("a resume");
    world.until_gate_of(Phase::Implement);
    world.send(Event::Aborted { by: maintainer() }).expect("an interruption");
    let before = world.run.spend.iterations;
    let world = world.answered("use the other linter");
    assert!(world.run.spend.iterations > before, "{}", world.story());
}

#[test]
fn a_new_specification_makes_nothing_void_where_nothing_was_built_on_the_old_one() {
    let world = World::new(&["api"]).fails(Phase::Contracts, FailureClass::ContractViolation).started();
    let world = world.resumed(|request| request.phase = Some(Phase::Analyze));
    assert_eq!(world.run.status(), RunStatus::Complete, "{}", world.story());
    assert!(!world.story().contains("void"), "{}", world.story());
}
