//! What can go wrong with an agent, in words that say what to do.

use std::path::PathBuf;
use std::time::Duration;

use pipemason_core::run::TurnOutcome;

/// Why a turn did not end as it should.
#[derive(Debug, thiserror::Error)]
pub enum AgentError {
    #[error("{source}; is `{agent}` installed, and may it be run? `pipemason doctor` tells")]
    Spawn {
        agent: String,
        #[source]
        source: pipemason_process::StartError,
    },
    #[error("`{agent}` cannot work with {}: {reason}", path.display())]
    Prepare { agent: String, path: PathBuf, reason: std::io::Error },
    #[error("`{agent}` does not begin a conversation: {reason}; `pipemason doctor` shows more")]
    Handshake { agent: String, reason: String },
    #[error("`{agent}` wants to know who pays: {reason}; {login}")]
    Auth { agent: String, reason: String, login: String },
    #[error("the provider of `{agent}` failed: {words}; {}", if *again { "later it may work" } else { "see its configuration" })]
    Provider {
        agent: String,
        /// The status in the manner of HTTP, where one was told.
        status: Option<u16>,
        words: String,
        /// Whether it may work if it is tried again.
        again: bool,
    },
    #[error("`{agent}` {ending} in the middle of its turn{}; the frame log has more", said(.errors))]
    Crashed { agent: String, ending: String, errors: String },
    #[error("`{agent}` said nothing for {} and was stopped; is its provider reachable?", seconds(.silence))]
    Idle { agent: String, silence: Duration },
    #[error("`{agent}` was stopped after {}, when the time of its turn was used up", seconds(.time))]
    Deadline { agent: String, time: Duration },
    #[error("`{agent}` was stopped when its turn had used up its {}; `cost_controls` sets the limit", kind.name())]
    Budget { agent: String, kind: UsedUp },
    #[error("`{agent}` breaks the protocol: {what}; a newer or older version of it may not")]
    Protocol { agent: String, what: String },
    #[error("`{agent}` was stopped")]
    Cancelled { agent: String },
}

/// What a turn can use up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UsedUp {
    Usd,
    Tokens,
    Steps,
}

impl UsedUp {
    /// Returns how people call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Usd => "money",
            Self::Tokens => "tokens",
            Self::Steps => "steps",
        }
    }
}

impl AgentError {
    /// Returns how the turn ended for the run; nothing where it was stopped from outside, and who stopped it knows why.
    pub fn outcome(&self) -> Option<TurnOutcome> {
        match self {
            Self::Idle { .. } | Self::Deadline { .. } => Some(TurnOutcome::TimedOut),
            Self::Budget { .. } => Some(TurnOutcome::OverBudget),
            Self::Cancelled { .. } => None,
            Self::Spawn { .. }
            | Self::Prepare { .. }
            | Self::Handshake { .. }
            | Self::Auth { .. }
            | Self::Provider { .. }
            | Self::Crashed { .. }
            | Self::Protocol { .. } => Some(TurnOutcome::Failed),
        }
    }

    /// Returns the error of an agent that never ends what it says.
    pub(crate) fn flood(agent: String) -> Self {
        Self::Protocol { agent, what: "it says or asks more in one turn than anybody can want".to_owned() }
    }

    /// Adds how the agent ended and what it complained about, where that is what went wrong.
    pub(crate) fn with_end(self, how: String, complaints: String) -> Self {
        match self {
            Self::Crashed { agent, .. } => Self::Crashed { agent, ending: how, errors: complaints },
            error => error,
        }
    }

    /// Says whether the same turn may be asked for again, after a while, without anything having changed.
    pub fn may_be_tried_again(&self) -> bool {
        matches!(self, Self::Provider { again: true, .. })
    }
}

fn said(errors: &str) -> String {
    let last = last_line(errors);
    if last.is_empty() { String::new() } else { format!(", after it had said “{}”", crate::driver::cut(last)) }
}

/// Returns the last line that says anything.
pub(crate) fn last_line(text: &str) -> &str {
    text.lines().rev().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default()
}

fn seconds(duration: &Duration) -> String {
    match duration.as_secs() {
        0 => format!("{} ms", duration.as_millis()),
        1 => "1 second".to_owned(),
        seconds => format!("{seconds} seconds"),
    }
}

/// Understands what an agent says of its provider.
pub(crate) fn provider_error(agent: &str, code: Option<i64>, words: &str) -> AgentError {
    let status = code.filter(|code| (400..600).contains(code)).or_else(|| status_in(words));
    let status = status.and_then(|status| u16::try_from(status).ok());
    let again = !matches!(status, Some(400..=407 | 410..=424 | 426..=428));
    AgentError::Provider { agent: agent.to_owned(), status, words: crate::driver::cut(words), again }
}

/// Finds a status like 429 among the words.
fn status_in(words: &str) -> Option<i64> {
    words
        .split(|character: char| !character.is_ascii_alphanumeric())
        .filter(|word| word.len() == 3)
        .filter_map(|word| word.parse().ok())
        .find(|status| (400..600).contains(status))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_decides_whether_to_try_again() {
        for (code, words, status, again) in [
            (None, "529 overloaded", Some(529), true),
            (Some(-32603), "APIError: 429 Too Many Requests", Some(429), true),
            (Some(401), "no", Some(401), false),
            (None, "HTTP/1.1 400: the model does not exist", Some(400), false),
            (None, "it took 1429 ms and 408", Some(408), true),
            (None, "connection reset", None, true),
        ] {
            let error = provider_error("x", code, words);
            assert!(
                matches!(error, AgentError::Provider { status: found, again: tried, .. } if (found, tried) == (status, again)),
                "{words}: {error:?}"
            );
            assert_eq!(error.may_be_tried_again(), again);
        }
    }

    #[test]
    fn every_error_says_what_to_do() {
        let error =
            AgentError::Crashed { agent: "x".into(), ending: "ended with 3".into(), errors: "a\n b \n\n".into() };
        assert!(error.to_string().contains("after it had said “b”"), "{error}");
        let error = AgentError::Auth { agent: "x".into(), reason: "no key".into(), login: "set KEY".into() };
        assert!(error.to_string().ends_with("set KEY"), "{error}");
    }
}
