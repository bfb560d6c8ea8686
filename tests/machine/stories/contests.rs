//! The agent holds something it was given to be wrong.

use std::sync::Arc;

use pipemason_core::escalation::{Cause, ContestSubject};
use pipemason_core::failure::FailureClass;
use pipemason_core::gate::Severity;
use pipemason_core::hash::ContentHash;
use pipemason_core::phase::Phase;
use pipemason_core::run::{Contest, TurnOutcome};
use pipemason_tests::machine::{GateAnswer, World};

fn contests(subject: ContestSubject, diff: Option<ContentHash>) -> TurnOutcome {
    let contest = Contest { subject, id: Arc::from("the thing"), reason: Arc::from("it is wrong"), diff };
    TurnOutcome::Contested { contest }
}

fn approved(subject: ContestSubject) -> World {
    let diff = ContentHash::of(b"proposed");
    let world = World::new(&["api"]).ends(Phase::Implement, contests(subject, Some(diff))).started();
    world.resumed(|request| request.approval = Some(diff))
}

#[test]
fn an_approved_change_of_a_test_is_proven_red_again() {
    tells!(approved(ContestSubject::Test));
}

#[test]
fn an_approved_change_of_a_contract_voids_what_was_built_on_it() {
    tells!(approved(ContestSubject::Contract));
}

#[test]
fn an_approved_change_of_the_specification_voids_everything_after_it() {
    tells!(approved(ContestSubject::Spec));
}

#[test]
fn a_contest_may_be_answered_in_words() {
    let diff = ContentHash::of(b"proposed");
    let world = World::new(&["api"]).ends(Phase::Implement, contests(ContestSubject::Test, Some(diff))).started();
    tells!(world.answered("the test is right, the code is wrong"));
}

#[test]
fn of_two_contests_side_by_side_the_first_is_heard() {
    let first = contests(ContestSubject::Contract, Some(ContentHash::of(b"first")));
    let second = contests(ContestSubject::Spec, None);
    let world = World::new(&["api", "web"]).ends(Phase::Architect, first).ends(Phase::Architect, second).started();
    let cause = world.run.escalation().map(|escalation| escalation.cause.clone());
    assert!(matches!(cause, Some(Cause::Contested { subject: ContestSubject::Contract, .. })), "{cause:?}");
}

#[test]
fn a_contest_without_a_proposal_waits_for_an_answer() {
    tells!(World::new(&["api"]).ends(Phase::Implement, contests(ContestSubject::Spec, None)).started());
}

#[test]
fn a_contested_finding_goes_to_a_fresh_reviewer_first() {
    let world = World::new(&["api"]).ends(Phase::Implement, TurnOutcome::Done);
    let world = world.ends(Phase::Implement, contests(ContestSubject::Finding, None));
    tells!(world.fails(Phase::Review, FailureClass::ReviewFinding).started());
}

#[test]
fn a_finding_that_the_second_reviewer_confirms_goes_to_a_person() {
    let world = World::new(&["api"]).ends(Phase::Implement, TurnOutcome::Done);
    let world = world.ends(Phase::Implement, contests(ContestSubject::Finding, None));
    let world = world.ends(Phase::Implement, contests(ContestSubject::Finding, None));
    let world = world.fails(Phase::Review, FailureClass::ReviewFinding);
    tells!(world.fails(Phase::Review, FailureClass::ReviewFinding).started());
}

#[test]
fn what_a_second_review_objects_to_waits_for_contested_work_that_comes_earlier() {
    let finds = |unit: &str| GateAnswer::Fail(FailureClass::ReviewFinding, Severity::Medium, unit.parse().ok());
    for (unit, next) in [("web", "api"), ("db", "db")] {
        let mut world = World::new(&["api", "db", "web"]).gate(Phase::Review, finds("api"));
        for _ in ["api", "db", "web"] {
            world = world.ends(Phase::Implement, TurnOutcome::Done);
        }
        let world = world.ends(Phase::Implement, contests(ContestSubject::Finding, None));
        let story = world.gate(Phase::Review, finds(unit)).started().story();
        let (_, rest) = story.split_once("contested: the thing").expect("a contest");
        let back = format!("loop review -> implement (review_finding)\nimplement:\n  turn 1 of {next} (");
        assert!(rest.contains(&back), "{unit}: {rest}");
    }
}
