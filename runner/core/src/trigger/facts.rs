//! The facts that decisions rest on, as the shells gather them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::settle::{End, TicketState};
use crate::actor::Actor;
use crate::config::ReviseTrigger;
use crate::escalation::Awaiting;
use crate::hash::ContentHash;
use crate::id::{CommentId, EscalationId, IssueNumber, RunId};
use crate::permission::{AccessRules, OtherApprovers, Person};
use crate::phase::Phase;
use crate::policy::Limits;
use crate::run::Outcome;
use crate::status::RunStatus;

/// Numbers a review of a pull request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ReviewId(pub u64);

/// Everything that is known when something happened to a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    pub event: Event,
    /// When it happened, by GitHub's clock.
    pub at: Timestamp,
    /// Whoever did it; for [`Event::ReadyToStart`] whoever asked for the run, looked up anew.
    pub sender: Person,
    /// The issue or pull request where it happened.
    pub number: IssueNumber,
    pub place: Place,
    /// The newest run of the ticket.
    pub run: Option<RunFacts>,
    /// The newest program of the issue.
    pub program: Option<ProgramFacts>,
    /// What the API says now.
    pub state: TicketState,
    /// Whether the trigger label is on the issue now.
    pub is_label_on: bool,
    pub other_approvers: OtherApprovers,
    pub counts: Counts,
    /// Whether a refusal was already spoken to the sender on this issue.
    pub was_refused_before: bool,
    /// Whether the delivery is given up after this try.
    pub is_last_try: bool,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    LabelAdded {
        label: String,
    },
    /// An issue was opened, with these labels on it.
    IssueOpened {
        labels: Vec<String>,
    },
    /// A comment or review was created.
    Created(Remark),
    /// A comment or review was edited.
    Edited,
    /// A comment or review was deleted.
    Deleted(RemarkKind),
    /// Something closed, reopened, merged, moved, was locked, renamed, archived, suspended or deleted, or a
    /// label came off: the state of the API says what follows.
    StateChanged,
    /// A pending run could begin now.
    ReadyToStart,
}

/// A comment or review, as it stood in the event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    pub kind: RemarkKind,
    /// The account that wrote it.
    pub author: u64,
    pub body: String,
    /// Whether it is a review that requests changes.
    pub requests_changes: bool,
}

/// Which comment or review it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RemarkKind {
    /// A comment in the conversation of an issue or pull request.
    Comment(CommentId),
    /// The body of a review.
    Review(ReviewId),
    /// A comment on a line of a diff.
    Inline { comment: CommentId, review: ReviewId },
}

impl RemarkKind {
    /// Returns the review that it belongs to.
    pub fn review(self) -> Option<ReviewId> {
        match self {
            Self::Comment(_) => None,
            Self::Review(review) | Self::Inline { review, .. } => Some(review),
        }
    }
}

/// Where it happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Issue,
    PullRequest {
        /// The repository the branch is in; `None` if that was deleted.
        head_repository: Option<u64>,
        base_repository: u64,
    },
}

impl Place {
    /// Says whether the work comes from another repository, or from one that is gone (SEC-70).
    pub fn is_fork(self) -> bool {
        match self {
            Self::Issue => false,
            Self::PullRequest { head_repository, base_repository } => head_repository != Some(base_repository),
        }
    }
}

/// The newest run of a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunFacts {
    pub id: RunId,
    pub stage: Stage,
    pub requested_by: Actor,
    pub accepted_at: Timestamp,
    /// The comment or review that asked for it.
    pub started_by: Option<RemarkKind>,
    /// The review that it is a follow-up of.
    pub review: Option<ReviewId>,
    /// The thread where people reply to it: the issue, later the pull request.
    pub home: IssueNumber,
    /// What became of it after its end, as far as recorded.
    pub outcome: Option<Outcome>,
}

/// How far a run is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    Pending,
    Running,
    /// Running, and past the point where it could be cancelled.
    Finalizing,
    Escalated(StoppedRun),
    Ended(End),
}

impl Stage {
    /// Returns the one word for it.
    pub fn status(&self) -> RunStatus {
        match self {
            Self::Pending => RunStatus::Pending,
            Self::Running | Self::Finalizing => RunStatus::Running,
            Self::Escalated(_) => RunStatus::Escalated,
            Self::Ended(End::Complete) => RunStatus::Complete,
            Self::Ended(End::Failed) => RunStatus::Failed,
            Self::Ended(End::Cancelled) => RunStatus::Cancelled,
        }
    }
}

/// The open escalation of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoppedRun {
    pub escalation: EscalationId,
    pub phase: Phase,
    pub awaiting: Awaiting,
    /// When our comment asked for it, by GitHub's clock; `None` if it did not yet.
    pub asked_at: Option<Timestamp>,
    /// The hash of what an approval would cover, as it stands on the branch now; `None` if it is gone.
    pub covered_now: Option<ContentHash>,
}

/// The newest program of an issue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgramFacts {
    pub stage: ProgramStage,
    pub requested_by: Actor,
    pub accepted_at: Timestamp,
    /// What it waits for a yes to.
    pub awaited: Option<AwaitedApproval>,
}

/// A content that waits for a yes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AwaitedApproval {
    /// The hash as it was asked for.
    pub hash: ContentHash,
    /// The hash as it would be asked for now; `None` if there is nothing left to approve.
    pub covered_now: Option<ContentHash>,
}

/// How far a program is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProgramStage {
    /// Pending or running.
    Active,
    /// Paused or escalated.
    Stopped,
    Ended,
}

/// How much happened lately.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Commands of the sender in this repository within the last hour, before this one.
    pub commands_last_hour: u32,
    /// Runs started or resumed on this ticket within the last hour.
    pub runs_last_hour: u32,
    /// How many events of bots led to this one, one after another, without a person between.
    pub bot_chain: u32,
}

/// What a repository says about triggers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TriggerRules {
    pub access: AccessRules,
    /// The label that starts a run.
    pub label: String,
    /// What makes a run go on after a review.
    pub revise_on: ReviseTrigger,
    /// Whether a plain reply to an escalation resumes the run; see [`crate::reply::Thread`].
    pub resume_on_reply: bool,
    pub limits: Limits,
}

impl TriggerRules {
    /// Returns the label that starts a program.
    pub fn program_label(&self) -> String {
        format!("{}:program", self.label)
    }
}
