//! What HTML does not show: comments, and attributes of tags.

use std::ops::Range;

use super::{Edit, RemovedKind};

/// Returns what is hidden in the parts of `text` that are HTML.
///
/// A comment that is open where a part ends goes on to its end in a later part: browsers do not know where the
/// Markdown was.
pub(super) fn hidden(text: &str, parts: &[Range<usize>]) -> Vec<Edit> {
    let mut edits = Vec::new();
    let mut comment_start = None;
    for part in parts {
        let mut offset = part.start;
        while let Some(rest) = text.get(offset..part.end).filter(|rest| !rest.is_empty()) {
            if let Some(start) = comment_start {
                let Some(end) = rest.find("-->") else {
                    break;
                };
                comment_start = None;
                offset += end + 3;
                edits.push(Edit { range: start..offset, instead: String::new(), kind: RemovedKind::HtmlComment });
                continue;
            }
            let Some(mark) = rest.find('<') else {
                break;
            };
            let start = offset + mark;
            let markup = rest.get(mark..).unwrap_or_default();
            if let Some(comment) = markup.strip_prefix("<!--") {
                // These two are whole comments; the search for the end must not go beyond them.
                let closed = if comment.starts_with('>') {
                    1
                } else if comment.starts_with("->") {
                    2
                } else {
                    0
                };
                if closed > 0 {
                    offset = start + 4 + closed;
                    edits.push(Edit { range: start..offset, instead: String::new(), kind: RemovedKind::HtmlComment });
                } else {
                    comment_start = Some(start);
                    offset = start + 4;
                }
                continue;
            }
            let (length, edit) = markup_at(start, markup);
            edits.extend(edit);
            offset = start + length;
        }
    }
    if let Some(start) = comment_start {
        edits.push(Edit { range: start..text.len(), instead: String::new(), kind: RemovedKind::HtmlComment });
    }
    edits
}

/// Returns how long the markup at the start of `markup` is, and what is to be done about it.
fn markup_at(start: usize, markup: &str) -> (usize, Option<Edit>) {
    let after = markup.get(1..).unwrap_or_default();
    let name_start = usize::from(after.starts_with('/')) + 1;
    let is_tag =
        markup.get(name_start..).is_some_and(|name| name.starts_with(|first: char| first.is_ascii_alphabetic()));
    if is_tag {
        return tag_at(start, markup, name_start);
    }
    if !after.starts_with(['!', '?', '/']) {
        return (1, None);
    }
    let end = if after.starts_with('?') {
        markup.find("?>").map(|end| end + 2)
    } else if after.starts_with("![CDATA[") {
        markup.find("]]>").map(|end| end + 3)
    } else {
        markup.find('>').map(|end| end + 1)
    };
    let length = end.unwrap_or(markup.len());
    let edit = Edit { range: start..start + length, instead: String::new(), kind: RemovedKind::HtmlComment };
    (length, Some(edit))
}

/// Reads a tag and leaves only its addresses.
fn tag_at(start: usize, markup: &str, name_start: usize) -> (usize, Option<Edit>) {
    let ends_name = |character: char| character.is_whitespace() || character == '>' || character == '/';
    let name = markup.get(name_start..).unwrap_or_default();
    let name_bytes = name.find(ends_name).unwrap_or(name.len());
    let mut kept = markup.get(..name_start + name_bytes).unwrap_or_default().to_owned();
    let mut offset = name_start + name_bytes;
    let mut has_hidden = name_bytes > MAX_NAME_BYTES;
    loop {
        let rest = markup.get(offset..).unwrap_or_default();
        let attribute = rest.trim_start_matches(|character: char| character.is_whitespace() || character == '/');
        offset += rest.len() - attribute.len();
        if attribute.is_empty() {
            // A tag without an end hides all that follows in its part.
            let edit = Edit { range: start..start + offset, instead: String::new(), kind: RemovedKind::HtmlAttribute };
            return (offset, Some(edit));
        }
        if attribute.starts_with('>') {
            offset += 1;
            break;
        }
        let (length, name, value) = attribute_at(attribute);
        offset += length;
        let is_address = ["href", "src"].iter().any(|address| name.eq_ignore_ascii_case(address));
        let is_plain = !value.contains(|character: char| character.is_whitespace() || "\"'<>".contains(character));
        if is_address && is_plain {
            kept.extend([" ", &name.to_ascii_lowercase(), "=\"", value, "\""]);
        } else {
            has_hidden = true;
        }
    }
    kept.push('>');
    if name_bytes > MAX_NAME_BYTES {
        kept.clear();
    }
    let edit = Edit { range: start..start + offset, instead: kept, kind: RemovedKind::HtmlAttribute };
    (offset, has_hidden.then_some(edit))
}

/// Longest name of a tag; what is longer is a message.
const MAX_NAME_BYTES: usize = 24;

/// Returns the length, the name and the value of the attribute at the start of `text`.
fn attribute_at(text: &str) -> (usize, &str, &str) {
    // The first character belongs to the name whatever it is, as in browsers.
    let first = text.chars().next().map_or(0, char::len_utf8);
    let ends_name = |character: char| character.is_whitespace() || "=>/".contains(character);
    let name_bytes = text.get(first..).and_then(|rest| rest.find(ends_name)).map_or(text.len(), |end| first + end);
    let name = text.get(..name_bytes).unwrap_or_default();
    let rest = text.get(name_bytes..).unwrap_or_default();
    let Some(value) = rest.trim_start().strip_prefix('=').map(str::trim_start) else {
        return (name_bytes, name, "");
    };
    let value_start = text.len() - value.len();
    let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''));
    if let Some(quote) = quote {
        let quoted = value.get(1..).unwrap_or_default();
        return match quoted.find(quote) {
            Some(end) => (value_start + end + 2, name, quoted.get(..end).unwrap_or_default()),
            None => (text.len(), name, ""),
        };
    }
    let end = value.find(|character: char| character.is_whitespace() || character == '>').unwrap_or(value.len());
    (value_start + end, name, value.get(..end).unwrap_or_default())
}
