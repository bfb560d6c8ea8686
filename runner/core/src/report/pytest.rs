//! The text of pytest: result lines of `-v`, and the short summary of `-rA`.
//!
//! A test is called by its node id. Passing tests have no name without `-v` or `-rA`; such a text is
//! [`SuiteErrorKind::Contradiction`], because nothing in it could be protected. What a test printed
//! comes after its error, below `Captured stdout`, and is not read. A test that errs in its set-up or
//! tear-down is never an assertion.

use std::collections::BTreeMap;

use super::{FailureCause, Format, Outcome, SuiteErrorKind, TestCase, TestName, TestReport, Totals, classify, text};

/// Words of one failure that are kept.
const MAX_WORDS_BYTES: usize = 4 * 1024;

/// Reads what pytest prints.
pub(super) fn read(text: &str) -> TestReport {
    let mut state = State {
        report: TestReport::empty(Format::Pytest),
        area: Area::Results,
        sections: BTreeMap::new(),
        section: String::new(),
        results: BTreeMap::new(),
        summary: Vec::new(),
        unreadable: BTreeMap::new(),
        reruns: Vec::new(),
        claimed: None,
    };
    for line in text.lines() {
        state.line(&text::plain(line));
    }
    state.finish()
}

/// The part of the output that is being read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Area {
    Results,
    /// `ERRORS` and `FAILURES`: one section for each.
    Details,
    /// What a test printed; ends with the next section.
    Captured,
    Summary,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Status {
    Passed,
    Failed,
    Error,
    Skipped,
    ExpectedFailure,
    UnexpectedPass,
    Rerun,
}

struct State {
    report: TestReport,
    area: Area,
    /// By the title in `____ title ____`: the `E   ` lines of each section that bears it.
    sections: BTreeMap<String, Vec<String>>,
    section: String,
    /// The statuses of each test, as the result lines give them, with what is in parentheses.
    results: BTreeMap<String, Vec<(Status, String)>>,
    /// The lines of the short summary.
    summary: Vec<(Status, String)>,
    /// Files that could not be collected.
    unreadable: BTreeMap<String, String>,
    reruns: Vec<String>,
    claimed: Option<Totals>,
}

impl State {
    fn line(&mut self, line: &str) {
        let title = line.trim_matches(['=', ' ']);
        if let Some(claimed) = totals(title) {
            // The last one counts: those before it may have been printed by a test.
            self.claimed = Some(claimed);
            return;
        }
        if line.starts_with("===") && line.ends_with("===") {
            self.area = match title {
                "ERRORS" | "FAILURES" | "PASSES" | "XPASSES" | "XFAILURES" => Area::Details,
                "short test summary info" => Area::Summary,
                _ if self.area == Area::Captured => Area::Captured,
                _ => Area::Results,
            };
            return;
        }
        if line.starts_with("INTERNALERROR>") {
            self.report.add_error(SuiteErrorKind::Crash, "pytest", line);
        } else if let Some(words) = line.strip_prefix("ERROR: ").filter(|_| self.area == Area::Results) {
            self.report.add_error(SuiteErrorKind::Collection, "pytest", words);
        } else if line.starts_with("ImportError while loading conftest") {
            self.report.add_error(SuiteErrorKind::Collection, "conftest.py", line);
        }
        match self.area {
            Area::Results => self.result_line(line),
            Area::Details | Area::Captured => self.detail_line(line),
            Area::Summary => self.summary_line(line),
        }
    }

    fn result_line(&mut self, line: &str) {
        let line = line.trim_end();
        // With xdist: `[gw0] [  7%] PASSED tests/test_shop.py::test_adds`.
        if let Some((_, rest)) = line.strip_prefix("[gw").and_then(|rest| rest.split_once("] ")) {
            let rest = if rest.starts_with('[') { rest.split_once("] ").map_or(rest, |(_, rest)| rest) } else { rest };
            if let Some((status, name)) = leading_status(rest) {
                self.result(status, name.trim(), "");
            }
            return;
        }
        let line = without_progress(line);
        let statuses = STATUSES.iter().filter_map(|(word, status)| {
            let at = line.rfind(&format!(" {word}"))?;
            let (name, rest) = line.split_at_checked(at)?;
            let rest = rest.trim_start().strip_prefix(word)?.trim();
            let is_end = rest.is_empty() || (rest.starts_with('(') && rest.ends_with(')'));
            (is_end && name.contains("::")).then_some((at, *status, name, rest))
        });
        if let Some((_, status, name, rest)) = statuses.max_by_key(|(at, ..)| *at) {
            self.result(status, name.trim(), rest.trim_matches(['(', ')']));
        }
    }

