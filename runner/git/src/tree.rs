//! The work tree that an agent works in.
//!
//! Its `.git` is the agent's own: it is written here, by hand, before the agent comes, and after that only read as
//! files. What the tree holds is seen through an index that the engine keeps in the store, so whatever an agent does to
//! its repository decides nothing here.
//!
//! Files are in a tree byte for byte as they are stored: no line ends are converted and no filters run. Whoever works on
//! a tree has nobody beside them; an agent has ended before its work is looked at.

mod commits;
mod restore;
mod snapshot;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use git2::Index;
use pipemason_core::hash::{CommitSha, ContentHash};
use pipemason_core::id::BranchName;

pub use commits::{AgentCommits, Suggestion};
pub use snapshot::{Snapshot, SnapshotLimits};

pub(crate) use commits::judge_entry;

use crate::error::{At as _, GitError, blocking};
use crate::program::Call;
use crate::store::{Identity, Store, remove_file, write_whole};

/// The folder of the record. It is part of no snapshot: its entries stay as they were in the commit.
pub(crate) const RECORD_FOLDER: &str = ".pipeline";

/// The one file in there that belongs to the repository.
pub(crate) const CONFIGURATION_FILE: &str = ".pipeline/config.yml";

/// The tree without anything, which every git knows; as a source of attributes it says that there are none.
pub(crate) const EMPTY_TREE: &str = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

/// Makes git take every file as it is, in the agent's own repository, too.
const NO_CONVERSION: &str = "* -text -filter -ident -working-tree-encoding\n";

/// Keeps the live files of a run out of the agent's own commits.
const EXCLUDED: &str = "/.pipeline/*\n!/.pipeline/config.yml\n";

/// A work tree that is to be made.
#[derive(Clone, Debug)]
pub struct NewTree<'a> {
    /// Where. Whatever is there is removed.
    pub folder: &'a Path,
    pub commit: CommitSha,
    /// What the agent's repository calls its branch.
    pub branch: &'a BranchName,
    /// Who the agent's commits are by.
    pub identity: &'a Identity,
}

/// A work tree that an agent works in.
#[derive(Clone, Debug)]
pub struct Tree {
    store: Store,
    folder: PathBuf,
    /// Where the engine keeps what it knows of the tree, in the store.
    desk: PathBuf,
    base: CommitSha,
}

impl Store {
    /// Makes a work tree with the files of a commit and a repository of its own.
    pub async fn make_tree(&self, new: &NewTree<'_>) -> Result<Tree, GitError> {
        let tree =
            Tree { store: self.clone(), folder: new.folder.to_owned(), desk: self.desk(new.folder), base: new.commit };
        tree.clone().remove().await?;
        for folder in [&tree.folder, &tree.desk] {
            fs::create_dir_all(folder).at("making the folder", folder)?;
        }
        tree.check_out(new.commit).await?;
        tree.write_repository(new.commit, new.branch, new.identity)?;
        tree.keep_base(new.commit)?;
        Ok(tree)
    }

    /// Opens the work tree in `folder`; returns nothing where there is none, or one that was never finished
    /// or has no sound index.
    pub fn open_tree(&self, folder: &Path) -> Option<Tree> {
        let desk = self.desk(folder);
        let base = fs::read_to_string(desk.join("base")).ok().and_then(|base| base.trim_end().parse().ok());
        // Indexes are written without waiting for the disk; after a loss of power one may be broken.
        let is_whole = Index::open(&desk.join("index")).is_ok_and(|index| !index.is_empty());
        let is_there = is_whole && fs::symlink_metadata(folder).is_ok_and(|found| found.is_dir());
        let base = base.filter(|_| is_there)?;
        Some(Tree { store: self.clone(), folder: folder.to_owned(), desk, base })
    }

    fn desk(&self, folder: &Path) -> PathBuf {
        let name = ContentHash::of(folder.as_os_str().as_encoded_bytes()).short();
        self.folder().join("trees").join(name)
    }
}

impl Tree {
    /// Returns where the tree is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Returns the commit whose files the tree had when the agent came.
    pub fn base(&self) -> CommitSha {
        self.base
    }

    /// Makes the tree that of `commit`, with a fresh repository; ignored files and those in `.pipeline/` stay.
    ///
    /// The agent's own repository is gone afterwards, with all that was in it.
    pub async fn reset_to(
        &mut self,
        commit: CommitSha,
        branch: &BranchName,
        identity: &Identity,
    ) -> Result<(), GitError> {
        self.is_in_place()?;
        for path in self.untracked().await? {
            remove_whatever(&self.folder.join(&path))?;
            // Folders that are empty now go, too; the first that is not ends this.
            let above = path.ancestors().skip(1).filter(|above| !above.as_os_str().is_empty());
            let _full = above.map(|above| self.folder.join(above)).try_for_each(fs::remove_dir);
        }
        self.check_out(commit).await?;
        self.write_repository(commit, branch, identity)?;
        self.keep_base(commit)?;
        self.base = commit;
        Ok(())
    }

