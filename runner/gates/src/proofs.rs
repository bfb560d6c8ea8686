//! Runs of the tests, as often as a proof needs them (RULES R5).
//!
//! How often that is, is all that is decided here: three times for red, up to two repetitions for whatever failed.
//! Each run is the whole command, because only its own words select tests. What the runs prove is the core's.

use std::collections::BTreeSet;

use pipemason_core::gate::Check;
use pipemason_core::hash::ContentHash;
use pipemason_core::id::CriterionId;
use pipemason_core::paths::TestPaths;
use pipemason_core::proof::change::{prove_command_green, prove_command_red, prove_no_code};
use pipemason_core::proof::weak::{self, TestFiles, WeakRed};
use pipemason_core::proof::{
    ATTEMPTS, Baseline, Exit, Green, GreenTask, Problem, Reason, Red, Standing, TestChanges, TestRun, check,
    prove_green, prove_preserving, prove_red,
};
use pipemason_core::report::{Format, Outcome, TestName, TestReport};
use serde::{Deserialize, Serialize};

use crate::absent::missing_program;
use crate::command::execute;
use crate::error::{BaselineFailure, GateError, Stopped, settled, skipped};
use crate::files;
use crate::log::Log;
use crate::place::Place;
use crate::reports::MAX_REPORT_BYTES;
use crate::suite::{Observed, Suite};

/// What the tests of the base are good for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Ground {
    /// Each test is known by its name.
    Named { baseline: Baseline },
    /// Nothing can be read by name, but the command succeeds. Proofs on it are weaker: [`weak::WEAKER`].
    Weak,
}

impl Ground {
    fn baseline(&self) -> Option<&Baseline> {
        match self {
            Self::Named { baseline } => Some(baseline),
            Self::Weak => None,
        }
    }
}

/// What was proven red.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum RedProof {
    Named { format: Format, red: Red },
    Weak { red: WeakRed },
}

impl RedProof {
    /// Returns the names of the red tests; a weak proof knows none.
    pub fn tests(&self) -> BTreeSet<TestName> {
        match self {
            Self::Named { red, .. } => red.tests.keys().cloned().collect(),
            Self::Weak { .. } => BTreeSet::new(),
        }
    }

    fn problems(&self) -> &[Problem] {
        match self {
            Self::Named { red, .. } => &red.problems,
            Self::Weak { red } => &red.problems,
        }
    }
}

/// A check of red tests with its proof; none if the tests could not run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedGate {
    pub check: Check,
    pub proof: Option<RedProof>,
}

/// A check of green tests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GreenGate {
    pub check: Check,
    /// What stands against the proof; empty also where the tests could not run.
    pub problems: Vec<Problem>,
    /// Tests of the base that failed and then passed; they do not block.
    pub flaky_base: BTreeSet<TestName>,
    /// How many tests had to pass and did, as far as they have names.
    pub passed: usize,
}

/// What should be red.
#[derive(Clone, Copy, Debug)]
pub struct RedWork<'a> {
    pub ground: &'a Ground,
    pub changes: &'a TestChanges,
    pub paths: &'a TestPaths,
    /// The files that differ from the base, as seen from the root of the tree.
    pub changed_files: &'a BTreeSet<String>,
}

/// What should be green.
#[derive(Clone, Copy, Debug)]
pub struct GreenWork<'a> {
    pub ground: &'a Ground,
    pub changes: &'a TestChanges,
    /// What was proven red; `None` for a change that preserves behavior.
    pub red: Option<&'a RedProof>,
    /// Red tests of units whose turn comes later.
    pub pending: &'a BTreeSet<TestName>,
}

/// Measures what the tests of the base do; [`Place::log_of`] says where the log is.
pub async fn baseline(place: &Place, suite: Suite<'_>) -> Result<Ground, BaselineFailure> {
    let mut log = Log::begin(place, suite.name)?;
    let first = match suite.run(place, None, &mut log).await? {
        Observed::Named(run) => run,
        Observed::Opaque(run) => {
            if let Exit::Status(status) = run.exit
                && let Some(words) = missing_program(suite.line, status, &run.output)
            {
                let reason = format!("`{}` could not run: {words}", suite.line);
                return Err(BaselineFailure::Unavailable { reason });
            }
            weak::check_base(run.exit)?;
            return Ok(Ground::Weak);
        }
    };
    let failed: BTreeSet<_> = first.report.failed().cloned().collect();
    let mut repetitions = Vec::new();
    // Each repetition costs a run of everything, so a suite that has to be refused is not repeated.
    if Baseline::measure(&first, &[]).is_ok() {
        repetitions = repeated(place, suite, &first, failed, &mut log).await?;
    }
    Ok(Ground::Named { baseline: Baseline::measure(&first, &repetitions)? })
}

