//! What a test command reported: one [`TestReport`], whatever runner wrote it.
//!
//! Readers are pure functions over bytes. They never panic, take linear time, and keep at most
//! [`MAX_CASES`] tests with bounded texts. What they cannot read they *say*, as a [`SuiteError`]; a
//! report with such errors proves nothing (see [`crate::proof`]).
//!
//! The code under test can print whatever it likes into the same stream (SEC-49). Therefore:
//! - a name that is seen twice keeps its worst outcome, and the doubling is on record;
//! - where a text can be read in two ways the worse reading counts;
//! - the runner's own totals can only make a report worse, never better;
//! - the format is recognized by the *first* telling line, which the runner prints before any test
//!   runs, and later reports are read in the format of the baseline ([`read_as`]);
//! - structured files that the runner writes itself (`JUnit`, `go test -json`) are to be preferred to text.
//!
//! Running commands and finding report files is not here, and neither is what a report proves.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

mod cargo;
mod cause;
mod detect;
mod go;
mod javascript;
mod junit;
mod name;
mod nextest;
mod node;
mod pytest;
mod tap;
mod text;

pub use cause::{FailureCause, classify};
pub use detect::{Format, detect, read, read_as};
pub use name::{Resolution, TestName};

/// More tests than any one suite has; a longer report is an attack or a loop.
pub const MAX_CASES: usize = 100_000;
/// Suite errors beyond this number repeat the same story.
const MAX_ERRORS: usize = 100;
/// Enough for the first lines of an assertion; the log has the rest.
const MAX_MESSAGE_BYTES: usize = 2_000;

/// How and with what words a test failed.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Failure {
    pub cause: FailureCause,
    /// The first lines of what the runner says about it.
    pub message: String,
}

/// How one test ended.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Outcome {
    Passed,
    /// Not run, or run with a result that does not count (`xfail`, `TODO`).
    Skipped {
        reason: String,
    },
    Failed(Failure),
}

impl Outcome {
    /// Makes a failure with a bounded message.
    pub fn failed(cause: FailureCause, message: &str) -> Self {
        Self::Failed(Failure { cause, message: bounded(message) })
    }

    /// Makes a skip with a bounded reason.
    pub fn skipped(reason: &str) -> Self {
        Self::Skipped { reason: bounded(reason) }
    }

    /// Says whether the test failed.
    pub fn is_failed(&self) -> bool {
        matches!(self, Self::Failed(_))
    }

    /// Returns the failure, if it is one.
    pub fn failure(&self) -> Option<&Failure> {
        match self {
            Self::Failed(failure) => Some(failure),
            Self::Passed | Self::Skipped { .. } => None,
        }
    }

    /// Orders outcomes from good to bad; a failure that could not prove anything is the worst.
    fn badness(&self) -> u8 {
        match self {
            Self::Passed => 0,
            Self::Skipped { .. } => 1,
            Self::Failed(failure) if failure.cause.is_by_itself() => 2,
            Self::Failed(_) => 3,
        }
    }
}

/// One test, under the name that it has in [`TestReport::cases`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TestCase {
    pub outcome: Outcome,
    /// The test file, where the runner names it; a relative path with `/`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<u64>,
    /// How often the name was seen; above 1 the outcome is the worst of all.
    pub times_seen: u32,
}

impl TestCase {
    /// Makes a test that was seen once.
    pub fn new(outcome: Outcome) -> Self {
        Self { outcome, file: None, duration_ms: None, times_seen: 1 }
    }

    fn absorb(&mut self, other: Self) {
        self.times_seen = self.times_seen.saturating_add(other.times_seen);
        self.file = self.file.take().or(other.file);
        self.duration_ms = self.duration_ms.max(other.duration_ms);
        if other.outcome.badness() > self.outcome.badness() {
            self.outcome = other.outcome;
        }
    }
}

/// What is wrong with a report, or with the suite that it reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SuiteErrorKind {
    /// Tests could not be compiled, imported or collected.
    Collection,
    /// The runner or a set-up died, so tests after it are unknown.
    Crash,
    /// The report is cut off, broken, or larger than any suite.
    Malformed,
    /// The runner's totals do not fit the tests that it names.
    Contradiction,
}

/// Something that concerns more than one test.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SuiteError {
    pub kind: SuiteErrorKind,
    /// The file, package or suite, as the runner calls it; may be empty.
    pub place: String,
    pub message: String,
}

/// Numbers of tests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Totals {
    pub tests: u64,
    pub failed: u64,
    pub skipped: u64,
}

impl Totals {
    fn plus(self, other: Self) -> Self {
        Self {
            tests: self.tests.saturating_add(other.tests),
            failed: self.failed.saturating_add(other.failed),
            skipped: self.skipped.saturating_add(other.skipped),
        }
    }
}

