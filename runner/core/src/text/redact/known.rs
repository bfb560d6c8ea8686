//! Known values, in every form in which a program may print them.
//!
//! The text is searched without its white space and invisible characters, so that a value that was wrapped is found
//! all the same.

use std::collections::BTreeSet;
use std::sync::Arc;

use aho_corasick::AhoCorasick;

use super::seen::is_hidden;
use super::{Secret, SecretKind};

/// Shorter values occur in ordinary text.
const MIN_VALUE_BYTES: usize = 6;

/// Shorter parts of an encoded value occur in ordinary text.
const MIN_FORM_BYTES: usize = 6;

/// Shorter rests of a value occur in ordinary text.
const MIN_REST_BYTES: usize = 8;

/// Values that are looked for.
#[derive(Clone, Default)]
pub(super) struct KnownValues {
    search: Option<Arc<AhoCorasick>>,
    count: u32,
    ignored: u32,
}

impl KnownValues {
    pub(super) fn new<'a>(values: impl IntoIterator<Item = &'a str>) -> Self {
        let mut forms = BTreeSet::new();
        let mut known = Self::default();
        for value in values {
            let value = value.trim();
            if value.len() < MIN_VALUE_BYTES {
                known.ignored += u32::from(!value.is_empty());
                continue;
            }
            known.count += 1;
            forms.extend(forms_of(value));
        }
        if !forms.is_empty() {
            // Building fails only for more forms than memory holds; then nothing could be searched anyway.
            known.search = AhoCorasick::new(&forms).ok().map(Arc::new);
        }
        known
    }

    pub(super) fn count(&self) -> u32 {
        self.count
    }

    pub(super) fn ignored(&self) -> u32 {
        self.ignored
    }

    pub(super) fn find_in(&self, text: &str) -> Vec<Secret> {
        let Some(search) = &self.search else { return Vec::new() };
        let compact = Compact::of(text);
        let found = search.find_overlapping_iter(&compact.bytes);
        let places = found.filter_map(|found| compact.place_of(found.start(), found.end()));
        places.map(|place| Secret { kind: SecretKind::KnownValue, place }).collect()
    }
}

/// Returns everything that a search has to look for to find `value`.
fn forms_of(value: &str) -> impl Iterator<Item = Vec<u8>> {
    let bytes = value.as_bytes();
    let json = serde_json::to_string(value).unwrap_or_default();
    let mut forms = vec![
        value.to_owned(),
        without_first(value),
        value.chars().rev().collect(),
        json.trim_matches('"').to_owned(),
        hex(bytes, "0123456789abcdef"),
        hex(bytes, "0123456789ABCDEF"),
        percent(bytes, "0123456789ABCDEF"),
        percent(bytes, "0123456789abcdef"),
    ];
    for alphabet in [STANDARD, URL_SAFE] {
        forms.extend((0..3).map(|skipped| base64_core(bytes, skipped, alphabet)));
    }
    forms.into_iter().map(|form| Compact::of(&form).bytes).filter(|form| form.len() >= MIN_FORM_BYTES)
}

/// Returns `value` as it is seen where a terminal code before it takes its first letter, if enough of it is left.
fn without_first(value: &str) -> String {
    let rest = value.chars().skip(1).collect::<String>();
    if rest.len() < MIN_REST_BYTES { String::new() } else { rest }
}

fn digit(digits: &str, value: u8) -> char {
    digits.as_bytes().get(usize::from(value)).copied().map_or('0', char::from)
}

fn hex(bytes: &[u8], digits: &str) -> String {
    bytes.iter().flat_map(|byte| [digit(digits, byte >> 4), digit(digits, byte & 15)]).collect()
}

fn percent(bytes: &[u8], digits: &str) -> String {
    let mut encoded = String::new();
    for byte in bytes {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(byte) {
            encoded.push(char::from(*byte));
        } else {
            encoded.extend(['%', digit(digits, byte >> 4), digit(digits, byte & 15)]);
        }
    }
    encoded
}

const STANDARD: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const URL_SAFE: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Returns the part of the Base64 of `bytes` that is the same whatever stands around them, when `skipped` bytes
/// of the first group of three belong to something else.
fn base64_core(bytes: &[u8], skipped: usize, alphabet: &str) -> String {
    let first_bit = (8 * skipped).next_multiple_of(6);
    let last_bit = 8 * (skipped + bytes.len()) / 6 * 6;
    let bit = |position: usize| {
        let byte = (position / 8).checked_sub(skipped).and_then(|index| bytes.get(index)).copied().unwrap_or(0);
        byte >> (7 - position % 8) & 1
    };
    let letter = |start: usize| (start..start + 6).fold(0, |value, position| value << 1 | bit(position));
    (first_bit..last_bit).step_by(6).map(|start| digit(alphabet, letter(start))).collect()
}

/// A text without white space and invisible characters, and where each byte stood.
struct Compact {
    bytes: Vec<u8>,
    places: Vec<(usize, usize)>,
}

impl Compact {
    fn of(text: &str) -> Self {
        let mut compact = Self { bytes: Vec::with_capacity(text.len()), places: Vec::with_capacity(text.len()) };
        let mut buffer = [0; 4];
        for (start, character) in text.char_indices() {
            if !character.is_whitespace() && !is_hidden(character) {
                let bytes = character.encode_utf8(&mut buffer).as_bytes();
                compact.bytes.extend(bytes);
                compact.places.extend(std::iter::repeat_n((start, start + bytes.len()), bytes.len()));
            }
        }
        compact
    }

    /// Returns where the bytes from `start` to `end` stood.
    fn place_of(&self, start: usize, end: usize) -> Option<std::ops::Range<usize>> {
        let (first, _) = self.places.get(start)?;
        let (_, last) = self.places.get(end.checked_sub(1)?)?;
        Some(*first..*last)
    }
}
