//! `JUnit` XML as Maven, Gradle, pytest, jest-junit, vitest, gotestsum, nextest, node and others write it.
//!
//! There is no standard, so everything is optional here: a bare `<testsuite>` root, missing names and
//! totals, nested suites, namespaces, several documents one after the other. A document type is
//! skipped and no entity of its own is ever expanded. A broken document keeps the tests read so far
//! and is [`SuiteErrorKind::Malformed`].
//!
//! A test is called `class::name`, or after its suites where the class says nothing.

use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::{FailureCause, Format, Outcome, SuiteErrorKind, TestCase, TestName, TestReport, Totals, classify, text};

/// Suites deeper than this add nothing to a name; it keeps reading linear.
const MAX_SUITE_NAMES: usize = 16;
/// Text of one failure that is kept for telling its cause.
const MAX_TEXT_BYTES: usize = 16 * 1024;

/// Reads `JUnit` XML.
pub(super) fn read(text: &str) -> TestReport {
    let mut state =
        State { report: TestReport::empty(Format::Junit), suites: Vec::new(), open_case: None, detail: None };
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    config.expand_empty_elements = true;
    config.allow_dangling_amp = true;
    loop {
        match reader.read_event() {
            Ok(Event::Start(element)) => state.open(&element),
            Ok(Event::End(element)) => state.close(element.local_name().as_ref()),
            Ok(Event::Text(words)) => state.push(&words),
            Ok(Event::CData(words)) => state.push(&words),
            Ok(Event::GeneralRef(reference)) => state.push_reference(&reference),
            Ok(Event::Eof) => break,
            Ok(Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_)) => {}
            Err(error) => {
                let place = format!("byte {}", reader.error_position());
                state.report.add_error(SuiteErrorKind::Malformed, &place, &error.to_string());
                break;
            }
        }
    }
    state.finish()
}

/// An element that holds tests: `testsuites`, `testsuite`.
#[derive(Default)]
struct Suite {
    name: String,
    file: Option<String>,
    claimed: Option<Totals>,
    claimed_inside: Option<Totals>,
    failed_inside: u64,
}

/// A `testcase` that is not closed yet.
struct Case {
    class: String,
    name: String,
    result: TestCase,
}

/// The kinds of elements inside a `testcase` that say how it ended.
#[derive(Clone, Copy)]
enum DetailKind {
    Failure,
    Error,
    Flaky,
    Skipped,
}

/// A `failure`, `error` or `skipped` that is not closed yet.
struct Detail {
    kind: DetailKind,
    exception: String,
    message: String,
    text: String,
}

struct State {
    report: TestReport,
    suites: Vec<Suite>,
    open_case: Option<Case>,
    detail: Option<Detail>,
}

impl State {
    fn open(&mut self, element: &BytesStart<'_>) {
        let detail_kind = match element.local_name().as_ref() {
            "testsuites" | "testsuite" => return self.suites.push(Suite::open(element)),
            "testcase" => return self.open_case(element),
            "failure" => DetailKind::Failure,
            "error" => DetailKind::Error,
            "flakyFailure" | "flakyError" => DetailKind::Flaky,
            "skipped" | "disabled" => DetailKind::Skipped,
            _ => return,
        };
        let message = attribute(element, "message").unwrap_or_default();
        if self.open_case.is_none() {
            // An error directly in a suite: nothing in it can be named.
            if matches!(detail_kind, DetailKind::Failure | DetailKind::Error) {
                let place = self.suites.last().map(|suite| suite.name.clone()).unwrap_or_default();
                self.report.add_error(SuiteErrorKind::Crash, &place, &message);
            }
        } else if self.detail.is_none() {
            self.detail = Some(Detail {
                kind: detail_kind,
                exception: attribute(element, "type").unwrap_or_default(),
                message,
                text: String::new(),
            });
        }
    }

    fn open_case(&mut self, element: &BytesStart<'_>) {
        self.close_case();
        let is_not_run = ["status", "result"].into_iter().any(|key| {
            attribute(element, key)
                .is_some_and(|value| matches!(value.as_str(), "disabled" | "notrun" | "skipped" | "suppressed"))
        });
        let outcome = if is_not_run { Outcome::skipped("not run") } else { Outcome::Passed };
        let mut case = TestCase::new(outcome);
        let of_suite = || self.suites.iter().rev().find_map(|suite| suite.file.clone());
        case.file = attribute(element, "file").or_else(of_suite).map(|file| text::slashed(&file));
        case.duration_ms = attribute(element, "time").and_then(|time| text::milliseconds_of_seconds(&time));
        self.open_case = Some(Case {
            class: attribute(element, "classname").unwrap_or_default().trim().to_owned(),
            name: attribute(element, "name").unwrap_or_default().trim().to_owned(),
            result: case,
        });
    }

    fn close(&mut self, element: &str) {
        match element {
            "testcase" => self.close_case(),
            "testsuites" | "testsuite" => {
                self.close_case();
                self.close_suite();
            }
            "failure" | "error" | "flakyFailure" | "flakyError" | "skipped" | "disabled" => self.close_detail(),
            _ => {}
        }
    }

    fn push(&mut self, words: &str) {
        if let Some(detail) = &mut self.detail {
            let room = MAX_TEXT_BYTES.saturating_sub(detail.text.len());
            detail.text.push_str(text::cut(words, room));
        }
    }

    /// Keeps the five entities of XML and numbers; any other stays as it is written.
    fn push_reference(&mut self, reference: &BytesRef<'_>) {
        let raw = format!("&{};", &**reference);
        let words = unescape(&raw).map_or_else(|_| raw.clone(), std::borrow::Cow::into_owned);
        self.push(&words);
    }

