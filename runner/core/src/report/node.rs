//! The `spec` reporter of `node --test`: a tree with `✔`, `✖`, `﹣`, and `▶` for what has tests inside.
//!
//! A test is called after its suites. What has tests inside counts only where it failed for a reason of
//! its own. A file that could not be run is [`SuiteErrorKind::Collection`]. A test can print such a
//! line, but then the totals differ.

use std::collections::BTreeMap;

use super::{FailureCause, Format, Outcome, SuiteErrorKind, TestCase, TestName, TestReport, Totals, classify, text};

/// Words of one failure that are kept.
const MAX_WORDS_BYTES: usize = 4 * 1024;
/// Suites deeper than this keep the names of the outer ones only.
const MAX_DEPTH: usize = 32;

/// Reads what the spec reporter prints.
pub(super) fn read(text: &str) -> TestReport {
    let lines: Vec<String> = text.lines().map(text::plain).collect();
    let end = lines.iter().rposition(|line| line == "✖ failing tests:").unwrap_or(lines.len());
    let (tree, failing) = lines.split_at_checked(end).unwrap_or((&lines, &[]));
    let mut state = State {
        report: TestReport::empty(Format::NodeSpec),
        words: words_of_failures(tree, failing),
        open: Vec::new(),
        counts: BTreeMap::new(),
        parents: 0,
    };
    for line in tree {
        state.line(line);
    }
    state.finish()
}

/// What is printed below a failed test, and the file where it is, by its title with its duration.
#[derive(Default)]
struct Words {
    file: Option<String>,
    words: String,
}

struct Open {
    indent: usize,
    title: String,
    has_failed: bool,
}

struct State {
    report: TestReport,
    words: BTreeMap<String, Words>,
    open: Vec<Open>,
    /// `ℹ pass 4` and its kin.
    counts: BTreeMap<String, u64>,
    parents: u64,
}

impl State {
    fn line(&mut self, line: &str) {
        let indent = text::indent(line);
        let content = line.trim();
        if let Some(rest) = content.strip_prefix("ℹ ") {
            if let Some((word, number)) = rest.split_once(' ')
                && let Ok(number) = number.parse()
            {
                self.counts.insert(word.to_owned(), number);
            }
        } else if let Some(title) = content.strip_prefix("▶ ") {
            self.open.retain(|open| open.indent < indent);
            self.parents += 1;
            if self.open.len() < MAX_DEPTH {
                self.open.push(Open { indent, title: without_duration(title).0.to_owned(), has_failed: false });
            }
        } else if let Some(result) = Result::read(content) {
            self.result(indent, &result);
        }
    }

    fn result(&mut self, indent: usize, result: &Result<'_>) {
        self.open.retain(|open| open.indent <= indent);
        let closed = self.open.pop_if(|open| open.indent == indent && open.title == result.title);
        let is_only_parent = closed.is_some_and(|open| open.has_failed || !result.is_failed());
        if result.is_failed() {
            for open in &mut self.open {
                open.has_failed = true;
            }
        }
        if is_only_parent {
            return;
        }
        let words = self.words.get(result.key).map(|words| words.words.as_str()).unwrap_or_default();
        if result.is_failed() && is_file(result.title) {
            return self.report.add_error(SuiteErrorKind::Collection, result.title, words);
        }
        let outcome = match result.mark {
            Mark::Skipped => Outcome::skipped(result.directive.unwrap_or_default()),
            Mark::Passed => Outcome::Passed,
            Mark::Failed => Outcome::failed(classify("", words).unwrap_or(FailureCause::Unknown), words),
        };
        let mut case = TestCase::new(outcome);
        case.duration_ms = result.duration.and_then(text::milliseconds_of_milliseconds);
        case.file = self.words.get(result.key).and_then(|words| words.file.clone());
        let path = self.open.iter().map(|open| open.title.as_str());
        let name = TestName::of_path(path.chain([result.title]));
        self.report.add(name, case);
    }

