//! Replies: what the plain comments in a run's home thread add up to.
//!
//! A comment counts for an open escalation if it follows its announcement, stands as its author left it, comes
//! from somebody who may resume, and clearly speaks to us. Everything else is *held*: nobody answers it, the
//! status comment lists it, and a bare `/pipemason resume` takes what is listed, by number and hash. Nothing is
//! guessed at, and no comment is ever carried over to a later escalation (SEC-26).
//!
//! Not here: commands ([`crate::command`] reads them, [`crate::trigger`] decides on them), and whether the gate
//! of the phase is asked before a piece of advice is used (the run machine does).

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::actor::Actor;
use crate::escalation::{Awaiting, BudgetKind};
use crate::hash::ContentHash;
use crate::id::{CommentId, EscalationId};
use crate::permission::{AccessRules, Person};

mod answer;
mod clean;
mod content;
mod judge;
mod segments;
mod steering;

pub use answer::{Gathered, terminal_answer};
pub use judge::{Held, HeldWhy};
pub use steering::{Steering, steer};

use answer::{Piece, assemble};
use judge::{Standing, Window, judge};

/// Replies are gathered until nothing has happened for so long: time to write a second comment, or to correct one.
pub const QUIET: SignedDuration = SignedDuration::from_secs(90);

/// A plain comment as it stands now, with everything that happened to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    pub id: CommentId,
    pub author: Person,
    pub body: Arc<str>,
    pub created_at: Timestamp,
    pub edits: Vec<Change>,
    pub deleted: Option<Change>,
}

/// An edit or a deletion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// The account that did it; `None` where GitHub does not say, which counts as somebody else.
    pub by: Option<u64>,
    pub at: Timestamp,
}

/// The escalation that a run waits in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenEscalation {
    pub id: EscalationId,
    pub awaiting: Awaiting,
    /// Our comment that asks; before it is posted, nobody can have answered.
    pub announced: Option<Announced>,
    /// Whether we have said which command this escalation takes.
    pub command_was_said: bool,
}

/// A comment of ours that announces an escalation, by GitHub's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Announced {
    pub comment: CommentId,
    pub at: Timestamp,
}

/// The home thread of a run that waits for a person.
#[derive(Clone, Copy, Debug)]
pub struct Thread<'a> {
    pub comments: &'a [Comment],
    pub escalation: &'a OpenEscalation,
    pub access: &'a AccessRules,
    /// Whether plain comments resume a run at all (`github.resume_on_reply`).
    pub resume_on_reply: bool,
}

/// What a thread adds up to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    pub reply: Reply,
    /// The comments that are not taken, in order.
    pub held: Vec<Held>,
}

/// The reply that a thread holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    Nothing,
    /// There is one, and it may not be all yet.
    Waiting {
        until: Timestamp,
    },
    Ready(Gathered),
    /// Somebody replied where only a command counts, and has not been told so yet.
    SayCommand(NeededCommand),
}

/// The command that an escalation takes instead of a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NeededCommand {
    Approve { hash: ContentHash },
    RaiseBudget { budget: BudgetKind },
}

/// Returns what `thread` adds up to at `now`.
pub fn read(thread: &Thread<'_>, now: Timestamp) -> Reading {
    let mut sorted = Sorted::of(thread);
    if !thread.resume_on_reply {
        return sorted.hold_all(Reply::Nothing, HeldWhy::RepliesOff);
    }
    let needed = match thread.escalation.awaiting {
        Awaiting::Answer { .. } | Awaiting::Change => None,
        Awaiting::Approval { hash, .. } => Some(NeededCommand::Approve { hash }),
        Awaiting::Budget { budget } => Some(NeededCommand::RaiseBudget { budget }),
    };
    if let Some(command) = needed {
        let is_news = !sorted.counted.is_empty() && !thread.escalation.command_was_said;
        let reply = if is_news { Reply::SayCommand(command) } else { Reply::Nothing };
        return sorted.hold_all(reply, HeldWhy::TakesCommand);
    }
    let until = sorted.last_activity.map(|last| later(last, QUIET));
    let last = sorted.counted.last().map(|(comment, _)| comment.author.actor());
    let reply = match (until, last) {
        (Some(until), Some(_)) if now < until => Reply::Waiting { until },
        (Some(_), Some(last)) => {
            let pieces = sorted.counted.drain(..).map(|(_, piece)| piece);
            Reply::Ready(assemble(thread.escalation, last, pieces))
        }
        (Some(_), None) | (None, _) => Reply::Nothing,
    };
    sorted.reading(reply)
}

