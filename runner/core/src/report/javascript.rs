//! The text of Jest and Vitest with their verbose reporters, and of Mocha.
//!
//! All three print trees with marks. A test is called after its suites, without the file: those who want
//! the file in the name write `JUnit`. Where a reporter names no passing tests its totals differ from what
//! is found, which is [`SuiteErrorKind::Contradiction`].

use std::collections::BTreeMap;

use super::{FailureCause, Format, Outcome, SuiteErrorKind, TestCase, TestName, TestReport, Totals, classify, text};

/// Words of one failure that are kept.
const MAX_WORDS_BYTES: usize = 4 * 1024;

/// Says whether `line` comes from one of these runners and from no other.
pub(super) fn is_telling(line: &str) -> bool {
    let content = line.trim();
    let is_file = |path: &str| path.contains(".test.") || path.contains(".spec.") || path.contains("__tests__");
    ["PASS ", "FAIL ", "✓ ", "× ", "❯ "].iter().any(|start| content.strip_prefix(start).is_some_and(is_file))
        || content.starts_with("RUN  v")
        || content == "No tests found, exiting with code 1"
        || content.starts_with("Tests:  ")
        || mocha_count(content, "passing").is_some()
        || (line.starts_with("  ") && content.starts_with(['✔', '✓']))
}

/// Reads what one of these runners prints.
pub(super) fn read(text: &str) -> TestReport {
    let lines: Vec<String> = text.lines().map(text::plain).collect();
    let mut state = State {
        report: TestReport::empty(Format::JavaScript),
        file: None,
        suites: Vec::new(),
        details: details(&lines),
        claimed: None,
        is_over: false,
    };
    for line in &lines {
        state.line(line);
    }
    state.finish()
}

struct State {
    report: TestReport,
    file: Option<String>,
    /// Open suites with their indentation.
    suites: Vec<(usize, String)>,
    /// What is said about each failed test.
    details: BTreeMap<TestName, String>,
    claimed: Option<Totals>,
    /// Whether the tree is over and the details of the failures have begun.
    is_over: bool,
}

/// Suites deeper than this keep the names of the outer ones only.
const MAX_DEPTH: usize = 32;

impl State {
    fn line(&mut self, line: &str) {
        let indent = text::indent(line);
        let content = line.trim();
        if content.is_empty() {
            return;
        }
        if let Some(rest) = content.strip_prefix("FAIL  ") {
            // Vitest begins the details of a test, or of a file that could not be run.
            self.is_over = true;
            if !rest.contains(" > ") {
                self.report.add_error(SuiteErrorKind::Collection, rest, "the file could not be run");
            }
        } else if let Some(rest) = content.strip_prefix("PASS ").or_else(|| content.strip_prefix("FAIL ")) {
            self.is_over = false;
            self.suites.clear();
            self.file = rest.split_whitespace().next().map(text::slashed);
        } else if self.totals(content) {
            self.is_over = true;
        } else if content.starts_with("● ") || content.starts_with('⎯') {
            self.is_over = true;
            if content.ends_with("Test suite failed to run") {
                let file = self.file.clone().unwrap_or_default();
                self.report.add_error(SuiteErrorKind::Collection, &file, content);
            }
        } else if let Some((mark, title)) = Mark::read(content).filter(|_| !self.is_over) {
            self.result(indent, mark, title);
        } else if !self.is_over && indent > 0 && self.suites.len() < MAX_DEPTH {
            self.suites.retain(|(known, _)| *known < indent);
            self.suites.push((indent, content.to_owned()));
        }
    }

    fn result(&mut self, indent: usize, mark: Mark, title: &str) {
        let title = without_duration(title);
        self.suites.retain(|(known, _)| *known < indent);
        // Vitest writes the whole path: `test/cart.test.ts > cart > is empty`.
        let path: Vec<&str> = title.split(" > ").collect();
        let (name, file) = match path.split_first() {
            Some((file, rest)) if !rest.is_empty() && !file.contains(' ') && file.contains('.') => {
                (TestName::of_path(rest.iter().copied()), Some(text::slashed(file)))
            }
            _ if is_summary_of_file(title) => return,
            _ => {
                let suites = self.suites.iter().map(|(_, title)| title.as_str());
                (TestName::of_path(suites.chain([title])), self.file.clone())
            }
        };
        let outcome = match mark {
            Mark::Passed => Outcome::Passed,
            Mark::Skipped => Outcome::skipped("skipped"),
            Mark::Failed => {
                let words = self.details.get(&name).map(String::as_str).unwrap_or_default();
                Outcome::failed(classify("", words).unwrap_or(FailureCause::Unknown), words)
            }
        };
        let mut case = TestCase::new(outcome);
        case.file = file;
        self.report.add(name, case);
    }

    /// Reads a line of totals, if it is one.
    fn totals(&mut self, content: &str) -> bool {
        let counts = content.strip_prefix("Tests:").or_else(|| content.strip_prefix("Tests  "));
        if let Some(counts) = counts {
            self.claimed = Some(totals_of(counts));
            return true;
        }
        let mut is_totals = false;
        for (word, is_failed, is_skipped) in [("passing", 0, 0), ("pending", 0, 1), ("failing", 1, 0)] {
            if let Some(number) = mocha_count(content, word) {
                let claimed = self.claimed.get_or_insert_default();
                claimed.tests += number;
                claimed.failed += number * is_failed;
                claimed.skipped += number * is_skipped;
                is_totals = true;
            }
        }
        is_totals
    }

