//! Programs: the second machine. It decides which story starts when, on which branch, and what a program waits for.
//!
//! A [`Program`] changes only by [`step()`]; what is to be done about a change leaves as [`ProgramEffect`]s. How one
//! story is carried out is not here: each is a run of its own, known by its status, its head commit and its cost.
//!
//! Races, and what was decided about each:
//! - *A report of a run that was replaced, of an attempt that was stopped, or of an ended program* is late: it
//!   changes nothing.
//! - *A story is merged while its run goes on*: the merge counts, the story is complete.
//! - *A parent moves while its child works*: the child's run is told. If it ends without having heard, its report
//!   names the old parent commit, and a follow-up run restacks it.
//! - *A parent moves while its child's run is about to exist*: the child is told as soon as its run is known.
//! - *Cancel against the last story*: whichever is recorded first decides; there is one end.
//! - *A ceiling is reached while stories are in flight*: they end by their own budgets, nothing follows.
//! - *Stories are merged after the program is complete*: it stays complete, and the branches above are restacked.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::actor::Actor;
use crate::hash::ContentHash;
use crate::id::{BranchName, EscalationId, ProgramId, StoryId};
use crate::money::Usd;
use crate::roadmap::named_words;

mod board;
mod effect;
mod escalation;
mod event;
mod index_set;
mod phase;
mod policy;
mod rejection;
mod shared_list;
mod spend;
mod step;
mod story;

pub use board::{Board, StoryCounts};
pub use effect::{Notice, ProgramEffect, ProgramTransition, StoryBase};
pub use escalation::{ProgramCause, ProgramEscalation, VerificationProblem};
pub use event::{BranchOutcome, PhaseOutcome, ProgramEvent, StoryFinding, StoryReport};
pub use phase::{Mode, ProgramPhase};
pub use policy::ProgramPolicy;
pub use rejection::ProgramRejection;
pub use spend::ProgramSpend;
pub use step::step;
pub use story::{Consent, Ground, Growth, MigrationGate, StoryRecord, StoryState, StoryStatus, Work};

named_words! {
    /// How a program is doing; derived from its state, never stored beside it.
    ProgramStatus, "a program status (pending, running, paused, escalated, complete, failed, cancelled)";
    Pending = "pending",
    Running = "running",
    /// Waits for the next day's budget, and goes on by itself.
    Paused = "paused",
    /// Stopped and waiting for a person; not a failure.
    Escalated = "escalated",
    Complete = "complete",
    Failed = "failed",
    Cancelled = "cancelled",
}

impl ProgramStatus {
    /// Says whether the program has ended.
    pub fn is_final(self) -> bool {
        match self {
            Self::Complete | Self::Failed | Self::Cancelled => true,
            Self::Pending | Self::Running | Self::Paused | Self::Escalated => false,
        }
    }
}

/// Where the branches of stories grow from.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Strategy {
    /// Each from the branch of its parent story, the first ones from the base.
    Stacked,
    /// All from this one branch, into which complete stories are merged.
    ProgramBranch { branch: BranchName },
}

/// What was ordered. Never changes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProgramOrder {
    pub id: ProgramId,
    pub mode: Mode,
    pub intent: Arc<str>,
    pub base: BranchName,
    pub strategy: Strategy,
    /// Where to begin: all that comes before this story in the order of dispatch counts as merged already.
    pub from: Option<StoryId>,
}

/// What a program is doing, with the facts that belong to it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum ProgramState {
    Pending,
    Running,
    /// Dispatches nothing more; becomes cancelled when no story is in flight.
    Cancelling {
        by: Actor,
    },
    /// The day's budget is used up; goes on at `until`.
    Paused {
        until: Timestamp,
    },
    Escalated {
        escalation: Arc<ProgramEscalation>,
    },
    Complete,
    Failed {
        reason: Arc<str>,
    },
    Cancelled {
        by: Actor,
    },
}

/// All the machine knows about a program; stored whole. A clone is cheap, whatever the number of stories.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Program {
    pub order: Arc<ProgramOrder>,
    /// Counts the transitions; part of the key of each effect.
    pub seq: u64,
    pub state: ProgramState,
    pub phase: ProgramPhase,
    /// Whether somebody works on the phase right now.
    pub phase_is_under_way: bool,
    /// Numbers the attempts at phases, over all phases; the last one handed out.
    pub attempt: u32,
    /// Failed gates per phase. Kept outside of the phase, so that no way back resets it.
    pub failures: BTreeMap<ProgramPhase, u32>,
    pub lost_coordinators: u32,
    /// What the current attempt at a phase has cost so far.
    pub attempt_cost: Usd,
    /// What a person has answered, until the next attempt at a phase gets it.
    pub answer: Option<Arc<str>>,
    pub spend: ProgramSpend,
    pub last_escalation: Option<EscalationId>,
    /// The hash of the confirmed roadmap.
    pub frozen: Option<ContentHash>,
    /// The roadmap and how far its stories are; empty until there is a valid one.
    pub board: Board,
    pub started: Timestamp,
    pub updated: Timestamp,
}

impl Program {
    /// Makes a program that has not started.
    pub fn new(order: ProgramOrder, now: Timestamp) -> Self {
        Self {
            order: Arc::new(order),
            seq: 0,
            state: ProgramState::Pending,
            phase: ProgramPhase::ProgramInit,
            phase_is_under_way: false,
            attempt: 0,
            failures: BTreeMap::new(),
            lost_coordinators: 0,
            attempt_cost: Usd::ZERO,
            answer: None,
            spend: ProgramSpend::default(),
            last_escalation: None,
            frozen: None,
            board: Board::default(),
            started: now,
            updated: now,
        }
    }

    /// Returns the one word that says how the program is doing.
    pub fn status(&self) -> ProgramStatus {
        match &self.state {
            ProgramState::Pending => ProgramStatus::Pending,
            ProgramState::Running | ProgramState::Cancelling { .. } => ProgramStatus::Running,
            ProgramState::Paused { .. } => ProgramStatus::Paused,
            ProgramState::Escalated { .. } => ProgramStatus::Escalated,
            ProgramState::Complete => ProgramStatus::Complete,
            ProgramState::Failed { .. } => ProgramStatus::Failed,
            ProgramState::Cancelled { .. } => ProgramStatus::Cancelled,
        }
    }

    /// Returns what the program waits for, if it is escalated.
    pub fn escalation(&self) -> Option<&ProgramEscalation> {
        match &self.state {
            ProgramState::Escalated { escalation } => Some(escalation),
            ProgramState::Pending
            | ProgramState::Running
            | ProgramState::Cancelling { .. }
            | ProgramState::Paused { .. }
            | ProgramState::Complete
            | ProgramState::Failed { .. }
            | ProgramState::Cancelled { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests;
