//! Ways around a gate, a budget or a person, each tried once.

use std::sync::Arc;

use pipemason_core::actor::Actor;
use pipemason_core::escalation::{Awaiting, BudgetKind, Cause, ContestSubject};
use pipemason_core::failure::FailureClass;
use pipemason_core::gate::Severity;
use pipemason_core::hash::ContentHash;
use pipemason_core::money::Usd;
use pipemason_core::phase::Phase;
use pipemason_core::run::{
    Answer, Contest, CostSource, Edited, Effect, Event, History, InitReport, PublishReport, Record, ResumeRequest,
    TurnOutcome, step,
};
use pipemason_core::status::RunStatus;
use pipemason_core::ticket::TicketKind;
use pipemason_tests::machine::{GateAnswer, TurnAnswer, World, commit, maintainer, question, tree};

fn contests(id: &str, subject: ContestSubject, diff: Option<ContentHash>) -> TurnOutcome {
    TurnOutcome::Contested { contest: Contest { subject, id: Arc::from(id), reason: Arc::from("wrong"), diff } }
}

fn finding(id: &str) -> TurnOutcome {
    contests(id, ContestSubject::Finding, None)
}

fn protects(change: &[u8]) -> TurnAnswer {
    TurnAnswer { protected: Some(ContentHash::of(change)), ..TurnAnswer::default() }
}

/// A run that stopped in `verify`.
fn stopped_in_verify(units: &[&str]) -> World {
    World::new(units).gate(Phase::Verify, GateAnswer::Unavailable).started()
}

fn failing(times: u32) -> World {
    (0..times).fold(World::new(&["api"]), |world, _| world.fails(Phase::Implement, FailureClass::GateFailed))
}

/// Resumes `world` and returns it with only what was told since.
fn since(mut world: World, change: impl FnOnce(&mut ResumeRequest)) -> World {
    world.told.clear();
    world.resumed(change)
}

fn place(world: &World, line: &str) -> usize {
    let found = world.told.iter().position(|told| told == line);
    assert!(found.is_some(), "`{line}` is not in\n{}", world.story());
    found.unwrap_or_default()
}

fn cause(world: &World) -> &Cause {
    &world.run.escalation().expect("the run is escalated").cause
}

#[test]
fn a_verification_that_failed_when_it_was_asked_again_is_no_pass_any_more() {
    let world = World::new(&["api"]).fails(Phase::Rebase, FailureClass::RebaseConflict).started();
    let nothing = TurnAnswer { outcome: finding("it"), changed: false, ..TurnAnswer::default() };
    let world = world.fails(Phase::Verify, FailureClass::GateFailed).turn(Phase::Implement, nothing);
    let world = since(world, |request| request.phase = Some(Phase::Verify));
    let asked = world.told.iter().filter(|told| *told == "verify:").count();
    assert_eq!(asked, 2, "a reviewer cannot pass what verify refused\n{}", world.story());
}

#[test]
fn a_second_review_that_is_interrupted_is_still_followed_by_the_gate_of_the_contested_work() {
    let contested = || World::new(&["api"]).ends(Phase::Implement, finding("it"));
    let failed = contested().ends(Phase::Review, TurnOutcome::Failed).started();
    let asked = TurnOutcome::Asked { questions: question(1).into_iter().collect() };
    let answered = contested().ends(Phase::Review, asked).started().answered("Q-1: yes");
    let mut stopping = contested();
    stopping.run.stop_after = Some(Phase::Review);
    let stopped = stopping.started().resumed(|_| {});
    for world in [failed, answered, stopped] {
        assert!(place(&world, "implement passed") < place(&world, "verify:"), "{}", world.story());
        assert_eq!(world.run.status(), RunStatus::Complete);
    }
}

#[test]
fn a_finding_that_is_contested_before_there_is_code_skips_no_phase() {
    let world = World::new(&["api"]).ends(Phase::Analyze, finding("it")).started();
    assert!(place(&world, "analyze passed") < place(&world, "implement:"), "{}", world.story());
    assert!(place(&world, "tdd passed") < place(&world, "implement:"), "{}", world.story());
}

