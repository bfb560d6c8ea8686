//! A branch on a newer base, by rebase or by merge, without any work tree.
//!
//! Git itself merges (`merge-tree`, the same that `git rebase` does for each commit), because it sees when a folder was
//! renamed. Libgit2 does the same beforehand in memory: a conflict for one of them, or two different results, is a
//! conflict. None is ever resolved here.

use git2::{MergeOptions, Repository};
use pipemason_core::hash::{CommitSha, TreeHash};

use crate::error::{Doing as _, GitError, blocking};
use crate::store::{NewCommit, Signature, Store, object_id, oid};

/// How a rebase or a merge ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rebase {
    Done { head: CommitSha },
    Conflict(Conflict),
}

/// Why a branch does not fit on its base.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The commit of the branch that did not fit; for a merge, its head.
    pub commit: CommitSha,
    /// The files that both changed, as far as they are shown.
    pub files: Vec<ConflictFile>,
    /// What git said, shortened.
    pub words: String,
}

/// A file that both sides changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConflictFile {
    pub path: String,
    /// The places, with git's marks; shortened, and empty where there are none to show.
    pub hunks: String,
}

/// As many files of a conflict as people look at.
const MAX_FILES: usize = 50;
/// As much of one file as fits a comment.
const MAX_HUNK_BYTES: usize = 4000;
/// As many words of git about a conflict as are passed on.
const MAX_WORDS_CHARACTERS: usize = 4000;

impl Store {
    /// Puts the commits of `head` that are not in `upstream` on `onto`, one after the other. Who wrote them and when
    /// stays; one whose change is there already is left out.
    pub async fn rebase(
        &self,
        head: CommitSha,
        upstream: CommitSha,
        onto: CommitSha,
        committer: &Signature,
    ) -> Result<Rebase, GitError> {
        if self.is_ancestor(onto, head)? {
            return Ok(Rebase::Done { head });
        }
        let Some(commits) = self.linear(head, upstream)? else {
            let words = "the branch holds merges, so it cannot be put on another base".to_owned();
            return Ok(Rebase::Conflict(Conflict { commit: head, files: Vec::new(), words }));
        };
        let mut top = onto;
        for commit in commits {
            let [parent] = self.parents_of(commit)?[..] else { continue };
            match self.merge_three(parent, top, commit, commit).await? {
                Ok(merged) if merged == self.tree_of(top)? => {}
                Ok(merged) => top = self.commit_again(commit, merged, top, committer)?,
                Err(conflict) => return Ok(Rebase::Conflict(conflict)),
            }
        }
        Ok(Rebase::Done { head: top })
    }

    /// Merges `onto` into `head`. Nothing is done where `head` has it already.
    pub async fn merge(
        &self,
        head: CommitSha,
        onto: CommitSha,
        by: &Signature,
        message: &str,
    ) -> Result<Rebase, GitError> {
        if self.is_ancestor(onto, head)? {
            return Ok(Rebase::Done { head });
        }
        let Some(base) = self.merge_base(head, onto)? else {
            let words = "the branch and its base have nothing in common".to_owned();
            return Ok(Rebase::Conflict(Conflict { commit: head, files: Vec::new(), words }));
        };
        match self.merge_three(base, head, onto, head).await? {
            Ok(tree) => {
                let parents = [head, onto];
                let new = NewCommit { tree, parents: &parents, author: by, committer: by, message };
                Ok(Rebase::Done { head: self.commit(&new)? })
            }
            Err(conflict) => Ok(Rebase::Conflict(conflict)),
        }
    }

    /// Returns the commits of `head` that are not in `upstream`, oldest first; nothing where one has several parents.
    fn linear(&self, head: CommitSha, upstream: CommitSha) -> Result<Option<Vec<CommitSha>>, GitError> {
        const DOING: &str = "listing the commits of the branch";
        let repository = self.repository()?;
        let mut walk = repository.revwalk().doing(DOING)?;
        walk.push(oid(head.0)?).doing(DOING)?;
        walk.hide(oid(upstream.0)?).doing(DOING)?;
        walk.set_sorting(git2::Sort::TOPOLOGICAL | git2::Sort::REVERSE).doing(DOING)?;
        let mut commits = Vec::new();
        for commit in walk {
            let commit = repository.find_commit(commit.doing(DOING)?).doing(DOING)?;
            if commit.parent_count() != 1 {
                return Ok(None);
            }
            commits.push(CommitSha(object_id(commit.id())?));
        }
        Ok(Some(commits))
    }

