//! How much of the code the tests run.

use std::collections::{BTreeMap, BTreeSet};

use pipemason_core::config::Percent;
use pipemason_core::coverage::{Coverage, TouchedCoverage};
use pipemason_core::failure::FailureClass;
use pipemason_core::gate::{Check, CheckOutcome, Finding, Severity};
use pipemason_core::glob::Glob;

use crate::command::execute;
use crate::error::{GateError, Stopped, made, settled, skipped};
use crate::log::Log;
use crate::objections::objections;
use crate::place::Place;
use crate::quality::{GateCommand, Origin, could_not_run};
use crate::reports::ReportFiles;

const NAME: &str = "coverage";

/// What a coverage command measured, or why not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measured {
    pub coverage: Result<Coverage, CheckOutcome>,
    pub log: Option<String>,
}

impl Measured {
    /// Returns the coverage of the lines that a change touches, by path from the root of the tree.
    pub fn of_touched(&self, touched: &BTreeMap<String, BTreeSet<u32>>) -> Option<TouchedCoverage> {
        self.coverage.as_ref().ok().map(|coverage| coverage.of_touched(touched))
    }
}

/// Runs the coverage command and reads the LCOV file that it writes.
///
/// The report counts and not the exit status: a test that fails is the business of another check.
pub async fn measure_coverage(
    place: &Place,
    command: GateCommand<'_>,
    lcov: Option<&Glob>,
) -> Result<Measured, Stopped> {
    match try_measure(place, command, lcov).await {
        Ok(measured) => Ok(measured),
        Err(GateError::Stopped(stopped)) => Err(stopped),
        Err(GateError::Unavailable(reason)) => {
            Ok(Measured { coverage: Err(CheckOutcome::Unavailable { reason }), log: None })
        }
    }
}

async fn try_measure(place: &Place, command: GateCommand<'_>, lcov: Option<&Glob>) -> Result<Measured, GateError> {
    let mut log = Log::begin(place, NAME)?;
    let reports = ReportFiles::lcov(place, lcov);
    reports.remove()?;
    let execution = execute(place, NAME, command.line, &mut log).await?;
    let written = reports.read_all()?;
    let coverage = if !written.is_empty() {
        Ok(joined(place, &written))
    } else if let Some(outcome) = could_not_run(&execution, command) {
        Err(outcome)
    } else if execution.exit.is_success() {
        let pattern = lcov.map_or("lcov.info", Glob::as_str);
        let reason = format!(
            "`{}` wrote no LCOV file `{pattern}`; let it write one, and name the file in `reports.coverage`",
            command.line
        );
        Err(CheckOutcome::Unavailable { reason })
    } else {
        let class = FailureClass::GateFailed;
        Err(CheckOutcome::Failed { class, findings: objections(place, class, NAME, &execution.text()) })
    };
    Ok(Measured { coverage, log: Some(log.path) })
}

/// Joins reports; a line that several know is run if one of them ran it.
fn joined(place: &Place, written: &[(String, Vec<u8>)]) -> Coverage {
    let mut joined = Coverage::default();
    for (_, bytes) in written {
        let report = Coverage::read_lcov(&String::from_utf8_lossy(bytes), &place.folder_name());
        for (path, lines) in report.files {
            let known = joined.files.entry(place.path_in_tree(&path)).or_default();
            for (line, is_run) in lines {
                *known.entry(line).or_default() |= is_run;
            }
        }
    }
    joined
}

/// Checks that at least `required` of all lines are run; zero asks for nothing.
pub async fn coverage_check(
    place: &Place,
    command: Option<GateCommand<'_>>,
    lcov: Option<&Glob>,
    required: Percent,
) -> Result<Check, Stopped> {
    let unit = place.unit.as_ref();
    if required == Percent::ZERO {
        return Ok(skipped(NAME, unit, "`quality.require_coverage_pct` is 0"));
    }
    let Some(command) = command else {
        let reason = "`quality.require_coverage_pct` asks for coverage, and there is no command `coverage`".to_owned();
        return settled(NAME, unit, Err(GateError::Unavailable(reason)));
    };
    // A threshold is written in the configuration, so whatever is missing was asked for.
    let command = GateCommand { origin: Origin::Configured, ..command };
    let Measured { coverage, log } = measure_coverage(place, command, lcov).await?;
    let result = match coverage {
        Err(outcome) => outcome,
        Ok(coverage) => {
            let covered = coverage.overall();
            if covered.reaches_hundredths(required.as_hundredths()) {
                CheckOutcome::Passed
            } else {
                let hundredths = required.as_hundredths();
                let message = format!(
                    "{covered} of the lines are run by the tests; {}.{:02} % are required",
                    hundredths / 100,
                    hundredths % 100
                );
                let class = FailureClass::GateFailed;
                let rule = "quality.require_coverage_pct".to_owned();
                let severity = Severity::Medium;
                let unit = unit.cloned();
                let finding = Finding { class, severity, rule, message, path: None, line: None, unit };
                CheckOutcome::Failed { class, findings: vec![finding] }
            }
        }
    };
    Ok(Check { log, ..made(NAME, unit, result) })
}
