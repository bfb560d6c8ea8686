//! `go test -json`: one JSON object a line, packages interleaved.
//!
//! A test is called `package.Test/sub`. A test with subtests counts only where it failed for a reason
//! of its own, because a new subtest must not break an old test. Lines that are not JSON (the compiler,
//! `go vet`, older versions) are kept as the words of a build failure. A package that fails without a
//! failed test, or a test that begins and never ends, is a crash.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{FailureCause, Format, Outcome, SuiteErrorKind, TestCase, TestName, TestReport, classify, text};

/// One line; keys that we do not know are ignored, because Go adds some with each version.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Line {
    action: String,
    #[serde(default)]
    package: String,
    #[serde(default)]
    import_path: String,
    #[serde(default)]
    test: Option<String>,
    #[serde(default)]
    output: String,
    #[serde(default)]
    elapsed: Option<f64>,
    #[serde(default)]
    failed_build: Option<String>,
}

/// Output of one test that is kept.
const MAX_OUTPUT_BYTES: usize = 16 * 1024;

/// How far one test has come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Open,
    Passed,
    Failed,
    Skipped,
}

struct Test {
    end: End,
    output: String,
    elapsed: Option<f64>,
    has_subtests: bool,
    has_failed_subtests: bool,
    times_seen: u32,
}

struct Package {
    has_failed: bool,
    failed_build: bool,
    output: String,
}

struct State {
    report: TestReport,
    /// By package and test.
    tests: BTreeMap<(String, String), Test>,
    packages: BTreeMap<String, Package>,
    noise: String,
}

/// Reads the output of `go test -json`.
pub(super) fn read(text: &str) -> TestReport {
    let mut state = State {
        report: TestReport::empty(Format::GoTestJson),
        tests: BTreeMap::new(),
        packages: BTreeMap::new(),
        noise: String::new(),
    };
    for line in text.lines() {
        match read_line(line) {
            Some(line) => state.line(&line),
            None => push(&mut state.noise, &format!("{line}\n")),
        }
    }
    state.finish()
}

fn read_line(line: &str) -> Option<Line> {
    let line = line.trim();
    if line.starts_with('{') { serde_json::from_str(line).ok() } else { None }
}

fn push(into: &mut String, words: &str) {
    into.push_str(text::cut(words, MAX_OUTPUT_BYTES.saturating_sub(into.len())));
}

impl State {
    fn line(&mut self, line: &Line) {
        let is_build = line.action.starts_with("build-");
        match &line.test {
            Some(test) if !is_build => self.test_line(test, line),
            Some(_) | None => self.package_line(line, is_build),
        }
    }

    fn package_line(&mut self, line: &Line, is_build: bool) {
        let name = if line.package.is_empty() { &line.import_path } else { &line.package };
        // `shop [shop.test]` is the test build of `shop`.
        let name = name.split(' ').next().unwrap_or_default().to_owned();
        let package = self.packages.entry(name).or_insert_with(|| Package {
            has_failed: false,
            failed_build: false,
            output: String::new(),
        });
        push(&mut package.output, &line.output);
        let is_broken = line.output.contains("[build failed]") || line.output.contains("[setup failed]");
        package.failed_build |= line.failed_build.is_some() || is_broken || (is_build && line.action == "build-fail");
        package.has_failed |= line.action == "fail";
    }

    fn test_line(&mut self, name: &str, line: &Line) {
        let key = (line.package.clone(), name.to_owned());
        let test = self.tests.entry(key).or_insert_with(|| Test {
            end: End::Open,
            output: String::new(),
            elapsed: None,
            has_subtests: false,
            has_failed_subtests: false,
            times_seen: 0,
        });
        let end = match line.action.as_str() {
            "run" => {
                test.times_seen = test.times_seen.saturating_add(1);
                return;
            }
            "output" => return push(&mut test.output, &line.output),
            "pass" => End::Passed,
            "fail" => End::Failed,
            "skip" => End::Skipped,
            _ => return,
        };
        test.elapsed = line.elapsed.or(test.elapsed);
        // With `-count=3` a test ends three times: the worst end counts.
        if matches!((test.end, end), (End::Open, _) | (_, End::Failed) | (End::Passed, End::Skipped)) {
            test.end = end;
        }
    }

    fn finish(mut self) -> TestReport {
        self.mark_parents();
        let mut failed_packages: Vec<String> = Vec::new();
        for ((package, name), test) in std::mem::take(&mut self.tests) {
            if test.end == End::Failed && failed_packages.last() != Some(&package) {
                failed_packages.push(package.clone());
            }
            self.add(&package, &name, &test);
        }
        let noise = std::mem::take(&mut self.noise);
        for (name, package) in std::mem::take(&mut self.packages) {
            let words = if package.output.trim().is_empty() { &noise } else { &package.output };
            if package.failed_build {
                self.report.add_error(SuiteErrorKind::Collection, &name, words);
            } else if package.has_failed && failed_packages.binary_search(&name).is_err() {
                self.report.add_error(SuiteErrorKind::Crash, &name, words);
            }
        }
        self.report
    }

    /// Tells each test about its subtests.
    fn mark_parents(&mut self) {
        let mut parents: BTreeMap<(String, String), bool> = BTreeMap::new();
        for ((package, name), test) in &self.tests {
            if let Some((parent, _)) = name.rsplit_once('/') {
                let has_failed = parents.entry((package.clone(), parent.to_owned())).or_insert(false);
                *has_failed |= test.end != End::Passed && test.end != End::Skipped;
            }
        }
        for (key, has_failed) in parents {
            if let Some(test) = self.tests.get_mut(&key) {
                test.has_subtests = true;
                test.has_failed_subtests = has_failed;
            }
        }
    }

    fn add(&mut self, package: &str, name: &str, test: &Test) {
        let is_only_parent = match test.end {
            End::Passed | End::Skipped => test.has_subtests,
            End::Failed | End::Open => test.has_failed_subtests,
        };
        if is_only_parent {
            return;
        }
        let outcome = match test.end {
            End::Passed => Outcome::Passed,
            End::Skipped => Outcome::skipped(&said(&test.output)),
            End::Failed => Outcome::failed(cause(&test.output, FailureCause::Assertion), &said(&test.output)),
            End::Open => {
                let words = "the test began and never ended";
                self.report.add_error(SuiteErrorKind::Crash, &format!("{package}.{name}"), words);
                Outcome::failed(cause(&test.output, FailureCause::Error), &said(&test.output))
            }
        };
        let mut case = TestCase::new(outcome);
        case.times_seen = test.times_seen.max(1);
        case.duration_ms = test.elapsed.and_then(|seconds| text::milliseconds_of_seconds(&seconds.to_string()));
        self.report.add(TestName::new(&format!("{package}.{name}")), case);
    }
}

/// Returns the output of a test without the lines that Go frames it with.
fn said(output: &str) -> String {
    let lines = output.lines().map(str::trim_end);
    let is_frame = |line: &&str| {
        let line = line.trim_start();
        !(line.starts_with("=== ") || line.starts_with("--- "))
    };
    lines.filter(is_frame).collect::<Vec<_>>().join("\n")
}

/// `t.Error` and its kin are assertions; only a panic has another cause.
fn cause(output: &str, otherwise: FailureCause) -> FailureCause {
    let panic = output.lines().map(str::trim).find(|line| line.starts_with("panic: "));
    panic.map_or(otherwise, |panic| classify("", panic).unwrap_or(FailureCause::Error))
}
