//! Objects of the store: files and folders of a commit, new ones, and how commits follow each other.

use std::path::Path;

use git2::build::TreeUpdateBuilder;
use git2::{ErrorCode, FileMode, ObjectType, Repository, Time, Tree};
use jiff::Timestamp;
use pipemason_core::hash::{BlobHash, CommitSha, TreeHash};

use super::{Store, object_id, oid};
use crate::error::{Doing as _, GitError};

/// A name and an address, as commits carry them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    pub name: String,
    pub email: String,
}

/// Who did something, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    pub identity: Identity,
    pub at: Timestamp,
}

/// A commit that is to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCommit<'a> {
    pub tree: TreeHash,
    pub parents: &'a [CommitSha],
    pub author: &'a Signature,
    pub committer: &'a Signature,
    pub message: &'a str,
}

/// A commit that an agent suggested, as it is to be made again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecreatedCommit {
    pub tree: TreeHash,
    /// The whole message, cleaned, with its trailers.
    pub message: String,
}

/// A mode and a content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Content {
    /// The mode as git writes it, read as an octal number: `0o100644`.
    pub mode: u32,
    pub blob: BlobHash,
}

/// A file that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundFile {
    pub content: Content,
    pub bytes: Vec<u8>,
}

/// A change of a tree that no work tree takes part in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TreeEdit<'a> {
    Put {
        path: &'a str,
        content: Content,
    },
    /// Removes a file, or a folder with all that is in it; one that is not there is no mistake.
    Remove {
        path: &'a str,
    },
}

/// The mode of a commit of another repository.
pub(crate) const GITLINK: u32 = 0o160_000;
/// The mode of a symbolic link.
pub(crate) const SYMLINK: u32 = 0o120_000;
/// The mode of a file that is a program.
pub(crate) const PROGRAM: u32 = 0o100_755;

impl Store {
    /// Returns the tree of a commit.
    pub fn tree_of(&self, commit: CommitSha) -> Result<TreeHash, GitError> {
        let repository = self.repository()?;
        let found = repository.find_commit(oid(commit.0)?).doing(&format!("reading commit {}", commit.short()))?;
        Ok(TreeHash(object_id(found.tree_id())?))
    }

    /// Returns the parents of a commit.
    pub fn parents_of(&self, commit: CommitSha) -> Result<Vec<CommitSha>, GitError> {
        let repository = self.repository()?;
        let found = repository.find_commit(oid(commit.0)?).doing(&format!("reading commit {}", commit.short()))?;
        found.parent_ids().map(|parent| object_id(parent).map(CommitSha)).collect()
    }

    /// Returns the message of a commit.
    pub fn message_of(&self, commit: CommitSha) -> Result<String, GitError> {
        let repository = self.repository()?;
        let found = repository.find_commit(oid(commit.0)?).doing(&format!("reading commit {}", commit.short()))?;
        Ok(String::from_utf8_lossy(found.message_bytes()).into_owned())
    }

    /// Returns who wrote a commit, and when.
    pub fn author_of(&self, commit: CommitSha) -> Result<Signature, GitError> {
        let repository = self.repository()?;
        let found = repository.find_commit(oid(commit.0)?).doing(&format!("reading commit {}", commit.short()))?;
        let author = found.author();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let identity = Identity { name: text(author.name_bytes()), email: text(author.email_bytes()) };
        let at = Timestamp::from_second(author.when().seconds()).unwrap_or(Timestamp::UNIX_EPOCH);
        Ok(Signature { identity, at })
    }

    /// Returns a file of a tree; nothing where there is none, or something else.
    pub fn file(&self, tree: TreeHash, path: &str) -> Result<Option<FoundFile>, GitError> {
        let repository = self.repository()?;
        let Some(content) = content_at(&repository, tree, path)? else { return Ok(None) };
        if content.mode == GITLINK {
            return Ok(None);
        }
        let blob = repository.find_blob(oid(content.blob.0)?).doing(&format!("reading `{path}`"))?;
        Ok(Some(FoundFile { content, bytes: blob.content().to_vec() }))
    }

