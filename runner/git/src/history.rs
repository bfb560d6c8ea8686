//! How the history that is found at a resume relates to the one that was recorded (RULES R6.2).

use git2::{DiffOptions, Oid, Repository};
use pipemason_core::hash::CommitSha;
use pipemason_core::run::History;

use crate::error::{Doing as _, GitError, blocking};
use crate::store::{Store, oid};

/// As many commits as are compared; a branch has far fewer, but the base may have moved by thousands.
const MAX_COMMITS: usize = 20_000;

const DOING: &str = "comparing two histories";

impl Store {
    /// Says whether `found` goes on from `recorded`, which grew from `base`: it is the same, has it among its ancestors,
    /// or makes the same changes one after the other on another base.
    pub async fn history_relation(
        &self,
        base: CommitSha,
        recorded: CommitSha,
        found: CommitSha,
    ) -> Result<History, GitError> {
        if self.is_ancestor(recorded, found)? {
            return Ok(History::Continued);
        }
        let store = self.clone();
        blocking(DOING, move || {
            let repository = store.repository()?;
            let (base, recorded, found) = (oid(base.0)?, oid(recorded.0)?, oid(found.0)?);
            Ok(if is_rebase(&repository, base, recorded, found)? { History::Continued } else { History::Rewritten })
        })
        .await
    }
}

fn is_rebase(repository: &Repository, base: Oid, recorded: Oid, found: Oid) -> Result<bool, GitError> {
    let Some(before) = changes(repository, recorded, base)? else { return Ok(false) };
    let Some(after) = changes(repository, found, recorded)? else { return Ok(false) };
    let mut after = after.iter();
    // Nothing of its own is nothing that could be found again.
    Ok(!before.is_empty() && before.iter().all(|change| after.any(|found| found == change)))
}

/// Returns what each commit changes, oldest first, from `hidden` to `head`; nothing where there are too many.
fn changes(repository: &Repository, head: Oid, hidden: Oid) -> Result<Option<Vec<Oid>>, GitError> {
    let mut walk = repository.revwalk().doing(DOING)?;
    walk.push(head).doing(DOING)?;
    walk.hide(hidden).doing(DOING)?;
    walk.set_sorting(git2::Sort::TOPOLOGICAL | git2::Sort::REVERSE).doing(DOING)?;
    let mut changes = Vec::new();
    let mut count = 0;
    for commit in walk {
        let commit = repository.find_commit(commit.doing(DOING)?).doing(DOING)?;
        count += 1;
        if count > MAX_COMMITS {
            return Ok(None);
        }
        // A merge of the base adds nothing of its own.
        if commit.parent_count() > 1 {
            continue;
        }
        let parent = commit.parent(0).and_then(|parent| parent.tree()).ok();
        let tree = commit.tree().doing(DOING)?;
        let diff =
            repository.diff_tree_to_tree(parent.as_ref(), Some(&tree), Some(&mut DiffOptions::new())).doing(DOING)?;
        if diff.deltas().len() > 0 {
            changes.push(diff.patchid(None).doing(DOING)?);
        }
    }
    Ok(Some(changes))
}
