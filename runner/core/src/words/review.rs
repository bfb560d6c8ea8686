//! What became of each comment of a review that a run took up: one reply in the comment's own thread.

use crate::hash::CommitSha;
use crate::text::bound::Limit;
use crate::text::redact::Redactor;
use crate::words::amount::counted;
use crate::words::link::Site;
use crate::words::markdown::{Block, Line, Message, line};
use crate::words::marker::Marker;
use crate::words::quote::Quote;

/// What became of one comment of a review.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReviewOutcome<'a> {
    /// These commits, at least one, changed what the comment is about.
    Changed {
        commits: &'a [CommitSha],
        /// What the agent says about it; may be empty.
        words: &'a str,
    },
    /// The agent left it as it is.
    LeftAsItIs {
        /// Why, as the agent says; may be empty.
        reason: &'a str,
    },
    /// The run failed before anything was published.
    RunFailed,
    /// The run was cancelled before anything was published.
    RunCancelled,
}

/// More commits than anybody follows from one comment; the pull request has them all.
const MAX_COMMITS: usize = 5;
/// Longest words of an agent that are shown whole.
const MAX_WORDS_CHARACTERS: usize = 1000;

/// Writes the reply to one comment of a review.
pub fn review_reply(outcome: &ReviewOutcome<'_>, site: &Site, marker: &Marker, redactor: &Redactor) -> String {
    let quote = Quote::without_secrets(redactor);
    let mut message = Message::marked(marker);
    match outcome {
        ReviewOutcome::Changed { commits, words } => {
            message.essential(Block::paragraph(line!("✓ **Changed** in {}.", linked(commits, site))));
            message.body(quote.prose(words, MAX_WORDS_CHARACTERS).into());
        }
        ReviewOutcome::LeftAsItIs { reason } => {
            let reason = quote.prose(reason, MAX_WORDS_CHARACTERS);
            if reason.is_empty() {
                message.essential(Block::paragraph(line!("– **Left as it is.** The agent gave no reason.")));
            } else {
                message.essential(Block::paragraph(line!("– **Left as it is.** The agent's reason:")));
                message.body(reason.into());
            }
            message.essential(Block::paragraph(line!(
                "To have it changed all the same, reply here with `/pipemason revise` and what should hold."
            )));
        }
        ReviewOutcome::RunFailed => message.essential(not_done("failed")),
        ReviewOutcome::RunCancelled => message.essential(not_done("was cancelled")),
    }
    message.finish(Limit::COMMENT)
}

fn not_done(end: &'static str) -> Block {
    Block::paragraph(line!(
        "✗ **Not changed:** the run that took this up {}. To have it taken up again, reply here with `/pipemason revise`.",
        end
    ))
}

fn linked(commits: &[CommitSha], site: &Site) -> Line {
    let link = |commit: &CommitSha| Line::link(&line!("`{}`", Line::short_commit(*commit)), &site.commit(*commit));
    let more = match commits.len().saturating_sub(MAX_COMMITS) {
        0 => Line::default(),
        more => counted(more, "more commit"),
    };
    Line::joined(commits.iter().take(MAX_COMMITS).map(link).chain([more]), ", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::CommentId;
    use crate::words::tests::{assert_text, commit, redactor, run_id, site};
    use crate::words::{About, MarkerKey, MarkerKind};

    #[test]
    fn each_comment_of_a_review_hears_what_became_of_it() {
        let commits = [commit('a'), commit('b')];
        let many = [commit('c'); 7];
        let outcomes = [
            ReviewOutcome::Changed { commits: &commits, words: "The cart is checked before it is read." },
            ReviewOutcome::Changed { commits: &many, words: "" },
            ReviewOutcome::LeftAsItIs { reason: "The contract says that `items` is never null." },
            ReviewOutcome::LeftAsItIs { reason: " " },
            ReviewOutcome::RunFailed,
            ReviewOutcome::RunCancelled,
        ];
        let key = MarkerKey::of_comment(CommentId(5));
        let marker = Marker { kind: MarkerKind::Reply, about: About::Run(run_id()), key };
        let replies = outcomes.map(|outcome| review_reply(&outcome, &site(), &marker, &redactor()));
        assert_text!("review_replies", replies.join("\n\n"));
    }
}
