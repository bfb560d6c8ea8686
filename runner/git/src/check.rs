//! What is looked at before anything is pushed (RULES R1.5): secrets, protected paths, sizes.
//!
//! Every commit that would be pushed is searched, not only the last: what one adds and the next removes would be public
//! all the same (SEC-54). What follows from a problem is not decided here.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use pipemason_core::hash::{CommitSha, ContentHash, TreeHash};
use pipemason_core::paths::{PathRole, PathRules};
use pipemason_core::run::ProtectedChange;
use pipemason_core::text::redact::{SecretKind, scan};

use crate::changes::Changes;
use crate::error::{Doing as _, GitError, blocking};
use crate::lines::{FileLines, line_changes};
use crate::paths::{Reason, Refused};
use crate::store::{Content, Store, content_at, object_id, oid};
use crate::tree::{SnapshotLimits, judge_entry};

/// A change of a protected path that a person has approved.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Approved {
    pub path: Arc<str>,
    /// What is there now; nothing where it was removed.
    pub content: Option<Content>,
}

/// What a push has to keep to.
#[derive(Clone, Debug)]
pub struct PushRules {
    pub paths: PathRules,
    pub approved: BTreeSet<Approved>,
    pub limits: SnapshotLimits,
}

/// Why something is not pushed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// A protected path changed, and nobody approved exactly this.
    Protected { path: Arc<str>, content: Option<Content> },
    /// A commit adds what looks like a secret.
    Secret { commit: CommitSha, path: Arc<str>, line: u32, kind: SecretKind },
    /// The message of a commit holds what looks like a secret.
    SecretInMessage { commit: CommitSha, kind: SecretKind },
    /// The push holds what no tree of a run takes in.
    Refused(Refused),
    /// A commit changes more than can be searched.
    TooLargeToSearch { commit: CommitSha },
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Protected { path, content: _ } => {
                write!(formatter, "`{path}` is protected, and its change not approved")
            }
            Self::Secret { commit, path, line, kind } => {
                write!(formatter, "line {line} of `{path}` in commit {} holds a {}", commit.short(), kind.name())
            }
            Self::SecretInMessage { commit, kind } => {
                write!(formatter, "the message of commit {} holds a {}", commit.short(), kind.name())
            }
            Self::Refused(refused) => refused.fmt(formatter),
            Self::TooLargeToSearch { commit } => {
                write!(formatter, "commit {} changes more than can be searched for secrets", commit.short())
            }
        }
    }
}

impl Changes {
    /// Returns what of the changes needs an approval, with the hash that names it: paths, modes and new contents.
    pub fn protected(&self, rules: &PathRules) -> Option<ProtectedChange> {
        let is_protected = |path: &str| rules.role_of_path(path) == PathRole::Protected;
        let changed: Vec<_> = self.files.iter().filter(|change| is_protected(&change.path)).collect();
        let name = |content: Option<Content>| {
            content.map_or_else(String::new, |content| format!("{:o} {}", content.mode, content.blob))
        };
        let named: Vec<String> = changed.iter().map(|change| name(change.entry.after())).collect();
        let parts = changed.iter().zip(&named).flat_map(|(change, name)| [change.path.as_bytes(), name.as_bytes()]);
        let hash = ContentHash::of_parts(parts);
        let paths: Vec<Arc<str>> = changed.iter().map(|change| Arc::clone(&change.path)).collect();
        (!paths.is_empty()).then_some(ProtectedChange { paths, hash })
    }
}

impl Store {
    /// Looks for what speaks against pushing `head` to a place where `base` is already.
    pub async fn before_push(
        &self,
        base: CommitSha,
        head: CommitSha,
        rules: &PushRules,
    ) -> Result<Vec<Problem>, GitError> {
        let (store, rules) = (self.clone(), rules.clone());
        blocking("looking at what would be pushed", move || {
            let mut problems = of_trees(&store, base, head, &rules)?;
            for commit in commits(&store, base, head)? {
                of_commit(&store, commit, &mut problems)?;
            }
            Ok(problems)
        })
        .await
    }
}

