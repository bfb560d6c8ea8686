//! What test results prove: that new tests are red, that everything is green, and what they were before.
//!
//! All of RULES R5 that can be decided from reports is here, as pure functions:
//! - [`TestChanges`]: what the run does to the tests;
//! - [`Baseline`]: what each test did at the base commit, or why that is no ground to build on;
//! - [`prove_red`]: new tests failed three times of three, by themselves;
//! - [`prove_green`]: the red tests pass and nothing that passed before is lost;
//! - [`weak`]: proofs where no report can be read;
//! - [`change`]: tickets that change no code, and criteria that are proven by a command.
//!
//! A proof is the absence of [`Problem`]s, and [`check`] makes the gate's check of them. Nothing an
//! agent says is an argument here: only what the engine's own runs of the command reported.
//!
//! Running tests, restoring frozen files and comparing trees is not here.

use serde::{Deserialize, Serialize};

use crate::domain::Unit;
use crate::failure::FailureClass;
use crate::gate::{Check, CheckOutcome, Finding, Severity};
use crate::report::{FailureCause, SuiteErrorKind, TestName, TestReport};

mod baseline;
pub mod change;
mod changes;
mod green;
mod red;
mod suite;
pub mod weak;

pub use baseline::{Baseline, BaselineError, Standing};
pub use changes::TestChanges;
pub use green::{Green, GreenTask, prove_green, prove_preserving};
pub use red::{Red, RedTest, prove_red};

/// How often a test has to fail to be red, and how often a failure is tried in all.
pub const ATTEMPTS: usize = 3;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Exit {
    /// By itself, with this status.
    Status(i32),
    /// By a signal that was not ours.
    Killed,
    /// By the engine, because it took too long.
    TimedOut,
}

impl Exit {
    /// Says whether the command reported success.
    pub fn is_success(self) -> bool {
        match self {
            Self::Status(status) => status == 0,
            Self::Killed | Self::TimedOut => false,
        }
    }

    /// Says whether the command ran and reported failure; 126 and 127 are the shell's words for "could not run".
    pub fn is_failure(self) -> bool {
        match self {
            Self::Status(status) => !matches!(status, 0 | 126 | 127),
            Self::Killed | Self::TimedOut => false,
        }
    }
}

/// One run of a test command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TestRun {
    pub exit: Exit,
    pub report: TestReport,
}

/// Why something is not proven.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Reason {
    /// The suite is not readable as a whole: it did not compile, died, or contradicts itself.
    Suite { error: SuiteErrorKind },
    /// The command took too long.
    CommandTimedOut,
    /// The command failed, and no test of the report did.
    FailedWithoutName,
    /// The report is in another format than the baseline's.
    OtherFormat,
    /// There are no tests at all, or no new ones.
    NoTests,
    /// The tests were not run often enough.
    TooFewRuns,
    /// A planned test is not in the report.
    Missing,
    /// Several tests could be meant by the name in the plan.
    Ambiguous,
    /// A new test passes without the code that it is for.
    PassesAlready,
    /// A test is skipped that has to run.
    Skipped,
    /// A new test failed, but not by itself.
    NotByItself { cause: FailureCause },
    /// A test of this run passes and fails by turns.
    Flips,
    /// A new test is in a file outside the test paths.
    OutsideTestPaths,
    /// A red test still fails.
    StillRed,
    /// A test that passed at the base fails.
    BaseBroken,
    /// A test fails that is neither red nor was failing at the base.
    NewFailure,
    /// A test file changed since it was proven red.
    FileChanged,
    /// The command that should prove a criterion passes before the work, or could not run.
    CommandNotRed,
    /// The command that should prove a criterion fails after the work.
    CommandNotGreen,
    /// A ticket that promises to change no code changes this file.
    ChangesCode,
}

impl Reason {
    /// Returns the class of failure that this counts as.
    pub fn class(&self) -> FailureClass {
        match self {
            Self::Suite { .. }
            | Self::CommandTimedOut
            | Self::FailedWithoutName
            | Self::OtherFormat
            | Self::TooFewRuns
            | Self::StillRed
            | Self::BaseBroken
            | Self::NewFailure
            | Self::CommandNotGreen
            | Self::ChangesCode => FailureClass::GateFailed,
            Self::NoTests
            | Self::Missing
            | Self::Ambiguous
            | Self::PassesAlready
            | Self::Skipped
            | Self::NotByItself { .. }
            | Self::CommandNotRed => FailureClass::E2eNotRed,
            Self::FileChanged => FailureClass::TestDrift,
            Self::Flips => FailureClass::FlakyTest,
            Self::OutsideTestPaths => FailureClass::TestFilenameMismatch,
        }
    }

