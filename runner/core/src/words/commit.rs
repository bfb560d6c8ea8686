//! Commit messages: the agent suggests the words, the engine writes the message.

use crate::domain::Unit;
use crate::id::{IssueNumber, RunId};
use crate::phase::Phase;
use crate::text::redact::Redactor;
use crate::words::quote::Quote;

/// What a commit's message is made of.
#[derive(Clone, Copy, Debug)]
pub struct CommitView<'a> {
    /// The message that the agent suggests; may be empty.
    pub suggestion: &'a str,
    pub run: RunId,
    pub phase: Phase,
    pub unit: Option<&'a Unit>,
    pub issue: Option<IssueNumber>,
    /// Who signs off, as `Name <address>`, where the repository wants it.
    pub sign_off: Option<&'a str>,
}

/// Git's own tools show no more of a subject.
const MAX_SUBJECT_CHARACTERS: usize = 72;
/// Where lines of the body are broken.
const BODY_WIDTH: usize = 72;
/// Longer bodies are essays.
const MAX_BODY_CHARACTERS: usize = 4000;

/// Writes a commit message: subject, wrapped body, and trailers that only the engine writes.
pub fn commit_message(view: &CommitView<'_>, redactor: &Redactor) -> String {
    let quote = Quote::without_secrets(redactor);
    let suggestion = view.suggestion.trim_start();
    let (subject, body) = suggestion.split_once('\n').unwrap_or((suggestion, ""));
    let subject = quote.plain_line(subject, MAX_SUBJECT_CHARACTERS);
    let subject = if subject.is_empty() { usual_subject(view) } else { subject.as_str().to_owned() };
    // Wrapped before it is made harmless: a break may put a word at the start of a line.
    let body = quote.plain(&wrapped(body), MAX_BODY_CHARACTERS);
    let parts = [subject, body.as_str().to_owned(), trailers(view)];
    let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    format!("{}\n", parts.join("\n\n"))
}

fn usual_subject(view: &CommitView<'_>) -> String {
    match view.unit {
        Some(unit) => format!("{unit}: work of phase {}", view.phase),
        None => format!("Work of phase {}", view.phase),
    }
}

fn trailers(view: &CommitView<'_>) -> String {
    let unit = view.unit.map(|unit| format!("Pipemason-Unit: {unit}"));
    let issue = view.issue.map(|issue| format!("Pipemason-Ticket: {issue}"));
    // The repository's own configuration names who signs; made inert, the address would no longer be one.
    let sign_off = view.sign_off.filter(|person| is_one_line(person)).map(|person| format!("Signed-off-by: {person}"));
    let first = [format!("Pipemason-Run: {}", view.run), format!("Pipemason-Phase: {}", view.phase)];
    first.into_iter().chain(unit).chain(issue).chain(sign_off).collect::<Vec<_>>().join("\n")
}

fn is_one_line(text: &str) -> bool {
    !text.trim().is_empty() && !text.contains(char::is_control)
}

/// Breaks long lines between words; lines stay lines, because many of them are lists.
fn wrapped(text: &str) -> String {
    let mut wrapped = String::with_capacity(text.len());
    for line in text.lines() {
        let indent: String = line.chars().take_while(|character| *character == ' ').take(8).collect();
        let mut width = 0;
        for word in line.split_whitespace() {
            let word_width = word.chars().count();
            if width == 0 {
                wrapped.push_str(&indent);
                width = indent.len();
            } else if width + 1 + word_width > BODY_WIDTH {
                wrapped.push('\n');
                wrapped.push_str(&indent);
                width = indent.len();
            } else {
                wrapped.push(' ');
                width += 1;
            }
            wrapped.push_str(word);
            width += word_width;
        }
        wrapped.push('\n');
    }
    wrapped
}

#[cfg(test)]
mod tests;
