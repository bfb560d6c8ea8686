//! Judges one comment: whether it counts, and if not, why.

use jiff::{SignedDuration, Timestamp};

use super::answer::Piece;
use super::clean::{Cleaned, LineKind};
use super::content::Content;
use super::{Announced, Comment, OpenEscalation, later};
use crate::actor::Actor;
use crate::command;
use crate::escalation::Awaiting;
use crate::hash::ContentHash;
use crate::id::{CommentId, EscalationId, QuestionId};
use crate::permission::{AccessRules, Action, Denial, may};

/// Whoever answers faster than this has not read the new question, and means the one before.
const READING_TIME: SignedDuration = SignedDuration::from_secs(10);

/// Why a comment is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeldWhy {
    /// Its author may not resume.
    MayNot,
    /// What its author may do could not be read; worth asking again.
    RightUnknown,
    /// Somebody else changed it.
    EditedByAnother,
    /// It was meant as a command, or made to look like one.
    LooksLikeCommand,
    /// It holds a quote, emoji, a picture or a link, and no words.
    SaysNothing,
    MentionsSomebody,
    OnlyAsks,
    /// It names another escalation, or only questions that this one did not ask.
    AnswersAnother,
    /// It came before anybody could have read this question, and there was one before.
    TooSoon,
    /// Plain comments do not count in this repository.
    RepliesOff,
    /// Plain comments do not count for what this escalation awaits.
    TakesCommand,
}

impl HeldWhy {
    /// Returns the name of the reason that never changes.
    pub fn code(self) -> &'static str {
        match self {
            Self::MayNot => "may_not",
            Self::RightUnknown => "right_unknown",
            Self::EditedByAnother => "edited_by_another",
            Self::LooksLikeCommand => "looks_like_command",
            Self::SaysNothing => "says_nothing",
            Self::MentionsSomebody => "mentions_somebody",
            Self::OnlyAsks => "only_asks",
            Self::AnswersAnother => "answers_another",
            Self::TooSoon => "too_soon",
            Self::RepliesOff => "replies_off",
            Self::TakesCommand => "takes_command",
        }
    }

    /// Says whether a bare `/pipemason resume` takes it: not what was put into somebody's mouth, and no command.
    pub fn may_be_taken(self) -> bool {
        match self {
            Self::EditedByAnother | Self::LooksLikeCommand => false,
            Self::MayNot
            | Self::RightUnknown
            | Self::SaysNothing
            | Self::MentionsSomebody
            | Self::OnlyAsks
            | Self::AnswersAnother
            | Self::TooSoon
            | Self::RepliesOff
            | Self::TakesCommand => true,
        }
    }
}

/// A comment that is not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    pub comment: CommentId,
    pub by: Actor,
    /// The hash of the comment as it stood when it was held.
    pub hash: ContentHash,
    pub why: HeldWhy,
}

impl Held {
    pub(super) fn of(comment: &Comment, why: HeldWhy) -> Self {
        Self { comment: comment.id, by: comment.author.actor(), hash: ContentHash::of(comment.body.as_bytes()), why }
    }
}

/// The comments that are looked at.
pub(super) enum Window<'a> {
    /// Those after an escalation was announced.
    Escalation { announced: Announced, escalation: &'a OpenEscalation },
    /// Those since the run went to work.
    Running { since: Timestamp },
}

/// What a comment is worth.
pub(super) enum Standing {
    /// Not meant for us, or not from a person.
    Ignored,
    /// Its author deleted it.
    Withdrawn {
        at: Timestamp,
    },
    Held(HeldWhy),
    Counts(Piece),
}

