//! Looks whether an agent works, without asking a model for anything.

use std::time::Duration;

use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;

use crate::acp::{Identity, Open};
use crate::driver::Launch;
use crate::error::AgentError;
use crate::presets::Speaks;

/// What an agent says of itself, and how quickly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probe {
    pub name: String,
    pub version: String,
    /// Whether it is older than what is known to work.
    pub is_old: bool,
    /// The modes that it offers.
    pub modes: Vec<String>,
    /// The ways to log in that it offers.
    pub logins: Vec<String>,
    /// From the start to the introduction.
    pub introduced_after: Duration,
    /// From the introduction to the first conversation.
    pub ready_after: Duration,
}

/// Starts an agent, begins a conversation and ends it. Of a plain command, nothing more is known than that it is there.
pub async fn probe(launch: &Launch, stop: &CancellationToken) -> Result<Probe, AgentError> {
    let preset = launch.chosen.preset;
    if preset.speaks == Speaks::Command {
        let name = launch.chosen.program.display().to_string();
        return Ok(Probe {
            name,
            version: String::new(),
            is_old: false,
            modes: Vec::new(),
            logins: Vec::new(),
            introduced_after: Duration::ZERO,
            ready_after: Duration::ZERO,
        });
    }
    let agent = || preset.name.clone();
    let mut open = Open::start(launch).await?;
    let probed = tokio::select! {
        biased;
        () = stop.cancelled() => Err(AgentError::Cancelled { agent: agent() }),
        probed = timeout(launch.times.handshake, look(launch, &mut open)) => probed.unwrap_or_else(|_| {
            let reason = format!("it did not answer within {} seconds", launch.times.handshake.as_secs_f32());
            Err(AgentError::Handshake { agent: agent(), reason })
        }),
    };
    match probed {
        Ok(probe) => {
            open.end(&launch.times).await;
            Ok(probe)
        }
        Err(error) => Err(open.give_up(error, launch).await),
    }
}

async fn look(launch: &Launch, open: &mut Open) -> Result<Probe, AgentError> {
    let begun = Instant::now();
    open.introduce(launch).await?;
    let introduced = Instant::now();
    let session = open.converse(launch).await?;
    let Identity { name, version, logins } = open.identity.clone();
    let is_old = launch.chosen.preset.min_version.as_deref().is_some_and(|least| is_older(&version, least));
    Ok(Probe {
        name,
        version,
        is_old,
        modes: session.modes,
        logins,
        introduced_after: introduced - begun,
        ready_after: introduced.elapsed(),
    })
}

/// Compares versions by their numbers; what is no number counts as 0.
fn is_older(version: &str, least: &str) -> bool {
    let numbers = |text: &str| -> Vec<u64> {
        let text = text.trim_start_matches('v');
        let end = text.find(['-', '+', ' ']).unwrap_or(text.len());
        text.get(..end).unwrap_or_default().split('.').map(|part| part.parse().unwrap_or_default()).collect()
    };
    !version.is_empty() && numbers(version) < numbers(least)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_their_numbers() {
        for (version, least, expected) in [
            ("2.6.0", "2.6.0", false),
            ("2.10.0", "2.6.0", false),
            ("v2.5.9", "2.6.0", true),
            ("2.6.0-beta", "2.6.0", false),
            ("1.18", "1.18.1", true),
            ("", "1.0.0", false),
            ("nightly", "1.0.0", true),
        ] {
            assert_eq!(is_older(version, least), expected, "{version}");
        }
    }
}