#[test]
fn violations_are_counted_out_though_each_of_their_turns_contests_something_new() {
    let drift = |id: &str| TurnAnswer { drifted_tests: true, outcome: finding(id), ..TurnAnswer::default() };
    let world = ["a", "b", "c", "d"].into_iter().fold(World::new(&["api"]), |world, id| {
        world.turn(Phase::Implement, drift(id)).fails(Phase::Implement, FailureClass::GateFailed)
    });
    let world = (0..4).fold(world, |world, _| world.fails(Phase::Review, FailureClass::ReviewFinding)).started();
    assert_eq!(cause(&world), &Cause::ClassExhausted { class: FailureClass::TestDrift, failures: 4 });
}

#[test]
fn sec_46_protected_paths_are_asked_about_though_the_turn_also_ran_out_of_money() {
    let turn = TurnAnswer { outcome: TurnOutcome::OverBudget, ..protects(b"the change") };
    let world = World::new(&["api"]).turn(Phase::Implement, turn).started();
    assert!(matches!(cause(&world), Cause::ProtectedPaths { .. }), "{}", world.story());
}

#[test]
fn sec_46_an_approved_change_of_one_unit_does_not_hide_another_units() {
    let world = World::new(&["api", "web"]).turn(Phase::Analyze, protects(b"a"));
    let world = world.turn(Phase::Architect, protects(b"b")).turn(Phase::Architect, protects(b"a")).started();
    let world = world.resumed(|request| request.approval = Some(ContentHash::of(b"a")));
    let open = world.run.escalation().expect("the other change waits");
    assert!(matches!(open.awaiting, Awaiting::Approval { hash, .. } if hash == ContentHash::of(b"b")));
}

#[test]
fn sec_46_protected_paths_that_nobody_approves_are_put_back_wherever_the_run_goes_on() {
    let stopped = || World::new(&["api"]).turn(Phase::Implement, protects(b"the change")).started();
    let earlier = stopped().resumed(|request| request.phase = Some(Phase::Tdd));
    let rewritten = stopped().resumed(|request| request.found.history = History::Rewritten).resumed(|_| {});
    let edited = stopped().resumed(|request| request.found.edited.spec = true);
    for world in [earlier, rewritten, edited] {
        assert!(world.story().contains("restore protected paths"), "{}", world.story());
    }
}

#[test]
fn an_approval_that_came_with_a_rewritten_history_counts_when_the_history_is_whole_again() {
    let diff = ContentHash::of(b"proposed");
    let contest = contests("it", ContestSubject::Test, Some(diff));
    let world = World::new(&["api"]).ends(Phase::Implement, contest).started().resumed(|request| {
        (request.approval, request.found.history) = (Some(diff), History::Rewritten);
    });
    assert_eq!(cause(&world), &Cause::HistoryRewritten);
    let world = world.resumed(|request| request.found.history = History::Rewritten).resumed(|_| {});
    assert!(world.story().contains("apply contest: Test"), "{}", world.story());
    assert_eq!(world.run.status(), RunStatus::Complete);
}

#[test]
fn sec_26_an_answer_to_an_earlier_escalation_is_no_advice_about_a_later_one() {
    let mut world = World::new(&["api"]).fails(Phase::Rebase, FailureClass::RebaseConflict).started();
    world.inputs.base = Some(commit(10));
    let high = || GateAnswer::Fail(FailureClass::SecurityFinding, Severity::High, None);
    let world = world.gate(Phase::Reverify, high()).gate(Phase::Reverify, high()).answered("I repaired it");
    let world = world.resumed(|_| {});
    assert_eq!(cause(&world), &Cause::HighSecurityFinding);
    assert!(!world.story().contains("loop reverify"), "{}", world.story());
}

