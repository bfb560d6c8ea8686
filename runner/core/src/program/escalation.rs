//! Why a program waits for a person. What would let it go on is [`Awaiting`], as for runs.

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::ProgramPhase;
use crate::actor::Actor;
use crate::escalation::{Awaiting, Question};
use crate::failure::FailureClass;
use crate::id::{EscalationId, StoryId};
use crate::money::Usd;
use crate::roadmap::RoadmapError;

/// What the verification of all branches together objects to.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum VerificationProblem {
    /// The branches cannot be merged together.
    MergeConflict,
    /// A check fails on all branches together.
    GateFailed { check: Arc<str> },
    /// A check could not run.
    GateUnavailable { check: Arc<str> },
    /// Findings at or above the severity that blocks.
    Findings { count: u32 },
}

/// Why a program stopped.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum ProgramCause {
    /// The phase left questions open that only a person can answer.
    OpenQuestions { questions: Vec<Question> },
    /// The roadmap cannot be carried out.
    RoadmapInvalid { error: RoadmapError },
    /// The roadmap waits for a yes.
    RoadmapUnconfirmed { stories: u32 },
    /// The gate of the phase failed too often.
    PhaseExhausted { failures: u32, words: Arc<str> },
    /// No story is in flight, and none can start.
    NothingCanGoOn {
        /// Stories that failed, escalated or were cancelled.
        stopped: Vec<StoryId>,
        /// Stories that wait for a yes.
        gated: Vec<StoryId>,
        /// Stories whose migration gate is unmet.
        unmet: Vec<StoryId>,
    },
    /// All stories are complete, and together they do not hold.
    VerificationFailed { problem: VerificationProblem, stories: Vec<StoryId> },
    /// The ceiling of the program is reached.
    BudgetExhausted { spent: Usd, limit: Usd },
    /// The work was interrupted by a signal, a person or a deadline of the machine.
    Aborted { by: Actor },
    /// The machines that coordinated kept disappearing.
    CoordinatorLost { times: u32 },
}

impl ProgramCause {
    /// Says whether the program goes on without being told, once the stories have changed.
    pub(super) fn ends_by_itself(&self) -> bool {
        match self {
            Self::NothingCanGoOn { .. } | Self::VerificationFailed { .. } => true,
            Self::OpenQuestions { .. }
            | Self::RoadmapInvalid { .. }
            | Self::RoadmapUnconfirmed { .. }
            | Self::PhaseExhausted { .. }
            | Self::BudgetExhausted { .. }
            | Self::Aborted { .. }
            | Self::CoordinatorLost { .. } => false,
        }
    }
}

/// A program that waits for a person.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProgramEscalation {
    pub id: EscalationId,
    pub phase: ProgramPhase,
    pub class: FailureClass,
    pub cause: ProgramCause,
    pub awaiting: Awaiting,
    pub at: Timestamp,
}
