//! The run: everything the machine knows about one ticket on its way to a branch.
//!
//! A [`Run`] changes in one place only, [`step()`], which takes an [`Event`] and answers with a [`Transition`]
//! (the next run, and what should be done about it) or a [`Rejection`]. What is *not* here: doing any of
//! it, and reading any file. Large parts are shared (`Arc`), so that a copy of a run costs little.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::actor::Actor;
use crate::domain::Unit;
use crate::escalation::{ApprovalSubject, Escalation, Question};
use crate::failure::FailureClass;
use crate::hash::{CommitSha, ContentHash};
use crate::id::{BranchName, EscalationId, IssueNumber, RunId};
use crate::phase::{PerPhase, Phase};
use crate::policy::milliseconds;
use crate::status::RunStatus;
use crate::ticket::{Ticket, TicketKind};

mod artifact;
mod effect;
mod event;
mod inputs;
mod record;
mod rejection;
mod replay;
mod spend;
mod step;
mod unit_set;

pub use artifact::{Artifact, Frozen, FrozenFile};
pub use effect::{Announcement, Brief, Effect, EffectKey, Turn};
pub use event::{
    Answer, CancelCause, Contest, Edited, Event, Found, FreezeProposal, GateEvent, History, InitReport, Learned,
    ProtectedChange, PublishReport, ResumeRequest, SteeringNote, Taken, TurnOutcome, TurnReport, Usage,
};
pub use inputs::Inputs;
pub use record::{PassKind, Record, SkipReason};
pub use rejection::Rejection;
pub use replay::{ReplayError, replay};
pub use spend::{CostSource, Grants, RUNS_PER_TICKET, Reservation, Spend};
pub use step::{Transition, step};
pub use unit_set::{MAX_UNITS, UnitSet};

/// What a run is opened for; it decides where the walk begins after `init`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Opening {
    /// A ticket, or a request to revise the work on it.
    Ticket,
    /// The checks of the repository failed on the pushed branch; the failing log is the ticket.
    CiFailure,
    /// The same, but a person is asked before anything is done.
    CiFailureAskFirst,
    /// The branch below this one moved: only rebase, verify again, and push.
    Restack,
}

/// What is fixed when a run is made.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Origin {
    pub ticket: Ticket,
    pub opening: Opening,
    pub branch: BranchName,
    pub base: BranchName,
    /// The run that this one follows, on the same branch and pull request.
    pub previous: Option<RunId>,
    /// What earlier runs of the same ticket cost; the limit per ticket counts on.
    pub spent_before: crate::money::Usd,
    pub opens_pull_request: bool,
}

/// Somebody's approval of exactly one content.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    pub subject: ApprovalSubject,
    pub hash: ContentHash,
    pub by: Actor,
    pub at: Timestamp,
    pub escalation: EscalationId,
}

/// All the machine knows about one ticket on its way to a branch; stored whole.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// The version of this format; see [`Run::FORMAT`].
    pub v: u32,
    pub id: RunId,
    pub origin: Arc<Origin>,
    pub state: RunState,
    /// Counts transitions.
    pub seq: u64,
    pub started_at: Timestamp,
    pub updated_at: Timestamp,
    pub spend: Spend,
    pub kind: TicketKind,
    /// The units that the specification affects, in the order of the configuration.
    pub units: Arc<[Unit]>,
    pub inputs: Arc<Inputs>,
    /// The hash of what the engine found out and needs again: results of tests at the base, proofs, commits. The record
    /// names it, so that nobody can change it unseen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub facts: Option<ContentHash>,
    /// For each phase what it read when it last passed; `verify` and `reverify` share a place, and so do
    /// `runtime_check` and `recheck`.
    pub passes: Arc<BTreeMap<Phase, Inputs>>,
    /// For each phase the units whose gate passed since the phase was last void.
    pub passed_units: PerPhase<UnitSet>,
    pub frozen: Arc<BTreeMap<Artifact, Frozen>>,
    /// Phases whose outcome a person edited and no gate has passed since, and who did.
    pub edits: Arc<BTreeMap<Phase, Actor>>,
    pub approvals: Arc<[Approval]>,
    /// How many escalations there were.
    pub escalations: u32,
    /// What the run had stopped for when its history was found rewritten; it still has to be resolved.
    pub unresolved: Option<Arc<Escalation>>,
    /// What people said while the run was working, not yet handed to an agent.
    pub steering: Arc<[SteeringNote]>,
    /// Everything that was said while the run was working, by its id; nothing is taken twice.
    pub steered: Arc<BTreeSet<u64>>,
    /// What people answered, not yet handed to an agent.
    pub answers: Arc<[Answer]>,
    /// Contested findings that a second reviewer has already confirmed or dropped.
    pub reviewed_contests: Arc<BTreeSet<Arc<str>>>,
    /// The phase after which the run rests.
    pub stop_after: Option<Phase>,
    pub cost_source: CostSource,
    pub pushed: Option<CommitSha>,
    pub pull_request: Option<IssueNumber>,
    /// What became of the work after the run ended.
    pub outcome: Option<Outcome>,
}

