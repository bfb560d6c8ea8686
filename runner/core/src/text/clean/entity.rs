//! Characters that are written as codes: `&lt;`, `&#60;`, `&#x3C;`, and codes of codes like `&amp;lt;`.

use std::ops::Range;

use crate::text::invisible::invisible_kind;

/// Codes by name of characters without width. Other characters are seen, so their codes may stay.
const INVISIBLE_NAMES: [&str; 17] = [
    "shy",
    "zwj",
    "zwnj",
    "lrm",
    "rlm",
    "ZeroWidthSpace",
    "NegativeVeryThinSpace",
    "NegativeThinSpace",
    "NegativeMediumSpace",
    "NegativeThickSpace",
    "NoBreak",
    "ApplyFunction",
    "InvisibleTimes",
    "InvisibleComma",
    "af",
    "ic",
    "it",
];

/// Longest code that is looked for; no name is longer. Numbers may begin with any count of zeros.
const MAX_NAME_BYTES: usize = 32;

/// Returns the codes in `text` that hide something, with what is to stand there instead.
pub(super) fn hiding(text: &str) -> Vec<(Range<usize>, String)> {
    let mut found = Vec::new();
    let mut end = 0;
    for (start, _) in text.match_indices('&') {
        if start < end {
            continue;
        }
        let rest = text.get(start + 1..).unwrap_or_default();
        let Some((length, instead)) = hiding_at(rest) else {
            continue;
        };
        end = start + 1 + length;
        found.push((start..end, instead));
    }
    found
}

/// Returns how many bytes after an `&` belong to a code that hides something, and what is to stand instead.
fn hiding_at(rest: &str) -> Option<(usize, String)> {
    let mut code = code_at(rest)?;
    let mut length = code.length;
    let mut is_nested = false;
    while code.meaning == Meaning::Ampersand
        && let Some(inner) = rest.get(length..).and_then(code_at)
    {
        length += inner.length;
        code = inner;
        is_nested = true;
    }
    let instead = match code.meaning {
        Meaning::Invisible => String::new(),
        Meaning::Ampersand if is_nested || code.is_number => "&amp;".to_owned(),
        Meaning::Less if is_nested || code.is_number => "&lt;".to_owned(),
        Meaning::Greater if is_nested || code.is_number => "&gt;".to_owned(),
        Meaning::Other if is_nested => format!("&{}", rest.get(length - code.length..length)?),
        Meaning::Ampersand | Meaning::Less | Meaning::Greater | Meaning::Other => return None,
    };
    Some((length, instead))
}

/// One code, without its `&`.
struct Code {
    length: usize,
    meaning: Meaning,
    is_number: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Meaning {
    Ampersand,
    Less,
    Greater,
    Invisible,
    Other,
}

fn code_at(rest: &str) -> Option<Code> {
    if let Some(number) = rest.strip_prefix('#') {
        return number_at(number);
    }
    let name_bytes = rest.bytes().take(MAX_NAME_BYTES).take_while(u8::is_ascii_alphanumeric).count();
    let name = rest.get(..name_bytes).filter(|name| !name.is_empty())?;
    let is_ended = rest.get(name_bytes..)?.starts_with(';');
    let meaning = match name {
        "amp" | "AMP" => Meaning::Ampersand,
        "lt" | "LT" => Meaning::Less,
        "gt" | "GT" => Meaning::Greater,
        _ if INVISIBLE_NAMES.contains(&name) => Meaning::Invisible,
        _ => Meaning::Other,
    };
    is_ended.then_some(Code { length: name_bytes + 1, meaning, is_number: false })
}

/// Reads a number after `&#`. Browsers need no semicolon at its end.
fn number_at(number: &str) -> Option<Code> {
    let (radix, mark_bytes) = if number.starts_with(['x', 'X']) { (16, 1) } else { (10, 0) };
    let digits = number.get(mark_bytes..)?;
    let digit_bytes = digits.bytes().take_while(|byte| char::from(*byte).is_digit(radix)).count();
    let value = digits
        .get(..digit_bytes)
        .filter(|digits| !digits.is_empty())?
        .chars()
        .filter_map(|digit| digit.to_digit(radix))
        .fold(0_u32, |value, digit| value.saturating_mul(radix).saturating_add(digit));
    let semicolon_bytes = usize::from(digits.get(digit_bytes..)?.starts_with(';'));
    let meaning = match char::from_u32(value) {
        Some('&') => Meaning::Ampersand,
        Some('<') => Meaning::Less,
        Some('>') => Meaning::Greater,
        Some(character) if invisible_kind(None, character, None).is_none() => Meaning::Other,
        Some(_) | None => Meaning::Invisible,
    };
    Some(Code { length: 1 + mark_bytes + digit_bytes + semicolon_bytes, meaning, is_number: true })
}
