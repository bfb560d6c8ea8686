//! What is to be done about a change of a program.

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Program, ProgramEscalation, ProgramPhase, ProgramStatus, StoryFinding, Work};
use crate::escalation::BudgetKind;
use crate::failure::FailureClass;
use crate::hash::{CommitSha, ContentHash};
use crate::id::{BranchName, RunId, StoryId};
use crate::money::Usd;

/// What the branch of a story grows from.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoryBase {
    pub branch: BranchName,
    /// The commit to grow from, where it is the head of another story; else the newest of the branch.
    pub sha: Option<CommitSha>,
}

/// Something people should see, without having to do anything.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Notice {
    StoryComplete {
        story: StoryId,
    },
    /// The story failed, escalated or was cancelled; what depends on it is blocked.
    StoryStopped {
        story: StoryId,
        class: Option<FailureClass>,
    },
    /// 80 % of a ceiling are used.
    BudgetNear {
        budget: BudgetKind,
        spent: Usd,
        limit: Usd,
    },
}

/// One thing to do. Each can be carried out twice without harm, by the key (program, seq, index).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum ProgramEffect {
    /// Carry out an attempt at a phase, and report it by its number.
    RunPhase {
        phase: ProgramPhase,
        attempt: u32,
        answer: Option<Arc<str>>,
    },
    /// Stop the attempt; its report will not be heard.
    StopPhase {
        phase: ProgramPhase,
        attempt: u32,
    },
    /// Write the roadmap as `ready`; its plan columns do not change any more.
    FreezeRoadmap {
        hash: ContentHash,
    },
    /// Create the issues of the stories, at a pace GitHub allows.
    CreateStoryIssues,
    /// Give the story a run (or wake the one it has), with at most this budget.
    Dispatch {
        story: StoryId,
        work: Work,
        base: StoryBase,
        /// The run that goes on, or that the new one follows.
        run: Option<RunId>,
        /// The old parent commit: a restack is `rebase --onto <base> <parent_sha>`.
        parent_sha: Option<CommitSha>,
        budget: Usd,
    },
    /// Tell the unfinished run that its `rebase` is `--onto <onto> <parent_sha>`.
    TellRestack {
        story: StoryId,
        run: RunId,
        onto: StoryBase,
        parent_sha: Option<CommitSha>,
    },
    /// Merge the finished branch into the program branch, and report how that went.
    MergeIntoProgramBranch {
        story: StoryId,
        branch: Option<BranchName>,
        head: Option<CommitSha>,
    },
    /// Look whether the migration gate of the story is met, and report it.
    CheckMigrationGate {
        story: StoryId,
    },
    /// Report anew how the runs of these stories are, or that one could not be started; news may have been lost.
    LookUpRuns {
        stories: Vec<StoryId>,
    },
    Escalate {
        escalation: Arc<ProgramEscalation>,
    },
    Announce {
        notice: Notice,
    },
    /// Nothing more is dispatched today; tick at `until`.
    Pause {
        until: Timestamp,
    },
    /// The program goes on, after a pause or an escalation.
    Continue,
    /// Append what is left to `FOLLOW-UPS.md`.
    WriteFollowUps {
        findings: Vec<StoryFinding>,
    },
    /// The program has ended.
    Close {
        status: ProgramStatus,
    },
}

/// The program as it is now, and what is to be done about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProgramTransition {
    pub program: Program,
    pub effects: Vec<ProgramEffect>,
}
