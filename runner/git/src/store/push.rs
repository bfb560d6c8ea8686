//! What goes to a remote: exactly the named refs, and only if there is there what was last seen.

use pipemason_core::hash::CommitSha;

use super::Store;
use super::fetch::{heard, is_refusal, waits};
use super::refs::is_ref;
use crate::error::GitError;
use crate::program::Said;
use crate::transport::{Address, Transport};

/// What has to be on the remote for a push to count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lease {
    /// No such ref.
    Absent,
    /// The ref, at this commit.
    At(CommitSha),
}

/// One ref that is to be changed on a remote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Push<'a> {
    /// The whole name of the ref.
    pub target: &'a str,
    /// What it will point to; nothing, where it is to be removed.
    pub commit: Option<CommitSha>,
    pub lease: Lease,
}

/// How a push ended. Where there are several refs, either all of them changed or none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pushed {
    Done,
    /// There is something else on the remote than was last seen.
    LeaseLost {
        words: String,
    },
    /// The remote said no.
    Rejected {
        words: String,
    },
    /// The remote did not answer.
    Unreachable {
        words: String,
    },
}

/// What remotes say when somebody else changed the ref at the same moment.
const LOST_ON_REMOTE: [&str; 5] =
    ["cannot lock ref", "failed to update ref", "incorrect old value", "reference already exists", "fetch first"];

impl Store {
    /// Pushes refs from the store. Pushing again what is there already is done.
    pub async fn push(
        &self,
        address: &Address,
        transport: &Transport,
        pushes: &[Push<'_>],
    ) -> Result<Pushed, GitError> {
        let Some(arguments) = arguments(pushes)? else { return Ok(Pushed::Done) };
        let mut words = String::new();
        for wait in waits(transport) {
            tokio::time::sleep(wait).await;
            let call = self.call(["push", "--porcelain", "--no-verify", "--no-follow-tags", "--no-signed"]);
            let call =
                call.arguments(&arguments.options).arguments(["--", address.url()]).arguments(&arguments.refspecs);
            match heard(transport.equip(call, self.git(), address).ended().await)? {
                Ok(said) if said.status == 0 => return Ok(Pushed::Done),
                Ok(said) => match judged(&said) {
                    // Git calls it a lost lease, too, when what is to be removed is gone.
                    Some(Pushed::LeaseLost { words }) => {
                        let is_gone = self.are_gone(address, transport, pushes).await?;
                        return Ok(if is_gone { Pushed::Done } else { Pushed::LeaseLost { words } });
                    }
                    Some(pushed) => return Ok(pushed),
                    None if is_refusal(&said.words) => return Ok(Pushed::Rejected { words: said.words }),
                    None => words = said.words,
                },
                Err(silence) => words = silence,
            }
        }
        Ok(Pushed::Unreachable { words })
    }
}

impl Store {
    /// Says whether all that was to be pushed is to be removed, and is not there.
    async fn are_gone(&self, address: &Address, transport: &Transport, pushes: &[Push<'_>]) -> Result<bool, GitError> {
        if pushes.iter().any(|push| push.commit.is_some()) {
            return Ok(false);
        }
        let call = self.call(["ls-remote", "--", address.url()]).arguments(pushes.iter().map(|push| push.target));
        let said = heard(transport.equip(call, self.git(), address).ended().await)?;
        Ok(said.is_ok_and(|said| said.status == 0 && said.output.is_empty()))
    }
}

struct Arguments {
    options: Vec<String>,
    refspecs: Vec<String>,
}

fn arguments(pushes: &[Push<'_>]) -> Result<Option<Arguments>, GitError> {
    let mut options = vec!["--recurse-submodules=no".to_owned()];
    let mut refspecs = Vec::new();
    if pushes.len() > 1 {
        options.push("--atomic".to_owned());
    }
    for Push { target, commit, lease } in pushes {
        is_ref(target)?;
        let expected = match lease {
            Lease::Absent => String::new(),
            Lease::At(commit) => commit.to_string(),
        };
        options.push(format!("--force-with-lease={target}:{expected}"));
        let source = commit.map(|commit| commit.to_string()).unwrap_or_default();
        refspecs.push(format!("{source}:{target}"));
    }
    Ok((!refspecs.is_empty()).then_some(Arguments { options, refspecs }))
}

/// Reads what git says of each ref; nothing, where it did not come to that.
fn judged(said: &Said) -> Option<Pushed> {
    let output = String::from_utf8_lossy(&said.output).into_owned();
    let refused: Vec<&str> = output.lines().filter(|line| line.starts_with("!\t")).collect();
    if refused.is_empty() {
        return None;
    }
    let words = words(&refused, &said.words);
    let is_lost = |line: &&str| {
        line.contains("(stale info)")
            || line.contains("(remote ref updated since checkout)")
            || LOST_ON_REMOTE.iter().any(|lost| line.contains(lost))
    };
    // Of several refs that go together, those that were not to blame are refused as well.
    let is_blameless =
        |line: &&str| line.contains("(atomic push failed)") || line.contains("(atomic transaction failed)");
    let mut blamed = refused.iter().filter(|line| !is_blameless(line)).peekable();
    if blamed.peek().is_some() && blamed.all(is_lost) {
        Some(Pushed::LeaseLost { words })
    } else {
        Some(Pushed::Rejected { words })
    }
}

/// Puts together what the remote said: its own lines, and the reason for each ref.
fn words(refused: &[&str], errors: &str) -> String {
    let of_remote = errors.lines().filter_map(|line| line.strip_prefix("remote: ")).map(str::trim_end);
    let reasons = refused.iter().filter_map(|line| line.rsplit('\t').next());
    let lines: Vec<&str> = of_remote.filter(|line| !line.is_empty()).chain(reasons).collect();
    lines.join("\n")
}
