//! Splits a reply by the questions it answers: `Q-1: …`, `Q1. …`, `- **Q-1** …`, or an answer under a quoted question.

use std::collections::BTreeSet;

use super::clean::{Cleaned, LineKind};
use crate::id::QuestionId;

/// A part of a reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Segment {
    /// The question it names; `None` is a remark.
    pub(super) question: Option<QuestionId>,
    pub(super) text: String,
}

/// Returns the parts of a reply that say something, in order.
pub(super) fn segments(reply: &Cleaned) -> Vec<Segment> {
    let mut found = vec![Segment { question: None, text: String::new() }];
    let mut quoted = BTreeSet::new();
    for (kind, line) in &reply.lines {
        if *kind == LineKind::Quote {
            let line = line.trim_start_matches(['>', ' ']);
            quoted.extend(marker(line).map(|(question, _)| question));
            continue;
        }
        if !line.trim().is_empty() {
            // Of several quoted questions nobody can say which one is answered below.
            let questions = std::mem::take(&mut quoted);
            if let Some(first) = questions.first() {
                found.push(Segment { question: (questions.len() == 1).then_some(*first), text: String::new() });
            }
        }
        let marked = if *kind == LineKind::Text { marker(line) } else { None };
        let text = match marked {
            Some((question, text)) => {
                found.push(Segment { question: Some(question), text: String::new() });
                text
            }
            None => line,
        };
        if let Some(current) = found.last_mut() {
            current.text.push_str(text);
            current.text.push('\n');
        }
    }
    found.retain_mut(|segment| {
        segment.text = without_blank_lines_around(&segment.text).to_owned();
        !segment.text.is_empty()
    });
    found
}

/// Trims blank lines and what follows the text, and keeps the indentation of its first line.
fn without_blank_lines_around(text: &str) -> &str {
    let text = text.trim_end();
    let blank = text.len() - text.trim_start().len();
    let start = text.get(..blank).and_then(|blank| blank.rfind('\n')).map_or(0, |end| end + 1);
    text.get(start..).unwrap_or_default()
}

/// Returns the question that a line begins with, and what follows.
fn marker<'a>(line: &'a str) -> Option<(QuestionId, &'a str)> {
    let line = without_bullet(line.trim_start());
    let name = line.trim_start_matches(['*', '_']);
    let emphasis = line.get(..line.len() - name.len())?;
    let name = name.strip_prefix(['Q', 'q'])?;
    let (digits, has_dash) = match name.strip_prefix('-') {
        Some(digits) => (digits, true),
        None => (name, false),
    };
    let end = digits.find(|character: char| !character.is_ascii_digit()).unwrap_or(digits.len());
    let (number, rest) = digits.split_at_checked(end)?;
    let question = number.parse().ok().and_then(QuestionId::new)?;
    let without_emphasis = |rest: &'a str| rest.strip_prefix(emphasis).unwrap_or(rest);
    let separated = without_separator(rest).map(without_emphasis).or_else(|| without_separator(without_emphasis(rest)));
    // `Q1` alone could be a quarter of a year; `Q-1` could not.
    let answer = separated.or_else(|| Some(without_emphasis(rest)).filter(|rest| has_dash && starts_a_word(rest)))?;
    Some((question, answer.trim_start()))
}

fn starts_a_word(rest: &str) -> bool {
    rest.chars().next().is_none_or(char::is_whitespace)
}

/// Takes away what separates a question from its answer; `None` if nothing does.
fn without_separator(text: &str) -> Option<&str> {
    let text = text.trim_start();
    // A dot or a dash may also begin the answer: `.5`, `-1`.
    let is_separator = |rest: &&str| starts_a_word(rest) || rest.starts_with(['*', '_']);
    text.strip_prefix([':', ')', '=']).or_else(|| text.strip_prefix(['.', '-', '–', '—']).filter(is_separator))
}

/// Takes away the mark of a list item or heading.
fn without_bullet(line: &str) -> &str {
    let digits = line.find(|character: char| !character.is_ascii_digit()).unwrap_or(line.len());
    let numbered = line.get(digits..).filter(|_| digits > 0);
    let rest = match numbered {
        Some(rest) => rest.strip_prefix(['.', ')']),
        None if line.starts_with('#') => Some(line.trim_start_matches('#')),
        None => line.strip_prefix(['-', '*', '+']),
    };
    rest.filter(|rest| rest.starts_with([' ', '\t'])).map_or(line, str::trim_start)
}

#[cfg(test)]
mod tests;
