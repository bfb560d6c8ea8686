//! Proofs, and everything that must not pass for one.

use super::*;
use crate::gate::{GateReport, Verdict};
use crate::paths::TestPaths;
use crate::report::{Format, Outcome, TestCase};

mod baselines;
mod greens;
mod reds;
mod weak_proofs;

const ASSERTION: FailureCause = FailureCause::Assertion;

fn name(text: &str) -> TestName {
    TestName::new(text)
}

fn passed() -> Outcome {
    Outcome::Passed
}

fn failed() -> Outcome {
    Outcome::failed(ASSERTION, "got 1, want 2")
}

fn failed_by(cause: FailureCause) -> Outcome {
    Outcome::failed(cause, "words of the runner")
}

fn skipped() -> Outcome {
    Outcome::skipped("not today")
}

/// Makes a report of these tests.
fn report(tests: &[(&str, Outcome)]) -> TestReport {
    let mut report = TestReport::empty(Format::Junit);
    for (test, outcome) in tests {
        report.add(name(test), TestCase::new(outcome.clone()));
    }
    report
}

/// Makes a run whose exit status fits its report.
fn run(tests: &[(&str, Outcome)]) -> TestRun {
    let report = report(tests);
    let exit = Exit::Status(i32::from(report.failed().next().is_some()));
    TestRun { exit, report }
}

fn with_error(kind: SuiteErrorKind, mut run: TestRun) -> TestRun {
    run.report.add_error(kind, "cart.rs", "it went wrong");
    run.exit = Exit::Status(1);
    run
}

/// A base where `old` passes, `broken` fails, `flaky` flips and `later` is skipped.
fn base() -> Baseline {
    let first = run(&[("old", passed()), ("broken", failed()), ("flaky", failed()), ("later", skipped())]);
    let second = report(&[("broken", failed()), ("flaky", passed())]);
    Baseline::measure(&first, &[second]).unwrap()
}

fn changes(new: &[&str]) -> TestChanges {
    TestChanges { new: new.iter().map(|test| (name(test), None)).collect(), ..TestChanges::default() }
}

fn paths() -> TestPaths {
    TestPaths(vec!["tests/**".parse().unwrap()])
}

/// Renders problems as `test: reason class`.
fn render(problems: &[Problem]) -> Vec<String> {
    let test = |problem: &Problem| problem.test.as_ref().map_or_else(|| "suite".to_owned(), ToString::to_string);
    problems.iter().map(|problem| format!("{}: {:?} {}", test(problem), problem.reason, problem.class)).collect()
}

#[test]
fn no_problem_is_a_pass_and_the_most_urgent_class_decides() {
    let unit: Unit = "api".parse().unwrap();
    assert_eq!(check("red", Some(&unit), &[]).result, CheckOutcome::Passed);
    let misplaced = Problem::of(&name("a"), Reason::OutsideTestPaths).at(Some("src/a.rs"));
    let flips = Problem::of(&name("a"), Reason::Flips);
    let passes = Problem::of(&name("b"), Reason::PassesAlready);
    let missing = Problem::drift(&name("c"), Reason::Missing);
    let suite = Problem::new(Reason::CommandTimedOut).saying("after 30 minutes");
    for (problems, class) in [
        (vec![misplaced.clone()], FailureClass::TestFilenameMismatch),
        (vec![misplaced.clone(), flips.clone()], FailureClass::FlakyTest),
        (vec![passes.clone(), flips.clone()], FailureClass::E2eNotRed),
        (vec![passes.clone(), missing.clone()], FailureClass::TestDrift),
        (vec![misplaced, flips, passes, missing, suite], FailureClass::GateFailed),
    ] {
        let report = GateReport { checks: vec![check("red", Some(&unit), &problems)] };
        assert_eq!(report.findings().count(), problems.len());
        assert!(matches!(report.verdict(), Verdict::Failed { class: found, .. } if found == class));
    }
}

#[test]
fn a_finding_says_what_is_wrong_and_where() {
    let problem = Problem::of(&name("a"), Reason::StillRed).saying("got 1").at(Some("tests/a.rs"));
    let check = check("green", None, &[problem]);
    let CheckOutcome::Failed { findings, .. } = check.result else { panic!("it failed") };
    assert_eq!(findings[0].rule, "a");
    assert_eq!(findings[0].message, "the test still fails: got 1");
    assert_eq!(findings[0].path.as_deref(), Some("tests/a.rs"));
}

#[test]
fn every_reason_has_words_of_its_own() {
    let suite_errors =
        [SuiteErrorKind::Collection, SuiteErrorKind::Crash, SuiteErrorKind::Malformed, SuiteErrorKind::Contradiction];
    let mut reasons = vec![
        Reason::CommandTimedOut,
        Reason::FailedWithoutName,
        Reason::OtherFormat,
        Reason::NoTests,
        Reason::TooFewRuns,
        Reason::Missing,
        Reason::Ambiguous,
        Reason::PassesAlready,
        Reason::Skipped,
        Reason::Flips,
        Reason::OutsideTestPaths,
        Reason::StillRed,
        Reason::BaseBroken,
        Reason::NewFailure,
        Reason::FileChanged,
        Reason::CommandNotRed,
        Reason::CommandNotGreen,
        Reason::ChangesCode,
        Reason::NotByItself { cause: FailureCause::MissingSymbol },
        Reason::NotByItself { cause: FailureCause::Timeout },
    ];
    reasons.extend(suite_errors.map(|error| Reason::Suite { error }));
    let words: std::collections::BTreeSet<_> = reasons.iter().map(Reason::words).collect();
    assert_eq!(words.len(), reasons.len());
    assert!(words.iter().all(|words| !words.ends_with('.') && !words.is_empty()));
}

#[test]
fn only_a_command_that_ran_can_succeed_or_fail() {
    for (exit, is_success, is_failure) in [
        (Exit::Status(0), true, false),
        (Exit::Status(1), false, true),
        (Exit::Status(125), false, true),
        (Exit::Status(126), false, false),
        (Exit::Status(127), false, false),
        (Exit::Status(128), false, true),
        (Exit::Killed, false, false),
        (Exit::TimedOut, false, false),
    ] {
        assert_eq!((exit.is_success(), exit.is_failure()), (is_success, is_failure), "{exit:?}");
    }
}
