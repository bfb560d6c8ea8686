//! The green proof: the red tests pass, and nothing that passed at the base is lost.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{ATTEMPTS, Baseline, Problem, Reason, Standing, TestChanges, TestRun, suite};
use crate::report::{FailureCause, Outcome, TestName, TestReport};

/// What has to be green.
#[derive(Clone, Copy, Debug)]
pub struct GreenTask<'a> {
    pub baseline: &'a Baseline,
    pub changes: &'a TestChanges,
    /// The tests that were proven red and have to pass now.
    pub red: &'a BTreeSet<TestName>,
    /// Red tests of units whose turn comes later; they may still fail.
    pub pending: &'a BTreeSet<TestName>,
}

/// The result of [`prove_green`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Green {
    /// What stands against the proof; empty if it holds.
    pub problems: Vec<Problem>,
    /// Tests of the base that failed and then passed; they do not block.
    pub flaky_base: BTreeSet<TestName>,
    /// How many tests had to pass and did.
    pub passed: usize,
}

impl Green {
    /// Says whether everything that has to pass does.
    pub fn is_proven(&self) -> bool {
        self.problems.is_empty()
    }
}

/// How one test did over a first run and the repetitions of its failures.
enum Course<'a> {
    Passed,
    Failed(&'a str),
    /// Failed and passed.
    Flipped,
    Skipped(&'a str),
    Missing,
}

struct Runs<'a> {
    first: &'a TestReport,
    repetitions: Vec<&'a TestReport>,
}

/// Proves that the red tests and all tests of the base pass, from a run and up to two repetitions.
///
/// A repetition can only turn a failure into a flaky test. One that is not readable as a whole counts
/// for nothing.
pub fn prove_green(task: GreenTask<'_>, first: &TestRun, repetitions: &[TestReport]) -> Green {
    let changes = task.changes.in_base(task.baseline);
    let mut green = Green { problems: suite::problems(first), ..Green::default() };
    green.problems.extend(suite::format_problem(task.baseline, &first.report));
    let is_usable = |report: &&TestReport| report.errors.is_empty() && report.format == first.report.format;
    let runs =
        Runs { first: &first.report, repetitions: repetitions.iter().take(ATTEMPTS - 1).filter(is_usable).collect() };
    for name in task.red {
        green.judge_red(name, &runs);
    }
    let protected = |name: &&TestName| changes.protects(name) && !task.red.contains(*name);
    for name in task.baseline.with(Standing::Passes).filter(protected) {
        green.judge_base(name, &runs);
    }
    let is_judged = |name: &TestName| task.baseline.standing(name) == Some(Standing::Passes) && changes.protects(name);
    let may_fail = |name: &TestName| task.pending.contains(name) || task.baseline.excuses(name);
    for name in first.report.failed() {
        if !task.red.contains(name) && !is_judged(name) && !may_fail(name) {
            green.judge_other(name, task.baseline, &runs);
        }
    }
    green
}

/// Proves that a change preserves behavior: what passed before passes now, and there is something that did.
pub fn prove_preserving(
    baseline: &Baseline,
    changes: &TestChanges,
    first: &TestRun,
    repetitions: &[TestReport],
) -> Green {
    let none = BTreeSet::new();
    let task = GreenTask { baseline, changes, red: &none, pending: &none };
    let mut green = prove_green(task, first, repetitions);
    if baseline.with(Standing::Passes).next().is_none() {
        green.problems.push(Problem::new(Reason::NoTests));
    }
    green
}

impl Runs<'_> {
    fn course(&self, name: &TestName) -> Course<'_> {
        let repeated = || self.repetitions.iter().filter_map(|report| report.outcome(name));
        match self.first.outcome(name) {
            None => Course::Missing,
            Some(Outcome::Skipped { reason }) => Course::Skipped(reason),
            Some(Outcome::Passed) if repeated().any(Outcome::is_failed) => Course::Flipped,
            Some(Outcome::Passed) => Course::Passed,
            Some(Outcome::Failed(failure)) if failure.cause == FailureCause::Flaky => Course::Flipped,
            Some(Outcome::Failed(_)) if repeated().any(|outcome| *outcome == Outcome::Passed) => Course::Flipped,
            Some(Outcome::Failed(failure)) => Course::Failed(&failure.message),
        }
    }
}

impl Green {
    fn judge_red(&mut self, name: &TestName, runs: &Runs<'_>) {
        let problem = match runs.course(name) {
            Course::Passed => {
                self.passed += 1;
                return;
            }
            Course::Failed(words) => Problem::of(name, Reason::StillRed).saying(words),
            Course::Flipped => Problem::of(name, Reason::Flips),
            Course::Skipped(words) => Problem::drift(name, Reason::Skipped).saying(words),
            Course::Missing => Problem::drift(name, Reason::Missing),
        };
        self.problems.push(problem);
    }

    fn judge_base(&mut self, name: &TestName, runs: &Runs<'_>) {
        let problem = match runs.course(name) {
            Course::Passed => {
                self.passed += 1;
                return;
            }
            Course::Flipped => {
                self.flaky_base.insert(name.clone());
                return;
            }
            Course::Failed(words) => Problem::of(name, Reason::BaseBroken).saying(words),
            Course::Skipped(words) => Problem::drift(name, Reason::Skipped).saying(words),
            Course::Missing => Problem::drift(name, Reason::Missing),
        };
        self.problems.push(problem);
    }

    /// Judges a failed test that does not have to pass: one added later, or one skipped at the base.
    fn judge_other(&mut self, name: &TestName, baseline: &Baseline, runs: &Runs<'_>) {
        match runs.course(name) {
            Course::Failed(words) => self.problems.push(Problem::of(name, Reason::NewFailure).saying(words)),
            Course::Flipped if baseline.standing(name).is_some() => {
                self.flaky_base.insert(name.clone());
            }
            Course::Flipped => self.problems.push(Problem::of(name, Reason::Flips)),
            Course::Passed | Course::Skipped(_) | Course::Missing => {}
        }
    }
}