#[test]
fn a_plain_resume_after_half_an_answer_is_not_the_other_half() {
    let asked = TurnOutcome::Asked { questions: (1..=2).filter_map(question).collect() };
    let world = World::new(&["api"]).ends(Phase::Implement, asked).fails(Phase::Implement, FailureClass::GateFailed);
    let leaves_open = question(2).map(|question| question.id).into_iter().collect();
    let half = Answer { text: Arc::from("Q-1: yes"), leaves_open, by: maintainer(), taken: Vec::new() };
    let world = world.started().resumed(|request| request.answer = Some(half));
    let iterations = world.run.spend.iterations;
    let world = world.resumed(|_| {});
    assert_eq!((world.run.status(), world.run.spend.iterations), (RunStatus::Escalated, iterations));
}

#[test]
fn sec_80_no_detour_gives_an_exhausted_class_another_turn_without_an_answer() {
    let retried = failing(5).started().resumed(|request| request.phase = Some(Phase::Implement));
    let unavailable = failing(4).gate(Phase::Implement, GateAnswer::Unavailable);
    let unavailable = unavailable.fails(Phase::Implement, FailureClass::GateFailed).started().resumed(|_| {});
    let mut aborted = failing(5).started();
    let request = aborted.resume_request();
    aborted.send(Event::ResumeRequested { request }).expect("the gate is asked");
    aborted.send(Event::Aborted { by: Actor::Engine }).expect("the gate is interrupted");
    let edited = failing(5).started().resumed(|request| request.found.edited.code = true);
    for world in [retried, unavailable.resumed(|_| {}), aborted.resumed(|_| {}), edited] {
        assert_eq!((world.run.status(), world.run.spend.iterations), (RunStatus::Escalated, 8), "{}", world.story());
    }
}

#[test]
fn a_failure_that_was_hidden_behind_a_broken_tool_is_counted() {
    let world = stopped_in_verify(&["api"]).fails(Phase::Verify, FailureClass::GateFailed).resumed(|_| {});
    assert_eq!(world.run.spend.failures.get(FailureClass::GateFailed), 1);
}

#[test]
fn tests_and_end_to_end_tests_that_were_edited_together_are_both_proven_red_again() {
    let mut world = stopped_in_verify(&["web"]);
    world.inputs.tree = Some(tree(99));
    let edited = Edited { tests: true, end_to_end_tests: true, ..Edited::default() };
    let world = since(world, |request| (request.found.edited, request.found.tree) = (edited, Some(tree(99))));
    for frozen in ["  refrozen: tests:web by maintainer", "  refrozen: e2e:web by maintainer"] {
        assert!(place(&world, frozen) < place(&world, "verify:"));
    }
}

#[test]
fn contracts_that_were_edited_together_with_the_specification_are_looked_at_before_an_agent_touches_them() {
    let mut world = stopped_in_verify(&["api"]);
    world.inputs.spec = Some(ContentHash::of(b"a person's"));
    world.inputs.contracts = Some(ContentHash::of(b"a person's"));
    let edited = Edited { spec: true, contracts: true, ..Edited::default() };
    let world = since(world, |request| request.found.edited = edited);
    assert_eq!(world.told[place(&world, "contracts:") + 1], "  gate passed", "{}", world.story());
    place(&world, "  refrozen: contracts by maintainer");
}

#[test]
fn what_was_edited_in_a_tree_that_nobody_named_is_looked_at_all_the_same() {
    let mut world = World::new(&["api"]).publishes(PublishReport::Rejected { words: "no".into() });
    world.kind = TicketKind::NoCode;
    let world = since(world.started(), |request| request.found.edited.tests = true);
    place(&world, "verify:");
}

#[test]
fn a_contested_test_of_either_kind_is_proven_red_again() {
    let diff = ContentHash::of(b"proposed");
    let contest = contests("a unit test", ContestSubject::Test, Some(diff));
    let world = World::new(&["web"]).ends(Phase::Ui, contest).started();
    let world = since(world, |request| request.approval = Some(diff));
    for phase in ["  apply contest: Test\n", "e2e:\n"] {
        assert!(world.story().contains(&format!("{phase}  gate of web passed")), "{}", world.story());
    }
}