    /// Returns the content of a blob.
    pub fn blob(&self, blob: BlobHash) -> Result<Vec<u8>, GitError> {
        let repository = self.repository()?;
        let found = repository.find_blob(oid(blob.0)?).doing(&format!("reading blob {}", blob.short()))?;
        Ok(found.content().to_vec())
    }

    /// Returns all files of a tree below `folder` (everything where it is empty), in git's order. Paths that are not
    /// text are left out.
    pub fn files(&self, tree: TreeHash, folder: &str) -> Result<Vec<(String, Content)>, GitError> {
        let repository = self.repository()?;
        let (top, prefix) = match folder.trim_end_matches('/') {
            "" => (Some(tree), String::new()),
            folder => (self.folder_at(tree, folder)?, format!("{folder}/")),
        };
        let mut files = Vec::new();
        if let Some(top) = top {
            list(&repository, &find_tree(&repository, top)?, &prefix, &mut files)?;
        }
        Ok(files)
    }

    /// Returns the folder at a path of a tree.
    pub fn folder_at(&self, tree: TreeHash, path: &str) -> Result<Option<TreeHash>, GitError> {
        let repository = self.repository()?;
        match find_tree(&repository, tree)?.get_path(Path::new(path)) {
            Ok(entry) if entry.kind() == Some(ObjectType::Tree) => Ok(Some(TreeHash(object_id(entry.id())?))),
            Ok(_) => Ok(None),
            Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
            Err(error) => Err(error).doing(&format!("reading `{path}`")),
        }
    }

    /// Writes the content of a file.
    pub fn write_blob(&self, content: &[u8]) -> Result<BlobHash, GitError> {
        let repository = self.repository()?;
        let blob = repository.blob(content).doing("writing a blob")?;
        Ok(BlobHash(object_id(blob)?))
    }

    /// Changes a tree, or makes one from nothing.
    pub fn edit_tree(&self, tree: Option<TreeHash>, edits: &[TreeEdit<'_>]) -> Result<TreeHash, GitError> {
        let repository = self.repository()?;
        let before = match tree {
            Some(tree) => find_tree(&repository, tree)?,
            None => {
                let empty = repository.treebuilder(None).and_then(|builder| builder.write());
                empty.and_then(|empty| repository.find_tree(empty)).doing("making a tree")?
            }
        };
        let mut updates = TreeUpdateBuilder::new();
        for edit in edits {
            match edit {
                TreeEdit::Put { path, content } => {
                    let blob = oid(content.blob.0)?;
                    updates.upsert(*path, blob, file_mode(content.mode)?);
                }
                TreeEdit::Remove { path } => {
                    if before.get_path(Path::new(path)).is_ok() {
                        updates.remove(*path);
                    }
                }
            }
        }
        let made = updates.create_updated(&repository, &before).doing("changing a tree")?;
        Ok(TreeHash(object_id(made)?))
    }

    /// Makes a commit. It is not signed: where commits are to be, the bytes that git would sign are the ones written
    /// here, and nowhere else.
    pub fn commit(&self, new: &NewCommit<'_>) -> Result<CommitSha, GitError> {
        let repository = self.repository()?;
        let tree = find_tree(&repository, new.tree)?;
        let parents: Result<Vec<_>, GitError> = new
            .parents
            .iter()
            .map(|parent| repository.find_commit(oid(parent.0)?).doing(&format!("reading commit {}", parent.short())))
            .collect();
        let parents = parents?;
        let (author, committer) = (signature(new.author)?, signature(new.committer)?);
        let message = new.message.replace('\0', "\u{fffd}");
        let made = repository
            .commit(None, &author, &committer, &message, &tree, &parents.iter().collect::<Vec<_>>())
            .doing("writing a commit")?;
        Ok(CommitSha(object_id(made)?))
    }

    /// Makes commits one after the other on `parent`, and returns the last. One that changes nothing is left out.
    pub fn recreate(
        &self,
        parent: CommitSha,
        commits: &[RecreatedCommit],
        by: &Signature,
    ) -> Result<CommitSha, GitError> {
        let mut head = parent;
        let mut tree = self.tree_of(parent)?;
        for RecreatedCommit { tree: next, message } in commits {
            if *next != tree {
                head = self.commit(&NewCommit { tree: *next, parents: &[head], author: by, committer: by, message })?;
                tree = *next;
            }
        }
        Ok(head)
    }

    /// Returns the newest commit that both histories share.
    pub fn merge_base(&self, one: CommitSha, other: CommitSha) -> Result<Option<CommitSha>, GitError> {
        let repository = self.repository()?;
        match repository.merge_base(oid(one.0)?, oid(other.0)?) {
            Ok(base) => Ok(Some(CommitSha(object_id(base)?))),
            Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
            Err(error) => Err(error).doing("comparing two histories"),
        }
    }

    /// Says whether `ancestor` is `descendant` or somewhere in its history.
    pub fn is_ancestor(&self, ancestor: CommitSha, descendant: CommitSha) -> Result<bool, GitError> {
        let repository = self.repository()?;
        let (ancestor, descendant) = (oid(ancestor.0)?, oid(descendant.0)?);
        Ok(ancestor == descendant
            || repository.graph_descendant_of(descendant, ancestor).doing("comparing two histories")?)
    }

    /// Says whether the store has a commit, its own or a borrowed one.
    pub fn has_commit(&self, commit: CommitSha) -> Result<bool, GitError> {
        Ok(self.repository()?.find_commit(oid(commit.0)?).is_ok())
    }
}

pub(crate) fn find_tree(repository: &Repository, tree: TreeHash) -> Result<Tree<'_>, GitError> {
    repository.find_tree(oid(tree.0)?).doing(&format!("reading tree {}", tree.short()))
}

