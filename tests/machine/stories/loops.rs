//! Gates fail and later phases send the run back.

use pipemason_core::failure::FailureClass;
use pipemason_core::gate::Severity;
use pipemason_core::phase::Phase;
use pipemason_core::run::{PublishReport, TurnOutcome};
use pipemason_tests::machine::{GateAnswer, TurnAnswer, World, commit};

#[test]
fn a_gate_that_fails_twice_is_retried_in_place() {
    let world = World::new(&["api"]).fails(Phase::Implement, FailureClass::GateFailed);
    tells!(world.fails(Phase::Implement, FailureClass::LintError).started());
}

#[test]
fn verify_sends_the_run_back_to_implement_and_what_did_not_change_is_not_repeated() {
    tells!(World::new(&["api"]).fails(Phase::Verify, FailureClass::GateFailed).started());
}

#[test]
fn a_finding_in_a_unit_with_a_user_interface_goes_to_ui() {
    let answer = GateAnswer::Fail(FailureClass::AccessibilityFinding, Severity::Medium, "web".parse().ok());
    tells!(World::new(&["api", "web"]).gate(Phase::Verify, answer).started());
}

#[test]
fn a_finding_in_one_of_two_units_goes_to_that_unit() {
    let answer = GateAnswer::Fail(FailureClass::GateFailed, Severity::Medium, "api".parse().ok());
    tells!(World::new(&["api", "db"]).gate(Phase::Verify, answer).started());
}

#[test]
fn a_screen_that_does_not_look_right_goes_back_to_ui() {
    tells!(World::new(&["web"]).fails(Phase::ScreenshotDiff, FailureClass::ScreenshotMismatch).started());
}

#[test]
fn a_review_finding_goes_back_to_implement() {
    tells!(World::new(&["api"]).fails(Phase::Review, FailureClass::ReviewFinding).started());
}

#[test]
fn a_program_that_does_not_start_goes_back_to_implement() {
    tells!(World::new(&["api"]).fails(Phase::RuntimeCheck, FailureClass::RuntimeFailure).started());
}

/// The rebase brings in a new base; the verification on it fails once.
#[test]
fn a_failure_after_the_rebase_walks_through_review_and_rebase_again() {
    let mut world = World::new(&["api"]).fails(Phase::Reverify, FailureClass::GateFailed);
    let _ = world.send(pipemason_core::run::Event::Started);
    world.until_gate_of(Phase::Rebase);
    world.inputs.base = Some(commit(10));
    world.settle();
    tells!(world);
}

#[test]
fn a_loop_in_which_the_agent_changes_nothing_is_counted_as_no_change() {
    let nothing = TurnAnswer { changed: false, ..TurnAnswer::default() };
    let world = World::new(&["api"]).turn(Phase::Implement, TurnAnswer::default());
    let world = (0..4).fold(world, |world, _| world.turn(Phase::Implement, nothing.clone()));
    tells!(world.fails(Phase::Verify, FailureClass::GateFailed).started());
}

#[test]
fn work_side_by_side_is_retried_only_by_the_unit_at_fault() {
    let answer = GateAnswer::Fail(FailureClass::GateFailed, Severity::Medium, "web".parse().ok());
    tells!(World::new(&["api", "web"]).gate(Phase::Architect, answer).started());
}

#[test]
fn a_turn_that_fails_and_one_that_times_out_are_tried_again() {
    let world = World::new(&["api"]).ends(Phase::Implement, TurnOutcome::Failed);
    tells!(world.ends(Phase::Implement, TurnOutcome::TimedOut).started());
}

#[test]
fn sec_47_touched_frozen_files_fail_the_iteration_though_the_turn_claims_success() {
    let drifted = TurnAnswer { drifted_tests: true, ..TurnAnswer::default() };
    let frozen = TurnAnswer { touched_frozen: true, ..TurnAnswer::default() };
    tells!(World::new(&["api"]).turn(Phase::Implement, drifted).turn(Phase::Implement, frozen).started());
}

#[test]
fn a_remote_that_does_not_answer_is_tried_again() {
    let unreachable = || PublishReport::Unreachable { words: "timed out".into() };
    tells!(World::new(&["api"]).publishes(unreachable()).publishes(unreachable()).started());
}
