//! The transition function of programs: total, deterministic, and without any input or output.
//!
//! A step has two halves. First the event is heard: it changes what is known, and nothing more. Then the program
//! settles: from what is known now follows what to dispatch, whether to pause, to escalate or to end. So it never
//! matters by which event a situation came about.
#![cfg_attr(not(test), warn(clippy::wildcard_enum_match_arm))]

use std::sync::Arc;

use jiff::Timestamp;

use super::story::StoryRecord;
use super::{
    Program, ProgramCause, ProgramEffect, ProgramEscalation, ProgramEvent, ProgramPolicy, ProgramRejection,
    ProgramState, ProgramStatus, ProgramTransition,
};
use crate::escalation::Awaiting;
use crate::failure::FailureClass;
use crate::id::{EscalationId, StoryId};
use crate::money::Usd;
use crate::roadmap::StoryIndex;

mod dispatch;
mod people;
mod phases;
mod restack;
mod settle;
mod stories;

/// Returns what `event` makes of `program`, and what is to be done about it.
///
/// An event that comes too late to matter is accepted and changes nothing, not even `seq`.
pub fn step(
    program: &Program,
    event: &ProgramEvent,
    policy: &ProgramPolicy,
    now: Timestamp,
) -> Result<ProgramTransition, ProgramRejection> {
    let mut stepping = Stepping { program: program.clone(), effects: Vec::new(), policy, now };
    let heard = match admit(program, event)? {
        Heard::Late => Heard::Late,
        Heard::Changed => {
            stepping.program.spend.turn_day(now);
            stepping.hear(event)?
        }
    };
    match heard {
        Heard::Late => Ok(ProgramTransition { program: program.clone(), effects: Vec::new() }),
        Heard::Changed => {
            stepping.settle();
            stepping.program.seq = program.seq.saturating_add(1);
            stepping.program.updated = now;
            Ok(ProgramTransition { program: stepping.program, effects: stepping.effects })
        }
    }
}

/// Whether an event matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Heard {
    Changed,
    /// It comes too late, or for the second time.
    Late,
}

/// Decides from the state alone whether `event` is listened to at all.
fn admit(program: &Program, event: &ProgramEvent) -> Result<Heard, ProgramRejection> {
    let is_start = matches!(event, ProgramEvent::Started);
    let is_cancel = matches!(event, ProgramEvent::CancelRequested { .. });
    let is_broken = matches!(event, ProgramEvent::LedgerBroken { .. });
    let ended = ProgramRejection::Ended { status: program.status() };
    match &program.state {
        ProgramState::Pending if is_start || is_cancel || is_broken => Ok(Heard::Changed),
        ProgramState::Pending => Err(ProgramRejection::NotStarted),
        ProgramState::Running | ProgramState::Paused { .. } | ProgramState::Escalated { .. } if is_start => {
            Err(ProgramRejection::AlreadyStarted)
        }
        ProgramState::Running | ProgramState::Paused { .. } | ProgramState::Escalated { .. } => Ok(Heard::Changed),
        ProgramState::Cancelling { .. } if event.is_news() => Ok(Heard::Changed),
        ProgramState::Cancelling { .. } if is_cancel => Ok(Heard::Late),
        ProgramState::Cancelling { .. } => Err(ProgramRejection::Cancelling),
        ProgramState::Complete if is_broken => Ok(Heard::Late),
        ProgramState::Complete if event.is_news() => Ok(Heard::Changed),
        ProgramState::Complete => Err(ended),
        ProgramState::Failed { .. } | ProgramState::Cancelled { .. } if event.is_news() => Ok(Heard::Late),
        ProgramState::Cancelled { .. } if is_cancel => Ok(Heard::Late),
        ProgramState::Failed { .. } | ProgramState::Cancelled { .. } => Err(ended),
    }
}

/// A step in progress.
struct Stepping<'a> {
    program: Program,
    effects: Vec<ProgramEffect>,
    policy: &'a ProgramPolicy,
    now: Timestamp,
}