/// A `/pipemason resume`, as somebody wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResumeCommand {
    pub comment: CommentId,
    pub by: Actor,
    /// The whole comment, for its hash.
    pub body: Arc<str>,
    /// What followed the command; `None` takes the held comments that are listed.
    pub answer: Option<String>,
}

/// A held comment as the status comment lists it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listed {
    pub comment: CommentId,
    pub hash: ContentHash,
}

/// Returns the answer that a `/pipemason resume` gives: the replies that count, without waiting for quiet, and then
/// either its own text or the held comments that are listed and have not changed since.
pub fn resume(thread: &Thread<'_>, command: &ResumeCommand, listed: &[Listed]) -> Gathered {
    let sorted = Sorted::of(thread);
    let mut pieces: Vec<Piece> = sorted.counted.into_iter().map(|(_, piece)| piece).collect();
    match &command.answer {
        Some(answer) => pieces.push(Piece::of_command(command, answer, &thread.access.ours.slug)),
        None => {
            let listed: BTreeSet<_> = listed.iter().map(|listed| (listed.comment, listed.hash)).collect();
            let hash = |comment: &Comment| ContentHash::of(comment.body.as_bytes());
            let taken = sorted
                .held
                .iter()
                .filter(|(comment, why)| why.may_be_taken() && listed.contains(&(comment.id, hash(comment))));
            pieces.extend(taken.map(|(comment, _)| Piece::of_comment(comment, &thread.access.ours.slug)));
            pieces.sort_by_key(|piece| piece.taken.comment);
        }
    }
    assemble(thread.escalation, command.by.clone(), pieces)
}

/// The comments of a thread, judged.
struct Sorted<'a> {
    counted: Vec<(&'a Comment, Piece)>,
    held: Vec<(&'a Comment, HeldWhy)>,
    /// When somebody who counts last wrote, edited or deleted something.
    last_activity: Option<Timestamp>,
}

impl<'a> Sorted<'a> {
    fn of(thread: &Thread<'a>) -> Self {
        let mut sorted = Self { counted: Vec::new(), held: Vec::new(), last_activity: None };
        let Some(announced) = thread.escalation.announced else {
            return sorted;
        };
        let window = Window::Escalation { announced, escalation: thread.escalation };
        let mut comments: Vec<&Comment> = thread.comments.iter().collect();
        comments.sort_by_key(|comment| comment.id);
        for comment in comments {
            match judge(comment, &window, thread.access) {
                Standing::Ignored => {}
                Standing::Withdrawn { at } => sorted.last_activity = sorted.last_activity.max(Some(at)),
                Standing::Held(why) => sorted.held.push((comment, why)),
                Standing::Counts(piece) => {
                    let edits = comment.edits.iter().map(|edit| edit.at);
                    sorted.last_activity = edits.chain([comment.created_at]).max().max(sorted.last_activity);
                    sorted.counted.push((comment, piece));
                }
            }
        }
        sorted
    }

    /// Holds the comments that would have counted, too.
    fn hold_all(mut self, reply: Reply, why: HeldWhy) -> Reading {
        let counted = self.counted.drain(..).map(|(comment, _)| (comment, why));
        self.held.extend(counted);
        self.held.sort_by_key(|(comment, _)| comment.id);
        self.reading(reply)
    }

    fn reading(self, reply: Reply) -> Reading {
        let held = self.held.into_iter().map(|(comment, why)| Held::of(comment, why));
        Reading { reply, held: held.collect() }
    }
}

/// Adds, saturating.
fn later(time: Timestamp, by: SignedDuration) -> Timestamp {
    time.checked_add(by).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests;
