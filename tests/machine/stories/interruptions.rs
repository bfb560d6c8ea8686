//! Machines and people interrupt the work.

use pipemason_core::actor::Actor;
use pipemason_core::phase::Phase;
use pipemason_core::run::{Effect, Event};
use pipemason_tests::machine::World;

fn in_turn_of(phase: Phase) -> World {
    let mut world = World::new(&["api"]);
    let _ = world.send(Event::Started);
    world.until_turn_of(phase);
    world
}

#[test]
fn an_aborted_turn_counts_in_full_and_the_run_can_be_resumed() {
    let mut world = in_turn_of(Phase::Implement);
    let _ = world.send(Event::Aborted { by: Actor::Engine });
    tells!(world.resumed(|_| {}));
}

#[test]
fn a_run_aborted_before_it_was_prepared_prepares_again() {
    let mut world = World::new(&["api"]);
    let _ = world.send(Event::Started);
    world.waiting.clear();
    let _ = world.send(Event::Aborted { by: Actor::Engine });
    tells!(world.resumed(|_| {}));
}

#[test]
fn a_publication_that_was_aborted_is_begun_again() {
    let mut world = World::new(&["api"]);
    let _ = world.send(Event::Started);
    world.until(|effect| matches!(effect, Effect::Publish { .. }));
    world.waiting.clear();
    let _ = world.send(Event::Aborted { by: Actor::Engine });
    tells!(world.resumed(|_| {}));
}

#[test]
fn sec_82_a_lost_runner_is_replaced_until_its_budget_is_used_up() {
    let mut world = in_turn_of(Phase::Implement);
    for _ in 0..4 {
        world.waiting.clear();
        let _ = world.send(Event::RunnerLost);
        world.until_turn_of(Phase::Implement);
    }
    world.settle();
    tells!(world);
}

#[test]
fn a_job_at_its_deadline_hands_over_without_asking_anybody() {
    let mut world = in_turn_of(Phase::Implement);
    world.waiting.clear();
    let _ = world.send(Event::HandedOver);
    world.settle();
    tells!(world);
}

#[test]
fn a_gate_that_was_handed_over_is_asked_again_without_a_new_turn() {
    let mut world = World::new(&["api"]);
    let _ = world.send(Event::Started);
    world.until_gate_of(Phase::Verify);
    world.waiting.clear();
    let _ = world.send(Event::HandedOver);
    world.settle();
    tells!(world);
}

#[test]
fn a_publication_that_was_handed_over_is_begun_again() {
    let mut world = World::new(&["api"]);
    let _ = world.send(Event::Started);
    world.until(|effect| matches!(effect, Effect::Publish { .. }));
    world.waiting.clear();
    let _ = world.send(Event::HandedOver);
    world.settle();
    tells!(world);
}
