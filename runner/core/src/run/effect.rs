//! What should be done about a transition.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::actor::Actor;
use crate::domain::Unit;
use crate::escalation::{ContestSubject, Escalation};
use crate::failure::FailureClass;
use crate::hash::ContentHash;
use crate::id::RunId;
use crate::money::Usd;
use crate::phase::Phase;
use crate::policy::milliseconds;
use crate::run::{Answer, Artifact, SteeringNote};
use crate::status::RunStatus;

/// Names an effect. Carrying out the effect of one key twice is harmless.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EffectKey {
    pub run: RunId,
    pub seq: u64,
    pub index: u32,
}

/// Why a turn is taken; it decides what the agent is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case", deny_unknown_fields)]
pub enum Brief {
    /// The first turn of the phase.
    First,
    /// The gate or the turn before failed.
    Retry { class: FailureClass },
    /// A later phase sent the run back.
    LoopBack { from: Phase, class: FailureClass },
    /// A person answered or advised.
    Advice,
    /// A fresh reviewer looks at a finding that the agent contests.
    SecondReview,
}

/// One agent turn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Turn {
    pub phase: Phase,
    pub unit: Option<Unit>,
    /// Position of the unit, to be repeated in the report.
    pub index: u8,
    pub attempt: u32,
    pub iteration: u32,
    pub brief: Brief,
    /// Whether a cheaper model will do.
    pub cheap: bool,
    pub usd: Usd,
    pub tokens: u64,
    /// What is left of the phase's time.
    #[serde(with = "milliseconds")]
    pub time: Duration,
    pub answers: Arc<[Answer]>,
    pub steering: Arc<[SteeringNote]>,
}

/// Something people should hear of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case", deny_unknown_fields)]
pub enum Announcement {
    /// Four fifths of the run's money are gone.
    BudgetWarning { spent: Usd, limit: Usd },
    /// These came too late for this run; `revise` takes them up.
    SteeringTooLate { notes: Arc<[SteeringNote]> },
    /// The run ended.
    Ended { status: RunStatus },
}

/// What should be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "effect", rename_all = "snake_case", deny_unknown_fields)]
pub enum Effect {
    /// Check the configuration, the tree, the base, the rules of the repository and its tests.
    Initialize,
    /// Set aside the cost of the coming turns wherever it counts, and publish that.
    Reserve {
        turns: u32,
        usd_each: Usd,
        tokens_each: u64,
    },
    AskAgent {
        turn: Turn,
    },
    /// Evaluate the gate of a phase, for one unit or for all.
    EvaluateGate {
        phase: Phase,
        unit: Option<Unit>,
        is_last_unit: bool,
    },
    /// Take up what something looks like now as what it has to look like.
    Freeze {
        artifact: Artifact,
        hash: ContentHash,
        by: Actor,
    },
    /// Put protected paths back as the base has them, unless they are approved.
    RestoreProtected,
    /// Carry out the approved change of something contested.
    ApplyContest {
        subject: ContestSubject,
        hash: ContentHash,
        by: Actor,
    },
    /// Record and push the branch, and open or update the pull request.
    Publish {
        pull_request: bool,
    },
    /// Publish the ledger and the work so far where another machine finds it.
    Checkpoint,
    /// Sweep the agent, restore what is frozen, and push the work in progress for a person to see.
    SaveWork,
    /// Stop everything that is under way.
    StopWork,
    /// Find a runner for the run.
    RequestRunner,
    /// Ask a person.
    Escalate {
        escalation: Arc<Escalation>,
    },
    Announce {
        announcement: Announcement,
    },
    /// Bring the status comment, the labels and the check run up to date.
    ShowStatus,
    /// Write the closing entry; nothing follows.
    Close,
}
