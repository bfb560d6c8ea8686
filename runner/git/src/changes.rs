//! What differs between two trees, path by path. Renames are not guessed: one is a removal and an addition.

use std::sync::Arc;

use git2::{Delta, Diff, DiffDelta, DiffOptions, Repository};
use pipemason_core::hash::{BlobHash, TreeHash};

use crate::error::{Doing as _, GitError};
use crate::paths::shown;
use crate::store::{Content, Store, find_tree, mode_of, object_id};

/// What differs between two trees.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// In the order of their paths.
    pub files: Vec<Change>,
    /// Changed paths that are no text, made readable; nothing more can be said of them, so they need to be refused.
    pub unnameable: Vec<String>,
}

/// A path that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub path: Arc<str>,
    pub entry: Entry,
}

/// What was at a path, and what is there now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    Added(Content),
    Deleted(Content),
    /// The content, the mode or the kind of file changed.
    Modified {
        before: Content,
        after: Content,
    },
}

impl Entry {
    /// Returns what was there.
    pub fn before(&self) -> Option<Content> {
        match self {
            Self::Added(_) => None,
            Self::Deleted(before) | Self::Modified { before, after: _ } => Some(*before),
        }
    }

    /// Returns what is there now.
    pub fn after(&self) -> Option<Content> {
        match self {
            Self::Added(after) | Self::Modified { before: _, after } => Some(*after),
            Self::Deleted(_) => None,
        }
    }
}

impl Store {
    /// Returns what differs between two trees. `None` is the empty tree.
    pub fn tree_changes(&self, from: Option<TreeHash>, to: TreeHash) -> Result<Changes, GitError> {
        let repository = self.repository()?;
        let diff = diff(&repository, from, to, &mut DiffOptions::new())?;
        let mut changes = Changes::default();
        for delta in diff.deltas() {
            let path = path_of(&delta);
            let Some(entry) = entry_of(&delta)? else { continue };
            match std::str::from_utf8(path) {
                Ok(path) => changes.files.push(Change { path: Arc::from(path), entry }),
                Err(_) => changes.unnameable.push(shown(path).into_owned()),
            }
        }
        Ok(changes)
    }
}

pub(crate) fn diff<'r>(
    repository: &'r Repository,
    from: Option<TreeHash>,
    to: TreeHash,
    options: &mut DiffOptions,
) -> Result<Diff<'r>, GitError> {
    let from = from.map(|from| find_tree(repository, from)).transpose()?;
    let to = find_tree(repository, to)?;
    // Libgit2 would otherwise report a file that becomes a link as two changes of one path.
    options.include_typechange(true).ignore_submodules(false);
    repository.diff_tree_to_tree(from.as_ref(), Some(&to), Some(options)).doing("comparing two trees")
}

pub(crate) fn path_of<'d>(delta: &DiffDelta<'d>) -> &'d [u8] {
    delta.new_file().path_bytes().or_else(|| delta.old_file().path_bytes()).unwrap_or_default()
}

pub(crate) fn entry_of(delta: &DiffDelta<'_>) -> Result<Option<Entry>, GitError> {
    let content = |file: git2::DiffFile<'_>| -> Result<Content, GitError> {
        let mode = mode_of(i32::from(file.mode()));
        Ok(Content { mode, blob: BlobHash(object_id(file.id())?) })
    };
    Ok(match delta.status() {
        Delta::Added => Some(Entry::Added(content(delta.new_file())?)),
        Delta::Deleted => Some(Entry::Deleted(content(delta.old_file())?)),
        Delta::Modified | Delta::Typechange | Delta::Renamed | Delta::Copied => {
            Some(Entry::Modified { before: content(delta.old_file())?, after: content(delta.new_file())? })
        }
        Delta::Unmodified | Delta::Ignored | Delta::Untracked | Delta::Unreadable | Delta::Conflicted => None,
    })
}
