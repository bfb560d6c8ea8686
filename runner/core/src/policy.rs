//! What a repository wants: limits and wishes, resolved from configuration, environment and flags.
//!
//! Reading `config.yml` is not here: `config` turns it into a [`Policy`], which cannot be wrong.

use std::collections::BTreeSet;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::domain::Unit;
use crate::failure::FailureClass;
use crate::gate::Severity;
use crate::hash::ContentHash;
use crate::money::Usd;

/// Reads and writes a duration as whole milliseconds.
pub mod milliseconds {
    use std::time::Duration;

    use serde::{Deserialize as _, Deserializer, Serializer};

    /// Writes `duration`.
    pub fn serialize<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX))
    }

    /// Reads a duration.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
        u64::deserialize(deserializer).map(Duration::from_millis)
    }
}

/// The limits of a run, each the stricter of all places that name it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    pub retries_per_class: u32,
    pub retries_per_phase: u32,
    pub iterations: u32,
    #[serde(with = "milliseconds")]
    pub phase_time: Duration,
    pub usd_per_turn: Usd,
    pub usd_per_run: Usd,
    pub usd_per_day: Usd,
    pub usd_per_program: Option<Usd>,
    pub tokens_per_turn: Option<u64>,
    pub tokens_per_run: Option<u64>,
    pub tokens_per_day: Option<u64>,
    /// Whether an agent may work that does not say what it costs.
    pub allow_unmetered: bool,
    pub diff_lines: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            retries_per_class: 3,
            retries_per_phase: 6,
            iterations: 25,
            phase_time: Duration::from_mins(30),
            usd_per_turn: Usd::dollars(8),
            usd_per_run: Usd::dollars(10),
            usd_per_day: Usd::dollars(40),
            usd_per_program: None,
            tokens_per_turn: None,
            tokens_per_run: Some(1_500_000),
            tokens_per_day: None,
            allow_unmetered: false,
            diff_lines: 2000,
        }
    }
}

/// All that the machines need to know about what a repository wants.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    pub limits: Limits,
    /// The units that are configured, in the order of the configuration.
    pub units: Vec<Unit>,
    /// Classes whose repair a cheaper model may try.
    pub cheap_classes: BTreeSet<FailureClass>,
    pub review_enabled: bool,
    /// A review finding at or above this severity blocks.
    pub review_block_at: Severity,
    /// Whether a high security finding stops the run instead of looping back.
    pub block_on_high: bool,
    /// Whether a ticket that promises to change no behavior goes on without a person's yes to its plan.
    pub preserving_allowed: bool,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            units: vec![Unit::of(crate::domain::Domain::Api)],
            cheap_classes: FailureClass::ALL.into_iter().filter(|class| class.is_cheap()).collect(),
            review_enabled: true,
            review_block_at: Severity::High,
            block_on_high: true,
            preserving_allowed: false,
        }
    }
}

impl Policy {
    /// Returns the hash that names this policy in the ledger.
    pub fn hash(&self) -> ContentHash {
        // A policy has only text keys and plain values, so writing it cannot fail.
        ContentHash::of(&serde_json::to_vec(self).unwrap_or_default())
    }
}
