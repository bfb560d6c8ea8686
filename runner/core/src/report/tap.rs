//! TAP 12, 13 and 14: `ok 1 - title`, with directives, subtests, diagnostics in YAML, and a plan.
//!
//! A `not ok` is an assertion of its own (that is what a test point is) unless its diagnostics say
//! otherwise. `TODO` and `SKIP` are both skips: neither result counts. A subtest in four spaces is called
//! after its parent; the parent itself is only a test where it failed for a reason of its own. A missing or
//! different plan is [`SuiteErrorKind::Malformed`], a `Bail out!` is [`SuiteErrorKind::Crash`].

use super::{FailureCause, Format, Outcome, SuiteErrorKind, TestCase, TestName, TestReport, classify, text};

/// Subtests deeper than this keep the name of the deepest level that is counted.
const MAX_DEPTH: usize = 32;

/// Reads TAP.
pub(super) fn read(text: &str) -> TestReport {
    let mut state = State::new();
    for line in text.lines() {
        state.line(&text::plain(line));
    }
    state.finish()
}

/// A test point whose diagnostics may follow.
struct Point {
    title: String,
    is_ok: bool,
    number: Option<u64>,
    /// The words after `#`, if they are a directive.
    skip: Option<String>,
    /// Whether one of its subtests failed, if it has any.
    subtests: Option<bool>,
    diagnostics: Diagnostics,
}

/// One level of subtests: what was seen at it since it began.
#[derive(Default)]
struct Level {
    /// From `# Subtest:`; the names of tests inside start with it.
    title: String,
    seen: u64,
    has_failed: bool,
    plan: Option<u64>,
    is_skipped: bool,
}

struct State {
    report: TestReport,
    levels: Vec<Level>,
    /// The last test point, and its level.
    point: Option<(usize, Point)>,
    announced: Option<String>,
    /// Whether one of the subtests failed whose parent comes next.
    subtests: Option<bool>,
    is_over: bool,
}

impl State {
    fn new() -> Self {
        Self {
            report: TestReport::empty(Format::Tap),
            levels: vec![Level::default()],
            point: None,
            announced: None,
            subtests: None,
            is_over: false,
        }
    }

    fn line(&mut self, line: &str) {
        if self.is_over || self.continues_diagnostics(line) {
            return;
        }
        let depth = (text::indent(line) / 4).min(MAX_DEPTH);
        let content = line.trim();
        if let Some(reason) = content.strip_prefix("Bail out!") {
            self.settle();
            self.report.add_error(SuiteErrorKind::Crash, "", &format!("bail out: {}", reason.trim()));
            self.is_over = true;
        } else if let Some(title) = content.strip_prefix("# Subtest:").or_else(|| content.strip_prefix("# Subtest ")) {
            self.settle();
            self.announce(depth, title.trim());
        } else if let Some(mut point) = Point::read(content) {
            self.settle();
            self.enter(depth);
            point.subtests = self.subtests.take();
            self.point = Some((depth, point));
        } else if depth == 0 && content.starts_with("TAP version") {
            self.settle();
            self.leave_all();
            self.levels = vec![Level::default()];
        } else if let Some(plan) = Plan::read(content) {
            self.settle();
            self.enter(depth);
            self.subtests = None;
            if let Some(level) = self.levels.last_mut() {
                level.plan = Some(plan.count);
                level.is_skipped = plan.is_skip;
            }
        }
    }

    /// Takes note of `# Subtest: title`, which stands before the subtests: inside them (TAP 14), or outside
    /// and also before a test without any (node).
    fn announce(&mut self, depth: usize, title: &str) {
        let is_inside = self.announced.is_none() && depth >= self.levels.len();
        if is_inside {
            self.announced = Some(title.to_owned());
            self.enter(depth);
        } else {
            self.enter(depth);
            self.announced = Some(title.to_owned());
        }
    }

    /// Goes to the level of a line.
    fn enter(&mut self, depth: usize) {
        while self.levels.len() <= depth {
            let title = self.announced.take().unwrap_or_default();
            self.levels.push(Level { title, ..Level::default() });
        }
        while self.levels.len() > depth + 1 {
            self.leave();
        }
        self.announced = None;
    }

    fn leave(&mut self) {
        let Some(level) = self.levels.pop() else { return };
        self.check_plan(&level);
        if level.seen > 0 {
            self.subtests = Some(level.has_failed || self.subtests.unwrap_or(false));
        }
    }

