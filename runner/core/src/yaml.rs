//! YAML as we read and write it: strict, bounded, and with a place for each error.
//!
//! Writing is done by hand with every text double-quoted, so that what people, tickets and agents put
//! into a field can never become a key, a comment, an anchor or the end of the block (SEC-28).

use std::fmt::Write as _;

use serde::de::DeserializeOwned;

mod front_matter;

pub use front_matter::{FrontMatterError, split_front_matter};

/// Largest text we read as YAML; a configuration has a hundred lines, a roadmap of 10,000 stories some megabytes.
pub const MAX_YAML_BYTES: usize = 16 * 1024 * 1024;

/// Why a text could not be read, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {message}")]
pub struct YamlError {
    /// Counted from 1; 0 where no place is known.
    pub line: u64,
    /// Counted from 1; 0 where no place is known.
    pub column: u64,
    pub message: String,
}

/// Reads `text` as one YAML document.
///
/// Duplicate keys, several documents, anchors that multiply, and `yes` for `true` are errors.
pub fn read_yaml<T: DeserializeOwned>(text: &str) -> Result<T, YamlError> {
    if text.len() > MAX_YAML_BYTES {
        let message = format!("the text has {} bytes; at most {MAX_YAML_BYTES} are read", text.len());
        return Err(YamlError { line: 0, column: 0, message });
    }
    let options = serde_saphyr::options! { strict_booleans: true, with_snippet: false };
    serde_saphyr::from_str_with_options(text, options).map_err(|error| place_of(&error))
}

fn place_of(error: &serde_saphyr::Error) -> YamlError {
    let (line, column) = error.location().map_or((0, 0), |location| (location.line(), location.column()));
    YamlError { line, column, message: error.to_string() }
}

/// Appends `text` as a double-quoted YAML scalar that reads back as exactly `text`.
///
/// Everything that is not plainly printable is escaped, so that the result is one line of text which no
/// YAML reader splits and no terminal or Markdown renderer interprets.
pub fn push_quoted(into: &mut String, text: &str) {
    into.push('"');
    for character in text.chars() {
        match character {
            '"' => into.push_str("\\\""),
            '\\' => into.push_str("\\\\"),
            '\n' => into.push_str("\\n"),
            '\r' => into.push_str("\\r"),
            '\t' => into.push_str("\\t"),
            ' ' | '!' | '#'..='~' => into.push(character),
            _ if character.is_alphanumeric() => into.push(character),
            _ => push_escape(into, u32::from(character)),
        }
    }
    into.push('"');
}

fn push_escape(into: &mut String, code: u32) {
    // Writing to a `String` cannot fail.
    let _: Result<(), std::fmt::Error> = match code {
        0..=0xff => write!(into, "\\x{code:02x}"),
        0x100..=0xffff => write!(into, "\\u{code:04x}"),
        _ => write!(into, "\\U{code:08x}"),
    };
}

/// Returns `text` as a double-quoted YAML scalar; see [`push_quoted`].
pub fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    push_quoted(&mut quoted, text);
    quoted
}

#[cfg(test)]
mod tests;
