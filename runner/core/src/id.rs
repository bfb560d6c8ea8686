//! Names of things, each a type of its own: a run is never mistaken for a story.
//!
//! Each is parsed where it enters and right ever after. Making new ULIDs is not here: that needs
//! randomness, and belongs to the shell.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use ulid::Ulid;

mod branch_name;
mod numbered;

pub use branch_name::BranchName;
pub use numbered::{AssumptionId, CriterionId, EscalationId, QuestionId};

/// Why a text is not the name it should be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not {expected}")]
pub struct IdError {
    text: String,
    expected: &'static str,
}

impl IdError {
    pub(crate) fn new(text: &str, expected: &'static str) -> Self {
        Self { text: text.chars().take(80).collect(), expected }
    }
}

/// Gives a type `Serialize` and `Deserialize` from its `Display` and `FromStr`.
macro_rules! text_serde {
    ($($type:ty),* $(,)?) => {$(
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
            }
        }
    )*};
}
pub(crate) use text_serde;

/// Declares a name that is a ULID.
macro_rules! ulid_name {
    ($(#[$doc:meta])* $name:ident, $expected:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub Ulid);

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, formatter)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                Ulid::from_string(text).map(Self).map_err(|_| IdError::new(text, $expected))
            }
        }

        text_serde!($name);
    };
}

ulid_name!(
    /// Names a run.
    RunId,
    "a run id (a ULID: 26 letters and digits)"
);
ulid_name!(
    /// Names a program.
    ProgramId,
    "a program id (a ULID: 26 letters and digits)"
);

/// Declares a name that is a checked text, cheap to copy.
macro_rules! text_name {
    ($(#[$doc:meta])* $name:ident, $expected:literal, $is_valid:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Returns the name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                let is_valid: fn(&str) -> bool = $is_valid;
                if is_valid(text) { Ok(Self(Arc::from(text))) } else { Err(IdError::new(text, $expected)) }
            }
        }

        text_serde!($name);
    };
}

/// Longest name of a story, epic or unit: it becomes part of branch names and paths.
const MAX_NAME_BYTES: usize = 64;

/// Says whether `text` is made of `-`-separated, non-empty groups of upper-case letters and digits.
fn is_upper_groups(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= MAX_NAME_BYTES
        && text.split('-').all(|group| {
            !group.is_empty() && group.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        })
}

text_name!(
    /// Names a story: `S-E001-001`, `S-FOUND-001`, `S-MIG-FLAG-001`.
    StoryId,
    "a story id like S-E001-001",
    |text| text.strip_prefix("S-").is_some_and(|rest| rest.contains('-') && is_upper_groups(rest))
);
text_name!(
    /// Names an epic: `E-001`.
    EpicId,
    "an epic id like E-001",
    |text| text.strip_prefix("E-").is_some_and(is_upper_groups)
);
text_name!(
    /// Names a repository: `owner/name`.
    RepoName,
    "a repository name like owner/name",
    |text| {
        let is_part = |part: &str| {
            !part.is_empty()
                && part.len() <= 100
                && part != "."
                && part != ".."
                && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
        };
        text.split_once('/').is_some_and(|(owner, name)| is_part(owner) && is_part(name))
    }
);

/// Numbers an issue or a pull request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct IssueNumber(pub u64);

/// Numbers a comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CommentId(pub u64);

impl fmt::Display for IssueNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "#{}", self.0)
    }
}

#[cfg(test)]
mod tests;
