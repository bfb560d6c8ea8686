//! The trees of a run: made, filled with what the record holds, and looked at again.

use std::fs;
use std::path::{Path, PathBuf};

use pipemason_core::hash::{CommitSha, TreeHash};
use pipemason_core::id::BranchName;
use pipemason_core::run::{Artifact, Run};
use pipemason_git::{NewCommit, NewTree, Snapshot, SnapshotLimits, Tree};

use super::{WorkError, Workshop, record_folder};
use crate::files::{FileError, make_folder};

/// Opens the tree in `folder`, or makes it from `commit`.
pub(crate) async fn open(
    shop: &Workshop,
    branch: &BranchName,
    folder: &Path,
    commit: CommitSha,
) -> Result<Tree, WorkError> {
    if let Some(tree) = shop.store().open_tree(folder) {
        return Ok(tree);
    }
    make_folder(folder.parent().unwrap_or(folder))?;
    Ok(shop.store().make_tree(&NewTree { folder, commit, branch, identity: &shop.identity }).await?)
}

impl Workshop {
    /// Returns the folder of the tree that is worked on.
    pub(crate) fn tree_folder(&self) -> PathBuf {
        self.trees.join("tree")
    }

    /// Returns the newest commit of the work: of a turn, else of the phases that passed.
    pub(crate) fn newest(&self) -> Result<CommitSha, WorkError> {
        Ok(self.store().reference(&self.work_ref())?.unwrap_or(self.facts().head))
    }

    /// Opens the tree that is worked on.
    pub(crate) async fn tree(&self, run: &Run) -> Result<Tree, WorkError> {
        let commit = self.newest()?;
        open(self, &run.origin.branch, &self.tree_folder(), commit).await
    }

    /// Looks at the tree and writes down what is in it as the newest commit of the work.
    pub(crate) async fn take_snapshot(&self, tree: &Tree, words: &str) -> Result<Snapshot, WorkError> {
        let snapshot = tree.snapshot(&SnapshotLimits::default()).await?;
        let parent = self.newest()?;
        if self.store().tree_of(parent)? != snapshot.tree {
            let by = self.signature();
            let commit = NewCommit {
                tree: snapshot.tree,
                parents: &[parent],
                author: &by,
                committer: &by,
                message: &format!("{words}\n\nPipemason-Run: {}\n", self.run),
            };
            let commit = self.store().commit(&commit)?;
            self.point(&self.work_ref(), commit).await?;
        }
        Ok(snapshot)
    }

    /// Returns the tree of the newest work.
    pub(crate) fn newest_tree(&self) -> Result<TreeHash, WorkError> {
        Ok(self.store().tree_of(self.newest()?)?)
    }
}

/// Puts frozen files of the record back where they are not as they were frozen; returns the paths of those.
pub(crate) fn restore_record(
    shop: &Workshop,
    run: &Run,
    tree: &Path,
    is_made_now: impl Fn(&Artifact) -> bool,
) -> Result<Vec<String>, WorkError> {
    let mut touched = Vec::new();
    for (artifact, frozen) in run.frozen.iter().filter(|(artifact, _)| !is_made_now(artifact)) {
        if matches!(artifact, Artifact::Tests(_) | Artifact::EndToEndTests(_)) {
            continue;
        }
        for file in frozen.files.iter() {
            let path = tree.join(&*file.path);
            let wanted = shop.store().blob(file.blob)?;
            let is_plain = fs::symlink_metadata(&path).is_ok_and(|found| found.is_file());
            if is_plain && fs::read(&path).is_ok_and(|found| found == wanted) {
                continue;
            }
            let failed = |error| FileError::new(&path, "restored", error);
            make_plain_parents(tree, &path)?;
            if fs::symlink_metadata(&path).is_ok_and(|found| found.is_dir()) {
                fs::remove_dir_all(&path).map_err(failed)?;
            } else if fs::symlink_metadata(&path).is_ok() {
                fs::remove_file(&path).map_err(failed)?;
            }
            fs::write(&path, wanted).map_err(failed)?;
            touched.push(file.path.to_string());
        }
    }
    Ok(touched)
}

/// Makes the folders above `path`, and replaces what is there instead: a link would lead the engine elsewhere.
pub(crate) fn make_plain_parents(tree: &Path, path: &Path) -> Result<(), WorkError> {
    let inside = path.strip_prefix(tree).unwrap_or(path);
    let mut folder = tree.to_owned();
    for name in inside.parent().unwrap_or(Path::new("")).components() {
        folder.push(name);
        match fs::symlink_metadata(&folder) {
            Ok(found) if found.is_dir() => {}
            Ok(_) => {
                fs::remove_file(&folder).map_err(|error| FileError::new(&folder, "removed", error))?;
                make_folder(&folder)?;
            }
            Err(_) => make_folder(&folder)?,
        }
    }
    Ok(())
}

/// Writes a file of the record into a tree, whatever somebody put in its way.
pub(crate) fn write_record(tree: &Path, name: &str, content: &[u8]) -> Result<(), WorkError> {
    let path = record_folder(tree).join(name);
    make_plain_parents(tree, &path)?;
    if fs::symlink_metadata(&path).is_ok_and(|found| !found.is_file()) {
        let removed = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
        removed.map_err(|error| FileError::new(&path, "removed", error))?;
    }
    Ok(fs::write(&path, content).map_err(|error| FileError::new(&path, "written", error))?)
}

/// Larger files of a record are not read: nobody writes so much.
const MAX_RECORD_BYTES: u64 = 4 * 1024 * 1024;

/// Reads a file of the record, if it is a plain one; a link could lead anywhere.
pub(crate) fn read_record(tree: &Path, name: &str) -> Result<Option<String>, WorkError> {
    let mut path = record_folder(tree);
    let names: Vec<&str> = name.split('/').collect();
    for (index, part) in names.iter().enumerate() {
        path.push(part);
        let Ok(found) = fs::symlink_metadata(&path) else { return Ok(None) };
        let is_last = index + 1 == names.len();
        let is_right = if is_last { found.is_file() && found.len() <= MAX_RECORD_BYTES } else { found.is_dir() };
        if !is_right {
            return Ok(None);
        }
    }
    let bytes = fs::read(&path).map_err(|error| FileError::new(&path, "read", error))?;
    Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
}

/// Returns the plain files below a folder of the record, by their names relative to `.pipeline/`, in order.
pub(crate) fn list_record(tree: &Path, folder: &str) -> Result<Vec<String>, WorkError> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let path = record_folder(tree).join(&folder);
        if !fs::symlink_metadata(&path).is_ok_and(|found| found.is_dir()) {
            continue;
        }
        let entries = fs::read_dir(&path).map_err(|error| FileError::new(&path, "read", error))?;
        for entry in entries.flatten() {
            let Ok(name) = entry.file_name().into_string() else { continue };
            let name = format!("{folder}/{name}");
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => folders.push(name),
                Ok(kind) if kind.is_file() => found.push(name),
                Ok(_) | Err(_) => {}
            }
        }
    }
    found.sort_unstable();
    Ok(found)
}