    fn leave_all(&mut self) {
        while self.levels.len() > 1 {
            self.leave();
        }
        // The first `TAP version` stands before everything.
        let outermost = self.levels.pop().unwrap_or_default();
        if outermost.seen > 0 || outermost.plan.is_some() {
            self.check_plan(&outermost);
        }
    }

    fn check_plan(&mut self, level: &Level) {
        let words = match level.plan {
            Some(plan) if plan == level.seen => return,
            Some(plan) => format!("the plan is {plan} tests, {} were seen", level.seen),
            None => format!("there is no plan for the {} tests seen; the output may be cut off", level.seen),
        };
        if level.is_skipped && level.seen == 0 {
            return;
        }
        self.report.add_error(SuiteErrorKind::Malformed, &level.title, &words);
    }

    /// Records the last test point, now that all its diagnostics are read.
    fn settle(&mut self) {
        let Some((_, point)) = self.point.take() else { return };
        let Some(level) = self.levels.last_mut() else { return };
        level.seen += 1;
        level.has_failed |= !point.is_ok && point.skip.is_none();
        if point.number.is_some_and(|number| number != level.seen) {
            let words = format!("the test at place {} calls itself number {}", level.seen, point.number.unwrap_or(0));
            self.report.add_error(SuiteErrorKind::Malformed, &point.title, &words);
        }
        let diagnostics = &point.diagnostics;
        if point.subtests.is_some_and(|has_failed| point.is_ok || has_failed) {
            return;
        }
        if !point.is_ok && diagnostics.is_whole_file() {
            let message = diagnostics.message();
            return self.report.add_error(SuiteErrorKind::Collection, &point.title, &message);
        }
        let outcome = match (&point.skip, point.is_ok) {
            (Some(reason), _) => Outcome::skipped(reason),
            (None, true) => Outcome::Passed,
            (None, false) => Outcome::failed(diagnostics.cause(), &diagnostics.message()),
        };
        let mut case = TestCase::new(outcome);
        case.file = diagnostics.file();
        case.duration_ms = diagnostics.value("duration_ms").and_then(text::milliseconds_of_milliseconds);
        let path = self.levels.iter().map(|level| level.title.as_str());
        let name = TestName::of_path(path.chain([point.title.as_str()]));
        self.report.add(name, case);
    }

    /// Says whether the line belongs to the diagnostics of the last test point.
    fn continues_diagnostics(&mut self, line: &str) -> bool {
        let Some((depth, point)) = &mut self.point else {
            return false;
        };
        let diagnostics = &mut point.diagnostics;
        let margin = *depth * 4;
        if diagnostics.is_open {
            diagnostics.yaml_line(line, margin);
            return true;
        }
        let content = line.trim();
        if content == "---" && text::indent(line) > margin {
            diagnostics.is_open = true;
            return true;
        }
        // `#   Failed test` and `#     got: 1` (Perl, bats) follow the test point, at its own level.
        if content.starts_with('#') && !content.starts_with("# Subtest") && text::indent(line) == margin {
            diagnostics.comment(content.trim_start_matches('#').trim());
            return true;
        }
        false
    }

    fn finish(mut self) -> TestReport {
        self.settle();
        if !self.is_over {
            self.leave_all();
        }
        self.report
    }
}

/// `1..4`, `1..0 # SKIP no database`.
struct Plan {
    count: u64,
    is_skip: bool,
}

impl Plan {
    fn read(line: &str) -> Option<Self> {
        let (count, rest) = text::leading_number(line.strip_prefix("1..")?)?;
        let rest = rest.trim_start();
        (rest.is_empty() || rest.starts_with('#')).then_some(Self { count, is_skip: count == 0 })
    }
}

impl Point {
    fn read(line: &str) -> Option<Self> {
        let (is_ok, rest) = match line.strip_prefix("not ok") {
            Some(rest) => (false, rest),
            None => (true, line.strip_prefix("ok")?),
        };
        // `okay` and `ok: all good` are words, not results.
        if !(rest.is_empty() || rest.starts_with(' ')) {
            return None;
        }
        let rest = rest.trim_start();
        let (number, rest) = text::leading_number(rest).map_or((None, rest), |(number, rest)| (Some(number), rest));
        let rest = rest.trim_start();
        let rest = rest.strip_prefix("- ").unwrap_or(rest).trim_end_matches('{').trim();
        let (title, skip) = split_directive(rest);
        let title = title.replace("\\#", "#").replace("\\\\", "\\");
        let number_as_title = || number.map(|number| format!("test {number}"));
        let title = Some(title).filter(|title| !title.is_empty()).or_else(number_as_title);
        Some(Self {
            title: title.unwrap_or_default(),
            is_ok,
            number,
            skip,
            subtests: None,
            diagnostics: Diagnostics::default(),
        })
    }
}

