//! Texts with rules of their own.

use std::fmt;
use std::str::FromStr;

use super::FromText;
use crate::domain::{Domain, Unit};

/// Longest name, path or address; longer ones are mistakes.
const MAX_TEXT_BYTES: usize = 255;

/// Why a text is not what it should be; the configuration says what it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the text does not follow the rules")]
pub struct TextError;

/// Declares a text that follows a rule.
macro_rules! ruled_text {
    ($(#[$about:meta])* $name:ident, $noun:literal, $is_valid:expr) => {
        $(#[$about])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// Returns the text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = TextError;

            fn from_str(text: &str) -> Result<Self, TextError> {
                let is_valid: fn(&str) -> bool = $is_valid;
                let is_short = !text.is_empty() && text.len() <= MAX_TEXT_BYTES;
                if is_short && is_valid(text) { Ok(Self(text.to_owned())) } else { Err(TextError) }
            }
        }

        impl FromText for $name {
            fn noun() -> String {
                $noun.to_owned()
            }
        }
    };
}

fn is_one_word(text: &str) -> bool {
    !text.contains(|character: char| character.is_whitespace() || character.is_control())
}

fn is_variable(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && !text.starts_with(|first: char| first.is_ascii_digit())
}

ruled_text!(
    /// The name of a role, a model, an agent or a person: one word.
    Name,
    "a name of one word",
    is_one_word
);
ruled_text!(
    /// The name of a service, which becomes part of a unit.
    ServiceName,
    "a service name of letters, digits, `-` and `_`",
    |text| Unit::service_of(Domain::Api, text).is_some()
);
ruled_text!(
    /// The name of an environment variable.
    VariableName,
    "the name of an environment variable like NPM_TOKEN",
    is_variable
);
ruled_text!(
    /// The name of an environment variable that an agent may see: none that could write to GitHub.
    AgentVariable,
    "the name of an environment variable like ANTHROPIC_API_KEY, and none that belongs to GitHub or Pipemason",
    |text| {
        const WITHHELD: [&str; 2] = ["GITHUB_TOKEN", "GH_TOKEN"];
        // Windows does not tell `gh_token` from `GH_TOKEN`.
        let upper = text.to_ascii_uppercase();
        is_variable(text)
            && !WITHHELD.contains(&upper.as_str())
            && !upper.starts_with("ACTIONS_")
            && !upper.starts_with("PIPEMASON_")
    }
);
ruled_text!(
    /// A folder or file of the repository, relative to its root.
    RepoPath,
    "a path within the repository like services/billing",
    |text| {
        !text.contains(|character: char| character.is_control() || character == '\\' || character == ':')
            && text
                .strip_suffix('/')
                .unwrap_or(text)
                .split('/')
                .all(|part| !part.is_empty() && part != "..")
    }
);
ruled_text!(
    /// The address at which a running program says that it is well.
    HealthUrl,
    "an address like http://127.0.0.1:8080/healthz",
    |text| {
        let host = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://"));
        is_one_word(text) && host.is_some_and(|host| !host.is_empty() && !host.starts_with('/'))
    }
);

impl Name {
    /// Makes a name that is written in the code, and right there.
    pub(in crate::config) fn fixed(name: &'static str) -> Self {
        Self(name.to_owned())
    }
}

impl ServiceName {
    /// Returns the unit of this service in `domain`.
    pub fn unit(&self, domain: Domain) -> Unit {
        // A service name was checked by the same rule when it was made, so there always is a unit.
        Unit::service_of(domain, self.as_str()).unwrap_or(Unit::of(domain))
    }
}