    fn result(&mut self, status: Status, name: &str, words: &str) {
        if status == Status::Rerun {
            self.reruns.push(name.to_owned());
        } else {
            let results = self.results.entry(name.to_owned()).or_default();
            results.push((status, words.to_owned()));
        }
    }

    fn detail_line(&mut self, line: &str) {
        let is_section = line.starts_with("___") && line.ends_with("___") || line.starts_with("_ ERROR");
        if is_section {
            self.area = Area::Details;
            line.trim_matches(['_', ' ']).clone_into(&mut self.section);
            self.sections.entry(self.section.clone()).or_default().push(String::new());
        } else if line.starts_with("---") && line.contains(" Captured ") {
            self.area = Area::Captured;
        } else if self.area == Area::Details
            && let Some(words) = line.strip_prefix("E   ")
            && let Some(section) = self.sections.get_mut(&self.section).and_then(|sections| sections.last_mut())
        {
            let room = MAX_WORDS_BYTES.saturating_sub(section.len());
            section.push_str(text::cut(words, room));
            section.push('\n');
        }
    }

    fn summary_line(&mut self, line: &str) {
        let Some((status, rest)) = leading_status(line) else {
            return;
        };
        if status == Status::Error && !rest.contains("::") {
            let (file, words) = split_words(rest);
            self.unreadable.insert(file.to_owned(), words.to_owned());
        } else if rest.contains("::") {
            self.summary.push((status, rest.to_owned()));
        }
    }

    fn finish(mut self) -> TestReport {
        for (title, words) in &self.sections {
            if let Some(file) = title.strip_prefix("ERROR collecting ") {
                self.unreadable.insert(file.trim().to_owned(), words.concat());
            }
        }
        let is_verbose = !self.results.is_empty();
        self.add_results();
        self.add_summary(is_verbose);
        match self.claimed.take() {
            Some(claimed) => self.compare(claimed, is_verbose),
            None => {
                let words = "there is no last line with totals; the output may be cut off";
                self.report.add_error(SuiteErrorKind::Malformed, "pytest", words);
            }
        }
        for (file, words) in &self.unreadable {
            self.report.add_error(SuiteErrorKind::Collection, file, words);
        }
        for name in &self.reruns {
            if let Some(case) = self.report.cases.get_mut(&TestName::new(name))
                && case.outcome == Outcome::Passed
            {
                case.outcome = Outcome::failed(FailureCause::Flaky, "passed when repeated");
            }
        }
        self.report
    }

    fn add_results(&mut self) {
        for (name, results) in std::mem::take(&mut self.results) {
            for (status, words) in results {
                let outcome = self.outcome(status, &name, &words);
                self.add(&name, outcome, 1);
            }
        }
    }

    /// The summary repeats the results; it can only add names, or make them worse.
    fn add_summary(&mut self, is_verbose: bool) {
        for (status, rest) in std::mem::take(&mut self.summary) {
            let is_known = |name: &&str| self.report.cases.contains_key(&TestName::new(name));
            let ends = rest.match_indices(" - ").take(16).filter_map(|(at, _)| rest.get(..at));
            let known = ends.chain([rest.as_str()]).find(is_known);
            let (name, words) = match known {
                Some(name) => (name, rest.get(name.len()..).unwrap_or_default()),
                None => split_words(&rest),
            };
            let outcome = self.outcome(status, name, words.trim_start_matches(" - "));
            self.add(name, outcome, u32::from(!is_verbose || known.is_none()));
        }
    }

    fn add(&mut self, name: &str, outcome: Outcome, times: u32) {
        let mut case = TestCase::new(outcome);
        case.times_seen = times;
        case.file = name.split_once("::").map(|(file, _)| text::slashed(file));
        self.report.add(TestName::new(name), case);
    }

    fn outcome(&self, status: Status, name: &str, words: &str) -> Outcome {
        match status {
            Status::Passed | Status::UnexpectedPass | Status::Rerun => Outcome::Passed,
            Status::Skipped => Outcome::skipped(words),
            Status::ExpectedFailure => Outcome::skipped(&format!("expected to fail: {words}")),
            Status::Failed => self.failed(name, words, FailureCause::Assertion),
            Status::Error => self.failed(name, words, FailureCause::Error),
        }
    }

    /// Says why a test failed: by the worst of all sections that bear its title.
    fn failed(&self, name: &str, words: &str, otherwise: FailureCause) -> Outcome {
        let title = title_of(name);
        let titles = match otherwise {
            FailureCause::Error => vec![format!("ERROR at setup of {title}"), format!("ERROR at teardown of {title}")],
            _ => vec![title],
        };
        let sections = titles.iter().filter_map(|title| self.sections.get(title)).flatten();
        let outcomes = sections.map(|words| {
            let cause = classify("", words).unwrap_or(otherwise);
            Outcome::failed(in_phase(cause, otherwise), words)
        });
        outcomes.max_by_key(Outcome::badness).unwrap_or_else(|| {
            // The summary is cut to the width of the terminal, so its words may not be whole.
            let cause = classify("", words).unwrap_or(FailureCause::Unknown);
            Outcome::failed(in_phase(cause, otherwise), words)
        })
    }

