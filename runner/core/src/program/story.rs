//! How far one story is: everything about it that is not plan.

use serde::{Deserialize, Serialize};

use crate::failure::FailureClass;
use crate::hash::CommitSha;
use crate::id::{BranchName, RunId, StoryId};
use crate::money::Usd;
use crate::roadmap::named_words;

named_words! {
    /// How a story is doing; derived from its record and those of the stories it depends on.
    StoryStatus, "a story status (pending, in_progress, complete, failed, blocked, gated, cancelled, escalated)";
    Pending = "pending",
    InProgress = "in_progress",
    Complete = "complete",
    Failed = "failed",
    /// Waits for a failed, cancelled or escalated story, near or far upstream.
    Blocked = "blocked",
    /// Waits for a person's yes, or for its migration gate.
    Gated = "gated",
    Cancelled = "cancelled",
    /// Stopped and waiting for a person; not a failure.
    Escalated = "escalated",
}

impl StoryStatus {
    /// Says whether what depends on the story is blocked.
    pub fn holds_back(self) -> bool {
        match self {
            Self::Failed | Self::Blocked | Self::Cancelled | Self::Escalated => true,
            Self::Pending | Self::InProgress | Self::Complete | Self::Gated => false,
        }
    }
}

/// What is to be done for a story that waits for a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Work {
    /// A first run.
    Start,
    /// The run that stopped goes on.
    Resume,
    /// A follow-up run, after one that failed.
    Retry,
    /// A follow-up run of `rebase → reverify → recheck → finalize`, because the parent moved or was merged.
    Restack,
    /// The finished branch is merged into the program branch once more.
    Merge,
}

/// What a story is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum StoryState {
    /// Waits for what it depends on, for a yes, or for a slot.
    Waiting {
        work: Work,
    },
    /// Dispatched. Its run is known once the shell has made it.
    InFlight {
        work: Work,
    },
    /// Its run is complete, and its branch is being merged into the program branch.
    Merging,
    Complete,
    /// Waits for a person; after that, `then` is to be done.
    Escalated {
        then: Work,
    },
    Failed,
    Cancelled,
}

/// Whether a person has agreed to a story.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Consent {
    #[default]
    NotNeeded,
    Needed,
    Given,
}

/// Whether a cutover story may happen yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MigrationGate {
    /// The story switches nothing over.
    #[default]
    None,
    /// To be checked as soon as nothing else holds the story back.
    Unchecked,
    Checking,
    Unmet,
    Met,
}

/// What a branch grows from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", content = "story", rename_all = "snake_case")]
pub enum Ground {
    /// The base of the program, or its program branch.
    Base,
    /// The branch of a story.
    Story(StoryId),
}

/// Where exactly a branch was cut.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Growth {
    pub ground: Ground,
    /// The commit of the ground that the branch contains; it survives a squash of the ground (`parent_sha`).
    pub parent_sha: Option<CommitSha>,
}

impl Growth {
    /// Says whether a branch cut here needs no restack to be on `target`. The base is never chased.
    pub(super) fn is_on(&self, target: &Self) -> bool {
        self.ground == target.ground && (self.ground == Ground::Base || self.parent_sha == target.parent_sha)
    }
}

/// Everything about a story that is not plan.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoryRecord {
    pub state: StoryState,
    /// The newest run, once it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<RunId>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier_runs: Vec<RunId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branch: Option<BranchName>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<CommitSha>,
    /// Where the branch was cut, or was last known to be moved to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub growth: Option<Growth>,
    /// Where the unfinished run was dispatched to put its branch; once it is complete, that is where it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aim: Option<Growth>,
    /// Where the unfinished run was told later to put its branch; it may end before it hears that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<Growth>,
    /// Where the story was merged, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub landed: Option<Ground>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure_class: Option<FailureClass>,
    /// What the newest run has cost so far.
    pub cost: Usd,
    #[serde(default)]
    pub consent: Consent,
    #[serde(default)]
    pub migration_gate: MigrationGate,
}

impl StoryRecord {
    pub(super) fn new(consent: Consent) -> Self {
        Self {
            state: StoryState::Waiting { work: Work::Start },
            run: None,
            earlier_runs: Vec::new(),
            branch: None,
            head: None,
            growth: None,
            aim: None,
            told: None,
            landed: None,
            failure_class: None,
            cost: Usd::ZERO,
            consent,
            migration_gate: MigrationGate::None,
        }
    }

    /// Returns where the branch is, or will be if the unfinished run does as it was told.
    pub(super) fn promised_growth(&self) -> Option<&Growth> {
        self.told.as_ref().or(self.aim.as_ref()).or(self.growth.as_ref())
    }

    /// Takes up that the branch contains `parent_sha`, as its run says.
    pub(super) fn learn_growth(&mut self, parent_sha: CommitSha) {
        let candidates = [self.told.as_ref(), self.aim.as_ref()];
        let is_it = |growth: &&Growth| growth.parent_sha == Some(parent_sha);
        let is_known = self.growth.as_ref().is_some_and(|growth| growth.parent_sha == Some(parent_sha));
        let named = candidates.into_iter().flatten().find(is_it).cloned();
        let may_be_base = candidates.into_iter().flatten().any(|growth| growth.ground == Ground::Base);
        if named.is_some() {
            self.growth = named;
        } else if !is_known && may_be_base {
            // Which commit of the base it would take, nobody could know before.
            self.growth = Some(Growth { ground: Ground::Base, parent_sha: Some(parent_sha) });
        }
    }

    /// Takes up that the run is complete: it has put its branch where it was dispatched to, or told later.
    pub(super) fn conclude_growth(&mut self) {
        let has_heard = self.told.as_ref().zip(self.growth.as_ref()).is_some_and(|(told, growth)| growth.is_on(told));
        if let Some(aim) = self.aim.take().filter(|_| !has_heard) {
            let is_there = self.growth.as_ref().is_some_and(|growth| growth.is_on(&aim));
            if !is_there {
                self.growth = Some(aim);
            }
        }
        self.told = None;
    }

    /// Says whether what depends on the story may start.
    pub fn is_complete(&self) -> bool {
        self.state == StoryState::Complete
    }

    /// Says whether the story waits for a person's yes or for its migration gate.
    pub fn is_gated(&self) -> bool {
        let is_waiting = matches!(self.state, StoryState::Waiting { .. });
        is_waiting && (self.consent == Consent::Needed || self.migration_gate == MigrationGate::Unmet)
    }
}
