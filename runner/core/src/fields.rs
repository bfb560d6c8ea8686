//! One YAML mapping in a file that people may have edited, read key by key.
//!
//! Strict where a wrong value would change what is done, and then with the line in the file; tolerant where it
//! would not: unknown keys and unreadable extras become [`Note`]s. Nothing here panics, whatever the text.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::str::FromStr;

use serde_json::Value;

use crate::yaml::{FrontMatterError, read_yaml, split_front_matter};

mod blocks;
mod writing;

pub(crate) use blocks::{Block, Heading, Piece, pieces};
pub(crate) use writing::{line, optional, plain, plain_list, quoted, quoted_list};

/// Why a file cannot be read, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct FileError {
    /// Counted from 1.
    pub line: u64,
    pub message: String,
}

/// Something in a file that was read over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Counted from 1.
    pub line: u64,
    pub text: String,
}

/// Most notes about one file: more would bury the first ones.
const MAX_NOTES: usize = 100;

/// What was read, and what was read over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Noted<T> {
    pub value: T,
    pub notes: Vec<Note>,
}

/// Collects notes, up to the limit.
pub(crate) fn note(notes: &mut Vec<Note>, line: u64, text: String) {
    if notes.len() < MAX_NOTES {
        notes.push(Note { line, text });
    }
}

/// The version that all these files carry.
pub(crate) const SCHEMA_VERSION: u64 = 1;

/// A mapping from which values are taken one by one.
pub(crate) struct Fields<'n> {
    values: BTreeMap<String, Value>,
    lines: BTreeMap<String, u64>,
    first_line: u64,
    notes: &'n mut Vec<Note>,
}

/// Reads the front matter of `text` and checks its version. Returns the body too, with the line where it begins.
pub(crate) fn read_front_matter<'t, 'n>(
    text: &'t str,
    notes: &'n mut Vec<Note>,
) -> Result<(Fields<'n>, &'t str, u64), FileError> {
    let (front, body) = split_front_matter(text).map_err(|error| match error {
        FrontMatterError::Missing | FrontMatterError::Unclosed => FileError { line: 1, message: error.to_string() },
    })?;
    let mut fields = Fields::read(front, 2, notes)?;
    match fields.take("schema_version") {
        Some(Value::Number(version)) if version.as_u64() == Some(SCHEMA_VERSION) => {}
        Some(other) => return Err(fields.error("schema_version", format!("expected {SCHEMA_VERSION}, got {other}"))),
        None => fields.note("schema_version", format!("`schema_version` is missing; read as {SCHEMA_VERSION}")),
    }
    Ok((fields, body, 3 + count_lines(front)))
}

fn count_lines(text: &str) -> u64 {
    text.lines().count() as u64
}

impl<'n> Fields<'n> {
    /// Reads `text`, which begins on `first_line` of its file, as one mapping.
    fn read(text: &str, first_line: u64, notes: &'n mut Vec<Note>) -> Result<Self, FileError> {
        let mut mappings = read_mappings(text, first_line)?.into_iter();
        match (mappings.next(), mappings.next()) {
            (Some(only), None) => Ok(Self::of(only, notes)),
            (None, _) => Ok(Self::of(Mapping::empty(first_line), notes)),
            (Some(_), Some(_)) => Err(FileError {
                line: first_line,
                message: String::from("expected one block of `key: value` lines, got a list"),
            }),
        }
    }

    /// Wraps one mapping.
    pub(crate) fn of(mapping: Mapping<'_>, notes: &'n mut Vec<Note>) -> Self {
        let mut lines = BTreeMap::new();
        for (line, content) in (mapping.first_line..).zip(mapping.text.lines()) {
            let key = content.trim_start_matches("- ").split_once(':').map(|(key, _)| key.trim().trim_matches('"'));
            if let Some(key) = key.filter(|key| mapping.values.contains_key(*key)) {
                lines.entry(key.to_owned()).or_insert(line);
            }
        }
        Self { values: mapping.values, lines, first_line: mapping.first_line, notes }
    }

    /// Returns the line of `key`, or where the mapping begins.
    pub(crate) fn line_of(&self, key: &str) -> u64 {
        self.lines.get(key).copied().unwrap_or(self.first_line)
    }

    pub(crate) fn error(&self, key: &str, message: impl Display) -> FileError {
        FileError { line: self.line_of(key), message: format!("`{key}`: {message}") }
    }

    pub(crate) fn note(&mut self, key: &str, text: String) {
        let line = self.line_of(key);
        note(self.notes, line, text);
    }

