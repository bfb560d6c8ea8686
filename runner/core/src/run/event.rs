//! What can happen to a run.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::actor::Actor;
use crate::domain::Unit;
use crate::escalation::{BudgetKind, ContestSubject, Question};
use crate::gate::GateReport;
use crate::hash::{CommitSha, ContentHash, TreeHash};
use crate::id::{CommentId, EscalationId, IssueNumber, QuestionId};
use crate::money::Usd;
use crate::phase::Phase;
use crate::policy::milliseconds;
use crate::run::{Artifact, CostSource, FrozenFile, Inputs};
use crate::ticket::TicketKind;

/// What can happen to a run.
///
/// Answers to something the machine asked for carry `asked`, the `seq` of the transition that asked; an
/// answer to anything but the latest question is late and dropped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case", deny_unknown_fields)]
pub enum Event {
    /// The repository and a runner are ready.
    Started,
    /// `init` has looked at the configuration, the base and its tests.
    Initialized {
        asked: u64,
        report: InitReport,
    },
    /// The turn's cost is set aside, everywhere it counts.
    Reserved {
        asked: u64,
    },
    /// A budget that is kept elsewhere has no room for the turn.
    ReservationRefused {
        asked: u64,
        budget: BudgetKind,
        spent: Usd,
        limit: Usd,
    },
    /// An agent's turn ended.
    TurnEnded {
        asked: u64,
        report: TurnReport,
    },
    /// A gate was evaluated.
    GateReported {
        asked: u64,
        report: GateEvent,
    },
    /// The publication ended.
    Published {
        asked: u64,
        report: PublishReport,
    },
    /// A person wants the run to go on.
    ResumeRequested {
        request: ResumeRequest,
    },
    /// Somebody said something while the run was working.
    Steered {
        note: SteeringNote,
    },
    CancelRequested {
        by: Actor,
        cause: CancelCause,
    },
    /// The pull request was merged, whatever else happened to it.
    Merged {
        by: Actor,
    },
    /// A signal, a person, or the machine's own deadline interrupted the work.
    Aborted {
        by: Actor,
    },
    /// The job reached its internal deadline and put everything down in order.
    HandedOver,
    /// The runner's lease expired.
    RunnerLost,
    /// A runner holds the lease.
    RunnerReady,
    /// The record of the run does not match its chain.
    LedgerTampered,
}

/// What `init` found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case", deny_unknown_fields)]
#[expect(clippy::large_enum_variant, reason = "there is one of it at a time, in an event that is no smaller")]
pub enum InitReport {
    Ready {
        inputs: Inputs,
        /// How the cost of the chosen agent will be known.
        cost_source: CostSource,
        /// The hash of what was found out; see [`crate::run::Run::facts`].
        #[serde(default, skip_serializing_if = "Option::is_none")]
        facts: Option<ContentHash>,
    },
    /// Nothing can start like this; the reason is a sentence.
    Refused { reason: Arc<str> },
}

/// What a turn used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Usage {
    pub tokens_in: u64,
    pub tokens_out: u64,
    /// `None` where nobody knows.
    pub usd: Option<Usd>,
}

/// Something the agent was given and holds to be wrong.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contest {
    pub subject: ContestSubject,
    /// The test, contract, criterion or finding.
    pub id: Arc<str>,
    pub reason: Arc<str>,
    /// The hash of the proposed change, where one is proposed.
    pub diff: Option<ContentHash>,
}

/// Protected paths that a turn changed.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProtectedChange {
    pub paths: Vec<Arc<str>>,
    /// Names the paths, modes and new contents.
    pub hash: ContentHash,
}

/// How a turn ended, as far as the engine could see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case", deny_unknown_fields)]
pub enum TurnOutcome {
    /// The agent says that it is done; the gate will tell.
    Done,
    /// The agent asks, or says that it cannot go on.
    Asked {
        questions: Vec<Question>,
    },
    Contested {
        contest: Contest,
    },
    /// The agent or its provider failed, or what it left behind cannot be read.
    Failed,
    /// It was silent too long, or the time of the phase ended.
    TimedOut,
    /// It was stopped because its own budget for the turn was used up.
    OverBudget,
}

