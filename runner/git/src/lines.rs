//! The lines that differ between two trees: for the search for secrets, the coverage of what was touched, the size of a
//! change, and for people to read.
//!
//! Every file is read as text, whatever it claims to be: a NUL in front hides nothing.

use std::sync::Arc;

use git2::{DiffLineType, DiffOptions, DiffStatsFormat, Patch};
use pipemason_core::hash::TreeHash;

use crate::changes::{diff, path_of};
use crate::error::{Doing as _, GitError, blocking};
use crate::paths::shown;
use crate::store::Store;

/// The lines that differ between two trees.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LineChanges {
    pub files: Vec<FileLines>,
    /// Whether there was more than is read; then nobody may say that all of it was looked at.
    pub is_cut: bool,
}

/// The lines of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileLines {
    /// The path; what of it is no text is replaced.
    pub path: Arc<str>,
    pub added: Vec<AddedLine>,
    pub removed_lines: usize,
    /// Whether it holds bytes that text does not.
    pub is_binary: bool,
}

/// A line that was added or changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddedLine {
    /// Counted from 1, in the new file.
    pub number: u32,
    /// Without its end.
    pub text: String,
}

impl LineChanges {
    /// Returns how many lines were added and removed. Files that are no text have none.
    pub fn total(&self) -> usize {
        let text = self.files.iter().filter(|file| !file.is_binary);
        text.map(|file| file.added.len() + file.removed_lines).sum()
    }
}

/// As many bytes of added lines as are kept: many times what anybody would review.
const MAX_ADDED_BYTES: usize = 64 * 1024 * 1024;

/// The largest file whose lines are compared; git's own limit is larger, and its comparison takes minutes then.
const MAX_COMPARED_BYTES: i64 = 32 * 1024 * 1024;

impl Store {
    /// Returns the lines that differ between two trees. `None` is the empty tree.
    pub async fn line_changes(&self, from: Option<TreeHash>, to: TreeHash) -> Result<LineChanges, GitError> {
        let store = self.clone();
        blocking("comparing two trees", move || line_changes(&store, from, to)).await
    }

    /// Returns the difference as a patch, whole files of it, as many as fit into `max_bytes`; a last line says how many
    /// did not.
    pub async fn diff_text(&self, from: Option<TreeHash>, to: TreeHash, max_bytes: usize) -> Result<String, GitError> {
        let store = self.clone();
        blocking("comparing two trees", move || diff_text(&store, from, to, max_bytes)).await
    }

    /// Returns a table of the changed files with their numbers of lines, and the sum.
    pub async fn diff_stat(&self, from: Option<TreeHash>, to: TreeHash) -> Result<String, GitError> {
        /// Fits a terminal and a comment.
        const WIDTH: usize = 80;
        let store = self.clone();
        blocking("comparing two trees", move || {
            let repository = store.repository()?;
            let diff = diff(&repository, from, to, &mut DiffOptions::new())?;
            let table = diff.stats().and_then(|stats| stats.to_buf(DiffStatsFormat::FULL, WIDTH));
            Ok(shown(&table.doing("comparing two trees")?).into_owned())
        })
        .await
    }
}

pub(crate) fn line_changes(store: &Store, from: Option<TreeHash>, to: TreeHash) -> Result<LineChanges, GitError> {
    let repository = store.repository()?;
    let mut options = DiffOptions::new();
    options.force_text(true).context_lines(0).interhunk_lines(0).max_size(MAX_COMPARED_BYTES);
    let diff = diff(&repository, from, to, &mut options)?;
    let mut changes = LineChanges::default();
    let mut room = MAX_ADDED_BYTES;
    for index in 0..diff.deltas().len() {
        let Some(patch) = Patch::from_diff(&diff, index).doing("comparing two files")? else { continue };
        let delta = patch.delta();
        let path = Arc::from(shown(path_of(&delta)).as_ref());
        let mut file = FileLines { path, added: Vec::new(), removed_lines: 0, is_binary: false };
        // Libgit2 says of a file that is too large to be compared that it is binary, though it was told that none is.
        changes.is_cut |= delta.flags().contains(git2::DiffFlags::BINARY);
        for hunk in 0..patch.num_hunks() {
            for line in 0..patch.num_lines_in_hunk(hunk).doing("comparing two files")? {
                let line = patch.line_in_hunk(hunk, line).doing("comparing two files")?;
                match line.origin_value() {
                    DiffLineType::Addition => take(&mut file, &line, &mut room, &mut changes.is_cut),
                    DiffLineType::Deletion => {
                        file.removed_lines += 1;
                        file.is_binary |= line.content().contains(&0);
                    }
                    DiffLineType::Context
                    | DiffLineType::ContextEOFNL
                    | DiffLineType::AddEOFNL
                    | DiffLineType::DeleteEOFNL
                    | DiffLineType::FileHeader
                    | DiffLineType::HunkHeader
                    | DiffLineType::Binary => {}
                }
            }
        }
        changes.files.push(file);
    }
    Ok(changes)
}

fn take(file: &mut FileLines, line: &git2::DiffLine<'_>, room: &mut usize, is_cut: &mut bool) {
    let content = line.content();
    file.is_binary |= content.contains(&0);
    let content = content.strip_suffix(b"\n").unwrap_or(content);
    match room.checked_sub(content.len()) {
        Some(left) => {
            *room = left;
            let text = String::from_utf8_lossy(content).into_owned();
            file.added.push(AddedLine { number: line.new_lineno().unwrap_or_default(), text });
        }
        None => *is_cut = true,
    }
}

fn diff_text(store: &Store, from: Option<TreeHash>, to: TreeHash, max_bytes: usize) -> Result<String, GitError> {
    let repository = store.repository()?;
    let mut options = DiffOptions::new();
    options.max_size(MAX_COMPARED_BYTES);
    let diff = diff(&repository, from, to, &mut options)?;
    let mut text = String::new();
    let count = diff.deltas().len();
    for index in 0..count {
        let patch = Patch::from_diff(&diff, index).doing("comparing two files")?;
        let Some(mut patch) = patch else { continue };
        let part = patch.to_buf().doing("comparing two files")?;
        if text.len() + part.len() > max_bytes {
            let left = count - index;
            text.extend(["[… ", &left.to_string(), " more changed files left out …]\n"]);
            break;
        }
        text.push_str(&shown(&part));
    }
    Ok(text)
}
