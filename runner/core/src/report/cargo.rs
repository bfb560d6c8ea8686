//! The text of `cargo test` (libtest): one block for each test binary, and one for the doc tests.
//!
//! A test is called `binary::path::of::test` where cargo's `Running` lines are in the text, else by its
//! path alone. A doc test is called without its line number, because that moves with every edit.
//!
//! Tests can print into the text. Lines inside `failures:` are never results; a block whose results
//! are not exactly those that libtest counts is [`SuiteErrorKind::Contradiction`]; a block without its
//! `test result:` is [`SuiteErrorKind::Crash`].

use std::collections::BTreeMap;

use super::cause::panic_cause;
use super::{FailureCause, Format, Outcome, SuiteErrorKind, TestCase, TestName, TestReport, Totals, text};

/// Words of one failure that are kept.
const MAX_WORDS_BYTES: usize = 8 * 1024;

/// Reads what `cargo test` prints.
pub(super) fn read(text: &str) -> TestReport {
    let mut state = State {
        report: TestReport::empty(Format::CargoTest),
        binary: String::new(),
        block: None,
        compiler: String::new(),
    };
    for line in text.lines() {
        state.line(&text::plain(line));
    }
    state.finish()
}

/// From `running 3 tests` to `test result:`.
#[derive(Default)]
struct Block {
    announced: u64,
    results: Vec<(String, Outcome)>,
    /// The test whose result is not on its own line, because it printed something.
    pending: Option<String>,
    in_failures: bool,
    /// The test whose output is being read.
    speaker: Option<String>,
    words: BTreeMap<String, String>,
    listed_as_failed: Vec<String>,
}

struct State {
    report: TestReport,
    binary: String,
    block: Option<Block>,
    /// What the compiler said since the last block.
    compiler: String,
}

impl State {
    fn line(&mut self, line: &str) {
        if let Some(count) = announced(line)
            && self.block.as_ref().is_none_or(|block| !block.in_failures)
        {
            self.crash();
            self.block = Some(Block { announced: count, ..Block::default() });
        } else if let Some(claimed) = line.strip_prefix("test result: ").and_then(totals) {
            self.close(claimed);
        } else if let Some(block) = &mut self.block {
            block.line(line);
            if let Some(binary) = binary(line) {
                self.crash();
                self.binary = binary;
            }
        } else if let Some(binary) = binary(line) {
            self.binary = binary;
        } else {
            self.compiler_line(line);
        }
    }

    fn compiler_line(&mut self, line: &str) {
        let is_error = line.starts_with("error[") || line.starts_with("error: ");
        // These say only that a test failed, or repeat what was said.
        let is_summary = line.starts_with("error: test failed")
            || line.starts_with("error: doctest failed")
            || line.contains(" target failed:")
            || line.contains(" targets failed:");
        if is_summary {
            return;
        }
        if is_error || !self.compiler.is_empty() {
            let room = MAX_WORDS_BYTES.saturating_sub(self.compiler.len());
            self.compiler.push_str(text::cut(line, room));
            self.compiler.push('\n');
        }
    }

    fn close(&mut self, claimed: Totals) {
        let Some(block) = self.block.take() else {
            let words = "there is a result without the tests it is about";
            return self.report.add_error(SuiteErrorKind::Contradiction, &self.binary, words);
        };
        let mut found = Totals::default();
        let announced = block.announced;
        for (name, outcome) in block.finish() {
            found.tests += 1;
            found.failed += u64::from(outcome.is_failed());
            found.skipped += u64::from(matches!(outcome, Outcome::Skipped { .. }));
            self.report.add(name_of(&self.binary, &name), TestCase::new(outcome));
        }
        self.report.claim(claimed);
        if found != claimed || found.tests != announced {
            let words = format!(
                "the runner claims {} tests ({} failed), announced {announced}, and its output names {} ({} failed)",
                claimed.tests, claimed.failed, found.tests, found.failed
            );
            self.report.add_error(SuiteErrorKind::Contradiction, &self.binary, &words);
        }
    }

    /// Ends a block that has no result of its own.
    fn crash(&mut self) {
        let Some(block) = self.block.take() else { return };
        let words = match &block.pending {
            Some(name) => format!("the test binary died in `{name}`, or after it"),
            None => "the test binary died before its result".to_owned(),
        };
        for (name, outcome) in block.finish() {
            self.report.add(name_of(&self.binary, &name), TestCase::new(outcome));
        }
        self.report.add_error(SuiteErrorKind::Crash, &self.binary, &words);
    }

    fn finish(mut self) -> TestReport {
        self.crash();
        if !self.compiler.is_empty() {
            self.report.add_error(SuiteErrorKind::Collection, "", &self.compiler);
        }
        self.report
    }
}

