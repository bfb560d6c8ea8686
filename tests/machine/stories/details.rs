//! Small things that are easily lost.

use std::time::Duration;

use pipemason_core::actor::Actor;
use pipemason_core::escalation::Cause;
use pipemason_core::failure::FailureClass;
use pipemason_core::gate::Severity;
use pipemason_core::hash::ContentHash;
use pipemason_core::id::IssueNumber;
use pipemason_core::money::Usd;
use pipemason_core::phase::Phase;
use pipemason_core::run::{Effect, Event, TurnOutcome};
use pipemason_core::status::RunStatus;
use pipemason_tests::machine::{GateAnswer, TurnAnswer, World, question};

fn costs(dollars: u64) -> TurnAnswer {
    TurnAnswer { usd: Some(Usd::dollars(dollars)), ..TurnAnswer::default() }
}

#[test]
fn who_raises_the_money_is_warned_again_at_eighty_percent_of_the_new_total() {
    let world = World::new(&["api"]).turn(Phase::Analyze, costs(10)).turn(Phase::Contracts, costs(6)).started();
    let world = world.resumed(|request| request.raise_usd = Some(Usd::dollars(20)));
    assert!(world.story().contains("warning: $10.00 of $10.00"), "{}", world.story());
    assert!(world.story().contains("warning: $16.00 of $20.00"), "{}", world.story());
}

#[test]
fn the_money_may_be_raised_to_the_limit_of_the_day_and_no_further() {
    let spent = World::new(&["api"]).turn(Phase::Analyze, costs(10)).started();
    let above = Usd::micros(Usd::dollars(40).as_micros() + 1);
    let refused = spent.clone().resumed(|request| request.raise_usd = Some(above));
    assert_eq!((refused.run.status(), refused.run.spend.raised_usd), (RunStatus::Escalated, None));
    let raised = spent.resumed(|request| request.raise_usd = Some(Usd::dollars(40)));
    assert_eq!((raised.run.status(), raised.run.spend.raised_usd), (RunStatus::Complete, Some(Usd::dollars(40))));
}

#[test]
fn a_push_that_names_no_pull_request_does_not_forget_the_one_there_is() {
    let mut world = World::new(&["api"]);
    world.run.pull_request = Some(IssueNumber(12));
    assert_eq!(world.started().run.pull_request, Some(IssueNumber(12)));
}

#[test]
fn each_extra_prompt_of_a_turn_is_an_iteration() {
    let mut world = World::new(&["api"]);
    let _ = world.send(Event::Started);
    world.until_turn_of(Phase::Analyze);
    let effect = world.waiting.pop_front().expect("the turn");
    let Some(Event::TurnEnded { asked, mut report }) = world.answer(&effect) else { return };
    report.repairs = 2;
    world.send(Event::TurnEnded { asked, report }).expect("the end of the turn");
    assert_eq!(world.run.spend.iterations, 3);
}

#[test]
fn what_passes_its_gate_with_an_open_question_has_not_passed() {
    let mut world = World::new(&["api"]);
    let _ = world.send(Event::Started);
    world.until_gate_of(Phase::Analyze);
    let effect = world.waiting.pop_front().expect("the gate");
    let Some(Event::GateReported { asked, mut report }) = world.answer(&effect) else { panic!("no verdict") };
    report.learned.questions.extend(question(1));
    world.send(Event::GateReported { asked, report }).expect("the verdict");
    let open = world.run.escalation().expect("the question is asked");
    assert_eq!(open.class, FailureClass::SpecUnderspecified);
    assert!(matches!(&open.cause, Cause::OpenQuestions { questions } if questions.len() == 1));
    assert!(!world.run.passes.contains_key(&Phase::Analyze));
}

/// A turn of a minute and a gate of half a minute.
#[test]
fn the_time_of_a_phase_is_that_of_its_turns_and_gates_together() {
    for (seconds, fits) in [(90, false), (91, true)] {
        let mut world = World::new(&["api"]).fails(Phase::Implement, FailureClass::GateFailed);
        world.policy.limits.phase_time = Duration::from_secs(seconds);
        let world = world.started();
        let is_late = matches!(world.run.escalation().map(|open| &open.cause), Some(Cause::TimeExhausted { .. }));
        assert_eq!(is_late, !fits, "{seconds}");
    }
}

