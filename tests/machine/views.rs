//! The views of a run, made from whole stories.

use pipemason_core::escalation::Escalation;
use pipemason_core::failure::FailureClass;
use pipemason_core::log::{LogContent, LogEntry, read as read_log};
use pipemason_core::phase::Phase;
use pipemason_core::projection::{Told, phases_of, state_of};
use pipemason_core::run::{CancelCause, Event};
use pipemason_core::state_md::{Activity, EscalationLine, StateDocument, read};
use pipemason_core::status::RunStatus;
use pipemason_tests::machine::{GateAnswer, World, maintainer};

fn told(open: &Escalation) -> EscalationLine {
    EscalationLine {
        id: Some(open.id),
        ts: open.at,
        phase: open.phase,
        failure_class: Some(open.class),
        reason: open.class.meaning().to_owned(),
        awaiting: open.awaiting.name().to_owned(),
        recovery: "reply".to_owned(),
    }
}

fn state(world: &World) -> StateDocument {
    let escalations: Vec<_> = world.run.escalation().map(told).into_iter().collect();
    state_of(&world.run, &world.log, Told { agent: "scripted", escalations: &escalations })
}

fn state_md(world: &World) -> String {
    let phases = phases_of(&world.log);
    let file = state(world).write(Activity { phases: &phases, events: &world.log });
    let read = read(&file).expect("the file can be read");
    assert_eq!((read.state, read.unknown.len()), (state(world), 0));
    file
}

/// Returns the log as it would be written, having checked that it reads back and is in order.
fn log(world: &World) -> String {
    for pair in world.log.windows(2) {
        assert_eq!(pair[1].disorder_behind(&pair[0]), None);
    }
    let file: String = world.log.iter().map(LogEntry::to_line).collect();
    let written = world.log.iter().cloned().map(|entry| LogContent::Entry(Box::new(entry)));
    assert!(read_log(file.as_bytes()).map(|line| line.content).eq(written));
    file
}

/// A run with two units that asks, loops and asks again.
fn eventful() -> World {
    World::new(&["api", "web"])
        .gate(Phase::Analyze, GateAnswer::Questions(2))
        .fails(Phase::Tdd, FailureClass::E2eNotRed)
        .fails(Phase::Verify, FailureClass::GateFailed)
        .fails(Phase::Rebase, FailureClass::RebaseConflict)
        .started()
        .answered("8080 and no")
}

#[test]
fn an_eventful_run_is_readable_in_its_log() {
    insta::assert_snapshot!(log(&eventful()));
}

#[test]
fn an_eventful_run_is_readable_in_its_state() {
    let world = eventful();
    assert_eq!(world.run.status(), RunStatus::Escalated);
    insta::assert_snapshot!(state_md(&world));
}

#[test]
fn the_views_of_a_run_can_be_read_wherever_it_stands() {
    let mut world = World::new(&["api", "web"]);
    state_md(&world);
    let _ = world.send(Event::Started);
    loop {
        state_md(&world);
        log(&world);
        if world.perform_one().is_none() {
            break;
        }
    }
    let done = state(&world);
    assert_eq!((done.status, done.phase, done.domains_complete.len()), (RunStatus::Complete, Phase::Finalize, 2));
    assert!(phases_of(&world.log).iter().all(|line| line.ended.is_some()));
}

#[test]
fn a_cancelled_run_has_given_nothing_up() {
    let mut world = World::new(&["api", "web"]);
    let _ = world.send(Event::Started);
    world.until_turn_of(Phase::Implement);
    assert_eq!(state(&world).domains_active.len(), 2);
    let _ = world.send(Event::CancelRequested { by: maintainer(), cause: CancelCause::Command });
    let ended = state(&world);
    assert_eq!((ended.status, ended.phase), (RunStatus::Cancelled, Phase::Implement));
    assert_eq!((ended.domains_active.len(), ended.domains_complete.len(), ended.domains_failed.len()), (0, 0, 0));
}

#[test]
fn units_of_a_run_whose_record_is_broken_have_failed() {
    let mut world = World::new(&["api", "web"]);
    let _ = world.send(Event::Started);
    world.until_turn_of(Phase::Implement);
    let _ = world.send(Event::LedgerTampered);
    let ended = state(&world);
    let failed: Vec<_> =
        ended.domains_failed.iter().map(|unit| (unit.name.to_string(), unit.reason.as_str())).collect();
    let reason = "the record of the run was changed from outside";
    assert_eq!(failed, [("api".to_owned(), reason), ("web".to_owned(), reason)]);
    assert!(world.log.last().is_some_and(|line| line.failure_class == Some(FailureClass::LedgerTampered)));
}
