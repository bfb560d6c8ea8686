//! The hidden first line by which we find our own comments again.
//!
//! Anybody can write such a line, so finding one proves nothing: the caller checks by the author's number that
//! the comment is ours (SEC-27). What is read is exactly what would be written; anything else is no marker.

use std::fmt;
use std::sync::Arc;

use crate::id::{CommentId, IssueNumber, ProgramId, RunId};
use crate::run::EffectKey;

/// Declares kinds of comments with the words that markers use.
macro_rules! marker_kinds {
    ($count:literal; $($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// What a comment of ours is for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum MarkerKind {
            $($(#[$doc])* $variant,)*
        }

        impl MarkerKind {
            /// All kinds.
            pub const ALL: [Self; $count] = [$(Self::$variant,)*];

            /// Returns the word that markers use.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }
        }
    };
}

marker_kinds! { 7;
    /// The one status comment of a run or a program.
    Status = "status",
    Escalation = "escalation",
    /// How a run ended.
    Ending = "ending",
    /// An answer to a command.
    Reply = "reply",
    /// What a repository still needs.
    Checklist = "checklist",
    Reminder = "reminder",
    /// Something about the branch or its checks after the run.
    Note = "note",
}

/// What a comment is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum About {
    Run(RunId),
    Program(ProgramId),
    Issue(IssueNumber),
}

/// What makes a comment the only one of its kind: the same key is never posted twice.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MarkerKey(Arc<str>);

/// Longest key; ours are far shorter.
const MAX_KEY_BYTES: usize = 64;

impl MarkerKey {
    /// Makes the key of an effect; the run stands beside it in the marker.
    pub fn of_effect(key: EffectKey) -> Self {
        Self(Arc::from(format!("{}.{}", key.seq, key.index)))
    }

    /// Makes the key of an answer to a comment.
    pub fn of_comment(comment: CommentId) -> Self {
        Self(Arc::from(format!("comment-{}", comment.0)))
    }

    /// Makes a key from letters, digits, `.` and `-`; `None` if `text` is anything else.
    pub fn new(text: &str) -> Option<Self> {
        let is_key = !text.is_empty()
            && text.len() <= MAX_KEY_BYTES
            && !text.contains("--")
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte));
        is_key.then(|| Self(Arc::from(text)))
    }
}

/// The first line of a comment of ours.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Marker {
    pub kind: MarkerKind,
    pub about: About,
    pub key: MarkerKey,
}

const START: &str = "<!-- pipemason:v1 ";
const END: &str = " -->";

impl Marker {
    /// Makes the marker of a comment that an effect of a run posts.
    pub fn of_effect(kind: MarkerKind, key: EffectKey) -> Self {
        Self { kind, about: About::Run(key.run), key: MarkerKey::of_effect(key) }
    }

    /// Reads the marker of a comment: its very first line, exactly as it would be written.
    pub fn find_in(body: &str) -> Option<Self> {
        let line = body.split('\n').next().unwrap_or_default();
        let line = line.strip_suffix('\r').unwrap_or(line);
        let mut fields = line.strip_prefix(START)?.strip_suffix(END)?.split(' ');
        let kind = fields.next()?.strip_prefix("kind=")?;
        let kind = MarkerKind::ALL.into_iter().find(|known| known.name() == kind)?;
        let about = read_about(fields.next()?)?;
        let key = MarkerKey::new(fields.next()?.strip_prefix("key=")?)?;
        let marker = Self { kind, about, key };
        (marker.to_string() == line).then_some(marker)
    }
}

fn read_about(field: &str) -> Option<About> {
    match field.split_once('=')? {
        ("run", id) => id.parse().ok().map(About::Run),
        ("program", id) => id.parse().ok().map(About::Program),
        ("issue", number) => number.parse().ok().map(|number| About::Issue(IssueNumber(number))),
        _ => None,
    }
}

impl fmt::Display for About {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Run(id) => write!(formatter, "run={id}"),
            Self::Program(id) => write!(formatter, "program={id}"),
            Self::Issue(number) => write!(formatter, "issue={}", number.0),
        }
    }
}

impl fmt::Display for Marker {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, about, key: MarkerKey(key) } = self;
        write!(formatter, "{START}kind={} {about} key={key}{END}", kind.name())
    }
}

#[cfg(test)]
mod tests;
