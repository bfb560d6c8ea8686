//! What is wrong with a configuration, said the way a compiler says it.
//!
//! A problem carries the line it is about, so it can be shown long after the file is gone. Everything
//! from the file is made printable first: a configuration cannot move a terminal's cursor.

use std::fmt;

use super::tree::Place;
use crate::text::bound::{Limit, shortened};

/// The file that problems are about, as people know it.
pub const CONFIG_PATH: &str = ".pipeline/config.yml";

/// More problems than anybody repairs in one go; the rest are counted.
pub(super) const MAX_PROBLEMS: usize = 50;

/// Longest piece of a name or value that a message repeats.
const MAX_SHOWN: Limit = Limit::Characters(160);

/// What is shown of a long line on either side of the place that is meant.
const MAX_CONTEXT_CHARACTERS: usize = 60;

/// Whether a problem stops anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Gravity {
    /// Nothing starts.
    Error,
    /// The key is ignored.
    Warning,
}

/// One thing that is wrong with a configuration.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Problem {
    pub gravity: Gravity,
    /// Counted from 1.
    pub line: usize,
    /// Counted in characters, from 1.
    pub column: usize,
    /// The full name of the key, such as `limits.max_total_iterations`; empty for the whole file.
    pub key: String,
    /// What was found and what was expected.
    pub message: String,
    /// What to do, where that can be said.
    pub help: Option<String>,
    snippet: Snippet,
}

/// A piece of a line, with something in it marked.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Snippet {
    before: String,
    marked: String,
    after: String,
}

impl Problem {
    pub(super) fn new(gravity: Gravity, text: &str, place: Place, key: &str, message: String) -> Self {
        Self {
            gravity,
            line: place.line,
            column: place.column,
            key: shown(key),
            message,
            help: None,
            snippet: Snippet::cut(text, place),
        }
    }

    /// Adds what to do.
    pub(super) fn with_help(self, help: Option<String>) -> Self {
        Self { help, ..self }
    }
}

impl Snippet {
    fn cut(text: &str, place: Place) -> Self {
        let before = text.get(..place.offset).unwrap_or_default();
        let start = before.rfind(['\n', '\r']).map_or(0, |newline| newline + 1);
        let before = before.get(start..).unwrap_or_default();
        let rest = text.get(place.offset..).unwrap_or_default();
        let rest = rest.split(['\n', '\r']).next().unwrap_or_default();
        let skipped = before.chars().count().saturating_sub(MAX_CONTEXT_CHARACTERS);
        let ellipsis = if skipped > 0 { "…" } else { "" };
        let before: String = ellipsis.chars().chain(before.chars().skip(skipped)).collect();
        let width = place.width.min(MAX_CONTEXT_CHARACTERS);
        let marked: String = rest.chars().take(width).collect();
        let after: String = rest.chars().skip(width).take(MAX_CONTEXT_CHARACTERS).collect();
        let is_cut = rest.chars().count() > width + MAX_CONTEXT_CHARACTERS;
        Self {
            before: printable(&before),
            marked: printable(&marked),
            after: printable(&after) + if is_cut { "…" } else { "" },
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let gravity = match self.gravity {
            Gravity::Error => "error",
            Gravity::Warning => "warning",
        };
        write!(formatter, "{gravity}: ")?;
        if !self.key.is_empty() {
            write!(formatter, "`{}`: ", self.key)?;
        }
        writeln!(formatter, "{}", self.message)?;
        let Snippet { before, marked, after } = &self.snippet;
        let line = self.line.to_string();
        let margin = " ".repeat(line.len());
        let indent = " ".repeat(before.chars().count());
        let carets = "^".repeat(marked.chars().count().max(1));
        writeln!(formatter, "{margin}--> {CONFIG_PATH}:{line}:{}", self.column)?;
        writeln!(formatter, "{margin} |")?;
        writeln!(formatter, "{line} | {before}{marked}{after}")?;
        write!(formatter, "{margin} | {indent}{carets}")?;
        match &self.help {
            Some(help) => write!(formatter, "\n{margin} = help: {help}"),
            None => Ok(()),
        }
    }
}

/// Replaces what would not be one visible character by one that is.
fn printable(text: &str) -> String {
    let visible = |character: char| match character {
        '\t' => ' ',
        _ if is_invisible(character) => '\u{fffd}',
        _ => character,
    };
    text.chars().map(visible).collect()
}

/// Says whether a character would move, hide or reorder what stands around it.
fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}')
}

/// Returns `text` as a message may repeat it: printable, in one line, not too long.
pub(super) fn shown(text: &str) -> String {
    printable(&shortened(text, MAX_SHOWN))
}
