//! What a program may spend and do, resolved from configuration, environment and flags.

use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};

use crate::gate::Severity;
use crate::hash::ContentHash;
use crate::money::Usd;

/// The limits and wishes of a program.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProgramPolicy {
    /// How many stories may be in flight at a time.
    pub parallelism: NonZeroU32,
    /// Whether a person confirms the roadmap before anything is built.
    pub confirm_roadmap: bool,
    /// How often the gate of a phase may fail and be tried again without asking.
    pub retries_per_phase: u32,
    /// How often a lost coordinator is replaced without asking.
    pub lost_coordinators: u32,
    /// What each run may cost.
    pub usd_per_run: Usd,
    /// What the program may cost per day (UTC).
    pub usd_per_day: Option<Usd>,
    /// What the program may cost in all.
    pub usd_per_program: Option<Usd>,
    /// A finding of the verification at or above this severity blocks; below it becomes a follow-up.
    pub review_block_at: Severity,
}

impl Default for ProgramPolicy {
    fn default() -> Self {
        Self {
            parallelism: NonZeroU32::MIN.saturating_add(1),
            confirm_roadmap: true,
            retries_per_phase: 3,
            lost_coordinators: 3,
            usd_per_run: Usd::dollars(10),
            usd_per_day: Some(Usd::dollars(40)),
            usd_per_program: None,
            review_block_at: Severity::High,
        }
    }
}

impl ProgramPolicy {
    /// Returns the hash that names this policy in the ledger.
    pub fn hash(&self) -> ContentHash {
        // A policy has only text keys and plain values, so writing it cannot fail.
        ContentHash::of(&serde_json::to_vec(self).unwrap_or_default())
    }
}
