//! Agent turns: set aside what one may cost, take it, and look at how it ended.

use std::sync::Arc;

use super::Draft;
use super::budget::Allowance;
use crate::domain::Unit;
use crate::escalation::{ApprovalSubject, Awaiting, BudgetKind, Cause, ContestSubject, Question};
use crate::failure::FailureClass;
use crate::id::QuestionId;
use crate::money::Usd;
use crate::phase::{Layout, Phase};
use crate::run::{
    Brief, Contest, CostSource, Effect, Handed, Recheck, Record, Rejection, Reservation, RunState, Stage, Trouble,
    Turn, TurnOutcome, TurnReport, UnitSet, Visit,
};

impl Draft<'_> {
    /// Asks for room for a turn; where units work side by side, for one of each that needs it.
    pub(super) fn begin_turn(&mut self, mut visit: Visit, brief: Brief) {
        let is_retry = matches!(brief, Brief::Retry { .. });
        visit.turns = match visit.phase.layout() {
            Layout::SideBySide if is_retry && !visit.turns.is_empty() => visit.turns,
            Layout::SideBySide => UnitSet::first(self.run.units.len().max(1)),
            Layout::Single | Layout::UnitByUnit | Layout::UiUnitByUiUnit | Layout::GateOnly => UnitSet::of(0),
        };
        // A second review stays one, whatever interrupts it.
        if visit.brief != Brief::SecondReview {
            visit.brief = brief;
        }
        match self.allowance(&visit, visit.turns.len()) {
            Err((cause, awaiting)) => self.escalate(visit, FailureClass::BudgetExhausted, cause, awaiting),
            Ok(allowance) => {
                let Reservation { turns, usd_each, tokens_each } = self.set_aside(&visit, &allowance);
                self.effect(Effect::Reserve { turns, usd_each, tokens_each });
                visit.recheck = Recheck::No;
                visit.edited_by = None;
                visit.stage = Stage::Reserving;
                self.proceed(visit);
            }
        }
    }

    pub(super) fn reservation_refused(
        &mut self,
        asked: u64,
        budget: BudgetKind,
        spent: Usd,
        limit: Usd,
    ) -> Result<(), Rejection> {
        let visit = self.asked_in(asked)?;
        let Stage::Reserving = visit.stage else {
            return Err(Rejection::Late);
        };
        let cause = Cause::BudgetExhausted { budget, spent, limit };
        self.escalate(visit, FailureClass::BudgetExhausted, cause, Awaiting::Budget { budget });
        Ok(())
    }

    pub(super) fn reserved(&mut self, asked: u64) -> Result<(), Rejection> {
        let mut visit = self.asked_in(asked)?;
        let Stage::Reserving = visit.stage else {
            return Err(Rejection::Late);
        };
        // The policy may have changed since; what is left decides again.
        match self.allowance(&visit, visit.turns.len()) {
            Err((cause, awaiting)) => self.escalate(visit, FailureClass::BudgetExhausted, cause, awaiting),
            Ok(allowance) => {
                let handed = Handed {
                    answers: std::mem::take(&mut self.run.answers),
                    steering: std::mem::take(&mut self.run.steering),
                };
                visit.attempt = visit.attempt.saturating_add(1);
                self.forget_pass(visit.phase);
                self.ask_agents(&visit, &handed, &allowance);
                visit.stage = Stage::Turns { open: visit.turns, handed, trouble: Arc::default() };
                self.proceed(visit);
            }
        }
        Ok(())
    }

    /// What counts in full if the turns of `visit` never report.
    ///
    /// Without a limit of tokens per turn nobody can say what a turn uses at most; its dollars are set
    /// aside all the same. An agent of unknown cost has no dollars to set aside; turns and time bound it.
    fn set_aside(&self, visit: &Visit, allowance: &Allowance) -> Reservation {
        let is_unmetered = self.run.cost_source == CostSource::Unknown;
        let usd_each = if is_unmetered { Usd::ZERO } else { allowance.usd_each };
        let tokens = self.policy.limits.tokens_per_turn.map_or(0, |limit| limit.min(allowance.tokens_each));
        Reservation { turns: visit.turns.len(), usd_each, tokens_each: tokens }
    }

    fn ask_agents(&mut self, visit: &Visit, handed: &Handed, allowance: &Allowance) {
        let Allowance { usd_each, tokens_each } = *allowance;
        self.run.spend.reserved = self.set_aside(visit, allowance);
        let cheap = match visit.brief {
            Brief::Retry { class } => self.policy.cheap_classes.contains(&class),
            Brief::First | Brief::LoopBack { .. } | Brief::Advice | Brief::SecondReview => false,
        };
        for index in visit.turns.iter() {
            self.run.spend.iterations = self.run.spend.iterations.saturating_add(1);
            let unit = self.unit_of_turn(visit, index);
            let (phase, attempt, iteration) = (visit.phase, visit.attempt, self.run.spend.iterations);
            let brief = visit.brief;
            self.record(Record::TurnStarted { phase, unit: unit.clone(), attempt, iteration, brief });
            let turn = Turn {
                phase,
                unit,
                index,
                attempt,
                iteration,
                brief,
                cheap,
                usd: usd_each,
                tokens: tokens_each,
                time: self.time_left(visit),
                answers: Arc::clone(&handed.answers),
                steering: Arc::clone(&handed.steering),
            };
            self.effect(Effect::AskAgent { turn });
        }
    }

    /// Returns the unit whose turn has the position `index` in `visit`.
    fn unit_of_turn(&self, visit: &Visit, index: u8) -> Option<Unit> {
        match visit.phase.layout() {
            Layout::SideBySide => self.run.units.get(usize::from(index)).cloned(),
            Layout::Single | Layout::UnitByUnit | Layout::UiUnitByUiUnit | Layout::GateOnly => {
                self.run.unit_of(visit).cloned()
            }
        }
    }

    pub(super) fn turn_ended(&mut self, asked: u64, report: &TurnReport) -> Result<(), Rejection> {
        let mut visit = self.asked_in(asked)?;
        let Stage::Turns { mut open, handed, mut trouble } = visit.stage.clone() else {
            return Err(Rejection::Late);
        };
        if !open.remove(report.unit) {
            return Err(Rejection::Late);
        }
        self.settle(&visit, report);
        let seen = Arc::make_mut(&mut trouble);
        self.note(seen, report);
        if open.is_empty() {
            visit.used = visit.used.saturating_add(seen.longest);
            visit.stage = Stage::Gate;
            visit.advised = false;
            if seen.broke {
                self.take_back(&handed);
            }
            let seen = std::mem::take(seen);
            self.turns_ended(visit, seen);
        } else {
            visit.stage = Stage::Turns { open, handed, trouble };
            // The other turns still answer to the transition that asked for them.
            self.run.state = RunState::Running { visit };
        }
        Ok(())
    }

    fn settle(&mut self, visit: &Visit, report: &TurnReport) {
        let usage = report.usage;
        self.run.spend.settle(usage.tokens_in, usage.tokens_out, usage.usd);
        self.run.spend.iterations = self.run.spend.iterations.saturating_add(report.repairs);
        self.record(Record::TurnEnded {
            phase: visit.phase,
            unit: self.unit_of_turn(visit, report.unit),
            outcome: failure_of(&report.outcome),
            usd: usage.usd,
            tokens_in: usage.tokens_in,
            tokens_out: usage.tokens_out,
        });
        self.warn_about_money();
    }

    /// Adds what `report` says to what is known of the turns of this round.
    fn note(&mut self, trouble: &mut Trouble, report: &TurnReport) {
        trouble.changed |= report.changed;
        trouble.longest = trouble.longest.max(report.duration);
        let violations =
            [(FailureClass::TestDrift, &report.drifted_tests), (FailureClass::FrozenFile, &report.touched_frozen)];
        let mut failure = None;
        for (class, paths) in violations {
            if !paths.is_empty() {
                self.record(Record::Violation { class, paths: paths.clone() });
                failure = failure.or(Some(class));
            }
        }
        match &report.outcome {
            TurnOutcome::Done => {}
            TurnOutcome::Asked { questions } => trouble.ask(questions),
            // Of several agents, the first one is heard; whatever the others contest, their gate meets again.
            TurnOutcome::Contested { contest } => {
                trouble.contest.get_or_insert_with(|| contest.clone());
            }
            TurnOutcome::OverBudget => trouble.over_budget = true,
            TurnOutcome::Failed | TurnOutcome::TimedOut => {
                trouble.broke = true;
                failure = failure.or(failure_of(&report.outcome));
            }
        }
        if let Some(protected) = &report.protected {
            self.record(Record::Violation { class: FailureClass::ProtectedPath, paths: protected.paths.clone() });
            if !self.run.is_approved(ApprovalSubject::ProtectedPaths, protected.hash) {
                trouble.protected.get_or_insert_with(|| protected.clone());
            }
        }
        if failure.is_some() {
            trouble.failed.insert(report.unit);
            trouble.failure = trouble.failure.or(failure);
        }
    }

    /// Decides what follows when the last turn of a round has ended.
    fn turns_ended(&mut self, mut visit: Visit, trouble: Trouble) {
        let must_change = matches!(visit.brief, Brief::LoopBack { .. });
        let has_answer = trouble.asked || trouble.contest.is_some();
        let no_change = (must_change && !trouble.changed && !has_answer).then_some(FailureClass::NoChange);
        let failure = trouble.failure.or(no_change);
        if let Some(class) = failure {
            self.run.spend.failures.add_one(class);
        }
        if let Some(protected) = trouble.protected {
            let awaiting = Awaiting::Approval { subject: ApprovalSubject::ProtectedPaths, hash: protected.hash };
            let cause = Cause::ProtectedPaths { paths: protected.paths };
            return self.escalate(visit, FailureClass::ProtectedPath, cause, awaiting);
        }
        if trouble.over_budget {
            let (cause, awaiting) = self.over_budget();
            return self.escalate(visit, FailureClass::BudgetExhausted, cause, awaiting);
        }
        if trouble.asked {
            let questions = trouble.questions.iter().map(|question| question.id).collect();
            let cause = Cause::AgentAsked { questions: trouble.questions };
            return self.escalate(visit, FailureClass::AgentQuestion, cause, Awaiting::Answer { questions });
        }
        if let Some(contest) = trouble.contest
            && failure.is_none_or(|class| self.class_has_room(class))
        {
            return self.contested(visit, &contest);
        }
        match failure {
            None => self.evaluate_gate(visit),
            Some(class) => {
                visit.turns = trouble.failed;
                self.turn_failed(visit, class);
            }
        }
    }

    /// Tries again in place, if the class has room.
    fn turn_failed(&mut self, visit: Visit, class: FailureClass) {
        if self.class_has_room(class) {
            self.record(Record::Retried { phase: visit.phase, class });
            let brief = match visit.brief {
                // What the loop is to repair is still not repaired.
                Brief::LoopBack { .. } => visit.brief,
                Brief::First | Brief::Retry { .. } | Brief::Advice | Brief::SecondReview => Brief::Retry { class },
            };
            self.begin_turn(visit, brief);
        } else {
            let cause = Cause::ClassExhausted { class, failures: self.run.spend.failures.get(class) };
            self.escalate(visit, class, cause, Awaiting::Change);
        }
    }

    /// A contested finding goes to one fresh reviewer; everything else, and what that reviewer
    /// confirmed, goes to a person.
    fn contested(&mut self, visit: Visit, contest: &Contest) {
        self.record(Record::Contested { id: Arc::clone(&contest.id) });
        let is_new = contest.subject == ContestSubject::Finding
            && Arc::make_mut(&mut self.run.reviewed_contests).insert(Arc::clone(&contest.id));
        if is_new {
            self.record(Record::PhaseEntered { phase: Phase::Review });
            self.effect(Effect::ShowStatus);
            return self.begin_turn(Visit::new(Phase::Review, Stage::Gate), Brief::SecondReview);
        }
        let cause = Cause::Contested {
            subject: contest.subject,
            id: Arc::clone(&contest.id),
            reason: Arc::clone(&contest.reason),
        };
        let awaiting = match contest.diff {
            Some(hash) => Awaiting::Approval { subject: ApprovalSubject::Contest, hash },
            None => Awaiting::Answer { questions: Vec::new() },
        };
        self.escalate(visit, FailureClass::Contested, cause, awaiting);
    }
}

impl Trouble {
    /// Adds the questions of one agent; where two used the same number, the later one gets the next free one.
    fn ask(&mut self, questions: &[Question]) {
        self.asked = true;
        for question in questions {
            let is_taken = self.questions.iter().any(|other| other.id == question.id);
            let last = self.questions.iter().map(|other| other.id.number()).max().unwrap_or(0);
            let next = if is_taken { QuestionId::new(last.saturating_add(1)) } else { None };
            self.questions.push(Question { id: next.unwrap_or(question.id), text: Arc::clone(&question.text) });
        }
    }
}

fn failure_of(outcome: &TurnOutcome) -> Option<FailureClass> {
    match outcome {
        TurnOutcome::Done => None,
        TurnOutcome::Asked { .. } => Some(FailureClass::AgentQuestion),
        TurnOutcome::Contested { .. } => Some(FailureClass::Contested),
        TurnOutcome::Failed => Some(FailureClass::AgentError),
        TurnOutcome::TimedOut => Some(FailureClass::AgentTimeout),
        TurnOutcome::OverBudget => Some(FailureClass::BudgetExhausted),
    }
}
