//! Putting the answers of people into a specification, as data.
//!
//! The file stays as its author laid it out. An answer is accepted only if the file, read again, says
//! exactly what it said before and the answer; so nothing in it can add a criterion or close a section (SEC-28).

use std::collections::BTreeMap;

use crate::document::OneLine;
use crate::document::blocks::{BlockKind, read_blocks};
use crate::document::entries::{Entry, entries, section};
use crate::document::header::Header;
use crate::document::inline::{Spot, push_text};
use crate::id::QuestionId;
use crate::text::bound::{Limit, shortened};

use super::Spec;
use super::read::SECTIONS;

/// Longest answer that is copied into the file; longer ones are cut there and whole in `.pipeline/inputs/`.
const MAX_ANSWER: Limit = Limit::Characters(4000);

/// A specification with answers in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    pub file: String,
    /// Questions that the file does not have, or where no answer could be put without changing anything else.
    pub missing: Vec<QuestionId>,
}

/// Returns `file` with `answers` below their questions; an earlier answer is superseded.
pub fn with_answers(file: &str, answers: &BTreeMap<QuestionId, String>) -> Answered {
    let mut answered = Answered { file: file.to_owned(), missing: Vec::new() };
    for (id, answer) in answers {
        let answer = OneLine::from(&*shortened(answer, MAX_ANSWER));
        match with_answer(&answered.file, *id, &answer) {
            Some(file) => answered.file = file,
            None => answered.missing.push(*id),
        }
    }
    answered
}

fn with_answer(file: &str, id: QuestionId, answer: &OneLine) -> Option<String> {
    let blocks = read_blocks(file, Header::read(file).body);
    let questions = section(&blocks, &["openquestion"], &SECTIONS);
    let entries = entries(&questions, "Q");
    let entry = entries.iter().find(|entry| entry.number == Some(id.number()))?;
    let (at, insertion) = insertion(file, entry, answer)?;
    let (before, after) = file.split_at_checked(at)?;
    let new = [before, &insertion, after].concat();
    is_only_answered(file, &new, id, answer).then_some(new)
}

/// Says whether `new` says what `old` said, and besides only that the answer to `id` is `answer`.
fn is_only_answered(old: &str, new: &str, id: QuestionId, answer: &OneLine) -> bool {
    let mut old = Spec::read(old).value;
    let mut new = Spec::read(new).value;
    let is_answered =
        new.questions.iter().any(|question| question.id == id && question.answer() == Some(answer.as_str()));
    for spec in [&mut old, &mut new] {
        spec.questions.retain(|question| question.id != id);
    }
    is_answered && old == new
}

/// Returns where the answer goes, and what goes there.
fn insertion(file: &str, entry: &Entry<'_>, answer: &OneLine) -> Option<(usize, String)> {
    let source = file.get(entry.start.range.clone())?;
    let start = entry.start.range.start;
    let mut text = String::new();
    match &entry.start.kind {
        BlockKind::Item => {
            text.extend(["\n", &item_indent(file, start)?, "- Answer: "]);
            push_text(&mut text, answer.as_str(), Spot::Line);
            Some((start + source.trim_end().len(), text))
        }
        BlockKind::Row(_) => {
            text.push_str(" — Answer: ");
            push_text(&mut text, answer.as_str(), Spot::Cell);
            text.push(' ');
            let row = source.trim_end();
            Some((start + row.strip_suffix('|').unwrap_or(row).trim_end().len(), text))
        }
        BlockKind::Heading(_) | BlockKind::Paragraph | BlockKind::Code => {
            text.push_str("\nAnswer: ");
            push_text(&mut text, answer.as_str(), Spot::Line);
            text.push_str("\n\n");
            let lines = usize::try_from(entry.last.0).ok()?;
            let end: usize = file.split_inclusive('\n').take(lines).map(str::len).sum();
            if !file.get(..end)?.ends_with('\n') {
                text.insert(0, '\n');
            }
            Some((end, text))
        }
    }
}

/// Returns what has to stand before a line for it to be nested in the item that starts at `start`.
fn item_indent(file: &str, start: usize) -> Option<String> {
    let line_start = file.get(..start)?.rfind('\n').map_or(0, |end| end + 1);
    let outer = file.get(line_start..start)?;
    let item = file.get(start..)?;
    let marker = item.trim_start_matches(|character: char| character.is_ascii_digit());
    let text = marker.get(1..)?.trim_start_matches([' ', '\t']);
    let width = item.len() - text.len();
    // A quotation goes on with its marks; the marks of outer items become spaces.
    let outer = outer.chars().map(|character| if character == '>' || character == '\t' { character } else { ' ' });
    Some(outer.chain(std::iter::repeat_n(' ', width)).collect())
}
