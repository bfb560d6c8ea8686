//! From any text to the letters of a branch name.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// More of a title than any slug needs; the rest of a megabyte is not looked at.
const MAX_READ_CHARACTERS: usize = 2000;

/// Longest ticket key, user name or type in a branch name.
const MAX_ID_BYTES: usize = 64;

/// Returns the words of `text` in small ASCII letters and digits, joined by `-`, cut at a whole word.
pub(super) fn slug(text: &str, longest: usize) -> String {
    let mut slug = String::new();
    for word in ascii(text).to_ascii_lowercase().split('-').filter(|word| !word.is_empty()) {
        if slug.is_empty() {
            slug.extend(word.chars().take(longest));
        } else if slug.len() + 1 + word.len() <= longest {
            slug.push('-');
            slug.push_str(word);
        } else {
            break;
        }
    }
    slug
}

/// Returns a key such as `PROJ-12` with nothing in it but letters, digits and `-`.
pub(super) fn clean_id(text: &str) -> String {
    let cleaned = ascii(text);
    let cut: String = cleaned.chars().take(MAX_ID_BYTES).collect();
    clean_name(&cut, MAX_ID_BYTES)
}

/// Returns the text in ASCII letters and digits, with `-` for everything else.
fn ascii(text: &str) -> String {
    let mut letters = String::new();
    for character in text.chars().take(MAX_READ_CHARACTERS).nfkd().filter(|character| !is_combining_mark(*character)) {
        match character {
            'a'..='z' | 'A'..='Z' | '0'..='9' => letters.push(character),
            // "don't" is one word.
            '\'' | '\u{2019}' | '\u{2bc}' => {}
            _ => letters.push_str(spelled(character).unwrap_or("-")),
        }
    }
    letters
}

/// Returns how a letter is spelled in ASCII that no mark can be taken off from.
fn spelled(letter: char) -> Option<&'static str> {
    Some(match letter {
        'ß' => "ss",
        'ẞ' => "SS",
        'æ' => "ae",
        'Æ' => "AE",
        'œ' => "oe",
        'Œ' => "OE",
        'ø' => "o",
        'Ø' => "O",
        'đ' | 'ð' => "d",
        'Đ' | 'Ð' => "D",
        'ł' => "l",
        'Ł' => "L",
        'þ' => "th",
        'Þ' => "Th",
        'ı' => "i",
        _ => return None,
    })
}

/// Makes a name of what a pattern gave: strange characters and runs of separators become one separator, and
/// nothing starts or ends with one.
pub(super) fn clean_name(text: &str, longest: usize) -> String {
    let mut name = String::new();
    for part in text.split('/') {
        let part = clean_part(part);
        if part.is_empty() {
            continue;
        }
        if !name.is_empty() {
            name.push('/');
        }
        name.push_str(&part);
    }
    // Everything is ASCII by now, so a byte is a character.
    name.truncate(longest);
    let end = name.trim_end_matches(is_separator).len();
    name.truncate(end);
    without_lock(name)
}

fn clean_part(part: &str) -> String {
    let mut clean = String::new();
    for character in part.chars() {
        let character = if character.is_ascii_alphanumeric() || "-_.".contains(character) { character } else { '-' };
        let ends_with_separator = clean.ends_with(is_separator);
        match character {
            '-' | '_' | '.' if clean.is_empty() || ends_with_separator => {}
            _ => clean.push(character),
        }
    }
    let end = clean.trim_end_matches(is_separator).len();
    clean.truncate(end);
    without_lock(clean)
}

fn is_separator(character: char) -> bool {
    "-_./".contains(character)
}

/// Git keeps names that end with `.lock` for itself.
fn without_lock(name: String) -> String {
    match name.len().checked_sub(".lock".len()).and_then(|start| name.split_at_checked(start)) {
        Some((stem, end)) if end.eq_ignore_ascii_case(".lock") => format!("{stem}-lock"),
        _ => name,
    }
}
