//! The targets: every parser and every sanitizer, with seeds and with what each promises.
//!
//! A target that reads several texts finds them in one input, parted by [`PARTER`].

use std::borrow::Cow;

mod documents;
mod incoming;
mod names;
mod outgoing;
mod people;
mod programs;
mod records;
mod reference_glob;
mod reply;
mod results;
mod seeds;
mod settings;
mod words;
mod yaml;

/// A parser or sanitizer under fire.
#[derive(Clone, Copy)]
pub struct Target {
    pub name: &'static str,
    /// Returns the samples that mutations start from.
    pub seeds: fn() -> Vec<Vec<u8>>,
    /// Does the work; the error is a promise that was broken.
    pub run: fn(&[u8]) -> Promise,
}

/// Kept, or the words for how it was broken.
type Promise = Result<(), String>;

/// Parts the texts of an input.
const PARTER: &str = "\n%%\n";

/// All targets.
pub const TARGETS: &[Target] = &[
    people::COMMAND,
    reply::REPLY,
    people::NAMING,
    settings::CONFIG,
    settings::OVERRIDES,
    settings::DETECT,
    settings::GLOB,
    settings::PATHS,
    results::REPORT,
    results::PROOF,
    results::SARIF,
    results::LCOV,
    results::ATTEMPT,
    documents::SPEC,
    documents::ANSWERS,
    documents::TEST_PLAN,
    documents::DECISIONS,
    documents::ANY_DOCUMENT,
    records::STATE,
    records::LOG,
    records::TURN_OUTPUT,
    records::LEDGER,
    records::STORED,
    programs::ROADMAP,
    programs::PROGRAM,
    programs::FOLLOW_UPS,
    yaml::YAML_TEXT,
    yaml::FRONT_MATTER,
    names::NAMES,
    names::MARKER,
    incoming::CLEAN,
    incoming::UNTRUSTED,
    incoming::REDACT,
    outgoing::INERT,
    outgoing::BOUND,
    words::COMMENTS,
    words::PULL_REQUEST,
    words::COMMIT,
];

/// Reads `input` as text, as every reader of files does.
fn text(input: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(input)
}

/// Returns the texts of an input without end: after the last one comes the first one again.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    let parts: Vec<&str> = text.split(PARTER).collect();
    parts.into_iter().cycle()
}

/// Says what promise was broken, unless it was `kept`.
fn promise(kept: bool, broken: impl FnOnce() -> String) -> Promise {
    if kept { Ok(()) } else { Err(broken()) }
}

/// Says that reading back what was written gives something else.
fn round_trip<T: PartialEq>(name: &str, read: &T, again: &T) -> Promise {
    promise(read == again, || format!("{name}: what was written reads back as something else"))
}

/// Returns how many lines `text` has; a lone carriage return ends one, too.
fn lines_of(text: &str) -> u64 {
    u64::try_from(text.matches(['\n', '\r']).count() + 1).unwrap_or(u64::MAX)
}

/// Checks that `line`, counted from 1, is one of the `lines` of a text, or the one after its end.
fn is_in_text(what: &str, line: u64, lines: u64) -> Promise {
    promise((1..=lines + 1).contains(&line), || format!("{what} is said to be on line {line} of {lines}"))
}