#[test]
fn an_answer_that_a_broken_turn_took_with_it_is_given_to_the_next_one() {
    let world = World::new(&["api"]).gate(Phase::Analyze, GateAnswer::Questions(1)).started();
    for outcome in [TurnOutcome::Failed, TurnOutcome::TimedOut] {
        let mut world = world.clone().gate(Phase::Analyze, GateAnswer::Questions(1)).ends(Phase::Analyze, outcome);
        let mut request = world.resume_request();
        request.answer =
            Some(Answer { text: Arc::from("Q-1: yes"), leaves_open: Vec::new(), by: maintainer(), taken: Vec::new() });
        world.send(Event::ResumeRequested { request }).expect("an answer");
        world.until_turn_of(Phase::Analyze);
        let _ = world.perform_one();
        world.until_turn_of(Phase::Analyze);
        assert!(matches!(world.waiting.front(), Some(Effect::AskAgent { turn }) if turn.answers.len() == 1));
        let _ = world.perform_one();
        assert_eq!(world.run.answers.len(), 0, "nobody hears it three times");
    }
}

#[test]
fn a_specification_that_an_agent_wrote_anew_voids_what_was_built_on_the_old_one() {
    let world = since(stopped_in_verify(&["api"]), |request| request.phase = Some(Phase::Analyze));
    for phase in ["contracts:", "architect:", "tdd:", "implement:"] {
        let next = &world.told[place(&world, phase) + 1];
        assert!(next.contains("turn 1"), "{phase} {next}");
    }
}

#[test]
fn units_that_a_new_analysis_finds_are_worked_on_though_their_place_was_another_units() {
    let mut world = World::new(&["api", "db"]).gate(Phase::Verify, GateAnswer::Unavailable);
    world.units.truncate(1);
    let mut world = world.turn(Phase::Analyze, TurnAnswer::default()).started();
    world.units = vec!["db".parse().expect("a unit")];
    let same = TurnAnswer { changed: false, ..TurnAnswer::default() };
    let world = since(world.turn(Phase::Analyze, same), |request| request.phase = Some(Phase::Analyze));
    assert!(world.story().contains("tdd:\n  turn 1 of db"), "{}", world.story());
}

#[test]
fn asking_for_a_phase_again_takes_it_again_though_nothing_changed() {
    let world = since(stopped_in_verify(&["api"]), |request| request.phase = Some(Phase::Review));
    assert!(world.story().contains("review:\n  turn 1"), "{}", world.story());
}

#[test]
fn one_answer_makes_room_for_one_attempt_however_far_a_limit_was_passed() {
    let mut world = World::new(&["api", "web", "db"]);
    world.policy.limits.iterations = 3;
    let world = world.started().answered("go on");
    assert!(world.story().contains("architect passed"), "three turns side by side are one attempt");
    let slow = TurnAnswer { minutes: 61, ..TurnAnswer::default() };
    let world = World::new(&["api"]).turn(Phase::Implement, slow).fails(Phase::Implement, FailureClass::GateFailed);
    let world = world.fails(Phase::Implement, FailureClass::GateFailed).started().answered("go on");
    assert_eq!(world.run.status(), RunStatus::Complete, "{}", world.story());
}

#[test]
fn an_agent_of_unknown_cost_is_bounded_by_turns_and_time_where_that_is_allowed() {
    let mut world = World::new(&["api"]);
    world.policy.limits.allow_unmetered = true;
    let unknown = || TurnAnswer { usd: None, ..TurnAnswer::default() };
    for phase in Phase::ALL.into_iter().filter(|phase| phase.has_agent()) {
        world = world.turn(phase, unknown());
    }
    let _ = world.send(Event::Started);
    let asked = world.run.visit().map_or(0, |visit| visit.asked);
    let report = InitReport::Ready { inputs: world.inputs, cost_source: CostSource::Unknown, facts: None };
    world.waiting.clear();
    world.send(Event::Initialized { asked, report }).expect("the run is prepared");
    world.settle();
    assert_eq!((world.run.status(), world.run.spend.usd), (RunStatus::Complete, Usd::ZERO), "{}", world.story());
}

