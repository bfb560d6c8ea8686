//! Decisions: what is to be done, refused, tried again or ignored.

use super::facts::{RemarkKind, ReviewId};
use super::refusal::Refusal;
use super::settle::Settlement;
use crate::actor::Actor;
use crate::command::{ProgramOptions, StartOptions};
use crate::hash::ContentHash;
use crate::id::{EscalationId, RunId};
use crate::money::Usd;
use crate::phase::Phase;
use crate::run::CancelCause;

/// All that follows from one event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// What the state of the API has done to the run, whatever the event was; carried out first.
    pub settlement: Option<Settlement>,
    /// Why the program of the issue is cancelled by the same state.
    pub program_cancelled: Option<CancelCause>,
    pub decision: Decision,
}

/// What follows from the event itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    Act(Act),
    /// Of a pending run that was ready to start, a refusal is the end.
    Refuse(Refused),
    /// A no that may be a yes when the facts are gathered again.
    Later(Refusal),
    Ignore(Ignored),
}

/// Something to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    pub intent: Intent,
    pub by: Actor,
    /// The remark that gets 👀 now, and 🚀 or 😕 at the end.
    pub acknowledge: Option<RemarkKind>,
    pub take_label_off: Option<String>,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Intent {
    /// Start a run, as a follow-up of `previous` where there is one.
    Start {
        text: Option<String>,
        options: StartOptions,
        previous: Option<RunId>,
    },
    /// Start a follow-up run on what reviewers want changed.
    Revise {
        text: Option<String>,
        previous: RunId,
        review: Option<ReviewId>,
    },
    /// Look again at what a pending run waits for.
    CheckReadiness,
    /// Begin a pending run.
    Begin,
    /// End a pending run because the comment that asked for it is gone.
    Withdraw,
    Resume {
        escalation: EscalationId,
        /// The phase to go back to; `None` is the one that stopped.
        from: Option<Phase>,
        /// `None` takes the gathered replies and the held ones that are listed.
        answer: Option<String>,
        budget_usd: Option<Usd>,
    },
    Approve(Approval),
    Cancel,
    ShowStatus,
    ShowHelp,
    RunDoctor,
    /// Start a program; the mode is the program's to find where nobody named one.
    StartProgram {
        intent: Option<String>,
        options: Option<ProgramOptions>,
    },
    ShowProgramStatus,
    ResumeProgram {
        answer: Option<String>,
        /// The new total of the program.
        budget_usd: Option<Usd>,
    },
    CancelProgram,
    /// Read the home thread again: see [`crate::reply`].
    ReadThread,
}

/// A yes to exactly one content (SEC-25).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approval {
    pub of: Approved,
    pub hash: ContentHash,
    /// Whether it was whoever asked for the run; that is put on record.
    pub is_self_approved: bool,
}

/// What a yes lets go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Approved {
    Run { escalation: EscalationId },
    Program,
}

/// Something that is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    pub refusal: Refusal,
    /// Whether the sentence is posted: once per person and issue.
    pub is_spoken: bool,
    /// The remark that gets 😕.
    pub confused_at: Option<RemarkKind>,
    pub take_label_off: Option<String>,
}

/// Why nothing is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ignored {
    /// We did it ourselves.
    Ours,
    /// Somebody made another's words appear.
    SenderIsNotAuthor,
    EditedIsNeverACommand,
    OtherLabel,
    /// The label is off again.
    LabelTakenOff,
    /// The newest run or program already came of it.
    AlreadyTaken,
    ReviewAlreadyTaken,
    PlainReview,
    NotTheHomeThread,
    NoRunListens,
    NothingFollows,
}
