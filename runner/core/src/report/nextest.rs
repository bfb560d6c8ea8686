//! The text of `cargo nextest run`: `PASS [   0.005s] (1/3) shop::cart empty`.
//!
//! A test is called `binary::test`. The status lines after `Summary` repeat the failures and count once.

use super::cause::panic_cause;
use super::{FailureCause, Format, Outcome, SuiteErrorKind, TestCase, TestName, TestReport, Totals, text};
use std::collections::BTreeMap;

/// Words of one failure that are kept.
const MAX_WORDS_BYTES: usize = 4 * 1024;

/// Reads what nextest prints.
pub(super) fn read(text: &str) -> TestReport {
    let mut report = TestReport::empty(Format::Nextest);
    let lines: Vec<String> = text.lines().map(text::plain).collect();
    let words = words_of_failures(&lines);
    let mut has_summary = false;
    let mut attempts = BTreeMap::new();
    for line in &lines {
        let line = line.trim();
        if let Some(rest) = line.strip_prefix("Summary [") {
            has_summary = true;
            report.claim(totals(rest));
        } else if line.starts_with("error: could not compile") {
            report.add_error(SuiteErrorKind::Collection, "", line);
        } else if line.starts_with("error: no tests to run") {
            has_summary = true;
        } else if !has_summary && let Some(status) = Status::read(line) {
            let words = words.get(&status.name()).map(String::as_str).unwrap_or_default();
            let Some(outcome) = status.outcome(words) else { continue };
            let name = status.name();
            let mut case = TestCase::new(outcome);
            case.duration_ms = text::milliseconds_of_seconds(status.time);
            if status.is_attempt {
                // The last attempt counts, and a pass in it is already read as flaky.
                attempts.insert(name, case);
            } else {
                report.add(name, case);
            }
        }
    }
    for (name, case) in attempts {
        report.add(name, case);
    }
    if !has_summary && report.is_collected() {
        report.add_error(SuiteErrorKind::Malformed, "", "there is no summary; the output may be cut off");
    }
    report.compare_with_claim();
    report
}

/// `STATUS [  0.005s] (1/3) binary test::name`.
struct Status<'a> {
    word: &'a str,
    /// One of several attempts: `TRY 1 FAIL`.
    is_attempt: bool,
    time: &'a str,
    binary: &'a str,
    test: &'a str,
}

impl<'a> Status<'a> {
    fn read(line: &'a str) -> Option<Self> {
        let (word, rest) = line.split_once('[')?;
        let (time, rest) = rest.split_once(']')?;
        let rest = rest.trim_start();
        let rest = match rest.strip_prefix('(').and_then(|rest| rest.split_once(')')) {
            Some((_, rest)) => rest.trim_start(),
            None => rest,
        };
        let (binary, test) = rest.split_once(' ')?;
        let word = word.trim();
        let attempt = word.strip_prefix("TRY ").and_then(|rest| rest.split_once(' '));
        Some(Self {
            word: attempt.map_or(word, |(_, word)| word.trim()),
            is_attempt: attempt.is_some(),
            time,
            binary,
            test: test.trim(),
        })
    }

    fn name(&self) -> TestName {
        TestName::new(&format!("{}::{}", self.binary, self.test))
    }

    /// Returns the outcome; `None` for a line that is no result (`SLOW`, `SKIP`, words of a test).
    fn outcome(&self, words: &str) -> Option<Outcome> {
        let outcome = match self.word {
            "PASS" | "LEAK" if self.is_attempt => Outcome::failed(FailureCause::Flaky, "passed when repeated"),
            "PASS" | "LEAK" => Outcome::Passed,
            "TIMEOUT" | "TMT" => Outcome::failed(FailureCause::Timeout, "the runner stopped it"),
            "FAIL" | "FAIL + LEAK" | "LEAK-FAIL" => Outcome::failed(panic_cause(words), words),
            "ABORT" | "EXECFAIL" => Outcome::failed(FailureCause::Error, self.word),
            word if word.starts_with("SIG") => Outcome::failed(FailureCause::Error, word),
            _ => return None,
        };
        Some(outcome)
    }
}

/// Collects what is printed, indented, below the status of each failed test.
fn words_of_failures(lines: &[String]) -> BTreeMap<TestName, String> {
    let mut found: BTreeMap<TestName, String> = BTreeMap::new();
    let mut current = None;
    for line in lines {
        let content = line.trim();
        // What follows the summary repeats the failures without their words.
        if let Some(status) = Status::read(content).filter(|status| status.outcome("").is_some()) {
            // Each attempt says the same; the last one is kept.
            found.remove(&status.name());
            current = Some(status.name());
        } else if content.starts_with("Summary [") {
            break;
        } else if let Some(name) = &current
            && let Some(words) = line.strip_prefix("    ")
        {
            let known = found.entry(name.clone()).or_default();
            known.push_str(text::cut(words, MAX_WORDS_BYTES.saturating_sub(known.len())));
            known.push('\n');
        }
    }
    found
}

/// Reads `   0.018s] 3 tests run: 2 passed (1 flaky), 1 failed, 1 timed out, 4 skipped`.
fn totals(summary: &str) -> Totals {
    let mut totals = Totals::default();
    let (_, counts) = summary.split_once(']').unwrap_or_default();
    let (run, kinds) = counts.split_once(':').unwrap_or((counts, ""));
    totals.tests = run.trim().split(['/', ' ']).next().and_then(|number| number.parse().ok()).unwrap_or(0);
    for part in kinds.split([',', '(']) {
        let Some((number, word)) = text::leading_number(part.trim()) else {
            continue;
        };
        match word.trim().trim_end_matches(')') {
            "failed" | "timed out" | "exec failed" | "flaky" => totals.failed += number,
            _ => {}
        }
    }
    totals
}