    /// Merges what two commits made of `base`; `commit` is who is named if that does not work.
    async fn merge_three(
        &self,
        base: CommitSha,
        ours: CommitSha,
        theirs: CommitSha,
        commit: CommitSha,
    ) -> Result<Result<TreeHash, Conflict>, GitError> {
        let store = self.clone();
        let in_memory = blocking("merging", move || in_memory(&store.repository()?, base, ours, theirs)).await?;
        // Attributes say which files are never merged; the base's own count.
        let call = self.bare_call().attributes_of(&ours.to_string());
        let merge_base = format!("--merge-base={base}");
        let (ours_name, theirs_name) = (ours.to_string(), theirs.to_string());
        let said = call
            .arguments(["merge-tree", "--write-tree", "-z", "--messages", &merge_base, &ours_name, &theirs_name])
            .ended()
            .await?;
        let mut parts = said.output.split(|byte| *byte == 0);
        let tree = parts.next().and_then(|tree| std::str::from_utf8(tree).ok()).and_then(|tree| tree.parse().ok());
        match (said.status, tree) {
            (0, Some(tree)) if in_memory == Some(tree) => Ok(Ok(tree)),
            (0, Some(tree)) => Ok(Err(self.disagreement(commit, in_memory, tree)?)),
            (1, Some(tree)) => Ok(Err(self.conflict(commit, tree, parts)?)),
            _ => Err(said.into_error()),
        }
    }

    fn disagreement(
        &self,
        commit: CommitSha,
        in_memory: Option<TreeHash>,
        tree: TreeHash,
    ) -> Result<Conflict, GitError> {
        let changes = in_memory.map(|other| self.tree_changes(Some(other), tree)).transpose()?.unwrap_or_default();
        let paths = changes.files.into_iter().take(MAX_FILES).map(|change| change.path.to_string());
        let files = paths.map(|path| ConflictFile { path, hunks: String::new() }).collect();
        let words = "two ways of merging do not agree, so a person has to look".to_owned();
        Ok(Conflict { commit, files, words })
    }

    /// Reads what git says of a conflict: entries of files, an empty part, and messages.
    fn conflict<'s>(
        &self,
        commit: CommitSha,
        tree: TreeHash,
        mut parts: impl Iterator<Item = &'s [u8]>,
    ) -> Result<Conflict, GitError> {
        let mut files: Vec<ConflictFile> = Vec::new();
        for entry in parts.by_ref().take_while(|part| !part.is_empty()) {
            let entry = String::from_utf8_lossy(entry);
            let path = entry.split_once('\t').map_or("", |(_, path)| path);
            if files.len() < MAX_FILES && files.last().is_none_or(|last| last.path != path) {
                let file = self.file(tree, path)?;
                let hunks = file.map(|file| hunks(&String::from_utf8_lossy(&file.bytes))).unwrap_or_default();
                files.push(ConflictFile { path: path.to_owned(), hunks });
            }
        }
        let texts = parts.map(String::from_utf8_lossy).filter(|text| text.ends_with('\n'));
        let words: String = texts.collect::<Vec<_>>().concat();
        Ok(Conflict { commit, files, words: words.trim_end().chars().take(MAX_WORDS_CHARACTERS).collect() })
    }

    /// Makes a commit again with another tree and another parent.
    fn commit_again(
        &self,
        commit: CommitSha,
        tree: TreeHash,
        parent: CommitSha,
        committer: &Signature,
    ) -> Result<CommitSha, GitError> {
        let author = self.author_of(commit)?;
        let message = self.message_of(commit)?;
        self.commit(&NewCommit { tree, parents: &[parent], author: &author, committer, message: &message })
    }
}

/// Merges in memory; nothing where there is a conflict.
fn in_memory(
    repository: &Repository,
    base: CommitSha,
    ours: CommitSha,
    theirs: CommitSha,
) -> Result<Option<TreeHash>, GitError> {
    let find = |commit: CommitSha| {
        repository.find_commit(oid(commit.0)?).and_then(|commit| commit.tree()).doing("reading a commit")
    };
    let (base, ours, theirs) = (find(base)?, find(ours)?, find(theirs)?);
    let mut options = MergeOptions::new();
    options.find_renames(true);
    let mut index = repository.merge_trees(&base, &ours, &theirs, Some(&options)).doing("merging")?;
    if index.has_conflicts() {
        return Ok(None);
    }
    let tree = index.write_tree_to(repository).doing("merging")?;
    Ok(Some(TreeHash(object_id(tree)?)))
}

/// Returns the places between git's marks, shortened.
fn hunks(text: &str) -> String {
    let mut hunks = String::new();
    let mut is_inside = false;
    for line in text.lines() {
        is_inside |= line.starts_with("<<<<<<< ");
        if is_inside {
            if hunks.len() + line.len() > MAX_HUNK_BYTES {
                hunks.push_str("[…]\n");
                break;
            }
            hunks.extend([line, "\n"]);
        }
        is_inside &= !line.starts_with(">>>>>>> ");
    }
    hunks
}
