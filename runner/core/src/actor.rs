//! Who did something.
//!
//! What somebody *may* do is not here: rights are facts that are looked up for each action.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// Whoever caused a change: a person on GitHub, a person at a terminal, or the engine itself.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Actor {
    /// Pipemason itself: a deadline, a rebase, a restart.
    Engine,
    /// An account on GitHub; `id` is what counts, `login` is how it was called then.
    GitHub { id: u64, login: Arc<str> },
    /// Somebody at a terminal, known by the name git has for them.
    Local { name: Arc<str> },
}

impl fmt::Display for Actor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Engine => formatter.write_str("the engine"),
            Self::GitHub { login, .. } => formatter.write_str(login),
            Self::Local { name } => formatter.write_str(name),
        }
    }
}
