//! The commits of an agent, read as suggestions (RULES R8.3, SEC-53, SEC-54).
//!
//! Nothing that an agent configured is looked at: the head is read as a file, objects as data, in memory. Links among
//! those files are refused, because the engine may read places that the agent may not. Other branches, tags, notes,
//! grafts and replaced objects do not exist for this. Whoever made a commit, and when it says so, does not count.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Read as _};
use std::path::Path;

use git2::{Odb, Oid, Repository};
use pipemason_core::hash::TreeHash;

use super::{CONFIGURATION_FILE, RECORD_FOLDER, SnapshotLimits, Tree};
use crate::changes::Entry;
use crate::error::{Doing as _, GitError, blocking};
use crate::paths::{Reason, judge_link, judge_name};
use crate::store::{Content, GITLINK, SYMLINK, Store, TreeEdit, content_at, object_id, oid};

/// A commit that an agent made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// Its tree, in the store, with the record as the base has it.
    pub tree: TreeHash,
    /// The message as the agent wrote it; what of it is no text is replaced.
    pub message: String,
}

/// What an agent committed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AgentCommits {
    /// One after the other, oldest first; none where nothing was committed.
    Linear(Vec<Suggestion>),
    /// They are no simple sequence, or hold what is not taken in; only the files themselves count.
    Unusable { words: String },
}

/// More commits than a person would look through are taken as one.
const MAX_COMMITS: usize = 200;
/// The part of a message that is kept; more is no message.
const MAX_MESSAGE_BYTES: usize = 64 * 1024;
/// The largest file that names a commit.
const MAX_HEAD_BYTES: u64 = 4096;
/// The largest list of packed refs that is searched.
const MAX_PACKED_REFS_BYTES: u64 = 4 * 1024 * 1024;

/// Why commits are not taken, as words or as an error of the store itself.
enum Stop {
    Unusable(String),
    Error(GitError),
}

impl From<GitError> for Stop {
    fn from(error: GitError) -> Self {
        Self::Error(error)
    }
}

/// What was read of commits that can be used.
#[derive(Default)]
struct Read {
    suggestions: Vec<Suggestion>,
    /// All paths that any of them adds or changes.
    changed: BTreeSet<String>,
}

fn unusable<T>(words: impl Into<String>) -> Result<T, Stop> {
    Err(Stop::Unusable(words.into()))
}

impl Tree {
    /// Reads what the agent committed since the tree was made or reset, into the store.
    pub async fn agent_commits(&self, limits: &SnapshotLimits) -> Result<AgentCommits, GitError> {
        self.is_in_place()?;
        let (tree, limits) = (self.clone(), *limits);
        let read = blocking("reading the agent's commits", move || match tree.read_commits(&limits) {
            Ok(read) => Ok(Ok(read)),
            Err(Stop::Unusable(words)) => Ok(Err(words)),
            Err(Stop::Error(error)) => Err(error),
        });
        let Read { suggestions, changed } = match read.await? {
            Ok(read) => read,
            Err(words) => return Ok(AgentCommits::Unusable { words }),
        };
        let mut refused = Vec::new();
        self.unfiltered(changed.into_iter().collect(), &mut refused).await?;
        Ok(match refused.first() {
            Some(refused) => AgentCommits::Unusable { words: refused.to_string() },
            None => AgentCommits::Linear(suggestions),
        })
    }

    fn read_commits(&self, limits: &SnapshotLimits) -> Result<Read, Stop> {
        let git_dir = self.folder.join(".git");
        let since = oid(self.base.0)?;
        let head = head(&git_dir)?;
        if head == since {
            return Ok(Read::default());
        }
        let objects = git_dir.join("objects");
        are_plain(&git_dir, &objects)?;
        let agent = self.memory(&objects)?;
        let chain = chain(&agent, since, head)?;
        let repository = self.store.repository()?;
        let mut copy = Copy { agent: &agent, store: &repository, copied: BTreeSet::new(), room: limits.max_files };
        let mut read = Read::default();
        let mut before = self.store.tree_of(self.base)?;
        let record = Record::of(&self.store, before)?;
        for commit in chain {
            let found = find_commit(&agent, commit)?;
            copy.tree(found.tree_id())?;
            let tree = TreeHash(object_id(found.tree_id())?);
            let tree = record.put_into(&self.store, tree)?;
            judge(&self.store, &repository, (before, tree), limits, &mut read.changed)?;
            let message = found.message_bytes().get(..MAX_MESSAGE_BYTES).unwrap_or(found.message_bytes());
            read.suggestions.push(Suggestion { tree, message: String::from_utf8_lossy(message).into_owned() });
            before = tree;
        }
        Ok(read)
    }

