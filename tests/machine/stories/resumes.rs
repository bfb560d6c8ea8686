//! People edit, answer in part, go back, and steer.

use std::sync::Arc;

use pipemason_core::escalation::Awaiting;
use pipemason_core::failure::FailureClass;
use pipemason_core::hash::ContentHash;
use pipemason_core::phase::Phase;
use pipemason_core::run::{Answer, Edited, Event, History, Rejection, SteeringNote};
use pipemason_tests::machine::{GateAnswer, World, maintainer, question, tree};

/// A run that stopped in `verify`.
fn stopped_in_verify() -> World {
    World::new(&["api"]).gate(Phase::Verify, GateAnswer::Unavailable).started()
}

fn edited(edited: Edited) -> World {
    let mut world = stopped_in_verify();
    if edited.spec {
        world.inputs.spec = Some(ContentHash::of(b"a person's"));
    }
    if edited.contracts {
        world.inputs.contracts = Some(ContentHash::of(b"a person's"));
    }
    if edited.plan {
        world.inputs.plan = Some(ContentHash::of(b"a person's"));
    }
    if edited.tests || edited.code {
        world.inputs.tree = Some(tree(99));
    }
    let tree = world.inputs.tree;
    world.resumed(|request| {
        request.found.edited = edited;
        request.found.tree = tree;
    })
}

#[test]
fn an_edited_specification_voids_everything_after_it() {
    tells!(edited(Edited { spec: true, ..Edited::default() }));
}

#[test]
fn edited_contracts_void_everything_after_them() {
    tells!(edited(Edited { contracts: true, ..Edited::default() }));
}

#[test]
fn an_edited_plan_voids_everything_after_it() {
    tells!(edited(Edited { plan: true, ..Edited::default() }));
}

#[test]
fn edited_tests_are_proven_red_again() {
    tells!(edited(Edited { tests: true, ..Edited::default() }));
}

#[test]
fn edited_code_is_reviewed_again() {
    tells!(edited(Edited { code: true, ..Edited::default() }));
}

#[test]
fn a_tree_that_moved_counts_as_edited_though_nobody_says_so() {
    let mut world = stopped_in_verify();
    world.inputs.tree = Some(tree(99));
    tells!(world.resumed(|request| request.found.tree = Some(tree(99))));
}

#[test]
fn a_history_that_was_rewritten_stops_the_run_again() {
    tells!(stopped_in_verify().resumed(|request| request.found.history = History::Rewritten));
}

#[test]
fn a_rewritten_history_waits_for_a_change_whatever_was_awaited_before() {
    let world = World::new(&["api"]).gate(Phase::Analyze, GateAnswer::Questions(1)).started();
    let world = world.resumed(|request| request.found.history = History::Rewritten);
    assert_eq!(world.run.escalation().map(|open| open.awaiting.clone()), Some(Awaiting::Change));
}

#[test]
fn an_approval_that_nobody_asked_for_is_refused() {
    for mut world in
        [stopped_in_verify(), World::new(&["api"]).gate(Phase::Analyze, GateAnswer::Questions(1)).started()]
    {
        let mut request = world.resume_request();
        request.approval = Some(ContentHash::of(b"diff"));
        assert_eq!(world.send(Event::ResumeRequested { request }), Err(Rejection::NothingToApprove));
    }
}

#[test]
fn questions_that_stay_open_are_asked_again_alone() {
    let world = World::new(&["api"]).gate(Phase::Analyze, GateAnswer::Questions(2)).started();
    let questions: Vec<_> = question(2).map(|question| question.id).into_iter().collect();
    let answer =
        Answer { text: Arc::from("Q-1: yes"), leaves_open: questions.clone(), by: maintainer(), taken: Vec::new() };
    let world = world.gate(Phase::Analyze, GateAnswer::Questions(1));
    let world = world.resumed(|request| request.answer = Some(answer));
    let awaiting = world.run.escalation().map(|open| open.awaiting.clone());
    assert_eq!(awaiting, Some(Awaiting::Answer { questions }));
    tells!(world.answered("Q-2: no"));
}

#[test]
fn a_person_can_send_the_run_back_to_an_earlier_phase() {
    tells!(stopped_in_verify().resumed(|request| request.phase = Some(Phase::Implement)));
}

#[test]
fn a_person_cannot_send_the_run_forward_or_before_analyze() {
    let world = stopped_in_verify().resumed(|request| request.phase = Some(Phase::RuntimeCheck));
    tells!(world.resumed(|request| request.phase = Some(Phase::Init)));
}

#[test]
fn steering_reaches_the_next_turn_and_the_last_words_come_too_late() {
    let note =
        |id| Event::Steered { note: SteeringNote { id, by: maintainer(), text: Arc::from("use the other port") } };
    let mut world = World::new(&["api"]).fails(Phase::Implement, FailureClass::GateFailed);
    let _ = world.send(Event::Started);
    world.until_turn_of(Phase::Implement);
    let _ = world.send(note(1));
    assert_eq!(world.send(note(1)).map_err(|rejection| rejection.code()), Err("already_handled"));
    world.until_gate_of(Phase::Verify);
    assert_eq!(world.run.steering.len(), 0, "the retry heard it");
    let _ = world.send(note(2));
    world.settle();
    tells!(world);
}

#[test]
fn advice_is_tried_once_after_the_gate() {
    let world = World::new(&["api"]).fails(Phase::Contracts, FailureClass::ContractViolation);
    tells!(world.fails(Phase::Contracts, FailureClass::ContractViolation).started().answered("keep the first one"));
}
