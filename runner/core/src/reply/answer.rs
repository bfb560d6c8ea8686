//! Answers: several comments put together, split by question.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::clean::Cleaned;
use super::segments::{Segment, segments};
use super::{Comment, OpenEscalation, ResumeCommand};
use crate::actor::Actor;
use crate::escalation::Awaiting;
use crate::hash::ContentHash;
use crate::id::{CommentId, EscalationId, QuestionId};

/// A comment that was taken, exactly as it stood then.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Taken {
    pub comment: CommentId,
    pub by: Actor,
    /// The hash of the whole comment.
    pub hash: ContentHash,
}

/// What an answer is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// It is what the escalation awaits.
    Answer,
    /// The gate is asked first; if it still fails, this goes to the agent with one attempt.
    Advice,
}

/// What people answered to one escalation.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// The escalation it answers, and no other (SEC-26).
    pub escalation: EscalationId,
    pub purpose: Purpose,
    pub taken: Vec<Taken>,
    /// What was said to each question by its name.
    pub answers: BTreeMap<QuestionId, String>,
    /// What was said without naming a question.
    pub remarks: String,
    /// The questions that are still open. If nobody named any question, the remarks answer all of them.
    pub open: Vec<QuestionId>,
}

/// One comment on its way into an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) taken: Taken,
    /// What was said, without what mail programs add.
    pub(super) words: String,
    segments: Vec<Segment>,
}

impl Piece {
    pub(super) fn of_comment(comment: &Comment, slug: &str) -> Self {
        Self::new(comment, &Cleaned::of(&comment.body, slug))
    }

    pub(super) fn new(comment: &Comment, cleaned: &Cleaned) -> Self {
        let taken =
            Taken { comment: comment.id, by: comment.author.actor(), hash: ContentHash::of(comment.body.as_bytes()) };
        Self::of_cleaned(taken, cleaned)
    }

    pub(super) fn of_command(command: &ResumeCommand, answer: &str, slug: &str) -> Self {
        let taken =
            Taken { comment: command.comment, by: command.by.clone(), hash: ContentHash::of(command.body.as_bytes()) };
        Self::of_cleaned(taken, &Cleaned::of(answer, slug))
    }

    fn of_cleaned(taken: Taken, cleaned: &Cleaned) -> Self {
        Self { taken, words: cleaned.text().trim().to_owned(), segments: segments(cleaned) }
    }

    /// Returns the questions that the comment names.
    pub(super) fn questions(&self) -> impl Iterator<Item = Option<QuestionId>> {
        self.segments.iter().map(|segment| segment.question)
    }
}

/// Puts `pieces` together, in their order, as the answer to `escalation`.
pub(super) fn assemble(escalation: &OpenEscalation, pieces: impl IntoIterator<Item = Piece>) -> Answer {
    let (purpose, asked): (Purpose, &[QuestionId]) = match &escalation.awaiting {
        Awaiting::Answer { questions } => (Purpose::Answer, questions),
        Awaiting::Approval { .. } | Awaiting::Change | Awaiting::Budget { .. } => (Purpose::Advice, &[]),
    };
    let mut answer = Answer {
        escalation: escalation.id,
        purpose,
        taken: Vec::new(),
        answers: BTreeMap::new(),
        remarks: String::new(),
        open: Vec::new(),
    };
    let mut names_questions = false;
    for piece in pieces {
        answer.taken.push(piece.taken);
        for Segment { question, text } in piece.segments {
            names_questions |= question.is_some();
            match question {
                Some(question) if asked.contains(&question) => add(answer.answers.entry(question).or_default(), &text),
                Some(question) => add(&mut answer.remarks, &format!("{question}: {text}")),
                None => add(&mut answer.remarks, &text),
            }
        }
    }
    let is_open = |question: &&QuestionId| !answer.answers.contains_key(question);
    if names_questions || answer.remarks.is_empty() {
        answer.open = asked.iter().filter(is_open).copied().collect();
    }
    answer
}

/// Adds a paragraph.
fn add(text: &mut String, paragraph: &str) {
    if !text.is_empty() {
        text.push_str("\n\n");
    }
    text.push_str(paragraph);
}