    fn finish(mut self) -> TestReport {
        let count = |word: &str| self.counts.get(word).copied().unwrap_or(0);
        if !self.counts.contains_key("tests") {
            let words = "there are no totals; the output may be cut off";
            self.report.add_error(SuiteErrorKind::Malformed, "", words);
            return self.report;
        }
        let claimed = Totals {
            tests: count("tests"),
            failed: count("fail") + count("cancelled"),
            skipped: count("skipped") + count("todo"),
        };
        // A test with subtests is in the totals, a suite is not; in the text both look alike.
        let suites = count("suites");
        let unreadable = self.report.errors.len() as u64;
        let found = self.report.found();
        let expected = (found.tests + unreadable + self.parents).checked_sub(suites);
        let is_own_failure = found.failed + unreadable <= claimed.failed;
        if expected != Some(claimed.tests) || !is_own_failure || found.skipped != claimed.skipped {
            let words = format!(
                "the runner claims {} tests ({} failed), its output names {} ({} failed)",
                claimed.tests, claimed.failed, found.tests, found.failed
            );
            self.report.add_error(SuiteErrorKind::Contradiction, "", &words);
        }
        self.report.claimed = Some(claimed);
        self.report
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    Passed,
    Failed,
    Skipped,
}

/// `✖ totals (1.47ms) # reason`.
struct Result<'a> {
    mark: Mark,
    /// Title and duration: what the list of failures repeats.
    key: &'a str,
    title: &'a str,
    duration: Option<&'a str>,
    directive: Option<&'a str>,
}

impl<'a> Result<'a> {
    fn read(content: &'a str) -> Option<Self> {
        let marks = [("✔ ", Mark::Passed), ("✖ ", Mark::Failed), ("﹣ ", Mark::Skipped), ("⚠ ", Mark::Skipped)];
        let (mark, rest) =
            marks.into_iter().find_map(|(word, mark)| content.strip_prefix(word).map(|rest| (mark, rest)))?;
        let (key, directive) = match rest.rfind("ms) # ").and_then(|at| rest.split_at_checked(at + "ms)".len())) {
            Some((key, directive)) => (key, Some(directive.trim_start_matches(" # "))),
            None => (rest, None),
        };
        let (title, duration) = without_duration(key);
        // A directive (`skip`, `todo`) means that the result does not count, whatever it is.
        let mark = if directive.is_some() { Mark::Skipped } else { mark };
        duration.is_some().then_some(Self { mark, key, title, duration, directive })
    }

    fn is_failed(&self) -> bool {
        self.mark == Mark::Failed
    }
}

/// Splits `title (1.3ms)`.
fn without_duration(text: &str) -> (&str, Option<&str>) {
    let parts = text.strip_suffix("ms)").and_then(|text| text.rsplit_once(" ("));
    match parts {
        Some((title, digits)) if digits.parse::<f64>().is_ok() => (title.trim(), Some(digits)),
        Some(_) | None => (text.trim(), None),
    }
}

/// Says whether a title is the path of a file, which stands for the whole file.
fn is_file(title: &str) -> bool {
    let ends = [".js", ".cjs", ".mjs", ".ts", ".cts", ".mts"];
    !title.contains(' ') && ends.iter().any(|end| title.ends_with(end))
}

/// Collects what is printed below failed tests: in the tree (older versions), and in the list of failures.
fn words_of_failures(tree: &[String], failing: &[String]) -> BTreeMap<String, Words> {
    let mut found: BTreeMap<String, Words> = BTreeMap::new();
    let mut file = None;
    let mut key: Option<(String, usize)> = None;
    let mut is_first_line = false;
    for line in tree.iter().chain(failing) {
        let content = line.trim();
        if let Some(place) = content.strip_prefix("test at ") {
            file = place.rsplitn(3, ':').nth(2).map(text::slashed);
            key = None;
        } else if let Some(result) = Result::read(content).filter(Result::is_failed) {
            let words = found.entry(result.key.to_owned()).or_default();
            words.file = file.take().or_else(|| words.file.take());
            // The list repeats the words of the tree.
            is_first_line = words.words.is_empty();
            key = Some((result.key.to_owned(), text::indent(line)));
        } else if let Some((name, indent)) = &key {
            if !content.is_empty() && text::indent(line) <= *indent {
                key = None;
            } else if is_first_line && let Some(words) = found.get_mut(name) {
                words.words.push_str(text::cut(content, MAX_WORDS_BYTES.saturating_sub(words.words.len())));
                words.words.push('\n');
            }
        }
    }
    found
}
