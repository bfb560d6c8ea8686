//! Why a test failed: by itself, or because something around it is missing or broken.
//!
//! The distinction carries the red proof (RULES R5): a test that fails by its own assertion, or by a stub
//! that panics, has been understood by the compiler and run. Everything else may turn green by accident.

use serde::{Deserialize, Serialize};

use super::text;

/// Why a test failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureCause {
    /// The test itself objected.
    Assertion,
    /// The code under test says that it is not written yet.
    Stub,
    /// A name, import or file does not exist, or the source is not valid.
    MissingSymbol,
    /// Something else went wrong: another exception, a broken set-up.
    Error,
    /// The test took too long.
    Timeout,
    /// The runner repeated the test by itself, and it passed and failed by turns.
    Flaky,
    /// The runner does not say why.
    Unknown,
}

impl FailureCause {
    /// Says whether the test failed by itself, which is what makes it red.
    pub fn is_by_itself(self) -> bool {
        match self {
            Self::Assertion | Self::Stub => true,
            Self::MissingSymbol | Self::Error | Self::Timeout | Self::Flaky | Self::Unknown => false,
        }
    }

    /// Returns the cause as half a sentence.
    pub fn words(self) -> &'static str {
        match self {
            Self::Assertion => "failed by assertion",
            Self::Stub => "failed by a stub that panics",
            Self::MissingSymbol => "failed because a name or import is missing",
            Self::Error => "failed by an error that is neither an assertion nor a stub",
            Self::Timeout => "took too long",
            Self::Flaky => "passed and failed by turns",
            Self::Unknown => "failed, and the runner does not say why",
        }
    }
}

/// The reason is near the top; what follows is a backtrace.
const LINES_READ: usize = 60;
/// The reason is at the start of its line; what follows may be a whole document.
const MAX_LINE_BYTES: usize = 500;

/// Returns why a test failed, from the type of the exception (where the runner names it apart) and the
/// text of the failure; `None` if nothing in it is telling.
///
/// The first telling line decides, and in it the type of the exception before its words: an
/// assertion *about* the text "x is not defined" is still an assertion.
pub fn classify(exception: &str, text: &str) -> Option<FailureCause> {
    let lines = || text.lines().map(without_margin).filter(|line| !line.is_empty());
    let head = lines().next().unwrap_or_default();
    if is_timeout(exception) || is_timeout(head) {
        return Some(FailureCause::Timeout);
    }
    if text.contains("panicked at ") {
        let cause = panic_cause(text);
        if cause != FailureCause::Unknown {
            return Some(cause);
        }
    }
    by_exception(exception.trim(), head).or_else(|| lines().take(LINES_READ).find_map(by_line))
}

/// Removes what runners put before the words of a failure: `E   ` (pytest), `#`, `[`, `Caused by:`.
fn without_margin(line: &str) -> &str {
    let line = line.strip_prefix("E   ").unwrap_or(line).trim();
    let line = line.trim_start_matches(['#', '[', '\'', '"', '→', ' ']);
    ["cause: ", "Caused by: ", "Uncaught ", "error: "]
        .into_iter()
        .find_map(|margin| line.strip_prefix(margin))
        .unwrap_or(line)
}

fn by_line(line: &str) -> Option<FailureCause> {
    if let Some(panic) = line.strip_prefix("panic: ") {
        return Some(by_line(panic).unwrap_or(FailureCause::Error));
    }
    if is_timeout(line) {
        return Some(FailureCause::Timeout);
    }
    // `AssertionError: 1 != 2`, `ReferenceError [Error]: x is not defined`, `Minitest::Assertion: x`.
    let line = &text::cut(line, MAX_LINE_BYTES).replace("::", ".");
    let end = line
        .find(|character: char| !(character.is_alphanumeric() || "_.$\\".contains(character)))
        .unwrap_or(line.len());
    let (word, rest) = line.split_at_checked(end)?;
    let rest = rest.trim_start();
    let is_exception = rest.is_empty() || rest.starts_with(':') || rest.starts_with('[') || rest.starts_with('(');
    let by_word = if is_exception { by_exception(word, rest) } else { None };
    by_word.or_else(|| by_words(line))
}

fn by_exception(exception: &str, words: &str) -> Option<FailureCause> {
    let name = exception.rsplit(['.', ':', '\\', '$']).next().unwrap_or(exception);
    // Node wraps every failure in an error of its own; the cause comes below it.
    if words.contains("ERR_TEST_FAILURE") {
        return None;
    }
    if words.contains("XPASS(strict)") {
        return Some(FailureCause::Error);
    }
    // What gotestsum writes about everything.
    if exception == "Failed" && words.is_empty() {
        return None;
    }
    let is_assertion =
        exception.contains("Assert") || exception.starts_with("Xunit.Sdk.") || ASSERTIONS.contains(&name);
    if is_assertion {
        return Some(FailureCause::Assertion);
    }
    if STUBS.contains(&name) {
        return Some(FailureCause::Stub);
    }
    if MISSING.contains(&name) {
        return Some(FailureCause::MissingSymbol);
    }
    let is_exception = ["Error", "Exception", "Panic", "Fault"].iter().any(|end| name.ends_with(end));
    is_exception.then(|| by_words(words.trim_start_matches([':', ' '])).unwrap_or(FailureCause::Error))
}