/// Repeats a run until each of `failed` has passed once, up to the number of attempts.
async fn repeated(
    place: &Place,
    suite: Suite<'_>,
    first: &TestRun,
    mut failed: BTreeSet<TestName>,
    log: &mut Log,
) -> Result<Vec<TestReport>, GateError> {
    let format = first.report.format;
    let mut repetitions = Vec::new();
    while !failed.is_empty() && repetitions.len() + 1 < ATTEMPTS {
        let TestRun { report, .. } = suite.run(place, Some(format), log).await?.into_named(format);
        failed.retain(|name| report.outcome(name) != Some(&Outcome::Passed));
        repetitions.push(report);
    }
    Ok(repetitions)
}

/// Runs the tests three times and proves that the new ones are red.
pub async fn red(place: &Place, suite: Suite<'_>, work: RedWork<'_>) -> Result<RedGate, Stopped> {
    let unit = place.unit.as_ref();
    match try_red(place, suite, work).await {
        Ok((proof, log)) => {
            let check = Check { log: Some(log), ..check(suite.name, unit, proof.problems()) };
            Ok(RedGate { check, proof: Some(proof) })
        }
        Err(error) => Ok(RedGate { check: settled(suite.name, unit, Err(error))?, proof: None }),
    }
}

async fn try_red(place: &Place, suite: Suite<'_>, work: RedWork<'_>) -> Result<(RedProof, String), GateError> {
    let mut log = Log::begin(place, suite.name)?;
    let mut runs = Vec::new();
    let mut expected = work.ground.baseline().and_then(|baseline| baseline.format);
    while runs.len() < ATTEMPTS {
        let run = suite.run(place, expected, &mut log).await?;
        if let Observed::Named(run) = &run {
            expected = Some(run.report.format);
        }
        if run.is_hopeless() {
            // What does not compile, hangs or cannot start does so every time: one run stands for all.
            runs = vec![run; ATTEMPTS];
        } else {
            runs.push(run);
        }
    }
    let proof = match expected {
        Some(format) => {
            let none = Baseline::default();
            let baseline = work.ground.baseline().unwrap_or(&none);
            let runs: Vec<_> = runs.into_iter().map(|run| run.into_named(format)).collect();
            let red = prove_red(baseline, work.changes, work.paths, &runs);
            RedProof::Named { format, red }
        }
        None => {
            let opaque = runs.into_iter().filter_map(|run| match run {
                Observed::Opaque(run) => Some(run),
                Observed::Named(_) => None,
            });
            let red = weak::prove_red(new_files(place, work), work.paths, &opaque.collect::<Vec<_>>());
            RedProof::Weak { red }
        }
    };
    Ok((proof, log.path))
}

/// Returns the new or changed test files: those in the test paths, and those that the plan names.
fn new_files(place: &Place, work: RedWork<'_>) -> TestFiles {
    let changed = work.changed_files.iter().filter(|path| work.paths.contain(path));
    let planned = work.changes.new.values().flatten().filter(|path| work.changed_files.contains(*path));
    let paths: BTreeSet<&String> = changed.chain(planned).collect();
    hashes(place, paths.into_iter())
}

/// Hashes files; one that cannot be read is not among the results.
fn hashes<'p>(place: &Place, paths: impl Iterator<Item = &'p String>) -> TestFiles {
    let hash = |path: &String| {
        let bytes = files::read(&place.tree().join(path), MAX_REPORT_BYTES).ok()?;
        Some((path.clone(), ContentHash::of(&bytes)))
    };
    paths.filter_map(hash).collect()
}

/// Runs the tests, repeats what failed, and proves that the red ones and all of the base pass.
pub async fn green(place: &Place, suite: Suite<'_>, work: GreenWork<'_>) -> Result<GreenGate, Stopped> {
    let unit = place.unit.as_ref();
    match try_green(place, suite, work).await {
        Ok((Green { problems, flaky_base, passed }, log)) => {
            let check = Check { log: Some(log), ..check(suite.name, unit, &problems) };
            Ok(GreenGate { check, problems, flaky_base, passed })
        }
        Err(error) => {
            let check = settled(suite.name, unit, Err(error))?;
            Ok(GreenGate { check, problems: Vec::new(), flaky_base: BTreeSet::new(), passed: 0 })
        }
    }
}

