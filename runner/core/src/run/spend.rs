//! What a run has used up. Counters never go down, whatever happens.

use serde::{Deserialize, Serialize};

use crate::failure::{FailureClass, PerClass};
use crate::money::Usd;
use crate::phase::{PerPhase, Phase};
use crate::policy::Limits;

/// All runs of one ticket together may spend as much as this many runs.
pub const RUNS_PER_TICKET: u64 = 3;

/// How well the cost of an agent is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CostSource {
    /// Measured by our own gateway.
    Metered,
    /// As the agent says.
    Reported,
    /// An upper bound, computed from what went in and out.
    Estimated,
    /// Not known.
    #[default]
    Unknown,
}

impl CostSource {
    /// Returns the word that is shown beside every cost.
    pub fn name(self) -> &'static str {
        match self {
            Self::Metered => "metered",
            Self::Reported => "reported",
            Self::Estimated => "estimated",
            Self::Unknown => "unknown",
        }
    }
}

/// What is set aside for turns that are under way; whatever is never settled counts in full.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reservation {
    pub turns: u32,
    pub usd_each: Usd,
    pub tokens_each: u64,
}

/// What people granted on top of the limits, one attempt at a time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grants {
    pub classes: PerClass,
    pub phases: PerPhase<u32>,
    pub iterations: u32,
}

/// The counters of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spend {
    pub iterations: u32,
    /// Failures by class.
    pub failures: PerClass,
    /// Failures by the phase whose gate or turn failed.
    pub phase_failures: PerPhase<u32>,
    pub tokens_in: u64,
    pub tokens_out: u64,
    pub usd: Usd,
    pub reserved: Reservation,
    pub grants: Grants,
    /// The run's limit in dollars, where a person raised it.
    pub raised_usd: Option<Usd>,
    /// Whether the warning at 80 % was given.
    pub warned: bool,
}

impl Spend {
    /// Returns all tokens, in and out.
    pub fn tokens(&self) -> u64 {
        self.tokens_in.saturating_add(self.tokens_out)
    }

    /// Returns what the run may spend: its limit, or what a person raised it to.
    pub fn usd_limit(&self, limits: &Limits) -> Usd {
        self.raised_usd.map_or(limits.usd_per_run, |raised| raised.max(limits.usd_per_run))
    }

    /// Returns how many iterations the run may take: the limit, and what people granted on top.
    pub fn iteration_limit(&self, limits: &Limits) -> u32 {
        limits.iterations.saturating_add(self.grants.iterations)
    }

    /// Returns how often `class` may fail.
    pub fn class_limit(&self, class: FailureClass, limits: &Limits) -> u32 {
        limits.retries_per_class.saturating_add(self.grants.classes.get(class))
    }

    /// Returns how often `phase` may fail.
    pub fn phase_limit(&self, phase: Phase, limits: &Limits) -> u32 {
        limits.retries_per_phase.saturating_add(*self.grants.phases.get(phase))
    }

    /// Turns one reserved turn into what it really cost.
    pub(crate) fn settle(&mut self, tokens_in: u64, tokens_out: u64, usd: Option<Usd>) {
        self.tokens_in = self.tokens_in.saturating_add(tokens_in);
        self.tokens_out = self.tokens_out.saturating_add(tokens_out);
        // A turn whose cost nobody knows counts as what was set aside for it.
        self.usd = self.usd.plus(usd.unwrap_or(self.reserved.usd_each));
        self.reserved.turns = self.reserved.turns.saturating_sub(1);
        if self.reserved.turns == 0 {
            self.reserved = Reservation::default();
        }
    }

    /// Counts in full what was set aside and will never be settled.
    pub(crate) fn forfeit(&mut self) {
        let Reservation { turns, usd_each, tokens_each } = self.reserved;
        self.usd = self.usd.plus(usd_each.times(turns.into()));
        self.tokens_in = self.tokens_in.saturating_add(tokens_each.saturating_mul(turns.into()));
        self.reserved = Reservation::default();
    }
}
