//! What stands before any command: rights, origin, limits.
//!
//! Rights come before everything that would tell an outsider how a run is doing, and limits after them;
//! `cancel` has no limit, so that it always works for whoever may.

use super::facts::{Place, RunFacts};
use super::limits::{loop_breaker, rate_limit};
use super::settle::{IssueState, Repository};
use super::{Decider, Intent, Refusal};
use crate::money::Usd;
use crate::permission::{Action, Grant, may};

impl Decider<'_> {
    /// Checks that a new run has a ticket to run on.
    pub(super) fn check_new_run(&self, previous: Option<&RunFacts>) -> Result<(), Refusal> {
        match (self.facts.place, self.facts.state.issue) {
            (Place::PullRequest { .. }, _) if previous.is_none() => Err(Refusal::NotOurPullRequest),
            (Place::Issue, IssueState::Closed { .. }) => Err(Refusal::IssueIsClosed),
            (Place::PullRequest { .. } | Place::Issue, _) => Ok(()),
        }
    }

    pub(super) fn look(&self, intent: Intent) -> Result<Intent, Refusal> {
        self.permit(Action::Look)?;
        rate_limit(self.facts.counts)?;
        Ok(intent)
    }

    pub(super) fn permit(&self, action: Action) -> Result<Grant, Refusal> {
        may(action, &self.facts.sender, &self.rules.access).map_err(Refusal::Denied)
    }

    /// Checks everything that stands before work: the right, where the work comes from, and how much there was.
    pub(super) fn admit_work(&self, action: Action) -> Result<Grant, Refusal> {
        let grant = self.permit(action)?;
        if self.facts.place.is_fork() {
            return Err(Refusal::ForkPullRequest);
        }
        if self.facts.state.repository == Repository::Archived {
            return Err(Refusal::RepositoryIsArchived);
        }
        rate_limit(self.facts.counts)?;
        loop_breaker(self.facts.counts)?;
        Ok(grant)
    }

    pub(super) fn run(&self) -> Result<&RunFacts, Refusal> {
        self.facts.run.as_ref().ok_or(Refusal::NoRun)
    }
}

/// Checks that a limit from a comment is not above the configured one.
pub(super) fn check_tighter(flag: &'static str, asked: Option<Usd>, limit: Option<Usd>) -> Result<(), Refusal> {
    match (asked, limit) {
        (Some(asked), Some(limit)) if asked > limit => Err(Refusal::LooserLimit { flag, limit }),
        (Some(_) | None, Some(_) | None) => Ok(()),
    }
}
