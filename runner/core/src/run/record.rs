//! What a transition adds to the story of a run; `iterations.log` is written from it.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::actor::Actor;
use crate::domain::Unit;
use crate::failure::FailureClass;
use crate::hash::{CommitSha, ContentHash};
use crate::id::{EscalationId, IssueNumber};
use crate::money::Usd;
use crate::phase::Phase;
use crate::run::{Artifact, Brief};
use crate::status::RunStatus;

/// Why a phase was skipped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case", deny_unknown_fields)]
pub enum SkipReason {
    /// No affected unit has a user interface.
    NoUserInterface,
    /// The configuration turned the review off.
    ReviewDisabled,
    /// The ticket changes no code, and the diff has to prove it.
    NoCode,
    /// The ticket changes no behavior, and the tests of the base have to prove it.
    Preserving,
    /// The gate had nothing to check.
    NothingToCheck { why: Arc<str> },
}

/// How a phase was left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case", deny_unknown_fields)]
pub enum PassKind {
    /// The gate passed.
    Passed,
    Skipped {
        reason: SkipReason,
    },
    /// What it reads is what it read when it last passed.
    Unchanged,
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case", deny_unknown_fields)]
pub enum Record {
    RunStarted,
    PhaseEntered {
        phase: Phase,
    },
    PhaseLeft {
        phase: Phase,
        how: PassKind,
    },
    UnitPassed {
        phase: Phase,
        unit: Unit,
    },
    TurnStarted {
        phase: Phase,
        unit: Option<Unit>,
        attempt: u32,
        iteration: u32,
        brief: Brief,
    },
    TurnEnded {
        phase: Phase,
        unit: Option<Unit>,
        outcome: Option<FailureClass>,
        usd: Option<Usd>,
        tokens_in: u64,
        tokens_out: u64,
    },
    GatePassed {
        phase: Phase,
        unit: Option<Unit>,
    },
    GateFailed {
        phase: Phase,
        unit: Option<Unit>,
        class: FailureClass,
        counted: bool,
    },
    Retried {
        phase: Phase,
        class: FailureClass,
    },
    LoopedBack {
        from: Phase,
        to: Phase,
        class: FailureClass,
    },
    Violation {
        class: FailureClass,
        paths: Vec<Arc<str>>,
    },
    Contested {
        id: Arc<str>,
    },
    Frozen {
        artifact: Artifact,
        hash: ContentHash,
        before: Option<ContentHash>,
        by: Actor,
    },
    Voided {
        phase: Phase,
        by: Actor,
    },
    Approved {
        hash: ContentHash,
        by: Actor,
        escalation: EscalationId,
    },
    Answered {
        by: Actor,
        escalation: EscalationId,
    },
    Granted {
        class: FailureClass,
        by: Actor,
    },
    BudgetRaised {
        to: Usd,
        by: Actor,
    },
    BudgetWarned {
        spent: Usd,
        limit: Usd,
    },
    Forfeited {
        turns: u32,
        usd: Usd,
    },
    Escalated {
        escalation: EscalationId,
        class: FailureClass,
    },
    Resumed {
        escalation: EscalationId,
        by: Actor,
        phase: Phase,
    },
    Steered {
        id: u64,
        by: Actor,
    },
    HandedOver,
    RunnerLost {
        times: u32,
    },
    Published {
        commit: CommitSha,
        pull_request: Option<IssueNumber>,
        remote: bool,
    },
    RunEnded {
        status: RunStatus,
    },
}
