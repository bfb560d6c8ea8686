//! Values that people may write in more than one way.

use std::fmt;

use regex::Regex;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::Amounts;

/// One value, or a list of which one has to agree.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct OneOf(Vec<String>);

impl OneOf {
    /// Says whether `value` is among them; numbers and words are compared as they are written.
    pub(crate) fn matches(&self, value: Option<&Value>) -> bool {
        let written = match value {
            Some(Value::String(text)) => text.clone(),
            Some(value @ (Value::Number(_) | Value::Bool(_))) => value.to_string(),
            Some(Value::Null | Value::Array(_) | Value::Object(_)) | None => return false,
        };
        self.0.contains(&written)
    }
}

struct OneOfVisitor;

impl<'de> Visitor<'de> for OneOfVisitor {
    type Value = Vec<String>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a word, a number, or a list of them")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Vec<String>, E> {
        Ok(vec![text.to_owned()])
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Vec<String>, E> {
        Ok(vec![number.to_string()])
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Vec<String>, E> {
        Ok(vec![number.to_string()])
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<String>, A::Error> {
        let mut all = Vec::new();
        while let Some(OneOf(one)) = list.next_element()? {
            all.extend(one);
        }
        Ok(all)
    }
}

impl<'de> Deserialize<'de> for OneOf {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OneOfVisitor).map(Self)
    }
}

/// A regular expression.
#[derive(Debug)]
pub(crate) struct Pattern(pub(crate) Regex);

impl<'de> Deserialize<'de> for Pattern {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Regex::new(&String::deserialize(deserializer)?).map(Self).map_err(D::Error::custom)
    }
}

/// What a turn says that it used: `none`, or amounts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Reported {
    None,
    Amounts(Amounts),
}

impl Default for Reported {
    fn default() -> Self {
        Self::Amounts(Amounts { input: 1200, output: 300, cached: 800, cost: 0.01 })
    }
}

struct ReportedVisitor;

impl<'de> Visitor<'de> for ReportedVisitor {
    type Value = Reported;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("`none`, or amounts like {input: 1200, output: 300, cached: 800, cost: 0.01}")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Reported, E> {
        if text == "none" { Ok(Reported::None) } else { Err(E::invalid_value(serde::de::Unexpected::Str(text), &self)) }
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Reported, A::Error> {
        Amounts::deserialize(MapAccessDeserializer::new(map)).map(Reported::Amounts)
    }
}

impl<'de> Deserialize<'de> for Reported {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ReportedVisitor)
    }
}

/// What a turn leaves in `.pipeline/out/`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Output {
    /// `{status: done}` and a summary, if the turn ends well.
    #[default]
    Default,
    /// Nothing.
    None,
    /// Exactly these words, whether they are JSON or not.
    Text(String),
    /// This, as JSON.
    Json(Value),
}

struct OutputVisitor;

impl<'de> Visitor<'de> for OutputVisitor {
    type Value = Output;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("`none`, a map that is written as JSON, or a text that is written as it is")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Output, E> {
        Ok(if text == "none" { Output::None } else { Output::Text(text.to_owned()) })
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Output, A::Error> {
        Value::deserialize(MapAccessDeserializer::new(map)).map(Output::Json)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Output, A::Error> {
        Value::deserialize(SeqAccessDeserializer::new(list)).map(Output::Json)
    }
}

impl<'de> Deserialize<'de> for Output {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OutputVisitor)
    }
}
