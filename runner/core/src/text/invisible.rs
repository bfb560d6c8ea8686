//! Characters that a person does not see: what they are, and when one may stay.
//!
//! Every incoming and outgoing text goes through [`visible`], so that what a person reads, what an agent
//! reads and what a program compares is the same text. Line ends become `\n` on the way.

use crate::text::clean::RemovedKind;

/// Returns `text` without invisible characters and terminal codes, and tells `removed` about each one.
///
/// A joiner stays where a script or an emoji needs it, and so does the selector that asks for the colored form
/// of an emoji; there is at most one of them between two visible characters.
pub(super) fn visible(text: &str, mut removed: impl FnMut(RemovedKind)) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut previous = None;
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        let code_bytes = terminal_code_bytes(rest);
        if code_bytes > 0 {
            removed(RemovedKind::TerminalCode);
            rest = rest.get(code_bytes..).unwrap_or_default();
            continue;
        }
        let after = rest.get(character.len_utf8()..).unwrap_or_default();
        let next = after.chars().next();
        rest = after;
        if is_line_end(character) {
            // The line end that counts is the `\n` of `\r\n`.
            if character != '\r' || next != Some('\n') {
                kept.push('\n');
                previous = Some('\n');
            }
            continue;
        }
        match invisible_kind(previous, character, next) {
            Some(kind) => removed(kind),
            None => {
                kept.push(character);
                previous = Some(character);
            }
        }
    }
    kept
}

/// Returns the kind of `character` if a person would not see it between `previous` and `next`.
pub(super) fn invisible_kind(previous: Option<char>, character: char, next: Option<char>) -> Option<RemovedKind> {
    match character {
        '\n' | '\t' => None,
        _ if character.is_control() => Some(RemovedKind::ControlCharacter),
        '\u{ad}' => Some(RemovedKind::SoftHyphen),
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            Some(RemovedKind::BidiControl)
        }
        '\u{200c}' | '\u{200d}' => {
            let is_needed = previous.zip(next).is_some_and(|(previous, next)| {
                is_joining_letter(previous) && is_joining_letter(next)
                    || character == '\u{200d}' && is_emoji_part(previous) && is_pictograph(next)
            });
            (!is_needed).then_some(RemovedKind::ZeroWidth)
        }
        '\u{fe0f}' => {
            let is_needed = previous.is_some_and(is_pictograph)
                || next == Some('\u{20e3}') && previous.is_some_and(|key| "0123456789#*".contains(key));
            (!is_needed).then_some(RemovedKind::VariationSelector)
        }
        '\u{fe00}'..='\u{fe0e}' | '\u{180b}'..='\u{180d}' | '\u{180f}' | '\u{e0100}'..='\u{e01ef}' => {
            Some(RemovedKind::VariationSelector)
        }
        '\u{e0000}'..='\u{e0fff}' => Some(RemovedKind::TagCharacter),
        _ => is_zero_width(character).then_some(RemovedKind::ZeroWidth),
    }
}

/// Says whether `character` takes no room: fillers, separators of scripts and notations, deprecated formats.
fn is_zero_width(character: char) -> bool {
    matches!(
        character,
        '\u{34f}' | '\u{70f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}' | '\u{200b}'
            | '\u{2060}'..='\u{2065}' | '\u{206a}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
    )
}

