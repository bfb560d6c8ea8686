//! Tests of replies.

use std::sync::Arc;

use super::*;
use crate::id::QuestionId;
use crate::permission::tests::{rules as access, user};
use crate::permission::{AccountKind, Lookup, Right, Uncertainty};

mod cleaning;
mod gathering;
mod holding;
mod resuming;

/// Somebody who may resume.
const WRITER: u64 = 11;
/// Somebody else who may resume.
const OTHER: u64 = 12;

/// Our comment that announces the escalation.
const ANNOUNCEMENT: CommentId = CommentId(100);

/// Returns the instant `second` seconds after the escalation was announced.
fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

fn question(number: u32) -> QuestionId {
    QuestionId::new(number).unwrap()
}

fn asks(questions: &[u32]) -> Awaiting {
    Awaiting::Answer { questions: questions.iter().copied().map(question).collect() }
}

/// The second escalation of a run.
fn escalation(awaiting: Awaiting) -> OpenEscalation {
    OpenEscalation {
        id: EscalationId::new(2).unwrap(),
        awaiting,
        announced: Some(Announced { comment: ANNOUNCEMENT, at: at(0) }),
        command_was_said: false,
    }
}

/// A comment of somebody who may resume, `second` seconds after the announcement.
fn comment(id: u64, second: i64, body: &str) -> Comment {
    Comment {
        id: CommentId(id),
        author: user(WRITER, Right::Write),
        body: Arc::from(body),
        created_at: at(second),
        edits: Vec::new(),
        deleted: None,
    }
}

fn change(by: u64, second: i64) -> Change {
    Change { by: Some(by), at: at(second) }
}

fn reading(comments: &[Comment], awaiting: Awaiting, now: i64) -> Reading {
    let rules = access();
    let escalation = escalation(awaiting);
    let thread = Thread { comments, escalation: &escalation, access: &rules, resume_on_reply: true };
    read(&thread, at(now))
}

/// Returns the answer to one open question, long after everything was said.
fn answer(comments: &[Comment]) -> Gathered {
    match reading(comments, asks(&[1]), 10_000).reply {
        Reply::Ready(answer) => answer,
        other => panic!("no answer but {other:?}"),
    }
}

/// Returns why each comment is held.
fn why_held(comments: &[Comment]) -> Vec<HeldWhy> {
    let reading = reading(comments, asks(&[1]), 10_000);
    reading.held.iter().map(|held| held.why).collect()
}

fn taken(answer: &Gathered) -> Vec<u64> {
    answer.taken.iter().map(|taken| taken.comment.0).collect()
}
