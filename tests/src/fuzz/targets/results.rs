//! What tools say: test reports and what they prove, findings, coverage, and the report of an attempt.

use pipemason_core::attempt::{self, Attempt};
use pipemason_core::coverage::Coverage;
use pipemason_core::failure::FailureClass;
use pipemason_core::gate::{Check, CheckOutcome, Finding, GateReport, Severity};
use pipemason_core::paths::TestPaths;
use pipemason_core::phase::Phase;
use pipemason_core::proof::{self, Baseline, Exit, Standing, TestChanges, TestRun};
use pipemason_core::report::{self, Format, MAX_CASES, Outcome, Resolution, TestName, TestReport};
use pipemason_core::sarif;

use super::{PARTER, Promise, Target, parts, promise, round_trip, seeds, text};

pub(super) const REPORT: Target = Target { name: "report", seeds: || seeds::of(seeds::REPORTS), run: run_report };

/// Longest text that a report may keep of a test.
const MAX_KEPT_BYTES: usize = 2_000;

const FORMATS: [Format; 8] = [
    Format::Junit,
    Format::Tap,
    Format::GoTestJson,
    Format::CargoTest,
    Format::Nextest,
    Format::Pytest,
    Format::NodeSpec,
    Format::JavaScript,
];

fn run_report(input: &[u8]) -> Promise {
    // One of the formats a time: which one follows from the input.
    let format = FORMATS.get(input.len() % FORMATS.len()).copied().unwrap_or(Format::Tap);
    let forced = report::read_as(format, input);
    promise(forced.format == format, || "the report is not in the format it was read in".to_owned())?;
    check_report(forced)?;
    report::read(input).map_or(Ok(()), check_report)
}

fn check_report(report: TestReport) -> Promise {
    promise(report.cases.len() <= MAX_CASES, || format!("{} tests were read", report.cases.len()))?;
    let texts = report.cases.values().filter_map(|case| match &case.outcome {
        Outcome::Passed => None,
        Outcome::Skipped { reason } => Some(reason),
        Outcome::Failed(failure) => Some(&failure.message),
    });
    let mut texts = texts.chain(report.errors.iter().map(|error| &error.message));
    promise(texts.all(|text| text.len() <= MAX_KEPT_BYTES), || "a text is too long".to_owned())?;
    let names: Vec<&TestName> = report.cases.keys().collect();
    for name in names.iter().take(3) {
        let exact = Resolution::Found(vec![(*name).clone()]);
        promise(report.resolve(name) == exact, || format!("`{name}` is not found"))?;
        let shorter = TestName::new(name.as_str().rsplit("::").next().unwrap_or_default());
        match report.resolve(&shorter) {
            Resolution::Found(found) | Resolution::Ambiguous(found) => {
                let is_known = found.iter().all(|name| report.cases.contains_key(name));
                promise(is_known && !found.is_empty(), || format!("`{shorter}` means tests that are not there"))?;
            }
            Resolution::Missing => {}
        }
    }
    let json = serde_json::to_string(&report).map_err(|error| error.to_string())?;
    let again: TestReport = serde_json::from_str(&json).map_err(|error| error.to_string())?;
    round_trip("report", &report, &again)?;
    let mut doubled = report.clone().relative_to("/repository");
    doubled.absorb(report);
    promise(doubled.cases.len() <= MAX_CASES, || "two reports together have too many tests".to_owned())
}

pub(super) const PROOF: Target = Target { name: "proof", seeds: seeds::pairs_of_reports, run: run_proof };

/// The report before the work, and the one after it; the same one three times of three.
fn run_proof(input: &[u8]) -> Promise {
    let at = input.windows(PARTER.len()).position(|window| window == PARTER.as_bytes()).unwrap_or(input.len());
    let (before, after) = (input.get(..at).unwrap_or_default(), input.get(at + PARTER.len()..).unwrap_or_default());
    let (Some(before), Some(after)) = (report::read(before), report::read(after)) else { return Ok(()) };
    let exit = |report: &TestReport| Exit::Status(i32::from(report.failed().next().is_some()));
    let first = TestRun { exit: exit(&before), report: before };
    let Ok(baseline) = Baseline::measure(&first, &[]) else { return Ok(()) };
    let run = TestRun { exit: exit(&after), report: after };
    let runs = [run.clone(), run.clone(), run.clone()];
    let plan = TestChanges::default();
    let red = proof::prove_red(&baseline, &plan, &TestPaths::default(), &runs);
    for name in red.tests.keys() {
        let is_red = run.report.outcome(name).is_some_and(Outcome::is_failed);
        promise(is_red && baseline.standing(name).is_none(), || format!("`{name}` is said to be red"))?;
    }
    let green = proof::prove_preserving(&baseline, &plan, &run, &[]);
    if green.is_proven() {
        for name in baseline.with(Standing::Passes) {
            // One that fails and passes by turns does not block, and is named.
            let passes = run.report.outcome(name) == Some(&Outcome::Passed) || green.flaky_base.contains(name);
            promise(passes, || format!("everything is said to be green, and `{name}` is not"))?;
        }
    }
    let check = proof::check("tests", None, &green.problems);
    promise((check.result == CheckOutcome::Passed) == green.is_proven(), || "the gate and the proof differ".to_owned())
}