/// Says whether `character` ends a line somewhere: in Unicode, in a terminal, or in a printer.
fn is_line_end(character: char) -> bool {
    matches!(character, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Says whether `character` belongs to a script that spells with joiners: Arabic and its kin, the Indic
/// scripts, Tibetan, Myanmar, Khmer, Mongolian. None of these is itself taken out, so that the joiner before
/// it does not lose its reason.
fn is_joining_letter(character: char) -> bool {
    matches!(
        character,
        '\u{620}'..='\u{70e}' | '\u{710}'..='\u{dff}' | '\u{f00}'..='\u{109f}' | '\u{1780}'..='\u{17b3}'
            | '\u{17b6}'..='\u{180a}' | '\u{1810}'..='\u{18af}' | '\u{fb50}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}'
    )
}

/// Says whether `character` is a symbol that may be shown as a colored picture.
fn is_pictograph(character: char) -> bool {
    matches!(
        character,
        '\u{a9}' | '\u{ae}' | '\u{203c}' | '\u{2049}' | '\u{2122}' | '\u{2139}' | '\u{2190}'..='\u{21ff}'
            | '\u{2300}'..='\u{23ff}' | '\u{24c2}' | '\u{25a0}'..='\u{27bf}' | '\u{2900}'..='\u{297f}'
            | '\u{2b00}'..='\u{2bff}' | '\u{3030}' | '\u{303d}' | '\u{3297}' | '\u{3299}'
            | '\u{1f000}'..='\u{1faff}'
    )
}

/// Says whether `character` can stand before the joiner of an emoji that is made of several.
fn is_emoji_part(character: char) -> bool {
    character == '\u{fe0f}' || is_pictograph(character)
}

/// Says whether `character` belongs to the visible character before it, so that no cut may part them.
pub(super) fn extends_previous(character: char) -> bool {
    matches!(character, '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}' | '\u{20e3}' | '\u{1f3fb}'..='\u{1f3ff}')
        || unicode_normalization::char::is_combining_mark(character)
}

/// Returns how many bytes at the start of `text` are a terminal code, 0 if it starts with something else.
///
/// A string (a window title, a link) counts as far as its terminator if that comes before the line ends and before the
/// next code; otherwise only its introducer is a code, so that nothing can hide the text after it.
pub(super) fn terminal_code_bytes(text: &str) -> usize {
    const ESCAPE: char = '\u{1b}';
    let mut characters = text.chars();
    let (kind, introducer) = match characters.next() {
        Some(ESCAPE) => match characters.next() {
            Some(kind) if kind.is_ascii_graphic() || kind == ' ' => (kind, 2),
            _ => return 0,
        },
        Some('\u{90}') => ('P', 2),
        Some('\u{9b}') => ('[', 2),
        Some('\u{9d}') => (']', 2),
        _ => return 0,
    };
    let body = text.get(introducer..).unwrap_or_default();
    match kind {
        '[' => introducer + count_while(body, ' '..='?') + final_byte(body, ' '..='?', '@'..='~'),
        ']' | 'P' | 'X' | '^' | '_' => introducer + terminated_bytes(body),
        ' '..='/' => introducer + count_while(body, ' '..='/') + final_byte(body, ' '..='/', '0'..='~'),
        _ => introducer,
    }
}

fn count_while(text: &str, range: std::ops::RangeInclusive<char>) -> usize {
    text.chars().take_while(|character| range.contains(character)).count()
}

/// Returns 1 if what follows the characters of `skipped` is one of `wanted`.
fn final_byte(text: &str, skipped: std::ops::RangeInclusive<char>, wanted: std::ops::RangeInclusive<char>) -> usize {
    let last = text.chars().find(|character| !skipped.contains(character));
    usize::from(last.is_some_and(|last| wanted.contains(&last)))
}

/// Returns the bytes up to and including the terminator of a string, 0 if it has none.
fn terminated_bytes(text: &str) -> usize {
    let ends = ['\u{7}', '\u{9c}', '\u{1b}', '\u{90}', '\u{9b}', '\u{9d}', '\n', '\r'];
    let Some((offset, end)) = text.char_indices().find(|(_, character)| ends.contains(character)) else {
        return 0;
    };
    let is_escape_backslash = text.get(offset..).is_some_and(|rest| rest.starts_with("\u{1b}\\"));
    match end {
        '\u{7}' => offset + 1,
        '\u{9c}' => offset + 2,
        '\u{1b}' if is_escape_backslash => offset + 2,
        _ => 0,
    }
}

#[cfg(test)]
mod tests;
