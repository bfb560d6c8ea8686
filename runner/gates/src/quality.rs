//! One command, one check: linter, types, build; and checks that nothing here can measure yet.

use pipemason_core::config::Quality;
use pipemason_core::failure::FailureClass;
use pipemason_core::gate::{Check, CheckOutcome, Finding, Severity};
use pipemason_core::glob::Glob;
use pipemason_core::proof::Exit;
use pipemason_core::sarif::read_sarif;

use crate::absent::missing_program;
use crate::command::{Execution, execute};
use crate::error::{GateError, Stopped, made, settled, skipped};
use crate::log::Log;
use crate::objections::objections;
use crate::place::Place;
use crate::reports::ReportFiles;

/// Who wants a check. It decides what follows from a missing tool (RULES R7.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The configuration asks for it.
    Configured,
    /// It follows from the files of the repository. Once it ran at the base, its tool was there, and to take the tool
    /// away must not switch the check off: from then on it is [`Origin::Configured`].
    Detected,
}

impl Origin {
    /// Returns what a check is that was not able to run because something is missing.
    pub(crate) fn without(self, reason: String) -> CheckOutcome {
        match self {
            Self::Configured => CheckOutcome::Unavailable { reason },
            Self::Detected => CheckOutcome::Skipped { reason },
        }
    }
}

/// A command of the configuration, or one that was recognized.
#[derive(Clone, Copy, Debug)]
pub struct GateCommand<'a> {
    pub line: &'a str,
    pub origin: Origin,
}

/// A check that a command makes by how it ends.
#[derive(Clone, Copy, Debug)]
pub struct CommandCheck<'a> {
    /// The key of the configuration: `lint`, `typecheck`, `build`.
    pub name: &'a str,
    pub command: Option<GateCommand<'a>>,
    /// What an objection counts as.
    pub class: FailureClass,
    /// Where the command writes SARIF, if it does.
    pub sarif: Option<&'a Glob>,
}

/// Runs a command that objects by its exit status, or by a SARIF file with errors.
pub async fn command_check(place: &Place, wanted: CommandCheck<'_>) -> Result<Check, Stopped> {
    let unit = place.unit.as_ref();
    let Some(command) = wanted.command else {
        let reason = format!("there is no command `{}`, and none was recognized", wanted.name);
        return Ok(skipped(wanted.name, unit, reason));
    };
    settled(wanted.name, unit, run_check(place, wanted, command).await)
}

async fn run_check(place: &Place, wanted: CommandCheck<'_>, command: GateCommand<'_>) -> Result<Check, GateError> {
    let CommandCheck { name, class, .. } = wanted;
    let mut log = Log::begin(place, name)?;
    let reports = ReportFiles::sarif(place, wanted.sarif);
    reports.remove()?;
    let execution = execute(place, name, command.line, &mut log).await?;
    let mut findings = sarif_findings(place, class, &reports)?;
    let result = match could_not_run(&execution, command) {
        Some(outcome) => outcome,
        None if execution.exit.is_success() => {
            // Some linters report to a file and end well whatever they find.
            findings.retain(|finding| finding.severity >= Severity::High);
            if findings.is_empty() { CheckOutcome::Passed } else { CheckOutcome::Failed { class, findings } }
        }
        None => {
            if findings.is_empty() {
                findings = objections(place, class, name, &execution.text());
            }
            CheckOutcome::Failed { class, findings }
        }
    };
    Ok(Check { log: Some(log.path), ..made(name, place.unit.as_ref(), result) })
}

/// Returns the outcome of a command that said nothing about the tree.
pub(crate) fn could_not_run(execution: &Execution, command: GateCommand<'_>) -> Option<CheckOutcome> {
    let GateCommand { line, origin } = command;
    match execution.exit {
        Exit::Status(status) => {
            let words = missing_program(line, status, &execution.text())?;
            Some(origin.without(format!("`{line}` could not run: {words}")))
        }
        // The tool is there, and what it would have said is unknown.
        Exit::Killed => Some(CheckOutcome::Unavailable { reason: format!("`{line}` was killed by a signal") }),
        Exit::TimedOut => Some(CheckOutcome::Unavailable { reason: format!("`{line}` took too long") }),
    }
}

fn sarif_findings(place: &Place, class: FailureClass, reports: &ReportFiles<'_>) -> Result<Vec<Finding>, GateError> {
    let mut findings = Vec::new();
    for (path, bytes) in reports.read_all()? {
        let report = read_sarif(&bytes, class, &place.folder_name());
        let report = report.map_err(|error| GateError::Unavailable(format!("`{path}`: {error}")))?;
        if let Some(failure) = report.failed_runs.first() {
            return Err(GateError::Unavailable(format!("the tool says in `{path}` that it failed: {failure}")));
        }
        findings.extend(report.findings.into_iter().map(|finding| place.found(finding)));
    }
    Ok(findings)
}

/// Says what becomes of a check that no command can make yet.
fn unmeasured(place: &Place, name: &str, key: &str, is_asked: bool) -> Check {
    let unit = place.unit.as_ref();
    if is_asked {
        let reason = format!("`quality.{key}` asks for a check that nothing here can make yet; set it to false");
        made(name, unit, CheckOutcome::Unavailable { reason })
    } else {
        skipped(name, unit, "nothing here measures it yet")
    }
}

/// Checks accessibility. It is asked for by default, so without a tool it is skipped.
pub fn accessibility(place: &Place) -> Check {
    unmeasured(place, "accessibility", "require_a11y_clean", false)
}

/// Checks performance.
pub fn performance(place: &Place, quality: &Quality) -> Check {
    unmeasured(place, "performance", "require_perf_clean", quality.require_perf_clean)
}

/// Checks what search engines look at.
pub fn search_engines(place: &Place, quality: &Quality) -> Check {
    unmeasured(place, "seo", "require_seo_clean", quality.require_seo_clean)
}

/// Compares screens.
pub fn screenshot_diff(place: &Place) -> Check {
    skipped("screenshot_diff", place.unit.as_ref(), "nothing to capture")
}
