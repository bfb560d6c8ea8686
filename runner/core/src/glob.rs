//! Path patterns: the one matcher for every list of paths that people or we write.
//!
//! A pattern covers a whole path, counted from the root of the repository; folders are separated by `/`:
//! `?` is one character and `*` any number of them within a name, `**` as a whole name is any number of
//! folders, `[a-z]` and `[!a-z]` are one character of a set, `{a,b}` is either, `\` takes the next
//! character as it is. `docs/` means everything below `docs`. Names that start with a dot are nothing
//! special.
//!
//! A pattern becomes a small automaton that is stepped once per character of the path, so the time
//! is proportional to the length of the path, whatever the pattern. Listing files is not here.

use std::fmt;
use std::str::FromStr;

mod compile;

/// Longest pattern; it bounds the automaton, and nobody writes a longer one by hand.
pub const MAX_GLOB_BYTES: usize = 512;

/// Why a text is not a pattern.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GlobError {
    #[error("an empty pattern matches nothing")]
    Empty,
    #[error("the pattern has {bytes} bytes; at most {MAX_GLOB_BYTES} are read")]
    TooLong { bytes: usize },
    #[error("`{opener}` is never closed in the pattern `{pattern}`")]
    Unclosed { opener: char, pattern: String },
    #[error("`{{` is nested more than {limit} deep in the pattern `{pattern}`")]
    TooDeep { limit: usize, pattern: String },
    #[error("the pattern `{pattern}` starts with `!`, but patterns here only add, they never take away")]
    Negated { pattern: String },
}

/// What one character of a path may be.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Matcher {
    Exactly(char),
    /// `?` and `*`: anything within a name.
    WithinName,
    /// `**`: anything.
    Anything,
    Set {
        is_negated: bool,
        ranges: Vec<(char, char)>,
    },
}

/// One step of the automaton. The end is the place after the last step.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Step {
    /// Takes one character and goes to the next step.
    Take(Matcher),
    /// Goes to the next step, and to the given one as well.
    Fork(usize),
    /// Goes to the given step.
    Jump(usize),
}

/// Whether `A` and `a` are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Case {
    Matters,
    Ignored,
}

/// A path pattern that can be matched.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Glob {
    text: String,
    steps: Vec<Step>,
}

impl Glob {
    /// Reads a pattern.
    pub fn parse(text: &str) -> Result<Self, GlobError> {
        compile::compile(text).map(|steps| Self { text: text.to_owned(), steps })
    }

    /// Returns the pattern as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Says whether the pattern covers `path`, which is relative and separated by `/`.
    pub fn matches(&self, path: &str) -> bool {
        self.run(path, Case::Matters)
    }

    /// Like [`Self::matches`], for questions where `A` and `a` may be the same file.
    pub fn matches_ignoring_case(&self, path: &str) -> bool {
        self.run(path, Case::Ignored)
    }

    fn run(&self, path: &str, case: Case) -> bool {
        let mut here = States::new(self.steps.len());
        let mut next = States::new(self.steps.len());
        here.enter(&self.steps, 0);
        for character in path.chars() {
            for &index in &here.listed {
                if let Some(Step::Take(matcher)) = self.steps.get(index)
                    && matcher.takes(character, case)
                {
                    next.enter(&self.steps, index + 1);
                }
            }
            here.clear();
            std::mem::swap(&mut here, &mut next);
            if here.listed.is_empty() {
                return false;
            }
        }
        here.listed.contains(&self.steps.len())
    }
}

impl fmt::Display for Glob {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

impl FromStr for Glob {
    type Err = GlobError;

    fn from_str(text: &str) -> Result<Self, GlobError> {
        Self::parse(text)
    }
}

impl Matcher {
    fn takes(&self, character: char, case: Case) -> bool {
        match self {
            Self::Exactly(expected) => match case {
                Case::Matters => *expected == character,
                Case::Ignored => is_same_letter(*expected, character),
            },
            Self::WithinName => character != '/',
            Self::Anything => true,
            Self::Set { is_negated, ranges } => {
                let is_meant = |character: char| {
                    let is_listed = ranges.iter().any(|(first, last)| (*first..=*last).contains(&character));
                    is_listed != *is_negated
                };
                // Whoever wrote `[!a-z]` means `A`, and a file system may say that this is what `a` is.
                let is_taken = match case {
                    Case::Matters => is_meant(character),
                    Case::Ignored => {
                        is_meant(character) || character.to_uppercase().any(is_meant) || small(character).any(is_meant)
                    }
                };
                character != '/' && is_taken
            }
        }
    }
}

/// Says whether some file system could take one letter for the other. By way of the capital letter, so that `ſ` is
/// an `s` and `ı` an `i`.
fn is_same_letter(one: char, other: char) -> bool {
    if one.is_ascii() && other.is_ascii() {
        return one.eq_ignore_ascii_case(&other);
    }
    small(one).eq(small(other))
}

fn small(letter: char) -> impl Iterator<Item = char> {
    letter.to_uppercase().flat_map(char::to_lowercase)
}

/// The steps at which the automaton may be: as a list, and marked so that none is listed twice.
struct States {
    listed: Vec<usize>,
    is_listed: Vec<bool>,
    pending: Vec<usize>,
}

impl States {
    fn new(steps: usize) -> Self {
        Self { listed: Vec::new(), is_listed: vec![false; steps + 1], pending: Vec::new() }
    }

    fn clear(&mut self) {
        self.listed.clear();
        self.is_listed.fill(false);
    }

    /// Adds a step and all that it leads to without taking a character.
    fn enter(&mut self, steps: &[Step], index: usize) {
        self.pending.push(index);
        while let Some(index) = self.pending.pop() {
            let Some(is_listed) = self.is_listed.get_mut(index).filter(|is_listed| !**is_listed) else {
                continue;
            };
            *is_listed = true;
            self.listed.push(index);
            match steps.get(index) {
                Some(Step::Fork(other)) => self.pending.extend([index + 1, *other]),
                Some(Step::Jump(target)) => self.pending.push(*target),
                Some(Step::Take(_)) | None => {}
            }
        }
    }
}

#[cfg(test)]
mod tests;
