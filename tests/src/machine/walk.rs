//! A walk through every situation that a run can get into while nobody looks after it.
//!
//! Two runs are in the same situation if the machine cannot tell them apart from here on: what was spent
//! without a limit, when things happened, and the names of contents do not count. Whatever can happen
//! without a person is tried in each situation, under a small policy. On the way the walk checks what
//! must hold always, and it collects the edges of the state diagram.

use std::collections::BTreeMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash as _, Hasher as _};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use pipemason_core::failure::FailureClass;
use pipemason_core::money::Usd;
use pipemason_core::phase::Phase;
use pipemason_core::policy::{Limits, Policy};
use pipemason_core::run::{Event, Inputs, Opening, Run, RunState, Spend, Stage, Transition, Trouble, step};

mod choices;
mod diagram;
mod invariants;

pub use choices::unattended;
pub use diagram::Diagram;
pub use invariants::check;

/// What a walk saw.
#[derive(Clone, Debug, Default)]
pub struct Walked {
    pub situations: u64,
    pub transitions: u64,
    /// Situations in which nothing more happens without a person, by status and class.
    pub rests: BTreeMap<String, u64>,
    pub deepest: usize,
    pub diagram: Diagram,
}

/// The policy of the walk, and the bounds it sets.
pub fn small_policy(units: &[&str]) -> Policy {
    let limits = Limits {
        retries_per_class: 1,
        // Not binding: the limits per class and of iterations are.
        retries_per_phase: u32::MAX,
        iterations: 12,
        phase_time: Duration::from_hours(10_000),
        usd_per_turn: Usd::dollars(1),
        usd_per_run: Usd::micros(u64::MAX),
        usd_per_day: Usd::micros(u64::MAX),
        tokens_per_run: None,
        ..Limits::default()
    };
    Policy { limits, units: units.iter().filter_map(|unit| unit.parse().ok()).collect(), ..Policy::default() }
}

/// Says in words what `policy` bounds.
pub fn bounds(policy: &Policy) -> String {
    let units: Vec<String> = policy.units.iter().map(ToString::to_string).collect();
    format!(
        "{} retry per class, one class per remedy, {} units ({}), {} iterations",
        policy.limits.retries_per_class,
        units.len(),
        units.join(", "),
        policy.limits.iterations
    )
}

/// Returns the page that shows what a walk under `policy` saw.
pub fn page(policy: &Policy, walked: &Walked) -> String {
    let rests: Vec<String> = walked.rests.iter().map(|(rest, count)| format!("| {rest} | {count} |\n")).collect();
    let rests = rests.concat();
    format!(
        "# The states of a run\n\n\
         Drawn by a walk through every situation that a run can get into while nobody looks after it, under a \
         small policy: {}. In each situation everything was tried that can happen without a person.\n\n\
         The walk saw {} situations and {} transitions, at most {} on one way, and checked for each transition \
         that no counter goes down, that no phase is left without its gate, that nothing is published that has \
         not passed everything, that phases begin in order, that nothing is tried again without room for it, that a run ends once, and that no way leads round in a circle.\n\n\
         ```mermaid\n{}```\n\n\
         `cancel`, a merged pull request and a tampered ledger end a run from every state; they are left out.\n\n\
         ## Where it rests\n\n| state | situations |\n| --- | ---: |\n{rests}",
        bounds(policy),
        walked.situations,
        walked.transitions,
        walked.deepest,
        walked.diagram.to_mermaid(),
    )
}

/// One situation on the way from the start to the one that is looked at.
struct Place {
    run: Run,
    key: u128,
    choices: std::vec::IntoIter<Event>,
}

