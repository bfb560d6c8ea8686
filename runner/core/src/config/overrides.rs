//! What the environment and flags say over the configuration.
//!
//! Reading the environment is not here: names and values arrive as pairs.

use std::str::FromStr;

use super::sections::{Config, StashPolicy, Switch};
use super::values::{Auto, Count, Name, Tokens};
use crate::id::BranchName;
use crate::money::Usd;

/// Settings from outside the repository; what is `None` is not said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overrides {
    pub agent: Option<Auto<Name>>,
    pub base: Option<Auto<BranchName>>,
    pub create_pr: Option<Switch>,
    pub stash: Option<StashPolicy>,
    pub max_usd_per_turn: Option<Usd>,
    pub max_usd_per_run: Option<Usd>,
    pub max_usd_per_day: Option<Usd>,
    pub max_usd_per_program: Option<Usd>,
    pub max_tokens_per_turn: Option<Tokens>,
    pub max_tokens_per_run: Option<Tokens>,
    pub max_tokens_per_day: Option<Tokens>,
    pub max_total_iterations: Option<Count<1, 1000>>,
    pub per_phase_timeout_minutes: Option<Count<1, 1440>>,
}

/// An environment variable that sets a key.
#[derive(Clone, Copy, Debug)]
pub struct Variable {
    pub name: &'static str,
    /// The key that it sets.
    pub key: &'static str,
    /// What its value has to be, as a noun.
    pub expected: &'static str,
    set: fn(&mut Overrides, &str) -> bool,
}

/// A variable whose value cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the environment variable {name} is `{}`, expected {expected}", super::problem::shown(.value))]
pub struct EnvironmentError {
    pub name: &'static str,
    pub value: String,
    /// What the value has to be, as a noun.
    pub expected: &'static str,
}

/// Declares a variable for each field.
macro_rules! variables {
    ($count:literal; $($name:literal => $key:literal, $field:ident, $read:expr, $expected:literal;)+) => {
        /// All environment variables that set a key, in the order of the reference page.
        pub const VARIABLES: [Variable; $count] = [$(
            Variable {
                name: $name,
                key: $key,
                expected: $expected,
                set: |overrides, value| {
                    overrides.$field = $read(value);
                    overrides.$field.is_some()
                },
            },
        )+];
    };
}

variables! { 13;
    "PIPEMASON_AGENT" => "agent.name", agent, parsed, "`auto` or the name of an agent";
    "PIPEMASON_BASE" => "branch.base", base, parsed, "`auto` or the name of a branch";
    "PIPEMASON_CREATE_PR" => "finalize.create_pr", create_pr, Switch::from_name, "`auto`, `true` or `false`";
    "PIPEMASON_STASH" => "stash.policy", stash, StashPolicy::from_name, "`refuse` or `stash`";
    "PIPEMASON_MAX_USD_PER_TURN" => "cost_controls.max_usd_per_turn", max_usd_per_turn, parsed, "dollars like 10 or 2.50";
    "PIPEMASON_MAX_USD_PER_RUN" => "cost_controls.max_usd_per_run", max_usd_per_run, parsed, "dollars like 10 or 2.50";
    "PIPEMASON_MAX_USD_PER_DAY" => "cost_controls.max_usd_per_day", max_usd_per_day, parsed, "dollars like 10 or 2.50";
    "PIPEMASON_MAX_USD_PER_PROGRAM" => "cost_controls.max_usd_per_program", max_usd_per_program, parsed, "dollars like 10 or 2.50";
    "PIPEMASON_MAX_TOKENS_PER_TURN" => "cost_controls.max_tokens_per_turn", max_tokens_per_turn, parsed, "a number of tokens like 1500000";
    "PIPEMASON_MAX_TOKENS_PER_RUN" => "cost_controls.max_tokens_per_run", max_tokens_per_run, parsed, "a number of tokens like 1500000";
    "PIPEMASON_MAX_TOKENS_PER_DAY" => "cost_controls.max_tokens_per_day", max_tokens_per_day, parsed, "a number of tokens like 1500000";
    "PIPEMASON_MAX_TOTAL_ITERATIONS" => "limits.max_total_iterations", max_total_iterations, parsed, "a whole number from 1 to 1000";
    "PIPEMASON_PER_PHASE_TIMEOUT_MINUTES" => "limits.per_phase_timeout_minutes", per_phase_timeout_minutes, parsed, "a whole number from 1 to 1440";
}