    /// Says whether `key` is there, whatever its value.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.values.contains_key(key)
    }

    /// Takes the value of `key`; none if it is absent or null.
    pub(crate) fn take(&mut self, key: &str) -> Option<Value> {
        self.values.remove(key).filter(|value| !value.is_null())
    }

    /// Takes a text; numbers and truth values were texts that nobody quoted.
    pub(crate) fn text(&mut self, key: &str) -> Result<Option<String>, FileError> {
        let Some(value) = self.take(key) else { return Ok(None) };
        let text = scalar(value).ok_or_else(|| self.error(key, "expected one value, got a list or a mapping"))?;
        Ok(Some(text))
    }

    /// Takes a text that must be there.
    pub(crate) fn required_text(&mut self, key: &str) -> Result<String, FileError> {
        self.text(key)?.ok_or_else(|| self.error(key, "is missing"))
    }

    /// Takes a value that must be right if it is there.
    pub(crate) fn parsed<T: FromStr<Err: Display>>(&mut self, key: &str) -> Result<Option<T>, FileError> {
        let Some(text) = self.text(key)? else { return Ok(None) };
        text.parse().map(Some).map_err(|error| self.error(key, error))
    }

    /// Takes a value that may as well be absent; if it cannot be read, that is noted.
    pub(crate) fn lenient<T: FromStr<Err: Display>>(&mut self, key: &str) -> Option<T> {
        match self.parsed(key) {
            Ok(value) => value,
            Err(error) => {
                self.note(key, format!("{}; read as absent", error.message));
                None
            }
        }
    }

    /// Like [`Self::lenient`], with a value for what is absent.
    pub(crate) fn lenient_or<T: FromStr<Err: Display>>(&mut self, key: &str, default: T) -> T {
        self.lenient(key).unwrap_or(default)
    }

    /// Takes a list of texts; a single text is a list of one.
    pub(crate) fn list(&mut self, key: &str) -> Result<Vec<String>, FileError> {
        match self.take(key) {
            None => Ok(Vec::new()),
            Some(Value::Array(items)) => {
                let texts: Option<_> = items.into_iter().map(scalar).collect();
                texts.ok_or_else(|| self.error(key, "expected a list of plain values"))
            }
            Some(other) => {
                let text = scalar(other).ok_or_else(|| self.error(key, "expected a list, got a mapping"))?;
                Ok(vec![text])
            }
        }
    }

    /// Takes a list of values that must all be right.
    pub(crate) fn parsed_list<T: FromStr<Err: Display>>(&mut self, key: &str) -> Result<Vec<T>, FileError> {
        let line = self.line_of(key);
        let wrong = |error: T::Err| FileError { line, message: format!("`{key}`: {error}") };
        self.list(key)?.iter().map(|text| text.parse().map_err(wrong)).collect()
    }

    /// Notes all keys that nobody took.
    pub(crate) fn finish(mut self) {
        for key in std::mem::take(&mut self.values).into_keys() {
            let short: String = key.chars().take(80).collect();
            self.note(&key, format!("the key `{short}` is not known"));
        }
    }
}

/// One mapping, with the text it was read from.
pub(crate) struct Mapping<'t> {
    pub(crate) values: BTreeMap<String, Value>,
    text: &'t str,
    pub(crate) first_line: u64,
}

impl Mapping<'_> {
    /// Wraps a mapping inside of another one, on whose line it is reported.
    pub(crate) fn of_value(value: Value, first_line: u64) -> Result<Self, FileError> {
        match value {
            Value::Object(map) => Ok(Self { values: map.into_iter().collect(), ..Self::empty(first_line) }),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
                Err(FileError { line: first_line, message: String::from("expected `key: value` lines") })
            }
        }
    }

    fn empty(first_line: u64) -> Self {
        Self { values: BTreeMap::new(), text: "", first_line }
    }
}

/// Reads `text` as a mapping, or as a list of mappings.
pub(crate) fn read_mappings(text: &str, first_line: u64) -> Result<Vec<Mapping<'_>>, FileError> {
    let value: Value = read_yaml(text).map_err(|error| FileError {
        line: first_line.saturating_add(error.line.saturating_sub(1)),
        message: error.message,
    })?;
    let (values, places) = match value {
        Value::Null => (Vec::new(), Vec::new()),
        Value::Array(items) => {
            let places = items_of(text, first_line);
            (items, places)
        }
        other => (vec![other], vec![(text, first_line)]),
    };
    let is_placed = values.len() == places.len();
    let places = places.into_iter().filter(|_| is_placed).chain(std::iter::repeat(("", first_line)));
    let mapping = |(value, (text, first_line))| {
        let mapping = Mapping::of_value(value, first_line)?;
        Ok(Mapping { text, ..mapping })
    };
    values.into_iter().zip(places).map(mapping).collect()
}

/// Splits a list before each `- ` that begins a line.
fn items_of(text: &str, first_line: u64) -> Vec<(&str, u64)> {
    let mut starts = Vec::new();
    let mut offset = 0;
    for (line, content) in (first_line..).zip(text.split_inclusive('\n')) {
        if content.starts_with("- ") {
            starts.push((offset, line));
        }
        offset += content.len();
    }
    let ends = starts.iter().skip(1).map(|(start, _)| *start).chain([text.len()]);
    let items = starts.iter().zip(ends);
    items.map(|((start, line), end)| (text.get(*start..end).unwrap_or_default(), *line)).collect()
}

fn scalar(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}