/// Looks at everything that the push changes altogether.
fn of_trees(store: &Store, base: CommitSha, head: CommitSha, rules: &PushRules) -> Result<Vec<Problem>, GitError> {
    let from = store.merge_base(base, head)?.map(|common| store.tree_of(common)).transpose()?;
    let changes = store.tree_changes(from, store.tree_of(head)?)?;
    let repository = store.repository()?;
    let mut problems = Vec::new();
    let refused = |path: &str, reason| Problem::Refused(Refused { path: path.to_owned(), reason });
    if changes.files.len() > rules.limits.max_files {
        problems.push(refused("", Reason::TooMany { count: changes.files.len() }));
    }
    problems.extend(changes.unnameable.iter().map(|path| refused(path, Reason::Unnameable)));
    for change in &changes.files {
        let content = change.entry.after();
        let approved = Approved { path: Arc::clone(&change.path), content };
        if rules.paths.role_of_path(&change.path) == PathRole::Protected && !rules.approved.contains(&approved) {
            problems.push(Problem::Protected { path: Arc::clone(&change.path), content });
        }
        if let Some(content) = content
            && let Err(reason) = judge_entry(&repository, &change.path, content, rules.limits.max_file_bytes)?
        {
            problems.push(refused(&change.path, reason));
        }
    }
    Ok(problems)
}

/// Returns the commits that the push would make public.
fn commits(store: &Store, base: CommitSha, head: CommitSha) -> Result<Vec<CommitSha>, GitError> {
    const DOING: &str = "listing the commits to push";
    let repository = store.repository()?;
    let mut walk = repository.revwalk().doing(DOING)?;
    walk.push(oid(head.0)?).doing(DOING)?;
    walk.hide(oid(base.0)?).doing(DOING)?;
    walk.map(|commit| Ok(CommitSha(object_id(commit.doing(DOING)?)?))).collect()
}

/// Searches one commit for secrets.
fn of_commit(store: &Store, commit: CommitSha, problems: &mut Vec<Problem>) -> Result<(), GitError> {
    let found = scan(&store.message_of(commit)?);
    problems.extend(found.iter().map(|finding| Problem::SecretInMessage { commit, kind: finding.kind }));
    let tree = store.tree_of(commit)?;
    let parents = store.parents_of(commit)?;
    let parents: Result<Vec<TreeHash>, GitError> = parents.into_iter().map(|parent| store.tree_of(parent)).collect();
    let parents = parents?;
    let changes = line_changes(store, parents.first().copied(), tree)?;
    if changes.is_cut {
        problems.push(Problem::TooLargeToSearch { commit });
    }
    for file in &changes.files {
        // What a merge brings is in another parent already.
        if !is_of_another_parent(store, tree, parents.get(1..).unwrap_or_default(), &file.path)? {
            problems.extend(secrets(file).map(|(line, kind)| Problem::Secret {
                commit,
                path: Arc::clone(&file.path),
                line,
                kind,
            }));
        }
    }
    Ok(())
}

fn is_of_another_parent(store: &Store, tree: TreeHash, others: &[TreeHash], path: &str) -> Result<bool, GitError> {
    let repository = store.repository()?;
    for other in others {
        let here = content_at(&repository, tree, path)?;
        if here.is_some() && here == content_at(&repository, *other, path)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn secrets(file: &FileLines) -> impl Iterator<Item = (u32, SecretKind)> {
    let lines: Vec<&str> = file.added.iter().map(|line| line.text.as_str()).collect();
    let findings = scan(&lines.join("\n"));
    findings.into_iter().map(|finding| {
        let index = usize::try_from(finding.line).unwrap_or_default().saturating_sub(1);
        let line = file.added.get(index).map_or(0, |line| line.number);
        (line, finding.kind)
    })
}
