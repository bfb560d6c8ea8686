//! Small tools that several readers share.

use crate::text::bound::{Limit, start_of};

/// Returns the longest start of `text` that has at most `bytes` bytes.
pub(super) fn cut(text: &str, bytes: usize) -> &str {
    start_of(text, Limit::Bytes(bytes))
}

/// Removes terminal colors and other escape sequences, and the carriage returns of line ends.
pub(super) fn plain(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut characters = line.trim_end_matches(['\r', '\n']).chars();
    while let Some(character) = characters.next() {
        if character != '\u{1b}' {
            plain.push(character);
        } else if characters.as_str().starts_with('[') {
            // A control sequence ends with a byte from `@` to `~`; the `[` itself is not the end.
            characters.next();
            characters.find(|end| ('@'..='~').contains(end));
        }
    }
    plain
}

/// Reads seconds as runners write them: `0.5`, `1,234.5`, `2.10s`; `None` for anything else.
pub(super) fn milliseconds_of_seconds(text: &str) -> Option<u64> {
    milliseconds(text.trim().trim_end_matches('s'), 1000.0)
}

/// Reads milliseconds: `12`, `1.5`, `3ms`; `None` for anything else.
pub(super) fn milliseconds_of_milliseconds(text: &str) -> Option<u64> {
    milliseconds(text.trim().trim_end_matches("ms"), 1.0)
}

fn milliseconds(digits: &str, factor: f64) -> Option<u64> {
    let digits: String = digits.chars().filter(|character| *character != ',').collect();
    let value = digits.trim().parse::<f64>().ok().filter(|value| value.is_finite())?;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the cast saturates, and a negative time is nothing"
    )]
    Some((value * factor).max(0.0).round() as u64)
}

/// Returns `path` with `/` between its parts and without a leading `./`.
pub(super) fn slashed(path: &str) -> String {
    let path = path.trim().replace('\\', "/");
    path.strip_prefix("./").unwrap_or(&path).to_owned()
}

/// Returns the number of spaces that `line` starts with.
pub(super) fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// Returns the number at the start of `text`, and what follows it.
pub(super) fn leading_number(text: &str) -> Option<(u64, &str)> {
    let end = text.find(|character: char| !character.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at_checked(end)?;
    Some((digits.parse().ok()?, rest))
}
