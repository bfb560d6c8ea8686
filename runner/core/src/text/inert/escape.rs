//! Markdown in which a text shows as it was written.

/// Escapes one line, wherever in a document it may stand.
pub(super) fn line(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + text.len() / 8);
    push_line(&mut escaped, text);
    escaped
}

/// Escapes paragraphs: lines stay lines, and one empty line parts two paragraphs.
pub(super) fn paragraphs(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + text.len() / 8);
    let mut has_gap = false;
    for line in text.lines().map(str::trim) {
        if line.is_empty() {
            has_gap = true;
            continue;
        }
        if !escaped.is_empty() {
            escaped.push_str(if has_gap { "\n\n" } else { "\n" });
        }
        has_gap = false;
        push_line(&mut escaped, line);
    }
    escaped
}

fn push_line(escaped: &mut String, line: &str) {
    let number_bytes = line.bytes().take_while(u8::is_ascii_digit).count();
    for (offset, character) in line.char_indices() {
        // Marks of headings, lists, quotes, tables and underlined headings have a meaning only where a line starts.
        let is_start_mark = offset == 0 && character.is_ascii_punctuation();
        let is_list_mark = offset == number_bytes && matches!(character, '.' | ')');
        match character {
            // As an entity, because tables take a backslash before their `|` for an escape of it.
            '\\' => escaped.push_str("&#92;"),
            '`' | '*' | '_' | '[' | ']' | '<' | '>' | '&' | '~' | '|' | '$' => push_escaped(escaped, character),
            _ if is_start_mark || is_list_mark => push_escaped(escaped, character),
            _ => escaped.push(character),
        }
    }
}

fn push_escaped(escaped: &mut String, character: char) {
    escaped.push('\\');
    escaped.push(character);
}

/// Returns `text`, which is one line, as a code span; an empty text stays empty.
pub(super) fn code_span(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let marks = "`".repeat(longest_run_of_backticks(text) + 1);
    // A backtick at an end would belong to the marks; one space at both ends is not shown.
    if text.starts_with('`') || text.ends_with('`') {
        format!("{marks} {text} {marks}")
    } else {
        format!("{marks}{text}{marks}")
    }
}

/// Returns a fence that nothing in `text` closes.
pub(super) fn fence(text: &str) -> String {
    "`".repeat((longest_run_of_backticks(text) + 1).max(3))
}

fn longest_run_of_backticks(text: &str) -> usize {
    text.split(|character| character != '`').map(str::len).max().unwrap_or(0)
}
