//! A person lets the run go on.
//!
//! The phase that stopped is entered again and its gate asked first. What the person changed in the
//! meantime is taken up, and what depended on it is void; then the earliest phase concerned comes first.

use std::sync::Arc;

use super::holds::{Holds, still_open, what_holds};
use super::{Draft, push_shared};
use crate::escalation::{ApprovalSubject, Awaiting, Cause, ContestSubject, Escalation};
use crate::failure::FailureClass;
use crate::hash::ContentHash;
use crate::money::Usd;
use crate::phase::Phase;
use crate::run::{
    Answer, Approval, Brief, Edited, Effect, History, Inputs, Recheck, Record, Rejection, ResumeRequest, RunState,
    Stage, Visit,
};

impl Draft<'_> {
    pub(super) fn resume(&mut self, request: &ResumeRequest) -> Result<(), Rejection> {
        let (escalation, visit) = match &self.run.state {
            RunState::Escalated { escalation, visit } => (Arc::clone(escalation), visit.clone()),
            RunState::Running { .. } => return Err(Rejection::AlreadyRunning),
            RunState::Pending => return Err(Rejection::NotStarted),
            RunState::Complete | RunState::Failed { .. } | RunState::Cancelled { .. } => {
                return Err(Rejection::Ended { status: self.run.status() });
            }
        };
        self.check_request(request, &escalation)?;
        self.record(Record::Resumed { escalation: escalation.id, by: request.by.clone(), phase: visit.phase });
        let visit = self.take_up(request, &escalation, visit);
        // Where the run stops again at once, a person's edits are left for the resume that goes on: the
        // recorded tree stays the one they are told from.
        if request.found.history == History::Rewritten {
            let class = FailureClass::GateFailed;
            self.escalate(visit, class, Cause::HistoryRewritten, Awaiting::Change);
        } else if let Some(open) = still_open(request, &escalation) {
            self.escalate_again(visit, &open);
        } else {
            self.re_enter(request, &escalation, visit);
        }
        Ok(())
    }

    /// Refuses what does not fit the open escalation, before anything changes.
    fn check_request(&self, request: &ResumeRequest, escalation: &Escalation) -> Result<(), Rejection> {
        if request.escalation != escalation.id {
            return Err(Rejection::StaleEscalation { open: escalation.id });
        }
        let is_early_enough = |phase: Phase| Phase::Analyze <= phase && phase <= escalation.phase;
        if request.phase.is_some_and(|phase| !is_early_enough(phase)) {
            return Err(Rejection::PhaseTooLate { stopped: escalation.phase });
        }
        if let Some(usd) = request.raise_usd {
            self.check_raise(usd)?;
        }
        match &escalation.awaiting {
            Awaiting::Approval { hash, .. } if request.approval.is_some_and(|approved| approved != *hash) => {
                Err(Rejection::WrongHash { awaited: *hash })
            }
            Awaiting::Approval { subject, hash } => {
                let is_plain = request.approval.is_none() && request.answer.is_some();
                // A contest may also be answered in words.
                if is_plain && *subject != ApprovalSubject::Contest {
                    return Err(Rejection::NeedsApproval { hash: *hash });
                }
                Ok(())
            }
            Awaiting::Answer { .. } | Awaiting::Change | Awaiting::Budget { .. } if request.approval.is_some() => {
                Err(Rejection::NothingToApprove)
            }
            Awaiting::Budget { .. } if request.answer.is_some() && request.raise_usd.is_none() => {
                Err(Rejection::NeedsBudget)
            }
            Awaiting::Answer { .. } | Awaiting::Change | Awaiting::Budget { .. } => Ok(()),
        }
    }

    fn check_raise(&self, usd: Usd) -> Result<(), Rejection> {
        let (limit, day) = (self.usd_limit(), self.policy.limits.usd_per_day);
        if usd <= limit {
            Err(Rejection::BudgetNotRaised { limit })
        } else if usd > day {
            Err(Rejection::BudgetAboveDay { day })
        } else {
            Ok(())
        }
    }

    /// Writes down what the person gave: money, an approval, an answer and what it grants.
    fn take_up(&mut self, request: &ResumeRequest, escalation: &Escalation, mut visit: Visit) -> Visit {
        if let Some(usd) = request.raise_usd {
            self.run.spend.raised_usd = Some(usd);
            self.run.spend.warned = false;
            self.record(Record::BudgetRaised { to: usd, by: request.by.clone() });
        }
        if let (Some(hash), Awaiting::Approval { subject, .. }) = (request.approval, &escalation.awaiting) {
            self.approve(request, escalation, *subject, hash);
        }
        if let Some(answer) = &request.answer {
            self.take_answer(request, escalation, answer, &mut visit);
        }
        if request.stop_after.is_some() || escalation.cause == Cause::StopRequested {
            self.run.stop_after = request.stop_after;
        }
        visit
    }

    fn approve(
        &mut self,
        request: &ResumeRequest,
        escalation: &Escalation,
        subject: ApprovalSubject,
        hash: ContentHash,
    ) {
        let (by, at, id) = (request.by.clone(), self.run.updated_at, escalation.id);
        push_shared(&mut self.run.approvals, Approval { subject, hash, by: by.clone(), at, escalation: id });
        self.record(Record::Approved { hash, by, escalation: id });
    }

    /// An answer grants one more attempt of what was exhausted.
    fn take_answer(&mut self, request: &ResumeRequest, escalation: &Escalation, answer: &Answer, visit: &mut Visit) {
        push_shared(&mut self.run.answers, answer.clone());
        self.record(Record::Answered { by: answer.by.clone(), escalation: escalation.id });
        let grants = &mut self.run.spend.grants;
        match &escalation.cause {
            Cause::ClassExhausted { class, .. } => {
                grants.classes.add_one(*class);
            }
            Cause::RunnerLost { .. } => {
                grants.classes.add_one(FailureClass::LostRunner);
            }
            Cause::RemoteUnreachable { .. } => {
                grants.classes.add_one(FailureClass::GateUnavailable);
            }
            Cause::PhaseExhausted { .. } => {
                let phase = grants.phases.get_mut(escalation.phase);
                *phase = phase.saturating_add(1);
            }
            Cause::IterationsExhausted { .. } => grants.iterations = grants.iterations.saturating_add(1),
            Cause::TimeExhausted { .. } => visit.extensions = visit.extensions.saturating_add(1),
            Cause::OpenQuestions { .. }
            | Cause::AgentAsked { .. }
            | Cause::Contested { .. }
            | Cause::BudgetExhausted { .. }
            | Cause::UnmeteredAgent
            | Cause::RebaseConflict
            | Cause::HighSecurityFinding
            | Cause::Disagreement
            | Cause::ProtectedPaths { .. }
            | Cause::GateUnavailable { .. }
            | Cause::UnitNotConfigured { .. }
            | Cause::Aborted { .. }
            | Cause::PushRejected { .. }
            | Cause::UnsafePush { .. }
            | Cause::TooLarge { .. }
            | Cause::PreservingPlan
            | Cause::HistoryRewritten
            | Cause::StopRequested
            | Cause::CiFailed => return,
        }
        self.record(Record::Granted { class: escalation.class, by: request.by.clone() });
    }

    /// Enters the earliest phase that the person's changes concern, or the one that stopped.
    fn re_enter(&mut self, request: &ResumeRequest, escalation: &Escalation, visit: Visit) {
        if let Some(tree) = request.found.tree {
            self.run.inputs = Arc::new(Inputs { tree: Some(tree), ..*self.run.inputs });
        }
        let contested = self.void_contest(request, escalation);
        let edited = self.void_edits(request, escalation);
        let earliest = [contested, edited, request.phase].into_iter().flatten().min();
        match earliest {
            Some(phase) if phase < visit.phase || request.phase == Some(phase) => {
                self.enter_again(request, phase, &visit);
            }
            Some(_) | None => self.go_on(request, escalation, visit),
        }
    }

    /// Makes void what the person's edits touch; returns the earliest phase to enter.
    fn void_edits(&mut self, request: &ResumeRequest, escalation: &Escalation) -> Option<Phase> {
        let edited = request.found.edited;
        // Whatever differs from the recorded tree is a person's work, also where nobody said what it is.
        let has_moved = request.found.tree.is_some() && request.found.tree != escalation.tree;
        let touched = [
            (edited.spec, Phase::Analyze),
            (edited.contracts, Phase::Contracts),
            (edited.plan, Phase::Architect),
            (edited.tests, Phase::Tdd),
            (edited.end_to_end_tests, Phase::E2e),
            (edited.code || has_moved, Phase::Review),
        ];
        let earliest = touched.into_iter().find(|(is_touched, _)| *is_touched).map(|(_, phase)| phase)?;
        self.void_from(earliest, &request.by);
        Some(earliest)
    }

    /// Carries out an approved contest: what it changes is void, and its gate is asked again.
    fn void_contest(&mut self, request: &ResumeRequest, escalation: &Escalation) -> Option<Phase> {
        let Cause::Contested { subject, .. } = &escalation.cause else {
            return None;
        };
        let hash = request.approval?;
        self.effect(Effect::ApplyContest { subject: *subject, hash, by: request.by.clone() });
        let phase = match subject {
            ContestSubject::Spec => Phase::Analyze,
            ContestSubject::Contract => Phase::Contracts,
            ContestSubject::Test if escalation.phase >= Phase::Ui && self.run.has_ui() => Phase::E2e,
            ContestSubject::Test => Phase::Tdd,
            ContestSubject::Finding => return None,
        };
        self.void_from(phase, &request.by);
        Some(phase)
    }

    /// Enters `phase` anew: with a turn where a person asked for that, else with its gate.
    fn enter_again(&mut self, request: &ResumeRequest, phase: Phase, stopped: &Visit) {
        // A review is only worth something when it looks at what is there now; and what is skipped has no gate.
        if phase == Phase::Review || self.skip_reason(phase).is_some() {
            return self.walk(phase);
        }
        self.record(Record::PhaseEntered { phase });
        self.effect(Effect::ShowStatus);
        let mut visit = Visit::new(phase, Stage::Gate);
        visit.unit = self.unit_from(phase, 0).unwrap_or(0);
        visit.edited_by = Some(request.by.clone());
        if phase == stopped.phase {
            // Asking for the same phase again buys no time.
            (visit.used, visit.extensions) = (stopped.used, stopped.extensions);
        }
        if request.phase == Some(phase) && phase.has_agent() {
            let brief = if self.run.answers.is_empty() { Brief::First } else { Brief::Advice };
            self.begin_turn(visit, brief);
        } else {
            self.look_again(visit, Recheck::ThenRepair);
        }
    }

    /// Looks at what stopped the run before anything else is tried.
    fn look_again(&mut self, mut visit: Visit, recheck: Recheck) {
        visit.recheck = recheck;
        match visit.phase {
            Phase::Init => self.initialize(),
            Phase::Finalize => self.finalize(visit),
            Phase::Analyze
            | Phase::Contracts
            | Phase::Architect
            | Phase::Tdd
            | Phase::Implement
            | Phase::E2e
            | Phase::Ui
            | Phase::ScreenshotDiff
            | Phase::Review
            | Phase::Verify
            | Phase::RuntimeCheck
            | Phase::Rebase
            | Phase::Reverify
            | Phase::Recheck => self.evaluate_gate(visit),
        }
    }

    /// Goes on in the phase that stopped.
    fn go_on(&mut self, request: &ResumeRequest, escalation: &Escalation, mut visit: Visit) {
        let has_answer = !self.run.answers.is_empty();
        if request.found.edited != Edited::default() {
            visit.edited_by = Some(request.by.clone());
        }
        match what_holds(&escalation.cause) {
            Holds::Nothing => self.walk(visit.phase),
            Holds::Question if has_answer => self.begin_turn(visit, Brief::Advice),
            Holds::Counters if visit.phase.has_agent() && visit.attempt == 0 => {
                let brief = visit.brief;
                self.begin_turn(visit, brief);
            }
            Holds::Counters => self.look_again(visit, Recheck::ThenRepair),
            Holds::Protected => {
                self.effect(Effect::RestoreProtected);
                self.look_again(visit, Recheck::ThenRepair);
            }
            Holds::Gate | Holds::Question if has_answer || request.approval.is_some() => {
                self.look_again(visit, Recheck::ThenRepair);
            }
            Holds::Gate | Holds::Question => {
                let escalation = Arc::new(escalation.clone());
                self.look_again(visit, Recheck::ThenEscalate { escalation });
            }
        }
    }
}
