//! Branch names that git accepts and no shell or option parser can misread.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{IdError, RunId, text_serde};

/// The name of a branch, without `refs/heads/`.
///
/// Narrower than what git allows: no leading dash (an option to many programs) and no control or
/// quoting characters, so a branch name can be shown and passed on anywhere.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BranchName(Arc<str>);

/// GitHub cuts off longer refs, and file systems refuse path parts over 255 bytes.
const MAX_BRANCH_BYTES: usize = 244;

impl BranchName {
    /// Returns the name that is always possible: `pipemason/run-` and the id of the run.
    pub fn of_run(run: RunId) -> Self {
        Self(Arc::from(format!("pipemason/run-{run}").to_ascii_lowercase()))
    }

    /// Returns the name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The rules of `git check-ref-format --branch`, and ours.
fn is_valid(text: &str) -> bool {
    let is_forbidden = |character: char| {
        character.is_control() || character.is_whitespace() || " ~^:?*[\\\"'`$;&|<>(){}!#%".contains(character)
    };
    !text.is_empty()
        && text.len() <= MAX_BRANCH_BYTES
        && text != "@"
        && text != "HEAD"
        && !text.starts_with('-')
        && !text.starts_with("refs/")
        && !text.ends_with('.')
        && !text.contains("..")
        && !text.contains("@{")
        && !text.contains(is_forbidden)
        // Git refuses `.lock` at the end of a part; file systems that ignore case make `.LOCK` the same.
        && text.split('/').all(|part| {
            !part.is_empty() && !part.starts_with('.') && !part.starts_with('-') && !part.to_ascii_lowercase().ends_with(".lock")
        })
}

impl fmt::Display for BranchName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl FromStr for BranchName {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        if is_valid(text) { Ok(Self(Arc::from(text))) } else { Err(IdError::new(text, "a branch name")) }
    }
}

text_serde!(BranchName);
