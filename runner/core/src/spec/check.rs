//! The structure that makes a specification testable (RULES R7.3).
//!
//! Whether a criterion is wise is not here: no parser knows. That each has a row in the plan is in `test_plan`.

use std::collections::BTreeSet;

use crate::document::{Place, Read, check_of, excerpt, finding};
use crate::failure::FailureClass;
use crate::gate::{Check, Finding};
use crate::run::Learned;

use super::{PATH, Proof, Spec};

/// Judges `file` for the gate of `analyze`, and says what the run learns from it.
///
/// Open questions are learned only of a file with no other fault: the faults are repaired first, and then asked.
pub fn gate(file: &str) -> (Check, Learned) {
    let Read { value: spec, mut findings } = Spec::read(file);
    findings.extend(spec.check());
    let is_sound = findings.iter().all(|finding| finding.class == FailureClass::SpecUnderspecified);
    let learned = Learned {
        kind: Some(spec.kind),
        units: Some(spec.affected.keys().cloned().collect()),
        questions: if is_sound { spec.open_questions() } else { Vec::new() },
        ..Learned::default()
    };
    (check_of("spec", findings), learned)
}

impl Spec {
    /// Returns everything that keeps the specification from being testable, open questions included.
    pub fn check(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        self.check_completeness(&mut findings);
        self.check_ids(&mut findings);
        self.check_criteria(&mut findings);
        for assumption in self.assumptions.iter().filter(|assumption| assumption.reason().is_none()) {
            let message = format!("{} has no reason; add `Reason: …`", assumption.id);
            findings.push(broken(assumption.place, "spec/assumption-without-reason", message));
        }
        for question in self.unsettled() {
            let message = format!("{} is open: {}", question.id, excerpt(question.text.as_str()));
            findings.push(finding(
                PATH,
                question.place,
                FailureClass::SpecUnderspecified,
                "spec/open-question",
                message,
            ));
        }
        findings
    }

    fn check_completeness(&self, findings: &mut Vec<Finding>) {
        let missing = [
            (self.goal.is_blank(), "the section Goal says nothing"),
            (self.criteria.is_empty(), "the section Acceptance criteria has no criterion AC-1"),
            (
                self.affected.is_empty(),
                "no affected domain is named; list them as `domains: [api]` in the front matter",
            ),
        ];
        let missing = missing.into_iter().filter(|(is_missing, _)| *is_missing);
        findings.extend(missing.map(|(_, message)| broken(Place::default(), "spec/incomplete", message.to_owned())));
    }

    fn check_ids(&self, findings: &mut Vec<Finding>) {
        let criteria = self.criteria.iter().map(|criterion| (criterion.id.to_string(), criterion.place));
        let questions = self.questions.iter().map(|question| (question.id.to_string(), question.place));
        let assumptions = self.assumptions.iter().map(|assumption| (assumption.id.to_string(), assumption.place));
        let mut seen = BTreeSet::new();
        for (id, place) in criteria.chain(questions).chain(assumptions) {
            if !seen.insert(id.clone()) {
                findings.push(broken(
                    place,
                    "spec/doubled-id",
                    format!("{id} is there twice; give each its own number"),
                ));
            }
        }
    }

    fn check_criteria(&self, findings: &mut Vec<Finding>) {
        for criterion in &self.criteria {
            if let Some(fault) = criterion.sentence_fault() {
                let message = format!("{} {fault}; write one sentence `WHEN … THEN …`", criterion.id);
                findings.push(broken(criterion.place, "spec/sentence", message));
            }
            if criterion.proof() == (Proof::Check { command: "" }) {
                let message = format!("{} is proven by a check, but names no command", criterion.id);
                findings.push(broken(criterion.place, "spec/proof", message));
            }
        }
    }
}

fn broken(place: Place, rule: &str, message: String) -> Finding {
    finding(PATH, place, FailureClass::GateFailed, rule, message)
}
