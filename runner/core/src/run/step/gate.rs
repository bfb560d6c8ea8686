//! Verdicts, and what follows from each.

use std::sync::Arc;

use super::Draft;
use crate::actor::Actor;
use crate::domain::Unit;
use crate::escalation::{Awaiting, Cause, Escalation};
use crate::failure::FailureClass;
use crate::gate::{GateReport, Severity, Verdict};
use crate::hash::ContentHash;
use crate::phase::Phase;
use crate::run::{
    Artifact, Brief, Effect, Frozen, GateEvent, Learned, MAX_UNITS, PassKind, Recheck, Record, Rejection, SkipReason,
    Stage, UnitSet, Visit,
};
use crate::ticket::TicketKind;

/// What repairs a failed gate.
enum Remedy {
    /// Another turn in the same phase.
    Retry,
    /// A turn in an earlier phase, for this unit.
    LoopBack { to: Phase, unit: u8 },
    /// A person.
    Ask { cause: Cause, awaiting: Awaiting },
}

impl Draft<'_> {
    /// Asks for the gate of `visit`.
    pub(super) fn evaluate_gate(&mut self, mut visit: Visit) {
        let unit = self.run.unit_of(&visit).cloned();
        let is_last_unit = self.next_unit(&visit).is_none();
        self.effect(Effect::EvaluateGate { phase: visit.phase, unit, is_last_unit });
        visit.stage = Stage::Gate;
        self.proceed(visit);
    }

    pub(super) fn gate_reported(&mut self, asked: u64, event: &GateEvent) -> Result<(), Rejection> {
        let mut visit = self.asked_in(asked)?;
        let Stage::Gate = visit.stage else {
            return Err(Rejection::Late);
        };
        visit.used = visit.used.saturating_add(event.duration);
        if *self.run.inputs != event.inputs {
            self.run.inputs = Arc::new(event.inputs);
        }
        self.run.facts = event.facts.or(self.run.facts);
        // Whatever is said now counts, not what was said about the same thing before.
        self.forget_pass(visit.phase);
        match event.report.verdict() {
            Verdict::Unavailable { check, reason } => {
                let cause = Cause::GateUnavailable { check: Arc::from(check.name.as_str()), why: Arc::from(reason) };
                let class = FailureClass::GateUnavailable;
                self.escalate_over(visit, class, cause, Awaiting::Change, &event.report);
            }
            Verdict::Failed { class, .. } => self.gate_failed(visit, class, event),
            // What a gate passes with open questions has not been understood.
            Verdict::Passed | Verdict::Skipped { .. } if !event.learned.questions.is_empty() => {
                self.gate_failed(visit, FailureClass::SpecUnderspecified, event);
            }
            Verdict::Passed => self.gate_passed(visit, event, PassKind::Passed),
            Verdict::Skipped { reason } => {
                let reason = SkipReason::NothingToCheck { why: Arc::from(reason) };
                self.gate_passed(visit, event, PassKind::Skipped { reason });
            }
        }
        Ok(())
    }

    fn gate_passed(&mut self, visit: Visit, event: &GateEvent, how: PassKind) {
        let unit = self.run.unit_of(&visit).cloned();
        self.record(Record::GatePassed { phase: visit.phase, unit });
        let agreed = self.agreed();
        if let Err(unit) = self.learn(&event.learned) {
            let class = FailureClass::GateUnavailable;
            return self.escalate(visit, class, Cause::UnitNotConfigured { unit }, Awaiting::Change);
        }
        self.freeze(&visit, &event.learned);
        if self.agreed() != agreed {
            let by = visit.edited_by.clone().unwrap_or(Actor::Engine);
            self.void_after(visit.phase, &by);
        }
        self.unit_passed(visit, how);
    }

    /// Returns what all later work is built on.
    fn agreed(&self) -> (TicketKind, Arc<[Unit]>, [Option<ContentHash>; 3]) {
        let hash = |artifact: Artifact| self.run.frozen.get(&artifact).map(|frozen| frozen.hash);
        let hashes = [Artifact::Spec, Artifact::Contracts, Artifact::Plan].map(hash);
        (self.run.kind, Arc::clone(&self.run.units), hashes)
    }

    /// Takes over the kind and the units of the ticket; the error is a unit that is not configured.
    fn learn(&mut self, learned: &Learned) -> Result<(), Unit> {
        if let Some(kind) = learned.kind {
            self.run.kind = kind;
        }
        let Some(units) = &learned.units else { return Ok(()) };
        if let Some(unknown) = units.iter().find(|unit| !self.policy.units.contains(unit)) {
            return Err(unknown.clone());
        }
        let in_order = self.policy.units.iter().filter(|unit| units.contains(unit));
        self.run.units = in_order.take(MAX_UNITS).cloned().collect();
        Ok(())
    }

    fn freeze(&mut self, visit: &Visit, learned: &Learned) {
        let by = visit.edited_by.clone().unwrap_or(Actor::Engine);
        for (artifact, proposal) in &learned.freeze {
            let before = self.run.frozen.get(artifact).map(|frozen| frozen.hash);
            if before == Some(proposal.hash) {
                continue;
            }
            let frozen = Frozen {
                hash: proposal.hash,
                files: Arc::clone(&proposal.files),
                by: by.clone(),
                at: self.run.updated_at,
            };
            Arc::make_mut(&mut self.run.frozen).insert(artifact.clone(), frozen);
            let (artifact, hash) = (artifact.clone(), proposal.hash);
            self.record(Record::Frozen { artifact: artifact.clone(), hash, before, by: by.clone() });
            self.effect(Effect::Freeze { artifact, hash, by: by.clone() });
        }
    }

    fn gate_failed(&mut self, mut visit: Visit, class: FailureClass, event: &GateEvent) {
        let phase = visit.phase;
        let recheck = std::mem::replace(&mut visit.recheck, Recheck::No);
        let counted = recheck == Recheck::No;
        let unit = self.run.unit_of(&visit).cloned();
        self.record(Record::GateFailed { phase, unit, class, counted });
        match recheck {
            Recheck::ThenEscalate { escalation } => {
                let Escalation { class, cause, awaiting, .. } = (*escalation).clone();
                return self.escalate_over(visit, class, cause, awaiting, &event.report);
            }
            Recheck::ThenRepair => {}
            Recheck::No => {
                self.run.spend.failures.add_one(class);
                let phase_failures = self.run.spend.phase_failures.get_mut(phase);
                *phase_failures = phase_failures.saturating_add(1);
            }
        }
        let is_advised = !counted && visit.advised;
        match self.remedy(&visit, class, event, is_advised) {
            Remedy::Ask { cause, awaiting } => self.escalate_over(visit, class, cause, awaiting, &event.report),
            Remedy::Retry | Remedy::LoopBack { .. } if !is_advised && !self.class_has_room(class) => {
                let cause = Cause::ClassExhausted { class, failures: self.run.spend.failures.get(class) };
                self.escalate_over(visit, class, cause, Awaiting::Change, &event.report);
            }
            Remedy::Retry | Remedy::LoopBack { .. } if !is_advised && !self.phase_has_room(phase) => {
                let retries = self.policy.limits.retries_per_phase;
                self.escalate_over(visit, class, Cause::PhaseExhausted { retries }, Awaiting::Change, &event.report);
            }
            Remedy::Retry => {
                self.record(Record::Retried { phase, class });
                visit.turns = self.units_at_fault(&event.report);
                let brief = if is_advised { Brief::Advice } else { Brief::Retry { class } };
                self.begin_turn(visit, brief);
            }
            Remedy::LoopBack { to, unit } => self.loop_back(phase, class, to, unit),
        }
    }

    fn loop_back(&mut self, from: Phase, class: FailureClass, to: Phase, unit: u8) {
        // A second review may object to work that has not met its own gate; that comes first.
        let (to, unit) = match self.unproven() {
            Some(unproven) if unproven < to => (unproven, self.unit_from(unproven, 0).unwrap_or(0)),
            Some(_) | None => (to, unit),
        };
        self.record(Record::LoopedBack { from, to, class });
        self.record(Record::PhaseEntered { phase: to });
        self.effect(Effect::ShowStatus);
        let mut visit = Visit::new(to, Stage::Gate);
        visit.unit = unit;
        self.begin_turn(visit, Brief::LoopBack { from, class });
    }

    fn remedy(&self, visit: &Visit, class: FailureClass, event: &GateEvent, is_advised: bool) -> Remedy {
        let ask = |cause| Remedy::Ask { cause, awaiting: Awaiting::Change };
        match visit.phase {
            Phase::Analyze if !event.learned.questions.is_empty() && !is_advised => {
                let questions = event.learned.questions.clone();
                let ids = questions.iter().map(|question| question.id).collect();
                Remedy::Ask { cause: Cause::OpenQuestions { questions }, awaiting: Awaiting::Answer { questions: ids } }
            }
            Phase::Contracts | Phase::Architect if class == FailureClass::ContractViolation && !is_advised => {
                ask(Cause::Disagreement)
            }
            Phase::Analyze
            | Phase::Contracts
            | Phase::Architect
            | Phase::Tdd
            | Phase::Implement
            | Phase::E2e
            | Phase::Ui => Remedy::Retry,
            Phase::Rebase => ask(Cause::RebaseConflict),
            Phase::Review
            | Phase::Verify
            | Phase::RuntimeCheck
            | Phase::Reverify
            | Phase::Recheck
            | Phase::ScreenshotDiff => {
                if self.blocks_for_security(&event.report) && !is_advised {
                    ask(Cause::HighSecurityFinding)
                } else {
                    self.loop_target(visit.phase, &event.report)
                }
            }
            // Neither has a gate of this kind: `init` reports by itself and so does the publication.
            Phase::Init | Phase::Finalize => Remedy::Retry,
        }
    }

    fn blocks_for_security(&self, report: &GateReport) -> bool {
        self.policy.block_on_high
            && report
                .findings()
                .any(|finding| finding.class == FailureClass::SecurityFinding && finding.severity >= Severity::High)
    }

    /// Findings in a unit with a user interface go to `ui`, all others to `implement`; where several
    /// units are at fault, the first one in the report goes first.
    fn loop_target(&self, phase: Phase, report: &GateReport) -> Remedy {
        let mut known = report.findings().filter_map(|finding| finding.unit.as_ref());
        let position = known.find_map(|unit| self.run.units.iter().position(|other| other == unit));
        let position = position.and_then(|index| u8::try_from(index).ok());
        let has_ui = |index: u8| self.run.units.get(usize::from(index)).is_some_and(Unit::has_ui);
        let first_ui = self.unit_from(Phase::Ui, 0).unwrap_or(0);
        match position {
            _ if phase == Phase::ScreenshotDiff => {
                Remedy::LoopBack { to: Phase::Ui, unit: position.filter(|unit| has_ui(*unit)).unwrap_or(first_ui) }
            }
            Some(unit) if has_ui(unit) => Remedy::LoopBack { to: Phase::Ui, unit },
            Some(unit) => Remedy::LoopBack { to: Phase::Implement, unit },
            // The gate of the last unit wants the tests of all units.
            None => {
                let last = u8::try_from(self.run.units.len().saturating_sub(1)).unwrap_or(0);
                Remedy::LoopBack { to: Phase::Implement, unit: last }
            }
        }
    }

    /// Returns the units that failed checks name; only they take another turn side by side.
    fn units_at_fault(&self, report: &GateReport) -> UnitSet {
        let mut at_fault = UnitSet::EMPTY;
        for unit in report.findings().filter_map(|finding| finding.unit.as_ref()) {
            let position = self.run.units.iter().position(|other| other == unit);
            if let Some(index) = position.and_then(|index| u8::try_from(index).ok()) {
                at_fault.insert(index);
            }
        }
        at_fault
    }
}
