//! The deliberate stop: why a run waits for a person, and what would let it go on.
//!
//! The sentences people read about it are in `words`; here are only the facts.

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::actor::Actor;
use crate::domain::Unit;
use crate::failure::FailureClass;
use crate::gate::Finding;
use crate::hash::{ContentHash, TreeHash};
use crate::id::{EscalationId, QuestionId};
use crate::money::Usd;
use crate::phase::Phase;

/// A question that only a person can answer.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    pub id: QuestionId,
    pub text: Arc<str>,
}

/// What an agent contests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContestSubject {
    Test,
    Contract,
    Spec,
    Finding,
}

/// What an approval is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApprovalSubject {
    /// A change of protected paths.
    ProtectedPaths,
    /// The plan of a ticket that promises to change no behavior.
    PreservingPlan,
    /// What a contested test, contract or specification would become.
    Contest,
    /// A change too large to review comfortably.
    LargeChange,
    /// The configuration that the first story of a greenfield program proposes.
    ProposedConfig,
    /// The roadmap of a program.
    Roadmap,
    /// Stories of a program that are too large to begin unasked.
    Stories,
}

/// The money or tokens that ran out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BudgetKind {
    UsdPerTurn,
    UsdPerRun,
    UsdPerDay,
    UsdPerTicket,
    UsdPerProgram,
    TokensPerTurn,
    TokensPerRun,
    TokensPerDay,
}

/// What would let the run go on.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Awaiting {
    /// Answers to these questions; empty where the question is not numbered.
    Answer { questions: Vec<QuestionId> },
    /// Somebody's approval of exactly this content.
    Approval { subject: ApprovalSubject, hash: ContentHash },
    /// Something has to be repaired; the gate is asked first when the run resumes.
    Change,
    /// More of a budget.
    Budget { budget: BudgetKind },
}

impl Awaiting {
    /// Returns the word that `STATE.md` and people use.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Answer { .. } => "answer",
            Self::Approval { .. } => "approval",
            Self::Change => "change",
            Self::Budget { .. } => "budget",
        }
    }
}

/// Why the run stopped.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Cause {
    /// The specification has open questions.
    OpenQuestions { questions: Vec<Question> },
    /// The agent asked in the middle of its work.
    AgentAsked { questions: Vec<Question> },
    /// The agent contests something it was given.
    Contested { subject: ContestSubject, id: Arc<str>, reason: Arc<str> },
    /// The same class of failure came back too often.
    ClassExhausted { class: FailureClass, failures: u32 },
    /// The phase was retried too often.
    PhaseExhausted { retries: u32 },
    /// The run took too many iterations.
    IterationsExhausted { iterations: u32 },
    /// The phase took too long.
    TimeExhausted { minutes: u32 },
    /// Money or tokens ran out.
    BudgetExhausted { budget: BudgetKind, spent: Usd, limit: Usd },
    /// The agent does not say what it costs, and the configuration forbids that.
    UnmeteredAgent,
    /// The base has changes that conflict.
    RebaseConflict,
    /// A security check found something at or above the blocking severity.
    HighSecurityFinding,
    /// Contracts, or the plans of several units, contradict each other.
    Disagreement,
    /// The agent changed protected paths.
    ProtectedPaths { paths: Vec<Arc<str>> },
    /// A check could not run.
    GateUnavailable { check: Arc<str>, why: Arc<str> },
    /// The specification needs a unit that the configuration does not have.
    UnitNotConfigured { unit: Unit },
    /// The work was interrupted by a signal, a person or a deadline of the machine.
    Aborted { by: Actor },
    /// The machines that did the work kept disappearing.
    RunnerLost { times: u32 },
    /// The remote refused the push, in its own words.
    PushRejected { words: Arc<str> },
    /// What would have been pushed did not pass the checks before a push.
    UnsafePush { words: Arc<str> },
    /// The remote did not answer.
    RemoteUnreachable { words: Arc<str> },
    /// The change is larger than the configuration allows.
    TooLarge { lines: u32, limit: u32 },
    /// A ticket that promises to change no behavior waits for a yes to its plan.
    PreservingPlan,
    /// There is no configuration yet, and the one that was proposed waits for a yes.
    ProposedConfig,
    /// The branch no longer contains what the run had recorded.
    HistoryRewritten,
    /// The run was asked to go no further than this.
    StopRequested,
    /// The checks of the repository failed on the pushed branch.
    CiFailed,
}

/// A run that waits for a person.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Escalation {
    pub id: EscalationId,
    pub phase: Phase,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<Unit>,
    pub class: FailureClass,
    pub cause: Cause,
    pub awaiting: Awaiting,
    pub at: Timestamp,
    /// The tree as the run left it; what differs at the resume is a person's work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tree: Option<TreeHash>,
    /// The findings that led here, at most [`MAX_EVIDENCE`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<Finding>,
}

/// More findings than anybody reads in a comment; the report has them all.
pub const MAX_EVIDENCE: usize = 20;
