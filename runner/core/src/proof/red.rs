//! The red proof: new tests fail, by themselves, every time, before the code exists.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{ATTEMPTS, Baseline, Problem, Reason, Standing, TestChanges, TestRun, suite};
use crate::paths::TestPaths;
use crate::report::{Failure, FailureCause, Outcome, Resolution, TestName, TestReport};

/// What is known of one red test.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RedTest {
    pub cause: FailureCause,
    /// What the runner said at the first failure.
    pub message: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
}

/// The result of [`prove_red`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Red {
    /// The tests that are red. They are what has to become green.
    pub tests: BTreeMap<TestName, RedTest>,
    /// What stands against the proof; empty if it holds.
    pub problems: Vec<Problem>,
    /// Tests of the base that pass and fail by turns here; they do not block.
    pub flaky_base: BTreeSet<TestName>,
    /// Tests that the plan removes; for the reviewer.
    pub removed: BTreeSet<TestName>,
}

impl Red {
    /// Says whether the new tests are proven red.
    pub fn is_proven(&self) -> bool {
        self.problems.is_empty() && !self.tests.is_empty()
    }
}

/// Proves that all new tests are red, from [`ATTEMPTS`] runs of the suite on the same tree.
///
/// New is what the plan names as new or changed, and every other test that the base does not have: a test
/// that nobody planned must not slip in green. A test of the base that passed there must pass in at
/// least one run.
pub fn prove_red(baseline: &Baseline, changes: &TestChanges, paths: &TestPaths, runs: &[TestRun]) -> Red {
    let changes = changes.in_base(baseline);
    let mut red = Red { removed: changes.removed.clone(), ..Red::default() };
    for run in runs {
        let problems = suite::problems(run).into_iter().chain(suite::format_problem(baseline, &run.report));
        for problem in problems {
            // Each run says the same of a suite that does not compile.
            if !red.problems.contains(&problem) {
                red.problems.push(problem);
            }
        }
    }
    let Some(first) = runs.first().filter(|_| runs.len() >= ATTEMPTS) else {
        red.problems.push(Problem::new(Reason::TooFewRuns));
        return red;
    };
    let mut new = planned(&changes, &first.report, &mut red.problems);
    let is_unknown = |name: &&TestName| baseline.standing(name).is_none();
    let reports = || runs.iter().map(|run| &run.report);
    for name in reports().flat_map(|report| report.cases.keys()).filter(is_unknown) {
        new.entry(name.clone()).or_insert(None);
    }
    if new.is_empty() && red.problems.is_empty() {
        red.problems.push(Problem::new(Reason::NoTests));
    }
    for (name, planned_file) in new {
        judge(&mut red, &name, planned_file.as_deref(), paths, runs);
    }
    for name in baseline.with(Standing::Passes).filter(|name| changes.protects(name)) {
        judge_base(&mut red, name, runs);
    }
    red
}

/// Returns the tests that the plan means, with the files that it gives.
fn planned(
    changes: &TestChanges,
    report: &TestReport,
    problems: &mut Vec<Problem>,
) -> BTreeMap<TestName, Option<String>> {
    let mut found = BTreeMap::new();
    let changed = changes.changed.iter().map(|name| (name, None));
    let new = changes.new.iter().map(|(name, file)| (name, file.as_ref()));
    for (name, file) in new.chain(changed) {
        match report.resolve(name) {
            Resolution::Found(names) => found.extend(names.into_iter().map(|name| (name, file.cloned()))),
            Resolution::Missing => {
                let problem = Problem::of(name, Reason::Missing).at(file.map(String::as_str));
                problems.push(problem);
            }
            Resolution::Ambiguous(names) => {
                let names: Vec<_> = names.iter().map(TestName::as_str).take(5).collect();
                problems.push(Problem::of(name, Reason::Ambiguous).saying(&names.join(", ")));
            }
        }
    }
    found
}

/// Judges one new test by all runs.
fn judge(red: &mut Red, name: &TestName, planned_file: Option<&str>, paths: &TestPaths, runs: &[TestRun]) {
    let cases: Vec<_> = runs.iter().filter_map(|run| run.report.cases.get(name)).collect();
    let file = cases.iter().find_map(|case| case.file.as_deref()).or(planned_file);
    if file.is_some_and(|file| !paths.contain(file)) {
        red.problems.push(Problem::of(name, Reason::OutsideTestPaths).at(file));
    }
    let outcomes: Vec<_> = cases.iter().map(|case| &case.outcome).collect();
    match judgment(&outcomes, runs.len()) {
        Ok(failure) => {
            let test =
                RedTest { cause: failure.cause, message: failure.message.clone(), file: file.map(ToOwned::to_owned) };
            red.tests.insert(name.clone(), test);
        }
        Err((reason, words)) => red.problems.push(Problem::of(name, reason).at(file).saying(words)),
    }
}

/// Returns the first failure of a test with these outcomes, of which there is at least one, if it is red; else why it
/// is not.
fn judgment<'a>(outcomes: &[&'a Outcome], runs: usize) -> Result<&'a Failure, (Reason, &'a str)> {
    let has_passed = outcomes.iter().any(|outcome| **outcome == Outcome::Passed);
    let skipped = outcomes.iter().find_map(|outcome| match outcome {
        Outcome::Skipped { reason } => Some(reason),
        Outcome::Passed | Outcome::Failed(_) => None,
    });
    let failures = || outcomes.iter().filter_map(|outcome| outcome.failure());
    let not_by_itself = failures().find(|failure| !failure.cause.is_by_itself());
    match (skipped, failures().next()) {
        (Some(reason), _) => Err((Reason::Skipped, reason)),
        (None, None) => Err((Reason::PassesAlready, "")),
        (None, Some(failure)) if has_passed => Err((Reason::Flips, &failure.message)),
        (None, Some(_)) if outcomes.len() < runs => Err((Reason::Missing, "it is not in every run")),
        (None, Some(first)) => match not_by_itself {
            None => Ok(first),
            Some(failure) if failure.cause == FailureCause::Flaky => Err((Reason::Flips, &failure.message)),
            Some(failure) => Err((Reason::NotByItself { cause: failure.cause }, &failure.message)),
        },
    }
}

/// Judges one test that passed at the base and is not the plan's to change.
fn judge_base(red: &mut Red, name: &TestName, runs: &[TestRun]) {
    let outcomes: Vec<_> = runs.iter().filter_map(|run| run.report.outcome(name)).collect();
    let failures: Vec<_> = outcomes.iter().filter_map(|outcome| outcome.failure()).collect();
    let is_flaky = failures.iter().any(|failure| failure.cause == FailureCause::Flaky);
    if outcomes.len() < runs.len() {
        red.problems.push(Problem::drift(name, Reason::Missing));
    } else if outcomes.iter().any(|outcome| matches!(outcome, Outcome::Skipped { .. })) {
        red.problems.push(Problem::drift(name, Reason::Skipped));
    } else if let Some(failure) = failures.first() {
        if failures.len() < runs.len() || is_flaky {
            red.flaky_base.insert(name.clone());
        } else {
            red.problems.push(Problem::of(name, Reason::BaseBroken).saying(&failure.message));
        }
    }
}