async fn try_green(place: &Place, suite: Suite<'_>, work: GreenWork<'_>) -> Result<(Green, String), GateError> {
    let mut log = Log::begin(place, suite.name)?;
    let of_red = match work.red {
        Some(RedProof::Named { format, .. }) => Some(*format),
        Some(RedProof::Weak { .. }) | None => None,
    };
    let is_weak = match work.red {
        Some(RedProof::Weak { .. }) => true,
        Some(RedProof::Named { .. }) => false,
        None => *work.ground == Ground::Weak,
    };
    // Whatever is printed now, a proof that began with file hashes ends with them.
    if is_weak {
        let run = suite.run(place, None, &mut log).await?;
        return Ok((weakly_green(place, work, run.exit()), log.path));
    }
    let expected = work.ground.baseline().and_then(|baseline| baseline.format).or(of_red);
    let first = match (suite.run(place, expected, &mut log).await?, expected) {
        (run, Some(format)) => run.into_named(format),
        (Observed::Named(run), None) => run,
        (Observed::Opaque(_), None) => return Ok((without_proof(Reason::OtherFormat), log.path)),
    };
    let none = Baseline::default();
    let baseline = work.ground.baseline().unwrap_or(&none);
    let is_excused = |name: &TestName| {
        work.pending.contains(name) || matches!(baseline.standing(name), Some(Standing::Fails | Standing::Flaky))
    };
    let failed: BTreeSet<_> = first.report.failed().filter(|name| !is_excused(name)).cloned().collect();
    let mut repetitions = Vec::new();
    if first.report.errors.is_empty() {
        repetitions = repeated(place, suite, &first, failed, &mut log).await?;
    }
    let green = match work.red {
        None => prove_preserving(baseline, work.changes, &first, &repetitions),
        Some(proof) => {
            let red = &proof.tests();
            let task = GreenTask { baseline, changes: work.changes, red, pending: work.pending };
            prove_green(task, &first, &repetitions)
        }
    };
    Ok((green, log.path))
}

fn weakly_green(place: &Place, work: GreenWork<'_>, exit: Exit) -> Green {
    let nothing = WeakRed::default();
    let red = match work.red {
        Some(RedProof::Weak { red }) => red,
        Some(RedProof::Named { .. }) | None => &nothing,
    };
    Green { problems: weak::prove_green(red, &hashes(place, red.files.keys()), exit), ..Green::default() }
}

fn without_proof(reason: Reason) -> Green {
    Green { problems: vec![Problem::new(reason)], ..Green::default() }
}

/// Proves by its changed paths that a change touches no code.
pub fn no_code<'a>(place: &Place, changed_files: impl IntoIterator<Item = &'a str>) -> Check {
    check("no_code", place.unit.as_ref(), &prove_no_code(changed_files))
}

/// Judges how a command ended.
type Judge = fn(&str, Exit) -> Option<Problem>;

/// Runs the commands that should prove criteria, before the work is done: each has to fail.
pub async fn commands_red(place: &Place, commands: &[(CriterionId, String)]) -> Result<Check, Stopped> {
    prove_commands(place, commands, prove_command_red).await
}

/// Runs the commands that should prove criteria, after the work is done: each has to succeed.
pub async fn commands_green(place: &Place, commands: &[(CriterionId, String)]) -> Result<Check, Stopped> {
    prove_commands(place, commands, prove_command_green).await
}

/// The name of the check of commands that prove criteria.
const CRITERIA: &str = "criteria";

async fn prove_commands(place: &Place, commands: &[(CriterionId, String)], judge: Judge) -> Result<Check, Stopped> {
    let unit = place.unit.as_ref();
    if commands.is_empty() {
        return Ok(skipped(CRITERIA, unit, "no criterion is proven by a command"));
    }
    let proven = async {
        let mut log = Log::begin(place, CRITERIA)?;
        let mut problems = Vec::new();
        for (criterion, line) in commands {
            let execution = execute(place, CRITERIA, line, &mut log).await?;
            problems.extend(judge(&format!("{criterion}: {line}"), execution.exit));
        }
        Ok(Check { log: Some(log.path), ..check(CRITERIA, unit, &problems) })
    };
    settled(CRITERIA, unit, proven.await)
}