fn by_words(line: &str) -> Option<FailureCause> {
    let line = line.trim_start_matches("[Error]: ").to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| line.contains(word));
    let starts = |words: &[&str]| words.iter().any(|word| line.starts_with(word));
    if starts(&["assert", "expect", "should "]) {
        Some(FailureCause::Assertion)
    } else if line.contains("xpass(strict)") {
        Some(FailureCause::Error)
    } else if has(&MISSING_WORDS) {
        Some(FailureCause::MissingSymbol)
    } else if has(&STUB_WORDS) || starts(&["todo"]) {
        Some(FailureCause::Stub)
    } else if has(&ASSERTION_WORDS) {
        Some(FailureCause::Assertion)
    } else {
        None
    }
}

fn is_timeout(line: &str) -> bool {
    // Browsers wait for an expectation; that it did not come true is an assertion.
    let line = line.to_lowercase();
    let is_expectation = line.contains("waiting for expect(") || line.contains("waitfor");
    !is_expectation && TIMEOUT_WORDS.iter().any(|words| line.contains(words))
}

/// Returns why a Rust test failed, from what was printed about it.
///
/// A panic with words of the author's own is taken for an assertion; the panics of the standard
/// library are errors.
pub(super) fn panic_cause(words: &str) -> FailureCause {
    let mut lines = words.lines().skip_while(|line| !line.contains("panicked at "));
    let Some(panic) = lines.next() else {
        return if words.contains("did not panic as expected") {
            FailureCause::Assertion
        } else if words.lines().any(|line| line.starts_with("Error: ")) {
            words.lines().find_map(by_line).unwrap_or(FailureCause::Error)
        } else {
            words.lines().take(LINES_READ).find_map(by_line).unwrap_or(FailureCause::Unknown)
        };
    };
    // Before Rust 1.73 the words were on the same line, in quotes.
    let old = panic.split_once("panicked at '").map(|(_, words)| words);
    let words = old.unwrap_or_else(|| lines.next().unwrap_or_default()).trim();
    if words.is_empty() {
        FailureCause::Unknown
    } else if words.starts_with("explicit panic") {
        FailureCause::Stub
    } else if STANDARD_PANICS.iter().any(|start| words.starts_with(start)) {
        FailureCause::Error
    } else {
        match by_line(words) {
            Some(FailureCause::Stub) => FailureCause::Stub,
            Some(FailureCause::Timeout) => FailureCause::Timeout,
            Some(FailureCause::MissingSymbol) => FailureCause::MissingSymbol,
            Some(FailureCause::Assertion | FailureCause::Error | FailureCause::Flaky | FailureCause::Unknown)
            | None => FailureCause::Assertion,
        }
    }
}

/// How the panics of the standard library begin that no author wrote.
const STANDARD_PANICS: [&str; 12] = [
    "already borrowed",
    "already mutably borrowed",
    "attempt to ",
    "byte index",
    "called `Option::",
    "called `Result::",
    "capacity overflow",
    "index out of bounds",
    "internal error: entered unreachable code",
    "range end index",
    "range start index",
    "slice index starts",
];

/// Names of exceptions that mean an assertion, beside all that have `Assert` in their name.
const ASSERTIONS: [&str; 8] = [
    "ComparisonFailure",
    "ExpectationFailedException",
    "ExpectationNotMetError",
    "Failed",
    "MultipleFailureException",
    "MultipleFailuresError",
    "TestingLibraryElementError",
    "WantedButNotInvoked",
];

const STUBS: [&str; 3] = ["NotImplementedError", "NotImplementedException", "UnsupportedOperationException"];

const MISSING: [&str; 18] = [
    "AttributeError",
    "ClassNotFoundException",
    "CompileError",
    "ImportError",
    "IndentationError",
    "LoadError",
    "MissingMethodException",
    "ModuleNotFoundError",
    "NameError",
    "NoClassDefFoundError",
    "NoMethodError",
    "NoSuchFieldError",
    "NoSuchMethodError",
    "ReferenceError",
    "SyntaxError",
    "TabError",
    "TypeLoadException",
    "UndefinedFunctionError",
];

const MISSING_WORDS: [&str; 24] = [
    "call to undefined",
    "cannot find module",
    "cannot find name",
    "cannot find symbol",
    "cannot find value",
    "cannot import name",
    "cannot resolve symbol",
    "command not found",
    "does not provide an export named",
    "error[e0",
    "failed to resolve import",
    "fixture '",
    "has no exported member",
    "is not a constructor",
    "is not a function",
    "is not defined",
    "no module named",
    "undefined method",
    "undefined reference",
    "undefined:",
    "uninitialized constant",
    "unresolved compilation problem",
    "unresolved import",
    "unresolved reference",
];

const STUB_WORDS: [&str; 6] =
    ["implement me", "not implemented", "not yet implemented", "notimplemented", "to be implemented", "unimplemented"];

const ASSERTION_WORDS: [&str; 6] =
    ["assertion failed", "assertionerror", "did not panic", "did not raise", "err_assertion", "waiting for expect("];

const TIMEOUT_WORDS: [&str; 7] = [
    "exceeded timeout of",
    "execution timed out",
    "test timed out",
    "test timeout",
    "timed out after",
    "timeout (>",
    "timeout of ",
];
