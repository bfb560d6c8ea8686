//! `PROGRAM.md`: the state of a program in words.
//!
//! The front matter holds everything that is read back; sections 1 to 7 are rendered for people and never read. The
//! authority is the ledger. A file of the original product loads too.

use std::sync::Arc;

use jiff::Timestamp;

use crate::fields::{FileError, Noted};
use crate::id::{BranchName, EscalationId, ProgramId, StoryId};
use crate::program::{Mode, Program, ProgramPhase, ProgramPolicy, ProgramStatus, StoryCounts};
use crate::roadmap::named_words;

mod read;
mod write;

pub use write::{LogAction, LogLine, ProgramSections};

named_words! {
    /// Where branches grow from, by name.
    StrategyName, "a branch strategy (stacked, program-branch)";
    Stacked = "stacked",
    ProgramBranch = "program-branch",
}

/// How long something that is replaced stays available.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeprecationPolicy {
    pub notice_days: u32,
    pub dual_availability_days: u32,
}

impl Default for DeprecationPolicy {
    fn default() -> Self {
        Self { notice_days: 90, dual_availability_days: 180 }
    }
}

/// An escalation as the file lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EscalationEntry {
    pub id: Option<EscalationId>,
    pub at: Option<Timestamp>,
    pub phase: Arc<str>,
    pub reason: Arc<str>,
    pub awaiting: Arc<str>,
    pub recovery: Arc<str>,
}

/// The front matter of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgramFile {
    pub program_id: Option<ProgramId>,
    pub mode: Mode,
    pub intent: Arc<str>,
    pub status: ProgramStatus,
    pub phase: ProgramPhase,
    pub started: Option<Timestamp>,
    pub updated: Option<Timestamp>,
    pub default_base: Option<BranchName>,
    pub branch_strategy: StrategyName,
    pub parallelism: u32,
    pub pr_draft: bool,
    pub allow_big_bang: bool,
    pub deprecation_policy: DeprecationPolicy,
    pub stories: StoryCounts,
    pub last_completed_story: Option<StoryId>,
    pub last_completed_at: Option<Timestamp>,
    pub escalations: Vec<EscalationEntry>,
}

impl ProgramFile {
    /// Returns what is to be shown of `program`; `reason` and `recovery` say in words why it is escalated and what
    /// would help.
    ///
    /// What the machine does not keep has its usual value, for the caller to replace.
    pub fn of_program(program: &Program, policy: &ProgramPolicy, reason: &str, recovery: &str) -> Self {
        let order = &program.order;
        let escalations = program.escalation().map(|escalation| EscalationEntry {
            id: Some(escalation.id),
            at: Some(escalation.at),
            phase: Arc::from(escalation.phase.name()),
            reason: Arc::from(reason),
            awaiting: Arc::from(escalation.awaiting.name()),
            recovery: Arc::from(recovery),
        });
        Self {
            program_id: Some(order.id),
            mode: order.mode,
            intent: Arc::clone(&order.intent),
            status: program.status(),
            phase: program.phase,
            started: Some(program.started),
            updated: Some(program.updated),
            default_base: Some(order.base.clone()),
            branch_strategy: match order.strategy {
                crate::program::Strategy::Stacked => StrategyName::Stacked,
                crate::program::Strategy::ProgramBranch { .. } => StrategyName::ProgramBranch,
            },
            parallelism: policy.parallelism.get(),
            pr_draft: true,
            allow_big_bang: false,
            deprecation_policy: DeprecationPolicy::default(),
            stories: program.board.counts(),
            last_completed_story: None,
            last_completed_at: None,
            escalations: escalations.into_iter().collect(),
        }
    }
}

/// Reads the front matter; what was read over comes with it.
pub fn read_program_md(text: &str) -> Result<Noted<ProgramFile>, FileError> {
    read::read(text)
}

/// Writes the file.
pub fn write_program_md(file: &ProgramFile, sections: &ProgramSections) -> String {
    write::write(file, sections)
}

#[cfg(test)]
mod tests;
