//! Data between two lines that only this run can write.

use unicode_normalization::UnicodeNormalization as _;

use crate::text::bound::{Limit, cut, shortened};
use crate::text::invisible::visible;

/// Longest data in a prompt; a ticket that says more than a book chapter is cut with a notice (SEC-34).
pub const MAX_UNTRUSTED_CHARACTERS: usize = 100_000;

/// Longest label of data.
const MAX_LABEL_CHARACTERS: usize = 120;

/// How far into a line a header is looked for; keeps the time linear.
const MAX_HEADER_CHARACTERS: usize = 120;

/// Returns `text` between lines that contain `nonce`, which must be new for each run and unknown to all who write
/// data.
///
/// No line of the data is such a line, imitates one, or looks like a header of a conversation with a model.
pub fn wrap_untrusted(text: &str, label: &str, nonce: &str) -> String {
    let label = without_nonce(&visible(label, |_| ()), nonce);
    let label = label.split_whitespace().collect::<Vec<_>>().join(" ");
    let label = shortened(&label, Limit::Characters(MAX_LABEL_CHARACTERS));
    let text = without_nonce(&visible(text, |_| ()), nonce);
    let text = cut(text.trim_matches('\n'), Limit::Characters(MAX_UNTRUSTED_CHARACTERS));
    let mut wrapped = format!("=== BEGIN UNTRUSTED DATA {nonce}: {label} ===\n");
    for line in text.split('\n') {
        if is_header(line) {
            wrapped.push('\\');
        }
        wrapped.push_str(&line.replace("<|", "<\\|").replace("|>", "|\\>"));
        wrapped.push('\n');
    }
    wrapped.extend(["=== END UNTRUSTED DATA ", nonce, " ===\n"]);
    wrapped
}

fn without_nonce(text: &str, nonce: &str) -> String {
    if nonce.is_empty() { text.to_owned() } else { text.replace(nonce, "[delimiter]") }
}

/// Names of those who speak in a conversation with a model.
const SPEAKERS: [&str; 9] = ["system", "developer", "assistant", "user", "human", "tool", "function", "inst", "sys"];

/// Words of headers that tell a model what to do.
const HEADER_WORDS: [&str; 5] = ["instruction", "instructions", "system", "prompt", "developer"];

/// How many words of a line may be a header.
const MAX_HEADER_WORDS: usize = 5;

/// Says whether `line` looks like one of our delimiters or like the header of a message.
fn is_header(line: &str) -> bool {
    // Wide and ornate letters become the common ones.
    let folded: String = line.chars().take(MAX_HEADER_CHARACTERS).nfkc().flat_map(char::to_lowercase).collect();
    let words: Vec<_> =
        folded.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    if words.contains(&"untrusted") {
        return true;
    }
    let content = folded.trim_start();
    let is_marked =
        content.starts_with(['#', '=', '<', '[', '{', '|']) || content.starts_with("**") || content.starts_with("--");
    let content = content.trim_start_matches(|mark: char| !mark.is_alphanumeric());
    let name_bytes = content.find(|character: char| !character.is_alphanumeric()).unwrap_or(content.len());
    let after = content.get(name_bytes..).unwrap_or_default();
    let after = after.trim_start_matches(|mark: char| mark.is_whitespace() || "*_".contains(mark));
    let is_speaker = content.get(..name_bytes).is_some_and(|name| SPEAKERS.contains(&name));
    if is_speaker && (after.is_empty() || after.starts_with([':', '>', ']', '|', '}', ')'])) {
        return true;
    }
    let is_title = is_marked || content.trim_end().ends_with(':');
    is_title && words.iter().take(MAX_HEADER_WORDS).any(|word| HEADER_WORDS.contains(word))
}
