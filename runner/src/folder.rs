//! Where the files of runs are, in the git directory of the user's repository.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use pipemason_core::hash::ContentHash;
use pipemason_core::id::RunId;

use crate::files::FileError;

/// The folder of all that Pipemason keeps of a repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Home {
    root: PathBuf,
}

impl Home {
    /// Makes the name of the folder in `git_folder`, which all work trees of a repository share.
    pub fn in_git_folder(git_folder: &Path) -> Self {
        Self { root: git_folder.join("pipemason") }
    }

    /// Returns the folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Returns the engine's own repository.
    pub fn store(&self) -> PathBuf {
        self.root.join("store.git")
    }

    /// Returns what was spent on each day.
    pub fn budget(&self) -> PathBuf {
        self.root.join("budget")
    }

    /// Returns the folder of a run.
    pub fn run(&self, run: RunId) -> RunFolder {
        RunFolder { root: self.root.join("runs").join(run.to_string()) }
    }

    /// Returns all runs, the oldest first: a run's name begins with its time.
    pub fn runs(&self) -> Result<Vec<RunId>, FileError> {
        let folder = self.root.join("runs");
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(FileError::new(&folder, "read", error)),
        };
        let of_entry = |entry: io::Result<fs::DirEntry>| entry.ok()?.file_name().to_str()?.parse().ok();
        let mut runs: Vec<RunId> = entries.filter_map(of_entry).collect();
        runs.sort_unstable();
        Ok(runs)
    }
}

/// The folder of one run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunFolder {
    root: PathBuf,
}

impl RunFolder {
    /// Names a folder that is somewhere else.
    pub fn at(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// Returns the folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Returns the ledger.
    pub fn ledger(&self) -> PathBuf {
        self.root.join("ledger")
    }

    /// Returns the list of effects that were begun and carried out.
    pub fn progress(&self) -> PathBuf {
        self.root.join("progress")
    }

    /// Returns the folder of what came of effects that take long.
    pub fn outcomes(&self) -> PathBuf {
        self.root.join("outcomes")
    }

    /// Returns the file that the holder of the run keeps locked.
    pub fn lock(&self) -> PathBuf {
        self.root.join("lock")
    }

    /// Returns the lease.
    pub fn lease(&self) -> PathBuf {
        self.root.join("lease.json")
    }

    /// Returns the folder of letters.
    pub fn mailbox(&self) -> PathBuf {
        self.root.join("mailbox")
    }

    /// Returns what the engine knew of the run when the ledger named this hash.
    pub fn facts(&self, hash: ContentHash) -> PathBuf {
        self.root.join(format!("facts-{}.json", hash.short()))
    }

    /// Returns the folder whose content people and agents read.
    pub fn view(&self) -> PathBuf {
        self.root.join("view")
    }
}
