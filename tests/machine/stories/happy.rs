//! Everything goes well the first time, for every kind of ticket.

use pipemason_core::hash::ContentHash;
use pipemason_core::phase::Phase;
use pipemason_core::run::{Opening, PublishReport};
use pipemason_core::ticket::TicketKind;
use pipemason_tests::machine::{GateAnswer, World, commit};

#[test]
fn a_run_without_a_user_interface_walks_to_its_end() {
    tells!(World::new(&["api"]).started());
}

#[test]
fn a_run_with_two_units_and_a_user_interface_walks_to_its_end() {
    tells!(World::new(&["api", "web"]).started());
}

#[test]
fn a_documentation_ticket_skips_the_red_phases() {
    let mut world = World::new(&["api", "web"]);
    world.kind = TicketKind::NoCode;
    tells!(world.started());
}

#[test]
fn a_preserving_ticket_waits_for_a_yes_to_its_plan() {
    let mut world = World::new(&["api"]);
    world.kind = TicketKind::Preserving;
    let world = world.started();
    let plan = world.inputs.plan;
    tells!(world.answered("go on").resumed(|_| {}).resumed(|request| request.approval = plan));
}

#[test]
fn a_proposed_configuration_counts_when_exactly_it_has_a_yes() {
    let mut world = World::new(&["api"]);
    world.inputs.proposed_config = Some(ContentHash::of(b"proposed"));
    let world = world.started();
    let proposed = world.inputs.proposed_config;
    let world = world.resumed(|_| {});
    let world = world.resumed(|request| request.approval = Some(ContentHash::of(b"another")));
    tells!(world.resumed(|request| request.approval = proposed));
}

#[test]
fn a_preserving_ticket_goes_on_where_the_configuration_allows_it() {
    let mut world = World::new(&["api"]);
    world.kind = TicketKind::Preserving;
    world.policy.preserving_allowed = true;
    tells!(world.started());
}

#[test]
fn gates_with_nothing_to_check_are_skipped_with_the_reason() {
    let world =
        World::new(&["api"]).gate(Phase::Contracts, GateAnswer::Skip).gate(Phase::RuntimeCheck, GateAnswer::Skip);
    tells!(world.started());
}

#[test]
fn a_review_that_is_turned_off_is_skipped() {
    let mut world = World::new(&["api"]);
    world.policy.review_enabled = false;
    tells!(world.started());
}

#[test]
fn without_a_remote_the_run_completes_on_the_local_branch() {
    tells!(World::new(&["api"]).publishes(PublishReport::NoRemote { commit: commit(1) }).started());
}

#[test]
fn a_restack_only_rebases_verifies_and_publishes() {
    tells!(World::opened_for(&["api"], Opening::Restack).started());
}

#[test]
fn a_failed_check_of_the_repository_is_asked_about_before_anything_is_done() {
    tells!(World::opened_for(&["api"], Opening::CiFailureAskFirst).started().resumed(|_| {}));
}

#[test]
fn a_run_rests_after_the_phase_it_was_asked_to_stop_at_and_goes_on() {
    let mut world = World::new(&["api"]);
    world.run.stop_after = Some(Phase::Tdd);
    let world = world.started().resumed(|request| request.stop_after = Some(Phase::Ui));
    tells!(world.resumed(|_| {}));
}
