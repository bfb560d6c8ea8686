//! Which runner wrote a text, and reading it.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::{SuiteErrorKind, TestReport, cargo, go, javascript, junit, nextest, node, pytest, tap, text};

/// What a report is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// `JUnit` XML, of any tool.
    Junit,
    /// The Test Anything Protocol.
    Tap,
    /// `go test -json`.
    GoTestJson,
    /// The text of `cargo test`.
    CargoTest,
    /// The text of `cargo nextest run`.
    Nextest,
    /// The text of pytest, with `-v` or `-rA`.
    Pytest,
    /// The `spec` reporter of `node --test`.
    NodeSpec,
    /// The text of Jest or Vitest with the verbose reporter, or of Mocha.
    JavaScript,
}

/// Lines that are searched for the first telling one; a build can say a lot before the tests begin.
const LINES_SEARCHED: usize = 20_000;

/// Returns the format of `bytes`, judged by the first line that only one runner writes.
///
/// The first, because all lines after it may come from the code under test.
pub fn detect(bytes: &[u8]) -> Option<Format> {
    detect_text(&decode(bytes))
}

/// Reads `bytes` in the format that they seem to have; `None` where that is none we know.
pub fn read(bytes: &[u8]) -> Option<TestReport> {
    let text = decode(bytes);
    detect_text(&text).map(|format| read_text(format, &text))
}

/// Reads `bytes` in a known format. What does not fit it is an error in the report.
pub fn read_as(format: Format, bytes: &[u8]) -> TestReport {
    read_text(format, &decode(bytes))
}

fn read_text(format: Format, text: &str) -> TestReport {
    let mut report = match format {
        Format::Junit => junit::read(text),
        Format::Tap => tap::read(text),
        Format::GoTestJson => go::read(text),
        Format::CargoTest => cargo::read(text),
        Format::Nextest => nextest::read(text),
        Format::Pytest => pytest::read(text),
        Format::NodeSpec => node::read(text),
        Format::JavaScript => javascript::read(text),
    };
    if report.cases.is_empty() && report.errors.is_empty() && detect_text(text) != Some(format) {
        report.add_error(SuiteErrorKind::Malformed, "", "this is not the output of the runner it should be from");
    }
    report
}

/// Reads text in UTF-8 or UTF-16, without a byte-order mark; what is neither becomes `U+FFFD`.
fn decode(bytes: &[u8]) -> Cow<'_, str> {
    let units = |bytes: &[u8], read: fn([u8; 2]) -> u16| {
        let (pairs, _) = bytes.as_chunks::<2>();
        let units: Vec<u16> = pairs.iter().map(|pair| read(*pair)).collect();
        String::from_utf16_lossy(&units)
    };
    match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest),
        [0xff, 0xfe, rest @ ..] => Cow::Owned(units(rest, u16::from_le_bytes)),
        [0xfe, 0xff, rest @ ..] => Cow::Owned(units(rest, u16::from_be_bytes)),
        _ => String::from_utf8_lossy(bytes),
    }
}

fn detect_text(text: &str) -> Option<Format> {
    if text.trim_start().starts_with('<') && text.contains("<testsuite") {
        return Some(Format::Junit);
    }
    text.lines().take(LINES_SEARCHED).find_map(|line| telling(&text::plain(line)))
}

/// Returns the format that only `line` can come from.
fn telling(line: &str) -> Option<Format> {
    let starts = |words: &[&str]| words.iter().any(|word| line.starts_with(word));
    let content = line.trim();
    if line.starts_with("{\"") && line.contains("\"Action\":\"") {
        Some(Format::GoTestJson)
    } else if starts(&["<testsuite"]) {
        Some(Format::Junit)
    } else if starts(&["TAP version ", "1..", "ok 1", "not ok 1"]) {
        Some(Format::Tap)
    } else if content.starts_with("Nextest run ID") || (starts(&["    Starting "]) && line.contains(" across ")) {
        Some(Format::Nextest)
    } else if starts(&["     Running ", "   Doc-tests ", "error: could not compile `"]) || is_libtest_start(line) {
        Some(Format::CargoTest)
    } else if is_pytest(content) {
        Some(Format::Pytest)
    } else if is_node(content) {
        Some(Format::NodeSpec)
    } else if javascript::is_telling(line) {
        Some(Format::JavaScript)
    } else {
        None
    }
}

fn is_libtest_start(line: &str) -> bool {
    let count = line.strip_prefix("running ").and_then(text::leading_number);
    count.is_some_and(|(_, rest)| matches!(rest, " test" | " tests"))
}

fn is_pytest(line: &str) -> bool {
    let title = line.trim_matches(['=', ' ']);
    let is_ruled = line.starts_with("===") && line.ends_with("===");
    (is_ruled && matches!(title, "test session starts" | "short test summary info" | "ERRORS" | "FAILURES"))
        || line.starts_with("no tests ran in ")
}

/// `✔ adds (1.3ms)`, `▶ cart`, `ℹ tests 3`.
fn is_node(line: &str) -> bool {
    line.starts_with("▶ ")
        || line.starts_with("ℹ tests ")
        || (line.starts_with(['✔', '✖', '﹣']) && line.ends_with(')') && line.contains("ms)") && line.contains('.'))
}