    fn compare(&mut self, claimed: Totals, is_verbose: bool) {
        self.report.claimed = Some(claimed);
        let unreadable = u64::try_from(self.unreadable.len()).unwrap_or(u64::MAX);
        let mut claimed = claimed;
        claimed.tests = claimed.tests.saturating_sub(unreadable);
        claimed.failed = claimed.failed.saturating_sub(unreadable);
        let mut found = self.tests_with_errors_counted();
        if !is_verbose {
            // The summary gives skipped tests by their place, not by their name.
            claimed.tests = claimed.tests.saturating_sub(claimed.skipped);
            found.tests = found.tests.saturating_sub(found.skipped);
            (claimed.skipped, found.skipped) = (0, 0);
        }
        if claimed != found {
            let words = format!(
                "the runner claims {} tests ({} failed), its output names {} ({} failed); run it with -v or --junitxml",
                claimed.tests, claimed.failed, found.tests, found.failed
            );
            self.report.add_error(SuiteErrorKind::Contradiction, "pytest", &words);
        }
    }

    /// A test that passes and then errs in its tear-down is one of each in pytest's totals.
    fn tests_with_errors_counted(&self) -> Totals {
        let mut found = self.report.found();
        let extra = self.report.cases.values().filter(|case| case.outcome.is_failed());
        found.failed -= extra.map(|case| u64::from(case.times_seen.saturating_sub(1))).sum::<u64>();
        found
    }
}

fn in_phase(cause: FailureCause, otherwise: FailureCause) -> FailureCause {
    if otherwise == FailureCause::Error && cause.is_by_itself() { FailureCause::Error } else { cause }
}

/// Longer words first, so that `XPASS` is not read as the end of another.
const STATUSES: [(&str, Status); 7] = [
    ("PASSED", Status::Passed),
    ("FAILED", Status::Failed),
    ("ERROR", Status::Error),
    ("SKIPPED", Status::Skipped),
    ("XFAIL", Status::ExpectedFailure),
    ("XPASS", Status::UnexpectedPass),
    ("RERUN", Status::Rerun),
];

fn leading_status(line: &str) -> Option<(Status, &str)> {
    let (word, rest) = line.split_once(' ')?;
    let (_, status) = STATUSES.iter().find(|(known, _)| *known == word)?;
    Some((*status, rest))
}

/// Removes `[ 35%]` or `[3/14]` from the end.
fn without_progress(line: &str) -> &str {
    match line.rsplit_once('[') {
        Some((start, end)) if end.ends_with("%]") || end.contains('/') && end.ends_with(']') => start.trim_end(),
        Some(_) | None => line,
    }
}

/// Splits `id - words` at the first ` - ` that is not inside the brackets of the id.
fn split_words(text: &str) -> (&str, &str) {
    let is_outside = |start: &str| start.matches('[').count() == start.matches(']').count();
    let mut ends = text.match_indices(" - ").take(16);
    ends.find_map(|(at, _)| text.get(..at).filter(|start| is_outside(start)))
        .map_or((text, ""), |start| (start, text.get(start.len() + 3..).unwrap_or_default()))
}

/// Returns the title that the section of a test has: `TestCart.test_empty[a::b]`.
fn title_of(name: &str) -> String {
    let (_, name) = name.split_once("::").unwrap_or(("", name));
    let (start, parameters) = name.split_at_checked(name.find('[').unwrap_or(name.len())).unwrap_or((name, ""));
    format!("{}{parameters}", start.replace("::", "."))
}

/// Reads `7 failed, 3 passed, 1 skipped, 1 xfailed, 1 xpassed, 1 error in 0.04s`.
fn totals(title: &str) -> Option<Totals> {
    if title.starts_with("no tests ran in ") {
        return Some(Totals::default());
    }
    let (counts, time) = title.rsplit_once(" in ")?;
    if !time.split(' ').next()?.ends_with('s') {
        return None;
    }
    let mut totals = Totals::default();
    for part in counts.split(", ") {
        let (number, word) = text::leading_number(part)?;
        match word.trim() {
            "passed" | "xpassed" => totals.tests += number,
            "failed" | "error" | "errors" => {
                totals.tests += number;
                totals.failed += number;
            }
            "skipped" | "xfailed" => {
                totals.tests += number;
                totals.skipped += number;
            }
            _ => {}
        }
    }
    Some(totals)
}
