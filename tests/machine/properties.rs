//! Random histories: people and the world do anything at any time, early, late and twice.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;
use pipemason_core::actor::Actor;
use pipemason_core::domain::{Domain, Unit};
use pipemason_core::escalation::Awaiting;
use pipemason_core::gate::Verdict;
use pipemason_core::hash::ContentHash;
use pipemason_core::money::Usd;
use pipemason_core::phase::Phase;
use pipemason_core::policy::Policy;
use pipemason_core::run::{
    Answer, CancelCause, Edited, Event, Found, History, InitReport, Opening, PublishReport, Rejection, ResumeRequest,
    Run, SteeringNote, TurnOutcome, replay, step,
};
use pipemason_tests::machine::walk::{check, small_policy, unattended};
use pipemason_tests::machine::{maintainer, origin, tree};
use proptest::prelude::*;

/// Everything a person, or a message that took a wrong way, can do to `run` now.
fn attended(run: &Run, dice: u8) -> Vec<Event> {
    let by = maintainer();
    let mut events = vec![
        Event::Started,
        Event::RunnerReady,
        Event::Steered { note: SteeringNote { id: u64::from(dice % 8), by: by.clone(), text: Arc::from("faster") } },
        Event::Reserved { asked: run.seq.saturating_sub(1) },
    ];
    if dice.is_multiple_of(16) {
        events.push(Event::CancelRequested { by: by.clone(), cause: CancelCause::Command });
        events.push(Event::CancelRequested { by: by.clone(), cause: CancelCause::BranchDeleted });
        events.push(Event::Merged { by: by.clone() });
        events.push(Event::LedgerTampered);
    }
    if let Some(escalation) = run.escalation() {
        let edited = Edited {
            spec: dice.is_multiple_of(7),
            contracts: dice.is_multiple_of(5),
            plan: dice.is_multiple_of(11),
            tests: dice.is_multiple_of(3),
            end_to_end_tests: dice.is_multiple_of(13),
            code: dice.is_multiple_of(2),
        };
        let history = if dice.is_multiple_of(17) { History::Rewritten } else { History::Continued };
        let found = Found { history, edited: Edited::default(), tree: None };
        let plain = ResumeRequest::new(by.clone(), escalation.id, found);
        let answer = Answer { text: Arc::from("yes"), leaves_open: Vec::new(), by, taken: Vec::new() };
        let approval = match &escalation.awaiting {
            Awaiting::Approval { hash, .. } => *hash,
            Awaiting::Answer { .. } | Awaiting::Change | Awaiting::Budget { .. } => ContentHash::of(b"nothing"),
        };
        let phase = Phase::ALL[usize::from(dice) % Phase::ALL.len()];
        let requests = [
            plain.clone(),
            ResumeRequest { answer: Some(answer.clone()), ..plain.clone() },
            ResumeRequest { approval: Some(approval), ..plain.clone() },
            ResumeRequest { raise_usd: Some(Usd::dollars(dice.into())), ..plain.clone() },
            ResumeRequest { phase: Some(phase), ..plain.clone() },
            ResumeRequest { answer: Some(answer), stop_after: Some(phase), ..plain.clone() },
            ResumeRequest { escalation: escalation.id.next(), ..plain.clone() },
            ResumeRequest { found: Found { edited, tree: Some(tree(dice.into())), ..plain.found }, ..plain },
        ];
        events.extend(requests.map(|request| Event::ResumeRequested { request }));
    }
    events
}

fn policy_of(dice: u8) -> Policy {
    let mut policy = small_policy(if dice.is_multiple_of(2) { &["api"] } else { &["api", "web", "db"] });
    policy.limits.usd_per_run = Usd::dollars(10);
    policy.limits.usd_per_day = Usd::dollars(100);
    policy.limits.iterations = 60;
    policy.limits.retries_per_phase = 2;
    policy.review_enabled = !dice.is_multiple_of(3);
    policy
}

fn opening_of(dice: u8) -> Opening {
    [Opening::Ticket, Opening::CiFailure, Opening::CiFailureAskFirst, Opening::Restack][usize::from(dice) % 4]
}

/// Says whether `event` brings a run forward.
fn is_good(event: &Event) -> bool {
    match event {
        Event::Initialized { report: InitReport::Ready { .. }, .. } | Event::Started | Event::Reserved { .. } => true,
        Event::TurnEnded { report, .. } => {
            report.outcome == TurnOutcome::Done
                && report.changed
                && report.drifted_tests.is_empty()
                && report.protected.is_none()
        }
        Event::GateReported { report, .. } => {
            let is_known = |unit: &Unit| unit.domain() != Domain::Cloud;
            report.report.verdict() == Verdict::Passed
                && report.learned.questions.is_empty()
                && report.learned.units.as_ref().is_none_or(|units| units.iter().all(is_known))
        }
        Event::Published { report: PublishReport::Pushed { .. }, .. } => true,
        _ => false,
    }
}

/// A life of a run.
struct Life {
    start: Run,
    run: Run,
    policy: Policy,
    /// What was accepted.
    history: Vec<Event>,
    seen: BTreeSet<&'static str>,
}