#[test]
fn sec_81_a_turn_that_used_up_the_runs_money_waits_for_money() {
    let turn = TurnAnswer { outcome: TurnOutcome::OverBudget, usd: Some(Usd::dollars(10)), ..TurnAnswer::default() };
    let world = World::new(&["api"]).turn(Phase::Implement, turn).started();
    let awaiting = &world.run.escalation().expect("the run is escalated").awaiting;
    assert_eq!(awaiting, &Awaiting::Budget { budget: BudgetKind::UsdPerRun });
}

#[test]
fn the_end_of_a_turn_names_the_unit_that_took_it() {
    let mut world = World::new(&["api", "web"]);
    let _ = world.send(Event::Started);
    let is_second = |effect: &Effect| matches!(effect, Effect::AskAgent { turn } if turn.phase == Phase::Tdd && turn.unit == "web".parse().ok());
    world.until(is_second);
    let effect = world.waiting.pop_front().expect("the turn of the second unit");
    let event = world.answer(&effect).expect("its end");
    let records = step(&world.run, &event, &world.policy, world.now).expect("it is awaited").records;
    let unit = records.iter().find_map(|record| match record {
        Record::TurnEnded { unit, .. } => unit.clone(),
        _ => None,
    });
    assert_eq!(unit, "web".parse().ok());
}

#[test]
fn a_plan_that_nobody_can_name_does_not_pass_without_a_yes() {
    let mut world = World::new(&["api"]);
    world.kind = TicketKind::Preserving;
    let nothing = TurnAnswer { changed: false, ..TurnAnswer::default() };
    let world = world.turn(Phase::Architect, nothing).started();
    assert_eq!(cause(&world), &Cause::PreservingPlan);
    let world = world.resumed(|request| request.phase = Some(Phase::Architect));
    assert!(matches!(world.run.escalation().expect("it waits for a yes").awaiting, Awaiting::Approval { .. }));
}

#[test]
fn a_tree_that_would_not_keep_still_is_proven_again_when_a_person_says_so() {
    let mut world = World::new(&["api"]);
    let _ = world.send(Event::Started);
    for round in 0..4 {
        world.until_gate_of(Phase::Rebase);
        world.inputs.tree = Some(tree(200 + 2 * round));
        world.until_gate_of(Phase::Recheck);
        world.inputs.tree = Some(tree(201 + 2 * round));
        let _ = world.perform_one();
    }
    world.settle();
    assert!(matches!(cause(&world), Cause::ClassExhausted { .. }));
    assert_eq!(world.clone().resumed(|_| {}).run.status(), RunStatus::Escalated);
    assert_eq!(world.answered("it keeps still now").run.status(), RunStatus::Complete);
}

#[test]
fn a_unit_that_only_waited_for_its_gate_waits_for_its_gate_again() {
    let verdict = GateAnswer::Fail(FailureClass::GateFailed, Severity::Medium, "api".parse().ok());
    let world = World::new(&["api", "db"]).gate(Phase::Verify, verdict);
    let gates = [GateAnswer::Pass, GateAnswer::Pass, GateAnswer::Pass, GateAnswer::Unavailable];
    let world = gates.into_iter().fold(world, |world, answer| world.gate(Phase::Implement, answer)).started();
    let world = since(world, |_| {});
    assert_eq!(world.told[2], "  gate of db passed", "{}", world.story());
}

#[test]
fn stopping_again_at_once_saves_no_work_over_what_a_person_pushed() {
    let world = stopped_in_verify(&["api"]);
    let mut request = world.resume_request();
    request.found.history = History::Rewritten;
    let transition = step(&world.run, &Event::ResumeRequested { request }, &world.policy, world.now).expect("a resume");
    assert!(!transition.effects.contains(&Effect::SaveWork));
}