impl Stepping<'_> {
    fn hear(&mut self, event: &ProgramEvent) -> Result<Heard, ProgramRejection> {
        match event {
            ProgramEvent::Started => {
                self.program.state = ProgramState::Running;
                Ok(Heard::Changed)
            }
            ProgramEvent::PhaseReported { attempt, cost, outcome } => self.phase_reported(*attempt, *cost, outcome),
            ProgramEvent::StoryStarted { story, run, branch, parent_sha } => {
                self.story_started(self.index_of(story)?, *run, branch, *parent_sha)
            }
            ProgramEvent::StoryNotStarted { story, class } => self.story_not_started(self.index_of(story)?, *class),
            ProgramEvent::StoryReported { story, report } => self.story_reported(self.index_of(story)?, report),
            ProgramEvent::StoryMerged { story } => self.story_merged(self.index_of(story)?),
            ProgramEvent::StoryMoved { story, head } => Ok(self.story_moved(self.index_of(story)?, *head)),
            ProgramEvent::ProgramBranchReported { story, outcome } => {
                Ok(self.program_branch_reported(self.index_of(story)?, *outcome))
            }
            ProgramEvent::MigrationGateReported { story, is_met } => {
                Ok(self.migration_gate_reported(self.index_of(story)?, *is_met))
            }
            ProgramEvent::StoryApproved { story, hash, by: _ } => self.story_approved(self.index_of(story)?, *hash),
            ProgramEvent::Resumed { escalation, by: _, answer, approval, budget } => {
                self.resumed(*escalation, answer.as_ref(), *approval, *budget)
            }
            ProgramEvent::StoriesResumed { by: _ } => Ok(self.stories_resumed()),
            ProgramEvent::CancelRequested { by } => Ok(self.cancel_requested(by)),
            ProgramEvent::Aborted { by } => Ok(self.aborted(by)),
            ProgramEvent::CoordinatorLost => Ok(self.coordinator_lost()),
            ProgramEvent::LedgerBroken { words } => {
                self.fail(words);
                Ok(Heard::Changed)
            }
            ProgramEvent::ClockTicked => Ok(Heard::Changed),
        }
    }

    fn index_of(&self, story: &StoryId) -> Result<StoryIndex, ProgramRejection> {
        let found = self.program.board.roadmap().index_of(story);
        found.ok_or_else(|| ProgramRejection::UnknownStory { story: story.clone() })
    }

    fn id_of(&self, index: StoryIndex) -> StoryId {
        self.program.board.story_id(index).clone()
    }

    fn record(&self, index: StoryIndex) -> &StoryRecord {
        self.program.board.record(index)
    }

    fn change(&mut self, index: StoryIndex, change: impl FnOnce(&mut StoryRecord)) {
        self.program.board.change(index, change);
    }

    fn effect(&mut self, effect: ProgramEffect) {
        self.effects.push(effect);
    }

    /// Counts what has been spent since `counted`, and returns the new count. Counters are never lowered.
    fn spend(&mut self, counted: Usd, total: Usd) -> Usd {
        self.program.spend.add(total.minus(counted));
        counted.max(total)
    }

    /// Stops and waits for a person.
    fn escalate(&mut self, class: FailureClass, cause: ProgramCause, awaiting: Awaiting) {
        let id = self.program.last_escalation.map_or(EscalationId::FIRST, EscalationId::next);
        let escalation =
            Arc::new(ProgramEscalation { id, phase: self.program.phase, class, cause, awaiting, at: self.now });
        self.program.last_escalation = Some(id);
        self.program.state = ProgramState::Escalated { escalation: Arc::clone(&escalation) };
        self.effect(ProgramEffect::Escalate { escalation });
    }

    /// Stops whoever works on the phase; what they report later is not heard.
    fn stop_phase(&mut self) {
        if self.program.phase_is_under_way {
            self.program.phase_is_under_way = false;
            self.effect(ProgramEffect::StopPhase { phase: self.program.phase, attempt: self.program.attempt });
        }
    }

    fn go_on(&mut self) {
        self.program.state = ProgramState::Running;
        self.effect(ProgramEffect::Continue);
    }

    fn fail(&mut self, reason: &Arc<str>) {
        self.stop_phase();
        self.program.state = ProgramState::Failed { reason: Arc::clone(reason) };
        self.effect(ProgramEffect::Close { status: ProgramStatus::Failed });
    }
}
