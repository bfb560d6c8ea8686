//! Every reason to stop and ask, once.

use pipemason_core::escalation::{Awaiting, Cause};
use pipemason_core::failure::FailureClass;
use pipemason_core::gate::Severity;
use pipemason_core::hash::ContentHash;
use pipemason_core::phase::Phase;
use pipemason_core::run::{Event, InitReport, PublishReport, TurnOutcome};
use pipemason_tests::machine::{GateAnswer, TurnAnswer, World, maintainer, question};

fn questions(count: u32) -> TurnOutcome {
    TurnOutcome::Asked { questions: (1..=count).filter_map(question).collect() }
}

#[test]
fn open_questions_stop_the_run_and_an_answer_lets_it_go_on() {
    let world = World::new(&["api"]).gate(Phase::Analyze, GateAnswer::Questions(2));
    // Asked again before the agent has the answer, the gate finds the same.
    tells!(world.gate(Phase::Analyze, GateAnswer::Questions(2)).started().answered("Q-1: a, Q-2: b"));
}

#[test]
fn an_agent_that_asks_stops_the_run_and_hears_the_answer() {
    tells!(World::new(&["api"]).ends(Phase::Implement, questions(1)).started().answered("Q-1: yes"));
}

#[test]
fn questions_of_several_units_are_asked_together() {
    let world = World::new(&["api", "web"]).ends(Phase::Architect, questions(1));
    tells!(world.ends(Phase::Architect, questions(2)).started());
}

#[test]
fn contracts_that_contradict_each_other_stop_the_run() {
    tells!(World::new(&["api"]).fails(Phase::Contracts, FailureClass::ContractViolation).started());
}

#[test]
fn plans_that_contradict_each_other_stop_the_run() {
    tells!(World::new(&["api"]).fails(Phase::Architect, FailureClass::ContractViolation).started());
}

#[test]
fn sec_46_protected_paths_stop_the_run_until_exactly_this_change_is_approved() {
    let change = ContentHash::of(b"the change");
    let turn = TurnAnswer { protected: Some(change), ..TurnAnswer::default() };
    let world = World::new(&["api"]).turn(Phase::Implement, turn).started();
    let world = world.answered("yes").resumed(|request| request.approval = Some(ContentHash::of(b"another")));
    tells!(world.resumed(|request| request.approval = Some(change)));
}

#[test]
fn protected_paths_that_nobody_approves_are_put_back() {
    let turn = TurnAnswer { protected: Some(ContentHash::of(b"the change")), ..TurnAnswer::default() };
    tells!(World::new(&["api"]).turn(Phase::Implement, turn).started().resumed(|_| {}));
}

#[test]
fn a_change_that_was_approved_once_does_not_stop_the_run_again() {
    let change = ContentHash::of(b"the change");
    let turn = TurnAnswer { protected: Some(change), ..TurnAnswer::default() };
    let world = World::new(&["api"]).turn(Phase::Implement, turn.clone()).turn(Phase::Implement, turn);
    let world = world.fails(Phase::Implement, FailureClass::GateFailed).started();
    tells!(world.resumed(|request| request.approval = Some(change)));
}

#[test]
fn a_gate_that_cannot_run_is_not_a_pass() {
    tells!(World::new(&["api"]).gate(Phase::Verify, GateAnswer::Unavailable).started().resumed(|_| {}));
}

#[test]
fn a_high_security_finding_stops_the_run() {
    let answer = || GateAnswer::Fail(FailureClass::SecurityFinding, Severity::High, None);
    let world = World::new(&["api"]).gate(Phase::Verify, answer()).gate(Phase::Verify, answer());
    tells!(world.gate(Phase::Verify, answer()).started().resumed(|_| {}).answered("use the other library"));
}

#[test]
fn a_medium_security_finding_loops_back() {
    let answer = GateAnswer::Fail(FailureClass::SecurityFinding, Severity::Medium, None);
    tells!(World::new(&["api"]).gate(Phase::Verify, answer).started());
}

#[test]
fn a_high_security_finding_loops_back_where_the_configuration_says_so() {
    let answer = GateAnswer::Fail(FailureClass::SecurityFinding, Severity::Critical, None);
    let mut world = World::new(&["api"]).gate(Phase::Verify, answer);
    world.policy.block_on_high = false;
    tells!(world.started());
}

#[test]
fn a_rebase_conflict_always_stops_the_run() {
    let world = World::new(&["api"]).fails(Phase::Rebase, FailureClass::RebaseConflict);
    let world = world.fails(Phase::Rebase, FailureClass::RebaseConflict).started();
    tells!(world.answered("just take ours").resumed(|_| {}));
}

#[test]
fn a_unit_that_is_not_configured_stops_the_run() {
    let mut world = World::new(&["api", "cloud"]);
    world.policy.units.pop();
    tells!(world.started());
}

#[test]
fn a_rejected_push_stops_the_run_with_the_remotes_own_words() {
    let rejected = PublishReport::Rejected { words: "GH013: rule violations".into() };
    tells!(World::new(&["api"]).publishes(rejected).started().resumed(|_| {}));
}

#[test]
fn a_push_that_is_not_safe_stops_the_run() {
    tells!(World::new(&["api"]).publishes(PublishReport::Unsafe { words: "a secret".into() }).started());
}

#[test]
fn a_change_too_large_to_review_waits_for_a_yes() {
    let hash = ContentHash::of(b"large");
    let world = World::new(&["api"]).publishes(PublishReport::TooLarge { lines: 5000, hash }).started();
    tells!(world.resumed(|request| request.approval = Some(hash)));
}

#[test]
fn a_run_that_cannot_be_prepared_fails() {
    let mut world = World::new(&["api"]);
    let _ = world.send(Event::Started);
    let asked = world.run.visit().map_or(0, |visit| visit.asked);
    let report = InitReport::Refused { reason: "there is no test command".into() };
    let _ = world.send(Event::Initialized { asked, report });
    tells!(world);
}

#[test]
fn sec_45_a_tampered_ledger_ends_the_run() {
    let mut world = World::new(&["api"]);
    let _ = world.send(Event::Started);
    world.until_turn_of(Phase::Implement);
    let _ = world.send(Event::LedgerTampered);
    tells!(world);
}

#[test]
fn evidence_is_kept_and_bounded() {
    let world = World::new(&["api"]).fails(Phase::Rebase, FailureClass::RebaseConflict).started();
    let escalation = world.run.escalation().expect("the run is escalated");
    assert_eq!(escalation.evidence.len(), 1);
    assert_eq!(escalation.tree, world.inputs.tree);
    assert_eq!((&escalation.cause, &escalation.awaiting), (&Cause::RebaseConflict, &Awaiting::Change));
    assert_eq!(world.run.origin.ticket.requested_by, maintainer());
}
