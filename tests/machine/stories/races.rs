//! Two things at once, too late, or twice: each has one outcome.

use pipemason_core::failure::FailureClass;
use pipemason_core::phase::Phase;
use pipemason_core::run::{CancelCause, Effect, Event, Outcome, Rejection};
use pipemason_core::status::RunStatus;
use pipemason_tests::machine::{World, maintainer};

fn cancel(cause: CancelCause) -> Event {
    Event::CancelRequested { by: maintainer(), cause }
}

fn publishing() -> World {
    let mut world = World::new(&["api"]);
    let _ = world.send(Event::Started);
    world.until(|effect| matches!(effect, Effect::Publish { .. }));
    world
}

#[test]
fn sec_83_a_cancel_before_the_publication_wins_and_nothing_is_published() {
    let mut world = World::new(&["api"]);
    let _ = world.send(Event::Started);
    world.until_gate_of(Phase::Rebase);
    let _ = world.send(cancel(CancelCause::Command));
    world.settle();
    assert_eq!(world.run.status(), RunStatus::Cancelled);
    tells!(world);
}

#[test]
fn sec_83_a_cancel_after_the_publication_began_is_refused() {
    let mut world = publishing();
    assert_eq!(world.send(cancel(CancelCause::Command)), Err(Rejection::Finalizing));
    world.settle();
    assert_eq!(world.run.status(), RunStatus::Complete);
}

#[test]
fn sec_83_a_run_can_be_cancelled_in_every_phase_and_ends_once() {
    for phase in Phase::ALL.into_iter().filter(|phase| *phase < Phase::Finalize) {
        let mut world = World::new(&["web"]);
        let _ = world.send(Event::Started);
        while world.run.visit().is_some_and(|visit| visit.phase < phase) && world.perform_one().is_some() {}
        if world.run.is_finalizing() {
            continue;
        }
        world.send(cancel(CancelCause::Command)).expect("the run can be cancelled");
        let late: Vec<Effect> = world.waiting.iter().cloned().collect();
        for effect in late {
            if let Some(event) = world.answer(&effect) {
                assert_eq!(world.send(event), Err(Rejection::Ended { status: RunStatus::Cancelled }), "{phase}");
            }
        }
        assert_eq!(world.send(cancel(CancelCause::Command)), Err(Rejection::Ended { status: RunStatus::Cancelled }));
        assert!(world.story().matches("ENDED").count() == 1, "{phase}");
    }
}

#[test]
fn a_merge_completes_an_unfinished_run() {
    let mut world = World::new(&["api"]);
    let _ = world.send(Event::Started);
    world.until_turn_of(Phase::Implement);
    let _ = world.send(Event::Merged { by: maintainer() });
    assert_eq!((world.run.status(), world.run.outcome), (RunStatus::Complete, Some(Outcome::Merged)));
    tells!(world);
}

#[test]
fn after_the_end_only_what_became_of_the_work_is_added() {
    let mut world = publishing();
    world.settle();
    assert_eq!(world.send(Event::RunnerReady), Err(Rejection::Ended { status: RunStatus::Complete }));
    assert_eq!(world.send(cancel(CancelCause::IssueClosed)), Ok(()));
    assert_eq!(world.run.outcome, Some(Outcome::Closed));
    assert_eq!(world.send(cancel(CancelCause::PullRequestClosed)), Err(Rejection::AlreadyHandled));
    assert_eq!(world.send(Event::Merged { by: maintainer() }), Ok(()));
    assert_eq!(world.send(cancel(CancelCause::BranchDeleted)), Err(Rejection::AlreadyHandled));
    assert_eq!((world.run.status(), world.run.outcome), (RunStatus::Complete, Some(Outcome::Merged)));
}

#[test]
fn what_became_of_the_work_of_an_ended_run_follows_from_what_happened_to_it() {
    use CancelCause as Cause;
    for (cause, outcome) in [
        (Cause::IssueClosed, Some(Outcome::Closed)),
        (Cause::PullRequestClosed, Some(Outcome::Closed)),
        (Cause::BranchDeleted, Some(Outcome::Deleted)),
        (Cause::IssueDeleted, Some(Outcome::Deleted)),
        (Cause::RepositoryDeleted, Some(Outcome::Deleted)),
        (Cause::Command, None),
        (Cause::IssueTransferred, None),
        (Cause::InstallationSuspended, None),
        (Cause::InstallationRemoved, None),
    ] {
        let mut world = publishing();
        world.settle();
        assert_eq!((world.send(cancel(cause)).is_ok(), world.run.outcome), (outcome.is_some(), outcome), "{cause:?}");
    }
}

#[test]
fn sec_84_two_resumes_at_once_are_one() {
    let mut world = World::new(&["api"]).fails(Phase::Rebase, FailureClass::RebaseConflict).started();
    let request = world.resume_request();
    assert_eq!(world.send(Event::ResumeRequested { request: request.clone() }), Ok(()));
    assert_eq!(world.send(Event::ResumeRequested { request }), Err(Rejection::AlreadyRunning));
}

#[test]
fn sec_26_a_reply_to_an_earlier_escalation_is_refused() {
    let world = World::new(&["api"]).fails(Phase::Rebase, FailureClass::RebaseConflict);
    let world = world.fails(Phase::Rebase, FailureClass::RebaseConflict).started();
    let old = world.resume_request();
    let mut world = world.resumed(|_| {});
    let open = world.run.escalation().expect("the run is escalated").id;
    assert_eq!(open.number(), 2);
    let event = Event::ResumeRequested { request: old };
    assert_eq!(world.send(event), Err(Rejection::StaleEscalation { open }));
}

#[test]
fn what_a_person_says_while_the_run_waits_is_not_steering() {
    let mut world = World::new(&["api"]).fails(Phase::Rebase, FailureClass::RebaseConflict).started();
    let note = pipemason_core::run::SteeringNote { id: 1, by: maintainer(), text: "hello".into() };
    assert_eq!(world.send(Event::Steered { note }), Err(Rejection::Waiting));
}

#[test]
fn an_answer_to_an_earlier_question_of_the_machine_is_late() {
    let mut world = World::new(&["api"]);
    let _ = world.send(Event::Started);
    world.until(|effect| matches!(effect, Effect::Reserve { .. }));
    let asked = world.run.visit().map_or(0, |visit| visit.asked);
    for other in [asked - 1, asked + 1] {
        assert_eq!(world.send(Event::Reserved { asked: other }), Err(Rejection::Late), "{other}, not {asked}");
    }
    world.until_turn_of(Phase::Contracts);
    let asked = world.run.visit().map_or(0, |visit| visit.asked);
    assert_eq!(world.send(Event::Reserved { asked }), Err(Rejection::Late), "the turn is under way");
    assert_eq!(world.send(Event::RunnerReady), Err(Rejection::AlreadyRunning));
    assert_eq!(world.send(Event::Started), Err(Rejection::AlreadyStarted));
}

#[test]
fn nothing_happens_to_a_run_that_has_not_started() {
    let mut world = World::new(&["api"]);
    let request = world.resume_request();
    for event in [
        Event::RunnerReady,
        Event::RunnerLost,
        Event::HandedOver,
        Event::Aborted { by: maintainer() },
        Event::Reserved { asked: 0 },
        Event::ResumeRequested { request },
    ] {
        assert_eq!(world.send(event), Err(Rejection::NotStarted));
    }
    assert_eq!(world.send(cancel(CancelCause::Command)), Ok(()));
}
