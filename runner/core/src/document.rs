//! Markdown files that agents and people write and the engine has to understand: what `spec`, `test_plan` and
//! `decisions` have in common.
//!
//! Reading never fails. What cannot be understood becomes a [`Finding`] with its line, next to everything that
//! could be read, so that one repair prompt names all of it. Writing makes every text inert: whatever is in
//! it, it cannot become a heading, a row, an item or a fence of the file around it.
//!
//! What the sections of a particular file mean is not here.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::failure::FailureClass;
use crate::gate::{Check, CheckOutcome, Finding, Severity};
use crate::text::bound::{Limit, shortened};

pub(crate) mod blocks;
pub(crate) mod entries;
pub(crate) mod header;
pub(crate) mod inline;
pub(crate) mod prose;

pub use prose::{Passage, Prose};

/// What was read from a file, and what in it was not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read<T> {
    pub value: T,
    pub findings: Vec<Finding>,
}

/// A text on one line: no control characters, no space at its ends, single spaces inside.
///
/// That is what the text of a Markdown item can hold; being normal from the start, it reads back as it was.
/// A part in backticks is code and is written as such.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct OneLine(String);

impl OneLine {
    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Says whether there is nothing to read: no letter and no digit.
    pub fn is_blank(&self) -> bool {
        !self.0.contains(char::is_alphanumeric)
    }
}

impl From<&str> for OneLine {
    fn from(text: &str) -> Self {
        let mut line = String::with_capacity(text.len());
        let is_break = |character: char| character.is_whitespace() || character.is_control();
        for word in text.split(is_break).filter(|word| !word.is_empty()) {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        Self(line)
    }
}

impl From<String> for OneLine {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

impl From<OneLine> for String {
    fn from(line: OneLine) -> Self {
        line.0
    }
}

impl fmt::Display for OneLine {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// The line of a file that something was read from, counted from 1; 0 where it was not read.
///
/// Two things are the same wherever they stand, so all places are equal.
#[derive(Clone, Copy, Debug, Default)]
pub struct Place(pub u32);

impl Place {
    /// Returns the place so many lines below.
    pub(crate) fn below(self, lines: usize) -> Self {
        Self(self.0.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX)))
    }
}

impl PartialEq for Place {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Place {}

/// Makes the finding that `rule` has about a line of `path`.
pub(crate) fn finding(path: &str, place: Place, class: FailureClass, rule: &str, message: String) -> Finding {
    Finding {
        class,
        severity: Severity::High,
        rule: rule.to_owned(),
        message,
        path: Some(path.to_owned()),
        line: (place.0 > 0).then_some(place.0),
        unit: None,
    }
}

/// Makes the gate's check of a file from everything that was found in it; nothing found is a pass.
///
/// What its author can repair comes first: a person is asked only about a file that is otherwise sound.
pub(crate) fn check_of(name: &str, findings: Vec<Finding>) -> Check {
    let classes = || findings.iter().map(|finding| finding.class);
    let result = match classes().find(|class| *class == FailureClass::GateFailed).or_else(|| classes().next()) {
        None => CheckOutcome::Passed,
        Some(class) => CheckOutcome::Failed { class, findings },
    };
    Check { name: name.to_owned(), unit: None, result, log: None }
}

/// Longest text quoted in a message; the line number leads to the rest.
const MAX_QUOTED: Limit = Limit::Characters(80);

/// Returns the start of `text`, for a message.
pub(crate) fn excerpt(text: &str) -> String {
    shortened(text, MAX_QUOTED).into_owned()
}

#[cfg(test)]
pub(crate) mod tests;
