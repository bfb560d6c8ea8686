//! What a rule is given, and what it answers.

use std::fmt;

/// A file of the repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextFile {
    /// Relative to the root of the repository, with `/` between its parts.
    pub path: String,
    pub text: String,
}

impl TextFile {
    /// Makes a file.
    pub fn new(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned() }
    }

    /// Returns the last part of the path.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// Returns the folder that the file is in; empty for the root.
    pub fn folder(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// Says whether the file's name ends with a dot and `extension`.
    pub fn has_extension(&self, extension: &str) -> bool {
        self.name().rsplit_once('.').is_some_and(|(_, found)| found == extension)
    }

    /// Says whether one of the folders above the file is called `name`.
    pub fn is_below(&self, name: &str) -> bool {
        self.folder().split('/').any(|part| part == name)
    }

    /// Says whether the file is material for tests, which may be as broken as the test needs it.
    pub fn is_fixture(&self) -> bool {
        self.is_below("fixtures") || self.is_below("corpus") || self.has_extension("snap")
    }

    /// Returns a violation of `rule` in line `line` (from 1) of this file.
    pub fn violation(&self, rule: &'static str, line: usize, message: impl Into<String>) -> Violation {
        Violation { rule, path: self.path.clone(), line, message: message.into() }
    }
}

/// Returns the lines of `text` with their numbers from 1.
pub fn numbered_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().map(|(index, line)| (index + 1, line))
}

/// One thing that is not as the rules want it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    pub rule: &'static str,
    pub path: String,
    /// Counted from 1; 1 also where the whole file is meant.
    pub line: usize,
    pub message: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}: {} [{}]", self.path, self.line, self.message, self.rule)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_violation_is_shown_with_its_place() {
        let violation = TextFile::new("docs/a.md", "").violation("tab", 3, "a tab");
        assert_eq!(violation.to_string(), "docs/a.md:3: a tab [tab]");
    }

    #[test]
    fn a_file_knows_its_name_and_folder() {
        let file = TextFile::new("docs/adr/a.b.md", "");
        assert_eq!((file.name(), file.folder()), ("a.b.md", "docs/adr"));
        assert!(file.has_extension("md") && !file.has_extension("b.md") && !file.has_extension("d"));
        assert!(file.is_below("adr") && file.is_below("docs") && !file.is_below("a.b.md"));
        let root = TextFile::new("README", "");
        assert_eq!((root.name(), root.folder()), ("README", ""));
        assert!(!root.has_extension("README"));
    }

    #[test]
    fn fixtures_corpora_and_snapshots_are_material_for_tests() {
        for (path, is_fixture) in [
            ("a/fixtures/b.md", true),
            ("a/corpus/b", true),
            ("a/b.snap", true),
            ("fixtures", false),
            ("a/corpus.rs", false),
        ] {
            assert_eq!(TextFile::new(path, "").is_fixture(), is_fixture, "{path}");
        }
    }
}

/// What the unit tests of the rules share.
#[cfg(test)]
pub(crate) mod expect {
    use super::Violation;

    /// Fails unless exactly one violation was found: of `rule`, in `line`.
    #[track_caller]
    pub(crate) fn one(found: &[Violation], rule: &str, line: usize) {
        let places: Vec<_> = found.iter().map(|found| (found.rule, found.line)).collect();
        assert_eq!(places, [(rule, line)], "{found:#?}");
    }

    /// Fails if anything was found.
    #[track_caller]
    pub(crate) fn none(found: &[Violation]) {
        assert!(found.is_empty(), "{found:#?}");
    }
}
