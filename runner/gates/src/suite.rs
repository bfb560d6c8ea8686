//! One run of a test command, and what it reports.
//!
//! The tests are read from the files that the runner wrote during the run, else from its text. A base that was read
//! in one format is compared with runs in the same one; what does not fit it is an error of the report, never a
//! reason to look elsewhere: otherwise whoever changes how results are written chooses what is read.

use pipemason_core::glob::Glob;
use pipemason_core::proof::weak::OpaqueRun;
use pipemason_core::proof::{Exit, TestRun};
use pipemason_core::report::{Format, SuiteErrorKind, TestReport, read, read_as};

use crate::command::{Execution, execute};
use crate::error::GateError;
use crate::log::Log;
use crate::place::Place;
use crate::reports::{ReportFile, ReportFiles};

/// A test command.
#[derive(Clone, Copy, Debug)]
pub struct Suite<'a> {
    /// The name of its checks: `tests`, `e2e`.
    pub name: &'a str,
    pub line: &'a str,
    /// Where it writes `JUnit` files, if the configuration says so.
    pub junit: Option<&'a Glob>,
}

/// What one run of a suite reported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Observed {
    Named(TestRun),
    /// Nothing in it can be read test by test.
    Opaque(OpaqueRun),
}

impl Suite<'_> {
    /// Runs the command. `expected` is the format of the baseline, where there is one.
    pub(crate) async fn run(
        &self,
        place: &Place,
        expected: Option<Format>,
        log: &mut Log,
    ) -> Result<Observed, GateError> {
        let files = ReportFiles::junit(place, self.junit);
        files.remove()?;
        let execution = execute(place, self.name, self.line, log).await?;
        let is_text_expected = expected.is_some_and(|format| format != Format::Junit);
        let written = if is_text_expected { Vec::new() } else { files.read()? };
        let report = if !written.is_empty() {
            Some(joined(&written))
        } else if expected == Some(Format::Junit) || (self.junit.is_some() && !is_text_expected) {
            Some(self.without_file(&execution, expected.is_some()))
        } else {
            text_report(&execution, expected)
        };
        let exit = execution.exit;
        Ok(match report {
            Some(report) => Observed::Named(TestRun { exit, report: place.located(report) }),
            None => Observed::Opaque(OpaqueRun { exit, output: execution.text() }),
        })
    }

    /// Makes the report of a run that should have written a file and did not.
    fn without_file(&self, execution: &Execution, is_compared: bool) -> TestReport {
        let mut report = TestReport::empty(Format::Junit);
        // A base that has no tests yet may have nothing to report, as long as that is fine with its command.
        if is_compared || !execution.exit.is_success() {
            let pattern = self.junit.map_or("the pattern of its build tool", Glob::as_str);
            let words = format!("the test command wrote no report that matches `{pattern}`");
            // What is in the way is usually in the text.
            let from_text = read(execution.text().as_bytes()).map(|report| report.errors).unwrap_or_default();
            for error in from_text {
                report.add_error(error.kind, &error.place, &error.message);
            }
            let kind = if execution.exit.is_success() { SuiteErrorKind::Malformed } else { SuiteErrorKind::Collection };
            report.add_error(kind, "", &words);
        }
        report
    }
}

fn joined(written: &[ReportFile]) -> TestReport {
    let mut report = TestReport::empty(Format::Junit);
    for (path, bytes) in written {
        match bytes {
            Ok(bytes) => report.absorb(read_as(Format::Junit, bytes)),
            Err(error) => report.add_error(SuiteErrorKind::Malformed, path, &format!("it cannot be read: {error}")),
        }
    }
    report
}

fn text_report(execution: &Execution, expected: Option<Format>) -> Option<TestReport> {
    let text = execution.text();
    let mut report = match expected {
        Some(format) => read_as(format, text.as_bytes()),
        None => read(text.as_bytes())?,
    };
    if execution.output.left_out > 0 {
        let words = "the test command said more than is kept, so tests may be missing; let it write JUnit XML, and \
                     name the file in `reports.junit`";
        report.add_error(SuiteErrorKind::Malformed, "", words);
    }
    Some(report)
}

impl Observed {
    /// Returns how the command ended.
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Named(run) => run.exit,
            Self::Opaque(run) => run.exit,
        }
    }

    /// Returns the named run; one that has no names is a run without a readable report.
    pub(crate) fn into_named(self, format: Format) -> TestRun {
        match self {
            Self::Named(run) => run,
            Self::Opaque(OpaqueRun { exit, output }) => TestRun { exit, report: read_as(format, output.as_bytes()) },
        }
    }

    /// Says whether another run of the same tree would say the same: the suite as a whole is broken, or hangs.
    pub(crate) fn is_hopeless(&self) -> bool {
        match self {
            Self::Named(run) => run.exit == Exit::TimedOut || !run.report.errors.is_empty(),
            Self::Opaque(run) => matches!(run.exit, Exit::TimedOut | Exit::Status(126 | 127)),
        }
    }
}
