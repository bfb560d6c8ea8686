//! What a tool objects to, read from its text: `src/a.rs:3:5: words`, `src/a.ts(3,5): words`, ` --> src/a.rs:3:5`.
//!
//! Most tools write one of these. Only places in files that exist count, so that a log line with a time in it is
//! none. Where nothing is found, the end of the text is the one objection: it is where tools sum up.

use std::collections::BTreeSet;

use pipemason_core::failure::FailureClass;
use pipemason_core::gate::{Finding, Severity};
use pipemason_core::text::bound::{Limit, start_of};

use crate::place::Place;

/// More than anybody repairs in one turn; the log has the rest.
const MAX_FINDINGS: usize = 50;
/// How many files are looked for: an output may hold millions of lines.
const MAX_LOOKS: usize = 10_000;
/// Enough for a message; the log has the rest.
const MAX_MESSAGE_BYTES: usize = 1_000;
/// Enough for the last words of a tool.
const MAX_TAIL_BYTES: usize = 2_000;

/// Returns the objections of the tool `rule` in `text`, redacted, at least one.
pub(crate) fn objections(place: &Place, class: FailureClass, rule: &str, text: &str) -> Vec<Finding> {
    let finding = |message: &str, at: Option<(String, u32)>| {
        let (path, line) = at.unzip();
        let message = place.redactor.redact(message).into_owned();
        let rule = rule.to_owned();
        Finding { class, severity: Severity::Medium, rule, message, path, line, unit: place.unit.clone() }
    };
    let mut findings = Vec::new();
    let mut seen = BTreeSet::new();
    let mut looked = 0_usize;
    let mut headline = "";
    for line in text.lines().map(str::trim) {
        let arrow = line.strip_prefix("--> ");
        let found = place_in(arrow.unwrap_or(line)).filter(|_| looked < MAX_LOOKS).and_then(|(path, number, words)| {
            looked += 1;
            let path = place.path_in_tree(path);
            place.tree().join(&path).is_file().then_some((path, number, words))
        });
        if let Some((path, number, words)) = found {
            // rustc says what it objects to before it says where.
            let message = if arrow.is_some() { headline } else { words };
            let message = start_of(message, Limit::Bytes(MAX_MESSAGE_BYTES));
            if seen.insert((path.clone(), number, message)) && findings.len() < MAX_FINDINGS {
                findings.push(finding(message, Some((path, number))));
            }
        } else if line.starts_with("error") || line.starts_with("warning") {
            headline = line;
        }
    }
    if findings.is_empty() {
        findings.push(finding(tail(text), None));
    }
    findings
}

/// Returns the end of a text.
pub(crate) fn tail(text: &str) -> &str {
    let text = text.trim();
    text.get(text.ceil_char_boundary(text.len().saturating_sub(MAX_TAIL_BYTES))..).unwrap_or_default()
}

/// Reads `path:3:5: words`, `path:3: words` or `path(3,5): words`.
fn place_in(line: &str) -> Option<(&str, u32, &str)> {
    let end = line.find([':', '('])?;
    let path = line.get(..end).filter(|path| !path.is_empty() && !path.contains(char::is_whitespace))?;
    let rest = line.get(end + 1..)?;
    let digits = rest.find(|character: char| !character.is_ascii_digit()).unwrap_or(rest.len());
    let number = rest.get(..digits)?.parse().ok().filter(|number| *number > 0)?;
    let words = rest.get(digits..)?.trim_start_matches(|character: char| {
        character.is_ascii_digit() || matches!(character, ':' | ',' | ')' | ' ' | '-')
    });
    Some((path, number, words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_as_tools_write_them() {
        assert_eq!(place_in("src/a.py:3:5: F401 unused"), Some(("src/a.py", 3, "F401 unused")));
        assert_eq!(place_in("a.go:12: bad"), Some(("a.go", 12, "bad")));
        assert_eq!(place_in("src/a.ts(3,15): error TS2322: x"), Some(("src/a.ts", 3, "error TS2322: x")));
        assert_eq!(place_in("src/a.rs:7:1"), Some(("src/a.rs", 7, "")));
        for line in ["", "a b:1: x", ":1", "a.rs", "a.rs:x", "a.rs:0: x", "a.rs:99999999999: x", "é(", "error: x"] {
            assert_eq!(place_in(line), None, "{line}");
        }
    }
}
