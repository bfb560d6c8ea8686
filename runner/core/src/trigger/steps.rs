//! What a run is told about decisions: the events of the run machine that follow from them.
//!
//! Making a new run is not here, and neither is anything about programs.

use super::act::{Act, Approval, Approved, Intent};
use super::settle::Settlement;
use crate::actor::Actor;
use crate::run::{Answer, CancelCause, Event, Found, Outcome, ResumeRequest};

impl Act {
    /// Returns what the run is told, if the intent steps one that exists.
    ///
    /// `answer` is what a resume takes up ([`crate::reply::resume`]), `found` what the branch looks like now; for
    /// everything else they do not count.
    pub fn event(&self, answer: Option<Answer>, found: Found) -> Option<Event> {
        let resume = |escalation| ResumeRequest::new(self.by.clone(), escalation, found);
        let cancel = || Event::CancelRequested { by: self.by.clone(), cause: CancelCause::Command };
        match &self.intent {
            Intent::Begin => Some(Event::Started),
            // A run that never began has nothing to keep.
            Intent::Withdraw | Intent::Cancel => Some(cancel()),
            Intent::Resume { escalation, from, answer: _, budget_usd } => {
                let request = ResumeRequest { answer, phase: *from, raise_usd: *budget_usd, ..resume(*escalation) };
                Some(Event::ResumeRequested { request })
            }
            Intent::Approve(Approval { of: Approved::Run { escalation }, hash, is_self_approved: _ }) => {
                let request = ResumeRequest { approval: Some(*hash), ..resume(*escalation) };
                Some(Event::ResumeRequested { request })
            }
            Intent::Approve(Approval { of: Approved::Program, .. })
            | Intent::Start { .. }
            | Intent::Revise { .. }
            | Intent::CheckReadiness
            | Intent::ShowStatus
            | Intent::ShowHelp
            | Intent::RunDoctor
            | Intent::StartProgram { .. }
            | Intent::ShowProgramStatus
            | Intent::ResumeProgram { .. }
            | Intent::CancelProgram
            | Intent::ReadThread => None,
        }
    }
}

impl Settlement {
    /// Returns what the run is told; `by` is whoever did it, as far as the event says.
    pub fn event(self, by: Actor) -> Event {
        match self {
            Self::Complete | Self::Record(Outcome::Merged) => Event::Merged { by },
            Self::Cancel(cause) => Event::CancelRequested { by, cause },
            Self::Abort => Event::Aborted { by },
            Self::Record(Outcome::Closed) => Event::CancelRequested { by, cause: CancelCause::PullRequestClosed },
            Self::Record(Outcome::Deleted) => Event::CancelRequested { by, cause: CancelCause::BranchDeleted },
        }
    }
}
