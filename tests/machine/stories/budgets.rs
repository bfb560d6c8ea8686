//! Budgets: counted for ever, raised only by people, looked at before each turn.

use pipemason_core::escalation::BudgetKind;
use pipemason_core::failure::FailureClass;
use pipemason_core::money::Usd;
use pipemason_core::phase::Phase;
use pipemason_core::run::{Effect, Event, TurnOutcome};
use pipemason_tests::machine::{TurnAnswer, World};

fn failing(times: u32, class: FailureClass) -> World {
    (0..times).fold(World::new(&["api"]), |world, _| world.fails(Phase::Implement, class))
}

#[test]
fn the_fourth_failure_of_a_class_stops_the_run() {
    tells!(failing(4, FailureClass::GateFailed).started());
}

#[test]
fn the_third_failure_of_a_class_does_not() {
    tells!(failing(3, FailureClass::GateFailed).started());
}

#[test]
fn sec_80_an_answer_grants_one_attempt_and_no_counter_starts_again() {
    // Four failures, one more when the gate is asked again, and one after the granted attempt.
    tells!(failing(6, FailureClass::GateFailed).started().answered("try the other way"));
}

#[test]
fn a_resume_without_an_answer_stops_again_while_the_gate_fails() {
    tells!(failing(5, FailureClass::GateFailed).started().resumed(|_| {}));
}

#[test]
fn a_phase_that_fails_for_many_reasons_stops_too() {
    use FailureClass::{FormatError, GateFailed, LintError, Typo};
    let classes = [GateFailed, LintError, FormatError, Typo, GateFailed, LintError, FormatError, Typo];
    let world = classes.into_iter().fold(World::new(&["api"]), |world, class| world.fails(Phase::Implement, class));
    tells!(world.started().answered("one more"));
}

#[test]
fn the_last_iteration_is_taken_and_the_one_after_it_is_not() {
    let mut world = World::new(&["api"]);
    world.policy.limits.iterations = 5;
    tells!(world.started().answered("one more"));
}

#[test]
fn a_phase_that_takes_too_long_stops_before_its_next_turn() {
    let slow = TurnAnswer { minutes: 31, outcome: TurnOutcome::TimedOut, ..TurnAnswer::default() };
    let world = World::new(&["api"]).turn(Phase::Implement, slow).started();
    tells!(world.resumed(|_| {}));
}

#[test]
fn an_answer_grants_the_phase_its_time_once_more() {
    let slow = TurnAnswer { minutes: 31, ..TurnAnswer::default() };
    let world = World::new(&["api"]).turn(Phase::Implement, slow).fails(Phase::Implement, FailureClass::GateFailed);
    tells!(world.fails(Phase::Implement, FailureClass::GateFailed).started().answered("go on"));
}

fn expensive(dollars: u64) -> TurnAnswer {
    TurnAnswer { usd: Some(Usd::dollars(dollars)), ..TurnAnswer::default() }
}

#[test]
fn sec_81_money_warns_at_eighty_percent_and_stops_before_the_next_turn() {
    let world = World::new(&["api"]).turn(Phase::Analyze, expensive(8)).turn(Phase::Contracts, expensive(2)).started();
    let world = world.answered("more").resumed(|request| request.raise_usd = Some(Usd::dollars(10)));
    let world = world.resumed(|request| request.raise_usd = Some(Usd::dollars(41)));
    tells!(world.resumed(|request| request.raise_usd = Some(Usd::dollars(20))));
}

#[test]
fn just_below_eighty_percent_nobody_is_warned() {
    let mut world = World::new(&["api"]);
    world.policy.limits.usd_per_run = Usd::micros(10_000_000);
    let below = TurnAnswer { usd: Some(Usd::micros(7_649_999)), ..TurnAnswer::default() };
    let world = world.turn(Phase::Analyze, below).started();
    assert!(!world.story().contains("warning"), "{}", world.story());
    // Seven more turns at five cents each cost the rest of the eight dollars, but for a millionth.
    assert_eq!(world.run.spend.usd, Usd::micros(7_899_999));
}

#[test]
fn a_turn_of_unknown_cost_counts_as_what_was_set_aside_for_it() {
    let unknown = TurnAnswer { usd: None, ..TurnAnswer::default() };
    let world = World::new(&["api"]).turn(Phase::Analyze, unknown.clone()).turn(Phase::Contracts, unknown).started();
    tells!(world);
}

#[test]
fn a_ticket_may_not_cost_more_than_three_runs() {
    let mut world = World::new(&["api"]);
    let mut origin = (*world.run.origin).clone();
    origin.spent_before = Usd::dollars(29);
    world.run.origin = std::sync::Arc::new(origin);
    tells!(world.turn(Phase::Analyze, expensive(1)).started());
}

#[test]
fn tokens_run_out_too() {
    let mut world = World::new(&["api"]);
    world.policy.limits.tokens_per_run = Some(2_200);
    tells!(world.started());
}

#[test]
fn turns_side_by_side_share_what_is_left() {
    let mut world = World::new(&["api", "db"]).turn(Phase::Analyze, expensive(3)).turn(Phase::Contracts, expensive(3));
    world.policy.limits.tokens_per_run = Some(10_000);
    let _ = world.send(Event::Started);
    world.until_turn_of(Phase::Architect);
    let turn = |effect: &Effect| match effect {
        Effect::AskAgent { turn } => Some((turn.usd, turn.tokens)),
        _ => None,
    };
    // Six of ten dollars are spent, and two turns took 1,100 tokens each.
    assert_eq!(world.waiting.iter().filter_map(turn).collect::<Vec<_>>(), [(Usd::dollars(2), 3_900); 2]);
}

#[test]
fn a_budget_that_is_kept_elsewhere_can_refuse_a_turn() {
    let mut world = World::new(&["api"]);
    let _ = world.send(Event::Started);
    world.until(|effect| matches!(effect, Effect::Reserve { .. }));
    let asked = world.run.visit().map_or(0, |visit| visit.asked);
    let (spent, limit) = (Usd::dollars(40), Usd::dollars(40));
    world.waiting.clear();
    let _ = world.send(Event::ReservationRefused { asked, budget: BudgetKind::UsdPerDay, spent, limit });
    tells!(world.resumed(|_| {}));
}

#[test]
fn a_turn_stopped_by_its_own_budget_stops_the_run() {
    tells!(World::new(&["api"]).ends(Phase::Implement, TurnOutcome::OverBudget).started().resumed(|_| {}));
}

#[test]
fn an_agent_that_does_not_say_what_it_costs_does_not_start() {
    let mut world = World::new(&["api"]);
    world.run.cost_source = pipemason_core::run::CostSource::Unknown;
    let _ = world.send(Event::Started);
    let asked = world.run.visit().map_or(0, |visit| visit.asked);
    let report = pipemason_core::run::InitReport::Ready {
        inputs: world.inputs,
        cost_source: pipemason_core::run::CostSource::Unknown,
        facts: None,
    };
    world.waiting.clear();
    let _ = world.send(Event::Initialized { asked, report });
    tells!(world);
}