#[test]
fn only_the_repair_of_something_cheap_is_cheap() {
    for (class, cheap) in [(FailureClass::LintError, true), (FailureClass::GateFailed, false)] {
        let mut world = World::new(&["api"]).fails(Phase::Implement, class);
        let _ = world.send(Event::Started);
        world.until_turn_of(Phase::Implement);
        assert!(matches!(world.waiting.front(), Some(Effect::AskAgent { turn }) if !turn.cheap));
        let _ = world.perform_one();
        world.until_turn_of(Phase::Implement);
        assert!(matches!(world.waiting.front(), Some(Effect::AskAgent { turn }) if turn.cheap == cheap), "{class}");
    }
}

#[test]
fn an_edit_is_looked_at_once_and_later_work_is_the_agents_again() {
    let world = World::new(&["api"]).gate(Phase::Verify, GateAnswer::Unavailable);
    let world = world.gate(Phase::Verify, GateAnswer::Unavailable).started();
    let mut world = world.resumed(|request| request.found.edited.tests = true);
    world.inputs.spec = Some(ContentHash::of(b"a person's"));
    world.told.clear();
    let world = world.resumed(|request| request.found.edited.spec = true);
    assert!(world.story().contains("tdd:\n  turn 1 of api"), "{}", world.story());
}

fn fails() -> GateAnswer {
    GateAnswer::Fail(FailureClass::GateFailed, Severity::Medium, None)
}

fn with_gates(world: World, phase: Phase, answers: impl IntoIterator<Item = GateAnswer>) -> World {
    answers.into_iter().fold(world, |world, answer| world.gate(phase, answer))
}

/// Resumes plainly and aborts while the gate is asked again.
fn aborted_at_the_gate(mut world: World) -> World {
    let request = world.resume_request();
    world.send(Event::ResumeRequested { request }).expect("the gate is asked");
    world.send(Event::Aborted { by: Actor::Engine }).expect("the gate is interrupted");
    world
}

#[test]
fn sec_80_an_answer_that_was_heard_gives_no_second_attempt() {
    let world = with_gates(World::new(&["api"]), Phase::Implement, (0..7).map(|_| fails())).started();
    let heard = world.answered("try the other way");
    let iterations = heard.run.spend.iterations;
    assert_eq!(heard.resumed(|_| {}).run.spend.iterations, iterations);
}

#[test]
fn sec_80_an_answer_about_one_unit_gives_no_attempt_to_the_next() {
    let finding = GateAnswer::Fail(FailureClass::GateFailed, Severity::Medium, "api".parse().ok());
    let gates = [GateAnswer::Pass, GateAnswer::Pass, fails(), fails(), fails(), GateAnswer::Pass, fails(), fails()];
    let world = with_gates(World::new(&["api", "db"]).gate(Phase::Verify, finding), Phase::Implement, gates);
    let world = world.started().answered("it is repaired");
    let (iterations, escalations) = (world.run.spend.iterations, world.run.escalations);
    let world = world.resumed(|_| {});
    assert_eq!((world.run.spend.iterations, world.run.escalations), (iterations, escalations + 1));
}

#[test]
fn a_question_is_not_answered_by_an_abort() {
    let asks = TurnOutcome::Asked { questions: question(1).into_iter().collect() };
    let world = World::new(&["api"]).ends(Phase::Implement, asks).gate(Phase::Implement, fails()).started();
    let world = aborted_at_the_gate(world).resumed(|_| {});
    let open = world.run.escalation().expect("the question is asked again");
    assert!(matches!(open.cause, Cause::AgentAsked { .. }), "{}", world.story());
}

#[test]
fn an_abort_between_two_units_sends_no_agent_to_the_second() {
    let finding = GateAnswer::Fail(FailureClass::GateFailed, Severity::Medium, "api".parse().ok());
    let mut world = World::new(&["api", "db"]).gate(Phase::Verify, finding);
    let _ = world.send(Event::Started);
    world.until_gate_of(Phase::Verify);
    let _ = world.perform_one();
    let is_gate_of_db =
        |effect: &Effect| matches!(effect, Effect::EvaluateGate { unit, .. } if *unit == "db".parse().ok());
    world.until(is_gate_of_db);
    world.send(Event::Aborted { by: Actor::Engine }).expect("the gate is interrupted");
    world.told.clear();
    let world = world.resumed(|_| {});
    assert!(!world.story().contains("of db (iteration"), "{}", world.story());
}
