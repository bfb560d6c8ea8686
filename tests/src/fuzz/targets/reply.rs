//! Replies: whose words become an answer.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;
use pipemason_core::actor::Actor;
use pipemason_core::config::{Roles, SelfApproval};
use pipemason_core::escalation::Awaiting;
use pipemason_core::hash::ContentHash;
use pipemason_core::id::{CommentId, EscalationId, QuestionId};
use pipemason_core::permission::{AccessRules, Account, AccountKind, Lookup, Ours, Person, Right, Uncertainty};
use pipemason_core::reply::{self, Announced, Change, Comment, Listed, OpenEscalation, Reply, ResumeCommand, Thread};
use pipemason_core::text::bound::{Limit, start_of};

use super::{Promise, Target, parts, promise, seeds, text};

pub(super) const REPLY: Target = Target { name: "reply", seeds: || seeds::of(seeds::REPLIES), run: run_reply };

const WRITER: u64 = 11;
const OUR_ACCOUNT: u64 = 700;
const OUR_APP: u64 = 7;
/// Where GitHub's clock stands when the escalation is announced.
const BEGIN: i64 = 1_800_000_000;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(BEGIN + second).unwrap_or(Timestamp::MAX)
}

/// Everybody who may ever write: of these only the first one may resume.
fn people() -> [Person; 6] {
    let known = |id, kind, right| person(id, kind, Lookup::Known(right), None);
    [
        known(WRITER, AccountKind::User, Right::Write),
        known(12, AccountKind::User, Right::Triage),
        known(13, AccountKind::Bot, Right::Admin),
        known(OUR_ACCOUNT, AccountKind::Bot, Right::Admin),
        person(14, AccountKind::User, Lookup::Uncertain(Uncertainty::NoAnswer), None),
        person(15, AccountKind::User, Lookup::Known(Right::Admin), Some(99)),
    ]
}

fn person(id: u64, kind: AccountKind, right: Lookup, through_app: Option<u64>) -> Person {
    let login: Arc<str> = Arc::from(format!("somebody-{id}"));
    Person { account: Account { id, login, kind }, through_app, right }
}

/// Makes a comment of each text; who wrote and who edited it follows from where it stands.
fn comments(text: &str) -> Vec<Comment> {
    let people = people();
    let bodies = parts(text).take(text.matches(super::PARTER).count().min(30) + 1);
    let authors = people.iter().cycle();
    let comments = bodies.zip(authors).zip(0_u64..).map(|((body, author), number)| {
        let second = i64::try_from(number).unwrap_or(0) * 20 + 15;
        let edit = Change { by: Some(author.account.id + number % 2), at: at(second + 5) };
        Comment {
            id: CommentId(101 + number),
            author: author.clone(),
            body: Arc::from(body),
            created_at: at(second),
            edits: if number % 4 == 3 { vec![edit] } else { Vec::new() },
            deleted: None,
        }
    });
    // Everything is said once more by whoever may resume.
    let said: Vec<Comment> = comments.collect();
    let again = said.iter().zip(200..).map(|(comment, number)| {
        let [writer, ..] = people.clone();
        Comment { id: CommentId(number), author: writer, ..comment.clone() }
    });
    said.iter().cloned().chain(again).collect()
}

/// GitHub takes no longer comment.
const MAX_COMMENT: Limit = Limit::Characters(65_536);

fn run_reply(input: &[u8]) -> Promise {
    let text = text(input);
    let text = start_of(&text, MAX_COMMENT);
    let comments = comments(text);
    let questions: Vec<QuestionId> = (1..=2).filter_map(QuestionId::new).collect();
    let access = AccessRules {
        ours: Ours { app_id: OUR_APP, account_id: OUR_ACCOUNT, slug: Arc::from("pipemason") },
        roles: Roles::default(),
        self_approve: SelfApproval::Auto,
        allowed_bots: BTreeSet::new(),
    };
    for awaiting in [Awaiting::Answer { questions: questions.clone() }, Awaiting::Change] {
        let escalation = OpenEscalation {
            id: EscalationId::FIRST.next(),
            awaiting,
            announced: Some(Announced { comment: CommentId(100), at: at(0) }),
            command_was_said: false,
        };
        let thread = Thread { comments: &comments, escalation: &escalation, access: &access, resume_on_reply: true };
        let reading = reply::read(&thread, at(100_000));
        let held: Vec<CommentId> = reading.held.iter().map(|held| held.comment).collect();
        if let Reply::Ready(answer) = &reading.reply {
            let taken: Vec<CommentId> = answer.taken.iter().map(|taken| taken.comment).collect();
            check_taken(&taken, &comments)?;
            promise(!taken.iter().any(|comment| held.contains(comment)), || "taken and held at once".to_owned())?;
            let mut named = answer.answers.keys().chain(&answer.open);
            promise(named.all(|question| questions.contains(question)), || "nobody asked that".to_owned())?;
        }
        check_resume(&thread, &reading)?;
    }
    let steering = reply::steer(&comments, at(0), &BTreeSet::new(), false, &access);
    promise(steering.deliver.len() + steering.held.len() <= comments.len(), || "comments appear".to_owned())?;
    let late = reply::steer(&comments, at(0), &BTreeSet::new(), true, &access);
    promise(late.deliver.is_empty() && late.too_late.len() == steering.deliver.len(), || {
        "a finished run is steered".to_owned()
    })?;
    check_taken(&late.too_late, &comments)
}

/// Words count only of who may resume, and only as they wrote them.
fn check_taken(taken: &[CommentId], comments: &[Comment]) -> Promise {
    for id in taken {
        let comment = comments.iter().find(|comment| comment.id == *id).ok_or("a comment that is not there")?;
        let is_own = comment.edits.iter().all(|edit| edit.by == Some(WRITER));
        promise(comment.author.account.id == WRITER && is_own, || {
            format!("{:?} of {} is taken", comment.body, comment.author.account.login)
        })?;
    }
    Ok(())
}

/// A bare resume takes nothing that somebody put into somebody else's mouth, and nothing that is not listed.
fn check_resume(thread: &Thread<'_>, reading: &reply::Reading) -> Promise {
    let listed: Vec<Listed> =
        reading.held.iter().map(|held| Listed { comment: held.comment, hash: held.hash }).collect();
    let command = ResumeCommand {
        comment: CommentId(999),
        by: Actor::GitHub { id: WRITER, login: Arc::from("somebody") },
        body: Arc::from("/pipemason resume"),
        answer: None,
    };
    let without_list = reply::resume(thread, &command, &[]);
    check_taken(&without_list.taken.iter().map(|taken| taken.comment).collect::<Vec<_>>(), thread.comments)?;
    for taken in reply::resume(thread, &command, &listed).taken {
        let comment = thread.comments.iter().find(|comment| comment.id == taken.comment);
        let comment = comment.ok_or("a comment that is not there")?;
        let is_own = comment.edits.iter().all(|edit| edit.by == Some(comment.author.account.id));
        let is_same = taken.hash == ContentHash::of(comment.body.as_bytes());
        promise(is_own && is_same, || format!("{:?} is taken", comment.body))?;
    }
    Ok(())
}
