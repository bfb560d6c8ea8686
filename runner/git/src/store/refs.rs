//! Refs of the store, changed only from what was seen.

use std::collections::BTreeMap;

use git2::{ErrorCode, Reference};
use pipemason_core::hash::CommitSha;

use super::{Store, object_id};
use crate::error::{Doing as _, GitError};

/// How a change of a ref ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Swap {
    Done,
    /// Somebody else was there first.
    Lost {
        found: Option<CommitSha>,
    },
}

/// What git takes for "there must be none".
const NONE: &str = "0000000000000000000000000000000000000000";

impl Store {
    /// Returns the commit that a ref points to.
    pub fn reference(&self, name: &str) -> Result<Option<CommitSha>, GitError> {
        let repository = self.repository()?;
        match repository.refname_to_id(name) {
            Ok(commit) => Ok(Some(CommitSha(object_id(commit)?))),
            Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
            Err(error) => Err(error).doing(&format!("reading `{name}`")),
        }
    }

    /// Returns all refs that begin with `prefix`.
    pub fn references(&self, prefix: &str) -> Result<BTreeMap<String, CommitSha>, GitError> {
        let repository = self.repository()?;
        let mut found = BTreeMap::new();
        for reference in repository.references().doing("reading refs")? {
            let reference = reference.doing("reading refs")?;
            if let (Ok(name), Some(target)) = (reference.name(), reference.target())
                && name.starts_with(prefix)
            {
                found.insert(name.to_owned(), CommitSha(object_id(target)?));
            }
        }
        Ok(found)
    }

    /// Points a ref from `before` to `after`; where one of them is nothing, the ref is made or removed.
    ///
    /// It is on the disk when this returns. What is `after` already was done before, and is done.
    pub async fn swap_reference(
        &self,
        name: &str,
        before: Option<CommitSha>,
        after: Option<CommitSha>,
    ) -> Result<Swap, GitError> {
        is_ref(name)?;
        let found = self.reference(name)?;
        if found == after {
            return Ok(Swap::Done);
        }
        if found != before {
            return Ok(Swap::Lost { found });
        }
        let text = |commit: Option<CommitSha>| commit.map_or_else(|| NONE.to_owned(), |commit| commit.to_string());
        let call = self.call(["update-ref", "--no-deref", name, &text(after), &text(before)]);
        let said = call.ended().await?;
        if said.status == 0 {
            return Ok(Swap::Done);
        }
        match self.reference(name)? {
            found if found == before => Err(said.into_error()),
            found => Ok(Swap::Lost { found }),
        }
    }
}

/// Makes sure that a text is a whole name of a ref, and nothing that git reads as something else.
pub(super) fn is_ref(name: &str) -> Result<(), GitError> {
    if name.starts_with("refs/") && Reference::is_valid_name(name) && !name.contains(':') {
        Ok(())
    } else {
        Err(GitError::Unsupported(format!("`{name}` cannot be the name of a ref")))
    }
}
