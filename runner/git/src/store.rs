//! The store: the engine's own bare repository, where every object of a run is kept and from where it is pushed.
//!
//! Its configuration is written here and written again whenever it is not what it should be. It borrows the objects of
//! the user's repository, so that nothing is copied, and it writes none of them. No agent can reach it: a tree of a run
//! has a repository of its own that borrows from here.
//!
//! Two engines may open it at the same time: whoever comes second finds it made.

mod apply;
mod fetch;
mod objects;
mod push;
mod refs;

use std::ffi::OsString;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use git2::{ConfigLevel, Repository};
use pipemason_core::hash::ObjectId;

pub use fetch::{Fetched, Published};
pub use objects::{Content, FoundFile, Identity, NewCommit, RecreatedCommit, Signature, TreeEdit};
pub use push::{Lease, Push, Pushed};
pub use refs::Swap;

pub(crate) use objects::{GITLINK, PROGRAM, SYMLINK, content_at, find_tree, mode_of};

use crate::error::{At as _, Doing as _, GitError};
use crate::program::{Call, Git};
use crate::user::UserRepository;

/// The whole configuration of the store. What is written survives a loss of power before anything points to it.
const CONFIGURATION: &str = "[core]
\trepositoryformatversion = 0
\tfilemode = true
\tbare = true
\tlogAllRefUpdates = false
\thooksPath = /dev/null
\tfsync = objects,reference
\tfsyncMethod = batch
[index]
\tversion = 4
[gc]
\tauto = 0
[merge]
\tdirectoryRenames = conflict
\trenames = true
";

/// What libgit2 is told besides. Git itself has another setting for it, and complains about this one.
const CONFIGURATION_OF_LIBGIT2: &str = "[core]\n\tfsyncObjectFiles = true\n";

/// The engine's own bare repository.
#[derive(Clone, Debug)]
pub struct Store {
    git: Git,
    folder: PathBuf,
}

impl Store {
    /// Opens the store of a user's repository; makes it where there is none, and repairs what is not as it should be.
    pub fn open(user: &UserRepository) -> Result<Self, GitError> {
        user.is_supported()?;
        let folder = user.common_git_dir().join("pipemason").join("store.git");
        let objects = user.common_git_dir().join("objects");
        let line = objects.to_str().filter(|text| !text.contains('\n'));
        let alternates = line.ok_or_else(|| {
            let shown = objects.display();
            GitError::Unsupported(format!("the path `{shown}` is not plain text: move the repository to one that is"))
        })?;
        for part in ["objects/pack", "objects/info", "refs/heads", "info", "trees"] {
            let part = folder.join(part);
            fs::create_dir_all(&part).at("making the folder", &part)?;
        }
        write_whole(&folder.join("config"), CONFIGURATION.as_bytes())?;
        write_whole(&folder.join("config.libgit2"), CONFIGURATION_OF_LIBGIT2.as_bytes())?;
        write_whole(&folder.join("objects/info/alternates"), format!("{alternates}\n").as_bytes())?;
        // A history that ends early in the user's repository ends there in the store, too.
        let shallow = folder.join("shallow");
        match fs::read(user.common_git_dir().join("shallow")) {
            Ok(commits) => write_whole(&shallow, &commits)?,
            Err(_) => remove_file(&shallow)?,
        }
        // The last file: without it this is no repository, so a store that was half made is made again.
        write_whole(&folder.join("HEAD"), b"ref: refs/heads/none\n")?;
        let store = Self { git: user.git().clone(), folder };
        store.repository()?;
        Ok(store)
    }

    /// Returns the folder of the store.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Makes a call of git in the store.
    pub(crate) fn call<const N: usize>(&self, arguments: [&str; N]) -> Call {
        self.git.in_store(&self.folder).arguments(arguments)
    }

    /// Makes a call of git that has to be set up further.
    pub(crate) fn bare_call(&self) -> Call {
        self.git.in_store(&self.folder)
    }

    pub(crate) fn git(&self) -> &Git {
        &self.git
    }

    /// Opens the store for libgit2, which takes a tenth of a millisecond.
    pub(crate) fn repository(&self) -> Result<Repository, GitError> {
        let repository = Repository::open(&self.folder).doing("opening the store")?;
        let settings = self.folder.join("config.libgit2");
        let told = repository.config().and_then(|mut known| known.add_file(&settings, ConfigLevel::App, false));
        told.doing("opening the store")?;
        Ok(repository)
    }
}

/// Converts the name of an object for libgit2.
pub(crate) fn oid(id: ObjectId) -> Result<git2::Oid, GitError> {
    git2::Oid::from_str(&id.to_string()).doing("reading the name of an object")
}

/// Converts the name of an object from libgit2.
pub(crate) fn object_id(oid: git2::Oid) -> Result<ObjectId, GitError> {
    oid.to_string().parse().map_err(|_| GitError::Repository {
        doing: "reading the name of an object".to_owned(),
        words: format!("`{oid}` is none"),
    })
}

/// Makes a file appear whole: written beside, flushed, renamed. One that is right already is left alone.
pub(crate) fn write_whole(path: &Path, content: &[u8]) -> Result<(), GitError> {
    if fs::read(path).is_ok_and(|found| found == content) {
        return Ok(());
    }
    let mut beside = OsString::from(path);
    beside.push(format!(".{}.new", std::process::id()));
    let beside = PathBuf::from(beside);
    let write = || -> io::Result<()> {
        let mut file = fs::File::create(&beside)?;
        file.write_all(content)?;
        file.sync_all()?;
        fs::rename(&beside, path)?;
        match path.parent() {
            Some(folder) => fs::File::open(folder)?.sync_all(),
            None => Ok(()),
        }
    };
    write().at("writing", path)
}

/// Removes a file that may not be there.
pub(crate) fn remove_file(path: &Path) -> Result<(), GitError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error).at("removing", path),
        Ok(()) | Err(_) => Ok(()),
    }
}