    /// Returns what is wrong and what to do, as a sentence without its full stop.
    pub fn words(&self) -> String {
        let words = match self {
            Self::Suite { error } => match error {
                SuiteErrorKind::Collection => "tests do not compile, import or collect; repair that first",
                SuiteErrorKind::Crash => "the test run died, so the tests after that are unknown",
                SuiteErrorKind::Malformed => "the report is cut off or broken",
                SuiteErrorKind::Contradiction => {
                    "the report contradicts itself; print nothing that looks like a result, or write JUnit XML"
                }
            },
            Self::CommandTimedOut => "the test command took too long",
            Self::FailedWithoutName => "the test command failed, and no test in its report did",
            Self::OtherFormat => "the report is not in the format that it had at the base",
            Self::NoTests => "no new test ran",
            Self::TooFewRuns => "the tests were not run three times",
            Self::Missing => "the test is not in the report",
            Self::Ambiguous => "several tests have this name; say in the plan which one is meant",
            Self::PassesAlready => "the test passes without the code that it is for",
            Self::Skipped => "the test is skipped and has to run",
            Self::NotByItself { cause } => {
                return format!(
                    "the test {}; a red test fails by an assertion, or by a stub that panics",
                    cause.words()
                );
            }
            Self::Flips => "the test passes and fails by turns",
            Self::OutsideTestPaths => "the file of the new test is outside `tests.paths`",
            Self::StillRed => "the test still fails",
            Self::BaseBroken => "the test passed before this run and fails now",
            Self::NewFailure => "the test fails, and did not fail at the base",
            Self::FileChanged => "the test file is not the one that was proven red",
            Self::CommandNotRed => "the command does not fail before the work is done",
            Self::CommandNotGreen => "the command fails after the work is done",
            Self::ChangesCode => "the ticket promises to change no code, and this file is code",
        };
        words.to_owned()
    }
}

/// One thing that stands between a result and a proof.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Problem {
    pub reason: Reason,
    /// The test, where it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test: Option<TestName>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// What the runner said.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub detail: String,
    /// [`Reason::class`], except that a missing or skipped test is drift once it was proven to run.
    pub class: FailureClass,
}

impl Problem {
    /// Makes a problem of the suite as a whole.
    pub fn new(reason: Reason) -> Self {
        Self { class: reason.class(), reason, test: None, path: None, detail: String::new() }
    }

    /// Makes a problem of one test.
    pub fn of(test: &TestName, reason: Reason) -> Self {
        Self { test: Some(test.clone()), ..Self::new(reason) }
    }

    /// Adds what the runner said.
    pub fn saying(self, detail: &str) -> Self {
        Self { detail: detail.to_owned(), ..self }
    }

    /// Adds the file.
    pub fn at(self, path: Option<&str>) -> Self {
        Self { path: path.map(ToOwned::to_owned), ..self }
    }

    /// Makes a problem of a test that is known to run, and no longer does.
    fn drift(test: &TestName, reason: Reason) -> Self {
        Self { class: FailureClass::TestDrift, ..Self::of(test, reason) }
    }

    fn to_finding(&self, unit: Option<&Unit>) -> Finding {
        let message = if self.detail.is_empty() {
            self.reason.words()
        } else {
            format!("{}: {}", self.reason.words(), self.detail)
        };
        Finding {
            class: self.class,
            severity: Severity::High,
            rule: self.test.as_ref().map_or_else(|| "tests".to_owned(), ToString::to_string),
            message,
            path: self.path.clone(),
            line: None,
            unit: unit.cloned(),
        }
    }
}

/// Makes the gate's check called `name` from the problems of a proof; no problem is a pass.
///
/// The class of the check is the one that has to be repaired first: a suite that cannot be read, then
/// drift, then everything else, and a misplaced file last, because moving it is cheap.
pub fn check(name: &str, unit: Option<&Unit>, problems: &[Problem]) -> Check {
    let urgency = |class: FailureClass| match class {
        FailureClass::GateFailed => 0,
        FailureClass::TestDrift => 1,
        class if class.is_cheap() => 3,
        _ => 2,
    };
    let result = match problems.iter().map(|problem| problem.class).min_by_key(|class| urgency(*class)) {
        None => CheckOutcome::Passed,
        Some(class) => {
            CheckOutcome::Failed { class, findings: problems.iter().map(|problem| problem.to_finding(unit)).collect() }
        }
    };
    Check { name: name.to_owned(), unit: unit.cloned(), result, log: None }
}

#[cfg(test)]
mod tests;
