//! What was left to be done later. A contract is frozen, so there is no later.
//!
//! Words count only where they are remarks: a list of tasks may well have a column called `TODO`.

use super::{Objections, extension, is_prose};

const WORDS: [&str; 4] = ["TODO", "FIXME", "TBD", "XXX"];

/// Of one line, no more are looked at; nobody writes longer lines.
const MAX_MATCHES: usize = 20;

/// Keys whose values are words for people.
const DESCRIPTIONS: [&str; 4] = ["description", "summary", "title", "comment"];

/// Objects to remarks that something is left to be done.
pub(super) fn check(path: &str, text: &str, objections: &mut Objections<'_>) {
    for (line, number) in text.lines().zip(1_u32..) {
        let found = WORDS.iter().find(|word| is_remark(path, line, word));
        if let Some(word) = found {
            objections.add(
                "leftover",
                path,
                Some(number),
                format!("`{word}` is left; decide it now, or make it a question"),
            );
        }
    }
}

fn is_remark(path: &str, line: &str, word: &str) -> bool {
    let is_whole = |at: usize| {
        let before = line.get(..at).unwrap_or_default();
        let after = line.get(at + word.len()..).unwrap_or_default();
        let is_letter = |character: char| character.is_alphanumeric() || character == '_';
        (!before.ends_with(is_letter) && !after.starts_with(is_letter)).then_some((before, after))
    };
    line.match_indices(word).take(MAX_MATCHES).filter_map(|(at, _)| is_whole(at)).any(|(before, after)| {
        let before = before.trim_end();
        let starts_comment = match extension(path) {
            "yaml" | "yml" => before.ends_with('#'),
            "json" => false,
            "sql" => before.ends_with("--") || before.ends_with("/*"),
            _ => before.ends_with(['#', '*']) || before.ends_with("//") || before.ends_with("<!--"),
        };
        let is_said =
            is_prose(path) && (after.starts_with(':') || before.trim_start_matches(['-', '*', ' ', '>']).is_empty());
        starts_comment || is_said || is_description(before)
    })
}

/// Says whether a value of a describing key begins after `before`.
fn is_description(before: &str) -> bool {
    let before = before.trim_end_matches(['"', '\'', ' ', '|', '>']);
    let Some(key) = before.strip_suffix(':') else { return false };
    let key = key.trim().trim_start_matches("- ").trim_matches(['"', '\'', '{', ' ', ',']);
    DESCRIPTIONS.contains(&key.rsplit(['"', ' ', ',', '{']).next().unwrap_or(key))
}
