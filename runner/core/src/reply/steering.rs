//! Steering: comments while a run works, given to the agent at its next iteration.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::Comment;
use super::judge::{Held, Standing, Window, judge};
use crate::id::CommentId;
use crate::permission::AccessRules;
use crate::run::{SteeringNote, Taken};

/// What people said to a run at work.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Steering {
    /// What goes to the agent, in order.
    pub deliver: Vec<SteeringNote>,
    /// What came too late for that; answered with 😕 and the words for `revise`.
    pub too_late: Vec<CommentId>,
    pub held: Vec<Held>,
}

/// Returns what the comments since the run went to work are for it, without those that were `delivered`.
pub fn steer(
    comments: &[Comment],
    since: Timestamp,
    delivered: &BTreeSet<CommentId>,
    is_finalizing: bool,
    access: &AccessRules,
) -> Steering {
    let mut steering = Steering::default();
    let mut fresh: Vec<&Comment> = comments.iter().filter(|comment| !delivered.contains(&comment.id)).collect();
    fresh.sort_by_key(|comment| comment.id);
    for comment in fresh {
        match judge(comment, &Window::Running { since }, access) {
            Standing::Ignored | Standing::Withdrawn { .. } => {}
            Standing::Held(why) => steering.held.push(Held::of(comment, why)),
            Standing::Counts(_) if is_finalizing => steering.too_late.push(comment.id),
            Standing::Counts(piece) => {
                let Taken { comment, by, .. } = piece.taken;
                steering.deliver.push(SteeringNote { id: comment.0, by, text: piece.words.into() });
            }
        }
    }
    steering
}
