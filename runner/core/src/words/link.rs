//! Addresses that we link to: always our own choice, never taken from a text.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use crate::hash::CommitSha;
use crate::id::{BranchName, CommentId, IssueNumber, RepoName};

/// An address that may stand in Markdown as it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Link(Arc<str>);

/// Browsers and servers refuse longer addresses; a prefilled file of a few kilobytes fits.
const MAX_LINK_BYTES: usize = 8000;

/// Why a text is not an address we would link to.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected an address that starts with https:// or http:// and holds only the characters of addresses")]
pub struct LinkError;

impl Link {
    /// Returns the address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Says whether `byte` belongs to an address and means nothing to Markdown inside of one.
fn is_address_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~:/?#@!$&'+,=%".contains(&byte)
}

impl FromStr for Link {
    type Err = LinkError;

    fn from_str(text: &str) -> Result<Self, LinkError> {
        let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).ok_or(LinkError)?;
        let starts_with_host = rest.starts_with(|first: char| first.is_ascii_alphanumeric());
        let is_valid = starts_with_host && text.len() <= MAX_LINK_BYTES && text.bytes().all(is_address_byte);
        if is_valid { Ok(Self(Arc::from(text))) } else { Err(LinkError) }
    }
}

impl fmt::Display for Link {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A repository on a server, and the pages it has there.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Site {
    server: Link,
    repository: RepoName,
}

impl Site {
    /// Makes the site of `repository` on `server`, which is given without a slash at its end.
    pub fn new(server: Link, repository: RepoName) -> Self {
        Self { server, repository }
    }

    /// Returns the page of a branch.
    pub fn branch(&self, branch: &BranchName) -> Link {
        self.page(&format!("tree/{}", encoded(branch.as_str(), b"/")))
    }

    /// Returns the page of a file on a branch.
    pub fn file(&self, branch: &BranchName, path: &str) -> Link {
        self.page(&format!("blob/{}/{}", encoded(branch.as_str(), b"/"), encoded(path, b"/")))
    }

    /// Returns the page of an issue or a pull request; the server knows which it is.
    pub fn issue(&self, number: IssueNumber) -> Link {
        self.page(&format!("issues/{}", number.0))
    }

    /// Returns the page of a pull request.
    pub fn pull_request(&self, number: IssueNumber) -> Link {
        self.page(&format!("pull/{}", number.0))
    }

    /// Returns the place of a comment below an issue or a pull request.
    pub fn comment(&self, issue: IssueNumber, comment: CommentId) -> Link {
        self.page(&format!("issues/{}#issuecomment-{}", issue.0, comment.0))
    }

    /// Returns the page of a commit.
    pub fn commit(&self, commit: CommitSha) -> Link {
        self.page(&format!("commit/{commit}"))
    }

    /// Returns the page that opens a pull request with a click.
    pub fn compare(&self, base: &BranchName, branch: &BranchName) -> Link {
        let (base, branch) = (encoded(base.as_str(), b"/"), encoded(branch.as_str(), b"/"));
        self.page(&format!("compare/{base}...{branch}?expand=1"))
    }

    /// Returns the page that adds a file with a click, filled in already.
    ///
    /// Where `content` makes the address too long, the page opens with the name alone.
    pub fn new_file(&self, branch: &BranchName, path: &str, content: &str) -> Link {
        let page = format!("new/{}?filename={}", encoded(branch.as_str(), b"/"), encoded(path, b"/"));
        let filled_in = self.page(&format!("{page}&value={}", encoded(content, b"")));
        if filled_in.as_str().len() <= MAX_LINK_BYTES { filled_in } else { self.page(&page) }
    }

    /// Returns a settings page, such as `actions` or `secrets/actions`.
    pub fn settings(&self, page: &'static str) -> Link {
        self.page(&format!("settings/{page}"))
    }

    /// Returns the page of the repository's jobs.
    pub fn actions(&self) -> Link {
        self.page("actions")
    }

    /// Everything in `path` is encoded already.
    fn page(&self, path: &str) -> Link {
        Link(Arc::from(format!("{}/{}/{path}", self.server, self.repository)))
    }
}

/// Returns `text` percent-encoded, except for letters, digits, `-._~` and what `kept` names.
fn encoded(text: &str, kept: &[u8]) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || kept.contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            for nibble in [byte >> 4, byte & 15] {
                encoded.extend(char::from_digit(nibble.into(), 16).map(|digit| digit.to_ascii_uppercase()));
            }
        }
    }
    encoded
}

#[cfg(test)]
mod tests;
