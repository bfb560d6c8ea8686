//! Why an event changes nothing; each has a code for programs and a sentence for whoever caused it.

use crate::hash::ContentHash;
use crate::id::EscalationId;
use crate::money::Usd;
use crate::phase::Phase;
use crate::status::RunStatus;

/// Why an event changes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rejection {
    /// The run has ended; nothing follows.
    Ended { status: RunStatus },
    /// The run has started already.
    AlreadyStarted,
    /// The run has not started yet.
    NotStarted,
    /// The run is working; there is nothing to resume.
    AlreadyRunning,
    /// The answer belongs to something that is over.
    Late,
    /// The run waits for a person.
    Waiting,
    /// The escalation that is meant is not the one that is open.
    StaleEscalation { open: EscalationId },
    /// What was approved is not what awaits approval.
    WrongHash { awaited: ContentHash },
    /// Nothing awaits approval.
    NothingToApprove,
    /// A plain answer does not approve.
    NeedsApproval { hash: ContentHash },
    /// A plain answer does not raise a budget.
    NeedsBudget,
    /// The new budget is not above what the run has.
    BudgetNotRaised { limit: Usd },
    /// The new budget is above the limit of the day.
    BudgetAboveDay { day: Usd },
    /// The phase to go back to is later than the one that stopped, or cannot be entered.
    PhaseTooLate { stopped: Phase },
    /// The branch is being published; it is too late to cancel.
    Finalizing,
    /// The same was said before.
    AlreadyHandled,
}

impl Rejection {
    /// Returns the stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Ended { .. } => "run_ended",
            Self::AlreadyStarted => "already_started",
            Self::NotStarted => "not_started",
            Self::AlreadyRunning => "already_running",
            Self::Late => "late",
            Self::Waiting => "waiting",
            Self::StaleEscalation { .. } => "stale_escalation",
            Self::WrongHash { .. } => "wrong_hash",
            Self::NothingToApprove => "nothing_to_approve",
            Self::NeedsApproval { .. } => "needs_approval",
            Self::NeedsBudget => "needs_budget",
            Self::BudgetNotRaised { .. } => "budget_not_raised",
            Self::BudgetAboveDay { .. } => "budget_above_day",
            Self::PhaseTooLate { .. } => "phase_too_late",
            Self::Finalizing => "finalizing",
            Self::AlreadyHandled => "already_handled",
        }
    }

    /// Returns the sentence.
    pub fn sentence(&self) -> String {
        match self {
            Self::Ended { status } => {
                format!(
                    "This run is {status}; start a new one with `/pipemason start` or go on with `/pipemason revise`."
                )
            }
            Self::AlreadyStarted => "This run has already started.".to_owned(),
            Self::NotStarted => {
                "This run has not started yet; it starts by itself when its checklist is done.".to_owned()
            }
            Self::AlreadyRunning => {
                "This run is working and waits for nothing; a comment reaches the agent at its next turn.".to_owned()
            }
            Self::Late => "This belongs to a step that is over; nothing was changed.".to_owned(),
            Self::Waiting => "This run waits for a person; resume it first.".to_owned(),
            Self::StaleEscalation { open } => {
                format!("This answers an earlier question; the open one is {open}. Please answer below that.")
            }
            Self::WrongHash { awaited } => {
                format!(
                    "That is not what awaits approval; to approve it, say `/pipemason approve {}`.",
                    awaited.short()
                )
            }
            Self::NothingToApprove => {
                "Nothing awaits approval here; an answer or `/pipemason resume` goes on.".to_owned()
            }
            Self::NeedsApproval { hash } => {
                format!("This waits for an approval; to give it, say `/pipemason approve {}`.", hash.short())
            }
            Self::NeedsBudget => {
                "This waits for more budget; to raise it, say `/pipemason resume --budget-usd <new total of the run>`."
                    .to_owned()
            }
            Self::BudgetNotRaised { limit } => {
                format!("The run may already spend {limit}; name a higher total.")
            }
            Self::BudgetAboveDay { day } => {
                format!("No run may be given more than the limit of a day, {day}; name a lower total.")
            }
            Self::PhaseTooLate { stopped } => {
                format!(
                    "The run stopped in `{stopped}`; it can go back to that phase or an earlier one from `analyze` on."
                )
            }
            Self::Finalizing => {
                "The branch is being published right now, so it is too late to cancel; close the pull request instead."
                    .to_owned()
            }
            Self::AlreadyHandled => "This has been taken up already.".to_owned(),
        }
    }
}

impl std::fmt::Display for Rejection {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.sentence())
    }
}

impl std::error::Error for Rejection {}