/// Walks through everything that can follow from a run opened for `opening`.
///
/// The error says which promise was broken, and by which situation and event.
pub fn walk(policy: &Policy, opening: Opening) -> Result<Walked, String> {
    let now = Timestamp::UNIX_EPOCH;
    let start = Run::new(super::facts::run_id(), super::facts::origin(opening, now), None, now);
    let mut walked = Walked::default();
    // Whether a situation is still on the way to the one that is looked at.
    let mut seen: BTreeMap<u128, bool> = BTreeMap::new();
    let mut way = vec![arrive(same(&start), policy, &mut walked)];
    seen.insert(key_of(&start), true);
    while let Some(place) = way.last_mut() {
        let Some(event) = place.choices.next() else {
            seen.insert(place.key, false);
            way.pop();
            continue;
        };
        let transition = step(&place.run, &event, policy, now)
            .map_err(|rejection| format!("{event:?}\nis rejected ({rejection}) in\n{:#?}", place.run.state))?;
        check(&place.run, &event, policy, &transition)?;
        walked.transitions += 1;
        walked.diagram.add(&place.run, &transition);
        let Transition { run, .. } = transition;
        let run = same(&run);
        let key = key_of(&run);
        match seen.get(&key) {
            Some(true) if event != Event::HandedOver && event != Event::RunnerReady => {
                return Err(format!("{event:?}\nleads back to a situation it came from:\n{:#?}", run.state));
            }
            Some(_) => {}
            None => {
                seen.insert(key, true);
                let place = arrive(run, policy, &mut walked);
                way.push(place);
                walked.deepest = walked.deepest.max(way.len());
            }
        }
    }
    Ok(walked)
}

fn arrive(run: Run, policy: &Policy, walked: &mut Walked) -> Place {
    walked.situations += 1;
    let choices = unattended(&run, policy);
    if choices.is_empty() {
        let class = run.escalation().map(|escalation| format!(" ({})", escalation.class)).unwrap_or_default();
        *walked.rests.entry(format!("{}{class}", run.status())).or_default() += 1;
    }
    Place { key: key_of(&run), run, choices: choices.into_iter() }
}

/// Returns the run that stands for all that are in the same situation as `run`.
fn same(run: &Run) -> Run {
    let mut same = run.clone();
    same.seq = 0;
    same.spend = Spend { iterations: run.spend.iterations, failures: run.spend.failures, ..Spend::default() };
    same.spend.reserved = run.spend.reserved;
    same.frozen = Arc::default();
    same.escalations = 0;
    // A pass that does not hold for what is there now never holds again: every change makes something new.
    // Up to the review it still tells that there was one.
    let inputs = super::facts::first_inputs();
    let stale = Inputs { tree: Some(super::tree(77)), ..Inputs::default() };
    let passes = run.passes.iter().filter_map(|(phase, pass)| {
        let holds = *pass == run.inputs.read_by(*phase);
        let pass = if holds { known(&inputs).read_by(*phase) } else { stale };
        (holds || *phase <= Phase::Review).then_some((*phase, pass))
    });
    same.passes = Arc::new(passes.collect());
    same.inputs = Arc::new(known(&inputs));
    match &mut same.state {
        RunState::Running { visit } | RunState::Escalated { visit, .. } => {
            visit.asked = 0;
            visit.attempt = 0;
            visit.used = Duration::ZERO;
            if let Stage::Turns { trouble, .. } = &mut visit.stage {
                let Trouble { asked, contest, protected, failure, over_budget, changed, failed, .. } = &**trouble;
                *trouble = Arc::new(Trouble {
                    asked: *asked,
                    contest: contest.clone(),
                    protected: protected.clone(),
                    failure: *failure,
                    over_budget: *over_budget,
                    changed: *changed,
                    failed: *failed,
                    ..Trouble::default()
                });
            }
        }
        RunState::Pending | RunState::Complete | RunState::Failed { .. } | RunState::Cancelled { .. } => {}
    }
    same
}

/// Returns `inputs` with everything that can exist there, so that each phase reads something.
fn known(inputs: &Inputs) -> Inputs {
    Inputs { spec: inputs.config, contracts: inputs.config, plan: inputs.config, ..*inputs }
}

fn key_of(run: &Run) -> u128 {
    let half = |salt: u8| {
        let mut hasher = DefaultHasher::new();
        hasher.write_u8(salt);
        run.hash(&mut hasher);
        u128::from(hasher.finish())
    };
    half(0) << 64 | half(1)
}

/// The class that stands for all that are retried in their phase.
const RETRIED: FailureClass = FailureClass::GateFailed;
