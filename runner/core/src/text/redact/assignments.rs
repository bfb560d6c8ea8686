//! Values that look random, assigned to something that is called a secret.

use super::patterns::run_end;
use super::{REDACTED, Secret, SecretKind};

/// Parts of names of secrets, in lower case without separators.
const NAMES: &[&str] =
    &["password", "passwd", "secret", "token", "apikey", "accesskey", "privatekey", "credential", "authkey"];

/// Longer names are prose or generated code.
const MAX_NAME_BYTES: usize = 64;

/// Longer values are not looked at whole.
const MAX_VALUE_BYTES: usize = 512;

/// Shorter values are words.
const MIN_VALUE_BYTES: usize = 12;

/// Random text of letters and digits has more; words have less.
const MIN_BITS_PER_BYTE: f64 = 3.0;

/// Returns the values, in order.
pub(super) fn find_in(text: &str) -> Vec<Secret> {
    let bytes = text.as_bytes();
    let mut secrets = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        // Our own word for a secret is no name of one, or what follows it would go when a text is redacted again.
        if let Some(end) = own_word_end(bytes, at) {
            at = end;
            continue;
        }
        let end = run_end(bytes, at, is_name_byte);
        if end == at {
            at += 1;
            continue;
        }
        let names_secret = end - at <= MAX_NAME_BYTES && bytes.get(at..end).is_some_and(names_a_secret);
        let value = if names_secret { value_after(bytes, end) } else { None };
        at = end;
        if let Some((start, end)) = value
            && bytes.get(start..end).is_some_and(looks_random)
        {
            secrets.push(Secret { kind: SecretKind::Assignment, place: start..end });
            at = end;
        }
    }
    secrets
}

/// Returns where the word ends that stands for a secret, if one begins at `start`. Its bracket may be missing: a
/// terminal code before it takes it.
fn own_word_end(bytes: &[u8], start: usize) -> Option<usize> {
    let word = REDACTED.trim_start_matches('[');
    bytes.get(start..)?.strip_prefix(word.as_bytes())?;
    let end = run_end(bytes, start + word.len(), |byte| byte == b' ' || byte.is_ascii_lowercase());
    (bytes.get(end) == Some(&b']')).then_some(end + 1)
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_-.".contains(&byte)
}

fn names_a_secret(name: &[u8]) -> bool {
    let letters = name.iter().filter(|byte| byte.is_ascii_alphanumeric());
    let name: String = letters.map(|byte| char::from(byte.to_ascii_lowercase())).collect();
    NAMES.iter().any(|secret| name.contains(secret))
}

/// Returns where the value stands that is assigned after `end`: behind `=`, `:`, `:=` or `=>`.
fn value_after(bytes: &[u8], end: usize) -> Option<(usize, usize)> {
    let sign = run_end(bytes, end, |byte| b" \t\"'`]".contains(&byte));
    let start = run_end(bytes, sign, |byte| b":=>".contains(&byte));
    if start == sign || start - sign > 3 {
        return None;
    }
    let start = run_end(bytes, start, |byte| b" \t\"'`".contains(&byte));
    let limit = bytes.len().min(start.saturating_add(MAX_VALUE_BYTES));
    let within = bytes.get(..limit)?;
    let ends = |byte: u8| byte.is_ascii_whitespace() || b"\"'`,;)}]<>".contains(&byte) || !byte.is_ascii();
    Some((start, run_end(within, start, |byte| !ends(byte))))
}

/// Says whether `value` has the variety of a random text, with a digit and a letter in it.
pub(super) fn looks_random(value: &[u8]) -> bool {
    let has = |wanted: fn(&u8) -> bool| value.iter().any(wanted);
    value.len() >= MIN_VALUE_BYTES
        && has(u8::is_ascii_digit)
        && has(u8::is_ascii_alphabetic)
        && bits_per_byte(value) >= MIN_BITS_PER_BYTE
}

/// Returns Shannon's measure of variety.
fn bits_per_byte(value: &[u8]) -> f64 {
    let mut counts = [0_u32; 256];
    for byte in value {
        if let Some(count) = counts.get_mut(usize::from(*byte)) {
            *count += 1;
        }
    }
    let total = f64::from(u32::try_from(value.len()).unwrap_or(u32::MAX));
    let shares = counts.into_iter().filter(|count| *count > 0).map(|count| f64::from(count) / total);
    shares.map(|share| -share * share.log2()).sum()
}
