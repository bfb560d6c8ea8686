//! Reports as runners really print them, and what hostile code prints instead.

use std::fmt::Write as _;

use super::*;

mod causes;
mod hostile;
mod text_formats;
mod xml;

/// Renders a report as one line for each fact.
fn render(report: &TestReport) -> String {
    let mut text = format!("{:?}", report.format);
    if let Some(claimed) = report.claimed {
        write!(text, ", claims {} ({} failed, {} skipped)", claimed.tests, claimed.failed, claimed.skipped).unwrap();
    }
    text.push('\n');
    for error in &report.errors {
        let message = error.message.lines().next().unwrap_or_default();
        writeln!(text, "! {:?} `{}`: {message}", error.kind, error.place).unwrap();
    }
    for (name, case) in &report.cases {
        let outcome = match &case.outcome {
            Outcome::Passed => "passed".to_owned(),
            Outcome::Skipped { reason } => format!("skipped ({reason})"),
            Outcome::Failed(failure) => {
                let message = failure.message.lines().next().unwrap_or_default();
                format!("{:?} ({message})", failure.cause)
            }
        };
        let file = case.file.as_deref().map(|file| format!(" in {file}")).unwrap_or_default();
        let times = if case.times_seen == 1 { String::new() } else { format!(" x{}", case.times_seen) };
        writeln!(text, "- {name}{file}{times}: {outcome}").unwrap();
    }
    text
}

/// Reads a text that must be recognized as `format`.
fn read_text(format: Format, text: &str) -> TestReport {
    assert_eq!(detect(text.as_bytes()), Some(format), "{text}");
    read(text.as_bytes()).unwrap()
}

fn name(text: &str) -> TestName {
    TestName::new(text)
}

/// Returns the kinds of the suite errors.
fn kinds(report: &TestReport) -> Vec<SuiteErrorKind> {
    report.errors.iter().map(|error| error.kind).collect()
}

macro_rules! fixture {
    ($file:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/reports/", $file))
    };
}
use fixture;

#[test]
fn every_runner_is_read_as_it_prints() {
    let fixtures: &[(Format, &str, &str)] = &[
        (Format::CargoTest, "cargo-compile-error", fixture!("cargo-compile-error.txt")),
        (Format::CargoTest, "cargo-nocapture", fixture!("cargo-nocapture.txt")),
        (Format::CargoTest, "cargo-test", fixture!("cargo-test.txt")),
        (Format::GoTestJson, "go-build-failure", fixture!("go-build-failure.jsonl")),
        (Format::GoTestJson, "go-died", fixture!("go-died.jsonl")),
        (Format::GoTestJson, "go-panic", fixture!("go-panic.jsonl")),
        (Format::GoTestJson, "go-test", fixture!("go-test.jsonl")),
        (Format::JavaScript, "jest", fixture!("jest.txt")),
        (Format::JavaScript, "mocha", fixture!("mocha.txt")),
        (Format::JavaScript, "vitest", fixture!("vitest.txt")),
        (Format::Junit, "junit-gotestsum", fixture!("junit-gotestsum.xml")),
        (Format::Junit, "junit-gradle", fixture!("junit-gradle.xml")),
        (Format::Junit, "junit-jest", fixture!("junit-jest.xml")),
        (Format::Junit, "junit-nextest", fixture!("junit-nextest.xml")),
        (Format::Junit, "junit-node", fixture!("junit-node.xml")),
        (Format::Junit, "junit-pytest", fixture!("junit-pytest.xml")),
        (Format::Junit, "junit-pytest-collection", fixture!("junit-pytest-collection.xml")),
        (Format::Junit, "junit-surefire", fixture!("junit-surefire.xml")),
        (Format::Junit, "junit-vitest", fixture!("junit-vitest.xml")),
        (Format::Nextest, "nextest", fixture!("nextest.txt")),
        (Format::Nextest, "nextest-retries", fixture!("nextest-retries.txt")),
        (Format::NodeSpec, "node-spec", fixture!("node-spec.txt")),
        (Format::Pytest, "pytest-collection", fixture!("pytest-collection.txt")),
        (Format::Pytest, "pytest-none", fixture!("pytest-none.txt")),
        (Format::Pytest, "pytest-plain", fixture!("pytest-plain.txt")),
        (Format::Pytest, "pytest-summary", fixture!("pytest-summary.txt")),
        (Format::Pytest, "pytest-verbose", fixture!("pytest-verbose.txt")),
        (Format::Pytest, "pytest-xdist", fixture!("pytest-xdist.txt")),
        (Format::Tap, "tap-bats", fixture!("bats.tap")),
        (Format::Tap, "tap-node", fixture!("node.tap")),
        (Format::Tap, "tap-subtests", fixture!("subtests.tap")),
    ];
    for (format, title, text) in fixtures {
        insta::assert_snapshot!(*title, render(&read_text(*format, text)));
        let with_windows_line_ends = text.replace('\n', "\r\n");
        assert_eq!(
            read_text(*format, &with_windows_line_ends).cases.keys().collect::<Vec<_>>(),
            read_text(*format, text).cases.keys().collect::<Vec<_>>(),
            "{title}"
        );
    }
}