pub(super) const SARIF: Target = Target { name: "sarif", seeds: || seeds::of(seeds::SARIF), run: run_sarif };

fn run_sarif(input: &[u8]) -> Promise {
    let Ok(read) = sarif::read_sarif(input, FailureClass::SecurityFinding, "/repository") else { return Ok(()) };
    promise(read.findings.len() <= sarif::MAX_FINDINGS, || format!("{} findings were read", read.findings.len()))?;
    let is_bounded = |finding: &Finding| {
        let path = finding.path.as_deref().unwrap_or_default();
        finding.message.len() <= MAX_KEPT_BYTES && finding.rule.len() <= 500 && path.len() <= 500
    };
    promise(read.findings.iter().all(is_bounded), || "a finding is too long".to_owned())?;
    promise(read.findings.iter().all(|finding| finding.line != Some(0)), || "lines count from 1".to_owned())?;
    promise(read.failed_runs.iter().all(|words| words.len() <= MAX_KEPT_BYTES), || "a failure is too long".to_owned())
}

pub(super) const LCOV: Target = Target { name: "lcov", seeds: || seeds::of(seeds::LCOV), run: run_lcov };

fn run_lcov(input: &[u8]) -> Promise {
    let text = text(input);
    let coverage = Coverage::read_lcov(&text, "/repository");
    let covered = coverage.overall();
    promise(covered.run <= covered.lines, || "more lines were run than there are".to_owned())?;
    promise(!covered.reaches(101), || "more than everything is covered".to_owned())?;
    let doubled = Coverage::read_lcov(&format!("{text}\nend_of_record\n{text}"), "/repository");
    promise(doubled == coverage, || "the same report twice is another one".to_owned())
}

pub(super) const ATTEMPT: Target = Target { name: "attempt", seeds: || seeds::of(seeds::OUTPUTS), run: run_attempt };

/// Texts of agents and tools do not become lines of the report, and times do not change a fingerprint.
fn run_attempt(input: &[u8]) -> Promise {
    let text = text(input);
    let mut texts = parts(&text);
    let mut next = || texts.next().unwrap_or_default().to_owned();
    let (rule, message, path, output, tried) = (next(), next(), next(), next(), next());
    let finding = |message: &str| Finding {
        class: FailureClass::LintError,
        severity: Severity::Low,
        rule: rule.clone(),
        message: message.to_owned(),
        path: Some(path.clone()),
        line: Some(7),
        unit: None,
    };
    let findings = [finding(&message), finding(&message)];
    let report = |message: &str| {
        let result = CheckOutcome::Failed { class: FailureClass::LintError, findings: vec![finding(message)] };
        GateReport { checks: vec![Check { name: rule.clone(), unit: None, result, log: None }] }
    };
    let fingerprint = attempt::fingerprint(&report(&message));
    let later: String = message.chars().map(|sign| if sign.is_ascii_digit() { '7' } else { sign }).collect();
    promise(attempt::fingerprint(&report(&later)) == fingerprint, || "digits make another fingerprint".to_owned())?;
    let attempt = Attempt {
        phase: Phase::Implement,
        unit: None,
        number: 2,
        class: FailureClass::LintError,
        gate: &rule,
        fingerprint,
        command: Some(&path),
        exit_code: Some(1),
        findings: &findings,
        output: "",
        log: Some(&path),
        earlier: std::slice::from_ref(&tried),
        keep: std::slice::from_ref(&message),
        off_limits: std::slice::from_ref(&output),
    };
    let is_ours = |line: &str| line.is_empty() || line.starts_with("- ") || line.starts_with('#');
    let silent = attempt.report();
    promise(silent.lines().all(is_ours), || format!("a text became a line of its own: {silent:?}"))?;
    promise(silent.matches("\n## ").count() == 4, || format!("a text became a heading: {silent:?}"))?;
    let told = Attempt { output: &output, ..attempt }.report();
    promise(!told.contains(|sign: char| sign.is_control() && !"\n\t".contains(sign)), || {
        format!("{told:?} has control characters")
    })
}