/// Everything that one run of a test command reported.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TestReport {
    pub format: Format,
    pub cases: BTreeMap<TestName, TestCase>,
    pub errors: Vec<SuiteError>,
    /// The totals that the runner claims, where it does; never a proof of anything.
    pub claimed: Option<Totals>,
}

impl TestReport {
    /// Makes a report of no tests.
    pub fn empty(format: Format) -> Self {
        Self { format, cases: BTreeMap::new(), errors: Vec::new(), claimed: None }
    }

    /// Adds a test; a name that is already there keeps the worse outcome.
    pub fn add(&mut self, name: TestName, case: TestCase) {
        if let Some(known) = self.cases.get_mut(&name) {
            known.absorb(case);
        } else if self.cases.len() < MAX_CASES {
            self.cases.insert(name, case);
        } else {
            self.add_error(SuiteErrorKind::Malformed, "", "the report names more tests than are read");
        }
    }

    /// Adds an error of the suite, unless it is already there.
    pub fn add_error(&mut self, kind: SuiteErrorKind, place: &str, message: &str) {
        let error = SuiteError { kind, place: bounded(place), message: bounded(message) };
        if self.errors.len() < MAX_ERRORS && !self.errors.contains(&error) {
            self.errors.push(error);
        }
    }

    fn claim(&mut self, totals: Totals) {
        self.claimed = Some(self.claimed.unwrap_or_default().plus(totals));
    }

    /// Objects if the tests found are not those that the runner claims to have run.
    ///
    /// Only for formats whose totals are exact: a forged line makes them differ.
    fn compare_with_claim(&mut self) {
        let Some(claimed) = self.claimed else { return };
        let found = self.found();
        if found != claimed {
            let words = format!(
                "the runner claims {} tests ({} failed, {} skipped), its output names {} ({} failed, {} skipped)",
                claimed.tests, claimed.failed, claimed.skipped, found.tests, found.failed, found.skipped
            );
            self.add_error(SuiteErrorKind::Contradiction, "", &words);
        }
    }

    /// Counts the tests in the report; a name that was seen twice counts twice, with its worst outcome.
    pub fn found(&self) -> Totals {
        let mut found = Totals::default();
        for case in self.cases.values() {
            let times = u64::from(case.times_seen);
            found.tests += times;
            match case.outcome {
                Outcome::Passed => {}
                Outcome::Skipped { .. } => found.skipped += times,
                Outcome::Failed(_) => found.failed += times,
            }
        }
        found
    }

    /// Says whether everything was compiled, imported and collected.
    pub fn is_collected(&self) -> bool {
        self.errors.iter().all(|error| match error.kind {
            SuiteErrorKind::Collection => false,
            SuiteErrorKind::Crash | SuiteErrorKind::Malformed | SuiteErrorKind::Contradiction => true,
        })
    }

    /// Returns the outcome of the test called `name`, if it is in the report.
    pub fn outcome(&self, name: &TestName) -> Option<&Outcome> {
        self.cases.get(name).map(|case| &case.outcome)
    }

    /// Returns the names of the tests that failed: those that are to be repeated.
    pub fn failed(&self) -> impl Iterator<Item = &TestName> {
        self.cases.iter().filter(|(_, case)| case.outcome.is_failed()).map(|(name, _)| name)
    }

    /// Returns the names that were seen more than once.
    pub fn doubled(&self) -> impl Iterator<Item = &TestName> {
        self.cases.iter().filter(|(_, case)| case.times_seen > 1).map(|(name, _)| name)
    }

    /// Makes paths in names, files and places relative to `root`, the directory that the tests ran in.
    #[must_use]
    pub fn relative_to(self, root: &str) -> Self {
        let root = format!("{}/", root.trim_end_matches('/'));
        let relative = |path: &str| path.strip_prefix(root.as_str()).unwrap_or(path).to_owned();
        let mut report = Self::empty(self.format);
        report.claimed = self.claimed;
        for (name, mut case) in self.cases {
            case.file = case.file.as_deref().map(relative);
            report.add(TestName::new(&relative(name.as_str())), case);
        }
        for error in self.errors {
            report.add_error(error.kind, &relative(&error.place), &error.message);
        }
        report
    }

    /// Takes in another part of the same suite: one file of several, one package of a workspace.
    pub fn absorb(&mut self, other: Self) {
        for (name, case) in other.cases {
            self.add(name, case);
        }
        for error in other.errors {
            self.add_error(error.kind, &error.place, &error.message);
        }
        if let Some(claimed) = other.claimed {
            self.claim(claimed);
        }
    }
}

/// Returns the start of `text`, trimmed, and at most [`MAX_MESSAGE_BYTES`] long.
fn bounded(text: &str) -> String {
    text::cut(text.trim(), MAX_MESSAGE_BYTES).to_owned()
}

#[cfg(test)]
mod tests;