/// Splits off the reason of a SKIP or `TODO` directive; a `\#` is part of the title.
fn split_directive(text: &str) -> (&str, Option<String>) {
    let is_directive = |(at, _): &(usize, &str)| {
        let is_escaped = text.get(..*at).is_some_and(|before| before.ends_with('\\'));
        let words = text.get(at + 1..).unwrap_or_default().trim_start();
        let word = words.get(..4).unwrap_or_default();
        !is_escaped && (word.eq_ignore_ascii_case("skip") || word.eq_ignore_ascii_case("todo"))
    };
    match text.match_indices('#').find(is_directive) {
        Some((at, _)) => {
            let (title, reason) = text.split_at_checked(at).unwrap_or((text, ""));
            let words = reason.trim_start_matches('#').trim_start().get(4..).unwrap_or_default();
            (title.trim(), Some(words.trim().to_owned()))
        }
        None => (text, None),
    }
}

/// More lines than any diagnostics need for telling a cause.
const MAX_DIAGNOSTIC_LINES: usize = 100;

/// What the YAML block and the comments after a test point say.
#[derive(Default)]
struct Diagnostics {
    is_open: bool,
    /// Top-level keys with their values; lines of a block value are joined.
    values: Vec<(String, String)>,
    comments: Vec<String>,
}

impl Diagnostics {
    fn yaml_line(&mut self, line: &str, margin: usize) {
        let content = line.trim();
        if content == "..." && text::indent(line) <= margin + 3 {
            self.is_open = false;
        } else if self.values.len() < MAX_DIAGNOSTIC_LINES {
            let is_top = text::indent(line) <= margin + 3;
            match content.split_once(':') {
                Some((key, value)) if is_top => self.values.push((key.to_owned(), value.trim().to_owned())),
                Some(_) | None => {
                    if let Some((_, value)) = self.values.last_mut().filter(|(_, value)| value.len() < 4000) {
                        value.push('\n');
                        value.push_str(content);
                    }
                }
            }
        }
    }

    fn comment(&mut self, comment: &str) {
        if self.comments.len() < MAX_DIAGNOSTIC_LINES {
            self.comments.push(comment.to_owned());
        }
    }

    fn value(&self, key: &str) -> Option<&str> {
        let (_, value) = self.values.iter().find(|(known, _)| known == key)?;
        let value = value.trim_start_matches(['|', '>', '-']).trim();
        let unquoted = value.strip_prefix(['\'', '"']).and_then(|value| value.strip_suffix(['\'', '"']));
        Some(unquoted.unwrap_or(value))
    }

    fn message(&self) -> String {
        match self.value("error").or_else(|| self.value("message")) {
            Some(error) => self.value("name").map_or_else(|| error.to_owned(), |name| format!("{name}: {error}")),
            None => self.comments.join("\n"),
        }
    }

    fn cause(&self) -> FailureCause {
        match self.value("failureType") {
            Some("testTimeoutFailure") => return FailureCause::Timeout,
            Some("hookFailed" | "cancelledByParent" | "testAborted") => return FailureCause::Error,
            Some(_) | None => {}
        }
        if self.value("code") == Some("ERR_ASSERTION") || self.value("operator").is_some() {
            return FailureCause::Assertion;
        }
        let is_exception = self.value("stack").is_some() || self.value("name").is_some();
        let otherwise = if is_exception { FailureCause::Error } else { FailureCause::Assertion };
        classify(self.value("name").unwrap_or_default(), &self.message()).unwrap_or(otherwise)
    }

    /// Says whether node speaks of a whole file that could not be run, rather than of a test in it.
    fn is_whole_file(&self) -> bool {
        self.value("exitCode").is_some() && self.value("failureType") == Some("testCodeFailure")
    }

    /// Returns the file of `location: 'test/cart.test.js:3:1'`.
    fn file(&self) -> Option<String> {
        let place = self.value("location").or_else(|| self.value("at"))?;
        let mut parts = place.rsplitn(3, ':');
        let (_column, _line, file) = (parts.next()?, parts.next()?, parts.next()?);
        Some(text::slashed(file))
    }
}
