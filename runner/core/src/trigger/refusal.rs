//! Everything that is refused, each with a code for machines and a sentence for people.

use crate::command::CommandError;
use crate::hash::ContentHash;
use crate::money::Usd;
use crate::permission::Denial;
use crate::phase::Phase;

/// Why something is not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The command is not understood, or asks for what comments may not ask.
    Command(CommandError),
    /// The sender may not.
    Denied(Denial),
    TooManyCommands,
    TooManyRuns,
    BotLoop,
    NoRun,
    /// A start while the run is waiting to begin, with a text or options that would be lost.
    RunIsPending,
    /// Something that only a stopped run can take, while the run works.
    RunIsRunning,
    /// A resume while the run is waiting to begin.
    RunHasNotBegun,
    /// A cancel that came too late.
    RunIsFinalizing,
    /// A revision while the run waits for a person.
    RunIsEscalated,
    RunIsOver,
    /// What was said before the question that is open now was asked (SEC-26).
    AskedSince,
    /// Options for a run that exists already.
    OptionsTooLate,
    /// A retry of a phase that the run has not reached.
    RetryTooLate {
        stopped_in: Phase,
    },
    NothingToApprove,
    WrongHash {
        awaited: ContentHash,
    },
    /// What was to be approved has changed since it was asked for.
    ApprovalVoid,
    ReviseNeedsPullRequest,
    NotOurPullRequest,
    ForkPullRequest,
    IssueIsClosed,
    RepositoryIsArchived,
    /// A limit from a comment that is not tighter than the configured one.
    LooserLimit {
        flag: &'static str,
        limit: Usd,
    },
    BudgetAboveDay {
        limit: Usd,
    },
    NoProgram,
    ProgramIsActive,
    ProgramIsStopped,
    ProgramIsOver,
}

impl Refusal {
    /// Returns the name of the refusal that never changes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Command(error) => error.code(),
            Self::Denied(denial) => denial.code(),
            Self::TooManyCommands => "too_many_commands",
            Self::TooManyRuns => "too_many_runs",
            Self::BotLoop => "bot_loop",
            Self::NoRun => "no_run",
            Self::RunIsPending => "run_is_pending",
            Self::RunIsRunning => "run_is_running",
            Self::RunHasNotBegun => "run_has_not_begun",
            Self::RunIsFinalizing => "run_is_finalizing",
            Self::RunIsEscalated => "run_is_escalated",
            Self::RunIsOver => "run_is_over",
            Self::AskedSince => "asked_since",
            Self::OptionsTooLate => "options_too_late",
            Self::RetryTooLate { .. } => "retry_too_late",
            Self::NothingToApprove => "nothing_to_approve",
            Self::WrongHash { .. } => "wrong_hash",
            Self::ApprovalVoid => "approval_void",
            Self::ReviseNeedsPullRequest => "revise_needs_pull_request",
            Self::NotOurPullRequest => "not_our_pull_request",
            Self::ForkPullRequest => "fork_pull_request",
            Self::IssueIsClosed => "issue_is_closed",
            Self::RepositoryIsArchived => "repository_is_archived",
            Self::LooserLimit { .. } => "looser_limit",
            Self::BudgetAboveDay { .. } => "budget_above_day",
            Self::NoProgram => "no_program",
            Self::ProgramIsActive => "program_is_active",
            Self::ProgramIsStopped => "program_is_stopped",
            Self::ProgramIsOver => "program_is_over",
        }
    }

    /// Returns why not, and what to do next.
    pub fn sentence(&self) -> String {
        let text = match self {
            Self::Command(error) => return error.sentence(),
            Self::Denied(denial) => return denial.sentence(),
            Self::RetryTooLate { stopped_in } => return retry_too_late(*stopped_in),
            Self::WrongHash { awaited } => return wrong_hash(awaited),
            Self::LooserLimit { flag, limit } => {
                return format!("`{flag}` may only make the limit of {limit} tighter; write less, or leave it out.");
            }
            Self::BudgetAboveDay { limit } => {
                return format!("A run never gets more than the {limit} of the day; write that or less.");
            }
            Self::TooManyCommands => "You have given very many commands within an hour; try again later.",
            Self::TooManyRuns => "This ticket has run very often within an hour, so I stop here; start it again later.",
            Self::BotLoop => "Bots have been answering bots here, so I stop; a person can start the run again.",
            Self::NoRun => "There is no run here; write `/pipemason start` to begin one.",
            Self::RunIsPending => "The run waits to begin; write `/pipemason cancel` to start it differently.",
            Self::RunIsRunning => "The run is at work; comment without a command to tell it something.",
            Self::RunHasNotBegun => "The run has not begun; write `/pipemason status` to see what it waits for.",
            Self::RunIsFinalizing => "The run is publishing its work already; close the pull request instead.",
            Self::RunIsEscalated => "The run waits for an answer; reply to its question first.",
            Self::RunIsOver => {
                "The run has ended; write `/pipemason start` on the issue or `/pipemason revise` on the pull request to go on from it."
            }
            Self::AskedSince => "I have asked something new since; read it, and write your answer to that.",
            Self::OptionsTooLate => {
                "The run exists already and its options stay; write `/pipemason resume`, or `/pipemason cancel` first to start it differently."
            }
            Self::NothingToApprove => "Nothing waits for an approval; write `/pipemason status` to see how it is.",
            Self::ApprovalVoid => {
                "What was to be approved has changed since; write `/pipemason resume` to be asked about what is there now."
            }
            Self::ReviseNeedsPullRequest => "A revision needs the pull request of a run; write it there.",
            Self::NotOurPullRequest => "No run made this pull request; open an issue and write `/pipemason start`.",
            Self::ForkPullRequest => {
                "I do not work on pull requests from forks; a maintainer can copy the branch into this repository and open an issue."
            }
            Self::IssueIsClosed => "This issue is closed; reopen it first.",
            Self::RepositoryIsArchived => "This repository is archived; unarchive it first.",
            Self::NoProgram => "There is no program here; start one with `/pipemason program start --mode`.",
            Self::ProgramIsActive => "The program is at work; see `/pipemason program status`.",
            Self::ProgramIsStopped => "The program has stopped; write `/pipemason program resume`.",
            Self::ProgramIsOver => "The program has ended; start another with `/pipemason program start --mode`.",
        };
        text.to_owned()
    }

    /// Says whether the answer may be another one when the facts are gathered again.
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::Denied(denial) if denial.is_retryable())
    }
}

fn retry_too_late(stopped_in: Phase) -> String {
    format!(
        "The run stopped in {stopped_in} and cannot skip it; write `/pipemason retry`, or name that phase or an earlier one."
    )
}

fn wrong_hash(awaited: &ContentHash) -> String {
    let hash = awaited.short();
    format!("That hash is not the one in question; look at it again, then write `/pipemason approve {hash}`.")
}
