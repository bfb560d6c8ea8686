//! What has to be right about a whole run before any single test in it says something.

use super::{Baseline, Exit, Problem, Reason, TestRun};
use crate::report::{SuiteErrorKind, TestReport};

/// Returns what is wrong with a run as a whole.
pub(super) fn problems(run: &TestRun) -> Vec<Problem> {
    let mut problems: Vec<_> = run
        .report
        .errors
        .iter()
        .map(|error| {
            let place = Some(error.place.as_str()).filter(|place| !place.is_empty());
            Problem::new(Reason::Suite { error: error.kind }).at(place).saying(&error.message)
        })
        .collect();
    let has_failures = run.report.failed().next().is_some();
    match run.exit {
        Exit::TimedOut => problems.push(Problem::new(Reason::CommandTimedOut)),
        // Whatever was reported before is not all there is.
        Exit::Killed => problems.push(Problem::new(Reason::Suite { error: SuiteErrorKind::Crash })),
        Exit::Status(status) if status != 0 && problems.is_empty() && !has_failures => {
            problems.push(Problem::new(Reason::FailedWithoutName));
        }
        Exit::Status(_) => {}
    }
    problems
}

/// Objects to a report that was not read like the baseline was: then somebody changed how results are written.
pub(super) fn format_problem(baseline: &Baseline, report: &TestReport) -> Option<Problem> {
    let is_other = baseline.format.is_some_and(|format| format != report.format);
    is_other.then(|| Problem::new(Reason::OtherFormat))
}
