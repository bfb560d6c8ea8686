//! The deliberate stop.

use std::sync::Arc;

use super::Draft;
use crate::escalation::{Awaiting, Cause, Escalation, MAX_EVIDENCE};
use crate::failure::FailureClass;
use crate::gate::{Finding, GateReport};
use crate::id::EscalationId;
use crate::run::{Effect, Record, RunState, Stage, Visit};

impl Draft<'_> {
    /// Stops in `visit` and asks a person.
    pub(super) fn escalate(&mut self, visit: Visit, class: FailureClass, cause: Cause, awaiting: Awaiting) {
        self.escalate_with(visit, class, cause, awaiting, Vec::new());
    }

    /// Stops in `visit` over what `report` says.
    pub(super) fn escalate_over(
        &mut self,
        visit: Visit,
        class: FailureClass,
        cause: Cause,
        awaiting: Awaiting,
        report: &GateReport,
    ) {
        let evidence = report.findings().take(MAX_EVIDENCE).cloned().collect();
        self.escalate_with(visit, class, cause, awaiting, evidence);
    }

    /// Stops again for the cause of `escalation`, which still holds. Nothing was done since, so nothing is
    /// saved: it would be saved over what a person may have pushed.
    pub(super) fn escalate_again(&mut self, visit: Visit, escalation: &Escalation) {
        let Escalation { class, cause, awaiting, evidence, .. } = escalation.clone();
        self.stop(visit, class, cause, awaiting, evidence);
    }

    fn escalate_with(
        &mut self,
        visit: Visit,
        class: FailureClass,
        cause: Cause,
        awaiting: Awaiting,
        evidence: Vec<Finding>,
    ) {
        self.effect(Effect::SaveWork);
        self.stop(visit, class, cause, awaiting, evidence);
    }

    fn stop(
        &mut self,
        mut visit: Visit,
        class: FailureClass,
        cause: Cause,
        awaiting: Awaiting,
        evidence: Vec<Finding>,
    ) {
        self.run.escalations = self.run.escalations.saturating_add(1);
        let id = EscalationId::new(self.run.escalations).unwrap_or(EscalationId::FIRST);
        let escalation = Arc::new(Escalation {
            id,
            phase: visit.phase,
            unit: self.run.unit_of(&visit).cloned(),
            class,
            cause,
            awaiting,
            at: self.run.updated_at,
            tree: self.run.inputs.tree,
            evidence,
        });
        self.record(Record::Escalated { escalation: id, class });
        self.effect(Effect::Escalate { escalation: Arc::clone(&escalation) });
        self.effect(Effect::ShowStatus);
        visit.stage = Stage::Gate;
        self.run.state = RunState::Escalated { escalation, visit };
    }
}
