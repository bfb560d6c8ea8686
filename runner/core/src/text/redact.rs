//! Secrets, taken out of text that leaves the machine, and found in text that should be pushed (SEC-37).
//!
//! Two things are looked for: what secrets look like (tokens of known makers, keys, passwords in addresses and
//! assignments), and values that are known to be secret, in every form in which a program may print them.
//! Lengths are not fixed: makers lengthen their tokens without notice.
//!
//! It errs on the side of taking out too much. Reading secrets from anywhere is not here.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

mod assignments;
mod known;
mod patterns;
mod scan;
mod seen;
mod stream;

pub use scan::{SecretFinding, scan};
pub use stream::RedactedStream;

use known::KnownValues;
use seen::Seen;

/// What kind of secret was taken out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SecretKind {
    /// A value that was named as secret.
    KnownValue,
    PrivateKey,
    GitHubToken,
    ModelKey,
    CloudKey,
    ServiceToken,
    JsonWebToken,
    Authorization,
    UrlPassword,
    /// A value that looks random, assigned to something called a secret.
    Assignment,
}

impl SecretKind {
    /// Returns how people call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::KnownValue => "secret",
            Self::PrivateKey => "private key",
            Self::GitHubToken => "github token",
            Self::ModelKey => "model key",
            Self::CloudKey => "cloud key",
            Self::ServiceToken => "service token",
            Self::JsonWebToken => "json web token",
            Self::Authorization => "authorization",
            Self::UrlPassword => "password in a url",
            Self::Assignment => "assigned secret",
        }
    }
}

/// A place in a text that holds a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Secret {
    kind: SecretKind,
    place: Range<usize>,
}

/// How the word begins that stands for a secret.
const REDACTED: &str = "[redacted: ";

/// Takes secrets out of text. `Debug` shows none of them.
#[derive(Clone, Default)]
pub struct Redactor {
    known: KnownValues,
}

impl Redactor {
    /// Makes a redactor that knows these values, besides what every secret looks like.
    pub fn new<'a>(known: impl IntoIterator<Item = &'a str>) -> Self {
        Self { known: KnownValues::new(known) }
    }

    /// Returns how many values were too short to be looked for: taking out every `yes` would leave no text.
    pub fn ignored_values(&self) -> u32 {
        self.known.ignored()
    }

    /// Returns `text` without secrets; each is replaced by a word that says what it was.
    pub fn redact<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let secrets = self.secrets_in(text);
        if secrets.is_empty() {
            return Cow::Borrowed(text);
        }
        let mut redacted = String::with_capacity(text.len());
        let mut end = 0;
        for secret in secrets {
            redacted.push_str(text.get(end..secret.place.start).unwrap_or_default());
            redacted.extend([REDACTED, secret.kind.name(), "]"]);
            end = secret.place.end;
        }
        redacted.push_str(text.get(end..).unwrap_or_default());
        Cow::Owned(redacted)
    }

    /// Returns the secrets in `text`, in order, none overlapping another.
    fn secrets_in(&self, text: &str) -> Vec<Secret> {
        let mut secrets = self.whole_in(text);
        // What looks like a terminal code may be the start of a secret, so both texts are searched.
        if let Some(seen) = Seen::of(text) {
            secrets.extend(self.whole_in(&seen.text).iter().filter_map(|secret| seen.in_text(secret)));
        }
        merged(secrets)
    }

    fn whole_in(&self, text: &str) -> Vec<Secret> {
        let mut secrets = self.known.find_in(text);
        secrets.extend(patterns::find_in(text));
        secrets
    }
}

/// Joins what overlaps; the first one gives the kind.
fn merged(mut secrets: Vec<Secret>) -> Vec<Secret> {
    secrets.sort_by_key(|secret| (secret.place.start, secret.kind));
    let mut merged: Vec<Secret> = Vec::with_capacity(secrets.len());
    for secret in secrets {
        match merged.last_mut() {
            Some(last) if secret.place.start < last.place.end => {
                last.place.end = last.place.end.max(secret.place.end);
            }
            _ => merged.push(secret),
        }
    }
    merged
}

impl fmt::Debug for Redactor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { known } = self;
        formatter.debug_struct("Redactor").field("known_values", &known.count()).finish()
    }
}

#[cfg(test)]
mod tests;
