//! Writing `key: value` lines that [`super::Fields`] reads back.

use std::fmt::{Arguments, Display, Write as _};
use std::sync::Arc;

use crate::yaml::push_quoted;

pub(crate) fn line(text: &mut String, content: Arguments<'_>) {
    // Writing to a `String` cannot fail.
    let _: Result<(), std::fmt::Error> = writeln!(text, "{content}");
}

/// Writes a value that needs no quotes: a number, or a name made of letters.
pub(crate) fn plain(text: &mut String, key: &str, value: impl Display) {
    line(text, format_args!("{key}: {value}"));
}

/// Writes a text, whatever is in it.
pub(crate) fn quoted(text: &mut String, key: &str, value: &str) {
    text.push_str(key);
    text.push_str(": ");
    push_quoted(text, value);
    text.push('\n');
}

/// Writes a value or null. Quoted, because a name or hash may look like a number.
pub(crate) fn optional(text: &mut String, key: &str, value: Option<&impl Display>) {
    match value {
        Some(value) => quoted(text, key, &value.to_string()),
        None => plain(text, key, "null"),
    }
}

/// Writes names that need no quotes on one line.
pub(crate) fn plain_list(text: &mut String, key: &str, values: &[impl Display]) {
    let values: Vec<_> = values.iter().map(ToString::to_string).collect();
    line(text, format_args!("{key}: [{}]", values.join(", ")));
}

/// Writes texts, one on each line.
pub(crate) fn quoted_list(text: &mut String, key: &str, values: &[Arc<str>]) {
    text.push_str(key);
    text.push_str(if values.is_empty() { ": []\n" } else { ":\n" });
    for value in values {
        text.push_str("  - ");
        push_quoted(text, value);
        text.push('\n');
    }
}
