//! The branch of a run, made visible in the user's repository.
//!
//! No program runs for that, because an agent may have run meanwhile: libgit2 copies the objects and moves the ref.

use std::fs;

use git2::{ErrorCode, Oid, Repository};
use pipemason_core::hash::CommitSha;
use pipemason_core::id::BranchName;

use super::UserRepository;
use crate::error::{Doing as _, GitError, blocking};
use crate::store::{Store, object_id, oid};

/// How showing a branch ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    Done,
    /// The branch is checked out somewhere, and moving it would change files under somebody's hands.
    CheckedOut,
    /// Somebody moved the branch.
    Lost {
        found: Option<CommitSha>,
    },
}

impl UserRepository {
    /// Makes `branch` point to `commit` of the store, if it points to `before` now.
    pub async fn show_branch(
        &self,
        store: &Store,
        branch: &BranchName,
        before: Option<CommitSha>,
        commit: CommitSha,
    ) -> Result<Shown, GitError> {
        let (user, store, branch) = (self.clone(), store.clone(), branch.clone());
        blocking("showing the branch", move || show(&user, &store, &branch, before, commit)).await
    }

    /// Says whether a branch is checked out in any work tree of the repository.
    fn is_checked_out(&self, branch: &BranchName) -> bool {
        let linked = fs::read_dir(self.common_git_dir.join("worktrees")).into_iter().flatten().flatten();
        let folders = linked.map(|entry| entry.path()).chain([self.common_git_dir.clone()]);
        let wanted = format!("ref: refs/heads/{branch}");
        folders
            .map(|folder| folder.join("HEAD"))
            .any(|head| fs::read_to_string(head).is_ok_and(|content| content.trim_end() == wanted))
    }
}

fn show(
    user: &UserRepository,
    store: &Store,
    branch: &BranchName,
    before: Option<CommitSha>,
    commit: CommitSha,
) -> Result<Shown, GitError> {
    let found = user.branch(branch)?;
    if found == Some(commit) {
        return Ok(Shown::Done);
    }
    if found != before {
        return Ok(Shown::Lost { found });
    }
    if user.is_checked_out(branch) {
        return Ok(Shown::CheckedOut);
    }
    let to = user.repository()?;
    copy(&store.repository()?, &to, oid(commit.0)?)?;
    let (name, log) = (format!("refs/heads/{branch}"), "pipemason: the branch of a run");
    let moved = match before {
        Some(before) => to.reference_matching(&name, oid(commit.0)?, true, oid(before.0)?, log),
        None => to.reference(&name, oid(commit.0)?, false, log),
    };
    match moved {
        Ok(_) => Ok(Shown::Done),
        Err(error) if [ErrorCode::Modified, ErrorCode::Exists].contains(&error.code()) => {
            let found = to.refname_to_id(&name).ok().map(object_id).transpose()?;
            Ok(Shown::Lost { found: found.map(CommitSha) })
        }
        Err(error) => Err(error).doing(&format!("moving branch `{branch}`")),
    }
}

/// Copies a commit and all that `to` does not have of its history, as one pack.
fn copy(from: &Repository, to: &Repository, commit: Oid) -> Result<(), GitError> {
    const DOING: &str = "copying commits into the repository";
    let there = to.odb().doing(DOING)?;
    let mut walk = from.revwalk().doing(DOING)?;
    let (mut open, mut is_new) = (vec![commit], false);
    let mut seen = std::collections::BTreeSet::new();
    while let Some(next) = open.pop() {
        if !seen.insert(next) {
            continue;
        }
        if there.exists(next) {
            walk.hide(next).doing(DOING)?;
        } else {
            is_new = true;
            walk.push(next).doing(DOING)?;
            open.extend(from.find_commit(next).doing(DOING)?.parent_ids());
        }
    }
    if !is_new {
        return Ok(());
    }
    let mut pack = from.packbuilder().doing(DOING)?;
    pack.insert_walk(&mut walk).doing(DOING)?;
    let mut writer = there.packwriter().doing(DOING)?;
    let mut failed = None;
    pack.foreach(|part| {
        failed = std::io::Write::write_all(&mut writer, part).err();
        failed.is_none()
    })
    .doing(DOING)?;
    writer.commit().doing(DOING)?;
    Ok(())
}
