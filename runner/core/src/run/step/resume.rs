//! A person lets the run go on.
//!
//! The phase that stopped is entered again and its gate asked first. What the person changed in the
//! meantime is taken up, and what depended on it is void; then the earliest phase concerned comes first.

use std::sync::Arc;

use super::holds::{Holds, still_open, what_holds};
use super::{Draft, push_shared};
use crate::actor::Actor;
use crate::escalation::{ApprovalSubject, Awaiting, Cause, ContestSubject, Escalation};
use crate::failure::FailureClass;
use crate::hash::ContentHash;
use crate::money::Usd;
use crate::phase::Phase;
use crate::run::{
    Answer, Approval, Brief, Edited, Effect, Found, History, Inputs, Recheck, Record, Rejection, ResumeRequest,
    RunState, Stage, Visit,
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
        // A rewritten history hides what the run had stopped for; it does not resolve it.
        let escalation = self.run.unresolved.take().unwrap_or(escalation);
        let visit = self.take_up(request, &escalation, visit);
        // Where the run stops again at once, a person's edits are left for the resume that goes on: the
        // recorded tree stays the one they are told from.
        if request.found.history == History::Rewritten {
            let (class, cause, awaiting) = (FailureClass::GateFailed, Cause::HistoryRewritten, Awaiting::Change);
            let rewritten = Escalation { class, cause, awaiting, ..(*escalation).clone() };
            self.run.unresolved = Some(escalation);
            self.escalate_again(visit, &rewritten);
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
        visit.advised |= still_open(request, escalation).is_none();
        let (limits, spend) = (&self.policy.limits, self.run.spend);
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
            // Turns side by side are one attempt, and repairs may have gone past the limit.
            Cause::IterationsExhausted { .. } => {
                let wanted = spend.iterations.saturating_add(visit.turns.len().max(1));
                grants.iterations = wanted.saturating_sub(limits.iterations).max(grants.iterations.saturating_add(1));
            }
            // The last turn or gate may have taken more than the time once more.
            Cause::TimeExhausted { .. } => {
                let times = visit.used.as_millis().checked_div(limits.phase_time.as_millis()).unwrap_or(0);
                let times = u32::try_from(times).unwrap_or(u32::MAX);
                visit.extensions = times.max(visit.extensions.saturating_add(1));
            }
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
            | Cause::ProposedConfig
            | Cause::HistoryRewritten
            | Cause::StopRequested
            | Cause::CiFailed => return,
        }
        self.record(Record::Granted { class: escalation.class, by: request.by.clone() });
    }

    /// Enters the earliest phase that the person's changes concern, or the one that stopped.
    fn re_enter(&mut self, request: &ResumeRequest, escalation: &Escalation, mut visit: Visit) {
        let is_edited = has_edits(request, escalation);
        if is_edited {
            // What nobody can name is not what any phase has seen.
            self.run.inputs = Arc::new(Inputs { tree: request.found.tree, ..*self.run.inputs });
        }
        if let Cause::ProtectedPaths { .. } = escalation.cause {
            self.effect(Effect::RestoreProtected);
        }
        let is_approved = self.run.approvals.iter().any(|approval| approval.escalation == escalation.id);
        let contested = if is_approved { self.void_contest(request, escalation) } else { None };
        let edited = self.void_edits(request, escalation);
        let asked_for = request.phase.filter(|phase| {
            // The phase that stopped is looked at as in any resume; one that has passed is taken again.
            *phase < visit.phase || matches!(what_holds(&escalation.cause), Holds::Nothing)
        });
        if let Some(phase) = asked_for {
            self.forget_pass(phase);
        }
        // A review that stopped has nothing to say about what was edited since; it is taken anew.
        let is_to_enter =
            |phase: &Phase| *phase < visit.phase || (*phase, visit.phase) == (Phase::Review, Phase::Review);
        let earliest = [contested, edited].into_iter().flatten().filter(is_to_enter).min();
        match (earliest, asked_for) {
            (Some(phase), None) => self.walk(phase),
            (Some(phase), Some(asked_for)) if phase < asked_for => self.walk(phase),
            (_, Some(asked_for)) => self.take_again(asked_for),
            (None, None) => {
                if is_edited || is_approved {
                    visit.edited_by = Some(request.by.clone());
                }
                self.go_on(escalation, visit, is_approved);
            }
        }
    }

    /// Makes void what the person's edits touch; returns the earliest phase to enter.
    fn void_edits(&mut self, request: &ResumeRequest, escalation: &Escalation) -> Option<Phase> {
        let edited = request.found.edited;
        let touched = [
            (edited.spec, Phase::Analyze),
            (edited.contracts, Phase::Contracts),
            (edited.plan, Phase::Architect),
            (edited.tests, Phase::Tdd),
            (edited.end_to_end_tests, Phase::E2e),
            // Whatever differs from the recorded tree is a person's work, also where nobody said what it is.
            (has_edits(request, escalation), Phase::Review),
        ];
        self.take_over(touched.into_iter().filter(|(is_touched, _)| *is_touched).map(|(_, phase)| phase), &request.by)
    }

    /// Carries out an approved contest: what it changes is void, and its gate is asked again.
    fn void_contest(&mut self, request: &ResumeRequest, escalation: &Escalation) -> Option<Phase> {
        let Cause::Contested { subject, .. } = &escalation.cause else {
            return None;
        };
        let Awaiting::Approval { hash, .. } = escalation.awaiting else {
            return None;
        };
        self.effect(Effect::ApplyContest { subject: *subject, hash, by: request.by.clone() });
        let changed: &[Phase] = match subject {
            ContestSubject::Spec => &[Phase::Analyze],
            ContestSubject::Contract => &[Phase::Contracts],
            // Which kind of test it is, only its gate can tell.
            ContestSubject::Test => &[Phase::Tdd, Phase::E2e],
            ContestSubject::Finding => &[],
        };
        let passes = Arc::clone(&self.run.passes);
        self.take_over(changed.iter().copied().filter(|phase| passes.contains_key(phase)), &request.by)
    }

    /// Takes up what `by` changed of the outcome of `phases`, which are in order; returns the first of them.
    fn take_over(&mut self, phases: impl Iterator<Item = Phase>, by: &Actor) -> Option<Phase> {
        let mut first = None;
        let mut all_is_void = false;
        for phase in phases {
            if !all_is_void {
                self.void_from(phase, by);
            }
            // Nothing of a review can be edited: it looks at what is there now.
            if phase != Phase::Review {
                Arc::make_mut(&mut self.run.edits).insert(phase, by.clone());
            }
            all_is_void |= !phase.is_red();
            first = first.or(Some(phase));
        }
        first
    }

    /// Takes `phase` again because a person asked for that: with a turn, where an agent takes part.
    fn take_again(&mut self, phase: Phase) {
        // A review is only worth something when it looks at what is there now; and what is skipped has no gate.
        if phase == Phase::Review || !phase.has_agent() || self.skip_reason(phase).is_some() {
            return self.walk(phase);
        }
        self.record(Record::PhaseEntered { phase });
        self.effect(Effect::ShowStatus);
        let mut visit = Visit::new(phase, Stage::Gate);
        visit.unit = self.unit_from(phase, 0).unwrap_or(0);
        let brief = if self.run.answers.is_empty() { Brief::First } else { Brief::Advice };
        self.begin_turn(visit, brief);
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
    fn go_on(&mut self, escalation: &Escalation, visit: Visit, is_approved: bool) {
        match what_holds(&escalation.cause) {
            Holds::Nothing => self.walk(visit.phase),
            Holds::Verdict => {
                let recheck = visit.recheck.clone();
                self.look_again(visit, recheck);
            }
            Holds::Counters => self.take_up_work(visit),
            Holds::Question if visit.advised => self.begin_turn(visit, Brief::Advice),
            Holds::Limit | Holds::Question if !visit.advised && !is_approved => {
                let escalation = Arc::new(escalation.clone());
                self.look_again(visit, Recheck::ThenEscalate { escalation });
            }
            Holds::Gate | Holds::Limit | Holds::Question => self.look_again(visit, Recheck::ThenRepair),
        }
    }

    /// Takes up what was interrupted, or what there was no room for.
    fn take_up_work(&mut self, visit: Visit) {
        let has_agent = visit.phase.has_agent();
        match (visit.recheck.clone(), visit.brief) {
            // Its first turn was still to come.
            (Recheck::No, Brief::First) if has_agent && visit.attempt == 0 => self.begin_unit(visit),
            (Recheck::No, brief) if has_agent && visit.attempt == 0 => self.begin_turn(visit, brief),
            // What a turn left behind that was interrupted is nobody's failure.
            (Recheck::No, _) if has_agent => self.look_again(visit, Recheck::ThenRepair),
            (Recheck::ThenEscalate { .. }, _) if visit.advised => self.look_again(visit, Recheck::ThenRepair),
            (recheck, _) => self.look_again(visit, recheck),
        }
    }
}

/// Says whether a person changed anything while the run waited.
fn has_edits(request: &ResumeRequest, escalation: &Escalation) -> bool {
    let Found { edited, tree, .. } = request.found;
    edited != Edited::default() || (tree.is_some() && tree != escalation.tree)
}
