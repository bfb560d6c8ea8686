//! A YAML or JSON file, and where its parts stand.

use std::fmt;

use pipemason_core::yaml::read_yaml;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::extension;

/// Deeper than any contract; it keeps walking through one safe.
const MAX_DEPTH: usize = 100;

/// A file that was read.
#[derive(Debug)]
pub(super) struct Document<'a> {
    pub(super) path: &'a str,
    pub(super) value: Value,
    text: &'a str,
}

impl<'a> Document<'a> {
    /// Reads a file; an error has its line, where one is known.
    pub(super) fn read(path: &'a str, text: &'a str) -> Result<Self, (Option<u32>, String)> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let value = if extension(path) == "json" {
            let strict: Strict = serde_json::from_str(text).map_err(|error| {
                let line = u32::try_from(error.line()).ok().filter(|line| *line > 0);
                (line, format!("the file is not valid JSON: {error}"))
            })?;
            strict.0
        } else {
            read_yaml(text).map_err(|error| {
                let line = u32::try_from(error.line).ok().filter(|line| *line > 0);
                (line, format!("the file is not valid YAML: {}", error.message))
            })?
        };
        if depth(&value) > MAX_DEPTH {
            return Err((None, format!("the file is nested more than {MAX_DEPTH} deep")));
        }
        Ok(Self { path, value, text })
    }

    /// Says whether the outermost map has a key.
    pub(super) fn has(&self, key: &str) -> bool {
        self.value.get(key).is_some()
    }

    /// Returns the line of the part that `place` leads to, as far as its keys are found one below the other.
    pub(super) fn line_of(&self, place: &[&str]) -> Option<u32> {
        let mut lines = self.text.lines().enumerate();
        let mut found = None;
        // Positions in lists have no key; the last key before them is near enough.
        for key in place.iter().filter(|key| key.parse::<usize>().is_err() || key.len() == 3) {
            match lines.by_ref().find(|(_, line)| is_key(line, key)) {
                Some((index, _)) => found = u32::try_from(index + 1).ok(),
                None => break,
            }
        }
        found
    }
}

/// Says whether a line has `key:`, with or without quotes.
fn is_key(line: &str, key: &str) -> bool {
    line.match_indices(key).any(|(at, _)| {
        let before = line.get(..at).unwrap_or_default();
        let after = line.get(at + key.len()..).unwrap_or_default();
        let is_start = before.is_empty() || before.ends_with(['"', '\'', ' ', '{', ',', '-', '\t']);
        is_start && after.trim_start_matches(['"', '\'']).trim_start().starts_with(':')
    })
}

fn depth(value: &Value) -> usize {
    let mut deepest = 0;
    let mut open = vec![(value, 1)];
    while let Some((value, depth)) = open.pop() {
        deepest = deepest.max(depth);
        match value {
            Value::Array(items) => open.extend(items.iter().map(|item| (item, depth + 1))),
            Value::Object(fields) => open.extend(fields.values().map(|field| (field, depth + 1))),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    deepest
}

/// JSON without doubled keys, of which readers keep one or the other.
struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StrictVisitor).map(Self)
    }
}

struct StrictVisitor;

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(Strict(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some((key, Strict(value))) = fields.next_entry::<String, Strict>()? {
            if map.contains_key(&key) {
                return Err(serde::de::Error::custom(format!("the key `{key}` is there twice")));
            }
            map.insert(key, value);
        }
        Ok(Value::Object(map))
    }
}