impl Block {
    fn line(&mut self, line: &str) {
        if line == "failures:" {
            self.in_failures = true;
            self.speaker = None;
        } else if self.in_failures {
            self.failure_line(line);
        } else if let Some(result) = result(line)
            && let Some(name) = self.pending.take()
        {
            self.results.push((name, result));
        } else if let Some((name, rest)) = line.strip_prefix("test ").and_then(|rest| rest.split_once(" ... ")) {
            self.give_up();
            self.speaker = Some(test_name(name).to_owned());
            match result(rest) {
                Some(outcome) => self.results.push((name.to_owned(), outcome)),
                None => {
                    self.pending = Some(name.to_owned());
                    self.say(rest);
                }
            }
        } else if let Some(name) = line.strip_prefix("thread '").and_then(|rest| rest.split('\'').next()) {
            // With `--nocapture` a panic speaks wherever it happens.
            self.speaker = Some(name.to_owned());
            self.say(line);
        } else {
            self.say(line);
        }
    }

    fn failure_line(&mut self, line: &str) {
        let header = line.strip_prefix("---- ").and_then(|rest| rest.strip_suffix(" ----"));
        if let Some(name) = header.and_then(|rest| rest.strip_suffix(" stdout")) {
            self.speaker = Some(test_name(name).to_owned());
        } else if self.speaker.is_some() {
            self.say(line);
        } else if let Some(name) = line.strip_prefix("    ") {
            self.listed_as_failed.push(name.to_owned());
        }
    }

    fn say(&mut self, line: &str) {
        let Some(name) = &self.speaker else { return };
        let words = self.words.entry(name.clone()).or_default();
        words.push_str(text::cut(line, MAX_WORDS_BYTES.saturating_sub(words.len())));
        words.push('\n');
    }

    /// A test whose result was not seen before the next one began has none that can be trusted.
    fn give_up(&mut self) {
        if let Some(name) = self.pending.take() {
            let words = "its result cannot be read, because it printed into the line";
            self.results.push((name, Outcome::failed(FailureCause::Unknown, words)));
        }
    }

    fn finish(mut self) -> Vec<(String, Outcome)> {
        self.give_up();
        let listed: std::collections::BTreeSet<_> = self.listed_as_failed.iter().map(|name| test_name(name)).collect();
        for (name, outcome) in &mut self.results {
            let name = test_name(name);
            let words = self.words.get(name).map(String::as_str).unwrap_or_default();
            if outcome.is_failed() || listed.contains(name) {
                *outcome = Outcome::failed(panic_cause(words), words);
            }
        }
        self.results
    }
}

/// Reads `running 3 tests`.
fn announced(line: &str) -> Option<u64> {
    let (count, rest) = text::leading_number(line.strip_prefix("running ")?)?;
    matches!(rest, " test" | " tests").then_some(count)
}

/// Reads the end of a line `test … ... ok`.
fn result(text: &str) -> Option<Outcome> {
    match text {
        "ok" => Some(Outcome::Passed),
        "FAILED" => Some(Outcome::failed(FailureCause::Unknown, "")),
        "ignored" => Some(Outcome::skipped("ignored")),
        _ if text.starts_with("bench: ") => Some(Outcome::Passed),
        _ => text.strip_prefix("ignored, ").map(Outcome::skipped),
    }
}

/// Reads `FAILED. 1 passed; 5 failed; 1 ignored; 0 measured; …`.
fn totals(rest: &str) -> Option<Totals> {
    let (_, counts) = rest.split_once(". ")?;
    let mut totals = Totals::default();
    for part in counts.split(';') {
        let Some((number, word)) = text::leading_number(part.trim()) else {
            continue;
        };
        match word.trim() {
            "passed" | "measured" => totals.tests += number,
            "failed" => {
                totals.tests += number;
                totals.failed += number;
            }
            "ignored" => {
                totals.tests += number;
                totals.skipped += number;
            }
            _ => {}
        }
    }
    Some(totals)
}

/// Reads `     Running tests/cart.rs (target/debug/deps/cart-c3501987bfd67119)` and `   Doc-tests shop`.
fn binary(line: &str) -> Option<String> {
    if let Some(name) = line.strip_prefix("   Doc-tests ") {
        return Some(name.trim().to_owned());
    }
    let (_, path) = line.strip_prefix("     Running ")?.split_once(" (")?;
    let file = path.trim_end_matches(')').rsplit(['/', '\\']).next()?;
    let file = file.strip_suffix(".exe").unwrap_or(file);
    Some(file.rsplit_once('-').map_or(file, |(name, _hash)| name).to_owned())
}

/// Removes what libtest adds to a name: ` - should panic`, and the line number of a doc test.
fn test_name(name: &str) -> &str {
    let name = name.trim();
    let name = [" - should panic", " - compile fail", " - compile"]
        .into_iter()
        .find_map(|end| name.strip_suffix(end))
        .unwrap_or(name);
    match name.rsplit_once(" (line ") {
        Some((start, end)) if end.ends_with(')') => start.trim_end_matches([' ', '-']),
        Some(_) | None => name,
    }
}

fn name_of(binary: &str, name: &str) -> TestName {
    let name = test_name(name);
    if binary.is_empty() { TestName::new(name) } else { TestName::new(&format!("{binary}::{name}")) }
}
