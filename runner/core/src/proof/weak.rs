//! Proofs without names: by exit status and file hash, where no report can be read.
//!
//! They are weaker, and [`WEAKER`] says so wherever they are shown: nobody can see which test failed, or
//! whether a test is missing.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{ATTEMPTS, BaselineError, Exit, Problem, Reason};
use crate::hash::ContentHash;
use crate::paths::TestPaths;
use crate::report::{FailureCause, classify};

/// What is shown beside a weak proof.
pub const WEAKER: &str = "The results could not be read by name. The proof is weaker: it rests on the exit status of \
                          the test command and on the hashes of the test files.";

/// The test files of this run, by path.
pub type TestFiles = BTreeMap<String, ContentHash>;

/// One run of a test command whose output is not a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpaqueRun {
    pub exit: Exit,
    pub output: String,
}

/// The result of [`prove_red`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WeakRed {
    /// The new or changed test files, as they were when the command failed.
    pub files: TestFiles,
    pub problems: Vec<Problem>,
}

/// Checks that the test command succeeds at the base: without names nobody can tell old failures from new ones.
pub fn check_base(exit: Exit) -> Result<(), BaselineError> {
    match failure_of(exit) {
        None => Ok(()),
        Some(problem) => Err(BaselineError::new(problem, Vec::new())),
    }
}

fn failure_of(exit: Exit) -> Option<Problem> {
    match exit {
        _ if exit.is_success() => None,
        Exit::TimedOut => Some(Problem::new(Reason::CommandTimedOut)),
        Exit::Status(_) | Exit::Killed => Some(Problem::new(Reason::FailedWithoutName)),
    }
}

/// Proves that the new or changed test files make the command fail, three times of three.
pub fn prove_red(files: TestFiles, paths: &TestPaths, runs: &[OpaqueRun]) -> WeakRed {
    let mut problems = Vec::new();
    if files.is_empty() {
        problems.push(Problem::new(Reason::NoTests));
    }
    for path in files.keys().filter(|path| !paths.contain(path)) {
        problems.push(Problem::new(Reason::OutsideTestPaths).at(Some(path)));
    }
    let successes = runs.iter().filter(|run| run.exit.is_success()).count();
    if runs.len() < ATTEMPTS {
        problems.push(Problem::new(Reason::TooFewRuns));
    } else if successes == runs.len() {
        problems.push(Problem::new(Reason::PassesAlready));
    } else if successes > 0 {
        problems.push(Problem::new(Reason::Flips));
    } else if let Some(problem) = runs.iter().find_map(why_not_by_itself) {
        problems.push(problem);
    }
    WeakRed { files, problems }
}

fn why_not_by_itself(run: &OpaqueRun) -> Option<Problem> {
    if run.exit == Exit::TimedOut {
        return Some(Problem::new(Reason::CommandTimedOut));
    }
    if !run.exit.is_failure() {
        return Some(Problem::new(Reason::CommandNotRed));
    }
    // Only what is plainly not the tests' own failure can be told from the output.
    let cause = classify("", &run.output)?;
    match cause {
        FailureCause::MissingSymbol | FailureCause::Timeout => Some(Problem::new(Reason::NotByItself { cause })),
        FailureCause::Assertion
        | FailureCause::Stub
        | FailureCause::Error
        | FailureCause::Flaky
        | FailureCause::Unknown => None,
    }
}

/// Proves that the command succeeds with exactly the files that made it fail.
pub fn prove_green(red: &WeakRed, files: &TestFiles, exit: Exit) -> Vec<Problem> {
    let changed = red.files.iter().filter(|(path, hash)| files.get(*path) != Some(*hash));
    let changed = changed.map(|(path, _)| Problem::new(Reason::FileChanged).at(Some(path)));
    changed.chain(failure_of(exit)).collect()
}