    fn close_detail(&mut self) {
        let (Some(detail), Some(case)) = (self.detail.take(), &mut self.open_case) else {
            return;
        };
        let outcome = detail.outcome();
        if outcome.badness() > case.result.outcome.badness() {
            case.result.outcome = outcome;
        }
    }

    fn close_case(&mut self) {
        self.close_detail();
        let Some(Case { class, name, result: mut case }) = self.open_case.take() else {
            return;
        };
        if let Outcome::Failed(failure) = &case.outcome {
            if let Some(suite) = self.suites.last_mut() {
                suite.failed_inside += 1;
            }
            if is_collection_failure(&class, &name, &failure.message) {
                let place = if name.is_empty() { &class } else { &name };
                let message = failure.message.clone();
                return self.report.add_error(SuiteErrorKind::Collection, place, &message);
            }
        }
        if case.file.is_none() && is_source_file(&class) {
            case.file = Some(text::slashed(&class));
        }
        let name = self.name_of(&class, &name);
        self.report.add(name, case);
    }

    fn name_of(&self, class: &str, name: &str) -> TestName {
        // `test` is what node writes for every class.
        if class.is_empty() || class == "test" {
            let suites = self.suites.iter().map(|suite| suite.name.as_str());
            let suites = suites.filter(|suite| !suite.is_empty()).take(MAX_SUITE_NAMES);
            return TestName::of_path(suites.chain([name]));
        }
        if name.is_empty() || name == class {
            return TestName::new(class);
        }
        TestName::new(&format!("{class}::{name}"))
    }

    fn close_suite(&mut self) {
        let Some(suite) = self.suites.pop() else { return };
        let claimed = suite.claimed.or(suite.claimed_inside);
        if suite.claimed.is_some_and(|claimed| claimed.failed > suite.failed_inside) {
            let words = "the suite claims more failures than it has tests that failed";
            self.report.add_error(SuiteErrorKind::Contradiction, &suite.name, words);
        }
        match (self.suites.last_mut(), claimed) {
            (Some(parent), claimed) => {
                parent.failed_inside += suite.failed_inside;
                if let Some(claimed) = claimed {
                    parent.claimed_inside = Some(parent.claimed_inside.unwrap_or_default().plus(claimed));
                }
            }
            (None, Some(claimed)) => self.report.claim(claimed),
            (None, None) => {}
        }
    }

    fn finish(mut self) -> TestReport {
        let is_cut_off = !self.suites.is_empty() || self.open_case.is_some();
        self.close_case();
        if is_cut_off {
            self.report.add_error(SuiteErrorKind::Malformed, "", "the document ends before its last suite does");
        }
        self.report
    }
}

impl Suite {
    fn open(element: &BytesStart<'_>) -> Self {
        let number = |key| attribute(element, key).and_then(|value| value.trim().parse::<u64>().ok());
        let claimed = number("tests").map(|tests| Totals {
            tests,
            failed: number("failures").unwrap_or(0).saturating_add(number("errors").unwrap_or(0)),
            skipped: number("skipped").or_else(|| number("disabled")).unwrap_or(0),
        });
        Self {
            name: attribute(element, "name").unwrap_or_default(),
            file: attribute(element, "file").or_else(|| attribute(element, "filepath")),
            claimed,
            ..Self::default()
        }
    }
}

impl Detail {
    fn outcome(self) -> Outcome {
        let (message, text) = (self.message.trim(), self.text.trim());
        // `message` is often the start of the text.
        let words = if message.is_empty() || text.starts_with(message) {
            text.to_owned()
        } else {
            format!("{message}\n{text}")
        };
        let cause = match self.kind {
            DetailKind::Skipped => {
                return Outcome::skipped(if message.is_empty() { text } else { message });
            }
            DetailKind::Flaky => FailureCause::Flaky,
            DetailKind::Failure => self.cause(message, text).unwrap_or(FailureCause::Assertion),
            DetailKind::Error => self.cause(message, text).unwrap_or(FailureCause::Error),
        };
        Outcome::failed(cause, &words)
    }

    /// The attributes are what the runner understood; the text may begin with source or output.
    fn cause(&self, message: &str, text: &str) -> Option<FailureCause> {
        classify(&self.exception, message).or_else(|| classify("", &raised_lines(text)))
    }
}

/// Returns only the `E   ` lines where there are any: pytest puts the source of the test before them.
fn raised_lines(text: &str) -> String {
    let lines: Vec<_> = text.lines().filter(|line| line.starts_with("E   ")).collect();
    if lines.is_empty() { text.to_owned() } else { lines.join("\n") }
}

/// Says whether a "test" that failed is a whole file or package that could not be loaded.
fn is_collection_failure(class: &str, name: &str, message: &str) -> bool {
    let is_nameless = class.is_empty() || class == "test" || class == name;
    let head = message.lines().next().unwrap_or_default();
    head.starts_with("collection failure")
        || class == "Test suite failed to run"
        || message.contains("Test suite failed to run")
        || message.contains("[build failed]")
        || message.contains("[setup failed]")
        || (is_nameless && is_source_file(name))
}

/// Says whether `text` is the path of a source file rather than the title of a test.
fn is_source_file(text: &str) -> bool {
    const ENDS: [&str; 9] = [".bats", ".cjs", ".js", ".jsx", ".mjs", ".mts", ".py", ".ts", ".tsx"];
    !text.contains(' ') && ENDS.iter().any(|end| text.ends_with(end))
}

fn attribute(element: &BytesStart<'_>, key: &str) -> Option<String> {
    let mut attributes = element.attributes();
    let found = attributes.with_checks(false).flatten().find(|attribute| attribute.key.local_name().as_ref() == key)?;
    Some(unescape(&found.value).map_or_else(|_| found.value.to_string(), std::borrow::Cow::into_owned))
}
