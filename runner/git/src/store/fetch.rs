//! What comes from a remote: the base of a run, and the refs of other machines.

use std::collections::BTreeMap;
use std::time::Duration;

use pipemason_core::hash::CommitSha;
use pipemason_core::id::BranchName;

use super::Store;
use super::refs::is_ref;
use crate::error::GitError;
use crate::program::Said;
use crate::transport::{Address, Remote, Transport};
use crate::user::UserRepository;

/// What was found of a base.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fetched {
    /// The branch of the remote, as it is now.
    Fresh { commit: CommitSha },
    /// The local branch: there is no remote, or it does not have the branch.
    Local { commit: CommitSha },
    /// Neither has such a branch.
    Missing,
    /// The remote did not answer.
    Unreachable { words: String },
}

/// The refs of a remote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Published {
    /// By their names on the remote.
    Found(BTreeMap<String, CommitSha>),
    /// The remote did not answer.
    Unreachable { words: String },
}

/// Where the refs of a remote are kept in the store, apart from the store's own.
const PUBLISHED: &str = "refs/published/";

impl Store {
    /// Returns the newest commit of a base: of the remote, or, where that has none, of the user's repository.
    pub async fn fetch_base(
        &self,
        user: &UserRepository,
        remote: Option<&Remote>,
        transport: &Transport,
        base: &BranchName,
    ) -> Result<Fetched, GitError> {
        let local = || match user.branch(base)? {
            Some(commit) => Ok(Fetched::Local { commit }),
            None => Ok(Fetched::Missing),
        };
        let Some(remote) = remote else { return local() };
        let (from, to) = (format!("refs/heads/{base}"), format!("refs/remotes/origin/{base}"));
        let refspec = format!("+{from}:{to}");
        match self.fetch(&remote.fetch, transport, &[&refspec], &from).await? {
            Answer::Came => match self.reference(&to)? {
                Some(commit) => Ok(Fetched::Fresh { commit }),
                None => local(),
            },
            Answer::HasNone => local(),
            Answer::Unreachable(words) => Ok(Fetched::Unreachable { words }),
        }
    }

    /// Fetches the refs of a remote that match `pattern` (`refs/pipemason/*`), and returns them by their names there.
    ///
    /// They are kept apart from the store's own refs: which of two copies counts is not decided here.
    pub async fn fetch_refs(
        &self,
        address: &Address,
        transport: &Transport,
        pattern: &str,
    ) -> Result<Published, GitError> {
        let rest = pattern.strip_prefix("refs/").unwrap_or_default();
        is_ref(&pattern.replace('*', "all"))?;
        let refspec = format!("+{pattern}:{PUBLISHED}{rest}");
        match self.fetch(address, transport, &["--prune", &refspec], pattern).await? {
            Answer::Unreachable(words) => Ok(Published::Unreachable { words }),
            Answer::HasNone => Ok(Published::Found(BTreeMap::new())),
            Answer::Came => {
                let prefix = format!("{PUBLISHED}{}", rest.trim_end_matches('*'));
                let found = self.references(&prefix)?;
                let named = |name: String| format!("refs/{}", name.strip_prefix(PUBLISHED).unwrap_or_default());
                Ok(Published::Found(found.into_iter().map(|(name, commit)| (named(name), commit)).collect()))
            }
        }
    }

    async fn fetch(
        &self,
        address: &Address,
        transport: &Transport,
        refspecs: &[&str],
        wanted: &str,
    ) -> Result<Answer, GitError> {
        let mut words = String::new();
        for wait in waits(transport) {
            tokio::time::sleep(wait).await;
            let (options, refspecs): (Vec<&str>, Vec<&str>) =
                refspecs.iter().partition(|argument| argument.starts_with("--"));
            let call = self.call(["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance"]);
            let call = call.arguments(options).arguments(["--", address.url()]).arguments(refspecs);
            match heard(transport.equip(call, self.git(), address).ended().await)? {
                Ok(said) if said.status == 0 => return Ok(Answer::Came),
                Ok(said) => words = said.words,
                Err(silence) => words = silence,
            }
            // Only the remote itself can say that it has no such branch.
            let call = self.call(["ls-remote", "--exit-code", "--", address.url(), wanted]);
            if let Ok(said) = heard(transport.equip(call, self.git(), address).ended().await)?
                && said.status == NO_SUCH_REF
            {
                return Ok(Answer::HasNone);
            }
            if is_refusal(&words) {
                break;
            }
        }
        Ok(Answer::Unreachable(words))
    }
}

/// What `ls-remote --exit-code` says of a remote that answers and has nothing of that name.
const NO_SUCH_REF: i32 = 2;

enum Answer {
    Came,
    HasNone,
    Unreachable(String),
}

/// What a remote answers to somebody who may not: asking again would not help.
const REFUSALS: [&str; 8] = [
    "Authentication failed",
    "could not read Username",
    "could not read Password",
    "Permission denied",
    "Host key verification failed",
    "Repository not found",
    "returned error: 401",
    "returned error: 403",
];

/// Says whether the remote did answer, and said no.
pub(super) fn is_refusal(words: &str) -> bool {
    REFUSALS.iter().any(|refusal| words.contains(refusal))
}

/// Returns how long to wait before each attempt.
pub(super) fn waits(transport: &Transport) -> impl Iterator<Item = Duration> {
    let (pause, attempts) = (transport.endurance.pause, transport.endurance.attempts.max(1));
    let doubled = move |attempt: u32| pause.saturating_mul(2_u32.saturating_pow(attempt.saturating_sub(1)));
    (0..attempts).map(move |attempt| if attempt == 0 { Duration::ZERO } else { doubled(attempt) })
}

/// Tells a remote that is silent from what went wrong here.
pub(super) fn heard(ended: Result<Said, GitError>) -> Result<Result<Said, String>, GitError> {
    match ended {
        Ok(said) => Ok(Ok(said)),
        Err(GitError::TimedOut { command, time }) => {
            Ok(Err(format!("`git {command}`: no answer within {} seconds", time.as_secs_f32())))
        }
        Err(error) => Err(error),
    }
}
