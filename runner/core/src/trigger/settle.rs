//! What the state of the API has already decided about a run, whatever event it is looked at for.
//!
//! Decided races:
//! - merged and closed, in either order: merged wins;
//! - closed, and finalizing began before: the run ends by itself, and only the outcome is recorded;
//! - the issue was closed before the run was accepted: whoever asked knew that.

use jiff::Timestamp;

use super::facts::{ProgramFacts, ProgramStage, RunFacts, Stage};
use crate::run::{CancelCause, Outcome};

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Complete,
    Failed,
    Cancelled,
}

/// The state of the issue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IssueState {
    /// Open, locked or not: comments on a locked issue are deferred, the run goes on.
    Open,
    Closed {
        at: Timestamp,
    },
    Transferred,
    Deleted,
}

/// The state of the pull request of the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PullRequestState {
    None,
    Open,
    Merged,
    Closed,
}

/// The state of the branch of the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BranchState {
    /// Nothing was pushed yet.
    Unpushed,
    Present,
    Deleted,
}

/// The state of the repository; a renamed one is followed by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repository {
    Active,
    Archived,
    Deleted,
}

/// The state of our installation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Installation {
    Active,
    Suspended,
    Removed,
}

/// What the API says about everything a run hangs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TicketState {
    pub issue: IssueState,
    pub pull_request: PullRequestState,
    pub branch: BranchState,
    pub repository: Repository,
    pub installation: Installation,
}

/// What has become of a run without a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settlement {
    /// Its pull request was merged.
    Complete,
    Cancel(CancelCause),
    /// It cannot go on now, and may later.
    Abort,
    /// It had ended; this became of its work.
    Record(Outcome),
}

/// Returns what `state` has already decided about `run`.
pub fn settle(run: &RunFacts, state: &TicketState) -> Option<Settlement> {
    match run.stage {
        Stage::Ended(_) => outcome(state).filter(|outcome| run.outcome != Some(*outcome)).map(Settlement::Record),
        Stage::Pending | Stage::Running | Stage::Finalizing | Stage::Escalated(_)
            if state.pull_request == PullRequestState::Merged =>
        {
            Some(Settlement::Complete)
        }
        Stage::Finalizing => None,
        Stage::Pending | Stage::Escalated(_) => cancel_cause(run, state).map(Settlement::Cancel),
        Stage::Running => cancel_cause(run, state)
            .map(Settlement::Cancel)
            .or_else(|| (state.repository == Repository::Archived).then_some(Settlement::Abort)),
    }
}

fn outcome(state: &TicketState) -> Option<Outcome> {
    match (state.pull_request, state.branch) {
        (PullRequestState::Merged, _) => Some(Outcome::Merged),
        (PullRequestState::Closed, _) => Some(Outcome::Closed),
        (PullRequestState::None | PullRequestState::Open, BranchState::Deleted) => Some(Outcome::Deleted),
        (PullRequestState::None | PullRequestState::Open, BranchState::Unpushed | BranchState::Present) => None,
    }
}

/// Returns why `program` is cancelled by `state`.
pub fn settle_program(program: &ProgramFacts, state: &TicketState) -> Option<CancelCause> {
    match program.stage {
        ProgramStage::Active | ProgramStage::Stopped => lost_ticket(program.accepted_at, state),
        ProgramStage::Ended => None,
    }
}

fn cancel_cause(run: &RunFacts, state: &TicketState) -> Option<CancelCause> {
    let lost_work = match (state.pull_request, state.branch) {
        (PullRequestState::Closed, _) => Some(CancelCause::PullRequestClosed),
        (_, BranchState::Deleted) => Some(CancelCause::BranchDeleted),
        (PullRequestState::None | PullRequestState::Open | PullRequestState::Merged, _) => None,
    };
    lost_ticket(run.accepted_at, state).or(lost_work)
}

/// Returns the farthest-reaching reason why there is nothing left to work for.
fn lost_ticket(accepted_at: Timestamp, state: &TicketState) -> Option<CancelCause> {
    let of_installation = match state.installation {
        Installation::Active => None,
        Installation::Suspended => Some(CancelCause::InstallationSuspended),
        Installation::Removed => Some(CancelCause::InstallationRemoved),
    };
    let of_repository = match state.repository {
        Repository::Active | Repository::Archived => None,
        Repository::Deleted => Some(CancelCause::RepositoryDeleted),
    };
    let of_issue = match state.issue {
        IssueState::Open => None,
        IssueState::Closed { at } => (at >= accepted_at).then_some(CancelCause::IssueClosed),
        IssueState::Transferred => Some(CancelCause::IssueTransferred),
        IssueState::Deleted => Some(CancelCause::IssueDeleted),
    };
    of_installation.or(of_repository).or(of_issue)
}
