//! The kinds of values that a configuration holds: numbers, texts, money, lists and named things.

use std::fmt;
use std::str::FromStr;

use super::problem::shown;
use super::setting::{Reader, Row, Setting};
use super::tree::{Node, Value};
use crate::domain::Domain;
use crate::failure::FailureClass;
use crate::glob::Glob;
use crate::id::BranchName;
use crate::naming::BranchPattern;
use crate::nearest::nearest;
use crate::yaml::quoted;

mod collections;
mod numbers;
mod texts;

pub use collections::Named;
pub use numbers::{Count, Percent, Tokens};
pub use texts::{AgentVariable, HealthUrl, Name, RepoPath, ServiceName, TextError, VariableName};

/// A limit, and whether somebody asked for it: only what was asked for competes with other limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Limit<T> {
    pub value: T,
    pub is_stated: bool,
}

impl<T: Copy + Ord> Limit<T> {
    /// Makes the limit that holds where nobody asks for another.
    pub const fn unstated(value: T) -> Self {
        Self { value, is_stated: false }
    }

    /// Returns the stricter of this limit and `other`, if there is another.
    #[must_use]
    pub fn or_stricter(self, other: Option<T>) -> Self {
        let value = match other {
            None => return self,
            Some(other) if self.is_stated => other.min(self.value),
            Some(other) => other,
        };
        Self { value, is_stated: true }
    }
}

impl<T: Setting> Setting for Limit<T> {
    fn expected() -> String {
        T::expected()
    }

    fn read(reader: &mut Reader<'_>, path: &str, node: &Node) -> Option<Self> {
        let value = T::read(reader, path, node)?;
        Some(Self { value, is_stated: true })
    }

    fn to_yaml(&self) -> String {
        self.value.to_yaml()
    }
}

impl<T: Setting> Setting for Option<T> {
    fn expected() -> String {
        T::expected()
    }

    fn read(reader: &mut Reader<'_>, path: &str, node: &Node) -> Option<Self> {
        T::read(reader, path, node).map(Some)
    }

    fn to_yaml(&self) -> String {
        self.as_ref().map_or_else(|| "null".to_owned(), Setting::to_yaml)
    }

    fn describe(row: Row, rows: &mut Vec<Row>) {
        T::describe(row, rows);
    }
}

/// Reads a text. What YAML would take for something else has to be quoted, so that nobody runs `true` by accident.
pub(super) fn text<'n>(reader: &mut Reader<'_>, path: &str, node: &'n Node, expected: &str) -> Option<&'n str> {
    let Value::Scalar { text, is_plain } = &node.value else {
        reader.wrong(path, node, expected, None);
        return None;
    };
    if *is_plain && is_not_text(text) {
        let help = format!("if you mean the text, write \"{}\"", shown(text));
        reader.wrong(path, node, expected, Some(help));
        return None;
    }
    if text.trim().is_empty() || text.contains('\0') {
        let help = "leave the key out where there is nothing to say".to_owned();
        reader.wrong(path, node, expected, Some(help));
        return None;
    }
    Some(text)
}

/// Says whether an unquoted word is a yes, a no or a number, to YAML or to people.
fn is_not_text(word: &str) -> bool {
    const WORDS: [&str; 6] = ["true", "false", "yes", "no", "on", "off"];
    let is_number =
        word.starts_with(|first: char| first.is_ascii_digit() || "+-.".contains(first)) && word.parse::<f64>().is_ok();
    is_number || WORDS.iter().any(|other| word.eq_ignore_ascii_case(other))
}

impl Setting for String {
    fn expected() -> String {
        "a text".to_owned()
    }

    fn read(reader: &mut Reader<'_>, path: &str, node: &Node) -> Option<Self> {
        text(reader, path, node, &Self::expected()).map(str::to_owned)
    }

    fn to_yaml(&self) -> String {
        let is_safe = |character: char| character.is_ascii_alphanumeric() || "_-./".contains(character);
        let is_word = self.starts_with(|first: char| first.is_ascii_alphabetic()) && self.chars().all(is_safe);
        if is_word && !is_not_text(self) && !self.eq_ignore_ascii_case("null") { self.clone() } else { quoted(self) }
    }
}

/// A type that is read from a text by its own rules.
pub(super) trait FromText: FromStr + fmt::Display {
    /// What a person should write, as a noun.
    fn noun() -> String;

    /// The words that are known, where they can be listed.
    fn words() -> Vec<&'static str> {
        Vec::new()
    }

    /// Says what could be done about `text`, which is not a value of this type.
    fn help(text: &str) -> Option<String> {
        let closest = nearest(text, Self::words());
        closest.map(|word| format!("did you mean `{word}`?"))
    }
}

impl<T: FromText> Setting for T {
    fn expected() -> String {
        T::noun()
    }

    fn read(reader: &mut Reader<'_>, path: &str, node: &Node) -> Option<Self> {
        let expected = T::noun();
        let text = text(reader, path, node, &expected)?;
        let value = text.parse().ok();
        if value.is_none() {
            // Of very many errors only some are listed, and only those need help.
            let help = if reader.is_full() { None } else { T::help(text) };
            reader.wrong(path, node, &expected, help);
        }
        value
    }

    fn to_yaml(&self) -> String {
        self.to_string().to_yaml()
    }
}

impl FromText for Domain {
    fn noun() -> String {
        super::setting::one_of(&Self::words())
    }

    fn words() -> Vec<&'static str> {
        Self::ALL.into_iter().map(Self::name).collect()
    }
}

impl FromText for FailureClass {
    fn noun() -> String {
        "a failure class".to_owned()
    }

    fn words() -> Vec<&'static str> {
        Self::ALL.into_iter().map(Self::name).collect()
    }
}

impl FromText for BranchName {
    fn noun() -> String {
        "the name of a branch".to_owned()
    }
}

impl FromText for Glob {
    fn noun() -> String {
        "a path pattern like `tests/**`".to_owned()
    }

    fn help(text: &str) -> Option<String> {
        text.parse::<Self>().err().map(|error| shown(&error.to_string()))
    }
}

impl FromText for BranchPattern {
    fn noun() -> String {
        "a name with placeholders like `{type}/{ticket}-{description}`".to_owned()
    }

    fn help(text: &str) -> Option<String> {
        text.parse::<Self>().err().map(|error| shown(&error.to_string()))
    }
}

/// Something given, or whatever suits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Auto<T> {
    Auto,
    Given(T),
}

impl<T: FromStr> FromStr for Auto<T> {
    type Err = T::Err;

    fn from_str(text: &str) -> Result<Self, T::Err> {
        if text == "auto" { Ok(Self::Auto) } else { text.parse().map(Self::Given) }
    }
}

impl<T: fmt::Display> fmt::Display for Auto<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auto => formatter.write_str("auto"),
            Self::Given(value) => value.fmt(formatter),
        }
    }
}

impl<T: FromText> FromText for Auto<T> {
    fn noun() -> String {
        format!("`auto` or {}", T::noun())
    }
}

#[cfg(test)]
mod tests;