/// What became of the work after a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Closed,
    Deleted,
    Merged,
}

/// Where a run stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case", deny_unknown_fields)]
pub enum RunState {
    /// Accepted; the repository or a runner is not ready yet.
    Pending,
    Running {
        visit: Visit,
    },
    /// Waiting for a person; `visit` is where it goes on.
    Escalated {
        escalation: Arc<Escalation>,
        visit: Visit,
    },
    Complete,
    Failed {
        class: FailureClass,
        reason: Arc<str>,
    },
    Cancelled {
        by: Actor,
        cause: CancelCause,
    },
}

/// One stay in a phase.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Visit {
    pub phase: Phase,
    /// Position in [`Run::units`] of the unit at work, where the phase goes unit by unit.
    pub unit: u8,
    /// Agent turns that ended or are under way in this visit.
    pub attempt: u32,
    /// Agent and gate time of this visit; waiting for people or machines does not count.
    #[serde(with = "milliseconds")]
    pub used: Duration,
    /// How often a person's answer granted the phase its time once more.
    pub extensions: u32,
    /// Why the next turn, or the one under way, is taken.
    pub brief: Brief,
    /// Whether a person answered what stopped this visit, and no turn has heard it yet.
    pub advised: bool,
    /// Whose turn it is where units work side by side.
    pub turns: UnitSet,
    pub stage: Stage,
    /// What a failing gate means when it is asked before any new work.
    pub recheck: Recheck,
    /// Who edited what the gate is about to see, if a person did.
    pub edited_by: Option<Actor>,
    /// The `seq` of the transition that asked for what is under way; other answers are late.
    pub asked: u64,
}

/// What is under way in a visit.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case", deny_unknown_fields)]
pub enum Stage {
    /// The engine prepares the run.
    Initializing,
    /// The turn's cost is being set aside.
    Reserving,
    /// Agents work; those in `open` have not ended.
    Turns { open: UnitSet, handed: Handed, trouble: Arc<Trouble> },
    /// The gate is being evaluated.
    Gate,
    /// The branch is being published. No cancel is accepted any more.
    Publishing,
    /// There is no runner.
    Parked { interrupted: Interrupted },
}

/// What was under way when the runner went away; the next one begins it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Interrupted {
    Initializing,
    Turn,
    Gate,
    Publishing,
}

/// What people said, as handed to the turns under way; it goes back if they never end.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Handed {
    pub answers: Arc<[Answer]>,
    pub steering: Arc<[SteeringNote]>,
}

/// What a failing gate means when it is asked before any new work.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case", deny_unknown_fields)]
pub enum Recheck {
    /// The gate follows new work: a failure counts.
    No,
    /// Nothing was tried since the last failure: go on with the repair, count nothing.
    ThenRepair,
    /// The condition still holds: stop again for the same cause.
    ThenEscalate { escalation: Arc<Escalation> },
}

