//! Texts cut to what a reader or an API accepts, with a word about what is missing (SEC-34, SEC-38).
//!
//! A result never exceeds its limit, no character is cut in two, and what was open at the cut is closed.
//! Redaction comes before: half a secret is not recognized.

use std::borrow::Cow;
use std::collections::VecDeque;

use crate::text::invisible::extends_previous;

mod markdown;

pub use markdown::markdown;

/// How long a text may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Unicode characters, which is what GitHub counts in comments and pull requests.
    Characters(usize),
    /// UTF-8 bytes, which is what GitHub counts in check runs.
    Bytes(usize),
}

impl Limit {
    /// A comment, or the body of an issue or pull request. GitHub refuses more than 65,536 characters; the rest
    /// is room for its own counting of emoji and line ends.
    pub const COMMENT: Self = Self::Characters(65_000);
    /// The summary or the text of a check run; GitHub refuses more bytes.
    pub const CHECK_RUN: Self = Self::Bytes(65_535);

    /// Says whether `text` keeps to the limit.
    pub fn admits(self, text: &str) -> bool {
        self.measure(text) <= self.amount()
    }

    fn amount(self) -> usize {
        match self {
            Self::Characters(amount) | Self::Bytes(amount) => amount,
        }
    }

    fn measure(self, text: &str) -> usize {
        match self {
            Self::Characters(_) => text.chars().count(),
            Self::Bytes(_) => text.len(),
        }
    }

    fn less(self, amount: usize) -> Self {
        match self {
            Self::Characters(limit) => Self::Characters(limit.saturating_sub(amount)),
            Self::Bytes(limit) => Self::Bytes(limit.saturating_sub(amount)),
        }
    }
}

/// Longest row of marks on one letter that a cut respects; more is not a letter but an attack on the reader.
const MAX_EXTENDERS: usize = 16;

/// Returns the longest start of `text` within `limit` that parts no character from its marks.
pub fn start_of(text: &str, limit: Limit) -> &str {
    let mut end = match limit {
        Limit::Characters(amount) => text.char_indices().nth(amount).map_or(text.len(), |(offset, _)| offset),
        Limit::Bytes(amount) => text.floor_char_boundary(amount),
    };
    let wanted = end;
    for _ in 0..MAX_EXTENDERS {
        let kept = text.get(..end).unwrap_or_default();
        let is_parted = text.get(end..).is_some_and(|rest| rest.starts_with(extends_previous));
        if end == text.len() || !is_parted && !kept.ends_with('\u{200d}') {
            return kept;
        }
        end = kept.char_indices().next_back().map_or(0, |(offset, _)| offset);
    }
    text.get(..wanted).unwrap_or_default()
}

/// Returns `text` if it keeps to `limit`, else its start with `…` at the end.
pub fn shortened(text: &str, limit: Limit) -> Cow<'_, str> {
    if limit.admits(text) {
        return Cow::Borrowed(text);
    }
    if !limit.admits("…") {
        return Cow::Borrowed("");
    }
    Cow::Owned(format!("{}…", start_of(text, limit.less(limit.measure("…")))))
}

/// Returns `text` if it keeps to `limit`, else its start and a line that says how much is missing.
///
/// For plain text; [`markdown()`] also closes what the cut leaves open.
pub fn cut(text: &str, limit: Limit) -> Cow<'_, str> {
    if limit.admits(text) {
        return Cow::Borrowed(text);
    }
    let total = text.chars().count();
    let room = limit.measure(&notice(total)) + 1;
    if room > limit.amount() {
        return shortened(text, limit);
    }
    let start = start_of(text, limit.less(room));
    let left_out = total - start.chars().count();
    Cow::Owned(format!("{start}\n{}", notice(left_out)))
}

/// Returns the line that stands where a text was cut.
fn notice(characters_left_out: usize) -> String {
    format!("[cut here: {characters_left_out} characters left out]")
}

/// Which lines of a log to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Excerpt {
    pub first_lines: usize,
    pub last_lines: usize,
    /// Longest line that is shown whole.
    pub line_characters: usize,
}

impl Excerpt {
    /// The output of a command: how it began, and at length how it ended, which is where failures are told.
    pub const LOG: Self = Self { first_lines: 40, last_lines: 120, line_characters: 400 };
}

/// Returns the first and last lines of `text`, with a line in between that says how many are missing.
pub fn excerpt(text: &str, excerpt: Excerpt) -> String {
    let mut lines = text.lines();
    let mut shown: Vec<_> = lines.by_ref().take(excerpt.first_lines).map(Cow::Borrowed).collect();
    let mut last = VecDeque::new();
    let mut left_out = 0_usize;
    for line in lines {
        last.push_back(line);
        if last.len() > excerpt.last_lines {
            last.pop_front();
            left_out += 1;
        }
    }
    if left_out > 0 {
        shown.push(Cow::Owned(format!("[{left_out} lines left out]")));
    }
    shown.extend(last.into_iter().map(Cow::Borrowed));
    let shown: Vec<_> = shown.iter().map(|line| shortened(line, Limit::Characters(excerpt.line_characters))).collect();
    shown.join("\n")
}

#[cfg(test)]
mod tests;
