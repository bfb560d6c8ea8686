//! What makes a plan a plan: each criterion proven, each test for a criterion, no two units at odds.

use std::collections::{BTreeMap, BTreeSet};

use crate::document::{Place, Read, check_of, excerpt, finding};
use crate::failure::FailureClass;
use crate::gate::{Check, Finding};
use crate::id::CriterionId;
use crate::spec::{Proof, Spec};
use crate::ticket::TicketKind;

use super::{PATH, PlannedTest, TestPlan, TestStatus};

/// Judges `file` for the gate of `architect`.
pub fn gate(file: &str, spec: &Spec) -> Check {
    let Read { value: plan, mut findings } = TestPlan::read(file);
    findings.extend(plan.check(spec));
    check_of("test_plan", findings)
}

impl TestPlan {
    /// Returns everything that keeps the plan from proving `spec`.
    pub fn check(&self, spec: &Spec) -> Vec<Finding> {
        let mut findings = Vec::new();
        self.check_coverage(spec, &mut findings);
        self.check_criteria(spec, &mut findings);
        self.check_rows(spec, &mut findings);
        self.check_doubles(&mut findings);
        self.check_agreement(&mut findings);
        findings
    }

    /// Each criterion has a test that runs, unless a command proves it or nothing is to be programmed.
    fn check_coverage(&self, spec: &Spec, findings: &mut Vec<Finding>) {
        let running = self.tests.iter().filter(|test| test.status != TestStatus::Skipped);
        let covered: BTreeSet<_> = running.flat_map(|test| &test.criteria).collect();
        for criterion in &spec.criteria {
            let needs_test = criterion.proof() == Proof::Tests && spec.kind != TicketKind::NoCode;
            if needs_test && !covered.contains(&criterion.id) {
                let message = format!("{} has no test; add a row for it", criterion.id);
                findings.push(broken(Place::default(), "plan/uncovered", message));
            }
        }
    }

    /// Everything is for a criterion, and for one that exists.
    fn check_criteria(&self, spec: &Spec, findings: &mut Vec<Finding>) {
        let known: BTreeSet<_> = spec.criteria.iter().map(|criterion| criterion.id).collect();
        let tests = self.tests.iter().map(|test| (&test.id, &test.criteria, test.place));
        let base_tests = self.base_tests.iter().map(|test| (&test.name, &test.criteria, test.place));
        for (name, criteria, place) in tests.chain(base_tests) {
            let name = excerpt(name.as_str());
            if criteria.is_empty() {
                findings.push(broken(
                    place,
                    "plan/no-criterion",
                    format!("`{name}` is for no criterion; name one or drop it"),
                ));
            }
            for criterion in criteria.iter().filter(|criterion| !known.contains(criterion)) {
                let message = format!("`{name}` is for {criterion}, which is not in spec.md");
                findings.push(broken(place, "plan/unknown-criterion", message));
            }
        }
    }

    fn check_rows(&self, spec: &Spec, findings: &mut Vec<Finding>) {
        for test in &self.tests {
            let is_idle = !spec.affected.is_empty() && !spec.affected.contains_key(&test.unit);
            let is_unexplained = test.status == TestStatus::Skipped && test.note.is_blank();
            let faults = [
                (test.id.is_blank(), "has no id"),
                (test.name.is_blank(), "has no test name"),
                (test.file.is_blank(), "has no file"),
                (is_idle, "is of a unit that spec.md does not list as affected"),
                (is_unexplained, "is skipped without a reason in the column Note"),
            ];
            for (_, fault) in faults.into_iter().filter(|(is_fault, _)| *is_fault) {
                let message = format!("row `{}` {fault}", excerpt(test.id.as_str()));
                findings.push(broken(test.place, "plan/row", message));
            }
        }
        for test in self.base_tests.iter().filter(|test| test.name.is_blank()) {
            findings.push(broken(test.place, "plan/base-test", "a base test without a name".to_owned()));
        }
        for input in self.gate_inputs.iter().filter(|input| input.path.is_blank()) {
            findings.push(broken(input.place, "plan/gate-input", "a gate input without a file".to_owned()));
        }
    }

    fn check_doubles(&self, findings: &mut Vec<Finding>) {
        let mut seen: BTreeMap<&str, &PlannedTest> = BTreeMap::new();
        for test in self.tests.iter().filter(|test| !test.id.is_blank()) {
            match seen.get(test.id.as_str()) {
                None => {
                    seen.insert(test.id.as_str(), test);
                }
                Some(first) => {
                    let class = class_between(first, test);
                    let message = format!("`{}` is there twice; give each test its own id", excerpt(test.id.as_str()));
                    findings.push(finding(PATH, test.place, class, "plan/doubled-id", message));
                }
            }
        }
    }

    /// The same test in the same file is one row, or rows that say the same.
    fn check_agreement(&self, findings: &mut Vec<Finding>) {
        let mut seen: BTreeMap<(&str, &str), &PlannedTest> = BTreeMap::new();
        let named = self.tests.iter().filter(|test| !test.name.is_blank() && !test.file.is_blank());
        for test in named {
            let first = *seen.entry((test.file.as_str(), test.name.as_str())).or_insert(test);
            let criteria = |test: &PlannedTest| test.criteria.iter().copied().collect::<BTreeSet<CriterionId>>();
            if criteria(first) != criteria(test) {
                let message = format!(
                    "`{}` ({}) and `{}` ({}) are the same test and name different criteria",
                    excerpt(first.id.as_str()),
                    first.unit,
                    excerpt(test.id.as_str()),
                    test.unit
                );
                findings.push(finding(PATH, test.place, class_between(first, test), "plan/contradiction", message));
            }
        }
    }
}

/// Two rows of one unit at odds are a mistake; rows of two units are a disagreement, which no retry of one settles.
fn class_between(one: &PlannedTest, other: &PlannedTest) -> FailureClass {
    if one.unit == other.unit { FailureClass::GateFailed } else { FailureClass::ContractViolation }
}

fn broken(place: Place, rule: &str, message: String) -> Finding {
    finding(PATH, place, FailureClass::GateFailed, rule, message)
}