/// A turn that ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TurnReport {
    /// Position of the unit where units work side by side, else 0.
    pub unit: u8,
    pub outcome: TurnOutcome,
    pub usage: Usage,
    /// Extra prompts it took to get a readable answer; each counts as an iteration.
    pub repairs: u32,
    /// Whether anything but the turn's own report changed.
    pub changed: bool,
    #[serde(with = "milliseconds")]
    pub duration: Duration,
    /// Frozen tests that were touched; they are restored already.
    pub drifted_tests: Vec<Arc<str>>,
    /// Other frozen files that were touched; they are restored already.
    pub touched_frozen: Vec<Arc<str>>,
    pub protected: Option<ProtectedChange>,
}

/// What a gate's evaluation taught, beyond its verdict.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Learned {
    /// After `analyze`: the kind of the ticket.
    pub kind: Option<TicketKind>,
    /// After `analyze`: the units it affects, in the order of the configuration.
    pub units: Option<Vec<Unit>>,
    /// After `analyze`: questions that are still open.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub questions: Vec<Question>,
    /// What is to be frozen if the gate passes.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub freeze: BTreeMap<Artifact, FreezeProposal>,
}

/// What something looks like that is to be frozen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FreezeProposal {
    pub hash: ContentHash,
    pub files: Arc<[FrozenFile]>,
}

/// A gate that was evaluated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GateEvent {
    pub report: GateReport,
    /// What everything looked like while the gate ran.
    pub inputs: Inputs,
    #[serde(default)]
    pub learned: Learned,
    /// The hash of what was found out so far, where that is another one now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub facts: Option<ContentHash>,
    #[serde(with = "milliseconds")]
    pub duration: Duration,
}

/// How the publication ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case", deny_unknown_fields)]
pub enum PublishReport {
    Pushed {
        commit: CommitSha,
        pull_request: Option<IssueNumber>,
    },
    /// There is no remote; the branch is in the local repository.
    NoRemote {
        commit: CommitSha,
    },
    /// The remote said no.
    Rejected {
        words: Arc<str>,
    },
    /// The remote did not answer.
    Unreachable {
        words: Arc<str>,
    },
    /// A check before the push did not pass.
    Unsafe {
        words: Arc<str>,
    },
    /// The change is larger than allowed; `hash` names its tree.
    TooLarge {
        lines: u32,
        hash: ContentHash,
    },
}

/// A comment that was taken, exactly as it stood then.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Taken {
    pub comment: CommentId,
    pub by: Actor,
    /// The hash of the whole comment.
    pub hash: ContentHash,
}

/// A person's answer.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// The text, cleaned; it reaches the agent as data.
    pub text: Arc<str>,
    /// Questions that the text leaves open.
    pub leaves_open: Vec<QuestionId>,
    pub by: Actor,
    /// The comments that it was put together from; none at a terminal.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub taken: Vec<Taken>,
}

/// How the history found at a resume relates to the one that was recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum History {
    /// The same, a descendant, or a rebase.
    Continued,
    /// Neither.
    Rewritten,
}

/// What a person edited while the run waited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edited {
    pub spec: bool,
    pub contracts: bool,
    /// `test-plan.md`, `decisions.md`, or a proposed configuration.
    pub plan: bool,
    pub tests: bool,
    pub end_to_end_tests: bool,
    pub code: bool,
}

/// What was found at a resume.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Found {
    pub history: History,
    pub edited: Edited,
    pub tree: Option<TreeHash>,
}

/// A person's wish that the run goes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResumeRequest {
    pub by: Actor,
    /// The escalation that the person saw.
    pub escalation: EscalationId,
    pub answer: Option<Answer>,
    /// The approved hash, written out in full.
    pub approval: Option<ContentHash>,
    /// The new total of the run in dollars.
    pub raise_usd: Option<Usd>,
    /// The phase to go back to; not later than the one that stopped.
    pub phase: Option<Phase>,
    /// The phase after which to rest again.
    pub stop_after: Option<Phase>,
    pub found: Found,
}

impl ResumeRequest {
    /// Makes a request that brings nothing but the wish.
    pub fn new(by: Actor, escalation: EscalationId, found: Found) -> Self {
        Self { by, escalation, answer: None, approval: None, raise_usd: None, phase: None, stop_after: None, found }
    }
}

/// Something said while the run was working.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SteeringNote {
    /// Where it was said; the same place is taken once.
    pub id: u64,
    pub by: Actor,
    pub text: Arc<str>,
}

/// Why a run was cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CancelCause {
    Command,
    IssueClosed,
    IssueDeleted,
    IssueTransferred,
    PullRequestClosed,
    BranchDeleted,
    RepositoryDeleted,
    InstallationSuspended,
    InstallationRemoved,
}