    fn finish(mut self) -> TestReport {
        self.report.claimed = self.claimed;
        if self.claimed.is_none() && self.report.is_collected() {
            let words = "there are no totals; the output may be cut off";
            self.report.add_error(SuiteErrorKind::Malformed, "", words);
        }
        // Vitest does not name skipped tests.
        let without_skipped = |totals: Totals| (totals.tests.saturating_sub(totals.skipped), totals.failed);
        let found = without_skipped(self.report.found());
        if let Some(claimed) = self.claimed.map(without_skipped).filter(|claimed| *claimed != found) {
            let words = format!(
                "the runner claims {} tests ({} failed), its output names {} ({} failed); use the verbose reporter",
                claimed.0, claimed.1, found.0, found.1
            );
            self.report.add_error(SuiteErrorKind::Contradiction, "", &words);
        }
        self.report
    }
}

#[derive(Clone, Copy)]
enum Mark {
    Passed,
    Failed,
    Skipped,
}

impl Mark {
    fn read(content: &str) -> Option<(Self, &str)> {
        let marks = [
            ("✓ ", Self::Passed),
            ("✔ ", Self::Passed),
            ("√ ", Self::Passed),
            ("✕ ", Self::Failed),
            ("× ", Self::Failed),
            ("✖ ", Self::Failed),
            ("○ ", Self::Skipped),
            ("✎ ", Self::Skipped),
            ("↓ ", Self::Skipped),
            ("- ", Self::Skipped),
        ];
        let marked = marks.into_iter().find_map(|(word, mark)| content.strip_prefix(word).map(|title| (mark, title)));
        marked.or_else(|| {
            // Mocha numbers its failures: `1) is empty`.
            let (_, rest) = text::leading_number(content)?;
            rest.strip_prefix(") ").map(|title| (Self::Failed, title))
        })
    }
}

/// Removes `(2 ms)` (Jest, Mocha) and `3ms` (Vitest), and the words that Jest puts before skipped titles.
fn without_duration(title: &str) -> &str {
    let title = title.trim();
    let title = title.strip_prefix("skipped ").or_else(|| title.strip_prefix("todo ")).unwrap_or(title);
    let is_time = |text: &str| text.trim_end_matches("ms").trim_end_matches('s').trim().parse::<f64>().is_ok();
    match title.strip_suffix(')').and_then(|title| title.rsplit_once(" (")) {
        Some((start, time)) if time.ends_with('s') && is_time(time) => return start,
        Some(_) | None => {}
    }
    match title.rsplit_once(' ') {
        Some((start, time)) if time.ends_with("ms") && is_time(time) => start,
        Some(_) | None => title,
    }
}

/// Says whether Vitest speaks of a whole file: `test/cart.test.ts (3 tests)`.
fn is_summary_of_file(title: &str) -> bool {
    title.contains(" test)") || title.contains(" tests)") || title.contains(" tests |") || title.contains(" test |")
}

/// Reads `1 failed, 1 skipped, 1 passed, 3 total` (Jest) and `1 failed | 2 passed (3)` (Vitest).
fn totals_of(counts: &str) -> Totals {
    let mut totals = Totals::default();
    for part in counts.split([',', '|', '(']) {
        let Some((number, word)) = text::leading_number(part.trim()) else {
            continue;
        };
        match word.trim().trim_end_matches(')') {
            "total" | "" => totals.tests = number,
            "failed" => totals.failed += number,
            "skipped" | "todo" | "pending" => totals.skipped += number,
            _ => {}
        }
    }
    totals
}

/// Reads `12 passing (5ms)`.
fn mocha_count(content: &str, word: &str) -> Option<u64> {
    let (number, rest) = text::leading_number(content)?;
    let rest = rest.strip_prefix(' ')?.strip_prefix(word)?;
    (rest.is_empty() || rest.starts_with(" (")).then_some(number)
}

/// Collects what is said about each failed test after the tree.
fn details(lines: &[String]) -> BTreeMap<TestName, String> {
    let mut details: BTreeMap<TestName, String> = BTreeMap::new();
    let mut current = None;
    let mut index = 0;
    while let Some(line) = lines.get(index) {
        let content = line.trim();
        index += 1;
        if let Some(title) = content.strip_prefix("● ") {
            current = Some(TestName::of_path(title.split(" › ")));
        } else if let Some(title) = content.strip_prefix("FAIL ").filter(|title| title.contains(" > ")) {
            current = Some(TestName::of_path(title.split(" > ").skip(1)));
        } else if let Some(path) = mocha_path(lines, index - 1) {
            index += path.len() - 1;
            current = Some(TestName::of_path(path));
        } else if let Some(name) = &current {
            let words = details.entry(name.clone()).or_default();
            words.push_str(text::cut(content, MAX_WORDS_BYTES.saturating_sub(words.len())));
            words.push('\n');
        }
    }
    details
}

/// Reads the title of a failure as Mocha repeats it: one line for each suite, the last one with a colon.
fn mocha_path(lines: &[String], start: usize) -> Option<Vec<&str>> {
    let first = lines.get(start)?;
    let (_, title) = text::leading_number(first.trim())?;
    let mut path = vec![title.strip_prefix(") ")?];
    while path.len() < MAX_DEPTH {
        if let Some(title) = path.last()?.strip_suffix(':') {
            *path.last_mut()? = title;
            return Some(path);
        }
        let line = lines.get(start + path.len())?;
        if line.trim().is_empty() || text::indent(line) <= text::indent(first) {
            return None;
        }
        path.push(line.trim());
    }
    None
}
