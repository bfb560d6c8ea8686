//! What holds for every transition, whatever happened.

use pipemason_core::failure::FailureClass;
use pipemason_core::phase::Phase;
use pipemason_core::policy::Policy;
use pipemason_core::run::{Brief, Effect, Event, Opening, PassKind, Record, Run, RunState, Stage, Transition};
use pipemason_core::status::RunStatus;
use pipemason_core::ticket::TicketKind;

/// Checks one transition; the error says which promise was broken.
pub fn check(before: &Run, event: &Event, policy: &Policy, transition: &Transition) -> Result<(), String> {
    let run = &transition.run;
    let promises: [(&str, bool); 12] = [
        ("counters never go down", counters_only_rise(before, run)),
        ("a phase is left only through its gate", gates_are_met(transition)),
        ("what is published has passed everything", publication_is_proven(policy, transition)),
        ("a run ends once", ends_once(before, transition)),
        ("what is under way was asked for", outstanding_work_was_asked_for(transition)),
        ("nothing is set aside while no turn is under way", nothing_is_left_reserved(run)),
        ("a phase begins when all before it have passed", phases_begin_in_order(policy, transition)),
        ("a phase at work has not passed", nothing_at_work_has_passed(run)),
        ("whatever is tried again has room for it", retries_have_room(before, policy, transition)),
        ("no turn begins beyond the iterations", turns_have_room(policy, transition)),
        ("what has passed is put where another machine finds it", progress_is_kept(transition)),
        ("work is stopped, then saved, then a person is asked", work_is_saved_first(before, transition)),
    ];
    match promises.into_iter().find(|(_, holds)| !holds) {
        None => Ok(()),
        Some((promise, _)) => Err(format!(
            "broken promise: {promise}\nevent: {event:?}\nbefore: {:#?}\nafter: {:#?}\nrecords: {:#?}",
            before.state, run.state, transition.records
        )),
    }
}

fn counters_only_rise(before: &Run, after: &Run) -> bool {
    let (old, new) = (&before.spend, &after.spend);
    old.iterations <= new.iterations
        && old.usd <= new.usd
        && old.tokens() <= new.tokens()
        && FailureClass::ALL.into_iter().all(|class| old.failures.get(class) <= new.failures.get(class))
        && Phase::ALL.into_iter().all(|phase| old.phase_failures.get(phase) <= new.phase_failures.get(phase))
        && before.escalations <= after.escalations
        && before.seq < after.seq
}

/// A phase that is left as passed was passed by a gate in the same transition; `init` and the
/// publication report by themselves.
fn gates_are_met(transition: &Transition) -> bool {
    transition.records.iter().all(|record| match record {
        Record::PhaseLeft { phase: Phase::Init | Phase::Finalize, how: PassKind::Passed } => true,
        Record::PhaseLeft { phase, how: PassKind::Passed } => transition
            .records
            .iter()
            .any(|other| matches!(other, Record::GatePassed { phase: passed, .. } if passed == phase)),
        _ => true,
    })
}

/// What is published was reviewed, verified and run as it is; and nothing before that is void.
fn publication_is_proven(policy: &Policy, transition: &Transition) -> bool {
    let run = &transition.run;
    let publishes = transition.effects.iter().any(|effect| matches!(effect, Effect::Publish { .. }));
    let holds = |phase: Phase| run.passes.get(&phase) == Some(&run.inputs.read_by(phase));
    !publishes
        || ([Phase::Verify, Phase::RuntimeCheck, Phase::Rebase].into_iter().all(holds)
            && all_passed_before(Phase::Verify, policy, run))
}

fn all_passed_before(phase: Phase, policy: &Policy, run: &Run) -> bool {
    let passed = |phase: Phase| {
        let is_skipped = (phase.is_ui_only() && !run.has_ui())
            || (phase.is_red() && run.kind != TicketKind::Behavior)
            || (phase == Phase::Review && !policy.review_enabled)
            || run.origin.opening == Opening::Restack;
        is_skipped || run.passes.contains_key(&phase)
    };
    Phase::ALL.into_iter().filter(|other| Phase::Init < *other && *other < phase).all(passed)
}

fn remembered_as(phase: Phase) -> Phase {
    match phase {
        Phase::Reverify => Phase::Verify,
        Phase::Recheck => Phase::RuntimeCheck,
        _ => phase,
    }
}

/// Only a second review looks at work that has not passed yet. From `verify` on the phases repeat each other,
/// and what counts is what has passed when it is published.
fn phases_begin_in_order(policy: &Policy, transition: &Transition) -> bool {
    let run = &transition.run;
    let entered = transition.records.iter().rev().find_map(|record| match record {
        Record::PhaseEntered { phase } => Some(*phase),
        _ => None,
    });
    let is_second_review = run.visit().is_some_and(|visit| visit.brief == Brief::SecondReview);
    entered.is_none_or(|phase| is_second_review || all_passed_before(phase.min(Phase::Verify), policy, run))
}

