//! The front matter of a file, read key by key: what is missing has a default, what is unknown is named.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::yaml::{FrontMatterError, read_yaml, split_front_matter};

use super::Place;

/// Front matter that is being taken apart.
#[derive(Clone, Debug, Default)]
pub(crate) struct Header {
    values: BTreeMap<String, Value>,
    lines: BTreeMap<String, u32>,
    /// What is wrong with the front matter itself.
    pub problem: Option<(Place, String)>,
    /// Where the body begins, in bytes.
    pub body: usize,
}

impl Header {
    /// Reads the front matter of `file`; a file without any has an empty one.
    pub(crate) fn read(file: &str) -> Self {
        let (front, body) = match split_front_matter(file) {
            Ok(parts) => parts,
            Err(FrontMatterError::Missing) => return Self::default(),
            Err(error @ FrontMatterError::Unclosed) => {
                return Self { problem: Some((Place(1), error.to_string())), ..Self::default() };
            }
        };
        let body = file.len() - body.len();
        match read_yaml::<Option<BTreeMap<String, Value>>>(front) {
            Ok(values) => Self { values: values.unwrap_or_default(), lines: key_lines(front), problem: None, body },
            Err(error) => {
                // The fence is the first line of the file.
                let line = u32::try_from(error.line).unwrap_or(u32::MAX).saturating_add(1);
                let message = format!("the front matter cannot be read: {}", error.message);
                Self { problem: Some((Place(line), message)), body, ..Self::default() }
            }
        }
    }

    /// Takes a text, number or truth value as text; nothing and an empty text are the same.
    pub(crate) fn text(&mut self, key: &str) -> Option<String> {
        self.values.remove(key).and_then(|value| scalar(&value)).filter(|text| !text.is_empty())
    }

    /// Takes a list; a single value is a list of one.
    pub(crate) fn list(&mut self, key: &str) -> Vec<Value> {
        match self.values.remove(key) {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Array(values)) => values,
            Some(value) => vec![value],
        }
    }

    /// Takes a list of texts; what is not a text, number or truth value is left out.
    pub(crate) fn texts(&mut self, key: &str) -> Vec<String> {
        self.list(key).iter().filter_map(scalar).collect()
    }

    /// Takes the value of `key` as it is.
    pub(crate) fn value(&mut self, key: &str) -> Option<Value> {
        self.values.remove(key)
    }

    /// Returns the line of `key`.
    pub(crate) fn place(&self, key: &str) -> Place {
        self.lines.get(key).copied().map_or_else(Place::default, Place)
    }

    /// Returns the keys that nobody has taken.
    pub(crate) fn rest(&self) -> impl Iterator<Item = &str> {
        self.values.keys().map(String::as_str)
    }
}

/// Returns a scalar as text.
pub(crate) fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Finds the lines of the keys that are not nested.
fn key_lines(front: &str) -> BTreeMap<String, u32> {
    let lines = front.lines().zip(2..);
    let keys = lines.filter_map(|(text, line)| text.split_once(':').map(|(key, _)| (key.to_owned(), line)));
    keys.filter(|(key, _)| !key.starts_with([' ', '#', '-'])).collect()
}
