//! The transition function of a run.
//!
//! Total and deterministic: every event in every state has one answer. The parts:
//! `control` (start, cancel, interruptions), `walk` (from phase to phase), `turn` (agents), `gate`
//! (verdicts and what follows), `resume` (people), `publish` (the end). They all write into a [`Draft`].
//!
//! Races, and what was decided about each:
//! - *Cancel against finish*: the publication begins with a transition of its own. A cancel before it wins;
//!   one after it is rejected.
//! - *Merge against everything*: a merged pull request completes an unfinished run.
//! - *Late answers*: whatever is asked for carries the `seq` that asked; an answer to an older question is
//!   rejected, and so is everything that comes to a run that has ended.
//! - *Two resumes at once*: a resume names the escalation it answers; the second one finds it closed.
//! - *A reply that crosses a new escalation*: the same.

#![cfg_attr(not(test), warn(clippy::wildcard_enum_match_arm))]

use std::sync::Arc;

use jiff::Timestamp;

use crate::policy::Policy;
use crate::run::{Effect, Event, Record, Rejection, Run, RunState, Visit};

mod budget;
mod control;
mod escalate;
mod gate;
mod holds;
mod publish;
mod resume;
mod turn;
mod walk;

/// What follows from an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transition {
    /// The run afterwards.
    pub run: Run,
    /// What should be done, in this order.
    pub effects: Vec<Effect>,
    /// What is added to the story of the run.
    pub records: Vec<Record>,
}

/// Returns what follows from `event`, or why nothing does.
pub fn step(run: &Run, event: &Event, policy: &Policy, now: Timestamp) -> Result<Transition, Rejection> {
    let mut draft = Draft::new(run, policy, now);
    draft.apply(event)?;
    Ok(Transition { run: draft.run, effects: draft.effects, records: draft.records })
}

/// A transition in the making.
struct Draft<'a> {
    run: Run,
    policy: &'a Policy,
    effects: Vec<Effect>,
    records: Vec<Record>,
}

impl<'a> Draft<'a> {
    fn new(run: &Run, policy: &'a Policy, now: Timestamp) -> Self {
        let mut run = run.clone();
        run.seq += 1;
        // A clock that was set back does not turn the story of a run around.
        run.updated_at = run.updated_at.max(now);
        Self { run, policy, effects: Vec::with_capacity(4), records: Vec::with_capacity(4) }
    }

    fn apply(&mut self, event: &Event) -> Result<(), Rejection> {
        if self.run.status().is_final() {
            return self.after_the_end(event);
        }
        match event {
            Event::Started => self.start(),
            Event::Initialized { asked, report } => self.initialized(*asked, report),
            Event::Reserved { asked } => self.reserved(*asked),
            Event::ReservationRefused { asked, budget, spent, limit } => {
                self.reservation_refused(*asked, *budget, *spent, *limit)
            }
            Event::TurnEnded { asked, report } => self.turn_ended(*asked, report),
            Event::GateReported { asked, report } => self.gate_reported(*asked, report),
            Event::Published { asked, report } => self.published(*asked, report),
            Event::ResumeRequested { request } => self.resume(request),
            Event::Steered { note } => self.steered(note),
            Event::CancelRequested { by, cause } => self.cancel(by, *cause),
            Event::Merged { .. } => {
                self.merged();
                Ok(())
            }
            Event::Aborted { by } => self.abort(by),
            Event::HandedOver => self.handed_over(),
            Event::RunnerLost => self.runner_lost(),
            Event::RunnerReady => self.runner_ready(),
            Event::LedgerTampered => {
                self.tampered();
                Ok(())
            }
        }
    }

    fn effect(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    fn record(&mut self, record: Record) {
        self.records.push(record);
    }

    /// Goes on with `visit`; whatever it asks for now answers to this transition.
    fn proceed(&mut self, mut visit: Visit) {
        visit.asked = self.run.seq;
        self.run.state = RunState::Running { visit };
    }

    /// Returns the visit that asked in transition `asked`, if nothing came in between.
    fn asked_in(&self, asked: u64) -> Result<Visit, Rejection> {
        match &self.run.state {
            RunState::Running { visit } if visit.asked == asked => Ok(visit.clone()),
            RunState::Running { .. } | RunState::Escalated { .. } => Err(Rejection::Late),
            RunState::Pending => Err(Rejection::NotStarted),
            RunState::Complete | RunState::Failed { .. } | RunState::Cancelled { .. } => {
                Err(Rejection::Ended { status: self.run.status() })
            }
        }
    }

    /// Returns the visit that is under way.
    fn running(&self) -> Result<Visit, Rejection> {
        match &self.run.state {
            RunState::Running { visit } => Ok(visit.clone()),
            RunState::Escalated { .. } => Err(Rejection::Waiting),
            RunState::Pending => Err(Rejection::NotStarted),
            RunState::Complete | RunState::Failed { .. } | RunState::Cancelled { .. } => {
                Err(Rejection::Ended { status: self.run.status() })
            }
        }
    }
}

/// Adds `value` at the end of a shared list.
fn push_shared<T: Clone>(list: &mut Arc<[T]>, value: T) {
    *list = list.iter().cloned().chain([value]).collect();
}