fn nothing_at_work_has_passed(run: &Run) -> bool {
    match &run.state {
        RunState::Running { visit } if matches!(visit.stage, Stage::Turns { .. }) => {
            !run.passes.contains_key(&remembered_as(visit.phase))
        }
        _ => true,
    }
}

/// Only a person's answer gives an attempt beyond what is granted.
fn retries_have_room(before: &Run, policy: &Policy, transition: &Transition) -> bool {
    let spend = &transition.run.spend;
    let has_room = |class: FailureClass| {
        spend.failures.get(class) <= policy.limits.retries_per_class.saturating_add(spend.grants.classes.get(class))
    };
    before.visit().is_some_and(|visit| visit.advised)
        || transition.records.iter().all(|record| match record {
            Record::Retried { class, .. } | Record::LoopedBack { class, .. } => has_room(*class),
            _ => true,
        })
}

fn turns_have_room(policy: &Policy, transition: &Transition) -> bool {
    let spend = &transition.run.spend;
    let begins = transition.effects.iter().any(|effect| matches!(effect, Effect::AskAgent { .. }));
    !begins || spend.iterations <= policy.limits.iterations.saturating_add(spend.grants.iterations)
}

/// A phase that passed, and work that another machine goes on with, are checkpointed; `init` makes no work and
/// the publication is one.
fn progress_is_kept(transition: &Transition) -> bool {
    let passes = transition.records.iter().any(|record| match record {
        Record::PhaseLeft { phase: Phase::Init | Phase::Finalize, .. } => false,
        Record::PhaseLeft { how, .. } => *how == PassKind::Passed,
        _ => false,
    });
    let at = |wanted: fn(&Effect) -> bool| transition.effects.iter().position(wanted);
    let kept = at(|effect| *effect == Effect::Checkpoint);
    let moves = at(|effect| *effect == Effect::RequestRunner);
    (!passes || kept.is_some()) && moves.is_none_or(|moves| kept.is_some_and(|kept| kept < moves))
}

/// Where a run that waits stops again at once, nothing was done that had to be saved.
fn work_is_saved_first(before: &Run, transition: &Transition) -> bool {
    let at = |wanted: fn(&Effect) -> bool| transition.effects.iter().position(wanted);
    let Some(asked) = at(|effect| matches!(effect, Effect::Escalate { .. })) else { return true };
    match at(|effect| *effect == Effect::SaveWork) {
        Some(saved) => saved < asked && at(|effect| *effect == Effect::StopWork).is_none_or(|stopped| stopped < saved),
        None => before.status() == RunStatus::Escalated,
    }
}

fn ends_once(before: &Run, transition: &Transition) -> bool {
    let ends = transition.records.iter().filter(|record| matches!(record, Record::RunEnded { .. })).count();
    let is_final = transition.run.status().is_final();
    ends == usize::from(is_final && !before.status().is_final())
}

fn outstanding_work_was_asked_for(transition: &Transition) -> bool {
    let RunState::Running { visit } = &transition.run.state else { return true };
    if visit.asked != transition.run.seq {
        // Other turns of the same round are still under way, or the transition only took a note.
        return !transition.effects.iter().any(is_work);
    }
    let asks = |wanted: fn(&Effect) -> bool| transition.effects.iter().any(wanted);
    match &visit.stage {
        Stage::Initializing => asks(|effect| matches!(effect, Effect::Initialize)),
        Stage::Reserving => asks(|effect| matches!(effect, Effect::Reserve { .. })),
        Stage::Turns { open, .. } => {
            let turns = transition.effects.iter().filter(|effect| matches!(effect, Effect::AskAgent { .. })).count();
            usize::try_from(open.len()) == Ok(turns)
        }
        Stage::Gate => asks(|effect| matches!(effect, Effect::EvaluateGate { .. })),
        Stage::Publishing => asks(|effect| matches!(effect, Effect::Publish { .. })),
        Stage::Parked { .. } => asks(|effect| matches!(effect, Effect::RequestRunner)),
    }
}

fn nothing_is_left_reserved(run: &Run) -> bool {
    let turns = run.spend.reserved.turns;
    match &run.state {
        RunState::Running { visit } => match &visit.stage {
            Stage::Turns { open, .. } => turns == open.len(),
            Stage::Initializing | Stage::Reserving | Stage::Gate | Stage::Publishing | Stage::Parked { .. } => {
                turns == 0
            }
        },
        RunState::Pending
        | RunState::Escalated { .. }
        | RunState::Complete
        | RunState::Failed { .. }
        | RunState::Cancelled { .. } => turns == 0,
    }
}

/// Says whether somebody has to answer to `effect`.
fn is_work(effect: &Effect) -> bool {
    matches!(
        effect,
        Effect::Initialize
            | Effect::Reserve { .. }
            | Effect::AskAgent { .. }
            | Effect::EvaluateGate { .. }
            | Effect::Publish { .. }
            | Effect::RequestRunner
    )
}
