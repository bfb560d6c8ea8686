//! A tree as it is, taken into the store.
//!
//! The engine's index remembers what each file looked like, so that only files that changed are read again. Git finds
//! them and looks after timestamps that are too coarse to tell; each is judged here before it is taken in.
//!
//! Nothing is ever taken in of pipes, sockets and devices, of folders called `.git`, and of ignored files. They are
//! reported where they stand in the place of something; those that git does not even see are as if they were ignored.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use pipemason_core::hash::TreeHash;

use super::{CONFIGURATION_FILE, RECORD_FOLDER, Tree};
use crate::error::{GitError, blocking};
use crate::paths::{Reason, Refused, judge_link, judge_name, shown};
use crate::store::{GITLINK, content_at};

/// What a snapshot takes in at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SnapshotLimits {
    /// The largest file.
    pub max_file_bytes: u64,
    /// The most files that may have changed since the last snapshot.
    pub max_files: usize,
}

impl Default for SnapshotLimits {
    fn default() -> Self {
        // GitHub refuses files of 100 MB and warns at 50; ten thousand files at once are no ticket's work.
        Self { max_file_bytes: 50_000_000, max_files: 10_000 }
    }
}

/// A tree as it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// Without anything that was refused; in its place is what was there before.
    pub tree: TreeHash,
    pub refused: Vec<Refused>,
}

/// What is at a path that changed.
#[derive(Debug, PartialEq, Eq)]
enum Seen {
    /// A file or a link that can be taken in.
    File,
    Folder,
    Nothing,
}

impl Tree {
    /// Takes in what the tree holds now.
    pub async fn snapshot(&self, limits: &SnapshotLimits) -> Result<Snapshot, GitError> {
        self.is_in_place()?;
        let candidates = self.candidates().await?;
        let mut refused = Vec::new();
        if candidates.len() > limits.max_files {
            let reason = Reason::TooMany { count: candidates.len() };
            refused.push(Refused { path: String::new(), reason });
        } else if !candidates.is_empty() {
            let (tree, limits) = (self.clone(), *limits);
            let judged = blocking("looking at changed files", move || tree.judge_all(&candidates, &limits)).await?;
            refused = judged.refused;
            let take = self.unfiltered(judged.take, &mut refused).await?;
            self.take_in(&judged.remove, &take).await?;
        }
        let tree = self.call(["write-tree"]).line().await?;
        let tree = tree.parse().map_err(|_| GitError::Failed { command: "write-tree".to_owned(), words: tree })?;
        Ok(Snapshot { tree, refused })
    }

    /// Returns all paths that differ from the engine's index, but those of the record.
    async fn candidates(&self) -> Result<BTreeSet<Vec<u8>>, GitError> {
        let call = self.call(["ls-files", "-z", "--others", "--modified", "--deleted", "--exclude-standard"]);
        let said = call.output().await?;
        let paths = said.split(|byte| *byte == 0).filter(|path| !path.is_empty());
        Ok(paths.filter(|path| !is_of_record(path)).map(<[u8]>::to_vec).collect())
    }

    /// Returns all paths that are neither in the index nor ignored, nor of the record.
    pub(super) async fn untracked(&self) -> Result<Vec<PathBuf>, GitError> {
        let said = self.call(["ls-files", "-z", "--others", "--exclude-standard"]).output().await?;
        let paths = said.split(|byte| *byte == 0).filter(|path| !path.is_empty() && !is_of_record(path));
        Ok(paths.map(path_of_bytes).collect())
    }

    /// Keeps the paths whose content no program of the repository would change on its way in.
    pub(super) async fn unfiltered(
        &self,
        take: Vec<String>,
        refused: &mut Vec<Refused>,
    ) -> Result<Vec<String>, GitError> {
        if take.is_empty() {
            return Ok(take);
        }
        // The attributes of the commit count: an agent cannot take one away.
        let call = self.bare_call().attributes_of(&self.base.to_string());
        let call = call.arguments(["check-attr", "-z", "--stdin", "filter", "working-tree-encoding"]);
        let said = call.input(joined(&take)).output().await?;
        let said = String::from_utf8_lossy(&said);
        let mut filtered = BTreeSet::new();
        let fields: Vec<&str> = said.split('\0').collect();
        for record in fields.chunks_exact(3) {
            let [path, attribute, value] = record else { continue };
            if !["unspecified", "unset", "set"].contains(value) && filtered.insert((*path).to_owned()) {
                let reason = Reason::Filtered { attribute: format!("{attribute}={value}") };
                refused.push(Refused { path: (*path).to_owned(), reason });
            }
        }
        Ok(take.into_iter().filter(|path| !filtered.contains(path)).collect())
    }

