//! The repository that the user stands in.
//!
//! It is looked at before any agent runs, and its checkout is never switched. What changes in it: a branch that is not
//! checked out is made visible, and changes may be stashed and given back. Its configuration is read once; what is known
//! of it later is what it was then.

mod branch;
mod dirty;
mod stash;

use std::fs;
use std::path::{Path, PathBuf};

use git2::{ErrorCode, Repository, RepositoryOpenFlags};
use pipemason_core::hash::CommitSha;
use pipemason_core::id::BranchName;

pub use branch::Shown;
pub use dirty::DirtyFiles;
pub use stash::{Stash, Unstashed};

use crate::error::{At as _, Doing as _, GitError};
use crate::program::{Call, Git};
use crate::store::{Identity, object_id};
use crate::transport::{Address, Remote, Transport};

/// The repository that the user stands in.
#[derive(Clone)]
pub struct UserRepository {
    git: Git,
    git_dir: PathBuf,
    common_git_dir: PathBuf,
    work_tree: PathBuf,
    /// Names in lower case, apart from their middle part, in the order in which they count.
    configuration: Vec<(String, String)>,
}

impl UserRepository {
    /// Opens the repository that `folder` belongs to, and reads its configuration.
    pub async fn open(git: &Git, folder: &Path) -> Result<Self, GitError> {
        let folder = fs::canonicalize(folder).at("looking for", folder)?;
        let (git_dir, common_git_dir, work_tree) = found(&folder)?;
        let (git_dir, common_git_dir) = (canonical(&git_dir)?, canonical(&common_git_dir)?);
        let work_tree = canonical(&work_tree)?;
        let mut user = Self { git: git.clone(), git_dir, common_git_dir, work_tree, configuration: Vec::new() };
        let listed = user.call(["config", "--list", "-z"]).output().await?;
        user.configuration = String::from_utf8_lossy(&listed)
            .split_terminator('\0')
            .map(|entry| entry.split_once('\n').unwrap_or((entry, "true")))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        Ok(user)
    }

    /// Returns the git directory that all work trees of the repository share.
    pub fn common_git_dir(&self) -> &Path {
        &self.common_git_dir
    }

    /// Returns the top of the work tree that the user stands in.
    pub fn work_tree(&self) -> &Path {
        &self.work_tree
    }

    /// Returns the branch that is checked out; nothing where none is, or where its name is none of ours.
    pub fn current_branch(&self) -> Option<BranchName> {
        let head = fs::read_to_string(self.git_dir.join("HEAD")).ok()?;
        head.trim_end().strip_prefix("ref: refs/heads/")?.parse().ok()
    }

    /// Returns the commit of a local branch.
    pub fn branch(&self, name: &BranchName) -> Result<Option<CommitSha>, GitError> {
        self.reference(&format!("refs/heads/{name}"))
    }

    /// Returns who the user is to git, where the configuration says so.
    pub fn identity(&self) -> Option<Identity> {
        let (name, email) = (self.setting("user.name")?, self.setting("user.email")?);
        Some(Identity { name: name.to_owned(), email: email.to_owned() })
    }

    /// Returns the last value of a setting. Its name is in lower case.
    pub fn setting(&self, name: &str) -> Option<&str> {
        let values = self.configuration.iter().rev().filter(|(found, _)| found == name);
        values.map(|(_, value)| value.as_str()).find(|value| !value.is_empty())
    }

    /// Returns the remote that branches come from and go to: `origin`, or the only one.
    pub async fn remote(&self) -> Result<Option<Remote>, GitError> {
        let named = |name: &str| name.strip_prefix("remote.")?.strip_suffix(".url").map(str::to_owned);
        let mut names: Vec<String> = self.configuration.iter().filter_map(|(name, _)| named(name)).collect();
        names.sort();
        names.dedup();
        let name = match names.as_slice() {
            [only] => only.clone(),
            several if several.iter().any(|name| name == "origin") => "origin".to_owned(),
            _ => return Ok(None),
        };
        // Git itself carries out what rewrites addresses.
        let fetch = self.call(["remote", "get-url", "--", &name]).line().await?;
        let push = self.call(["remote", "get-url", "--push", "--", &name]).line().await?;
        Ok(Some(Remote { name, fetch: self.address(&fetch), push: self.address(&push) }))
    }

    /// Returns the ways to the network, as the configuration has them now.
    pub fn transport(&self) -> Transport {
        Transport::of(&self.configuration)
    }

