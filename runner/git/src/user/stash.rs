//! Changes of the user, put aside and given back. Nothing is ever lost: what cannot be given back stays in the stash.

use pipemason_core::hash::CommitSha;

use super::UserRepository;
use crate::error::GitError;
use crate::tree::RECORD_FOLDER;

/// Changes that were put aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stash {
    pub commit: CommitSha,
}

/// How giving back ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unstashed {
    /// Everything is where it was, or was given back before.
    Done,
    /// It could not be put back over what is there now, and is still in the stash.
    Kept { name: String, words: String },
}

impl UserRepository {
    /// Puts aside all changes and new files but those in `.pipeline/`; returns nothing where there are none.
    ///
    /// `message` tells this stash from all others: where there is one of that message already, it is the one.
    pub async fn stash(&self, message: &str) -> Result<Option<Stash>, GitError> {
        if let Some((_, commit)) = self.stash_where(|_, found| found.ends_with(message)).await? {
            return Ok(Some(Stash { commit }));
        }
        if self.dirty_files().await?.is_clean() {
            return Ok(None);
        }
        let exclude = format!(":(exclude,top){RECORD_FOLDER}");
        let call = self.call(["stash", "push", "--include-untracked", "--quiet", "--message", message]);
        call.variable("GIT_OPTIONAL_LOCKS", "1").arguments(["--", ":/", &exclude]).output().await?;
        let made = self.stash_where(|_, found| found.ends_with(message)).await?;
        Ok(made.map(|(_, commit)| Stash { commit }))
    }

    /// Gives back what was put aside.
    pub async fn unstash(&self, stash: &Stash) -> Result<Unstashed, GitError> {
        let is_it = |commit: CommitSha, _: &str| commit == stash.commit;
        let Some((name, commit)) = self.stash_where(is_it).await? else { return Ok(Unstashed::Done) };
        let call = self.call(["stash", "apply", "--index", "--quiet", &commit.to_string()]);
        let said = call.variable("GIT_OPTIONAL_LOCKS", "1").ended().await?;
        if said.status != 0 {
            return Ok(Unstashed::Kept { name, words: said.words });
        }
        // Another stash may have been made in the meantime, so the place in the list is looked up again.
        if let Some((name, _)) = self.stash_where(is_it).await? {
            self.call(["stash", "drop", "--quiet", &name]).output().await?;
        }
        Ok(Unstashed::Done)
    }

    async fn stash_where(
        &self,
        is_it: impl Fn(CommitSha, &str) -> bool,
    ) -> Result<Option<(String, CommitSha)>, GitError> {
        let listed = self.call(["stash", "list", "-z", "--format=%gd %H %gs"]).output().await?;
        let listed = String::from_utf8_lossy(&listed);
        let entry = |entry: &str| {
            let (name, rest) = entry.split_once(' ')?;
            let (commit, message) = rest.split_once(' ')?;
            let commit = commit.parse().ok()?;
            is_it(commit, message).then(|| (name.to_owned(), commit))
        };
        Ok(listed.split('\0').find_map(entry))
    }
}