    async fn take_in(&self, remove: &[String], take: &[String]) -> Result<(), GitError> {
        // What goes makes room first: a file may have become a folder.
        for (option, paths) in [("--force-remove", remove), ("--add", take)] {
            if !paths.is_empty() {
                self.call(["update-index", option, "-z", "--stdin"]).input(joined(paths)).output().await?;
            }
        }
        Ok(())
    }
}

fn joined(paths: &[String]) -> Vec<u8> {
    paths.iter().flat_map(|path| path.bytes().chain([0])).collect()
}

fn is_of_record(path: &[u8]) -> bool {
    let below = path.strip_prefix(RECORD_FOLDER.as_bytes());
    below.is_some_and(|rest| rest.is_empty() || rest.starts_with(b"/")) && path != CONFIGURATION_FILE.as_bytes()
}

struct Judged {
    take: Vec<String>,
    remove: Vec<String>,
    refused: Vec<Refused>,
}

impl Tree {
    fn judge_all(&self, candidates: &BTreeSet<Vec<u8>>, limits: &SnapshotLimits) -> Result<Judged, GitError> {
        let repository = self.store.repository()?;
        let base = self.store.tree_of(self.base)?;
        // None is ever added, so those of the base are all.
        let is_gitlink = |path: &str| {
            let content = content_at(&repository, base, path);
            content.map(|content| content.is_some_and(|content| content.mode == GITLINK))
        };
        let mut judged = Judged { take: Vec::new(), remove: Vec::new(), refused: Vec::new() };
        for candidate in candidates {
            let verdict = judge_name(candidate).and_then(|path| Ok((path, judge(&self.folder, path, limits)?)));
            match verdict {
                Ok((path, Seen::File)) => judged.take.push(path.to_owned()),
                // Git keeps no empty folders, so one that is missing says nothing about the repository it stands for.
                Ok((path, Seen::Nothing)) if !is_gitlink(path)? => judged.remove.push(path.to_owned()),
                Ok((_, Seen::Nothing)) => {}
                Ok((path, Seen::Folder)) if !is_gitlink(path)? => judged.remove.push(path.to_owned()),
                Ok((path, Seen::Folder)) => judged.refuse(path, Reason::Repository),
                // A nested repository is named with a slash behind, which would make an empty name.
                Err(_) if candidate.ends_with(b"/") => {
                    judged.refuse(shown(candidate).trim_end_matches('/'), Reason::Repository);
                }
                Err(reason) => judged.refuse(&shown(candidate), reason),
            }
        }
        Ok(judged)
    }
}

impl Judged {
    fn refuse(&mut self, path: &str, reason: Reason) {
        self.refused.push(Refused { path: path.to_owned(), reason });
    }
}

fn judge(folder: &Path, path: &str, limits: &SnapshotLimits) -> Result<Seen, Reason> {
    let full = folder.join(path);
    let found = match fs::symlink_metadata(&full) {
        Ok(found) => found,
        Err(error) if [io::ErrorKind::NotFound, io::ErrorKind::NotADirectory].contains(&error.kind()) => {
            return Ok(Seen::Nothing);
        }
        Err(_) => return Err(Reason::Unreadable),
    };
    // What is behind a link in the place of a folder is not in the tree any more.
    if has_link_above(folder, path) {
        return Ok(Seen::Nothing);
    }
    let kind = found.file_type();
    if kind.is_symlink() {
        let target = fs::read_link(&full).map_err(|_| Reason::Unreadable)?;
        judge_link(path, target.as_os_str().as_encoded_bytes())?;
        Ok(Seen::File)
    } else if kind.is_dir() {
        Ok(Seen::Folder)
    } else if !kind.is_file() {
        Err(Reason::NotAFile)
    } else if found.len() > limits.max_file_bytes {
        Err(Reason::TooLarge { bytes: found.len() })
    } else {
        fs::File::open(&full).map(|_| Seen::File).map_err(|_| Reason::Unreadable)
    }
}

#[cfg(unix)]
fn path_of_bytes(path: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt as _;

    PathBuf::from(std::ffi::OsStr::from_bytes(path))
}

#[cfg(not(unix))]
fn path_of_bytes(path: &[u8]) -> PathBuf {
    PathBuf::from(shown(path).into_owned())
}

fn has_link_above(folder: &Path, path: &str) -> bool {
    let slashes = path.match_indices('/').map(|(slash, _)| path.get(..slash).unwrap_or_default());
    slashes
        .map(|above| folder.join(above))
        .any(|above| fs::symlink_metadata(above).is_ok_and(|found| found.is_symlink()))
}