    /// Returns the branch that a run starts from where nobody names one: the remote's own choice, else one that is
    /// usually it, else the one that is checked out.
    pub fn default_base(&self, remote: Option<&Remote>) -> Result<Option<BranchName>, GitError> {
        let choice = remote.and_then(|remote| self.choice_of(remote));
        if choice.is_some() {
            return Ok(choice);
        }
        for name in [self.setting("init.defaultbranch"), Some("main"), Some("master")].into_iter().flatten() {
            let Ok(branch) = name.parse::<BranchName>() else { continue };
            let remote_name = remote.map(|remote| format!("refs/remotes/{}/{branch}", remote.name));
            let on_remote = remote_name.map(|name| self.reference(&name)).transpose()?.flatten();
            if on_remote.is_some() || self.branch(&branch)?.is_some() {
                return Ok(Some(branch));
            }
        }
        Ok(self.current_branch())
    }

    fn choice_of(&self, remote: &Remote) -> Option<BranchName> {
        let prefix = format!("refs/remotes/{}/", remote.name);
        let repository = self.repository().ok()?;
        let head = repository.find_reference(&format!("{prefix}HEAD")).ok()?;
        let target = head.symbolic_target().ok().flatten()?;
        target.strip_prefix(&prefix)?.parse().ok()
    }

    fn reference(&self, name: &str) -> Result<Option<CommitSha>, GitError> {
        match self.repository()?.refname_to_id(name) {
            Ok(commit) => Ok(Some(CommitSha(object_id(commit)?))),
            Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
            Err(error) => Err(error).doing(&format!("reading `{name}`")),
        }
    }

    /// Takes an address apart; a path is one from the top of the work tree.
    fn address(&self, url: &str) -> Address {
        let is_path = !url.contains("://")
            && url.find(':').is_none_or(|colon| url.get(..colon).is_some_and(|host| host.contains('/')));
        match (is_path, self.work_tree.join(url).to_str()) {
            (true, Some(path)) => Address::new(path),
            _ => Address::new(url),
        }
    }

    /// Makes sure that the store can borrow from this repository.
    pub(crate) fn is_supported(&self) -> Result<(), GitError> {
        let is_promisor = |(name, value): &(String, String)| name.ends_with(".promisor") && value != "false";
        if self.configuration.iter().any(is_promisor) {
            let words = "this is a partial clone, so files of its history may be missing: get them with \
                         `git fetch --refetch --no-filter`, unset `remote.<name>.promisor` and \
                         `remote.<name>.partialclonefilter`, and start again";
            return Err(GitError::Unsupported(words.to_owned()));
        }
        Ok(())
    }

    pub(crate) fn git(&self) -> &Git {
        &self.git
    }

    fn call<const N: usize>(&self, arguments: [&str; N]) -> Call {
        self.git.in_user(&self.git_dir, &self.work_tree).arguments(arguments)
    }

    fn repository(&self) -> Result<Repository, GitError> {
        Repository::open(&self.git_dir).doing("opening the repository")
    }
}

/// Finds the git directory, the one that all work trees share, and the work tree.
fn found(folder: &Path) -> Result<(PathBuf, PathBuf, PathBuf), GitError> {
    let no_ceilings: [&Path; 0] = [];
    let repository = match Repository::open_ext(folder, RepositoryOpenFlags::empty(), no_ceilings) {
        Ok(repository) => repository,
        Err(error) if error.code() == ErrorCode::NotFound => {
            let shown = folder.display();
            let words = format!("`{shown}` is in no git repository: go to one, or make one with `git init`");
            return Err(GitError::Unsupported(words));
        }
        Err(error) if error.code() == ErrorCode::Owner => {
            let shown = folder.display();
            let words = format!(
                "the repository of `{shown}` belongs to another user: if you trust it, allow it with \
                 `git config --global --add safe.directory {shown}`"
            );
            return Err(GitError::Unsupported(words));
        }
        Err(error) => {
            let (shown, words) = (folder.display(), error.message().to_owned());
            let words = format!(
                "the repository of `{shown}` cannot be read ({words}): a run needs one with SHA-1 names and refs in files"
            );
            return Err(GitError::Unsupported(words));
        }
    };
    let Some(work_tree) = repository.workdir() else {
        let shown = repository.path().display();
        let words = format!("`{shown}` is a bare repository, without files: go to a clone of it");
        return Err(GitError::Unsupported(words));
    };
    Ok((repository.path().to_owned(), repository.commondir().to_owned(), work_tree.to_owned()))
}

fn canonical(path: &Path) -> Result<PathBuf, GitError> {
    fs::canonicalize(path).at("looking for", path)
}

impl std::fmt::Debug for UserRepository {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { git: _, git_dir, common_git_dir, work_tree, configuration } = self;
        formatter
            .debug_struct("UserRepository")
            .field("git_dir", git_dir)
            .field("common_git_dir", common_git_dir)
            .field("work_tree", work_tree)
            .field("settings", &configuration.len())
            .finish()
    }
}
