//! `iterations.log`: what happened, one JSON object per line, for people and dashboards.
//!
//! A line is complete in itself, holds no control character and is never longer than [`MAX_LINE_BYTES`], so
//! that it can be appended in one write and followed with any tool. The log is a view: the ledger is what
//! counts.
//!
//! Lines of the original product (without `v`) are read too; what they have that ours have not goes into the notes.
//! A line that cannot be read is handed on as it is, with its number, never dropped.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::domain::Unit;
use crate::failure::FailureClass;
use crate::hash::CommitSha;
use crate::id::{IdError, RunId, text_serde};
use crate::money::Usd;
use crate::phase::Phase;

mod read;
mod write;

pub use read::{LogContent, LogLine, read};
pub(crate) use read::{class_of, usd_of};
pub use write::MAX_LINE_BYTES;

/// The version that our lines carry as `v`.
pub const VERSION: u64 = 1;

/// Declares the events with their names, so that the list and the names cannot drift apart.
macro_rules! log_events {
    ($count:literal; $($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// What a line is about.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum LogEvent {
            $($(#[$doc])* $variant,)*
        }

        impl LogEvent {
            /// All events.
            pub const ALL: [Self; $count] = [$(Self::$variant,)*];

            /// Returns the name that files and people use.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }
        }
    };
}

log_events! { 19;
    RunStarted = "run_started",
    PhaseEnter = "phase_enter",
    PhaseExit = "phase_exit",
    AgentStart = "agent_start",
    /// `progress` in the original product.
    AgentProgress = "agent_progress",
    AgentEnd = "agent_end",
    TestRun = "test_run",
    GateReport = "gate_report",
    Commit = "commit",
    Retry = "retry",
    LoopBack = "loop_back",
    Escalation = "escalation",
    Answer = "answer",
    Resume = "resume",
    Budget = "budget",
    Violation = "violation",
    Push = "push",
    PullRequest = "pull_request",
    RunEnded = "run_ended",
}

impl fmt::Display for LogEvent {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

impl FromStr for LogEvent {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let found = Self::ALL.into_iter().find(|event| event.name() == text);
        found.ok_or_else(|| IdError::new(text, "an event of the log (run_started, phase_enter, …)"))
    }
}

text_serde!(LogEvent);

/// One line of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEntry {
    pub ts: Timestamp,
    /// Counts up within a run; of a line of the original product, its line number.
    pub seq: u64,
    pub event: LogEvent,
    pub run_id: Option<RunId>,
    pub phase: Option<Phase>,
    /// Written as `domain`.
    pub unit: Option<Unit>,
    pub agent: Option<String>,
    pub outcome: Option<String>,
    pub failure_class: Option<FailureClass>,
    pub duration_ms: Option<u64>,
    pub command: Option<String>,
    pub commit_sha: Option<CommitSha>,
    pub tokens_in: Option<u64>,
    pub tokens_out: Option<u64>,
    pub cost_usd: Option<Usd>,
    pub notes: String,
}

/// How two lines that follow each other are out of order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disorder {
    /// The second one does not count up.
    Sequence,
    /// The second one is earlier.
    Time,
}

impl LogEntry {
    /// Makes an entry about `event` with nothing else in it.
    pub fn new(ts: Timestamp, seq: u64, event: LogEvent) -> Self {
        Self {
            ts,
            seq,
            event,
            run_id: None,
            phase: None,
            unit: None,
            agent: None,
            outcome: None,
            failure_class: None,
            duration_ms: None,
            command: None,
            commit_sha: None,
            tokens_in: None,
            tokens_out: None,
            cost_usd: None,
            notes: String::new(),
        }
    }

    /// Returns the line, with its line end. Texts that are too long are cut and end in `…`.
    pub fn to_line(&self) -> String {
        write::to_line(self)
    }

    /// Returns how this entry is out of order behind `previous`, if it is.
    pub fn disorder_behind(&self, previous: &Self) -> Option<Disorder> {
        if self.seq <= previous.seq {
            Some(Disorder::Sequence)
        } else if self.ts < previous.ts {
            Some(Disorder::Time)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests;
