//! What was asked for, by whom, and from where, exactly as it stood when it was accepted.

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::actor::Actor;
use crate::hash::ContentHash;
use crate::id::{IssueNumber, RepoName, StoryId};

/// Where a ticket came from.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Source {
    /// Typed or read from a file on the command line.
    CommandLine,
    /// An issue; the repository is known by its number, because names change.
    Issue { repository_id: u64, repository: RepoName, number: IssueNumber },
    /// A story of a program.
    Story { story: StoryId },
}

/// What was asked for. Later edits of the issue do not change it (SEC-24).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ticket {
    pub source: Source,
    pub title: Arc<str>,
    pub body: Arc<str>,
    pub requested_by: Actor,
    pub accepted_at: Timestamp,
}

impl Ticket {
    /// Returns the hash of what was accepted.
    pub fn hash(&self) -> ContentHash {
        ContentHash::of_parts([self.title.as_bytes(), self.body.as_bytes()])
    }

    /// Returns how people refer to the ticket: `#7`, `S-E001-001`, or nothing.
    pub fn reference(&self) -> Option<String> {
        match &self.source {
            Source::CommandLine => None,
            Source::Issue { number, .. } => Some(number.to_string()),
            Source::Story { story } => Some(story.to_string()),
        }
    }
}

/// The kind of work, which decides what has to be proven.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TicketKind {
    /// Something is to behave differently: new tests must be red before the code exists.
    #[default]
    #[serde(rename = "behaviour")]
    Behavior,
    /// Nothing is to behave differently: the same tests pass before and after.
    Preserving,
    /// No code is to change: the diff proves it.
    NoCode,
}

impl TicketKind {
    /// Returns the name that files and people use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Behavior => "behaviour",
            Self::Preserving => "preserving",
            Self::NoCode => "no_code",
        }
    }
}
