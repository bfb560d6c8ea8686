//! Text made inert for Markdown: it reads back as itself and can be nothing but text.

/// Where a text is written, which decides what could be mistaken there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spot {
    /// In a paragraph, an item or a heading.
    Line,
    /// In a cell of a table, where a pipe ends the cell.
    Cell,
}

/// Appends `text`, which has no line ends, so that it reads back as exactly `text`.
///
/// Parts in backticks stay code where they can; everything else that Markdown would interpret is escaped, and
/// nothing more, because people read these files as they are. In a cell that holds nothing else they cannot: there
/// the backticks are markup, and reading takes them away.
pub(crate) fn push_text(into: &mut String, text: &str, spot: Spot) {
    let mut before = None;
    let mut rest = text;
    push_leading_number(into, &mut rest);
    while let Some(character) = rest.chars().next() {
        let after = rest.get(character.len_utf8()..).unwrap_or_default();
        if character == '`'
            && let Some((code, tail)) = after.split_once('`')
            && is_plain_code(code, tail, spot)
            && (spot == Spot::Line || before.is_some() || !tail.is_empty())
        {
            into.extend(["`", code, "`"]);
            before = Some('`');
            rest = tail;
            continue;
        }
        push_character(into, before, character, after.chars().next(), spot);
        before = Some(character);
        rest = after;
    }
}

/// Escapes what would make a numbered item of the text: `1.` or `1)` at its start.
fn push_leading_number(into: &mut String, rest: &mut &str) {
    let after = rest.trim_start_matches(|character: char| character.is_ascii_digit());
    let number = rest.strip_suffix(after).unwrap_or_default();
    if let Some(tail) = after.strip_prefix(['.', ')'])
        && !number.is_empty()
    {
        let delimiter = after.strip_suffix(tail).unwrap_or_default();
        into.extend([number, "\\", delimiter]);
        *rest = tail;
    }
}

/// Says whether `code` between single backticks, with `tail` behind it, reads back as it is.
fn is_plain_code(code: &str, tail: &str, spot: Spot) -> bool {
    let is_safe = match spot {
        Spot::Line => true,
        Spot::Cell => !code.contains(['|', '\\']),
    };
    is_safe && !code.is_empty() && !code.starts_with(' ') && !code.ends_with(' ') && !tail.starts_with('`')
}

fn push_character(into: &mut String, before: Option<char>, character: char, after: Option<char>, spot: Spot) {
    let is_word = |neighbor: Option<char>| neighbor.is_some_and(char::is_alphanumeric);
    let is_first = before.is_none();
    let needs_escape = match character {
        '\\' | '`' | '*' | '[' | ']' | '<' | '&' | '~' => true,
        // Inside a word an underscore is only an underscore.
        '_' => !(is_word(before) && is_word(after)),
        '#' => is_first || before == Some(' '),
        '>' | '-' | '+' | '=' | ':' => is_first,
        _ => false,
    };
    match (character, spot) {
        ('|', Spot::Cell) => into.push_str("&#124;"),
        _ if needs_escape => into.extend(['\\', character]),
        _ => into.push(character),
    }
}

/// Appends `code`, which has no line ends, as a code span that reads back as exactly `code`.
///
/// In a cell, or where there is nothing to show, it is written as text.
pub(crate) fn push_code(into: &mut String, code: &str, spot: Spot) {
    let is_spaced = code.starts_with(' ') || code.ends_with(' ');
    if code.is_empty() || is_spaced || (spot == Spot::Cell && code.contains(['|', '\\', '`'])) {
        push_text(into, code, spot);
        return;
    }
    let fence = "`".repeat(longest_run(code, '`') + 1);
    let pad = if code.starts_with('`') || code.ends_with('`') { " " } else { "" };
    into.extend([&fence, pad, code, pad, &fence]);
}

/// Returns the length of the longest run of `wanted` in `text`.
pub(crate) fn longest_run(text: &str, wanted: char) -> usize {
    let mut longest = 0;
    let mut run = 0;
    for character in text.chars() {
        run = if character == wanted { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}

/// Appends `lines` as a code block that they cannot close.
pub(crate) fn push_fenced(into: &mut String, lines: &str) {
    const SHORTEST_FENCE: usize = 3;
    let fence = "`".repeat(SHORTEST_FENCE.max(longest_run(lines, '`') + 1));
    into.extend([&fence, "\n", lines]);
    if !lines.is_empty() && !lines.ends_with('\n') {
        into.push('\n');
    }
    into.extend([&fence, "\n"]);
}
