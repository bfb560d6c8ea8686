//! Why an event is refused; each has a code for programs and a sentence for whoever caused it.

use serde::{Deserialize, Serialize};

use super::ProgramStatus;
use crate::hash::ContentHash;
use crate::id::{EscalationId, RunId, StoryId};
use crate::money::Usd;

/// Why an event is refused.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum ProgramRejection {
    NotStarted,
    AlreadyStarted,
    Ended {
        status: ProgramStatus,
    },
    /// Stories under way may still end; nothing else follows.
    Cancelling,
    UnknownStory {
        story: StoryId,
    },
    /// The run belongs to another story, or to none.
    UnknownRun {
        story: StoryId,
        run: RunId,
    },
    /// An attempt that was never made.
    UnknownAttempt {
        attempt: u32,
    },
    /// The phase that is under way cannot end like this.
    WrongOutcome,
    /// The story does not wait for this.
    NotExpected {
        story: StoryId,
    },
    /// The program waits for nobody.
    NotEscalated,
    /// The escalation that is meant is not the one that is open.
    StaleEscalation {
        named: EscalationId,
        current: EscalationId,
    },
    /// Only an approval of exactly this hash lets it go on.
    ApprovalNeeded {
        hash: ContentHash,
    },
    /// Only a total above what is spent lets it go on.
    BudgetNeeded {
        spent: Usd,
    },
}

impl ProgramRejection {
    /// Returns the stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotStarted => "program_not_started",
            Self::AlreadyStarted => "program_already_started",
            Self::Ended { .. } => "program_ended",
            Self::Cancelling => "program_cancelling",
            Self::UnknownStory { .. } => "unknown_story",
            Self::UnknownRun { .. } => "unknown_run",
            Self::UnknownAttempt { .. } => "unknown_attempt",
            Self::WrongOutcome => "wrong_outcome",
            Self::NotExpected { .. } => "story_not_waiting",
            Self::NotEscalated => "program_not_waiting",
            Self::StaleEscalation { .. } => "stale_escalation",
            Self::ApprovalNeeded { .. } => "approval_needed",
            Self::BudgetNeeded { .. } => "program_budget_needed",
        }
    }

    /// Returns the sentence.
    pub fn sentence(&self) -> String {
        match self {
            Self::NotStarted => {
                "The program has not started yet; write `/pipemason program status` to see what it waits for.".to_owned()
            }
            Self::AlreadyStarted => {
                "The program has started already; write `/pipemason program status` to see how it is doing.".to_owned()
            }
            Self::Ended { status } => {
                format!("The program is {status}; start another with `/pipemason program start --mode`.")
            }
            Self::Cancelling => {
                "The program is being cancelled; to end a story that is still under way, write `/pipemason cancel` on its issue."
                    .to_owned()
            }
            Self::UnknownStory { story } => {
                format!("The program has no story {story}; write `/pipemason program status` to see those it has.")
            }
            Self::UnknownRun { story, run } => {
                format!("The run {run} does not belong to the story {story}; nothing was changed.")
            }
            Self::UnknownAttempt { attempt } => {
                format!("There was no attempt {attempt} yet; nothing was changed.")
            }
            Self::WrongOutcome => "The phase cannot end like this; nothing was changed.".to_owned(),
            Self::NotExpected { story } => {
                format!("The story {story} does not wait for a yes; nothing was changed.")
            }
            Self::NotEscalated => {
                "The program waits for nobody; write `/pipemason program status` to see how it is doing.".to_owned()
            }
            Self::StaleEscalation { named, current } => {
                format!("This answers {named}, and the open question is {current}; please answer that one.")
            }
            Self::ApprovalNeeded { hash } => {
                format!("This waits for an approval; to give it, say `/pipemason approve {}`.", hash.short())
            }
            Self::BudgetNeeded { spent } => format!(
                "The program has spent {spent}; to let it go on, say `/pipemason program resume --budget-usd <new total of the program>`, with more than that."
            ),
        }
    }
}

impl std::fmt::Display for ProgramRejection {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.sentence())
    }
}

impl std::error::Error for ProgramRejection {}
