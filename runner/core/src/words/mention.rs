//! Who is notified, and how people are named where nobody is to be notified.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use crate::actor::Actor;
use crate::words::markdown::{Line, line};
use crate::words::quote::Quote;

/// Somebody who is notified: `@login`, or `@organization/team`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mention(Arc<str>);

/// Why a text names nobody who could be notified.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected the name of an account, or organization/team")]
pub struct MentionError;

/// The longest names that GitHub gives: an account of a company has its short code at the end.
const MAX_NAME_BYTES: usize = 100;

impl FromStr for Mention {
    type Err = MentionError;

    fn from_str(text: &str) -> Result<Self, MentionError> {
        let is_name = |name: &str| {
            name.starts_with(|first: char| first.is_ascii_alphanumeric())
                && name.len() <= MAX_NAME_BYTES
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
        };
        let is_mention = match text.split_once('/') {
            None => is_name(text),
            Some((organization, team)) => is_name(organization) && is_name(team),
        };
        if is_mention { Ok(Self(Arc::from(text))) } else { Err(MentionError) }
    }
}

impl Mention {
    /// Returns who is notified when `actor` is; nobody at a terminal is, and no bot.
    pub fn of(actor: &Actor) -> Option<Self> {
        match actor {
            Actor::GitHub { login, .. } => login.parse().ok(),
            Actor::Engine | Actor::Local { .. } => None,
        }
    }
}

impl fmt::Display for Mention {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "@{}", self.0)
    }
}

/// Names `actor` without notifying anybody.
pub(crate) fn name_of(actor: &Actor, quote: Quote<'_>) -> Line {
    match actor {
        Actor::Engine => line!("Pipemason"),
        Actor::GitHub { login, .. } => line!("{}", quote.inline(login)),
        Actor::Local { name } => line!("{}", quote.inline(name)),
    }
}

/// Makes the start of a line that notifies `people`; nothing if there are none.
pub(crate) fn addressed(people: &[Mention]) -> Line {
    let people = Line::joined(people.iter().map(|person| line!("{}", person.clone())), " ");
    if people.is_empty() { people } else { line!("{}: ", people) }
}
