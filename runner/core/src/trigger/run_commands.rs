//! What each command does at each stage of a run.

use super::admit::check_tighter;
use super::facts::{AwaitedApproval, Place, ProgramStage, RemarkKind, Stage, StoppedRun};
use super::limits::rate_limit;
use super::settle::End;
use super::{Approval, Approved, Decider, Intent, Refusal};
use crate::actor::Actor;
use crate::command::{Command, ProgramCommand, StartOptions, TypedHash};
use crate::escalation::Awaiting;
use crate::id::EscalationId;
use crate::money::Usd;
use crate::permission::{Action, Grant};
use crate::phase::Phase;

/// A label, a `start` or a `retry`: all three mean "let this ticket run".
pub(super) struct Asked {
    text: Option<String>,
    options: StartOptions,
    from: Option<Phase>,
    /// Whether it needs a run that exists.
    is_retry: bool,
}

impl Asked {
    pub(super) fn by_label() -> Self {
        Self { text: None, options: StartOptions::default(), from: None, is_retry: false }
    }
}

impl Decider<'_> {
    /// Returns what `command` does.
    pub(super) fn command(&self, command: Command, kind: RemarkKind) -> Result<Intent, Refusal> {
        match command {
            Command::Help => self.look(Intent::ShowHelp),
            Command::Status => {
                let intent = self.look(Intent::ShowStatus)?;
                self.run().map(|_| intent)
            }
            Command::Doctor => {
                self.permit(Action::Start)?;
                rate_limit(self.facts.counts)?;
                Ok(Intent::RunDoctor)
            }
            Command::Start { text, options } => self.start(Asked { text, options, from: None, is_retry: false }),
            Command::Retry { phase } => self.start(Asked { from: phase, is_retry: true, ..Asked::by_label() }),
            Command::Resume { answer, budget_usd } => self.resume(answer, budget_usd),
            Command::Cancel => self.cancel(),
            Command::Approve { hash } => self.approve(&hash),
            Command::Revise { text } => self.revise(text, kind),
            Command::Program(ProgramCommand::Start { intent, options }) => self.start_program(intent, Some(options)),
            Command::Program(ProgramCommand::Status) => {
                let intent = self.look(Intent::ShowProgramStatus)?;
                self.program.map(|_| intent).ok_or(Refusal::NoProgram)
            }
            Command::Program(ProgramCommand::Resume { answer, budget_usd }) => self.resume_program(answer, budget_usd),
            Command::Program(ProgramCommand::Cancel) => self.cancel_program(),
        }
    }

    /// Lets the ticket run: anew, again, or on from where it stopped.
    pub(super) fn start(&self, asked: Asked) -> Result<Intent, Refusal> {
        let stopped = match self.stage {
            Some(Stage::Escalated(stopped)) => Some(stopped),
            Some(Stage::Pending | Stage::Running | Stage::Finalizing | Stage::Ended(_)) | None => None,
        };
        let action = if stopped.is_some() { Action::Resume } else { Action::Start };
        self.admit_work(action)?;
        if asked.is_retry {
            self.run()?;
        }
        if let Some(stopped) = stopped {
            self.check_follows(stopped)?;
            return retry(asked, stopped);
        }
        match (self.stage, self.facts.run.as_ref()) {
            (Some(Stage::Running | Stage::Finalizing), _) => Err(Refusal::RunIsRunning),
            (Some(Stage::Pending), _) if asked.text.is_some() || asked.options != StartOptions::default() => {
                Err(Refusal::RunIsPending)
            }
            (Some(Stage::Pending), _) => Ok(Intent::CheckReadiness),
            (Some(Stage::Escalated(_) | Stage::Ended(_)) | None, previous) => {
                self.check_new_run(previous)?;
                check_tighter("--budget-usd", asked.options.budget_usd, Some(self.rules.limits.usd_per_run))?;
                Ok(Intent::Start { text: asked.text, options: asked.options, previous: previous.map(|run| run.id) })
            }
        }
    }

    fn resume(&self, answer: Option<String>, budget_usd: Option<Usd>) -> Result<Intent, Refusal> {
        self.admit_work(Action::Resume)?;
        if budget_usd.is_some() {
            self.permit(Action::RaiseBudget)?;
        }
        self.run()?;
        let stopped = match self.stage {
            Some(Stage::Escalated(stopped)) => stopped,
            Some(Stage::Pending) => return Err(Refusal::RunHasNotBegun),
            Some(Stage::Running | Stage::Finalizing) => return Err(Refusal::RunIsRunning),
            Some(Stage::Ended(_)) | None => return Err(Refusal::RunIsOver),
        };
        self.check_follows(stopped)?;
        let limit = self.rules.limits.usd_per_day;
        if budget_usd.is_some_and(|budget| budget > limit) {
            return Err(Refusal::BudgetAboveDay { limit });
        }
        Ok(Intent::Resume { escalation: stopped.escalation, from: None, answer, budget_usd })
    }

    /// Checks that something was said after the open question was asked: an answer to the one before is none to
    /// this one.
    fn check_follows(&self, stopped: &StoppedRun) -> Result<(), Refusal> {
        match stopped.asked_at {
            Some(asked_at) if self.facts.at >= asked_at => Ok(()),
            // Nobody answers the first question before it is asked; whoever wants the run to go on has read enough.
            None if stopped.escalation == EscalationId::FIRST => Ok(()),
            Some(_) | None => Err(Refusal::AskedSince),
        }
    }

    fn cancel(&self) -> Result<Intent, Refusal> {
        self.permit(Action::Cancel)?;
        self.run()?;
        match self.stage {
            Some(Stage::Pending | Stage::Running | Stage::Escalated(_)) => Ok(Intent::Cancel),
            Some(Stage::Finalizing) => Err(Refusal::RunIsFinalizing),
            // Cancelling twice is no mistake: it shows that the run is cancelled.
            Some(Stage::Ended(End::Cancelled)) => Ok(Intent::ShowStatus),
            Some(Stage::Ended(End::Complete | End::Failed)) | None => Err(Refusal::RunIsOver),
        }
    }

    fn approve(&self, typed: &TypedHash) -> Result<Intent, Refusal> {
        // Whether it would be their own request is known once it is known what they approve.
        self.admit_work(self.approval_by(false))?;
        let of_run = self.awaited_by_run();
        let of_program = self.facts.program.as_ref().and_then(|program| {
            let awaited = program.awaited.filter(|_| self.program == Some(ProgramStage::Stopped))?;
            Some((Approved::Program, awaited, &program.requested_by))
        });
        let all = || of_run.into_iter().chain(of_program);
        let Some((of, awaited, requested_by)) = all().find(|(_, awaited, _)| typed.names(&awaited.hash)) else {
            return Err(all().next().map_or_else(
                || self.nothing_to_approve(),
                |(_, awaited, _)| Refusal::WrongHash { awaited: awaited.hash },
            ));
        };
        if awaited.covered_now != Some(awaited.hash) {
            return Err(Refusal::ApprovalVoid);
        }
        let grant = self.permit(self.approval_by(self.is_sender(requested_by)))?;
        Ok(Intent::Approve(Approval { of, hash: awaited.hash, is_self_approved: grant == Grant::SelfApproved }))
    }

    fn approval_by(&self, is_requester: bool) -> Action {
        Action::Approve { is_requester, others: self.facts.other_approvers }
    }

    fn awaited_by_run(&self) -> Option<(Approved, AwaitedApproval, &Actor)> {
        let (Some(Stage::Escalated(stopped)), Some(run)) = (self.stage, &self.facts.run) else {
            return None;
        };
        let hash = match stopped.awaiting {
            Awaiting::Approval { hash, .. } => hash,
            Awaiting::Answer { .. } | Awaiting::Change | Awaiting::Budget { .. } => return None,
        };
        let of = Approved::Run { escalation: stopped.escalation };
        let awaited = AwaitedApproval { hash, covered_now: stopped.covered_now };
        Some((of, awaited, &run.requested_by))
    }

    fn nothing_to_approve(&self) -> Refusal {
        match (self.stage, self.program) {
            (None, None) => Refusal::NoRun,
            (Some(Stage::Ended(_)), None) => Refusal::RunIsOver,
            (Some(_), _) | (None, Some(_)) => Refusal::NothingToApprove,
        }
    }

    /// Says whether the sender is `actor`; of somebody at a terminal nobody can say that it was not them.
    fn is_sender(&self, actor: &Actor) -> bool {
        match actor {
            Actor::GitHub { id, .. } => *id == self.facts.sender.account.id,
            Actor::Local { .. } => true,
            Actor::Engine => false,
        }
    }

    pub(super) fn revise(&self, text: Option<String>, kind: RemarkKind) -> Result<Intent, Refusal> {
        self.admit_work(Action::Start)?;
        if self.facts.place == Place::Issue {
            return Err(Refusal::ReviseNeedsPullRequest);
        }
        let previous = self.facts.run.as_ref().ok_or(Refusal::NotOurPullRequest)?.id;
        match self.stage {
            Some(Stage::Ended(_)) | None => Ok(Intent::Revise { text, previous, review: kind.review() }),
            Some(Stage::Pending | Stage::Running | Stage::Finalizing) => Err(Refusal::RunIsRunning),
            Some(Stage::Escalated(_)) => Err(Refusal::RunIsEscalated),
        }
    }
}

/// Lets a stopped run go on, not later than where it stopped; the text of a `start` is its answer.
fn retry(asked: Asked, stopped: &StoppedRun) -> Result<Intent, Refusal> {
    if asked.options != StartOptions::default() {
        return Err(Refusal::OptionsTooLate);
    }
    match asked.from {
        Some(phase) if phase > stopped.phase => Err(Refusal::RetryTooLate { stopped_in: stopped.phase }),
        from => Ok(Intent::Resume { escalation: stopped.escalation, from, answer: asked.text, budget_usd: None }),
    }
}