    /// Makes a repository in memory that sees the agent's objects and the store's.
    fn memory(&self, objects: &Path) -> Result<Repository, Stop> {
        const DOING: &str = "reading the agent's objects";
        // Libgit2 follows what a folder borrows from, and may read where the agent may not.
        match fs::symlink_metadata(objects.join("info/alternates")) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Ok(_) | Err(_) => {
                let alternates = plain_text(objects, "info/alternates", MAX_HEAD_BYTES)?;
                if alternates != self.alternates() {
                    return unusable("the repository borrows from another one");
                }
            }
        }
        let own = self.store.folder().join("objects");
        let odb = Odb::new().doing(DOING)?;
        for folder in [&own, objects] {
            let Some(folder) = folder.to_str() else { return unusable("the tree is in a place whose name is no text") };
            odb.add_disk_alternate(folder).doing(DOING)?;
        }
        Ok(Repository::from_odb(odb).doing(DOING)?)
    }
}

/// Reads which commit the agent's head is.
fn head(git_dir: &Path) -> Result<Oid, Stop> {
    let head = plain_text(git_dir, "HEAD", MAX_HEAD_BYTES)?;
    let head = head.trim_end();
    let Some(name) = head.strip_prefix("ref: ") else { return parsed(head) };
    if judge_name(name.as_bytes()).is_err() || !name.starts_with("refs/heads/") {
        return unusable("the head is no branch");
    }
    match plain_text(git_dir, name, MAX_HEAD_BYTES) {
        Ok(commit) => parsed(commit.trim_end()),
        Err(_) => {
            let packed = plain_text(git_dir, "packed-refs", MAX_PACKED_REFS_BYTES).unwrap_or_default();
            let line = packed.lines().find_map(|line| line.split_once(' ').filter(|(_, found)| *found == name));
            line.map_or_else(|| unusable("the head is a branch without commits"), |(commit, _)| parsed(commit))
        }
    }
}

fn parsed(text: &str) -> Result<Oid, Stop> {
    let is_whole = text.len() == 40;
    Oid::from_str(text).ok().filter(|_| is_whole).ok_or_else(|| Stop::Unusable("the head names no commit".to_owned()))
}

/// Reads a small file of the agent's repository, without following a link anywhere on the way.
fn plain_text(git_dir: &Path, name: &str, max_bytes: u64) -> Result<String, Stop> {
    let mut path = git_dir.to_owned();
    for part in std::iter::once("").chain(name.split('/')) {
        if !part.is_empty() {
            path.push(part);
        }
        match fs::symlink_metadata(&path) {
            Ok(found) if found.is_dir() || found.is_file() => {}
            Ok(_) | Err(_) => return unusable(format!("`{name}` of the repository cannot be read")),
        }
    }
    let mut text = String::new();
    let read = fs::File::open(&path).and_then(|file| file.take(max_bytes).read_to_string(&mut text));
    if read.is_ok() { Ok(text) } else { unusable(format!("`{name}` of the repository cannot be read")) }
}

/// Makes sure that the folder of objects holds nothing but folders and files.
fn are_plain(git_dir: &Path, objects: &Path) -> Result<(), Stop> {
    let is_folder = |path: &Path| fs::symlink_metadata(path).is_ok_and(|found| found.is_dir());
    if !is_folder(git_dir) || !is_folder(objects) {
        return unusable("the repository is a link to another one");
    }
    let broken = || Stop::Unusable("the folder of objects cannot be read".to_owned());
    let mut open = vec![objects.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).map_err(|_| broken())? {
            let entry = entry.map_err(|_| broken())?;
            let kind = entry.file_type().map_err(|_| broken())?;
            if kind.is_dir() {
                open.push(entry.path());
            } else if !kind.is_file() {
                return unusable("the folder of objects holds links to other places");
            }
        }
    }
    Ok(())
}

fn find_commit(agent: &Repository, commit: Oid) -> Result<git2::Commit<'_>, Stop> {
    agent.find_commit(commit).or_else(|_| unusable(format!("commit {commit} cannot be read")))
}

/// Returns the commits after `since` up to `head`, oldest first, if they are a simple sequence.
fn chain(agent: &Repository, since: Oid, head: Oid) -> Result<Vec<Oid>, Stop> {
    let mut chain = Vec::new();
    let mut next = head;
    while next != since {
        if chain.len() == MAX_COMMITS {
            return unusable(format!("there are more than {MAX_COMMITS} commits, or they do not go on from the base"));
        }
        chain.push(next);
        let commit = find_commit(agent, next)?;
        let mut parents = commit.parent_ids();
        match (parents.next(), parents.next()) {
            (Some(parent), None) => next = parent,
            (None, _) => return unusable("the commits do not go on from the base"),
            (Some(_), Some(_)) => return unusable("the commits hold a merge"),
        }
    }
    chain.reverse();
    Ok(chain)
}

