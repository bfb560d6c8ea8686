//! What can go wrong with git, said so that whoever reads it knows what to do next.
//!
//! Answers that a run is prepared for (a conflict, a remote that refuses or does not answer) are not here: they are
//! values of the functions that find them.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use pipemason_process::StartError;

use crate::program::MINIMUM;

/// Something that git, a repository or a file system did not do.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    #[error("git is not in `PATH`: install git {MINIMUM} or newer")]
    Missing,
    #[error("git {found} is too old: install git {MINIMUM} or newer")]
    TooOld { found: String },
    /// The git program said no; its words hold no secrets.
    #[error("`git {command}`: {words}")]
    Failed { command: String, words: String },
    #[error("`git {command}` took longer than {} seconds and was ended", time.as_secs_f32())]
    TimedOut { command: String, time: Duration },
    #[error("`git {command}` was stopped")]
    Stopped { command: String },
    /// More than is kept in memory.
    #[error("`git {command}` said more than can be read")]
    TooMuch { command: String },
    #[error(transparent)]
    Start(#[from] StartError),
    #[error("{doing}: {words}")]
    Repository { doing: String, words: String },
    #[error("{doing} `{}`", path.display())]
    File {
        doing: &'static str,
        path: PathBuf,
        #[source]
        reason: io::Error,
    },
    /// The repository is of a kind that a run cannot work with; the text says what to do.
    #[error("{0}")]
    Unsupported(String),
    #[error("{0} did not come to its end")]
    Broken(&'static str),
}

/// Says what was being done with a repository.
pub(crate) trait Doing<T> {
    fn doing(self, what: &str) -> Result<T, GitError>;
}

impl<T> Doing<T> for Result<T, git2::Error> {
    fn doing(self, what: &str) -> Result<T, GitError> {
        self.map_err(|error| GitError::Repository { doing: what.to_owned(), words: error.message().to_owned() })
    }
}

/// Says what was being done with a file.
pub(crate) trait At<T> {
    fn at(self, doing: &'static str, path: &Path) -> Result<T, GitError>;
}

impl<T> At<T> for io::Result<T> {
    fn at(self, doing: &'static str, path: &Path) -> Result<T, GitError> {
        self.map_err(|reason| GitError::File { doing, path: path.to_owned(), reason })
    }
}

/// Does what may take long where it holds up nobody.
pub(crate) async fn blocking<T: Send + 'static>(
    what: &'static str,
    work: impl FnOnce() -> Result<T, GitError> + Send + 'static,
) -> Result<T, GitError> {
    tokio::task::spawn_blocking(work).await.unwrap_or(Err(GitError::Broken(what)))
}