/// Lives as the dice fall: mostly what brings the run forward, so that it gets far.
fn live(dice: &[u8]) -> Result<Life, String> {
    let (first, rest) = dice.split_first().expect("there are dice");
    let policy = policy_of(*first);
    let now = Timestamp::UNIX_EPOCH;
    let id = "01ARZ3NDEKTSV4RRFFQ69G5FAV".parse().expect("a run id");
    let start = Run::new(id, origin(opening_of(first / 4), now), None, now);
    let mut life = Life { run: start.clone(), start, policy, history: Vec::new(), seen: BTreeSet::new() };
    for dice in rest {
        let mut events = unattended(&life.run, &life.policy);
        let good: Vec<Event> = events.iter().filter(|event| is_good(event)).cloned().collect();
        events.extend(attended(&life.run, *dice));
        let event = if good.is_empty() || dice % 16 == 0 {
            events.swap_remove(usize::from(dice / 16 * 7) % events.len())
        } else {
            good[usize::from(*dice) % good.len()].clone()
        };
        match step(&life.run, &event, &life.policy, now) {
            Ok(transition) => {
                check(&life.run, &event, &life.policy, &transition)?;
                life.run = transition.run;
                life.seen.insert(life.run.status().name());
                life.seen.extend(life.run.visit().map(|visit| visit.phase.name()));
                life.history.push(event);
            }
            Err(Rejection::Ended { .. }) if !life.run.status().is_final() => {
                return Err("an open run has ended".to_owned());
            }
            Err(rejection) if rejection.sentence().is_empty() => return Err(format!("{rejection:?} says nothing")),
            Err(_) => {}
        }
    }
    Ok(life)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_every_promise_is_kept(dice in proptest::collection::vec(any::<u8>(), 2..300)) {
        let lived = live(&dice);
        prop_assert!(lived.is_ok(), "{}", lived.err().unwrap_or_default());
    }

    #[test]
    fn the_same_history_gives_the_same_run(dice in proptest::collection::vec(any::<u8>(), 2..300)) {
        let Life { start, run, policy, history, .. } = live(&dice).expect("every promise is kept");
        let entries = history.iter().map(|event| (event, &policy, Timestamp::UNIX_EPOCH));
        prop_assert_eq!(replay(start, entries).expect("a history that happened"), run);
    }

    #[test]
    fn a_run_and_its_history_read_back_as_they_were_written(dice in proptest::collection::vec(any::<u8>(), 2..150)) {
        let Life { run, policy, history, .. } = live(&dice).expect("every promise is kept");
        let text = serde_json::to_string(&run).expect("a run can be written");
        prop_assert_eq!(serde_json::from_str::<Run>(&text).expect("a run can be read"), run);
        let text = serde_json::to_string(&history).expect("a history can be written");
        prop_assert_eq!(serde_json::from_str::<Vec<Event>>(&text).expect("a history can be read"), history);
        let text = serde_json::to_string(&policy).expect("a policy can be written");
        prop_assert_eq!(serde_json::from_str::<Policy>(&text).expect("a policy can be read"), policy);
    }

    #[test]
    fn no_budget_is_lost_and_no_run_goes_on_for_ever(dice in proptest::collection::vec(any::<u8>(), 2..600)) {
        let Life { run, policy, .. } = live(&dice).expect("every promise is kept");
        let granted = run.spend.grants.iterations;
        prop_assert!(run.spend.iterations <= policy.limits.iterations + granted);
        let limit = run.spend.raised_usd.unwrap_or(policy.limits.usd_per_run);
        prop_assert!(limit <= policy.limits.usd_per_day);
        // One turn can go over by what it was allowed, never more.
        prop_assert!(run.spend.usd <= limit.max(policy.limits.usd_per_run).plus(policy.limits.usd_per_turn.times(3)));
    }
}

#[test]
fn the_same_actor_is_written_in_one_way() {
    for actor in [Actor::Engine, maintainer(), Actor::Local { name: Arc::from("a \"b\"\n") }] {
        let text = serde_json::to_string(&actor).expect("an actor can be written");
        assert_eq!(serde_json::from_str::<Actor>(&text).expect("an actor can be read"), actor);
    }
}

/// Random histories are worth something only if they get around.
#[test]
fn random_histories_reach_every_phase_and_every_end() {
    let mut state = 1_u64;
    let mut dice = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state.to_be_bytes()[0]
    };
    let mut seen = BTreeSet::new();
    for _ in 0..400 {
        let thrown: Vec<u8> = (0..250).map(|_| dice()).collect();
        seen.extend(live(&thrown).expect("every promise is kept").seen);
    }
    let missing: Vec<_> = Phase::ALL.iter().map(|phase| phase.name()).filter(|name| !seen.contains(name)).collect();
    assert!(missing.is_empty(), "{missing:?} of {seen:?}");
    for status in ["running", "escalated", "complete", "failed", "cancelled"] {
        assert!(seen.contains(status), "{status}: {seen:?}");
    }
}
