//! Answers: several comments put together, split by question.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::clean::Cleaned;
use super::segments::{Segment, segments};
use super::{Comment, OpenEscalation, ResumeCommand};
use crate::actor::Actor;
use crate::escalation::{Awaiting, Escalation};
use crate::hash::ContentHash;
use crate::id::{CommentId, EscalationId, QuestionId};
use crate::run::{Answer, Event, Found, ResumeRequest, Taken};
use crate::text::clean::clean;

/// What people replied to one escalation, put together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gathered {
    /// The escalation it answers, and no other (SEC-26).
    pub escalation: EscalationId,
    /// Whoever lets the run go on with it: who gave the command, else who spoke last.
    pub by: Actor,
    pub taken: Vec<Taken>,
    /// What was said to each question by its name.
    pub answers: BTreeMap<QuestionId, String>,
    /// What was said without naming a question.
    pub remarks: String,
    /// The questions that are still open. If nobody named any question, the remarks answer all of them.
    pub open: Vec<QuestionId>,
}

impl Gathered {
    /// Returns the answer as the run takes it, if anything was said: question by question, then the remarks.
    pub fn answer(&self) -> Option<Answer> {
        let mut text = String::new();
        for (question, answer) in &self.answers {
            add(&mut text, &format!("{question}: {answer}"));
        }
        if !self.remarks.is_empty() {
            add(&mut text, &self.remarks);
        }
        let answer = Answer {
            text: Arc::from(text),
            leaves_open: self.open.clone(),
            by: self.by.clone(),
            taken: self.taken.clone(),
        };
        Some(answer).filter(|answer| !answer.text.is_empty())
    }

    /// Returns what the run is told when a reply alone resumes it; `found` is what its branch looks like.
    pub fn event(&self, found: Found) -> Event {
        let answer = self.answer();
        Event::ResumeRequested {
            request: ResumeRequest { answer, ..ResumeRequest::new(self.by.clone(), self.escalation, found) },
        }
    }
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

/// Returns what `by` says at a terminal to what an escalation asks, if anything; it is in no comment.
pub fn terminal_answer(text: &str, escalation: &Escalation, by: Actor) -> Option<Answer> {
    let open = OpenEscalation {
        id: escalation.id,
        awaiting: escalation.awaiting.clone(),
        announced: None,
        command_was_said: false,
    };
    let taken = Taken { comment: CommentId(0), by: by.clone(), hash: ContentHash::of(text.as_bytes()) };
    let piece = Piece::of_cleaned(taken, &Cleaned::of(&clean(text).text, ""));
    assemble(&open, by, [piece]).answer().map(|answer| Answer { taken: Vec::new(), ..answer })
}

/// Puts `pieces` together, in their order, as what `by` answers to `escalation`.
pub(super) fn assemble(escalation: &OpenEscalation, by: Actor, pieces: impl IntoIterator<Item = Piece>) -> Gathered {
    let asked: &[QuestionId] = match &escalation.awaiting {
        Awaiting::Answer { questions } => questions,
        Awaiting::Approval { .. } | Awaiting::Change | Awaiting::Budget { .. } => &[],
    };
    let mut answer = Gathered {
        escalation: escalation.id,
        by,
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
