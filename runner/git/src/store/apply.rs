//! A change that a person approved, applied to a tree.

use std::sync::atomic::{AtomicU64, Ordering};

use pipemason_core::hash::TreeHash;

use super::Store;
use crate::error::GitError;
use crate::program::Call;

/// Tells the indexes of calls that go on at the same time apart.
static INDEXES: AtomicU64 = AtomicU64::new(0);

impl Store {
    /// Applies a unified diff to a tree, or says why it does not fit. No work tree takes part.
    pub async fn apply(&self, tree: TreeHash, diff: &str) -> Result<Result<TreeHash, String>, GitError> {
        let number = INDEXES.fetch_add(1, Ordering::Relaxed);
        let index = self.folder().join(format!("apply-{}-{number}.index", std::process::id()));
        let with_index = |call: Call| call.variable("GIT_INDEX_FILE", &index);
        let applied = self.apply_with(tree, diff, with_index).await;
        // An index that stays behind is in nobody's way.
        let _gone = std::fs::remove_file(&index);
        applied
    }

    async fn apply_with(
        &self,
        tree: TreeHash,
        diff: &str,
        with_index: impl Fn(Call) -> Call,
    ) -> Result<Result<TreeHash, String>, GitError> {
        with_index(self.call(["read-tree", &tree.to_string()])).output().await?;
        // Agents forget the end of the last line.
        let diff = if diff.ends_with('\n') { diff.to_owned() } else { format!("{diff}\n") };
        let apply = self.call(["apply", "--cached", "--whitespace=nowarn", "--recount", "-"]).input(diff);
        match with_index(apply).output().await {
            Ok(_) => {}
            Err(GitError::Failed { command: _, words }) => return Ok(Err(words)),
            Err(error) => return Err(error),
        }
        let line = with_index(self.call(["write-tree"])).line().await?;
        let unreadable =
            |_| GitError::Failed { command: "write-tree".to_owned(), words: format!("`{line}` is no tree") };
        Ok(Ok(line.parse().map_err(unreadable)?))
    }
}
