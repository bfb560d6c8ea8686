//! From phase to phase: what is entered, what is skipped, what need not be repeated, and where a run rests.

use std::sync::Arc;
use std::time::Duration;

use super::Draft;
use crate::actor::Actor;
use crate::domain::Unit;
use crate::escalation::{ApprovalSubject, Awaiting, Cause};
use crate::failure::FailureClass;
use crate::phase::{Layout, Phase};
use crate::run::inputs::pass_slot;
use crate::run::{Brief, Effect, Opening, PassKind, Recheck, Record, SkipReason, Stage, UnitSet, Visit};
use crate::ticket::TicketKind;

impl Visit {
    /// Begins a stay in `phase`.
    pub(super) fn new(phase: Phase, stage: Stage) -> Self {
        Self {
            phase,
            unit: 0,
            attempt: 0,
            used: Duration::ZERO,
            extensions: 0,
            brief: Brief::First,
            advised: false,
            turns: UnitSet::EMPTY,
            stage,
            recheck: Recheck::No,
            edited_by: None,
            asked: 0,
        }
    }
}

impl Draft<'_> {
    /// Walks from `phase` on to the first phase that has something to do.
    pub(super) fn walk(&mut self, phase: Phase) {
        let mut phase = phase;
        while let Some(how) = self.passes_without_a_visit(phase) {
            self.record(Record::PhaseLeft { phase, how });
            match self.next_after(phase) {
                Some(next) => phase = next,
                None => return,
            }
        }
        self.enter(phase);
    }

    /// Leaves the phase of `visit`, whose gate is met, and walks on.
    pub(super) fn leave(&mut self, visit: &Visit, how: PassKind) {
        let phase = visit.phase;
        let inputs = self.run.inputs.read_by(phase);
        Arc::make_mut(&mut self.run.passes).insert(pass_slot(phase), inputs);
        Arc::make_mut(&mut self.run.edits).remove(&phase);
        self.record(Record::PhaseLeft { phase, how });
        self.effect(Effect::Checkpoint);
        if visit.brief == Brief::SecondReview {
            // The finding is off the table; the work that contested it goes on and meets its own gate.
            let unproven = self.unproven().unwrap_or(Phase::Implement);
            self.walk(unproven.min(Phase::Implement));
        } else if let Some(next) = self.next_after(phase) {
            self.walk(next);
        }
    }

    /// Forgets that `phase` passed: its gate said something else since, or its work was taken up again.
    pub(super) fn forget_pass(&mut self, phase: Phase) {
        let slot = pass_slot(phase);
        if self.run.passes.contains_key(&slot) {
            Arc::make_mut(&mut self.run.passes).remove(&slot);
        }
    }

    /// Returns the phase that follows `phase`, unless the run rests or ends here.
    fn next_after(&mut self, phase: Phase) -> Option<Phase> {
        if phase == Phase::Architect && (self.stops_for_the_plan() || self.stops_for_the_config()) {
            return None;
        }
        if self.run.stop_after == Some(phase) && phase != Phase::Finalize {
            let visit = Visit::new(phase, Stage::Gate);
            self.escalate(visit, FailureClass::StopRequested, Cause::StopRequested, Awaiting::Change);
            return None;
        }
        phase.next()
    }

    /// A ticket that promises to change no behavior goes on when a person has approved exactly this plan.
    fn stops_for_the_plan(&mut self) -> bool {
        let subject = ApprovalSubject::PreservingPlan;
        let plan = self.run.inputs.plan;
        let needs_yes = self.run.kind == TicketKind::Preserving
            && !self.policy.preserving_allowed
            && !plan.is_some_and(|hash| self.run.is_approved(subject, hash));
        if needs_yes {
            let visit = Visit::new(Phase::Architect, Stage::Gate);
            // Where there is no plan yet, there is nothing to say yes to.
            let awaiting = plan.map_or(Awaiting::Change, |hash| Awaiting::Approval { subject, hash });
            self.escalate(visit, FailureClass::GateFailed, Cause::PreservingPlan, awaiting);
        }
        needs_yes
    }

    /// A configuration that the agent proposed counts when a person has approved exactly this one.
    fn stops_for_the_config(&mut self) -> bool {
        let subject = ApprovalSubject::ProposedConfig;
        let Some(hash) = self.run.inputs.proposed_config.filter(|hash| !self.run.is_approved(subject, *hash)) else {
            return false;
        };
        let visit = Visit::new(Phase::Architect, Stage::Gate);
        let awaiting = Awaiting::Approval { subject, hash };
        self.escalate(visit, FailureClass::ProtectedPath, Cause::ProposedConfig, awaiting);
        true
    }

    fn passes_without_a_visit(&self, phase: Phase) -> Option<PassKind> {
        if let Some(reason) = self.skip_reason(phase) {
            return Some(PassKind::Skipped { reason });
        }
        let last_pass = self.run.passes.get(&pass_slot(phase));
        let is_unchanged = phase != Phase::Finalize && last_pass == Some(&self.run.inputs.read_by(phase));
        is_unchanged.then_some(PassKind::Unchanged)
    }

    pub(super) fn skip_reason(&self, phase: Phase) -> Option<SkipReason> {
        if phase.is_ui_only() && !self.run.has_ui() {
            return Some(SkipReason::NoUserInterface);
        }
        if phase == Phase::Review && !self.policy.review_enabled {
            return Some(SkipReason::ReviewDisabled);
        }
        match self.run.kind {
            TicketKind::NoCode if phase.is_red() => Some(SkipReason::NoCode),
            TicketKind::Preserving if phase.is_red() => Some(SkipReason::Preserving),
            TicketKind::Behavior | TicketKind::Preserving | TicketKind::NoCode => None,
        }
    }

    /// Enters `phase` at its first unit.
    fn enter(&mut self, phase: Phase) {
        self.record(Record::PhaseEntered { phase });
        self.effect(Effect::ShowStatus);
        let mut visit = Visit::new(phase, Stage::Gate);
        visit.unit = self.unit_from(phase, 0).unwrap_or(0);
        if phase == Phase::Finalize {
            self.finalize(visit);
        } else {
            self.begin_unit(visit);
        }
    }

    /// Publishes what is proven, and nothing else.
    pub(super) fn finalize(&mut self, visit: Visit) {
        if let Some(unproven) = self.unproven() {
            self.prove_again(visit, unproven);
        } else {
            self.turn_steering_away();
            self.publish(visit);
        }
    }

    /// Returns the first phase whose proof is missing, or is not about what would be published now.
    pub(super) fn unproven(&self) -> Option<Phase> {
        let first = if self.run.origin.opening == Opening::Restack { Phase::Rebase } else { Phase::Analyze };
        Phase::ALL.into_iter().filter(|phase| first <= *phase && *phase < Phase::Finalize).find(|phase| {
            let pass = self.run.passes.get(&pass_slot(*phase));
            // Before the rebase the tree was another one.
            let is_stale = *phase >= Phase::Rebase && pass != Some(&self.run.inputs.read_by(*phase));
            (pass.is_none() || is_stale) && self.skip_reason(*phase).is_none()
        })
    }

    /// Something changed the tree after its last proof. That is worth a few more tries, not for ever.
    fn prove_again(&mut self, mut visit: Visit, unproven: Phase) {
        let class = FailureClass::GateFailed;
        match std::mem::replace(&mut visit.recheck, Recheck::No) {
            Recheck::ThenEscalate { escalation } => return self.escalate_again(visit, &escalation),
            Recheck::ThenRepair => return self.walk(unproven),
            Recheck::No => {}
        }
        self.run.spend.failures.add_one(class);
        if self.class_has_room(class) {
            self.record(Record::LoopedBack { from: Phase::Finalize, to: unproven, class });
            self.walk(unproven);
        } else {
            let cause = Cause::ClassExhausted { class, failures: self.run.spend.failures.get(class) };
            self.escalate(visit, class, cause, Awaiting::Change);
        }
    }

    /// Begins with one unit of a phase: with a turn, or where a person edited it, or earlier work passed
    /// and only its surroundings changed, with the gate.
    pub(super) fn begin_unit(&mut self, mut visit: Visit) {
        if let Some(by) = self.run.edits.get(&visit.phase) {
            visit.edited_by = Some(by.clone());
            visit.recheck = Recheck::ThenRepair;
            return self.evaluate_gate(visit);
        }
        let has_passed = self.run.passed_units.get(visit.phase).contains(visit.unit);
        // A review is only worth something when it looks at what is there now.
        if !visit.phase.has_agent() || (has_passed && visit.phase != Phase::Review) {
            self.evaluate_gate(visit);
        } else {
            self.begin_turn(visit, Brief::First);
        }
    }

    /// Goes on to the next unit of the phase, or leaves it.
    pub(super) fn unit_passed(&mut self, mut visit: Visit, how: PassKind) {
        let phase = visit.phase;
        self.run.passed_units.get_mut(phase).insert(visit.unit);
        if let Some(unit) = self.run.unit_of(&visit).cloned() {
            self.record(Record::UnitPassed { phase, unit });
        }
        match self.next_unit(&visit) {
            Some(next) => {
                visit.unit = next;
                visit.attempt = 0;
                visit.brief = Brief::First;
                visit.advised = false;
                visit.recheck = Recheck::No;
                self.begin_unit(visit);
            }
            None => self.leave(&visit, how),
        }
    }

    /// Returns the unit of the phase that follows the one at work.
    pub(super) fn next_unit(&self, visit: &Visit) -> Option<u8> {
        match visit.phase.layout() {
            Layout::UnitByUnit | Layout::UiUnitByUiUnit => self.unit_from(visit.phase, visit.unit.saturating_add(1)),
            Layout::Single | Layout::SideBySide | Layout::GateOnly => None,
        }
    }

    /// Returns the first unit of `phase` at or after position `from`.
    pub(super) fn unit_from(&self, phase: Phase, from: u8) -> Option<u8> {
        let takes_part = |unit: &Unit| phase.layout() != Layout::UiUnitByUiUnit || unit.has_ui();
        let mut units = self.run.units.iter().enumerate().skip(from.into());
        units.find(|(_, unit)| takes_part(unit)).and_then(|(index, _)| u8::try_from(index).ok())
    }

    /// Makes void what `phase` proved, and what was built on it.
    ///
    /// Tests are looked at by everything after them anyway; what was agreed before code is what code was
    /// written for.
    pub(super) fn void_from(&mut self, phase: Phase, by: &Actor) {
        self.void(|other| other >= phase && (other == phase || !phase.is_red()));
        self.record(Record::Voided { phase, by: by.clone() });
    }

    /// Makes void what was built on the outcome of `phase`, which is another one now.
    pub(super) fn void_after(&mut self, phase: Phase, by: &Actor) {
        let is_after = |other: Phase| other > phase;
        let has_work = |other: Phase| is_after(other) && !self.run.passed_units.get(other).is_empty();
        if Phase::ALL.into_iter().any(has_work) {
            self.void(is_after);
            self.record(Record::Voided { phase, by: by.clone() });
        }
    }

    fn void(&mut self, is_void: impl Fn(Phase) -> bool) {
        Arc::make_mut(&mut self.run.passes).retain(|other, _| !is_void(*other));
        for other in Phase::ALL.into_iter().filter(|other| is_void(*other)) {
            *self.run.passed_units.get_mut(other) = UnitSet::EMPTY;
        }
    }
}
