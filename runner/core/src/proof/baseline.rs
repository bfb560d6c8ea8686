//! What each test did at the base commit.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{ATTEMPTS, Problem, TestRun, suite};
use crate::report::{FailureCause, Format, Outcome, TestName, TestReport};

/// What one test did at the base commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    Passes,
    Fails,
    Skipped,
    /// Failed and passed, in repetitions of the same commit.
    Flaky,
}

/// What every test did at the base commit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    /// How the results were written; `None` where there were no tests yet.
    pub format: Option<Format>,
    pub tests: BTreeMap<TestName, Standing>,
}

/// Why a base commit is no ground to build on; `init` stops with it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the tests of the base branch prove nothing: {words}; repair that on the base branch and start again")]
pub struct BaselineError {
    words: String,
    /// What is wrong, never empty.
    pub problems: Vec<Problem>,
}

impl BaselineError {
    pub(super) fn new(first: Problem, others: Vec<Problem>) -> Self {
        let detail = first.detail.lines().next().unwrap_or_default();
        let separator = if detail.is_empty() { "" } else { ": " };
        Self {
            words: format!("{}{separator}{detail}", first.reason.words()),
            problems: std::iter::once(first).chain(others).collect(),
        }
    }
}

impl Baseline {
    /// Judges the base by a first run of its tests and up to two repetitions of what failed.
    ///
    /// A base without any test is usable as long as its test command succeeds or says so in its report.
    pub fn measure(first: &TestRun, repetitions: &[TestReport]) -> Result<Self, BaselineError> {
        let mut problems = suite::problems(first).into_iter();
        if let Some(problem) = problems.next() {
            return Err(BaselineError::new(problem, problems.collect()));
        }
        let cases = first.report.cases.keys();
        let tests = cases.map(|name| (name.clone(), standing(name, &first.report, repetitions))).collect();
        Ok(Self { format: Some(first.report.format), tests })
    }

    /// Returns what the test did at the base, if it was there.
    pub fn standing(&self, name: &TestName) -> Option<Standing> {
        self.tests.get(name).copied()
    }

    /// Returns the tests with this standing, in order.
    pub fn with(&self, standing: Standing) -> impl Iterator<Item = &TestName> {
        self.tests.iter().filter(move |(_, known)| **known == standing).map(|(name, _)| name)
    }

    /// Says whether the test may fail without being anybody's fault: it failed at the base already.
    pub(super) fn excuses(&self, name: &TestName) -> bool {
        match self.standing(name) {
            Some(Standing::Fails | Standing::Flaky) => true,
            Some(Standing::Passes | Standing::Skipped) | None => false,
        }
    }
}

fn standing(name: &TestName, first: &TestReport, repetitions: &[TestReport]) -> Standing {
    let reports = std::iter::once(first).chain(repetitions.iter().take(ATTEMPTS - 1));
    let outcomes: Vec<_> = reports.filter_map(|report| report.outcome(name)).collect();
    let has_passed = outcomes.iter().any(|outcome| **outcome == Outcome::Passed);
    let failures = || outcomes.iter().filter_map(|outcome| outcome.failure());
    if failures().any(|failure| has_passed || failure.cause == FailureCause::Flaky) {
        Standing::Flaky
    } else if failures().next().is_some() {
        Standing::Fails
    } else if first.outcome(name) == Some(&Outcome::Passed) {
        Standing::Passes
    } else {
        Standing::Skipped
    }
}