    /// Removes the tree and what the engine knows of it.
    pub async fn remove(self) -> Result<(), GitError> {
        blocking("removing a tree", move || {
            // First what says that the tree is whole.
            remove_file(&self.desk.join("base"))?;
            remove_whatever(&self.folder)?;
            remove_whatever(&self.desk)
        })
        .await
    }

    /// Makes a call of git that sees the tree through the engine's index, and no attributes.
    fn call<const N: usize>(&self, arguments: [&str; N]) -> Call {
        self.bare_call().attributes_of(EMPTY_TREE).arguments(arguments)
    }

    fn bare_call(&self) -> Call {
        let call = self.store.bare_call().variable("GIT_WORK_TREE", &self.folder);
        call.variable("GIT_INDEX_FILE", self.index())
    }

    fn index(&self) -> PathBuf {
        self.desk.join("index")
    }

    /// Makes sure that the folder is no link to somewhere else, and that nothing is left of a call that was killed.
    fn is_in_place(&self) -> Result<(), GitError> {
        let found = fs::symlink_metadata(&self.folder).at("looking for the tree", &self.folder)?;
        if !found.is_dir() {
            let reason = io::Error::from(io::ErrorKind::NotADirectory);
            return Err(GitError::File { doing: "looking for the tree", path: self.folder.clone(), reason });
        }
        // Only the holder of the run's lease is here, so nobody holds the lock.
        remove_file(&self.desk.join("index.lock"))
    }

    async fn check_out(&self, commit: CommitSha) -> Result<(), GitError> {
        remove_file(&self.desk.join("index.lock"))?;
        self.call(["read-tree", "--reset", "-u", &commit.to_string()]).output().await?;
        Ok(())
    }

    fn keep_base(&self, commit: CommitSha) -> Result<(), GitError> {
        write_whole(&self.desk.join("base"), format!("{commit}\n").as_bytes())
    }

    /// What the agent's repository borrows from.
    fn alternates(&self) -> String {
        format!("{}\n", self.store.folder().join("objects").display())
    }

    /// Writes the repository that the agent may use, from nothing.
    fn write_repository(&self, commit: CommitSha, branch: &BranchName, identity: &Identity) -> Result<(), GitError> {
        let git_dir = self.folder.join(".git");
        remove_whatever(&git_dir)?;
        let branch_file = format!("refs/heads/{branch}");
        let configuration = format!(
            "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = false\n\tlogAllRefUpdates = true\n\
             [gc]\n\tauto = 0\n[user]\n\tname = {}\n\temail = {}\n",
            quoted(&identity.name),
            quoted(&identity.email)
        );
        let files = [
            ("config", configuration),
            ("objects/info/alternates", self.alternates()),
            ("objects/pack/.keep", String::new()),
            ("info/attributes", NO_CONVERSION.to_owned()),
            ("info/exclude", EXCLUDED.to_owned()),
            (&branch_file, format!("{commit}\n")),
            ("HEAD", format!("ref: {branch_file}\n")),
        ];
        for (name, content) in files {
            let path = git_dir.join(name);
            let folder = path.parent().unwrap_or(&git_dir);
            fs::create_dir_all(folder).at("making the folder", folder)?;
            fs::write(&path, content).at("writing", &path)?;
        }
        let shallow = self.store.folder().join("shallow");
        if shallow.exists() {
            fs::copy(&shallow, git_dir.join("shallow")).at("copying", &shallow)?;
        }
        // So that the agent's git need not read every file again.
        fs::copy(self.index(), git_dir.join("index")).at("copying", &self.index())?;
        Ok(())
    }
}

/// Writes a value for a configuration of git.
fn quoted(text: &str) -> String {
    let clean: String = text.chars().filter(|character| !character.is_control()).collect();
    format!("\"{}\"", clean.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Removes a file, a link, or a folder with everything in it, also where somebody took away the right to; what is not
/// there is gone. Links are never followed.
fn remove_whatever(path: &Path) -> Result<(), GitError> {
    let found = match fs::symlink_metadata(path) {
        Ok(found) => found,
        Err(error) if [io::ErrorKind::NotFound, io::ErrorKind::NotADirectory].contains(&error.kind()) => return Ok(()),
        Err(error) => return Err(error).at("removing", path),
    };
    if !found.is_dir() {
        return remove_file(path);
    }
    if fs::remove_dir_all(path).is_ok() {
        return Ok(());
    }
    // Caches of packages are often read-only.
    allow(path);
    fs::remove_dir_all(path).at("removing", path)
}

/// Gives its owner every right on a folder and those below.
fn allow(folder: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // Where even that is not allowed, removing says so.
        let _denied = fs::set_permissions(folder, fs::Permissions::from_mode(0o700));
    }
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            allow(&entry.path());
        }
    }
}