/// Returns what is at a path, unless that is a folder.
pub(crate) fn content_at(repository: &Repository, tree: TreeHash, path: &str) -> Result<Option<Content>, GitError> {
    match find_tree(repository, tree)?.get_path(Path::new(path)) {
        Ok(entry) if entry.kind() == Some(ObjectType::Tree) => Ok(None),
        Ok(entry) => Ok(Some(Content { mode: mode_of(entry.filemode()), blob: BlobHash(object_id(entry.id())?) })),
        Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
        Err(error) => Err(error).doing(&format!("reading `{path}`")),
    }
}

/// Modes are small positive numbers; one that is not is none that git knows.
pub(crate) fn mode_of(mode: i32) -> u32 {
    u32::try_from(mode).unwrap_or_default()
}

fn file_mode(mode: u32) -> Result<FileMode, GitError> {
    match mode {
        0o100_644 => Ok(FileMode::Blob),
        PROGRAM => Ok(FileMode::BlobExecutable),
        SYMLINK => Ok(FileMode::Link),
        GITLINK => Ok(FileMode::Commit),
        _ => Err(GitError::Unsupported(format!("a file cannot have mode {mode:o}"))),
    }
}

fn list(
    repository: &Repository,
    tree: &Tree<'_>,
    prefix: &str,
    files: &mut Vec<(String, Content)>,
) -> Result<(), GitError> {
    for entry in tree {
        let Ok(name) = std::str::from_utf8(entry.name_bytes()) else { continue };
        let path = format!("{prefix}{name}");
        if entry.kind() == Some(ObjectType::Tree) {
            let below = repository.find_tree(entry.id()).doing(&format!("reading `{path}`"))?;
            list(repository, &below, &format!("{path}/"), files)?;
        } else {
            files.push((path, Content { mode: mode_of(entry.filemode()), blob: BlobHash(object_id(entry.id())?) }));
        }
    }
    Ok(())
}

/// Names in commits stand between signs that they cannot hold; whatever a configuration says, a commit can be made.
fn signature(signature: &Signature) -> Result<git2::Signature<'static>, GitError> {
    let clean = |text: &str, otherwise: &str| {
        let kept: String =
            text.chars().filter(|character| !character.is_control() && !"<>".contains(*character)).collect();
        let kept = kept.trim_matches(|character: char| character.is_whitespace() || ".,:;\"'\\".contains(character));
        if kept.is_empty() { otherwise.to_owned() } else { kept.to_owned() }
    };
    let Signature { identity, at } = signature;
    let (name, email) = (clean(&identity.name, "Pipemason"), clean(&identity.email, "pipemason@localhost"));
    git2::Signature::new(&name, &email, &Time::new(at.as_second(), 0)).doing("writing who made a commit")
}
