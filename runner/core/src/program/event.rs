//! What can happen to a program.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::actor::Actor;
use crate::escalation::Question;
use crate::failure::FailureClass;
use crate::gate::{Finding, GateReport};
use crate::hash::{CommitSha, ContentHash};
use crate::id::{BranchName, EscalationId, RunId, StoryId};
use crate::money::Usd;
use crate::roadmap::{Roadmap, RoadmapError};
use crate::status::RunStatus;

/// A finding of the verification, with the story it belongs to where one is known.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoryFinding {
    pub story: Option<StoryId>,
    pub finding: Finding,
}

/// How an attempt at a phase goes or went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum PhaseOutcome {
    /// It goes on; only the cost is news.
    UnderWay,
    /// `program_init` refuses: nothing can start here.
    Refused { words: Arc<str> },
    /// `program_init`, `audit` or `design_system` passed.
    Passed,
    /// `program_plan` wrote a roadmap that holds together.
    Planned { roadmap: Arc<Roadmap> },
    /// `program_plan` wrote a roadmap that does not hold together.
    RoadmapInvalid { error: RoadmapError },
    /// `migration_plan` passed, and these stories switch over.
    MigrationPlanned { cutover: Vec<StoryId> },
    /// The phase leaves questions open.
    OpenQuestions { questions: Vec<Question> },
    /// The gate of the phase failed, in its own words.
    GateFailed { class: FailureClass, words: Arc<str> },
    /// `program_verify`: the branches of these stories conflict.
    MergeConflict { stories: Vec<StoryId> },
    /// `program_verify`: all branches were merged together, and the gates ran.
    Verified {
        report: GateReport,
        findings: Vec<StoryFinding>,
        /// The stories that a failed gate points to.
        stories: Vec<StoryId>,
    },
}

/// What is known of the run of a story.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoryReport {
    pub run: RunId,
    pub status: RunStatus,
    pub failure_class: Option<FailureClass>,
    pub head: Option<CommitSha>,
    /// The commit of the parent's branch that the head contains, where the run knows.
    pub parent_sha: Option<CommitSha>,
    /// What the run has cost in all, so that hearing it twice counts once.
    pub cost: Usd,
}

/// How a merge into the program branch ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BranchOutcome {
    Merged,
    Conflict,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum ProgramEvent {
    /// Somebody wants the program to begin.
    Started,
    /// News of an attempt at a phase; `cost` is what the attempt has cost in all.
    PhaseReported {
        attempt: u32,
        cost: Usd,
        outcome: PhaseOutcome,
    },
    /// A dispatched story has its run; or a person started a follow-up run.
    StoryStarted {
        story: StoryId,
        run: RunId,
        branch: BranchName,
        parent_sha: Option<CommitSha>,
    },
    /// A dispatched story could not be started.
    StoryNotStarted {
        story: StoryId,
        class: FailureClass,
    },
    /// News of the run of a story.
    StoryReported {
        story: StoryId,
        report: StoryReport,
    },
    /// The pull request of a story was merged, by whatever method. If it was merged into the branch of another story,
    /// that one has moved, which is told first.
    StoryMerged {
        story: StoryId,
    },
    /// The branch of a finished story moved, without a run.
    StoryMoved {
        story: StoryId,
        head: CommitSha,
    },
    /// A merge into the program branch ended.
    ProgramBranchReported {
        story: StoryId,
        outcome: BranchOutcome,
    },
    /// A migration gate was looked at.
    MigrationGateReported {
        story: StoryId,
        is_met: bool,
    },
    /// A person says yes to a gated story, bound to the hash of its plan.
    StoryApproved {
        story: StoryId,
        hash: ContentHash,
        by: Actor,
    },
    /// A person answers the current escalation.
    Resumed {
        escalation: EscalationId,
        by: Actor,
        answer: Option<Arc<str>>,
        approval: Option<ContentHash>,
        /// The new ceiling of the program.
        budget: Option<Usd>,
    },
    /// A person wants all stopped stories to go on, while others may still be in flight.
    StoriesResumed {
        by: Actor,
    },
    CancelRequested {
        by: Actor,
    },
    /// A signal, a person or a deadline interrupted the coordinator.
    Aborted {
        by: Actor,
    },
    /// The coordinator disappeared, and another one takes over.
    CoordinatorLost,
    /// The record of the program was changed from outside, or cannot be read.
    LedgerBroken {
        words: Arc<str>,
    },
    /// Time has passed.
    ClockTicked,
}

impl ProgramEvent {
    /// Says whether the event only tells what has happened elsewhere; the others are wishes of people.
    pub(super) fn is_news(&self) -> bool {
        match self {
            Self::PhaseReported { .. }
            | Self::StoryStarted { .. }
            | Self::StoryNotStarted { .. }
            | Self::StoryReported { .. }
            | Self::StoryMerged { .. }
            | Self::StoryMoved { .. }
            | Self::ProgramBranchReported { .. }
            | Self::MigrationGateReported { .. }
            | Self::Aborted { .. }
            | Self::CoordinatorLost
            | Self::LedgerBroken { .. }
            | Self::ClockTicked => true,
            Self::Started
            | Self::StoryApproved { .. }
            | Self::Resumed { .. }
            | Self::StoriesResumed { .. }
            | Self::CancelRequested { .. } => false,
        }
    }
}