/// Copies trees and files from the agent's repository into the store.
struct Copy<'r> {
    agent: &'r Repository,
    store: &'r Repository,
    copied: BTreeSet<Oid>,
    /// How many objects may still come.
    room: usize,
}

impl Copy<'_> {
    fn tree(&mut self, tree: Oid) -> Result<(), Stop> {
        let odb = self.store.odb().doing("copying the agent's objects")?;
        // Trees without end are made of folders in folders; each one that is new takes of the room.
        let mut open = vec![tree];
        while let Some(tree) = open.pop() {
            if odb.exists(tree) || !self.copied.insert(tree) {
                continue;
            }
            let found = self.agent.find_tree(tree).or_else(|_| unusable(format!("tree {tree} cannot be read")))?;
            for entry in &found {
                match entry.kind() {
                    Some(git2::ObjectType::Tree) => open.push(entry.id()),
                    Some(git2::ObjectType::Blob) if !odb.exists(entry.id()) => self.object(&odb, entry.id())?,
                    _ => {}
                }
            }
            self.object(&odb, tree)?;
        }
        Ok(())
    }

    fn object(&mut self, to: &Odb<'_>, object: Oid) -> Result<(), Stop> {
        let Some(room) = self.room.checked_sub(1) else { return unusable("the commits hold too many files") };
        self.room = room;
        let from = self.agent.odb().doing("reading the agent's objects")?;
        let found = from.read(object).or_else(|_| unusable(format!("object {object} cannot be read")))?;
        let written = to.write(found.kind(), found.data()).doing("copying the agent's objects")?;
        if written == object { Ok(()) } else { unusable(format!("object {object} is not what its name says")) }
    }
}

/// What the base has in the folder of the record, which no commit of an agent changes.
struct Record {
    folder: Option<TreeHash>,
}

impl Record {
    fn of(store: &Store, base: TreeHash) -> Result<Self, GitError> {
        Ok(Self { folder: store.folder_at(base, RECORD_FOLDER)? })
    }

    /// Replaces the record in `tree` by the base's, apart from the configuration, which is judged like any file.
    fn put_into(&self, store: &Store, tree: TreeHash) -> Result<TreeHash, GitError> {
        if store.folder_at(tree, RECORD_FOLDER)? == self.folder {
            return Ok(tree);
        }
        let configuration = content_at(&store.repository()?, tree, CONFIGURATION_FILE)?;
        let without = store.edit_tree(Some(tree), &[TreeEdit::Remove { path: RECORD_FOLDER }])?;
        let files = match self.folder {
            Some(folder) => store.files(folder, "")?,
            None => Vec::new(),
        };
        let files: Vec<(String, Content)> = files
            .into_iter()
            .map(|(path, content)| (format!("{RECORD_FOLDER}/{path}"), content))
            .filter(|(path, _)| path != CONFIGURATION_FILE)
            .chain(configuration.map(|content| (CONFIGURATION_FILE.to_owned(), content)))
            .collect();
        let edits: Vec<_> = files.iter().map(|(path, content)| TreeEdit::Put { path, content: *content }).collect();
        store.edit_tree(Some(without), &edits)
    }
}

/// Judges what a commit changes as a snapshot would.
fn judge(
    store: &Store,
    repository: &Repository,
    (before, after): (TreeHash, TreeHash),
    limits: &SnapshotLimits,
    changed: &mut BTreeSet<String>,
) -> Result<(), Stop> {
    let changes = store.tree_changes(Some(before), after)?;
    if let Some(path) = changes.unnameable.first() {
        return unusable(format!("`{path}` has a name that is no text"));
    }
    for change in &changes.files {
        let new = match change.entry {
            Entry::Added(after) | Entry::Modified { before: _, after } => after,
            Entry::Deleted(_) => continue,
        };
        if let Err(reason) = judge_entry(repository, &change.path, new, limits.max_file_bytes)? {
            let refused = crate::paths::Refused { path: change.path.to_string(), reason };
            return unusable(refused.to_string());
        }
        changed.insert(change.path.to_string());
    }
    Ok(())
}

/// Judges an entry of a tree.
pub(crate) fn judge_entry(
    repository: &Repository,
    path: &str,
    content: Content,
    max_file_bytes: u64,
) -> Result<Result<(), Reason>, GitError> {
    if let Err(reason) = judge_name(path.as_bytes()) {
        return Ok(Err(reason));
    }
    if content.mode == GITLINK {
        return Ok(Err(Reason::Repository));
    }
    let blob = repository.find_blob(oid(content.blob.0)?).doing(&format!("reading `{path}`"))?;
    let bytes = blob.size() as u64;
    Ok(if content.mode == SYMLINK {
        judge_link(path, blob.content())
    } else if bytes > max_file_bytes {
        Err(Reason::TooLarge { bytes })
    } else {
        Ok(())
    })
}