/// What went wrong in turns that have ended while others go on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trouble {
    /// Whether an agent asked; it may do so without a numbered question.
    pub asked: bool,
    pub questions: Vec<Question>,
    pub contest: Option<Contest>,
    pub protected: Option<ProtectedChange>,
    pub failure: Option<FailureClass>,
    pub over_budget: bool,
    /// Whether a turn broke off, so that nobody may have heard what it was told.
    pub broke: bool,
    /// Whether any turn changed anything.
    pub changed: bool,
    /// The longest turn: side by side, time passes once.
    #[serde(with = "milliseconds")]
    pub longest: Duration,
    /// Units whose turn failed; only they take it again.
    pub failed: UnitSet,
}

impl Run {
    /// The version of the stored format.
    pub const FORMAT: u32 = 1;

    /// Makes a run that has not started.
    pub fn new(id: RunId, origin: Origin, stop_after: Option<Phase>, now: Timestamp) -> Self {
        Self {
            v: Self::FORMAT,
            id,
            origin: Arc::new(origin),
            state: RunState::Pending,
            seq: 0,
            started_at: now,
            updated_at: now,
            spend: Spend::default(),
            kind: TicketKind::default(),
            units: Arc::from([]),
            inputs: Arc::default(),
            facts: None,
            passes: Arc::default(),
            passed_units: PerPhase::default(),
            frozen: Arc::default(),
            edits: Arc::default(),
            approvals: Arc::default(),
            escalations: 0,
            unresolved: None,
            steering: Arc::default(),
            steered: Arc::default(),
            answers: Arc::default(),
            reviewed_contests: Arc::default(),
            stop_after,
            cost_source: CostSource::Unknown,
            pushed: None,
            pull_request: None,
            outcome: None,
        }
    }

    /// Returns the one word that is shown.
    pub fn status(&self) -> RunStatus {
        match &self.state {
            RunState::Pending => RunStatus::Pending,
            RunState::Running { .. } => RunStatus::Running,
            RunState::Escalated { .. } => RunStatus::Escalated,
            RunState::Complete => RunStatus::Complete,
            RunState::Failed { .. } => RunStatus::Failed,
            RunState::Cancelled { .. } => RunStatus::Cancelled,
        }
    }

    /// Returns the stay in a phase that is under way or would go on.
    pub fn visit(&self) -> Option<&Visit> {
        match &self.state {
            RunState::Running { visit } | RunState::Escalated { visit, .. } => Some(visit),
            RunState::Pending | RunState::Complete | RunState::Failed { .. } | RunState::Cancelled { .. } => None,
        }
    }

    /// Returns the open escalation.
    pub fn escalation(&self) -> Option<&Escalation> {
        match &self.state {
            RunState::Escalated { escalation, .. } => Some(escalation),
            RunState::Pending
            | RunState::Running { .. }
            | RunState::Complete
            | RunState::Failed { .. }
            | RunState::Cancelled { .. } => None,
        }
    }

    /// Says whether the publication has begun, so that no cancel is accepted.
    pub fn is_finalizing(&self) -> bool {
        let RunState::Running { visit } = &self.state else {
            return false;
        };
        matches!(visit.stage, Stage::Publishing | Stage::Parked { interrupted: Interrupted::Publishing })
    }

    /// Says whether `hash` was approved for `subject`.
    pub fn is_approved(&self, subject: ApprovalSubject, hash: ContentHash) -> bool {
        self.approvals.iter().any(|approval| approval.subject == subject && approval.hash == hash)
    }

    /// Says whether any affected unit has a user interface.
    pub fn has_ui(&self) -> bool {
        self.units.iter().any(Unit::has_ui)
    }

    /// Returns the unit that `visit` works on, where its phase goes unit by unit.
    pub fn unit_of(&self, visit: &Visit) -> Option<&Unit> {
        match visit.phase.layout() {
            crate::phase::Layout::UnitByUnit | crate::phase::Layout::UiUnitByUiUnit => {
                self.units.get(usize::from(visit.unit))
            }
            crate::phase::Layout::Single | crate::phase::Layout::SideBySide | crate::phase::Layout::GateOnly => None,
        }
    }
}
