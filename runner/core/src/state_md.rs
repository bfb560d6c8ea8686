//! `STATE.md`: the state of a run in words, for people on GitHub and tools that read front matter.
//!
//! What is in the front matter is a [`StateDocument`] and reads back as it was written, whatever a ticket, an
//! answer or an agent put into it (SEC-28). The body (phase log, current escalation, last events) is a
//! rendering of that and of the [`Activity`] of the run, whose source is `iterations.log`; it is never read,
//! so the header wins over the tables by construction. Nor is the file itself authority: the ledger is.
//!
//! Files of the original product load; what is unknown in them is named, once.

use jiff::Timestamp;

use crate::domain::Unit;
use crate::failure::{FailureClass, PerClass};
use crate::id::{BranchName, EscalationId, RunId};
use crate::log::LogEntry;
use crate::money::Usd;
use crate::phase::Phase;
use crate::status::RunStatus;

mod read;
mod render;
mod write;

pub use read::{StateError, StateRead, read};

/// The version of the format, as the original product wrote it too.
pub const SCHEMA_VERSION: u32 = 1;

/// How many events the body shows.
pub const RECENT_EVENTS: usize = 10;

/// The state of a run, as its front matter has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateDocument {
    pub run_id: RunId,
    /// How people refer to the ticket: `#7`, `S-E001-001`; empty where it has no name.
    pub ticket: String,
    pub title: String,
    pub branch: Option<BranchName>,
    pub base_branch: Option<BranchName>,
    pub started: Timestamp,
    pub updated: Timestamp,
    pub phase: Phase,
    pub status: RunStatus,
    pub domains_active: Vec<ActiveUnit>,
    pub domains_complete: Vec<CompleteUnit>,
    pub domains_failed: Vec<FailedUnit>,
    /// All of them, oldest first; of an escalated run the last one is the current one.
    pub escalations: Vec<EscalationLine>,
    pub total_iterations: u32,
    pub retries_by_failure_class: PerClass,
    pub tokens_in: u64,
    pub tokens_out: u64,
    pub cost_usd: Usd,
    pub agent: String,
    /// Where the pull request is; empty where there is none.
    pub pull_request: String,
}

/// A unit that is being worked on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActiveUnit {
    pub name: Unit,
    pub agent: String,
    pub started: Timestamp,
}

/// A unit that is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompleteUnit {
    pub name: Unit,
    pub agent: String,
    pub ended: Timestamp,
    pub artifacts: Vec<String>,
}

/// A unit that was given up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedUnit {
    pub name: Unit,
    pub agent: String,
    pub ended: Timestamp,
    pub reason: String,
    pub retry_count: u32,
}

/// An escalation, in the words that people were told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EscalationLine {
    /// Missing in files of the original product.
    pub id: Option<EscalationId>,
    pub ts: Timestamp,
    pub phase: Phase,
    pub failure_class: Option<FailureClass>,
    pub reason: String,
    pub awaiting: String,
    pub recovery: String,
}

/// What happened so far, for the body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Activity<'a> {
    pub phases: &'a [PhaseLine],
    /// The log of the run, oldest first; the last [`RECENT_EVENTS`] are shown.
    pub events: &'a [LogEntry],
}

/// One visit to a phase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhaseLine {
    pub phase: Phase,
    pub unit: Option<Unit>,
    pub outcome: PhaseOutcome,
    pub agent: String,
    pub started: Timestamp,
    pub ended: Option<Timestamp>,
    pub artifacts: Vec<String>,
    pub notes: String,
}

/// How a visit to a phase went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PhaseOutcome {
    Running,
    Passed,
    Failed,
    Skipped,
    /// Not repeated, because nothing it reads had changed.
    Unchanged,
    Escalated,
}

impl PhaseOutcome {
    /// Returns the name that files and people use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
            Self::Unchanged => "unchanged",
            Self::Escalated => "escalated",
        }
    }
}

impl StateDocument {
    /// Returns the escalation that the run waits with, if it waits.
    pub fn current_escalation(&self) -> Option<&EscalationLine> {
        self.escalations.last().filter(|_| self.status == RunStatus::Escalated)
    }

    /// Writes the file.
    pub fn write(&self, activity: Activity<'_>) -> String {
        let mut file = write::front_matter(self);
        render::push_body(&mut file, self, activity);
        file
    }
}

#[cfg(test)]
mod tests;
