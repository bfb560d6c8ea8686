//! What a reader sees of a text, and where in the text it stands.
//!
//! Text is made visible on its way out, after secrets were taken out of it. A secret that only then becomes whole has
//! to be found before.

use std::ops::Range;

use super::Secret;
use crate::text::invisible::{invisible_kind, terminal_code_bytes};

/// A text without terminal codes and invisible characters.
pub(super) struct Seen {
    pub(super) text: String,
    /// For each byte where its character stood.
    places: Vec<Range<usize>>,
}

impl Seen {
    /// Returns what is seen of `text`, if that is not all of it.
    pub(super) fn of(text: &str) -> Option<Self> {
        if !text.chars().any(|character| is_hidden(character) || is_code_start(character)) {
            return None;
        }
        let mut seen = Self { text: String::with_capacity(text.len()), places: Vec::with_capacity(text.len()) };
        let mut rest = text;
        while let Some(character) = rest.chars().next() {
            let start = text.len() - rest.len();
            let code_bytes = terminal_code_bytes(rest);
            let is_hidden = code_bytes > 0 || is_hidden(character);
            let bytes = if code_bytes > 0 { code_bytes } else { character.len_utf8() };
            if !is_hidden {
                seen.text.push(character);
                seen.places.extend(std::iter::repeat_n(start..start + bytes, bytes));
            }
            rest = rest.get(bytes..).unwrap_or_default();
        }
        Some(seen)
    }

    /// Returns `secret`, which was found in what is seen, as a place of the whole text.
    pub(super) fn in_text(&self, secret: &Secret) -> Option<Secret> {
        let first = self.places.get(secret.place.start)?;
        let last = self.places.get(secret.place.end.checked_sub(1)?)?;
        Some(Secret { kind: secret.kind, place: first.start..last.end })
    }
}

/// Says whether a terminal code may begin with `character`.
fn is_code_start(character: char) -> bool {
    matches!(character, '\u{1b}' | '\u{90}' | '\u{9b}' | '\u{9d}')
}

/// Says whether a reader does not see `character`; white space is seen.
pub(super) fn is_hidden(character: char) -> bool {
    !character.is_whitespace() && invisible_kind(None, character, None).is_some()
}