fn parsed<T: FromStr>(value: &str) -> Option<T> {
    value.parse().ok()
}

impl Overrides {
    /// Reads the variables among `pairs` that set a key; an empty value says nothing, and other names are none of ours.
    pub fn from_environment<'a>(
        pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, Vec<EnvironmentError>> {
        let mut overrides = Self::default();
        let mut errors = Vec::new();
        for (name, value) in pairs {
            let Some(variable) = VARIABLES.iter().find(|variable| variable.name == name) else {
                continue;
            };
            if !value.is_empty() && !(variable.set)(&mut overrides, value) {
                errors.push(EnvironmentError {
                    name: variable.name,
                    value: value.to_owned(),
                    expected: variable.expected,
                });
            }
        }
        if errors.is_empty() { Ok(overrides) } else { Err(errors) }
    }

    /// Puts these settings (flags) over `lower` ones (the environment): wishes replace, of two limits the stricter wins.
    #[must_use]
    pub fn over(self, lower: Self) -> Self {
        Self {
            agent: self.agent.or(lower.agent),
            base: self.base.or(lower.base),
            create_pr: self.create_pr.or(lower.create_pr),
            stash: self.stash.or(lower.stash),
            max_usd_per_turn: stricter(self.max_usd_per_turn, lower.max_usd_per_turn),
            max_usd_per_run: stricter(self.max_usd_per_run, lower.max_usd_per_run),
            max_usd_per_day: stricter(self.max_usd_per_day, lower.max_usd_per_day),
            max_usd_per_program: stricter(self.max_usd_per_program, lower.max_usd_per_program),
            max_tokens_per_turn: stricter(self.max_tokens_per_turn, lower.max_tokens_per_turn),
            max_tokens_per_run: stricter(self.max_tokens_per_run, lower.max_tokens_per_run),
            max_tokens_per_day: stricter(self.max_tokens_per_day, lower.max_tokens_per_day),
            max_total_iterations: stricter(self.max_total_iterations, lower.max_total_iterations),
            per_phase_timeout_minutes: stricter(self.per_phase_timeout_minutes, lower.per_phase_timeout_minutes),
        }
    }
}

/// Returns the smaller of two limits, where no limit is the largest.
fn stricter<T: Ord>(one: Option<T>, other: Option<T>) -> Option<T> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

impl Config {
    /// Puts `overrides` over the configuration: wishes replace, of two limits that somebody asked for the stricter wins.
    #[must_use]
    pub fn overridden(mut self, overrides: Overrides) -> Self {
        if let Some(agent) = overrides.agent {
            self.agent.name = agent;
        }
        if let Some(base) = overrides.base {
            self.branch.base = base;
        }
        if let Some(create_pr) = overrides.create_pr {
            self.finalize.create_pr = create_pr;
        }
        if let Some(policy) = overrides.stash {
            self.stash.policy = policy;
        }
        let costs = &mut self.cost_controls;
        costs.max_usd_per_turn = costs.max_usd_per_turn.or_stricter(overrides.max_usd_per_turn);
        costs.max_usd_per_run = costs.max_usd_per_run.or_stricter(overrides.max_usd_per_run);
        costs.max_usd_per_day = costs.max_usd_per_day.or_stricter(overrides.max_usd_per_day);
        costs.max_usd_per_program = stricter(costs.max_usd_per_program, overrides.max_usd_per_program);
        costs.max_tokens_per_turn = stricter(costs.max_tokens_per_turn, overrides.max_tokens_per_turn);
        costs.max_tokens_per_run = stricter(costs.max_tokens_per_run, overrides.max_tokens_per_run);
        costs.max_tokens_per_day = stricter(costs.max_tokens_per_day, overrides.max_tokens_per_day);
        let limits = &mut self.limits;
        limits.max_total_iterations = limits.max_total_iterations.or_stricter(overrides.max_total_iterations);
        limits.per_phase_timeout_minutes =
            limits.per_phase_timeout_minutes.or_stricter(overrides.per_phase_timeout_minutes);
        self
    }
}