/// Judges `comment`.
pub(super) fn judge(comment: &Comment, window: &Window<'_>, access: &AccessRules) -> Standing {
    if !window.holds(comment) || command::parse(&comment.body).is_some() {
        return Standing::Ignored;
    }
    let permitted = may(Action::Resume, &comment.author, access);
    let is_own = |by: Option<u64>| by == Some(comment.author.account.id);
    match (&permitted, comment.deleted) {
        (Err(Denial::Ourselves | Denial::UnlistedBot | Denial::NotAPerson), _) => return Standing::Ignored,
        (Ok(_), Some(deletion)) if is_own(deletion.by) => return Standing::Withdrawn { at: deletion.at },
        (_, Some(_)) => return Standing::Ignored,
        (_, None) => {}
    }
    if !comment.edits.iter().all(|edit| is_own(edit.by)) {
        return Standing::Held(HeldWhy::EditedByAnother);
    }
    if let Err(denial) = permitted {
        let why = if denial.is_retryable() { HeldWhy::RightUnknown } else { HeldWhy::MayNot };
        return Standing::Held(why);
    }
    let cleaned = Cleaned::of(&comment.body, &access.ours.slug);
    let piece = Piece::new(comment, &cleaned);
    let why = not_for_us(comment, &cleaned, access).or_else(|| window.not_for_this(comment, &cleaned, &piece));
    why.map_or(Standing::Counts(piece), Standing::Held)
}

/// Returns why what was said is not clearly meant for us.
fn not_for_us(comment: &Comment, cleaned: &Cleaned, access: &AccessRules) -> Option<HeldWhy> {
    let text_lines = cleaned.lines_of(LineKind::Text);
    if text_lines.into_iter().any(command::resembles_command) {
        return Some(HeldWhy::LooksLikeCommand);
    }
    let content = Content::of(&cleaned.text());
    let known = [&access.ours.slug, &comment.author.account.login];
    let is_somebody = |name: &String| !known.iter().any(|known| name.eq_ignore_ascii_case(known));
    if content.mentions.iter().any(is_somebody) {
        Some(HeldWhy::MentionsSomebody)
    } else if !content.says_something {
        Some(HeldWhy::SaysNothing)
    } else {
        content.only_asks.then_some(HeldWhy::OnlyAsks)
    }
}

impl Window<'_> {
    fn holds(&self, comment: &Comment) -> bool {
        match self {
            Self::Escalation { announced, .. } => comment.id > announced.comment && comment.created_at >= announced.at,
            // GitHub knows whole seconds only.
            Self::Running { since } => comment.created_at.as_second() >= since.as_second(),
        }
    }

    /// Returns why a comment that is for us is not for this escalation.
    fn not_for_this(&self, comment: &Comment, cleaned: &Cleaned, piece: &Piece) -> Option<HeldWhy> {
        let Self::Escalation { announced, escalation } = self else {
            return None;
        };
        if names_another(cleaned, escalation.id) || names_only_unknown(piece, escalation) {
            return Some(HeldWhy::AnswersAnother);
        }
        let has_predecessor = escalation.id > EscalationId::FIRST;
        let is_soon = comment.created_at < later(announced.at, READING_TIME);
        (has_predecessor && is_soon).then_some(HeldWhy::TooSoon)
    }
}

/// Says whether what is quoted names escalations, and this one not among them: an answer by mail to an old question.
fn names_another(cleaned: &Cleaned, current: EscalationId) -> bool {
    let mut named = cleaned
        .quotes()
        .flat_map(|line| line.split(|character: char| !character.is_ascii_alphanumeric() && character != '-'))
        .filter_map(|word| word.parse::<EscalationId>().ok())
        .peekable();
    named.peek().is_some() && !named.any(|id| id == current)
}

/// Says whether everything in `piece` names a question that `escalation` did not ask.
fn names_only_unknown(piece: &Piece, escalation: &OpenEscalation) -> bool {
    let asked: &[QuestionId] = match &escalation.awaiting {
        Awaiting::Answer { questions } => questions,
        Awaiting::Approval { .. } | Awaiting::Change | Awaiting::Budget { .. } => &[],
    };
    let is_unknown = |question: Option<QuestionId>| question.is_some_and(|question| !asked.contains(&question));
    piece.questions().next().is_some() && piece.questions().all(is_unknown)
}
