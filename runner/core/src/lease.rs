//! Who may step a run: the holder of its lease, and nobody else.
//!
//! A lease has an owner, a fencing number that rises with every new holder, and an end. Whoever else has
//! something to say writes a letter into the run's mailbox, which the holder reads between iterations and
//! once more before it lets go. Storing leases and letters, by compare-and-swap, is not here.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::run::Event;

/// The right to step a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lease {
    /// Names the holder for people: a machine and a process, or a job.
    pub owner: String,
    /// Rises with every new holder; a write under an older number is refused.
    pub fencing: u64,
    pub expires: Timestamp,
}

/// Why a lease was not given or kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LeaseError {
    #[error("`{owner}` is working on this run until {until}; what you say reaches it there")]
    Held { owner: String, until: Timestamp },
    #[error("the run was taken over by `{owner}`; this process must not write any more")]
    Lost { owner: String },
}

impl Lease {
    /// Says whether the lease still counts at `now`.
    pub fn is_live(&self, now: Timestamp) -> bool {
        now < self.expires
    }

    /// Takes the lease for `owner`, if nobody holds it at `now`.
    pub fn take(current: Option<&Self>, owner: &str, now: Timestamp, time: Duration) -> Result<Self, LeaseError> {
        let fencing = match current {
            Some(held) if held.is_live(now) => {
                return Err(LeaseError::Held { owner: held.owner.clone(), until: held.expires });
            }
            Some(over) => over.fencing.saturating_add(1),
            None => 1,
        };
        Ok(Self { owner: owner.to_owned(), fencing, expires: later(now, time) })
    }

    /// Extends this lease, as long as `current` is still the same one.
    ///
    /// A lease that ran out may be extended while nobody else has taken it: the work went on unseen.
    pub fn renew(&self, current: &Self, now: Timestamp, time: Duration) -> Result<Self, LeaseError> {
        self.check(current)?;
        Ok(Self { expires: later(now, time).max(current.expires), ..current.clone() })
    }

    /// Refuses a write under this lease if somebody else has taken the run since.
    pub fn check(&self, current: &Self) -> Result<(), LeaseError> {
        if self.fencing == current.fencing && self.owner == current.owner {
            Ok(())
        } else {
            Err(LeaseError::Lost { owner: current.owner.clone() })
        }
    }

    /// Lets go: the next one need not wait. The fencing number stays, so that it keeps rising.
    #[must_use]
    pub fn released(&self, now: Timestamp) -> Self {
        Self { expires: now.min(self.expires), ..self.clone() }
    }
}

fn later(now: Timestamp, time: Duration) -> Timestamp {
    now.checked_add(time).unwrap_or(Timestamp::MAX)
}

/// Something that reaches a run while somebody else holds its lease.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Letter {
    /// Counts the letters of a run, from 1.
    pub number: u64,
    pub at: Timestamp,
    pub event: Event,
}

/// Returns the letters after number `read`, in order and each once.
///
/// `Err` names a number that is missing: a letter that was never seen must not be jumped over.
pub fn unread(letters: &[Letter], read: u64) -> Result<Vec<&Letter>, u64> {
    let mut waiting: Vec<&Letter> = letters.iter().filter(|letter| letter.number > read).collect();
    waiting.sort_by_key(|letter| letter.number);
    waiting.dedup_by_key(|letter| letter.number);
    for (letter, expected) in waiting.iter().zip(read.saturating_add(1)..) {
        if letter.number != expected {
            return Err(expected);
        }
    }
    Ok(waiting)
}

#[cfg(test)]
mod tests;
